"""The time zone of the machine, with its daylight saving: a fixed offset would count winter days by summer time."""

from __future__ import annotations

import os
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

_LOCALTIME: Final = Path("/etc/localtime")


def local_zone(localtime: Path = _LOCALTIME) -> tzinfo:
    """The zone that `TZ` names, else that of the machine; where neither can be read, the offset that holds now."""
    try:
        if name := os.environ.get("TZ"):
            return ZoneInfo(name.removeprefix(":"))
        with localtime.open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError, KeyError):
        return datetime.now().astimezone().tzinfo or UTC
