"""Power cuts for tests: the nth thing that is asked of the disk does not happen, and nothing after it does.

A cut at a sync leaves the file without what was written since it was opened: half of it is there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

TOUCHED = ("fsync", "rename", "replace", "unlink", "link", "open", "ftruncate")


class PowerCut(BaseException):
    """There is no power."""


@dataclass
class Disk:
    """What was asked of the disk in one folder."""

    folder: Path
    cut_at: int | None = None
    asked: list[str] = field(default_factory=list)
    off: bool = False

    def ask(self, name: str, path: object) -> None:
        """Count it, or cut the power."""
        if self.off:
            raise PowerCut
        self.asked.append(f"{name} {path}")
        if self.cut_at is not None and len(self.asked) > self.cut_at:
            self.off = True
            raise PowerCut


def _named(folder: Path, arguments: tuple[Any, ...]) -> str | None:
    first = arguments[0]
    try:
        path = os.fspath(Path(f"/proc/self/fd/{first}").readlink()) if isinstance(first, int) else os.fspath(first)
    except (OSError, TypeError):
        return None
    return path if str(path).startswith(str(folder)) else None


@contextmanager
def disk(folder: Path, *, cut_at: int | None = None) -> Iterator[Disk]:
    """Meanwhile, calls on files of a folder are counted; at the nth the power goes."""
    one = Disk(folder, cut_at)
    with pytest.MonkeyPatch.context() as patch:
        for name in TOUCHED:
            _patch(patch, one, name)
        yield one


def _patch(patch: pytest.MonkeyPatch, one: Disk, name: str) -> None:
    real = getattr(os, name)

    def called(*arguments: Any, **more: Any) -> Any:
        path = _named(one.folder, arguments)
        if path is None or (name == "open" and not arguments[1] & (os.O_WRONLY | os.O_RDWR)):
            return real(*arguments, **more)
        try:
            one.ask(name, Path(path).name)
        except PowerCut:
            if name == "fsync" and Path(path).is_file() and path.endswith(".new"):
                with suppress(OSError):
                    os.truncate(path, Path(path).stat().st_size // 2)
            raise
        return real(*arguments, **more)

    patch.setattr(os, name, called)
