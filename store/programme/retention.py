"""How long what is over in a programme is kept: a day to look at it, by its sort, and holds that keep it meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from guidance.mentoring import Status
from store import keys
from store.cases.desk import reason_in_words
from store.cases.openings import CONCERN_READ, How
from store.cases.retention import MOST_MONTHS, held_by, look_at_of
from store.entry import Payload, SpaceKind, read_payload
from store.erasing import ERASED, waiting_in
from store.journal import QUIET
from store.programme.concern_model import Concern
from store.programme.concerns import ConcernsOfProgramme
from store.programme.desk import pick
from store.programme.kept_model import KeptThing, ProgrammeRule, Sort, Stands, Thing, over_on, sort_of, thing_name
from store.programme.people_model import Participant
from store.programme.reading import Register
from store.programme.tombstones import not_carried_out
from store.standing import standing


class ProgrammeRetention(ConcernsOfProgramme):
    """Casework on keeping what is over in the programme."""

    def set_programme_rule(self, rule: ProgrammeRule) -> ProgrammeRule:
        """Change it, for what is over from now on.

        Raises:
            ValueError: a sort that there is not, or months that are not from 0 (ask) to `MOST_MONTHS`.
        """
        for sort, months in rule.months.items():
            if sort not in set(Sort) or not 0 <= months <= MOST_MONTHS:
                raise ValueError(sort)
        self._say(("programme.retention", {"months": {sort: months for sort, months in rule.months.items() if months}}))
        return self.programme_rule()

    def proposed_for(self, thing: str) -> date | None:
        """The day that the rule gives something that is over from today; None where it gives none.

        Raises:
            ThingUnknown: there is no such participant, mentoring or concern.
        """
        found = self._thing(thing)
        return self._proposed_look_at(sort_of(found))

    def look_at_thing(self, thing: str, day: date | None, reason: str) -> KeptThing | None:
        """Name the day to look at something of the programme, or take it back; None where it is not over.

        Raises:
            ThingUnknown: there is no such participant, mentoring or concern.
            ReasonNeeded: the reason is blank.
        """
        found = self._thing(thing)
        said = {"look-at": day.isoformat() if day else "", "reason": reason_in_words(reason)}
        self._say_of(found, "look-at", said)
        return next((one for one in self.programme_kept() if one.id == found.id), None)

    def hold_thing(self, thing: str, reason: str) -> str:
        """Hold somebody or something of the programme: nothing of it is erased meanwhile. Gives whom it is about.

        Raises:
            ThingUnknown, ReasonNeeded: as `look_at_thing`.
        """
        return self._write_thing_hold(thing, reason, held=True)

    def end_thing_hold(self, thing: str, reason: str) -> str:
        """End a hold.

        Raises:
            ThingUnknown, ReasonNeeded: as `look_at_thing`.
        """
        return self._write_thing_hold(thing, reason, held=False)

    def _write_thing_hold(self, thing: str, reason: str, *, held: bool) -> str:
        found = self._thing(thing)
        self._say_of(found, "held", {"held": held, "reason": reason_in_words(reason)})
        return thing_name(found)

    def _say_of(self, thing: Thing, what: str, said: Payload) -> None:
        if isinstance(thing, Concern):
            with self._writing():
                self._append(SpaceKind.PROGRAMME, thing.id, f"concern.{what}", said)
        else:
            self._say((f"programme.{what}", {"about": thing.id, **said}))

    def programme_kept(self) -> tuple[KeptThing, ...]:
        """What is over: those to be looked at first coming first, those without a day last."""
        return self._all_kept(self._register(), self._readable_concerns())

    def _all_kept(self, register: Register, concerns: tuple[Concern, ...]) -> tuple[KeptThing, ...]:
        found = [self._kept(one, register, concerns) for one in self._over(register, concerns)]
        return tuple(sorted(found, key=lambda one: (one.look_at or date.max, one.sort, one.name, one.id)))

    def _over(self, register: Register, concerns: Iterable[Concern]) -> Iterable[Thing]:
        yield from (one for one in register.participants.values() if one.status is Status.ENDED)
        yield from (one for one in register.mentorings.values() if one.ended_on is not None)
        yield from (one for one in concerns if one.closed_at is not None)

    def _kept(self, thing: Thing, register: Register, concerns: tuple[Concern, ...]) -> KeptThing:
        look_at, held = self._marks(thing)
        return KeptThing(
            id=thing.id,
            sort=sort_of(thing),
            name=thing_name(thing),
            over_on=over_on(thing),
            look_at=look_at,
            due=look_at is not None and look_at <= self._today(),
            held=held,
            against=self._stands_against(thing, register, concerns),
            elsewhere=self._erased_elsewhere(thing),
        )

    def _erased_elsewhere(self, thing: Thing) -> bool:
        space = thing.id if isinstance(thing, Concern) else self._register_space()
        waiting = waiting_in(self._connection, space)
        if isinstance(thing, Concern):
            return bool(waiting)
        return thing.id in not_carried_out(self._connection, space, waiting)

    def _marks(self, thing: Thing) -> tuple[date | None, str]:
        """The day to look at something, and why it is held."""
        if isinstance(thing, Concern):
            of, looks, holds = thing.id, "retention", "hold"
        else:
            of, looks, holds = self._register_space(), f"look-at/{thing.id}", f"held/{thing.id}"
        return look_at_of(standing(self._connection, of, looks)), held_by(standing(self._connection, of, holds))

    def _thing(self, wanted: str) -> Thing:
        """A participant, a mentoring, or a concern that may be read, by id or the beginning of it.

        Raises:
            ThingUnknown: none or several.
        """
        register = self._register()
        concerns = {one.id: one for one in self._readable_concerns()}
        known: dict[str, Thing] = {
            **register.participants,
            **register.mentorings,
            **concerns,
        }
        return known[pick(wanted, list(known), "thing")]

    def _stands_against(self, thing: Thing, register: Register, concerns: Iterable[Concern]) -> tuple[Stands, ...]:
        """What stands against erasing something now; of what may not be read nothing is told, and nothing counts."""
        found = set()
        if isinstance(thing, Concern):
            found |= {Stands.CONCERN_OPEN} if thing.closed_at is None else set()
            found |= {Stands.UNREAD} if self._concern_unread(thing.id) else set()
            found |= {Stands.HELD} if self._marks(thing)[1] else set()
            return tuple(one for one in Stands if one in found)
        people = {thing.id} if isinstance(thing, Participant) else {thing.mentor, thing.mentee}
        if isinstance(thing, Participant):
            found |= {Stands.TAKES_PART} if thing.status is not Status.ENDED else set()
            pairs = [one for one in register.mentorings.values() if thing.id in (one.mentor, one.mentee)]
        else:
            pairs = [thing]
        for pair in pairs:
            found |= {Stands.UNDER_WAY} if pair.ended_on is None else set()
            found |= {Stands.HELD} if self._marks(pair)[1] else set()
        found |= {Stands.HELD} if isinstance(thing, Participant) and self._marks(thing)[1] else set()
        ids = {pair.id for pair in pairs}
        for session in register.sessions():
            if session.mentoring in ids and any(one.removed_on is None for one in session.recordings):
                found.add(Stands.RECORDING_THERE)
        for concern in concerns:
            if people & {concern.about, concern.reported_by}:
                found |= set(self._stands_against(concern, register, ()))
        return tuple(one for one in Stands if one in found)

    def _concern_unread(self, space: str) -> bool:
        """Whether others wrote something that came after this vault's counsellor last had the concern open."""
        own = keys.own_devices(self._connection)
        last = 0
        for arrival, device, payload in self._connection.execute(
            "SELECT arrival, device, payload FROM entry WHERE space = ? AND kind = ? AND payload IS NOT NULL",
            (space, CONCERN_READ),
        ).fetchall():
            if device in own and read_payload(payload).get("how", How.OPENED) == How.OPENED:
                last = max(last, arrival)
        marks, quiet = ", ".join("?" * len(own)), ", ".join("?" * (len(QUIET) + 1))
        row = self._connection.execute(
            f"SELECT 1 FROM entry WHERE space = ? AND arrival > ? AND device NOT IN ({marks}) "  # noqa: S608
            f"AND kind NOT IN ({quiet}) LIMIT 1",
            (space, last, *own, *QUIET, ERASED),
        ).fetchone()
        return row is not None
