"""No field of one line loses text of a paste in silence, wherever it stands."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from screens.case_list import CaseListScreen
from screens.exchange import ExchangeScreen
from screens.person import PersonScreen
from screens.widgets.text_line import PathLine, TextLine
from store.client import VaultClient
from store.model import CaseSummary
from tests.screens.conftest import press, settle, text_of
from tests.tools import ROOT

Show = Callable[[Callable[[], Any]], Any]
OF_THEIR_OWN = {"screens/widgets/text_line.py", "screens/widgets/passphrase.py"}


def bare_inputs(path: Path) -> list[int]:
    """The lines on which a file makes a field of Textual's own."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Input"
    ]


def test_every_field_of_a_screen_is_one_of_ours(tmp_path: Path) -> None:
    bare = tmp_path / "bare.py"
    bare.write_text("from textual.widgets import Input\nInput()\n", encoding="utf-8")
    assert bare_inputs(bare) == [2], "the control: a field of Textual's own is seen"
    found = [path.relative_to(ROOT).as_posix() for room in ("screens", "tui") for path in (ROOT / room).rglob("*.py")]
    assert [one for one in found if bare_inputs(ROOT / one) and one not in OF_THEIR_OWN] == []


@pytest.mark.parametrize("by_key", [True, False], ids=["ctrl+v", "terminal"])
async def test_several_lines_become_one_and_that_is_said(
    show: Show, client: VaultClient, case: CaseSummary, by_key: bool
) -> None:
    """Control: Textual's own field keeps the first line."""
    app = show(lambda: PersonScreen(case.id, ()))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        field = app.screen.query_one("#contact", Input)
        field.value = "tlf. "
        await paste(pilot, field, "11 22 33 44\r\n\r\n  mor@example.invalid \n", by_key=by_key)
        assert field.value == "tlf. 11 22 33 44 mor@example.invalid"
        assert "de 2 linjer, der blev sat ind, er sat sammen" in " ".join(text_of(app).split())
        plain = Input("tlf. ", id="plain", select_on_focus=False)
        await app.screen.query_one("#body").mount(plain)
        await paste(pilot, plain, "11 22 33 44\nmor@example.invalid", by_key=False)
        assert plain.value == "tlf. 11 22 33 44"


async def test_what_is_selected_is_replaced_and_one_line_stays_as_it_is(show: Show, client: VaultClient) -> None:
    app = show(CaseListScreen)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        field = app.screen.query_one("#find", Input)
        field.value = "gammelt"
        field.focus()
        await press(pilot, "shift+home")
        await paste(pilot, field, " nyt \n")
        assert field.value == " nyt "
        await paste(pilot, field, "\n\n")
        assert field.value == " nyt "


async def test_a_list_of_names_is_joined_as_it_is_written() -> None:
    from textual.app import App, ComposeResult

    class Names(App[None]):
        def compose(self) -> ComposeResult:
            yield TextLine("Bo", between=", ", id="names", select_on_focus=False)

    async with Names().run_test() as pilot:
        field = pilot.app.query_one("#names", TextLine)
        await paste(pilot, field, ", Kaj\nMie")
        assert field.value == "Bo, Kaj, Mie"


async def test_a_folder_of_which_one_is_taken_says_that_the_others_were_not(show: Show, client: VaultClient) -> None:
    app = show(ExchangeScreen)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        field = app.screen.query_one("#folder", PathLine)
        field.value = ""
        await paste(pilot, field, "/a\n/b\n/c")
        assert field.value == "/a"
        for words in ("af de 3 linjer", "er den", "første taget og de andre ikke"):
            assert words in text_of(app)


async def paste(pilot: Any, field: Input, text: str, *, by_key: bool = False) -> None:
    """Paste as a terminal does, or what was copied inside Segl by its key."""
    field.focus()
    await pilot.pause()
    if by_key:
        pilot.app._clipboard = text
        await pilot.press("ctrl+v")
    else:
        field.post_message(events.Paste(text))
    await settle(pilot)
