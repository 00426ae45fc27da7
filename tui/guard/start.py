"""What the guard and its child agree on: how a child is started, and what the codes it ends with mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from guidance.language import Language


class ChildEnd(IntEnum):
    """Exit codes of the child that mean something to the guard; every other is passed on."""

    LOCK = 75
    LOCK_AND_STOP = 76
    DEMO = 77
    DEMO_OVER = 78


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a child is started.

    Attributes:
        home: the home that was named on the command line; None for the usual one.
        vault: the vault that was named on the command line; empty for a choice.
        language: what to speak; None to ask the system.
        theme: colours by name; empty for the usual ones.
        lock_after: seconds without a key or a click until it locks.
        demo: the temporary home of an invented office; None for real work.
    """

    home: Path | None = None
    vault: str = ""
    language: Language | None = None
    theme: str = ""
    lock_after: float = 300.0
    demo: Path | None = None

    def arguments(self) -> list[str]:
        """The same as a command line, for a system where the child is a process of its own."""
        given = {
            "--home": str(self.home or ""),
            "--vault": self.vault,
            "--lang": self.language or "",
            "--theme": self.theme,
            "--lock-after": str(self.lock_after),
            "--demo": str(self.demo or ""),
        }
        return [part for name, value in given.items() if value for part in (name, value)]

    @classmethod
    def read(cls, arguments: list[str]) -> Start:
        """What `arguments` wrote."""
        given = dict(zip(arguments[::2], arguments[1::2], strict=True))
        return cls(
            home=Path(given["--home"]) if "--home" in given else None,
            vault=given.get("--vault", ""),
            language={"da": "da", "en": "en"}.get(given.get("--lang", "")),  # type: ignore[arg-type]
            theme=given.get("--theme", ""),
            lock_after=float(given.get("--lock-after", "300")),
            demo=Path(given["--demo"]) if "--demo" in given else None,
        )
