"""What may be spent on one bundle: one allowance for all of its parts, with the reader as with the writer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from store.bundle import looking, weighing
from store.bundle import open as opening
from store.bundle.looking import LARGE, USUAL, Bounds, Looking, TooMuch
from store.bundle.names import CASE_JSON, JOURNAL
from store.bundle.open import OpenedBundle, open_bundle
from store.bundle.seal import SealOrder, prepare, seal
from store.bundle.weighing import weigh
from store.model import Purpose, Sealed
from tests.store.bundle.invented import BIRGIT, POLICE, POLICE_RECIPIENT, export
from tests.tools import ROOT

DOCUMENT = (ROOT / "docs" / "bundle-format.md").read_text(encoding="utf-8")


def row(words: str) -> list[int]:
    """The numbers of a row of the document's section on bounds."""
    section = DOCUMENT.partition("## 8. Bounds")[2].partition("\n## ")[0]
    [line] = [line for line in section.splitlines() if line.startswith(f"| {words}")]
    numbers = [(int(one.replace(",", "")), unit) for one, unit in re.findall(r"([0-9][0-9,]*)( [KMG]iB)?", line)]
    return [number * {"": 1, " MiB": 1 << 20, " GiB": 1 << 30}[unit] for number, unit in numbers]


@pytest.mark.parametrize(
    ("words", "of"),
    [
        ("`case.json` |", lambda bounds: bounds.files[CASE_JSON]),
        ("`journal.jsonl`", lambda bounds: bounds.files[JOURNAL]),
        ("entries", lambda bounds: bounds.entries),
        ("items in", lambda bounds: bounds.items),
        ("statements of", lambda bounds: bounds.statements),
        ("units", lambda bounds: bounds.work),
    ],
)
def test_the_document_says_the_bounds(words: str, of: Callable[[Bounds], int]) -> None:
    assert row(words) == [of(USUAL), of(LARGE)]


def test_the_document_says_the_bounds_of_the_tar_and_the_prices() -> None:
    assert row("the tar") == [USUAL.total, LARGE.total, LARGE.material]
    prices = {
        "a KiB of the": looking.PER_KIB,
        "a KiB of `case": looking.PER_KIB_OF_JSON,
        "an entry": looking.PER_ENTRY,
        "an item": looking.PER_ITEM,
        "a statement": looking.PER_STATEMENT,
        "a stanza": looking.PER_STANZA,
        "a card of": looking.PER_CARD,
    }
    for words, price in prices.items():
        assert row(words) == [price]
    assert row("a character")[-1] == looking.PER_SIGN


@pytest.mark.parametrize(
    "pay",
    [
        lambda purse: purse.passes(1024),
        lambda purse: purse.stanzas(1),
        lambda purse: purse.entries(1),
        lambda purse: purse.reads(CASE_JSON, 1024),
        lambda purse: purse.items(1, file=CASE_JSON),
        lambda purse: purse.statements(1),
        lambda purse: purse.signs(1),
        lambda purse: purse.cards(1),
        lambda purse: purse.json(CASE_JSON, b"[]"),
    ],
)
def test_all_of_it_is_paid_out_of_one_allowance(pay: Callable[[Looking], None]) -> None:
    purse = Looking(replace(USUAL, work=5000))
    purse.passes(5000 * 1024 // looking.PER_KIB)
    with pytest.raises(TooMuch):
        pay(purse)
    pay(Looking(replace(USUAL, work=5000)))


@pytest.mark.parametrize(
    ("bounds", "pay", "what"),
    [
        (replace(USUAL, entries=2), lambda purse: purse.entries(3), "more than 2 entries"),
        (replace(USUAL, items=2), lambda purse: purse.json(CASE_JSON, b"[1,2]"), "more than 2 items"),
        (replace(USUAL, items=4), lambda purse: [purse.items(2, file=JOURNAL) for _ in "123"], "more than 4 items"),
        (replace(USUAL, statements=2), lambda purse: [purse.statements(2) for _ in "12"], "more than 2 statements"),
        (replace(USUAL, files={CASE_JSON: 9}), lambda purse: purse.reads(CASE_JSON, 10), "larger than 9 bytes"),
    ],
)
def test_each_has_a_bound_of_its_own_for_memory(bounds: Bounds, pay: Callable[[Looking], None], what: str) -> None:
    with pytest.raises(TooMuch, match=what):
        pay(Looking(bounds))
    pay(Looking(replace(bounds, entries=99, items=99, statements=99, files=USUAL.files)))


def order(folder: Path) -> SealOrder:
    return SealOrder(purpose=Purpose.FULL, out=folder / "K.segl.age", recipients=(POLICE_RECIPIENT,), language="en")


def opened(made: Sealed, *, large: bool = False) -> OpenedBundle:
    return open_bundle(Path(made.path), [POLICE], trusted={}, carry=True, large=large)


@pytest.mark.parametrize("text", ["a note", 'a,[{"note\u202e\x9b\x7f\\u0041\r\n\U000e0041'])
def test_the_writer_weighs_no_less_than_the_reader(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = export(say=lambda words: f"{words} {text}", notes=40)
    made = seal(case, order(tmp_path), BIRGIT.sign)
    files = prepare(case, order(tmp_path), BIRGIT.sign).bag.files
    monkeypatch.setattr(weighing, "_LIGHT", 0)
    monkeypatch.setattr(weighing, "_TRIES", 4)
    said = []
    for work in range(20_000, 400_000, 10_000):
        bounds = replace(USUAL, work=work)
        monkeypatch.setattr(weighing, "USUAL", bounds)
        monkeypatch.setattr(opening, "USUAL", bounds)
        said.append((weigh(files), opened(made).verdicts.intact.needs_large))
    assert (False, True) not in said
    assert said[0] == (True, True)
    assert said[-1] == (False, False)
    # By how much it weighs more: the room for a long header, and escapes.
    assert said.count((True, False)) <= 12


def test_a_very_long_case_leaves_and_is_opened_where_somebody_says_that_it_is_meant(tmp_path: Path) -> None:
    made = seal(export(notes=USUAL.entries), order(tmp_path), BIRGIT.sign)
    assert made.large
    refused = opened(made)
    assert refused.verdicts.intact.needs_large
    assert "--large" in " ".join(refused.verdicts.words())
    assert refused.case is None
    assert refused.carried is None
    found = opened(made, large=True)
    assert found.verdicts.intact.holds
    assert found.carried is not None
    assert len(found.carried.entries) > USUAL.entries
