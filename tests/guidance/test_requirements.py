"""The page of requirements: up to date, no row empty, every test it names is there."""

from __future__ import annotations

import re

import pytest

from guidance.requirements import MORE, PROOF, answered, asked, shown_by, write
from tests.guidance.test_covers import PROOFS
from tests.tools import ROOT

PAGE = ROOT / "docs" / "requirements.md"
ROW = re.compile(r"^\| ([A-Z]{2}-\d+[a-z]?) \| (.*) \| (.*) \| (.*) \|$", re.MULTILINE)


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == "".join(write()), "run: python -m guidance.requirements > docs/requirements.md"


def test_every_requirement_has_a_row_and_no_row_is_empty() -> None:
    rows = {id: cells for id, *cells in ROW.findall(PAGE.read_text("utf-8"))}
    assert rows.keys() == asked().keys()
    assert len(rows) == 86
    assert {id for id, cells in rows.items() if not all(cell.strip() for cell in cells)} == set()


def test_a_requirement_that_nothing_answers_would_leave_an_empty_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guidance.requirements.answered", lambda: {**answered(), "CM-12": ()})
    rows = {id: cells for id, *cells in ROW.findall("".join(write()))}
    assert [id for id, cells in rows.items() if not all(cell.strip() for cell in cells)] == ["CM-12"]


@pytest.mark.parametrize("id", asked())
def test_the_tests_that_are_named_are_there(id: str) -> None:
    assert id in PROOFS
    assert shown_by(id)[0] == f"{PROOF}[{id}]"
    assert all((ROOT / test).exists() for test in (PROOF, *MORE.get(id, ())))
