"""Every promise of `docs/threat-model.md` names the tests that show it, and those tests are there."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from guidance.language import set_language
from tests.tools import ROOT

DOCUMENT = ROOT / "docs" / "threat-model.md"
PROMISES = (
    "no plaintext on disk",
    "nothing on screen afterwards",
    "the lock empties memory",
    "acknowledged is kept",
    "tampering is noticed",
    "opens without us",
    "hostile bundles are bounded",
    "hostile text is inert",
    "offline",
)
"""What the design promises, word for word."""
_TEST = re.compile(r"`(tests/[a-z0-9_/]+\.py)::([a-z0-9_]+)`")


def rows(section: str) -> list[list[str]]:
    text = DOCUMENT.read_text().split(f"## {section}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def missing(cell: str) -> list[str]:
    """What a cell names that is not there; a cell without any test is missing one."""
    named = _TEST.findall(cell)
    return [f"{file}::{name}" for file, name in named if not (ROOT / file).is_file() or name not in names_in(file)] or (
        [] if named else ["no test at all"]
    )


@pytest.mark.parametrize("section", ["The promises", "What a terminal program leaks by itself"])
def test_every_line_is_shown_by_tests_that_exist(section: str) -> None:
    found = rows(section)
    assert len(found) > 10
    assert {row[0]: missing(row[-1]) for row in found if missing(row[-1])} == {}


def test_control_a_test_that_is_not_there_is_noticed() -> None:
    assert missing("`tests/test_threat_model.py::test_that_nobody_wrote`") != []
    assert missing("`tests/nowhere/test_x.py::test_x`") != []
    assert missing("it holds, believe us") == ["no test at all"]
    assert missing("`tests/test_threat_model.py::test_every_promise_of_the_design_is_there`") == []


def test_every_promise_of_the_design_is_there() -> None:
    assert set(PROMISES) <= {row[0] for row in rows("The promises")}


def test_what_a_shared_account_means_is_said_at_set_up_in_both_languages() -> None:
    from store.shared_account import shared_account

    said = {}
    for language in ("en", "da"):
        set_language(language)
        said[language] = shared_account()
    set_language("en")
    assert "delete" in said["en"]
    assert "in Segl's place" in said["en"]
    assert "slette" in said["da"]
    assert "i stedet for Segl" in said["da"]


def test_how_to_report_names_no_person() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    assert "@" not in text
    assert "docs/threat-model.md" in text
