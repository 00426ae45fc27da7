"""What macOS knows of its disks: `statfs(2)` names the file system, the mount point and whether it is local.

A phone has no path there (it is seen by Photos and Image Capture only), so none can be given.
"""

from __future__ import annotations

import ctypes
import os
import platform
from dataclasses import dataclass, field
from pathlib import PurePath, PurePosixPath
from typing import Final, Protocol

from store.places import Place, PlaceKind, System

_LOCAL: Final = 0x00001000
_REMOVABLE: Final = 0x00000200
_NETWORK: Final = frozenset({"smbfs", "nfs", "afpfs", "webdav", "ftp", "cifs"})
_FUSE: Final = frozenset({"macfuse", "osxfuse", "fuse", "fusefs"})
_MEMORY: Final = frozenset({"tmpfs", "ramfs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounted:
    """What `statfs` says of a path.

    Attributes:
        kind: name of the file system.
        point: where it is mounted.
        flags: `f_flags`.
    """

    kind: str
    point: str
    flags: int


class Mounts(Protocol):
    """What is asked of macOS."""

    def of(self, path: str) -> Mounted | None:
        """The mount that holds an existing path; None where it can't be said."""


class _Statfs(ctypes.Structure):
    """`struct statfs` with 64 bits of inode (sys/mount.h)."""

    _fields_ = (
        ("bsize", ctypes.c_uint32),
        ("iosize", ctypes.c_int32),
        ("blocks", ctypes.c_uint64 * 5),
        ("fsid", ctypes.c_int32 * 2),
        ("owner", ctypes.c_uint32),
        ("type", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("subtype", ctypes.c_uint32),
        ("kind", ctypes.c_char * 16),
        ("point", ctypes.c_char * 1024),
        ("source", ctypes.c_char * 1024),
        ("more", ctypes.c_uint32 * 8),
    )


class AskedMounts:
    """Asks the running system."""

    def of(self, path: str) -> Mounted | None:
        """By `statfs`; None where the path is not there."""
        library = ctypes.CDLL(None, use_errno=True)
        call = library["statfs" if platform.machine() == "arm64" else "statfs$INODE64"]
        found = _Statfs()
        if call(ctypes.c_char_p(os.fsencode(path)), ctypes.byref(found)):
            return None
        return Mounted(kind=found.kind.decode("ascii", "replace"), point=os.fsdecode(found.point), flags=found.flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class MacOS:
    """By the mount that holds the path, or the folder above it where the path is not there."""

    mounts: Mounts = field(default_factory=AskedMounts)

    def now(self) -> System:
        """Itself: it is asked about each path."""
        return self

    def place(self, path: PurePath) -> Place:
        """What lies below `/Volumes` was plugged in or mounted by somebody, whatever the disk says of itself."""
        mounted = next(
            (found for one in (path, *path.parents) if (found := self.mounts.of(str(one))) is not None), None
        )
        if mounted is None:
            return Place(kind=PlaceKind.UNKNOWN, name="darwin")
        if mounted.kind in _NETWORK or (not mounted.flags & _LOCAL and mounted.kind not in _FUSE | _MEMORY):
            return Place(kind=PlaceKind.NETWORK, name=mounted.kind)
        if mounted.kind in _FUSE:
            # A file system that a program plays: a phone, a server or a cloud; never known to be a disk of the machine.
            return Place(kind=PlaceKind.NETWORK, name=mounted.kind)
        if mounted.flags & _REMOVABLE or PurePosixPath(mounted.point).is_relative_to("/Volumes"):
            return Place(kind=PlaceKind.REMOVABLE, name=mounted.point)
        if mounted.kind in _MEMORY:
            return Place(kind=PlaceKind.RESETS, name=mounted.kind)
        return Place(kind=PlaceKind.LOCAL, name=mounted.kind)
