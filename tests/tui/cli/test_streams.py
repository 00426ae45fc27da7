"""Output that nobody reads, input that is not there, signals, crashes, odd locales: no traceback, a sensible code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.tools import ROOT
from tests.tui.cli.support import PASSPHRASE, Segl


def start(segl: Segl, *arguments: str | Path, **streams: object) -> subprocess.Popen[bytes]:
    """A command that is not waited for."""
    reader, writer = os.pipe()
    os.write(writer, PASSPHRASE.encode())
    os.close(writer)
    command = [sys.executable, "-m", "tui", *map(str, arguments), "--vault-passphrase-fd", str(reader)]
    given: dict[str, object] = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        **streams,
    }
    process = subprocess.Popen(  # type: ignore[call-overload]
        command, pass_fds=[reader], env=segl.variables(), start_new_session=True, cwd=segl.home.parent, **given
    )
    os.close(reader)
    assert isinstance(process, subprocess.Popen)
    return process


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """How it ended, and what it said on standard error."""
    _out, err = process.communicate(timeout=60)
    text = (err or b"").decode()
    assert "Traceback" not in text
    return process.returncode, text


def test_a_reader_that_has_gone(segl: Segl, case: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start(segl, "case", "show", case, stdout=writer)
    os.close(writer)
    assert ended(process) == (1, "")


def test_an_answer_that_finds_no_room_is_told_and_the_note_is_kept(segl: Segl, case: str) -> None:
    with Path("/dev/full").open("wb") as full:
        process = start(segl, "note", "add", case, "--lang", "en", stdout=full, stdin=subprocess.PIPE)
        assert process.stdin is not None
        process.stdin.write(b"Et notat til fulde diske.")
        process.stdin.close()
        process.stdin = None
        code, said = ended(process)
    assert code == 1
    assert "could not be written" in said
    assert "fulde diske" in segl("case", "show", case).out


@pytest.mark.parametrize("json", [(), ("--json",)])
def test_closed_standard_streams(segl: Segl, case: str, json: tuple[str, ...]) -> None:
    command = " ".join([sys.executable, "-m", "tui", "case", "list", *json, "--vault-passphrase-fd", "3"])
    for closed, code in (("<&-", 0), (">&-", 1), ("2>&-", 0), ("<&- >&- 2>&-", 1)):
        done = subprocess.run(
            ["sh", "-c", f"printf '{PASSPHRASE}' | {{ exec 3<&0; exec {command} {closed}; }}"],
            capture_output=True,
            env=segl.variables(),
            start_new_session=True,
            check=False,
        )
        assert (done.returncode, b"Traceback" in done.stderr) == (code, False), (closed, done.stderr)
        assert (case.encode() in done.stdout) is (code == 0)


def test_nothing_gets_the_number_of_a_closed_stream(made: Path) -> None:
    code = (
        "import os, sys, tui.cli, tui.cli.session as session\n"
        "def held(self):\n    number = os.open(os.devnull, os.O_RDONLY)\n    os._exit(40 + number)\n"
        "session.Session.home = held\n"
        "tui.cli.main(['where'])"
    )
    command = f'exec {sys.executable} -c "$CODE" <&- >&- 2>&-'
    variables = {**Segl(made).variables(), "CODE": code}
    done = subprocess.run(["sh", "-c", command], env=variables, cwd=ROOT, check=False)
    assert done.returncode >= 43


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_130_and_keeps_what_there_was(segl: Segl, case: str, number: signal.Signals) -> None:
    process = start(segl, "note", "add", case, "--lang", "en", stdin=subprocess.PIPE)
    lock = next(segl.home.glob("vaults/*/vault.lock"))
    deadline = time.monotonic() + 20
    while not _is_locked(lock) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(number)
    code, said = ended(process)
    assert (code, "Stopped" in said) == (130, True)
    assert segl("doctor", "--json").json["well"]


def _is_locked(path: Path) -> bool:
    import fcntl

    with path.open("rb+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def test_ctrl_c_among_files_keeps_those_that_were_done(segl: Segl, case: str, tmp_path: Path) -> None:
    small, *large = (tmp_path / f"{name}.bin" for name in ("small", "large", "larger"))
    small.write_bytes(b"x")
    for one in large:
        with one.open("wb") as file:
            file.truncate(40 * 1024**3)
    process = start(segl, "evidence", "add", case, small, *large, "--json")
    deadline = time.monotonic() + 30
    # Two are read at once: where both of the large ones are, the small one is through.
    while not all(_reads(process.pid, one) for one in large) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, b"Traceback" in err) == (130, False)
    assert b'"interrupted": true' in out
    names = [one["name"] for one in segl("evidence", "list", case, "--json").json["evidence"]]
    assert names == ["small.bin"]


def _reads(process: int, file: Path) -> bool:
    try:
        return any(Path(link).resolve() == file for link in Path(f"/proc/{process}/fd").iterdir())
    except OSError:
        return False


@pytest.mark.parametrize(
    "variables", [{"LANG": "C"}, {"LC_ALL": "POSIX"}, {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_utf8_whatever_the_locale_says(segl: Segl, case: str, variables: dict[str, str]) -> None:
    segl.environment.update(variables)
    segl("note", "add", case, stdin="Blåbærgrød og æbler")
    assert "Blåbærgrød og æbler" in segl("case", "show", case).out


def test_a_crash_gives_a_code_and_no_value(made: Path, tmp_path: Path) -> None:
    code = (
        "import sys, store.home, tui.cli\n"
        "def broken(explicit=None):\n    secret = 'HEMMELIG'\n    raise RuntimeError(secret)\n"
        "import tui.cli.session as session\n"
        "session.Session.home = lambda self: broken()\n"
        "sys.exit(tui.cli.main(['where', '--lang', 'en', '--home', sys.argv[1]]))"
    )
    variables = Segl(tmp_path / "another").variables()
    done = subprocess.run(
        [sys.executable, "-c", code, made], capture_output=True, text=True, env=variables, cwd=ROOT, check=False
    )
    assert done.returncode == 1
    assert "SEGL-" in done.stderr
    assert "HEMMELIG" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    reports = list((made / "crashes").iterdir())
    assert reports
    assert all("HEMMELIG" not in report.read_text() for report in reports)


def test_text_from_people_cannot_steer_the_terminal(segl: Segl, case: str) -> None:
    hostile = "a\x1b[2Jb\x9bc\u202ed\x07e\u2066f\x00"
    segl("note", "add", case, stdin=hostile)
    for arguments in (("case", "show", case), ("case", "history", case), ("case", "show", case, "--json")):
        raw = segl(*arguments).raw
        text = raw.decode()
        assert not set("\x1b\x9b\u202e\x07\u2066\x00") & set(text), arguments
    kept = segl("case", "show", case, "--json").json["notes"][-1]["versions"][-1]["text"]
    assert kept == hostile


def test_control_a_program_that_prints_it_plainly_is_seen() -> None:
    done = subprocess.run([sys.executable, "-c", r"print('a\x1b[2J')"], capture_output=True, text=True, check=True)
    assert "\x1b" in done.stdout
