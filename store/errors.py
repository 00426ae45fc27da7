"""Failures that more than one part of the store can meet: the disk, and the vault as a whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from guidance.system_words import system_words


class DiskFull(SeglError):
    """There was no room for what had to be written."""

    code: ClassVar[str] = "disk-full"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("There is no room left on the disk that holds {path}.").format(path=self.path),
            safe=_("What was saved before is still there; only the last change was not kept."),
            todo=_("Make room on the disk and try again."),
        )


class DiskFailed(SeglError):
    """The disk refused to read or write."""

    code: ClassVar[str] = "disk-failed"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("{path} could not be read or written: {reason}.").format(path=self.path, reason=self.reason),
            safe=_("What was saved before is still there; only the last change was not kept."),
            todo=_("Check the disk and who may use the folder, then try again."),
        )


class DiskGone(DiskFailed):
    """The disk does not answer any more: a stick that was pulled out, a share that went away, or a disk that fails.

    Attributes:
        path: what lay on it; None where nobody knows.
        reason: what the system says.
    """

    code: ClassVar[str] = "disk-gone"

    def __init__(self, path: Path | None, reason: str) -> None:
        super().__init__(path or Path(), reason)
        self.known = path is not None

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        if self.known:
            happened = _("The disk or stick with {path} was pulled out, or it fails: {reason}.").format(
                path=self.path, reason=self.reason
            )
        else:
            happened = _("A disk or stick was pulled out, or it fails: {reason}.").format(reason=self.reason)
        return Diagnostics(
            happened=happened,
            safe=_("What was saved before is still there; what was begun on it does not count."),
            todo=_("Put it in again, or take another one, and do it once more."),
        )


class NewerFormat(SeglError):
    """A file was written by a newer Segl than this one."""

    code: ClassVar[str] = "newer-format"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(path, found, known)
        self.path = path
        self.found = found
        self.known = known

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("{path} was written by a newer Segl (format {found}; this one knows {known}).").format(
                path=self.path, found=self.found, known=self.known
            ),
            safe=_("Nothing was changed."),
            todo=_("Use the newer Segl."),
        )


class WrongPassphrase(SeglError):
    """No slot opens with this passphrase."""

    code: ClassVar[str] = "wrong-passphrase"
    exit_code: ClassVar[ExitCode] = ExitCode.LOCKED

    def diagnostics(self) -> Diagnostics:
        """Say so in words, and hint at nothing."""
        return Diagnostics(
            happened=_("The passphrase does not open this vault."),
            safe=_("Nothing was changed. You can try as often as you like."),
            todo=_("Type it again; look at Caps Lock and the keyboard layout."),
        )


class VaultInUse(SeglError):
    """Another process holds the vault open.

    Attributes:
        process: its id; None where the other did not get to say.
        host: the machine it runs on.
        since: when it opened the vault.
    """

    code: ClassVar[str] = "vault-in-use"
    exit_code: ClassVar[ExitCode] = ExitCode.LOCKED

    def __init__(self, *, process: int | None = None, host: str = "", since: datetime | None = None) -> None:
        super().__init__(process, host, since)
        self.process = process
        self.host = host
        self.since = since

    def diagnostics(self) -> Diagnostics:
        """Say who has it, where that is known."""
        if self.process is None or self.since is None:
            happened = _("The vault is in use by another process.")
        else:
            happened = _("The vault is in use by process {process} on {host} since {since}.").format(
                process=self.process, host=self.host, since=f"{self.since.astimezone():%Y-%m-%d %H:%M}"
            )
        return Diagnostics(
            happened=happened,
            safe=_("Nothing was changed."),
            todo=_("Close or lock Segl there, then try again."),
        )


class DatabaseMissing(SeglError):
    """The slots are there, the database is not."""

    code: ClassVar[str] = "database-missing"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The vault's database is missing: {path}.").format(path=self.path),
            safe=_("The key file is untouched, so a copy of the database still opens with your passphrase."),
            todo=_("Put the file back from a backup. Do not make a new vault in its place."),
        )


class DatabaseDamaged(SeglError):
    """The data key is right, and the database still does not open or read."""

    code: ClassVar[str] = "database-damaged"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The vault's database is damaged, or belongs to another vault: {path}.").format(path=self.path),
            safe=_("Segl has not changed the file."),
            todo=_("Copy the whole folder of the vault to a safe place, then put the file back from a backup."),
        )


_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC})
_GONE: Final = frozenset(
    getattr(errno, name)
    for name in (
        *("EIO", "ENODEV", "ENXIO", "ENOTCONN", "ESHUTDOWN", "ECONNABORTED", "ESTALE", "EREMOTEIO", "ENOMEDIUM"),
        # A share whose machine is off, or to which no way leads any more.
        *("EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH", "ETIMEDOUT"),
    )
    if hasattr(errno, name)
)


def is_gone(error: OSError) -> bool:
    """Whether a disk was pulled out, or fails: what it was asked says nothing of the file that was asked for."""
    return error.errno in _GONE


def disk_gone(error: OSError) -> DiskGone | None:
    """At the borders to a person: a disk that went away where nothing more exact was said; None for anything else."""
    name = error.filename
    if not is_gone(error):
        return None
    return DiskGone(Path(os.fsdecode(name)) if isinstance(name, str | bytes) else None, system_words(error))


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what the operating system says of a disk into `DiskFull`, `DiskGone` or `DiskFailed`, named after a path."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(path) from None
        if is_gone(error):
            raise DiskGone(path, system_words(error)) from None
        raise DiskFailed(path, system_words(error)) from None
