"""Running the command line as a person or a script does: a process, descriptors, nothing else."""

from __future__ import annotations

import json
import locale
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NoReturn

from tests.tools import ROOT

PASSPHRASE = "fire stille heste i regnvejr"
ANSWERS = """
office = "Prøveskolen på Ærø"
author = "Åse Ærlig"
language = "en"
[contacts.prevention-unit]
name = "Forebyggelsen"
phone = "12 34 56 78"
"""
INTAKE = """
title = "Billede delt i 8.b"
happened = "Hun fortalte det selv."
stand_in = "Bo"
[[people]]
name = "S."
roles = ["victim", "pupil"]
age = "minor"
[[people]]
name = "Mor"
roles = ["parental-authority"]
age = "adult"
authority_over = ["S."]
[facts]
"victim.age" = "minor"
told.whom = ["police", "parents"]
"""
DECISION = """
"police.decision.by" = "Vagthavende"
"police.decision.on" = 2020-02-03
"police.decision.reference" = "0100-83971-00012"
"police.decision.extent" = "all"
"""
DELETED = """
"platform.deleted.on" = 2020-02-04
"platform.deleted.what" = "E1"
"""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str
    raw: bytes = b""

    @property
    def json(self) -> Any:
        """Standard output as exactly one JSON document."""
        return json.loads(self.out)

    def expect(self, code: int) -> Done:
        """Itself, if it ended with this code."""
        assert self.code == code, f"{self.code} instead of {code}\n{self.out}\n{self.err}"
        return self


@dataclass
class Segl:
    """The command line with a home of its own; no terminal."""

    home: Path
    passphrase: str = PASSPHRASE
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(
        self,
        *arguments: str | bytes | Path,
        stdin: str | bytes | None = None,
        fds: Mapping[str, str | bytes] | None = None,
        unlock: bool = True,
        code: int = 0,
        cwd: Path | None = None,
    ) -> Done:
        """Run a command.

        Args:
            arguments: after `segl`.
            stdin: what comes on standard input; nothing (`/dev/null`) where None.
            fds: option -> what comes on a descriptor, whose number is put behind the option.
            unlock: whether the vault's passphrase is given.
            code: the exit code that is expected.
            cwd: where it runs.
        """
        given = dict(fds or {})
        if unlock:
            given["--vault-passphrase-fd"] = self.passphrase + "\n"
        words = [argument if isinstance(argument, bytes) else str(argument) for argument in arguments]
        options: list[str] = []
        numbers: list[int] = []
        for option, content in given.items():
            number = self._feed(content)
            numbers.append(number)
            options += [option, str(number)]
        end = words.index("--") if "--" in words else len(words)
        try:
            result = self._run([*words[:end], *options, *words[end:]], stdin, cwd or self.home.parent)
        finally:
            for number in numbers:
                os.close(number)
        return result.expect(code)

    def _run(self, words: Sequence[str | bytes], stdin: str | bytes | None, cwd: Path) -> Done:
        """Fork and run: the modules are loaded already, which is most of what a short command costs.

        The way in from outside (`python -m tui`) is what `test_streams`, `test_terminal` and `test_imports` go.
        """
        with TemporaryFile() as source, TemporaryFile() as out, TemporaryFile() as err:
            source.write(stdin.encode() if isinstance(stdin, str) else stdin or b"")
            source.seek(0)
            process = os.fork()
            if process == 0:
                self._become(words, source.fileno() if stdin is not None else None, out.fileno(), err.fileno(), cwd)
            code = _ended(process)
            out.seek(0)
            err.seek(0)
            said, complained = out.read(), err.read()
        return Done(code, said.decode("utf-8"), complained.decode("utf-8"), raw=said + complained)

    def _become(self, words: Sequence[str | bytes], source: int | None, out: int, err: int, cwd: Path) -> NoReturn:
        code = 99
        try:
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_RDONLY) if source is None else source, 0)
            os.dup2(out, 1)
            os.dup2(err, 2)
            sys.stdin, sys.stdout, sys.stderr = (open(number, mode, closefd=False) for number, mode in enumerate("rww"))  # noqa: SIM115
            os.environ.clear()
            os.environ.update(self.variables())
            locale.setlocale(locale.LC_ALL, "C")
            time.tzset()
            os.chdir(cwd)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            if "typst" in sys.modules:
                # Its threads do not come along in a fork, and it would wait for them for ever.
                os.execve(sys.executable, [sys.executable, "-m", "tui", *map(os.fsdecode, words)], dict(os.environ))
            from tui.__main__ import main

            code = main([os.fsdecode(word) for word in words])
        except BaseException as error:  # noqa: BLE001
            os.write(2, f"Traceback: {type(error).__name__}".encode())
        finally:
            os._exit(code)

    def variables(self) -> dict[str, str]:
        """The environment of a command."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        return {
            **kept,
            "SEGL_HOME": str(self.home),
            "LANG": "C",
            "PYTHONPATH": str(ROOT),
            "TZ": "Europe/Copenhagen",
            **self.environment,
        }

    def script(self, *lines: str, code: int = 0, options: Sequence[str] = ()) -> Done:
        """Run lines in `segl shell`."""
        return self("shell", *options, stdin="".join(f"{line}\n" for line in lines), code=code)

    def init(self) -> Done:
        """Make the vault."""
        return self("init", "--lang", "en", "--answers", "-", "--kdf", "floor", stdin=ANSWERS)

    def new_case(self, intake: str = INTAKE) -> str:
        """Open a case and give its reference."""
        reference = self("case", "new", "--json", "--intake", "-", stdin=intake).json["case"]["reference"]
        assert isinstance(reference, str)
        return reference

    @staticmethod
    def _feed(content: str | bytes) -> int:
        reader, writer = os.pipe()
        os.set_inheritable(reader, True)
        os.write(writer, content.encode() if isinstance(content, str) else content)
        os.close(writer)
        return reader


def _ended(process: int, seconds: float = 60) -> int:
    """Wait for a process; its exit code, negative after a signal."""
    deadline = time.monotonic() + seconds
    while True:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            raise AssertionError("the command goes on and on")
        time.sleep(0.002)
