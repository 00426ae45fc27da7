"""The last seconds before Segl locks because nobody is there."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.reactive import reactive

from guidance.language import _, ngettext
from screens.base import SeglModal
from screens.widgets.plain import Plain


class IdleScreen(SeglModal[None]):
    """Counts down; any key goes on working, and does nothing else."""

    NEUTRAL = True
    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = ""
    seconds: reactive[int] = reactive(30)

    def __init__(self, *, kept: bool = True) -> None:
        """Make the box.

        Args:
            kept: whether what has been typed is there after the lock.
        """
        super().__init__()
        self._kept = kept

    def heading(self) -> str:
        """What is about to happen."""
        return _("Segl locks soon")

    def body(self) -> ComposeResult:
        """One line that counts, one that says what to do."""
        yield Plain(self._count(), id="count", classes="strong")
        how = _("Press any key to go on.")
        yield Plain(
            _("Press any key to go on. What you have typed is kept either way.") if self._kept else how, id="how"
        )
        if self._kept:
            yield Plain(_("Shift+F9 keeps Segl open for 30 minutes."), classes="quiet")

    def _count(self) -> str:
        return ngettext(
            "Nobody has touched a key for a while. Locking in {count} second.",
            "Nobody has touched a key for a while. Locking in {count} seconds.",
            self.seconds,
        ).format(count=self.seconds)

    def watch_seconds(self) -> None:
        """Count."""
        for line in self.query("#count").results(Plain):
            line.update(self._count())

    def on_key(self, event: events.Key) -> None:
        """Somebody is there."""
        event.stop()
        self.dismiss(None)

    def on_click(self) -> None:
        """Somebody is there."""
        self.dismiss(None)
