"""Work in another thread that takes its time: how far it has come, and stopping it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TypeVar

from textual import on
from textual.message import Message
from textual.widgets import Button, ProgressBar

from screens.work import CaseWork

T = TypeVar("T")


@dataclass
class WorkMoved(Message):
    """The work has come further; of how many is 0 where it is not known."""

    done: int
    total: int


class LongWork(CaseWork[T]):
    """A screen with work that can be stopped. It composes a `ProgressBar` and a button `#stop` while it goes on.

    The work is given `self.moved` and `self.stopped`, clears what was stopped before with `self.begin_work`, and ends
    when nobody waits for it any more.
    """

    _stop: threading.Event
    _percent = -1

    def begin_work(self) -> None:
        """Nothing has come further yet, and nobody has stopped it."""
        self._stop = threading.Event()
        self._percent = -1

    def stop_work(self) -> None:
        """Ask the work to stop."""
        self._event.set()

    def stopped(self) -> bool:
        """Whether it is to stop; asked from any thread."""
        return self._event.is_set()

    @property
    def _event(self) -> threading.Event:
        if not hasattr(self, "_stop"):
            self._stop = threading.Event()
        return self._stop

    def moved(self, done: int, total: int) -> None:
        """Called from any thread: nothing here touches a widget, and a percent is told once."""
        percent = done * 100 // total if total else done
        if percent != self._percent:
            self._percent = percent
            self.post_message(WorkMoved(done, total))

    @on(WorkMoved)
    def _draw_progress(self, event: WorkMoved) -> None:
        for bar in self.query(ProgressBar):
            bar.update(total=event.total or None, progress=event.done)

    @on(Button.Pressed, "#stop")
    def _stop_pressed(self) -> None:
        self.stop_work()

    def on_unmount(self) -> None:
        """Work that nobody waits for ends."""
        self.stop_work()
