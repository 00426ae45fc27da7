"""Write a note, or correct one: type, save. Nothing is overwritten; both versions stay."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.widgets import Input

from guidance.language import _
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.widgets.text_line import TextLine
from screens.words import one_line
from screens.work import FormScreen, put_fields, take_fields
from store.model import Note


class NoteScreen(FormScreen[Note]):
    """A new note, or a new version of one."""

    CSS_PATH = "note.tcss"
    AUTO_FOCUS = "#text"

    def __init__(self, case_id: str, case_name: str, note: Note | None = None) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self.note = note

    def heading(self) -> str:
        """Which case it belongs to."""
        words = _("Correct a note in {case}") if self.note else _("Note in {case}")
        return words.format(case=one_line(self.case_name))

    def body(self) -> ComposeResult:
        """The text; when correcting, the reason above it."""
        if self.note:
            yield Plain(_("Why is it corrected? The old version stays and can be read."), classes="strong")
            yield TextLine(id="reason", compact=True, select_on_focus=False)
            yield PlainArea(self.note.current.text, id="text")
        else:
            yield Plain(_("Who, what, where and when. Write what you saw and heard."), classes="quiet")
            yield PlainArea(id="text")

    def on_mount(self) -> None:
        """Offer what was begun before."""
        self.run_work(self.offer_draft())

    @property
    def draft_key(self) -> str:
        """One draft a case, and one a note that is being corrected."""
        return f"note/{self.case_id}/{self.note.id}" if self.note else f"note/{self.case_id}"

    def typed(self) -> dict[str, str]:
        """The text and the reason, once something was changed."""
        fields = take_fields(self, "text", "reason")
        if self.note and fields.get("text") == self.note.current.text and not fields.get("reason"):
            return {}
        return fields

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back, with the cursor at its end."""
        put_fields(self, typed)
        area = self.query_one("#text", PlainArea)
        area.move_cursor(area.document.end)

    def action_save(self) -> None:
        """Put it into the case."""
        self.run_work(self._save(), group="save-note")

    async def _save(self) -> None:
        from store.casework import Casework

        text = self.query_one("#text", PlainArea).text
        if not text.strip():
            self.say_fault(_("There is nothing to save yet."), "#text")
            return
        reason = ""
        if self.note:
            reason = self.query_one("#reason", Input).value
            if not reason.strip():
                self.say_fault(_("Write why it is corrected."), "#reason")
                return
        if self.note:
            saved = await self.do(Casework.correct_note, self.case_id, self.note.id, text, reason)
        else:
            saved = await self.do(Casework.add_note, self.case_id, text)
        await self.drop_draft()
        self.said(_("The note is saved."))
        self.dismiss(saved)
