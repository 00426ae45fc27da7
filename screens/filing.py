"""The office's own journal system: the number of a case there, a plain copy on purpose, deleting it when filed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input

from guidance.language import N_, _, current_language
from screens.file_place import FilePlaceScreen
from screens.typed_path import typed_path
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.widgets.text_line import PathLine, TextLine
from screens.words import day, moment, one_line, said_by
from store.cases.filing import FiledCopy, Filing
from store.evidence.errors import shown_path

if TYPE_CHECKING:
    from store.bundle.plain_copy import PlainCopy


class FilingScreen(FilePlaceScreen[None]):
    """How one case stands with the journal system."""

    CSS_PATH = "filing.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "write", N_("Write the plain copy")),
        Binding("f7", "number", N_("Save the number")),
        Binding("f8", "clear", N_("Delete the copy")),
        Binding("f6", "rule", N_("The office's rule")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#case-number"

    def __init__(self, case_id: str, case_name: str) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self._filing: Filing | None = None

    def heading(self) -> str:
        """Which case it is."""
        return _("Journal system: {case}").format(case=one_line(self.case_name))

    def body(self) -> ComposeResult:
        """How it stands, the number, and what a copy is made of."""
        yield Plain("", id="state", classes="strong")
        yield Plain(_("Journal system, and the number of the case there (F7 saves it)"), classes="label")
        yield TextLine("", id="system", compact=True, select_on_focus=False)
        yield TextLine("", id="case-number", compact=True, select_on_focus=False)
        yield Plain(
            _(
                "▲ A plain copy is not encrypted: whoever gets at the files reads the whole case. Make one only to"
                " file it, and delete it afterwards."
            ),
            classes="banner",
        )
        yield Plain(_("For what purpose?"), classes="label")
        yield TextLine("", id="purpose", compact=True, select_on_focus=False)
        yield Plain(_("The folder it goes to"), classes="label")
        yield PathLine(shown_path(Path.home()), id="folder", compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            yield Button(_("Write the plain copy"), id="write", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")
        yield Plain(_("Plain copies (F8 deletes the one under the cursor)"), id="copies-label", classes="label")
        yield LineList(self._row, id="copies")

    def on_mount(self) -> None:
        """Get how it stands."""
        self.run_work(self._begin(), group="begin")

    async def _begin(self) -> None:
        from store.casework import Casework

        filing = await self.do(Casework.filing, self.case_id)
        self.query_one("#system", Input).value = filing.system
        self.query_one("#case-number", Input).value = filing.number
        self._show(filing)

    def _show(self, filing: Filing) -> None:
        self._filing = filing
        if filing.number:
            words = _("Number in the journal system {system}: {number}").format(
                system=one_line(filing.system), number=one_line(filing.number)
            )
        elif filing.due_on:
            words = _("No number in the journal system is recorded; it is due {day}.").format(day=day(filing.due_on))
        else:
            words = _("No number in the journal system is recorded.")
        self.query_one("#state", Plain).update(words)
        self.query_one("#copies-label").display = bool(filing.copies)
        copies: LineList[FiledCopy] = self.query_one("#copies", LineList)
        copies.display = bool(filing.copies)
        copies.show(filing.copies[::-1], 0)
        self.refresh_bindings()

    def _row(self, copy: FiledCopy, width: int) -> Content:
        state = _("deleted") if copy.cleared_at else _("STILL LIES THERE")
        where = shown_path(Path(copy.place) / copy.name)
        return Content.assemble(f"{moment(copy.at)}  ", fit(state, 18), fit(where, max(width - 38, 6)))

    async def refresh_language(self) -> None:
        """Draw anew."""
        await super().refresh_language()
        if self._filing is not None:
            self._show(self._filing)

    def action_number(self) -> None:
        """Save the number."""
        self.run_work(self._number(), group="number")

    async def _number(self) -> None:
        from store.casework import Casework

        number, system = (self.query_one(f"#{id}", Input).value.strip() for id in ("case-number", "system"))
        if not number:
            self.say_fault(_("Write the number that the case has in the journal system."), "#case-number")
            return
        self.say_fault("")
        self._show(await self.do(Casework.number_filing, self.case_id, number, system))
        self.said(_("The number is saved."))

    @on(Button.Pressed, "#write")
    def action_write(self) -> None:
        """Write the plain copy."""
        self.run_work(self._write(), group="write")

    async def _write(self) -> None:
        from store.bundle import plain_copy
        from store.bundle.plain_copy import PlaceRefused, PlainOrder
        from store.casework import Casework
        from store.cpr import CprNoticed, Leaving
        from store.files import is_folder

        purpose, system, number = (
            self.query_one(f"#{id}", Input).value.strip() for id in ("purpose", "system", "case-number")
        )
        folder = typed_path(self.query_one("#folder", Input).value.strip() or ".")
        if not purpose:
            self.say_fault(_("Write what it is for."), "#purpose")
            return
        if not folder.is_absolute() or not is_folder(folder):
            self.say_fault(_("Write the whole path of the folder, or choose it with Ctrl+O."), "#folder")
            return
        self.say_fault("")
        warning = _("Write the case without encryption?")
        detail = _("It will lie in {folder}, and whoever gets at it reads the whole case. It stands in the journal.")
        try:
            plain_copy.check_place(folder)
        except PlaceRefused as refused:
            if not refused.may_accept:
                raise
            detail = f"{said_by(refused).happened} {detail}"
        if not await self.confirmed(
            warning, detail=detail.format(folder=one_line(shown_path(folder))), yes=_("Yes, write it plain")
        ):
            return
        export = await self.do(Casework.export_case, self.case_id, current_language())
        if (found := await self.client.aside(plain_copy.numbers_in, export)) and not await self.cpr_must_be_there(
            CprNoticed(found, leaving=Leaving.WRITTEN)
        ):
            return
        order = PlainOrder(
            folder=folder,
            purpose=purpose,
            system=system,
            number=number,
            language=current_language(),
            place_ok=True,
            allow_cpr=True,
        )

        naming = self.from_aside(Casework.about_to_copy, self.case_id)
        part = self.from_aside(Casework.about_to_write)

        def write() -> PlainCopy:
            return plain_copy.write_plain_copy(export, order, before_naming=naming, before_part=part)

        made = await self.client.aside(write)
        try:
            filing = await self.do(Casework.record_filing, self.case_id, made)
        except BaseException:
            plain_copy.take_back(made)
            raise
        self._show(filing)
        self.query_one("#copies").focus()
        self.said(_("Written, and not encrypted. Delete it with F8 when it is filed."))

    def action_clear(self) -> None:
        """Delete the copy under the cursor."""
        self.run_work(self._clear(), group="clear")

    async def _clear(self) -> None:
        from store.bundle.plain_copy import CopyNotSeen, flash_words
        from store.casework import Casework

        copy: object = self.query_one("#copies", LineList).current
        if not isinstance(copy, FiledCopy) or copy.cleared_at is not None:
            self.said(_("There is no plain copy to delete under the cursor."))
            return
        path = shown_path(Path(copy.place) / copy.name)
        if not await self.confirmed(
            _("Delete this plain copy?"), detail=f"{one_line(path)}\n{flash_words()}", yes=_("Yes, delete it")
        ):
            return
        try:
            filing, gone = await self.do(Casework.clear_filing, self.case_id, copy.entry)
        except CopyNotSeen as not_seen:
            # Another stick may be in at that place: only a person knows.
            question = " ".join((said_by(not_seen).happened, _("Do you know that the copy is gone?")))
            if not await self.confirmed(question, detail=one_line(path), yes=_("Yes, it is gone")):
                return
            filing, gone = await self.do(Casework.clear_filing, self.case_id, copy.entry, gone=True)
        self._show(filing)
        self.said(_("Deleted, and gone.") if gone else _("It was gone already."))

    def action_rule(self) -> None:
        """The office's rule: which system, within how many days."""
        self.run_work(self._rule(), group="rule")

    async def _rule(self) -> None:
        from screens.filing_rule import FilingRuleScreen
        from store.casework import Casework

        if await self.app.push_screen_wait(FilingRuleScreen()) is not None:
            filing = await self.do(Casework.filing, self.case_id)
            system = self.query_one("#system", Input)
            system.value = system.value or filing.system
            self._show(filing)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Deleting is offered where something lies there."""
        if action == "clear":
            return self._filing is not None and bool(self._filing.lying)
        return True

    def action_go_back(self) -> None:
        """Back to the case."""
        self.dismiss(None)
