"""Marking what is withheld, at 80x24: by word, by name, with undo; kept as a draft; and then sealed without it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from screens.confirm import Confirm
from screens.seal import SealScreen
from screens.seal_look import SealLookScreen, text_lines
from screens.withhold import WithholdScreen, draft_key, rows_of
from store.bundle.open import open_bundle
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary, PersonDraft, Purpose, Role
from tests.screens.conftest import press, settle, text_of, until

Show = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "ud"
    folder.mkdir()
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


async def planted(client: VaultClient, case: CaseSummary) -> str:
    await client.do(Casework.add_person, case.id, PersonDraft(name="Zebulon Quist", roles=(Role.OFFENDER,)))
    await client.do(Casework.add_note, case.id, "Zebulon Quist kom forbi, og så gik Zebulons far.")
    return (await client.do(Casework.key_card)).recipient


async def test_marked_kept_and_sealed(show: Show, client: VaultClient, case: CaseSummary, folder: Path) -> None:
    recipient = await planted(client, case)
    app = show(lambda: SealScreen(case.id, "sag", purpose=Purpose.PERSON_CONCERNED))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#recipients").load_text(recipient)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, WithholdScreen))
        await settle(pilot)
        screen = app.screen
        left = screen.marking.left
        assert left > 2
        assert "Navne, som stadig kommer med" in text_of(app)
        await press(pilot, "t", "n")
        assert screen.marking.choice.words
        assert screen.marking.left < left
        await press(pilot, "u")
        assert screen.marking.left == left
        # Left in the middle, it is a draft, and begins there again.
        await press(pilot, "a", "escape")
        await settle(pilot)
        kept = (await client.do(Casework.drafts))[draft_key(case.id)]
        assert "Zebulon" in json.loads(kept)["choice"]
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, WithholdScreen))
        await settle(pilot)
        assert app.screen.marking.left == 0
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: getattr(app.screen, "stage", "") == "preview")
        await settle(pilot)
        assert not any(b"Zebulon" in data for data in app.screen._files.values())
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "done")
        assert draft_key(case.id) not in await client.do(Casework.drafts)
    [sealed] = folder.glob("*.age")
    opened = open_bundle(sealed, await client.do(Casework.identities), trusted={})
    assert opened.purpose is Purpose.PERSON_CONCERNED
    assert opened.verdicts.complete.on_purpose > 0


async def test_names_that_are_left_are_asked_about(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    await planted(client, case)
    export = await client.do(Casework.export_case, case.id)
    app = show(lambda: WithholdScreen(export, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await press(pilot, "escape")
        assert isinstance(app.screen, WithholdScreen)
        await press(pilot, "right", "space", "down", "l", "e")
        assert app.screen.marking.choice.spans
        assert app.screen.marking.choice.entries
        await press(pilot, "f12")
        await settle(pilot)
        assert app.screen.marking.choice.spans


async def test_a_file_is_looked_into_before_it_is_sealed(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    recipient = await planted(client, case)
    app = show(lambda: SealScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#recipients").load_text(recipient)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "preview")
        app.screen.query_one("#contents").focus()
        await press(pilot, "enter")
        await settle(pilot)
        assert isinstance(app.screen, SealLookScreen)
        assert case.title in text_of(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, SealScreen)


def test_nothing_of_a_page_is_left_out_but_its_mark_up() -> None:
    page = "<style>x{}</style><h1>Ét &amp; to</h1><p>tre</p>" + "<p>" + "fire " * 40 + "</p>"
    lines = text_lines("data/report.html", page.encode())
    assert lines[:2] == ["Ét & to", "tre"]
    assert "".join(lines[2:]).count("fire") == 40
    assert text_lines("a.json", b"\x1b[2J") == ["␛[2J"]


async def test_rows_hold_every_word(client: VaultClient, case: CaseSummary) -> None:
    await client.do(Casework.add_note, case.id, "et to\n\ntre " + "langtord " * 30)
    export = await client.do(Casework.export_case, case.id)
    from store.bundle.withholding import pieces_of

    pieces = pieces_of(export.entries, export.record.guide)
    rows = rows_of(pieces, 40)
    for piece in pieces:
        words = [piece.text[slice(*at)] for row in rows if row.piece is piece for at in row.words]
        assert [word.strip('.,"():;') for word in piece.text.split()] == [word.strip('.,"():;') for word in words]
    assert all(row.end - row.start <= 50 for row in rows if len(row.words) > 1)
