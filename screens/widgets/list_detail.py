"""A list above (or beside) what the row under the cursor has to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.content import Content

from screens.widgets.lines import LineList
from screens.widgets.plain import Plain

Row = TypeVar("Row")


class ListDetail(Container, Generic[Row]):
    """The list and the detail of a pane; side by side where the screen is wide."""

    DEFAULT_CSS = """
    ListDetail {
        layout: vertical;
        height: 1fr;
        & > LineList { height: 1fr; min-height: 3; }
        & > .detail {
            height: 1fr; padding: 0 1; border-top: solid $panel; background: $background;
            scrollbar-size-vertical: 1;
        }
        & > .detail:focus { border-top: solid $accent; }
    }
    .-broad ListDetail {
        layout: horizontal;
        & > LineList { width: 1fr; }
        & > .detail { width: 1fr; border-top: none; border-left: solid $panel; }
        & > .detail:focus { border-top: none; border-left: solid $accent; }
    }
    """

    def __init__(
        self,
        draw: Callable[[Row, int], Content],
        detail: Callable[[Row], Content],
        *,
        choosable: Callable[[Row], bool] = lambda _row: True,
        empty: Callable[[], str] = lambda: "",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._drawn: LineList[Row] = LineList(draw, choosable=choosable, empty=empty)
        self._detail = detail

    def compose(self) -> ComposeResult:
        """The list, then the detail."""
        yield self._drawn
        with VerticalScroll(classes="detail"):
            yield Plain("")

    @property
    def lines(self) -> LineList[Row]:
        """The list."""
        return self._drawn

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self._drawn.current

    def show(self, rows: Sequence[Row | None], cursor: int | None = None) -> None:
        """Show other rows."""
        self._drawn.show(rows, cursor)

    def focus_list(self) -> None:
        """Put the focus where the arrows choose."""
        self._drawn.focus()

    @on(LineList.Highlighted)
    def _tell(self) -> None:
        row: Any = self.current
        detail = self.query_one(".detail", VerticalScroll)
        detail.query_one(Plain).update(self._detail(row) if row is not None else Content(""))
        detail.scroll_home(animate=False)
