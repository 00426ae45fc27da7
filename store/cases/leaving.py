"""What is about to leave the house: kept in the vault before a file gets its name, so that no file is there unrecorded.

A bundle or a list is whole before it has a name. Just before the name is given, what is going to be written of it into
the case is kept beside the journal, as a draft; the entry and the end of that draft are one commit. Where the work was
cut off in between, the next unlocking looks: a file that is there is written into the case, one that is not is told.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from guidance.language import _
from store.cases.desk import Desk
from store.entry import SpaceKind, read_time, write_time
from store.model import Sealed

if TYPE_CHECKING:
    from store.bundle.evidence_lists import WrittenList

KEY: Final = "leaving/"
_READ_WHOLE: Final = 64 << 20
"""A larger file is told by its size alone: an unlocking does not read gigabytes."""
_WAITS: Final = timedelta(days=30)
"""So long is it told that a folder is not there in which something may lie."""
Said = tuple[str, dict[str, Any]]
"""Kind and payload of an entry."""
File = tuple[Path, int, str]
"""Path, size (-1 where it is read whatever it is) and digest, `sha256:<hex>`."""


class Became(StrEnum):
    """What an unlocking found of something whose recording was cut off."""

    RECORDED = "recorded"
    NOTHING = "nothing"
    AWAY = "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Something that was about to leave the house when the work was cut off.

    Attributes:
        reference: of its case.
        path: of the file.
        became: what was found.
    """

    reference: str
    path: str
    became: Became

    def words(self) -> str:
        """What is said of it."""
        said = {
            Became.RECORDED: _(
                "{path} was made for the case {case} and the work was cut off before that was recorded. It is recorded "
                "now."
            ),
            Became.NOTHING: _(
                "{path} was to be made for the case {case} and the work was cut off. The file is not there and is not "
                "recorded."
            ),
            Became.AWAY: _(
                "{path} may have been made for the case {case} when the work was cut off. Its folder is not there now: "
                "connect the disk and unlock again."
            ),
        }
        return said[self.became].format(path=_shown(self.path), case=self.reference)


def _shown(path: str) -> str:
    from store.evidence.errors import shown_path

    return shown_path(os.fsencode(path))


class LeavingDesk(Desk):
    """Casework on what leaves the house."""

    def about_to_seal(self, case: str, sealed: Sealed) -> None:
        """Keep what is going to be recorded of a bundle that is whole and has no name yet."""
        space = self._resolve(case)
        self._about_to_leave(space, files_of(sealed), [sealed_entry(sealed)])

    def about_to_list(self, case: str, lists: Sequence[WrittenList]) -> None:
        """The same of lists of checksums."""
        space = self._resolve(case)
        self._about_to_leave(space, _files_of_lists(lists), _list_entries(lists))

    def _about_to_leave(self, space: str, files: Sequence[File], said: Iterable[Said]) -> None:
        text = json.dumps(
            {
                "space": space,
                "files": [[os.fsencode(path).hex(), size, digest] for path, size, digest in files],
                "said": [list(one) for one in said],
            }
        )
        with self._connection.transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO draft (key, text, saved_at) VALUES (?, ?, ?)",
                (_key(files), text, write_time(self._clock())),
            )

    def record_seal(self, case: str, sealed: Sealed) -> None:
        """Write into the case that a bundle of it was sealed: for whom, to which recipients, with which digests."""
        self._left(self._resolve(case), files_of(sealed), [sealed_entry(sealed)])

    def record_lists(self, case: str, written: Sequence[WrittenList]) -> None:
        """Write into the case which lists of checksums went into plain files: all of them or none."""
        self._left(self._resolve(case), _files_of_lists(written), _list_entries(written))

    def _left(self, space: str, files: Sequence[File], said: Iterable[Said]) -> None:
        with self._writing():
            for kind, payload in said:
                self._append(SpaceKind.CASE, space, kind, payload)
            self._connection.execute("DELETE FROM draft WHERE key = ?", (_key(files),))

    def settle_leaving(self) -> tuple[Settled, ...]:
        """At an unlocking: record what has its name and stands in no case, and say of the rest what became of it."""
        rows = self._connection.execute(
            "SELECT key, text, saved_at FROM draft WHERE substr(key, 1, ?) = ? ORDER BY saved_at", (len(KEY), KEY)
        ).fetchall()
        return tuple(self._settle_one(str(key), str(text), str(at)) for key, text, at in rows)

    def _settle_one(self, key: str, text: str, at: str) -> Settled:
        kept = json.loads(text)
        files = [(Path(os.fsdecode(bytes.fromhex(path))), size, digest) for path, size, digest in kept["files"]]
        there = [_is_there(*one) for one in files]
        # The sealed file is named last, and each list for itself: what is there is recorded.
        said = [one for one, found in zip(_by_file(kept["said"], len(files)), there, strict=True) if found]
        path = files[-1][0]
        if said:
            became = Became.RECORDED
        else:
            became = Became.NOTHING if path.parent.is_dir() else Became.AWAY
        old = read_time(at) + _WAITS < self._clock()
        # A number in a name was asked about before the work began.
        with self.allowing_cpr(), self._writing():
            for entries in said:
                for kind, payload in entries:
                    self._append(SpaceKind.CASE, kept["space"], kind, payload)
            if became is not Became.AWAY or old:
                self._connection.execute("DELETE FROM draft WHERE key = ?", (key,))
        row = self._connection.execute("SELECT reference FROM case_file WHERE space = ?", (kept["space"],)).fetchone()
        return Settled(reference=str(row[0]) if row else "", path=str(path), became=became)


def _by_file(said: Sequence[Said], files: int) -> list[list[Said]]:
    """The entries that each file stands for: of one file all of them, of several one each."""
    return [list(said)] if files == 1 else [[one] for one in said]


def _is_there(path: Path, size: int, digest: str) -> bool:
    try:
        found = path.lstat()
        if size >= 0 and found.st_size != size:
            return False
        if found.st_size > _READ_WHOLE:
            return size >= 0
        return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" == digest
    except OSError:
        return False


def _key(files: Sequence[File]) -> str:
    path, _size, digest = files[-1]
    return KEY + hashlib.sha256(os.fsencode(path) + b"\0" + digest.encode("ascii")).hexdigest()[:32]


def files_of(sealed: Sealed) -> list[File]:
    """The file that a bundle is; where it is, all is."""
    return [(Path(sealed.path), sealed.size, sealed.digest)]


def sealed_entry(sealed: Sealed) -> Said:
    """What the case says of a bundle."""
    return "case.sealed", {**bundle_payload(sealed), "purpose": sealed.purpose.value}


def bundle_payload(sealed: Sealed) -> dict[str, Any]:
    """What every entry about a bundle says of it."""
    return {
        "name": Path(sealed.path).name,
        "digest": sealed.digest,
        "size": sealed.size,
        "manifest-digest": sealed.manifest_digest,
        "recipients": list(sealed.recipients),
    }


def _files_of_lists(lists: Sequence[WrittenList]) -> list[File]:
    return [(one.path, -1, one.digest) for one in lists]


def _list_entries(lists: Sequence[WrittenList]) -> list[Said]:
    return [
        (
            "case.printed",
            {"what": "evidence-list", "name": one.path.name, "format": one.sort, "digest": one.digest},
        )
        for one in lists
    ]
