"""Removing old chains of backups: what stays and what goes is looked at, shown and confirmed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Input, ProgressBar

from guidance.errors import SeglError
from guidance.language import N_, _, ngettext
from screens.confirm import Confirm
from screens.long_work import LongWork
from screens.widgets.plain import Plain
from screens.widgets.text_line import TextLine
from screens.words import one_line
from store.backup.errors import BackupStopped

if TYPE_CHECKING:
    from store.backup.thinning import ThinPlan

Stage = Literal["looking", "anew", "shown", "removing"]
_MOST: int = 999


class ThinBackupsScreen(LongWork[tuple[str, ...]]):
    """One folder: its chains, which stay, and a question. Gives what came of it, a sentence each."""

    CSS_PATH = "thin_backups.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "remove", N_("Remove")),
        Binding("f6", "anew", N_("Everything anew")),
        Binding("f5", "look", N_("Look again")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#stop"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.stage: Stage = "looking"
        self.keep = 1
        self._plan: ThinPlan | None = None
        self._said = ""

    def heading(self) -> str:
        """The name of the screen."""
        return _("Old backups")

    def body(self) -> ComposeResult:
        """What belongs to the stage one is at."""
        if self.stage == "shown":
            yield from self._shown_page()
            return
        words = {
            "looking": _("Trying the backup that was written last, and comparing the older ones ..."),
            "anew": _("Backing up everything anew ..."),
            "removing": _("Removing ..."),
        }[self.stage]
        yield Plain(words, classes="strong")
        yield ProgressBar(show_eta=False, id="progress")
        with Horizontal(classes="buttons"):
            yield Button(_("Stop"), id="stop")

    def _shown_page(self) -> ComposeResult:
        from store.backup.thin_words import plan_words

        assert self._plan is not None
        if self._said:
            yield Plain(one_line(self._said), id="said", classes="strong")
        yield Plain(
            _("A chain is a whole backup and what was added to it later. What the last chain holds too can go."),
            classes="quiet",
        )
        with VerticalScroll(id="plan", can_focus=True):
            yield Plain("\n".join(map(_indented, plan_words(self._plan))), id="lines")
        yield Plain(_("So many of the last chains stay"), classes="label")
        yield TextLine(str(self.keep), id="keep", compact=True, max_length=3, select_on_focus=False)
        with Horizontal(classes="buttons"):
            if self._plan.something:
                yield Button(_("Remove ..."), id="remove", variant="error")
            yield Button(_("Back up everything anew"), id="anew")
            yield Button(_("Look again"), id="look")

    def on_mount(self) -> None:
        """Look at once."""
        self.run_work(self._look(), group="work")

    async def _show(self, stage: Stage) -> None:
        self.stage = stage
        first = "#plan" if stage == "shown" else "#stop"
        with self.holding_keys():
            await self.recompose()
            self.set_focus(self.query_one(first))
        self.refresh_bindings()

    async def _look(self) -> None:
        from store.backup.thinning import plan_thinning

        self.begin_work()
        if self.stage != "looking":
            await self._show("looking")
        try:
            self._plan = await plan_thinning(
                self.client, self.folder, keep=self.keep, progress=self.moved, cancelled=self.stopped
            )
        except BackupStopped:
            self.dismiss((_("Stopped. Nothing was removed."),))
            return
        except SeglError as error:
            self.dismiss(tuple(str(error.diagnostics()).split("\n")))
            return
        await self._show("shown")

    @on(Button.Pressed, "#look")
    @on(Input.Submitted, "#keep")
    def action_look(self) -> None:
        """Look again, with what is typed."""
        if self.stage != "shown":
            return
        typed = self.query_one("#keep", Input).value.strip()
        if not (typed.isascii() and typed.isdecimal() and 1 <= int(typed) <= _MOST):
            self.say_fault(_("A number from 1 to {most}.").format(most=_MOST), "#keep")
            return
        self.say_fault("")
        self.keep, self._said = int(typed), ""
        self.run_work(self._look(), group="work")

    @on(Button.Pressed, "#anew")
    def action_anew(self) -> None:
        """Begin a new chain, so that the ones before can go."""
        if self.stage == "shown":
            self.run_work(self._anew(), group="work")

    async def _anew(self) -> None:
        from store.backup.backing_up import back_up

        self.begin_work()
        await self._show("anew")
        try:
            done = await back_up(self.client, self.folder, whole=True, progress=self.moved, cancelled=self.stopped)
            self._said = done.words()[0]
        except BackupStopped:
            self._said = _("Stopped. What was there before counts as it did.")
            await self._show("shown")
            return
        except SeglError:
            await self._show("shown")
            raise
        await self._look()

    @on(Button.Pressed, "#remove")
    def action_remove(self) -> None:
        """Ask, and remove what is shown."""
        if self.stage == "shown":
            self.run_work(self._remove(), group="work")

    async def _remove(self) -> None:
        from store.backup.thin_words import chain_words, thinned_words
        from store.backup.thinning import thin

        plan = self._plan
        assert plan is not None
        if not plan.something:
            return
        typed = self.query_one("#keep", Input).value.strip()
        if typed != str(self.keep):
            self.say_fault(_("Look again first: F5. What is shown is for {count} that stay.").format(count=self.keep))
            return
        count = len(plan.goes) + len(plan.begun)
        question = ngettext("Remove {count} chain for good?", "Remove {count} chains for good?", count)
        lines = [*plan.begun, *map(chain_words, plan.goes)]
        agreed = await self.app.push_screen_wait(
            Confirm(question.format(count=count), detail="\n".join(map(one_line, lines)), yes=_("Yes, remove"))
        )
        if not agreed:
            return
        self.begin_work()
        await self._show("removing")
        try:
            done = await thin(self.client, self.folder, plan, cancelled=self.stopped)
        except SeglError as error:
            self.dismiss(tuple(str(error.diagnostics()).split("\n")))
            return
        self.dismiss(tuple(thinned_words(done)))

    def action_go_back(self) -> None:
        """Stop the work, or leave."""
        if self.stage == "shown":
            self.dismiss(())
        else:
            self.stop_work()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done at this stage is offered."""
        if action in ("anew", "look"):
            return self.stage == "shown"
        if action == "remove":
            return self.stage == "shown" and self._plan is not None and self._plan.something
        return True


def _indented(line: str) -> str:
    """What came from a folder is one harmless line, and stands below what it belongs to."""
    words = line.lstrip(" ")
    return " " * (len(line) - len(words)) + one_line(words)
