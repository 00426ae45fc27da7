"""How far something has come, on standard error, where a person can see it."""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import TYPE_CHECKING, TextIO

from tui.cli.plain import one_line

if TYPE_CHECKING:
    from store.evidence.queue import QueueProgress

_EVERY = 0.1


class Progress:
    """One line that is written over itself; silent where standard error is no terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._shown = 0.0
        self._there = False
        try:
            self._visible = self._stream is not None and os.isatty(self._stream.fileno())
        except (OSError, ValueError):
            self._visible = False

    def show(self, words: str, done: int, total: int) -> None:
        """Say it, ten times a second at most."""
        now = time.monotonic()
        if not self._visible or now - self._shown < _EVERY:
            return
        self._shown = now
        share = f"{done * 100 // total:3d} %" if total else "    "
        line = one_line(f"{share}  {words}")[: shutil.get_terminal_size().columns - 1]
        self._write(f"\r\x1b[2K{line}")
        self._there = True

    def reading(self, so_far: QueueProgress | None) -> None:
        """Of a reading: rate and time left first, since a name may be longer than the line."""
        if self._visible and so_far is not None:
            from store.evidence.pace import pace_words

            place = f"{so_far.file}/{so_far.files}  {so_far.name}" if so_far.files > 1 else so_far.name
            self.show("  ".join(filter(None, (pace_words(so_far), place))), so_far.done, so_far.total)

    def clear(self) -> None:
        """Take the line away."""
        if self._there:
            self._write("\r\x1b[2K")
            self._there = False

    def _write(self, text: str) -> None:
        assert self._stream is not None
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._visible = False
