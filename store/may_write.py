"""Whose entries count in a case: who opened it, with whom it was shared by one of them, and oneself.

A card that counts lets somebody's entries in; it does not let them speak in a case that was never shared with them
(`docs/journal-format.md`, 'Who may write in a case').
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any, Final

from store.authors import Trust
from store.database import Connection
from store.entry import EntryInvalid, Header
from store.model import Purpose

ENTRUSTED: Final = "case.entrusted"
HAS: Final = "has"
SHARING: Final = ("case.shared", "case.sealed", ENTRUSTED)
"""Kinds of entries by which somebody may write in a case from then on."""
TO_GO_ON: Final = (Purpose.COLLEAGUE.value, Purpose.FULL.value)
"""Purposes of a bundle whose recipients can take the case in and go on with it."""


def never_shared_with(
    connection: Connection, trust: Trust, space: str, *, silent: Collection[str] = ()
) -> frozenset[str]:
    """The entries of a case by people with whom it was never shared: they are kept and say nothing.

    What this vault's own author wrote always counts here: what somebody writes is not lost to themselves.

    Args:
        connection: has the journal.
        trust: who is who.
        space: of a case; in any other space all that may be there counts.
        silent: entries that count no longer for another reason, and share nothing.
    """
    rows = connection.execute("SELECT DISTINCT device FROM entry WHERE space = ?", (space,)).fetchall()
    others = {device for (device,) in rows} - _own(trust)
    opened = opener(connection, space) if others else None
    if opened is None:
        return frozenset()
    beyond = others - _writers(connection, trust, space, _own(trust) | _devices(trust, opened), others, silent)
    marks = ", ".join("?" * len(beyond))
    found = frozenset(
        id
        for (id,) in connection.execute(
            f"SELECT id FROM entry WHERE space = ? AND device IN ({marks})",  # noqa: S608
            (space, *beyond),
        )
    )
    return found - carried_out(connection, trust, space) if found else found


def carried_out(connection: Connection, trust: Trust, space: str) -> frozenset[str]:
    """The tombstones by which content of others went here: they count, also where what shared the case went too."""
    return frozenset(
        stone
        for stone, by, of in connection.execute(
            "SELECT DISTINCT stone.id, stone.device, gone.device FROM entry AS stone "
            "JOIN tombstone ON tombstone.by_entry = stone.id JOIN entry AS gone ON gone.id = tombstone.entry "
            "WHERE stone.space = ? AND gone.device <> stone.device",
            (space,),
        ).fetchall()
        # What went at one's own word alone shows nothing of whether it counts for others.
        if of not in _devices(trust, by)
    )


def shared_with_oneself(connection: Connection, trust: Trust, space: str) -> bool:
    """Whether what is written here counts where the case was opened, as far as this vault knows."""
    opened, own = opener(connection, space), _own(trust)
    return opened is None or own <= _writers(connection, trust, space, _devices(trust, opened), own, ())


def _writers(
    connection: Connection, trust: Trust, space: str, first: set[str], wanted: set[str], silent: Collection[str]
) -> set[str]:
    """Who may write, from those who may in any case outwards; each of their entries is looked at once."""
    writers = set(first)
    if wanted <= writers:
        return writers
    acts: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for device, kind, said in _acts(connection, space, silent):
        acts.setdefault(device, []).append((kind, said))
    people = _People(trust)
    waiting = list(writers)
    while waiting:
        for kind, said in acts.pop(waiting.pop(), ()):
            named = people.named(kind, said) - writers
            writers |= named
            waiting += named
    return writers


def _own(trust: Trust) -> set[str]:
    return {*trust.own, *(device for one in trust.authors if trust.own & set(one.devices) for device in one.devices)}


def _devices(trust: Trust, device: str) -> set[str]:
    author = trust.author_of(device)
    return {device, *(author.devices if author else ())}


def opener(connection: Connection, space: str) -> str | None:
    """The device that opened the case; None where the space is none."""
    for device, header in connection.execute(
        "SELECT device, header FROM entry WHERE space = ? AND kind = 'case.opened' ORDER BY arrival", (space,)
    ).fetchall():
        try:
            if not Header.parse(header).parents:
                return str(device)
        except EntryInvalid:
            continue
    return None


def _acts(connection: Connection, space: str, silent: Collection[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(device, kind, payload) of what shares a case, in the order of arrival."""
    for id, device, kind, payload in connection.execute(
        "SELECT id, device, kind, payload FROM entry WHERE space = ? AND kind IN (?, ?, ?) AND payload IS NOT NULL "
        "ORDER BY arrival",
        (space, *SHARING),
    ).fetchall():
        if id not in silent:
            try:
                said = json.loads(payload)
            except ValueError:
                continue
            yield device, kind, said


class _People:
    """Whom an entry that shares a case names."""

    def __init__(self, trust: Trust) -> None:
        self._devices = {author.id: author.devices for author in trust.authors}
        self._reads = {recipient: author.id for author in trust.authors for recipient in author.recipients}

    def named(self, kind: str, said: dict[str, Any]) -> set[str]:
        """The devices of those with whom it is shared by that."""
        if kind in ("case.shared", ENTRUSTED):
            given = said.get("recipient") or said.get("access") == HAS
            return {*self._devices.get(str(said.get("author")), ())} if given else set()
        if said.get("purpose") not in TO_GO_ON or not isinstance(said.get("recipients"), list):
            return set()
        readers = {self._reads[one] for one in map(str, said["recipients"]) if one in self._reads}
        return {device for reader in readers for device in self._devices[reader]}
