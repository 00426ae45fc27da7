from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from guidance.language import set_language
from store import attempts
from store.attempts import FREE, LONGEST, NAME, TooSoon, counted, rest, wait_after
from store.errors import WrongPassphrase
from store.secret import Secret
from store.vault import Vault
from tests.store.vaults import OTHER, PASSPHRASE, copied_vault, modes
from tests.tools import ROOT


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def wrong(folder: Path, clock: Clock) -> None:
    with pytest.raises(WrongPassphrase), counted(folder, clock=clock):
        raise WrongPassphrase


def test_slips_wait_for_nothing_and_then_each_try_waits_longer(tmp_path: Path) -> None:
    clock = Clock()
    waited = []
    for _number in range(14):
        clock.now += left if (left := rest(tmp_path, clock=clock)) else 0
        wrong(tmp_path, clock)
        waited.append(rest(tmp_path, clock=clock))
    assert waited[: FREE - 1] == [0] * (FREE - 1)
    assert waited[FREE - 1 :] == [2, 4, 8, 16, 32, 60, 60, 60, 60, 60]


def test_a_try_before_its_time_is_none_and_makes_nothing_longer(tmp_path: Path) -> None:
    clock = Clock()
    for _number in range(FREE):
        wrong(tmp_path, clock)
    for _number in range(50):
        with pytest.raises(TooSoon) as caught, counted(tmp_path, clock=clock):
            raise AssertionError("it was tried")
        assert caught.value.seconds == 2
    clock.now += 2
    with counted(tmp_path, clock=clock):
        pass
    assert not (tmp_path / NAME).exists()
    assert rest(tmp_path, clock=clock) == 0


def test_nobody_can_be_shut_out_for_longer_than_a_minute(tmp_path: Path) -> None:
    """Whatever stands in the file, and whatever happened to the clock."""
    clock = Clock()
    for content in (b"segl-attempts 1 999999999 999999999999999\n", b"segl-attempts 1 7 1900000000\n"):
        (tmp_path / NAME).write_bytes(content)
        assert 0 < rest(tmp_path, clock=clock) <= LONGEST
        clock.now += LONGEST
        assert rest(tmp_path, clock=clock) == 0
    for content in (b"", b"nonsense", b"segl-attempts 2 9 9\n", b"\xff" * 100, b"segl-attempts 1 -5 0\n"):
        (tmp_path / NAME).write_bytes(content)
        assert rest(tmp_path, clock=clock) == 0
    (tmp_path / NAME).unlink()
    os.mkfifo(tmp_path / NAME)
    assert rest(tmp_path, clock=clock) == 0
    assert max(map(wait_after, range(100_000))) == LONGEST


def test_another_failure_does_not_count(tmp_path: Path) -> None:
    clock = Clock()
    for _number in range(3 * FREE):
        with pytest.raises(OSError), counted(tmp_path, clock=clock):
            raise OSError
    assert rest(tmp_path, clock=clock) == 0
    assert not (tmp_path / NAME).exists()


def test_the_count_survives_a_restart_and_a_kill_in_the_middle_of_a_try(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from store.attempts import counted\n"
        "with counted(Path(sys.argv[1])): os.kill(os.getpid(), 9)\n"
    )
    for _number in range(FREE):
        subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=False)
    assert rest(tmp_path) > 0
    last = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert "TooSoon" in last.stderr


def test_a_vault_waits_and_then_opens_for_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = copied_vault(tmp_path / "home")
    clock = Clock()
    monkeypatch.setattr("store.attempts.time.time", clock)
    for _number in range(FREE):
        with pytest.raises(WrongPassphrase):
            Vault.unlock(ref, OTHER)
    assert modes(ref.path)[NAME] == 0o600
    with pytest.raises(TooSoon):
        Vault.unlock(ref, PASSPHRASE)
    clock.now += 2
    with Vault.unlock(ref, PASSPHRASE) as vault:
        assert not (ref.path / NAME).exists()
        for _number in range(FREE):
            assert not vault.knows(OTHER)
        with pytest.raises(TooSoon):
            vault.knows(PASSPHRASE)
        clock.now += 2
        assert vault.knows(PASSPHRASE)


def test_a_disk_that_takes_nothing_keeps_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.errors import DiskFull

    def full(path: Path, _content: bytes) -> None:
        raise DiskFull(path)

    monkeypatch.setattr(attempts, "write_whole", full)
    ref = copied_vault(tmp_path / "home")
    with pytest.raises(WrongPassphrase):
        Vault.unlock(ref, Secret.from_text("not this one"))
    with Vault.unlock(ref, PASSPHRASE):
        pass


def test_it_says_how_long_in_both_languages() -> None:
    for language, word in (("en", "30 seconds"), ("da", "30 sekunder")):
        set_language(language)  # type: ignore[arg-type]
        said = TooSoon(30).diagnostics()
        assert word in said.todo
        assert json.dumps([said.happened, said.safe])
    set_language("en")
