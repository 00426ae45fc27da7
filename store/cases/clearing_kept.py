"""What the vault keeps of a clearing beside the journal: where to look if it is cut off, and which folder is to go.

`clearing/` and the entry that began it: where to look, until the outcome is recorded. From that commit on
`leaving/hold/` says where the folder may lie into which the file was moved, until that folder is seen to be gone.
"""

from __future__ import annotations

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Final

from store.database import Connection
from store.entry import write_time
from store.evidence.clearing_hold import Trace
from store.left_behind import mount_of

BEGUN: Final = "clearing/"
HOLDS: Final = "leaving/hold/"


def keep_trace(connection: Connection, entry: str, trace: Trace, at: datetime) -> None:
    """Within a change: where to look if the clearing that this entry began is cut off."""
    text = json.dumps({"names": [name.hex() for name in trace.names], "hold": trace.hold, "size": trace.size})
    _keep(connection, BEGUN + entry, text, at)


def trace_of(connection: Connection, entry: str) -> Trace | None:
    """Where to look; None where it is not kept here (the entry is a colleague's)."""
    row = connection.execute("SELECT text FROM draft WHERE key = ?", (BEGUN + entry,)).fetchone()
    try:
        said = json.loads(str(row[0])) if row else {}
        # An earlier version kept no size.
        return Trace(
            names=tuple(bytes.fromhex(name) for name in said["names"]),
            hold=str(said["hold"]),
            size=int(said.get("size", -1)),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def drop_trace(connection: Connection, entry: str, at: datetime) -> Path | None:
    """Within a change: the outcome is recorded; what is left to do is to take the folder of the clearing away.

    Returns:
        That folder; None where nothing was kept.
    """
    trace = trace_of(connection, entry)
    connection.execute("DELETE FROM draft WHERE key = ?", (BEGUN + entry,))
    if trace is None or not trace.names:
        return None
    hold = Path(os.fsdecode(trace.names[0].rpartition(b"/")[0] or b"/"), trace.hold)
    text = json.dumps({"hold": os.fsencode(hold).hex(), "mount": mount_of(hold.parent)})
    _keep(connection, _key(hold), text, at)
    return hold


def read_hold(text: str) -> tuple[Path, str]:
    """Where the folder of a clearing may lie, and on which mount."""
    said = json.loads(text)
    return Path(os.fsdecode(bytes.fromhex(said["hold"]))), str(said["mount"])


def drop_hold(connection: Connection, hold: Path) -> None:
    """Within a change: that folder is gone."""
    connection.execute("DELETE FROM draft WHERE key = ?", (_key(hold),))


def _key(hold: Path) -> str:
    return HOLDS + hashlib.sha256(os.fsencode(hold)).hexdigest()[:32]


def _keep(connection: Connection, key: str, text: str, at: datetime) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO draft (key, text, saved_at) VALUES (?, ?, ?)", (key, text, write_time(at))
    )
