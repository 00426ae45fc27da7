"""The file a command writes: whole under its name, or not there at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from store.nameless import give_name, open_nameless


class OutputFile:
    """Takes the place of `path` when the `with` is left without a failure; otherwise nothing new is left.

    `keep` makes what was written stay after a failure too. Where the system can, the file has no name until it is
    left, so that not even a killed process leaves a half. What is no regular file (a pipe, a device) is written as it
    is. Mode 0600 for a new file; an existing one keeps its own.
    """

    def __init__(self, path: Path) -> None:
        self._given = path
        self._path = Path(os.path.realpath(path))
        self._temporary: Path | None = None
        self._descriptor = -1
        self._unnamed = False
        self._kept = False

    def __enter__(self) -> Self:
        mode = 0o600
        direct = False
        with contextlib.suppress(FileNotFoundError):
            status = self._path.stat()
            direct = not stat.S_ISREG(status.st_mode)
            mode = stat.S_IMODE(status.st_mode)
        if direct:
            self._descriptor = os.open(self._path, os.O_WRONLY)
            return self
        folder = self._path.parent
        temporary = folder / f".{self._path.name[:200]}.{os.urandom(6).hex()}.part"
        nameless = open_nameless(folder, mode)
        if nameless is not None:
            self._descriptor = nameless
            self._unnamed = True
        else:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            with self._named():
                self._descriptor = os.open(temporary, flags, mode)
        self._temporary = temporary
        if hasattr(os, "fchmod"):
            # The umask took away what the file had before.
            os.fchmod(self._descriptor, mode)
        return self

    def write(self, data: memoryview, /) -> int:
        """Write some of it, as `os.write` does."""
        return os.write(self._descriptor, data)

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        """What fails is said of the file that was meant: nobody knows the other name."""
        try:
            yield
        except OSError as error:
            raise OSError(error.errno, os.strerror(error.errno or errno.EIO), os.fspath(self._given)) from None

    def keep(self) -> None:
        """What was written stays, whatever comes."""
        self._kept = True

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if (kind is None or self._kept) and self._temporary is not None:
                with self._named():
                    if self._unnamed:
                        give_name(self._descriptor, self._temporary)
                        self._unnamed = False
                    os.close(self._descriptor)
                    self._descriptor = -1
                    self._temporary.replace(self._path)
                self._temporary = None
        finally:
            if self._descriptor >= 0:
                os.close(self._descriptor)
            if self._temporary is not None and not self._unnamed:
                self._temporary.unlink(missing_ok=True)
