"""Taking entries in from elsewhere: the union of the sets, all of one call or nothing.

Verifying needs no vault and takes nearly all of the time (`verify_entries`, on all cores); `take_in` then holds the
entries against what there is, in the transaction of its caller. What is refused is named, and what is there already
changes nothing, so that whoever carries entries may do so in any order and as often as they like.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ClassVar, Final, TypeVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _, ngettext
from guidance.model import CASE_KINDS
from store import erasing, office_tombstones
from store.authors import Trust
from store.cases.values import read_contacts, read_evidence, read_person
from store.database import Connection
from store.entrusted import read_entrusted
from store.entry import EntryInvalid, SpaceKind, verified
from store.journal import Journal, Read, heads, in_order
from store.kinds import statements
from store.model import StoredEntry
from store.projections import follow, remake_space
from store.status import read_counted, read_status

_BATCH: Final = 128
_WORKERS: Final = min(4, os.cpu_count() or 1)

T = TypeVar("T")
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


class EntriesRefused(SeglError):
    """Entries from elsewhere that do not hold; nothing of the call was taken in.

    Attributes:
        faults: (entry, what is wrong with it, kebab-case).
    """

    code: ClassVar[str] = "entries-refused"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(faults[:3])
        self.faults = tuple(faults)

    def diagnostics(self) -> Diagnostics:
        """Name the first."""
        entry, fault = self.faults[0]
        return Diagnostics(
            happened=ngettext(
                "{count} entry that was to be taken in does not hold: {entry} ({fault}).",
                "{count} entries that were to be taken in do not hold, the first is {entry} ({fault}).",
                len(self.faults),
            ).format(count=len(self.faults), entry=entry[:16], fault=fault),
            safe=_("Nothing of it was taken in; your journal is as it was."),
            todo=_("Ask the sender to run 'segl doctor' and to send it once more."),
        )


class EntriesMissing(SeglError):
    """Entries that others build on are neither here nor in what came; nothing was taken in.

    Attributes:
        missing: their ids.
    """

    code: ClassVar[str] = "entries-missing"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, missing: Collection[str]) -> None:
        super().__init__(len(missing))
        self.missing = tuple(sorted(missing))

    def diagnostics(self) -> Diagnostics:
        """Say how many."""
        return Diagnostics(
            happened=ngettext(
                "{count} entry that what came builds on is missing.",
                "{count} entries that what came builds on are missing.",
                len(self.missing),
            ).format(count=len(self.missing)),
            safe=_("Nothing of it was taken in; your journal is as it was."),
            todo=_("Take in what was sent before it, or ask for the whole case."),
        )


class AuthorsUnknown(SeglError):
    """Entries by keys of which no card counts here; nothing was taken in.

    Attributes:
        devices: key -> how many entries.
    """

    code: ClassVar[str] = "authors-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, devices: Mapping[str, int]) -> None:
        super().__init__(len(devices))
        self.devices = dict(devices)

    def diagnostics(self) -> Diagnostics:
        """Name the keys."""
        from store.keys import fingerprint

        return Diagnostics(
            happened=_("Entries were written with keys whose card you do not have: {keys}.").format(
                keys=", ".join(f"{fingerprint(device)} ({count})" for device, count in self.devices.items())
            ),
            safe=_("Nothing of it was taken in; your journal is as it was."),
            todo=_(
                "Get the card of each ('segl keys card' at their place), compare it, let it count: 'segl keys trust'."
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one call brought.

    Attributes:
        new: entries that were not here, in the order of the space.
        known: how many were here already.
        filled: entries that had come without their content, and have it now.
        withheld: entries that came without their content.
        erased: entries whose content went, because an entry that came says so.
        forks: entries that share their place in a feed with another.
        own: entries by this vault's own keys that it did not have: it was put back to an older copy, or a key of it is
            used elsewhere.
    """

    space: str
    kind: SpaceKind
    new: tuple[str, ...] = ()
    known: int = 0
    filled: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()
    forks: tuple[str, ...] = ()
    own: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the vault has something that it did not have."""
        return bool(self.new or self.filled)


def verify_entries(
    entries: Iterable[StoredEntry], *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> tuple[Read, ...]:
    """Verify each entry by itself: form, id, signature, commitment, payload, and that it says what its kind must.

    Needs no vault; the signatures are checked on all cores (the library lets go of the interpreter meanwhile).

    Args:
        entries: from anywhere.
        progress: called with (done, of how many).
        cancelled: asked now and then; what was verified so far is dropped.

    Raises:
        EntriesRefused: with all that do not hold.
    """
    whole = tuple(entries)
    found: list[Read] = []
    faults: list[tuple[str, str]] = []
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="segl-verify") as pool:
        for part, (read, wrong) in enumerate(pool.map(_verify_some, _pieces(whole, _BATCH)), start=1):
            if cancelled is not None and cancelled():
                pool.shutdown(cancel_futures=True)
                return ()
            found += read
            faults += wrong
            if progress is not None:
                progress(min(part * _BATCH, len(whole)), len(whole))
    if faults:
        raise EntriesRefused(faults)
    return tuple(found)


def _pieces(whole: tuple[T, ...], size: int) -> Iterator[tuple[T, ...]]:
    return (whole[start : start + size] for start in range(0, len(whole), size))


def check_contents(entries: Iterable[Read]) -> None:
    """For entries that were verified already: whether each says what its kind must.

    Raises:
        EntriesRefused: with all that do not.
    """
    faults = []
    for entry in entries:
        try:
            _check_content(entry)
        except EntryInvalid as invalid:
            faults.append((entry.id, invalid.fault))
    if faults:
        raise EntriesRefused(faults)


def _verify_some(entries: Sequence[StoredEntry]) -> tuple[list[Read], list[tuple[str, str]]]:
    found = []
    faults = []
    for stored in entries:
        try:
            header, payload = verified(stored)
            entry = Read(stored=stored, header=header, payload=payload)
            _check_content(entry)
            found.append(entry)
        except EntryInvalid as invalid:
            faults.append((stored.id, invalid.fault))
    return found, faults


def _check_content(entry: Read) -> None:
    """Refuse what the tables or a screen could not read: a stranger's entry must not make a whole case unreadable."""
    said = entry.payload
    if said is None:
        return
    for _statement in statements(entry):
        pass
    reads = _READS.get(entry.header.kind)
    if reads is None:
        return
    try:
        reads(said)
    except EntryInvalid:
        raise
    except (ValueError, KeyError, TypeError, AttributeError):
        raise EntryInvalid("payload-fields") from None


def _opens(said: Mapping[str, object]) -> None:
    if said["kind"] not in CASE_KINDS:
        raise ValueError


_READS: Final[Mapping[str, Callable[..., object]]] = {
    "case.opened": _opens,
    "case.entrusted": read_entrusted,
    "entry.erased": erasing.read_erased,
    "person.added": read_person,
    "person.changed": read_person,
    "evidence.registered": read_evidence,
    "evidence.amended": read_evidence,
    "status.counted": read_counted,
    "status.recorded": read_status,
    "office.contacts": lambda said: read_contacts(said["contacts"]),
}


class _Space:
    """What is there of a space, as far as what comes has to be held against it."""

    def __init__(self, connection: Connection, space: str) -> None:
        self.entries: dict[str, tuple[str, int]] = {}
        self.bare: set[str] = set()
        for id, device, sequence, bare in connection.execute(
            "SELECT id, device, sequence, payload IS NULL FROM entry WHERE space = ?", (space,)
        ):
            self.entries[id] = (device, sequence)
            if bare:
                self.bare.add(id)


def take_in(
    connection: Connection, journal: Journal, trust: Trust, kind: SpaceKind, space: str, entries: Iterable[Read]
) -> Taken:
    """Take verified entries of one space in; the caller has a transaction open and closes it with `seal_commit`.

    Args:
        connection: of the vault.
        journal: of the vault, for the checkpoint.
        trust: whose entries count.
        kind: of the space.
        space: its id.
        entries: what `verify_entries` gave, in any order, doubles and known ones among them.

    Raises:
        EntriesRefused: an entry of another space, or one that does not follow the feed that it names.
        EntriesMissing: what entries build on is neither here nor among them; try again when it has come.
        AuthorsUnknown: keys that do not count in such a space.
    """
    there = _Space(connection, space)
    incoming = {entry.id: entry for entry in entries}
    buried = _buried(connection, incoming)
    new = {id: entry for id, entry in incoming.items() if id not in there.entries}
    _check_fit(trust, kind, space, there, new, buried | named_by_tombstones(new.values()))
    fills = [
        entry
        for id, entry in incoming.items()
        if id in there.bare and entry.payload is not None and id not in buried and _is_withheld(connection, id)
    ]
    if not new and not fills:
        return Taken(space=space, kind=kind, known=len(incoming))
    from store.cases.desk import silent_in

    ordered = in_order(new.values())
    silent_before = silent_in(connection, trust, space)
    linear = not fills and _all_know_all(heads(connection, space), ordered, fresh=not there.entries)
    withheld = [entry.id for entry in ordered if entry.payload is None and entry.id not in buried]
    if ordered:
        _insert(connection, journal, kind, space, ordered, buried)
    connection.executemany("INSERT INTO withheld (entry) VALUES (?)", [(id,) for id in withheld])
    for entry in fills:
        connection.execute(
            "UPDATE entry SET salt = ?, payload = ? WHERE id = ?", (entry.stored.salt, entry.stored.payload, entry.id)
        )
        connection.execute("DELETE FROM withheld WHERE entry = ?", (entry.id,))
    silent = {} if kind is SpaceKind.OFFICE else silent_in(connection, trust, space)
    erased: tuple[str, ...] = ()
    if kind is not SpaceKind.OFFICE and next(erasing.tombstones(connection, space), None) is not None:
        # Whether a tombstone counts is told from what stands with it.
        remake_space(connection, space, silent)
        erased = tuple(erasing.honour(connection, trust, kind, space, silent))
        # What shared the case may be gone with it.
        silent = silent_in(connection, trust, space) if erased else silent
        linear = False
    if kind is SpaceKind.OFFICE:
        erased = _follow_office(connection, space)
    elif (
        linear
        and len(there.entries) > len(ordered)
        and not (erased or buried or trust.revoked or silent or silent_before)
    ):
        for entry in ordered:
            follow(connection, entry)
    else:
        # What was erased on arrival is read back as it is kept.
        as_kept = () if erased or buried else ordered
        remake_space(connection, space, silent, newest=as_kept)
    return Taken(
        space=space,
        kind=kind,
        new=tuple(entry.id for entry in ordered),
        known=len(incoming) - len(new),
        filled=tuple(entry.id for entry in fills),
        withheld=tuple(withheld),
        erased=erased,
        forks=_forks(there, ordered),
        own=tuple(entry.id for entry in ordered if entry.header.device in trust.own),
    )


def _follow_office(connection: Connection, space: str) -> tuple[str, ...]:
    """Who counts is worked out from all that stands; then what others than administrators wrote says nothing.

    Returns:
        The entries that are erased by it. None of them says who counts, so that stays as it was worked out.
    """
    from store.cases.desk import silent_in, trust_in

    remake_space(connection, space)
    silent = silent_in(connection, trust_in(connection, space), space)
    erased = tuple(office_tombstones.honour(connection, space, silent))
    if silent or erased:
        remake_space(connection, space, silent)
    return erased


def _buried(connection: Connection, ids: Iterable[str]) -> frozenset[str]:
    if connection.execute("SELECT 1 FROM tombstone LIMIT 1").fetchone() is None:
        return frozenset()
    return frozenset(
        row[0]
        for some in _pieces(tuple(ids), 500)
        for row in connection.execute(
            f"SELECT entry FROM tombstone WHERE entry IN ({', '.join('?' * len(some))})",  # noqa: S608
            some,
        ).fetchall()
    )


def named_by_tombstones(entries: Iterable[Read]) -> frozenset[str]:
    """What the tombstones among these name: one's own entry may come back bare with the tombstone that made it so.

    What holds the office together is erased by none, so none is a reason to take it in bare.
    """
    there = tuple(entries)
    stays = {
        entry.id
        for entry in there
        if entry.header.space_kind is SpaceKind.OFFICE and entry.header.kind not in office_tombstones.ERASABLE
    }
    return frozenset(
        str(id)
        for entry in there
        if entry.header.kind == erasing.ERASED and entry.payload is not None
        for id in entry.payload["entries"]
        if str(id) not in stays
    )


def built_on_by_others(entries: Iterable[Read], revoked: Collection[str]) -> frozenset[str]:
    """Of entries by revoked keys, those on which others of these build: without them, these could never be taken in.

    They say nothing all the same; an entry on which nobody builds who counts is not taken in.
    """
    there = {entry.id: entry.header for entry in entries}
    waiting = [parent for header in there.values() if header.device not in revoked for parent in header.parents]
    found = set()
    while waiting:
        id = waiting.pop()
        if id in there and id not in found and there[id].device in revoked:
            found.add(id)
            waiting.extend(there[id].parents)
    return frozenset(found)


def _is_withheld(connection: Connection, id: str) -> bool:
    return connection.execute("SELECT 1 FROM withheld WHERE entry = ?", (id,)).fetchone() is not None


def _check_fit(
    trust: Trust, kind: SpaceKind, space: str, there: _Space, new: Mapping[str, Read], buried: Collection[str]
) -> None:
    devices = trust.devices(kind)
    unknown = Counter(entry.header.device for entry in new.values() if entry.header.device not in devices)
    # What this vault wrote itself it had whole: without its content it is no help, and would hide a loss.
    faults = [
        (id, "own-withheld")
        for id, entry in new.items()
        if entry.header.device in trust.own and entry.payload is None and id not in buried
    ]
    missing: set[str] = set()
    places = {**there.entries, **{id: (entry.header.device, entry.header.sequence) for id, entry in new.items()}}
    opened = bool(there.entries)
    for id, entry in new.items():
        header = entry.header
        if (header.space_kind, header.space) != (kind, space):
            faults.append((id, "other-space"))
            continue
        if kind is SpaceKind.CASE and not header.parents:
            # Only what opens a case builds on nothing, and a case is opened once.
            if header.kind != "case.opened" or opened:
                faults.append((id, "not-of-this-case"))
            opened = True
        missing.update(parent for parent in header.parents if parent not in places)
        before = places.get(header.previous) if header.previous is not None else None
        if before is not None and before != (header.device, header.sequence - 1):
            faults.append((id, "previous-differs"))
    if faults:
        raise EntriesRefused(faults)
    if unknown:
        raise AuthorsUnknown(unknown)
    if kind is SpaceKind.OFFICE:
        vouched = built_on_by_others(new.values(), trust.revoked)
        revoked = [id for id, entry in new.items() if entry.header.device in trust.revoked and id not in vouched]
        if revoked:
            raise EntriesRefused([(id, "revoked") for id in revoked])
    if missing:
        raise EntriesMissing(missing)


def _all_know_all(standing_heads: Sequence[str], ordered: Sequence[Read], *, fresh: bool) -> bool:
    """Whether each new entry builds on all there was before it, so that the tables can follow one by one."""
    known = set(standing_heads)
    if fresh:
        return False
    for entry in ordered:
        if not known <= set(entry.header.parents) or entry.header.kind == "conflict.decided":
            return False
        known = {entry.id}
    return True


def _insert(
    connection: Connection,
    journal: Journal,
    kind: SpaceKind,
    space: str,
    ordered: Sequence[Read],
    buried: Collection[str],
) -> None:
    [(counter,)] = connection.execute("SELECT coalesce(max(counter), 0) + 1 FROM checkpoint").fetchall()
    connection.executemany(
        "INSERT INTO entry (id, space, device, sequence, kind, counter, header, signature, salt, payload) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (_row(entry, counter, bare=entry.id in buried) for entry in ordered),
    )
    connection.execute("INSERT INTO space (id, kind) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", (space, kind.value))
    parents = {parent for entry in ordered for parent in entry.header.parents}
    connection.executemany(
        "DELETE FROM head WHERE space = ? AND entry = ?",
        [(space, head) for head in heads(connection, space) if head in parents],
    )
    connection.executemany(
        "INSERT INTO head (space, entry) VALUES (?, ?)",
        [(space, entry.id) for entry in ordered if entry.id not in parents],
    )
    journal.touched(space)


def _row(entry: Read, counter: int, *, bare: bool) -> tuple[str | bytes | int | None, ...]:
    stored, header = entry.stored, entry.header
    return (
        stored.id,
        header.space,
        header.device,
        header.sequence,
        header.kind,
        counter,
        stored.header,
        stored.signature,
        None if bare else stored.salt,
        None if bare else stored.payload,
    )


def _forks(there: _Space, ordered: Sequence[Read]) -> tuple[str, ...]:
    places = Counter(there.entries.values())
    places.update((entry.header.device, entry.header.sequence) for entry in ordered)
    return tuple(entry.id for entry in ordered if places[entry.header.device, entry.header.sequence] > 1)
