"""What casework refuses or does not find, in words. Nothing a person wrote in a case is ever repeated here."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from guidance.custody import Fault
from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _, day_in_digits
from store.evidence.dictation import Heard


class NotSetUp(SeglError):
    """The vault has no office and no counsellor yet."""

    code: ClassVar[str] = "not-set-up"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("This vault has not been set up yet."),
            todo=_("Set it up first: the office and the counsellor."),
        )


class AlreadySetUp(SeglError):
    """The vault has its office and counsellor already."""

    code: ClassVar[str] = "already-set-up"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(happened=_("This vault has been set up already."), safe=_("Nothing was changed."))


class CaseUnknown(SeglError):
    """No case has this reference or id."""

    code: ClassVar[str] = "case-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted

    def diagnostics(self) -> Diagnostics:
        """Name what was asked for."""
        return Diagnostics(
            happened=_("There is no case {reference} in this vault.").format(reference=ascii(self.wanted)[:80]),
            todo=_("The list of cases shows every reference."),
        )


class CaseAmbiguous(SeglError):
    """The beginning of a reference fits several cases."""

    code: ClassVar[str] = "case-ambiguous"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, wanted: str, references: tuple[str, ...]) -> None:
        super().__init__(wanted, references)
        self.wanted = wanted
        self.references = references

    def diagnostics(self) -> Diagnostics:
        """Name those it fits."""
        return Diagnostics(
            happened=_("{reference} fits several cases: {references}.").format(
                reference=ascii(self.wanted)[:80], references=", ".join(self.references[:10])
            ),
            todo=_("Write the whole reference."),
        )


class CaseClosed(SeglError):
    """The case is closed, and this would change it."""

    code: ClassVar[str] = "case-closed"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = "case-closed"

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference

    def diagnostics(self) -> Diagnostics:
        """Name the case."""
        return Diagnostics(
            happened=_("Case {reference} is closed.").format(reference=self.reference),
            safe=_("Nothing was changed."),
            todo=_("Reopen it with a reason, then go on."),
        )


class CaseHandedOver(SeglError):
    """Something was to be decided in a case that one gave up.

    Attributes:
        reference: of the case.
        to: the name of who has it; may be empty.
        on: the day.
    """

    code: ClassVar[str] = "case-handed-over"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, reference: str, to: str, on: date) -> None:
        super().__init__(reference)
        self.reference = reference
        self.to = to
        self.on = on

    def diagnostics(self) -> Diagnostics:
        """Say who decides now."""
        if self.to:
            happened = _(
                "Case {reference} was handed over to {name} on {day}. What was written in it since is not here, so "
                "nothing can be decided here."
            ).format(reference=self.reference, name=self.to, day=day_in_digits(self.on))
        else:
            happened = _(
                "Case {reference} has not been yours since {day}. What was written in it since is not here, so nothing "
                "can be decided here."
            ).format(reference=self.reference, day=day_in_digits(self.on))
        return Diagnostics(
            happened=happened,
            safe=_("Nothing was changed."),
            todo=_("Write what you know as a note: it goes to whoever has the case. Or ask them to share it with you."),
        )


class CaseOpen(SeglError):
    """The case is open already."""

    code: ClassVar[str] = "case-open"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference

    def diagnostics(self) -> Diagnostics:
        """Name the case."""
        return Diagnostics(
            happened=_("Case {reference} is open.").format(reference=self.reference), safe=_("Nothing was changed.")
        )


class JournalDamaged(SeglError):
    """Entries of a case do not verify.

    Attributes:
        faults: what is wrong, kebab-case, each kind once.
    """

    code: ClassVar[str] = "journal-damaged"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, reference: str, faults: tuple[str, ...]) -> None:
        super().__init__(reference, faults)
        self.reference = reference
        self.faults = faults

    def diagnostics(self) -> Diagnostics:
        """Name the case and the kinds of damage."""
        return Diagnostics(
            happened=_("Case {reference} was changed from outside: entries do not verify ({faults}).").format(
                reference=self.reference, faults=", ".join(self.faults)
            ),
            safe=_("Segl has changed nothing; the other cases can be opened."),
            todo=_(
                "Run 'segl doctor' and keep a copy of the vault as it is; a backup or a bundle has the older state."
            ),
        )


class TextMissing(SeglError):
    """A text that is needed was blank.

    Attributes:
        field: which, kebab-case: `note`, `reason`, `title`, `name`, `roles`, `office`, `author`, ...
    """

    code: ClassVar[str] = "text-missing"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field

    def diagnostics(self) -> Diagnostics:
        """Name the field."""
        names = {
            "note": _("the note"),
            "reason": _("the reason"),
            "title": _("the title"),
            "name": _("the name"),
            "roles": _("the role"),
            "office": _("the office"),
            "author": _("the counsellor's name"),
            "parts": _("mentor or mentee"),
            "how": _("how it was done"),
            "by": _("who did it"),
            "seen-by": _("who saw it"),
            "opinion": _("what the reference thinks"),
            "platform": _("the platform"),
            "place": _("where it is"),
            "holder": _("who holds it"),
            "what": _("what happened or was done"),
            "about": _("whom it is about"),
            "text": _("the text"),
            "answer": _("the answer"),
            "reach": _("a telephone number, a site or a mail address"),
        }
        return Diagnostics(
            happened=_("Something is missing: {field}.").format(field=names.get(self.field, self.field)),
            safe=_("Nothing was changed."),
            todo=_("Write it, then try again."),
        )


class ReasonNeeded(SeglError):
    """A rule asks for a reason in words, and it was blank."""

    code: ClassVar[str] = "reason-missing"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = "reason"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("This needs a reason in words."),
            safe=_("Nothing was changed."),
            todo=_("Write why; the reason stays in the case."),
        )


class StandInMissing(SeglError):
    """Nobody may read the case if the counsellor is ill, and no reason was given for that."""

    code: ClassVar[str] = "stand-in-missing"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = "stand-in"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The case has no stand-in, and no reason why not."),
            safe=_("No case was opened."),
            todo=_("Name who may read the case if you are ill, or write why nobody may."),
        )


class FactUnknown(SeglError):
    """No playbook of the case knows this fact, or it can't be set this way."""

    code: ClassVar[str] = "fact-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact

    def diagnostics(self) -> Diagnostics:
        """Name the fact."""
        return Diagnostics(
            happened=_("The fact {fact} can't be recorded here.").format(fact=ascii(self.fact)[:80]),
            safe=_("Nothing was changed."),
            todo=_("The guide of the case lists the facts and their names."),
        )


class StepNotMarked(SeglError):
    """A step is to be taken up again that is neither done, set aside nor put off."""

    code: ClassVar[str] = "step-not-marked"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, step_id: str) -> None:
        super().__init__(step_id)
        self.step_id = step_id

    def diagnostics(self) -> Diagnostics:
        """Name the step."""
        return Diagnostics(
            happened=_("The step {step} is neither done, set aside nor put off.").format(step=ascii(self.step_id)[:80]),
            safe=_("Nothing was changed."),
        )


class NoSuchCourse(SeglError):
    """The guidance of the case has neither warning signs to ask about nor a meeting plan."""

    code: ClassVar[str] = "no-screening"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The guidance of this case has no screening and no meeting plan: they belong to mentoring."),
            safe=_("Nothing was changed."),
            todo=_("In danger, ring 112 all the same. 'segl guide' shows the steps of this case."),
        )


class ItemUnknown(SeglError):
    """A note, a person or a piece of evidence that the case does not have.

    Attributes:
        sort: `note`, `person`, `evidence` or `request`.
    """

    code: ClassVar[str] = "item-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, sort: str) -> None:
        super().__init__(sort)
        self.sort = sort

    def diagnostics(self) -> Diagnostics:
        """Say which sort of thing it was."""
        words = {
            "note": _("This case has no such note, or more than one fits."),
            "person": _("This case has no such person, or more than one fits."),
            "evidence": _("This case has no such evidence, or more than one fits."),
            "custody": _("The chain has no such event, or more than one fits."),
            "request": _("This case has no such request from the police, or more than one fits."),
        }
        return Diagnostics(happened=words[self.sort], safe=_("Nothing was changed."))


class SaidDifferently(SeglError):
    """A piece was to be changed on which people who did not know of one another said different things.

    What is written anew takes the place of all of it: what one of them said would go unseen.

    Attributes:
        number: of the piece.
    """

    code: ClassVar[str] = "said-differently"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = "disagreement"

    def __init__(self, number: int) -> None:
        super().__init__(str(number))
        self.number = number

    def diagnostics(self) -> Diagnostics:
        """Say where it is decided."""
        return Diagnostics(
            happened=_("People said different things about E{number} without knowing of one another.").format(
                number=self.number
            ),
            safe=_("Nothing was changed."),
            todo=_("Decide first which of it stands: u in the case, or 'segl case decide'. Then it can be changed."),
        )


class CustodyRefused(SeglError):
    """An event of the custody chain can't follow what came before it.

    Attributes:
        fault: why.
        settle: the command that settles a clearing of the piece that was cut off.
    """

    code: ClassVar[str] = "custody-refused"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = "custody"

    def __init__(self, fault: Fault, *, settle: str = "segl evidence clear CASE E1 --settle") -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.settle = settle

    def diagnostics(self) -> Diagnostics:
        """Say why."""
        todo = {
            Fault.CLEARING: _(
                "Connect the disk it lay on and settle it: from the drafts, or {command}. Can that not be done, record "
                "'not-cleared', or what somebody saw."
            ).format(command=self.settle),
            Fault.NOT_BEGUN: _("The chain shows what is open."),
        }.get(
            self.fault, _("Look at the chain. An event that is wrong is corrected by another; nothing is overwritten.")
        )
        return Diagnostics(happened=self.fault.words(), safe=_("Nothing was changed."), todo=todo)


class DigestInvalid(SeglError):
    """A digest that is not `sha256:` or `blake3:` and 64 hex digits."""

    code: ClassVar[str] = "digest-invalid"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("This is not a SHA-256 digest."),
            safe=_("Nothing was changed."),
            todo=_("A digest is 'sha256:' and 64 digits from 0 to 9 and a to f."),
        )


class DigestNotHeard(DigestInvalid):
    """A digest that a person typed, or that stands in a document, is none.

    Attributes:
        heard: what came of it.
    """

    def __init__(self, heard: Heard) -> None:
        super().__init__()
        self.heard = heard

    def diagnostics(self) -> Diagnostics:
        """Say what is wrong with it."""
        groups = ", ".join(str(number) for number in self.heard.wrong)
        return Diagnostics(
            happened=_("This is no checksum. These groups can't be right: {groups}.").format(groups=groups)
            if groups
            else _("This is no checksum: it has {n} signs.").format(n=self.heard.signs),
            safe=_("Nothing was changed."),
            todo=_(
                "A checksum has 64 digits from 0 to 9 and a to f; or it is 16 groups with check characters, as Segl "
                "reads them out. Before one by b3sum stands 'blake3:'."
            ),
        )


class SizeInvalid(SeglError):
    """A size that no file has, or that an entry of the journal can't say."""

    code: ClassVar[str] = "size-invalid"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The size is larger than a file can be, or less than nothing."),
            safe=_("Nothing was changed."),
            todo=_("Look at the number of bytes again. It can be left out where it is not known."),
        )


class AskedAhead(SeglError):
    """A request of the police is said to be of a day that is still to come."""

    code: ClassVar[str] = "asked-ahead"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The day of the request lies ahead: {day}.").format(day=self.day.isoformat()),
            safe=_("Nothing was changed."),
            todo=_("Write the day on which the police asked."),
        )


class RequestNeeded(SeglError):
    """Material was to be passed on, and no request from the police is recorded in the case."""

    code: ClassVar[str] = "request-missing"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = "police-request"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("Material is passed on at the request of the police only, and none is recorded in this case."),
            safe=_("Nothing was read and nothing was written."),
            todo=_("Record who asked, when and under which reference: 'segl evidence request'."),
        )
