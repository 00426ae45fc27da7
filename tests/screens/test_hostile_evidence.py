"""Names of files that are no words, on every screen that deals with evidence: nothing steers, nothing breaks."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guidance.custody import Event, Move
from screens.clearing import ClearingScreen
from screens.copy_device import CopyDeviceScreen
from screens.custody import CustodyScreen
from screens.custody_form import CustodyFormScreen
from screens.evidence import EvidenceScreen
from screens.evidence_check import EvidenceCheckScreen
from screens.evidence_form import EvidenceFormScreen
from screens.pass_on import PassOnScreen
from screens.pick_files import PickFilesScreen
from screens.read_out import ReadOutScreen
from store.cases.checking import RequestDraft
from store.casework import Casework
from store.client import VaultClient
from store.evidence.hashing import hash_file
from store.evidence.register import draft_of
from store.model import CaseSummary
from tests.screens.conftest import press, settle, until
from tests.screens.test_hostile import PAYLOADS, assert_harmless

Show = Callable[[Callable[[], Any]], Any]
NAMES = (
    b"a\nb\r.jpg",
    b"\x1b[2J\x1b]52;c;eA==\x07.jpg",
    "moc.elpmaxe\u202egpj.exe".encode(),
    b"\xff\xfe\xe6.jpg",
    b"[bold][@click=app.exit]x[b].jpg",
    b"x" * 251 + b".jpg",
    "å".encode() * 127,
)


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_every_screen_of_evidence_shows_any_name(
    show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path, size: tuple[int, int]
) -> None:
    folder = os.fsencode(tmp_path) + b"/\x1b[31m\n"
    os.mkdir(folder)  # noqa: PTH102
    for name in NAMES:
        with open(folder + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(name)
    paths = [Path(os.fsdecode(folder + b"/" + name)) for name in NAMES]
    hostile = "".join(PAYLOADS)
    for path in paths[:-1]:
        await client.do(Casework.register_evidence, case.id, draft_of(hash_file(path)))
    await client.do(
        Casework.record_request, case.id, RequestDraft(by=hostile, on=date(2026, 11, 20), reference=hostile)
    )
    piece = await client.do(Casework.record_custody, case.id, "E1", Move(event=Event.FOUND, by=hostile, where=hostile))

    def with_paths(screen: Any) -> Any:
        screen.paths = list(paths)
        return screen

    app = show(lambda: EvidenceScreen(case.id, hostile))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.screen.paths = list(paths)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, EvidenceFormScreen))
        await settle(pilot)
        for _one in paths:
            assert_harmless(app)
            await press(pilot, "ctrl+t" if app.screen._seen else "ctrl+s")
        screens: tuple[Callable[[], Any], ...] = (
            lambda: with_paths(ClearingScreen(case.id, piece)),
            lambda: CustodyScreen(case.id, piece),
            lambda: CopyDeviceScreen(case.id, piece),
            lambda: CustodyFormScreen(case.id, piece, corrects=piece.custody[0]),
            lambda: with_paths(PassOnScreen(case.id, hostile)),
            lambda: ReadOutScreen(piece, 1),
            lambda: PickFilesScreen("files", hostile, start=Path(os.fsdecode(folder))),
        )
        for make in screens:
            app.push_screen(make())
            await settle(pilot)
            if isinstance(app.screen, ClearingScreen):
                app.screen._go(3)
                await settle(pilot)
            assert_harmless(app)
            app.pop_screen()
            await settle(pilot)
        app.push_screen(EvidenceCheckScreen(case.id, hostile))
        await settle(pilot)
        checking = app.screen._check((folder,))
        app.screen.run_work(checking, group="check")
        await until(pilot, lambda: app.screen._checked is not None)
        await settle(pilot)
        assert_harmless(app)
        checked = app.screen._checked
        assert (len(checked.matched) + len(checked.copies), checked.missing, checked.unread) == (7, (), ())
        assert app.is_running
