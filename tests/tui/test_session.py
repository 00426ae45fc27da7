"""What is left in a real terminal, in memory and among the processes after each way a session can end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from store.home import Home
from tests.store.vaults import fill, small_disk
from tests.tools import ROOT, need
from tests.tui.session import (
    PASSPHRASE,
    PLANTED,
    SEGL,
    family,
    gone,
    is_root,
    memory_holds,
    segl_processes,
    terminal,
    unlock,
    vault_with_a_case,
    wait_until,
)

THEN_STTY = 'LC_ALL=C "$@"; echo "ended $?"; stty -a; sleep 60'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    need("tmux")
    return vault_with_a_case(tmp_path / "home")


def _in_shell(*command: str) -> tuple[str, ...]:
    return ("sh", "-c", THEN_STTY, "sh", *command)


def test_after_kill_9_of_the_app_the_terminal_is_empty_and_sane(home: Home) -> None:
    with terminal(home.root, *_in_shell(*SEGL)) as screen:
        unlock(screen)
        _guard, child = segl_processes(screen)
        os.kill(child, signal.SIGKILL)
        shown = screen.wait_for("ended 1")
        assert "SIGKILL" in shown
        assert " icanon" in shown
        assert " echo " in shown
        assert PLANTED not in screen.scrollback()
        screen.type("visible")
        screen.wait_for("visible")


def test_control_without_the_guard_kill_9_leaves_the_case_on_the_screen(home: Home) -> None:
    alone = (
        "import pathlib, os; from tui.app import SeglApp; from store.home import resolve; SeglApp(resolve(None)).run()"
    )
    with terminal(home.root, sys.executable, "-c", alone) as screen:
        unlock(screen)
        os.kill(family(screen.process)[-1], signal.SIGKILL)
        screen.wait_for_end()
        assert PLANTED.split()[0] in screen.scrollback()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGQUIT, 131)]
)
def test_a_signal_to_the_guard_ends_all_in_order(home: Home, number: signal.Signals, code: int) -> None:
    with terminal(home.root) as screen:
        unlock(screen)
        guard, child = segl_processes(screen)
        os.kill(guard, number)
        assert screen.wait_for_end() == code
        assert gone(child)
        assert PLANTED.split()[0] not in screen.scrollback()
        wal = list(home.folder.glob("*/vault.db-wal"))
        assert all(path.stat().st_size == 0 for path in wal)


def test_ctrl_q_ends_with_0_and_leaves_nothing(home: Home) -> None:
    with terminal(home.root) as screen:
        unlock(screen)
        screen.keys("C-q")
        assert screen.wait_for_end() == 0
        assert PLANTED.split()[0] not in screen.scrollback()


def test_a_terminal_without_an_alternate_screen_is_emptied_too(home: Home) -> None:
    with terminal(home.root) as screen:
        screen._tmux("set-option", "-g", "alternate-screen", "off")
        screen._tmux("respawn-pane", "-k", "-c", str(ROOT), "env", f"SEGL_HOME={home.root}", *SEGL)
        unlock(screen)
        screen.keys("C-q")
        screen.wait_for_end()
        assert PLANTED.split()[0] not in screen.scrollback()


@pytest.mark.skipif(not is_root(), reason="only root may read the memory of another process")
def test_the_lock_starts_a_new_process_in_which_nothing_is_left(home: Home) -> None:
    with terminal(home.root) as screen:
        unlock(screen)
        guard, before = segl_processes(screen)
        assert memory_holds(before, PASSPHRASE, PLANTED) >= {PLANTED}
        screen.keys("F9")
        shown = screen.wait_for("Låst")
        wait_until(lambda: gone(before))
        same, after = segl_processes(screen)
        assert (same, after != before) == (guard, True)
        assert "Sam" not in shown
        assert PLANTED.split()[0] not in screen.scrollback()
        for pid in (guard, after):
            assert memory_holds(pid, PASSPHRASE, PLANTED) == set()
        unlock(screen)


def test_sigtstp_locks_and_then_stops(home: Home) -> None:
    with terminal(home.root) as screen:
        unlock(screen)
        guard, before = segl_processes(screen)
        screen._tmux("set-option", "-g", "history-limit", "100")
        os.kill(guard, signal.SIGTSTP)
        wait_until(lambda: gone(before))
        os.kill(guard, signal.SIGCONT)
        screen.wait_for("Låst")
        assert segl_processes(screen)[1] != before
        assert PLANTED.split()[0] not in screen.scrollback()


def test_a_stopped_app_is_a_locked_app(home: Home) -> None:
    with terminal(home.root) as screen:
        unlock(screen)
        guard, before = segl_processes(screen)
        os.kill(before, signal.SIGSTOP)
        wait_until(lambda: gone(before))
        os.kill(guard, signal.SIGCONT)
        screen.wait_for("Låst")


def test_nobody_is_left_when_the_terminal_closes(home: Home) -> None:
    with terminal(home.root) as screen:
        unlock(screen)
        guard, child = segl_processes(screen)
    wait_until(lambda: gone(guard) and gone(child))


def test_the_app_ends_when_the_guard_is_killed(home: Home) -> None:
    with terminal(home.root) as screen:
        unlock(screen)
        guard, child = segl_processes(screen)
        os.kill(guard, signal.SIGKILL)
        wait_until(lambda: gone(child))


CRASH = """
import sys
from screens.today import TodayScreen
def action_cases(self):
    secret_in_a_local = "{planted}"
    raise RuntimeError(secret_in_a_local)
TodayScreen.action_cases = action_cases
from tui.__main__ import main
sys.exit(main([]))
"""


def test_a_crash_shows_a_code_and_no_value(home: Home) -> None:
    with terminal(home.root, sys.executable, "-c", CRASH.format(planted=PLANTED)) as screen:
        unlock(screen)
        screen.keys("l")
        assert screen.wait_for_end() == 1
        left = screen.scrollback()
        assert "SEGL-" in left
        assert PLANTED.split()[0] not in left
        assert "Traceback" not in left
        assert "RuntimeError" not in left
    (report,) = (home.root / "crashes").iterdir()
    text = report.read_text()
    assert "builtins.RuntimeError" in text
    assert PLANTED not in text
    assert report.stat().st_mode & 0o777 == 0o600


ASIDE = """
import asyncio, sys, threading
from asyncio import CancelledError
from screens.today import TodayScreen
def fail():
    raise {error}("{planted}")
async def fail_in_a_task():
    fail()
def action_cases(self):
    {act}
TodayScreen.action_cases = action_cases
from tui.__main__ import main
sys.exit(main([]))
"""


@pytest.mark.parametrize(
    ("error", "act"),
    [
        ("RuntimeError", "threading.Thread(target=fail).start()"),
        ("RuntimeError", "asyncio.get_running_loop().create_task(fail_in_a_task())"),
        ("CancelledError", "fail()"),
    ],
)
def test_a_fault_that_did_not_end_the_app_by_itself_is_not_passed_over(home: Home, error: str, act: str) -> None:
    source = ASIDE.format(planted=PLANTED, error=error, act=act)
    with terminal(home.root, sys.executable, "-c", source) as screen:
        unlock(screen)
        screen.keys("l", "C-q")
        assert screen.wait_for_end() == 1
        assert PLANTED.split()[0] not in screen.scrollback()
        assert "SEGL-" in screen.scrollback()


HANGS = """
import sys, time
from store.client import VaultClient
from tui import locking
locking.HARD_END = 0.5
async def close(self):
    time.sleep(60)
VaultClient.close = close
from tui.__main__ import main
sys.exit(main([]))
"""


def test_a_lock_does_not_wait_for_a_disk_that_hangs(home: Home) -> None:
    with terminal(home.root, sys.executable, "-c", HANGS) as screen:
        unlock(screen)
        _guard, before = segl_processes(screen)
        screen.keys("F9")
        screen.wait_for("Låst")
        wait_until(lambda: gone(before))
        assert PLANTED.split()[0] not in screen.scrollback()


@pytest.mark.parametrize("closed", ["stdin", "stdout", "stderr"])
def test_without_a_terminal_there_is_a_sentence_and_an_exit_code(tmp_path: Path, closed: str) -> None:
    need("script")
    aside = tmp_path / "aside"
    redirect = {"stdin": f"< {os.devnull}", "stdout": f"> {aside}", "stderr": f"2> {aside}"}[closed]
    done = subprocess.run(
        ["script", "-qec", f"SEGL_HOME={tmp_path} {sys.executable} -m tui {redirect}", os.devnull],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    said = done.stdout + (aside.read_text() if aside.exists() else "")
    assert done.returncode == 2
    assert "terminal" in said
    assert "Traceback" not in said


def test_variables_of_textual_do_nothing(home: Home, tmp_path: Path) -> None:
    """Control: the same variables make a bare Textual app write a picture and a log."""
    spying: dict[str, Any] = {
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_SCREENSHOT_LOCATION": str(tmp_path),
        "TEXTUAL_LOG": str(tmp_path / "l"),
    }
    bare = "from textual.app import App; App().run()"
    with terminal(home.root, sys.executable, "-c", bare, **spying):
        wait_until(lambda: {path.suffix for path in tmp_path.iterdir() if path.is_file()} == {"", ".svg"})
    for path in tmp_path.iterdir():
        if path.is_file():
            path.unlink()
    with terminal(home.root, **spying) as screen:
        unlock(screen)
        screen.keys("C-q")
        assert screen.wait_for_end() == 0
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


@pytest.mark.skipif(not is_root(), reason="only root can give up the right to look into other processes for a test")
def test_guard_and_child_are_closed_to_other_processes_of_the_account_and_leave_no_core(home: Home) -> None:
    need("setpriv")

    # All of them without root's rights over other processes, as every account is but root.
    plain = ("setpriv", "--bounding-set", "-sys_ptrace,-perfmon,-sys_admin")

    def readable(pid: int) -> bool:
        """Whether another process of the same account may look into it."""
        return subprocess.run([*plain, "cat", f"/proc/{pid}/environ"], capture_output=True, check=False).returncode == 0

    with terminal(home.root, *plain, *SEGL) as screen:
        unlock(screen)
        for pid in segl_processes(screen):
            assert not readable(pid)
            limits = Path(f"/proc/{pid}/limits").read_text()
            assert "Max core file size        0                    0" in limits
            assert "Umask:\t0077" in Path(f"/proc/{pid}/status").read_text()
        # The control: a process of the same account that asked for nothing.
        open_one = subprocess.Popen([*plain, sys.executable, "-c", "import time; time.sleep(60)"])
        try:
            wait_until(lambda: readable(open_one.pid))
        finally:
            open_one.kill()
            open_one.wait()


def test_with_a_full_disk_and_a_note_half_typed_it_locks_at_once(tmp_path: Path) -> None:
    need("tmux")
    with small_disk(tmp_path / "disk", "8m") as disk:
        home = vault_with_a_case(disk / "home")
        with terminal(home.root) as screen:
            unlock(screen)
            screen.keys("Enter")
            screen.wait_for("Beviser (0)")
            screen.keys("n")
            screen.wait_for("Notat", gone=["Beviser (0)"])
            filler = fill(disk)
            screen.keys("x")
            screen.wait_for("ikke plads")
            _guard, child = segl_processes(screen)
            screen.keys("F9")
            screen.wait_for("Låst", gone=["ikke plads", PLANTED.split()[0]])
            assert gone(child)
            assert PLANTED.split()[0] not in screen.scrollback()
            filler.unlink()
            unlock(screen)
