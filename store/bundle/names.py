"""Names inside a bundle and of a bundle: ASCII, safe on every file system, the same everywhere."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

CASE_JSON: Final = "data/case.json"
JOURNAL: Final = "data/journal.jsonl"

MAX_BUNDLE_NAME: Final = 40
MAX_MEMBER_NAME: Final = 100
"""Bytes of the `name` field of a ustar header; the prefix field is not used."""

_PART: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_DANISH: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa", "ß": "ss"})
_ENDINGS: Final = (".segl.age", ".age", ".segl")


def is_safe_part(part: str) -> bool:
    """Whether this may stand as one part of a path in a bundle (the grammar of docs/bundle-format.md)."""
    return bool(_PART.fullmatch(part)) and not part.endswith(".") and not _RESERVED.fullmatch(part)


def stem_of(file_name: str) -> str:
    """The file name a person chose, without the ending of a sealed file."""
    for ending in _ENDINGS:
        if file_name.lower().endswith(ending) and len(file_name) > len(ending):
            return file_name[: -len(ending)]
    return file_name


def bundle_name(file_name: str) -> str:
    """The name of the folder in the bundle, made from the file name that a person chose: ASCII, never empty."""
    text = unicodedata.normalize("NFC", stem_of(file_name)).translate(_DANISH)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    text = re.sub(r"-*[^A-Za-z0-9_-]+-*", "-", text).strip("-_.")[:MAX_BUNDLE_NAME].rstrip("-_.")
    if not text:
        return "bundle"
    return text if is_safe_part(text) else f"bundle-{text}"[:MAX_BUNDLE_NAME]
