"""Whoever types the name of a value finds the names there are: in the help, and where one is missing or wrong."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from guidance.language import set_language
from tests.tools import ROOT
from tui.cli.documents import read_evidence_facts, read_intake, read_person
from tui.cli.documents_custody import read_clearing, read_move
from tui.cli.documents_mentor import concern, outcome, participant, read, vetting
from tui.cli.failures import DocumentFault, UsageFault
from tui.cli.parser import HelpAsked, parse
from tui.cli.registry import commands, groups

EVENTS = "found, hashed, handed-to, received-by, held-by, verified-again, returned, not-cleared, cleared, withdrawn"
PERSON = 'name = "A"\nroles = ["victim"]\n'
CHOSEN_BY = {"one_of", "several_of", "literal"}


def values_in(text: str) -> dict[str, str]:
    """Key -> its words, as the help of a command ends with them."""
    found: dict[str, str] = {}
    key = ""
    for line in text.partition("values in the TOML:\n")[2].splitlines():
        head, _blanks, said = line.strip().partition("  ") if line[2:3] != " " else ("", "", line)
        key = head or key
        found[key] = " ".join(filter(None, [found.get(key, ""), said.strip()]))
    return found


def help_of(*words: str) -> str:
    with pytest.raises(HelpAsked) as asked:
        parse([*words, "--help"], commands(), groups())
    return asked.value.text


def test_the_help_names_the_events_that_can_be_given() -> None:
    set_language("en")
    assert values_in(help_of("evidence", "custody", "add")) == {"event": EVENTS, "device": "own, office, victim, other"}
    # That a clearing is under way, Segl writes itself.
    with pytest.raises(DocumentFault) as caught:
        read_move(b'event = "clearing"')
    assert caught.value.diagnostics().happened == f"event: has to be one of: {EVENTS}"


def test_every_key_that_takes_one_of_some_words_is_named_with_them_by_a_help() -> None:
    set_language("en")
    told = {
        key.rpartition(".")[2]
        for command in commands()
        for key, words in values_in(help_of(*command.path)).items()
        if words
    }
    asked = set()
    for path in (ROOT / "tui" / "cli").glob("documents*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHOSEN_BY:
                (first, *_rest) = node.args
                assert isinstance(first, ast.Constant), path
                asked.add(first.value)
    assert asked >= {"event", "kind", "opinion", "language"}, "the control: the readers are seen"
    assert asked - told == set()


@pytest.mark.parametrize(
    ("read_it", "text", "said"),
    [
        (read_move, "", f"event: is missing; it is one of: {EVENTS}"),
        (read_move, 'event = "Found"', f"event: has to be one of: {EVENTS}"),
        (
            read_move,
            'event = "cleared"\ndevice = "mine"',
            "event: device: has to be one of: own, office, victim, other",
        ),
        (read_move, 'event = "found"\nplace = 1', "event: place: unknown key"),
        (read_move, "event =", "event: it is not valid TOML (end of document)"),
        (read_clearing, "", "answers: device: is missing; it is one of: own, office, victim, other"),
        (read_intake, 'title = "a"\nkind = ""', "intake: kind: has to be one of: school, workplace, mentoring"),
        (read_person, PERSON + 'person = "b"', "person: unknown key"),
        (
            lambda raw: read(raw, vetting),
            '[[references]]\nname = "a"\nopinion = "good"',
            "facts: references[0].opinion: has to be one of: recommends, reservations, advises-against",
        ),
        (
            lambda raw: read(raw, participant),
            'name = "a"',
            "facts: parts: is missing; it is one of: mentor, mentee",
        ),
        (
            lambda raw: read(raw, outcome),
            'text = "a"',
            "facts: outcome: is missing; it is one of: founded, partly, unfounded, withdrawn",
        ),
    ],
)
def test_what_is_wrong_has_each_name_once_and_the_words_that_are_right(
    read_it: Callable[[bytes], object], text: str, said: str
) -> None:
    set_language("en")
    with pytest.raises(DocumentFault) as caught:
        read_it(text.encode())
    assert caught.value.diagnostics().happened == said


def test_a_concern_without_its_kind_names_the_kinds() -> None:
    set_language("en")
    with pytest.raises(DocumentFault) as caught:
        read(b'what = "a"', concern)
    assert "one of: sexual-content, " in caught.value.diagnostics().happened


def test_an_unknown_key_of_evidence_is_named_once() -> None:
    from store.model import EvidenceDraft

    set_language("en")
    with pytest.raises(DocumentFault) as caught:
        read_evidence_facts(b'facts = "a"', EvidenceDraft(digest=""))
    assert caught.value.diagnostics().happened == "facts: unknown key"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (
            ["seal", "26-AAAAA", "--for", "nobody"],
            "full, police, colleague, authority, person-concerned, statistics",
        ),
        (["office", "role", "abcd", "boss"], "counsellor, leader, administrator"),
        (["evidence", "device", "26-AAAAA", "E1", "--device", "mine"], "own, office, victim, other"),
    ],
)
def test_an_argument_of_some_words_names_them_where_another_is_given(argv: list[str], said: str) -> None:
    set_language("en")
    with pytest.raises(UsageFault) as caught:
        parse(argv, commands(), groups())
    assert caught.value.problem.endswith(f"It is one of: {said}")
    assert argv[-1] not in caught.value.problem.partition("It is one of")[0]
