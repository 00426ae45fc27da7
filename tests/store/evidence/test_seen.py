"""'Seen before?': exactly the same digest, in every case, by an index that follows the journal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from guidance.language import speaking
from store.cases.digests import read_digest
from store.cases.errors import DigestInvalid, DigestNotHeard
from store.casework import Casework
from store.evidence.dictation import read_out
from store.evidence.seen import _FIND
from store.model import EvidenceDraft, Intake
from tests.store.desk import Clock, set_up_desk

ONE = "sha256:" + "11" * 32
TWO = "sha256:" + "22" * 32


def _case(desk: Casework, title: str) -> str:
    return desk.new_case(Intake(title=title, stand_in="Bo")).id


def _piece(digest: str, name: str = "a.jpg") -> EvidenceDraft:
    return EvidenceDraft(digest=digest, size=3, name=name)


def test_a_digest_is_found_in_every_case_that_has_it(tmp_path: Path) -> None:
    with set_up_desk(tmp_path) as desk:
        first, second, other = (_case(desk, title) for title in ("Den første", "Den anden", "Den tredje"))
        desk.register_evidence(other, _piece(TWO))
        old = desk.register_evidence(first, _piece(ONE))
        new = desk.register_evidence(second, _piece(ONE, "b.jpg"))
        found = desk.seen_before([ONE])
        assert [(one.title, one.evidence_id, one.number, one.name) for one in found] == [
            ("Den første", old.id, 1, "a.jpg"),
            ("Den anden", new.id, 1, "b.jpg"),
        ]
        assert found[0].reference == desk.case(first).summary.reference
        assert found[0].registered_at == old.registered_at
        assert [one.evidence_id for one in desk.seen_before([ONE], besides=new.id)] == [old.id]
        assert {one.digest for one in desk.seen_before([ONE, TWO, ONE])} == {ONE, TWO}
        assert len(desk.seen_before([ONE, ONE])) == 2


def test_what_was_registered_in_the_same_second_is_told_in_the_order_it_came(tmp_path: Path) -> None:
    class Stopped(Clock):
        def __call__(self) -> datetime:
            return self.now

    with set_up_desk(tmp_path, clock=Stopped()) as desk:
        # By chance alone, ten ids are in this order once in three million times.
        pieces = [desk.register_evidence(_case(desk, f"Sag {number}"), _piece(ONE)).id for number in range(10)]
        found = desk.seen_before([ONE])
        assert len({one.registered_at for one in found}) == 1
        assert [one.evidence_id for one in found] == pieces


def test_another_digest_is_not_found(tmp_path: Path) -> None:
    with set_up_desk(tmp_path) as desk:
        desk.register_evidence(_case(desk, "En"), _piece(ONE))
        near = ONE[:-1] + "2"
        assert desk.seen_before([near]) == ()


def test_a_piece_that_was_amended_is_found_once_and_under_its_digest_of_now(tmp_path: Path) -> None:
    with set_up_desk(tmp_path) as desk:
        case = _case(desk, "En")
        piece = desk.register_evidence(case, _piece(ONE))
        desk.amend_evidence(case, piece.id, _piece(ONE, "c.jpg"))
        assert [one.name for one in desk.seen_before([ONE])] == ["c.jpg"]
        desk.amend_evidence(case, piece.id, _piece(TWO))
        assert desk.seen_before([ONE]) == ()
        assert [one.registered_at for one in desk.seen_before([TWO])] == [piece.registered_at]


def test_what_a_person_types_is_read(tmp_path: Path) -> None:
    with set_up_desk(tmp_path) as desk:
        desk.register_evidence(_case(desk, "En"), _piece("sha256:" + "ab" * 32))
        typed = " ".join(["ABAB"] * 16)
        assert len(desk.seen_before([typed])) == 1
        for wrong in ("", "sha256:", typed[:-1], typed + "0", "md5:" + "ab" * 32, "ｆ" * 64):
            with pytest.raises(DigestInvalid):
                desk.seen_before([wrong])


def test_the_index_answers_and_no_table_is_read_through(tmp_path: Path) -> None:
    with set_up_desk(tmp_path) as desk:
        connection = desk._connection

        def plan(how: str = "") -> str:
            rows = connection.execute(f"EXPLAIN QUERY PLAN {_FIND} {how}", (ONE, 100)).fetchall()
            return "\n".join(str(row[-1]) for row in rows)

        assert "standing_digest" in plan()
        assert "SCAN" not in plan()
        # The control: without the index it has to read through.
        connection.execute("DROP INDEX standing_digest")
        assert "SCAN" in plan("-- not the statement that is kept ready")


def test_a_look_up_writes_nothing(tmp_path: Path) -> None:
    with set_up_desk(tmp_path) as desk:
        case = _case(desk, "En")
        desk.register_evidence(case, _piece(ONE))
        before = desk.history(case)
        desk.seen_before([ONE])
        assert desk.history(case) == before


def test_a_blake3_is_looked_up_with_its_name() -> None:
    assert read_digest("BLAKE3:" + "AB" * 32) == "blake3:" + "ab" * 32
    assert read_digest("ab" * 32) == "sha256:" + "ab" * 32
    with pytest.raises(DigestInvalid):
        read_digest("md5:" + "ab" * 32)


def test_a_digest_is_looked_up_as_segl_reads_it_out() -> None:
    for digest in ("sha256:" + "ab" * 32, "blake3:" + "ab" * 32):
        groups = read_out(digest)
        assert read_digest(" ".join(groups)) == digest
        assert read_digest("".join(groups).lower()) == digest
    assert read_digest("ab" * 32, plain="blake3") == "blake3:" + "ab" * 32
    with speaking("en"), pytest.raises(DigestNotHeard) as caught:
        read_digest(" ".join([*groups[:4], groups[5], groups[4], *groups[6:]]))
    assert "groups can't be right: 5, 6" in caught.value.diagnostics().happened
