"""The state of the terminal: kept before the first child, given back after the last, emptied in between."""

from __future__ import annotations

import contextlib
import copy
import os
import select
import termios
from dataclasses import dataclass
from typing import Any, Final

PATIENCE: Final = 1000
"""Milliseconds that a terminal which takes nothing is waited for."""

_ABORT: Final = "\x18\x1b\\"  # CAN and ST: whatever sequence the child was killed in ends here
_MODES_OFF: Final = (
    "\x1b[?2026l"  # synchronised output
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    "\x1b[?1004l\x1b[?2004l\x1b[?2048l"  # focus events, bracketed paste, in-band resize
    "\x1b[<9u\x1b[>4;0m"  # kitty keyboard protocol, modifyOtherKeys
    "\x1b[?1l\x1b>\x1b[?7h\x1b[r\x1b[0m\x1b(B\x0f"  # cursor keys, keypad, wrap, margins, colours, character set
)
_EMPTY: Final = "\x1b[H\x1b[2J\x1b[3J"
"""The whole screen and what has scrolled away: a terminal without an alternate screen has had the case on the only one
it has, and tmux moves a cleared screen into its history."""
_MAIN_SCREEN: Final = "\x1b[?1049l\x1b[?25h\x1b[0m"
_ALTERNATE_SCREEN: Final = "\x1b[?1049h\x1b[?25l"
_TITLE: Final = "\x1b[22;0t\x1b]0;Segl\x1b\\"
_TITLE_BACK: Final = "\x1b[23;0t"
_INPUT, _LOCAL, _CHARACTERS = 0, 3, 6  # the places in what `termios.tcgetattr` gives


@dataclass(slots=True)
class TerminalState:
    """What a terminal was like, and how to make it so again.

    Attributes:
        descriptor: open on the terminal.
        attributes: as `termios.tcgetattr` gives them.
    """

    descriptor: int
    attributes: list[Any]

    @classmethod
    def keep(cls, descriptor: int) -> TerminalState:
        """Remember the terminal as it is.

        Raises:
            termios.error: `descriptor` is not a terminal.
        """
        return cls(descriptor, termios.tcgetattr(descriptor))

    def begin(self) -> None:
        """Give the window a title that says nothing (the old one is kept by the terminal), and show no key."""
        self._write(_TITLE)
        self._hush()

    def blank(self) -> None:
        """Between two children: nothing is left to be seen, and no key typed to the one reaches the other."""
        self._write(_ABORT + _MODES_OFF + _ALTERNATE_SCREEN + _EMPTY)
        self._hush()
        self._forget_input()

    def leave(self) -> None:
        """Empty the screens and turn the modes off; the attributes too where no shell has the terminal again."""
        self._write(_ABORT + _MODES_OFF + _EMPTY + _MAIN_SCREEN + _TITLE_BACK)
        if self._is_ours():
            self._set(self.attributes)

    def restore(self) -> None:
        """As it was before the first child: screens emptied, modes off, attributes back, typed-ahead keys dropped."""
        self.leave()
        self._set(self.attributes)
        self._forget_input()

    def _hush(self) -> None:
        """Show nothing of what is typed while no child reads, and leave each key as it is: who types on after a lock
        types a passphrase, and its Enter is to be one. Ctrl+C and the like go on working.
        """
        if not self._is_ours():
            return
        quiet = copy.deepcopy(self.attributes)
        quiet[_INPUT] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        quiet[_LOCAL] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.IEXTEN)
        quiet[_CHARACTERS][termios.VMIN], quiet[_CHARACTERS][termios.VTIME] = 1, 0
        self._set(quiet)

    def _is_ours(self) -> bool:
        """Whether it is this job that the terminal listens to; in the background a shell does."""
        try:
            return os.tcgetpgrp(self.descriptor) == os.getpgrp()
        except OSError:
            return False

    def _set(self, attributes: list[Any]) -> None:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self.descriptor, termios.TCSANOW, attributes)

    def _forget_input(self) -> None:
        with contextlib.suppress(termios.error):
            termios.tcflush(self.descriptor, termios.TCIFLUSH)

    def _write(self, text: str) -> None:
        """Write without ever hanging on a terminal that has gone or takes nothing.

        An open file of its own: O_NONBLOCK on the shared one would be the shell's, too.
        """
        try:
            own = self._open()
        except OSError:
            return
        left = text.encode("ascii")
        waiting = select.poll()
        waiting.register(own, select.POLLOUT)
        try:
            while left:
                if not any(event & select.POLLOUT for _descriptor, event in waiting.poll(PATIENCE)):
                    return
                left = left[os.write(own, left) :]
        except OSError:
            return
        finally:
            os.close(own)

    def _open(self) -> int:
        """The terminal by its name, else as the controlling one: after `su` its device is somebody else's, and in a
        container it may have no name. Where neither can be opened, the shared descriptor has to do, blocking or not.
        """
        flags = os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK
        with contextlib.suppress(OSError):
            return os.open(os.ttyname(self.descriptor), flags)
        with contextlib.suppress(OSError):
            return os.open("/dev/tty", flags)
        return os.dup(self.descriptor)
