"""Open a sealed bundle: which file, with which key; then the three verdicts, apart, and what it tells of the case."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Button, Input, ProgressBar

from guidance.errors import SeglError
from guidance.language import N_, _
from screens import opened_words
from screens.widgets.choices import Choices, Option
from screens.widgets.passphrase import PassphraseInput
from screens.widgets.plain import Plain
from screens.words import one_line
from screens.work import CaseWork, put_fields, take_fields
from store.bundle.errors import OpenCancelled
from store.bundle.open import Keys, OpenedBundle, needs_passphrase, open_bundle
from store.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.age.keys import Identity

Stage = Literal["ask", "opening", "shown"]
_FIELDS = ("file", "way", "identity")
_MOST_IDENTITY: int = 64 * 1024
"""Bytes; an identity file that age-keygen makes has about 200."""


@dataclass
class OpeningMoved(Message):
    """The opening has come further."""

    done: int
    total: int


def read_identities(path: Path) -> Sequence[Identity]:
    """The identities of a file.

    Raises:
        NotABundle: it can't be read.
        IdentityInvalid: it holds none.
    """
    from store.age.keys import parse_identities
    from store.bundle.errors import NotABundle

    try:
        with path.open("rb") as file:
            text = file.read(_MOST_IDENTITY).decode("utf-8", "replace")
    except OSError as error:
        raise NotABundle(path, error.strerror or type(error).__name__) from None
    return parse_identities(text)


class OpenScreen(CaseWork[None]):
    """Open one file; nothing of it is written anywhere."""

    CSS_PATH = "open.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "go_on", N_("Open")),
        Binding("ctrl+o", "pick_file", N_("Choose file")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#file"

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage = "ask"
        self.fields: dict[str, str] = {}
        self.bundle: OpenedBundle | None = None
        self._stop = threading.Event()

    def heading(self) -> str:
        """What is done here."""
        if self.bundle is not None:
            return _("Sealed case {file}").format(file=one_line(Path(self.bundle.path).name, 80))
        return _("Open a sealed case")

    def body(self) -> ComposeResult:
        """What belongs to the stage one is at."""
        yield from {"ask": self._ask_page, "opening": self._opening_page, "shown": self._shown_page}[self.stage]()

    def _ask_page(self) -> ComposeResult:
        yield Plain(_("Which file? (its name ends in .segl.age)"), classes="label")
        yield Input(self.fields.get("file", ""), id="file", compact=True, select_on_focus=False)
        yield Plain(_("What opens it?"), classes="label")
        ways = (
            Option(id="own", label=_("My own key")),
            Option(id="passphrase", label=_("A passphrase that the sender told me")),
            Option(id="identity", label=_("A key in a file (age)")),
        )
        yield Choices(ways, chosen=(self.fields.get("way", "own"),), id="way")
        yield Plain(_("Passphrase"), classes="label passphrase")
        yield PassphraseInput(id="phrase")
        yield Plain(_("The key's file"), classes="label identity")
        yield Input(self.fields.get("identity", ""), id="identity", compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            yield Button(_("Open"), id="go-on", variant="primary")
            yield Button(_("Choose file ..."), id="pick")

    def _opening_page(self) -> ComposeResult:
        yield Plain(_("Opening: first everything is checked, then it is shown."), classes="strong")
        yield ProgressBar(show_eta=False, id="progress")
        with Horizontal(classes="buttons"):
            yield Button(_("Stop"), id="stop")

    def _shown_page(self) -> ComposeResult:
        assert self.bundle is not None
        for id, content, good in opened_words.verdict_lines(self.bundle.verdicts):
            yield Plain(content, id=id, classes="verdict good" if good else "verdict bad")
        yield Plain(opened_words.about(self.bundle), id="about")
        if self.bundle.case is not None:
            yield Plain(opened_words.case_content(self.bundle.case), id="content")
        elif self.bundle.statistics is not None:
            yield Plain(opened_words.statistics_content(self.bundle.statistics), id="content")
        with Horizontal(classes="buttons"):
            yield Button(_("Close"), id="close", variant="primary")

    def on_mount(self) -> None:
        """Show the fields of the way that is chosen."""
        self._settle()

    def _settle(self) -> None:
        self._follow_way()

    @on(Choices.Changed, "#way")
    def _follow_way(self) -> None:
        for way in self.query("#way"):
            assert isinstance(way, Choices)
            for widget in self.query(".passphrase, #phrase"):
                widget.display = way.value == "passphrase"
            for widget in self.query(".identity, #identity"):
                widget.display = way.value == "identity"
        self.refresh_bindings()

    async def _show(self, stage: Stage) -> None:
        if self.stage == "ask":
            self.fields |= take_fields(self, *_FIELDS)
        self.stage = stage
        await self.recompose()
        self._settle()
        body = self.query_one("#body")
        body.can_focus = stage == "shown"
        if stage == "shown":
            body.focus()
        else:
            self.query_one({"ask": "#file", "opening": "#stop"}[stage]).focus()
        body.scroll_home(animate=False)
        self.refresh_bindings()

    async def refresh_language(self) -> None:
        """Draw anew; what was typed stays."""
        kept = take_fields(self, *_FIELDS)
        await super().refresh_language()
        put_fields(self, kept)
        self._settle()
        if self.stage == "shown":
            body = self.query_one("#body")
            body.can_focus = True
            body.focus()

    def action_pick_file(self) -> None:
        """Choose the sealed file, or the key's file where the focus is there."""
        self.run_work(self._pick(), group="pick")

    @on(Button.Pressed, "#pick")
    def _pick_pressed(self) -> None:
        self.action_pick_file()

    async def _pick(self) -> None:
        from screens.pick_files import PickFilesScreen

        identity = self.focused is not None and self.focused.id == "identity"
        field = self.query_one("#identity" if identity else "#file", Input)
        start = Path(field.value).expanduser().parent if field.value else None
        title = _("Choose the key's file") if identity else _("Choose the sealed file")
        chosen = await self.app.push_screen_wait(
            PickFilesScreen("file", title, start=start, endings=() if identity else (".age",))
        )
        if not chosen:
            return
        field.value = os.fspath(chosen[0])
        if identity:
            self.query_one("#go-on").focus()
        elif await self._locked_with_passphrase(chosen[0]):
            self._ask_passphrase()
        else:
            self.query_one("#way").focus()

    async def _locked_with_passphrase(self, path: Path) -> bool:
        """Whether a passphrase opens the file; what can't be read at all is said when it is opened."""
        try:
            return await self.client.aside(needs_passphrase, path)
        except SeglError:
            return False

    def _ask_passphrase(self) -> None:
        self.query_one("#way", Choices).put(chosen=["passphrase"])
        self._follow_way()
        self.query_one("#phrase").focus()

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        if event.input.id in ("phrase", "identity"):
            self.action_go_on()
        else:
            self.focus_next()

    @on(PassphraseInput.SeveralLines)
    def _several(self) -> None:
        self.say_fault(_("That was several lines. A passphrase is one line: nothing of the paste was taken."))

    @on(Button.Pressed, "#go-on")
    def action_go_on(self) -> None:
        """Open it."""
        if self.stage == "ask":
            self.run_work(self._open(), group="open")

    async def _open(self) -> None:
        from store.casework import Casework

        fields = take_fields(self, *_FIELDS)
        path = Path(fields.get("file", "").strip()).expanduser()
        if not fields.get("file", "").strip():
            self.say_fault(_("Choose a file: Ctrl+O."), "#file")
            return
        if fields.get("way") == "own" and await self._locked_with_passphrase(path):
            self._ask_passphrase()
            self.say_fault(_("It is locked with a passphrase. Write the one that the sender told you."))
            return
        keys: Keys
        match fields.get("way"):
            case "passphrase":
                typed = self.query_one("#phrase", PassphraseInput).take()
                if not typed:
                    self.say_fault(_("Write the passphrase."), "#phrase")
                    return
                keys = Secret.from_text(typed)
            case "identity":
                keys = await self.client.aside(read_identities, Path(fields.get("identity", "").strip()).expanduser())
            case _:
                keys = await self.do(Casework.identities)
        trusted = await self.do(Casework.known_signers)
        self._stop.clear()
        await self._show("opening")
        try:
            self.bundle = await self.client.aside(self._read, path, keys, trusted)
        except OpenCancelled:
            await self._show("ask")
            self.say_fault(_("The opening was stopped. Nothing was shown and nothing was written."))
            return
        except BaseException:
            if self.is_attached:
                await self._show("ask")
            raise
        await self._show("shown")

    def _read(self, path: Path, keys: Keys, trusted: Mapping[str, str]) -> OpenedBundle:
        """In a thread of its own: nothing here touches a widget."""
        last = -1

        def moved(done: int, total: int) -> None:
            nonlocal last
            percent = done * 100 // total if total else 100
            if percent != last:
                last = percent
                self.post_message(OpeningMoved(done, total))

        return open_bundle(path, keys, trusted=trusted, progress=moved, cancelled=self._stop.is_set)

    @on(OpeningMoved)
    def _moved(self, event: OpeningMoved) -> None:
        for bar in self.query(ProgressBar):
            bar.update(total=max(event.total, 1), progress=event.done)

    @on(Button.Pressed, "#stop")
    def _stop_pressed(self) -> None:
        self._stop.set()

    @on(Button.Pressed, "#close")
    def _close_pressed(self) -> None:
        self.dismiss(None)

    def action_go_back(self) -> None:
        """Stop the opening, or leave."""
        if self.stage == "opening":
            self._stop.set()
        else:
            self.dismiss(None)

    def on_unmount(self) -> None:
        """An opening that nobody waits for ends."""
        self._stop.set()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done at this stage is offered."""
        if action in ("go_on", "pick_file"):
            return self.stage == "ask"
        return True
