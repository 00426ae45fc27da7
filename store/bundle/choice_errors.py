"""What can stand against a choice of what is withheld."""

from __future__ import annotations

from typing import ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.bundle.visible import one_line
from store.model import Purpose


class ChoiceNeeded(SeglError):
    """A bundle for the person concerned, and nobody has marked what is withheld from it."""

    code: ClassVar[str] = "choice-needed"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say what is to be done first."""
        return Diagnostics(
            happened=_("Others' names stand in the case, and nobody has marked yet what is withheld."),
            safe=_("Nothing was written."),
            todo=_(
                "Mark it first: in the screen of sealing, or with --withhold FILE ('segl seal --names' begins one)."
            ),
        )


class ChoiceNotHere(SeglError):
    """Something is to be withheld from a bundle that is always whole.

    Attributes:
        purpose: of the bundle.
    """

    code: ClassVar[str] = "choice-not-here"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, purpose: Purpose) -> None:
        super().__init__(purpose)
        self.purpose = purpose

    def diagnostics(self) -> Diagnostics:
        """Say where it can."""
        return Diagnostics(
            happened=_("Only a bundle for the person concerned or for an authority can have something withheld."),
            safe=_("Nothing was written."),
            todo=_("Choose one of these, or leave the choice out."),
        )


class NamesUnmarked(SeglError):
    """Known names of others stand in what would go out, and nobody has said that they may.

    Attributes:
        names: which.
    """

    code: ClassVar[str] = "names-unmarked"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(len(names))
        self.names = names

    def diagnostics(self) -> Diagnostics:
        """Name them: they are the case's own, on the counsellor's screen."""
        return Diagnostics(
            happened=_("Names of others still stand in it: {names}.").format(
                names=", ".join(one_line(name) for name in self.names)
            ),
            safe=_("Nothing was written."),
            todo=_("Mark them too, or say that they may go out: names_stay = true in the choice."),
        )


class SpanUnknown(SeglError):
    """A choice names a place that is not in the case.

    Attributes:
        entry: id as it was written.
        field: likewise.
    """

    code: ClassVar[str] = "span-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, entry: str, field: str) -> None:
        super().__init__(entry, field)
        self.entry = entry
        self.field = field

    def diagnostics(self) -> Diagnostics:
        """Name the place, not the text."""
        return Diagnostics(
            happened=_("The choice names a place that the case does not have: entry {entry}, {field}.").format(
                entry=ascii(self.entry)[1:-1][:64], field=ascii(self.field)[1:-1][:80]
            ),
            safe=_("Nothing was written."),
            todo=_("'segl seal CASE --names' lists the places."),
        )


class NameInFileName(SeglError):
    """A name that is withheld stands in the name of the file."""

    code: ClassVar[str] = "name-in-file-name"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say so."""
        return Diagnostics(
            happened=_("A name that is withheld stands in the name of the file."),
            safe=_("Nothing was written."),
            todo=_("Choose another file name."),
        )
