"""Choose what was shared in mentoring sessions for a bundle: which sessions, and why. It stays out otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button

from guidance.language import N_, _
from screens.base import SeglModal
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.words import moment, one_line
from store.programme.session_model import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenSessions:
    """Which sessions, and why; none is an answer too."""

    sessions: tuple[str, ...] = ()
    reason: str = ""


class SealSessionsScreen(SeglModal[ChosenSessions]):
    """A box with the sessions in which something was shared. Gives what is chosen, or None."""

    CSS_PATH = "seal_sessions.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", N_("Use"))]
    AUTO_FOCUS = "#sessions"

    def __init__(self, sessions: Sequence[Session], before: ChosenSessions) -> None:
        super().__init__(classes="seal-sessions")
        self._sessions = tuple(sessions)
        self._before = before

    def heading(self) -> str:
        """What it is."""
        return _("What was shared in sessions")

    def body(self) -> ComposeResult:
        """The sessions, the reason, the ways out."""
        yield Plain(_("It stays out, unless you choose a session here (Space)."))
        options = [
            Option(id=one.id, label=one_line(f"{moment(one.at)}  {one.mentor_name} – {one.mentee_name}", 120))
            for one in self._sessions
        ]
        yield Choices(options, several=True, chosen=self._before.sessions, id="sessions")
        yield Plain(_("Why does it have to go along? The reason stays in the journal."), classes="label")
        yield PlainArea(self._before.reason, id="why")
        yield Plain("", id="fault", classes="fault")
        with Horizontal(classes="buttons"):
            yield Button(_("Use"), id="save", variant="primary")
            yield Button(_("Back"), id="back")

    @on(Choices.Submitted)
    def _to_reason(self) -> None:
        self.query_one("#why").focus()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Give what is chosen, with its reason."""
        chosen = tuple(self.query_one("#sessions", Choices).chosen)
        reason = self.query_one("#why", PlainArea).text.strip()
        if chosen and not reason:
            self.query_one("#fault", Plain).update(_("Write why. The reason stays in the journal."))
            self.query_one("#why").focus()
            return
        self.dismiss(ChosenSessions(sessions=chosen, reason=reason if chosen else ""))

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.dismiss(None)
