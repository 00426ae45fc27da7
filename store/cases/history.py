"""The journal in words: one line an entry, in the language that is current."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from guidance.engine import Guide
from guidance.language import _, ngettext
from guidance.model import DONE_PREFIX, FactType
from store.cases.values import read_fact
from store.entry import EntryInvalid, Header
from store.journal import Read, read
from store.model import HistoryLine, StoredEntry

_LONGEST: Final = 160
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def line(
    stored: StoredEntry,
    *,
    flags: tuple[str, ...],
    guide: Guide,
    authors: Mapping[str, str],
) -> HistoryLine:
    """One entry of a case in words.

    Args:
        stored: the entry.
        flags: what verifying it found.
        guide: of the case, for the titles of steps and the labels of facts.
        authors: device -> name.
    """
    words = _("This entry can't be read.")
    try:
        header = Header.parse(stored.header)
    except EntryInvalid:
        return HistoryLine(entry=stored.id, at=_NEVER, author="", kind="", words=words, flags=flags)
    try:
        words = _Words(guide).say(read(stored))
    except (EntryInvalid, KeyError, TypeError):
        flags = flags or ("payload-malformed",)
    if stored.payload is None:
        flags = (*flags, "erased")
    return HistoryLine(
        entry=stored.id,
        at=header.claimed_at,
        author=authors.get(header.device, ""),
        kind=header.kind,
        words=words,
        flags=flags,
    )


def flag_words(flag: str) -> str:
    """What a flag of a history line means."""
    known = {
        "fork": _("two entries claim this place in the feed of one device"),
        "older-than-parent": _("the clock said an earlier time than on the entry it builds on"),
        "erased": _("the content was erased"),
    }
    return known.get(flag, _("this entry does not verify"))


class _Words:
    def __init__(self, guide: Guide) -> None:
        self._guide = guide

    def say(self, entry: Read) -> str:
        if entry.payload is None:
            return _("The content of this entry was erased.")
        speak = _SAYINGS.get(entry.header.kind)
        if speak is None:
            return _("An entry of a kind that this Segl does not know: {kind}.").format(kind=entry.header.kind)
        return speak(self, entry.payload)

    def opened(self, said: Mapping[str, Any]) -> str:
        return _("Case {reference} opened: {title}").format(reference=said["reference"], title=said["title"])

    def pinned(self, said: Mapping[str, Any]) -> str:
        book = next((one for one in self._guide.playbooks if one.id == said["id"]), None)
        title = book.title.local() if book else said["id"]
        words = _("Playbook: {title}, version {version}").format(title=title, version=said["version"])
        reason = said.get("reason")
        return f"{words}. {short(reason)}" if isinstance(reason, str) and reason else words

    def facts_set(self, said: Mapping[str, Any]) -> str:
        return _("Recorded: {facts}").format(facts=self._facts(said["facts"]))

    def done(self, said: Mapping[str, Any]) -> str:
        words = _("Done: {step}").format(step=self._step(said["step"]))
        facts = self._facts(said["facts"])
        return ". ".join(part for part in (words, facts, short(said["note"])) if part)

    def set_aside(self, said: Mapping[str, Any]) -> str:
        return _("Set aside: {step}. Reason: {reason}").format(
            step=self._step(said["step"]), reason=short(said["reason"])
        )

    def hold_passed(self, said: Mapping[str, Any]) -> str:
        return _("Went past the hold of: {step}. Reason: {reason}").format(
            step=self._step(said["step"]), reason=short(said["reason"])
        )

    def taken_up(self, said: Mapping[str, Any]) -> str:
        return _("Taken up again: {step}").format(step=self._step(said["step"]))

    def snoozed(self, said: Mapping[str, Any]) -> str:
        return _("Put off until {day}: {step}. Reason: {reason}").format(
            day=said["until"], step=self._step(said["step"]), reason=short(said["reason"])
        )

    def snooze_ended(self, said: Mapping[str, Any]) -> str:
        return _("No longer put off: {step}").format(step=self._step(said["step"]))

    def level(self, said: Mapping[str, Any]) -> str:
        return _("Level {level} chosen: {reason}").format(level=said["level"], reason=short(said["reason"]))

    def note(self, said: Mapping[str, Any]) -> str:
        return _("Note: {text}").format(text=short(said["text"]))

    def note_corrected(self, said: Mapping[str, Any]) -> str:
        return _("Note corrected: {text}. Reason: {reason}").format(
            text=short(said["text"]), reason=short(said["reason"])
        )

    def person_added(self, said: Mapping[str, Any]) -> str:
        return _("Person added: {name}").format(name=said["name"])

    def person_changed(self, said: Mapping[str, Any]) -> str:
        return _("Person changed: {name}").format(name=said["name"])

    def evidence(self, said: Mapping[str, Any]) -> str:
        return _("Evidence E{number} registered: {name} ({digest})").format(
            number=said["number"], name=said["name"] or said["platform"] or said["kind"], digest=said["digest"]
        )

    def evidence_amended(self, said: Mapping[str, Any]) -> str:
        return _("Evidence E{number} amended").format(number=said["number"])

    def sealed(self, said: Mapping[str, Any]) -> str:
        return _("Sealed as {name}, for: {purpose} ({digest})").format(
            name=said["name"], purpose=purpose_words(said["purpose"]), digest=said["digest"]
        )

    def printed(self, said: Mapping[str, Any]) -> str:
        what = {"meeting-plan": _("the meeting plan")}.get(said["what"], said["what"])
        return _("Written to a file that is not encrypted: {what}, as {name} ({digest})").format(
            what=what, name=said["name"], digest=said["digest"]
        )

    def closed(self, said: Mapping[str, Any]) -> str:
        return _("Case closed: {reason}").format(reason=short(said["reason"]))

    def reopened(self, said: Mapping[str, Any]) -> str:
        return _("Case reopened: {reason}").format(reason=short(said["reason"]))

    def erased(self, said: Mapping[str, Any]) -> str:
        count = len(said["entries"])
        words = ngettext("{count} entry erased: {ground}", "{count} entries erased: {ground}", count)
        return words.format(count=count, ground=short(said["ground"]))

    def _step(self, id: str) -> str:
        view = self._guide.find(id)
        return view.step.title.local() if view else id

    def _facts(self, facts: Mapping[str, Any]) -> str:
        parts = []
        for fact, value in facts.items():
            if not fact.startswith(DONE_PREFIX):
                spec = self._guide.specs.get(fact)
                parts.append(f"{spec.label.local() if spec else fact}: {self._value(fact, value)}")
        return "; ".join(parts)

    def _value(self, fact: str, said: Any) -> str:
        value = read_fact(said)
        spec = self._guide.specs.get(fact)
        if value is None:
            return _("taken back")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, str) and spec and spec.type in (FactType.CHOICE, FactType.CHOICES):
            labels = [choice.label.local() if (choice := spec.choice(one)) else one for one in value.split(" ")]
            return ", ".join(labels)
        return short(str(value))


def short(text: str) -> str:
    """The beginning of a text, on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1]}…"


def purpose_words(purpose: str) -> str:
    """For whom a bundle is made, in words."""
    known = {
        "full": _("the whole case"),
        "police": _("the police"),
        "colleague": _("a colleague"),
        "person-concerned": _("the person concerned"),
        "statistics": _("statistics"),
    }
    return known.get(purpose, purpose)


_SAYINGS: Final[Mapping[str, Callable[[_Words, Mapping[str, Any]], str]]] = {
    "case.opened": _Words.opened,
    "playbook.pinned": _Words.pinned,
    "fact.set": _Words.facts_set,
    "step.done": _Words.done,
    "step.set-aside": _Words.set_aside,
    "step.hold-passed": _Words.hold_passed,
    "step.taken-up": _Words.taken_up,
    "step.snoozed": _Words.snoozed,
    "step.snooze-ended": _Words.snooze_ended,
    "level.set": _Words.level,
    "note.added": _Words.note,
    "note.corrected": _Words.note_corrected,
    "person.added": _Words.person_added,
    "person.changed": _Words.person_changed,
    "evidence.registered": _Words.evidence,
    "evidence.amended": _Words.evidence_amended,
    "case.sealed": _Words.sealed,
    "case.printed": _Words.printed,
    "case.closed": _Words.closed,
    "case.reopened": _Words.reopened,
    "entry.erased": _Words.erased,
}
