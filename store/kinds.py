"""What the entries of each kind must have, and what they say to the tables (`docs/journal-format.md`).

An entry makes statements on subjects; `store.projections` keeps those that stand. Kinds of a programme space are in
`store.programme.kinds`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from store.entry import EntryInvalid, SpaceKind, read_time
from store.journal import Read
from store.look_payload import read_look
from store.programme import kinds as programme

Statement = tuple[str, Any]

CHAIN: Final = "chain/"
"""Subjects on which stands what of the custody of a copy holds: piece and copy follow."""
_CHAIN_OF: Final = re.compile(r"chain/[^/]+/(?:0|[1-9][0-9]{0,8})")

WRITTEN_AT: Final = "written-at"
"""Field of what was brought along from another vault of the same person: when it was written there."""
_BROUGHT_TO: Final = (SpaceKind.OFFICE, SpaceKind.PROGRAMME)

_PERSON: Final[Mapping[str, type]] = {
    "person": str,
    "name": str,
    "roles": list,
    "age": str,
    "authority-over": list,
    "contact": str,
    "about": str,
}
_EVIDENCE: Final[Mapping[str, type]] = {
    "number": int,
    "accounts": list,
    "seen-by": list,
    **dict.fromkeys(("digest", "source", "name", "raw-name", "kind", "platform", "url", "claimed-at", "found-at"), str),
    **dict.fromkeys(("shows", "holder", "holder-name", "held-where", "came-how"), str),
}
_MOVED: Final[Mapping[str, type]] = {
    "copy": int,
    "by-segl": bool,
    **dict.fromkeys(("evidence", "event", "by", "to", "where", "receipt", "digest", "on", "how"), str),
    **dict.fromkeys(("device", "corrects", "reason"), str),
}
_ANSWER: Final[Mapping[str, type]] = {"question": str, "asked": dict, "text": str}
_VERSION: Final[Mapping[str, type]] = {"number": int, "review-on": dict, "agreed-by": str, "answers": dict}
MOST_COPIES: Final = 999
"""Copies of one piece."""
FIELDS: Final[Mapping[str, Mapping[str, type]]] = {
    "case.opened": {"reference": str, "kind": str, "title": str, "stand-in": str, "no-stand-in-reason": str},
    "case.closed": {"reason": str},
    "case.reopened": {"reason": str},
    "case.sealed": {
        "name": str,
        "digest": str,
        "size": int,
        "manifest-digest": str,
        "purpose": str,
        "recipients": list,
    },
    "case.filed": dict.fromkeys(
        ("system", "number", "place", "name", "digest", "metadata", "metadata-digest", "purpose"), str
    ),
    "case.file-numbered": {"system": str, "number": str},
    "case.file-cleared": {"filed": str, "digest": str, "deleted": list},
    "case.read": {"author": str, "purpose": str},
    "lookup.made": {"words": str, "hits": int, "cases": list},
    "lookup.exported": {"name": str, "format": str, "digest": str},
    "case.printed": {"what": str, "name": str, "format": str, "digest": str},
    "playbook.pinned": {"id": str, "version": int, "digest": str},
    "fact.set": {"facts": dict},
    "step.done": {"step": str, "facts": dict, "note": str},
    "step.set-aside": {"step": str, "reason": str},
    "step.hold-passed": {"step": str, "reason": str},
    "step.taken-up": {"step": str, "withdrawn": list},
    "step.snoozed": {"step": str, "until": str, "reason": str},
    "step.snooze-ended": {"step": str},
    "level.set": {"level": int, "reason": str},
    "note.added": {"text": str},
    "note.corrected": {"note": str, "text": str, "reason": str},
    "person.added": _PERSON,
    "person.changed": _PERSON,
    "evidence.registered": _EVIDENCE,
    "evidence.amended": {"evidence": str, **_EVIDENCE},
    "evidence.moved": _MOVED,
    "evidence.located": {"copy": int, **dict.fromkeys(("evidence", "device", "held-by", "reason"), str)},
    "evidence.copy-withdrawn": {"copy": int, **dict.fromkeys(("evidence", "device", "reason"), str)},
    "evidence.requested": {"by": str, "on": dict, "reference": str, "about": str},
    "evidence.passed-on": {
        "request": str,
        "evidence": list,
        "name": str,
        "digest": str,
        "size": int,
        "manifest-digest": str,
        "recipients": list,
    },
    "evidence.looked-after": {
        "evidence": str,
        "copy": int,
        **dict.fromkeys(("place", "system"), str),
        "found": dict,
        **dict.fromkeys(("same", "unread"), int),
        "whole": bool,
    },
    "evidence.checked": {"matched": list, "changed": list, "missing": list, "new": int, "unread": int},
    "status.recorded": {
        **dict.fromkeys(("case", "reference", "kind", "opened", "changed", "closed"), str),
        **dict.fromkeys(("stand-in", "no-stand-in-reason"), str),
        "entries": int,
        "due": list,
    },
    "status.counted": {"cases": int},
    "office.opened": {"name": str, "language": str},
    "office.contacts": {"contacts": list},
    "office.recovery-made": {"vault": str, "key": str},
    "office.recovery-drilled": {"vault": str, "key": str},
    "office.recovery-used": {"vault": str, "key": str},
    "office.key-renewed": {"vault": str, "ground": str},
    "office.restored": {"vault": str, "from": str, "made-at": str},
    "office.merged": {"vault": str, "from": str, "cases": list},
    "office.filing": {"system": str, "days": int},
    "office.plan-answered": _ANSWER,
    "office.plan-said": _ANSWER,
    "office.plan-published": _VERSION,
    "office.plan-brought": {**_VERSION, "in-force": bool},
    "office.plan-exported": {"name": str, "version": int, "format": str, "digest": str},
    "office.directory-set": {
        "entry": str,
        "name": dict,
        "about": dict,
        **dict.fromkeys(("phone", "site", "mail", "printed"), str),
        "emergency": bool,
    },
    "office.directory-removed": {"entry": str, "reason": str},
    "author.card": {"author": str, "name": str, "office": str, "devices": list, "recipient": str},
    "author.certified": {"author": str, "card": str, "administrator": str},
    "retention.set": {"look-at": str, "reason": str},
    "retention.held": {"held": bool, "reason": str},
    "office.retention": {"months": dict},
    "conflict.decided": {"subject": str, "chosen": str, "reason": str},
    "case.shared": {"author": str, "recipient": str, "purpose": str, "until": str},
    "case.entrusted": {"author": str, "access": str},
    "receipt.given": {"receipt": str, "author": str, "checkpoint": int, "heads": list, "manifest-digest": str},
    "entry.erased": {"entries": list, "ground": str},
    "author.trusted": {"author": str, "card": str, "compared": str},
    "author.succeeded": {"author": str, "card": str, "key": str, "nonce": str, "signature": str, "role": str},
    "author.heads-named": {"author": str, "devices": list, "heads": list},
    "author.revoked": {"author": str, "devices": list, "heads": list, "reason": str},
    **programme.FIELDS,
}
"""The fields that a payload of each kind must have. Others may be there; an unknown kind says nothing."""

_TEXTS: Final = frozenset(
    {"matched", "changed", "missing", "evidence", "accounts", "seen-by", "roles", "authority-over", "withdrawn"}
)
"""Fields whose lists hold texts: what reads them looks ids up in them, and may be handed nothing else."""


def written_at(entry: Read) -> datetime:
    """When an entry was written: by its own clock, or earlier, where it was brought along and says when.

    Raises:
        EntryInvalid: it says so, and not as a time.
    """
    claimed = entry.header.claimed_at
    if entry.payload is None or WRITTEN_AT not in entry.payload or entry.header.space_kind not in _BROUGHT_TO:
        return claimed
    try:
        return min(read_time(entry.payload[WRITTEN_AT]), claimed)
    except (TypeError, ValueError):
        raise EntryInvalid("payload-fields") from None


def statements(entry: Read) -> Iterator[Statement]:
    """What an entry says: (subject, value) pairs. An erased entry, an unknown kind, and a second opening say nothing.

    Raises:
        EntryInvalid: where the payload lacks what its kind must have.
    """
    said = entry.payload
    wanted = FIELDS.get(entry.header.kind)
    if said is None or wanted is None:
        return
    for field, sort in wanted.items():
        if not isinstance(said.get(field), sort) or (sort is int and isinstance(said[field], bool)):
            raise EntryInvalid("payload-fields")
        if sort is list and field in _TEXTS and not all(isinstance(one, str) for one in said[field]):
            raise EntryInvalid("payload-fields")
    written_at(entry)
    if entry.header.kind in ("case.opened", "concern.opened") and entry.header.parents:
        # A case is opened once: who could open it again would be who has it, and a concern about somebody else.
        return
    subjects = set()
    for subject, value in _said(entry.id, entry.header.kind, said):
        if subject in subjects:
            raise EntryInvalid("payload-fields")
        subjects.add(subject)
        yield subject, value


def _said(id: str, kind: str, said: Mapping[str, Any]) -> Iterator[Statement]:
    match kind:
        case "case.opened":
            yield "case", dict(said)
        case "playbook.pinned":
            yield f"playbook/{said['id']}", dict(said)
        case "fact.set":
            yield from _facts(said)
        case "step.done":
            yield f"step/{said['step']}", {"state": "done", "note": said["note"], "facts": sorted(said["facts"])}
            yield f"done/{said['step']}/{id}", True
            if "level" in said["facts"] and "level.reason" not in said["facts"]:
                yield "fact/level.reason", said["note"]
            yield from _facts(said)
        case "step.set-aside":
            yield f"step/{said['step']}", {"state": "set-aside", "reason": said["reason"]}
        case "step.hold-passed":
            yield f"step/{said['step']}", {"state": "hold-passed", "reason": said["reason"]}
        case "step.taken-up":
            yield f"step/{said['step']}", {"state": "open"}
            for fact in said["withdrawn"]:
                yield f"fact/{fact}", None
        case "step.snoozed":
            yield f"snooze/{said['step']}", {"until": said["until"], "reason": said["reason"]}
        case "step.snooze-ended":
            yield f"snooze/{said['step']}", None
        case "level.set":
            yield "fact/level", said["level"]
            yield "fact/level.reason", said["reason"]
        case "note.added":
            yield f"note/{id}/{id}", dict(said)
        case "note.corrected":
            yield f"note/{said['note']}/{id}", dict(said)
        case "person.added":
            yield f"person/{said['person']}", dict(said)
            yield f"added/{said['person']}", True
        case "person.changed":
            yield f"person/{said['person']}", dict(said)
        case "evidence.registered":
            yield f"evidence/{id}", dict(said)
            yield f"added/{id}", True
            if said.get("device"):
                yield from _located(id, said)
        case "evidence.amended":
            yield f"evidence/{said['evidence']}", dict(said)
        case "evidence.moved":
            yield f"custody/{id}", dict(said)
        case "evidence.located":
            yield from _located(said["evidence"], said)
            if said["held-by"]:
                yield f"original/{said['evidence']}", said["held-by"]
        case "evidence.copy-withdrawn":
            if not 1 <= said["copy"] <= MOST_COPIES:
                raise EntryInvalid("payload-fields")
            yield f"device/{said['evidence']}/{said['copy']}", {"withdrawn": said["device"], "reason": said["reason"]}
        case "evidence.requested":
            yield f"request/{id}", dict(said)
        case "evidence.passed-on":
            yield f"passed-on/{id}", dict(said)
        case "evidence.looked-after":
            read_look(said)
            yield f"looked/{id}", dict(said)
        case "evidence.checked":
            yield f"checked/{id}", dict(said)
        case "case.closed" | "case.reopened":
            yield "status", {"closed": kind == "case.closed", "reason": said["reason"]}
        case "case.sealed":
            yield f"sealed/{id}", dict(said)
        case "case.filed":
            yield f"filed/{id}", dict(said)
            if said["number"]:
                yield "file-number", {"system": said["system"], "number": said["number"]}
        case "case.file-numbered":
            yield "file-number", dict(said)
        case "case.file-cleared":
            yield f"file-cleared/{said['filed']}", dict(said)
        case "case.read" | "lookup.made" | "lookup.exported" | "case.entrusted":
            # Who looked, and who has a case, is no statement on anything (`store.journal.QUIET`, `store.entrusted`).
            return
        case "case.printed":
            yield f"printed/{id}", dict(said)
        case "conflict.decided":
            # What it lets stand is restated by `store.projections`, which knows what was said.
            yield f"decided/{id}", dict(said)
            if said["subject"].startswith(CHAIN):
                yield said["subject"], _chain_decided(said)
        case "case.shared":
            yield f"shared/{said['author']}", dict(said)
        case "receipt.given":
            yield f"receipt/{id}", dict(said)
        case "entry.erased":
            yield f"erased/{id}", dict(said)
        case "status.recorded":
            yield f"case/{said['case']}", dict(said)
        case "status.counted":
            yield "count", dict(said)
        case "retention.set":
            _check_day(said["look-at"])
            yield "retention", dict(said)
        case "retention.held":
            yield "hold", dict(said)
        case "office.retention":
            yield "retention-rule", dict(said)
        case "office.opened":
            yield "office", dict(said)
        case "office.filing":
            yield "filing-rule", dict(said)
        case "office.merged":
            _check_heads(said.get("heads", []))
            yield f"vault/{said['vault']}/{id}", {**said, "what": "merged"}
        case (
            "office.recovery-made"
            | "office.recovery-drilled"
            | "office.recovery-used"
            | "office.key-renewed"
            | "office.restored"
        ):
            yield f"vault/{said['vault']}/{id}", {**said, "what": kind.partition(".")[2]}
        case "office.contacts":
            yield "contacts", said["contacts"]
        case "office.plan-answered":
            yield f"plan-answer/{said['question']}", True
            yield f"plan-said/{said['question']}/{id}", dict(said)
        case "office.plan-said":
            # An answer of a version that was brought along: it is not how the question is answered here.
            yield f"plan-said/{said['question']}/{id}", dict(said)
        case "office.plan-published" | "office.plan-brought":
            yield f"plan-version/{id}", dict(said)
        case "office.plan-exported":
            yield f"plan-export/{id}", dict(said)
        case "office.directory-set" | "office.directory-removed":
            yield f"directory/{said['entry']}", {**said, "removed": kind == "office.directory-removed"}
        case "author.card":
            yield f"card/{said['author']}/{id}", dict(said)
        case "author.certified":
            yield f"certificate/{said['author']}/{id}", dict(said)
        case "author.trusted":
            yield f"trusted/{said['author']}/{id}", dict(said)
        case "author.succeeded":
            yield f"succession/{said['author']}/{id}", dict(said)
        case "author.heads-named":
            _check_heads(said["heads"])
            yield f"heads-named/{said['author']}/{id}", dict(said)
        case "author.revoked":
            _check_heads(said["heads"])
            yield f"revocation/{said['author']}/{id}", dict(said)
        case _:
            yield from programme.said(id, kind, said)


def _located(piece: str, said: Mapping[str, Any]) -> Iterator[Statement]:
    """Whose device a copy lies on; which one that is at registering goes with whose it is."""
    copy, device = said.get("copy"), said["device"]
    if not isinstance(device, str) or type(copy) is not int or not 0 <= copy <= MOST_COPIES:
        raise EntryInvalid("payload-fields")
    yield f"device/{piece}/{copy}", device


def _chain_decided(said: Mapping[str, Any]) -> dict[str, Any]:
    """What holds of the custody of a copy: its events have a subject each, so there is none that could be restated."""
    lists = [said.get("holds"), said.get("set-aside")]
    if _CHAIN_OF.fullmatch(said["subject"]) is None or not all(
        isinstance(one, list) and all(isinstance(entry, str) for entry in one) for one in lists
    ):
        raise EntryInvalid("payload-fields")
    return {"holds": lists[0], "set-aside": lists[1], "reason": said["reason"]}


def _check_day(day: str) -> None:
    try:
        if day and date.fromisoformat(day).isoformat() != day:
            raise ValueError
    except ValueError:
        raise EntryInvalid("payload-fields") from None


def _check_heads(heads: list[Any]) -> None:
    for one in heads:
        if not (isinstance(one, dict) and isinstance(one.get("space"), str) and isinstance(one.get("entry"), str)):
            raise EntryInvalid("payload-fields")


def _facts(said: Mapping[str, Any]) -> Iterator[Statement]:
    for fact, value in said["facts"].items():
        is_date = isinstance(value, dict) and set(value) == {"date"} and isinstance(value["date"], str)
        if not (value is None or is_date or isinstance(value, bool | int | str)):
            raise EntryInvalid("payload-fields")
        yield f"fact/{fact}", value
