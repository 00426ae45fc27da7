"""What is handed over as TOML: strict, with the place of what is wrong and without repeating what stands there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guidance.loader import for_kind
from guidance.merge import merge_facts
from guidance.values import parse_value
from store.model import EvidenceDraft, Role
from tests.tools import ROOT
from tui.cli.documents import (
    MAX_LINE,
    read_answers,
    read_entry,
    read_evidence_facts,
    read_facts,
    read_intake,
    read_person,
    read_request,
)
from tui.cli.documents_custody import read_clearing, read_move
from tui.cli.failures import DocumentFault

EXAMPLES = ROOT / "docs" / "examples"
READERS: dict[str, Callable[[bytes], object]] = {
    "intake": read_intake,
    "person": read_person,
    "evidence": lambda raw: read_evidence_facts(raw, EvidenceDraft(digest="")),
    "police": read_facts,
    "answers": read_answers,
    "entry": read_entry,
    "request": read_request,
    "custody": read_move,
    "clearing": read_clearing,
}


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_every_example_is_read(path: Path) -> None:
    READERS[path.name.partition("-")[0].partition(".")[0]](path.read_bytes())


def test_the_example_of_an_intake_is_what_it_says() -> None:
    intake = read_intake((EXAMPLES / "intake-school.toml").read_bytes())
    assert intake.people[1].authority_over == ("Alma K.",)
    assert intake.people[0].roles == (Role.VICTIM, Role.PUPIL)
    specs = merge_facts(for_kind(intake.kind))
    assert parse_value(specs["told.whom"], intake.facts["told.whom"]) == "parents teacher"
    assert all(specs[fact].intake for fact in intake.facts)


def test_the_example_of_a_decision_fits_its_step() -> None:
    facts = read_facts((EXAMPLES / "police-decision.toml").read_bytes())
    specs = merge_facts(for_kind("school"))
    assert all(parse_value(specs[fact], value) is not None for fact, value in facts.items())


SECRET = "hemmeligheden"
ONE = '[[people]]\nname = "A"\nroles = ["victim"]\n'


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "title"),
        ('title = ""', "title"),
        ('title = "a\\nb"', "title"),
        ("title = 3", "title"),
        (f'title = "a"\nsecret = "{SECRET}"', "secret"),
        (f'title = "a"\nkind = "{SECRET}"', "kind"),
        (f'title = "a"\npeople = "{SECRET}"', "people"),
        (f'title = "a"\npeople = ["{SECRET}"]', "people[0]"),
        (f'title = "a"\n{ONE}[[people]]\nname = "B"\nroles = ["{SECRET}"]', "people[1].roles[0]"),
        (f'title = "a"\n{ONE}[[people]]\nname = "B"\nroles = []', "people[1].roles"),
        (f'title = "a"\n{ONE}[[people]]\nname = "B"\nroles = ["pupil"]\nage = "{SECRET}"', "people[1].age"),
        (f'title = "a"\n{ONE}agee = "minor"', "people[0].agee"),
        (f'title = "a"\n{ONE}authority_over = [1]', "people[0].authority_over[0]"),
        ('title = "a"\n[facts]\n"x" = 1.5', "facts.x"),
        ('title = "a"\n[facts]\n"x" = 2026-01-31T10:00:00', "facts.x"),
        ('title = "a"\n[facts]\n"x" = [1]', "facts.x"),
        (f'title = "{"a" * (MAX_LINE + 1)}"', "title"),
    ],
)
def test_a_wrong_intake_names_the_place_and_not_the_value(text: str, place: str) -> None:
    with pytest.raises(DocumentFault) as caught:
        read_intake(text.encode())
    said = caught.value.diagnostics().happened
    assert (caught.value.document, caught.value.place) == ("intake", place)
    assert said.startswith(f"intake: {place}: ")
    assert SECRET not in said


def test_what_is_allowed_is_listed() -> None:
    with pytest.raises(DocumentFault) as caught:
        read_intake(f'title = "a"\n{ONE}age = "young"'.encode())
    assert caught.value.diagnostics().happened == "intake: people[0].age: has to be one of: minor, adult, unknown"


@pytest.mark.parametrize(
    "raw",
    [f"title = {SECRET}".encode(), b'title = "\xff"', b'title = "a"\ntitle = "b"', b"x = " + b"[" * 5000],
)
def test_what_is_not_toml_is_refused_without_repeating_it(raw: bytes) -> None:
    with pytest.raises(DocumentFault) as caught:
        read_intake(raw)
    assert SECRET not in str(caught.value.diagnostics())


def test_facts_may_be_dotted_or_quoted() -> None:
    assert read_facts(b'police.decision.extent = "all"') == read_facts(b'"police.decision.extent" = "all"')


def test_a_mark_at_the_beginning_of_the_file_is_no_part_of_it() -> None:
    assert read_intake(b"\xef\xbb\xbftitle = 'a'").title == "a"


def test_evidence_facts_leave_what_they_do_not_name() -> None:
    before = EvidenceDraft(digest="sha256:00", size=3, name="a", platform="X", accounts=("b",))
    after = read_evidence_facts(b'shows = "c"', before)
    assert (after.platform, after.accounts, after.shows, after.size) == ("X", ("b",), "c", 3)
