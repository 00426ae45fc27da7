"""How far a reading is, on a terminal: fast and long first, since a name may be longer than the line."""

from __future__ import annotations

import os
import pty

from guidance.language import speaking
from store.evidence.queue import QueueProgress
from tui.cli.progress import Progress


def test_rate_and_time_left_come_before_the_name() -> None:
    ours, theirs = pty.openpty()
    try:
        with speaking("en"), os.fdopen(theirs, "w") as stream:
            so_far = QueueProgress(file=1, files=3, name="n" * 300, done=50, total=200, rate=50.0)
            progress = Progress(stream)
            progress.reading(None)
            progress.reading(so_far)
            shown = os.read(ours, 4096).decode()
    finally:
        os.close(ours)
    assert " 25 %  50 B a second, 4 seconds left  1/3  nnn" in shown


def test_it_is_silent_where_nobody_sees_it() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader) as out:
        with os.fdopen(writer, "w") as stream:
            Progress(stream).reading(QueueProgress(file=1, files=1, name="a", done=1, total=2, rate=1.0))
        assert out.read() == ""
