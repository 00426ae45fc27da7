"""What the entries of a programme space must have, and what they say to the tables (`docs/journal-format.md`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from store.entry import EntryInvalid

_PARTICIPANT: Final[Mapping[str, type]] = {
    "participant": str,
    "name": str,
    "parts": list,
    "contact": str,
    "about": str,
    "author": str,
}
_STATE: Final[Mapping[str, type]] = {"participant": str, "reason": str}
_CONSENT: Final[Mapping[str, type]] = {"session": str, "participant": str, "on": str, "how": str}
FIELDS: Final[Mapping[str, Mapping[str, type]]] = {
    "programme.opened": {"name": str},
    "programme.settings": {"criminal-record": bool, "check-in-every": str, "concern-within": str, "reason": str},
    "programme.platforms": {"platforms": list},
    "participant.added": _PARTICIPANT,
    "participant.changed": _PARTICIPANT,
    "participant.accepted": _STATE,
    "participant.suspended": _STATE,
    "participant.resumed": _STATE,
    "participant.ended": _STATE,
    "vetting.verified": {"participant": str, "what": str, "confirmed": bool, "how": str, "on": str},
    "vetting.referred": {
        "participant": str,
        "reference": str,
        **dict.fromkeys(("name", "relation", "contact", "contacted-on", "by", "opinion", "said"), str),
    },
    "vetting.interviewed": {
        "participant": str,
        "commits": bool,
        **dict.fromkeys(("on", "by", "motivation", "role", "safety"), str),
    },
    "vetting.record-seen": {"participant": str, "issued-on": str, "renew-on": str, "seen-by": str},
    "mentoring.begun": {"mentoring": str, "mentor": str, "mentee": str, "on": str, "goals": str},
    "mentoring.ended": {"mentoring": str, "on": str, "early": bool, "reason": str},
    "session.added": {"session": str, "mentoring": str, "at": str, "platform": str, "approved": bool},
    "session.noted": {"session": str, "text": str},
    "session.disclosed": {"sessions": list, "reason": str},
    "programme.exported": {"name": str, "format": str, "digest": str, "sessions": list, "reason": str},
    "consent.given": _CONSENT,
    "consent.withdrawn": _CONSENT,
    "recording.registered": {"recording": str, "session": str, "digest": str, "place": str, "holder": str},
    "recording.accessed": {"recording": str, "ground": str, "reason": str},
    "recording.removed": {"recording": str, "on": str, "how": str},
    "check-in.held": {"participant": str, "on": str, "goes-well": bool, "guidelines": bool, "text": str},
    "policy.published": {
        "policy": str,
        "version": int,
        **dict.fromkeys(("title", "digest", "text", "review-on"), str),
    },
    "policy.read": {"policy": str, "participant": str, "on": str},
    "concern.opened": {
        "programme": str,
        "about": list,
        "readers": list,
        **dict.fromkeys(("kind", "about-name", "reported-by", "came-how", "received-at", "what", "blocked"), str),
    },
    "programme.retention": {"months": dict},
    "programme.look-at": {"about": str, "look-at": str, "reason": str},
    "programme.held": {"about": str, "held": bool, "reason": str},
    "concern.look-at": {"look-at": str, "reason": str},
    "concern.held": {"held": bool, "reason": str},
    "concern.read": {"author": str, "purpose": str},
    "concern.noted": {"text": str},
    "concern.readers": {"readers": list, "reason": str},
    "concern.closed": {"outcome": str, "text": str},
    "concern.linked": {"author": str},
    "concern.link-corrected": {"author": str, "reason": str},
}
"""The fields that a payload of each kind must have; see `store.kinds.FIELDS`."""


def said(id: str, kind: str, said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What an entry of a programme states: (subject, value) pairs."""
    value = dict(said)
    match kind:
        case "programme.opened":
            yield "programme", value
        case "programme.settings":
            yield "settings", value
        case "programme.platforms":
            yield "platforms", said["platforms"]
        case "participant.added":
            yield f"participant/{said['participant']}", value
            yield f"added/{said['participant']}", True
        case "participant.changed":
            yield f"participant/{said['participant']}", value
        case "participant.accepted" | "participant.suspended" | "participant.resumed" | "participant.ended":
            state = kind.removeprefix("participant.")
            yield f"state/{said['participant']}/{id}", {"state": state, "reason": said["reason"]}
        case "vetting.verified":
            yield f"verified/{said['participant']}/{said['what']}", value
        case "vetting.referred":
            yield f"reference/{said['participant']}/{said['reference']}", value
        case "vetting.interviewed":
            yield f"interview/{said['participant']}", value
        case "vetting.record-seen":
            yield f"record/{said['participant']}", value
        case "mentoring.begun":
            yield f"mentoring/{said['mentoring']}", value
        case "mentoring.ended":
            yield f"mentoring-end/{said['mentoring']}", value
        case "session.added":
            yield f"session/{said['session']}", value
        case "session.noted":
            yield f"content/{said['session']}/{id}", said["text"]
        case "session.disclosed":
            yield f"disclosed/{id}", value
        case "programme.exported":
            yield f"exported/{id}", value
        case "consent.given" | "consent.withdrawn":
            subject = f"consent/{said['session']}/{said['participant']}/{id}"
            yield subject, {"given": kind == "consent.given", "on": said["on"], "how": said["how"]}
        case "recording.registered":
            yield f"recording/{said['recording']}", value
        case "recording.accessed":
            yield f"access/{said['recording']}/{id}", value
        case "recording.removed":
            yield f"removed/{said['recording']}", value
        case "check-in.held":
            yield f"check-in/{said['participant']}/{id}", value
        case "policy.published":
            yield f"policy/{said['policy']}", value
        case "policy.read":
            yield f"read/{said['policy']}/{said['participant']}", value
        case "concern.opened":
            yield "concern", value
            yield "readers", said["readers"]
        case "programme.retention":
            yield "retention-rule", value
        case "programme.look-at":
            yield f"look-at/{said['about']}", {**value, "look-at": _day(said["look-at"])}
        case "programme.held":
            yield f"held/{said['about']}", value
        case "concern.look-at":
            yield "retention", {**value, "look-at": _day(said["look-at"])}
        case "concern.held":
            yield "hold", value
        case "concern.noted":
            yield f"noted/{id}", said["text"]
        case "concern.readers":
            yield "readers", said["readers"]
        case "concern.closed":
            yield "closed", value
        case "concern.linked":
            yield f"linked/{said['author']}", value
        case "concern.link-corrected":
            yield f"corrected/{said['author']}/{id}", value


def _day(text: str) -> str:
    """A day as it was written, or an empty text.

    Raises:
        EntryInvalid: it is neither.
    """
    try:
        if text and date.fromisoformat(text).isoformat() != text:
            raise ValueError
    except ValueError:
        raise EntryInvalid("payload-fields") from None
    return text
