"""A further workstation of one's own, on both machines' screens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.widgets import Input

from guidance.language import set_language
from screens.add_workstation import AddWorkstationScreen
from screens.exchange import ExchangeScreen
from screens.my_card import MyCardScreen
from screens.new_workstation import NewWorkstationScreen
from screens.pick_files import PickFilesScreen
from store import cards
from store.casework import Casework
from store.client import VaultClient
from store.exchange.post import exchange
from store.home import Home
from store.model import CaseSummary
from store.vault import Vault
from tests.screens.conftest import press, settle, text_of, until
from tests.screens.stage import CHEAP, PASSPHRASE, seen, stage
from tests.screens.stage import press as press_on_stage

Show = Callable[[Callable[[], Any]], Any]


async def test_it_is_set_up_let_count_and_has_everything(
    show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path, monkeypatch: Any
) -> None:
    real = Vault.create
    monkeypatch.setattr(Vault, "create", lambda *given, **named: real(*given, **(named | {"kdf": CHEAP})))
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "mig.txt").write_text(await client.do(Casework.carried_card), encoding="utf-8")
    root = tmp_path / "new"
    async with stage(root) as (segl, pilot):
        await press_on_stage(pilot, "f7")
        assert isinstance(segl.screen, NewWorkstationScreen)
        segl.screen.query_one("#file", Input).value = str(tmp_path / "none.txt")
        await press_on_stage(pilot, "ctrl+s")
        assert "This is no card" in seen(segl)
        segl.screen.query_one("#file", Input).value = str(stick / "mig.txt")
        await press_on_stage(pilot, "ctrl+s")
        assert "Rådgiver Ravn, Skovby Skole" in seen(segl)
        segl.screen.query_one("#phrase", Input).value = PASSPHRASE
        await press_on_stage(pilot, "ctrl+s")
        assert "not the same" in seen(segl)
        segl.screen.query_one("#again", Input).value = PASSPHRASE
        await press_on_stage(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(segl.screen, MyCardScreen))
        # Its own digits, which are not those of the card.
        here = str(segl.screen.query_one("#here").content)  # type: ignore[attr-defined]
        assert here not in (stick / "mig.txt").read_text(encoding="utf-8")
        segl.screen.query_one("#name", Input).value = "ny.txt"
        segl.screen.query_one("#folder", Input).value = str(stick)
        await press_on_stage(pilot, "ctrl+s")
        assert (stick / "ny.txt").exists()
        new = segl.client
        assert new is not None
        set_language("da")
        app = show(ExchangeScreen)
        async with app.run_test(size=(80, 24)) as other:
            await settle(other)
            await press(other, "f5", "f7")
            assert isinstance(app.screen, PickFilesScreen)
            app.screen.dismiss((stick / "ny.txt",))
            await settle(other)
            assert isinstance(app.screen, AddWorkstationScreen)
            assert here.splitlines()[0] in text_of(app)
            await press(other, "ctrl+s")
            assert isinstance(app.screen, ExchangeScreen)
        await exchange(client, stick)
        await exchange(new, stick)
        assert [one.reference for one in await new.do(Casework.cases)] == [case.reference]
        mine = cards.read(await new.do(Casework.carried_card))
        assert mine.signer == mine.devices[0]
    assert [one.label for one in Home(root).vaults()] == ["Rådgiver Ravn"]
