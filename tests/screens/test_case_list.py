"""The list of cases: what is shown, found and sorted, and where its keys lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from screens.case import CaseScreen
from screens.case_list import CaseListScreen
from screens.case_search import ORDERS, matching, searchable
from screens.drafts import DraftsScreen
from screens.new_case import NewCaseScreen
from screens.note import NoteScreen
from screens.open import OpenScreen
from screens.widgets.lines import LineList
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary, Intake
from tests.screens.conftest import INTAKE, press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]


def summary(number: int, **changes: Any) -> CaseSummary:
    """One line of a list."""
    moment = datetime(2026, 1, 1, 12, number % 60, tzinfo=UTC)
    one = CaseSummary(
        id=f"{number:032x}",
        reference=f"26-{number:05d}",
        title=f"Sag {number}",
        kind="school",
        level=None,
        opened_at=moment,
        changed_at=moment,
        closed_at=None,
        next_step="Ring til politiet",
        next_due=None,
        overdue=0,
    )
    return replace(one, **changes)


async def test_it_says_so_where_there_is_nothing(show: Show) -> None:
    async with show(CaseListScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Ingen sager endnu. Tryk o" in text_of(pilot.app)
        await press(pilot, "enter", "n")
        assert isinstance(pilot.app.screen, CaseListScreen)


async def test_a_case_is_a_line_with_its_next_step_and_due_date(show: Show, case: CaseSummary) -> None:
    async with show(CaseListScreen).run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        text = text_of(pilot.app)
        assert case.reference in text
        assert "Billede delt i 8.b" in text
        assert "i morgen" in text
        assert "1 åben sag" in text


async def test_enter_opens_and_n_writes_a_note(show: Show, case: CaseSummary, client: VaultClient) -> None:
    async with show(CaseListScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, CaseScreen)
        await press(pilot, "escape", "n", "=Ringede til mor", "ctrl+s")
        assert isinstance(pilot.app.screen, CaseListScreen)
        record = await client.do(Casework.case, case.id)
        assert record.notes[-1].current.text == "Ringede til mor"


async def test_typing_finds_and_escape_shows_the_whole_list(show: Show, case: CaseSummary, client: VaultClient) -> None:
    await client.do(Casework.new_case, replace(INTAKE, title="Trusler på Instagram"))
    async with show(CaseListScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f", "=instag")
        assert "Trusler" in text_of(pilot.app)
        assert "Billede delt" not in text_of(pilot.app)
        await press(pilot, "down", "enter")
        assert isinstance(pilot.app.screen, CaseScreen)
        await press(pilot, "escape", "f", "=zz")
        assert "Ingen sag passer." in text_of(pilot.app)
        await press(pilot, "escape")
        assert "Billede delt" in text_of(pilot.app)
        await settle(pilot)
    # What was searched for to its end is on record, once; letters typed on the way are not.
    found = [(line.words, line.hits) for line in (await client.do(Casework.lookup_log)).lines]
    assert found == [("instag", 1), ("instagzz", 0)]


async def test_its_keys_lead_to_the_other_screens(show: Show, case: CaseSummary, client: VaultClient) -> None:
    await client.do(Casework.save_draft, f"note/{case.id}", '{"text": "halvt"}')
    async with show(CaseListScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Du har 1 kladde" in text_of(pilot.app)
        await press(pilot, "o")
        assert isinstance(pilot.app.screen, NewCaseScreen)
        await press(pilot, "escape", "b")
        assert isinstance(pilot.app.screen, OpenScreen)
        await press(pilot, "escape", "k")
        assert isinstance(pilot.app.screen, DraftsScreen)
        assert "halvt" in text_of(pilot.app)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, NoteScreen)
        assert "halvt" in text_of(pilot.app)
        await press(pilot, "escape", "delete", "tab", "enter")
        assert await client.do(Casework.drafts) == {}


async def test_closed_cases_are_shown_when_asked_for(show: Show, client: VaultClient) -> None:
    opened = await client.do(Casework.new_case, Intake(title="Mentor", kind="mentoring", stand_in="K"))
    guide = await client.do(Casework.guide, opened.id)
    for view in guide.blockers:
        guide = await client.do(Casework.set_aside, opened.id, view.id, "prøve")
    while guide.blockers:
        guide = await client.do(Casework.set_aside, opened.id, guide.blockers[0].id, "prøve")
    await client.do(Casework.close_case, opened.id, "færdig")
    async with show(CaseListScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Mentor" not in text_of(pilot.app)
        await press(pilot, "v")
        assert "Mentor" in text_of(pilot.app)
        assert "lukket" in text_of(pilot.app)


async def test_the_language_changes_under_ones_hands(show: Show, case: CaseSummary) -> None:
    app = show(CaseListScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Ny sag" in text_of(app)
        await press(pilot, "f12")
        assert "New case" in text_of(app)
        assert "tomorrow" in text_of(app)
        assert case.reference in text_of(app)


def test_every_word_has_to_match() -> None:
    cases = [summary(1, title="Rød bil"), summary(2, title="Rød båd", level=3), summary(3, closed_at=datetime.now(UTC))]
    texts = searchable(cases)
    assert [case.title for case in matching(cases, texts, "rød båd", closed=False)] == ["Rød båd"]
    assert [case.title for case in matching(cases, texts, "niveau 3", closed=False)] == ["Rød båd"]
    assert len(matching(cases, texts, "", closed=False)) == 2
    assert len(matching(cases, texts, "", closed=True)) == 3


def test_the_most_urgent_comes_first_and_danish_letters_last() -> None:
    cases = [
        summary(1, title="Åse", next_due=date(2026, 2, 1)),
        summary(2, title="Ærlig"),
        summary(3, title="Anna", next_due=date(2026, 1, 1), level=4),
    ]
    by = {order.id: sorted(cases, key=order.key, reverse=order.last_first) for order in ORDERS}
    assert [case.title for case in by["urgency"]] == ["Anna", "Åse", "Ærlig"]
    assert [case.title for case in by["title"]] == ["Anna", "Ærlig", "Åse"]
    assert by["level"][0].title == "Anna"


async def test_ten_thousand_cases_draw_only_what_is_seen(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    row = CaseListScreen._row

    def counted(self: CaseListScreen, case: CaseSummary, width: int) -> Any:
        drawn.append(1)
        return row(self, case, width)

    def cases(_self: Casework) -> tuple[CaseSummary, ...]:
        return tuple(summary(number) for number in range(10_000))

    monkeypatch.setattr(CaseListScreen, "_row", counted)
    monkeypatch.setattr(Casework, "cases", cases)
    async with show(CaseListScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "end")
        lines = pilot.app.screen.query_one(LineList)
        assert lines.cursor == 9_999
        assert lines.rows[-1].reference in text_of(pilot.app)
        assert len(drawn) < 2_000
