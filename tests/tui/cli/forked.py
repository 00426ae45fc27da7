"""Commands as processes that have the program loaded already, which is most of what a short command costs.

A worker forks for each command, as long as it may. Once it has set a report on paper it may not: the setter's threads
do not come along, and the command would wait for them for ever. Then a server forks, which never sets anything.
"""

from __future__ import annotations

import fcntl
import functools
import locale
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any, NoReturn

ABOVE_ALL = 200
"""Descriptors that a command is given begin here: a server that forks has some of its own below."""


@dataclass(frozen=True)
class Command:
    """What a process becomes.

    Attributes:
        words: after `segl`.
        streams: standard input, standard output, standard error.
        environment: all of it.
        cwd: where it runs.
    """

    words: Sequence[str | bytes]
    streams: tuple[int, int, int]
    environment: Mapping[str, str]
    cwd: Path

    def run(self) -> NoReturn:
        """Become it, in a process that is there for nothing else."""
        code = 99
        try:
            os.setsid()
            for number, stream in enumerate(self.streams):
                os.dup2(stream, number)
            sys.stdin, sys.stdout, sys.stderr = (open(number, mode, closefd=False) for number, mode in enumerate("rww"))  # noqa: SIM115
            os.environ.clear()
            os.environ.update(self.environment)
            locale.setlocale(locale.LC_ALL, "C")
            time.tzset()
            os.chdir(self.cwd)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            from tui.__main__ import main

            code = main([os.fsdecode(word) for word in self.words])
        except BaseException as error:  # noqa: BLE001
            os.write(2, f"Traceback: {type(error).__name__}".encode())
        finally:
            os._exit(code)


def ended(command: Command, given: Sequence[int], seconds: float = 60) -> int:
    """Run a command to its end.

    Args:
        command: which.
        given: descriptors it finds open, besides its streams.
        seconds: how long it may take.

    Returns:
        Its exit code, negative after a signal.

    Raises:
        AssertionError: it goes on after that.
    """
    if "typst" in sys.modules:
        return _by_the_server(command, given, seconds)
    import_module("tests.tui.cli.loaded")
    process = os.fork()
    if process == 0:
        command.run()
    deadline = time.monotonic() + seconds
    while True:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            raise AssertionError("the command goes on and on")
        time.sleep(0.002)


def above_all(descriptor: int) -> int:
    """The same descriptor, inheritable, where it is in nobody's way; the one that was given is closed."""
    number = fcntl.fcntl(descriptor, fcntl.F_DUPFD, ABOVE_ALL)
    os.close(descriptor)
    return number


@functools.cache
def _server() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.tui.cli.loaded", "tests.tui.cli.forked"])
    return context


def _by_the_server(command: Command, given: Sequence[int], seconds: float) -> int:
    process: BaseProcess = _server().Process(target=_Handed(command, given))
    process.start()
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError("the command goes on and on")
    return process.exitcode


class _Handed:
    """A command on its way to the server; its descriptors are made while it is handed over."""

    def __init__(self, command: Command, given: Sequence[int]) -> None:
        self.command, self.given = command, tuple(given)
        self.umask = os.umask(0o022)
        os.umask(self.umask)

    def __reduce__(self) -> tuple[Any, ...]:
        streams = [DupFd(stream) for stream in self.command.streams]
        given = {number: DupFd(number) for number in self.given}
        return _arrived, (self.command, streams, given, self.umask)

    def __call__(self) -> None:
        raise AssertionError("it is handed over first")


def _arrived(command: Command, streams: Sequence[Any], given: Mapping[int, Any], umask: int) -> Any:
    for number, descriptor in given.items():
        os.dup2(descriptor.detach(), number)
    source, out, err = (above_all(stream.detach()) for stream in streams)
    os.umask(umask)
    return Command(command.words, (source, out, err), command.environment, command.cwd).run
