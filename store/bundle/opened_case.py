"""`case.json` read back: a case somebody sent, as frozen records whose texts are safe to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from guidance.custody import Device, Event, Move
from guidance.model import State, Strength, Text
from store.bundle.case_document import SCHEMA, VERSION
from store.bundle.looking import Looking
from store.bundle.reading import Node, Tally, WrongShape
from store.cases.chains import linked
from store.looks import Look, LookEvent
from store.model import (
    Age,
    CheckEvent,
    CheckFound,
    Contact,
    CopyDevice,
    CustodyDecision,
    CustodyEvent,
    DigestSource,
    Evidence,
    EvidenceKind,
    HistoryLine,
    Holder,
    Note,
    NoteVersion,
    PassEvent,
    Person,
    Purpose,
    Role,
)

_LOOK_CODE: Final = r"[a-z0-9][a-z0-9-]{0,39}"
_ID: Final = r"[0-9A-Za-z._-]{1,128}"

_RAW: Final = r"(?:[0-9a-f]{2})*"
_DIGEST: Final = r"[0-9a-z-]{1,16}:[0-9a-f]{1,256}"
_FINGERPRINT: Final = r"SHA256:[A-Za-z0-9+/]{43}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFact:
    """One answer about the case; `shown` is the answer in words."""

    id: str
    label: Text
    shown: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedStep:
    """One step of the guide as it stood when the bundle was made.

    Attributes:
        phase: title of its phase.
        reason: why it was set aside; empty where it was not.
        held_by: what it waited for.
    """

    id: str
    phase: Text
    title: Text
    state: State
    strength: Strength
    due_on: date | None
    done_at: datetime | None
    reason: str
    set_aside_at: datetime | None
    held_by: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCase:
    """A case as a bundle tells it. Texts have control and direction characters shown; they are content, not markup.

    Attributes:
        office: name of the office that sent it.
        author: who made the bundle, by their own words; who signed it is a verdict, not this.
        fingerprint: likewise.
        language: that the report is in.
    """

    id: str
    reference: str
    title: str
    kind: str
    level: int | None
    level_reason: str
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    stand_in: str
    no_stand_in_reason: str
    office: str
    contacts: tuple[Contact, ...]
    author: str
    fingerprint: str
    purpose: Purpose
    language: str
    exported_at: datetime
    people: tuple[Person, ...]
    facts: tuple[OpenedFact, ...]
    steps: tuple[OpenedStep, ...]
    notes: tuple[Note, ...]
    evidence: tuple[Evidence, ...]
    history: tuple[HistoryLine, ...]


class NewerCase(Exception):
    """A document of a version that is not known here.

    Attributes:
        version: which.
    """

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


def read_case(value: Any, looking: Looking | None = None) -> tuple[OpenedCase, int]:
    """Read a parsed `case.json`.

    Args:
        value: the document.
        looking: what may still be spent; the usual allowance where nobody says.

    Returns:
        The case, and how many characters had to be shown instead of let through.

    Raises:
        WrongShape: it is not built as docs/bundle-format.md says; the text says where.
        NewerCase: it is of a later version.
        TooMuch: more of it is to be shown as signs than may be.
    """
    tally = Tally(looking)
    node = Node(value, "", tally)
    if node["schema"].text() != SCHEMA:
        raise WrongShape("schema: another document")
    version = node["version"].number()
    if version != VERSION:
        raise NewerCase(version)
    case, office, author = node["case"], node["office"], node["author"]
    phases = dict(node["phases"].each(lambda one: (one["id"].word(_ID), one["title"].both())))
    found = OpenedCase(
        id=case["id"].word(_ID),
        reference=case["reference"].text(),
        title=case["title"].text(),
        kind=case["kind"].word(_ID),
        level=case["level"].optional(Node.number),
        level_reason=case["level_reason"].text(),
        opened_at=case["opened_at"].time(),
        changed_at=case["changed_at"].time(),
        closed_at=case["closed_at"].optional(Node.time),
        stand_in=case["stand_in"].text(),
        no_stand_in_reason=case["no_stand_in_reason"].text(),
        office=office["name"].text(),
        contacts=office["contacts"].each(_contact),
        author=author["name"].text(),
        fingerprint=author["fingerprint"].word(_FINGERPRINT),
        purpose=node["purpose"].one_of(Purpose),
        language=node["language"].word("da|en"),
        exported_at=node["exported_at"].time(),
        people=node["people"].each(_person),
        facts=node["facts"].each(_fact),
        steps=node["steps"].each(lambda one: _step(one, phases)),
        notes=node["notes"].each(_note),
        evidence=node["evidence"].each(_evidence),
        history=node["history"].each(_history),
    )
    return found, tally.replaced


def _contact(node: Node) -> Contact:
    return Contact(id=node["id"].text(), name=node["name"].text(), phone=node["phone"].text(), mail=node["mail"].text())


def _person(node: Node) -> Person:
    return Person(
        id=node["id"].word(_ID),
        name=node["name"].text(),
        roles=node["roles"].each(lambda one: one.one_of(Role)),
        age=node["age"].one_of(Age),
        authority_over=node["authority_over"].texts(),
        contact=node["contact"].text(),
        about=node["about"].text(),
        added_at=node["added_at"].time(),
    )


def _fact(node: Node) -> OpenedFact:
    return OpenedFact(id=node["id"].word(_ID), label=node["label"].both(), shown=node["shown"].both())


def _step(node: Node, phases: dict[str, Text]) -> OpenedStep:
    phase = node["phase"].word(_ID)
    if phase not in phases:
        raise WrongShape(f"steps: no phase '{phase}'")
    aside = node["set_aside"]
    return OpenedStep(
        id=node["id"].word(_ID),
        phase=phases[phase],
        title=node["title"].both(),
        state=node["state"].one_of(State),
        strength=node["strength"].one_of(Strength),
        due_on=node["due_on"].optional(Node.date),
        done_at=node["done_at"].optional(Node.time),
        reason="" if aside.is_null else aside["reason"].text(),
        set_aside_at=None if aside.is_null else aside["at"].time(),
        held_by=node["held_by"].each(Node.both),
    )


def _note(node: Node) -> Note:
    versions = node["versions"].each(_version)
    if not versions:
        raise WrongShape("notes: a note without a version")
    return Note(id=node["id"].word(_ID), versions=versions)


def _version(node: Node) -> NoteVersion:
    return NoteVersion(
        entry=node["entry"].word(_ID),
        text=node["text"].text(),
        at=node["at"].time(),
        author=node["author"].text(),
        reason=node["reason"].text(),
    )


def _evidence(node: Node) -> Evidence:
    decisions = decided.each(_decision) if (decided := node.maybe("decisions")) else ()
    return Evidence(
        id=node["id"].word(_ID),
        number=node["number"].number(),
        digest=node["digest"].word(_DIGEST),
        size=node["size"].optional(Node.number),
        source=node["source"].one_of(DigestSource),
        name=node["name"].text(),
        raw_name=node["raw_name"].word(_RAW),
        kind=node["kind"].one_of(EvidenceKind),
        platform=node["platform"].text(),
        accounts=node["accounts"].texts(),
        url=node["url"].text(),
        claimed_at=node["claimed_at"].text(),
        found_at=node["found_at"].text(),
        shows=node["shows"].text(),
        holder=node["holder"].one_of(Holder),
        holder_name=node["holder_name"].text(),
        held_where=node["held_where"].text(),
        came_how=node["came_how"].text(),
        seen_by=node["seen_by"].texts(),
        registered_at=node["registered_at"].time(),
        registered_by=node["registered_by"].text(),
        missing=node["missing"].each(lambda one: one.word("[a-z_]{1,40}")),
        custody=linked(custody.each(_custody_event), decisions) if (custody := node.maybe("custody")) else (),
        checks=checks.each(_check) if (checks := node.maybe("checks")) else (),
        passes=passes.each(_pass) if (passes := node.maybe("passes")) else (),
        devices=devices.each(_copy_device) if (devices := node.maybe("devices")) else (),
        decisions=decisions,
        looks=looks.each(_look) if (looks := node.maybe("looks")) else (),
    )


def _look(node: Node) -> LookEvent:
    found = node["found"].each(lambda one: (one["kind"].word(_LOOK_CODE), one["count"].number()))
    look = Look(
        place=node["place"].word(_LOOK_CODE),
        system=node["system"].word(_LOOK_CODE),
        found=found,
        same=node["same"].number(),
        unread=node["unread"].number(),
        whole=node["whole"].yes_or_no(),
    )
    return LookEvent(
        entry=node["entry"].word(_ID),
        at=node["at"].time(),
        author=node["author"].text(),
        copy=node["copy"].number(),
        look=look,
    )


def _decision(node: Node) -> CustodyDecision:
    return CustodyDecision(
        entry=node["entry"].word(_ID),
        at=node["at"].time(),
        author=node["author"].text(),
        copy=node["copy"].number(),
        holds=node["holds"].each(lambda one: one.word(_ID)),
        set_aside=node["aside"].each(lambda one: one.word(_ID)),
        reason=node["reason"].text(),
    )


def _copy_device(node: Node) -> CopyDevice:
    return CopyDevice(
        entry=node["entry"].word(_ID),
        at=node["at"].time(),
        author=node["author"].text(),
        copy=node["copy"].number(),
        device=node["device"].one_of(Device),
        withdrawn=withdrawn.yes_or_no() if (withdrawn := node.maybe("withdrawn")) else False,
        reason=reason.text() if (reason := node.maybe("reason")) else "",
    )


def _check(node: Node) -> CheckEvent:
    return CheckEvent(
        entry=node["entry"].word(_ID),
        at=node["at"].time(),
        author=node["author"].text(),
        found=node["found"].one_of(CheckFound),
    )


def _pass(node: Node) -> PassEvent:
    return PassEvent(
        entry=node["entry"].word(_ID),
        at=node["at"].time(),
        author=node["author"].text(),
        request=node["request"].word(_ID),
        asked_by=node["asked_by"].text(),
        reference=node["their_reference"].text(),
        name=node["name"].text(),
        digest=node["digest"].word(_DIGEST),
    )


def _custody_event(node: Node) -> CustodyEvent:
    return CustodyEvent(
        entry=node["entry"].word(_ID),
        at=node["at"].time(),
        author=node["author"].text(),
        move=Move(
            event=node["event"].one_of(Event),
            copy=node["copy"].number(),
            by=node["by"].text(),
            to=node["to"].text(),
            where=node["where"].text(),
            receipt=node["receipt"].text(),
            digest=node["digest"].word(f"({_DIGEST})?"),
            on=node["on"].text(),
            how=node["how"].text(),
            device=node["device"].one_of(Device),
            by_segl=node["by_segl"].yes_or_no(),
            corrects=node["corrects"].word(f"({_ID})?"),
            reason=node["reason"].text(),
        ),
    )


def _history(node: Node) -> HistoryLine:
    return HistoryLine(
        entry=node["entry"].word(_ID),
        at=node["at"].time(),
        author=node["author"].text(),
        kind=node["kind"].word(_ID),
        words=node["words"].text(),
        flags=node["flags"].texts(),
    )
