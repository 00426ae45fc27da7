"""The keys that work on the screen below, read from its bindings, so that the help cannot lag behind the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, TextArea

from guidance.language import N_, _
from screens.base import COMMON_BINDINGS, SeglModal, SeglScreen
from screens.widgets.plain import Plain


class HelpLine(NamedTuple):
    """One key, or several for the same thing, and what it does."""

    keys: str
    words: str


class HelpScreen(SeglModal[None]):
    """Keys of this screen, of every screen, and of fields."""

    CSS_PATH = "help.tcss"
    NEUTRAL = True
    AUTO_FOCUS = "#box"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space,q", "cancel", N_("Back"), show=False),
        Binding("f5", "keyboard", N_("Test my keyboard")),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
    ]

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        self._below = below
        self._active = dict(below.active_bindings)
        self._typing = isinstance(below.focused, Input | TextArea)

    def heading(self) -> str:
        """Which keys these are."""
        name = self._below.heading() if isinstance(self._below, SeglScreen) else ""
        return _("Keys: {screen}").format(screen=name) if name else _("Keys")

    def body(self) -> ComposeResult:
        """Three short tables."""
        common = {binding.action.removeprefix("app.") for binding in COMMON_BINDINGS}
        own = list(self._lines(active for active in self._active.values() if _ours(active) and not _is(active, common)))
        if own:
            yield Plain(_("On this screen"), classes="strong")
            yield Plain(_table(own), classes="keys")
        yield Plain(_("Everywhere"), classes="strong")
        yield Plain(_table([*self._common(), *_moving()]), classes="keys")
        if self._typing:
            yield Plain(_("While you type"), classes="strong")
            yield Plain(_table(_typing()), classes="keys")

    def _lines(self, active: Iterable[ActiveBinding]) -> Iterator[HelpLine]:
        by_action: dict[str, list[ActiveBinding]] = {}
        for one in active:
            if one.binding.description:
                by_action.setdefault(f"{one.binding.action} {one.binding.description}", []).append(one)
        for several in by_action.values():
            shown = list(dict.fromkeys(self.app.get_key_display(one.binding) for one in several))
            words = _(several[0].binding.tooltip) or _(several[0].binding.description)
            yield HelpLine("  ".join(shown), words)

    def _common(self) -> Iterator[HelpLine]:
        yield HelpLine("F1", _("This help"))
        yield HelpLine("F2", _("Emergency help: 112 and the crisis lines"))
        yield HelpLine("F9  Ctrl+L", _("Lock: everything is saved and hidden at once"))
        yield HelpLine("F10", _("Hide the screen behind a calendar; the same key shows it again. It does not lock"))
        yield HelpLine("Shift+F9", _("Keep open for 30 minutes without a key"))
        yield HelpLine("F12", _("English or Danish"))
        yield HelpLine("F11", _("Other colours"))
        yield HelpLine("Ctrl+Q", _("Save and quit"))

    def action_keyboard(self) -> None:
        """What of a key reaches Segl."""
        from screens.keyboard import KeyboardScreen

        self.app.push_screen(KeyboardScreen())

    def action_scroll(self, by: int) -> None:
        """Move the text."""
        self.query_one("#box").scroll_relative(y=by, animate=False)


def _ours(active: ActiveBinding) -> bool:
    """Whether a binding is Segl's and not one that a field or a list of Textual's brings along."""
    return any(
        isinstance(binding, Binding) and binding.action == active.binding.action
        for kind in type(active.node).__mro__
        if not kind.__module__.startswith("textual.")
        for binding in vars(kind).get("BINDINGS", ())
    )


def _is(active: ActiveBinding, actions: set[str]) -> bool:
    return active.binding.action.removeprefix("app.") in actions


def _moving() -> Iterator[HelpLine]:
    yield HelpLine("Tab  Shift+Tab", _("To the next or the previous field"))
    yield HelpLine("↑  ↓  Enter", _("Choose in a list, and open"))
    yield HelpLine("Esc", _("Back"))


def _typing() -> Iterator[HelpLine]:
    yield HelpLine("Ctrl+A  Ctrl+E", _("To the beginning, to the end"))
    yield HelpLine("Ctrl+W  Ctrl+U", _("Delete a word, delete to the beginning"))
    yield HelpLine("Ctrl+C  Ctrl+V", _("Copy and paste inside Segl; nothing reaches the clipboard of the machine"))


def _table(lines: Iterator[HelpLine] | list[HelpLine]) -> Content:
    rows = list(lines)
    width = max(len(row.keys) for row in rows)
    return Content("\n").join(Content.assemble((row.keys.ljust(width), "$accent"), "  ", row.words) for row in rows)
