"""Write the meeting plan to a file that is taken along: plain on purpose; the journal of the case keeps that it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input

from guidance.guide import Guide
from guidance.language import N_, _, current_language
from screens.file_place import FilePlaceScreen
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.words import one_line
from store.evidence.errors import shown_path

if TYPE_CHECKING:
    from store.meeting_file import MeetingFile, Sort


class MeetingPrintScreen(FilePlaceScreen[None]):
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
        yield from self.place_fields(_("meeting-plan") + ".html")
        with Horizontal(classes="buttons"):
            yield Button(_("Write the file"), id="write", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")

    @on(Choices.Changed)
    def _rename(self) -> None:
        name = self.query_one("#name", Input)
        stem, dot, ending = name.value.rpartition(".")
        if dot and ending in ("html", "txt"):
            name.value = f"{stem}.{self.query_one('#form', Choices).value or 'html'}"

    @on(Button.Pressed, "#write")
    def action_write(self) -> None:
        """Write the file."""
        self.run_work(self._write(), group="write")

    async def _write(self) -> None:
        from store.casework import Casework
        from store.cpr import CprNoticed, Leaving
        from store.meeting_file import numbers_in, write_meeting_plan

        target = self.place()
        if target is None:
            return
        form = cast("Sort", self.query_one("#form", Choices).value or "html")
        found = numbers_in(self.guide, target.name)
        if found and not await self.cpr_must_be_there(CprNoticed(found, leaving=Leaving.WRITTEN)):
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

    def action_go_back(self) -> None:
        """Back without a file."""
        self.dismiss(None)
