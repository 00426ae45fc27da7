from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store.home import Home
from tests.tools import ROOT
from tui.process import ask_for_plain_keys, drop_variables

ASK = """
import resource, ctypes, os
{before}
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE)[1], oct(os.umask(0)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is of Linux")
def test_a_hardened_process_is_closed_to_others() -> None:
    def ask(before: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", ASK.format(before=before)], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()

    assert ask("from tui.process import harden; harden()") == "0 0 0o77"
    assert ask("").startswith("1 ")


def test_textuals_variables_go_and_no_others() -> None:
    environment = {"TEXTUAL": "x", "TEXTUAL_LOG": "x", "textual_driver": "x", "TERM": "xterm", "SEGL_HOME": "/h"}
    drop_variables(environment)
    assert environment == {"TERM": "xterm", "SEGL_HOME": "/h"}


def test_a_parent_that_has_gone_is_noticed() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os; from tui.process import end_with; print(end_with(os.getppid()), end_with(1))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "False"]


def test_the_command_line_loads_no_screen() -> None:
    code = "import sys; from tui.__main__ import main; main(['where']); print({'textual', 'rich'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "SEGL_HOME": str(Path("/nonexistent"))},
    )
    assert done.stdout.splitlines()[-1] == "set()"


def test_the_plain_keyboard_is_asked_for_before_textual_is_loaded() -> None:
    for environment, kept, wanted in (
        ({}, False, False),
        ({"SEGL_PLAIN_KEYS": "0"}, False, False),
        ({"SEGL_PLAIN_KEYS": "1"}, False, True),
        ({}, True, True),
    ):
        assert ask_for_plain_keys(environment, kept=kept) is wanted
        assert ("TEXTUAL_DISABLE_KITTY_KEY" in environment) is wanted


@pytest.mark.parametrize("plain", [False, True])
def test_a_terminal_is_asked_for_the_kitty_protocol_unless_the_plain_keyboard_is_kept(
    tmp_path: Path, plain: bool
) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    home.keep_plain_keys(plain)
    asked = b"\x1b[>" in _first_bytes(home.root)
    assert asked is not plain


def _first_bytes(home: Path) -> bytes:
    """What Segl writes to a terminal up to the question that comes after the keyboard has been settled."""
    process, master = pty.fork()
    if process == 0:
        os.chdir(ROOT)
        variables = {**os.environ, "SEGL_HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        os.execve(sys.executable, [sys.executable, "-m", "tui"], variables)
    written = b""
    try:
        deadline = time.monotonic() + 30
        while b"[?2026$p" not in written and time.monotonic() < deadline:
            if select.select([master], [], [], 0.2)[0]:
                written += os.read(master, 65536)
        assert b"[?2026$p" in written
        return written
    finally:
        os.kill(process, signal.SIGTERM)
        os.close(master)
        os.waitpid(process, 0)
