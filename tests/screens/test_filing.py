"""The journal system on its screen: number, plain copy after a warning, deleted again; reminded of on Today."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from screens.case import CaseScreen
from screens.confirm import Confirm
from screens.failure import FailureScreen
from screens.filing import FilingScreen
from screens.today import TodayScreen
from store.bundle.plain_copy import PlainOrder, write_plain_copy
from store.cases.filing import FilingRule
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary
from tests.screens.conftest import press, settle, text_of, until

Show = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "ud"
    folder.mkdir()
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


async def test_written_after_a_warning_and_deleted_again(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    app = show(lambda: FilingScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert "Skriv, hvad den er til." in text_of(app)
        app.screen.query_one("#purpose").value = "Journalisering"
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        assert "uden kryptering" in text_of(app)
        await press(pilot, "escape")
        assert not list(folder.iterdir())
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await press(pilot, "tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, FilingScreen))
        await until(pilot, lambda: len(list(folder.iterdir())) == 2)
        await settle(pilot)
        assert "LIGGER DER STADIG" in text_of(app)
        await press(pilot, "f8")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await press(pilot, "tab", "enter")
        await until(pilot, lambda: not list(folder.iterdir()))
        await settle(pilot)
        assert "LIGGER DER STADIG" not in text_of(app)
    assert (await client.do(Casework.filing, case.id)).lying == ()


async def test_of_a_copy_of_which_nothing_is_there_it_is_asked_whether_it_is_gone(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    export = await client.do(Casework.export_case, case.id)
    made = write_plain_copy(export, PlainOrder(folder=folder, purpose="Journalisering"))
    await client.do(Casework.record_filing, case.id, made)
    for path in made.paths:
        path.unlink()
    app = show(lambda: FilingScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        for answer, lies in ((("escape",), True), (("tab", "enter"), False)):
            screen.query_one("#copies").focus()
            await press(pilot, "f8")
            await until(pilot, lambda: isinstance(app.screen, Confirm))
            await press(pilot, "tab", "enter")
            await until(pilot, lambda: "Ja, den er væk" in text_of(app))
            await press(pilot, *answer)
            await until(pilot, lambda: app.screen is screen)
            await settle(pilot)
            assert bool((await client.do(Casework.filing, case.id)).lying) == lies
            assert ("LIGGER DER STADIG" in text_of(app)) == lies


async def test_a_cloud_folder_is_refused(show: Show, client: VaultClient, case: CaseSummary, folder: Path) -> None:
    cloud = folder / "Dropbox"
    cloud.mkdir()
    app = show(lambda: FilingScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#purpose").value = "Journalisering"
        app.screen.query_one("#folder").value = str(cloud)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, FailureScreen))
    assert not list(cloud.iterdir())


async def test_the_number_comes_later_and_ends_the_reminder(show: Show, client: VaultClient, case: CaseSummary) -> None:
    await client.do(Casework.set_filing_rule, FilingRule(system="SBSYS", days=1))
    app = show(lambda: TodayScreen(client))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        first = "Journalsystem" in text_of(app)
    due = await client.do(Casework.filings_due)
    assert first == bool(due)
    app = show(lambda: FilingScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "skal være der" in text_of(app)
        await press(pilot, "f7")
        assert "Skriv det nummer" in text_of(app)
        await press(pilot, *"26-17", "f7")
        await until(pilot, lambda: "SBSYS: 26-17" in text_of(app))
    assert (await client.do(Casework.filing, case.id)).number == "26-17"


async def test_today_says_what_is_due(
    show: Show, client: VaultClient, case: CaseSummary, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.do(Casework.set_filing_rule, FilingRule(system="SBSYS", days=1))
    app = show(lambda: TodayScreen(client))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Journalsystem" not in text_of(app)
    filing = await client.do(Casework.filing, case.id)
    monkeypatch.setattr(Casework, "filings_due", lambda _self: (filing,))
    app = show(lambda: TodayScreen(client))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await until(pilot, lambda: "Journalsystem" in text_of(app))
        assert case.reference in text_of(app)


async def test_it_is_one_key_away_in_the_case(show: Show, client: VaultClient, case: CaseSummary) -> None:
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f")
        await until(pilot, lambda: isinstance(app.screen, FilingScreen))
