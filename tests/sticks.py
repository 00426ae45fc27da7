"""Real sticks: exFAT and NTFS on a loop device, mounted through FUSE, taken out and put in again; Linux and root only.

What such a stick does can't be invented: exFAT has no inode numbers, no rights and no links, and of a file that is
deleted while it is open both keep the bytes under a hidden name until it is closed.

    with stick(EXFAT, tmp_path_factory.mktemp("stick")) as one:
        one.folder            # where it is mounted
        one.remount()         # as if it was put in again
        one.pull_out()        # the mount does not answer (ENOTCONN), as after a stick was pulled out
        one.take_out()        # cleanly: the folder is there, and empty
        one.put_in()
        with one.as_it_lies() as folder: ...  # what is on it if it loses its power now

Mounting takes some hundredths of a second, so a module shares a stick and each test takes a folder of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

import pytest

from tests.tools import need

SIZE: Final = 64 << 20
"""Bytes; none is written but what the file system needs."""
_WAIT: Final = 30.0
"""Seconds that a command or a daemon may take before the test fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A file system that sticks have.

    Attributes:
        name: as people call it.
        make: the command that makes it, without the image.
        mount: the command that mounts it, without device and folder.
    """

    name: str
    make: tuple[str, ...]
    mount: tuple[str, ...]


EXFAT: Final = Kind(name="exfat", make=("mkfs.exfat",), mount=("mount.exfat-fuse",))
NTFS: Final = Kind(name="ntfs", make=("mkfs.ntfs", "-F", "-Q"), mount=("ntfs-3g",))
KINDS: Final = (EXFAT, NTFS)


class Stick:
    """One stick. `stick` makes it and takes it away."""

    def __init__(self, kind: Kind, folder: Path, image: Path) -> None:
        self.kind, self.folder, self.image = kind, folder, image

    def put_in(self) -> None:
        """Mount it. The device may be another one than before, as with a real stick."""
        _require(self._put_in())

    def _put_in(self) -> str:
        """What stood in the way; empty where nothing did."""
        given = _run("losetup", "-f", "--show", self.image)
        if given.returncode:
            return f"no loop device: {_said(given)}"
        device = given.stdout.decode().strip()
        try:
            mounted = _run(*self.kind.mount, device, self.folder)
            if mounted.returncode or not os.path.ismount(self.folder):
                return f"{self.kind.name} can't be mounted: {_said(mounted)}"
        finally:
            # It is let go of when the mount is, however this ends; until then it stays.
            _run("losetup", "-d", device)
        return ""

    def take_out(self) -> None:
        """Unmount it cleanly: all is written through, and the empty folder stays."""
        _require(_failed(_run("umount", self.folder)))
        self._wait_until_let_go()

    def remount(self) -> None:
        """Take it out and put it in again."""
        self.take_out()
        self.put_in()

    def pull_out(self) -> None:
        """What serves the mount is gone, and the mount is not: whoever looks there is told ENOTCONN.

        What was not written through is lost. `put_away` or `put_in_again` takes the dead mount away.
        """
        assert self._daemons(), "nothing serves the stick"
        self._kill()
        _until(lambda: not self._answers(), "the mount answers still")

    def put_away(self) -> None:
        """Take a mount away that may be dead or in use; the empty folder stays."""
        while os.path.ismount(self.folder) or not self._answers():
            if _run("umount", "-l", self.folder).returncode:
                break
        # Who has something open there keeps it served, and no test waits for that.
        with suppress(AssertionError):
            _until(lambda: not self._daemons(), "", wait=2.0)
        self._kill()
        self._wait_until_let_go()

    def put_in_again(self) -> None:
        """Mount it after it was pulled out."""
        self.put_away()
        self.put_in()

    @contextmanager
    def as_it_lies(self) -> Iterator[Path]:
        """What a stick has on it that loses its power now: a folder with what was written through, and no more."""
        apart = self.image.with_name("as-it-lies")
        apart.mkdir()
        image = apart / "image"
        _require(_failed(_run("cp", "--sparse=always", self.image, image)))
        (apart / "stick").mkdir()
        other = Stick(self.kind, apart / "stick", image)
        try:
            other.put_in()
            yield other.folder
        finally:
            other.put_away()
            image.unlink()
            other.folder.rmdir()
            apart.rmdir()

    def is_in(self) -> bool:
        """Whether it is mounted, and answers."""
        return os.path.ismount(self.folder) and self._answers()

    def _answers(self) -> bool:
        try:
            os.listdir(self.folder)  # noqa: PTH208
        except OSError:
            return False
        return True

    def _daemons(self) -> list[int]:
        wanted = os.fsencode(self.folder)
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (process / "cmdline").read_bytes().split(b"\0")
                if words[0].endswith(self.kind.mount[0].encode()) and wanted in words:
                    found.append(int(process.name))
        return found

    def _kill(self) -> None:
        for process in self._daemons():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _wait_until_let_go(self) -> None:
        """What serves it ends a moment after the unmounting; before that the image is in use."""
        _until(lambda: not self._daemons(), "the stick is still served")


@contextmanager
def stick(kind: Kind, folder: Path) -> Iterator[Stick]:
    """A new stick, mounted in `folder/stick`; taken away at the end, whatever became of it.

    Args:
        kind: its file system.
        folder: an empty one, for the mount and the image.

    Where this can't be had the test is skipped, and the end of the run says why.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root mounts a stick")
    need(kind.make[0], kind.mount[0], "losetup", "umount")
    image, mount = folder / "image", folder / "stick"
    mount.mkdir()
    with image.open("xb") as file:
        file.truncate(SIZE)
    _require(_failed(_run(*kind.make, image)))
    one = Stick(kind, mount, image)
    try:
        if why := one._put_in():
            pytest.skip(f"not on this machine: {why}")
        yield one
    finally:
        try:
            one.put_away()
        finally:
            one._kill()
            image.unlink()


def _run(*command: str | Path) -> subprocess.CompletedProcess[bytes]:
    # A daemon keeps what it was given as output: a pipe would be waited for until the stick is taken out.
    with TemporaryFile() as out, TemporaryFile() as errors:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, timeout=_WAIT, check=False, cwd="/"
        )
        out.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, out.read(), errors.read())


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return b" ".join((done.stderr or done.stdout).split()).decode(errors="replace")[:200]


def _failed(done: subprocess.CompletedProcess[bytes]) -> str:
    return f"{done.args[0]}: {_said(done)}" if done.returncode else ""


def _require(why: str) -> None:
    assert not why, why


def _until(holds: Callable[[], bool], otherwise: str, *, wait: float = _WAIT) -> None:
    end = time.monotonic() + wait
    while not holds():
        assert time.monotonic() < end, otherwise
        time.sleep(0.01)
