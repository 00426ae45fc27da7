"""What the usual places may still have of a file that was cleared: found by names only, nothing is opened or deleted.

Thumbnails by the freedesktop rule (MD5 of the file's URI: Thumbnail Managing Standard), the trash of the Trash
specification, and the list of recent files, which is a list of names and is looked through for this one. What can't be
looked at from here (other systems, the bin of a cloud) is named for a person to look at.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import quote

from guidance.language import _
from store.evidence.clearing_hold import FOLDER, HOLD
from store.evidence.clearing_marks import held
from store.evidence.errors import shown_path
from store.places import Place, PlaceKind

_RECENT_CAP: Final = 8 << 20
_APPLES: Final = b"._"
"""Before a name: what a Mac noted of that file (AppleDouble), on a disk that has no other place for it."""
_MAC: Final = rb"(?:\._)?"


class LeftoverKind(StrEnum):
    """What sort of remains."""

    THUMBNAIL = "thumbnail"
    TRASH = "trash"
    RECENT = "recent"
    MAC = "mac"
    CLEARING = "clearing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """Something that is there.

    Attributes:
        kind: what sort.
        where: path as text.
    """

    kind: LeftoverKind
    where: str

    def words(self) -> str:
        """What it is and where."""
        words = {
            LeftoverKind.THUMBNAIL: _("a small picture of it: {where}"),
            LeftoverKind.TRASH: _("a file of the same name in the bin: {where}"),
            LeftoverKind.RECENT: _("its name in the list of recent files: {where}"),
            LeftoverKind.MAC: _("what a Mac noted of it, as where it came from: {where}"),
            LeftoverKind.CLEARING: _("a folder of another clearing that was cut off, with something in it: {where}"),
        }
        return words[self.kind].format(where=self.where)


def leftovers(
    path: bytes, *, environ: Mapping[str, str] = os.environ, home: Path | None = None
) -> tuple[Leftover, ...]:
    """What is found of one file, on a system that keeps to the freedesktop rules.

    Args:
        path: where it lay, absolute, without links.
        environ: for `XDG_CACHE_HOME` and `XDG_DATA_HOME`.
        home: of the user.
    """
    home = home or Path.home()
    cache = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    data = data_home(environ, home)
    return (*_thumbnails(path, cache, home), *_trash(path, data), *_recent(path, data), *_beside(path))


def data_home(environ: Mapping[str, str], home: Path) -> Path:
    """Where the desktops keep the bin and the list of recent files."""
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")


def bins_of(path: bytes, data: Path) -> tuple[bytes, ...]:
    """The folders of the bins into which a file may have gone: the user's own, and those of the disk it lay on.

    Args:
        path: where it lay, absolute, without links.
        data: as `data_home` gives it.
    """
    folder = Path(os.fsdecode(path.rpartition(b"/")[0]))
    bins = [data / "Trash"]
    user = os.getuid() if hasattr(os, "getuid") else 0
    for above in (folder, *folder.parents):
        bins += [above / f".Trash-{user}", above / ".Trash" / str(user)]
    return tuple(os.fsencode(one / "files") for one in bins)


def file_uri(path: bytes) -> str:
    """The URI of a file as the desktops write it."""
    return "file://" + quote(path, safe="/!$&'()*+,;=:@-._~")


def thumbnail_name(path: bytes) -> str:
    """What a thumbnail of the file is called."""
    return hashlib.md5(file_uri(path).encode("ascii"), usedforsecurity=False).hexdigest() + ".png"


def _thumbnails(path: bytes, cache: Path, home: Path) -> Iterator[Leftover]:
    name = thumbnail_name(path)
    for root in (cache / "thumbnails", home / ".thumbnails"):
        for found in sorted([*root.glob(f"*/{name}"), *root.glob(f"fail/*/{name}")]):
            yield Leftover(kind=LeftoverKind.THUMBNAIL, where=shown_path(found))
    folder, _slash, file = path.rpartition(b"/")
    # Thumbnails that lie beside the pictures are named by the file's name alone.
    beside = hashlib.md5(quote(file).encode("ascii"), usedforsecurity=False).hexdigest() + ".png"
    for found in sorted(Path(os.fsdecode(folder)).glob(f".sh_thumbnails/*/{beside}")):
        yield Leftover(kind=LeftoverKind.THUMBNAIL, where=shown_path(found))


def _trash(path: bytes, data: Path) -> Iterator[Leftover]:
    name = path.rpartition(b"/")[2]
    stem, dot, ending = name.rpartition(b".")
    stem, ending = (stem, dot + ending) if stem else (name, b"")
    again = re.compile(_MAC + re.escape(stem) + rb"(?:[ .]?\(?\d+\)?)?" + re.escape(ending) + rb"(?:\.\d+)?")
    for one in bins_of(path, data):
        with suppress(OSError):
            for found in sorted(os.listdir(one)):  # noqa: PTH208
                if again.fullmatch(found):
                    kind = LeftoverKind.MAC if found.startswith(_APPLES) else LeftoverKind.TRASH
                    yield Leftover(kind=kind, where=shown_path(one + b"/" + found))


def _beside(path: bytes) -> Iterator[Leftover]:
    """Hidden names beside it: of a Mac, where the disk can't keep its notes otherwise, and of clearings."""
    folder, _slash, name = path.rpartition(b"/")
    if os.path.lexists(folder + b"/" + _APPLES + name):
        yield Leftover(kind=LeftoverKind.MAC, where=shown_path(folder + b"/" + _APPLES + name))
    with suppress(OSError):
        for one in sorted(os.listdir(folder or b"/")):  # noqa: PTH208
            if one.startswith(os.fsencode(HOLD)) and _holds_something(folder + b"/" + one):
                yield Leftover(kind=LeftoverKind.CLEARING, where=shown_path(folder + b"/" + one))


def _holds_something(folder: bytes) -> bool:
    try:
        hold = os.open(folder, FOLDER)
    except OSError:
        return False
    try:
        return bool(held(hold))
    finally:
        os.close(hold)


def _recent(path: bytes, data: Path) -> Iterator[Leftover]:
    wanted = file_uri(path).replace("&", "&amp;").replace("'", "&apos;").encode("ascii")
    for name in ("recently-used.xbel", "user-places.xbel"):
        with suppress(OSError), (data / name).open("rb") as file:
            if wanted + b'"' in file.read(_RECENT_CAP):
                yield Leftover(kind=LeftoverKind.RECENT, where=shown_path(data / name))


def look_also(place: Place, system: str = sys.platform) -> tuple[str, ...]:
    """Places a person has to look at, because Segl can't or doesn't."""
    words = {
        "darwin": (_("the Bin, and 'Recents' in Finder"), _("Time Machine and iCloud copies of the folder")),
        "win32": (_("the Recycle Bin, and 'Recent' in Explorer"), _("File History and earlier versions of the folder")),
    }.get(system, (_("backups and snapshots of the folder"),))
    more = {
        PlaceKind.CLOUD: (_("the bin and the earlier versions in {name} on the web").format(name=place.name),),
        PlaceKind.NETWORK: (_("backups and earlier versions on the server: ask IT"),),
        PlaceKind.PHONE: (_("'Recently deleted' on the phone, and its backup"),),
    }.get(place.kind, ())
    return (*words, _("programs that showed it: mail, chat, pictures"), *more)


def not_promised(place: Place) -> str:
    """What deleting there can't promise."""
    if place.kind is PlaceKind.CLOUD:
        return _(
            "A cloud keeps deleted files for weeks and has copies on other machines: "
            "delete it there too, and in its bin."
        )
    if place.kind is PlaceKind.NETWORK:
        return _("A server keeps backups: only those who run it can say when the file is gone from them.")
    if place.kind in (PlaceKind.REMOVABLE, PlaceKind.PHONE):
        return _(
            "A stick or a card writes to other cells than those it erases: the content may be got back with tools "
            "until the whole device is destroyed or overwritten. Deleting takes the name away, no more can be promised."
        )
    return _(
        "Deleting takes the name away. On a disk, above all an SSD, the content may be got back with tools until it is "
        "overwritten, and backups have it as long as they are kept."
    )
