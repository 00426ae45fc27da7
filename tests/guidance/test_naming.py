"""Every question that is answered in words says whether it is asked who: else a name in an answer is forgotten."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from guidance.loader import load_playbook, shipped
from guidance.merge import merge_facts
from guidance.model import FactSpec, FactType, Names
from guidance.naming import names_in
from tests.guidance.test_loader import GOOD

TEXTS = [(book.id, fact) for book in shipped() for fact in book.facts if fact.type is FactType.TEXT]
ASKS_WHO = re.compile(r"\bwho(?:m|se)?\b|\bhvem\b", re.IGNORECASE)


def asks_who(fact: FactSpec) -> bool:
    """Whether a question asks who, in either language or in its help."""
    words = (fact.label.en, fact.label.da, fact.help.en, fact.help.da)
    return any(ASKS_WHO.search(text) for text in words) or fact.id.endswith((".by", "-by", ".who"))


@pytest.mark.parametrize(("book", "fact"), TEXTS, ids=[f"{book}/{fact.id}" for book, fact in TEXTS])
def test_every_text_says_whether_it_names_people(book: str, fact: FactSpec) -> None:
    assert fact.names is not None, f"{book}.toml: say of {fact.id} whether it names people: names = ..."
    if asks_who(fact):
        assert fact.names is not Names.NONE


def test_the_question_is_looked_at_in_both_languages() -> None:
    """The control: of every sort there are some, and who is asked for is seen."""
    assert {fact.names for _book, fact in TEXTS} == set(Names)
    assert sum(asks_who(fact) for _book, fact in TEXTS) > 20
    assert not all(asks_who(fact) for _book, fact in TEXTS)


def test_neither_an_older_file_nor_an_offices_own_says_that_nobody_is_named() -> None:
    specs = merge_facts(shipped())
    who = specs["police.decision.by"]
    assert names_in("police.decision.by", specs) is Names.WHO
    for said in (None, Names.NONE, Names.AMONG):
        assert names_in("police.decision.by", {"police.decision.by": replace(who, names=said)}) is Names.WHO
    assert names_in("police.decision.by", {}) is Names.WHO
    assert names_in("incident.what", specs) is Names.NONE


def test_where_nothing_is_said_names_are_looked_for() -> None:
    raw = GOOD.replace('id = "thing.done"\ntype = "yes-no"', 'id = "thing.done"\ntype = "text"').replace(
        'due = { within = "P1D", from = "thing.done" }', ""
    )
    book = load_playbook(raw.encode(), "own.toml")
    assert names_in("thing.done", merge_facts((book,))) is Names.AMONG
    assert names_in("nobody.knows-it", {}) is Names.AMONG
    said = load_playbook(raw.replace('type = "text"', 'type = "text"\nnames = "none"').encode(), "own.toml")
    assert names_in("thing.done", merge_facts((said,))) is Names.NONE
    assert names_in("thing.done", merge_facts((said, replace(book, id="other")))) is Names.NONE
    assert names_in("thing.sort", merge_facts((said,))) is Names.NONE
