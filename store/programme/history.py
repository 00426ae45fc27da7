"""The entries of a programme in words: one line each, for whoever looks at what is kept of somebody or erases it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from guidance.language import _
from store.journal import Read
from store.kinds import WRITTEN_AT

_LONGEST: Final = 160
_NO_WORDS: Final = frozenset(
    {
        *("participant", "parts", "author", "reference", "mentoring", "mentor", "mentee", "session", "recording"),
        *("programme", "about", "readers", "policy", "version", "format", "sessions", "kind", "reported-by", "blocked"),
        *("outcome", "opinion", "ground", "confirmed", "commits", "approved", "early", "held", "goes-well"),
        *("guidelines", "received-at", "came-how", "digest", "months", "criminal-record", WRITTEN_AT),
    }
)
"""Fields that are ids, choices or lists of them: the name of the kind, and whom it is about, say as much."""


def entry_words(entry: Read, names: Mapping[str, str]) -> str:
    """What an entry says.

    Args:
        entry: of a register or of a concern, with its content.
        names: of participants, by id.
    """
    said = entry.payload or {}
    who = " – ".join(
        name for field in ("participant", "mentor", "mentee") if (name := names.get(str(said.get(field)), ""))
    )
    about = said.get("about")
    texts = [who, *(str(value) for field, value in _texts(said)), about if _is_words(entry, about) else ""]
    words = ", ".join(dict.fromkeys(" ".join(text.split()) for text in texts if text and text.strip()))
    line = f"{kind_words(entry.header.kind)}: {words}" if words else kind_words(entry.header.kind)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _texts(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field, value in said.items():
        if field in _NO_WORDS:
            continue
        if isinstance(value, str) and value.strip():
            yield field, value
        elif isinstance(value, dict):
            yield from _texts(value)
        elif isinstance(value, list):
            yield from (pair for one in value if isinstance(one, dict) for pair in _texts(one))


def _is_words(entry: Read, about: object) -> bool:
    return isinstance(about, str) and entry.header.kind.startswith("participant.")


def kind_words(kind: str) -> str:
    """What a kind of entry records."""
    return {
        "participant.added": _("Registered"),
        "participant.changed": _("Recorded anew"),
        "participant.accepted": _("Accepted as a mentor"),
        "participant.suspended": _("Suspended"),
        "participant.resumed": _("Suspension lifted"),
        "participant.ended": _("Takes part no longer"),
        "vetting.verified": _("Background verified"),
        "vetting.referred": _("Reference"),
        "vetting.interviewed": _("Interview"),
        "vetting.record-seen": _("Criminal record check"),
        "mentoring.begun": _("Brought together"),
        "mentoring.ended": _("Mentoring ended"),
        "session.added": _("Session"),
        "session.noted": _("What was shared"),
        "session.disclosed": _("What was shared was let out"),
        "programme.exported": _("Written to a file"),
        "programme.look-at": _("When to look at it"),
        "programme.held": _("Hold"),
        "consent.given": _("Consent to a recording"),
        "consent.withdrawn": _("Consent withdrawn"),
        "recording.registered": _("Recording"),
        "recording.accessed": _("Recording looked at"),
        "recording.removed": _("Recording removed"),
        "check-in.held": _("Check-in"),
        "policy.published": _("Policy"),
        "policy.read": _("Policy read"),
        "concern.opened": _("Concern"),
        "concern.noted": _("What was done"),
        "concern.readers": _("Who may read"),
        "concern.closed": _("Concern closed"),
        "concern.linked": _("The register says that the person is a colleague"),
        "concern.link-corrected": _("The person is not that colleague"),
        "concern.look-at": _("When to look at it"),
        "concern.held": _("Hold"),
        "concern.read": _("Concern opened"),
        "case.read": _("Opened"),
        "lookup.made": _("Searched for"),
        "lookup.exported": _("Written to a file"),
        "office.plan-answered": _("Answer to the plan"),
        "office.plan-said": _("Answer to the plan"),
        "office.plan-published": _("Plan published"),
        "office.plan-brought": _("Plan published"),
        "office.directory-set": _("Directory"),
        "office.directory-removed": _("Taken out of the directory"),
        "office.contacts": _("Contacts"),
        "author.card": _("Card"),
    }.get(kind, kind)
