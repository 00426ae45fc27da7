"""Is the vault what was signed? Every feed, every commitment, every checkpoint, and every table made from them.

The journal is replayed in the order of arrival: each commit must give the root that was signed with it, inside the
vault and in the checkpoints that lie beside it. What cannot be noticed: somebody who has the data key can sign a whole
new past; then a checkpoint kept elsewhere (a receipt, a bundle, a print) tells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import closing

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from store import erasing, keys, projections
from store.age.errors import IdentityInvalid
from store.age.x25519 import X25519Identity
from store.authors import Trust
from store.cases.desk import OpenVault, silent_in
from store.entry import EntryInvalid, Header, SpaceKind
from store.examination import Cancelled, Progress
from store.findings import KNOWN, Finding, Report, VaultUnwell
from store.journal import REMARKS, FeedCheck, read, stored_entries
from store.model import StoredEntry
from store.replay import Replay
from store.tables_anew import TablesAnew, make_anew


class _Examination(Replay, TablesAnew):
    def all(self) -> None:
        self.part("structure", self.structure)
        trust = self.part("office", self.office_tables)
        self.part("entries", lambda: self.feeds(trust))
        self.part("checkpoints", self._past)
        self.part("keys", self.keys)
        self.part("playbooks", self.playbooks)
        self.part("tables", lambda: self.tables(trust))

    def _past(self) -> None:
        self.replay()
        self.outside()
        self.receipts()
        self.said_by_others()

    def structure(self) -> None:
        """Every index has the rows of its table: what is looked up by it is what is there."""
        if self.connection.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
            self.note("structure-damaged")
        if erasing.rewriting_due(self.connection):
            self.note("rewriting-due", damage=False)

    def feeds(self, trust: Trust) -> None:
        """Every entry by itself and in its feed; columns that repeat the header; what was erased."""
        buried: dict[str, str] = dict(self.connection.execute("SELECT entry, by_entry FROM tombstone").fetchall())
        withheld = self._withheld()
        # By the tables, which may be damaged: then a finding names its entry alone.
        references: dict[str, str] = dict(self.connection.execute("SELECT space, reference FROM case_file").fetchall())
        listed = set()
        said_erased: set[tuple[str, str]] = set()
        for space, kind in self.connection.execute("SELECT id, kind FROM space ORDER BY number").fetchall():
            if kind not in set(SpaceKind):
                self.note("space-kind", space)
                continue
            listed.add(space)
            case = references.get(space, "")
            check = FeedCheck(SpaceKind(kind), space)
            devices = trust.devices(kind)
            for silenced, remark in sorted(silent_in(self.connection, trust, space).items()):
                self.note(remark, silenced, damage=False, case=case)
            for arrival, stored in stored_entries(self.connection, space):
                for fault in check.take(arrival, stored, devices):
                    self.note(fault, stored.id, damage=fault not in REMARKS, case=case)
                self._erased(stored, buried, withheld)
                said_erased.update((entry, stored.id) for entry in _erases(stored))
                self.tick()
        for entry in {*buried.items()} - said_erased:
            self.note("tombstone-without-entry", entry[0])
        rows = self.connection.execute("SELECT id, space, device, sequence, kind, header FROM entry ORDER BY arrival")
        for id, space, device, sequence, kind, header in rows:
            self.tick()
            if space not in listed:
                self.note("space-unlisted", id)
            try:
                parsed = Header.parse(header)
            except EntryInvalid:
                continue
            if (parsed.space, parsed.device, parsed.sequence, parsed.kind) != (space, device, sequence, kind):
                self.note("columns-differ", id)

    def office(self) -> None:
        """The feeds of the office alone."""
        with closing(projections.empty_tables()) as fresh:
            devices = self.who_counts(fresh).devices(SpaceKind.OFFICE)
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

    def playbooks(self) -> None:
        """The bytes are those of the digest."""
        for digest, raw in self.connection.execute("SELECT digest, raw FROM playbook"):
            if f"sha256:{hashlib.sha256(raw).hexdigest()}" != digest:
                self.note("playbook-differs", digest)


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

    Do the heads give the root that was last signed, do the checkpoints beside the vault still fit, did others show that
    it was put back, and does the feed of the office verify, from which everything else is judged?
    """
    examination = _Examination(vault, None, None)
    examination.newest_commit()
    examination.outside()
    examination.receipts()
    examination.said_by_others()
    examination.office()
    return tuple(one for one in examination.findings if one.code != KNOWN)


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
    except Cancelled:
        whole = False
    return Report(
        spaces=examination.spaces,
        entries=examination.entries,
        commits=examination.commits,
        findings=tuple(dict.fromkeys(examination.findings)),
        whole=whole,
        looked=tuple(examination.looked),
    )


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
            make_anew(vault.connection, examination.tick)
        examination.all()

    return _reported(examination, look)


__all__ = ["Finding", "Progress", "Report", "VaultUnwell", "at_unlock", "check", "repair_projections"]
