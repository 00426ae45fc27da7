"""What became of a file whose clearing was cut off: by a kill, a power cut, a stick that was pulled out.

What says so is the folder it is moved into (`store.evidence.clearing_hold`): it is there from before the file is moved
until the outcome is recorded, and no other disk has one of that name. Without it nothing says that the disk is the one,
and without the marks that Segl leaves in it where it deletes (`store.evidence.clearing_marks`) nothing says that nobody
else moved the file or changed it; then nobody is told that it is gone.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from enum import StrEnum

from store.evidence import clearing_marks as marks
from store.evidence.clearing_errors import NotCleared
from store.evidence.clearing_hold import FOLDER, Trace, close, folder_of, lies_there, put_back


class Found(StrEnum):
    """What `look` finds after an interruption."""

    GONE = "gone"
    THERE = "there"
    HELD = "held"
    NOT_BY_SEGL = "not-by-segl"
    UNKNOWN = "unknown"


def look(trace: Trace, digest: str) -> Found:
    """What became of a file after an interruption; what lies in the folder of the clearing is put back first.

    Args:
        trace: where to look.
        digest: `sha256:<hex>` of the file.

    Returns:
        `Found.GONE` where marks in the folder of the clearing say that Segl deleted it, nothing else lies there, and
        no name is a file with that content; `Found.THERE` where a name is, or was put back; `Found.HELD` where
        something lies in that folder still, because its name was taken meanwhile; `Found.NOT_BY_SEGL` where the folder
        is there, the file is not, and Segl did not delete it: somebody changed, moved or deleted it;
        `Found.UNKNOWN` where neither that folder nor the file is there (the stick was taken out, or somebody moved the
        file), or the disk does not answer.
    """
    folders: list[int] = []
    hold = -1
    try:
        folders.extend(folder_of(raw)[0] for raw in trace.names)
        with suppress(FileNotFoundError, NotADirectoryError):
            hold = os.open(trace.hold, FOLDER, dir_fd=folders[0])
        back = hold >= 0 and _emptied(trace, hold, folders)
        if hold >= 0 and marks.held(hold):
            return Found.HELD
        names = zip(folders, trace.names, strict=True)
        if back or any(lies_there(folder, _name(raw), digest, trace.size) for folder, raw in names):
            return Found.THERE
        if hold < 0:
            return Found.UNKNOWN
        return Found.GONE if marks.all_taken_off(hold, len(trace.names)) else Found.NOT_BY_SEGL
    except (OSError, NotCleared):
        return Found.UNKNOWN
    finally:
        for handle in (*folders, hold):
            close(handle)


def _emptied(trace: Trace, hold: int, folders: list[int]) -> bool:
    """Put back what lies in the folder of the clearing, each under its name; whether there was anything.

    What is not called as Segl calls it is the file, too, where a disk kept it under a hidden name because it was open:
    it gets the first name that is free.
    """
    back = False
    names = marks.held(hold)
    if names:
        # Before it is put back: once it is, nothing may say any more that it was deleted.
        marks.unsay(hold)
    for held in names:
        if not stat.S_ISREG(os.stat(held, dir_fd=hold, follow_symlinks=False).st_mode):
            continue
        mine = int(held) if held.isdecimal() and int(held) < len(trace.names) else -1
        for number, (folder, raw) in enumerate(zip(folders, trace.names, strict=True)):
            if mine in (-1, number):
                with suppress(NotCleared):
                    put_back(hold, held, folder, _name(raw), raw)
                    back = True
                    break
    return back


def _name(raw: bytes) -> bytes:
    return raw.rpartition(b"/")[2]
