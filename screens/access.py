"""Who opened a case, and why; and the same as a plain file, with or without names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from guidance.language import N_, _, current_language
from screens.file_place import FilePlaceScreen
from screens.widgets.choices import Choices, Option
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.words import moment, one_line
from store.evidence.errors import shown_path

if TYPE_CHECKING:
    from store.access_file import AccessFile, Sort
    from store.cases.access import Access, AccessLog


class AccessScreen(FilePlaceScreen[None]):
    """The access log of one case."""

    CSS_PATH = "access.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "write", N_("Write the file")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#log"

    def __init__(self, case_id: str, case_name: str) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self._log: AccessLog | None = None

    def heading(self) -> str:
        """Which case it is."""
        return _("Who opened it: {case}").format(case=one_line(self.case_name))

    def body(self) -> ComposeResult:
        """The lines, and what a file is made of."""
        yield LineList(self._row, id="log")
        yield Plain(
            _("The file is not encrypted. To the person concerned it goes without names, and the case says so."),
            classes="quiet",
        )
        yield Plain(_("For whom is the file?"), classes="label")
        whom = (
            Option(id="person", label=_("The person concerned: dates and purposes, without names")),
            Option(id="office", label=_("The office: with names")),
        )
        yield Choices(whom, chosen=("person",), id="whom")
        yield from self.place_fields(_("who-opened-it") + ".html")
        with Horizontal(classes="buttons"):
            yield Button(_("Write the file"), id="write", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")

    def on_mount(self) -> None:
        """Fetch the log."""
        self.run_work(self._begin(), group="begin")

    async def _begin(self) -> None:
        from store.casework import Casework

        self._log = await self.do(Casework.access_log, self.case_id)
        self.query_one("#log", LineList).show(self._log.lines[::-1], 0)

    def _row(self, line: Access, width: int) -> Content:
        from store.cases.access import act_words, purpose_said

        purpose = one_line(purpose_said(line))
        words = f"{act_words(line.act)}: {purpose}" if purpose else act_words(line.act)
        author = fit(one_line(line.author), 16)
        return Content.assemble(f"{moment(line.at)}  ", author, " ", fit(words, max(width - 36, 6)))

    async def refresh_language(self) -> None:
        """Draw anew."""
        await super().refresh_language()
        if self._log is not None:
            self.query_one("#log", LineList).show(self._log.lines[::-1], 0)

    @on(Button.Pressed, "#write")
    def action_write(self) -> None:
        """Write the file."""
        self.run_work(self._write(), group="write")

    async def _write(self) -> None:
        from store.access_file import numbers_in, write_access_log
        from store.casework import Casework
        from store.cpr import CprNoticed, Leaving

        target = self.place()
        if target is None:
            return
        for_person = (self.query_one("#whom", Choices).value or "person") == "person"
        log = await self.do(Casework.access_log, self.case_id, for_person=for_person)
        found = numbers_in(log)
        if found and not await self.cpr_must_be_there(CprNoticed(found, leaving=Leaving.WRITTEN)):
            return
        language = current_language()
        sort: Sort = "txt" if target.suffix.casefold() == ".txt" else "html"

        def write() -> AccessFile:
            return write_access_log(log, target, sort, language=language, allow_cpr=True)

        made = await self.client.aside(write)
        try:
            await self.do(
                Casework.record_print, self.case_id, made.path, what="access-log", sort=made.sort, digest=made.digest
            )
        except BaseException:
            # What the journal does not know of is not left lying about.
            Path(made.path).unlink(missing_ok=True)
            raise
        await self._begin()
        self.said(_("Written: {path}").format(path=one_line(shown_path(Path(made.path)))))

    def action_go_back(self) -> None:
        """Back to the case."""
        self.dismiss(None)
