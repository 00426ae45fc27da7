"""No command loads Textual or Rich; where starting is felt, hardly anything is loaded."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools import ROOT
from tests.tui.cli.support import PASSPHRASE, Segl
from tui.cli.registry import commands

RECIPIENT = "age1n49prwnept5ynshggsp2xvw4ce09c5dsqkkx7lmqhm0spdvemarqyj0txu"
_RUN = """
import json, os, sys
from tui.cli import main
{before}
reader, writer = os.pipe()
os.write(writer, {passphrase!r}.encode())
os.close(writer)
sys.stdout = open(os.devnull, "w")
main([{arguments}, "--lang", "en", "--vault-passphrase-fd", str(reader)])
sys.stderr.write("\\n" + json.dumps(sorted(sys.modules)))
"""
_ONE_AFTER_ANOTHER = """
import os, sys
import tests.tui.cli.loaded
for line in sys.stdin.buffer:
    script, given, told = eval(line)
    process = os.fork()
    if process == 0:
        os.setsid()
        os.dup2(os.open(given, os.O_RDONLY), 0)
        os.dup2(os.open(told, os.O_WRONLY | os.O_CREAT, 0o600), 2)
        exec(script, {})
        sys.stderr.flush()
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
"""


def script_of(*arguments: str, before: str = "") -> str:
    """What runs a command and tells the modules that are loaded then."""
    return _RUN.format(before=before, passphrase=PASSPHRASE, arguments=", ".join(map(repr, arguments)))


def modules_after(segl: Segl, *arguments: str, before: str = "") -> set[str]:
    """The modules that are loaded when a command is through, in a process where nothing was before."""
    done = subprocess.run(
        [sys.executable, "-c", script_of(*arguments, before=before)],
        capture_output=True,
        text=True,
        check=True,
        env=segl.variables(),
        cwd=ROOT,
        start_new_session=True,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


class Runner:
    """A process that has loaded all of the command line, and forks for each command: loading takes the longest."""

    def __init__(self, segl: Segl) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _ONE_AFTER_ANOTHER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=segl.variables(),
            cwd=ROOT,
        )

    def modules_after(self, folder: Path, *arguments: str, before: str = "", stdin: str = "") -> set[str]:
        """The modules that are loaded when a command is through: all of the command line, and what it loaded late."""
        given, told = folder / "given", folder / "told"
        given.write_text(stdin)
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(repr((script_of(*arguments, before=before), str(given), str(told))) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "0\n", told.read_text()
        return set(json.loads(told.read_text().splitlines()[-1]))

    def end(self) -> None:
        """Let it go."""
        self.process.communicate()
        assert self.process.returncode == 0


def _arguments(file: Path) -> dict[str, tuple[str, ...]]:
    case = "26"  # the beginning of the only reference there is
    out = str(file.with_name("x.segl.age"))
    special: dict[str, tuple[str, ...]] = {
        "evidence add": (case, str(file)),
        "evidence amend": (case, "E1", "--facts", "/dev/null"),
        "seal": (case, "--for", "police", "-o", out, "--to", RECIPIENT),
        "open": (out,),
        "level": (case, "2", "--reason-fd", "0"),
        "demo": ("--headless", "--out", str(file.with_name("demo"))),
        "init": ("--kdf", "floor", "--answers", "/dev/null"),
        "passphrase change": ("--new-passphrase-fd", "0"),
        "playbook check": (str(file),),
        "playbook diff": ("action-card", "handling-model"),
        "note correct": (case, "abcd"),
        "person change": (case, "abcd", "--person", "/dev/null"),
        "guide set": (case, "--facts", "/dev/null"),
        "playbook moves": (case,),
        "playbook move": (case, "action-card", "--reason-fd", "0"),
    }
    for command in commands():
        if command.name.startswith("guide "):
            special.setdefault(command.name, (case, "mediation"))
        elif command.path[0] in {"case", "note", "person", "guide", "evidence"}:
            special.setdefault(command.name, () if command.path[-1] in {"new", "list"} else (case,))
    special["evidence list"] = (case,)
    return special


@pytest.fixture(scope="module")
def used(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the home that was made, for all of these tests together."""
    home = tmp_path_factory.mktemp("used") / "home"
    shutil.copytree(made, home)
    return home


@pytest.fixture(scope="module")
def runner(used: Path) -> Iterator[Runner]:
    """For all of these tests together."""
    one = Runner(Segl(used))
    yield one
    one.end()


@pytest.mark.parametrize("name", [command.name for command in commands()])
def test_no_command_loads_textual(runner: Runner, tmp_path: Path, name: str) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"x")
    modules = runner.modules_after(tmp_path, *name.split(), *_arguments(file).get(name, ()), stdin="hej")
    assert not {module for module in modules if module.partition(".")[0] in {"textual", "rich"}}
    assert "tui.cli.main" in modules


def test_control_a_command_that_loads_textual_is_seen(runner: Runner, tmp_path: Path) -> None:
    assert "textual" in runner.modules_after(tmp_path, "where", before="import textual")


def test_asking_where_loads_no_cryptography_and_no_database(made: Path) -> None:
    modules = modules_after(Segl(made), "where")
    assert not {"sqlcipher3", "store.vault", "store.casework", "babel", "asyncio", "guidance.loader"} & modules


def test_control_asking_where_when_more_is_loaded(made: Path) -> None:
    assert "sqlcipher3" in modules_after(Segl(made), "where", before="import sqlcipher3")
