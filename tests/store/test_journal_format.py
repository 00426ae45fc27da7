"""The document of the format and the code say the same."""

from __future__ import annotations

import re
from pathlib import Path

from store.cases.history import _SAYINGS
from store.findings import _sentences
from store.kinds import FIELDS
from store.programme.kinds import FIELDS as PROGRAMME
from tests.tools import ROOT

TEXT = (ROOT / "docs" / "journal-format.md").read_text(encoding="utf-8")
ROWS = [
    (kinds, payload, "*(later)*" in kinds)
    for kinds, payload in re.findall(r"^\| (`[a-z][^|]*) \| ([^|]*) \|", TEXT, re.MULTILINE)
]


def test_every_kind_has_its_row_and_the_fields_stand_in_it() -> None:
    described: dict[str, set[str]] = {}
    for kinds, payload, _later in ROWS:
        for kind in re.findall(r"`([a-z-]+\.[a-z-]+)`", kinds):
            described[kind] = set(re.findall(r"`([a-z-]+)`", payload))
    described["evidence.amended"] |= described["evidence.registered"]
    for kind, fields in FIELDS.items():
        assert set(fields) <= described[kind], kind


def test_what_is_not_later_is_in_the_code() -> None:
    now = {kind for kinds, _payload, later in ROWS if not later for kind in re.findall(r"`([a-z-]+\.[a-z-]+)`", kinds)}
    assert now == set(FIELDS)


def test_every_kind_of_a_case_has_words() -> None:
    spaces = ("office.", "author.", "status.", "lookup.")
    elsewhere = {kind for kind in FIELDS if kind.startswith(spaces)} | set(PROGRAMME)
    assert set(_SAYINGS) == set(FIELDS) - elsewhere


def test_every_finding_is_listed() -> None:
    listed = TEXT[TEXT.index("## What the doctor says") :]
    for code, _words in _sentences():
        assert f"`{code}`" in listed or code.startswith(("payload-", "header-")), code
    source = (ROOT / "store" / "doctor.py").read_text(encoding="utf-8")
    for code in re.findall(r'note\("([a-z-]+)"', source):
        assert f"`{code}`" in listed, code


def test_the_files_it_names_are_there() -> None:
    for name in re.findall(r"`(store/[a-z/]+\.py)`", TEXT):
        assert Path(ROOT / name).is_file(), name
