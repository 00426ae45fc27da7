"""New files in a folder of somebody else's choosing: all of them or none, private, never over another file."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from guidance.errors import SeglError
from guidance.system_words import system_words
from store.age.blocks import write_all
from store.bundle.errors import AlreadyThere, SealDiskFailed, SealDiskFull, SealDiskGone
from store.errors import DiskGone, is_gone
from store.files import FILE_MODE
from store.nameless import give_name, open_nameless
from store.opened_folder import OpenedFolder

_NO_LINKS: Final = frozenset(
    {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL, errno.EXDEV}
)
_PIECE: Final = 1024 * 1024
_FULL: Final = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG})

BeforePart = Callable[[Path], None]


class NewFiles:
    """Files that get their names all at once, with `publish`; before, they have none where the system can do that.

    Left without `publish`, or by a failure in it, nothing of them stays on a disk that answers; nor where the process
    is killed, if the file system has files without a name. Use it in a `with`: what the system says of the disk comes
    out as `SealDiskFull`, `SealDiskFailed` or `SealDiskGone`. The folder is opened once: a link that takes its place
    meanwhile is neither written nor deleted through.

    Args:
        targets: in one folder, in the order in which they are named; the last is there only where all the others are.
        before_part: told where a file stands unfinished, where it has a name before it is whole; that it may be taken
            away if the process is killed (`store.cases.leaving`). What it raises ends the work.

    Raises:
        AlreadyThere: a file of one of the names is there.
    """

    def __init__(self, targets: Iterable[Path], *, before_part: BeforePart | None = None) -> None:
        self._targets = tuple(targets)
        self._before_part = before_part
        self._folder_path = self._targets[0].parent
        self._nameless: dict[Path, int] = {}
        self._temporary: dict[Path, str] = {}
        self._published: list[str] = []
        self._done = False
        # The last first: it is the file that was asked for.
        for target in reversed(self._targets):
            if os.path.lexists(target):
                raise AlreadyThere(target)

    def __enter__(self) -> Self:
        try:
            self._folder = OpenedFolder(self._folder_path)
        except OSError as error:
            # Nothing was begun.
            if is_gone(error):
                raise DiskGone(self._folder_path, system_words(error)) from None
            raise seal_failure(self._folder_path, error) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for handle in self._nameless.values():
            # What counts was synced.
            with suppress(OSError):
                os.close(handle)
        if not self._done:
            for name in (*self._temporary.values(), *self._published):
                # A stick that was pulled out can't be tidied; the failure is told.
                self._folder.removed(name)
        out = self._folder.why_out() if isinstance(value, OSError | SeglError) else None
        self._folder.close()
        if out is not None:
            raise SealDiskGone(self._folder_path, system_words(out)) from None
        if isinstance(value, OSError):
            raise seal_failure(self._folder_path, value) from None

    def create(self, target: Path) -> BinaryIO:
        """A file to write, unbuffered, readable by its owner only, that will be `target`; whoever asked closes it."""
        handle = open_nameless(self._folder.at("."), FILE_MODE, self._folder.handle)
        if handle is None:
            handle = self._create_temporary(target)
        else:
            self._nameless[target] = os.dup(handle)
        return open(handle, "wb", buffering=0)  # noqa: PTH123 - a handle, closed by who asked for it

    def _create_temporary(self, target: Path) -> int:
        temporary = f".segl-{secrets.token_hex(8)}.part"
        if self._before_part is not None:
            self._before_part(target.with_name(temporary))
        handle = self._folder.create(temporary)
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
        self._folder.sync()
        self._done = True

    def _name(self, target: Path) -> None:
        try:
            if target in self._nameless:
                give_name(self._nameless[target], self._folder.at(target.name), self._folder.handle)
            else:
                self._folder.link(self._temporary[target], target.name)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            self._name_without_links(target)
        else:
            self._published.append(target.name)
            if target in self._temporary:
                self._folder.unlink(self._temporary[target])

    def _name_without_links(self, target: Path) -> None:
        """A stick with FAT knows no links: an empty file keeps the name until the real one takes its place."""
        if target in self._nameless:
            with open(self._create_temporary(target), "wb", buffering=0) as file:  # noqa: PTH123 - a handle
                _copy(self._nameless[target], file)
                os.fsync(file.fileno())
        os.close(self._folder.create(target.name))
        self._published.append(target.name)
        self._folder.replace(self._temporary[target], target.name)


def seal_failure(folder: Path, error: OSError, *, gone: bool = False) -> SealDiskFull | SealDiskFailed:
    """What the system said, in words; `gone` where the folder's disk does not answer any more."""
    if error.errno in _FULL:
        return SealDiskFull(folder)
    return (SealDiskGone if gone else SealDiskFailed)(folder, system_words(error))


def _copy(handle: int, file: BinaryIO) -> None:
    os.lseek(handle, 0, os.SEEK_SET)
    while piece := os.read(handle, _PIECE):
        write_all(file, piece)
