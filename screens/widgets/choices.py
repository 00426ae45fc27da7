"""Answers to choose from: one of them, or several. Arrows move, space and digits choose, Enter chooses and goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from screens.words import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer. `refused` says why it can't be chosen; `note` is small print; `alone` goes with no other."""

    id: str
    label: str
    note: str = ""
    refused: str = ""
    alone: bool = False


class Choices(Widget, can_focus=True):
    """A list of answers drawn with their marks: `(•)` for one of them, `[x]` where several may hold."""

    DEFAULT_CSS = """
    Choices {
        height: auto;
        width: 1fr;
        padding: 0 1;
        & .choices--cursor { background: $block-cursor-blurred-background; }
        &:focus .choices--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
        }
        & .choices--refused { color: $text-muted; }
        & .choices--note { color: $text-muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choices--cursor", "choices--refused", "choices--note"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("home", "edge(False)", show=False),
        Binding("end", "edge(True)", show=False),
        Binding("space", "choose", show=False),
        Binding("enter", "submit", show=False),
        Binding("delete,backspace", "clear", show=False),
    ]

    cursor: reactive[int] = reactive(0, layout=True)

    @dataclass
    class Changed(Message):
        """Another answer, or other answers, were chosen."""

        choices: Choices
        chosen: tuple[str, ...]

        @property
        def control(self) -> Choices:
            """Where it happened."""
            return self.choices

    @dataclass
    class Submitted(Message):
        """Enter was pressed: the answer stands, and somebody wants to go on."""

        choices: Choices

        @property
        def control(self) -> Choices:
            """Where it happened."""
            return self.choices

    @dataclass
    class Refused(Message):
        """An answer that can't be chosen was tried."""

        choices: Choices
        option: Option

        @property
        def control(self) -> Choices:
            """Where it happened."""
            return self.choices

    def __init__(
        self,
        options: Iterable[Option],
        *,
        several: bool = False,
        chosen: Iterable[str] = (),
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.options: Sequence[Option] = tuple(options)
        self.several = several
        self._chosen = set(chosen)
        self.set_reactive(Choices.cursor, next((i for i, o in enumerate(self.options) if o.id in self._chosen), 0))

    @property
    def chosen(self) -> tuple[str, ...]:
        """Ids of what is chosen, in the order of the list."""
        return tuple(option.id for option in self.options if option.id in self._chosen)

    @property
    def value(self) -> str | None:
        """The one answer, or None."""
        return next(iter(self.chosen), None)

    def put(self, options: Iterable[Option] | None = None, chosen: Iterable[str] = ()) -> None:
        """Show other answers, or the same with others chosen."""
        if options is not None:
            self.options = tuple(options)
        self._chosen = set(chosen)
        self.cursor = next((i for i, option in enumerate(self.options) if option.id in self._chosen), 0)
        self.refresh(layout=True)

    def _lines(self, width: int) -> list[tuple[int, list[Content]]]:
        rows = []
        for index, option in enumerate(self.options):
            on = option.id in self._chosen
            mark = ("[x] " if on else "[ ] ") if self.several else ("(•) " if on else "( ) ")
            label = Content(visible(option.label))
            small = option.refused or option.note
            if small:
                label = Content.assemble(label, "  ", (visible(small), "$text-muted"))
            if option.refused:
                mark = " –  "
                label = label.stylize("$text-muted")
            wrapped = label.wrap(max(width - 4, 8)) or [Content("")]
            lines = [Content.assemble(mark if n == 0 else "    ", line) for n, line in enumerate(wrapped)]
            rows.append((index, lines))
        return rows

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the wrapped answers need."""
        return sum(len(lines) for _index, lines in self._lines(width))

    def render(self) -> Content:
        """All answers; the cursor's line stands out."""
        width = self.content_size.width
        drawn: list[Content] = []
        for index, lines in self._lines(width):
            for line in lines:
                at_cursor = index == self.cursor
                padded = line.truncate(width, ellipsis=True, pad=True) if width else line
                if at_cursor and self.has_focus:
                    padded = Content(padded.plain)
                drawn.append(padded.stylize(self._cursor_style()) if at_cursor else padded)
        return Content("\n").join(drawn)

    def _cursor_style(self) -> str:
        if self.has_focus:
            return "bold $block-cursor-foreground on $block-cursor-background"
        return "none"

    def watch_cursor(self) -> None:
        """Keep the answer under the cursor in sight and under the terminal's cursor."""
        self.refresh()
        self.call_after_refresh(self._follow)

    def _follow(self) -> None:
        if not self.is_attached or not self.has_focus:
            return
        self._scroll_lines(self._line, 1)
        self.app.cursor_position = self.cursor_screen_offset
        self.refresh()  # the terminal's cursor is moved with what is drawn, and not before

    @property
    def _line(self) -> int:
        return sum(len(lines) for index, lines in self._lines(self.content_size.width) if index < self.cursor)

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where on the screen the answer under the cursor is, named as Textual's fields name it."""
        region = self.content_region
        return Offset(region.x + 1, region.y + self._line)

    def _scroll_lines(self, first: int, count: int) -> None:
        """Scroll the ancestors so that some lines of a tall widget are seen."""
        child: Widget = self
        region = Region(0, first, max(self.size.width, 1), count)
        for ancestor in self.ancestors:
            if not isinstance(ancestor, Widget):
                break
            region = region.translate(child.virtual_region.offset)
            if ancestor.is_scrollable:
                ancestor.scroll_to_region(region, animate=False, force=True)
                region = region.translate(-ancestor.scroll_offset)
            child = ancestor

    def on_focus(self) -> None:
        """Bring all answers into sight, as far as they fit, and the terminal's cursor here."""
        self.refresh()
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        if self.is_attached and self.has_focus:
            self._scroll_lines(0, max(self.size.height, 1))
            self.call_after_refresh(self._follow)

    def on_blur(self) -> None:
        """Draw without the strong cursor."""
        self.refresh()

    def action_move(self, by: int) -> None:
        """Move; past the ends, the focus goes on to what is before or after."""
        at = self.cursor + by
        if 0 <= at < len(self.options):
            self.cursor = at
        elif at < 0:
            self.screen.focus_previous()
        else:
            self.screen.focus_next()

    def action_edge(self, last: bool) -> None:
        """Move to the first or the last answer."""
        self.cursor = len(self.options) - 1 if last else 0

    def action_choose(self) -> None:
        """Choose what is under the cursor; where several may hold, put it in or take it out."""
        if not self.options:
            return
        option = self.options[self.cursor]
        if option.refused:
            self.post_message(self.Refused(self, option))
            return
        if self.several:
            self._chosen ^= {option.id}
            if option.id in self._chosen:
                self._chosen -= {
                    other.id for other in self.options if other is not option and (other.alone or option.alone)
                }
        else:
            self._chosen = {option.id}
        self.refresh()
        self.post_message(self.Changed(self, self.chosen))

    def action_submit(self) -> None:
        """Go on; where one answer holds, with the one under the cursor."""
        if not self.several and self.options and self.value != self.options[self.cursor].id:
            self.action_choose()
            if self.options[self.cursor].refused:
                return
        self.post_message(self.Submitted(self))

    def action_clear(self) -> None:
        """Take back the answer."""
        if self._chosen:
            self._chosen = set()
            self.refresh()
            self.post_message(self.Changed(self, ()))

    def on_key(self, event: events.Key) -> None:
        """A digit chooses the answer with that number, among the first nine."""
        if event.character and event.character.isascii() and event.character.isdigit():
            index = int(event.character) - 1
            if 0 <= index < len(self.options):
                event.stop()
                self.cursor = index
                self.action_choose()

    def on_click(self, event: events.Click) -> None:
        """A click chooses."""
        at = event.get_content_offset(self)
        if at is None:
            return
        line = 0
        for index, lines in self._lines(self.content_size.width):
            line += len(lines)
            if at.y < line:
                self.cursor = index
                self.action_choose()
                return
