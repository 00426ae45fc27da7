"""What each field of an entry of a case holds: a word of the program's own, what people wrote, or somebody's name.

What is withheld goes by it: what people wrote can be marked, and names are looked for everywhere. A field that is not
here (of a newer Segl, or of somebody who writes what they like) is taken for what people wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Holds(StrEnum):
    """What a field holds."""

    OWN = "own"
    """An id, a day, a number or a word of the program's own: can't be marked."""
    TEXT = "text"
    """What people wrote, and it is not asked who: names that are known from elsewhere are looked for in it."""
    WHO = "who"
    """Somebody's name, or a list of them."""
    AMONG = "among"
    """Where something is, or how it came: somebody's name stands in it among other words."""
    ACCOUNTS = "accounts"
    """User names."""
    REACHED = "reached"
    """How somebody is reached: telephone numbers and addresses stand in it."""
    FACTS = "facts"
    """Answers: whether they name people is said by the playbook (`guidance.naming`)."""


_Fields = Mapping[str, Holds]


def _own(*names: str) -> dict[str, Holds]:
    return dict.fromkeys(names, Holds.OWN)


def _text(*names: str) -> dict[str, Holds]:
    return dict.fromkeys(names, Holds.TEXT)


_PERSON: Final[_Fields] = {
    **_own("person", "roles", "age", "authority-over"),
    **_text("about"),
    "name": Holds.WHO,
    "contact": Holds.REACHED,
}
_EVIDENCE: Final[_Fields] = {
    **_own("evidence", "number", "digest", "size", "source", "raw-name", "kind", "holder", "device", "copy"),
    **_text("name", "platform", "url", "claimed-at", "found-at", "shows"),
    **dict.fromkeys(("holder-name", "seen-by"), Holds.WHO),
    **dict.fromkeys(("held-where", "came-how"), Holds.AMONG),
    "accounts": Holds.ACCOUNTS,
}
HOLDS: Final[Mapping[str, _Fields]] = {
    "case.opened": {
        **_own("reference", "kind"),
        **_text("title", "no-stand-in-reason"),
        "stand-in": Holds.WHO,
    },
    "case.closed": _text("reason"),
    "case.reopened": _text("reason"),
    "case.sealed": {**_own("digest", "size", "manifest-digest", "purpose", "recipients"), **_text("name")},
    "case.filed": {
        **_own("digest", "metadata-digest"),
        **_text("system", "number", "place", "name", "metadata", "purpose"),
    },
    "case.file-numbered": _text("system", "number"),
    "case.file-cleared": {**_own("filed", "digest"), **_text("deleted")},
    "case.read": {**_own("author", "how"), **_text("purpose")},
    "case.printed": {**_own("what", "format", "digest"), **_text("name")},
    "case.shared": {**_own("author", "recipient", "until"), **_text("purpose"), "name": Holds.WHO},
    "case.entrusted": _own("author", "access"),
    "playbook.pinned": {**_own("id", "version", "digest"), **_text("reason")},
    "fact.set": {"facts": Holds.FACTS},
    "step.done": {**_own("step"), **_text("note"), "facts": Holds.FACTS},
    "step.set-aside": {**_own("step"), **_text("reason")},
    "step.hold-passed": {**_own("step"), **_text("reason")},
    "step.taken-up": _own("step", "withdrawn"),
    "step.snoozed": {**_own("step", "until"), **_text("reason")},
    "step.snooze-ended": _own("step"),
    "level.set": {**_own("level"), **_text("reason")},
    "note.added": _text("text"),
    "note.corrected": {**_own("note"), **_text("text", "reason")},
    "person.added": _PERSON,
    "person.changed": _PERSON,
    "evidence.registered": _EVIDENCE,
    "evidence.amended": _EVIDENCE,
    "evidence.moved": {
        **_own("evidence", "event", "copy", "digest", "device", "by-segl", "corrects"),
        **_text("receipt", "on", "how", "reason"),
        **dict.fromkeys(("by", "to"), Holds.WHO),
        "where": Holds.AMONG,
    },
    "evidence.located": {**_own("evidence", "copy", "device", "held-by"), **_text("reason")},
    "evidence.copy-withdrawn": {**_own("evidence", "copy", "device"), **_text("reason")},
    "evidence.requested": {**_own("on"), **_text("reference", "about"), "by": Holds.WHO},
    "evidence.passed-on": {
        **_own("request", "evidence", "digest", "size", "manifest-digest", "recipients"),
        **_text("name"),
    },
    "evidence.looked-after": _own("evidence", "copy", "place", "system", "found", "same", "unread", "whole"),
    "evidence.checked": _own("matched", "changed", "missing", "new", "unread"),
    "retention.set": {**_own("look-at"), **_text("reason")},
    "retention.held": {**_own("held"), **_text("reason")},
    "conflict.decided": {**_own("subject", "chosen", "holds", "set-aside"), **_text("reason")},
    "receipt.given": {
        **_own("author", "checkpoint", "heads", "manifest-digest"),
        **_text("receipt"),
        "name": Holds.WHO,
    },
    "entry.erased": {**_own("entries", "what", "reference", "counted"), **_text("ground", "number", "no-number")},
}
"""By kind of entry and field. A test holds it against `store.kinds.FIELDS` and against what is written."""


def holds(kind: str, field: str) -> Holds:
    """What a field of an entry of this kind holds."""
    return HOLDS.get(kind, {}).get(field, Holds.TEXT)
