"""Which commands of a script have a text on the lines after them: a text must never be taken for commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tui.cli.parser import Command, Parser, split

_TEXTS: Final = frozenset(
    {("note", "add"), ("plan", "answer"), ("mentor", "concern", "note"), ("evidence", "add-typed")}
)
_WITHOUT: Final = frozenset({"--clear", "--no-longer", "-h", "--help"})
"""With one of these a command takes no text, whatever else it takes."""
_REASON: Final = "--reason-fd"
_BY_DESCRIPTOR_ONLY: Final = frozenset({("guide", "do"), ("init",)})
"""Commands whose remark comes on a descriptor or not at all."""


def text_follows(words: Sequence[str], commands: Sequence[Command]) -> bool:
    """Whether the command that these words call would take its text from the lines that follow.

    Looks at the words alone, so that it can be asked of a command that was not understood.
    """
    if any(word == "-" or word.endswith("=-") for word in words):
        return True
    command, _path, _rest = split(words, commands)
    if command is None or _WITHOUT & set(words):
        return False
    if command.path in _TEXTS:
        return True
    if command.path in _BY_DESCRIPTOR_ONLY or any(word.partition("=")[0] == _REASON for word in words):
        return False
    if command.path == ("mentor", "export"):
        return any(word.partition("=")[0] == "--with-content" for word in words)
    parser = Parser(prog="segl")
    command.add(parser)
    return _REASON in parser.format_usage()
