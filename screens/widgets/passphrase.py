"""A field for a passphrase: shows nothing, suggests nothing, copies nothing, and refuses a paste of several lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class PassphraseInput(Input):
    """One line, masked. `Input` alone would keep the first line of a paste in silence."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,super+c,ctrl+insert", "nothing", show=False),
        Binding("ctrl+x,super+x,shift+delete", "nothing", show=False),
    ]

    @dataclass
    class SeveralLines(Message):
        """A paste of several lines was refused; nothing of it was taken."""

        field: PassphraseInput

        @property
        def control(self) -> PassphraseInput:
            """The field it was refused in."""
            return self.field

    def __init__(self, *, id: str | None = None, placeholder: str = "") -> None:
        super().__init__(password=True, id=id, placeholder=placeholder, highlighter=None, suggester=None)

    def action_nothing(self) -> None:
        """A passphrase is not copied and not cut."""

    def action_copy(self) -> None:
        """A passphrase is not copied."""

    def action_cut(self) -> None:
        """A passphrase is not cut."""

    def action_paste(self) -> None:
        """What was copied inside Segl is text of a case, not a passphrase; the terminal's own paste works."""

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        lines = event.text.splitlines()
        if len(lines) > 1:
            self.post_message(self.SeveralLines(self))
        elif lines:
            self.replace(lines[0], *self.selection)

    def take(self) -> str:
        """What was typed; the field is empty afterwards."""
        typed = self.value
        self.value = ""
        return typed
