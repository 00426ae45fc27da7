"""What was acknowledged is kept: kills at any moment, and a WAL cut at any place.

A short run is part of the tests; `make torture` does 1,000 kills and 10,000 cuts (`SEGL_TORTURE=1`).
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

import pytest

from guidance.errors import SeglError
from store import checkpoint
from store.casework import Casework
from store.doctor import at_unlock, check
from store.home import Home
from store.model import OfficeSetUp
from store.vault import Vault
from tests.store.desk import OpenFolder, a_case, open_desk, set_up_desk
from tests.store.vaults import FLOOR, PASSPHRASE, fill, small_disk

LONG: Final = os.environ.get("SEGL_TORTURE") == "1"
KILLS: Final = 1000 if LONG else 25
CUTS: Final = 10_000 if LONG else 400
CASES_AFTER: Final = 25
"""Kills after which a new case is begun, so that reading what is there does not take over."""

pytestmark = pytest.mark.timeout(7200 if LONG else 240)


def _writer(home: Home, tells: int, *, new_case: bool, acknowledges_first: bool = False) -> NoReturn:
    """Open the vault, say what is in the newest case, then write and say so, for ever."""
    code = 1
    try:
        desk = Casework(Vault.unlock(home.vault(), PASSPHRASE))
        if new_case:
            reference = a_case(desk, title=f"Sag {time.monotonic_ns()}").reference
            at = 0
        else:
            reference = max(desk.cases(), key=lambda case: case.opened_at).reference
            notes = [note.current.text for note in desk.case(reference).notes if note.current.text.startswith("note ")]
            numbers = sorted(int(text.split()[1]) for text in notes)
            at = numbers[-1] if numbers else 0
            os.write(tells, f"found {' '.join(map(str, numbers))}\n".encode())
        os.write(tells, f"case {reference}\n".encode())
        while True:
            at += 1
            if acknowledges_first:
                os.write(tells, f"kept {at}\n".encode())
                time.sleep(0.01)
            desk.add_note(reference, f"note {at} " + "x" * random.randint(0, 3000))
            os.write(tells, f"kept {at}\n".encode())
    except BaseException as error:  # noqa: BLE001
        os.write(tells, f"failed {type(error).__name__}\n".encode())
    finally:
        os._exit(code)


def _one_round(home: Home, *, new_case: bool, random_: random.Random, liar: bool = False) -> list[str]:
    """Let a writer run until it is killed at a random moment; the lines it wrote."""
    hears, tells = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(hears)
        _writer(home, tells, new_case=new_case, acknowledges_first=liar)
    os.close(tells)
    told = b""
    wanted = 0 if random_.random() < 0.2 and not new_case else random_.randint(1, 12)
    deadline = time.monotonic() + 60
    # One in five is killed while it opens; the others in the middle of writing.
    while told.count(b"kept") < wanted and time.monotonic() < deadline:
        if select.select([hears], [], [], 0.1)[0]:
            part = os.read(hears, 65536)
            if not part:
                break
            told += part
    time.sleep(random_.random() * (0.3 if wanted == 0 else 0.008))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    while part := os.read(hears, 65536):
        told += part
    os.close(hears)
    return told.decode().splitlines()


def _kill_again_and_again(home: Home, kills: int, *, liar: bool = False) -> int:
    """Returns how many writes were acknowledged in all; fails at the first that was lost."""
    random_ = random.Random(20261128)
    acknowledged = last = 0
    kept: dict[str, int] = {}
    reference = ""
    for number in range(kills):
        new_case = number % CASES_AFTER == 0
        lines = _one_round(home, new_case=new_case, random_=random_, liar=liar)
        assert not [line for line in lines if line.startswith("failed")], f"kill {number}: {lines[-1]}"
        if new_case:
            last = 0
        for line in lines:
            word, _, rest = line.partition(" ")
            if word == "case":
                assert new_case or rest == reference, f"kill {number}: case {reference} is lost"
                reference = rest
            elif word == "found":
                found = [int(one) for one in rest.split()]
                assert found == list(range(1, len(found) + 1)), f"kill {number}: a gap in {found}"
                assert last <= len(found) <= last + 1, f"kill {number}: {last} acknowledged, {len(found)} kept"
                last = len(found)
            elif word == "kept":
                last = int(rest)
                acknowledged += 1
        kept[reference] = last
    with Vault.unlock(home.vault(), PASSPHRASE) as vault:
        desk = Casework(vault)
        for case, count in kept.items():
            notes = [note for note in desk.case(case).notes if note.current.text.startswith("note ")]
            assert count <= len(notes) <= count + 1, f"{case}: {count} acknowledged, {len(notes)} kept"
        assert check(vault).well
    return acknowledged


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    with Casework(Vault.create(home, label="Mette", passphrase=PASSPHRASE, kdf=FLOOR)) as desk:
        desk.set_up(OfficeSetUp(office="Nordby", author="Mette", language="da"))
    return home


@pytest.mark.slow
def test_nothing_that_was_acknowledged_is_lost_to_kills(home: Home) -> None:
    acknowledged = _kill_again_and_again(home, KILLS)
    print(f"{KILLS} kills, {acknowledged} acknowledged writes, none lost")
    assert acknowledged > KILLS


@pytest.mark.slow
def test_control_a_writer_that_acknowledges_too_early_is_caught(home: Home) -> None:
    with pytest.raises(AssertionError, match="acknowledged"):
        _kill_again_and_again(home, 60, liar=True)


# A WAL that was cut, as by a power cut on a disk that lies about syncing.


@pytest.fixture(scope="module")
def torn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, list[str], str]:
    """A vault as a crash leaves it, its WAL, the notes in their order, and the checkpoint that somebody holds."""
    folder = tmp_path_factory.mktemp("torn")
    at_work = folder / "at-work"
    at_work.mkdir()
    desk = set_up_desk(at_work)
    case = a_case(desk).id
    desk.close()
    desk = open_desk(at_work)
    notes = [f"note {number}" for number in range(30)]
    for note in notes:
        desk.add_note(case, note)
    held = checkpoint.latest(desk._connection)
    assert held is not None
    left = folder / "left"
    shutil.copytree(at_work, left)
    desk.close()
    return left, (left / "vault.db-wal").read_bytes(), notes, held.text


def _look(
    torn: tuple[Path, bytes, list[str], str], folder: Path, wal: bytes, *, later: bool = True
) -> tuple[list[str], set[str]]:
    """Open what was left with another WAL; the notes that are there, and what is noticed at unlock."""
    left, _whole, _notes, held = torn
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(left, folder)
    (folder / "vault.db-wal").write_bytes(wal)
    if later:
        (folder / checkpoint.OUTSIDE).write_text(held)
    opened = OpenFolder(folder)
    try:
        noticed = {finding.code for finding in at_unlock(opened)}
        desk = Casework(opened)
        notes = [note.current.text for case in desk.cases() for note in desk.case(case.reference).notes]
        return sorted((note for note in notes if note.startswith("note ")), key=lambda t: int(t.split()[1])), noticed
    finally:
        opened.close()


def _ways(wal: bytes, random_: random.Random) -> bytes:
    """Cut off, or the rest as zeros, or as noise: what disks leave of what was not written."""
    place = random_.randint(0, len(wal))
    way: list[Callable[[], bytes]] = [
        lambda: wal[:place],
        lambda: wal[:place] + bytes(len(wal) - place),
        lambda: wal[:place] + random_.randbytes(min(len(wal) - place, 5000)),
    ]
    return random_.choice(way)()


@pytest.mark.slow
def test_a_wal_that_was_cut_anywhere_is_a_clean_prefix_and_noticed(
    torn: tuple[Path, bytes, list[str], str], tmp_path: Path
) -> None:
    _left, wal, notes, _held = torn
    random_ = random.Random(42)
    lengths = set()
    for number in range(CUTS):
        found, noticed = _look(torn, tmp_path / "cut", _ways(wal, random_))
        assert found == notes[: len(found)], f"cut {number}: no prefix"
        assert bool(noticed & {"rolled-back"}) is (len(found) < len(notes)), f"cut {number}: {len(found)}, {noticed}"
        lengths.add(len(found))
    print(f"{CUTS} cuts, {len(lengths)} different lengths of prefix, each noticed")
    assert len(lengths) > len(notes) // 2


def test_control_the_whole_wal_has_all_and_nothing_is_noticed(
    torn: tuple[Path, bytes, list[str], str], tmp_path: Path
) -> None:
    _left, wal, notes, _held = torn
    assert len(wal) > 100_000
    assert _look(torn, tmp_path / "cut", wal) == (notes, set())


def test_a_wal_that_was_taken_away_is_noticed_by_who_holds_a_later_receipt(
    torn: tuple[Path, bytes, list[str], str], tmp_path: Path
) -> None:
    assert _look(torn, tmp_path / "cut", b"") == ([], {"rolled-back"})
    # The promise goes no further: without anything later outside there is nothing to tell it by.
    assert _look(torn, tmp_path / "cut", b"", later=False) == ([], set())


# Places that do not take what is written.


def test_a_home_that_became_read_only_opens_or_says_why(tmp_path: Path) -> None:
    import subprocess

    with small_disk(tmp_path / "disk", size="4m") as disk:
        home = Home(disk / "home")
        with Casework(Vault.create(home, label="Mette", passphrase=PASSPHRASE, kdf=FLOOR)) as desk:
            desk.set_up(OfficeSetUp(office="Nordby", author="Mette", language="da"))
            reference = a_case(desk).reference
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        with pytest.raises(SeglError) as caught:
            Vault.unlock(home.vault(), PASSPHRASE)
        said = caught.value.diagnostics()
        assert said.happened
        assert said.todo
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        with Casework(Vault.unlock(home.vault(), PASSPHRASE)) as desk:
            assert [case.reference for case in desk.cases()] == [reference]


def test_a_disk_that_fills_up_takes_no_note_that_was_acknowledged(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", size="3m") as disk:
        home = Home(disk / "home")
        kept = 0
        ballast = disk / "holiday.jpg"
        ballast.write_bytes(bytes(400 * 1024))
        with Casework(Vault.create(home, label="Mette", passphrase=PASSPHRASE, kdf=FLOOR)) as desk:
            desk.set_up(OfficeSetUp(office="Nordby", author="Mette", language="da"))
            case = a_case(desk).reference
            with pytest.raises(SeglError) as caught:
                for number in range(10_000):
                    desk.add_note(case, f"note {number} " + "x" * 2000)
                    kept = number + 1
            assert caught.value.code == "disk-full"
            fill(disk)
            assert sum(note.current.text.startswith("note ") for note in desk.case(case).notes) == kept > 5
        ballast.unlink()
        (disk / "filler").unlink(missing_ok=True)
        with Vault.unlock(home.vault(), PASSPHRASE) as vault:
            desk = Casework(vault)
            assert sum(note.current.text.startswith("note ") for note in desk.case(case).notes) == kept
            assert check(vault).well
            desk.add_note(case, "room again")
