"""What a slots file is spelled and read with: one spelling, and a fault for anything else."""

from __future__ import annotations

import json
import re
from typing import Any, Final

SLOT_ID: Final = re.compile(r"[0-9a-f]{16}")
_MAX_GENERATION: Final = 2**31


class SlotsFault(Exception):
    """One copy of a slots file is not usable; `str()` is one word for a technician."""


def spelled(value: Any) -> bytes:
    """The only permitted spelling of a value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def only(value: Any, keys: set[str]) -> None:
    """Raises SlotsFault unless it is an object with these keys."""
    if not isinstance(value, dict) or set(value) != keys:
        raise SlotsFault("unknown key")


def matching(value: Any, pattern: re.Pattern[str]) -> str:
    """A text that fits a pattern; raises SlotsFault for any other."""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise SlotsFault("damaged")
    return value


def octets(value: Any, length: int) -> bytes:
    """So many bytes in lower-case hex; raises SlotsFault for anything else."""
    if not isinstance(value, str) or not re.fullmatch(rf"[0-9a-f]{{{2 * length}}}", value):
        raise SlotsFault("damaged")
    return bytes.fromhex(value)


def counter(value: Any) -> int:
    """A generation; raises SlotsFault for anything else."""
    if type(value) is not int or not 1 <= value <= _MAX_GENERATION:
        raise SlotsFault("damaged")
    return value
