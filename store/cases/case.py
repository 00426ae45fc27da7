"""Cases as wholes: opened, listed, read, closed, handed over."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, Final

from guidance.engine import Guide, check_close
from guidance.faults import PlaybookError
from guidance.language import Language, _, current_language, speaking
from guidance.loader import for_kind
from guidance.merge import merge_facts
from guidance.model import CASE_KINDS, LEVEL_FACT, Playbook, State
from store import checkpoint
from store.cases.checking import CheckingDesk
from store.cases.desk import all_say, new_reference, plain_reference, reason_in_words
from store.cases.erasing import ErasingDesk
from store.cases.errors import CaseOpen, JournalDamaged, StandInMissing, TextMissing
from store.cases.exchanging import ExchangeDesk
from store.cases.history import NOT_PROVED, line
from store.cases.looks import LookDesk
from store.cases.notes import NoteDesk
from store.cases.people import VICTIM_AGE, PeopleDesk, check_person, victims_age
from store.cases.playbooks import PlaybookDesk
from store.cases.retention import look_at_of
from store.cases.screening import ScreeningDesk
from store.cases.snoozing import SnoozeDesk
from store.cases.steps import LEVEL_REASON, case_facts, check_facts
from store.cases.values import write_facts, write_intake
from store.cases.wellbeing import WellbeingDesk
from store.entrusted import Chain
from store.entry import EntryInvalid, SpaceKind, read_time, write_time
from store.errors import DiskFailed, DiskFull
from store.journal import QUIET, in_order, newest_entries, read, stored_entries
from store.may_write import ENTRUSTED
from store.model import CaseExport, CaseRecord, CaseSummary, CaseView, HandedOver, HistoryLine, Intake, StoredEntry
from store.projections import follows_journal
from store.standing import ProjectionDamaged, Standing, standing
from store.today import GLANCE_FORM, Today, glance_lines, today_of

_LINK: Final = f"\nkind {ENTRUSTED}\n".encode()


class CaseDesk(
    ExchangeDesk,
    ErasingDesk,
    NoteDesk,
    PeopleDesk,
    CheckingDesk,
    LookDesk,
    PlaybookDesk,
    ScreeningDesk,
    SnoozeDesk,
    WellbeingDesk,
):
    """Casework on whole cases."""

    def new_case(self, intake: Intake) -> CaseSummary:
        """Open a case: pinned to the playbooks of its kind as they are now.

        Raises:
            TextMissing: no title, or somebody without name or role.
            StandInMissing: neither a stand-in nor a reason for having none.
            FactUnknown, FactNotValid: a fact that can't be recorded at intake.
            NotSetUp: the vault has no counsellor yet.
        """
        if not intake.title.strip():
            raise TextMissing("title")
        if intake.kind not in CASE_KINDS:
            raise ValueError(intake.kind)
        if not intake.stand_in.strip() and not intake.no_stand_in_reason.strip():
            raise StandInMissing
        for person in intake.people:
            check_person(person)
        books = for_kind(intake.kind, intake.facts, self._own().playbooks)
        specs = {id: spec for id, spec in merge_facts(books).items() if spec.intake}
        facts = dict(intake.facts)
        if VICTIM_AGE in specs and (age := victims_age(intake.people)):
            facts.setdefault(VICTIM_AGE, age)
        check_facts(specs, facts, self._today())
        space = self._new_id()
        with self._writing():
            self._append(SpaceKind.CASE, space, "case.opened", write_intake(intake, self._free_reference()))
            for book in books:
                self._pin(space, book)
            self._append_people(space, intake.people)
            if facts:
                self._append(SpaceKind.CASE, space, "fact.set", {"facts": write_facts(facts)})
            if intake.happened.strip():
                self._append(SpaceKind.CASE, space, "note.added", {"text": intake.happened})
            self._share_with_stand_in(space, intake.stand_in)
        self._openings.made(space)
        return self._summary(space, self._guide(space))

    def _free_reference(self) -> str:
        taken = {plain_reference(row[0]) for row in self._connection.execute("SELECT reference FROM case_file")}
        while True:
            reference = new_reference(self._today().year, self._random_bytes)
            if plain_reference(reference) not in taken:
                return reference

    def cases(self) -> tuple[CaseSummary, ...]:
        """Every case, the one changed last first. What a guide says of today is kept until case or day changes."""
        rows, glances, _left = self._glances()
        gone = self._given_up()
        return tuple(
            _summary(space, reference, opened_at, changed_at, glances[space], gone.get(space))
            for space, reference, opened_at, changed_at in rows
        )

    def today(self, *, patience: int | None = None) -> Today:
        """What is to be done now in all open cases of one's own, from what is kept of each guide.

        An open case that was given up is not among them: who has it now does it.

        Args:
            patience: how many guides may be worked out anew in this call; all where None. Ask again while
                `Today.pending` is not 0, so that other work comes in between.
        """
        rows, glances, left = self._glances(patience)
        day = self._today()
        gone = self._given_up()
        seen = [
            (space, reference, glances[space])
            for space, reference, *_times in rows
            if space in glances and (space not in gone or glances[space]["closed_at"] is not None)
        ]
        return today_of(seen, day=day, pending=left, newest=self._newest_claim(), now=self._clock())

    def _newest_claim(self) -> datetime | None:
        row = self._connection.execute("SELECT max(changed_at) FROM tally").fetchone()
        return read_time(row[0]) if row and row[0] else None

    def _glances(
        self, patience: int | None = None
    ) -> tuple[list[tuple[str, str, str, str]], dict[str, dict[str, Any]], int]:
        """Every case with its times, what is kept of those looked at, and how many are not yet."""
        today = self._today().isoformat()
        found = self._connection.execute(
            "SELECT case_file.space, reference, opened_at, changed_at, tally.entries, glance.body "
            "FROM case_file JOIN tally USING (space) LEFT JOIN glance ON glance.space = case_file.space "
            "AND glance.entries = tally.entries AND glance.day <= ? AND glance.until > ? "
            "ORDER BY changed_at DESC, case_file.space",
            (today, today),
        ).fetchall()
        glances: dict[str, dict[str, Any]] = {}
        made: list[tuple[str, int, str, str, str]] = []
        left = 0
        for space, _reference, _opened, _changed, entries, body in found:
            kept = json.loads(body) if body is not None else None
            if kept is not None and kept.get("form") == GLANCE_FORM:
                glances[space] = kept
            elif patience is not None and len(made) >= patience:
                left += 1
            else:
                try:
                    guide = self._guide(space)
                    glances[space] = self._glance(space, guide)
                    written = json.dumps(glances[space], ensure_ascii=False)
                    made.append((space, entries, today, _holds_until(guide).isoformat(), written))
                except (JournalDamaged, ProjectionDamaged, EntryInvalid, PlaybookError):
                    # One case that can't be read must not hide the others; opening it says what is wrong.
                    glances[space] = _UNREADABLE
        if made:
            self._keep_glances(made)
        return [row[:4] for row in found], glances, left

    def _keep_glances(self, rows: list[tuple[str, int, str, str, str]]) -> None:
        """A cache only: on a full disk the list is shown all the same."""
        with suppress(DiskFull, DiskFailed), self._connection.transaction():
            self._connection.executemany(
                "INSERT INTO glance (space, entries, day, until, body) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (space) DO UPDATE SET entries = excluded.entries, day = excluded.day, "
                "until = excluded.until, body = excluded.body",
                rows,
            )

    def _summary(self, space: str, guide: Guide) -> CaseSummary:
        [(reference, opened_at, changed_at)] = self._connection.execute(
            "SELECT reference, opened_at, changed_at FROM case_file JOIN tally USING (space) WHERE space = ?", (space,)
        ).fetchall()
        body = self._glance(space, guide)
        return _summary(space, reference, opened_at, changed_at, body, self._given_up(space).get(space))

    def _glance(self, space: str, guide: Guide) -> dict[str, Any]:
        disputed = self._disputed(space)
        return {
            **_seen_at_a_glance(self._case_rows(space), guide),
            "conflicts": len(disputed) + len(self._disputed_chains(space)),
            "level_disputed": f"fact/{LEVEL_FACT}" in disputed,
        }

    def _case_rows(self, space: str) -> tuple[Standing, ...]:
        subjects = ("case", "status", "retention")
        return tuple(row for subject in subjects for row in standing(self._connection, space, subject))

    def case(self, case: str) -> CaseRecord:
        """A case as it stands. Its feeds are verified first.

        Raises:
            CaseUnknown, CaseAmbiguous: as they say.
            JournalDamaged: an entry does not verify; `history` still shows what there is.
        """
        space = self._to_read(case)
        self._verified(space)
        return CaseRecord(evidence=self._evidence(space), **self._outline(space))

    def view(self, case: str) -> CaseView:
        """A case as it stands, without its evidence (`evidence_page`). Its feeds are verified first.

        Raises:
            CaseUnknown, CaseAmbiguous, JournalDamaged: as in `case`.
        """
        space = self._to_read(case)
        self._verified(space)
        return CaseView(pieces=len(self._ids(space)), **self._outline(space))

    def _outline(self, space: str) -> dict[str, Any]:
        guide = self._guide(space)
        opened = self._case_rows(space)[0].value
        return {
            "summary": self._summary(space, guide),
            "people": self._people(space),
            "notes": self._notes(space),
            "facts": dict(guide.facts.values),
            "said": dict(case_facts(self._guiding(space), self._zone).values),
            "guide": guide,
            "level_reason": str(guide.facts.values.get(LEVEL_REASON, "")),
            "stand_in": opened["stand-in"],
            "no_stand_in_reason": opened["no-stand-in-reason"],
        }

    def history(self, case: str, *, newest: int | None = 200) -> tuple[HistoryLine, ...]:
        """The journal of a case in words, the newest entry first; all of it where `newest` is None.

        Who opened it is not among them: that is `access_log`.
        """
        return self._history(self._to_read(case), newest=newest, besides=QUIET)

    def _history(self, space: str, *, newest: int | None, besides: Iterable[str] = ()) -> tuple[HistoryLine, ...]:
        flags = self._flags(space)
        guide = self._guide(space)
        authors, readers = self._authors(), self._reading()
        entries = tuple(newest_entries(self._connection, space, newest, besides=besides))
        for id in self._not_proved(space, entries):
            flags = {**flags, id: (*flags.get(id, ()), NOT_PROVED)}
        return tuple(
            line(stored, flags=flags.get(stored.id, ()), guide=guide, authors=authors, readers=readers)
            for stored in entries
        )

    def _not_proved(self, space: str, entries: Iterable[StoredEntry]) -> tuple[str, ...]:
        """The links among entries that say who has the case without having had it to give or to take."""
        links = [one.id for one in entries if _LINK in one.header and one.payload is not None]
        chain = Chain(self._connection, self._trust(), space, self._silent(space)) if links else None
        return tuple(id for id in links if chain is not None and not chain.counts(id))

    def export_case(self, case: str, language: Language | None = None) -> CaseExport:
        """All that a bundle of one case is made from; entries and history in the order in which they came about.

        Args:
            case: reference or id.
            language: that its words are in, which is the order's; the current one unless given.

        Raises:
            JournalDamaged: an entry does not verify, or the tables say something else than the journal; a damaged case
                is not passed on as if it were whole.
        """
        with speaking(language or current_language()):
            return self._export(case)

    def _export(self, case: str) -> CaseExport:
        record = self.case(case)
        entries = [read(stored) for _arrival, stored in stored_entries(self._connection, record.summary.id)]
        if not follows_journal(self._connection, record.summary.id, entries, self._silent(record.summary.id)):
            raise JournalDamaged(record.summary.reference, ("projection-differs",))
        newest = checkpoint.latest(self._connection)
        assert newest is not None
        return CaseExport(
            record=record,
            history=self._history(record.summary.id, newest=None)[::-1],
            entries=tuple(entry.stored for entry in in_order(entries)),
            office=self.office(),
            card=self.key_card(),
            checkpoint=newest,
            exported_at=self._clock(),
            wellbeing=self.wellbeing(record.summary.id),
            cards=self._cards_of(record.summary.id),
            playbooks=self._playbooks_of(record.summary.id),
        )

    def _cards_of(self, space: str) -> tuple[str, ...]:
        """The cards of who wrote in a case, one's own first, as far as they are there to be carried on."""
        return (self.carried_card(), *(author.card for author in self.writers(space) if author.card))

    def _playbooks_of(self, space: str) -> tuple[Playbook, ...]:
        """Every playbook that stands in a case, also where heads disagree on which."""
        rows = standing(self._connection, space, "playbook/")
        return tuple(self._book(space, digest) for digest in dict.fromkeys(str(row.value["digest"]) for row in rows))

    def close_case(self, case: str, reason: str, look_at: date | None = None) -> CaseSummary:
        """Close a case.

        Args:
            case: reference or id.
            reason: why it is closed now.
            look_at: the day to look at whether it is still to be kept; the office's rule where None, and none where
                it has none.

        Raises:
            ClosingRefused: a must is neither done nor set aside; nothing is written.
            ReasonNeeded: the reason is blank.
            CaseClosed: it is closed already.
            CaseHandedOver: it was given up.
        """
        space = self._case_to_decide(case)
        self._verified(space)
        check_close(self._guide(space))
        words = reason_in_words(reason)
        opened = self._case_rows(space)[0].value
        day = look_at or self._proposed(str(opened["kind"]))
        with self._writing():
            self._append(SpaceKind.CASE, space, "case.closed", {"reason": words})
            if day is not None:
                ground = words if look_at else _("By the office's rule")
                self._append(SpaceKind.CASE, space, "retention.set", {"look-at": day.isoformat(), "reason": ground})
        return self._summary(space, self._guide(space))

    def reopen_case(self, case: str, reason: str) -> CaseSummary:
        """Open a closed case again.

        Raises:
            CaseOpen: it is open.
            CaseHandedOver: it was given up.
            ReasonNeeded: the reason is blank.
        """
        space = self._resolve(case)
        if not self._is_closed(space):
            raise CaseOpen(self._reference(space))
        self._refuse_given_up(space)
        self._write(space, "case.reopened", {"reason": reason_in_words(reason)})
        return self._summary(space, self._guide(space))


_UNREADABLE: Final[dict[str, Any]] = {
    "title": "?",
    "kind": "school",
    "level": None,
    "closed_at": None,
    "next": {"da": "Sagen kan ikke læses: kør 'segl doctor'", "en": "The case can't be read: run 'segl doctor'"},
    "due": None,
    "overdue": 0,
    "lines": [],
}


def _seen_at_a_glance(rows: tuple[Standing, ...], guide: Guide) -> dict[str, Any]:
    case = next(row for row in rows if row.subject == "case")
    status = tuple(row for row in rows if row.subject == "status")
    closed = all_say(status, lambda value: bool(value["closed"]))
    following = () if closed else guide.next_steps
    due = min((view.due_on for view in following if view.due_on), default=None)
    level = guide.facts.values.get(LEVEL_FACT)
    look_at = look_at_of(row for row in rows if row.subject == "retention")
    return {
        "title": case.value["title"],
        "kind": case.value["kind"],
        "level": level,
        "closed_at": write_time(status[-1].at) if closed else None,
        "next": {"da": following[0].step.title.da, "en": following[0].step.title.en} if following else None,
        "due": due.isoformat() if due else None,
        "overdue": sum(view.state is State.OVERDUE for view in following),
        "lines": [] if closed else glance_lines(guide),
        "look_at": look_at.isoformat() if closed and look_at else None,
        "closable": guide.can_close,
        "form": GLANCE_FORM,
    }


def _holds_until(guide: Guide) -> date:
    """The day on which the guide changes though nobody writes: something falls due or overdue, a date is reached."""
    days = [view.due_on for view in guide.steps if view.due_on]
    days += [view.snoozed.until for view in guide.steps if view.snoozed]
    days += [value for value in guide.facts.values.values() if isinstance(value, date)]
    turns = [day if day > guide.today else day + timedelta(days=1) for day in days if day >= guide.today]
    return min(turns, default=date.max)


def _summary(
    space: str, reference: str, opened_at: str, changed_at: str, body: dict[str, Any], gone: HandedOver | None
) -> CaseSummary:
    return CaseSummary(
        id=space,
        reference=reference,
        title=body["title"],
        kind=body["kind"],
        level=body["level"],
        opened_at=read_time(opened_at),
        changed_at=read_time(changed_at),
        closed_at=read_time(body["closed_at"]) if body["closed_at"] else None,
        next_step=body["next"][current_language()] if body["next"] and not gone else "",
        next_due=date.fromisoformat(body["due"]) if body["due"] and not gone else None,
        overdue=0 if gone else body["overdue"],
        handed_over=gone,
        conflicts=body.get("conflicts", 0),
        level_disputed=body.get("level_disputed", False),
    )
