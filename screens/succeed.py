"""No administrator is left: a member becomes one by the words of an administrator's recovery."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input

from guidance.errors import SeglError
from guidance.language import N_, _
from screens.widgets.passphrase import PassphraseInput
from screens.widgets.plain import Plain
from screens.words import one_line, said_by
from screens.work import CaseWork

if TYPE_CHECKING:
    from store.cases.members import Membership

_NAMES = 200
"""Characters of the administrators' names, and of the office's: the field stays in sight."""


class SucceedScreen(CaseWork[bool]):
    """What it gives, who is one by what is known here, and the words; gives whether one is an administrator now."""

    CSS_PATH = "succeed.tcss"
    AUTO_FOCUS = "#words"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "succeed", N_("Become administrator")),
        Binding("f3", "show", N_("Show")),
        Binding("escape", "back", N_("Back")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._membership: Membership | None = None
        self._office = ""

    def heading(self) -> str:
        """The name of the screen."""
        return _("No administrator is left")

    def body(self) -> ComposeResult:
        """What it gives, whom to ask first, the field."""
        yield Plain(
            _(
                "With the words of an administrator's recovery you become an administrator: you certify members, give "
                "roles, and change plan, directory and contacts. It opens no vault and no case. It is recorded with "
                "your name and the day, and everybody in the office sees it."
            ),
            classes="line",
        )
        yield Plain("", id="left", classes="line")
        yield Plain(_("The 24 words in their order, or the 96 digits of the square"), classes="label")
        yield PassphraseInput(id="words")
        yield Plain("", id="said")
        with Horizontal(classes="buttons"):
            yield Button(_("Become administrator"), id="succeed", variant="primary")

    def on_mount(self) -> None:
        """Ask who is an administrator."""
        super().on_mount()
        self.run_work(self._load())

    async def refresh_language(self) -> None:
        """Draw anew in the current language."""
        await super().refresh_language()
        await self._load()

    async def _load(self) -> None:
        from store.casework import Casework

        self._membership = await self.do(Casework.membership)
        self._office = one_line((await self.do(Casework.office)).name, _NAMES)
        left = self.query_one("#left", Plain)
        left.update(self._left_words())
        left.display = bool(self._names)

    @property
    def _names(self) -> str:
        return one_line(", ".join(self._membership.administrators), _NAMES) if self._membership else ""

    def _left_words(self) -> str:
        return _(
            "By what is known here, the office has an administrator: {names}. Ask them first; go on only if they are "
            "gone for good."
        ).format(names=self._names)

    @property
    def holds_secret(self) -> bool:
        """While something is typed."""
        return any(field.value for field in self.query(PassphraseInput))

    @property
    def _field(self) -> PassphraseInput:
        return self.query_one("#words", PassphraseInput)

    def action_show(self) -> None:
        """Show what is typed, or hide it."""
        self._field.password = not self._field.password

    def action_back(self) -> None:
        """Leave; nothing of what was typed stays."""
        self._field.value = ""
        self.dismiss(False)

    @on(PassphraseInput.SeveralLines)
    def _several_lines(self) -> None:
        self._say(_("That was several lines. Nothing of the paste was taken."))
        self.app.bell()

    @on(Input.Submitted, "#words")
    @on(Button.Pressed, "#succeed")
    def action_succeed(self) -> None:
        """Read the words, ask once more, and write it."""
        self.run_work(self._succeed(), group="succeed")

    async def _succeed(self) -> None:
        from store import recovery_words
        from store.casework import Casework
        from store.secret import Secret

        typed = self._field.value.strip()
        if not typed or self._membership is None:
            self._say(_("Type the words and press Enter."))
            self._field.focus()
            return
        words = Secret.from_text(typed)
        try:
            recovery_words.read(words)
            if not await self._is_meant():
                return
            await self.do(Casework.succeed, words, none_left=bool(self._membership.administrators))
        except SeglError as error:
            said = said_by(error)
            self._say("\n".join(filter(None, (said.happened, said.safe, said.todo))))
            self._field.focus()
            return
        self._field.value = ""
        self.dismiss(True)

    async def _is_meant(self) -> bool:
        question = _("Become an administrator of {office}?").format(office=self._office)
        recorded = _("It is recorded, and everybody in the office sees it.")
        if not self._names:
            return await self.confirmed(question, detail=recorded, yes=_("Become administrator"))
        gone = _("You say that they are gone for good: {names}.").format(names=self._names)
        return await self.confirmed(question, detail=f"{gone} {recorded}", yes=_("Yes, they are gone"))

    def _say(self, words: str) -> None:
        self.query_one("#said", Plain).update(words)
