"""What people wrote, one after the other on a line: an end of a sentence that they wrote is not doubled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

ENDS: Final = (".", "?", "!", "…", ":")
"""A text that ends so needs no other sign between it and what follows."""


def sentences(*parts: str) -> str:
    """Parts one after another as sentences; a step that is a question, and a text with its full stop, get no other."""
    found = [part for part in parts if part]
    return " ".join(part if part.endswith(ENDS) or part is found[-1] else f"{part}." for part in found)


def one_after_another(parts: Iterable[str]) -> str:
    """Parts with a semicolon between them, but for those that end a sentence themselves."""
    found = list(parts)
    return " ".join(
        part if part.endswith(ENDS) or place == len(found) else f"{part};" for place, part in enumerate(found, 1)
    )
