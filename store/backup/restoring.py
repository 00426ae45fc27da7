"""Restoring: a new vault with a device key of its own takes in what the backup holds.

The key of the old device signs one thing more: a card that names the new one. That is a text and no entry, so no feed
is gone on with, and nothing forks however often a backup is restored and wherever the old vault lives on.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from store import cards, doctor, keys, recovery, recovery_words, wrapping
from store.authors import Author, Belongs, Trust
from store.backup.errors import BackupDamaged, VaultStillThere
from store.backup.form import Cancelled, Progress
from store.backup.gathering import Gathered, choose, gather, kinds_of
from store.backup.opening import Opener
from store.backup.restored import Restored
from store.backup.staging import staging
from store.cases.desk import trust_in, utc_now
from store.database import Connection
from store.entry import Payload, SpaceKind, write_time
from store.findings import Report
from store.home import Home
from store.journal import Journal, Read, in_order
from store.keys import DeviceKey
from store.projections import follow
from store.secret import Secret
from store.slots import KdfParameters, SlotTable
from store.unfinished import sweep
from store.union import take_in
from store.vault import Vault

_MOST_DEVICES: Final = 16


def by_passphrase(passphrase: Secret) -> Opener:
    """Opens with the passphrase of the time of the backup."""

    def opener(table: SlotTable) -> Secret | None:
        return wrapping.unwrap(table, table.passphrase, passphrase) if table.passphrase else None

    return opener


def by_words(words: Secret) -> Opener:
    """Opens with the office's words.

    Raises:
        RecoveryWordsWrong: a slip in them.
    """
    seed = recovery_words.read(words)

    def opener(table: SlotTable) -> Secret | None:
        return recovery.unseal(table, seed)

    return opener


def restore(
    home: Home,
    folder: Path,
    opener: Opener,
    passphrase: Secret,
    *,
    vault: str = "",
    beside: bool = False,
    kdf: KdfParameters | None = None,
    clock: Callable[[], datetime] = utc_now,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> tuple[Vault, Restored]:
    """Make a vault of a backup and open it: all of it, or nothing is left behind.

    Until it is whole it has no name of a vault: killed anywhere it leaves none, and what it left is swept away
    (`store.unfinished`).

    Args:
        home: where the vault is to be.
        folder: of the backups.
        opener: `by_passphrase` or `by_words`.
        passphrase: of the new vault.
        vault: the beginning of the id of the vault that was backed up; needed where there are several.
        beside: restore although that vault is in this home.
        kdf: what the passphrase costs; measured where it is not given.
        clock: UTC and aware.
        progress: called with (done, of how many).
        cancelled: asked now and then.

    Raises:
        NoBackup, SeveralBackups, BackupFolderUnfit: nothing to restore, or not clear what.
        BackupsApart: what opens there is not all of one vault.
        VaultStillThere: it is in this home.
        WrongPassphrase: nothing there opens. RecoveryWordsWrong, RecoveryOfOther, NoRecovery: likewise.
        PassphraseWeak: the new one.
        EntriesRefused, BackupDamaged: an entry does not verify.
        DiskFull, DiskFailed, HomeRefused: the home.
    """
    id, of_vault = choose(folder, vault)
    home.prepare()
    if not beside and any(ref.id == id for ref in home.vaults()):
        raise VaultStillThere(id)
    sweep(home)
    with staging(home, progress, cancelled) as entries:
        found = gather(of_vault, id, opener, home, entries, progress=progress, cancelled=cancelled)
        made = Vault.create(home, label=found.label, passphrase=passphrase, kdf=kdf, unfinished=True)
        with _thrown_away_on_failure(made):
            restored = fill(made.connection, made.path, made.id, found, clock=clock)
    with _thrown_away_on_failure(made):
        report = doctor.check(made, progress=progress, cancelled=None)
        if found.office_key is not None:
            made.make_recovery(found.office_key)
        whole = made.put_in_place(home)
    return whole, said_of(found, restored, report, vault=whole.id)


@contextmanager
def _thrown_away_on_failure(made: Vault) -> Iterator[None]:
    try:
        yield
    except BaseException:
        made.close()
        shutil.rmtree(made.path, ignore_errors=True)
        raise


@dataclass(frozen=True)
class Filled:
    """What went into a vault: how many entries, of them left out and erased, and cases."""

    entries: int
    lacking: int
    erased: int
    cases: int


def said_of(found: Gathered, filled: Filled, report: Report, *, vault: str = "") -> Restored:
    """What came of it; `vault` is the id of the new one, empty where it was a drill."""
    return Restored(
        vault=vault,
        from_vault=found.vault,
        label=found.label,
        made_at=found.made_at,
        source=found.source,
        cases=filled.cases,
        entries=filled.entries,
        lacking=filled.lacking,
        erased=filled.erased,
        torn=found.torn,
        report=report,
        from_copy=found.from_copy,
    )


def fill(
    connection: Connection, path: Path, vault: str, found: Gathered, *, clock: Callable[[], datetime] = utc_now
) -> Filled:
    """Take all of a backup into an empty vault, in one commit, by a new device.

    Raises:
        BackupDamaged: keys in the office's space that nothing makes known, or no office at all.
        EntriesRefused: entries that do not fit together.
    """
    with connection.transaction():
        _bring_keys(connection, found)
        key, recipient = keys.make_keys(connection, clock())
        journal = Journal(connection, key, vault=vault, clock=clock)
        connection.executemany(
            "INSERT INTO tombstone (entry, by_entry) VALUES (?, ?)",
            [row for row in found.held.tombstones if row[1] in found.entries],
        )
        kinds = kinds_of(found.held)
        office = next((space for space, kind in kinds.items() if kind is SpaceKind.OFFICE), "")
        of_office = found.entries.of(office)
        if not of_office:
            raise BackupDamaged(found.source, "no-office")
        lacking = 0
        trust = _of_all(connection, of_office)
        for space in (office, *(space for space in kinds if space != office)):
            of_space = found.entries.of(space)
            whole = _whole(of_space)
            lacking += len(of_space) - len(whole)
            if whole:
                take_in(connection, journal, trust, kinds[space], space, whole)
            if space == office:
                trust = trust_in(connection, office)
                if {entry.header.device for entry in whole} - trust.devices(SpaceKind.OFFICE):
                    raise BackupDamaged(found.source, "device-unknown")
        for digest, raw in found.playbooks.items():
            journal.keep_playbook(digest, raw)
        connection.executemany("INSERT INTO draft (key, text, saved_at) VALUES (?, ?, ?)", found.held.drafts)
        _say_who(connection, journal, vault, office, trust, key, recipient, found, clock)
        journal.seal_commit()
    # More may be there than the newest file names: what came in while it was written, and what a vault has lost since
    # that was itself put back.
    wanted = {head for _space, _kind, heads in found.held.spaces for head in heads}
    if not lacking and any(head not in found.entries for head in wanted):
        raise BackupDamaged(found.source, "heads-differ")
    return Filled(
        entries=len(found.entries) - lacking,
        lacking=lacking,
        erased=len(found.held.tombstones),
        cases=sum(kind is SpaceKind.CASE for kind in kinds.values()),
    )


def _bring_keys(connection: Connection, found: Gathered) -> None:
    """The keys of before: to know what they signed and to open what was sealed to them. The newest will be made."""
    for device, private, made_at in found.held.devices:
        connection.execute(
            "INSERT INTO device_key (device, private, made_at) VALUES (?, ?, ?)",
            (device, bytes.fromhex(private), made_at),
        )
    for recipient, secret, made_at in found.held.identities:
        connection.execute(
            "INSERT INTO age_identity (recipient, secret, made_at) VALUES (?, ?, ?)", (recipient, secret, made_at)
        )
    if not found.held.devices:
        raise BackupDamaged(found.source, "no-key")


def _of_all(connection: Connection, office: Collection[Read]) -> Trust:
    """For the office's own entries, from which it is worked out afterwards who counts."""
    devices = tuple({entry.header.device for entry in office})
    everybody = Author(id="", name="", office="", devices=devices, recipient="", belongs=Belongs.COLLEAGUE)
    return Trust(authors=(everybody,), own=frozenset(keys.own_devices(connection)))


def _whole(entries: Collection[Read]) -> list[Read]:
    """Those of which everything that they build on is there."""
    kept: dict[str, Read] = {}
    for entry in in_order(entries):
        if all(parent in kept for parent in entry.header.parents):
            kept[entry.id] = entry
    return list(kept.values())


def _say_who(
    connection: Connection,
    journal: Journal,
    vault: str,
    office: str,
    trust: Trust,
    key: DeviceKey,
    recipient: str,
    found: Gathered,
    clock: Callable[[], datetime],
) -> None:
    """The person's card lists the new device, signed by the one before; and that it was restored is on record."""
    before = found.held.devices[-1][0]
    own = trust.author_of(before)
    if own is None:
        raise BackupDamaged(found.source, "no-card")
    first, *others = own.devices
    signer = keys.earlier_key(connection, before if first in trust.revoked else first)
    if signer is None:
        signer = keys.earlier_key(connection, before)
    assert signer is not None
    devices = (first, *others[-(_MOST_DEVICES - 2) :], key.device)
    here = keys.own_devices(connection)
    recipients = {one.device: one.recipient for one in own.reading if one.device in devices and one.device not in here}
    recipients[key.device] = recipient
    card = cards.write(
        signer.sign_document,
        name=own.name,
        office=own.office,
        office_id=office,
        devices=devices,
        recipients=recipients,
        at=clock(),
    )
    said: tuple[tuple[str, Payload], ...] = (
        ("author.trusted", {"author": own.id, "card": card, "compared": "key"}),
        ("office.restored", {"vault": vault, "from": found.vault, "made-at": write_time(found.made_at)}),
    )
    for kind, payload in said:
        follow(connection, journal.append(SpaceKind.OFFICE, office, kind, payload))
