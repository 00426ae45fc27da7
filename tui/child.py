"""The process that runs the screens, between two locks. It ends; it never cleans up and goes on."""

from __future__ import annotations

import asyncio
import os
import sys

from guidance.language import current_language, set_language, system_language
from tui.guard.notes import LastWords, tell
from tui.guard.start import Start
from tui.process import ask_for_plain_keys, end_with, harden


def run_child(start: Start, tells: int, guard: int) -> int:
    """Run the app in the guard's fork.

    Args:
        start: how to start.
        tells: where the last words are written.
        guard: the guard's process id; this process ends with it.

    Returns:
        The exit code, for the guard to understand.
    """
    if not end_with(guard):
        return 1
    harden()
    set_language(start.language or system_language())
    code, words = _run(start)
    tell(tells, words)
    return code


def _run(start: Start) -> tuple[int, LastWords]:
    from store import home
    from tui.crash import Crashes

    place = home.resolve(start.demo or start.home)
    crashes = Crashes(place.root)
    crashes.install()
    theme = start.theme
    ask_for_plain_keys(os.environ, kept=place.plain_keys)
    try:
        from tui.app import SeglApp

        app = SeglApp(place, start, crashes=crashes, guarded=True)
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(crashes.take_from_loop)
        asyncio.set_event_loop(loop)
        loop.run_until_complete(app.run_async())
        # An app that ended by another way than its own ends was ended by a fault (a stray cancellation, say), and a
        # fault that did not end it is not passed over in silence.
        code = 1 if app.return_code is None else app.return_code
        if code == 0 and crashes.code:
            code = 1
        theme = app.theme
    except Exception as error:  # noqa: BLE001 - nothing may be printed, whatever it was
        crashes.take(error)
        code = 1
    return code, LastWords(language=current_language(), crash=crashes.code if code == 1 else "", theme=theme)


def main(arguments: list[str]) -> int:
    """Run the app as a process of its own, where a system has no fork."""
    harden()
    start = Start.read(arguments)
    set_language(start.language or system_language())
    code, _words = _run(start)
    return code


if __name__ == "__main__":
    sys.stdout.flush()
    os._exit(main(sys.argv[1:]))
