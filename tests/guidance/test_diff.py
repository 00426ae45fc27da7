"""Differences of two versions of a playbook: what was added, removed and changed, in words in both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from guidance.diff import Change, differences
from guidance.language import LANGUAGES, Language, speaking
from guidance.loader import load_playbook, shipped, shipped_one
from guidance.model import DONE_PREFIX, Playbook
from tests.guidance.test_loader import GOOD

OLD = load_playbook(GOOD.encode(), "old.toml")


def _new(*changes: tuple[str, str], more: str = "") -> Playbook:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return load_playbook((text + more).encode(), "new.toml")


def test_a_version_does_not_differ_from_itself() -> None:
    for book in shipped():
        assert differences(book, book) == ()


@pytest.mark.parametrize(
    ("old", "new", "sort", "field", "before", "after"),
    [
        ("version = 1", "version = 2", "playbook", "version", "1", "2"),
        ('strength = "must"', 'strength = "should"', "step", "strength", "must", "should"),
        ('needs = ["thing.done"]', "", "step", "needs", "thing.done known", ""),
        (
            'strength = "must"',
            'strength = "must"\ndue = { within = "P3D", from = "case.opened" }',
            "step",
            "due",
            "",
            "P3D from case.opened",
        ),
        ('da = "Gjort?"', 'da = "Er det gjort?"', "fact", "label", "Done? / Gjort?", "Done? / Er det gjort?"),
        ("order = 1", "order = 9", "phase", "order", "1", "9"),
    ],
)
def test_one_change_is_one_difference(old: str, new: str, sort: str, field: str, before: str, after: str) -> None:
    [found] = differences(OLD, _new((old, new)))
    assert (found.sort, found.change, found.fields) == (sort, Change.CHANGED, (field,))
    assert (found.before, found.after) == ((before,), (after,))


def test_what_is_new_and_what_is_gone_is_named() -> None:
    with_more = _new(
        more="""
[[steps]]
id = "third"
phase = "only"
kind = "do"
strength = "may"
heading = "Side 2"
title = { da = "Tredje", en = "Third" }
why = { da = "Derfor", en = "Because" }
how = { da = "Sådan", en = "Thus" }
"""
    )
    [added] = differences(OLD, with_more)
    [removed] = differences(with_more, OLD)
    assert (added.change, removed.change) == (Change.ADDED, Change.REMOVED)
    with speaking("en"):
        assert (added.words(), removed.words()) == (("New step: Third",), ("Gone step: Third",))
    with speaking("da"):
        assert added.words() == ("Tilføjet trin: Tredje",)


def test_every_field_of_what_ships_has_words_in_both_languages() -> None:
    """Each playbook against each other: whatever differs can be said."""
    said: set[str] = set()
    for book in shipped():
        newer = replace(book, version=book.version + 1)
        for other in (*shipped(), newer):
            for found in differences(book, other):
                said.update(found.fields)
                for language in LANGUAGES:
                    with speaking(language):
                        assert all(line.strip() for line in found.words())
    assert {"version", "title", "source", "how", "needs", "due", "sets"} <= said


def test_no_english_word_stands_between_the_danish_ones() -> None:
    before, after = shipped_one("action-card"), shipped_one("workplace-plan")
    english = re.compile(r" when '|\d (?:day|month)s? from |-> (?:yes|no)\b|\(alone\)")
    found = {}
    for language in LANGUAGES:
        with speaking(language):
            said = "\n".join(line for one in differences(before, after) for line in one.words())
        found[language] = english.findall(said)
    assert found["en"]
    assert not found["da"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_read_no_code_and_one_language(language: Language) -> None:
    """Ids of facts, steps and choices, durations and the other language stay in what programs read."""
    books = shipped()
    ids = {fact.id for book in books for fact in book.facts} | {f"{DONE_PREFIX}{s.id}" for b in books for s in b.steps}
    ids = {id for id in ids if "." in id or "-" in id}
    other = "da" if language == "en" else "en"
    own = {one for book in books for step in book.steps for one in (getattr(step.title, language),)}
    foreign = {getattr(step.title, other) for book in books for step in book.steps} - own
    raw: list[str] = []
    said: list[str] = []
    for before in books:
        for after in books:
            for found in differences(before, after):
                raw += [*found.before, *found.after]
                with speaking(language):
                    said += found.words()
    text = "\n".join(said)
    assert not {id for id in ids if re.search(rf"(?<![\w.-]){re.escape(id)}(?![\w.-])", text)}
    assert not {title for title in foreign if title in text}
    assert not re.search(r"\bP\d+[DWM]\b", text)
    control = "\n".join(raw)
    assert {id for id in ids if id in control} and {title for title in foreign if title in control}
    assert re.search(r"\bP\d+[DWM]\b", control)


def test_words_that_differ_in_the_other_language_only_are_shown_and_which_it_is() -> None:
    [found] = differences(OLD, _new(('da = "Gjort?"', 'da = "Er det gjort?"')))
    with speaking("en"):
        assert found.words()[1] == "  question: Gjort? (in Danish) -> Er det gjort? (in Danish)"
    with speaking("da"):
        assert found.words()[1].endswith("Gjort? -> Er det gjort?")
