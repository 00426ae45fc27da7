"""A folder that is opened once: what is done with files in it stays in it, whatever takes its name meanwhile.

Whoever can rename a folder can put a link in its place between two steps. What its name stood for when it was opened is
the folder. Where the system can't reach files from an opened folder (Windows), each is reached by its path.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from guidance.errors import SeglError
from store.errors import disk_errors, is_gone
from store.files import FILE_MODE, open_to_read, sync_folder

BY_HANDLE: Final = {
    os.open,
    os.stat,
    os.unlink,
    os.link,
    os.rename,
    os.rmdir,
} <= os.supports_dir_fd and os.scandir in os.supports_fd
"""Whether the system reaches files from an opened folder."""
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class OpenedFolder:
    """A folder, open. Names in it are names without a folder; every method raises `OSError` as the system does.

    Attributes:
        path: as it was named.
        handle: the descriptor for `dir_fd`; None where names are paths.
    """

    def __init__(self, path: Path, *, follow: bool = True, within: OpenedFolder | None = None) -> None:
        """Open it; a link there is followed now, and not again.

        Args:
            path: of the folder.
            follow: whether it may be a link.
            within: the folder in which its name stands, where that is open.

        Raises:
            OSError: it is none, or can't be opened.
        """
        self.path = path
        self.handle: int | None = None
        if BY_HANDLE:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
            place, beside = (path, None) if within is None else (path.name, within.handle)
            self.handle = os.open(place, flags, dir_fd=beside)
        elif not path.is_dir() or (not follow and path.is_symlink()):
            raise NotADirectoryError(str(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it."""
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None

    def at(self, name: str) -> str:
        """What a file is called, for a call with `dir_fd=handle`."""
        return name if self.handle is not None else os.fspath(self.path / name)

    def ask(self) -> None:
        """Ask it for what lies in it, whatever that is.

        Raises:
            OSError: it does not answer: a stick was pulled out.
        """
        with os.scandir(self.path if self.handle is None else self.handle) as names:
            next(names, None)

    def why_out(self) -> OSError | None:
        """Why its disk does not answer any more; None where it does."""
        try:
            self.ask()
        except OSError as error:
            return error if is_gone(error) else None
        return None

    def look(self) -> None:
        """Ask it, and look whether its name still leads to it: what is done by paths is done there.

        Raises:
            OSError: as `ask`; `ENODEV` where another folder, or none, has its name by now.
        """
        self.ask()
        if self.handle is None:
            return
        try:
            named = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            named = None
        if named is None or not os.path.samestat(named, os.fstat(self.handle)):
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), os.fspath(self.path))

    def has(self, name: str) -> bool:
        """Whether there is anything of that name; a link that leads nowhere too."""
        with suppress(FileNotFoundError):
            os.stat(self.at(name), dir_fd=self.handle, follow_symlinks=False)
            return True
        return False

    def is_empty(self, name: str) -> bool:
        """Whether it is a regular file without content."""
        with suppress(OSError):
            found = os.stat(self.at(name), dir_fd=self.handle, follow_symlinks=False)
            return stat.S_ISREG(found.st_mode) and found.st_size == 0
        return False

    def is_file(self, name: str) -> bool:
        """Whether it is a regular file."""
        with suppress(FileNotFoundError):
            return stat.S_ISREG(os.stat(self.at(name), dir_fd=self.handle, follow_symlinks=False).st_mode)
        return False

    def open(self, name: str) -> io.BufferedReader:
        """A regular file, to be read; no link is followed."""
        return open_to_read(self.at(name), follow=False, dir_fd=self.handle)

    def create(self, name: str) -> int:
        """A descriptor of a new file, to be written; where there is anything of that name it is refused."""
        return os.open(self.at(name), _NEW, FILE_MODE, dir_fd=self.handle)

    def link(self, name: str, other: str) -> None:
        """Give a file a second name, that is free."""
        os.link(self.at(name), self.at(other), src_dir_fd=self.handle, dst_dir_fd=self.handle, follow_symlinks=False)

    def replace(self, name: str, other: str) -> None:
        """Let a file take the place of another one."""
        os.replace(self.at(name), self.at(other), src_dir_fd=self.handle, dst_dir_fd=self.handle)

    def unlink(self, name: str) -> None:
        """Take a file away."""
        os.unlink(self.at(name), dir_fd=self.handle)

    def rename(self, name: str, other: str) -> None:
        """Give what is there another name, that is free."""
        if self.has(other):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), other)
        os.rename(self.at(name), self.at(other), src_dir_fd=self.handle, dst_dir_fd=self.handle)

    def remove_folder(self, name: str) -> None:
        """Take an empty folder away."""
        os.rmdir(self.at(name), dir_fd=self.handle)

    def names(self) -> tuple[str, ...]:
        """What is in it."""
        with os.scandir(self.path if self.handle is None else self.handle) as found:
            return tuple(sorted(one.name for one in found))

    def removed(self, name: str) -> bool:
        """Take a file away; whether that could be done."""
        with suppress(OSError):
            self.unlink(name)
            return True
        return False

    def sync(self) -> None:
        """Make the names in it last through a power cut."""
        if self.handle is None:
            sync_folder(self.path)
        else:
            os.fsync(self.handle)


def require_answer(path: Path) -> None:
    """Look whether a folder answers, after something in it could not be read: of a stick that is out that says nothing.

    Raises:
        DiskGone, DiskFailed: it does not.
    """
    with disk_errors(path), OpenedFolder(path) as opened:
        opened.look()


def _opened_again(path: Path) -> OpenedFolder:
    """A folder that was there a moment ago."""
    try:
        return OpenedFolder(path)
    except (FileNotFoundError, NotADirectoryError):
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), os.fspath(path)) from None


@contextmanager
def working_in(path: Path) -> Iterator[OpenedFolder]:
    """A folder that may lie on a stick, for a whole piece of work in it: the border where the system's refusals end.

    It is held open, so that the stick is not unmounted meanwhile. What fails while the stick is out, fails for that.
    That there is such a folder was looked at before.

    Raises:
        DiskGone: the disk of the folder does not answer, or the folder's name leads to another one by now.
        DiskFull, DiskFailed: what else the system refused.
    """
    with disk_errors(path), _opened_again(path) as opened:
        try:
            yield opened
        except (OSError, SeglError):
            opened.look()
            raise
