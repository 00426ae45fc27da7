"""A disk that is full, a real small one: a clear error, nothing acknowledged lost, nothing half made left behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.cli.support import Segl


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MiB."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root mounts a small file system")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "segl-test", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path, *, leave: int = 0) -> Path:
    """Fill a disk, but for some bytes."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            pass
        size = file.tell()
        file.truncate(max(0, size - leave))
    return ballast


def test_notes_until_the_disk_is_full(small_disk: Path, made: Path, tmp_path: Path) -> None:
    home = small_disk / "home"
    shutil.copytree(made, home)
    segl = Segl(home)
    # A tmpfs counts as a place that is emptied at start-up, which is a warning and no refusal.
    case = segl("case", "list", "--json").json["cases"][0]["reference"]
    ballast = fill(small_disk, leave=220_000)
    kept = 0
    for number in range(200):
        done = _try_note(segl, case, f"{number}: " + "x" * 20_000)
        if done.returncode:
            break
        kept += 1
    assert done.returncode == 1, done.stderr
    assert b"no room" in done.stderr
    assert b"Traceback" not in done.stderr
    ballast.unlink()
    notes = [note["versions"][0]["text"] for note in segl("case", "show", case, "--json").json["notes"]]
    assert [text.partition(":")[0] for text in notes[1:]] == [str(number) for number in range(kept)]
    assert segl("doctor", "--json").json["well"]


def _try_note(segl: Segl, case: str, text: str) -> subprocess.CompletedProcess[bytes]:
    reader, writer = os.pipe()
    os.write(writer, segl.passphrase.encode())
    os.close(writer)
    try:
        return subprocess.run(
            [sys.executable, "-m", "tui", "note", "add", case, "--lang", "en", "--vault-passphrase-fd", str(reader)],
            input=text.encode(),
            capture_output=True,
            pass_fds=[reader],
            env=segl.variables(),
            cwd=segl.home.parent,
            start_new_session=True,
            check=False,
        )
    finally:
        os.close(reader)


@pytest.mark.parametrize("leave", [0, 20_000])
def test_a_seal_on_a_full_disk_leaves_nothing_behind(small_disk: Path, segl: Segl, case: str, leave: int) -> None:
    recipient = segl("keys", "show", "--json").json["recipient"]
    ballast = fill(small_disk, leave=leave)
    sealed = small_disk / "a.segl.age"
    done = segl("seal", case, "--to", recipient, "--for", "full", "-o", sealed, "--json", code=1).json
    assert "disk-full" in done["error"]["code"]
    assert list(small_disk.iterdir()) == [ballast]
    assert "a.segl.age" not in segl("case", "history", case).out
    ballast.unlink()
    segl("seal", case, "--to", recipient, "--for", "full", "-o", sealed)


def test_setting_up_on_a_full_disk_leaves_no_vault(small_disk: Path) -> None:
    ballast = fill(small_disk, leave=40_000)
    segl = Segl(small_disk / "home")
    segl("init", "--answers", "-", "--kdf", "floor", stdin='office = "A"\nauthor = "B"\n', code=1)
    assert segl("where", "--json", unlock=False).json["vaults"] == []
    ballast.unlink()
    segl("init", "--answers", "-", "--kdf", "floor", stdin='office = "A"\nauthor = "B"\n')


def test_a_restore_and_a_merge_on_a_full_disk_do_nothing_and_do_it_later(
    small_disk: Path, segl: Segl, case: str, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    segl("note", "add", case, stdin="x" * 400_000)
    segl("backup", stick)
    ballast = fill(small_disk, leave=300_000)
    other = Segl(small_disk / "home")
    assert "disk-full" in other("restore", stick, "--kdf", "floor", "--json", code=1).json["error"]["code"]
    assert other("where", "--json", unlock=False).json["vaults"] == []
    ballast.unlink()
    restored = other("restore", stick, "--kdf", "floor", "--json").json
    assert restored["well"]

    fresh = Segl(other.home, passphrase="tolv blanke nøgler under trappen")
    made = fresh(
        "init", "--answers", "-", "--kdf", "floor", "--json", stdin='office = "A"\nauthor = "Åse Ærlig"\n'
    ).json
    fresh("plan", "answer", "first-talk-who", "--vault", made["vault"], stdin="Tillidsmanden " * 10_000)
    merge = ("vault", "merge", made["vault"], "--vault", restored["vault"], "--json")
    given = {"--other-passphrase-fd": fresh.passphrase}
    ballast = fill(small_disk, leave=100_000)
    assert "disk-full" in other(*merge, fds=given, code=1).json["error"]["code"]
    assert "no room" in other(*merge[:-1], "--lang", "en", fds=given, code=1).err
    ballast.unlink()
    assert other("doctor", "--vault", restored["vault"], "--json").json["well"]
    assert other(*merge, fds=given).json["plan_answers"] == 1
    assert other(*merge, fds=given).json["plan_answers"] == 0
