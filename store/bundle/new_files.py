"""New files in a folder of somebody else's choosing: all of them or none, private, never over another file."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from store.bundle.errors import AlreadyThere, SealDiskFailed, SealDiskFull
from store.files import FILE_MODE, sync_folder

_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NO_LINKS: Final = frozenset(
    {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL, errno.EXDEV}
)
_FULL: Final = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG})


class NewFiles:
    """Files that are written under temporary names and get their own all at once, with `publish`.

    Left without `publish`, or by a failure in it, nothing of them stays. Use it in a `with`: what the system says
    of the disk comes out as `SealDiskFull` or `SealDiskFailed`.

    Raises:
        AlreadyThere: a file of one of the names is there.
    """

    def __init__(self, targets: Iterable[Path]) -> None:
        self._targets = tuple(targets)
        self._temporary: dict[Path, Path] = {}
        self._published: list[Path] = []
        self._done = False
        for target in self._targets:
            if os.path.lexists(target):
                raise AlreadyThere(target)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._done:
            self._remove((*self._temporary.values(), *self._published))
        if isinstance(value, OSError):
            folder = self._targets[0].parent
            if value.errno in _FULL:
                raise SealDiskFull(folder) from None
            raise SealDiskFailed(folder, value.strerror or type(value).__name__) from None

    def create(self, target: Path) -> BinaryIO:
        """A file to write, unbuffered, readable by its owner only, that will be `target`; `finish` ends it."""
        temporary = target.with_name(f".segl-{secrets.token_hex(8)}.part")
        handle = os.open(temporary, _FLAGS, FILE_MODE)
        self._temporary[target] = temporary
        return open(handle, "wb", buffering=0)  # noqa: PTH123 - a handle, closed by who asked for it

    def write(self, target: Path, content: bytes) -> None:
        """A whole file that will be `target`."""
        with self.create(target) as file:
            write_all(file, content)
            os.fsync(file.fileno())

    def publish(self) -> None:
        """Give every file its name. The folder is synced after the last.

        Raises:
            AlreadyThere: somebody made a file of that name in the meantime.
        """
        for target, temporary in self._temporary.items():
            self._name(temporary, target)
        sync_folder(self._targets[0].parent)
        self._done = True

    def _name(self, temporary: Path, target: Path) -> None:
        try:
            os.link(temporary, target, follow_symlinks=False)
        except FileExistsError:
            raise AlreadyThere(target) from None
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            # A stick with FAT knows no links: an empty file keeps the name until the real one takes its place.
            try:
                os.close(os.open(target, _FLAGS, FILE_MODE))
            except FileExistsError:
                raise AlreadyThere(target) from None
            self._published.append(target)
            temporary.replace(target)
        else:
            self._published.append(target)
            temporary.unlink()

    @staticmethod
    def _remove(paths: Iterable[Path]) -> None:
        for path in paths:
            # A stick that was pulled out can't be tidied; what is left there is sealed, and the failure is being told.
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def write_all(file: BinaryIO, data: bytes | memoryview) -> None:
    """Write all of it: a file without a buffer may take less at a time."""
    view = memoryview(data)
    while len(view):
        written = file.write(view)
        view = view[written:]
