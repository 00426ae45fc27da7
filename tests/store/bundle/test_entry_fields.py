"""What every field of an entry of a case holds: in one that nobody classified no name would be looked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from store.bundle.entry_fields import HOLDS, Holds, holds
from store.journal import read
from store.kinds import FIELDS
from tests.store.bundle.test_withholding import planted
from tests.store.desk import set_up_desk
from tests.tools import ROOT

ELSEWHERE = (
    *("author.", "office.", "lookup.", "status."),
    *("programme.", "participant.", "vetting.", "mentoring.", "session.", "consent.", "recording.", "check-in."),
    *("policy.", "concern."),
)
"""Kinds of other spaces than a case: no bundle of a case has them."""
OF_A_CASE = sorted(kind for kind in FIELDS if not kind.startswith(ELSEWHERE))


@pytest.mark.parametrize("kind", OF_A_CASE)
def test_every_field_says_what_it_holds(kind: str) -> None:
    unsaid = set(FIELDS[kind]) - set(HOLDS.get(kind, {}))
    assert not unsaid, f"say in store.bundle.entry_fields what these fields of {kind} hold: {sorted(unsaid)}"


def test_every_field_of_the_format_says_what_it_holds() -> None:
    """The fields that a payload need not have, too: they stand in the document of the format only."""
    page = (ROOT / "docs" / "journal-format.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[a-z]+\.[^|]*) \| ([^|]*) \|", page, re.MULTILINE)
    told = set()
    for kinds, payload in rows:
        fields = set(re.findall(r"`([a-z-]+)`", re.sub(r"\([^)]*\)|`\{[^}]*\}`|; nothing else", "", payload)))
        for kind in set(re.findall(r"`([^`]+)`", kinds)) & set(OF_A_CASE):
            told.add(kind)
            assert fields <= set(HOLDS[kind]), f"say in store.bundle.entry_fields what these hold: {kind}"
    assert told == set(OF_A_CASE)


def test_no_kind_is_said_that_there_is_not() -> None:
    assert set(HOLDS) == set(OF_A_CASE)
    assert len(OF_A_CASE) > 30


def test_what_holds_no_text_is_not_said_to_be_a_name() -> None:
    """Numbers and yes or no hold no name; the control: of texts each sort is there."""
    for kind in OF_A_CASE:
        for field, sort in FIELDS[kind].items():
            if sort in (int, bool):
                assert holds(kind, field) is Holds.OWN, f"{kind}: {field}"
    assert {one for fields in HOLDS.values() for one in fields.values()} == set(Holds)


def test_what_is_written_has_no_field_that_is_not_said(tmp_path: Path) -> None:
    """The fields that a payload may have and need not, too."""
    desk = set_up_desk(tmp_path)
    try:
        export = desk.export_case(planted(desk))
        seen = set()
        for stored in export.entries:
            entry = read(stored)
            seen.add(entry.header.kind)
            assert set(entry.payload or {}) <= set(HOLDS[entry.header.kind]), entry.header.kind
        assert len(seen) > 10
    finally:
        desk.close()


def test_a_field_of_a_newer_segl_can_be_marked() -> None:
    assert holds("note.added", "mood") is holds("case.sung", "text") is Holds.TEXT
