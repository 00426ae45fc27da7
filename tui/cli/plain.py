"""Text from people made inert for a line of output: no control, no reordering, nothing that a terminal obeys."""

from __future__ import annotations

from typing import Final

from store.bundle.visible import escape_json, visible

_ON_ONE_LINE: Final = str.maketrans({"\n": "\u240a", "\t": " "})


def one_line(text: str) -> str:
    """The text as one line, its blanks kept: lines are indented."""
    return visible(text).translate(_ON_ONE_LINE)


def lines_of(text: str) -> list[str]:
    """The text as lines, broken at line feeds only; each line is inert."""
    return [one_line(line) for line in visible(text).split("\n")]


escaped = escape_json
