"""The shell: which screen comes first, what every screen may ask for, and the ways in which a session ends."""

from __future__ import annotations

import asyncio
import gc
import importlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from guidance.errors import SeglError
from guidance.language import current_language, set_language
from screens.base import COMMON_BINDINGS, SeglScreen
from screens.widgets.clean import CleanLines
from tui.guard.start import ChildEnd, Start
from tui.keymap import key_display
from tui.theme import ANSI, THEMES, choose

if TYPE_CHECKING:
    from screens.set_up import SetUpScreen
    from screens.unlock import UnlockScreen
    from store.client import VaultClient
    from store.home import Home, VaultRef
    from tui.crash import Crashes

COUNTDOWN: Final = 30.0
"""Seconds before locking in which the screen says so."""
PRELOAD_AFTER: Final = 0.2
"""Seconds until the rest is loaded: the first frame is not to share the processor with it."""
HARD_END: Final = 4.0
"""Seconds that saving and closing may take before the process ends all the same; less than the guard's patience."""
_SOMEBODY: Final = (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)
FINISHED_AFTER: Final = 0.5
"""Seconds between two looks at whether work under a cover has ended."""
_SCREENS: Final = Path(__file__).parent.parent / "screens"


def boot_time() -> float:
    """Seconds on a clock that goes on while the machine sleeps, so that it wakes up locked."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class SeglApp(App[None]):
    """Segl's screens in one process, from the first frame to a lock or an end."""

    TITLE = "Segl"
    ENABLE_COMMAND_PALETTE = False
    COMMANDS = set()  # noqa: RUF012 - as Textual declares it
    CSS_PATH = _SCREENS / "segl.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [replace(binding, priority=True) for binding in COMMON_BINDINGS]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-tall")]  # noqa: RUF012
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-wide")]  # noqa: RUF012

    def __init__(
        self,
        home: Home,
        start: Start | None = None,
        *,
        crashes: Crashes | None = None,
        clock: Callable[[], float] = boot_time,
        guarded: bool = False,
    ) -> None:
        """Make the app.

        Args:
            home: where the vaults are.
            start: how the guard started this process.
            crashes: takes what nobody foresaw.
            clock: seconds, never backwards; decides when to lock.
            guarded: True in the guard's child, where signals mean something.
        """
        self.start = start or Start()
        colours = choose(os.environ, self.start.theme)
        super().__init__(ansi_color=True if colours == ANSI else None)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = colours
        self.home = home
        self.demo = self.start.demo is not None
        self.client: VaultClient | None = None
        self._clean = CleanLines()
        self._crashes = crashes
        self._clock = clock
        self._guarded = guarded
        self._touched = clock()
        self._ending = False
        self._cover: SeglScreen[None] | None = None
        self._cover_idle = False
        self._language_chosen = self.start.language is not None

    # Who is first, and what follows.

    def get_default_screen(self) -> Screen[Any]:
        """The lock screen where there is a vault, else the welcome: nothing else is loaded before the first frame."""
        try:
            vaults = self.home.vaults()
        except (SeglError, OSError) as error:
            self.call_after_refresh(self._show_first_failure, error)
            vaults = ()
        screen = self._first(vaults)
        for path in screen.css_path:  # which Textual reads for every screen but the first
            self.stylesheet.read(path)
        return screen

    def _first(self, vaults: tuple[VaultRef, ...]) -> Screen[Any]:
        if vaults:
            from screens.unlock import UnlockScreen

            return UnlockScreen(vaults, chosen=self.start.vault, hint=self._hint())
        if self.demo:
            from screens.demo import DemoScreen

            return DemoScreen(self._prepare_demo)
        from screens.welcome import WelcomeScreen

        return WelcomeScreen()

    def _hint(self) -> str:
        if not self.demo:
            return ""
        from tui.demo import PASSPHRASE

        return PASSPHRASE

    def _prepare_demo(self) -> None:
        from tui.demo import prepare

        prepare(self.home.root)

    async def on_demo_screen_prepared(self) -> None:
        """Unlock the invented office like any other."""
        from screens.unlock import UnlockScreen

        await self.push_screen(UnlockScreen(self.home.vaults(), hint=self._hint()))

    def _show_first_failure(self, error: SeglError | OSError) -> None:
        if not isinstance(error, SeglError):
            raise error
        if isinstance(self.screen, SeglScreen):
            self.screen.show_error(error)

    def on_mount(self) -> None:
        """Listen to the system, watch the time, and load the rest while the person is reading."""
        if self._guarded:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
                loop.add_signal_handler(number, self._ended_by, number)
            loop.add_signal_handler(signal.SIGUSR1, self._lock_now, ChildEnd.LOCK)
            loop.add_signal_handler(signal.SIGTSTP, self._lock_now, ChildEnd.LOCK_AND_STOP)
        self.set_interval(1.0, self.watch_the_time)
        self.set_timer(PRELOAD_AFTER, self._preload)

    def _preload(self) -> None:
        gc.enable()
        threading.Thread(target=load_the_rest, name="preload", daemon=True).start()

    def on_welcome_screen_set_up_chosen(self) -> None:
        """Ask what setting up asks."""
        self._set_up()

    def on_unlock_screen_new_vault_wanted(self) -> None:
        """The same for another vault."""
        self._set_up()

    def _set_up(self) -> None:
        from screens.set_up import SetUpScreen

        self.push_screen(SetUpScreen(self.home))

    async def on_welcome_screen_demo_chosen(self) -> None:
        """Go to the invented office."""
        await self._end(ChildEnd.DEMO)

    def on_set_up_screen_vault_made(self, message: SetUpScreen.VaultMade) -> None:
        """From now on there is something to lock."""
        self.client = message.client
        self._language_chosen = True
        self.refresh_bindings()

    async def on_set_up_screen_finished(self) -> None:
        """Begin with the vault that was just made."""
        if self.client is not None:
            await self.open_cases(self.client)

    async def on_unlock_screen_unlocked(self, message: UnlockScreen.Unlocked) -> None:
        """Begin with a vault that was there."""
        await self.open_cases(message.client)

    async def open_cases(self, client: VaultClient) -> None:
        """Show what is to be done in a vault that has just been opened, above the screen that came first."""
        from screens.today import TodayScreen
        from store.casework import Casework

        self.client = client
        self._touched = self._clock()
        if not self._language_chosen:
            office = await client.do(Casework.office)
            set_language(office.language)
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.push_screen(TodayScreen())
        noticed = [*(one.words for one in client.warnings), *(one.words for one in client.alarms)]
        if noticed:
            from screens.notice import NoticeScreen

            await self.push_screen(NoticeScreen(noticed))

    # What every screen may ask for.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be locked before something is unlocked."""
        if action == "lock" and not self.lockable:
            return False
        return super().check_action(action, parameters)

    @property
    def lockable(self) -> bool:
        """Whether there is something to lock: an open vault, or a passphrase that stands in a field or on a page."""
        return self.client is not None or any(
            isinstance(screen, SeglScreen) and screen.holds_secret for screen in self.screen_stack
        )

    def action_emergency(self) -> None:
        """Show 112 and the crisis lines over whatever is on the screen; the same key takes them away."""
        from screens.emergency import EmergencyScreen

        if isinstance(self.screen, EmergencyScreen):
            self.pop_screen()
        else:
            self.push_screen(EmergencyScreen())

    def action_show_help(self) -> None:
        """Show the keys of the screen below; the same key takes them away."""
        from screens.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.pop_screen()
        else:
            self.push_screen(HelpScreen(self.screen))

    async def action_switch_language(self) -> None:
        """Speak the other language from now on."""
        await self.action_set_language("en" if current_language() == "da" else "da")

    async def action_set_language(self, language: str) -> None:
        """Speak a language on every screen there is."""
        set_language("en" if language == "en" else "da")
        self._language_chosen = True
        for screen in self.screen_stack:
            if isinstance(screen, SeglScreen):
                await screen.refresh_language()

    def action_next_theme(self) -> None:
        """Change the colours."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0]

    def action_help_quit(self) -> None:
        """Ctrl+C neither quits nor says English things."""

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

        self.clear_notifications()
        cover = CoverScreen(knows)
        self.push_screen(cover, lifted)
        self._cover = cover
        finished = self.set_interval(FINISHED_AFTER, self._lock_when_finished)

    async def _lock_when_finished(self) -> None:
        """End as soon as what went on has ended and has had a moment to write down what came of it."""
        idle_before, self._cover_idle = self._cover_idle, self.client is not None and not self.client.busy
        if self._cover is not None and idle_before and self._cover_idle:
            await self._end(ChildEnd.LOCK)

    def push_screen(self, *given: Any, **more: Any) -> Any:
        """Show a screen; what work under a cover brings up stays under it."""
        result = super().push_screen(*given, **more)
        cover, stack = self._cover, self._screen_stack
        if cover is not None and cover in stack and not getattr(self.screen, "NEUTRAL", False):
            stack.remove(cover)
            stack.append(cover)
        return result

    def notify(self, *given: Any, **more: Any) -> None:
        """Say something in a corner, but nothing over a cover."""
        if self._cover is None:
            super().notify(*given, **more)

    async def action_leave(self) -> None:
        """Save, close and end Segl; from the invented office, go back to the real start."""
        await self._end(ChildEnd.DEMO_OVER if self.demo else 0)

    async def action_quit(self) -> None:
        """The same as leaving."""
        await self.action_leave()

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

    # Idleness.

    async def on_event(self, event: events.Event) -> None:
        """Every key and click says that somebody is there; a mouse that drifts does not."""
        if isinstance(event, _SOMEBODY):
            self._touched = self._clock()
        await super().on_event(event)

    async def watch_the_time(self) -> None:
        """Lock when nobody has been there for the time agreed, and say so before."""
        from screens.idle import IdleScreen

        if not self.lockable or self._ending or self._cover is not None:
            return
        left = self.start.lock_after - (self._clock() - self._touched)
        counting = isinstance(self.screen, IdleScreen)
        if left <= 0:
            await self.action_lock()
        elif left <= min(COUNTDOWN, self.start.lock_after / 2):
            if not counting:
                self.push_screen(IdleScreen(kept=self.client is not None))
            if isinstance(self.screen, IdleScreen):
                self.screen.seconds = int(left) + 1
        elif counting:
            self.pop_screen()

    # What Textual would do and Segl does not.

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Nothing a person wrote reaches the terminal as anything but text."""
        return [*super().get_line_filters(), self._clean]

    def get_key_display(self, binding: Binding) -> str:
        """A key as people write it."""
        return key_display(binding)

    def copy_to_clipboard(self, text: str) -> None:
        """Keep a copied text inside Segl: the terminal's clipboard (OSC 52) outlives the lock."""
        self._clipboard = text

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing: a browser is outside the vault."""

    def deliver_screenshot(self, *_args: object, **_more: object) -> str | None:
        """Take no picture of a case."""
        return None

    def deliver_text(self, *_args: object, **_more: object) -> str | None:
        """Write no file."""
        return None

    def deliver_binary(self, *_args: object, **_more: object) -> str | None:
        """Write no file."""
        return None

    def save_screenshot(self, *_args: object, **_more: object) -> str:
        """Take no picture of a case."""
        return ""

    def action_screenshot(self, *_args: object, **_more: object) -> None:
        """Take no picture of a case."""

    def _take(self, error: BaseException | None) -> None:
        if self._crashes is not None:
            self._crashes.take(error)

    def _handle_exception(self, error: Exception) -> None:
        self._take(error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without printing the values that were in use."""
        self._close_messages_no_wait()

    def panic(self, *_renderables: object) -> None:
        """End without printing anything."""
        self._take(sys.exc_info()[1])
        self._return_code = 1
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()


def load_the_rest() -> None:
    """Import what comes after the first screen, so that it is there when it is wanted."""
    for name in (
        "store.client",
        "screens.today",
        "screens.case_list",
        "screens.case",
        "screens.emergency",
        "screens.help",
    ):
        importlib.import_module(name)
