"""An exchange folder itself: putting one's own sealed files there, whole or not at all, and taking them away again.

The folder may be a stick that is pulled out, a share, or under a program that copies it elsewhere and makes conflict
copies. What lies in it is read by `store.exchange.looking`; nothing of others' is deleted.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.age.keys import parse_recipient
from store.errors import disk_errors
from store.exchange.envelope import LARGEST
from store.files import is_folder, open_to_read, sync_folder

SUFFIX: Final = ".envelope.age"
LARGEST_SEALED: Final = LARGEST + LARGEST // 1024 + 64 * 1024
"""Bytes of a sealed file."""
BY_HANDLE: Final = os.scandir in os.supports_fd and {os.open, os.stat, os.unlink, os.rename} <= os.supports_dir_fd
"""Whether the system reaches files from an opened folder."""
_BINARY: Final = getattr(os, "O_BINARY", 0)
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_NO_SYNC: Final = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EBADF, errno.EACCES})
"""What disks say that can't sync a folder."""


class FolderMissing(SeglError):
    """The exchange folder is not there, or is no folder."""

    code: ClassVar[str] = "exchange-folder-missing"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("There is no folder {path}.").format(path=self.path),
            safe=_("Nothing was changed. What waits is kept in the vault."),
            todo=_("Put the stick in, or make the folder, and try again."),
        )


class Folder:
    """An exchange folder, opened once for a round: a link that takes its place meanwhile redirects nothing.

    Where the system can't reach files from an opened folder (Windows), each is reached by its path.

    Attributes:
        path: of the folder, as it was named; a link there is followed when it is opened, and not again.
    """

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            FolderMissing: there is no such folder.
            DiskFailed: the system refuses.
        """
        self.path = path
        self._lock = Lock()
        self._users = 0
        self._closing = False
        self._handle: int | None = None
        if not BY_HANDLE:
            with disk_errors(path):
                if not is_folder(path):
                    raise FolderMissing(path)
            return
        try:
            with disk_errors(path):
                self._handle = _opened_folder(path)
        except ValueError:
            # A name that can't be one.
            raise FolderMissing(path) from None

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it, when the last of what is at work in it has ended; nothing more begins."""
        with self._lock:
            self._closing = True
            self._let_go()

    def __del__(self) -> None:
        # A round that was given up while the folder was being opened.
        if hasattr(self, "_handle"):
            self.close()

    @contextmanager
    def reached(self) -> Iterator[int | None]:
        """The descriptor for `dir_fd`; None where names are paths. Who is at work in it keeps it open.

        Raises:
            OSError: it was closed.
        """
        with self._lock:
            if self._closing:
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            self._users += 1
        try:
            yield self._handle
        finally:
            with self._lock:
                self._users -= 1
                self._let_go()

    def _let_go(self) -> None:
        # The number of a closed descriptor may be another folder's a moment later.
        if self._closing and not self._users and self._handle is not None:
            os.close(self._handle)
            self._handle = None

    @contextmanager
    def listed(self) -> Iterator[Iterator[os.DirEntry[str]]]:
        """What lies in it.

        Raises:
            DiskFailed: it can't be listed.
        """
        with (
            disk_errors(self.path),
            self.reached() as handle,
            os.scandir(self.path if handle is None else handle) as listing,
        ):
            yield listing

    def require_answer(self) -> None:
        """Look whether it answers, after something in it could not be read.

        Raises:
            DiskGone, DiskFailed: it does not: a stick was pulled out.
        """
        with self.listed() as listing:
            next(listing, None)

    def open(self, name: str) -> io.BufferedReader:
        """A regular file in it, to be read.

        Raises:
            OSError: it can't be opened, is no regular file, or is a link.
        """
        with self.reached() as handle:
            return open_to_read(self.at(name, handle), follow=False, dir_fd=handle)

    def at(self, name: str, handle: int | None) -> str:
        """What a file is called, for a call with `dir_fd=handle`."""
        return name if handle is not None else os.fspath(self.path / name)


def _opened_folder(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        raise FolderMissing(path) from None


def seal(text: bytes, recipient: str) -> bytes:
    """An envelope as it lies in a folder: sealed to one recipient.

    Raises:
        RecipientInvalid: the recipient is none.
    """
    from store.age.file import encrypt

    sink = io.BytesIO()
    encrypt(io.BytesIO(text), sink, [parse_recipient(recipient)])
    return sink.getvalue()


def new_name() -> str:
    """A name that says nothing: neither whose it is, nor for whom, nor about what."""
    return secrets.token_hex(16) + SUFFIX


def present(folder: Folder, wanted: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Which of these own files, (name, SHA-256 in hex), lie whole in a folder.

    Raises:
        DiskGone, DiskFailed: it does not answer any more.
    """
    found = set()
    for name, digest in wanted:
        try:
            with folder.open(name) as file:
                if hashlib.sha256(file.read(LARGEST_SEALED)).hexdigest() == digest:
                    found.add(name)
        except FileNotFoundError:
            continue
        except OSError:
            folder.require_answer()
    return frozenset(found)


def put(folder: Folder, name: str, sealed: bytes) -> None:
    """Put one file in place: a temporary one, synced, renamed, the folder synced.

    A stick has no owners and some shares can't sync a folder: what such a disk can't do is left out.

    Raises:
        DiskFull, DiskFailed: nothing of that name is there.
    """
    with disk_errors(folder.path / name), folder.reached() as handle:
        temporary = folder.at(_temporary(name), handle)
        try:
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=handle)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
            with os.fdopen(os.open(temporary, flags, 0o600, dir_fd=handle), "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, folder.at(name, handle), src_dir_fd=handle, dst_dir_fd=handle)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=handle)
            raise
        try:
            _sync(folder, handle)
        except OSError as error:
            if error.errno not in _NO_SYNC:
                raise


def clear(folder: Folder, names: Iterable[str]) -> frozenset[str]:
    """Delete own files, and what a pulled-out stick left of them; gives those that are gone.

    Of a stick that was pulled out before that was written through none is: the files are there when it is in again.
    """
    gone = set()
    deleted = False
    for name in names:
        with suppress(OSError), folder.reached() as handle:
            for one in (name, _temporary(name)):
                with suppress(FileNotFoundError):
                    os.unlink(folder.at(one, handle), dir_fd=handle)
                    deleted = True
            gone.add(name)
    if deleted:
        try:
            with folder.reached() as handle:
                _sync(folder, handle)
        except OSError as error:
            if error.errno not in _NO_SYNC:
                return frozenset()
    return frozenset(gone)


def _temporary(name: str) -> str:
    return f".{name.removesuffix(SUFFIX)}"


def _sync(folder: Folder, handle: int | None) -> None:
    if handle is None:
        sync_folder(folder.path)
    else:
        os.fsync(handle)
