"""Whose device files that were chosen together lie on: each by its own place, and each place is asked about once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from guidance.custody import Device
from guidance.language import _, ngettext
from store import places
from store.evidence.errors import AnyPath, TooManyFiles, shown_path
from store.evidence.folders import Found, files_under
from store.places import Place

_NAMED: Final = 3
"""Files that are named of each place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesAt:
    """What lies at one place of what was chosen.

    Attributes:
        place: a device, a disk, a folder of a cloud.
        count: how many files.
        names: of the first of them, to be shown.
    """

    place: Place
    count: int
    names: tuple[str, ...]

    def question(self) -> str:
        """Whose device that is, of which has to be known which one is meant."""
        where = self.place.words()
        if self.place.root:
            where = f"{where}, {shown_path(self.place.root)}"
        return _("Whose device is that: {places}?").format(places=where)

    def words(self) -> str:
        """How many files lie there, the first of them by name."""
        names = ", ".join(self.names)
        if self.count > len(self.names):
            names = _("{names} and more").format(names=names)
        return ngettext("{count} file lies there: {names}.", "{count} files lie there: {names}.", self.count).format(
            count=self.count, names=names
        )


class Placed:
    """The places of files; each folder is looked at once, a link for itself: it leads elsewhere.

    The disks are those that there were when it was made.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, Place] = {}
        self._look = places.OneLook()

    def place(self, path: bytes) -> Place:
        """Where a file, or a folder that was chosen, lies."""
        alone = os.path.islink(path) or os.path.isdir(path)  # noqa: PTH112, PTH114 - bytes
        return self._of(path if alone else _folder(path))

    def of_file(self, path: bytes, *, link: bool) -> Place:
        """Where a file lies of which is known whether it is a link."""
        return self._of(path if link else _folder(path))

    def _of(self, key: bytes) -> Place:
        if key not in self._known:
            self._known[key] = self._look.place(Path(os.fsdecode(key)))
        return self._known[key]


def files_by_place(
    chosen: Iterable[AnyPath],
    found: Iterable[Found] | None = None,
    *,
    placed: Placed | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[FilesAt, ...]:
    """The places that are no place for case material (AC-2c) of what was chosen and of each file below it.

    Args:
        chosen: files and folders; where one lies counts though no file is in it.
        found: the files below them, where they were looked for already.
        placed: what is known of their places already.
        cancelled: asked at each folder.

    Raises:
        HashingCancelled: `cancelled` said so.
    """
    given = [os.fsencode(path) for path in chosen]
    placed = placed or Placed()
    count = {placed.place(path): 0 for path in given}
    names: dict[Place, list[str]] = {}
    named = frozenset(given)
    try:
        for path in files_under(given, cancelled=cancelled) if found is None else found:
            if isinstance(path, bytes):
                place = placed.place(path) if path in named else placed.of_file(path, link=False)
                count[place] = count.get(place, 0) + 1
                if place.unfit and len(first := names.setdefault(place, [])) < _NAMED:
                    first.append(shown_path(path.rstrip(b"/").rpartition(b"/")[2]))
    except TooManyFiles:
        # It is said when they are read, and then nothing is registered.
        pass
    return tuple(
        FilesAt(place=place, count=files, names=tuple(names.get(place, ())))
        for place, files in count.items()
        if place.unfit
    )


def asked_about(found: Iterable[FilesAt]) -> tuple[FilesAt, ...]:
    """The places of which has to be known whose they are: somebody's own, with a file in them."""
    return tuple(one for one in found if one.place.somebodys and one.count)


def whose_by_folder(
    files: Iterable[tuple[bytes, bool]], answer: Callable[[Place], Device | None]
) -> dict[bytes, Device]:
    """What was answered, by the folder that a file lies in; a link by its own path.

    Args:
        files: paths, and whether it is a link.
        answer: whose device it is, of each place that was asked about; None, or `NONE`, where nobody said.
    """
    placed = Placed()
    found: dict[bytes, Device] = {}
    for path, link in files:
        key = path if link else _folder(path)
        if key not in found:
            place = placed.of_file(path, link=link)
            found[key] = (answer(place) or Device.NONE) if place.somebodys else Device.NONE
    return {key: device for key, device in found.items() if device}


def whose(path: bytes, by_folder: Mapping[bytes, Device]) -> Device:
    """Whose device a file lies on, by what `whose_by_folder` gave."""
    return by_folder.get(path) or by_folder.get(_folder(path)) or Device.NONE


def _folder(path: bytes) -> bytes:
    return os.path.dirname(path) or b"."  # noqa: PTH120 - bytes
