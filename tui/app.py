"""The shell: which screen comes first, what follows it, and what every screen may ask for."""

from __future__ import annotations

import gc
import importlib
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.screen import Screen

from guidance.errors import SeglError
from guidance.language import current_language, set_language
from screens.base import COMMON_BINDINGS, FOCUS_BINDINGS, SeglScreen
from tui.guard.start import ChildEnd, Start
from tui.keymap import key_display
from tui.locking import LockingApp, boot_time
from tui.stylesheet import ParsedOnce
from tui.theme import ANSI, THEMES, choose

if TYPE_CHECKING:
    from screens.new_workstation import NewWorkstationScreen
    from screens.recover import RecoverScreen
    from screens.restore import RestoreScreen
    from screens.set_up import SetUpScreen
    from screens.unlock import UnlockScreen
    from store.client import VaultClient
    from store.exchange.post import Round
    from store.home import Home, VaultRef
    from tui.crash import Crashes

PRELOAD_AFTER: Final = 0.2
"""Seconds until the rest is loaded: the first frame is not to share the processor with it."""
_SCREENS: Final = Path(__file__).parent.parent / "screens"


class SeglApp(LockingApp):
    """Segl's screens in one process, from the first frame to a lock or an end."""

    TITLE = "Segl"
    CSS_PATH = _SCREENS / "segl.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        replace(binding, priority=True) for binding in (*COMMON_BINDINGS, *FOCUS_BINDINGS)
    ]
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
        super().__init__(
            lock_after=self.start.lock_after,
            clock=clock,
            guarded=guarded,
            ansi_color=True if colours == ANSI else None,
            crashes=crashes,
        )
        self.stylesheet = ParsedOnce(variables=self.get_css_variables())
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = colours
        self.home = home
        self.demo = self.start.demo is not None
        self._language_chosen = self.start.language is not None
        self._by_words = False

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
        self.listen()
        self.set_timer(PRELOAD_AFTER, self._preload)

    def _preload(self) -> None:
        gc.enable()
        threading.Thread(target=self._while_reading, name="preload", daemon=True).start()

    def _while_reading(self) -> None:
        load_the_rest()
        from store.unfinished import sweep

        sweep(self.home)

    def on_welcome_screen_set_up_chosen(self) -> None:
        """Ask what setting up asks."""
        self._set_up()

    def on_welcome_screen_join_chosen(self) -> None:
        """Ask what joining an office asks."""
        self._set_up(joining=True)

    def on_unlock_screen_new_vault_wanted(self) -> None:
        """The same for another vault."""
        self._set_up()

    def on_unlock_screen_forgotten(self, message: UnlockScreen.Forgotten) -> None:
        """Ask for the words of the recovery."""
        from screens.recover import RecoverScreen

        self.push_screen(RecoverScreen(message.vault))

    async def on_recover_screen_recovered(self, message: RecoverScreen.Recovered) -> None:
        """Begin with a vault that the words opened; its owner is told at the next unlocking too."""
        self._by_words = True
        await self.open_cases(message.client)

    def on_welcome_screen_restore_chosen(self) -> None:
        """Ask where the backup lies and what opens it."""
        from screens.restore import RestoreScreen

        self.push_screen(RestoreScreen(self.home))

    async def on_restore_screen_restored(self, message: RestoreScreen.Restored) -> None:
        """Begin with the vault that was made of a backup, and say what to know of it."""
        from screens.notice import NoticeScreen

        await self.open_cases(message.client)
        await self.push_screen(NoticeScreen([partial(str, words) for words in message.said]))

    def on_welcome_screen_workstation_chosen(self) -> None:
        """Ask for the person's card from the workstation before."""
        from screens.new_workstation import NewWorkstationScreen

        self.push_screen(NewWorkstationScreen(self.home))

    async def on_new_workstation_screen_made(self, message: NewWorkstationScreen.Made) -> None:
        """Begin with the new vault, and show at once what has to be let count on the workstation before."""
        from screens.my_card import MyCardScreen
        from store.casework import Casework

        await self.open_cases(message.client)
        await self.push_screen(MyCardScreen(await message.client.do(Casework.carried_card)))

    def on_set_up_screen_recovery_wanted(self) -> None:
        """Make the recovery of the vault that was just made, above what set-up ends with."""
        from screens.vault import VaultScreen

        if self.client is not None:
            self.push_screen(VaultScreen(self.client, make=True))

    def _set_up(self, *, joining: bool = False) -> None:
        from screens.set_up import SetUpScreen

        self.push_screen(SetUpScreen(self.home, joining=joining))

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
        self._send_courier(client)
        noticed: list[Callable[[], str]] = [one.words for one in client.warnings]
        noticed += [one.words for one in client.alarms]
        noticed += [one.words for one in client.settled]
        if noticed:
            from screens.notice import NoticeScreen

            await self.push_screen(NoticeScreen(noticed), lambda _read: self._notice_read(client))

    def _notice_read(self, client: VaultClient) -> None:
        """A use of the recovery was shown; it stays on record, and is not shown again."""
        from store.casework import Casework
        from store.vault_warnings import VaultWarning

        if VaultWarning.RECOVERY_USED in client.warnings and not self._by_words:
            self.run_worker(client.do(Casework.see_recovery_use))
        self._by_words = False

    def _send_courier(self, client: VaultClient) -> None:
        """Between the vaults of this workstation, what is written goes to colleagues and what came is taken in."""
        from store.exchange.courier import Courier

        self.courier = Courier(client, self.home, told=self._tell_what_came)
        self.run_worker(self.courier.run(), group="courier", exclusive=True, exit_on_error=True)

    def _tell_what_came(self, done: Round) -> None:
        from screens.today import TodayScreen

        if done.came.changed or done.came.cards_wanted:
            self.notify("\n".join(done.came.words()), markup=False, timeout=8)
        if isinstance(self.screen, TodayScreen):
            # What waits, and what is to be done, is not what it was.
            self.screen.on_screen_resume()

    # What every screen may ask for.

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

    def action_move_focus(self, by: int) -> None:
        """Tab and Shift+Tab."""
        if isinstance(self.screen, SeglScreen):
            self.screen.move_focus(by)

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

    async def action_leave(self) -> None:
        """Save, close and end Segl; from the invented office, go back to the real start."""
        await self._end(ChildEnd.DEMO_OVER if self.demo else 0)

    async def action_quit(self) -> None:
        """The same as leaving."""
        await self.action_leave()

    def get_key_display(self, binding: Binding) -> str:
        """A key as people write it."""
        return key_display(binding)


def load_the_rest() -> None:
    """Import what comes after the first screen, so that it is there when it is wanted."""
    for name in (
        "store.client",
        "screens.today",
        "screens.case_list",
        "screens.case",
        "screens.emergency",
        "screens.help",
        "screens.hidden",
    ):
        importlib.import_module(name)
