"""A path as a person typed or pasted it, and what lies there."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Literal
from urllib.parse import unquote_to_bytes, urlsplit

Kind = Literal["file", "folder", "other", "nothing"]


def typed_path(text: str) -> Path:
    """The path of a text, in which `~` is the person's own folder; `~name` of nobody who is here stays as it is."""
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def unquoted(text: str) -> str:
    """A path as it was pasted: without the quotes that file managers put round it."""
    stripped = text.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "'\"":
        return stripped[1:-1]
    return stripped


def find_typed(folder: Path, text: str) -> tuple[Path, Kind]:
    """The path that a person typed or pasted, and what lies there.

    File managers and terminals give paths in quotes, as `file:` addresses (RFC 8089) or with a backslash before each
    space: what lies there as it stands comes first.
    """
    plain = unquoted(text)
    ways = [plain]
    if plain.lower().startswith("file://"):
        there = os.fsdecode(unquote_to_bytes(urlsplit(plain).path))
        ways.append(there if os.sep == "/" else there.lstrip("/"))
    if "\\" in plain and os.sep == "/":
        ways.append(re.sub(r"\\(.)", r"\1", plain))
    tried = [Path(os.path.normpath(folder / typed_path(way))) for way in ways]
    for path in tried:
        if (kind := kind_of(path)) != "nothing":
            return path, kind
    return tried[0], "nothing"


def kind_of(path: Path) -> Kind:
    """What lies at a path, without opening it."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return "nothing"
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "other"
