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
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.age.keys import parse_recipient
from store.errors import disk_errors
from store.exchange.envelope import LARGEST
from store.files import read_at_most, sync_folder

SUFFIX: Final = ".envelope.age"
LARGEST_SEALED: Final = LARGEST + LARGEST // 1024 + 64 * 1024
"""Bytes of a sealed file."""
_BINARY: Final = getattr(os, "O_BINARY", 0)
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)


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


def require(folder: Path) -> None:
    """Raises FolderMissing where it is not there, or is no folder."""
    if not folder.is_dir():
        raise FolderMissing(folder)


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


def present(folder: Path, wanted: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Which of these own files, (name, SHA-256 in hex), lie whole in a folder."""
    found = set()
    for name, digest in wanted:
        with suppress(OSError):
            if hashlib.sha256(read_at_most(folder / name, LARGEST_SEALED, follow=False)).hexdigest() == digest:
                found.add(name)
    return frozenset(found)


def put(folder: Path, name: str, sealed: bytes) -> None:
    """Put one file in place: a temporary one, synced, renamed, the folder synced.

    A stick has no owners and some shares can't sync a folder: what such a disk can't do is left out.

    Raises:
        DiskFull, DiskFailed: nothing of that name is there.
    """
    temporary = folder / f".{name.removesuffix(SUFFIX)}"
    with disk_errors(folder / name):
        try:
            with suppress(FileNotFoundError):
                temporary.unlink()
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(folder / name)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        try:
            sync_folder(folder)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EBADF, errno.EACCES):
                raise


def clear(folder: Path, names: Iterable[str]) -> frozenset[str]:
    """Delete own files, and what a pulled-out stick left of them; gives those that are gone."""
    gone = set()
    for name in names:
        try:
            for path in (folder / name, folder / f".{name.removesuffix(SUFFIX)}"):
                path.unlink(missing_ok=True)
            gone.add(name)
        except OSError:
            continue
    return frozenset(gone)
