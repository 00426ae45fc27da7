"""The workstations of somebody on a screen: which there are, giving one up, and being asked once whether one moved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.widgets import Input

from guidance.language import set_language
from screens.confirm import Confirm
from screens.exchange import ExchangeScreen
from screens.members import MembersScreen
from screens.my_card import MyCardScreen
from screens.reason import ReasonScreen
from screens.shares import SharesScreen
from screens.today import TodayScreen
from screens.widgets.lines import LineList
from screens.widgets.text_area import PlainArea
from screens.workstations import WorkstationsScreen
from store import cards, spoken
from store.casework import Casework
from store.client import VaultClient
from store.exchange.port import Direct
from store.exchange.post import exchange
from store.home import Home
from store.keys import fingerprint
from store.model import CaseSummary
from store.secret import Secret
from tests.screens.conftest import press, settle, text_of
from tests.screens.stage import CHEAP, PASSPHRASE, seen, stage
from tests.screens.stage import press as press_on_stage
from tests.screens.stage import settle as settle_on_stage
from tests.store.cases.test_lost_shares import erased_by_itself
from tests.store.circle import card_of, member, vault_desk
from tests.store.desk import a_case

Show = Callable[[Callable[[], Any]], Any]


async def further(client: VaultClient, path: Path, number: int) -> Casework:
    """A further workstation of whoever has a vault open."""
    new = vault_desk(path, number)
    card = cards.read(await client.do(Casework.carried_card))
    new.join_as_oneself(card.text, compared=card.fingerprint, language="da")
    seen_there = await client.do(Casework.look_at_workstation, new.carried_card())
    await client.do(Casework.add_workstation, new.carried_card(), compared=seen_there.fingerprint)
    return new


def rows(app: Any) -> list[str]:
    """The lines of the list as they are drawn."""
    screen = app.screen
    assert isinstance(screen, WorkstationsScreen)
    return [screen._row(one, 76).plain.strip() for one in screen._known]


async def test_one_is_given_up_once_it_was_said_what_that_does(show: Show, client: VaultClient, tmp_path: Path) -> None:
    second, third = [await further(client, tmp_path / f"{number}", number) for number in (2, 3)]
    app = show(ExchangeScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f5")
        assert isinstance(app.screen, MyCardScreen)
        await press(pilot, "f8")
        assert isinstance(app.screen, WorkstationsScreen)
        assert isinstance(app.focused, LineList)
        assert rows(app) == ["nr. 1, denne", "nr. 2, har ikke hørt fra den endnu", "nr. 3, har ikke hørt fra den endnu"]
        assert app.screen.query_one("#give-up").disabled
        await press(pilot, "f8")
        assert isinstance(app.screen, WorkstationsScreen), "one does not give up where one sits"
        await press(pilot, "end")
        digits = spoken.digits(fingerprint(third._journal.device))
        assert "   ".join(digits.split()[:4]) in text_of(app)
        # All of it is in sight at 80x24.
        assert app.screen.query_one("#give-up").region.bottom <= 23
        await press(pilot, "f8")
        assert isinstance(app.screen, Confirm)
        assert "Det kan ikke fortrydes" in text_of(app)
        assert app.screen.query_one("#yes").region.bottom <= 24
        await press(pilot, "enter")
        assert isinstance(app.screen, WorkstationsScreen), "Enter by habit gives nothing up"
        assert not (await client.do(lambda casework: casework._trust())).revoked
        await press(pilot, "f8", "tab", "enter")
        assert isinstance(app.screen, ReasonScreen)
        app.screen.query_one("#why", PlainArea).load_text("Den er stjålet.")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, WorkstationsScreen)
        assert rows(app)[2] == "nr. 3, spærret"
        assert app.screen.query_one("#give-up").disabled
        await press(pilot, "escape")
    revoked = (await client.do(lambda casework: casework._trust())).revoked
    assert set(revoked) == {third._journal.device}
    for desk in (second, third):
        desk.close()


async def test_an_administrator_finds_a_members_by_the_office(show: Show, client: VaultClient, tmp_path: Path) -> None:
    second = await further(client, tmp_path / "2", 2)
    app = show(MembersScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "w")
        assert isinstance(app.screen, WorkstationsScreen)
        assert len(rows(app)) == 2
        await press(pilot, "escape")
        assert isinstance(app.screen, MembersScreen)
    second.close()


async def test_whoever_has_moved_is_asked_once_whether_the_old_one_is_given_up(tmp_path: Path) -> None:
    old = member(tmp_path / "old", 7, "Mette")
    a_case(old)
    root, stick = tmp_path / "home", tmp_path / "stick"
    stick.mkdir()
    card = card_of(old)
    client = await VaultClient.further_workstation(
        Home(root),
        card.text,
        compared=card.fingerprint,
        passphrase=Secret.from_text(PASSPHRASE),
        language="en",
        kdf=CHEAP,
    )
    new_card = await client.do(Casework.carried_card)
    old.add_workstation(new_card, compared=old.look_at_workstation(new_card).fingerprint)
    await exchange(Direct(old), stick)
    async with stage(root) as (segl, pilot):
        await segl.open_cases(client)
        set_language("en")
        await settle_on_stage(pilot)
        assert isinstance(segl.screen, TodayScreen)
        await press_on_stage(pilot, "e")
        segl.screen.query_one("#folder", Input).value = str(stick)
        await press_on_stage(pilot, "enter")
        assert isinstance(segl.screen, Confirm)
        assert "Your other workstation: everything of it is here." in seen(segl)
        await press_on_stage(pilot, "enter")
        assert isinstance(segl.screen, ExchangeScreen), "both are used"
        await exchange(Direct(old), stick)
        old.add_note(old.cases()[0].id, "Mere.")
        await exchange(Direct(old), stick)
        await press_on_stage(pilot, "enter")
        assert isinstance(segl.screen, ExchangeScreen), "it is asked once"
        assert not (await client.do(lambda casework: casework._trust())).revoked
        # What waits names the workstation, and since when it has not fetched.
        await client.do(Casework.add_note, old.cases()[0].id, "Fra den nye.")
        await press_on_stage(pilot, "enter")
        assert "Your other workstation has not fetched since " in seen(segl)
    old.close()


async def test_a_share_that_came_to_nothing_is_said_where_one_looks(
    show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path
) -> None:
    bo = member(tmp_path / "bo", 7, "Bo Bjerg")
    card = card_of(bo)
    await client.do(Casework.trust_card, card.text, compared=card.fingerprint)
    await client.do(Casework.share_case, case.id, card.author, "Vikar")
    app = show(lambda: SharesScreen(case.id, "Sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "En deling, som Rådgiver Ravn" not in text_of(app)
    await client.do(erased_by_itself, case.id)
    app = show(lambda: SharesScreen(case.id, "Sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "En deling, som Rådgiver Ravn" in text_of(app)
        assert app.screen.query_one("#share").region.bottom <= 23
    bo.close()
