"""Running the command line as a person or a script does: a process, descriptors, nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from tests.tools import ROOT
from tests.tui.cli.forked import Command, above_all, ended

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
        code: int | None = 0,
        cwd: Path | None = None,
    ) -> Done:
        """Run a command.

        Args:
            arguments: after `segl`.
            stdin: what comes on standard input; nothing (`/dev/null`) where None.
            fds: option -> what comes on a descriptor, whose number is put behind the option.
            unlock: whether the vault's passphrase is given.
            code: the exit code that is expected; None for any.
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
            result = self._run([*words[:end], *options, *words[end:]], stdin, numbers, cwd or self.home.parent)
        finally:
            for number in numbers:
                os.close(number)
        return result if code is None else result.expect(code)

    def _run(self, words: Sequence[str | bytes], stdin: str | bytes | None, given: Sequence[int], cwd: Path) -> Done:
        """Fork and run.

        The way in from outside (`python -m tui`) is what `test_streams`, `test_terminal` and `test_imports` go.
        """
        with (
            TemporaryFile() as source,
            TemporaryFile() as out,
            TemporaryFile() as err,
            Path(os.devnull).open() as nothing,
        ):
            source.write(stdin.encode() if isinstance(stdin, str) else stdin or b"")
            source.seek(0)
            read = (nothing if stdin is None else source).fileno()
            code = ended(Command(words, (read, out.fileno(), err.fileno()), self.variables(), cwd), given)
            out.seek(0)
            err.seek(0)
            said, complained = out.read(), err.read()
        return Done(code, said.decode("utf-8"), complained.decode("utf-8"), raw=said + complained)

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
        reader = above_all(reader)
        os.write(writer, content.encode() if isinstance(content, str) else content)
        os.close(writer)
        return reader
