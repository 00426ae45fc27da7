"""Two people write different facts of one piece without knowing of one another: all of it is shown, none is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from guidance.language import speaking
from store.cases.errors import SaidDifferently
from store.casework import Casework
from store.model import EvidenceDraft, Holder
from tests.store.cases.test_copies import DRAFT, exchange, shared
from tests.store.circle import circle

METTES = replace(
    DRAFT, url="https://example.invalid/a", accounts=("skygge_04", "nr2"), claimed_at="2026-03-01T20:15+01:00"
)
BOS = replace(DRAFT, url="https://example.invalid/a", holder=Holder.POLICE, shows="En elev")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Casework, Casework]]:
    mette, bo = circle(tmp_path, "Mette", "Bo")
    yield mette, bo
    for desk in (mette, bo):
        desk.close()


def told(mette: Casework, bo: Casework, folder: Path, *drafts: EvidenceDraft) -> str:
    """A case in which each of them wrote what is known of E1, and each has heard of it."""
    case = shared(mette, bo, folder)
    for desk, draft in zip((mette, bo), drafts, strict=True):
        desk.amend_evidence(case, "E1", draft)
    exchange(mette, bo, case, folder)
    return case


def test_each_fact_that_differs_is_said_by_name(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    case = told(*two, tmp_path, METTES, BOS)
    with speaking("en"):
        (conflict,) = two[0].conflicts(case)
    words = {said.author: said.words for said in conflict.statements}
    assert words == {
        "Mette": "E1 a.jpg; User names: skygge_04, nr2; Posted or sent, as claimed: 2026-03-01T20:15+01:00; "
        "What it shows: not filled in; Who holds the original: not known",
        "Bo": "E1 a.jpg; User names: not filled in; Posted or sent, as claimed: not filled in; "
        "What it shows: En elev; Who holds the original: the police",
    }
    with speaking("da"):
        danish = {said.author: said.words for said in two[0].conflicts(case)[0].statements}
    assert "Brugernavne: skygge_04, nr2" in danish["Mette"]
    assert "Brugernavne: ikke udfyldt" in danish["Bo"]


def test_it_is_not_changed_before_it_is_decided(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    """Else what one of them said would be gone without anybody having looked."""
    case = told(*two, tmp_path, METTES, BOS)
    for desk in two:
        before = desk.evidence_piece(case, "E1")
        for number in ("E1", before.id):
            with pytest.raises(SaidDifferently) as caught:
                desk.amend_evidence(case, number, DRAFT)
            assert "E1" in caught.value.diagnostics().happened
        assert len(desk.conflicts(case)) == 1
        assert desk.evidence_piece(case, "E1") == before
    mette, bo = two
    (conflict,) = mette.conflicts(case)
    mette.decide(case, conflict.subject, conflict.statements[1].entry, "Vi har talt om det")
    assert mette.amend_evidence(case, "E1", replace(BOS, platform="Snapchat")).platform == "Snapchat"
    exchange(mette, bo, case, tmp_path)
    assert bo.conflicts(case) == ()
    assert bo.amend_evidence(case, "E1", METTES).accounts == METTES.accounts


def test_the_same_said_twice_is_no_disagreement(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    """The control."""
    case = told(*two, tmp_path, METTES, METTES)
    assert two[0].conflicts(case) == ()
    assert two[0].amend_evidence(case, "E1", BOS).shows == "En elev"
