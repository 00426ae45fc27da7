"""Every commit again: the roots that were signed must come out of the entries, in the vault and beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from store import checkpoint, keys, put_back, receipts
from store.checkpoint import CheckpointInvalid, Tree
from store.entry import EntryInvalid, Header
from store.examination import Examination
from store.findings import KNOWN


class Replay(Examination):
    """The journal in the order of arrival, held against the checkpoints and receipts."""

    def replay(self) -> None:
        """Every commit again, from the entries alone; each must give the root that was signed with it."""
        [(commits, first, last)] = self.connection.execute(
            "SELECT count(*), coalesce(min(counter), 1), coalesce(max(counter), 0) FROM checkpoint"
        ).fetchall()
        if (first, last) != (1, commits):
            self.note("checkpoint-missing")
        own = keys.own_devices(self.connection)
        tree, numbers, heads, kinds = Tree(), dict[str, int](), dict[str, set[str]](), dict[str, str]()
        touched: set[str] = set()
        expected, current = 1, 0

        def commit() -> None:
            for space in sorted(touched, key=numbers.__getitem__):
                tree.put(numbers[space], checkpoint.leaf(kinds[space], space, heads[space]))
            touched.clear()
            self._commit(current, tree.root, self._kept(current), own)

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
        if current != commits:
            self.note("entries-missing", f"{current}/{commits}")
        self._compare_heads(tree, numbers, heads, kinds)

    def _kept(self, counter: int) -> tuple[str, str] | None:
        row = self.connection.execute("SELECT root, text FROM checkpoint WHERE counter = ?", (counter,)).fetchone()
        return None if row is None else (row[0], row[1])

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
                self._put_back("rolled-back", path)
            elif not checkpoint.fits(self.connection, document):
                self._put_back("outside-differs", path)

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
                self._put_back("receipt-later", path)
            elif not checkpoint.fits(self.connection, anchored):
                self._put_back("receipt-differs", path)

    def said_by_others(self) -> None:
        """What the exchange noticed, and nobody has said that they know."""
        self.findings += put_back.noticed(self.connection)

    def _put_back(self, code: str, path: Path) -> None:
        known = put_back.is_known(self.connection, path)
        self.note(KNOWN if known else code, path.name, damage=not known)
