"""The guard with children that do nothing but end, each in its own way."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tui import guard
from tui.guard.notes import LastWords, hear, tell
from tui.guard.posix import PosixGuard
from tui.guard.start import ChildEnd, Start
from tui.process import end_with

TITLE_BACK = "\x1b[23;0t"
Child = Callable[[Start, int, int], int]


def guarded(child: Child, *, during: Callable[[int, int], None] = lambda _pid, _terminal: None) -> tuple[int, str]:
    """Run the guard with a child in a terminal of its own: its exit status as `waitpid` says, and what it wrote."""
    pid, terminal = pty.fork()
    if pid == 0:
        code = 99
        try:
            guard._for_this_system = lambda: PosixGuard(child, descriptor=0, grace=0.5)
            os.environ["TERM"] = "xterm-256color"
            sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
            code = guard.keep(Start(language="en"))
        finally:
            os._exit(code)
    during(pid, terminal)
    drawn = b""
    while select.select([terminal], [], [], 10)[0]:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        drawn += part
    _pid, status = os.waitpid(pid, 0)
    os.close(terminal)
    return status, drawn.decode(errors="replace")


def code_of(status: int) -> int:
    """The exit code in a status."""
    assert os.WIFEXITED(status)
    return os.WEXITSTATUS(status)


def wait_for(path: Path) -> None:
    """Wait until a child says that it is there."""
    deadline = time.monotonic() + 10
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def sleeper(here: Path, *, deaf: bool = False) -> Child:
    """A child that does nothing until it is ended."""

    def child(_start: Start, _tells: int, _guard: int) -> int:
        if deaf:
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
                signal.signal(number, signal.SIG_IGN)
        here.write_text(str(os.getpid()))
        time.sleep(60)
        return 0

    return child


def test_the_childs_code_is_the_guards() -> None:
    status, drawn = guarded(lambda _start, _tells, _guard: 0)
    assert code_of(status) == 0
    assert "\x1b[?1049l" in drawn
    assert "\x1b[3J" in drawn


def test_a_lock_starts_another_child_that_speaks_the_same_language(tmp_path: Path) -> None:
    def child(start: Start, tells: int, _guard: int) -> int:
        with (tmp_path / "log").open("a") as log:
            log.write(f"{os.getpid()} {start.language}\n")
        tell(tells, LastWords(language="da"))
        return int(ChildEnd.LOCK) if len((tmp_path / "log").read_text().splitlines()) < 3 else 0

    status, _drawn = guarded(child)
    assert code_of(status) == 0
    pids, languages = zip(*(line.split() for line in (tmp_path / "log").read_text().splitlines()), strict=True)
    assert len(set(pids)) == 3
    assert languages == ("en", "da", "da")


def test_what_is_typed_after_a_lock_is_not_shown_and_comes_to_the_next_child_key_by_key(tmp_path: Path) -> None:
    """Between two children nobody reads: the terminal would show the passphrase, and make Enter a new line."""
    here, typed, came = tmp_path / "here", tmp_path / "typed", tmp_path / "came"

    def child(_start: Start, _tells: int, _guard: int) -> int:
        if not here.exists():
            here.write_text("first")
            return int(ChildEnd.LOCK)
        here.write_text("second")
        wait_for(typed)
        read = b""
        while not read.endswith((b"\r", b"\n")) and select.select([0], [], [], 5)[0]:
            read += os.read(0, 4096)
        came.write_bytes(read)
        return 0

    def type_it(_pid: int, terminal: int) -> None:
        deadline = time.monotonic() + 10
        while not here.exists() or here.read_text() != "second":
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.write(terminal, b"svane\x7f\r")
        typed.write_text("x")

    status, drawn = guarded(child, during=type_it)
    assert code_of(status) == 0
    assert came.read_bytes() == b"svane\x7f\r"
    assert "svan" not in drawn


def test_a_demo_gets_a_home_that_is_gone_afterwards(tmp_path: Path) -> None:
    def child(start: Start, _tells: int, _guard: int) -> int:
        if start.demo is None and not (tmp_path / "home").exists():
            return int(ChildEnd.DEMO)
        if start.demo is not None:
            (tmp_path / "home").write_text(str(start.demo))
            assert start.demo.is_dir()
            assert start.demo.stat().st_mode & 0o777 == 0o700
            return int(ChildEnd.DEMO_OVER)
        return 0 if not Path((tmp_path / "home").read_text()).exists() else 1

    assert code_of(guarded(child)[0]) == 0


def test_a_child_that_raises_prints_nothing() -> None:
    def child(_start: Start, _tells: int, _guard: int) -> int:
        raise RuntimeError("Rosinante")

    status, drawn = guarded(child)
    assert code_of(status) == 1
    assert "Rosinante" not in drawn
    assert "fault in the program" in drawn


def test_a_child_that_does_not_hear_is_killed(tmp_path: Path) -> None:
    here = tmp_path / "here"

    def end_it(pid: int, _terminal: int) -> None:
        wait_for(here)
        os.kill(pid, signal.SIGTERM)

    status, _drawn = guarded(sleeper(here, deaf=True), during=end_it)
    assert code_of(status) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(int(here.read_text()), 0)


def test_the_terminal_is_as_before_and_no_key_reaches_the_shell(tmp_path: Path) -> None:
    here = tmp_path / "here"

    def child(_start: Start, _tells: int, _guard: int) -> int:
        raw = termios.tcgetattr(0)
        raw[3] &= ~(termios.ECHO | termios.ICANON)
        termios.tcsetattr(0, termios.TCSANOW, raw)
        here.write_text("x")
        time.sleep(60)
        return 0

    shell, terminal = pty.fork()
    if shell == 0:
        before = termios.tcgetattr(0)
        pid = os.fork()
        if pid == 0:
            guard._for_this_system = lambda: PosixGuard(child, descriptor=0, grace=0.5)
            os._exit(guard.keep(Start(language="en")))
        wait_for(here)
        here.with_name("pid").write_text(str(pid))
        os.waitpid(pid, 0)
        same = termios.tcgetattr(0) == before
        waiting = bool(select.select([0], [], [], 0.2)[0])
        os._exit((0 if same else 1) + (2 if waiting else 0))
    wait_for(here.with_name("pid"))
    os.write(terminal, b"my secret passphrase\n")
    time.sleep(0.1)
    os.kill(int(here.with_name("pid").read_text()), signal.SIGTERM)
    while True:
        try:
            if not os.read(terminal, 65536):
                break
        except OSError:
            break
    assert code_of(os.waitpid(shell, 0)[1]) == 0
    os.close(terminal)


def test_a_guard_that_was_stopped_by_force_locks_when_it_goes_on(tmp_path: Path) -> None:
    here = tmp_path / "here"

    def child(_start: Start, _tells: int, _guard: int) -> int:
        if here.exists():
            return 0
        signal.signal(signal.SIGUSR1, lambda *_: os._exit(ChildEnd.LOCK))
        here.write_text("x")
        time.sleep(3)
        return 1

    def stop_it(pid: int, _terminal: int) -> None:
        wait_for(here)
        os.kill(pid, signal.SIGSTOP)
        os.waitpid(pid, os.WUNTRACED)
        os.kill(pid, signal.SIGCONT)

    assert code_of(guarded(child, during=stop_it)[0]) == 0


def test_going_on_after_a_stop_that_was_asked_for_locks_only_once(tmp_path: Path) -> None:
    log = tmp_path / "log"

    def child(_start: Start, _tells: int, _guard: int) -> int:
        signal.signal(signal.SIGUSR1, lambda *_: os._exit(ChildEnd.LOCK))
        with log.open("a") as file:
            file.write("started\n")
        time.sleep(0.5 if len(log.read_text().splitlines()) > 1 else 10)
        return 0

    def stop_it(pid: int, _terminal: int) -> None:
        wait_for(log)
        os.kill(pid, signal.SIGTSTP)
        os.waitpid(pid, os.WUNTRACED)
        os.kill(pid, signal.SIGCONT)

    assert code_of(guarded(child, during=stop_it)[0]) == 0
    assert log.read_text() == "started\n" * 2


def test_a_lock_before_the_app_hears_starts_another_child(tmp_path: Path) -> None:
    log = tmp_path / "log"

    def child(_start: Start, _tells: int, guard_id: int) -> int:
        with log.open("a") as file:
            file.write("started\n")
        if len(log.read_text().splitlines()) == 1:
            os.kill(guard_id, signal.SIGCONT)
            time.sleep(3)
        return 0

    assert code_of(guarded(child)[0]) == 0
    assert log.read_text() == "started\n" * 2


def test_when_the_guard_is_killed_the_child_empties_the_terminal(tmp_path: Path) -> None:
    here = tmp_path / "here"

    def child(_start: Start, _tells: int, guard_id: int) -> int:
        ended: list[int] = []
        signal.signal(signal.SIGTERM, lambda number, _frame: ended.append(number))
        end_with(guard_id)
        os.write(1, b"Rosinante")
        here.write_text("x")
        while not ended:
            time.sleep(0.01)
        return 143

    shell, terminal = pty.fork()
    if shell == 0:
        before = termios.tcgetattr(0)
        pid = os.fork()
        if pid == 0:
            guard._for_this_system = lambda: PosixGuard(child, descriptor=0, grace=0.5)
            os._exit(guard.keep(Start(language="en")))
        wait_for(here)
        quiet = termios.tcgetattr(0) != before
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        wait_for(here.with_name("seen"))
        deadline = time.monotonic() + 5
        while termios.tcgetattr(0) != before and time.monotonic() < deadline:
            time.sleep(0.01)
        os._exit(0 if quiet and termios.tcgetattr(0) == before else 1)
    drawn = ""
    while not drawn.partition("Rosinante")[2].endswith(TITLE_BACK) and select.select([terminal], [], [], 5)[0]:
        drawn += os.read(terminal, 65536).decode()
    here.with_name("seen").write_text("x")
    assert code_of(os.waitpid(shell, 0)[1]) == 0
    os.close(terminal)
    assert "\x1b[3J" in drawn.partition("Rosinante")[2]


@pytest.mark.parametrize("left", [{"/dev/tty"}, set()])
def test_a_terminal_that_cannot_be_opened_by_its_name_is_restored_too(
    monkeypatch: pytest.MonkeyPatch, left: set[str]
) -> None:
    """After `su` the terminal's device belongs to somebody else; in a container it may have no name at all."""
    really = os.open

    def opening(path: str, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_NONBLOCK and str(path).startswith("/dev/") and path not in left:
            raise PermissionError(path)
        return really(path, flags, mode)

    monkeypatch.setattr(os, "open", opening)
    status, drawn = guarded(lambda _start, _tells, _guard: 0)
    assert code_of(status) == 0
    assert "\x1b[?1049l" in drawn


def test_without_any_stream_there_is_still_an_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stderr", "__stderr__", "__stdout__"):
        monkeypatch.setattr(sys, name, None)
    assert guard.keep(Start(language="en")) == 2


@pytest.mark.parametrize("deaf", [False, True])
def test_a_closed_terminal_ends_both_without_a_busy_loop(tmp_path: Path, deaf: bool) -> None:
    here = tmp_path / "here"
    pid, terminal = pty.fork()
    if pid == 0:
        guard._for_this_system = lambda: PosixGuard(sleeper(here, deaf=deaf), descriptor=0, grace=0.5)
        os._exit(guard.keep(Start(language="en")))
    wait_for(here)
    os.close(terminal)
    _pid, status, used = os.wait4(pid, 0)
    assert code_of(status) == 128 + signal.SIGHUP
    assert used.ru_utime + used.ru_stime < 0.4
    with pytest.raises(ProcessLookupError):
        os.kill(int(here.read_text()), 0)


def test_last_words_have_a_grammar() -> None:
    hears, tells = os.pipe()
    os.write(tells, b"language=en\ncrash=SEGL-ABC123\nlanguage=fr\nnote=secret\ncrash=a b\n\x1b[2J\n")
    assert hear(hears) == LastWords(language="en", crash="SEGL-ABC123")
    tell(tells, LastWords(language="da", theme="segl-light"))
    assert hear(hears) == LastWords(language="da", theme="segl-light")
    os.close(hears)
    os.close(tells)


def test_what_is_promised_is_said_for_every_system() -> None:
    for promise, systems in guard.SUPPORT.items():
        assert set(systems) == {"linux", "darwin", "win32"}, promise
        assert systems["linux"] == "tested"
        assert "tested" not in (systems["darwin"], systems["win32"])
