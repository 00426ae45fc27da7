"""The overview on its screen, and hostile names on it and on the screen of members."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from guidance.language import set_language
from screens.failure import FailureScreen
from screens.leaving import LeavingScreen
from screens.member_role import MemberRoleScreen
from screens.members import MembersScreen
from screens.office_card import OfficeCardScreen
from screens.overview import OverviewScreen
from store.casework import Casework
from store.client import VaultClient
from store.model import Intake
from store.roles import Role
from store.status import LastWord
from tests.screens.conftest import press, settle
from tests.screens.stage import seen
from tests.screens.test_hostile import PAYLOADS, assert_harmless

Show = Callable[[Callable[[], Any]], Any]


async def lead(client: VaultClient) -> None:
    own = (await client.do(Casework.office)).author_id
    await client.do(Casework.give_role, own, Role.ADMINISTRATOR, leads=True)


async def test_a_leader_sees_numbers_and_reasons(show: Show, client: VaultClient) -> None:
    await lead(client)
    intake = Intake(title="Hemmelig", no_stand_in_reason="Alene på kontoret.", kind="school")
    case = await client.do(Casework.new_case, intake)
    await client.do(Casework.set_level, case.id, 3, "Deling.")
    app = show(MembersScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        set_language("en")
        await settle(pilot)
        await press(pilot, "o")
        assert isinstance(app.screen, OverviewScreen)
        words = seen(app)
        assert "1 open case · " in words
        assert "level 3: 1" in words
        assert "No stand-in: Alene på kontoret." in words
        assert "Hemmelig" not in words
        assert "As of: Rådgiver Ravn " in words
        assert "older" not in words.lower()
        await press(pilot, "escape")
        assert isinstance(app.screen, MembersScreen)


async def test_who_has_no_case_is_told_from_who_was_not_heard_of(
    show: Show, client: VaultClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lead(client)
    now = await client.do(Casework.overview)
    told = replace(now, silent=("Ida",), untold=("Bo",))
    monkeypatch.setattr(Casework, "overview", lambda _desk: told)
    app = show(OverviewScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        words = seen(app)
        assert f"Ingen sager, opgjort: Rådgiver Ravn {now.day:%d-%m-%Y}" in words
        assert "Endnu ikke hørt om sager fra: Ida" in words
        assert "Har flere sager, end der fortælles om" in words


@pytest.mark.parametrize("text", ["Bo", *PAYLOADS])
async def test_what_is_outdated_is_said_in_words(
    show: Show, client: VaultClient, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    await lead(client)
    await client.do(Casework.new_case, Intake(title="x", no_stand_in_reason="Alene.", kind="school"))
    now = await client.do(Casework.overview)
    long_ago = now.day - timedelta(days=9)
    old = replace(
        now,
        open=(replace(now.open[0], as_of=long_ago),),
        heard=(LastWord(name=text, on=long_ago), *now.heard, LastWord(name=text, on=now.day + timedelta(days=40))),
        without_cases=(LastWord(name=text, on=long_ago),),
        untold=(text,),
    )
    monkeypatch.setattr(Casework, "overview", lambda _desk: old)
    app = show(OverviewScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.action_set_language("en")
        await settle(pilot)
        words = seen(app)
        assert "Older than a week, and may have changed since: " in words
        assert "a clock is wrong" in words
        assert "older than a week, it may have changed since" in words
        assert app.screen.query_one("LineList").size.height >= 3
        assert_harmless(app)


async def test_who_does_not_lead_is_not_shown_it(show: Show, client: VaultClient) -> None:
    app = show(MembersScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "o")
        assert isinstance(app.screen, MembersScreen)
        app.push_screen(OverviewScreen())
        await settle(pilot)
        assert isinstance(app.screen, FailureScreen)


@pytest.mark.parametrize(("number", "size"), [(0, (80, 24)), (1, (40, 10)), (3, (20, 5)), (4, (80, 24))])
async def test_hostile_words_are_inert(
    show: Show, client: VaultClient, monkeypatch: pytest.MonkeyPatch, number: int, size: tuple[int, int]
) -> None:
    await lead(client)
    text = PAYLOADS[number] if PAYLOADS[number].strip() else f"x{PAYLOADS[number]}"
    await client.do(Casework.new_case, Intake(title="x", no_stand_in_reason=text, kind="school"))
    [own] = await client.do(Casework.members)
    # A card has no such name; whatever else brought one would be drawn here.
    own = replace(own, name=text, office=text)
    monkeypatch.setattr(Casework, "members", lambda _desk: (own,))
    app = show(MembersScreen)
    async with app.run_test(size=size) as pilot:
        for make in (
            OverviewScreen,
            lambda: OfficeCardScreen(app.home.root),
            lambda: MemberRoleScreen(member=own),
            lambda: LeavingScreen(own, [own]),
        ):
            app.push_screen(make())
            await settle(pilot)
            assert_harmless(app)
            app.pop_screen()
            await settle(pilot)
        assert_harmless(app)
