"""What the usual places may still have of a file that was cleared: found by names only, nothing is opened or deleted.

Thumbnails by the freedesktop rule (MD5 of the file's URI: Thumbnail Managing Standard), the trash of the Trash
specification, the bins that a Mac and Windows make on every disk, and the lists of recent files, which are lists of
names and are looked through for this one. Windows gives a file another name in its bin: there it is told by its bytes
(`store.evidence.identical`). What can't be looked at from here (other systems, the bin of a cloud) is named for a
person to look at.
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
_PICTURES: Final = frozenset({b"thumbs.db", b"ehthumbs.db", b"ehthumbs_vista.db"})
"""Files in which Windows keeps small pictures of a folder, in small letters; of which files can't be seen by a name."""
_WINDOWS: Final = frozenset({b"$recycle.bin", b"recycler", b"recycled"})
"""The bin that Windows makes on each disk, in small letters: below it, or in a folder for each user."""
_OF_A_USER: Final = re.compile(rb"\.Trash-\d+")


class LeftoverKind(StrEnum):
    """What sort of remains."""

    THUMBNAIL = "thumbnail"
    TRASH = "trash"
    RECENT = "recent"
    MAC = "mac"
    FOLDER = "folder"
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
            LeftoverKind.FOLDER: _("small pictures of the folder it lay in, perhaps of it, too: {where}"),
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
    return (*_thumbnails(path, cache, home), *_trash(path, data, home), *_recent(path, data), *_beside(path))


def data_home(environ: Mapping[str, str], home: Path) -> Path:
    """Where the desktops keep the bin and the list of recent files."""
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")


def bins_of(path: bytes, data: Path, home: Path) -> tuple[bytes, ...]:
    """The bins that are there into which a file may have gone: the user's own, and those of the disk it lay on.

    Those of a disk are looked for in each folder above the file, whoever made them and on whichever system.

    Args:
        path: where it lay, absolute, without links.
        data: as `data_home` gives it.
        home: of the user.
    """
    folder = path.rpartition(b"/")[0] or b"/"
    bins = [os.fsencode(data / "Trash" / "files"), os.fsencode(home / ".Trash")]
    while True:
        bins += _bins_in(folder)
        above = folder.rpartition(b"/")[0] or b"/"
        if above == folder:
            return tuple(dict.fromkeys(one for one in bins if os.path.isdir(one)))  # noqa: PTH112 - bytes
        folder = above


def _bins_in(folder: bytes) -> Iterator[bytes]:
    """The bins of a disk whose topmost folder this may be; one's own also where the folder can't be listed."""
    folder = folder.rstrip(b"/")
    user = os.fsencode(str(os.getuid() if hasattr(os, "getuid") else 0))
    for name in dict.fromkeys((*_names(folder or b"/"), b".Trash-" + user, b".Trash", b".Trashes")):
        one = folder + b"/" + name
        if _OF_A_USER.fullmatch(name):
            yield one + b"/files"
        elif name == b".Trash":
            yield from (one + b"/" + whose + b"/files" for whose in (*_names(one), user))
        elif name == b".Trashes" or name.lower() in _WINDOWS:
            yield one
            yield from (one + b"/" + whose for whose in (*_names(one), user))


def _names(folder: bytes) -> list[bytes]:
    """What lies in a folder, sorted; nothing where it can't be looked into."""
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - bytes
    except OSError:
        return []


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
    # A Synology server keeps them in a folder of the file's name.
    if os.path.lexists(served := folder + b"/@eaDir/" + file):
        yield Leftover(kind=LeftoverKind.THUMBNAIL, where=shown_path(served))


def _trash(path: bytes, data: Path, home: Path) -> Iterator[Leftover]:
    name = path.rpartition(b"/")[2]
    stem, dot, ending = name.rpartition(b".")
    stem, ending = (stem, dot + ending) if stem else (name, b"")
    again = re.compile(_MAC + re.escape(stem) + rb"(?:[ .]?\(?\d+\)?)?" + re.escape(ending) + rb"(?:\.\d+)?")
    for one in bins_of(path, data, home):
        for found in _names(one):
            if again.fullmatch(found):
                kind = LeftoverKind.MAC if found.startswith(_APPLES) else LeftoverKind.TRASH
                yield Leftover(kind=kind, where=shown_path(one + b"/" + found))


def _beside(path: bytes) -> Iterator[Leftover]:
    """Names beside it: of a Mac, where the disk can't keep its notes otherwise, of small pictures, and of clearings."""
    folder, _slash, name = path.rpartition(b"/")
    if os.path.lexists(folder + b"/" + _APPLES + name):
        yield Leftover(kind=LeftoverKind.MAC, where=shown_path(folder + b"/" + _APPLES + name))
    for one in _names(folder or b"/"):
        if one.startswith(os.fsencode(HOLD)) and _holds_something(folder + b"/" + one):
            yield Leftover(kind=LeftoverKind.CLEARING, where=shown_path(folder + b"/" + one))
        elif one.lower() in _PICTURES:
            yield Leftover(kind=LeftoverKind.FOLDER, where=shown_path(folder + b"/" + one))


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
    # KDE: one file for each, named by the file's name and, of several, a number.
    listed = re.compile(re.escape(path.rpartition(b"/")[2]) + rb"(?:\[\d+\])?\.desktop")
    folder = os.fsencode(data / "RecentDocuments")
    for found in _names(folder):
        if listed.fullmatch(found):
            yield Leftover(kind=LeftoverKind.RECENT, where=shown_path(folder + b"/" + found))


def look_also(place: Place, system: str = sys.platform) -> tuple[str, ...]:
    """Places a person has to look at, because Segl can't or doesn't."""
    words = {
        "darwin": (_("the Bin, and 'Recents' in Finder"), _("Time Machine and iCloud copies of the folder")),
        "win32": (_("the Recycle Bin, and 'Recent' in Explorer"), _("File History and earlier versions of the folder")),
    }.get(system, (_("backups and snapshots of the folder"), _("the desktop's search and its list of activities")))
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
