"""What can stand against erasing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _

if TYPE_CHECKING:
    from store.cases.retention import Against


class ErasingRefused(SeglError):
    """Nothing live, held or unread is erased.

    Attributes:
        reference: of the case.
        against: what stands against it.
    """

    code: ClassVar[str] = "erasing-refused"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, reference: str, against: Sequence[Against]) -> None:
        super().__init__(reference, against)
        self.reference = reference
        self.against = tuple(against)

    def diagnostics(self) -> Diagnostics:
        """Name what stands against it."""
        from store.cases.retention import against_words

        return Diagnostics(
            happened=_("Nothing of case {reference} can be erased now: {against}.").format(
                reference=self.reference, against=", ".join(map(against_words, self.against))
            ),
            safe=_("Nothing was erased."),
            todo=_(
                "Close it, end the hold, or look at what came. In an open case what is wrong is put right first; what "
                "stood there before can then be erased."
            ),
        )


class NotConfirmed(SeglError):
    """What was typed to confirm is not what was asked for."""

    code: ClassVar[str] = "not-confirmed"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say so."""
        return Diagnostics(
            happened=_("What was typed to confirm it is not what was asked for."),
            safe=_("Nothing was erased."),
            todo=_("Type the reference of the case, or the name, as it is shown."),
        )


class NumberNeeded(SeglError):
    """The office's journal system is to have the case first."""

    code: ClassVar[str] = "number-needed"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say so."""
        return Diagnostics(
            happened=_("The office asks for the number of the case in its journal system, and none is recorded."),
            safe=_("Nothing was erased."),
            todo=_("File the case first and give its number, or say why there is none."),
        )


class NothingToErase(SeglError):
    """Nothing was found, or nothing of it can go."""

    code: ClassVar[str] = "nothing-to-erase"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so."""
        return Diagnostics(
            happened=_("There is nothing to erase."),
            safe=_("Nothing was erased."),
            todo=_("'segl case history CASE' lists the entries of a case."),
        )
