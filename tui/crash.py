"""What is left of a crash: an error code on the screen, and a report of types and line numbers, without any value."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import platform
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from guidance.errors import SeglError

_ROOT: Final = Path(__file__).parent.parent
_MOST_FRAMES: Final = 60


def places(error: BaseException) -> Iterator[str]:
    """The types and code places of an exception and of those behind it: no message, no value."""
    seen: set[int] = set()
    behind: BaseException | None = error
    while behind is not None and id(behind) not in seen:
        seen.add(id(behind))
        kind = type(behind)
        yield f"{kind.__module__}.{kind.__qualname__}" + (f" {behind.code}" if isinstance(behind, SeglError) else "")
        yield from list(_frames(behind.__traceback__))[-_MOST_FRAMES:]
        if isinstance(behind, BaseExceptionGroup):
            for inner in behind.exceptions:
                yield from places(inner)
        behind = behind.__cause__ or behind.__context__ or _failed_in_worker(behind)


def _failed_in_worker(error: BaseException) -> BaseException | None:
    """What Textual's WorkerFailed was about, which it keeps as an attribute: without it all of them look the same."""
    found = getattr(error, "error", None)
    return found if isinstance(found, BaseException) else None


def _frames(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        yield f"  {_short(code.co_filename)}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next


def _short(file: str) -> str:
    """A path without what lies above the program: a home folder has a person's name in it."""
    path = Path(file)
    if path.is_relative_to(_ROOT) and "site-packages" not in path.parts:
        return str(path.relative_to(_ROOT))
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return path.name


class Crashes:
    """Takes every exception that nobody foresaw, wherever it surfaces, so that none is ever printed.

    Attributes:
        code: of the first crash, `SEGL-` and six characters, the same for the same fault; empty while there is none.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self.code = ""

    def install(self) -> None:
        """Take over where Python would print a traceback."""
        sys.excepthook = lambda _kind, error, _trace: self.take(error)
        threading.excepthook = lambda given: self.take(given.exc_value)
        sys.unraisablehook = lambda given: self.take(given.exc_value)

    def take_from_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The handler of an asyncio loop."""
        self.take(context.get("exception"))

    def take(self, error: BaseException | None) -> None:
        """Keep a report of a crash."""
        if error is None or isinstance(error, KeyboardInterrupt | SystemExit):
            return
        lines = list(places(error))
        code = "SEGL-" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:6].upper()
        self.code = self.code or code
        with contextlib.suppress(OSError):
            self._write(code, lines)

    def _write(self, code: str, lines: list[str]) -> None:
        folder = self._home / "crashes"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        from importlib.metadata import version

        head = [
            code,
            f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            f"segl {version('segl')}, textual {version('textual')}, python {platform.python_version()}, {sys.platform}",
            "",
        ]
        path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{code}.txt"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join([*head, *lines]) + "\n")
