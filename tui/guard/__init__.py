"""The guard: one border between Segl and whatever the system does to a process on a shared workstation.

The guard owns the terminal's state and starts the app anew after each lock. `SUPPORT` says what holds on which system.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal, Protocol

from guidance.errors import ExitCode
from guidance.language import _, set_language, system_language
from tui.guard.notes import LastWords
from tui.guard.start import ChildEnd, Start

Standing = Literal["tested", "written, not tested", "not there"]

SUPPORT: Final[Mapping[str, Mapping[str, Standing]]] = {
    "a lock ends the process": {"linux": "tested", "darwin": "written, not tested", "win32": "written, not tested"},
    "the terminal is restored after kill -9": {
        "linux": "tested",
        "darwin": "written, not tested",
        "win32": "written, not tested",
    },
    "what is typed while Segl locks is not shown": {
        "linux": "tested",
        "darwin": "written, not tested",
        "win32": "not there",
    },
    "an ending terminal ends Segl": {"linux": "tested", "darwin": "written, not tested", "win32": "not there"},
    "SIGTSTP locks, then stops": {"linux": "tested", "darwin": "written, not tested", "win32": "not there"},
    "the app ends when the guard is killed": {"linux": "tested", "darwin": "not there", "win32": "not there"},
    "no core dump": {"linux": "tested", "darwin": "written, not tested", "win32": "not there"},
    "memory closed to other processes of the account": {
        "linux": "tested",
        "darwin": "not there",
        "win32": "not there",
    },
}
"""What is promised, and how far it has been shown on each system (`sys.platform`)."""


class _Ended(Protocol):
    """How a child ended (`tui.guard.posix.Ended`)."""

    @property
    def code(self) -> int | None: ...
    @property
    def by(self) -> int | None: ...
    @property
    def asked(self) -> int | None: ...
    @property
    def stop(self) -> bool: ...
    @property
    def words(self) -> LastWords: ...


class Guard(Protocol):
    """What a system's guard can do."""

    def watching(self) -> AbstractContextManager[None]: ...
    def blank(self) -> None: ...
    def stop(self) -> None: ...
    def run(self, start: Start) -> _Ended: ...


def without_terminal() -> str:
    """Why there can be no screens here, in the current language; empty where there can."""
    if not all(stream is not None and stream.isatty() for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__)):
        what = _("Segl's screens need a terminal, and this is none: input or output goes to a file or a program.")
    elif os.environ.get("TERM", "") in ("dumb", "unknown"):
        what = _("Segl's screens need a terminal that can move its cursor, and TERM says that this one can't.")
    else:
        return ""
    return what + "\n" + _("Start 'segl' in a terminal window, or use the command line: 'segl --help'.")


def keep(start: Start) -> int:
    """Run Segl's screens under the guard of this system.

    Returns:
        The exit code of the whole: 0, 1 after a crash or a kill, 2 without a terminal, 128 + n after signal n.
    """
    set_language(start.language or system_language())
    if reason := without_terminal():
        _say(reason)
        return ExitCode.USAGE
    gc.disable()  # until the first frame is drawn (SeglApp): importing makes much and throws little away
    guard = _for_this_system()
    demo: Path | None = None
    try:
        with guard.watching():
            while True:
                ended = guard.run(start)
                start = replace(
                    start,
                    language=ended.words.language or start.language,
                    theme=ended.words.theme or start.theme,
                )
                if ended.asked is not None:
                    break
                if ended.stop or ended.code == ChildEnd.LOCK_AND_STOP:
                    guard.stop()
                elif ended.code == ChildEnd.LOCK:
                    guard.blank()
                elif ended.code == ChildEnd.DEMO:
                    demo = demo or Path(tempfile.mkdtemp(prefix="segl-demo-"))
                    start = replace(start, demo=demo)
                    guard.blank()
                elif ended.code == ChildEnd.DEMO_OVER and demo is not None:
                    shutil.rmtree(demo, ignore_errors=True)
                    start, demo = replace(start, demo=None), None
                    guard.blank()
                else:
                    break
    finally:
        if demo is not None:
            shutil.rmtree(demo, ignore_errors=True)
    return _farewell(ended, start)


def _farewell(ended: _Ended, start: Start) -> int:
    set_language(start.language or system_language())
    if ended.asked is not None:
        return 128 + ended.asked
    if ended.by is not None:
        name = signal.Signals(ended.by).name
        _say(_("Segl was ended from outside ({signal}). What was saved is safe.").format(signal=name))
        return ExitCode.FAILED
    if ended.code == ChildEnd.DEMO_OVER:
        return ExitCode.DONE
    if ended.code:
        code = ended.words.crash or "SEGL-0"
        _say(_("Segl ended because of a fault in the program (code {code}). What was saved is safe.").format(code=code))
        _say(_("Start it again. The report of the fault holds nothing of a case: 'segl where' shows where it lies."))
    return ended.code or 0


def _say(text: str) -> None:
    if sys.stderr is None:  # closed by whoever started Segl
        return
    try:
        sys.stderr.write(text + "\n")
    except OSError:
        return


def _for_this_system() -> Guard:
    if sys.platform == "win32":
        from tui.guard.subprocesses import SubprocessGuard

        return SubprocessGuard()
    from tui.child import run_child
    from tui.guard.posix import PosixGuard

    assert sys.__stdin__ is not None
    return PosixGuard(run_child, descriptor=sys.__stdin__.fileno())
