"""Backups: how it stands with them, making one, and trying whether it can be restored."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input, ProgressBar

from guidance.language import N_, _
from screens.long_work import LongWork
from screens.typed_path import kind_of, typed_path
from screens.widgets.passphrase import PassphraseInput
from screens.widgets.plain import Plain
from screens.widgets.text_line import PathLine, TextLine
from screens.words import one_line
from store.backup.errors import BackupStopped
from store.backup.words import lines_of
from store.cases.backing_up import MOST_DAYS, BackupState

Stage = Literal["shown", "drill", "working"]


class BackupScreen(LongWork[None]):
    """One page: what there is, the folder, and two things to do with it."""

    CSS_PATH = "backup.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "go_on", N_("Back up")),
        Binding("f6", "drill", N_("Try it")),
        Binding("f8", "old_ones", N_("Old ones")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("f3", "show", N_("Show")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#folder"

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage = "shown"
        self.folder = ""
        self.days = ""
        self.done: tuple[str, ...] = ()
        self._state: BackupState | None = None
        self._drilling = False

    def heading(self) -> str:
        """The name of the screen."""
        return _("Backup")

    def body(self) -> ComposeResult:
        """What belongs to the stage one is at."""
        match self.stage:
            case "shown":
                yield from self._shown_page()
            case "drill":
                yield from self._drill_page()
            case "working":
                yield from self._working_page()

    def _shown_page(self) -> ComposeResult:
        if self.done:
            yield Plain("\n".join(map(one_line, self.done)), id="done", classes="strong")
        said = lines_of(self._state) if self._state else (_("Looking ..."),)
        yield Plain("\n".join(map(one_line, said)), id="state")
        yield Plain(_("A folder, best on a stick that is kept elsewhere"), classes="label")
        yield PathLine(self.folder, id="folder", compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            yield Button(_("Back up"), id="go-on", variant="primary")
            yield Button(_("Try it"), id="drill")
            yield Button(_("Old ones ..."), id="old-ones")
            yield Button(_("Choose folder ..."), id="pick")
        yield Plain(_("Remind after so many days (0: never)"), classes="label")
        yield TextLine(self.days, id="days", compact=True, max_length=3, select_on_focus=False)
        yield Plain(
            _(
                "What lies there opens with your passphrase or the office's words only, and is read back before it "
                "counts. On a new machine: 'segl restore', or the first screen."
            ),
            classes="quiet",
        )

    def _drill_page(self) -> ComposeResult:
        yield Plain(
            _(
                "The newest backup in the folder is restored into a folder that is thrown away, and all of it is "
                "looked at. That takes your passphrase, as on a new machine."
            )
        )
        yield Plain(_("Passphrase"), classes="label")
        yield PassphraseInput(id="typed")
        with Horizontal(classes="buttons"):
            yield Button(_("Try it"), id="try", variant="primary")

    def _working_page(self) -> ComposeResult:
        words = _("Restoring it into a folder that is thrown away ...") if self._drilling else _("Backing up ...")
        yield Plain(words, classes="strong")
        yield ProgressBar(show_eta=False, id="progress")
        with Horizontal(classes="buttons"):
            yield Button(_("Stop"), id="stop")

    def on_mount(self) -> None:
        """Ask the vault how it stands."""
        self.run_work(self._load(), group="load")

    async def _load(self) -> None:
        await self._look()
        if self._state is not None:
            self.folder = self._state.place
        await self._show("shown")

    async def _look(self) -> None:
        from store.casework import Casework

        self._state = await self.do(Casework.backup_state)
        self.days = str(self._state.days)

    async def _show(self, stage: Stage) -> None:
        # The state comes after the first page: what stands in its empty field is nobody's.
        if self.stage == "shown" and self.is_attached and self.query_one("#folder", Input).value.strip():
            self.folder = self.query_one("#folder", Input).value.strip()
        self.stage = stage
        first = {"shown": "#folder", "drill": "#typed", "working": "#stop"}[stage]
        with self.holding_keys():
            await self.recompose()
            self.set_focus(self.query_one(first))
        self.refresh_bindings()

    @property
    def holds_secret(self) -> bool:
        """While a passphrase is typed."""
        return any(field.value for field in self.query(PassphraseInput))

    def action_show(self) -> None:
        """Show what is typed, or hide it."""
        for field in self.query(PassphraseInput):
            field.password = not field.password

    @on(Button.Pressed, "#pick")
    def action_pick_folder(self) -> None:
        """Choose the folder from a list."""
        self.run_work(self._pick(), group="pick")

    async def _pick(self) -> None:
        from screens.pick_files import PickFilesScreen

        field = self.query_one("#folder", Input)
        start = typed_path(field.value) if field.value.strip() else None
        chosen = await self.app.push_screen_wait(
            PickFilesScreen(
                "folder",
                _("Choose the folder of the backup"),
                start=start if start and kind_of(start) == "folder" else None,
            )
        )
        if chosen:
            field.value = os.fspath(chosen[0])
            self.query_one("#go-on").focus()

    @on(Input.Submitted, "#days")
    def _days_entered(self) -> None:
        self.run_work(self._remind(), group="remind")

    async def _remind(self) -> None:
        from store.casework import Casework

        typed = self.query_one("#days", Input).value.strip()
        if not (typed.isascii() and typed.isdecimal() and int(typed) <= MOST_DAYS):
            self.say_fault(_("A number of days from 0 to {most}.").format(most=MOST_DAYS), "#days")
            return
        self._state = await self.do(Casework.remind_of_backup, int(typed))
        self.days = typed
        self.say_fault("")
        await self._show("shown")

    def _chosen(self) -> Path | None:
        text = self.query_one("#folder", Input).value.strip()
        if not text:
            self.say_fault(_("Choose a folder: Ctrl+O."), "#folder")
            return None
        self.say_fault("")
        return typed_path(text)

    @on(Input.Submitted, "#folder")
    @on(Button.Pressed, "#go-on")
    def action_go_on(self) -> None:
        """Back up."""
        if self.stage == "shown" and (folder := self._chosen()) is not None:
            self.run_work(self._back_up(folder), group="work")

    @on(Button.Pressed, "#drill")
    def action_drill(self) -> None:
        """Ask for the passphrase and try the backup."""
        if self.stage == "shown" and self._chosen() is not None:
            self.run_work(self._show("drill"), group="turn")

    @on(Button.Pressed, "#old-ones")
    def action_old_ones(self) -> None:
        """Look at the old chains in the folder, and remove some."""
        from screens.thin_backups import ThinBackupsScreen

        if self.stage == "shown" and (folder := self._chosen()) is not None:
            self.app.push_screen(ThinBackupsScreen(folder), self._looked_at_old_ones)

    def _looked_at_old_ones(self, said: tuple[str, ...] | None) -> None:
        self.done = said or ()
        self.run_work(self._back(), group="turn")

    async def _back_up(self, folder: Path) -> None:
        from store.backup.backing_up import back_up

        await self._working(drilling=False)
        try:
            done = await back_up(self.client, folder, progress=self.moved, cancelled=self.stopped)
            self.done = done.words()
        except BackupStopped:
            self.done = (_("Stopped. What was there before counts as it did."),)
        finally:
            await self._back()

    @on(Input.Submitted, "#typed")
    @on(Button.Pressed, "#try")
    def _try(self) -> None:
        from store.secret import Secret

        field = self.query_one("#typed", PassphraseInput)
        if field.value:
            self.run_work(self._drill(Secret.from_text(field.take())), group="work")

    async def _drill(self, passphrase: object) -> None:
        from store.backup.drilling import drill
        from store.backup.restoring import by_passphrase
        from store.secret import Secret

        assert isinstance(passphrase, Secret)
        await self._working(drilling=True)
        try:
            done = await self.client.aside(
                drill,
                self.app.home,  # type: ignore[attr-defined]
                typed_path(self.folder),
                by_passphrase(passphrase),
                self.client.id,
                progress=self.moved,
                cancelled=self.stopped,
            )
            self.done = (
                *done.words(),
                _("That was a drill: what was restored is gone again, and nothing was changed."),
            )
        except BackupStopped as stopped:
            self.done = tuple(str(stopped.diagnostics()).split("\n"))
        finally:
            await self._back()

    async def _working(self, *, drilling: bool) -> None:
        self._drilling = drilling
        self.begin_work()
        self.done = ()
        await self._show("working")

    async def _back(self) -> None:
        if self.is_attached:
            await self._look()
            await self._show("shown")

    def action_go_back(self) -> None:
        """Stop the work, go back a page, or leave."""
        match self.stage:
            case "working":
                self.stop_work()
            case "drill":
                self.run_work(self._show("shown"), group="turn")
            case "shown":
                self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done at this stage is offered."""
        if action in ("go_on", "pick_folder", "drill", "old_ones"):
            return self.stage == "shown"
        if action == "show":
            return self.stage == "drill"
        return True
