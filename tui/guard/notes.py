"""What the child tells the guard when it ends: a handful of words of a fixed grammar, never anything from a case."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from typing import Final

from guidance.language import LANGUAGES, Language

_NOTE: Final = re.compile(rb"(language|crash|theme)=([A-Za-z0-9-]{1,40})")
_MOST: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWords:
    """What an ended child left behind.

    Attributes:
        language: what the screens spoke; None if it did not say.
        crash: the code of a crash report; empty where there was none.
        theme: the colours that were chosen; empty if it did not say.
    """

    language: Language | None = None
    crash: str = ""
    theme: str = ""


def tell(descriptor: int, words: LastWords) -> None:
    """Write them for the guard; nobody reading is no failure."""
    lines = {"language": words.language, "crash": words.crash, "theme": words.theme}
    text = "".join(f"{name}={value}\n" for name, value in lines.items() if value)
    try:
        os.write(descriptor, text.encode("ascii"))
    except OSError:
        return


def hear(descriptor: int) -> LastWords:
    """Read what an ended child wrote to a pipe that does not block; anything outside the grammar is left out."""
    try:
        raw = os.read(descriptor, _MOST)
    except OSError:
        raw = b""
    words = LastWords()
    for line in raw.splitlines():
        if not (note := _NOTE.fullmatch(line)):
            continue
        name, value = note[1], note[2].decode("ascii")
        if name == b"crash":
            words = replace(words, crash=value)
        elif name == b"theme":
            words = replace(words, theme=value)
        elif value in LANGUAGES:
            words = replace(words, language="en" if value == "en" else "da")
    return words
