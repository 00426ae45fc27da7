"""What of a vault goes into a backup, read from its database; the secrets of it are never shown and never logged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from store import checkpoint
from store.database import Connection
from store.journal import headers_of, heads, stored_entries
from store.model import StoredEntry

Heads = Mapping[str, tuple[str, ...]]
"""Space -> heads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a vault holds at one moment, all but the entries themselves.

    Attributes:
        vault: its id.
        spaces: (id, kind, heads), in the order in which the vault first had them.
        bare: entries of others whose payload is withheld: it may come yet.
        tombstones: (entry, the entry that says that it is erased).
        devices: signing keys, oldest first: (device, private key in hex, made at).
        identities: reading keys, oldest first: (recipient, secret, made at).
        playbooks: digests.
        drafts: (key, text, saved at).
        counter: of the newest commit.
        checkpoint: the newest, as it was signed.
    """

    vault: str
    spaces: tuple[tuple[str, str, tuple[str, ...]], ...]
    bare: tuple[str, ...]
    tombstones: tuple[tuple[str, str], ...]
    devices: tuple[tuple[str, str, str], ...] = field(repr=False)
    identities: tuple[tuple[str, str, str], ...] = field(repr=False)
    playbooks: tuple[str, ...]
    drafts: tuple[tuple[str, str, str], ...] = field(repr=False)
    counter: int
    checkpoint: str

    @property
    def heads(self) -> Heads:
        """Space -> heads."""
        return {space: found for space, _kind, found in self.spaces}


def held(connection: Connection, vault: str) -> Held:
    """Read it; one look, nothing is changed."""
    newest = checkpoint.latest(connection)
    ask = connection.execute
    return Held(
        vault=vault,
        spaces=tuple(
            (space, kind, heads(connection, space))
            for space, kind in ask("SELECT id, kind FROM space ORDER BY number").fetchall()
        ),
        bare=tuple(entry for (entry,) in ask("SELECT entry FROM withheld ORDER BY entry").fetchall()),
        tombstones=tuple(ask("SELECT entry, by_entry FROM tombstone ORDER BY entry").fetchall()),
        devices=tuple(
            (device, private.hex(), made_at)
            for device, private, made_at in ask("SELECT device, private, made_at FROM device_key ORDER BY number")
        ),
        identities=tuple(ask("SELECT recipient, secret, made_at FROM age_identity ORDER BY number").fetchall()),
        playbooks=tuple(digest for (digest,) in ask("SELECT digest FROM playbook ORDER BY digest").fetchall()),
        drafts=tuple(ask("SELECT key, text, saved_at FROM draft ORDER BY key").fetchall()),
        counter=newest.counter if newest else 0,
        checkpoint=newest.text if newest else "",
    )


def playbook(connection: Connection, digest: str) -> bytes:
    """The bytes of a playbook that is there."""
    [(raw,)] = connection.execute("SELECT raw FROM playbook WHERE digest = ?", (digest,)).fetchall()
    return bytes(raw)


def entries_beyond(
    connection: Connection, space: str, known: Collection[str], bare: Collection[str] = ()
) -> Iterator[StoredEntry]:
    """The entries of a space that somebody lacks who has these heads and all that they build on.

    Args:
        connection: of the vault.
        space: which.
        known: heads; those that are not here are passed over.
        bare: entries that they have without payload: those come again where the payload is here by now.
    """
    headers = headers_of(connection, space)
    waiting = [head for head in known if head in headers]
    had = set(waiting)
    while waiting:
        for parent in headers[waiting.pop()].parents:
            if parent in headers and parent not in had:
                had.add(parent)
                waiting.append(parent)
    for _arrival, stored in stored_entries(connection, space):
        if stored.id not in had or (stored.payload is not None and stored.id in bare):
            yield stored
