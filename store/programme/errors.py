"""What the programme refuses or does not find, beside the gates of guidance. No name and no text is repeated here."""

from __future__ import annotations

from typing import ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _


class ParticipantUnfit(SeglError):
    """Somebody can't be put in this place, or not in this state.

    Attributes:
        fault: `not-a-mentor`, `not-a-mentee`, `oneself`, `accepted`, `suspended`, `not-suspended`, `ended`,
            `not-of-the-session`, `paired`.
    """

    code: ClassVar[str] = "participant-unfit"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.rule = fault

    def diagnostics(self) -> Diagnostics:
        """Say what does not fit."""
        words = {
            "not-a-mentor": _("This person is not a mentor."),
            "not-a-mentee": _("This person is not a mentee."),
            "oneself": _("Nobody is their own mentor."),
            "accepted": _("This mentor is accepted already."),
            "suspended": _("This person is suspended already."),
            "not-suspended": _("This person is not suspended."),
            "ended": _("This person no longer takes part."),
            "not-of-the-session": _("This person does not belong to the session."),
            "paired": _("These two are brought together already."),
        }
        return Diagnostics(happened=words[self.fault], safe=_("Nothing was changed."))


class RegisterElsewhere(SeglError):
    """Readers of a concern are to be named in a vault that does not know whom it is about."""

    code: ClassVar[str] = "register-elsewhere"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = "register-elsewhere"

    def diagnostics(self) -> Diagnostics:
        """Say who can."""
        return Diagnostics(
            happened=_("Whom the concern is about is known only in the vault that has the programme's register."),
            safe=_("Nothing was changed."),
            todo=_("Let whoever took the concern in name its readers."),
        )


class LinkStands(SeglError):
    """That somebody is not a colleague can't be said by whoever says it, or not yet.

    Attributes:
        fault: `oneself`, `named`, `linked`.
    """

    code: ClassVar[str] = "link-stands"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.rule = f"link-{fault}"

    def diagnostics(self) -> Diagnostics:
        """Say what stands against it, and who can."""
        happened, todo = {
            "oneself": (
                _("Nobody says of themselves that a concern is not about them."),
                _("Let another of its readers say so, in their own vault."),
            ),
            "named": (
                _("The concern names this colleague itself; no link in the register does."),
                _("If it was taken in wrongly: close it, and take it in anew."),
            ),
            "linked": (
                _("The register still says that the person is this colleague."),
                _("Put it right there first ('segl mentor change'); then say so here."),
            ),
        }[self.fault]
        return Diagnostics(happened=happened, safe=_("Nothing was changed."), todo=todo)


class MentoringEnded(SeglError):
    """The mentoring has ended."""

    code: ClassVar[str] = "mentoring-ended"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = "ended"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(happened=_("This mentoring has ended."), safe=_("Nothing was changed."))


class RecordingGone(SeglError):
    """The recording was removed."""

    code: ClassVar[str] = "recording-gone"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = "removed"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(happened=_("This recording has been removed."), safe=_("Nothing was changed."))


class ConcernClosed(SeglError):
    """The concern is closed."""

    code: ClassVar[str] = "concern-closed"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = "closed"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(happened=_("This concern is closed."), safe=_("Nothing was changed."))


class DayNotValid(SeglError):
    """A day or a duration makes no sense where it stands.

    Attributes:
        field: which.
    """

    code: ClassVar[str] = "day-not-valid"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field

    def diagnostics(self) -> Diagnostics:
        """Name the field."""
        return Diagnostics(
            happened=_("This day or this length of time makes no sense here: {field}.").format(field=self.field),
            safe=_("Nothing was changed."),
            todo=_("What has happened lies in the past, a next date in the future; a length of time is P1M or P7D."),
        )


class ProgrammeDamaged(SeglError):
    """Entries of the programme do not verify.

    Attributes:
        faults: what is wrong, kebab-case, each kind once.
    """

    code: ClassVar[str] = "programme-damaged"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def diagnostics(self) -> Diagnostics:
        """Name the kinds of damage."""
        return Diagnostics(
            happened=_("The programme was changed from outside: entries do not verify ({faults}).").format(
                faults=", ".join(self.faults)
            ),
            safe=_("Nothing was changed."),
            todo=_("Run 'segl doctor': it says which entry, and what still holds."),
        )
