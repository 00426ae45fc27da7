"""Where a file goes that a screen writes: its name and its folder, typed or chosen from a list."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Button, Input

from guidance.language import _
from screens.typed_path import typed_path
from screens.widgets.plain import Plain
from screens.widgets.text_line import PathLine, TextLine
from screens.work import CaseWork
from store.evidence.errors import shown_path

T = TypeVar("T")


class FilePlaceScreen(CaseWork[T]):
    """A screen that ends in a file. It composes `place_fields`, and a button `#pick` beside its own."""

    def place_fields(self, name: str, folder: str = "") -> ComposeResult:
        """The fields for a name and a folder; the folder is the person's own where none is given."""
        yield Plain(_("File name, and the folder it goes to"), classes="label")
        yield TextLine(name, id="name", compact=True, select_on_focus=False)
        yield PathLine(folder or shown_path(Path.home()), id="folder", compact=True, select_on_focus=False)

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#pick")
    def action_pick_folder(self) -> None:
        """Choose the folder from a list."""
        self.run_work(self._pick(), group="pick")

    async def _pick(self) -> None:
        from screens.pick_files import PickFilesScreen

        folder = self.query_one("#folder", Input)
        start = typed_path(folder.value)
        chosen = await self.app.push_screen_wait(
            PickFilesScreen("folder", _("Choose the folder"), start=start if start.is_absolute() else None)
        )
        if chosen:
            folder.value = os.fspath(chosen[0])
            folder.focus()

    def place(self, suffix: str = "") -> Path | None:
        """The file to write, its name ending with `suffix`; None, and said why, where name or folder can't be."""
        name = self.query_one("#name", Input).value.strip()
        folder = typed_path(self.query_one("#folder", Input).value.strip() or ".")
        if not name or "/" in name or "\\" in name:
            self.say_fault(_("Write a file name."), "#name")
            return None
        if not folder.is_absolute():
            self.say_fault(_("Write the whole path of the folder, or choose it with Ctrl+O."), "#folder")
            return None
        self.say_fault("")
        return folder / (name if name.endswith(suffix) else name + suffix)


def write_new(target: Path, text: str) -> None:
    """Write a text to a new file, readable by its owner only.

    Raises:
        AlreadyThere, SealDiskFull, SealDiskFailed: nothing was written.
    """
    from store.bundle.new_files import NewFiles

    with NewFiles([target]) as files:
        with files.create(target) as file:
            file.write(text.encode("utf-8"))
        files.publish()
