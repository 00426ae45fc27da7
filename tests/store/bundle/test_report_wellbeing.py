"""Wellbeing talks in the report: drawn, in words for who can't see the drawing, and never as a diagnosis."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from guidance.loader import shipped_one
from guidance.merge import merge_facts
from guidance.wellbeing import WellbeingTalk
from store.bundle.contents import REPORT
from store.bundle.names import CASE_JSON
from store.bundle.visible import count_unsafe, visible
from store.model import CaseExport, Purpose
from tests.store.bundle.invented import AT, Say, export, plain
from tests.store.bundle.test_report import PAYLOADS, Page, files_of

SPECS = merge_facts((shipped_one("handling-model"),))


def with_talks(say: Say = plain) -> CaseExport:
    made = export(say=say)
    talks = (
        WellbeingTalk(at=AT, signs=("shame", "absence"), note=say("I can't sleep")),
        WellbeingTalk(at=AT + timedelta(days=7), signs=(), note=""),
        WellbeingTalk(at=AT + timedelta(days=14), signs=("social-unclear",), note=say("Better")),
    )
    guide = replace(made.record.guide, specs={**made.record.guide.specs, "signs.seen": SPECS["signs.seen"]})
    return replace(made, record=replace(made.record, guide=guide), wellbeing=talks)


def signs_of(page: Page) -> list[str | None]:
    """The shapes of the signs; the course of the case is drawn with others."""
    return [mark["class"] for mark in page.every("rect") if mark.get("class") in {"seen", "unclear"}]


def test_the_signs_are_drawn_by_shape_and_told_in_a_table() -> None:
    page = Page(files_of(with_talks())[REPORT])
    assert "They are not a diagnosis." in page.text
    assert signs_of(page) == ["seen", "seen", "unclear"]
    assert [mark["class"] for mark in page.every("circle")].count("not-seen") == 7 * 3 - 3
    for words in ("shame, guilt or powerlessness", "none of the signs", "the source is unclear here", "I can't sleep"):
        assert words in page.text
    assert "shame, guilt or powerlessness, stays away from school or work" in page.text


def test_control_without_talks_nothing_is_drawn() -> None:
    page = Page(files_of(export())[REPORT])
    assert signs_of(page) == []
    assert "diagnosis" not in page.text


@pytest.mark.parametrize("hostile", PAYLOADS)
def test_what_somebody_said_comes_out_inert(hostile: str) -> None:
    harmless = Page(files_of(with_talks())[REPORT])
    page = Page(files_of(with_talks(say=lambda text: text + hostile))[REPORT])
    assert page.seen == harmless.seen
    assert count_unsafe(page.text) == 0
    assert f"I can't sleep{visible(hostile)}" in page.text


def test_the_data_has_the_talks_and_statistics_have_none() -> None:
    document = json.loads(files_of(with_talks())[CASE_JSON])
    assert [talk["signs"] for talk in document["wellbeing"]["talks"]] == [["shame", "absence"], [], ["social-unclear"]]
    assert {sign["id"] for sign in document["wellbeing"]["signs"] if sign["unclear"]} == {"social-unclear"}
    for data in files_of(with_talks(), purpose=Purpose.STATISTICS).values():
        assert b"shame" not in data
        assert b"sleep" not in data
