"""A vault of a backup: the folder, and what opens it."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Input

from guidance.errors import SeglError
from guidance.language import N_, _
from screens.new_passphrase import NewPassphraseScreen
from screens.typed_path import typed_path
from screens.widgets.passphrase import PassphraseInput
from screens.widgets.plain import Plain
from screens.widgets.text_line import PathLine
from screens.words import one_line

if TYPE_CHECKING:
    from store.client import VaultClient
    from store.home import Home

_WORDS = 12
"""So many words are no passphrase but the office's words."""


class RestoreScreen(NewPassphraseScreen):
    """The folder, the passphrase or the words, and a new passphrase where it was the words."""

    AUTO_FOCUS = "#folder"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "restore", N_("Restore")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("f3", "show", N_("Show")),
        Binding("escape", "back", N_("Back")),
    ]

    @dataclass
    class Restored(Message):
        """The vault is open."""

        client: VaultClient
        said: tuple[str, ...]

    @dataclass
    class Moved(Message):
        """It has come further."""

        done: int
        total: int

    def __init__(self, home: Home) -> None:
        super().__init__()
        self._home = home
        self._stop = threading.Event()
        self._trying = False

    def heading(self) -> str:
        """The name of the screen."""
        return _("Restore from a backup")

    def body(self) -> ComposeResult:
        """What is needed."""
        yield Plain(_("The folder in which 'segl-backup-...' lies, such as the stick"), classes="label")
        yield PathLine(id="folder", select_on_focus=False)
        yield Plain(_("The passphrase of the time of the backup, or the office's 24 words"), classes="label")
        yield PassphraseInput(id="opens")
        with Vertical(id="new-passphrase"):
            yield from self.new_fields(_("New passphrase"))
        yield Plain("", id="said")
        with Horizontal(classes="buttons"):
            yield Button(_("Restore"), id="restore", variant="primary")

    def action_back(self) -> None:
        """Stop, or back to where one came from."""
        if self._trying:
            self._stop.set()
        else:
            self.dismiss(None)

    def action_pick_folder(self) -> None:
        """Choose the folder from a list."""
        self.run_work(self._pick(), group="pick")

    async def _pick(self) -> None:
        from screens.pick_files import PickFilesScreen

        chosen = await self.app.push_screen_wait(PickFilesScreen("folder", _("Choose the folder of the backup")))
        if chosen:
            self.query_one("#folder", Input).value = os.fspath(chosen[0])
            self.query_one("#opens").focus()

    @on(Input.Changed, "#opens")
    def _typed_opener(self, event: Input.Changed) -> None:
        # By the passphrase of before the vault opens on; only who has the words chooses another.
        self.query_one("#new-passphrase").display = _are_words(event.value)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        match event.input.id:
            case "folder":
                self.query_one("#opens").focus()
            case "opens" if _are_words(event.value) and not self.query_one("#new", PassphraseInput).value:
                self.query_one("#new").focus()
            case "new":
                self.query_one("#again").focus()
            case _:
                self.action_restore()

    @on(Button.Pressed, "#restore")
    def action_restore(self) -> None:
        """Make the vault."""
        folder = self.query_one("#folder", Input).value.strip()
        opens, new = self.query_one("#opens", PassphraseInput), self.query_one("#new", PassphraseInput)
        if self._trying:
            return
        if not folder:
            self.say(_("Choose a folder: Ctrl+O."))
            self.query_one("#folder").focus()
        elif not opens.value.strip():
            opens.focus()
        elif not _are_words(opens.value):
            self.run_work(self._restore(folder, opens.value.strip()), group="restore")
        elif not new.value:
            self.say(_("Choose a new passphrase for the vault."))
            new.focus()
        elif (chosen := self.fit_new()) is not None:
            self.run_work(self._restore(folder, opens.value.strip(), chosen), group="restore")

    async def _restore(self, folder: str, opens: str, new: str | None = None) -> None:
        from store.client import VaultClient
        from store.secret import Secret

        self._trying = True
        self._stop.clear()
        self.say(_("Restoring and looking at all of it ..."))
        try:
            client, done = await VaultClient.restore(
                self._home,
                typed_path(folder),
                Secret.from_text(opens),
                None if new is None else Secret.from_text(new),
                progress=self._progress,
                cancelled=self._stop.is_set,
            )
        except SeglError as error:
            self.say_error(error)
            return
        finally:
            self._trying = False
        self.empty_secrets()
        self.post_message(self.Restored(client, tuple(map(one_line, (*done.words(), *done.after())))))

    def _progress(self, done: int, total: int) -> None:
        """Called from another thread: nothing here touches a widget."""
        self.post_message(self.Moved(done, total))

    @on(Moved)
    def _moved(self, event: Moved) -> None:
        if self._trying and event.total:
            words = _("Restoring and looking at all of it: {share} %")
            self.say(words.format(share=event.done * 100 // event.total))

    def on_unmount(self) -> None:
        """Work that nobody waits for ends."""
        self._stop.set()


def _are_words(text: str) -> bool:
    return len(text.split()) >= _WORDS or (len(text.replace(" ", "")) == 96 and text.replace(" ", "").isdecimal())
