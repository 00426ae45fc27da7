"""Finding a piece in the register of a case: by number, words or the beginning of its checksum."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from textual.widgets import Input

from screens.case import CaseScreen
from screens.evidence_form import EvidenceFormScreen
from screens.filing import FilingScreen
from screens.help import HelpScreen
from screens.note import NoteScreen
from screens.widgets.list_detail import ListDetail
from screens.widgets.windowed import PAGE
from store.casework import Casework
from store.client import VaultClient
from store.evidence.finding import Wanted
from store.model import CaseSummary, Evidence, EvidenceDraft, EvidencePage
from tests.screens.conftest import press, settle, text_of, until

Show = Callable[[Callable[[], Any]], Any]
MANY = 320


def digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def draft(number: int) -> EvidenceDraft:
    return EvidenceDraft(
        digest=f"sha256:{digest(number)}",
        size=number,
        name=f"billede-{number}.jpg",
        platform="Snapchat" if number % 2 else "",
        shows="Åse i gården" if number in (7, 300) else "",
    )


@pytest.fixture
async def many(client: VaultClient, case: CaseSummary) -> str:
    """A case with many pieces."""
    for begin in range(0, MANY, 160):
        drafts = [draft(number) for number in range(begin + 1, begin + 161)]
        await client.do(Casework.register_pieces, case.id, drafts)
    return case.id


def register(app: Any) -> ListDetail[Evidence]:
    found: ListDetail[Evidence] = app.screen.query_one("#evidence", ListDetail)
    return found


def here(app: Any) -> int:
    piece = register(app).current
    assert piece is not None
    return piece.number


@pytest.mark.parametrize(
    ("typed", "number", "count"),
    [("E200", 200, 1), ("åse GÅRDEN", 7, 2), (digest(123)[:12], 123, 1), ("snap", 1, 160), ("E10-E19", 10, 10)],
    ids=("number", "words", "digest", "platform", "numbers"),
)
async def test_a_piece_is_found(show: Show, many: str, typed: str, number: int, count: int) -> None:
    app = show(lambda: CaseScreen(many))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "f", f"={typed}")
        shown = text_of(app)
        assert f"{count} af {MANY} beviser" in shown
        assert typed in shown
        assert here(app) == number
        assert len(register(app).lines.rows) == count
        await press(pilot, "enter")
        assert register(app).lines.has_focus
        await press(pilot, "end")
        assert f"E{here(app)} " in text_of(app)
        await press(pilot, "home", "enter")
        assert isinstance(app.screen, EvidenceFormScreen)
        assert f"E{number}" in text_of(app)


async def test_only_what_is_shown_of_what_was_found_is_fetched(
    show: Show, many: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[EvidencePage] = []
    page = Casework.evidence_page

    def listening(self: Casework, case: str, start: int, count: int, *wanted: Wanted) -> EvidencePage:
        pages.append(page(self, case, start, count, *wanted))
        return pages[-1]

    monkeypatch.setattr(Casework, "evidence_page", listening)
    app = show(lambda: CaseScreen(many))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "f", "=j")
        pages.clear()
        await press(pilot, "=pg")
        assert 1 <= len(pages) <= 2
        assert all(len(one.pieces) == PAGE for one in pages)
        assert pages[-1].total == MANY
        pages.clear()
        await press(pilot, "enter", "end")
        assert here(app) == MANY
        assert sum(len(one.pieces) for one in pages) <= PAGE


async def test_escape_goes_back_to_the_whole_register_and_then_out(show: Show, many: str) -> None:
    app = show(lambda: CaseScreen(many))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "f", "=åse")
        assert "Esc Hele registret" in text_of(app)
        assert "Enter" not in text_of(app)
        await press(pilot, "down", "down")
        assert here(app) == 300
        assert "Esc Hele registret" in text_of(app), "from the list, too, in a window of 80 columns"
        await press(pilot, "escape")
        # What was found stays under the cursor.
        assert (here(app), len(register(app).lines.rows)) == (300, MANY)
        assert not app.screen.query_one("#finding").display
        assert "beviser" not in text_of(app)
        assert register(app).lines.has_focus
        await press(pilot, "f", "=E5")
        assert here(app) == 5
        await press(pilot, "escape")
        assert (here(app), len(register(app).lines.rows)) == (5, MANY)
        await press(pilot, "escape")
        assert not isinstance(app.screen, CaseScreen)


async def test_where_nothing_is_found_nothing_is_offered(show: Show, many: str) -> None:
    app = show(lambda: CaseScreen(many))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "f", "=findes ikke")
        shown = text_of(app)
        assert "Intet bevis passer." in shown
        assert f"0 af {MANY} beviser" in shown
        assert register(app).current is None
        await press(pilot, "enter", "enter", "c")
        assert isinstance(app.screen, CaseScreen)
        assert "Esc Hele registret" in text_of(app)
        assert "Beviskæde" not in text_of(app)
        await press(pilot, "f", "backspace", "backspace")
        await press(pilot, "ctrl+u")
        assert len(register(app).lines.rows) == MANY


async def test_keys_are_letters_in_the_field_and_keys_in_the_list(show: Show, many: str) -> None:
    app = show(lambda: CaseScreen(many))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        # Elsewhere the key leads to the journal system.
        await press(pilot, "f")
        assert isinstance(app.screen, FilingScreen)
        await press(pilot, "escape", "3", "f", "=nfx12")
        assert app.screen.query_one("#find", Input).value == "nfx12"
        await press(pilot, "ctrl+u", "=åse", "enter", "1")
        assert not app.screen.query_one("#finding").display
        await press(pilot, "3")
        assert app.screen.query_one("#finding").display
        assert len(register(app).lines.rows) == 2
        await press(pilot, "f")
        assert app.screen.query_one("#find", Input).has_focus


async def test_what_was_found_stands_when_one_comes_back(show: Show, many: str, client: VaultClient) -> None:
    app = show(lambda: CaseScreen(many))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "f", "=åse", "enter", "down", "n")
        assert isinstance(app.screen, NoteScreen)
        piece = await client.do(Casework.evidence_piece, many, "E1")
        await client.do(Casework.amend_evidence, many, piece.id, EvidenceDraft(digest=piece.digest, shows="Åse"))
        await press(pilot, "escape")
        assert f"3 af {MANY} beviser" in text_of(app)
        assert (here(app), register(app).lines.cursor) == (300, 2)
        await press(pilot, "f12")
        assert f"3 of {MANY} pieces" in text_of(app)
        assert " åse " in text_of(app)
        assert here(app) == 300


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, list[str]]]:
    """A register that answers a search only when it is let."""
    go = threading.Event()
    asked: list[str] = []
    page = Casework.evidence_page

    def waiting(self: Casework, case: str, start: int, count: int, *wanted: Wanted) -> EvidencePage:
        if wanted and wanted[0].words:
            asked.append(" ".join(wanted[0].words))
            go.wait(30)
        return page(self, case, start, count, *wanted)

    monkeypatch.setattr(Casework, "evidence_page", waiting)
    yield go, asked
    go.set()


async def test_while_one_types_on_only_the_last_is_looked_for(
    show: Show, many: str, slow: tuple[threading.Event, list[str]]
) -> None:
    go, asked = slow
    app = show(lambda: CaseScreen(many))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "f")
        await pilot.press(*"gården")
        await until(pilot, lambda: asked == ["g"])
        # Enter does not go to rows that were not found by what is typed: the next Enter would open one of them.
        await pilot.press("enter", "enter")
        await asyncio.sleep(0.1)
        assert app.screen.query_one("#find", Input).has_focus
        assert len(register(app).lines.rows) == MANY
        go.set()
        await settle(pilot)
        assert asked == ["g", "gården"]
        assert register(app).lines.has_focus
        assert (here(app), len(register(app).lines.rows)) == (7, 2)


async def test_the_help_names_the_key(show: Show, many: str) -> None:
    app = show(lambda: CaseScreen(many))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        assert "f Find" in text_of(app)
        await press(pilot, "f1")
        assert isinstance(app.screen, HelpScreen)
        assert "Find et bevis på dets nummer, på ord eller på" in text_of(app)


async def test_a_register_without_pieces_offers_nothing_to_find(show: Show, case: CaseSummary) -> None:
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "f")
        assert not app.screen.query_one("#finding").display
        assert "Ingen beviser endnu" in text_of(app)
