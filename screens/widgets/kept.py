"""Keep what stands in the fields of a screen while it is drawn again."""

from __future__ import annotations

from typing import Any

from textual.widget import Widget
from textual.widgets import Checkbox, Input, OptionList, RadioButton, RadioSet, Select, Switch, TextArea


def take_values(root: Widget) -> dict[str, Any]:
    """What stands in the fields below `root`, by the id of the field; fields without an id are not kept."""
    kept: dict[str, Any] = {}
    for widget in root.query("*"):
        if widget.id is None:
            continue
        if isinstance(widget, Input):
            kept[widget.id] = (widget.value, widget.cursor_position)
        elif isinstance(widget, Select | Checkbox | Switch):
            kept[widget.id] = widget.value
        elif isinstance(widget, TextArea):
            kept[widget.id] = widget.text
        elif isinstance(widget, OptionList):
            kept[widget.id] = widget.highlighted
        elif isinstance(widget, RadioSet):
            kept[widget.id] = widget.pressed_index
    return kept


def give_values(root: Widget, kept: dict[str, Any]) -> None:
    """Put back what `take_values` took, where the field is still there."""
    for widget in root.query("*"):
        if widget.id not in kept:
            continue
        value = kept[widget.id]
        with widget.prevent(Input.Changed, TextArea.Changed, Select.Changed, Checkbox.Changed, Switch.Changed):
            if isinstance(widget, Input):
                widget.value, widget.cursor_position = value
            elif isinstance(widget, Select | Checkbox | Switch):
                widget.value = value
            elif isinstance(widget, TextArea):
                widget.text = value
            elif isinstance(widget, OptionList):
                widget.highlighted = value
            elif isinstance(widget, RadioSet) and value is not None and value >= 0:
                widget.query(RadioButton)[value].value = True
