"""The guard on POSIX systems: a parent that never holds a secret, and a fork of it for every time between two locks.

A fork and not a fresh interpreter: the guard has read nothing and loaded neither Textual nor the store, so the child
starts as empty and is on the screen sooner.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from tui.guard.notes import LastWords, hear
from tui.guard.start import ChildEnd, Start
from tui.guard.terminal import TerminalState

GRACE: Final = 5.0
"""Seconds a child has to save and close before it is killed."""

_ENDING: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
_HEARD: Final = (*_ENDING, signal.SIGTSTP, signal.SIGCHLD, signal.SIGCONT)
LOCK_SIGNAL: Final = signal.SIGUSR1
"""What the guard sends a child that shall lock."""

RunChild = Callable[[Start, int, int], int]
"""Runs in the fork: how to start, where to write the last words, the guard's process id; returns the exit code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended.

    Attributes:
        code: its exit code; None where a signal ended it.
        by: the signal that ended it.
        asked: the signal that the guard was asked to end with; None where the child ended of its own accord.
        stop: whether the guard was asked to stop (SIGTSTP), or its child was.
    """

    code: int | None
    by: int | None = None
    asked: int | None = None
    stop: bool = False
    words: LastWords = field(default_factory=LastWords)


@dataclass(slots=True, kw_only=True)
class _Watch:
    """What is under way with one child."""

    pid: int
    asked: int | None = None
    stop: bool = False
    deadline: float | None = None
    woken: bool = False

    def ask(self, number: int, grace: float) -> None:
        """Send the child a signal; from now on it has `grace` seconds."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)
        if self.deadline is None:
            self.deadline = time.monotonic() + grace

    @property
    def patience(self) -> float | None:
        """Milliseconds until the deadline; None where there is none."""
        return None if self.deadline is None else max(0.0, (self.deadline - time.monotonic()) * 1000)


class PosixGuard:
    """Owns the terminal's state and runs one child after another."""

    def __init__(self, run_child: RunChild, *, descriptor: int, grace: float = GRACE) -> None:
        self._run_child = run_child
        self._grace = grace
        self._terminal = TerminalState.keep(descriptor)
        self._descriptor = descriptor
        self._signals = -1
        self._stopped = False

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Hear signals, and give the terminal back at the end, whatever happened."""
        self._signals, told = os.pipe()
        os.set_blocking(self._signals, False)
        os.set_blocking(told, False)
        before = {number: signal.signal(number, lambda *_: None) for number in _HEARD}
        before[signal.SIGTTOU] = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        wakeup = signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        self._terminal.begin()
        try:
            yield
        finally:
            self._terminal.restore()
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(self._signals)
            os.close(told)

    def blank(self) -> None:
        """Empty the screen between two children."""
        self._terminal.blank()

    def stop(self) -> None:
        """Give the terminal back and stop, as a shell's job does; returns when somebody continues it."""
        self._terminal.restore()
        self._stopped = True
        os.kill(os.getpid(), signal.SIGSTOP)
        self._terminal.begin()

    def run(self, start: Start) -> Ended:
        """Start a child and stay until it has ended."""
        hears, tells = os.pipe()
        guard = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, (LOCK_SIGNAL,))
        pid = os.fork()
        if pid == 0:
            os.close(hears)
            self._be_child(start, tells, guard)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (LOCK_SIGNAL,))
        os.close(tells)
        os.set_blocking(hears, False)
        try:
            watch = _Watch(pid=pid)
            status = self._wait(watch)
            code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
            by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
            return Ended(code=code, by=by, asked=watch.asked, stop=watch.stop, words=hear(hears))
        finally:
            os.close(hears)

    def _be_child(self, start: Start, tells: int, guard: int) -> None:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (*_HEARD, signal.SIGTTOU):
                signal.signal(number, signal.SIG_DFL)
            # Until the app hears it by itself there is nothing to save.
            signal.signal(LOCK_SIGNAL, lambda *_: os._exit(ChildEnd.LOCK))
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (LOCK_SIGNAL,))
            code = self._run_child(start, tells, guard)
        finally:
            if os.getppid() != guard:
                self._terminal.leave()  # nobody else is left to do it
            os._exit(code)  # nothing of the guard's is unwound in the fork, and no traceback is printed

    def _wait(self, watch: _Watch) -> int:
        poll = select.poll()
        poll.register(self._signals, select.POLLIN)
        poll.register(self._descriptor, 0)
        while True:
            pid, status = os.waitpid(watch.pid, os.WNOHANG | os.WUNTRACED)
            if pid and os.WIFSTOPPED(status):
                self._child_stopped(watch)
            elif pid:
                return status
            if watch.patience == 0:
                watch.ask(signal.SIGKILL, self._grace)
                watch.deadline = None
            for descriptor, _event in poll.poll(watch.patience):
                if descriptor == self._descriptor:
                    poll.unregister(self._descriptor)  # a terminal that has gone stays gone: no busy loop
                    self._end(watch, signal.SIGHUP)
            for number in self._heard():
                if number in _ENDING:
                    self._end(watch, number)
                elif number == signal.SIGTSTP:
                    watch.stop = True
                    watch.ask(LOCK_SIGNAL, self._grace)
                elif number == signal.SIGCONT:
                    self._continued(watch)

    def _heard(self) -> bytes:
        try:
            return os.read(self._signals, 4096)
        except BlockingIOError:
            return b""

    def _end(self, watch: _Watch, number: int) -> None:
        watch.asked = watch.asked or number
        watch.ask(signal.SIGHUP if number == signal.SIGHUP else signal.SIGTERM, self._grace)

    def _continued(self, watch: _Watch) -> None:
        """Somebody stopped the guard by force (SIGSTOP), and nobody knows for how long: its child locks."""
        if self._stopped:
            self._stopped = False  # it had stopped by itself, when there was no child
        else:
            watch.ask(LOCK_SIGNAL, self._grace)

    def _child_stopped(self, watch: _Watch) -> None:
        """A stopped child leaves the case on the screen: it locks instead; one that stops again is ended."""
        watch.stop = True
        watch.ask(signal.SIGKILL if watch.woken else LOCK_SIGNAL, self._grace)
        watch.woken = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(watch.pid, signal.SIGCONT)
