"""No administrator is left: the words of an administrator's recovery, on a screen that is offered only there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from guidance.language import set_language
from screens.confirm import Confirm
from screens.members import MembersScreen
from screens.succeed import SucceedScreen
from screens.widgets.passphrase import PassphraseInput
from store import recovery, recovery_words
from store.cases.members import Membership, Succession
from store.casework import Casework
from store.client import VaultClient
from store.exchange.courier import Courier
from store.home import Home
from store.recovery import NewKey
from store.recovery_words import RecoveryWordsWrong
from store.roles import Role
from store.secret import Secret
from tests.screens.conftest import Shown
from tests.screens.stage import press, seen, settle, write
from tests.screens.test_hostile import PAYLOADS, assert_harmless
from tests.store.exchange.test_courier import two_of_one_office

Show = Callable[[Callable[[], Any]], Any]


def made_by(desk: Casework) -> NewKey:
    """A recovery as the vault of this desk would make it; the slot is no part of it."""
    key = recovery.new_key()
    desk._record("office.recovery-made", {"key": key.fingerprint, "succession": key.succession})
    return key


def misplaced(words: tuple[str, ...]) -> tuple[str, ...]:
    """The same words, turned round so far that they do not fit together; by chance they may once."""
    for by in range(1, len(words)):
        turned = (*words[by:], *words[:by])
        try:
            recovery_words.read(Secret.from_text(" ".join(turned)))
        except RecoveryWordsWrong:
            return turned
    raise AssertionError(words)


async def an_office(root: Path) -> tuple[Home, VaultClient, VaultClient]:
    """Mette, the administrator, and Bo, who knows her recovery is there once they have exchanged."""
    home, mette, bo = await two_of_one_office(root)
    await exchanged(home, mette, bo)
    return home, mette, bo


async def exchanged(home: Home, *clients: VaultClient) -> None:
    for _round in range(2):
        for one in clients:
            await Courier(one, home).once()


async def test_a_member_becomes_one_and_everybody_sees_it(tmp_path: Path) -> None:
    home, mette, bo = await an_office(tmp_path / "home")
    key = await mette.do(made_by)
    own = await bo.do(made_by)
    await exchanged(home, mette, bo)
    app = Shown(home, bo, MembersScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.action_set_language("en")
        await settle(pilot)
        await press(pilot, "b")
        assert isinstance(app.screen, SucceedScreen)
        words = seen(app)
        assert "opens no vault and no case" in words
        assert "has an administrator: Mette. Ask them first" in words
        field = app.screen.query_one("#words", PassphraseInput)
        assert app.focused is field
        assert field.password
        lowest = app.screen.query_one("#succeed").region
        assert app.screen.query_one("#body").region.contains_region(lowest), "all of it is in sight at 80x24"

        async def tried(typed: str) -> str:
            field.value = typed
            await press(pilot, "enter")
            return seen(app)

        # Each kind of error says which it is, and nothing is asked or written.
        assert "Type the words" in await tried("")
        assert "only 23 words" in await tried(" ".join(key.words[:23]))
        assert "Not on the list of words: word number 3" in await tried(
            " ".join([*key.words[:2], "hest", *key.words[3:]])
        )
        assert "do not fit together" in await tried(" ".join(misplaced(key.words)))
        assert "not the digits of a recovery" in await tried("12345")
        assert isinstance(app.screen, SucceedScreen)
        for other in (own, recovery.new_key()):
            # Right words, and not of an administrator's recovery.
            field.value = " ".join(other.words)
            await press(pilot, "enter", "tab", "enter")
            assert "belong to no recovery that an administrator of this office made" in seen(app)
        assert not (await bo.do(Casework.membership)).administrator
        field.value = " ".join(key.words)
        await press(pilot, "enter")
        assert isinstance(app.screen, Confirm)
        assert "Become an administrator of Skolen?" in seen(app)
        assert "gone for good: Mette." in seen(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, SucceedScreen)
        assert not (await bo.do(Casework.membership)).administrator, "Enter by habit changes nothing"
        await press(pilot, "enter", "tab", "enter")
        assert isinstance(app.screen, MembersScreen)
        assert (await bo.do(Casework.membership)).administrator
        assert "Bo became an administrator by the words of a recovery on " in seen(app)
        # Who is one is offered nothing.
        await press(pilot, "b")
        assert isinstance(app.screen, MembersScreen)
    await exchanged(home, bo, mette)
    app = Shown(home, mette, MembersScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.action_set_language("en")
        await settle(pilot)
        assert "Bo became an administrator by the words of a recovery on " in seen(app)
    await mette.close()
    await bo.close()


async def test_it_is_offered_only_where_it_applies(tmp_path: Path) -> None:
    home, mette, bo = await an_office(tmp_path / "home")
    set_language("en")
    # No recovery; then one of a member only; then one of an administrator's.
    offered = []
    for make in (None, bo, mette):
        if make is not None:
            await make.do(made_by)
            await exchanged(home, mette, bo)
        for one in (mette, bo):
            app = Shown(home, one, MembersScreen)
            async with app.run_test(size=(80, 24)) as pilot:
                await settle(pilot)
                shown = "b" in app.screen.active_bindings and app.screen.active_bindings["b"].enabled
                assert ("recovery make you one: b." in seen(app)) == shown
                await press(pilot, "b")
                assert isinstance(app.screen, SucceedScreen) == shown
                offered.append(shown)
    assert offered == [False, False, False, False, False, True]
    await mette.close()
    await bo.close()


@pytest.mark.parametrize("text", PAYLOADS)
async def test_hostile_names_are_inert(
    show: Show, client: VaultClient, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    office = await client.do(Casework.office)
    membership = Membership(
        role=Role.COUNSELLOR,
        leads=False,
        administrators=(text,),
        members=2,
        successions=(Succession(name=text, at=(await client.do(lambda desk: desk._clock()))),),
        may_succeed=True,
    )
    monkeypatch.setattr(Casework, "membership", lambda _desk: membership)
    monkeypatch.setattr(Casework, "office", lambda _desk: replace(office, name=text))
    app = show(MembersScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.action_set_language("en")
        await settle(pilot)
        assert_harmless(app)
        await press(pilot, "b")
        assert isinstance(app.screen, SucceedScreen)
        assert_harmless(app)
        app.screen.query_one("#words", PassphraseInput).value = " ".join(recovery.new_key().words)
        await press(pilot, "enter")
        assert isinstance(app.screen, Confirm)
        assert_harmless(app)
        assert "\n" not in str(app.screen.query_one("#question").content)  # type: ignore[attr-defined]


async def test_where_nobody_is_left_nobody_has_to_be_called_gone(
    show: Show, client: VaultClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    membership = Membership(role=Role.COUNSELLOR, leads=False, administrators=(), members=1, may_succeed=True)
    monkeypatch.setattr(Casework, "membership", lambda _desk: membership)
    app = show(MembersScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.action_set_language("en")
        await settle(pilot)
        assert "Nobody is an administrator any more." in seen(app)
        await press(pilot, "b")
        assert not app.screen.query_one("#left").display
        await write(pilot, " ".join(recovery.new_key().words))
        await press(pilot, "enter")
        assert "gone" not in seen(app)
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, MembersScreen)
