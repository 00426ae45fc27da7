"""Paths as file managers and terminals paste them; what the line of keys says while one chooses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from screens.evidence import EvidenceScreen
from screens.pick_files import PickFilesScreen, Wanted
from screens.typed_path import find_typed
from screens.widgets.frame import KeyLine
from store.model import CaseSummary
from store.places import Place, PlaceKind
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose names have a space and a letter that addresses write with a percent sign."""
    folder = tmp_path / "filer"
    folder.mkdir()
    (folder / "på telefon.jpg").write_bytes(b"billede")
    (folder / "a.jpg").write_bytes(b"billede")
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


def test_a_path_is_found_in_the_ways_it_is_pasted(folder: Path) -> None:
    wanted = folder / "på telefon.jpg"
    for text in (str(wanted), f"'{wanted}'", str(wanted).replace(" ", "\\ "), wanted.as_uri(), wanted.name):
        assert find_typed(folder, text) == (wanted, "file"), text
    assert "%" in wanted.as_uri()
    (folder / "50%20.txt").write_bytes(b"x")
    assert find_typed(folder, "50%20.txt")[1] == "file", "only an address is an address"
    assert find_typed(folder, "file:///findes/ikke")[1] == "nothing"


async def test_several_pasted_paths_are_marked_and_the_others_are_counted(show: Show, folder: Path) -> None:
    app = show(lambda: PickFilesScreen("files", "Vælg"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        lines = [f"{folder}/a.jpg", f"{folder}/væk.jpg", (folder / "på telefon.jpg").as_uri(), ""]
        app.screen.post_message(events.Paste("\n".join(lines)))
        await settle(pilot)
        assert "1 linje er ikke en sti, der kan bruges · 2 markeret: Ctrl+S bruger dem" in text_of(app)
        assert text_of(app).count("[x]") == 2
        await press(pilot, "ctrl+s")
    assert app.answers == [(folder / "a.jpg", folder / "på telefon.jpg")]


async def test_several_paths_pasted_into_the_field_are_each_taken(show: Show, folder: Path) -> None:
    app = show(lambda: PickFilesScreen("files-and-folders", "Vælg"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        (folder / "mappe").mkdir()
        field = app.screen.query_one("#path", Input)
        field.focus()
        field.post_message(events.Paste(f"{folder}/a.jpg\r\n{folder}/mappe\r\n{folder}/væk\r\n"))
        await settle(pilot)
        assert field.value == ""
        assert "1 linje er ikke en sti, der kan bruges · 2 markeret" in text_of(app)
        field.focus()
        field.post_message(events.Paste(f" {folder}/a.jpg\n"))
        await settle(pilot)
        assert field.value == f" {folder}/a.jpg", "one path stands in the field, as before"
        field.value = ""
        app.screen.query_one("#entries").focus()
        await press(pilot, "ctrl+s")
    assert app.answers == [(folder / "a.jpg", folder / "mappe")]


@pytest.mark.parametrize("wanted", ["file", "folder"])
@pytest.mark.parametrize("focused", ["#path", "#entries"])
async def test_where_one_path_goes_it_is_said_that_the_others_were_not_taken(
    show: Show, folder: Path, wanted: Wanted, focused: str
) -> None:
    app = show(lambda: PickFilesScreen(wanted, "Vælg"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        app.screen.query_one(focused).focus()
        await settle(pilot)
        app.focused.post_message(events.Paste(f"{folder}/a.jpg\n{folder}/på telefon.jpg\n"))
        await settle(pilot)
        assert app.screen.query_one("#path", Input).value == f"{folder}/a.jpg"
        said = " ".join(text_of(app).split())
        assert "Her er plads til én sti" in said


@pytest.mark.parametrize(
    ("wanted", "typed"), [("file", "a.jpg"), ("files", "a.jpg"), ("folder", "mappe"), ("files-and-folders", "mappe")]
)
async def test_what_is_typed_is_what_ctrl_s_uses(show: Show, folder: Path, wanted: Wanted, typed: str) -> None:
    """Before, the folder that was shown was used in its place, and a file that was typed was passed over in silence."""
    (folder / "mappe").mkdir()
    app = show(lambda: PickFilesScreen(wanted, "Vælg"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        field = app.screen.query_one("#path", Input)
        field.focus()
        field.value = "findes-ikke"
        await press(pilot, "ctrl+s")
        assert "Det findes ikke." in text_of(app)
        assert app.answers == []
        field.value = typed
        await press(pilot, "ctrl+s")
    assert app.answers == [(folder / typed,)]


def keys_of(app: Any) -> list[str]:
    """What the line of keys says, key by key."""
    return [f"{key.display} {key.words}" for key in app.screen.query_one(KeyLine).keys(200)]


async def test_a_key_that_a_field_needs_is_not_offered_for_something_else(show: Show, folder: Path) -> None:
    app = show(lambda: PickFilesScreen("files", "Vælg"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Backspace Mappen over" in keys_of(app)
        await press(pilot, "shift+tab")
        assert not any(words.endswith("Mappen over") for words in keys_of(app))


async def test_what_is_chosen_is_read_by_a_key_in_sight(
    show: Show, case: CaseSummary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {folder: Place(kind=PlaceKind.CLOUD, name="OneDrive")}
    monkeypatch.setattr("store.places.OneLook.place", lambda _look, path: places[path])
    app = show(lambda: EvidenceScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Esc Tilbage" in text_of(app)
        await press(pilot, "enter", "space", "ctrl+s")
        assert app.focused is app.screen.query_one("#device")
        assert "Ctrl+S Læs og fortsæt" in text_of(app)
        assert "Det ligger her: en personlig skymappe (OneDrive)" in text_of(app)
        assert "Del Tag af listen" not in keys_of(app), "Delete takes the answer away there"
        app.screen.query_one("#files").focus()
        await settle(pilot)
        assert "Del Tag af listen" in keys_of(app)
