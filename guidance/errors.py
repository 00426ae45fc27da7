"""The root of every failure that Segl expects, and how such a failure speaks to a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Final

_SECRET_KEY: Final = re.compile(r"(AGE-SECRET-KEY-)[0-9A-Z-]+", re.ASCII | re.IGNORECASE)


def without_secret_keys(words: str) -> str:
    """The same words, with each age identity in them cut off behind what says that it is one."""
    return _SECRET_KEY.sub(r"\1...", words)


class ExitCode(IntEnum):
    """What the command line ends with; the numbers are a promise to scripts (`docs/cli.md`)."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    LOCKED = 3
    INTEGRITY = 4
    REFUSED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """One failure in words, in the language that was current when it was asked for.

    A secret key that somebody gave where something else belongs, such as a file's name, is never repeated in it.

    Attributes:
        happened: what happened, naming the thing.
        safe: what is safe all the same; empty where nothing was at stake.
        todo: what the person can do now; empty where there is nothing.
    """

    happened: str
    safe: str = ""
    todo: str = ""

    def __post_init__(self) -> None:
        for name in ("happened", "safe", "todo"):
            object.__setattr__(self, name, without_secret_keys(getattr(self, name)))

    def __str__(self) -> str:
        return "\n".join(part for part in (self.happened, self.safe, self.todo) if part)


class SeglError(Exception):
    """A failure that was foreseen. Anything else is a crash.

    A subclass sets `code` (kebab-case, never reused for another meaning) and `exit_code`, keeps the values it needs as
    attributes and overrides `diagnostics()`; the words are looked up there, not in `__init__`, so that they follow the
    language. No secret and no free text from a case belongs in the attributes.
    """

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def diagnostics(self) -> Diagnostics:
        """Say what happened, what is safe and what to do now, in the current language."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.diagnostics().happened
