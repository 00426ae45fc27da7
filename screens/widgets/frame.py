"""The frame of a screen: the title bar above and the line of keys below, one widget each so that drawing is quick."""

from __future__ import annotations

from typing import ClassVar, Final, NamedTuple

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

from guidance.language import _

ALWAYS_SHOWN: Final = ("f9", "f2", "f1")
"""Keys that go last when the line is narrow; emergency help goes never."""
EVERYWHERE: Final = ("ctrl+l", "f12", "ctrl+q", *ALWAYS_SHOWN)
"""Keys that do the same on every screen, in the order of the line."""


class TitleBar(Widget):
    """The name of the program, what this screen is, and a mark where the office is an invented one."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"title-bar--name", "title-bar--demo"}
    heading: reactive[str] = reactive("")

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.set_reactive(TitleBar.heading, heading)

    def render(self) -> RenderResult:
        left = Content.assemble((" Segl ", self.get_visual_style("title-bar--name")), "  ", self.heading)
        if not getattr(self.app, "demo", False):
            return left
        mark = _("DEMO: an invented office")
        if left.cell_length + len(mark) + 4 > self.size.width:
            mark = _("DEMO")
        room = max(self.size.width - len(mark) - 3, 1)
        left = left.truncate(room, ellipsis=True)
        return Content.assemble(
            left.pad_right(room - left.cell_length + 1), (f" {mark} ", self.get_visual_style("title-bar--demo"))
        )


class Key(NamedTuple):
    """One key of the line: its name for Textual, how it is written for people, and what it does."""

    key: str
    display: str
    words: str

    @property
    def width(self) -> int:
        """How many cells it takes, with the space after it."""
        return len(self.display) + len(self.words) + 3


def _place(key: Key) -> int:
    """A screen's own keys come first, then those of every screen."""
    return EVERYWHERE.index(key.key) + 1 if key.key in EVERYWHERE else 0


class KeyLine(Widget):
    """The keys that matter now. Those that do not fit are in the help, which is always named."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-line--key"}

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def _follow(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.refresh()

    def keys(self, width: int) -> list[Key]:
        """The keys that fit into `width` cells, those of the screen first and those of every screen last."""
        found: dict[str, Key] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and binding.description and active.enabled:
                key = Key(binding.key, self.app.get_key_display(binding), binding.description)
                found.setdefault(binding.action, key)
        keys = sorted(found.values(), key=_place)
        while sum(key.width for key in keys) - 2 > width and len(keys) > 1:
            spare = [key for key in keys if key.key not in ALWAYS_SHOWN] or [key for key in keys if key.key != "f2"]
            keys.remove(spare[-1])
        return keys

    def render(self) -> RenderResult:
        mark = self.get_visual_style("key-line--key")
        return Content("  ").join(
            Content.assemble(
                (key.display, mark), " ", (key.words, Style.from_meta({"@click": f"app.simulate_key('{key.key}')"}))
            )
            for key in self.keys(self.size.width - 2)
        )
