"""Facts and records as a payload has them, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from guidance.custody import ORIGINAL, Device, Event, Move
from guidance.model import FactValue
from store.entry import EntryInvalid
from store.model import (
    Age,
    Contact,
    DigestSource,
    EvidenceDraft,
    EvidenceKind,
    Holder,
    Intake,
    PersonDraft,
    Role,
)


def write_fact(value: FactValue) -> Any:
    """A fact as JSON: a date is `{"date": "2026-11-21"}`, everything else is itself."""
    return {"date": value.isoformat()} if isinstance(value, date) else value


def write_facts(values: Mapping[str, FactValue]) -> dict[str, Any]:
    """Several facts as JSON."""
    return {fact: write_fact(value) for fact, value in values.items()}


def read_fact(value: Any) -> FactValue | None:
    """The opposite of `write_fact`; None for a fact that was taken back.

    Raises:
        EntryInvalid: it is no fact.
    """
    if isinstance(value, dict) and set(value) == {"date"} and isinstance(value["date"], str):
        try:
            return date.fromisoformat(value["date"])
        except ValueError:
            raise EntryInvalid("payload-fields") from None
    if value is None or isinstance(value, bool | int | str):
        return value
    raise EntryInvalid("payload-fields")


def write_person(person: str, draft: PersonDraft, authority_over: tuple[str, ...]) -> dict[str, Any]:
    """The payload of `person.added` and `person.changed`; `authority_over` are ids."""
    return {
        "person": person,
        "name": draft.name,
        "roles": [role.value for role in draft.roles],
        "age": draft.age.value,
        "authority-over": list(authority_over),
        "contact": draft.contact,
        "about": draft.about,
    }


def read_person(said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a `Person`, but for id and time."""
    return {
        "name": said["name"],
        "roles": tuple(Role(role) for role in said["roles"]),
        "age": Age(said["age"]),
        "authority_over": tuple(said["authority-over"]),
        "contact": said["contact"],
        "about": said["about"],
    }


_EVIDENCE_FIELDS = tuple(field.name for field in fields(EvidenceDraft) if field.name not in {"device", "lies_at"})


def write_evidence(draft: EvidenceDraft) -> dict[str, Any]:
    """The fields of a piece of evidence as a payload has them."""
    said: dict[str, Any] = {}
    for name in _EVIDENCE_FIELDS:
        value = getattr(draft, name)
        said[name.replace("_", "-")] = list(value) if isinstance(value, tuple) else value
    return said


def write_registered(number: int, draft: EvidenceDraft) -> dict[str, Any]:
    """The payload of `evidence.registered`; on the device of the person violated lies the original, else a copy."""
    said = {"number": number, **write_evidence(draft)}
    if draft.device:
        said |= {"device": draft.device.value, "copy": copy_registered(draft.device)}
    return said


def copy_registered(device: Device) -> int:
    """The number of the copy that a file is which is registered on a device."""
    return ORIGINAL if device is Device.VICTIM else 1


def read_evidence(said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an `EvidenceDraft`."""
    values = {name: said[name.replace("_", "-")] for name in _EVIDENCE_FIELDS}
    return {
        **values,
        "source": DigestSource(values["source"]),
        "kind": EvidenceKind(values["kind"]),
        "holder": Holder(values["holder"]),
        "accounts": tuple(values["accounts"]),
        "seen_by": tuple(values["seen_by"]),
    }


_MOVE_FIELDS = tuple(field.name for field in fields(Move))


def write_move(evidence: str, move: Move) -> dict[str, Any]:
    """The payload of `evidence.moved`."""
    said = {name.replace("_", "-"): getattr(move, name) for name in _MOVE_FIELDS}
    return {"evidence": evidence, **said, "event": move.event.value, "device": move.device.value}


def read_move(said: Mapping[str, Any]) -> Move:
    """The opposite of `write_move`.

    Raises:
        EntryInvalid: the event, the device or the copy is none.
    """
    values = {name: said[name.replace("_", "-")] for name in _MOVE_FIELDS}
    try:
        values |= {"event": Event(values["event"]), "device": Device(values["device"])}
    except ValueError:
        raise EntryInvalid("payload-fields") from None
    if values["copy"] < 0:
        raise EntryInvalid("payload-fields")
    return Move(**values)


def write_intake(intake: Intake, reference: str) -> dict[str, Any]:
    """The payload of `case.opened`."""
    return {
        "reference": reference,
        "kind": intake.kind,
        "title": intake.title,
        "stand-in": intake.stand_in,
        "no-stand-in-reason": intake.no_stand_in_reason,
    }


def write_contacts(contacts: tuple[Contact, ...]) -> list[dict[str, str]]:
    """Contacts as a payload has them."""
    return [
        {"id": contact.id, "name": contact.name, "phone": contact.phone, "mail": contact.mail} for contact in contacts
    ]


def read_contacts(said: list[dict[str, str]]) -> tuple[Contact, ...]:
    """The opposite of `write_contacts`."""
    return tuple(Contact(id=one["id"], name=one["name"], phone=one["phone"], mail=one["mail"]) for one in said)
