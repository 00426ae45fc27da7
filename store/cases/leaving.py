"""What is about to leave the house: kept in the vault before a file gets its name, so that no file is there unrecorded.

A bundle or a list is whole before it has a name. Just before the name is given, what is going to be written of it into
the case is kept beside the journal, as a draft; the entry and the end of that draft are one commit. Where the work was
cut off in between, the next unlocking looks: a file that is there is written into the case; where one is not, that is
told, and what was put beside it before, in plain, is taken away. So are unfinished files, on a disk on which a file has
a name before it is whole.
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
from store.cases import clearing_kept
from store.cases.desk import Desk
from store.entry import SpaceKind, read_time, write_time
from store.evidence.clearing_marks import Emptied, take_hold_away
from store.left_behind import (
    File,
    is_away,
    is_there,
    mount_of,
    take_away,
    take_part_away,
)
from store.model import Sealed

if TYPE_CHECKING:
    from store.bundle.evidence_lists import WrittenList
    from store.bundle.plain_copy import PlainCopy

KEY: Final = "leaving/"
_PART: Final = f"{KEY}part/"
_WAITS: Final = timedelta(days=30)
"""So long is a folder waited for in which something may lie."""
Said = tuple[str, dict[str, Any]]
"""Kind and payload of an entry."""


class Became(StrEnum):
    """What an unlocking found of something whose recording was cut off."""

    RECORDED = "recorded"
    NOTHING = "nothing"
    AWAY = "away"
    LOST = "lost"
    UNFINISHED = "unfinished"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Something that was about to leave the house when the work was cut off.

    Attributes:
        reference: of its case.
        path: of the file.
        became: what was found.
        gone: what had been put beside it and was taken away.
        left: what has the name of something that was to be there, and is something else or can't be taken away.
    """

    reference: str
    path: str
    became: Became
    gone: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

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
                "when the disk is connected at an unlocking, Segl looks again."
            ),
            Became.LOST: _(
                "{path} may have been made for the case {case} when the work was cut off. Its disk was not connected "
                "for 30 days: it is not recorded, and Segl looks no more."
            ),
            Became.UNFINISHED: _("{path} is what was left of work that was cut off. It was taken away."),
            Became.HELD: _(
                "In the folder {path} lies something of a copy that was to be cleared. Look what it is: Segl deletes "
                "nothing there."
            ),
        }
        words = [said[self.became].format(path=_shown(self.path), case=self.reference)]
        if self.gone:
            words.append(_("Taken away: {files}.").format(files=", ".join(map(_shown, self.gone))))
        if self.left:
            left = _("Left as they are, since they are not what Segl wrote or can't be taken away: {files}.")
            words.append(left.format(files=", ".join(map(_shown, self.left))))
        return " ".join(words)


def _shown(path: str) -> str:
    from store.evidence.errors import shown_path

    return shown_path(os.fsencode(path))


class LeavingDesk(Desk):
    """Casework on what leaves the house."""

    def about_to_seal(self, case: str, sealed: Sealed) -> None:
        """Keep what is going to be recorded of a bundle that is whole and has no name yet."""
        space = self._resolve(case)
        self._about_to_leave(space, files_of(sealed), [sealed_entry(sealed)], beside=beside(sealed))

    def about_to_list(self, case: str, lists: Sequence[WrittenList]) -> None:
        """The same of lists of checksums."""
        space = self._resolve(case)
        self._about_to_leave(space, _files_of_lists(lists), _list_entries(lists))

    def about_to_copy(self, case: str, copy: PlainCopy) -> None:
        """The same of a plain copy."""
        self._about_to_leave(self._resolve(case), _files_of_copy(copy), [_copy_entry(copy)], beside=_beside_copy(copy))

    def about_to_write(self, part: Path) -> None:
        """Keep where an unfinished file is going to stand, that has a name before it is whole."""
        text = json.dumps({"part": os.fsencode(part).hex(), "mount": mount_of(part.parent)})
        self._intend(_part_key(part), text)

    def _about_to_leave(
        self, space: str, files: Sequence[File], said: Iterable[Said], *, beside: Sequence[File] = ()
    ) -> None:
        kept = {
            "space": space,
            "files": _written(files),
            "beside": _written(beside),
            "mount": mount_of(files[-1][0].parent),
            "said": [list(one) for one in said],
        }
        self._intend(_key(files), json.dumps(kept))

    def _intend(self, key: str, text: str) -> None:
        with self._connection.transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO draft (key, text, saved_at) VALUES (?, ?, ?)",
                (key, text, write_time(self._clock())),
            )

    def record_seal(self, case: str, sealed: Sealed) -> None:
        """Write into the case that a bundle of it was sealed: for whom, to which recipients, with which digests."""
        self._left(self._resolve(case), files_of(sealed), [sealed_entry(sealed)])

    def record_lists(self, case: str, written: Sequence[WrittenList]) -> None:
        """Write into the case which lists of checksums went into plain files: all of them or none."""
        self._left(self._resolve(case), _files_of_lists(written), _list_entries(written))

    def record_copy(self, case: str, copy: PlainCopy) -> None:
        """Write into the case that a plain copy went out: why, where to, for which system and number."""
        self._left(self._resolve(case), _files_of_copy(copy), [_copy_entry(copy)])

    def _left(self, space: str, files: Sequence[File], said: Iterable[Said]) -> None:
        below = _parts_key(files[-1][0].parent)
        with self._writing():
            for kind, payload in said:
                self._append(SpaceKind.CASE, space, kind, payload)
            self._connection.execute(
                "DELETE FROM draft WHERE key = ? OR substr(key, 1, ?) = ?", (_key(files), len(below), below)
            )

    def settle_leaving(self) -> tuple[Settled, ...]:
        """At an unlocking: record what has its name and stands in no case, and take away what is not to stay.

        Returns:
            What is to be told. A disk that is not there is told once, and again when it is waited for no more.
        """
        rows = self._connection.execute(
            "SELECT key, text, saved_at FROM draft WHERE substr(key, 1, ?) = ? ORDER BY saved_at, key", (len(KEY), KEY)
        ).fetchall()
        # What an unfinished file was to become is looked at while it is still there.
        first = [row for row in rows if not row[0].startswith((_PART, clearing_kept.HOLDS))]
        holds = [row for row in rows if row[0].startswith(clearing_kept.HOLDS)]
        parts = [row for row in rows if row[0].startswith(_PART)]
        unfinished = {_path(json.loads(text)["part"]) for _key_of, text, _at in parts}
        settled = [self._settle_one(str(key), str(text), str(at), unfinished) for key, text, at in first]
        settled += [self._settle_part(str(key), str(text), str(at)) for key, text, at in parts]
        settled += [self._settle_hold(str(text), str(at)) for _key_of, text, at in holds]
        return tuple(one for one in settled if one is not None)

    def _settle_one(self, key: str, text: str, at: str, unfinished: set[Path]) -> Settled | None:
        kept = json.loads(text)
        files, aside = _read(kept["files"]), _read(kept.get("beside", []))
        there = [is_there(*one) for one in files]
        # The sealed file is named last, and each list for itself: what is there is recorded.
        said = [one for one, found in zip(_by_file(kept["said"], len(files)), there, strict=True) if found]
        path = files[-1][0]
        row = self._connection.execute("SELECT reference FROM case_file WHERE space = ?", (kept["space"],)).fetchone()
        reference = str(row[0]) if row else ""
        if not said and is_away(path.parent, kept.get("mount", "")):
            old = read_time(at) + _WAITS < self._clock()
            told = bool(kept.get("told"))
            with self._connection.transaction():
                if old:
                    self._connection.execute("DELETE FROM draft WHERE key = ?", (key,))
                elif not told:
                    again = json.dumps({**kept, "told": True})
                    self._connection.execute("UPDATE draft SET text = ? WHERE key = ?", (again, key))
            became = Became.LOST if old else Became.AWAY
            return None if told and not old else Settled(reference=reference, path=str(path), became=became)
        # What was put beside a bundle that never came is taken away before it is forgotten that it was put there.
        not_there = [one for one, found in zip(files, there, strict=True) if not found]
        taken = take_away(
            [*([] if said else aside), *not_there],
            placeholders=any(part.parent == path.parent and os.path.lexists(part) for part in unfinished),
        )
        # A number in a name was asked about before the work began.
        with self.allowing_cpr(), self._writing():
            for entries in said:
                for kind, payload in entries:
                    self._append(SpaceKind.CASE, kept["space"], kind, payload)
            self._connection.execute("DELETE FROM draft WHERE key = ?", (key,))
        return Settled(
            reference=reference,
            path=str(path),
            became=Became.RECORDED if said else Became.NOTHING,
            gone=tuple(map(str, taken.gone)),
            left=tuple(map(str, taken.left)),
        )

    def _settle_part(self, key: str, text: str, at: str) -> Settled | None:
        kept = json.loads(text)
        part = _path(kept["part"])
        gone = take_part_away(part)
        waits = not gone and is_away(part.parent, kept["mount"]) and read_time(at) + _WAITS >= self._clock()
        if not waits:
            with self._connection.transaction():
                self._connection.execute("DELETE FROM draft WHERE key = ?", (key,))
        return Settled(reference="", path=str(part), became=Became.UNFINISHED) if gone else None

    def _settle_hold(self, text: str, at: str) -> Settled | None:
        """The folder of a clearing whose outcome is recorded; where something lies in it, that is told each time."""
        hold, mount = clearing_kept.read_hold(text)
        found = take_hold_away(hold)
        waits = found is Emptied.LEFT or (found is Emptied.NOT_THERE and is_away(hold.parent, mount))
        if not waits or read_time(at) + _WAITS < self._clock():
            with self._connection.transaction():
                clearing_kept.drop_hold(self._connection, hold)
        became = {Emptied.GONE: Became.UNFINISHED, Emptied.LEFT: Became.HELD}.get(found)
        return Settled(reference="", path=str(hold), became=became) if became else None


def _by_file(said: Sequence[Said], files: int) -> list[list[Said]]:
    """The entries that each file stands for: of one file all of them, of several one each."""
    return [list(said)] if files == 1 else [[one] for one in said]


def _written(files: Iterable[File]) -> list[list[Any]]:
    return [[os.fsencode(path).hex(), size, digest] for path, size, digest in files]


def _read(written: Iterable[Sequence[Any]]) -> list[File]:
    return [(_path(path), int(size), str(digest)) for path, size, digest in written]


def _path(written: str) -> Path:
    return Path(os.fsdecode(bytes.fromhex(written)))


def _parts_key(folder: Path) -> str:
    return f"{_PART}{hashlib.sha256(os.fsencode(folder)).hexdigest()[:32]}/"


def _part_key(part: Path) -> str:
    return _parts_key(part.parent) + hashlib.sha256(os.fsencode(part.name)).hexdigest()[:32]


def _key(files: Sequence[File]) -> str:
    path, _size, digest = files[-1]
    return KEY + hashlib.sha256(os.fsencode(path) + b"\0" + digest.encode("ascii")).hexdigest()[:32]


def files_of(sealed: Sealed) -> list[File]:
    """The file that a bundle is; where it is, all is."""
    return [(Path(sealed.path), sealed.size, sealed.digest)]


def beside(sealed: Sealed) -> list[File]:
    """The plain files that are named before it."""
    return [
        (Path(path), size, digest)
        for path, (size, digest) in zip(sealed.companions, sealed.companion_files, strict=True)
    ]


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


def _files_of_copy(copy: PlainCopy) -> list[File]:
    return [(copy.paths[0], copy.size, copy.digest)]


def _beside_copy(copy: PlainCopy) -> list[File]:
    return [(copy.paths[1], copy.metadata_size, copy.metadata_digest)]


def _copy_entry(copy: PlainCopy) -> Said:
    """What the case says of a plain copy."""
    return "case.filed", {
        "system": copy.system,
        "number": copy.number,
        "place": copy.folder,
        "name": copy.name,
        "digest": copy.digest,
        "metadata": copy.metadata,
        "metadata-digest": copy.metadata_digest,
        "purpose": copy.purpose,
    }
