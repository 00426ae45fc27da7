"""A screen of several panes, of which one is shown; a digit, the arrows or the mouse go to another."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from textual import on
from textual.widgets import ContentSwitcher

from screens.widgets.list_detail import ListDetail
from screens.widgets.tab_line import TabLine
from screens.work import CaseWork

T = TypeVar("T")


class PanesScreen(CaseWork[T]):
    """It composes a `TabLine` with the id `tabs`, and a `ContentSwitcher` `panes` of lists with the ids of `PANES`."""

    PANES: ClassVar[tuple[str, ...]] = ()

    def _pane(self, id: str) -> ListDetail[Any]:
        found: ListDetail[Any] = self.query_one(f"#{id}", ListDetail)
        return found

    @property
    def _pane_id(self) -> str:
        return str(self.query_one("#panes", ContentSwitcher).current)

    @property
    def _current(self) -> Any:
        """The row under the cursor of the pane that is shown."""
        return self._pane(self._pane_id).current

    def _show(self, pane: str) -> None:
        self.query_one("#panes", ContentSwitcher).current = pane
        self.query_one("#tabs", TabLine).shown = self.PANES.index(pane)
        self._pane(pane).focus_list()
        self.refresh_bindings()

    def action_pane(self, index: int) -> None:
        """Show a pane."""
        self._show(self.PANES[index])

    def action_turn(self, by: int) -> None:
        """Show the pane before or after."""
        self._show(self.PANES[(self.PANES.index(self._pane_id) + by) % len(self.PANES)])

    @on(TabLine.Picked)
    def _picked(self, event: TabLine.Picked) -> None:
        self.action_pane(event.index)
