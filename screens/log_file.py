"""A log that is looked through, and written to a plain file with or without names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

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
    from store.cases.lookups import Lookup, LookupLog

_AUTHOR = 16
"""Cells for a name."""
_WHOLE = 1000
"""Characters of a line that are shown when the cursor is on it."""


class LogFileScreen(FilePlaceScreen[None]):
    """The lines of a log, the newest first, the whole of the one under the cursor, and what a file is made of."""

    CSS_PATH = "log_file.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "write", N_("Write the file")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#log"

    def file_name(self) -> str:
        """What the file is called where nobody says otherwise."""
        raise NotImplementedError

    def about_file(self) -> str:
        """What one has to know of the file before it is written."""
        raise NotImplementedError

    def nothing(self) -> str:
        """What stands in an empty list."""
        return ""

    def words_of(self, line: Any) -> str:
        """Why, or for what."""
        raise NotImplementedError

    async def look(self) -> None:
        """Fetch the log and show it, the newest line first."""
        raise NotImplementedError

    async def whole(self, *, for_person: bool) -> AccessLog | LookupLog:
        """All of the log, for a file."""
        raise NotImplementedError

    async def record(self, made: AccessFile) -> None:
        """Put on record that a file was written."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """The lines, and what a file is made of."""
        yield LineList(self._row, empty=self.nothing, id="log")
        yield Plain("", id="line")
        yield Plain(self.about_file(), classes="quiet")
        yield Plain(_("For whom is the file?"), classes="label")
        whom = (
            Option(id="person", label=_("The person concerned: dates and purposes, without names")),
            Option(id="office", label=_("The office: with names")),
        )
        yield Choices(whom, chosen=("person",), id="whom")
        yield from self.place_fields(self.file_name())
        with Horizontal(classes="buttons"):
            yield Button(_("Write the file"), id="write", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")

    def on_mount(self) -> None:
        """Fetch the log."""
        self.run_work(self.look(), group="begin")

    @property
    def lines(self) -> LineList[Any]:
        """The list."""
        found: LineList[Any] = self.query_one("#log", LineList)
        return found

    def _row(self, line: Access | Lookup, width: int) -> Content:
        author = fit(one_line(line.author), _AUTHOR)
        return Content.assemble(f"{moment(line.at)}  ", author, " ", fit(self._said_of(line), max(width - 36, 6)))

    def _said_of(self, line: Access | Lookup) -> str:
        from store.cases.access import act_words

        words = one_line(self.words_of(line), _WHOLE)
        return f"{act_words(line.act)}: {words}" if words else act_words(line.act)

    @on(LineList.Highlighted)
    def _tell(self) -> None:
        line = self.lines.current
        self.query_one("#line", Plain).update(self._said_of(line) if line is not None else "")

    @on(Button.Pressed, "#write")
    def action_write(self) -> None:
        """Write the file."""
        self.run_work(self._write(), group="write")

    async def _write(self) -> None:
        from store.access_file import numbers_in, write_access_log
        from store.cpr import CprNoticed, Leaving

        target = self.place()
        if target is None:
            return
        for_person = (self.query_one("#whom", Choices).value or "person") == "person"
        log = await self.whole(for_person=for_person)
        found = numbers_in(log)
        if found and not await self.cpr_must_be_there(CprNoticed(found, leaving=Leaving.WRITTEN)):
            return
        language = current_language()
        sort: Sort = "txt" if target.suffix.casefold() == ".txt" else "html"

        def write() -> AccessFile:
            return write_access_log(log, target, sort, language=language, allow_cpr=True)

        made = await self.client.aside(write)
        try:
            await self.record(made)
        except BaseException:
            # What the journal does not know of is not left lying about.
            Path(made.path).unlink(missing_ok=True)
            raise
        await self.look()
        self.said(_("Written: {path}").format(path=one_line(shown_path(Path(made.path)))))

    def action_go_back(self) -> None:
        """Back to where one came from."""
        self.dismiss(None)
