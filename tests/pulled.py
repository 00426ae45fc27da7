"""A stick that is pulled out while something works on it, wherever tests run: from some call on nothing answers.

Counted is what asks the system about a path or for lasting writes; what is read and written through an open file in
between fails from then on too. Real sticks, for some of the same: `tests.sticks`.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from guidance.errors import ExitCode, SeglError
from guidance.language import LANGUAGES, speaking

ASKED: Final = (
    *("open", "stat", "lstat", "scandir", "listdir", "mkdir", "rmdir", "rename", "replace", "unlink", "link"),
    *("chmod", "fchmod", "fsync", "write"),
)
ERRORS: Final = (
    *(errno.EIO, errno.ENOTCONN, errno.ENODEV, errno.ENXIO),
    *(errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH, errno.ETIMEDOUT),
)
"""What systems say: a stick itself, one that is served by a dead daemon, devices that are gone, and a share whose
machine is off or out of reach."""
_OPEN: Final = io.open
_DEAD: Final = "/proc/self/mem"
"""A file that answers EIO where its first bytes are read or written."""


@dataclass
class Pulled:
    """A stick, and what was asked of it.

    Attributes:
        folder: of the stick.
        at: how many calls it answers; None for all.
        error: what it says from then on.
        emptied: whether it is unmounted instead: its folder is there and empty, and open files go on.
    """

    folder: Path
    at: int | None
    error: int
    emptied: bool
    asked: list[str] = field(default_factory=list)
    out: bool = False

    def ask(self, name: str, path: str) -> None:
        """Count it, or say that nothing is there."""
        if not self.out:
            self.asked.append(f"{name} {path}")
            if self.at is None or len(self.asked) <= self.at:
                return
            self.out = True
            (self._empty if self.emptied else self._cut_off)()
        if not self.emptied:
            raise OSError(self.error, os.strerror(self.error), path)

    def _cut_off(self) -> None:
        with _OPEN(_DEAD, "r+b", buffering=0) as dead:
            for number in _descriptors():
                path = _of(number)
                if path is not None and self.holds(path) and not stat.S_ISDIR(os.fstat(number).st_mode):
                    os.dup2(dead.fileno(), number, inheritable=False)

    def _empty(self) -> None:
        self.folder.rename(self.aside)
        self.folder.mkdir()

    @property
    def aside(self) -> Path:
        """Where what lies on it is while it is not mounted."""
        return self.folder.with_name(f"{self.folder.name} in a pocket")

    def holds(self, path: str) -> bool:
        """Whether it lies on it."""
        return path == str(self.folder) or path.startswith(f"{self.folder}/")


def _descriptors() -> list[int]:
    return [int(name) for name in os.listdir("/proc/self/fd")]  # noqa: PTH208


def _of(number: int) -> str | None:
    try:
        return os.readlink(f"/proc/self/fd/{number}")  # noqa: PTH115
    except OSError:
        return None


@contextmanager
def pulled(folder: Path, *, at: int | None = None, error: int = errno.EIO, emptied: bool = False) -> Iterator[Pulled]:
    """Meanwhile what is asked of a folder is counted, and after so many calls it is out. Then it is in again.

    It is a stick: it has neither links nor files without a name. Every other call is the last as with a newer Python.
    """
    one = Pulled(folder, at, error, emptied)
    try:
        with _patched(one):
            yield one
    finally:
        if one.out and emptied:
            # What was begun in the empty folder went, too.
            for left in folder.rglob("*"):
                assert left.is_dir(), f"{left} was written beside the stick"
            shutil.rmtree(folder)
            one.aside.rename(folder)


@contextmanager
def _patched(one: Pulled) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ASKED:
            patch.setattr(os, name, _asking(one, name, getattr(os, name)))
        opening = _asking(one, "open", io.open)
        patch.setattr(io, "open", opening)
        patch.setattr(builtins, "open", opening)
        patch.setattr("store.bundle.new_files.open_nameless", lambda *_how: None)
        if (one.at or 0) % 2:
            as_newer(patch)
        yield


def as_newer(patch: pytest.MonkeyPatch) -> None:
    """From Python 3.14 on a path on a dead disk is said to be nothing; before, asking fails. Both are met."""
    for name, asked in (("is_dir", os.path.isdir), ("is_file", os.path.isfile), ("exists", os.path.exists)):
        patch.setattr(Path, name, lambda path, asked=asked: asked(path))


def _asking(one: Pulled, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def called(*arguments: Any, **more: Any) -> Any:
        for path in _paths(name, arguments, more):
            if one.holds(path) or (one.out and path.endswith("/mem")):
                one.ask(name, path.removeprefix(f"{one.folder}/"))
                if name == "link":
                    raise OSError(errno.EPERM, os.strerror(errno.EPERM))
                break
        return real(*arguments, **more)

    return called


def _paths(name: str, arguments: tuple[Any, ...], more: dict[str, Any]) -> Iterator[str]:
    """The paths that a call is about, absolute."""
    for place, one in enumerate(arguments[: 2 if name in ("rename", "replace", "link") else 1]):
        if isinstance(one, int):
            path = _of(one)
            # To wrap a descriptor asks nothing of the disk.
            if path is not None and name != "open":
                yield path
        elif isinstance(one, str | bytes | os.PathLike):
            base = more.get("dir_fd", more.get("dst_dir_fd" if place else "src_dir_fd"))
            where = (_of(base) if base is not None else os.getcwd()) or "/"  # noqa: PTH109
            yield os.path.join(where, os.fsdecode(one))  # noqa: PTH118


def steps(count: int, most: int) -> list[int]:
    """The calls before which a stick is pulled out: all, or the first, the last, and as many between."""
    if count <= most:
        return list(range(count))
    return sorted({round(number * (count - 1) / (most - 1)) for number in range(most)})


def from_opened(asked: list[str], folder: Path) -> int:
    """After how many calls a folder was opened: before that nobody can know that an empty one is not what was meant."""
    return asked.index(f"open {folder}") + 1


def require_words(error: SeglError) -> None:
    """It ends the work with an exit code, and says what happened and what to do in both languages."""
    assert error.exit_code is ExitCode.FAILED
    said = set()
    for language in LANGUAGES:
        with speaking(language):
            words = error.diagnostics()
        assert words.happened and words.safe and words.todo
        assert "Errno" not in str(words)
        said.add(str(words))
    assert len(said) == len(LANGUAGES)
