"""The style sheets of all screens, each of which is parsed once."""

from __future__ import annotations

import functools
from typing import Any, Final

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_SHEETS: Final = 1024
"""More than there are, Textual's own among them."""


class ParsedOnce(Stylesheet):
    """Textual's stylesheet, which parses all sheets again when a screen brings another one: that was felt on a slow PC.

    What a sheet says hangs on its text and on the variables of the theme, and on nothing else.
    """

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._parse_cache = _parsed(_key(self._variables))

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set those of another theme."""
        self._parse_cache = LRUCache(1)  # which is emptied
        super().set_variables(variables)
        self._parse_cache = _parsed(_key(variables))

    def reparse(self) -> None:
        """Take in what came since.

        Raises:
            StylesheetParseError: a sheet is wrong; the rules stay as they were.
        """
        self.parse()


def _key(variables: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(variables.items()))


@functools.lru_cache(maxsize=8)
def _parsed(_variables: tuple[tuple[str, str], ...]) -> LRUCache[tuple[Any, ...], list[RuleSet]]:
    return LRUCache(_SHEETS)
