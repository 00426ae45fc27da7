from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import ROOT
from tui.process import drop_variables

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
