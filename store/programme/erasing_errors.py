"""What is refused about erasing something of a programme."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.programme.kept_model import Stands, stands_words


class ThingErasingRefused(SeglError):
    """Something of the programme may not be erased now.

    Attributes:
        against: what stands against it.
    """

    code: ClassVar[str] = "erasing-refused"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, against: Iterable[Stands]) -> None:
        self.against = tuple(against)
        super().__init__(self.against)

    def diagnostics(self) -> Diagnostics:
        """Name what stands against it."""
        return Diagnostics(
            happened=_("Nothing of it can be erased now: {against}.").format(
                against=", ".join(map(stands_words, self.against))
            ),
            safe=_("Nothing was erased."),
            todo=_(
                "End the part or the mentoring, close the concern, record that the recording is removed, end the hold, "
                "or look at what came. What was replaced can be erased before that."
            ),
        )
