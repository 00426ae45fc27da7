"""A path as a person typed it."""

from __future__ import annotations

from pathlib import Path


def typed_path(text: str) -> Path:
    """The path of a text, in which `~` is the person's own folder; `~name` of nobody who is here stays as it is."""
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path
