"""What kind of disk a path lies on: a vault does not belong on all of them, and neither does case material (AC-2c).

Cloud folders are told by their names, on every system, and by where OneDrive and Dropbox say that theirs is. The rest
is asked of the system through one border, `System`: `Linux` here, `store.places_windows`, `store.places_macos`. Linux
is tested where it runs; of the other two it is tested what they make of the system's answers, not the asking. Any other
system says `unknown`, which is never taken for 'local'.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Final, Protocol

from guidance.language import _

AnyPath = bytes | str | Path


class PlaceKind(StrEnum):
    """Kinds of places."""

    LOCAL = "local"
    RESETS = "resets-at-start-up"
    NETWORK = "network"
    PHONE = "phone"
    CLOUD = "cloud"
    REMOVABLE = "removable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a path lies.

    Attributes:
        kind: what sort of place.
        name: what it was told by: a file system, a mount point, the name of a cloud.
        root: where it begins, where `name` does not say so: two phones, and two folders of one cloud, have one name.
    """

    kind: PlaceKind
    name: str
    root: str = ""

    @property
    def unfit(self) -> bool:
        """Whether neither a vault nor case material belongs there."""
        return self.kind in {PlaceKind.NETWORK, PlaceKind.PHONE, PlaceKind.CLOUD, PlaceKind.REMOVABLE}

    @property
    def somebodys(self) -> bool:
        """Whether it is somebody's own device or account, of which has to be known whose: a stick, a phone, a cloud."""
        return self.kind in {PlaceKind.PHONE, PlaceKind.CLOUD, PlaceKind.REMOVABLE}

    def words(self) -> str:
        """What it is, as part of a sentence: 'a network drive (nfs4)'."""
        words = {
            PlaceKind.LOCAL: _("a disk of this machine ({name})"),
            PlaceKind.RESETS: _("a place that looks as if it were emptied at start-up ({name})"),
            PlaceKind.NETWORK: _("a network drive ({name})"),
            PlaceKind.PHONE: _("a phone or a camera ({name})"),
            PlaceKind.CLOUD: _("a personal cloud folder ({name})"),
            PlaceKind.REMOVABLE: _("a removable disk or stick ({name})"),
            PlaceKind.UNKNOWN: _("a place that Segl cannot judge on this system ({name})"),
        }
        return words[self.kind].format(name=self.name)

    def evidence_words(self) -> str:
        """What to say where a file of a case lies in an unfit place (AC-2c); empty where there is nothing to say."""
        return evidence_warning((self,))

    def __str__(self) -> str:
        return self.kind.value


def evidence_warning(places: Iterable[Place]) -> str:
    """What to say where files of a case lie in unfit places (AC-2c), all of them named; empty where all is well."""
    unfit = list(dict.fromkeys(place.words() for place in places if place.unfit))
    if not unfit:
        return ""
    return _(
        "It lies on {places}. Case material is never kept on one's own phone or the like: "
        "Segl keeps the checksum and the facts only. Agree on who holds the original."
    ).format(places="; ".join(unfit))


class System(Protocol):
    """What a system knows of its disks."""

    def place(self, path: PurePath) -> Place:
        """The place of an absolute path without symlinks, of which the last parts need not exist."""

    def now(self) -> System:
        """The same, which may keep what it learns: for many paths in a row."""


def classify(
    path: AnyPath, *, system: System | None = None, roots: Iterable[tuple[PurePath, str]] | None = None
) -> Place:
    """Tell the kind of place a path lies on; the path need not exist. Symlinks are followed.

    Args:
        path: any path.
        system: who is asked; the running system where it is not given.
        roots: folders of clouds, and the cloud's name; those of this user where they are not given.
    """
    given = Path(os.fsdecode(path)).expanduser().absolute()
    try:
        led = given.resolve()
    except (OSError, RuntimeError):
        led = given
    return told((led, given), system or running_system(), roots=cloud_roots() if roots is None else roots)


class OneLook:
    """The places of many paths, by the disks and clouds that there were when it was made: they are asked about once."""

    def __init__(self) -> None:
        self._system = running_system().now()
        self._roots = cloud_roots()

    def place(self, path: AnyPath) -> Place:
        """As `classify`."""
        return classify(path, system=self._system, roots=self._roots)


def told(paths: Iterable[PurePath], system: System, *, roots: Iterable[tuple[PurePath, str]] = ()) -> Place:
    """The place of a path, by all the names it goes by; the first of them is what the system is asked about.

    Args:
        paths: of whichever system.
        system: who is asked.
        roots: folders of clouds, and the cloud's name.
    """
    names = tuple(paths)
    for one in names:
        for root, cloud in roots:
            if one.is_relative_to(root):
                return Place(kind=PlaceKind.CLOUD, name=cloud, root=str(root))
        if found := _cloud(one):
            return found
    return system.place(names[0])


def cloud_roots(environ: Mapping[str, str] = os.environ, home: Path | None = None) -> tuple[tuple[PurePath, str], ...]:
    """Where OneDrive (variables of Windows) and Dropbox (its `info.json`) say that their folders are.

    A Mac that keeps 'Desktop' and 'Documents' in iCloud shows them in the home folder all the same; what tells is that
    iCloud's own folder has them, too.
    """
    found: list[tuple[PurePath, str]] = [
        (Path(environ[name]), "OneDrive")
        for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
        if environ.get(name)
    ]
    folders = [Path(environ[name]) / "Dropbox" for name in ("APPDATA", "LOCALAPPDATA") if environ.get(name)]
    with suppress(RuntimeError):
        home = home or Path.home()
        folders.append(home / ".dropbox")
        docs = home / "Library" / "Mobile Documents" / "com~apple~CloudDocs"
        found += [(home / name, "iCloud") for name in ("Desktop", "Documents") if os.path.lexists(docs / name)]
    for folder in folders:
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            with (folder / "info.json").open("rb") as file:
                accounts = json.loads(file.read(_INFO_CAP))
            found += [(Path(account["path"]), "Dropbox") for account in accounts.values()]
    return tuple(found)


def running_system() -> System:
    """The implementation for the system this runs on."""
    if sys.platform.startswith("linux"):
        return Linux()
    if sys.platform == "win32":
        from store.places_windows import Windows

        return Windows()
    if sys.platform == "darwin":
        from store.places_macos import MacOS

        return MacOS()
    return Unjudged()


_INFO_CAP: Final = 1 << 16
_APPLES: Final = "CloudStorage"
_CLOUDS: Final = (
    (re.compile(r"onedrive( ?- ?.*)?"), "OneDrive"),
    (re.compile(r"dropbox( \(.*\))?"), "Dropbox"),
    (re.compile(r"icloud([ -]?(drive|photos|fotos|billeder))?|com~apple~clouddocs|mobile documents"), "iCloud"),
    (
        re.compile(r"google ?drive.*|drivefs|(my drive|mit drev|other computers|andre computere)( \(.*\))?"),
        "Google Drive",
    ),
    (re.compile(r"nextcloud"), "Nextcloud"),
    (re.compile(r"owncloud"), "ownCloud"),
    (re.compile(r"pclouddrive|p:cloud"), "pCloud"),
    (re.compile(r"megasync"), "MEGA"),
    (re.compile(r"box sync|box-box"), "Box"),
    (re.compile(r"proton ?drive"), "Proton Drive"),
    (re.compile(r"cloudstorage"), _APPLES),
)


def _cloud(path: PurePath) -> Place | None:
    parts = path.parts
    found = [
        (name, at)
        for at, part in enumerate(parts, 1)
        for pattern, name in _CLOUDS
        if pattern.fullmatch(part.casefold())
    ]
    if not found:
        return None
    # Below CloudStorage each cloud has a folder of its own, which says more; one of a name nobody knows is one all the
    # same.
    name, at = next((one for one in found if one[0] != _APPLES), (_APPLES, found[0][1] + 1))
    return Place(kind=PlaceKind.CLOUD, name=name, root=str(type(path)(*parts[:at])))


class Unjudged:
    """A system that is not implemented yet."""

    def place(self, path: PurePath) -> Place:
        """Unknown, whatever it is."""
        return Place(kind=PlaceKind.UNKNOWN, name=sys.platform)

    def now(self) -> System:
        """Itself."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mount:
    point: Path
    kind: str
    source: str
    device: str


# fmt: off
_NETWORK: Final = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "9p", "virtiofs", "vboxsf", "ncpfs", "coda", "glusterfs",
    "davfs", "lustre", "beegfs", "gfs2", "ocfs2", "gpfs", "fuse.sshfs", "fuse.davfs", "fuse.davfs2", "fuse.glusterfs",
    "fuse.ceph", "fuse.s3fs", "fuse.curlftpfs", "fuse.smbnetfs", "fuse.vmhgfs-fuse", "fuse.afp",
})
_PHONES: Final = frozenset({
    "fuse.jmtpfs", "fuse.simple-mtpfs", "fuse.go-mtpfs", "fuse.mtpfs", "fuse.aft-mtp-mount", "fuse.ifuse",
    "fuse.gphotofs",
})
_RESETS: Final = frozenset({
    "tmpfs", "ramfs", "rootfs", "overlay", "aufs", "unionfs", "squashfs", "fuse.overlayfs", "fuse.unionfs",
})
# fmt: on
_CLOUD_SYSTEMS: Final = {
    "fuse.rclone": "rclone",
    "fuse.onedriver": "OneDrive",
    "fuse.google-drive-ocamlfuse": "Google Drive",
    "fuse.dbxfs": "Dropbox",
    "fuse.pcloud": "pCloud",
}
# Desktop shells show phones, servers and clouds below one mount: what it is stands at the beginning of the next part.
_SHELLS: Final = frozenset({"fuse.gvfsd-fuse", "fuse.kio-fuse"})
_SHELL_PHONES: Final = frozenset({"mtp", "gphoto2", "afc", "camera"})
_SHELL_CLOUDS: Final = {"google-drive": "Google Drive", "gdrive": "Google Drive", "onedrive": "OneDrive"}
MEDIA: Final = (Path("/media"), Path("/run/media"))
"""Where Linux puts what is plugged in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linux:
    """Linux says it in `/proc/self/mountinfo` (proc(5)) and `/sys/dev/block`."""

    mountinfo: Path = Path("/proc/self/mountinfo")
    block: Path = Path("/sys/dev/block")

    def place(self, path: PurePath) -> Place:
        """By the mount that holds the path: its file system, its place, and the disk under it."""
        mount = self._mount(path)
        if mount is None:
            return Place(kind=PlaceKind.UNKNOWN, name="linux")
        if mount.kind in _SHELLS:
            return _in_a_shell(mount.point, path.relative_to(mount.point))
        return self._of(mount)

    def now(self) -> System:
        """What is mounted now, each mount looked at once."""
        return LinuxNow(mountinfo=self.mountinfo, block=self.block)

    def _of(self, mount: _Mount) -> Place:
        if mount.kind in _PHONES:
            return Place(kind=PlaceKind.PHONE, name=mount.kind, root=str(mount.point))
        if mount.kind in _CLOUD_SYSTEMS:
            return Place(kind=PlaceKind.CLOUD, name=_CLOUD_SYSTEMS[mount.kind], root=str(mount.point))
        if mount.kind in _NETWORK:
            return Place(kind=PlaceKind.NETWORK, name=mount.kind)
        if any(mount.point.is_relative_to(media) for media in MEDIA) or self._can_be_pulled_out(mount):
            return Place(kind=PlaceKind.REMOVABLE, name=str(mount.point))
        if mount.kind in _RESETS:
            return Place(kind=PlaceKind.RESETS, name=mount.kind)
        return Place(kind=PlaceKind.LOCAL, name=mount.kind)

    def _mount(self, path: PurePath) -> _Mount | None:
        best: _Mount | None = None
        for mount in self._mounts():
            # Of two on one point the later lies on top.
            fits = path.is_relative_to(mount.point)
            if fits and (best is None or len(mount.point.parts) >= len(best.point.parts)):
                best = mount
        return best

    def _mounts(self) -> Iterator[_Mount]:
        try:
            lines = self.mountinfo.read_bytes().splitlines()
        except OSError:
            return
        for line in lines:
            front, _dash, back = os.fsdecode(line).partition(" - ")
            fields, described = front.split(" "), back.split(" ")
            if len(fields) >= 6 and len(described) >= 2:
                point, source = _unescaped(fields[4]), _unescaped(described[1])
                yield _Mount(point=Path(point), kind=described[0], source=source, device=fields[2])

    def _can_be_pulled_out(self, mount: _Mount) -> bool:
        disks = self._disks(mount)
        root = self._mount(Path("/"))
        if root is not None:
            # The disk the system itself runs from is nobody's stick.
            disks -= self._disks(root)
        return any(_is_removable(disk) for disk in disks)

    def _disks(self, mount: _Mount) -> set[Path]:
        number = mount.device
        if number.startswith("0:") and mount.source.startswith("/dev/"):
            try:
                device = Path(mount.source).stat().st_rdev
            except OSError:
                return set()
            number = f"{os.major(device)}:{os.minor(device)}"
        entry = self.block / number
        return set(_whole_disks(entry.resolve())) if entry.exists() else set()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinuxNow(Linux):
    """Linux at one moment: `/proc/self/mountinfo` is read once, and a disk looked at once for each mount."""

    _points: dict[str, _Mount] = field(default_factory=dict)
    _places: dict[_Mount, Place] = field(default_factory=dict)

    def _mount(self, path: PurePath) -> _Mount | None:
        if not self._points:
            # Of two on one point the later lies on top.
            self._points.update((str(mount.point), mount) for mount in self._mounts())
        return next((self._points[str(one)] for one in (path, *path.parents) if str(one) in self._points), None)

    def _of(self, mount: _Mount) -> Place:
        if mount not in self._places:
            self._places[mount] = Linux._of(self, mount)
        return self._places[mount]


def _whole_disks(device: Path) -> Iterator[Path]:
    under = sorted((device / "slaves").glob("*"))
    if under:
        for one in under:
            yield from _whole_disks(one.resolve())
    elif (device / "partition").exists():
        yield device.parent
    else:
        yield device


def _is_removable(disk: Path) -> bool:
    if _line(disk / "removable") == "1" or _line(disk / "device" / "type") == "SD":
        return True
    return any(re.fullmatch(r"usb\d+", part) for part in disk.parts)


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _in_a_shell(point: PurePath, below: PurePath) -> Place:
    first = below.parts[0] if below.parts else ""
    word = re.split(r"[:=]", first, maxsplit=1)[0]
    # One desktop names the device in the first part, the other in a part of its own behind it.
    root = str(point.joinpath(*below.parts[: 2 if word == first else 1]))
    if word in _SHELL_PHONES:
        return Place(kind=PlaceKind.PHONE, name=word, root=root)
    if word in _SHELL_CLOUDS:
        return Place(kind=PlaceKind.CLOUD, name=_SHELL_CLOUDS[word], root=root)
    return Place(kind=PlaceKind.NETWORK, name=word or "gvfs")


def _unescaped(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)
