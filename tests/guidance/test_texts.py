"""The texts are the heart of the product: both languages, short, and in letters that people use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import pytest

from guidance.loader import shipped
from guidance.merge import group_steps, merge_facts
from guidance.model import FactSpec, Playbook, Text

BOOKS = shipped()


def _texts(book: Playbook) -> Iterator[tuple[str, Text]]:
    for step in book.steps:
        yield f"{step.id}.title", step.title
        yield f"{step.id}.why", step.why
        yield f"{step.id}.how", step.how
        for need in step.needs:
            if need.because:
                yield f"{step.id}.because", need.because
    for fact in book.facts:
        yield f"{fact.id}.label", fact.label
        for choice in fact.choices:
            yield f"{fact.id}.{choice.id}", choice.label


def test_titles_fit_a_line_of_eighty_columns() -> None:
    long = [(place, len(text.da)) for book in BOOKS for place, text in _texts(book) if place.endswith(".title")]
    assert [row for row in long if row[1] > 58] == []


def test_why_and_how_are_a_few_sentences() -> None:
    for book in BOOKS:
        for place, text in _texts(book):
            if place.endswith((".why", ".how")):
                assert len(re.findall(r"[.?!:](?:\s|$)", text.da)) <= 6, place
                assert max(len(text.da), len(text.en)) <= 320, place


def test_danish_is_danish_and_english_is_english() -> None:
    """The control: a text put in the wrong place, or Danish typed without its letters, is seen."""

    def strange(text: Text) -> bool:
        danish = re.search(r"\b(og|ikke|du|er|det|en|at|så)\b", text.da + " ") is not None
        english = re.search(r"\b(og|ikke|krænkede|hvem)\b", text.en) is not None
        typed = re.search(r"\b(faa|maa|paa|naar|hoere|foer|foerst|skaerm|krae)\w*", text.da.lower()) is not None
        return english or typed or (len(text.da) > 120 and not danish)

    assert [place for book in BOOKS for place, text in _texts(book) if strange(text)] == []
    assert strange(Text(da="Faa styr paa det", en="Sort it out"))
    assert strange(Text(da="Spørg", en="Spørg ikke"))


SHARED = [
    (one, other)
    for first, second in combinations(BOOKS, 2)
    for one in first.facts
    if (other := second.fact(one.id)) is not None
]


def test_some_facts_are_shared() -> None:
    assert len(SHARED) >= 10


@pytest.mark.parametrize(("one", "other"), SHARED, ids=lambda fact: fact.id)
def test_a_fact_that_two_playbooks_share_is_asked_in_the_same_words(one: FactSpec, other: FactSpec) -> None:
    assert (one.label, one.help, one.choices, one.when, one.optional) == (
        other.label,
        other.help,
        other.choices,
        other.when,
        other.optional,
    )


def test_the_steps_of_a_pair_read_as_one() -> None:
    """One title for both, and each adds its own to how it is done."""
    for group in group_steps(BOOKS, merge_facts(BOOKS)):
        if len(group.steps) > 1:
            assert len({step.how for step in group.steps}) == len(group.steps)
