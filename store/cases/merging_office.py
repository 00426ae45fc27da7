"""Bringing along what another vault of the same person says as an office: answers to the plan, directory, contacts.

That vault was an office of its own, so its entries are none of this one's: what they say is written here anew. Where
this vault says something of the same thing, that stands, and the other is a draft for a person to decide on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from guidance import directory
from guidance.directory import Entry
from guidance.language import _
from store.cases.directory import DirectoryDesk, entry_of
from store.cases.drafts_beside import BesideDesk
from store.cases.merged import OfficeBrought
from store.cases.values import read_contacts, write_contacts
from store.entry import SpaceKind, write_time
from store.journal import Read
from store.kinds import WRITTEN_AT, written_at
from store.model import Contact
from store.standing import Standing, standing

_ANSWERS: Final = ("office.plan-answered", "office.plan-said")
_RULES: Final = {"office.filing": "filing-rule", "office.retention": "retention-rule"}


@dataclass(slots=True)
class _Count:
    answers: int = 0
    directory: int = 0
    contacts: int = 0
    rules: int = 0
    offered: int = 0
    versions: int = 0
    kept: int = 0
    barred: int = 0
    proposals: bool = False
    stands: list[str] = field(default_factory=list)


class _PlanHere:
    """How the plan of this vault stood before anything was brought along."""

    def __init__(self, said: Sequence[Standing]) -> None:
        now = {row.entry for row in said if row.subject.startswith("plan-answer/")}
        self._published = any(
            row.subject.startswith("plan-version/") and row.value.get("in-force", True) for row in said
        )
        self._texts = [
            (row.value["question"], row.value["text"])
            for row in said
            if row.entry in now and row.subject.startswith("plan-said/")
        ]

    def agrees(self, texts: Mapping[str, str]) -> bool:
        """Whether a version with these answers can be in force without putting anything out of force."""
        return not self._published and all(texts.get(question, text) == text for question, text in self._texts)


class OfficeMerging(DirectoryDesk, BesideDesk):
    """Casework on the office of another vault of the same person."""

    def _bring_office(self, entries: Sequence[Read], fresh: Collection[str]) -> OfficeBrought:
        """Within a change: write here what stands there, or lay it among the drafts.

        Args:
            entries: of the other office, those that count, verified, in their order.
            fresh: those of them that were not brought along before.
        """
        newest = {about: one for one in entries for about in _about(one)}
        new = {about: one for about, one in newest.items() if one.id in fresh}
        own = self._trust().author_of(self._journal.device)
        may = own is not None and own.administrator
        said = standing(self._connection, self._office_space)
        before = _PlanHere(said)
        answers = {one.id: one for one in entries if one.header.kind in _ANSWERS}
        contacts = [one for row in said if row.subject == "contacts" for one in read_contacts(row.value)]
        told = {one.id for one in contacts} | {
            str(row.value["entry"]) for row in said if row.subject.startswith("directory/")
        }
        count = _Count()
        for about, one in new.items():
            sort, _slash, id = about.partition("/")
            match sort:
                case "plan":
                    self._bring_answer(one, may, count)
                case "entry":
                    self._bring_entry(one, id, may and id not in told, count)
                case "contacts":
                    self._bring_contacts(one, contacts, {*told, *(() if may else ("",))}, new, count)
                case "rule":
                    self._bring_rule(one, may, count)
                case "published":
                    self._bring_version(one, answers, before, may, count)
        count.proposals = not may and bool(count.offered)
        return OfficeBrought(
            answers=count.answers,
            directory=count.directory,
            contacts=count.contacts,
            rules=count.rules,
            offered=count.offered,
            versions=count.versions,
            kept=count.kept,
            barred=count.barred,
            stands=tuple(count.stands),
            proposals=count.proposals,
        )

    def _write_anew(self, one: Read, **changed: Any) -> None:
        said = {WRITTEN_AT: write_time(written_at(one)), **(one.payload or {}), **changed}
        self._append(SpaceKind.OFFICE, self._office_space, one.header.kind, said)

    def _bring_answer(self, one: Read, may: bool, count: _Count) -> None:
        said = one.payload or {}
        question, text = said["question"], said["text"]
        rows = standing(self._connection, self._office_space)
        now = {row.entry for row in rows if row.subject == f"plan-answer/{question}"}
        here = [row.value["text"] for row in rows if row.entry in now and row.subject.startswith("plan-said/")]
        if not text or text in here:
            return
        if may and not here:
            self._write_anew(one)
            count.answers += 1
        else:
            count.offered += self._offer(f"plan/{question}", {"answer": text})

    def _bring_version(
        self, one: Read, answers: Mapping[str, Read], before: _PlanHere, may: bool, count: _Count
    ) -> None:
        """A version with its answers; in force only where nothing was in force here, nor is answered otherwise."""
        said = one.payload or {}
        theirs = {question: answers[id] for question, id in said["answers"].items() if id in answers}
        if not theirs:
            return
        if not may:
            count.barred += 1
            return
        texts = {question: (answer.payload or {})["text"] for question, answer in theirs.items()}
        rows = standing(self._connection, self._office_space, "plan-version/")
        new = {
            "number": max((row.value["number"] for row in rows), default=0) + 1,
            "review-on": said["review-on"],
            "agreed-by": said["agreed-by"],
            "answers": {question: self._said_here(question, answer) for question, answer in theirs.items()},
            "in-force": said.get("in-force", True) and before.agrees(texts),
            WRITTEN_AT: write_time(written_at(one)),
        }
        self._append(SpaceKind.OFFICE, self._office_space, "office.plan-brought", new)
        count.versions += 1
        count.kept += not new["in-force"]

    def _said_here(self, question: str, answer: Read) -> str:
        """The entry that gives this answer here; where there is none it is written, and changes no answer."""
        said, at = answer.payload or {}, written_at(answer)
        for row in standing(self._connection, self._office_space, f"plan-said/{question}/"):
            if row.value["text"] == said["text"] and row.at == at:
                return row.entry
        anew = {WRITTEN_AT: write_time(at), **said}
        return self._append(SpaceKind.OFFICE, self._office_space, "office.plan-said", anew).id

    def _bring_entry(self, one: Read, id: str, free: bool, count: _Count) -> None:
        here = directory.find(id, self.directory())
        if free:
            self._write_anew(one)
            count.directory += 1
        elif one.header.kind == "office.directory-removed":
            if here is not None:
                count.stands.append(here.name.local())
        else:
            theirs = entry_of(one.payload or {}, one.header.claimed_at.date())
            if here is None or _says(here) != _says(theirs):
                count.offered += self._offer_entry(theirs, here is not None)

    def _bring_contacts(
        self, one: Read, own: list[Contact], told: Collection[str], new: Collection[str], count: _Count
    ) -> None:
        added = []
        for contact in read_contacts((one.payload or {})["contacts"]):
            here = directory.find(contact.id, self.directory())
            if contact in own or (f"entry/{contact.id}" in new and contact.id in told):
                continue
            if "" not in told and contact.id not in told:
                added.append(contact)
            elif here is None or (here.phone, here.mail) != (contact.phone, contact.mail):
                theirs = {
                    **(_fields(here) if here else {}),
                    "name": contact.name,
                    "phone": contact.phone,
                    "mail": contact.mail,
                }
                count.offered += self._offer(f"entry/{contact.id}" if here else "entry", theirs)
        if added:
            self._write_anew(one, contacts=write_contacts((*own, *added)))
            count.contacts += len(added)

    def _offer_entry(self, entry: Entry, known: bool) -> bool:
        return self._offer(f"entry/{entry.id}" if known else "entry", _fields(entry))

    def _bring_rule(self, one: Read, may: bool, count: _Count) -> None:
        rows = standing(self._connection, self._office_space, _RULES[one.header.kind])
        said = {key: value for key, value in (one.payload or {}).items() if key != WRITTEN_AT}
        if any({key: row.value.get(key) for key in said} == said for row in rows):
            return
        if may and not rows:
            self._write_anew(one)
            count.rules += 1
        else:
            words = {
                "office.filing": _("when a case is to be filed"),
                "office.retention": _("how long cases are kept"),
            }
            count.stands.append(words[one.header.kind])


def _about(one: Read) -> Iterator[str]:
    said = one.payload
    if said is None:
        return
    match one.header.kind:
        case "office.plan-answered":
            yield f"plan/{said['question']}"
        case "office.directory-set" | "office.directory-removed":
            yield f"entry/{said['entry']}"
        case "office.contacts":
            yield "contacts"
        case "office.filing" | "office.retention" as kind:
            yield f"rule/{kind}"
        case "office.plan-published" | "office.plan-brought":
            yield f"published/{one.id}"


def _says(entry: Entry) -> tuple[object, ...]:
    return entry.name.local(), entry.about.local(), entry.phone, entry.site, entry.mail, entry.emergency


def _fields(entry: Entry) -> dict[str, str]:
    """As they stand in the fields of the screen of an entry."""
    return {
        "name": entry.name.local(),
        "about": entry.about.local(),
        "phone": entry.phone,
        "site": entry.site,
        "mail": entry.mail,
        "emergency": "emergency" if entry.emergency else "",
    }
