"""Escape while the report is set on paper: it ends at once, what was ordered stands, and nothing is left anywhere."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from screens import seal
from screens.seal import SealScreen
from screens.widgets.choices import Choices
from store.age.errors import SealCancelled
from store.bundle import paper
from store.bundle.seal import preview_files
from store.casework import Casework
from store.client import VaultClient
from store.entry import SpaceKind
from store.model import CaseSummary
from tests.screens.conftest import settle, text_of, until

Show = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where sealed files go."""
    folder = tmp_path / "ud"
    folder.mkdir()
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


@pytest.fixture
async def long_case(client: VaultClient, case: CaseSummary) -> CaseSummary:
    """A case whose report takes seconds to be set on paper."""

    def write(casework: Casework) -> None:
        with casework._writing():
            for number in range(600):
                text = f"{number}: " + "Hun fortæller, at billedet er delt i gruppen. " * 40
                casework._append(SpaceKind.CASE, case.id, "note.added", {"text": text})

    await client.do(write)
    return case


class Looks:
    """What became of each making of what goes in: made, or stopped."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.became: list[str] = []
        monkeypatch.setattr(seal, "preview_files", self._look)

    def _look(self, *given: Any, **more: Any) -> Mapping[str, bytes]:
        try:
            found = preview_files(*given, **more)
        except SealCancelled:
            self.became.append("stopped")
            raise
        self.became.append("made")
        return found


def setting() -> bool:
    """Whether a report is being set right now."""
    return paper._ONE_AT_A_TIME.locked() and any(one.name == "paper" for one in threading.enumerate())


def everything(root: Path) -> set[Path]:
    """All files below a folder, the log beside the database apart."""
    return {path for path in root.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm"))}


async def soon(holds: Callable[[], bool]) -> None:
    """Wait until something holds, whatever is under way."""
    for _round in range(12_000):
        if holds():
            return
        await asyncio.sleep(0.005)
    raise AssertionError


async def ordered(pilot: Any, app: Any) -> None:
    await settle(pilot)
    # What the setter still does for an earlier test is not taken for the report of this one.
    await soon(lambda: not setting())
    app.screen.query_one("#own", Choices).put(chosen=["own"])
    # Without waiting until nothing goes on any more, as `pilot.press` does.
    app.simulate_key("ctrl+s")
    await soon(setting)


async def nothing_is_left(client: VaultClient, case: CaseSummary, folder: Path) -> None:
    assert not list(folder.iterdir())
    assert await client.do(Casework.drafts) == {}
    assert "case.sealed" not in {line.kind for line in await client.do(Casework.history, case.id, newest=None)}
    assert await client.do(Casework.settle_leaving) == ()


@pytest.mark.parametrize("told", [True, False])
async def test_escape_while_the_report_is_set_stops_it_and_the_order_stands(
    told: bool,
    show: Show,
    client: VaultClient,
    long_case: CaseSummary,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = Looks(monkeypatch)
    app = show(lambda: SealScreen(long_case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        before = everything(tmp_path)
        await ordered(pilot, app)
        if told:
            await soon(lambda: "Laver rapporten" in text_of(app))
            assert app.screen.query_one("#stop").has_focus
        assert setting()
        app.simulate_key("escape")
        await soon(lambda: bool(looks.became) and "Forseglingen blev stoppet" in text_of(app))
        # It was in the middle of it: the setter, which can't be stopped half-way, goes on for nobody.
        assert setting()
        assert looks.became == ["stopped"]
        await settle(pilot)
        assert app.screen.stage == "order"
        assert app.screen.query_one("#own", Choices).chosen == ("own",)
        await nothing_is_left(client, long_case, folder)
        assert everything(tmp_path) == before
        # What was stopped can be begun anew.
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen.stage == "preview")
    assert looks.became == ["stopped", "made"]


async def test_control_where_nobody_is_heard_the_report_is_set_to_its_end(
    show: Show, client: VaultClient, long_case: CaseSummary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = Looks(monkeypatch)
    monkeypatch.setattr(SealScreen, "stopped", lambda _screen: False)
    app = show(lambda: SealScreen(long_case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await ordered(pilot, app)
        app.simulate_key("escape")
        await soon(lambda: bool(looks.became))
        assert looks.became == ["made"]
