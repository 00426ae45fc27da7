"""New files in a folder of somebody else's choosing: all of them or none, private, never over another file."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from store.age.blocks import write_all
from store.bundle.errors import AlreadyThere, SealDiskFailed, SealDiskFull
from store.files import FILE_MODE, sync_folder
from store.nameless import give_name, open_nameless

_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NO_LINKS: Final = frozenset(
    {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL, errno.EXDEV}
)
_PIECE: Final = 1024 * 1024
_FULL: Final = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG})

BeforePart = Callable[[Path], None]


class NewFiles:
    """Files that get their names all at once, with `publish`; before, they have none where the system can do that.

    Left without `publish`, or by a failure in it, nothing of them stays; nor where the process is killed, if the file
    system has files without a name. Use it in a `with`: what the system says of the disk comes out as `SealDiskFull`
    or `SealDiskFailed`.

    Args:
        targets: in the order in which they are named; the last is there only where all the others are.
        before_part: told where a file stands unfinished, where it has a name before it is whole; that it may be taken
            away if the process is killed (`store.cases.leaving`). What it raises ends the work.

    Raises:
        AlreadyThere: a file of one of the names is there.
    """

    def __init__(self, targets: Iterable[Path], *, before_part: BeforePart | None = None) -> None:
        self._targets = tuple(targets)
        self._before_part = before_part
        self._nameless: dict[Path, int] = {}
        self._temporary: dict[Path, Path] = {}
        self._published: list[Path] = []
        self._done = False
        # The last first: it is the file that was asked for.
        for target in reversed(self._targets):
            if os.path.lexists(target):
                raise AlreadyThere(target)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for handle in self._nameless.values():
            os.close(handle)
        if not self._done:
            self._remove((*self._temporary.values(), *self._published))
        if isinstance(value, OSError):
            folder = self._targets[0].parent
            if is_full(value):
                raise SealDiskFull(folder) from None
            raise SealDiskFailed(folder, value.strerror or type(value).__name__) from None

    def create(self, target: Path) -> BinaryIO:
        """A file to write, unbuffered, readable by its owner only, that will be `target`; whoever asked closes it."""
        handle = open_nameless(target.parent, FILE_MODE)
        if handle is None:
            handle = self._create_temporary(target)
        else:
            self._nameless[target] = os.dup(handle)
        return open(handle, "wb", buffering=0)  # noqa: PTH123 - a handle, closed by who asked for it

    def _create_temporary(self, target: Path) -> int:
        temporary = target.with_name(f".segl-{secrets.token_hex(8)}.part")
        if self._before_part is not None:
            self._before_part(temporary)
        handle = os.open(temporary, _FLAGS, FILE_MODE)
        self._temporary[target] = temporary
        return handle

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
        for target in self._targets:
            try:
                self._name(target)
            except FileExistsError:
                raise AlreadyThere(target) from None
        sync_folder(self._targets[0].parent)
        self._done = True

    def _name(self, target: Path) -> None:
        try:
            if target in self._nameless:
                give_name(self._nameless[target], target)
            else:
                os.link(self._temporary[target], target, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            self._name_without_links(target)
        else:
            self._published.append(target)
            if target in self._temporary:
                self._temporary[target].unlink()

    def _name_without_links(self, target: Path) -> None:
        """A stick with FAT knows no links: an empty file keeps the name until the real one takes its place."""
        if target in self._nameless:
            with open(self._create_temporary(target), "wb", buffering=0) as file:  # noqa: PTH123 - a handle
                _copy(self._nameless[target], file)
                os.fsync(file.fileno())
        os.close(os.open(target, _FLAGS, FILE_MODE))
        self._published.append(target)
        self._temporary[target].replace(target)

    @staticmethod
    def _remove(paths: Iterable[Path]) -> None:
        for path in paths:
            # A stick that was pulled out can't be tidied; what is left there is sealed, and the failure is being told.
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def is_full(error: OSError) -> bool:
    """Whether the disk has no room left."""
    return error.errno in _FULL


def _copy(handle: int, file: BinaryIO) -> None:
    os.lseek(handle, 0, os.SEEK_SET)
    while piece := os.read(handle, _PIECE):
        write_all(file, piece)
