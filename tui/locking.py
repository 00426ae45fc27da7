"""When and how a session ends: by a key, by idleness, by a signal; at once, or under a cover while work goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from textual import events

from guidance.language import _
from screens.base import SeglScreen
from tui.guard.start import ChildEnd
from tui.quiet import QuietApp

if TYPE_CHECKING:
    from screens.cover import CoverScreen
    from store.client import VaultClient
    from store.exchange.courier import Courier
    from tui.crash import Crashes

COUNTDOWN: Final = 30.0
"""Seconds before locking in which the screen says so."""
KEPT_OPEN: Final = 30 * 60.0
"""Seconds that a vault stays open without a key where somebody has asked for it: a long talk, a form on paper."""
HARD_END: Final = 4.0
"""Seconds that saving and closing may take before the process ends all the same; less than the guard's patience."""
FINISHED_AFTER: Final = 0.5
"""Seconds between two looks at whether work under a cover has ended."""
TYPING: Final = 30.0
"""Seconds that a lock whose work has ended waits for somebody who is typing the passphrase under the cover."""
_SOMEBODY: Final = (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)


def boot_time() -> float:
    """Seconds on a clock that goes on while the machine sleeps, so that it wakes up locked."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class LockingApp(QuietApp):
    """An app that has a vault open, or not, and ends with the codes that the guard understands."""

    def __init__(
        self,
        *,
        lock_after: float,
        clock: Callable[[], float],
        guarded: bool,
        ansi_color: bool | None,
        crashes: Crashes | None,
    ) -> None:
        """Make the app.

        Args:
            lock_after: seconds without a key or a click until it locks.
            clock: seconds, never backwards; decides when to lock.
            guarded: True in the guard's child, where signals mean something.
            ansi_color: whether the terminal's own colours are used.
            crashes: takes what nobody foresaw.
        """
        super().__init__(ansi_color=ansi_color, crashes=crashes)
        self.client: VaultClient | None = None
        self.courier: Courier | None = None
        self._lock_after = lock_after
        self._clock = clock
        self._guarded = guarded
        self._touched = clock()
        self._ending = False
        self._cover: CoverScreen | None = None
        self._finished_at: float | None = None
        self._cover_idle = False
        self._hidden: SeglScreen[None] | None = None
        self._put_off: list[tuple[SeglScreen[Any], Callable[[], object]]] = []
        self._open_until = 0.0

    def listen(self) -> None:
        """Hear the system's signals and watch the time; for a running app."""
        if self._guarded:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
                loop.add_signal_handler(number, self._ended_by, number)
            loop.add_signal_handler(signal.SIGUSR1, self._lock_now, ChildEnd.LOCK)
            loop.add_signal_handler(signal.SIGTSTP, self._lock_now, ChildEnd.LOCK_AND_STOP)
        self.set_interval(1.0, self.watch_the_time)

    @property
    def lockable(self) -> bool:
        """Whether there is something to lock: an open vault, or a passphrase that stands in a field or on a page."""
        return self.client is not None or any(
            isinstance(screen, SeglScreen) and screen.holds_secret for screen in self.screen_stack
        )

    @property
    def ending(self) -> bool:
        """Whether a lock or an end has begun."""
        return self._ending

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be locked, hidden or kept open before something is unlocked."""
        if action == "lock" and not self.lockable:
            return False
        if action in ("hide", "keep_open") and self.client is None:
            return False
        return super().check_action(action, parameters)

    async def action_lock(self) -> None:
        """Lock: save, close, and end this process; a hash or a seal under way is finished first, under a cover."""
        if not self.lockable or self._cover is not None:
            return
        if self.client is not None and self.client.busy:
            self._raise_cover(self.client)
        else:
            await self._end(ChildEnd.LOCK)

    def _raise_cover(self, client: VaultClient) -> None:
        from screens.cover import CoverScreen
        from store.secret import Secret

        async def knows(typed: str) -> bool:
            return await client.knows(Secret.from_text(typed))

        def lifted(_nothing: None) -> None:
            self._cover = None
            finished.stop()
            self._leave_what_waits()

        self.show_again()
        self.clear_notifications()
        cover = CoverScreen(knows)
        self.push_screen(cover, lifted)
        self._cover = cover
        finished = self.set_interval(FINISHED_AFTER, self._lock_when_finished)

    async def _lock_when_finished(self) -> None:
        """End as soon as what went on has ended and has had a moment to write down what came of it.

        Not under the hands of somebody who is typing the passphrase: the lock screen after it would begin empty.
        """
        idle_before, self._cover_idle = self._cover_idle, self.client is not None and not self.client.busy
        if self._cover is None or not (idle_before and self._cover_idle):
            self._finished_at = None
            return
        if self._finished_at is None:
            self._finished_at = self._clock()
        patience = self._clock() - self._finished_at < TYPING
        if not self._cover.trying and not (self._cover.holds_secret and patience):
            await self._end(ChildEnd.LOCK)

    def push_screen(self, *given: Any, **more: Any) -> Any:
        """Show a screen; what work under a cover brings up stays under it."""
        result = super().push_screen(*given, **more)
        cover, stack = self._cover or self._hidden, self._screen_stack
        if cover is not None and cover in stack and not getattr(self.screen, "NEUTRAL", False):
            stack.remove(cover)
            stack.append(cover)
        return result

    def notify(self, *given: Any, **more: Any) -> None:
        """Say something in a corner, but nothing over a cover."""
        if self._cover is None and self._hidden is None:
            super().notify(*given, **more)

    # Hidden for a moment: somebody has come in.

    def action_hide(self) -> None:
        """Show a neutral page at once, or what was there before it. It is no lock, and idleness still locks."""
        if self._hidden is not None:
            self.show_again()
        elif self.client is not None and self._cover is None:
            from screens.hidden import HiddenScreen, months

            self.draw_at_once(["", "", *(f"  {line}" for line in months(date.today()))])  # noqa: DTZ011
            self.clear_notifications()
            hidden = HiddenScreen()
            super().push_screen(hidden)
            self._hidden = hidden

    def draw_at_once(self, lines: list[str]) -> None:
        """Empty the terminal and write some lines, before a screen has been laid out: that takes a few frames."""
        if self._driver is not None:
            self._driver.write("\x1b[0m\x1b[H\x1b[2J" + "\r\n".join(lines[: self.size.height - 1]))
            self._driver.flush()

    def show_again(self) -> None:
        """Take the neutral page away, if there is one, and do what was put off meanwhile."""
        hidden, self._hidden = self._hidden, None
        if hidden is None:
            return
        while hidden in self._screen_stack and self.screen is not hidden:
            self.pop_screen()  # help or 112 above it
        if self.screen is hidden:
            self.pop_screen()
        self._leave_what_waits()

    def _leave_what_waits(self) -> None:
        waiting, self._put_off = self._put_off, []
        for screen, act in waiting:
            if screen in self._screen_stack:
                # Leaving takes away what is on top; something else may have come up meanwhile.
                self._screen_stack.remove(screen)
                self._screen_stack.append(screen)
                act()

    def put_off(self, screen: SeglScreen[Any], act: Callable[[], object]) -> bool:
        """Whether a screen below a cover or the neutral page has to wait with leaving, and will do it afterwards.

        Leaving takes away what is on top: the cover would go without a passphrase.
        """
        if (self._cover or self._hidden) is None or getattr(screen, "NEUTRAL", False) or screen is self.screen:
            return False
        self._put_off.append((screen, act))
        return True

    # Idleness.

    def action_keep_open(self) -> None:
        """Do not lock for half an hour, whether or not anybody touches a key; then the usual time counts again."""
        if self.client is None or self._cover is not None:
            return
        self._open_until = self._clock() + KEPT_OPEN
        self.notify(_("Segl stays open for 30 minutes. F9 locks at once."))

    async def on_event(self, event: events.Event) -> None:
        """Every key and click says that somebody is there; a mouse that drifts does not.

        Once a lock has begun they go nowhere: who locks and types on types the passphrase, into a field that is being
        saved.
        """
        if isinstance(event, _SOMEBODY):
            if self._ending:
                return
            self._touched = self._clock()
        await super().on_event(event)

    async def watch_the_time(self) -> None:
        """Lock when nobody has been there for the time agreed, and say so before."""
        from screens.idle import IdleScreen

        if not self.lockable or self._ending or self._cover is not None or not self.screen_stack:
            return  # without a screen, Segl is ending by other means
        left = max(self._touched + self._lock_after, self._open_until) - self._clock()
        counting = isinstance(self.screen, IdleScreen)
        if left <= 0:
            await self.action_lock()
        elif left <= min(COUNTDOWN, self._lock_after / 2):
            if not counting:
                self.push_screen(IdleScreen(kept=self.client is not None))
            if isinstance(self.screen, IdleScreen):
                self.screen.seconds = int(left) + 1
        elif counting:
            self.pop_screen()

    # The ends of a session.

    async def _end(self, code: int) -> None:
        """Save what is being typed, close the vault, and leave; a lock never waits for long, whatever the disk does."""
        if self._ending:
            return
        self._ending = True
        if self._guarded:
            hard = threading.Timer(HARD_END, os._exit, (code or 1,))
            hard.daemon = True
            hard.start()
        for screen in self.screen_stack:
            try:
                if isinstance(screen, SeglScreen):
                    await screen.keep_draft()
            except Exception as error:  # noqa: BLE001 - whatever it is, the vault is closed and the screen emptied
                self._take(error)
        try:
            if self.courier is not None:
                await self.courier.flush()
        except Exception as error:  # noqa: BLE001 - as above
            self._take(error)
        try:
            if self.client is not None:
                await self.client.close()
        except Exception as error:  # noqa: BLE001 - as above
            self._take(error)
        self.exit(return_code=code)

    def _lock_now(self, code: int) -> None:
        self._in_background(self._end(code))

    def _ended_by(self, number: int) -> None:
        self._in_background(self._end(128 + number) if number != signal.SIGHUP else self._hung_up())

    async def _hung_up(self) -> None:
        """The terminal has gone: there is nothing to draw on and nobody to tell."""
        await self._end(128 + signal.SIGHUP)
        os._exit(128 + signal.SIGHUP)

    def _in_background(self, work: Any) -> None:
        self._last_task = asyncio.get_running_loop().create_task(work)
