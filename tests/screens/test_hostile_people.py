"""Names, offices, purposes and files of other people, where one joins, certifies, parts and looks after the vault."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.widgets import Button, Input, Static

from screens.access import AccessScreen
from screens.case_list import CaseListScreen
from screens.confirm import Confirm
from screens.doctor import DoctorScreen
from screens.failure import FailureScreen
from screens.leaving import LeavingScreen
from screens.member_role import MemberRoleScreen
from screens.members import MembersScreen
from screens.my_card import MyCardScreen
from screens.office_card import OfficeCardScreen
from screens.set_up import SetUpScreen
from screens.today import TodayScreen
from screens.trust_card import TrustCardScreen
from store import cards, spoken
from store.authors import Author
from store.cards import Card
from store.casework import Casework
from store.client import VaultClient
from store.exchange.rounds import CardWanted
from store.home import Home
from store.keys import fingerprint
from store.model import Intake
from store.roles import Role
from tests.screens.conftest import press, settle, text_of, until
from tests.screens.stage import CHEAP, PASSPHRASE, stage
from tests.screens.stage import press as press_on_stage
from tests.screens.stage import settle as settle_on_stage
from tests.screens.test_hostile import PAYLOADS, assert_harmless
from tests.store.circle import card_of, member
from tests.store.exchange.rounds import joined, until_still
from tests.store.test_cards import AT, KEY, RECIPIENT

Show = Callable[[Callable[[], Any]], Any]


def text_in(payload: str) -> str:
    """The payload, with a letter where it would count as blank."""
    return payload if payload.strip() else f"x{payload}"


def assert_only_text(app: Any) -> None:
    """Nothing that is drawn steers the terminal, and no word of a person's text is something to click on."""
    assert_harmless(app)
    clicks = [
        segment.style.meta["@click"]
        for strip in app.screen._compositor.render_strips()
        for segment in strip
        if segment.style is not None and "@click" in segment.style.meta
    ]
    assert not [action for action in clicks if "leave" in str(action)]
    assert app.is_running


async def test_the_guard_sees_a_word_that_could_be_clicked() -> None:
    class WithMarkup(App[None]):
        def compose(self) -> Any:
            yield Static("[@click=app.leave]klik[/]")

    app = WithMarkup()
    async with app.run_test() as pilot:
        await pilot.pause()
        with pytest.raises(AssertionError):
            assert_only_text(app)


def card_with(text: str, *, office_id: str = "0f" * 16) -> Card:
    """A card with the text for a name and an office."""
    written = cards.write(
        KEY.sign_document,
        name=text,
        office=text,
        office_id=office_id,
        devices=(KEY.device,),
        recipients={KEY.device: RECIPIENT},
        at=AT,
    )
    return cards.read(written)


def colleague_of(casework: Casework, root: Path, text: str) -> tuple[Author, str, tuple[Card, Card]]:
    """A colleague with the text for a name, an administrator, too, who shared a case for that purpose.

    Gives them, the case, and two cards: of somebody who waits in this office, and of somebody elsewhere.
    """
    folder = root / "exchange"
    folder.mkdir()
    theirs = joined(root / "2", 2, text, casework)
    casework.give_role(theirs.office().author_id, Role.ADMINISTRATOR)
    until_still([casework, theirs], folder)
    case = theirs.new_case(Intake(title=text, happened=text, stand_in=text)).id
    theirs.share_case(case, casework.office().author_id, text)
    until_still([casework, theirs], folder)
    casework.state_purpose(case, text)
    casework.case(case)
    [found] = [one for one in casework.authors() if one.id == theirs.office().author_id]
    waits = card_with(text, office_id=casework.office().id)
    elsewhere = member(root / "3", 3, text, office=text)
    card = card_of(elsewhere)
    elsewhere.close()
    theirs.close()
    return found, case, (waits, card)


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
async def test_a_colleagues_words_are_only_shown(show: Show, client: VaultClient, tmp_path: Path, number: int) -> None:
    text = text_in(PAYLOADS[number])
    author, case, (waits, elsewhere) = await client.do(colleague_of, tmp_path, text)
    assert author.name == text, "the name has come as it was written"
    log = await client.do(Casework.access_log, case)
    assert {line.act for line in log.lines} >= {"shared", "opened"}
    seen = await client.do(Casework.look_at_card, elsewhere.text)
    own = await client.do(Casework.carried_card)
    screens: tuple[Callable[[], Any], ...] = (
        TodayScreen,
        lambda: MemberRoleScreen(member=author),
        lambda: MemberRoleScreen(card=waits),
        lambda: TrustCardScreen(seen),
        lambda: MyCardScreen(own),
        lambda: MyCardScreen(elsewhere.text),
        lambda: OfficeCardScreen(tmp_path / "\x1b[31m\u202e[b]"),
        lambda: AccessScreen(case, text),
        lambda: LeavingScreen(author, [author]),
    )
    app = show(CaseListScreen)
    app.courier = type("Courier", (), {"wanted": (CardWanted(fingerprint=waits.fingerprint, card=waits),)})()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for make in screens:
            app.push_screen(make())
            await settle(pilot)
            assert_only_text(app)
            if isinstance(app.screen, AccessScreen) and number == 4:
                assert "linje" in text_of(app), "a purpose of several lines is one line"
            await press(pilot, "tab", "down", "end", "home")
            assert_only_text(app)
            app.pop_screen()
            await settle(pilot)
        app.push_screen(MembersScreen())
        await settle(pilot)
        for row in app.screen._pane.lines.rows:
            assert_only_text(app)
            # However long the name is, the digits that are compared are in sight.
            device = fingerprint(row.member.devices[0]) if row.member else row.card.fingerprint
            assert spoken.digits(device)[:20] in text_of(app)
            await press(pilot, "down")
        assert not isinstance(app.screen, FailureScreen)


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
async def test_a_colleague_of_any_name_leaves_for_any_reason(
    show: Show, client: VaultClient, tmp_path: Path, number: int
) -> None:
    text = text_in(PAYLOADS[number])
    author, case, _cards = await client.do(colleague_of, tmp_path, text)
    app = show(lambda: LeavingScreen(author, []))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#reason", Input).value = text
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, Confirm)
        assert_only_text(app)
        app.screen.query_one("#yes", Button).press()
        await until(pilot, lambda: bool(app.screen.query("#renew")))
        await settle(pilot)
        assert_only_text(app)
        app.push_screen(AccessScreen(case, text))
        await settle(pilot)
        assert_only_text(app)
        app.pop_screen()
        await settle(pilot)
    [left] = await client.do(Casework.leavings)
    assert left.author.id == author.id


async def test_files_of_any_name_beside_the_vault_are_only_named(show: Show, client: VaultClient, home: Home) -> None:
    folder = os.fsencode(home.vault().path)
    names = (b"\x1b[2J\x07", b"a\nb", "\u202etxt".encode(), b"\xff\xfe", b"[@click=app.leave]klik", b"x" * 200)
    for name in names:
        with open(folder + b"/receipt-" + name + b".txt", "wb") as file:  # noqa: PTH123
            file.write(b"\x1b[2J")
    app = show(DoctorScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen.stage == "done")
        await settle(pilot)
        rows = app.screen.query_one("#findings").lines.rows
        assert [row.code for row in rows].count("receipt-unreadable") == len(names)
        for _row in rows:
            assert_only_text(app)
            await press(pilot, "down")
        text_of(app).encode("utf-8")


async def test_a_folder_of_somebody_who_is_not_here_is_a_fault_and_no_crash(show: Show, client: VaultClient) -> None:
    own = await client.do(Casework.carried_card)
    app = show(lambda: MyCardScreen(own))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#folder", Input).value = "~nobody-of-that-name/cards"
        await press(pilot, "ctrl+s")
        assert "Skriv hele stien" in text_of(app)
        assert_only_text(app)


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
async def test_one_joins_by_a_card_with_any_name(tmp_path: Path, number: int) -> None:
    text = text_in(PAYLOADS[number])
    file = tmp_path / "\x1b[31m\u202e[b].card"
    card = card_with(text)
    file.write_text(card.text, encoding="utf-8")
    async with stage(tmp_path / "home") as (app, pilot):
        screen = SetUpScreen(app.home, joining=True, kdf=CHEAP)
        app.push_screen(screen)
        await settle_on_stage(pilot)
        await press_on_stage(pilot, "enter")
        screen.query_one("#card", Input).value = str(file)
        await press_on_stage(pilot, "enter")
        assert screen.page.id == "compare"
        assert_only_text(app)
        assert spoken.digits(card.fingerprint)[:20] in text_of(app)
        await press_on_stage(pilot, "down", "space", "enter")
        assert screen.page.id == "author"
        screen.query_one("#author", Input).value = text
        assert_only_text(app)
        await press_on_stage(pilot, "enter")
        assert screen.page.id == "passphrase"
        for field in screen.query(Input):
            field.value = PASSPHRASE
        await press_on_stage(pilot, "enter", "enter")
        assert screen.page.id == "check"
        assert_only_text(app)
        await press_on_stage(pilot, "enter")
        assert screen._made
        assert_only_text(app)
        await press_on_stage(pilot, "enter")
        assert isinstance(app.screen, TodayScreen)
        assert_only_text(app)


async def test_what_is_no_card_goes_no_further(tmp_path: Path) -> None:
    forged = tmp_path / "forged"
    forged.write_text("segl-card v1\nname \x1b[31mx\n" * 2000, encoding="utf-8")
    (tmp_path / "raw").write_bytes(bytes(range(256)) * 400)
    os.mkfifo(tmp_path / "pipe")
    wrong = (
        str(forged),
        str(tmp_path / "raw"),
        str(tmp_path / "pipe"),
        str(tmp_path),
        "~nobody-of-that-name/card",
        "a\x00b",
        "x" * 10_000,
        *(text_in(payload) for payload in PAYLOADS),
    )
    async with stage(tmp_path / "home") as (app, pilot):
        screen = SetUpScreen(app.home, joining=True, kdf=CHEAP)
        app.push_screen(screen)
        await settle_on_stage(pilot)
        await press_on_stage(pilot, "enter")
        for path in wrong:
            screen.query_one("#card", Input).value = path
            await press_on_stage(pilot, "enter")
            assert screen.page.id == "card", path
            assert "This is no card" in text_of(app), path
            assert_only_text(app)
