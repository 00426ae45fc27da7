"""A secret that does not show itself."""

from __future__ import annotations

import hmac
import unicodedata
from typing import ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _


class SecretNotOneLine(SeglError):
    """A passphrase came with a line break in it: a paste that would have been cut in silence."""

    code: ClassVar[str] = "passphrase-several-lines"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The passphrase has several lines."),
            safe=_("Nothing was changed."),
            todo=_("Give it as one line; paste it again without the line break."),
        )


class Secret:
    """Bytes that never appear in a repr, a log or a traceback line."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    @classmethod
    def from_text(cls, text: str) -> Secret:
        """A passphrase as typed: normalised to NFC, so that å is å on every keyboard and system.

        Raises:
            SecretNotOneLine: where there is a line break in it.
        """
        if len(text.splitlines()) > 1 or text.endswith(("\n", "\r")):
            raise SecretNotOneLine
        return cls(unicodedata.normalize("NFC", text).encode())

    def reveal(self) -> bytes:
        """The bytes; keep them in no name that outlives the call."""
        return self._value

    def __len__(self) -> int:
        return len(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value, other._value)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "Secret(****)"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")
