"""From a command line to an exit code."""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, cast

from guidance.errors import ExitCode, SeglError
from guidance.language import LANGUAGES, set_language, system_language
from guidance.system_words import number_words, system_words
from tui.cli.answer import Answer, Output, utf8_streams
from tui.cli.failures import Crashed, Interrupted, NotWritten, SystemRefused
from tui.cli.parser import Command, HelpAsked, globals_of, parse
from tui.cli.plain import one_line
from tui.cli.session import Session, closing
from tui.cli.signals import ending_as_interrupts
from tui.cli.sources import ProcessSources
from tui.process import harden

INTERRUPTED: Final = 130
Run = Callable[[Session, argparse.Namespace], Answer]


def main(argv: Sequence[str]) -> int:
    """Run one command.

    Args:
        argv: the command line without the program's name.

    Returns:
        0 done, 1 failed, 2 usage, 3 locked or wrong passphrase, 4 integrity, 5 refused by a rule, 130 interrupted.
    """
    utf8_streams()
    harden()
    _speak(argv)
    _hold_standard_descriptors()
    threading.excepthook = lambda given: _crashed(argv, given.exc_value)
    sys.unraisablehook = lambda given: _crashed(argv, given.exc_value)
    output = Output(as_json="--json" in argv)
    with ending_as_interrupts():
        try:
            return _run(argv, output)
        except BrokenPipeError:
            _abandon(sys.stdout)
            return ExitCode.FAILED
        except NotWritten as failure:
            output.as_json = False
            _abandon(sys.stdout)
            return output.failure(failure)
        except Exception as error:  # noqa: BLE001 - nobody foresaw it, and a traceback would show what is in the case
            return output.failure(Crashed(_crashed(argv, error)))


def _crashed(argv: Sequence[str], error: BaseException | None) -> str:
    """Keep a report without any value of it, and give its code."""
    from store.home import resolve
    from tui.crash import Crashes

    named = next(_values_of("--home", argv), "")
    crashes = Crashes(resolve(Path(named) if named else None).root)
    crashes.take(error)
    return crashes.code


def only_globals(argv: Sequence[str]) -> argparse.Namespace | None:
    """The options of every command (`home`, `vault`, `lang`, where given), if the command line has nothing else.

    Returns:
        None where the command line is for `main`: a command, a call for help, or something that is not understood.
    """
    return globals_of(argv)


def _run(argv: Sequence[str], output: Output) -> int:
    from tui.cli.registry import commands, groups

    try:
        options = parse(argv, commands(), groups())
        sources = ProcessSources(no_input=getattr(options, "no_input", False))
        with closing(Session(options, sources, output)) as session:
            return output.answer(perform(session, options))
    except HelpAsked as asked:
        output.text(asked.text)
        return ExitCode.DONE
    except NotWritten:
        raise
    except (SeglError, OSError, KeyboardInterrupt, MemoryError) as error:
        failure, code = foreseen(error)
        return output.failure(failure, code)


def perform(session: Session, options: argparse.Namespace) -> Answer:
    """Do the command that was parsed, loading only its own code."""
    command: Command = options.command
    session.cpr_allowed = getattr(options, "allow_cpr", False)
    session.take_purpose(getattr(options, "purpose_fd", None))
    module, _colon, function = command.run.partition(":")
    run = cast("Run", getattr(importlib.import_module(f"tui.cli.commands.{module}"), function))
    try:
        return run(session, options)
    finally:
        session.record_openings()


def foreseen(error: BaseException) -> tuple[SeglError, int | None]:
    """What a failure means for the person, and the exit code where it is not the error's own.

    Raises:
        BrokenPipeError: passed on: whoever reads the answer has gone.
    """
    if isinstance(error, SeglError):
        return error, None
    if isinstance(error, KeyboardInterrupt):
        return Interrupted(), INTERRUPTED
    if isinstance(error, BrokenPipeError):
        raise error
    if isinstance(error, MemoryError):
        return SystemRefused("", number_words(errno.ENOMEM)), None
    assert isinstance(error, OSError)
    from store.errors import disk_gone

    if (gone := disk_gone(error)) is not None:
        return gone, None
    name = error.filename
    what = os.fsdecode(name) if isinstance(name, bytes) else str(name or "")
    return SystemRefused(one_line(what), system_words(error)), None


def _speak(argv: Sequence[str]) -> None:
    """Choose the language before anything is parsed, so that complaints about the parsing are in it."""
    language = system_language()
    for value in _values_of("--lang", argv):
        if value in LANGUAGES:
            language = value
    set_language(language)


def _values_of(option: str, argv: Sequence[str]) -> Iterator[str]:
    for before, after in zip(argv, [*argv[1:], ""], strict=True):
        if before == option:
            yield after
        elif before.startswith(f"{option}="):
            yield before.partition("=")[2]


def _hold_standard_descriptors() -> None:
    """No file of a vault may get the number of a closed standard stream: what is printed there would land in it."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _abandon(stream: object) -> None:
    """Let nothing be written to it when the interpreter ends: the reader has gone, or the disk is full."""
    try:
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, cast("int", stream.fileno()))  # type: ignore[attr-defined]
        os.close(descriptor)
    except (OSError, ValueError, AttributeError):
        return
