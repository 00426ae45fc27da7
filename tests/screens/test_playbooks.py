"""The playbooks of a case on screen: what differs in another version, moved with a reason; faults of own files said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from guidance.loader import shipped_one
from screens.case import CaseScreen
from screens.playbooks import PlaybooksScreen
from screens.today import TodayScreen
from store.casework import Casework
from store.client import VaultClient
from store.home import Home
from store.model import CaseSummary
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]
CARD = shipped_one("action-card").raw.replace(b"version = 1\n", b"version = 2\n", 1)


def own(home: Home, name: str, raw: bytes) -> None:
    """A file among the office's own."""
    folder = home.root / "playbooks"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(raw)


def versions(guide: Any) -> dict[str, int]:
    """What a case is worked by."""
    return {book.id: book.version for book in guide.playbooks}


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (120, 40)])
async def test_a_case_is_moved_to_another_version_only_with_a_reason(
    size: tuple[int, int], show: Show, client: VaultClient, case: CaseSummary, home: Home
) -> None:
    own(home, "card.toml", CARD.replace(b'da = "Handlekortet"', b'da = "Vores handlekort"', 1))
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert "En vejledning findes i en anden" in text_of(app)
        await press(pilot, "v")
        assert isinstance(app.screen, PlaybooksScreen)
        seen = text_of(app)
        assert "version 1 -> version 2" in seen and "version 1\n" in seen
        await press(pilot, "enter", "ctrl+s")
        assert "Skriv hvorfor" in text_of(app)
        assert versions(await client.do(Casework.guide, case.id))["action-card"] == 1
        await press(pilot, "=Aftalt", "ctrl+s")
        assert "->" not in text_of(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, PlaybooksScreen)
        await press(pilot, "escape")
        assert "En vejledning findes" not in text_of(app)
    assert versions(await client.do(Casework.guide, case.id)) == {"action-card": 2, "handling-model": 1}
    assert "Aftalt" in (await client.do(Casework.history, case.id))[0].words


async def test_the_words_that_differ_stand_there_before_anybody_moves_a_case(
    show: Show, client: VaultClient, case: CaseSummary, home: Home
) -> None:
    step = shipped_one("action-card").steps[0]
    raw = CARD.replace(step.title.da.encode(), b"Noget helt andet", 1)
    assert raw != CARD
    own(home, "card.toml", raw)
    app = show(lambda: PlaybooksScreen(case.id, "x"))
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        seen = text_of(app)
        assert "Noget helt andet" in seen and step.title.da in seen


async def test_today_names_the_offices_file_that_is_not_used_and_why(
    show: Show, client: VaultClient, case: CaseSummary, home: Home
) -> None:
    own(home, "bad.toml", CARD.replace(b"version = 2\n", b"version = 2\nvresion = 3\n", 1))
    app = show(TodayScreen)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        seen = text_of(app)
        assert "Bruges ikke: bad.toml" in seen and "vresion" in seen
        (home.root / "playbooks" / "bad.toml").unlink()
        await press(pilot, "l", "escape")
    app = show(TodayScreen)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert "Bruges ikke" not in text_of(app)


async def test_one_that_the_case_never_had_is_taken_in_with_a_reason(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    before = versions(await client.do(Casework.guide, case.id))
    assert "meeting-safety" not in before
    app = show(lambda: PlaybooksScreen(case.id, "x"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "ikke med i denne sag" in text_of(app)
        rows = app.screen._books.lines
        at = next(i for i, book in enumerate(rows.rows) if book.id == "meeting-safety")
        await press(pilot, *["down"] * at)
        assert "Sagen følger den ikke." in text_of(app)
        assert "Enter Tag den med i sagen" in text_of(app)
        await press(pilot, "enter", "ctrl+s")
        assert "Skriv hvorfor" in text_of(app)
        assert versions(await client.do(Casework.guide, case.id)) == before
        await press(pilot, "=Mødet er aftalt på nettet", "ctrl+s")
        assert app.screen._books.current.id == "meeting-safety"
        assert "Sagen følger den ikke." not in text_of(app)
    assert versions(await client.do(Casework.guide, case.id)) == {**before, "meeting-safety": 1}
    assert "Mødet er aftalt på nettet" in (await client.do(Casework.history, case.id))[0].words


async def test_a_closed_case_takes_nothing_in(show: Show, client: VaultClient, case: CaseSummary) -> None:
    guide = await client.do(Casework.guide, case.id)
    for view in guide.blockers:
        await client.do(Casework.set_aside, case.id, view.id, "Ikke her.")
    await client.do(Casework.close_case, case.id, "Færdig.")
    app = show(lambda: PlaybooksScreen(case.id, "x"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "ikke med i denne sag" not in text_of(app)
