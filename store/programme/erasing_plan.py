"""What erasing takes of a mentorship programme: somebody, a mentoring, a concern, or one entry; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from guidance.language import _
from store import erasing
from store.cases.access import Access, Act
from store.cases.erasing_model import Doomed, ErasurePlan, What
from store.cases.status import StatusDesk
from store.entry import SpaceKind
from store.journal import Read
from store.programme.concern_model import Concern
from store.programme.desk import pick
from store.programme.erasing_errors import ThingErasingRefused
from store.programme.history import entry_words
from store.programme.kept_model import Stands, Thing, thing_name
from store.programme.people_model import Mentoring, Participant
from store.programme.programme import ProgrammeWork
from store.programme.reading import Register
from store.programme.whose import Whose
from store.programme.words import left_line
from store.standing import standing

SHARED: Final = "session.noted"
"""What was shared in a session: nothing is worked out from it, so it may go while the mentoring goes on."""
_REPLACED_ONLY: Final = frozenset({"participant.added", "participant.changed"})
_ALONE: Final = _REPLACED_ONLY | {
    *("vetting.verified", "vetting.referred", "vetting.interviewed", "vetting.record-seen", "check-in.held"),
    *(SHARED, "policy.read", "concern.noted"),
}
"""What can be erased by itself. How far a mentoring came, who consented and who looked goes with the whole only."""


@dataclass(slots=True, kw_only=True)
class Beside:
    """What goes that is of no case, gathered.

    Attributes:
        ids: space -> entries.
        things: participants, mentorings and concerns that go whole.
    """

    ids: dict[str, set[str]] = field(default_factory=dict)
    things: list[str] = field(default_factory=list)

    def add(self, space: str, ids: Iterable[str]) -> None:
        """Further entries of a space."""
        if found := set(ids):
            self.ids.setdefault(space, set()).update(found)


class ProgrammeErasurePlan(StatusDesk, ProgrammeWork):
    """Casework on what erasing would take of the programme."""

    def plan_erasing_thing(self, thing: str) -> ErasurePlan:
        """What erasing somebody of the programme, a mentoring or a concern would take.

        With somebody go their mentorings, sessions and what is registered of recordings, and the concerns about them.

        Args:
            thing: id of a participant, a mentoring or a concern that may be read, or the beginning of it.

        Raises:
            ThingUnknown: none or several.
            ThingErasingRefused: it is not over, held, or something of it was not looked at yet.
        """
        register, concerns = self._register(), self._readable_concerns()
        found = self._thing(thing)
        self._refuse_thing(self._stands_against(found, register, concerns))
        beside = Beside()
        self._with_all_of(found, beside, concerns)
        what = What.CONCERN if isinstance(found, Concern) else What.PAIR
        if isinstance(found, Participant):
            what = What.PARTICIPANT
        return self._plan_beside(what, beside, confirm=_confirm(found))

    def plan_erasing_register_entry(self, entry: str) -> ErasurePlan:
        """What erasing one entry of the programme would take.

        Of what is not over only what was replaced can go, and what was shared in a session.

        Raises:
            ThingUnknown: there is none, or it can't be erased by itself.
            ThingErasingRefused: what stands against it.
        """
        register, concerns = self._register(), self._readable_concerns()
        space = self._register_space()
        whose = Whose(self._entries(space))
        known = {id: (space, one) for id, one in whose.entries.items() if self._goes_alone(space, one)}
        for concern in concerns:
            known |= {
                one.id: (concern.id, one) for one in self._entries(concern.id) if self._goes_alone(concern.id, one)
            }
        id = pick(entry, list(known), "entry")
        of, chosen = known[id]
        self._refuse_thing(self._stands_against_entry(of, chosen, whose, register, concerns))
        beside = Beside()
        beside.add(of, (id,))
        things = whose.things_of(chosen.header.kind, chosen.payload or {}) if of == space else {of}
        named = [one for one in map(self._known_thing, sorted(things)) if one is not None]
        return self._plan_beside(What.ENTRY, beside, confirm=_confirm(named[0]) if named else id[:8])

    def thing_history(self, thing: str) -> tuple[Doomed, ...]:
        """The entries of somebody, a mentoring or a concern in words, the oldest first.

        Raises:
            ThingUnknown: none or several.
        """
        found = self._thing(thing)
        if isinstance(found, Concern):
            self.concern(found.id)
            return self._doomed(found.id, (one.id for one in self._entries(found.id)))
        space = self._register_space()
        return self._doomed(space, Whose(self._entries(space)).of(found.id))

    def _known_thing(self, id: str) -> Thing | None:
        register = self._register()
        concerns = {one.id: one for one in self._readable_concerns()}
        return register.participants.get(id) or register.mentorings.get(id) or concerns.get(id)

    def _refuse_thing(self, against: Iterable[Stands]) -> None:
        if found := tuple(against):
            raise ThingErasingRefused(found)

    def _with_all_of(self, thing: Thing, beside: Beside, concerns: Iterable[Concern]) -> None:
        """Put something of the programme among what goes, with all that goes with it."""
        if thing.id in beside.things:
            return
        beside.things.append(thing.id)
        if isinstance(thing, Concern):
            beside.add(thing.id, (one.id for one in self._entries(thing.id)))
            return
        space = self._register_space()
        whose = Whose(self._entries(space))
        beside.add(space, whose.of(thing.id))
        if isinstance(thing, Participant):
            for pair in whose.pairs_of(thing.id):
                beside.things.append(pair)
                beside.add(space, whose.of(pair))
            for concern in concerns:
                if concern.about == thing.id:
                    self._with_all_of(concern, beside, ())

    def _goes_alone(self, space: str, entry: Read) -> bool:
        if entry.header.kind not in _ALONE:
            return False
        return entry.header.kind not in _REPLACED_ONLY or not self._entry_stands(space, entry.id)

    def _entry_stands(self, space: str, entry: str) -> bool:
        """Whether it still says something that no later entry has replaced."""
        rows = standing(self._connection, space)
        return any(row.entry == entry and not row.subject.startswith("added/") for row in rows)

    def _stands_against_entry(
        self, space: str, entry: Read, whose: Whose, register: Register, concerns: tuple[Concern, ...]
    ) -> tuple[Stands, ...]:
        if space != self._register_space():
            concern = next((one for one in concerns if one.id == space), None)
            return self._stands_against(concern, register, ()) if concern else ()
        things = whose.things_of(entry.header.kind, entry.payload or {})
        found = [register.participants.get(id) or register.mentorings.get(id) for id in things]
        against = {one for thing in found if thing for one in self._stands_against(thing, register, concerns)}
        if entry.header.kind == SHARED or not self._entry_stands(space, entry.id):
            against &= {Stands.HELD}
        return tuple(one for one in Stands if one in against)

    def _plan_beside(self, what: What, beside: Beside, *, confirm: str) -> ErasurePlan:
        doomed = tuple(line for space, ids in beside.ids.items() for line in self._doomed(space, ids))
        again = tuple(words for space, ids in beside.ids.items() for words in self._stands_again(space, ids))
        return ErasurePlan(
            what=what,
            confirm=confirm,
            cases=(),
            doomed=doomed,
            stands_again=again,
            went_out=self._went_out_beside(beside),
            followed=all(self._followed(space) for space in beside.ids),
            lacking=erasing.lacking(self._connection),
            beside=tuple(beside.ids),
            things=tuple(beside.things),
        )

    def _went_out_beside(self, beside: Beside) -> tuple[Access, ...]:
        """What left the programme, and with whom a concern is shared: it is not known which file had whom."""
        found: list[Access] = []
        if self._register_space() in beside.ids:
            for one in self._register().exports():
                act = Act.PRINTED if one.name else Act.DISCLOSED
                found.append(Access(entry="", at=one.at, author=one.by, act=act, own=False, purpose=left_line(one)))
        own = self._eyes().name
        for concern in self._readable_concerns():
            others = [name for name in concern.readers if name and name != own]
            if concern.id in beside.ids and others:
                found.append(
                    Access(
                        entry="",
                        at=concern.received_at,
                        author=concern.taken_in_by,
                        act=Act.SHARED,
                        own=False,
                        purpose=", ".join(others),
                    )
                )
        return tuple(sorted(found, key=lambda line: line.at))

    def _doomed(self, space: str, ids: Iterable[str]) -> tuple[Doomed, ...]:
        """As for a case; of a space that is none, in the words of what it is."""
        kind = self._space_kind(space)
        if kind is SpaceKind.CASE:
            return super()._doomed(space, ids)
        wanted, names, authors = set(ids), self._participant_names(), self._authors()
        concern = kind is SpaceKind.PROGRAMME and space != self._register_space()
        where = _("concern") if concern else space_words(kind)
        return tuple(
            Doomed(
                entry=one.id,
                case=space,
                reference=where,
                at=one.header.claimed_at,
                author=authors.get(one.header.device, ""),
                words=entry_words(one if concern else self._without_reasons(one), names),
            )
            for one in self._entries(space)
            if one.id in wanted
        )

    def _without_reasons(self, entry: Read) -> Read:
        """An entry as whoever looks may read it: why their own part was changed or ended may tell of a concern."""
        said, register = entry.payload or {}, self._register()
        people: list[str] = []
        if entry.header.kind == "mentoring.ended":
            pair = register.mentorings.get(said["mentoring"])
            people = [pair.mentor, pair.mentee] if pair else []
        elif entry.header.kind.startswith("participant.") and "reason" in said:
            people = [said["participant"]]
        if any(map(register.is_viewer, people)):
            return replace(entry, payload={**said, "reason": ""})
        return entry

    def _participant_names(self) -> dict[str, str]:
        return {id: one.name for id, one in self._register().participants.items()}

    def _space_kind(self, space: str) -> SpaceKind:
        row = self._connection.execute("SELECT kind FROM space WHERE id = ?", (space,)).fetchone()
        return SpaceKind(row[0]) if row else SpaceKind.CASE

    def _followed(self, space: str) -> bool:
        """Whether others take it in; a register goes to nobody but oneself."""
        if self._space_kind(space) is not SpaceKind.PROGRAMME or space == self._register_space():
            return self._space_kind(space) is not SpaceKind.CASE or super()._followed(space)
        trust = self._trust()
        me = trust.author_of(self._journal.device)
        return me is None or me.administrator or erasing.opened_concern(self._connection, space) in me.devices


def _confirm(thing: Thing) -> str:
    """What is typed to confirm it: whom it is about."""
    if isinstance(thing, Mentoring):
        return " ".join(name for name in (thing.mentor_name, thing.mentee_name) if name) or thing.id[:8]
    return thing_name(thing) or thing.id[:8]


def space_words(kind: SpaceKind) -> str:
    """Where an entry that is of no case stands, in a word."""
    return {
        SpaceKind.PROGRAMME: _("programme"),
        SpaceKind.OFFICE: _("office"),
        SpaceKind.ACCESS: _("searches"),
    }.get(kind, kind.value)
