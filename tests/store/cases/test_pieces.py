"""A case with many pieces: opened, looked through and added to without all of them being read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guidance.custody import Event, Move
from store.cases import values
from store.cases.errors import ItemUnknown
from store.casework import Casework
from store.database import Connection
from store.evidence.register import Listed
from store.evidence.verify import Checked, Match
from store.journal import newest_entries
from store.model import CheckFound, Evidence, EvidenceDraft
from store.standing import ProjectionDamaged, moves_of, standing
from tests.store.desk import a_case, set_up_desk

MANY = 450


def draft(number: int, **more: Any) -> EvidenceDraft:
    digest = "sha256:" + hashlib.sha256(str(number).encode()).hexdigest()
    return EvidenceDraft(digest=digest, size=number, name=f"{number}.jpg", **more)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Casework]:
    with set_up_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def case(desk: Casework) -> str:
    """A case with many pieces, of which one was amended and one has moved."""
    id = a_case(desk).id
    for begin in range(0, MANY, 150):
        desk.register_pieces(id, [draft(number) for number in range(begin + 1, begin + 151)])
    desk.amend_evidence(id, "E7", draft(7, platform="Snapchat"))
    desk.record_custody(id, "E8", Move(event=Event.FOUND, by="Åse", on="2026-11-20"))
    return id


def test_a_line_of_the_register_is_the_piece_and_nothing_else_of_it_is_read(
    desk: Casework, case: str, read: list[object]
) -> None:
    lines = desk.evidence_listed(case)
    assert read == []
    wanted = [(one.id, one.number, one.digest, one.size, one.name, one.raw_name) for one in desk.case(case).evidence]
    assert [(one.id, one.number, one.digest, one.size, one.name, one.raw_name) for one in lines] == wanted
    # Of two versions that disagree the later one; of a piece that nobody registered, nothing.
    seven, other = wanted[6][0], draft(700)
    said = json.dumps({"number": 7, **values.write_evidence(other)})
    for subject, place in ((f"evidence/{seven}", 10_000), ("evidence/" + "0" * 64, 10_001)):
        desk._connection.execute(
            "INSERT INTO standing SELECT space, ?, '~', ?, ?, at, since, device FROM standing "
            "WHERE subject = ? LIMIT 1",
            (subject, place, said, f"evidence/{seven}"),
        )
    after = desk.evidence_listed(case)
    assert (len(after), after[6].digest) == (len(lines), other.digest)
    desk._connection.execute("UPDATE standing SET value = '{' WHERE subject = ?", (f"evidence/{wanted[9][0]}",))
    with pytest.raises(ProjectionDamaged):
        desk.evidence_listed(case)


@pytest.mark.parametrize("many", [0, 20_000])
def test_what_was_found_of_more_pieces_than_an_entry_carries_is_recorded(desk: Casework, case: str, many: int) -> None:
    pieces = tuple(Listed(f"{number:064x}", number, "", 0, "", "") for number in range(1, many + 1))
    matched = (Match(evidence=desk.evidence_piece(case, "E1"), path=b"a"),)
    desk.record_check(case, Checked(matched=matched, missing=pieces, new=(b"b",)))
    lines = [line for line in desk.history(case) if line.kind == "evidence.checked"]
    assert len(lines) == (3 if many else 1)
    rows = [row.value for row in standing(desk._connection, case, "checked/")]
    assert [id for row in rows for id in row["missing"]] == [one.id for one in pieces]
    assert sum(row["new"] for row in rows) == 1
    assert [one.found for one in desk.evidence_piece(case, "E1").checks] == [CheckFound.MATCHED]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Each piece that is read of the tables."""
    seen: list[object] = []
    whole = values.read_evidence

    def counted(value: Any) -> dict[str, Any]:
        seen.append(value)
        return whole(value)

    monkeypatch.setattr("store.cases.pieces.read_evidence", counted)
    return seen


def test_opening_reads_no_piece_and_a_page_only_its_own(desk: Casework, case: str, read: list[object]) -> None:
    assert desk.view(case).pieces == MANY
    assert desk.conflicts(case) == ()
    desk.history(case)
    assert read == []
    assert [one.number for one in desk.evidence_page(case, 100, 50).pieces] == list(range(101, 151))
    assert len(read) == 50
    # The control: a whole record reads them all, and the count sees it.
    desk.case(case)
    assert len(read) == 50 + MANY


def test_what_is_done_with_one_piece_reads_that_one(desk: Casework, case: str, read: list[object]) -> None:
    assert desk.register_evidence(case, draft(MANY + 1)).number == MANY + 1
    assert desk.evidence_piece(case, "E300").number == 300
    desk.amend_evidence(case, "300", draft(300, platform="Discord"))
    desk.record_custody(case, "E300", Move(event=Event.FOUND, by="Bo", on="2026-11-20"))
    assert len(read) <= 10


def test_the_pages_are_the_register(desk: Casework, case: str) -> None:
    whole = desk.case(case).evidence
    assert [one.number for one in whole] == list(range(1, MANY + 1))
    assert whole[6].platform == "Snapchat"
    assert [one.move.event for one in whole[7].custody] == [Event.FOUND]
    assert "seen_by" in whole[6].missing
    found: list[Evidence] = []
    for start in range(0, MANY, 100):
        page = desk.evidence_page(case, start, 100)
        assert (page.total, page.start) == (MANY, start)
        found += page.pieces
    assert tuple(found) == whole
    assert desk.evidence_page(case, MANY, 100).pieces == ()
    assert all(desk.evidence_place(case, one.id) == place for place, one in enumerate(whole[:20]))


def test_a_piece_is_found_by_number_id_and_its_beginning(desk: Casework, case: str) -> None:
    # Not one whose id could be a number, as 417 and e17 are.
    piece = next(one for one in desk.case(case).evidence if one.id[0] in "abcd")
    for wanted in (f"E{piece.number}", str(piece.number), piece.id, piece.id[:12]):
        assert desk.evidence_piece(case, wanted) == piece
    for unknown in (f"E{MANY + 1}", "", piece.id[:3], "ffff" * 16, "%", "evidence"):
        with pytest.raises(ItemUnknown):
            desk.evidence_piece(case, unknown)


def versions(desk: Casework, case: str, id: str, **said: Any) -> None:
    """Let a second statement on a piece stand beside the first, later in the order, as where two heads disagree."""
    values = {"space": case, "subject": f"evidence/{id}", **said}
    desk._connection.execute(
        "INSERT INTO standing (space, subject, entry, place, value, at, since, device) SELECT space, subject, 'ff', "
        "place + 10000, json_set(value, '$.number', :number, '$.platform', 'TikTok'), at, since, device FROM standing "
        "WHERE space = :space AND subject = :subject",
        values,
    )


def test_of_two_versions_that_disagree_the_later_one_is_shown_once(desk: Casework, case: str) -> None:
    piece = desk.case(case).evidence[2]
    versions(desk, case, piece.id, number=MANY + 50)
    whole = desk.case(case).evidence
    assert [one.id for one in whole].count(piece.id) == 1
    assert (whole[-1].id, whole[-1].number, whole[-1].platform) == (piece.id, MANY + 50, "TikTok")
    assert desk.evidence_page(case, 0, MANY + 1).pieces == whole
    assert desk.view(case).pieces == MANY
    assert desk.evidence_piece(case, f"E{MANY + 50}").id == piece.id
    with pytest.raises(ItemUnknown):
        desk.evidence_piece(case, "E3")


def test_what_was_erased_since_is_in_no_page(desk: Casework, case: str) -> None:
    piece = desk.case(case).evidence[6]
    desk._connection.execute("DELETE FROM standing WHERE subject = ?", (f"added/{piece.id}",))
    desk.add_note(case, "slettet")
    assert piece.id not in {one.id for one in desk.case(case).evidence}
    assert desk.view(case).pieces == MANY - 1
    assert desk.evidence_page(case, 0, MANY).pieces == desk.case(case).evidence
    with pytest.raises(ItemUnknown):
        desk.evidence_place(case, piece.id)


def test_a_table_that_was_changed_from_outside_is_said(desk: Casework, case: str) -> None:
    desk._connection.execute(
        "UPDATE standing SET value = 'x' WHERE subject = ?", (f"evidence/{desk.case(case).evidence[0].id}",)
    )
    desk.add_note(case, "ændret")
    with pytest.raises(ProjectionDamaged):
        desk.view(case)


class Listening:
    """A connection that remembers what it was asked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.asked: list[tuple[str, Any]] = []

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        self.asked.append((sql, parameters))
        return self._connection.execute(sql, parameters)

    def plan(self) -> str:
        """How the one question is answered."""
        [(sql, parameters)] = self.asked
        return str(self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall())


def test_the_custody_of_some_pieces_is_found_without_that_of_the_others(desk: Casework, case: str) -> None:
    listening = Listening(desk._connection)
    moves_of(listening, case, ["a", "b"])  # type: ignore[arg-type]
    assert "USING INDEX standing_moved (space=? AND <expr>=?" in listening.plan()


def test_the_newest_entries_are_found_without_the_others(desk: Casework, case: str) -> None:
    listening = Listening(desk._connection)
    list(newest_entries(listening, case, 200, besides=["case.read"]))  # type: ignore[arg-type]
    assert "USING INDEX entry_space" in listening.plan()
    assert "TEMP B-TREE" not in listening.plan()
    # The control: without the index all of them are sorted.
    desk._connection.execute("DROP INDEX entry_space")
    assert "TEMP B-TREE" in listening.plan()
