"""Write the meeting plan to a file that is taken along: plain on purpose; the journal of the case keeps that it was."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input

from guidance.guide import Guide
from guidance.language import N_, _, current_language
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.words import one_line
from screens.work import CaseWork
from store.evidence.errors import shown_path

if TYPE_CHECKING:
    from store.meeting_file import MeetingFile, Sort


class MeetingPrintScreen(CaseWork[None]):
    """In which form, and to where."""

    CSS_PATH = "meeting_print.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "write", N_("Write the file")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#form"

    def __init__(self, case_id: str, guide: Guide) -> None:
        super().__init__()
        self.case_id = case_id
        self.guide = guide

    def heading(self) -> str:
        """What it is."""
        return _("Print the meeting plan")

    def body(self) -> ComposeResult:
        """What the file is, its form and its place."""
        yield Plain(
            _("The file is not encrypted. It names no case; what you have written of the meeting is in it."),
            classes="quiet",
        )
        yield Plain(_("In which form?"), classes="label")
        forms = (
            Option(id="html", label=_("A page to print (HTML; opens in any browser)")),
            Option(id="txt", label=_("Plain text")),
        )
        yield Choices(forms, chosen=("html",), id="form")
        yield Plain(_("File name, and the folder it goes to"), classes="label")
        yield Input(_("meeting-plan") + ".html", id="name", compact=True, select_on_focus=False)
        yield Input(shown_path(Path.home()), id="folder", compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            yield Button(_("Write the file"), id="write", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")

    @on(Choices.Changed)
    def _rename(self) -> None:
        name = self.query_one("#name", Input)
        stem, dot, ending = name.value.rpartition(".")
        if dot and ending in ("html", "txt"):
            name.value = f"{stem}.{self.query_one('#form', Choices).value or 'html'}"

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#pick")
    def action_pick_folder(self) -> None:
        """Choose the folder from a list."""
        self.run_work(self._pick(), group="pick")

    async def _pick(self) -> None:
        from screens.pick_files import PickFilesScreen

        folder = self.query_one("#folder", Input)
        start = Path(folder.value).expanduser()
        chosen = await self.app.push_screen_wait(
            PickFilesScreen("folder", _("Choose the folder"), start=start if start.is_absolute() else None)
        )
        if chosen:
            folder.value = os.fspath(chosen[0])
            folder.focus()

    @on(Button.Pressed, "#write")
    def action_write(self) -> None:
        """Write the file."""
        self.run_work(self._write(), group="write")

    async def _write(self) -> None:
        from store.casework import Casework
        from store.cpr import CprNoticed
        from store.meeting_file import numbers_in, write_meeting_plan

        target = self._target()
        if target is None:
            return
        form = cast("Sort", self.query_one("#form", Choices).value or "html")
        found = numbers_in(self.guide)
        if found and not await self.cpr_must_be_there(CprNoticed(found, sealing=True)):
            return
        language, guide = current_language(), self.guide

        def write() -> MeetingFile:
            return write_meeting_plan(guide, target, form, language=language, allow_cpr=True)

        made = await self.client.aside(write)
        try:
            await self.do(
                Casework.record_print, self.case_id, made.path, what="meeting-plan", sort=made.sort, digest=made.digest
            )
        except BaseException:
            # What the journal does not know of is not left lying about.
            Path(made.path).unlink(missing_ok=True)
            raise
        self.said(_("Written: {path}").format(path=one_line(shown_path(Path(made.path)))))
        self.dismiss(None)

    def _target(self) -> Path | None:
        name = self.query_one("#name", Input).value.strip()
        folder = Path(self.query_one("#folder", Input).value.strip() or ".").expanduser()
        if not name or "/" in name or "\\" in name:
            self.say_fault(_("Write a file name."), "#name")
            return None
        if not folder.is_absolute():
            self.say_fault(_("Write the whole path of the folder, or choose it with Ctrl+O."), "#folder")
            return None
        self.say_fault("")
        return folder / name

    def action_go_back(self) -> None:
        """Back without a file."""
        self.dismiss(None)
