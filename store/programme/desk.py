"""What every part of the programme's desk stands on: its space, a reading of it, and finding things by their ids."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import ClassVar

from guidance.duration import Duration
from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.authors import Belongs
from store.cases.errors import TextMissing
from store.entry import Payload, SpaceKind
from store.journal import REMARKS, Read
from store.programme.errors import DayNotValid, ProgrammeDamaged
from store.programme.kept_model import ProgrammeRule, Sort
from store.programme.linking import LinkingDesk
from store.programme.people_model import Mentoring, Participant
from store.programme.reading import Eyes, Register
from store.programme.session_model import Session
from store.standing import standing


class ThingUnknown(SeglError):
    """The programme has no such thing, for whoever asks: one that may not be read is none.

    Attributes:
        sort: `participant`, `colleague`, `mentoring`, `session`, `recording`, `reference`, `concern`, `kind`,
            `outcome`, `policy`, `thing`, `entry`.
    """

    code: ClassVar[str] = "thing-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, sort: str) -> None:
        super().__init__(sort)
        self.sort = sort

    def diagnostics(self) -> Diagnostics:
        """Say which sort of thing it was."""
        words = {
            "participant": _("The programme has no such participant, or more than one fits."),
            "colleague": _("The office has no such colleague, or more than one fits."),
            "mentoring": _("The programme has no such mentoring, or more than one fits."),
            "session": _("The programme has no such session, or more than one fits."),
            "recording": _("The programme has no such recording, or more than one fits."),
            "reference": _("This person has no such reference, or more than one fits."),
            "concern": _("There is no such concern, or more than one fits."),
            "kind": _("There is no such kind of concern."),
            "outcome": _("A concern has no such outcome."),
            "policy": _("The policy has no such version, or more than one fits."),
            "thing": _("The programme has no such person, mentoring or concern, or more than one fits."),
            "entry": _(
                "No such entry can be erased by itself: it stands, or goes with the whole only, or more than one fits."
            ),
        }
        return Diagnostics(happened=words[self.sort], safe=_("Nothing was changed."))


class ProgrammeDesk(LinkingDesk):
    """The base of `store.programme.programme.ProgrammeWork`."""

    def _say(self, *entries: tuple[str, Payload], beside: Iterable[tuple[str, str, Payload]] = ()) -> tuple[Read, ...]:
        """Write entries in the register, all or none; the first ever opens it, under the office's name.

        Args:
            entries: kind and payload.
            beside: space, kind and payload of what concerns are told by it.
        """
        with self._writing():
            space = self._register_space()
            if not space:
                name = self._office_name()
                space = self._new_id()
                self._append(SpaceKind.PROGRAMME, space, "programme.opened", {"name": name})
            said = tuple(self._append(SpaceKind.PROGRAMME, space, kind, payload) for kind, payload in entries)
            for concern, kind, payload in beside:
                self._append(SpaceKind.PROGRAMME, concern, kind, payload)
            return said

    def _office_name(self) -> str:
        said = standing(self._connection, self._office_space, "office")
        if said:
            return str(said[0].value["name"])
        own = self._trust().author_of(self._journal.device)
        return own.office if own else ""

    def _eyes(self) -> Eyes:
        known = [author for author in self._trust().authors if author.belongs is not Belongs.ELSEWHERE]
        device = self._journal.device
        own = next((author for author in known if device in author.devices), None)
        return Eyes(
            viewer=own.id if own else "",
            name=own.name if own else "",
            authors={device: author.name for author in known for device in author.devices},
            colleagues={author.id: author.name for author in known},
            names=self._names_of(known),
            today=self._today(),
            zone=self._zone,
        )

    def _register(self) -> Register:
        """Read the register; its feeds are verified first.

        Raises:
            ProgrammeDamaged: an entry does not verify.
        """
        space = self._register_space()
        if not space:
            eyes = self._eyes()
            return Register((), eyes, self._links(eyes))
        self._programme_verified(space)
        eyes = self._eyes()
        return Register(standing(self._connection, space), eyes, self._links(eyes))

    def _programme_verified(self, space: str) -> None:
        flags = self._flags(space, SpaceKind.PROGRAMME)
        if faults := {fault for found in flags.values() for fault in found} - REMARKS:
            raise ProgrammeDamaged(tuple(sorted(faults)))

    def programme_rule(self) -> ProgrammeRule:
        """After how many months what is over in the programme is looked at, by its sort."""
        rows = standing(self._connection, self._register_space(), "retention-rule")
        said = rows[-1].value["months"] if rows else {}
        return ProgrammeRule(months={sort: months for sort, months in said.items() if isinstance(months, int)})

    def _proposed_look_at(self, sort: Sort) -> date | None:
        """The day that the rule gives what is over from today; None where it gives none."""
        months = self.programme_rule().months.get(sort, 0)
        return Duration(months=months).after(datetime.combine(self._today(), time())).date() if months else None

    def _look_at_said(self, sort: Sort, day: date | None, reason: str) -> Payload | None:
        """What names the day to look at what is over from now on, else by the rule; None where it gives none."""
        if day is not None:
            return {"look-at": day.isoformat(), "reason": reason}
        proposed = self._proposed_look_at(sort)
        return {"look-at": proposed.isoformat(), "reason": _("By the programme's rule")} if proposed else None

    def _colleague(self, wanted: str, eyes: Eyes) -> str:
        """A colleague's id, by id or by name.

        Raises:
            ThingUnknown: nobody, or several.
        """
        if wanted in eyes.colleagues:
            return wanted
        name = wanted.strip().casefold()
        found = [id for id, known in eyes.colleagues.items() if known.strip().casefold() == name]
        if len(found) != 1:
            raise ThingUnknown("colleague")
        return found[0]

    def _past(self, field: str, value: date) -> str:
        """A day on which something has happened, as a payload has it.

        Raises:
            DayNotValid: it is yet to come.
        """
        if value > self._today():
            raise DayNotValid(field)
        return value.isoformat()


def participant_of(register: Register, wanted: str) -> Participant:
    """A participant by id or the beginning of it.

    Raises:
        ThingUnknown: none or several.
    """
    return register.participants[pick(wanted, list(register.participants), "participant")]


def mentoring_of(register: Register, wanted: str) -> Mentoring:
    """A mentoring by id or the beginning of it.

    Raises:
        ThingUnknown: none or several.
    """
    return register.mentorings[pick(wanted, list(register.mentorings), "mentoring")]


def session_of(register: Register, wanted: str) -> Session:
    """A session by id or the beginning of it.

    Raises:
        ThingUnknown: none or several.
    """
    sessions = {one.id: one for one in register.sessions()}
    return sessions[pick(wanted, list(sessions), "session")]


def pick(wanted: str, ids: list[str], sort: str) -> str:
    """The id that this is, or is the beginning of.

    Raises:
        ThingUnknown: none or several.
    """
    found = [id for id in ids if id == wanted] or [id for id in ids if len(wanted) >= 4 and id.startswith(wanted)]
    if len(found) != 1:
        raise ThingUnknown(sort)
    return found[0]


def needed(**texts: str) -> None:
    """Raises TextMissing for the first that is blank; `_` in a name stands for `-`."""
    for field, text in texts.items():
        if not text.strip():
            raise TextMissing(field.replace("_", "-"))


def length(field: str, text: str) -> str:
    """A length of time in ISO 8601.

    Raises:
        DayNotValid: it is none, or is no time at all.
    """
    try:
        read = Duration.parse(text)
    except ValueError:
        raise DayNotValid(field) from None
    if not (read.months or read.days or read.hours):
        raise DayNotValid(field)
    return text
