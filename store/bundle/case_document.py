"""`data/case.json`: a case as it stood, as plain data, the guide in both languages (docs/bundle-format.md).

What a bundle shows in words (`report.html`) is made from this document and from nothing else, so one choice of what
goes in governs both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from guidance.guide import Guide, StepView
from guidance.language import _
from guidance.model import DONE_PREFIX, LEVEL_FACT, FactSpec, FactType, FactValue, State, Text
from guidance.wellbeing import signs_of
from store.bundle.dates import day_words
from store.bundle.journal import summary_of
from store.entry import write_time
from store.looks import LookEvent
from store.model import CaseExport, CustodyDecision, CustodyEvent, Evidence, HistoryLine, Note, Person, Purpose

SCHEMA: Final = "segl-case"
VERSION: Final = 1

Document = dict[str, Any]


def case_document(export: CaseExport, purpose: Purpose, language: str) -> Document:
    """The whole document of a case for one purpose. Police get what was done, not the office's own to-do."""
    record = export.record
    summary = record.summary
    inside = purpose in (Purpose.FULL, Purpose.COLLEAGUE)
    # The person concerned may know who else reads their case; it stands in the journal too.
    stand_in = inside or purpose is Purpose.PERSON_CONCERNED
    steps = _steps(record.guide.steps, inside=inside)
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "purpose": str(purpose),
        "language": language,
        "exported_at": write_time(export.exported_at),
        "office": {
            "name": export.office.name,
            "contacts": [
                {"id": contact.id, "name": contact.name, "phone": contact.phone, "mail": contact.mail}
                for contact in (export.office.contacts if inside else ())
            ],
        },
        "author": {
            "name": export.card.author,
            "device": export.card.device,
            "signing_key": export.card.signing_key,
            "fingerprint": export.card.fingerprint,
        },
        "case": {
            "id": summary.id,
            "reference": summary.reference,
            "title": summary.title,
            "kind": summary.kind,
            "level": summary.level,
            "level_reason": record.level_reason,
            "opened_at": write_time(summary.opened_at),
            "changed_at": write_time(summary.changed_at),
            "closed_at": _time(summary.closed_at),
            "stand_in": record.stand_in if stand_in else "",
            "no_stand_in_reason": record.no_stand_in_reason if stand_in else "",
        },
        "people": [_person(person) for person in record.people],
        "facts": _facts(record.said, record.guide, {view.id for view in steps}),
        "phases": [{"id": phase.id, "title": _text(phase.title)} for phase in record.guide.phases],
        "steps": [_step(view) for view in steps],
        "wellbeing": _wellbeing(export),
        "notes": [_note(note) for note in record.notes],
        "evidence": [_evidence(evidence) for evidence in record.evidence],
        "history": [_history(line) for line in export.history],
        "playbooks": [
            {
                "id": playbook.id,
                "version": playbook.version,
                "digest": playbook.digest,
                "title": _text(playbook.title),
                "source": playbook.source.document,
                "credit": _text(playbook.source.credit),
            }
            for playbook in record.guide.playbooks
        ],
        "journal": summary_of(export.entries),
    }


def _steps(steps: Iterable[StepView], *, inside: bool) -> list[StepView]:
    settled = (State.DONE, State.SET_ASIDE)
    return [view for view in steps if view.state in settled or (inside and view.state is not State.NOT_APPLICABLE)]


def _step(view: StepView) -> Document:
    return {
        "id": view.id,
        "phase": view.phase.id,
        "title": _text(view.step.title),
        "state": str(view.state),
        "strength": str(view.strength),
        "due_on": view.due_on.isoformat() if view.due_on else None,
        "done_at": _time(view.done_at),
        "set_aside": (
            {"reason": view.set_aside.reason, "at": write_time(view.set_aside.at)} if view.set_aside else None
        ),
        "held_by": [_text(hold.explanation) for hold in view.held_by],
        "sources": [f"{playbook}/{step}" for playbook, step in view.sources],
    }


def _facts(values: Mapping[str, FactValue], guide: Guide, steps: set[str]) -> list[Document]:
    """Every answer but the level and the marks of done steps, in the order in which the guide asks for them."""
    asked_by: dict[str, str] = {}
    for view in guide.steps:
        for asked in view.facts:
            asked_by.setdefault(asked.id, view.id)
    place = {id: number for number, id in enumerate(asked_by)}
    found = []
    for id in sorted(values, key=lambda one: (place.get(one, len(place)), one)):
        if id == LEVEL_FACT or id.startswith(DONE_PREFIX):
            continue
        spec = guide.specs.get(id)
        found.append(
            {
                "id": id,
                "step": step if (step := asked_by.get(id)) in steps else None,
                "label": _text(spec.label) if spec else {"da": id, "en": id},
                "value": _value(values[id]),
                "shown": _text(_shown(values[id], spec)),
            }
        )
    return found


def _wellbeing(export: CaseExport) -> Document:
    signs = signs_of(export.record.guide.specs, export.wellbeing) if export.wellbeing else ()
    return {
        "signs": [{"id": sign.id, "label": _text(sign.label), "unclear": sign.unclear} for sign in signs],
        "talks": [
            {"at": write_time(talk.at), "signs": list(talk.signs), "note": talk.note} for talk in export.wellbeing
        ],
    }


def _shown(value: FactValue, spec: FactSpec | None) -> Text:
    if isinstance(value, bool):
        return Text.of(lambda: _("yes") if value else _("no"))
    if spec is not None and spec.type in (FactType.CHOICE, FactType.CHOICES) and isinstance(value, str):
        ids = value.split() if spec.type is FactType.CHOICES else [value]
        labels = [choice.label if (choice := spec.choice(id)) else Text(da=id, en=id) for id in ids]
        return Text(da=", ".join(label.da for label in labels), en=", ".join(label.en for label in labels))
    if isinstance(value, date) and not isinstance(value, datetime):
        return Text(da=day_words(value, "da"), en=day_words(value, "en"))
    text = str(_value(value))
    return Text(da=text, en=text)


def _value(value: FactValue) -> bool | int | str:
    if isinstance(value, datetime):
        return write_time(value)
    return value.isoformat() if isinstance(value, date) else value


def _person(person: Person) -> Document:
    return {
        "id": person.id,
        "name": person.name,
        "roles": [str(role) for role in person.roles],
        "age": str(person.age),
        "authority_over": list(person.authority_over),
        "contact": person.contact,
        "about": person.about,
        "added_at": write_time(person.added_at),
    }


def _note(note: Note) -> Document:
    versions = [
        {
            "entry": version.entry,
            "text": version.text,
            "at": write_time(version.at),
            "author": version.author,
            "reason": version.reason,
        }
        for version in note.versions
    ]
    return {"id": note.id, "versions": versions}


def _evidence(evidence: Evidence) -> Document:
    return {
        "id": evidence.id,
        "number": evidence.number,
        "digest": evidence.digest,
        "size": evidence.size,
        "source": str(evidence.source),
        "name": evidence.name,
        "raw_name": evidence.raw_name,
        "kind": str(evidence.kind),
        "platform": evidence.platform,
        "accounts": list(evidence.accounts),
        "url": evidence.url,
        "claimed_at": evidence.claimed_at,
        "found_at": evidence.found_at,
        "shows": evidence.shows,
        "holder": str(evidence.holder),
        "holder_name": evidence.holder_name,
        "held_where": evidence.held_where,
        "came_how": evidence.came_how,
        "seen_by": list(evidence.seen_by),
        "registered_at": write_time(evidence.registered_at),
        "registered_by": evidence.registered_by,
        "missing": list(evidence.missing),
        "custody": [custody_document(event) for event in evidence.custody],
        "checks": [
            {"entry": one.entry, "at": write_time(one.at), "author": one.author, "found": one.found.value}
            for one in evidence.checks
        ],
        "passes": [
            {
                "entry": one.entry,
                "at": write_time(one.at),
                "author": one.author,
                "request": one.request,
                "asked_by": one.asked_by,
                "their_reference": one.reference,
                "name": one.name,
                "digest": one.digest,
            }
            for one in evidence.passes
        ],
        "devices": [
            {
                "entry": one.entry,
                "at": write_time(one.at),
                "author": one.author,
                "copy": one.copy,
                "device": one.device.value,
                **({"withdrawn": True, "reason": one.reason} if one.withdrawn else {}),
            }
            for one in evidence.devices
        ],
        **({"decisions": [_decision(one) for one in evidence.decisions]} if evidence.decisions else {}),
        **({"looks": [_look(one) for one in evidence.looks]} if evidence.looks else {}),
    }


def _look(event: LookEvent) -> Document:
    look = event.look
    return {
        "entry": event.entry,
        "at": write_time(event.at),
        "author": event.author,
        "copy": event.copy,
        "place": look.place,
        "system": look.system,
        "found": [{"kind": kind, "count": count} for kind, count in look.found],
        "same": look.same,
        "unread": look.unread,
        "whole": look.whole,
    }


def _decision(decision: CustodyDecision) -> Document:
    return {
        "entry": decision.entry,
        "at": write_time(decision.at),
        "author": decision.author,
        "copy": decision.copy,
        "holds": list(decision.holds),
        "aside": list(decision.set_aside),
        "reason": decision.reason,
    }


def custody_document(event: CustodyEvent) -> Document:
    """One event of the custody chain; what corrects what a reader finds in `corrects`."""
    move = event.move
    return {
        "entry": event.entry,
        "at": write_time(event.at),
        "author": event.author,
        "event": str(move.event),
        "copy": move.copy,
        "by": move.by,
        "to": move.to,
        "where": move.where,
        "receipt": move.receipt,
        "digest": move.digest,
        "on": move.on,
        "how": move.how,
        "device": str(move.device),
        "by_segl": move.by_segl,
        "corrects": move.corrects,
        "reason": move.reason,
        **({"disputed": True} if event.disputed else {}),
        **({"aside": event.set_aside} if event.set_aside else {}),
    }


def _history(line: HistoryLine) -> Document:
    return {
        "entry": line.entry,
        "at": write_time(line.at),
        "author": line.author,
        "kind": line.kind,
        "words": line.words,
        "flags": list(line.flags),
    }


def _text(text: Text) -> dict[str, str]:
    return {"da": text.da, "en": text.en}


def _time(moment: datetime | None) -> str | None:
    return write_time(moment) if moment else None
