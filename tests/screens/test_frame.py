"""The line of keys, the help, a failure, a question: what all screens share."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

import pytest
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.widgets import Button, Input

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import N_
from screens.base import SeglScreen
from screens.confirm import Confirm
from screens.failure import FailureScreen
from screens.help import HelpScreen
from screens.widgets.frame import KeyLine, TitleBar
from screens.widgets.plain import Plain
from tests.screens.stage import press, seen, settle, stage
from tui.guard.start import Start


class Refused(SeglError):
    """A foreseen failure."""

    code = "refused-here"
    exit_code = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(happened="It happened [b].", safe="Nothing is lost.", todo="Try again.")


class Work(SeglScreen[None]):
    """A screen with keys of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "go", N_("Note")),
        Binding("x", "never", N_("Never")),
        *(Binding(f"f{number}", f"go({number})", "A rather long description") for number in (3, 4, 5, 6, 7)),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.done = 0
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.answer: bool | None = None

    def heading(self) -> str:
        return "Work"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "never"

    def action_go(self, _number: int = 0) -> None:
        self.run_work(self.slow())

    async def slow(self) -> None:
        await self.may_end.wait()
        self.done += 1

    async def fail(self) -> None:
        raise Refused

    async def ask(self) -> None:
        self.answer = await self.confirmed("Sure?")


async def test_the_keys_that_fit_are_shown_and_help_and_emergency_always(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        app.push_screen(Work())
        await settle(pilot)
        line = app.screen.query_one(KeyLine)
        for width in (20, 30, 80, 200):
            keys = line.keys(width)
            assert sum(key.width for key in keys) - 2 <= width or len(keys) == 1
            assert "F2" in [key.display for key in keys]
            assert [key.display for key in keys][-2:] == ["F2", "F1"] or width < 30
        assert line.keys(80)[0].display == "n"
        assert "x" not in [key.display for key in line.keys(500)]


async def test_help_lists_the_keys_of_the_screen_in_the_current_language(tmp_path: Path) -> None:
    async with stage(tmp_path, start=Start(language="da")) as (app, pilot):
        app.push_screen(Work())
        await press(pilot, "f1")
        assert isinstance(app.screen, HelpScreen)
        words = seen(app)
        assert "Notat" in words
        assert "Akut hjælp" in words
        assert "Never" not in words
        assert "Focus Next" not in words
        await press(pilot, "f1")
        assert isinstance(app.screen, Work)


async def test_a_foreseen_failure_is_shown_and_the_work_goes_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        work = Work()
        app.push_screen(work)
        await settle(pilot)
        work.run_work(work.fail())
        await settle(pilot)
        assert isinstance(app.screen, FailureScreen)
        for words in ("It happened [b].", "Nothing is lost.", "Try again.", "refused-here"):
            assert words in seen(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, Work)


async def test_the_same_work_is_not_done_twice_at_a_time(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        work = Work()
        app.push_screen(work)
        await settle(pilot)
        work.may_end.clear()
        await pilot.press("n", "n", "n")
        work.may_end.set()
        await settle(pilot)
        assert work.done == 1
        await press(pilot, "n")
        assert work.done == 2


async def test_a_question_answered_by_habit_changes_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        work = Work()
        app.push_screen(work)
        await settle(pilot)
        for keys, answer in ((("enter",), False), (("escape",), False), (("tab", "enter"), True)):
            work.run_work(work.ask())
            await settle(pilot)
            assert isinstance(app.screen, Confirm)
            assert isinstance(app.focused, Button)
            await press(pilot, *keys)
            assert work.answer is answer


async def test_a_demo_is_marked_on_every_screen_and_real_work_on_none(tmp_path: Path) -> None:
    for demo in (True, False):
        async with stage(tmp_path) as (app, pilot):
            app.demo = demo
            for screen in (Work(), FailureScreen(Diagnostics(happened="x"), "y"), HelpScreen(app.screen)):
                app.push_screen(screen)
                await settle(pilot)
                assert ("DEMO" in str(app.screen.query_one(TitleBar).render())) is demo
                assert app.screen.query(Plain) or isinstance(screen, Work)


class SlowField(Input):
    """A field that has much to do at each key, as on a busy machine."""

    async def _on_key(self, event: events.Key) -> None:
        await asyncio.sleep(0.1)
        await super()._on_key(event)


class TwoFields(SeglScreen[None]):
    """Two fields one after the other."""

    AUTO_FOCUS = "#first"

    def body(self) -> ComposeResult:
        yield SlowField(id="first")
        yield Input(id="second")


@pytest.mark.parametrize("cured", [True, False])
async def test_letters_typed_behind_tab_come_to_the_next_field(tmp_path: Path, cured: bool) -> None:
    async with stage(tmp_path) as (app, pilot):
        await app.push_screen(TwoFields())
        if not cured:  # Textual's own Tab, as a control: it is passed on from the field, after the letters
            app._bindings.key_to_bindings.pop("tab")
            app.screen._bindings.key_to_bindings["tab"] = [Binding("tab", "app.focus_next")]
        for key in ("a", "tab", "b"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await asyncio.sleep(0.5)
        await settle(pilot)
        values = [app.screen.query_one(f"#{id}", Input).value for id in ("first", "second")]
        assert values == (["a", "b"] if cured else ["ab", ""])


@pytest.mark.parametrize("ending", [False, True])
async def test_work_that_meets_a_closed_vault_while_segl_locks_is_no_fault(tmp_path: Path, ending: bool) -> None:
    """Control: at any other time it is shown."""
    async with stage(tmp_path) as (app, pilot):
        app._ending = ending
        assert isinstance(app.screen, SeglScreen)
        app.screen.show_error(Refused())
        await settle(pilot)
        assert isinstance(app.screen, FailureScreen) is not ending
        app._ending = False


async def test_a_page_that_is_left_while_it_fetches_does_not_bring_segl_down(tmp_path: Path) -> None:
    """Escape twice in a moment: what the page below has begun to fetch meets a page that is gone."""

    class Fetching(SeglScreen[None]):
        async def fill(self) -> None:
            await self.query("*").remove()
            self.query_one("#gone")

    async with stage(tmp_path) as (app, pilot):
        left = Fetching()
        await app.push_screen(left)
        await app.pop_screen()
        await left._shown(left.fill())
        # The control: of a page that is shown, it is a fault.
        shown = Fetching()
        await app.push_screen(shown)
        await settle(pilot)
        with pytest.raises(NoMatches):
            await shown._shown(shown.fill())
