"""A list that draws only the lines that are seen, however many rows there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Generic, TypeVar

from textual import events
from textual.content import Content
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

Row = TypeVar("Row")
KEYS: Final = frozenset({"up", "down", "pageup", "pagedown", "home", "end", "enter"})
"""The keys that a list takes."""


def fit(content: Content | str, width: int) -> Content:
    """The content cut or filled to exactly `width` cells, with an ellipsis where something was cut."""
    whole = content if isinstance(content, Content) else Content(content)
    return whole.truncate(max(width, 0), ellipsis=True, pad=True)


class LineList(ScrollView, Generic[Row], can_focus=True, inherit_bindings=False):
    """Rows of one line each, with a cursor; a row is put into words when it is drawn, never before.

    `draw` gets a row and a width in cells; `choosable` says which rows the cursor may rest on (headings may not be).
    A row that is None is on its way (`screens.widgets.windowed`); `arrived` is called when it has come.
    The terminal's cursor follows the row, which is what screen readers and braille displays read.

    The keys of the list are no bindings. A binding is run by the app, once the key has come up to it through all that
    the list stands in: an Enter behind an arrow would be here before the arrow is, and choose the row that was left.
    """

    DEFAULT_CSS = """
    LineList {
        height: 1fr;
        background: $background;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & .line-list--cursor { background: $block-cursor-blurred-background; }
        &:focus .line-list--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
        }
        & .line-list--empty { color: $text-muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-list--cursor", "line-list--empty"}

    cursor: reactive[int] = reactive(-1)

    @dataclass
    class Highlighted(Message):
        """The cursor came to rest on a row; `index` is -1 where there is none."""

        lines: LineList[object]
        index: int

        @property
        def control(self) -> LineList[object]:
            """The list it happened in."""
            return self.lines

    @dataclass
    class Chosen(Message):
        """Enter was pressed on a row, or the row was clicked twice."""

        lines: LineList[object]
        index: int

        @property
        def control(self) -> LineList[object]:
            """The list it happened in."""
            return self.lines

    def __init__(
        self,
        draw: Callable[[Row, int], Content],
        *,
        choosable: Callable[[Row], bool] = lambda _row: True,
        empty: Callable[[], str] = lambda: "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._draw = draw
        self._choosable = choosable
        self._empty = empty
        self.rows: Sequence[Row | None] = ()
        self._heard = True
        self._waiting: list[str] = []

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[Row | None], cursor: int | None = None) -> None:
        """Show other rows; the cursor goes to `cursor`, or stays where it was as far as that is possible."""
        self.rows = rows
        self.virtual_size = Size(self.scrollable_content_region.width, len(rows))
        wanted = max(self.cursor, 0) if cursor is None else cursor
        found = self._nearest(min(max(wanted, 0), len(rows) - 1), 1) if rows else -1
        if found == self.cursor:
            self._rest()
        else:
            self.cursor = found
        self.refresh()

    def arrived(self, start: int, stop: int) -> None:
        """The rows from `start` to before `stop` have come; the one under the cursor is told anew if it is of them."""
        self.refresh()
        if start <= self.cursor < stop:
            self.post_message(self.Highlighted(self, self.cursor))  # type: ignore[arg-type]

    def _may_rest(self, index: int) -> bool:
        row = self.rows[index]
        return row is None or self._choosable(row)

    def _nearest(self, index: int, direction: int) -> int:
        """The choosable row at `index` or the next one in a direction, else the other way, else -1."""
        for step in (direction, -direction):
            at = index
            while 0 <= at < len(self.rows):
                if self._may_rest(at):
                    return at
                at += step
        return -1

    def watch_cursor(self) -> None:
        """Follow the cursor and tell it on."""
        self._rest()

    def _rest(self) -> None:
        if self.cursor >= 0:
            top = self.cursor
            while top > 0 and not self._may_rest(top - 1):
                top -= 1
            region = Region(0, top, 1, self.cursor - top + 1)
            self.scroll_to_region(region, animate=False, force=True)
        self.refresh()
        self.post_message(self.Highlighted(self, self.cursor))  # type: ignore[arg-type]
        self.call_after_refresh(self._place_terminal_cursor)

    def _place_terminal_cursor(self) -> None:
        if self.has_focus and self.cursor >= 0 and self.is_attached:
            self.app.cursor_position = self.cursor_screen_offset
            self.refresh()  # the terminal's cursor is moved with what is drawn, and not before

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where on the screen the row under the cursor is, named as Textual's fields name it."""
        region = self.content_region
        return Offset(region.x, region.y + max(self.cursor, 0) - int(self.scroll_offset.y))

    def on_focus(self) -> None:
        """Bring the terminal's cursor here."""
        self.call_after_refresh(self._place_terminal_cursor)

    def on_resize(self) -> None:
        """Keep the row under the cursor in sight."""
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rows))
        self._rest()

    def notify_style_update(self) -> None:
        """Draw anew with the new style."""
        super().notify_style_update()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the row that stands at this line of the window."""
        width = self.scrollable_content_region.width
        index = y + int(self.scroll_offset.y)
        base = self.visual_style
        if not self.rows and y == 0:
            content, style = Content(self._empty()), self.get_visual_style("line-list--empty")
        elif index < len(self.rows):
            content = self.drawn(index, width)
            style = self.get_visual_style("line-list--cursor") if index == self.cursor else base
            if index == self.cursor and self.has_focus:
                content = content.without_spans
        else:
            return Strip.blank(width, base.rich_style)
        strips = Visual.to_strips(self, fit(content, width), width, 1, style, apply_selection=False)
        strip = strips[0] if strips else Strip.blank(width, style.rich_style)
        return strip.adjust_cell_length(width, style.rich_style)

    def drawn(self, index: int, width: int) -> Content:
        """A row in words."""
        row = self.rows[index]
        return Content("…") if row is None else self._draw(row, width)

    def move(self, by: int) -> None:
        """Move to the next row that can be chosen."""
        at = self.cursor + by
        while 0 <= at < len(self.rows):
            if self._may_rest(at):
                self.cursor = at
                return
            at += by
        if by < 0:
            self.scroll_home(animate=False)

    def page(self, by: int) -> None:
        """Move by a window's height."""
        if self.rows:
            goal = self.cursor + by * max(self.scrollable_content_region.height - 1, 1)
            self.cursor = self._nearest(min(max(goal, 0), len(self.rows) - 1), by)

    def edge(self, *, last: bool) -> None:
        """Move to the first or the last row."""
        if self.rows:
            self.cursor = self._nearest(len(self.rows) - 1 if last else 0, -1 if last else 1)

    def choose(self) -> None:
        """Choose the row under the cursor; it stays there until the screen has heard of it."""
        if self.cursor >= 0:
            self._heard = False
            self.screen.post_message(self.Chosen(self, self.cursor))  # type: ignore[arg-type]
            self.screen.call_later(self._go_on)

    def _go_on(self) -> None:
        """Take the keys that came meanwhile, unless what was chosen has opened over this list."""
        self._heard = True
        waiting, self._waiting = self._waiting, []
        if self.is_attached and self.app.screen is self.screen:
            for key in waiting:
                self._take(key)

    def _take(self, key: str) -> None:
        if not self._heard:
            self._waiting.append(key)
            return
        match key:
            case "enter":
                self.choose()
            case "up" | "down":
                self.move(1 if key == "down" else -1)
            case "pageup" | "pagedown":
                self.page(1 if key == "pagedown" else -1)
            case "home" | "end":
                self.edge(last=key == "end")

    def on_key(self, event: events.Key) -> None:
        """Arrows, a page, the ends, and Enter, each in its turn."""
        if event.key in KEYS:
            event.stop()
            self._take(event.key)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a second one chooses."""
        at = event.get_content_offset(self)
        if at is None:
            return
        index = at.y + int(self.scroll_offset.y)
        if 0 <= index < len(self.rows) and self._may_rest(index):
            self.cursor = index
            if event.chain >= 2:
                self.choose()
