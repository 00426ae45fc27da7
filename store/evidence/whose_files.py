"""Whose device files that were chosen together lie on: each by its own place, and each kind is asked about once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from guidance.custody import Device
from store import places
from store.evidence.errors import AnyPath, TooManyFiles
from store.evidence.folders import files_under
from store.places import Place, PlaceKind


class Placed:
    """The places of files; each folder is looked at once, and a link for itself: it leads elsewhere."""

    def __init__(self) -> None:
        self._known: dict[bytes, Place] = {}

    def place(self, path: bytes) -> Place:
        """Where a file, or a folder that was chosen, lies."""
        alone = os.path.islink(path) or os.path.isdir(path)  # noqa: PTH112, PTH114 - bytes
        return self._of(path if alone else _folder(path))

    def of_file(self, path: bytes, *, link: bool) -> Place:
        """Where a file lies of which is known whether it is a link."""
        return self._of(path if link else _folder(path))

    def _of(self, key: bytes) -> Place:
        if key not in self._known:
            self._known[key] = places.classify(Path(os.fsdecode(key)))
        return self._known[key]


def unfit_places(chosen: Iterable[AnyPath], *, cancelled: Callable[[], bool] | None = None) -> tuple[Place, ...]:
    """The places that are no place for case material (AC-2c) of what was chosen and of each file below it.

    Raises:
        HashingCancelled: `cancelled` said so.
    """
    given = [os.fsencode(path) for path in chosen]
    placed = Placed()
    found = dict.fromkeys(placed.place(path) for path in given)
    named = frozenset(given)
    try:
        for path in files_under(given, cancelled=cancelled):
            if isinstance(path, bytes) and path not in named:
                found[placed.of_file(path, link=False)] = None
    except TooManyFiles:
        # It is said when they are read, and then nothing is registered.
        pass
    return tuple(place for place in found if place.unfit)


def whose_by_folder(files: Iterable[tuple[bytes, bool]], answers: Mapping[PlaceKind, Device]) -> dict[bytes, Device]:
    """What was answered, by the folder that a file lies in; a link by its own path.

    Args:
        files: paths, and whether it is a link.
        answers: whose device it is, of each kind of place that was asked about.
    """
    placed = Placed()
    found: dict[bytes, Device] = {}
    for path, link in files:
        key = path if link else _folder(path)
        if key not in found:
            place = placed.of_file(path, link=link)
            found[key] = answers.get(place.kind, Device.NONE) if place.somebodys else Device.NONE
    return {key: device for key, device in found.items() if device}


def whose(path: bytes, by_folder: Mapping[bytes, Device]) -> Device:
    """Whose device a file lies on, by what `whose_by_folder` gave."""
    return by_folder.get(path) or by_folder.get(_folder(path)) or Device.NONE


def _folder(path: bytes) -> bytes:
    return os.path.dirname(path) or b"."  # noqa: PTH120 - bytes
