"""Reading a queue of files in a thread of its own, with what was read kept in the vault as it comes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence

from store.evidence.errors import NotHashed
from store.evidence.folders import files_under
from store.evidence.hashing import HashedFile
from store.evidence.queue import QueueProgress, hash_files
from store.evidence.queue_draft import KEEP_EVERY, PART, Resumed, part_key, write_part

Outcome = HashedFile | NotHashed


class Reading:
    """One reading of what was chosen. Nothing here touches a widget.

    Args:
        case_id: the queue is that of this case.
        chosen: files and folders.
        before: the parts that were kept by a reading before.
        keep: keeps a part under its key.
        moved: told how far it has come.
        stop: set where a person stops it.
    """

    def __init__(
        self,
        case_id: str,
        chosen: Sequence[bytes],
        before: Mapping[str, str],
        keep: Callable[[str, str], None],
        moved: Callable[[QueueProgress], None],
        stop: threading.Event,
    ) -> None:
        self._case_id = case_id
        self._chosen = chosen
        self._known = Resumed(before.values())
        self._number = max((int(key.rpartition("/")[2]) + 1 for key in before), default=0)
        self._keep = keep
        self._moved = moved
        self._stop = stop
        self._waiting: list[HashedFile] = []
        self._kept_at = time.monotonic()
        self.found: list[Outcome] = []

    def run(self) -> None:
        """Read all; `found` has what came of it, in order.

        Raises:
            HashingCancelled: a person stopped it; what was read is kept.
            TooManyFiles: more was chosen than one queue takes.
        """
        stopped = self._stop.is_set
        try:
            paths = files_under(self._chosen, cancelled=stopped)
            for outcome in hash_files(paths, progress=self._moved, cancelled=stopped, known=self._known, calm=True):
                self.found.append(outcome)
                if isinstance(outcome, HashedFile):
                    self._take(outcome)
        finally:
            self._write()

    def _take(self, result: HashedFile) -> None:
        if not len(self._known) or self._known(result.path) != result:
            self._waiting.append(result)
        if len(self._waiting) >= PART or time.monotonic() - self._kept_at > KEEP_EVERY:
            self._write()

    def _write(self) -> None:
        if self._waiting:
            self._keep(part_key(self._case_id, self._number), write_part(self._waiting))
            self._number += 1
            self._waiting.clear()
        self._kept_at = time.monotonic()
