"""A real terminal for tests: tmux of a private server, keys in, text out."""

from __future__ import annotations

import os
import re
import subprocess
import time
import uuid
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.tools import need

PACE: Final = 0.05
"""Seconds between keys: faster than anybody types, slower than a burst that arrives as one."""
LOOK: Final = 0.02
"""Seconds between two looks at the screen."""

MOVES: Final = frozenset({"Tab", "BTab"})
"""Keys that give the focus to another field."""
HELD: Final = frozenset({"Up", "Down"})
"""Keys that somebody holds down: several of one arrive as a burst."""
_TAIL: Final = 8
_MASK: Final = "\u2022"
_CURSOR: Final = "#{cursor_x},#{cursor_y}"


class NotSeen(AssertionError):
    """The screen never showed what a test waited for; the message is the screen as it was."""


class Terminal:
    """One command in a tmux pane of a given size.

    The pane stays when the command ends, so that what is left on it can be read. `environment` is added to the
    test's own.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        size: tuple[int, int] = (80, 24),
        directory: Path | None = None,
    ) -> None:
        need("tmux")
        self._socket = f"segl-{uuid.uuid4().hex[:12]}"
        self._command = list(command)
        self._environment = dict(environment or {})
        self._size = size
        self._directory = directory
        self._at_rest = False

    def __enter__(self) -> Self:
        width, height = self._size
        variables = [f"{name}={value}" for name, value in self._environment.items()]
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height), "cat")
        self._tmux("set-option", "-g", "remain-on-exit", "on")
        self._tmux("set-option", "-g", "history-limit", "5000")
        self._tmux("set-option", "-g", "default-terminal", "tmux-256color")
        directory = ["-c", str(self._directory)] if self._directory else []
        self._tmux("respawn-pane", "-k", *directory, "env", *variables, *self._command)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        subprocess.run(["tmux", "-L", self._socket, "kill-server"], capture_output=True, check=False)

    def _tmux(self, *arguments: str) -> str:
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        environment.pop("TMUX", None)
        done = subprocess.run(
            ["tmux", "-u", "-L", self._socket, *arguments], capture_output=True, text=True, check=False, env=environment
        )
        if done.returncode:
            raise RuntimeError(f"tmux {arguments[0]}: {done.stderr.strip()}")
        return done.stdout

    def keys(self, *names: str) -> None:
        """Press keys by tmux's names: `Enter`, `Escape`, `Tab`, `C-l`, `F1`, `n`.

        After `Tab` and `BTab` the next key waits until the cursor has gone to the next field, as a person does.
        """
        for name, same in groupby(names):
            if name in MOVES:
                for _once in same:
                    self.move(name, seconds=2)
            elif name in HELD:
                self._press(*same)
            else:
                for _once in same:
                    self._press(name)

    def _press(self, *names: str) -> None:
        self._at_rest = False
        self._tmux("send-keys", *names)
        time.sleep(PACE)

    def move(self, *names: str, seconds: float = 5) -> None:
        """Press keys that move the focus, and wait each time until the cursor has gone where the next letter goes.

        The cursor stands still before, where what was done last has been seen on the screen; else it is waited for.
        """
        for name in names:
            before = self.cursor() if self._at_rest else self.rest()
            self._press(name)
            deadline = time.monotonic() + seconds
            while self.cursor() == before and time.monotonic() < deadline:
                time.sleep(LOOK)
            self._at_rest = True

    def rest(self, still: float = 0.2, seconds: float = 5) -> str:
        """Wait until the cursor has stood still for a while: what was typed is there; where it stands then."""
        deadline = time.monotonic() + seconds
        place, since = self.cursor(), time.monotonic()
        while time.monotonic() - since < still and time.monotonic() < deadline:
            time.sleep(PACE)
            if (now := self.cursor()) != place:
                place, since = now, time.monotonic()
        return place

    def cursor(self) -> str:
        """Where the cursor stands, as `column,row`."""
        return self._tmux("display-message", "-p", _CURSOR).strip()

    def type(self, text: str, seconds: float = 20) -> None:
        """Type text as it stands, and wait until its end stands before the cursor, masked where the field masks it.

        Raises:
            NotSeen: with the screen, when it takes longer: it went elsewhere, or nowhere.
        """
        self._tmux("send-keys", "-l", "--", text)
        end = _squeezed(text)[-_TAIL:]
        deadline = time.monotonic() + seconds
        while True:
            place, shown = self._tmux("display-message", "-p", _CURSOR, ";", "capture-pane", "-p").split("\n", 1)
            column, row = (int(number) for number in place.split(","))
            lines = [*shown.split("\n")[:row], shown.split("\n")[row][:column]]
            if _squeezed("".join(lines)).endswith((end, _MASK * len(end))):
                break
            if time.monotonic() > deadline:
                raise NotSeen(f"typed {text!r}, and the cursor is at {place} of:\n{shown}")
            time.sleep(LOOK)
        self._at_rest = True

    def screen(self) -> str:
        """What is to be seen now."""
        return self._tmux("capture-pane", "-p")

    def scrollback(self) -> str:
        """What is to be seen, and everything that has scrolled away."""
        return self._tmux("capture-pane", "-p", "-S", "-")

    def wait_for(self, *texts: str, gone: Sequence[str] = (), seconds: float = 20) -> str:
        """Wait until all of the texts are on the screen and none of `gone` is.

        Raises:
            NotSeen: with the screen, when it takes longer.
        """
        deadline = time.monotonic() + seconds
        while True:
            shown = self.screen()
            flat = " ".join(shown.split())
            if all(text in shown or text in flat for text in texts) and not any(text in shown for text in gone):
                self._at_rest = True
                return shown
            if time.monotonic() > deadline:
                raise NotSeen(f"waited for {texts!r} (gone: {list(gone)!r}); the screen shows:\n{shown}")
            time.sleep(PACE)

    def wait_for_end(self, seconds: float = 20) -> int:
        """Wait until the command has ended; its exit status."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            state = self._tmux("list-panes", "-F", "#{pane_dead}:#{pane_dead_status}:#{pane_dead_signal}")
            dead, status, killed_by = state.strip().split(":")
            if dead == "1" and (status or killed_by):
                return int(status or -1)
            if dead == "1":
                # tmux has seen the pane close and missed the signal that tells how: any child of its own wakes it.
                self._tmux("run-shell", "true")
            time.sleep(0.05)
        raise NotSeen(f"the command goes on; the screen shows:\n{self.screen()}")

    @property
    def process(self) -> int:
        """The process id of the command."""
        return int(self._tmux("list-panes", "-F", "#{pane_pid}"))


def _squeezed(text: str) -> str:
    """A text without spaces and the lines of boxes, as it stands when it is broken into lines, too."""
    return re.sub(r"[\s\u2500-\u259f]", "", text)
