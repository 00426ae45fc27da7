"""Write what may leave of the programme to a file: no concern; what was shared only where chosen, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input

from guidance.language import N_, _, current_language
from screens.file_place import FilePlaceScreen
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.words import moment, one_line, visible
from screens.work import FormScreen, put_fields, take_fields
from store.evidence.errors import shown_path
from store.programme.model import Programme
from store.programme.words import left_line

if TYPE_CHECKING:
    from store.programme.export_file import ProgrammeFile, Sort

_FIELDS = ("sessions", "why", "form", "name", "folder")


class ProgrammeExportScreen(FilePlaceScreen[None], FormScreen[None]):
    """What goes along, why, in which form, and to where."""

    CSS_PATH = "programme_export.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", N_("Write the file")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#sessions, #form"

    def __init__(self, programme: Programme) -> None:
        super().__init__()
        self._programme = programme
        self._shared = tuple(one for one in programme.sessions if one.has_content)
        self._first: dict[str, str] = {}

    def heading(self) -> str:
        """What it is."""
        return _("Export the programme")

    def body(self) -> ComposeResult:
        """What stands in the file, what was shared, the reason, the form and the place; and what has left before."""
        yield Plain(
            _(
                "People, mentorings, sessions with consents and recordings. No concern and nothing of the vetting. "
                "The file is not encrypted."
            ),
            classes="quiet",
        )
        if self._shared:
            yield Plain(_("What was shared stays out, unless you choose a session here (Space)"), classes="label")
            options = [
                Option(
                    id=one.id,
                    label=one_line(f"{moment(one.at)}  {one.mentor_name} – {one.mentee_name}", 120),
                )
                for one in self._shared
            ]
            yield Choices(options, several=True, id="sessions")
            yield Plain(_("Why does it have to go along? The reason stays in the journal."), classes="label why")
            yield PlainArea("", id="why", classes="why")
        yield Plain(_("In which form?"), classes="label")
        forms = (
            Option(id="html", label=_("A page to print (HTML; opens in any browser)")),
            Option(id="json", label=_("JSON, for another program")),
        )
        yield Choices(forms, chosen=("html",), id="form")
        yield from self.place_fields(_("mentorship-programme") + ".html")
        with Horizontal(classes="buttons"):
            yield Button(_("Write the file"), id="write", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")
        if self._programme.exports:
            yield Plain(_("What has left before"), classes="label")
            for one in self._programme.exports[:10]:
                yield Plain(visible(f"{moment(one.at)}  {left_line(one)}"), classes="quiet")

    def on_mount(self) -> None:
        """Nothing is chosen yet; what was begun before is offered."""
        self._reason_where_needed()
        self._first = take_fields(self, *_FIELDS)
        self.run_work(self.offer_draft())

    @property
    def draft_key(self) -> str:
        """One draft for the programme."""
        return "programme/export"

    def typed(self) -> dict[str, str]:
        """What is chosen and written, where it is other than at first."""
        taken = take_fields(self, *_FIELDS)
        return {} if taken == self._first else taken

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put it back."""
        put_fields(self, typed)
        self._reason_where_needed()

    @property
    def _chosen(self) -> tuple[str, ...]:
        return tuple(id for field in self.query("#sessions").results(Choices) for id in field.chosen)

    @on(Choices.Changed)
    def _follow(self) -> None:
        """A reason is asked for where something that was shared goes along; the ending of the name follows the form."""
        self._reason_where_needed()
        name = self.query_one("#name", Input)
        stem, dot, ending = name.value.rpartition(".")
        if dot and ending in ("html", "json"):
            name.value = f"{stem}.{self.query_one('#form', Choices).value or 'html'}"

    def _reason_where_needed(self) -> None:
        for widget in self.query(".why"):
            widget.display = bool(self._chosen)

    @on(Button.Pressed, "#write")
    def action_save(self) -> None:
        """Write the file."""
        self.run_work(self._write(), group="write")

    async def _write(self) -> None:
        from store.casework import Casework
        from store.cpr import Leaving
        from store.plain_file import require_free
        from store.programme.export_file import write_programme

        chosen = self._chosen
        reason = self.query_one("#why", PlainArea).text.strip() if chosen else ""
        if chosen and not reason:
            self.say_fault(_("Write why what was shared has to go along."), "#why")
            return
        target = self.place()
        if target is None:
            return
        form = cast("Sort", self.query_one("#form", Choices).value or "html")
        require_free(target)
        if chosen and not await self._sure(len(chosen)):
            return
        export = await self.do(
            Casework.export_programme, chosen, reason, leaving=Leaving.WRITTEN, file_name=target.name
        )
        language = current_language()

        def write() -> ProgrammeFile:
            return write_programme(export, target, form, language=language)

        made = await self.client.aside(write)
        try:
            await self.do(Casework.record_programme_export, made, export)
        except BaseException:
            # What the journal does not know of is not left lying about.
            Path(made.path).unlink(missing_ok=True)
            raise
        await self.drop_draft()
        self.said(_("Written: {path}").format(path=one_line(shown_path(Path(made.path)))))
        self.dismiss(None)

    async def _sure(self, count: int) -> bool:
        from guidance.language import ngettext

        question = ngettext(
            "What was shared in {count} session will stand in a file that is not encrypted. Write it?",
            "What was shared in {count} sessions will stand in a file that is not encrypted. Write it?",
            count,
        ).format(count=count)
        return await self.confirmed(question, yes=_("Write the file"))
