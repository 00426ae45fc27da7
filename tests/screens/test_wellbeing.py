"""The wellbeing talks of a case on the screen: the sentence, the drawing, the words; in both languages and any size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from screens.case import CaseScreen
from screens.wellbeing import WellbeingScreen
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary, Intake
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]
SEEN = ("shame absence", "none", "social-unclear")


async def talks(client: VaultClient, case: CaseSummary) -> None:
    """Three talks at level 3."""
    await client.do(Casework.set_level, case.id, 3, "panik")
    for signs in SEEN:
        await client.do(
            Casework.do_step, case.id, "wellbeing-talk", {"signs.seen": signs, "signs.note": "[b]Ingen søvn[/b]"}
        )


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (120, 40)])
async def test_a_key_in_the_case_shows_the_signs_over_time(
    size: tuple[int, int], show: Show, client: VaultClient, case: CaseSummary
) -> None:
    await talks(client, case)
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "w")
        assert isinstance(app.screen, WellbeingScreen)
        seen = text_of(app)
        assert "diagnose." in seen
        for _page in range(6):
            await press(pilot, "pagedown")
            seen += text_of(app)
        assert "■" in seen
        assert "1 af 3" in seen
        assert "[b]Ingen søvn[/b]" in seen
        assert "ingen af tegnene" in seen
        await press(pilot, "f12")
        assert "not a diagnosis" in str(app.screen.query_one("#no-diagnosis").render())
        await press(pilot, "escape")
        assert isinstance(app.screen, CaseScreen)


async def test_without_a_talk_it_says_so_kindly(show: Show, client: VaultClient, case: CaseSummary) -> None:
    guide = await client.do(Casework.guide, case.id)
    app = show(lambda: WellbeingScreen(case.id, "X", dict(guide.specs)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Der er ikke skrevet nogen trivselssamtale ned endnu" in text_of(app)


async def test_a_case_whose_guidance_does_not_ask_has_no_such_key(show: Show, client: VaultClient) -> None:
    case = await client.do(Casework.new_case, Intake(title="Chikane", kind="workplace", stand_in="K"))
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "w")
        assert isinstance(app.screen, CaseScreen)
