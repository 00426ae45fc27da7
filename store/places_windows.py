"""What Windows knows of its disks: the type of a drive, its label, and the bus it hangs on.

A phone has no path there (Explorer shows it over MTP without one), so none can be given. Asked by `GetDriveTypeW`,
`GetVolumeInformationW` and `DeviceIoControl(IOCTL_STORAGE_QUERY_PROPERTY)` (learn.microsoft.com: fileapi.h,
winioctl.h).
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from pathlib import PurePath, PureWindowsPath
from typing import Any, Final, Protocol

from store.places import Place, PlaceKind, System

_REMOVABLE: Final = 2
_FIXED: Final = 3
_REMOTE: Final = 4
_CD: Final = 5
_MEMORY: Final = 6
_PULLED_OUT: Final = frozenset({4, 7, 12, 13})
"""Buses of `STORAGE_BUS_TYPE`: FireWire, USB, SD, MMC."""
_CLOUD_LABELS: Final = ("google drive", "onedrive", "dropbox", "pcloud", "icloud")


class Disks(Protocol):
    r"""What is asked of Windows; a root is `C:\`."""

    def drive_type(self, root: str) -> int:
        """As `GetDriveTypeW` has it."""

    def label(self, root: str) -> str:
        """The name of the volume; empty where it can't be read."""

    def bus(self, root: str) -> int:
        """As `STORAGE_BUS_TYPE` has it; 0 where it is not said."""


class AskedDisks:
    """Asks the running system."""

    @property
    def _kernel(self) -> Any:
        return getattr(ctypes, "WinDLL")("kernel32", use_last_error=True)  # noqa: B009 - only Windows has it

    def drive_type(self, root: str) -> int:
        """As `GetDriveTypeW` has it."""
        return int(self._kernel.GetDriveTypeW(ctypes.c_wchar_p(root)))

    def label(self, root: str) -> str:
        """The name of the volume."""
        name = ctypes.create_unicode_buffer(261)
        well = self._kernel.GetVolumeInformationW(ctypes.c_wchar_p(root), name, 261, None, None, None, None, 0)
        return name.value if well else ""

    def bus(self, root: str) -> int:
        """Of the disk that the volume lies on; asked without any right to read it."""
        kernel = self._kernel
        kernel.CreateFileW.restype = ctypes.c_void_p
        handle = kernel.CreateFileW(ctypes.c_wchar_p(rf"\\.\{root[:2]}"), 0, 3, None, 3, 0, None)
        if handle in (None, ctypes.c_void_p(-1).value):
            return 0
        query, answer, length = (ctypes.c_uint32 * 3)(), (ctypes.c_uint32 * 64)(), ctypes.c_uint32()
        try:
            well = kernel.DeviceIoControl(
                ctypes.c_void_p(handle), 0x2D1400, query, 12, answer, 256, ctypes.byref(length), None
            )
        finally:
            kernel.CloseHandle(ctypes.c_void_p(handle))
        # STORAGE_DEVICE_DESCRIPTOR: the bus is its eighth number of 32 bits.
        return int(answer[7]) if well and length.value >= 32 else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """By the drive's letter; a path on a server has none."""

    disks: Disks = field(default_factory=AskedDisks)

    def now(self) -> System:
        """Itself: it is asked about each path."""
        return self

    def place(self, path: PurePath) -> Place:
        """By the drive that holds the path."""
        drive = PureWindowsPath(path).drive
        if drive.startswith("\\\\"):
            name = drive.removeprefix("\\\\?\\UNC\\") if drive.upper().startswith("\\\\?\\UNC\\") else drive
            if not drive.startswith(("\\\\?\\", "\\\\.\\")) or name != drive:
                return Place(kind=PlaceKind.NETWORK, name=name)
            drive = drive[4:]
        if not (len(drive) == 2 and drive[1] == ":"):
            return Place(kind=PlaceKind.UNKNOWN, name="win32")
        root = drive + "\\"
        kind = self.disks.drive_type(root)
        label = self.disks.label(root)
        if any(label.casefold().startswith(one) for one in _CLOUD_LABELS):
            return Place(kind=PlaceKind.CLOUD, name=label, root=root)
        if kind == _REMOTE:
            return Place(kind=PlaceKind.NETWORK, name=drive)
        if kind in (_REMOVABLE, _CD) or (kind == _FIXED and self.disks.bus(root) in _PULLED_OUT):
            return Place(kind=PlaceKind.REMOVABLE, name=drive)
        if kind == _MEMORY:
            return Place(kind=PlaceKind.RESETS, name=drive)
        if kind == _FIXED:
            return Place(kind=PlaceKind.LOCAL, name=drive)
        return Place(kind=PlaceKind.UNKNOWN, name=drive)
