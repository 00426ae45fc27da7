"""A guard without fork, for systems where the child has to be a process of its own. Written, not tested there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tui.guard.notes import LastWords
from tui.guard.start import Start

_ROOT: Final = Path(__file__).parent.parent.parent
_RUN: Final = "import sys; sys.path.append(sys.argv[1]); from tui.child import main; sys.exit(main(sys.argv[2:]))"
_EMPTY: Final = "\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[H\x1b[2J\x1b[3J\x1b[?1049l\x1b[?25h\x1b[0m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended; nobody can ask this guard to end, and its child leaves no words."""

    code: int | None
    by: int | None = None
    asked: int | None = None
    stop: bool = False
    words: LastWords = field(default_factory=LastWords)


class SubprocessGuard:
    """Starts one child after another and empties the screen after each."""

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Empty the screen at the end, whatever happened."""
        try:
            yield
        finally:
            self.blank()

    def blank(self) -> None:
        """Empty the screen and leave the alternate one."""
        if sys.__stdout__ is not None:
            sys.__stdout__.write(_EMPTY)
            sys.__stdout__.flush()

    def stop(self) -> None:
        """There is no job control to stop for."""

    def run(self, start: Start) -> Ended:
        """Run one child to its end. Ctrl+C is the child's."""
        command = [sys.executable, "-P", "-c", _RUN, str(_ROOT), *start.arguments()]
        child = subprocess.Popen(command, env=dict(os.environ))
        while True:
            try:
                code = child.wait()
            except KeyboardInterrupt:
                continue
            return Ended(code=code if code >= 0 else None, by=-code if code < 0 else None)
