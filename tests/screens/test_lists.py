"""The widgets that everything stands in: the line-rendered list and the answers to choose from."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from textual import events, on
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen

from screens.widgets.choices import Choices, Option
from screens.widgets.lines import LineList, fit


class Lists(App[None]):
    """One list, headings every tenth row."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows
        self.seen: list[Any] = []

    def compose(self) -> ComposeResult:
        yield LineList(
            lambda row, _width: Content(f"række {row}"), choosable=lambda row: row % 10 != 0, empty=lambda: "tom"
        )

    def on_mount(self) -> None:
        self.query_one(LineList).show(range(self.rows))

    def on_line_list_highlighted(self, event: LineList.Highlighted) -> None:
        self.seen.append(event.index)

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        self.seen.append(("chosen", event.index))


async def test_headings_are_passed_over_and_the_terminal_cursor_follows() -> None:
    app = Lists(100)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        lines = app.query_one(LineList)
        assert lines.cursor == 1
        for _press in range(9):
            await pilot.press("down")
        assert lines.cursor == 11
        await pilot.press("up")
        assert lines.cursor == 9
        await pilot.pause()
        assert app.cursor_position.y == lines.content_region.y + 9 - int(lines.scroll_offset.y)
        await pilot.press("end")
        assert lines.cursor == 99
        await pilot.press("pagedown", "home")
        assert lines.cursor == 1
        await pilot.press("pageup", "enter")
        assert ("chosen", 1) in app.seen


class Choosing(Screen[None]):
    """A list, in a box; a row that is chosen is remembered as it stands under the cursor, as the screens take it."""

    def __init__(self, *, opens: bool) -> None:
        super().__init__()
        self.taken: list[Any] = []
        self._opens = opens

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield LineList(lambda row, _width: Content(f"række {row}"))

    def on_mount(self) -> None:
        self.query_one(LineList).show(range(100))

    @on(LineList.Chosen)
    def take(self) -> None:
        self.taken.append(self.query_one(LineList).current)
        if self._opens:
            self.app.push_screen(Screen())


class Busy(App[None]):
    """An app that has much else to do before it looks at a key that a list has left to it."""

    def __init__(self, *, opens: bool = False) -> None:
        super().__init__()
        self.choosing = Choosing(opens=opens)

    def on_mount(self) -> None:
        self.push_screen(self.choosing)

    async def on_key(self) -> None:
        await asyncio.sleep(0.05)


async def typed_at_once(app: Busy, *keys: str) -> LineList[int]:
    """Give the app keys as they come where somebody types on while the machine is at something else."""
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        lines: LineList[int] = app.choosing.query_one(LineList)
        lines.focus()
        await pilot.pause()
        for key in keys:
            app.post_message(events.Key(key, None))
        await asyncio.sleep(0.1 + 0.06 * len(keys))
        await pilot.pause()
        return lines


@pytest.mark.parametrize(
    ("keys", "taken", "at"),
    [
        (["down", "enter"], [1], 1),
        (["down", "down", "up", "enter"], [1], 1),
        (["end", "enter"], [99], 99),
        (["pagedown", "home", "enter"], [0], 0),
        # The row that was chosen is the one under the cursor then, however soon the next arrow comes.
        (["down", "enter", "down"], [1], 2),
        (["enter", "down", "enter"], [0, 1], 1),
    ],
)
async def test_keys_count_in_the_order_in_which_they_were_pressed(
    keys: Sequence[str], taken: Sequence[int], at: int
) -> None:
    app = Busy()
    lines = await typed_at_once(app, *keys)
    assert (app.choosing.taken, lines.cursor) == (taken, at)


async def test_what_is_pressed_after_a_row_has_opened_is_nothing_to_the_list_below() -> None:
    app = Busy(opens=True)
    lines = await typed_at_once(app, "down", "enter", "down", "enter")
    assert (app.choosing.taken, lines.cursor) == ([1], 1)


async def test_an_empty_list_has_no_cursor() -> None:
    app = Lists(0)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("down", "up", "end", "home", "pagedown", "enter")
        assert app.query_one(LineList).cursor == -1
        assert app.query_one(LineList).current is None
        assert not [one for one in app.seen if isinstance(one, tuple)]


async def test_a_shorter_list_keeps_the_cursor_inside() -> None:
    app = Lists(50)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("end")
        lines: LineList[int] = app.query_one(LineList)
        lines.show(range(5))
        await pilot.pause()
        assert lines.cursor == 4


def test_fit_is_exact_for_wide_signs_too() -> None:
    for text in ("", "abc", "æøå" * 20, "你好" * 20, "👩‍👧" * 9):
        for width in (0, 1, 5, 12):
            assert fit(text, width).cell_length == width or width == 0


class Answers(App[None]):
    """Some answers in a scroll."""

    def __init__(self, several: bool) -> None:
        super().__init__()
        self.several = several
        self.refusals: list[str] = []

    def compose(self) -> ComposeResult:
        options = [
            Option(id=str(n), label=f"svar {n} " + "langt " * 20, refused="nej" if n == 3 else "") for n in range(5)
        ]
        with VerticalScroll(can_focus=False):
            yield Choices(options, several=self.several)

    def on_choices_refused(self, event: Choices.Refused) -> None:
        self.refusals.append(event.option.id)


async def test_one_answer() -> None:
    app = Answers(several=False)
    async with app.run_test(size=(40, 8)) as pilot:
        choices = app.query_one(Choices)
        await pilot.press("down", "space")
        assert choices.chosen == ("1",)
        await pilot.press("3")
        assert choices.value == "2"
        await pilot.press("4")
        assert choices.value == "2"
        assert app.refusals == ["3"]
        await pilot.press("end", "enter")
        assert choices.value == "4"
        await pilot.pause()
        assert app.query_one(VerticalScroll).scroll_offset.y > 0
        await pilot.press("backspace")
        assert choices.value is None


async def test_several_answers_in_the_order_of_the_list() -> None:
    app = Answers(several=True)
    async with app.run_test(size=(80, 24)) as pilot:
        choices = app.query_one(Choices)
        await pilot.press("5", "1")
        assert choices.chosen == ("0", "4")
        await pilot.press("1")
        assert list(choices.chosen) == ["4"]
