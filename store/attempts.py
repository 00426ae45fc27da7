"""Wrong passphrases make the next try wait: longer each time, across restarts, and never for long.

The wait is capped, so that nobody can shut the owner out by guessing on purpose; what makes guessing hopeless is the
passphrase and what it costs to try one (Argon2id). The count lies beside the vault in plain text: it has to be there
before anything is unlocked. Who can delete it can also copy the vault and guess elsewhere (`docs/threat-model.md`).
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _, ngettext
from store.errors import DiskFailed, DiskFull, WrongPassphrase
from store.files import read_at_most, write_whole

NAME: Final = "vault.attempts"
FREE: Final = 5
"""Wrong tries after which nothing waits yet: slips, Caps Lock, another layout."""
LONGEST: Final = 60
"""Seconds that the owner waits at the most, whatever somebody has done before."""
_WRITTEN: Final = re.compile(rb"segl-attempts 1 ([0-9]{1,9}) ([0-9]{1,15})\n")


class TooSoon(SeglError):
    """There were several wrong passphrases, and the next try has to wait.

    Attributes:
        seconds: until the next try.
    """

    code: ClassVar[str] = "too-soon"
    exit_code: ClassVar[ExitCode] = ExitCode.LOCKED

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def diagnostics(self) -> Diagnostics:
        """Say how long."""
        return Diagnostics(
            happened=_("There were several wrong passphrases in a row, so the next try has to wait."),
            safe=_("Nothing was changed and nothing was deleted. The wait never grows beyond a minute."),
            todo=ngettext("Try again in {count} second.", "Try again in {count} seconds.", self.seconds).format(
                count=self.seconds
            ),
        )


def wait_after(failed: int) -> int:
    """Seconds that the try after so many wrong ones waits: 0 up to `FREE`, then 2, 4, 8 … up to `LONGEST`."""
    return 0 if failed < FREE else min(LONGEST, 2 ** min(failed - FREE + 1, 10))


def rest(folder: Path, *, clock: Callable[[], float] | None = None) -> int:
    """Whole seconds until the vault in a folder may be tried again; 0 where it may be now.

    A clock that was set back, or a file that names a time to come, makes the wait begin anew once, not for ever.
    """
    failed, at = _read(folder)
    wait, now = wait_after(failed), (clock or time.time)()
    if wait and now < at - 1:
        _write(folder, failed, now)
        at = now
    return max(0, math.ceil(at + wait - now))


@contextmanager
def counted(folder: Path, *, clock: Callable[[], float] | None = None) -> Iterator[None]:
    """Around one try of a passphrase: counted before it is made, so that killing the process saves nobody the wait.

    A try that opens takes the count away; one that fails for another reason than the passphrase does not count.

    Raises:
        TooSoon: the wait is not over; nothing was tried.
    """
    left = rest(folder, clock=clock)
    if left:
        raise TooSoon(left)
    failed, at = _read(folder)
    clock = clock or time.time
    _write(folder, failed + 1, clock())
    try:
        yield
    except WrongPassphrase:
        _write(folder, failed + 1, clock())
        raise
    except BaseException:
        if failed:
            _write(folder, failed, at)
        else:
            _forget(folder)
        raise
    _forget(folder)


def _read(folder: Path) -> tuple[int, float]:
    try:
        match = _WRITTEN.fullmatch(read_at_most(folder / NAME, 64))
    except OSError:
        return 0, 0.0
    return (int(match[1]), float(match[2])) if match else (0, 0.0)


def _write(folder: Path, failed: int, at: float) -> None:
    try:
        write_whole(folder / NAME, f"segl-attempts 1 {min(failed, 999_999_999)} {int(at)}\n".encode())
    except (DiskFull, DiskFailed):
        return  # a full or read-only disk must not keep the owner out


def _forget(folder: Path) -> None:
    try:
        for path in (folder / NAME, *folder.glob(f".{NAME}.*.new")):  # what a cut left half written, too
            path.unlink(missing_ok=True)
    except OSError:
        return
