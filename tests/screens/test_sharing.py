"""Sharing a case, taking it back, handing over; cards compared where they are needed; receipts given and taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from textual.widgets import Input

from guidance.language import day_in_digits, set_language
from screens.case import CaseScreen
from screens.case_list import CaseListScreen
from screens.exchange import ExchangeScreen
from screens.failure import FailureScreen
from screens.filing_rule import FilingRuleScreen
from screens.hand_over import HandOverScreen
from screens.my_card import MyCardScreen
from screens.new_workstation import NewWorkstationScreen
from screens.open import OpenScreen
from screens.pick_files import PickFilesScreen
from screens.pick_person import PickPersonScreen
from screens.reason import ReasonScreen
from screens.receipts import GiveReceiptScreen, ReceiptTakenScreen, receipt_from_file
from screens.seal import SealScreen
from screens.seal_sessions import SealSessionsScreen
from screens.share_form import ShareFormScreen
from screens.shares import SharesScreen
from screens.trust_card import TrustCardScreen
from screens.widgets.choices import Choices
from screens.widgets.text_area import PlainArea
from store import cards
from store.bundle.seal import SealOrder, seal
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary, Purpose
from store.programme.session_model import SessionDraft
from tests.screens.conftest import press, settle, text_of, until
from tests.store.circle import member
from tests.store.desk import a_case

Show = Callable[[Callable[[], Any]], Any]


@pytest.fixture
async def bo(client: VaultClient, tmp_path: Path) -> str:
    """The id of Bo, of another office, whose card counts here."""
    desk = member(tmp_path / "bo", 7, "Bo Bjerg")
    card = cards.read(desk.carried_card())
    desk.close()
    await client.do(Casework.trust_card, card.text, compared=card.fingerprint)
    return card.author


async def test_a_case_is_shared_and_taken_back_by_the_keyboard(
    show: Show, client: VaultClient, case: CaseSummary, bo: str
) -> None:
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "d")
        assert isinstance(app.screen, SharesScreen)
        assert "Du har oprettet sagen." in text_of(app)
        await press(pilot, "f5")
        assert isinstance(app.screen, ShareFormScreen)
        assert app.focused is not None
        assert app.focused.id == "whom"
        assert "Bo Bjerg, Kontor 7" in text_of(app)
        # A day that is past is no last day, and a blank purpose none.
        await press(pilot, "enter", "ctrl+s")
        assert "formål" in text_of(app)
        assert app.focused is not None
        assert app.focused.id == "why"
        await press(pilot, "=Vikar", "escape")
        assert isinstance(app.screen, SharesScreen)
        await press(pilot, "f5")
        assert "Vikar" in text_of(app)
        app.screen.query_one("#until", Input).value = "+4w"
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, SharesScreen)
        assert "Bo Bjerg" in text_of(app)
        [share] = await client.do(Casework.shares, case.id)
        assert (share.author, share.purpose) == (bo, "Vikar")
        assert share.until is not None
        assert await client.do(Casework.drafts) == {}
        await press(pilot, "f8")
        assert isinstance(app.screen, ReasonScreen)
        assert "Det, de har, beholder de" in text_of(app)
        await press(pilot, "=Hjemme igen", "ctrl+s")
        assert await client.do(Casework.shares, case.id) == ()
        assert "Ingen." in text_of(app)


async def test_a_case_and_a_whole_load_are_handed_over(
    show: Show, client: VaultClient, case: CaseSummary, bo: str
) -> None:
    app = show(lambda: SharesScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f7", "enter", "=Barsel")
        assert isinstance(app.screen, HandOverScreen)
        await press(pilot, "ctrl+s")
        # The question begins on no.
        await press(pilot, "enter")
        assert await client.do(Casework.shares, case.id) == ()
        await press(pilot, "ctrl+s", "tab", "enter")
        assert isinstance(app.screen, SharesScreen)
        assert [one.author for one in await client.do(Casework.shares, case.id)] == [bo]
        app.push_screen(HandOverScreen())
        await settle(pilot)
        # What was handed over is no longer one's own.
        assert "Alle sager, der er dine: 0" in text_of(app)
        await press(pilot, "ctrl+s")
        assert "Ingen sag her er din at overdrage." in text_of(app)
    # It is not one's own any more: what it is opened for is asked.
    await client.do(Casework.state_purpose, case.id, "Hvad er aftalt?")
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        gone = (await client.do(Casework.view, case.id)).summary.handed_over
        assert gone is not None
        assert f"overdraget til Bo Bjerg, {day_in_digits(gone.at.astimezone().date())}" in text_of(app)
        assert "her besluttes intet" in text_of(app)
    app = show(CaseListScreen)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        assert "overdraget til Bo Bjerg" in text_of(app)
        assert "0 åbne sager · 1 overdraget" in text_of(app)


async def test_what_was_written_by_somebody_unknown_is_taken_in_once_the_card_was_compared(
    show: Show, client: VaultClient, tmp_path: Path
) -> None:
    desk = member(tmp_path / "ida", 8, "Ida Iversen")
    theirs = a_case(desk)
    recipient = (await client.do(Casework.key_card)).recipient
    out = tmp_path / "fra-ida.segl.age"
    seal(desk.export_case(theirs.id), SealOrder(purpose=Purpose.COLLEAGUE, out=out, recipients=(recipient,)), desk.sign)
    mine = cards.read(await client.do(Casework.carried_card))
    desk.trust_card(mine.text, compared=mine.fingerprint)
    app = show(OpenScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#file", Input).value = str(out)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "shown")
        await settle(pilot)
        assert "UKENDT" in text_of(app)
        await press(pilot, "k")
        assert isinstance(app.screen, TrustCardScreen)
        assert app.screen.seen.digits.split()[0] in text_of(app)
        # Enter pressed by habit lets nothing count.
        await press(pilot, "enter")
        assert {one.name for one in await client.do(Casework.authors)} == {"Rådgiver Ravn"}
        await press(pilot, "t", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, OpenScreen) and app.screen.imported is not None)
        await settle(pilot)
        shown: Any = app.screen
        assert "Ida Iversen" in shown.bundle.verdicts.signed_by.words()
        assert "Underskrevet af" in text_of(app)
        assert [one.reference for one in await client.do(Casework.cases)] == [theirs.reference]
        await press(pilot, "r")
        assert isinstance(app.screen, GiveReceiptScreen)
        app.screen.query_one("#folder", Input).value = str(tmp_path)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, OpenScreen)
    [receipt] = tmp_path.glob("*.segl-receipt.txt")
    taken = desk.receipt_taken(receipt.read_text(encoding="utf-8"))
    assert (taken.name, taken.behind) == ("Rådgiver Ravn", 0)
    assert taken.receipt.checkpoint.counter <= taken.counter
    desk.add_note(theirs.id, "Senere.")
    assert desk.receipt_taken(receipt.read_text(encoding="utf-8")).behind == 1
    desk.close()


async def test_a_receipt_is_taken_in_and_what_it_anchors_is_said(
    show: Show, client: VaultClient, case: CaseSummary, bo: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.store.circle import vault_desk

    desk = vault_desk(tmp_path / "bo", 7)
    mine = cards.read(await client.do(Casework.carried_card))
    desk.trust_card(mine.text, compared=mine.fingerprint)
    out = tmp_path / "til-bo.segl.age"
    export = await client.do(Casework.export_case, case.id)
    order = SealOrder(purpose=Purpose.COLLEAGUE, out=out, recipients=(desk.key_card().recipient,))

    def sealed(casework: Casework) -> None:
        seal(export, order, casework.sign)

    await client.do(sealed)
    from tests.store.cases.test_importing import opened_by

    opened = opened_by(desk, out)
    desk.import_bundle(opened)
    file = tmp_path / "kvittering.txt"
    file.write_text(desk.give_receipt(opened), encoding="utf-8")
    desk.close()
    app = show(ExchangeScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f8")
        assert isinstance(app.screen, PickFilesScreen)
        app.screen.dismiss((file,))
        await settle(pilot)
        assert isinstance(app.screen, ReceiptTakenScreen)
        assert "Bo Bjerg" in text_of(app)
        assert "checkpoint" in text_of(app) or "kontrolpunkt" in text_of(app)
        await press(pilot, "escape")
        # One that is none is said in words.
        file.write_text("nej", encoding="utf-8")
        app.screen.run_work(receipt_from_file(app.screen))
        await settle(pilot)
        app.screen.dismiss((file,))
        await settle(pilot)
        assert isinstance(app.screen, FailureScreen)
        assert app.screen.code == "receipt-invalid"


async def test_a_case_is_sealed_to_somebody_whose_card_counts_without_pasting_a_key(
    show: Show, client: VaultClient, case: CaseSummary, bo: str
) -> None:
    app = show(lambda: SealScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f5")
        assert isinstance(app.screen, PickPersonScreen)
        await press(pilot, "space", "enter")
        assert isinstance(app.screen, SealScreen)
        [author] = [one for one in await client.do(Casework.authors) if one.id == bo]
        assert app.screen.query_one("#recipients", PlainArea).text == author.recipient
        await press(pilot, "f5", "space", "ctrl+s")
        assert app.screen.query_one("#recipients", PlainArea).text == author.recipient


async def test_what_was_shared_in_a_session_goes_along_where_it_is_chosen_with_a_reason(
    show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path
) -> None:
    from datetime import timedelta

    from tests.store.programme.office import a_pair

    def session(casework: Casework) -> None:
        casework.approve_platforms(("Mødestedet",))
        pair = a_pair(casework, on=datetime.now(UTC).date() - timedelta(days=1))
        casework.add_session(pair.id, SessionDraft(at=datetime.now(UTC), platform="Mødestedet", content="Eva græd."))

    await client.do(session)
    app = show(lambda: SealScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f8")
        assert isinstance(app.screen, SealSessionsScreen)
        await press(pilot, "space", "ctrl+s")
        assert "Skriv hvorfor" in text_of(app)
        await press(pilot, "=Aftalt med begge", "ctrl+s")
        assert isinstance(app.screen, SealScreen)
        app.screen.query_one("#own", Choices).put(chosen=["own"])
        app.screen.query_one("#folder", Input).value = str(tmp_path)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "preview", seconds=60)
        await settle(pilot)
        assert b"Eva gr" in app.screen._files["data/sessions.txt"]
        assert (await client.do(Casework.programme)).exports == ()
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "done", seconds=60)
        [left] = (await client.do(Casework.programme)).exports
        assert left.reason == "Aftalt med begge"


async def test_ones_own_card_is_shown_and_written(show: Show, client: VaultClient, tmp_path: Path) -> None:
    text = await client.do(Casework.carried_card)
    app = show(ExchangeScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f5")
        assert isinstance(app.screen, MyCardScreen)
        app.screen.query_one("#folder", Input).value = str(tmp_path)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ExchangeScreen)
    [file] = tmp_path.glob("*.segl-card.txt")
    assert cards.read(file.read_text(encoding="utf-8")).author == cards.read(text).author


async def test_the_rule_on_filing_is_set_on_its_screen(show: Show, client: VaultClient, case: CaseSummary) -> None:
    from screens.filing import FilingScreen

    app = show(lambda: FilingScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f6")
        assert isinstance(app.screen, FilingRuleScreen)
        await press(pilot, "=Acadre", "tab", "backspace", "=mange", "ctrl+s")
        assert "et antal dage" in text_of(app)
        app.screen.query_one("#days", Input).value = "14"
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, FilingScreen)
        rule = await client.do(Casework.filing_rule)
        assert (rule.system, rule.days) == ("Acadre", 14)
        assert app.screen.query_one("#system", Input).value == "Acadre"


@pytest.mark.parametrize(("size", "language"), [((80, 24), "da"), ((40, 10), "en")])
async def test_hostile_names_and_small_windows(
    show: Show,
    client: VaultClient,
    case: CaseSummary,
    tmp_path: Path,
    size: tuple[int, int],
    language: Literal["da", "en"],
) -> None:
    from tests.screens.test_hostile import PAYLOADS, assert_harmless

    desk = member(tmp_path / "mal", 9, f"Mal {PAYLOADS[1]}", office=PAYLOADS[0])
    card = cards.read(desk.carried_card())
    desk.close()
    author = await client.do(Casework.trust_card, card.text, compared=card.fingerprint)
    await client.do(Casework.share_case, case.id, author.id, PAYLOADS[0] + PAYLOADS[1])
    seen = await client.do(Casework.look_at_card, card.text)
    set_language(language)
    screens: tuple[Callable[[], Any], ...] = (
        lambda: ShareFormScreen(case.id, PAYLOADS[0]),
        lambda: HandOverScreen(case.id, PAYLOADS[1]),
        HandOverScreen,
        lambda: TrustCardScreen(seen),
        lambda: MyCardScreen(card.text),
        FilingRuleScreen,
        ExchangeScreen,
        lambda: NewWorkstationScreen(app.home),
    )
    app = show(lambda: SharesScreen(case.id, PAYLOADS[0]))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert_harmless(app)
        for make in screens:
            app.push_screen(make())
            await settle(pilot)
            assert_harmless(app)
            await press(pilot, "f1")
            assert_harmless(app)
            await press(pilot, "escape", "f12", "f12", "escape")
            assert isinstance(app.screen, SharesScreen)
