"""What was looked up beside the cases: its screen, page by page, and the file that is made of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from screens.access import AccessScreen
from screens.case import CaseScreen
from screens.help import HelpScreen
from screens.lookups import LookupsScreen
from screens.members import MembersScreen
from screens.widgets.choices import Choices
from screens.widgets.lines import LineList
from screens.widgets.windowed import PAGE
from store.cases.access import Act
from store.cases.lookups import LookupPage
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]


async def searched(client: VaultClient, count: int) -> None:
    """So many searches, each with its number."""

    def search(casework: Casework) -> None:
        with casework._writing():
            for number in range(count):
                said = {"words": f"ord {number:04}", "hits": 0, "cases": []}
                casework._append("access", casework._access_space(), "lookup.made", said)  # type: ignore[arg-type]

    await client.do(search)


async def test_it_is_reached_from_a_case_and_escape_leads_back(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    await client.do(Casework.record_search, "Liv Hansen", [case.id])
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "i", "f6")
        assert isinstance(app.screen, LookupsScreen)
        assert app.focused is app.screen.query_one("#log")
        said = text_of(app)
        assert "Opslag uden for sagerne" in said
        assert "Liv Hansen (1 fundet)" in said and case.reference in said
        await press(pilot, "f1")
        assert isinstance(app.screen, HelpScreen)
        assert "Skriv filen" in text_of(app)
        await press(pilot, "escape", "f12")
        assert "Looked up beside the cases" in text_of(app)
        assert "searched in the list of cases: Liv Hansen (1 found)" in text_of(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, AccessScreen)


async def test_it_is_reached_from_the_office_and_says_where_there_is_nothing(show: Show, client: VaultClient) -> None:
    app = show(MembersScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "i")
        assert isinstance(app.screen, LookupsScreen)
        assert "Der er ikke søgt efter eller set på noget." in text_of(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, MembersScreen)


async def test_the_newest_comes_first_and_what_is_out_of_sight_is_not_fetched(
    show: Show, client: VaultClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = 3 * PAGE
    await searched(client, total)
    asked: list[int] = []
    page = Casework.lookup_page

    def counted(casework: Casework, start: int, count: int) -> LookupPage:
        asked.append(start)
        return page(casework, start, count)

    monkeypatch.setattr(Casework, "lookup_page", counted)
    app = show(LookupsScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        lines = app.screen.query_one("#log", LineList)
        assert lines.current.words == f"ord {total - 1:04}"
        assert asked == [0]
        await press(pilot, "end")
        assert lines.current.words == "ord 0000"
        assert asked == [0, 2 * PAGE]
        # A search that is made meanwhile moves every place: what is fetched then is shown anew from the newest on.
        await client.do(Casework.record_search, "imens", [])
        await press(pilot, "home", *["pagedown"] * 12)
        assert lines.rows[0].words == "imens"
        assert len(lines.rows) == total + 1


async def test_at_the_usual_size_the_whole_of_a_line_and_every_field_can_be_seen(
    show: Show, client: VaultClient
) -> None:
    words = " ".join(f"ord{number}" for number in range(24))
    await client.do(Casework.record_search, words, [])
    app = show(LookupsScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        shown = " ".join(text_of(app).split())
        assert f"{words} (0 fundet)" in shown
        await press(pilot, "tab", "tab", "tab", "tab")
        assert "Skriv filen" in text_of(app)


@pytest.mark.parametrize("whom", ["person", "office"])
async def test_the_file_is_written_with_or_without_names_and_that_is_on_record(
    show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path, whom: str
) -> None:
    await client.do(Casework.record_search, "Liv Hansen", [case.id])
    app = show(LookupsScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.screen.query_one("#whom", Choices).value == "person"
        if whom == "office":
            await press(pilot, "tab", "down", "space")
            assert app.screen.query_one("#whom", Choices).value == "office"
        app.screen.query_one("#name", Input).value = "opslag.txt"
        app.screen.query_one("#folder", Input).value = str(tmp_path)
        await press(pilot, "ctrl+s")
        assert "opslagene skrevet til en åben fil: opslag.txt" in " ".join(text_of(app).split())
    text = (tmp_path / "opslag.txt").read_text(encoding="utf-8")
    assert ("Liv" in text, case.reference in text) == (whom == "office",) * 2
    newest = (await client.do(Casework.lookup_page, 0, 1)).lines[0]
    assert (newest.act, newest.words) == (Act.LOG_WRITTEN, "opslag.txt")


async def test_a_file_that_is_not_on_record_does_not_stay(
    show: Show, client: VaultClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.errors import DiskFull

    def full(*_arguments: object, **_named: object) -> None:
        # The control: the file was there when it was to be put on record.
        assert (tmp_path / "opslag.txt").exists()
        raise DiskFull(tmp_path)

    monkeypatch.setattr(Casework, "record_lookup_export", full)
    app = show(LookupsScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#name", Input).value = "opslag.txt"
        app.screen.query_one("#folder", Input).value = str(tmp_path)
        await press(pilot, "ctrl+s")
    assert not (tmp_path / "opslag.txt").exists()
