"""No screen or widget takes a private name of Textual's for its own: `_closed` of a screen ended its message loop."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache

from textual.message_pump import MessagePump
from textual.screen import Screen

import screens
import tui

ON_PURPOSE = {
    "screens.base.SeglScreen": {"_forward_event"},
    "screens.widgets.passphrase.PassphraseInput": {"_on_paste"},
    "screens.widgets.text_line.TextLine": {"_on_paste"},
    "tui.quiet.QuietApp": {
        "_clipboard",
        "_fatal_error",
        "_handle_exception",
        "_print_error_renderables",
        "_return_code",
    },
}
"""Where Textual has no public way; each has a test of what it is for."""


class Wrong(Screen[None]):
    """What the check has to see."""

    def __init__(self) -> None:
        super().__init__()
        self._closed = False


@cache
def names_of(cls: type) -> set[str]:
    """What a class sets on itself, and what it defines."""
    found = set(vars(cls))
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(cls)))):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                found.add(name)
    return {name for name in found if name.startswith("_") and not name.startswith("__")}


def taken(cls: type) -> set[str]:
    """Private names that a class shares with the classes of Textual below it."""
    below = [base for base in cls.__mro__ if base.__module__.partition(".")[0] == "textual"]
    made = {"_abc_impl", "_merged_bindings", "_css_type_name", "_css_type_names", "_computes", "_decorated_handlers"}
    return (
        (names_of(cls) & set().union(*map(names_of, below)))
        - made
        - {name for name in vars(cls) if name.startswith(("_inherit", "_has", "_reactives", "_css", "_selector"))}
    )


def ours() -> Iterator[type]:
    """Every screen, widget and app of Segl."""
    for room in (screens, tui):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if module.name.endswith("__main__"):
                continue
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, type) and issubclass(value, MessagePump) and value.__module__ == module.name:
                    yield value


def test_no_private_name_of_textual_is_taken() -> None:
    found = {f"{cls.__module__}.{cls.__qualname__}": names for cls in ours() if (names := taken(cls))}
    assert found == ON_PURPOSE


def test_the_check_sees_a_name_that_was_taken() -> None:
    assert taken(Wrong) == {"_closed"}
