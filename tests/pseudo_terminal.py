"""A command with a controlling terminal of its own, and what a person at it sees and types."""

from __future__ import annotations

import os
import pty
import select
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


class Screen:
    """A command on a pseudo-terminal: what it wrote, what it is told."""

    def __init__(self, process: int, master: int) -> None:
        self.process = process
        self._master = master
        self.text = ""
        self._from = 0

    def wait_for(self, text: str, seconds: float = 30) -> None:
        """Read until it has been written after what was waited for before."""
        deadline = time.monotonic() + seconds
        while text not in self.text[self._from :]:
            assert time.monotonic() < deadline, f"never wrote {text!r}:\n{self.text}"
            assert self._read(), f"ended without {text!r}:\n{self.text}"
        self._from = self.text.index(text, self._from) + len(text)

    def type(self, text: str) -> None:
        """Type it."""
        os.write(self._master, text.encode())

    def answer(self, question: str, text: str) -> None:
        """Wait for a question and answer it."""
        self.wait_for(question)
        self.type(text + "\n")

    def end(self) -> int:
        """Read to the end and give the exit code."""
        while self._read():
            pass
        _process, status = os.waitpid(self.process, 0)
        return os.waitstatus_to_exitcode(status)

    def _read(self) -> bool:
        if not select.select([self._master], [], [], 30)[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        self.text += data.decode("utf-8", "replace")
        return bool(data)


@contextmanager
def at_a_terminal(command: Sequence[str], *, cwd: Path, variables: Mapping[str, str]) -> Iterator[Screen]:
    """Start a command with a controlling terminal; it is ended with the `with`."""
    process, master = pty.fork()
    if process == 0:
        os.chdir(cwd)
        os.execve(command[0], list(command), dict(variables))
    shown = Screen(process, master)
    try:
        yield shown
    finally:
        try:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(master)
