"""What was seen after a clearing, as the journal has it and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from store.entry import EntryInvalid
from store.looks import Look

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MOST_KINDS: Final = 40


def write_look(evidence: str, copy: int, look: Look) -> dict[str, Any]:
    """The payload of `evidence.looked-after`."""
    return {
        "evidence": evidence,
        "copy": copy,
        "place": look.place,
        "system": look.system,
        "found": dict(look.found),
        "same": look.same,
        "unread": look.unread,
        "whole": look.whole,
    }


def read_look(said: Mapping[str, Any]) -> tuple[str, int, Look]:
    """The piece, the copy and what was seen.

    Raises:
        EntryInvalid: something else than codes and numbers stands there.
    """
    found = said["found"]
    codes = (said["place"], said["system"], *found)
    numbers = (said["copy"], said["same"], said["unread"], *found.values())
    if len(found) > _MOST_KINDS or not all(map(_CODE.fullmatch, codes)) or not all(map(_is_number, numbers)):
        raise EntryInvalid("payload-fields")
    look = Look(
        place=said["place"],
        system=said["system"],
        found=tuple(sorted(found.items())),
        same=said["same"],
        unread=said["unread"],
        whole=said["whole"],
    )
    return said["evidence"], said["copy"], look


def _is_number(value: object) -> bool:
    return type(value) is int and value >= 0
