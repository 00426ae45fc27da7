"""The people of other offices: their keys are seen, and one workstation of theirs, or all, is stopped from there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from screens.confirm import Confirm
from screens.exchange import ExchangeScreen
from screens.known import KnownScreen
from screens.reason import ReasonScreen
from screens.widgets.text_area import PlainArea
from screens.workstations import WorkstationsScreen
from store import spoken
from store.authors import Author
from store.casework import Casework
from store.client import VaultClient
from store.keys import fingerprint
from tests.screens.conftest import press, settle, text_of
from tests.screens.test_workstations import rows
from tests.store.circle import card_of, member
from tests.store.exchange.test_workstation import joined

Show = Callable[[Callable[[], Any]], Any]


@pytest.fixture
async def bo(client: VaultClient, tmp_path: Path) -> AsyncIterator[tuple[Casework, Casework]]:
    """Bo of another office, whose card counts here, at his two workstations."""
    first = member(tmp_path / "8", 8, "Bo", office="Naboskolen")
    second = joined(first, tmp_path / "9", 9)
    card = card_of(first)
    await client.do(Casework.trust_card, card.text, compared=card.fingerprint)
    yield first, second
    for desk in (first, second):
        desk.close()


async def known(client: VaultClient, name: str = "Bo") -> Author:
    return next(one for one in await client.do(Casework.authors) if one.name == name)


def flat(app: Any) -> str:
    """What is drawn, without frames and breaks of lines."""
    return " ".join(text_of(app).replace("│", " ").split())


async def reason(pilot: Any, app: Any) -> None:
    assert isinstance(app.screen, ReasonScreen)
    app.screen.query_one("#why", PlainArea).load_text("Den er stjålet.")
    await press(pilot, "ctrl+s")


async def test_one_workstation_of_somebody_of_another_office_is_given_up_on_the_screen(
    show: Show, client: VaultClient, bo: tuple[Casework, Casework]
) -> None:
    first, second = bo
    app = show(ExchangeScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "F4 andre kontorer" in text_of(app)
        await press(pilot, "f4")
        assert isinstance(app.screen, KnownScreen)
        text = text_of(app)
        digits = spoken.digits(fingerprint(first._journal.device)).split()
        for seen in ("Bo", "Naboskolen", " ".join(digits[:4]), "nr. 1", "nr. 2"):
            assert seen in text
        await press(pilot, "enter")
        assert isinstance(app.screen, WorkstationsScreen)
        await press(pilot, "end", "f8")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "tab", "enter")
        await reason(pilot, app)
        assert rows(app)[1] == "nr. 2, spærret"
        await press(pilot, "escape")
        assert isinstance(app.screen, KnownScreen)
        assert "nr. 2, spærret" in text_of(app)
    author = await known(client)
    assert not author.revoked
    assert [one.device for one in author.reading] == [first._journal.device]
    assert await client.do(Casework.recipients_of, author.id) == (first.key_card().recipient,)
    assert set((await client.do(lambda casework: casework._trust())).revoked) == {second._journal.device}


async def test_all_keys_of_somebody_of_another_office_are_revoked_once_it_was_said_what_that_does(
    show: Show, client: VaultClient, bo: tuple[Casework, Casework]
) -> None:
    app = show(KnownScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f8")
        assert isinstance(app.screen, Confirm)
        assert "Det kan ikke fortrydes" in flat(app), text_of(app)
        assert app.screen.query_one("#yes").region.bottom <= 24
        await press(pilot, "enter")
        assert isinstance(app.screen, KnownScreen), "Enter by habit revokes nothing"
        assert not (await known(client)).revoked
        await press(pilot, "f8", "tab", "enter")
        await reason(pilot, app)
        assert isinstance(app.screen, KnownScreen)
        assert "nøgler tilbagekaldt" in text_of(app)
        assert not app.screen.check_action("revoke", ())
        await press(pilot, "f8")
        assert isinstance(app.screen, KnownScreen), "nothing is revoked twice"
    assert (await known(client)).revoked
    assert {one._journal.device for one in bo} == set((await client.do(lambda casework: casework._trust())).revoked)


async def test_where_nobody_is_known_it_says_how_somebody_is(show: Show, client: VaultClient) -> None:
    app = show(KnownScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "godkender et kort" in flat(app), text_of(app)
        assert not app.screen.check_action("workstations", ())
        await press(pilot, "enter", "f8")
        assert isinstance(app.screen, KnownScreen)
        await press(pilot, "escape")
    assert app.answers == [None]
