"""Is the vault what was signed? Every feed, every commitment, every checkpoint, and every table made from them.

The journal is replayed in the order of arrival: each commit must give the root that was signed with it, inside the
vault and in the checkpoints that lie beside it. What cannot be noticed: somebody who has the data key can sign a whole
new past; then a checkpoint kept elsewhere (a receipt, a bundle, a print) tells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from store import checkpoint, erasing, keys, projections, receipts
from store.age.errors import IdentityInvalid
from store.age.x25519 import X25519Identity
from store.authors import Trust
from store.cases.desk import OpenVault, silent_in, trust_in
from store.checkpoint import CheckpointInvalid, Tree
from store.database import Connection
from store.entry import EntryInvalid, Header, SpaceKind
from store.findings import Finding, Report, VaultUnwell
from store.journal import REMARKS, FeedCheck, read, spaces, stored_entries
from store.model import StoredEntry
from store.projections import TABLES
from store.standing import standing

Progress = Callable[[int, int], None]

_STEP: Final = 200


class _Cancelled(Exception):
    pass


class _Examination:
    def __init__(self, vault: OpenVault, progress: Progress | None, cancelled: Callable[[], bool] | None) -> None:
        self.vault = vault
        self.connection: Connection = vault.connection
        self.findings: list[Finding] = []
        self._progress = progress
        self._cancelled = cancelled
        self._done = 0
        [(self.entries,)] = self.connection.execute("SELECT count(*) FROM entry").fetchall()
        [(self.commits,)] = self.connection.execute("SELECT count(*) FROM checkpoint").fetchall()
        [(self.spaces,)] = self.connection.execute("SELECT count(*) FROM space").fetchall()
        # Each entry is looked at three times: its place, its signature, what it says.
        self._total = 3 * self.entries + self.commits

    def note(self, code: str, where: object = "", *, damage: bool = True) -> None:
        self.findings.append(Finding(code=code, where=str(where), damage=damage))

    def expect_more(self, ticks: int) -> None:
        """As many more are to come before the end."""
        self._total += ticks

    def tick(self, count: int = 1) -> None:
        before, self._done = self._done, self._done + count
        if before // _STEP != self._done // _STEP or self._done >= self._total:
            if self._cancelled and self._cancelled():
                raise _Cancelled
            if self._progress:
                self._progress(min(self._done, self._total), self._total)

    def all(self) -> None:
        self.structure()
        fresh = projections.empty_tables()
        try:
            office = frozenset({SpaceKind.OFFICE})
            unreadable = projections.rebuild(self.connection, fresh, kinds=office, tick=self.tick)
            trust = self.trust(fresh)
            self.rules_of_office(fresh, trust)
            unreadable += projections.rebuild(
                self.connection,
                fresh,
                kinds=frozenset(SpaceKind) - office,
                silent=lambda space: silent_in(self.connection, trust, space),
                tick=self.tick,
            )
            self.feeds(trust)
            self.replay()
            self.outside()
            self.receipts()
            self.keys()
            self.playbooks(fresh)
            self.tables(fresh, unreadable)
        finally:
            fresh.close()

    def structure(self) -> None:
        """Every index has the rows of its table: what is looked up by it is what is there."""
        if self.connection.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
            self.note("structure-damaged")
        if erasing.rewriting_due(self.connection):
            self.note("rewriting-due", damage=False)

    def trust(self, fresh: Connection) -> Trust:
        """Who counts, by what the journal says and not by what a table says of it."""
        offices = spaces(self.connection, SpaceKind.OFFICE)
        rows = [row for space in offices for row in standing(fresh, space)]
        return trust_in(self.connection, offices[0] if offices else "", rows)

    def rules_of_office(self, fresh: Connection, trust: Trust) -> None:
        """What others than administrators wrote of the office says nothing."""
        for space in spaces(self.connection, SpaceKind.OFFICE):
            silent = silent_in(self.connection, trust, space)
            if silent:
                _silence(self.connection, fresh, space, silent)

    def feeds(self, trust: Trust) -> None:
        """Every entry by itself and in its feed; columns that repeat the header; what was erased."""
        buried: dict[str, str] = dict(self.connection.execute("SELECT entry, by_entry FROM tombstone").fetchall())
        withheld = self._withheld()
        known = {}
        said_erased: set[tuple[str, str]] = set()
        for space, kind in self.connection.execute("SELECT id, kind FROM space ORDER BY number").fetchall():
            if kind not in set(SpaceKind):
                self.note("space-kind", space)
                continue
            check = FeedCheck(SpaceKind(kind), space)
            devices = trust.devices(kind)
            for silenced, remark in sorted(silent_in(self.connection, trust, space).items()):
                self.note(remark, silenced, damage=False)
            for arrival, stored in stored_entries(self.connection, space):
                for fault in check.take(arrival, stored, devices):
                    self.note(fault, stored.id, damage=fault not in REMARKS)
                self._erased(stored, buried, withheld)
                said_erased.update((entry, stored.id) for entry in _erases(stored))
                known[stored.id] = space
                self.tick()
        for entry in {*buried.items()} - said_erased:
            self.note("tombstone-without-entry", entry[0])
        rows = self.connection.execute("SELECT id, space, device, sequence, kind, header FROM entry ORDER BY arrival")
        for id, space, device, sequence, kind, header in rows:
            self.tick()
            if id not in known:
                self.note("space-unlisted", id)
            try:
                parsed = Header.parse(header)
            except EntryInvalid:
                continue
            if (parsed.space, parsed.device, parsed.sequence, parsed.kind) != (space, device, sequence, kind):
                self.note("columns-differ", id)

    def office(self) -> None:
        """The feeds of the office alone."""
        fresh = projections.empty_tables()
        try:
            projections.rebuild(self.connection, fresh, kinds=frozenset({SpaceKind.OFFICE}))
            devices = self.trust(fresh).devices(SpaceKind.OFFICE)
        finally:
            fresh.close()
        for (space,) in self.connection.execute("SELECT id FROM space WHERE kind = 'office'").fetchall():
            check = FeedCheck(SpaceKind.OFFICE, space)
            for arrival, stored in stored_entries(self.connection, space):
                for fault in check.take(arrival, stored, devices):
                    self.note(fault, stored.id, damage=fault not in REMARKS)

    def _withheld(self) -> set[str]:
        """What counts as withheld: entries of others that have no payload. One's own never come without."""
        own = keys.own_devices(self.connection)
        found = set()
        for entry, device, payload in self.connection.execute(
            "SELECT withheld.entry, device, payload FROM withheld LEFT JOIN entry ON entry.id = withheld.entry"
        ).fetchall():
            if device is None or device in own or payload is not None:
                self.note("table-differs", "withheld")
            else:
                found.add(entry)
        return found

    def _erased(self, stored: StoredEntry, buried: dict[str, str], withheld: set[str]) -> None:
        if stored.payload is None and stored.id not in buried:
            if stored.id in withheld:
                self.note("payload-withheld", stored.id, damage=False)
            else:
                self.note("payload-missing", stored.id)
        if stored.payload is not None and stored.id in buried:
            self.note("erased-came-back", stored.id)

    def replay(self) -> None:
        """Every commit again, from the entries alone; each must give the root that was signed with it."""
        kept = {
            row[0]: (row[1], row[2])
            for row in self.connection.execute("SELECT counter, root, text FROM checkpoint ORDER BY counter")
        }
        if list(kept) != list(range(1, len(kept) + 1)):
            self.note("checkpoint-missing")
        own = keys.own_devices(self.connection)
        tree, numbers, heads, kinds = Tree(), dict[str, int](), dict[str, set[str]](), dict[str, str]()
        touched: set[str] = set()
        expected, current = 1, 0

        def commit() -> None:
            for space in sorted(touched, key=numbers.__getitem__):
                tree.put(numbers[space], checkpoint.leaf(kinds[space], space, heads[space]))
            touched.clear()
            self._commit(current, tree.root, kept.get(current), own)

        for arrival, id, counter, header in self.connection.execute(
            "SELECT arrival, id, counter, header FROM entry ORDER BY arrival"
        ):
            if arrival != expected or counter not in (current, current + 1):
                self.note("order-differs", id)
            if counter != current and current:
                commit()
            expected, current = arrival + 1, counter
            try:
                parsed = Header.parse(header)
            except EntryInvalid:
                continue
            numbers.setdefault(parsed.space, len(numbers))
            kinds[parsed.space] = parsed.space_kind
            head = heads.setdefault(parsed.space, set())
            head.difference_update(parsed.parents)
            head.add(id)
            touched.add(parsed.space)
        if current:
            commit()
        if current != len(kept):
            self.note("entries-missing", f"{current}/{len(kept)}")
        self._compare_heads(tree, numbers, heads, kinds)

    def _commit(self, counter: int, root: str, kept: tuple[str, str] | None, own: Iterable[str]) -> None:
        self.tick()
        if kept is None:
            self.note("checkpoint-missing", counter)
            return
        try:
            document = checkpoint.read(kept[1])
        except CheckpointInvalid:
            self.note("checkpoint-invalid", counter)
            return
        if (document.vault, document.counter) != (self.vault.id, counter) or document.device not in own:
            self.note("checkpoint-invalid", counter)
        elif not document.root == kept[0] == root:
            self.note("root-differs", counter)

    def newest_commit(self) -> None:
        """The heads as they are kept must give the root of the newest checkpoint."""
        newest = checkpoint.latest(self.connection)
        if newest is None:
            return
        heads: dict[str, list[str]] = {}
        for space, entry in self.connection.execute("SELECT space, entry FROM head"):
            heads.setdefault(space, []).append(entry)
        tree = Tree()
        for space, kind in self.connection.execute("SELECT id, kind FROM space ORDER BY number").fetchall():
            tree.put(len(tree.levels[0]), checkpoint.leaf(kind, space, heads.get(space, [])))
        self._commit(newest.counter, tree.root, (newest.root, newest.text), keys.own_devices(self.connection))
        [(last,)] = self.connection.execute("SELECT max(counter) FROM entry").fetchall()
        if last != newest.counter:
            self.note("entries-missing", f"{last}/{newest.counter}")

    def _compare_heads(
        self, tree: Tree, numbers: dict[str, int], heads: dict[str, set[str]], kinds: dict[str, str]
    ) -> None:
        spaces = [(number + 1, space, str(kinds[space])) for space, number in numbers.items()]
        wanted_heads = sorted((space, entry) for space, found in heads.items() for entry in found)
        for table, query, wanted in (
            ("space", "SELECT number, id, kind FROM space ORDER BY number", spaces),
            ("head", "SELECT space, entry FROM head ORDER BY space, entry", wanted_heads),
            (
                "merkle",
                "SELECT level, position, hash FROM merkle ORDER BY level, position",
                [(*place, node) for place, node in sorted(tree.nodes().items())],
            ),
        ):
            if self.connection.execute(query).fetchall() != wanted:
                self.note("table-differs", table)

    def outside(self) -> None:
        """The checkpoints beside the vault: what was there when it was last closed must still be there."""
        newest = checkpoint.latest(self.connection)
        own = keys.own_devices(self.connection)
        for path, document in checkpoint.outside(self.vault.path):
            if document is None:
                self.note("outside-unreadable", path.name)
            elif document.vault != self.vault.id or document.device not in own:
                self.note("outside-foreign", path.name)
            elif newest is None or document.counter > newest.counter:
                self.note("rolled-back", path.name)
            elif not checkpoint.fits(self.connection, document):
                self.note("outside-differs", path.name)

    def receipts(self) -> None:
        """The receipts beside the vault: what somebody has received must still be what was signed here."""
        newest = checkpoint.latest(self.connection)
        own = keys.own_devices(self.connection)
        for path, receipt in receipts.beside(self.vault.path):
            if receipt is None:
                self.note("receipt-unreadable", path.name, damage=False)
                continue
            anchored = receipt.checkpoint
            if anchored.vault != self.vault.id or anchored.device not in own:
                self.note("receipt-foreign", path.name, damage=False)
            elif newest is None or anchored.counter > newest.counter:
                self.note("receipt-later", path.name)
            elif not checkpoint.fits(self.connection, anchored):
                self.note("receipt-differs", path.name)

    def keys(self) -> None:
        """Each private key belongs to the public one it is kept with, and is the one that the card names."""
        for device, private in keys.own_devices(self.connection).items():
            try:
                public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw().hex()
            except ValueError:
                public = ""
            if public != device:
                self.note("key-differs", device)
        for recipient, secret in self.connection.execute("SELECT recipient, secret FROM age_identity").fetchall():
            try:
                encoded = X25519Identity.parse(secret).recipient.encode()
            except IdentityInvalid:
                encoded = ""
            if encoded != recipient:
                self.note("key-differs", recipient)

    def playbooks(self, fresh: Connection) -> None:
        """The bytes are those of the digest, and every case has those it is pinned to."""
        kept = set()
        for digest, raw in self.connection.execute("SELECT digest, raw FROM playbook").fetchall():
            kept.add(digest)
            if f"sha256:{hashlib.sha256(raw).hexdigest()}" != digest:
                self.note("playbook-differs", digest)
        for (space,) in self.connection.execute("SELECT id FROM space WHERE kind = 'case'").fetchall():
            for row in standing(fresh, space, "playbook/"):
                if row.value["digest"] not in kept:
                    self.note("playbook-missing", space)

    def tables(self, fresh: Connection, unreadable: tuple[str, ...]) -> None:
        """The projections, made anew in memory, must be the same row by row."""
        for space in unreadable:
            self.note("projection-impossible", space)
        for table, columns in TABLES.items():
            query = f"SELECT {columns} FROM {table} ORDER BY {columns}"  # noqa: S608
            if self.connection.execute(query).fetchall() != fresh.execute(query).fetchall():
                self.note("projection-differs", table)


def _erases(stored: StoredEntry) -> tuple[str, ...]:
    """The entries that an entry says are erased; whether it verifies is said elsewhere."""
    try:
        entry = read(stored)
    except EntryInvalid:
        return ()
    if entry.header.kind != "entry.erased" or entry.payload is None:
        return ()
    return tuple(map(str, entry.payload.get("entries", ())))


def at_unlock(vault: OpenVault) -> tuple[Finding, ...]:
    """What can be seen at once when a vault is opened; it costs a few hashes a case, and `check` looks at everything.

    Do the heads give the root that was last signed, do the checkpoints beside the vault still fit, and does the feed of
    the office verify, from which everything else is judged?
    """
    examination = _Examination(vault, None, None)
    examination.newest_commit()
    examination.outside()
    examination.receipts()
    examination.office()
    return tuple(examination.findings)


def check(vault: OpenVault, *, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None) -> Report:
    """Look at a whole vault; nothing is changed.

    Args:
        vault: unlocked.
        progress: called now and then with (done, of how many).
        cancelled: asked now and then; the report then says that it is not whole.
    """
    examination = _Examination(vault, progress, cancelled)
    return _reported(examination, examination.all)


def _reported(examination: _Examination, look: Callable[[], None]) -> Report:
    whole = True
    try:
        look()
    except _Cancelled:
        whole = False
    return Report(
        spaces=examination.spaces,
        entries=examination.entries,
        commits=examination.commits,
        findings=tuple(dict.fromkeys(examination.findings)),
        whole=whole,
    )


def _silence(source: Connection, target: Connection, space: str, silent: Container[str]) -> None:
    """Make the tables of one space anew, without what says nothing; where it can't be read, that is said elsewhere."""
    try:
        entries = [read(stored) for _arrival, stored in stored_entries(source, space)]
    except EntryInvalid:
        return
    for table in TABLES:
        target.execute(f"DELETE FROM {table} WHERE space = ?", (space,))  # noqa: S608
    projections.follow_space(target, entries, silent)


def repair_projections(
    vault: OpenVault, *, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Report:
    """Make the projections anew from the journal, and look again. The journal itself is never repaired.

    Args:
        vault: unlocked.
        progress: called now and then with (done, of how many).
        cancelled: asked now and then; where the tables were not all made by then, they stay as they were.
    """
    examination = _Examination(vault, progress, cancelled)
    examination.expect_more(examination.entries)

    def look() -> None:
        with vault.connection.transaction():
            _make_anew(vault.connection, examination.tick)
        examination.all()

    return _reported(examination, look)


def _make_anew(connection: Connection, tick: Callable[[int], None]) -> None:
    for table in (*TABLES, "glance"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608
    office = frozenset({SpaceKind.OFFICE})
    projections.rebuild(connection, connection, kinds=office, tick=tick)
    offices = spaces(connection, SpaceKind.OFFICE)
    trust = trust_in(connection, offices[0] if offices else "")
    for space in offices:
        if silent := silent_in(connection, trust, space):
            _silence(connection, connection, space, silent)
    projections.rebuild(
        connection,
        connection,
        kinds=frozenset(SpaceKind) - office,
        silent=lambda space: silent_in(connection, trust, space),
        tick=tick,
    )


__all__ = ["Finding", "Progress", "Report", "VaultUnwell", "at_unlock", "check", "repair_projections"]
