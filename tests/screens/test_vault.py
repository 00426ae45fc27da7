"""Who can open the vault, making a recovery and trying its words, a forgotten passphrase, a new key."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from guidance.mentoring import Part
from screens.failure import FailureScreen
from screens.notice import NoticeScreen
from screens.recover import RecoverScreen
from screens.today import TodayScreen
from screens.unlock import UnlockScreen
from screens.vault import VaultScreen
from screens.widgets.passphrase import PassphraseInput
from store import recovery
from store.casework import Casework
from store.client import VaultClient
from store.home import Home
from store.model import Intake
from store.programme.people_model import ParticipantDraft
from store.secret import Secret
from tests.screens.conftest import text_of
from tests.screens.stage import PASSPHRASE, make_vault, press, seen, settle, stage, write
from tui.guard.start import Start

NEW = "seks gule spande ved havnen"


async def test_a_recovery_is_made_and_counts_once_its_words_were_typed(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter", "v")
        screen = app.screen
        assert isinstance(screen, VaultScreen)
        assert "Nobody else" in seen(app)
        await press(pilot, "f5")
        assert screen._key is not None
        key = screen._key
        for word in key.words:
            assert word in seen(app)
        assert key.fingerprint in seen(app)
        await press(pilot, "f8")
        assert "█" in seen(app)
        assert key.words[0] not in seen(app).split()
        await press(pilot, "f6")
        assert screen._key is None
        assert key.words[0] not in seen(app).split()
        assert isinstance(app.focused, PassphraseInput)
        await write(pilot, " ".join(key.words[:23]))
        await press(pilot, "enter")
        assert "only 23 words" in seen(app)
        await write(pilot, " " + key.words[23])
        await press(pilot, "enter")
        assert "Recovery is done" in seen(app)
        assert "tried on" in seen(app)
        assert app.client is not None
        assert (await app.client.do(Casework.openers)).drilled_at


async def test_a_forgotten_passphrase_is_replaced_from_the_lock_screen(tmp_path: Path) -> None:
    home = Home(tmp_path)
    await make_vault(home)
    client = await VaultClient.unlock(home.vault(), Secret.from_text(PASSPHRASE))
    key = await client.do(Casework.make_recovery)
    await client.close()
    async with stage(tmp_path) as (app, pilot):
        assert "Forgotten it? F7" in seen(app)
        await press(pilot, "f7")
        assert isinstance(app.screen, RecoverScreen)
        other = recovery.new_key()
        await write(pilot, " ".join(other.words))
        await press(pilot, "enter")
        await write(pilot, NEW)
        await press(pilot, "enter")
        await write(pilot, NEW)
        await press(pilot, "enter")
        assert key.fingerprint in seen(app)
        assert app.client is None
        app.screen.query_one("#words", PassphraseInput).value = " ".join(key.words)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, NoticeScreen)
        assert "opened with the recovery words" in seen(app)
        assert isinstance(app.screen_stack[-2], TodayScreen)
    async with stage(tmp_path) as (app, pilot):
        await write(pilot, NEW)
        await press(pilot, "enter")
        assert "opened with the recovery words" in seen(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, TodayScreen)
        assert app.client is not None
        assert not (await app.client.do(Casework.openers)).use_unseen
        # Seen, it is told no more, and stays for whoever looks at who can open the vault.
        await press(pilot, "v")
        assert "Opened by the recovery words on " in seen(app)
    async with stage(tmp_path) as (app, pilot):
        await write(pilot, NEW)
        await press(pilot, "enter")
        assert isinstance(app.screen, NoticeScreen), "it was never drilled"
        assert "opened with the recovery words" not in seen(app)
        await press(pilot, "enter", "v")
        assert "Opened by the recovery words on " in seen(app)


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_a_new_passphrase_after_the_words_is_compared_and_judged_where_it_is_typed(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    home = Home(tmp_path)
    await make_vault(home)
    async with stage(tmp_path, size=size, start=Start(language="da")) as (app, pilot):
        await press(pilot, "f7")
        assert isinstance(app.screen, RecoverScreen)
        words, new, again = (app.screen.query_one(f"#{id}", PassphraseInput) for id in ("words", "new", "again"))
        words.value = " ".join(recovery.new_key().words)
        await press(pilot, "enter")
        assert app.focused is new
        # What anybody near would try first is worth nothing: the name that the vault has.
        await write(pilot, "Sam Test Sam Test")
        assert "■□□□" in text_of(app)
        await press(pilot, "ctrl+s")
        assert app.focused is new
        new.value = NEW
        again.value = NEW + "e"
        await press(pilot, "ctrl+s")
        assert app.focused is again
        drawn = text_of(app)
        assert "■■" in drawn and "De to er ikke ens." in drawn
        # The control: two that are the same go on to the words, which are another office's.
        again.value = NEW
        await press(pilot, "ctrl+s")
        assert "De to er ikke ens." not in seen(app)
        assert app.client is None


async def test_back_leaves_nothing_typed(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        await write(pilot, "half")
        await press(pilot, "f7")
        await write(pilot, "abandon")
        await press(pilot, "escape")
        assert isinstance(app.screen, UnlockScreen)
        assert app.screen.query_one(PassphraseInput).value == ""


async def test_a_new_key_goes_on_with_the_same_vault(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter", "v", "f7")
        await write(pilot, "wrong")
        await press(pilot, "enter", "enter")
        assert "does not open this vault" in seen(app)
        app.screen.query_one(PassphraseInput).focus()
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter", "enter")
        await settle(pilot)
        assert not isinstance(app.screen, FailureScreen)
        assert "has a new key" in seen(app)
        assert "made anew" in seen(app)
        assert app.client is not None
        assert (await app.client.do(Casework.office)).name == "Nordby"


async def test_a_vault_made_meanwhile_is_taken_in_in_one_step(tmp_path: Path) -> None:
    home = Home(tmp_path)
    await make_vault(home)
    [old] = home.vaults()
    await make_vault(home)
    [monday] = [ref for ref in home.vaults() if ref.id != old.id]
    client = await VaultClient.unlock(monday, Secret.from_text(PASSPHRASE))
    case = await client.do(Casework.new_case, Intake(title="Mandag", happened="I går.", stand_in="Bo"))
    await client.do(Casework.answer_plan, "first-talk-who", "Tillidsmanden")
    await client.do(Casework.add_participant, ParticipantDraft(name="Eva", parts=(Part.MENTEE,)))
    await client.close()
    async with stage(tmp_path) as (app, pilot):
        await app.open_cases(await VaultClient.unlock(old, Secret.from_text(PASSPHRASE)))
        await press(pilot, "v", "f4")
        assert app.screen.query_one("#other", Input).value == monday.id
        await write(pilot, "en helt forkert adgangskode")
        await press(pilot, "enter")
        assert "does not open" in seen(app)
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        assert app.client is not None
        assert "would be taken in" in seen(app)
        assert "1 case" in seen(app) and "1 answer to the plan" in seen(app) and "1 new participant" in seen(app)
        # Nothing is, before somebody says so: Escape leaves everything as it is.
        await press(pilot, "escape")
        assert "Nothing was taken in" in seen(app)
        assert await app.client.do(Casework.cases) == ()
        await press(pilot, "f4")
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter", "tab", "enter")
        assert "1 answer to the plan" in seen(app) and "is taken in" in seen(app)
        assert [one.id for one in await app.client.do(Casework.cases)] == [case.id]
        assert [one.name for one in await app.client.do(Casework.participants)] == ["Eva"]
        # A second time nothing is asked, for nothing is new.
        await press(pilot, "f4")
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        assert isinstance(app.screen, VaultScreen)
        assert "Nothing of it was new here" in seen(app)
    assert {ref.id for ref in home.vaults()} == {old.id, monday.id}
