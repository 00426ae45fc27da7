"""What is refused when another vault is to be taken in."""

from __future__ import annotations

from typing import ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _


class SameVault(SeglError):
    """A vault is to be taken into itself."""

    code: ClassVar[str] = "same-vault"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("That is this vault itself."),
            safe=_("Nothing was changed."),
            todo=_("Name the other vault of yours: 'segl where' shows which there are."),
        )


class NotOnesOwn(SeglError):
    """The other vault is of somebody who is known here as somebody else."""

    code: ClassVar[str] = "not-ones-own"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def diagnostics(self) -> Diagnostics:
        """Name who it is."""
        return Diagnostics(
            happened=_("The other vault is {name}'s, who is known here as somebody else.").format(name=self.name),
            safe=_("Nothing was changed."),
            todo=_("What a colleague wrote comes by 'segl exchange'."),
        )
