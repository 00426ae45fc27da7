"""What the shell promises: nothing leaks out of Textual, idleness locks, keys and language work everywhere."""

from __future__ import annotations

import asyncio
import inspect
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from rich.segment import Segment
from textual import events
from textual.app import App
from textual.color import Color
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import DataTable, Input, Label, OptionList, Static, TextArea
from textual.worker import WorkerFailed

from guidance.language import current_language
from screens.base import SeglScreen
from screens.emergency import EmergencyScreen
from screens.idle import IdleScreen
from screens.set_up import SetUpScreen
from screens.set_up_pages import PAGES
from screens.today import TodayScreen
from screens.unlock import UnlockScreen
from screens.widgets.clean import CleanLines, clean
from screens.widgets.plain import Plain
from store.home import Home
from tests.screens.stage import PASSPHRASE, Clock, make_vault, press, seen, settle, stage
from tui.app import SeglApp
from tui.crash import Crashes, places
from tui.guard.start import ChildEnd, Start
from tui.keymap import NOT_ON_DANISH_KEYBOARDS, key_display
from tui.locking import boot_time
from tui.quiet import QuietApp

HOSTILE = "a\x1b]52;c;aGVq\x07b\x1b[2Jc\x9b31md\u202ee\u2066f\x00g\u200dh"


def test_clean_takes_out_what_steers_and_keeps_joiners() -> None:
    assert clean(HOSTILE) == "a]52;c;aGVqb[2Jc31mdefg\u200dh"
    (segment,) = CleanLines().apply([Segment(HOSTILE)], Color(0, 0, 0))
    assert segment.text == clean(HOSTILE)


class Hostile(App[None]):
    """Every widget with hostile text, in an app whose filter is given."""

    def __init__(self, *, cleaned: bool) -> None:
        super().__init__()
        self.cleaned = cleaned

    def get_line_filters(self) -> Any:
        return [*super().get_line_filters(), *([CleanLines()] if self.cleaned else [])]

    def compose(self) -> Any:
        yield Static(Content(HOSTILE))
        yield Label(Content(HOSTILE))
        yield Plain(HOSTILE)
        yield Input(HOSTILE)
        yield TextArea(HOSTILE)
        yield OptionList(Content(HOSTILE))
        table: DataTable[Content] = DataTable()
        table.add_column("x")
        table.add_row(Content(HOSTILE))
        yield table


def _drawn(app: App[None]) -> str:
    return "".join(segment.text for strip in app.screen._compositor.render_strips() for segment in strip)


async def test_no_widget_draws_a_steering_character() -> None:
    steering = set("\x1b\x9b\u202e\u2066\x00\x07")
    app = Hostile(cleaned=True)
    async with app.run_test(size=(100, 60)) as pilot:
        await pilot.pause()
        assert not steering & set(_drawn(app))
    control = Hostile(cleaned=False)
    async with control.run_test(size=(100, 60)) as pilot:
        await pilot.pause()
        assert steering & set(_drawn(control))


async def test_markup_in_peoples_text_is_text(tmp_path: Path) -> None:
    async with stage(tmp_path) as (app, pilot):
        await app.screen.mount(Plain("[/b] [@click=app.leave]x[/] [red]", id="hostile"))
        await settle(pilot)
        assert "[/b] [@click=app.leave]x[/] [red]" in str(app.screen.query_one("#hostile", Plain).content)


def test_the_private_hooks_that_are_overridden_still_exist() -> None:
    for name in ("_fatal_error", "_handle_exception", "_print_error_renderables", "_close_messages_no_wait"):
        assert callable(getattr(App, name))
        assert name in vars(QuietApp) or name == "_close_messages_no_wait"
    assert "self._fatal_error()" in inspect.getsource(App._handle_exception)


def crash() -> None:
    """Crash with a secret in a local variable."""
    secret = "Rosinante Kvikgaas"
    raise ZeroDivisionError(secret)


async def test_a_crash_prints_nothing_and_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crashes = Crashes(tmp_path)
    app = SeglApp(Home(tmp_path), crashes=crashes)
    with pytest.raises(ZeroDivisionError):
        async with app.run_test() as pilot:
            app.call_later(crash)
            await pilot.pause()
    shown = capsys.readouterr()
    assert app.return_code == 1
    assert "Rosinante" not in shown.out + shown.err
    assert crashes.code.startswith("SEGL-")


async def test_control_textual_alone_prints_the_secret(capsys: pytest.CaptureFixture[str]) -> None:
    app: App[None] = App()
    with pytest.raises(ZeroDivisionError):
        async with app.run_test() as pilot:
            app.call_later(crash)
            await pilot.pause()
    assert "Rosinante" in capsys.readouterr().err


def test_a_report_holds_types_and_places_only() -> None:
    def inner(secret: str) -> None:
        raise ValueError(secret)

    try:
        try:
            inner("Rosinante")
        except ValueError as error:
            raise RuntimeError("Kvikgaas") from error
    except RuntimeError as error:
        text = "\n".join(places(error))
    assert "builtins.RuntimeError" in text
    assert "builtins.ValueError" in text
    assert "tests/tui/test_app.py" in text
    assert "Rosinante" not in text
    assert "Kvikgaas" not in text


async def test_what_went_wrong_in_a_worker_is_in_the_report(tmp_path: Path) -> None:
    crashes = Crashes(tmp_path)
    app = SeglApp(Home(tmp_path), crashes=crashes)

    async def crash_there() -> None:
        crash()

    with pytest.raises(WorkerFailed):
        async with app.run_test() as pilot:
            app.run_worker(crash_there())
            await pilot.pause()
    (report,) = (tmp_path / "crashes").iterdir()
    assert "builtins.ZeroDivisionError" in report.read_text()
    assert "Rosinante" not in report.read_text()


def test_exceptions_of_threads_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crashes = Crashes(tmp_path)
    for hook in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(f"sys.{hook}", getattr(__import__("sys"), hook))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    crashes.install()
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    assert crashes.code


def test_exceptions_that_reach_the_top_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    crashes = Crashes(tmp_path)
    for hook in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(sys, hook, getattr(sys, hook))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    crashes.install()
    error = RuntimeError("Rosinante")
    sys.excepthook(RuntimeError, error, None)
    assert crashes.code.startswith("SEGL-")
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="the system has no clock that counts sleep")
def test_time_asleep_counts_as_idle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert before <= boot_time() <= time.clock_gettime(time.CLOCK_BOOTTIME)
    clocks = {time.CLOCK_BOOTTIME: 5000.0}
    monkeypatch.setattr(time, "clock_gettime", clocks.__getitem__)
    assert boot_time() == 5000.0
    assert SeglApp(Home(tmp_path))._clock is boot_time


async def test_nothing_is_copied_out_and_no_picture_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(tmp_path) as (app, pilot):
        written: list[str] = []
        assert app._driver is not None
        monkeypatch.setattr(app._driver, "write", written.append)
        app.copy_to_clipboard("Rosinante")
        assert not any("]52" in text for text in written)
        App.copy_to_clipboard(app, "Rosinante")
        assert any("]52" in text for text in written)
        assert app.deliver_screenshot() is None
        assert app.save_screenshot() == ""
        before = set(tmp_path.rglob("*"))
        await app.run_action("app.screenshot")
        await press(pilot, "ctrl+p")
        assert set(tmp_path.rglob("*")) == before
        assert not isinstance(app.screen, ModalScreen)


@pytest.mark.parametrize("cured", [True, False])
async def test_a_paste_of_several_lines_into_one_line_loses_nothing(tmp_path: Path, cured: bool) -> None:
    """Control: the same field in a bare Textual app keeps the first line in silence."""

    class Bare(App[None]):
        def compose(self) -> Any:
            yield Input()

    if cured:
        async with stage(tmp_path) as (app, pilot):
            field = Input(id="pasted")
            await app.screen.mount(field)
            app.screen.set_focus(field)
            await settle(pilot)
            await app.on_event(events.Paste("Vestergade 1\r\n\n 9000 Nordby\n"))
            await settle(pilot)
            assert field.value == "Vestergade 1 9000 Nordby"
    else:
        bare = Bare()
        async with bare.run_test() as bare_pilot:
            bare.screen.set_focus(bare.query_one(Input))
            await bare.on_event(events.Paste("Vestergade 1\n9000 Nordby"))
            await bare_pilot.pause()
            assert bare.query_one(Input).value == "Vestergade 1"


async def test_idleness_counts_down_and_then_locks(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    clock = Clock()
    async with stage(tmp_path, clock=clock) as (app, pilot):
        await _unlock(app, pilot)
        clock.now += 275
        await app.watch_the_time()
        await settle(pilot)
        assert isinstance(app.screen, IdleScreen)
        assert "25" in str(app.screen.query_one("#count", Plain).content) or app.screen.seconds == 26
        await press(pilot, "x")
        assert isinstance(app.screen, TodayScreen)
        clock.now += 200
        await app.watch_the_time()
        assert app.return_code is None
        clock.now += 101
        await app.watch_the_time()
        assert app.return_code == ChildEnd.LOCK
        assert app.client is not None


async def test_nothing_locks_before_something_is_unlocked(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    clock = Clock()
    async with stage(tmp_path, clock=clock) as (app, pilot):
        clock.now += 10_000
        await app.watch_the_time()
        await press(pilot, "f9")
        assert app.return_code is None
        assert isinstance(app.screen, UnlockScreen)


async def test_a_passphrase_half_typed_at_the_lock_does_not_wait_for_the_next_person(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    clock = Clock()
    async with stage(tmp_path, clock=clock) as (app, pilot):
        await press(pilot, "x", "y")
        clock.now += 301
        await app.watch_the_time()
        assert app.return_code == ChildEnd.LOCK


@pytest.mark.parametrize("by_key", [True, False])
async def test_a_passphrase_in_set_up_does_not_wait_for_the_next_person(tmp_path: Path, by_key: bool) -> None:
    clock = Clock()
    async with stage(tmp_path, clock=clock) as (app, pilot):
        screen = SetUpScreen(app.home)
        await app.push_screen(screen)
        await settle(pilot)
        await press(pilot, "f9")
        clock.now += 301
        await app.watch_the_time()
        assert app.return_code is None, "nothing secret has been asked yet"
        # A person turns a page by a key. Turned by none, the app's own look at the time might come between.
        app._touched = clock.now
        await screen._turn(next(n for n, page in enumerate(PAGES) if page.id == "passphrase"))
        await settle(pilot)
        await press(pilot, "x")
        assert screen.holds_secret
        if by_key:
            await press(pilot, "f9")
        else:
            clock.now += 280
            await app.watch_the_time()
            await settle(pilot)
            assert isinstance(app.screen, IdleScreen)
            assert "kept" not in seen(app)
            clock.now += 21
            await app.watch_the_time()
        assert app.return_code == ChildEnd.LOCK


async def test_the_time_is_looked_at_no_more_when_the_last_screen_is_gone(tmp_path: Path) -> None:
    """The look comes once a second, and can come between the end of the screens and that of the app."""
    await make_vault(Home(tmp_path))
    clock = Clock()
    async with stage(tmp_path, clock=clock) as (app, pilot):
        await _unlock(app, pilot)
        screens = list(app._screen_stack)
        clock.now += 280
        app._screen_stack.clear()
        try:
            await app.watch_the_time()
        finally:
            app._screen_stack.extend(screens)
        # The control: with a screen, the same look begins to count.
        await app.watch_the_time()
        assert isinstance(app.screen, IdleScreen)


async def test_a_draft_that_cannot_be_kept_does_not_cost_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []

    async def keep(screen: SeglScreen[Any]) -> None:
        kept.append(type(screen).__name__)
        raise OSError

    async with stage(tmp_path) as (app, pilot):
        await press(pilot, "f2")
        monkeypatch.setattr(SeglScreen, "keep_draft", keep)
        await app.action_leave()
    assert len(kept) == 2


async def test_what_is_typed_once_a_lock_has_begun_comes_into_no_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who locks and types on types the passphrase; a field whose words are still to be kept would take it along."""
    go_on = asyncio.Event()

    async def keep(_screen: SeglScreen[Any]) -> None:
        await go_on.wait()

    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        monkeypatch.setattr(SeglScreen, "keep_draft", keep)
        await press(pilot, "x")
        locking = asyncio.ensure_future(app._end(ChildEnd.LOCK))
        await pilot.pause()
        await pilot.press("e", "v", "n", "e")
        app.post_message(events.Paste("evne"))
        await pilot.pause()
        assert app.screen.query_one(Input).value == "x"
        go_on.set()
        await locking
    assert app.return_code == ChildEnd.LOCK


async def test_a_moving_mouse_is_nobody(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    clock = Clock()
    async with stage(tmp_path, clock=clock) as (app, pilot):
        await _unlock(app, pilot)
        clock.now += 290
        await pilot.hover()
        await app.watch_the_time()
        await settle(pilot)
        assert isinstance(app.screen, IdleScreen)


async def test_emergency_help_is_one_key_away_before_and_after_unlocking(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        for _place in range(2):
            await press(pilot, "f2")
            assert isinstance(app.screen, EmergencyScreen)
            assert "112" in "\n".join(str(line.content) for line in app.screen.query(Plain))
            await press(pilot, "f1", "f2", "f2", "escape", "escape")
            if app.client is None:
                await _unlock(app, pilot)


async def test_the_language_changes_while_running_and_what_is_typed_stays(tmp_path: Path) -> None:
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        await press(pilot, "x", "y")
        await press(pilot, "f12")
        assert current_language() == "da"
        assert app.screen.query_one(Input).value == "xy"
        assert app.focused is app.screen.query_one(Input)
        await press(pilot, "z", "f12")
        assert app.screen.query_one(Input).value == "xyz"
        assert current_language() == "en"


async def test_the_cursor_is_where_the_field_is_when_it_is_drawn_though_the_page_scrolled_in_between(
    tmp_path: Path,
) -> None:
    """The control is what the field had told: it is another place by then."""
    await make_vault(Home(tmp_path))
    async with stage(tmp_path) as (app, pilot):
        await settle(pilot)
        field = app.screen.query(Input).first()
        field.focus()
        await settle(pilot)
        told = field.cursor_screen_offset
        field.styles.margin = (2, 0, 0, 0)
        await settle(pilot)
        app.cursor_position = told  # as a widget does that was asked too early
        assert app.cursor_position == field.cursor_screen_offset != told
        app.screen.set_focus(None)
        assert app.cursor_position == app._told


def test_no_key_is_out_of_reach_on_a_danish_keyboard() -> None:
    import pkgutil
    from importlib import import_module

    import screens

    keys: set[str] = set()
    for module in pkgutil.walk_packages(screens.__path__, "screens."):
        for kind in vars(import_module(module.name)).values():
            if isinstance(kind, type) and kind.__module__.startswith("screens"):
                for binding in vars(kind).get("BINDINGS", ()):
                    keys |= set((binding.key if hasattr(binding, "key") else binding[0]).split(","))
    assert "f2" in keys
    assert not {key.split("+")[-1] for key in keys} & NOT_ON_DANISH_KEYBOARDS
    assert "at" in NOT_ON_DANISH_KEYBOARDS


def test_keys_are_written_as_on_keyboards() -> None:
    from textual.binding import Binding

    shown = {key: key_display(Binding(key, "x")) for key in ("f1", "ctrl+l", "escape", "n", "down", "shift+tab")}
    assert list(shown.values()) == ["F1", "Ctrl+L", "Esc", "n", "↓", "Shift+Tab"]


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (20, 5), (3, 2)])
async def test_every_first_screen_lives_in_every_window(tmp_path: Path, size: tuple[int, int]) -> None:
    async with stage(tmp_path / "empty", size=size) as (app, pilot):
        await press(pilot, "f1", "f1", "f2", "f2", "enter", "enter")
        assert app.return_code is None
    await make_vault(Home(tmp_path / "home"))
    async with stage(tmp_path / "home", size=size) as (app, pilot):
        await press(pilot, "f3", "x", "f1", "f1", "f2", "f2")
        assert app.screen.query_one(Input).value == "x"


async def test_without_colours_the_terminals_own_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage(tmp_path) as (app, _pilot):
        strips = app.screen._compositor.render_strips()
        colours = {s.style.color.triplet for strip in strips for s in strip if s.style and s.style.color}
        assert colours <= {None}
    monkeypatch.delenv("NO_COLOR")
    async with stage(tmp_path) as (app, _pilot):
        strips = app.screen._compositor.render_strips()
        assert any(s.style.color.triplet for strip in strips for s in strip if s.style and s.style.color)


async def _unlock(app: SeglApp, pilot: Any) -> None:
    app.screen.query_one(Input).value = PASSPHRASE
    await press(pilot, "enter")
    await settle(pilot)
    assert isinstance(app.screen, TodayScreen)


def test_a_start_survives_being_a_command_line() -> None:
    start = Start(home=Path("/x"), vault="ab", language="en", theme="segl-light", lock_after=12.5, demo=Path("/d"))
    assert Start.read(start.arguments()) == start
    assert Start.read(Start().arguments()) == Start()
