"""Concerns: taken in by staff, due from the moment they come in, read by few, never by the person they are about.

Each concern is a space of its own, so that it can be withheld as a whole without leaving a gap in anybody's feed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from guidance import concerns as rules
from store import keys
from store.cases.desk import reason_in_words
from store.entry import Payload, SpaceKind, read_time, write_time
from store.programme.concern_model import Blocked, CameHow, Concern, ConcernDraft, ConcernNote
from store.programme.desk import ProgrammeDesk, ThingUnknown, needed, participant_of, pick
from store.programme.errors import ConcernClosed, DayNotValid, LinkStands, RegisterElsewhere
from store.programme.kept_model import Sort
from store.programme.links import CORRECTED
from store.programme.reading import Eyes, Register
from store.standing import Standing, standing


class ConcernsOfProgramme(ProgrammeDesk):
    """Casework on concerns."""

    def take_in_concern(self, draft: ConcernDraft) -> Concern:
        """Take in a concern from a printed form, a talk or a message.

        Raises:
            AboutOneself: it is about whoever takes it in, or about one of the readers.
            TextMissing: not said what happened, or about whom.
            ThingUnknown: no such kind, participant or colleague.
            DayNotValid: it came in in the future.
        """
        if rules.kind(draft.kind) is None:
            raise ThingUnknown("kind")
        needed(what=draft.what, about=draft.about or draft.about_name)
        if draft.received_at > self._clock():
            raise DayNotValid("received-at")
        register = self._register()
        eyes = register.eyes
        about = self._about(register, draft.about)
        readers = sorted({eyes.viewer, *(self._colleague(one, eyes) for one in draft.readers)})
        rules.check_taken_in(eyes.viewer, whom(about, draft.about_name, register), readers)
        if not self._register_space():
            self._say()
        space = self._new_id()
        said = {
            "programme": self._register_space(),
            "kind": draft.kind,
            "about": about,
            # A reader whose vault has no register is told the name by the concern.
            "about-name": _named(about, register) if about else draft.about_name.strip(),
            "reported-by": participant_of(register, draft.reported_by).id if draft.reported_by else "",
            "came-how": draft.came_how.value,
            "received-at": write_time(draft.received_at),
            "what": draft.what,
            "blocked": draft.blocked.value,
            "readers": readers,
        }
        with self._writing():
            self._append(SpaceKind.PROGRAMME, space, "concern.opened", said)
        self._openings.made(space)
        return self.concern(space)

    def _about(self, register: Register, wanted: str) -> list[str]:
        if not wanted:
            return []
        if wanted in register.eyes.colleagues:
            return [wanted]
        return [participant_of(register, wanted).id]

    def concerns(self) -> tuple[Concern, ...]:
        """The concerns that the viewer may read: open ones first, the most urgent first. It opens all of them."""
        found = self._readable_concerns()
        own = keys.own_devices(self._connection)
        for one in found:
            self._openings.look(one.id, own)
        return found

    def _readable_concerns(self) -> tuple[Concern, ...]:
        """The same, as a list shows them."""
        register = self._register()
        found = [one for space in self._concern_spaces() if (one := self._concern(space, register)) is not None]
        return tuple(sorted(found, key=lambda one: (one.closed_at is not None, one.due_on, one.id)))

    def concern(self, concern: str) -> Concern:
        """A concern that the viewer may read.

        Raises:
            ThingUnknown: there is none, for this viewer.
        """
        known = {one.id: one for one in self._readable_concerns()}
        found = known[pick(concern, list(known), "concern")]
        self._openings.look(found.id, keys.own_devices(self._connection))
        return found

    def note_concern(self, concern: str, text: str) -> Concern:
        """Record what was done about a concern.

        Raises:
            TextMissing: the text is blank.
            ConcernClosed: it is closed.
        """
        needed(note=text)
        return self._further(concern, ("concern.noted", {"text": text}))

    def name_readers(self, concern: str, readers: tuple[str, ...], reason: str) -> Concern:
        """Let others read a concern from now on, beside whoever asks.

        Raises:
            AboutOneself: one of them is the person it is about.
            RegisterElsewhere: whom it is about is not known here.
            ThingUnknown: no such colleague.
            ReasonNeeded: the reason is blank.
        """
        found = self.concern(concern)
        register = self._register()
        if found.about and not register.knows([found.about]):
            raise RegisterElsewhere
        named = sorted({register.eyes.viewer, *(self._colleague(one, register.eyes) for one in readers)})
        about = [found.about] if found.about else []
        rules.check_taken_in(register.eyes.viewer, whom(about, found.about_name, register, found.id), named)
        return self._further(found.id, ("concern.readers", {"readers": named, "reason": reason_in_words(reason)}))

    def correct_link(self, concern: str, colleague: str, reason: str) -> Concern:
        """Say that the person of a concern is not a colleague, to whom it is closed because of a link that was wrong.

        It counts as the word of somebody else than the colleague, and once the register links them no longer.

        Args:
            concern: id.
            colleague: name or id.
            reason: why the link was wrong.

        Raises:
            LinkStands: it is oneself, the concern names the colleague itself, or the register links them still.
            ThingUnknown: no such concern, for this viewer; no such colleague.
            ReasonNeeded: the reason is blank.
        """
        found = self.concern(concern)
        register = self._register()
        author = self._colleague(colleague, register.eyes)
        if register.links.same(author, register.eyes.viewer):
            raise LinkStands("oneself")
        [opened] = standing(self._connection, found.id, "concern")[:1]
        if author in opened.value["about"]:
            raise LinkStands("named")
        if register.links.stands(opened.value["about"], author):
            raise LinkStands("linked")
        with self._writing():
            said = {"author": author, "reason": reason_in_words(reason)}
            self._append(SpaceKind.PROGRAMME, found.id, CORRECTED, said)
        return self.concern(found.id)

    def close_concern(self, concern: str, outcome: str, text: str, look_at: date | None = None) -> Concern:
        """Close a concern: how it turned out, and what was done.

        Args:
            concern: id.
            outcome: one of `guidance.concerns.OUTCOMES`.
            text: what was done.
            look_at: when to look at whether it is still to be kept.

        Raises:
            ThingUnknown: no such outcome.
            TextMissing: not said what was done.
            ConcernClosed: it is closed.
        """
        if outcome not in rules.OUTCOMES:
            raise ThingUnknown("outcome")
        needed(what=text)
        closed = ("concern.closed", {"outcome": outcome, "text": text})
        kept = self._look_at_said(Sort.CONCERN, look_at, text)
        return self._further(concern, closed, *([("concern.look-at", kept)] if kept else []))

    def _further(self, concern: str, *entries: tuple[str, Payload]) -> Concern:
        found = self.concern(concern)
        if found.closed_at is not None:
            raise ConcernClosed
        with self._writing():
            for kind, payload in entries:
                self._append(SpaceKind.PROGRAMME, found.id, kind, payload)
        return self.concern(found.id)

    def _concern(self, space: str, register: Register) -> Concern | None:
        rows = {row.subject: row for row in standing(self._connection, space)}
        opened, eyes = rows["concern"], register.eyes
        said, readers = opened.value, rows["readers"].value
        if not rules.may_read(eyes.viewer, whom(said["about"], said["about-name"], register, space), readers):
            return None
        self._programme_verified(space)
        found = rules.kind(said["kind"])
        closed = rows.get("closed")
        received_at = read_time(said["received-at"])
        about = said["about"][0] if said["about"] else ""
        reporter = register.participants.get(said["reported-by"])
        return Concern(
            id=space,
            kind=said["kind"],
            what=said["what"],
            came_how=CameHow(said["came-how"]),
            received_at=received_at,
            taken_in_by=eyes.authors.get(opened.device, ""),
            about=about,
            about_name=_name(about, register) or said["about-name"],
            reported_by=said["reported-by"],
            reported_name=reporter.name if reporter else "",
            blocked=Blocked(said["blocked"]),
            readers=tuple(eyes.colleagues.get(one, "") for one in readers),
            due_on=rules.due_on(said["kind"], received_at, register.settings.concern_within, eyes.zone),
            ends=found is not None and found.ends,
            notes=_notes(rows.values(), eyes),
            closed_at=closed.at if closed else None,
            outcome=closed.value["outcome"] if closed else "",
            outcome_text=closed.value["text"] if closed else "",
        )


def _notes(rows: Iterable[Standing], eyes: Eyes) -> tuple[ConcernNote, ...]:
    return tuple(
        ConcernNote(text=row.value, at=row.at, by=eyes.authors.get(row.device, ""))
        for row in rows
        if row.subject.startswith("noted/")
    )


def _named(about: Iterable[str], register: Register) -> str:
    return " ".join(one.name for id in about if (one := register.participants.get(id)))


def _name(about: str, register: Register) -> str:
    participant = register.participants.get(about)
    return participant.name if participant else register.eyes.colleagues.get(about, "")


def whom(about: Collection[str], about_name: str, register: Register, concern: str = "") -> frozenset[str]:
    """The authors whom a concern is about, or was ever said to be: by id, by link and by name, to be careful.

    Args:
        about: ids of participants and authors.
        about_name: in words.
        register: with the links there have been.
        concern: its id; empty before it is taken in.
    """
    gone = {register.gone.get(one, "") for one in about} - {""}
    return register.links.closed_to(concern, about, about_name) | gone
