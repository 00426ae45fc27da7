"""The register of a programme as its tables say it: people, vetting, mentorings, sessions, recordings, policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from guidance import mentoring as rules
from guidance.mentoring import Ground, Opinion, Part, Status, Verified, Vetting
from store.entry import read_time
from store.programme.links import Links
from store.programme.model import Exported, Policy, PolicyRead, Settings
from store.programme.people_model import (
    CheckIn,
    CriminalRecord,
    Interview,
    Mentoring,
    Participant,
    Reference,
    StateChange,
    Verification,
)
from store.programme.session_model import Access, Consent, Recording, Session
from store.standing import Standing


def day(text: str) -> date | None:
    """A day as a payload has it; an empty text is none."""
    return date.fromisoformat(text) if text else None


def written(value: date | None) -> str:
    """The opposite of `day`."""
    return value.isoformat() if value else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """Who looks, and when.

    Attributes:
        viewer: the author's id; empty where nobody in particular looks.
        name: the author's name.
        authors: device -> name.
        colleagues: author's id -> name.
        names: author's id -> every name they have had, as `store.programme.links.called` gives it.
        today: by the wall.
        zone: whose calendar days are meant.
    """

    viewer: str
    name: str
    authors: Mapping[str, str]
    colleagues: Mapping[str, str]
    names: Mapping[str, frozenset[str]]
    today: date
    zone: tzinfo


class Register:
    """One reading of what stands in the space of a programme."""

    def __init__(self, rows: Iterable[Standing], eyes: Eyes, links: Links) -> None:
        self._rows: dict[str, list[Standing]] = {}
        self._below: dict[str, list[Standing]] = {}
        for row in rows:
            head, _slash, rest = row.subject.partition("/")
            self._rows.setdefault(head, []).append(row)
            if rest:
                self._below.setdefault(f"{head}/{rest.partition('/')[0]}", []).append(row)
        self._recorded: dict[str, list[Standing]] = {}
        for row in self._rows.get("recording", []):
            self._recorded.setdefault(row.value["session"], []).append(row)
        self._kept_sessions: tuple[Session, ...] | None = None
        self.eyes = eyes
        self.links = links
        self.settings = self._settings()
        self.mentorings = {one.id: one for one in self._mentorings()}
        self.participants = {one.id: one for one in self._participants()}

    def _newest(self, head: str) -> Any:
        found = self._rows.get(head)
        return found[-1].value if found else None

    def _of(self, head: str, id: str) -> list[Standing]:
        return self._below.get(f"{head}/{id}", [])

    def _by(self, row: Standing) -> str:
        return self.eyes.authors.get(row.device, "")

    def knows(self, people: Iterable[str]) -> bool:
        """Whether all of these are participants or colleagues that are known here."""
        return all(one in self.participants or one in self.gone or one in self.eyes.colleagues for one in people)

    @property
    def gone(self) -> dict[str, str]:
        """What was erased whole, by id: which colleague it was, where a concern about them was there; else empty."""
        return {
            id: row.value.get("authors", {}).get(id, "")
            for row in self._rows.get("erased", [])
            for id in row.value.get("things", ())
        }

    @property
    def name(self) -> str:
        """What the programme is called; empty where there is none yet."""
        found = self._newest("programme")
        return found["name"] if found else ""

    @property
    def platforms(self) -> tuple[str, ...]:
        """The approved platforms."""
        return tuple(self._newest("platforms") or ())

    def _settings(self) -> Settings:
        said = self._newest("settings")
        if said is None:
            return Settings()
        return Settings(
            criminal_record=said["criminal-record"],
            check_in_every=said["check-in-every"],
            concern_within=said["concern-within"],
        )

    def _names(self) -> dict[str, str]:
        return {row.value["participant"]: row.value["name"] for row in self._rows.get("participant", [])}

    def _mentorings(self) -> Iterable[Mentoring]:
        names = self._names()
        oneself = {
            row.value["participant"]
            for row in self._rows.get("participant", [])
            if self.is_viewer(row.value["participant"])
        }
        for row in self._rows.get("mentoring", []):
            said = row.value
            end = self._of("mentoring-end", said["mentoring"])
            ended = end[0].value if end else None
            yield Mentoring(
                id=said["mentoring"],
                mentor=said["mentor"],
                mentee=said["mentee"],
                mentor_name=names.get(said["mentor"], ""),
                mentee_name=names.get(said["mentee"], ""),
                began_on=date.fromisoformat(said["on"]),
                goals=said["goals"],
                ended_on=day(ended["on"]) if ended else None,
                early=bool(ended and ended["early"]),
                end_reason=ended["reason"] if ended and not oneself & {said["mentor"], said["mentee"]} else "",
                to_end=False,
            )

    def _participants(self) -> Iterable[Participant]:
        added = {row.subject.partition("/")[2]: row for row in self._rows.get("added", [])}
        said = {row.value["participant"]: row for row in self._rows.get("participant", [])}
        for id in [*(id for id in added if id in said), *(id for id in said if id not in added)]:
            # Of somebody whose first entry was erased alone, the one that replaced it says since when.
            yield self._participant(id, added.get(id, said[id]), said[id].value)

    def _participant(self, id: str, added: Standing, said: Mapping[str, Any]) -> Participant:
        oneself = self.is_viewer(id)
        status, accepted, changes = Status.ACTIVE, False, []
        for row in self._of("state", id):
            state = row.value["state"]
            accepted = (accepted or state == "accepted") and state != "ended"
            status = {"suspended": Status.SUSPENDED, "resumed": Status.ACTIVE, "ended": Status.ENDED}.get(state, status)
            # Why somebody was suspended may tell of a concern: it is not for their own eyes.
            reason = "" if oneself else row.value["reason"]
            changes.append(StateChange(state=state, at=row.at, by=self._by(row), reason=reason))
        parts = tuple(Part(part) for part in said["parts"])
        vetting = self.vetting(id)
        record = self._criminal_record(id)
        check_ins = self._check_ins(id)
        return Participant(
            id=id,
            name=said["name"],
            parts=parts,
            contact=said["contact"],
            about=said["about"],
            author=said["author"],
            added_at=added.at,
            status=status,
            accepted=accepted,
            changes=tuple(changes),
            verifications=self._verifications(id),
            references=self._references(id),
            interview=self._interview(id),
            criminal_record=record,
            missing=self._missing(vetting, parts, status),
            check_ins=check_ins,
            next_check_in=None if status is Status.ENDED else self._next_check_in(id, check_ins),
            policy_read=self._policy_read(id),
        )

    def is_viewer(self, id: str) -> bool:
        """Whether whoever looks is, or was ever said to be, this person."""
        return bool(self.eyes.viewer) and self.links.linked(id, self.eyes.viewer)

    def _missing(self, vetting: Vetting, parts: tuple[Part, ...], status: Status) -> tuple[rules.Missing, ...]:
        if Part.MENTOR not in parts or status is Status.ENDED:
            return ()
        return rules.missing(vetting, criminal_record=self.settings.criminal_record, today=self.eyes.today)

    def vetting(self, id: str) -> Vetting:
        """What is known of a mentor, as the gate asks for it."""
        interview, record = self._interview(id), self._criminal_record(id)
        return Vetting(
            confirmed=frozenset(one.what for one in self._verifications(id) if one.confirmed),
            references=tuple(one.contacted_on is not None for one in self._references(id)),
            interviewed=interview is not None,
            motivation=bool(interview and interview.motivation.strip()),
            role=bool(interview and interview.role.strip()),
            safety=bool(interview and interview.safety.strip() and interview.commits),
            record_renew_on=record.renew_on if record else None,
        )

    def _verifications(self, id: str) -> tuple[Verification, ...]:
        return tuple(
            Verification(
                what=Verified(row.value["what"]),
                confirmed=row.value["confirmed"],
                how=row.value["how"],
                on=date.fromisoformat(row.value["on"]),
                by=self._by(row),
            )
            for row in self._of("verified", id)
        )

    def _references(self, id: str) -> tuple[Reference, ...]:
        return tuple(
            Reference(
                id=said["reference"],
                name=said["name"],
                relation=said["relation"],
                contact=said["contact"],
                contacted_on=day(said["contacted-on"]),
                by=said["by"],
                opinion=Opinion(said["opinion"]) if said["opinion"] else None,
                said=said["said"],
            )
            for said in (row.value for row in self._of("reference", id))
        )

    def _interview(self, id: str) -> Interview | None:
        rows = self._of("interview", id)
        if not rows:
            return None
        said = rows[-1].value
        return Interview(
            on=date.fromisoformat(said["on"]),
            by=said["by"],
            motivation=said["motivation"],
            role=said["role"],
            safety=said["safety"],
            commits=said["commits"],
        )

    def _criminal_record(self, id: str) -> CriminalRecord | None:
        rows = self._of("record", id)
        if not rows:
            return None
        said = rows[-1].value
        return CriminalRecord(
            issued_on=date.fromisoformat(said["issued-on"]),
            renew_on=date.fromisoformat(said["renew-on"]),
            seen_by=said["seen-by"],
        )

    def _check_ins(self, id: str) -> tuple[CheckIn, ...]:
        found = [
            CheckIn(
                on=date.fromisoformat(row.value["on"]),
                goes_well=row.value["goes-well"],
                guidelines=row.value["guidelines"],
                text=row.value["text"],
                by=self._by(row),
            )
            for row in self._of("check-in", id)
        ]
        found.reverse()
        found.sort(key=lambda one: one.on, reverse=True)
        return tuple(found)

    def _next_check_in(self, id: str, held: tuple[CheckIn, ...]) -> date | None:
        began = [
            one.began_on for one in self.mentorings.values() if not one.ended_on and id in (one.mentor, one.mentee)
        ]
        if not began:
            return None
        last = held[0].on if held else None
        return rules.next_check_in(min(began), last, self.settings.check_in_every)

    def _policy_read(self, id: str) -> int:
        versions = {
            row.value["policy"]: int(row.value["version"]) for row in self._rows.get("policy", []) if not _beside(row)
        }
        read = [row.value for row in self._rows.get("read", []) if row.value["participant"] == id]
        return max((versions.get(said["policy"], 0) for said in read), default=0)

    def sessions(self) -> tuple[Session, ...]:
        """Every session, the newest first."""
        if self._kept_sessions is None:
            # A session whose mentoring was erased has nobody it could be shown with.
            known = [row for row in self._rows.get("session", []) if row.value["mentoring"] in self.mentorings]
            found = [self._session(row) for row in known]
            self._kept_sessions = tuple(sorted(found, key=lambda one: one.at, reverse=True))
        return self._kept_sessions

    def _session(self, row: Standing) -> Session:
        said = row.value
        pair = self.mentorings[said["mentoring"]]
        id = said["session"]
        consents = self._consents(id, pair)
        consented = consenting(consents)
        return Session(
            id=id,
            mentoring=pair.id,
            mentor=pair.mentor,
            mentee=pair.mentee,
            mentor_name=pair.mentor_name,
            mentee_name=pair.mentee_name,
            at=read_time(said["at"]),
            platform=said["platform"],
            approved=said["approved"],
            consents=consents,
            may_record=consented >= set(Part),
            recordings=self._recordings(id, consents),
            has_content=bool(self._of("content", id)),
        )

    def content(self, session: str) -> tuple[str, ...]:
        """What was shared in a session, as far as it is kept."""
        return tuple(row.value for row in self._of("content", session))

    def _consents(self, session: str, pair: Mentoring) -> tuple[Consent, ...]:
        found = []
        for row in self._of("consent", session):
            participant = row.subject.split("/")[2]
            found.append(
                Consent(
                    part=Part.MENTOR if participant == pair.mentor else Part.MENTEE,
                    participant=participant,
                    given=row.value["given"],
                    on=date.fromisoformat(row.value["on"]),
                    how=row.value["how"],
                    at=row.at,
                    by=self._by(row),
                )
            )
        return tuple(found)

    def _recordings(self, session: str, consents: tuple[Consent, ...]) -> tuple[Recording, ...]:
        withdrawn = [one.on for one in consents if not one.given]
        lacking = consenting(consents) < set(Part)
        found = []
        for row in self._recorded.get(session, []):
            said = row.value
            removed = self._of("removed", said["recording"])
            accesses = self._of("access", said["recording"])
            found.append(
                Recording(
                    id=said["recording"],
                    session=session,
                    digest=said["digest"],
                    place=said["place"],
                    holder=said["holder"],
                    registered_at=row.at,
                    accesses=tuple(
                        Access(
                            ground=Ground(one.value["ground"]), reason=one.value["reason"], at=one.at, by=self._by(one)
                        )
                        for one in accesses
                    ),
                    to_remove=max(withdrawn) if lacking and withdrawn and not removed else None,
                    removed_on=day(removed[-1].value["on"]) if removed else None,
                    removed_how=removed[-1].value["how"] if removed else "",
                )
            )
        return tuple(found)

    def exports(self) -> tuple[Exported, ...]:
        """What has left, the newest first: that what was shared was let out, and each file."""
        found = []
        for row in [*self._rows.get("exported", []), *self._rows.get("disclosed", [])]:
            said = row.value
            found.append(
                Exported(
                    at=row.at,
                    by=self._by(row),
                    name=said.get("name", ""),
                    sort=said.get("format", ""),
                    digest=said.get("digest", ""),
                    sessions=tuple(said["sessions"]),
                    reason=said["reason"],
                )
            )
        return tuple(sorted(found, key=lambda one: one.at, reverse=True))

    def policies(self) -> tuple[Policy, ...]:
        """Every version, the newest first; those that never were in force here come last."""
        names = self._names()
        found = []
        for row in self._rows.get("policy", []):
            said = row.value
            reads = [one.value for one in self._of("read", said["policy"])]
            found.append(
                Policy(
                    id=said["policy"],
                    version=said["version"],
                    title=said["title"],
                    digest=said["digest"],
                    text=said["text"],
                    review_on=date.fromisoformat(said["review-on"]),
                    published_at=row.at,
                    published_by=self._by(row),
                    read_by=tuple(
                        PolicyRead(
                            participant=one["participant"],
                            name=names.get(one["participant"], ""),
                            on=date.fromisoformat(one["on"]),
                        )
                        for one in reads
                    ),
                    beside=_beside(row),
                )
            )
        return tuple(sorted(found, key=lambda one: (not one.beside, one.version), reverse=True))


def _beside(policy: Standing) -> bool:
    return policy.value.get("in-force") is False


def consenting(consents: Iterable[Consent]) -> set[Part]:
    """Those whose newest word is a consent."""
    said = {one.part: one.given for one in consents}
    return {part for part, given in said.items() if given}
