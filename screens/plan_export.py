"""Write the plan to a file: a page to print, or TOML. Office text, plain on purpose; the journal keeps that it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input

from guidance.language import N_, _, current_language
from screens.file_place import FilePlaceScreen
from screens.plan_words import version_words
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.words import one_line
from store.evidence.errors import shown_path
from store.plan import NOW, Plan

if TYPE_CHECKING:
    from store.plan_file import PlanFile, Sort


class PlanExportScreen(FilePlaceScreen[None]):
    """Which version, in which form, to where."""

    CSS_PATH = "plan_export.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "write", N_("Write the file")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#version"

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self._plan = plan

    def heading(self) -> str:
        """What it is."""
        return _("Print or export the plan")

    def body(self) -> ComposeResult:
        """What is chosen, and where the file goes."""
        newest = self._plan.newest
        chosen = newest.number if newest else NOW
        yield Plain(
            _("The file is not encrypted: it is to be printed or kept. Nothing of a case is in it."), classes="quiet"
        )
        yield Plain(_("Which answers?"), classes="label")
        options = [
            Option(id=str(one.number), label=version_words(one.number, beside=one.beside))
            for one in reversed(self._plan.versions)
        ]
        options.append(Option(id=str(NOW), label=version_words(NOW)))
        yield Choices(options, chosen=(str(chosen),), id="version")
        yield Plain(_("In which form?"), classes="label")
        forms = (
            Option(id="html", label=_("A page to print (HTML; opens in any browser)")),
            Option(id="toml", label=_("TOML, for another program")),
        )
        yield Choices(forms, chosen=("html",), id="form")
        yield from self.place_fields(_file_name(chosen, "html"))
        with Horizontal(classes="buttons"):
            yield Button(_("Write the file"), id="write", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")

    @on(Choices.Changed)
    def _rename(self) -> None:
        """The name says version and form, unless somebody has given another."""
        name = self.query_one("#name", Input)
        form = self.query_one("#form", Choices).value or "html"
        version = int(self.query_one("#version", Choices).value or NOW)
        if name.value.rpartition(".")[0].rpartition("-")[0] == _("plan"):
            name.value = _file_name(version, form)

    @on(Button.Pressed, "#write")
    def action_write(self) -> None:
        """Write the file."""
        self.run_work(self._write(), group="write")

    async def _write(self) -> None:
        from store.casework import Casework
        from store.cpr import CprNoticed, Leaving
        from store.plan_file import numbers_in, write_plan

        target = self.place()
        if target is None:
            return
        version = int(self.query_one("#version", Choices).value or NOW)
        form = cast("Sort", self.query_one("#form", Choices).value or "html")
        found = numbers_in(self._plan, version, target.name)
        if found and not await self.cpr_must_be_there(CprNoticed(found, leaving=Leaving.WRITTEN)):
            return
        language, plan = current_language(), self._plan

        def write() -> PlanFile:
            return write_plan(plan, target, form, version=version, language=language, allow_cpr=True)

        made = await self.client.aside(write)
        try:
            await self.do(Casework.record_plan_export, made.path, version=version, sort=made.sort, digest=made.digest)
        except BaseException:
            Path(made.path).unlink(missing_ok=True)
            raise
        self.said(_("Written: {path}").format(path=one_line(shown_path(Path(made.path)))))
        self.dismiss(None)

    def action_go_back(self) -> None:
        """Leave."""
        self.dismiss(None)


def _file_name(version: int, form: str) -> str:
    """`plan-2.html`, `plan-draft.toml`, in the current language."""
    what = _("plan")
    which = _("draft") if version == NOW else str(version)
    return f"{what}-{which}.{form}"
