"""The journal in words: one line an entry, in the language that is current."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from guidance.engine import Guide
from guidance.joining import ENDS, one_after_another, sentences
from guidance.language import _, day_in_digits, ngettext
from guidance.model import DONE_PREFIX, FactType
from store.bundle.custody_words import copy_device_label, copy_label, held_by_words, move_line
from store.bundle.look_words import look_line
from store.cards import author_id
from store.cases.lying import device_of, held_by_of
from store.cases.sealed_to import opened_by, recipients_of
from store.cases.values import read_fact, read_move
from store.entry import EntryInvalid, Header
from store.journal import Read, read
from store.look_payload import read_look
from store.may_write import ENTRUSTED, HAS
from store.model import HistoryLine, StoredEntry

_LONGEST: Final = 160
NOT_PROVED: Final = "not-proved"
"""The flag of a link by which nobody is proved to have a case (`store.entrusted.Chain.counts`)."""
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def line(
    stored: StoredEntry,
    *,
    flags: tuple[str, ...],
    guide: Guide,
    authors: Mapping[str, str],
    readers: Mapping[str, str],
) -> HistoryLine:
    """One entry of a case in words.

    Args:
        stored: the entry.
        flags: what verifying it found.
        guide: of the case, for the titles of steps and the labels of facts.
        authors: device -> name.
        readers: recipient -> name.
    """
    words = _("This entry can't be read.")
    try:
        header = Header.parse(stored.header)
    except EntryInvalid:
        return HistoryLine(entry=stored.id, at=_NEVER, author="", kind="", words=words, flags=flags)
    try:
        words = _Words(guide, authors, readers, proved=NOT_PROVED not in flags).say(read(stored))
    except (EntryInvalid, KeyError, TypeError):
        flags = flags or ("payload-malformed",)
    if stored.payload is None and "withheld" in flags:
        words = _("The content of this entry did not come with it.")
    elif stored.payload is None:
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
        "not-carried-out": _("not carried out here: see 'Retention and erasing' in the guide"),
        "withheld": _("the content did not come with it"),
        "revoked": _("signed by a key that was revoked: it says nothing any more"),
        NOT_PROVED: _("nothing in the case proves that it was theirs to say: it does not count"),
        "not-shared": _("by somebody with whom the case is not shared: it says nothing until it is"),
    }
    return known.get(flag, _("this entry does not verify"))


def subject_words(guide: Guide, subject: str) -> str:
    """What a statement of the tables is about, in words (`docs/journal-format.md`, 'Projections')."""
    sort, _slash, name = subject.partition("/")
    steps = {view.id: view.step.title.local() for view in guide.steps}
    if sort == "fact":
        spec = guide.specs.get(name)
        known = {"level": _("the level"), "level.reason": _("why this level")}
        return known.get(name) or (spec.label.local() if spec else steps.get(name.removeprefix("done."), name))
    if sort in ("step", "snooze"):
        return steps.get(name, name)
    words = {
        "case": _("what the case is called"),
        "status": _("whether the case is closed"),
        "playbook": _("the playbook"),
        "person": _("somebody of the case"),
        "evidence": _("a piece of evidence"),
        "device": _("whose device a copy lies on"),
        "chain": _("the custody of a piece of evidence"),
        "original": _("who holds the original"),
        "shared": _("with whom the case is shared"),
    }
    return words.get(sort, subject)


class _Words:
    def __init__(
        self,
        guide: Guide,
        authors: Mapping[str, str] | None = None,
        readers: Mapping[str, str] | None = None,
        *,
        proved: bool = True,
    ) -> None:
        self._guide = guide
        self._proved = proved
        self._authors = authors or {}
        self._readers = readers or {}

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
        return sentences(words, short(reason)) if isinstance(reason, str) else words

    def facts_set(self, said: Mapping[str, Any]) -> str:
        return _("Recorded: {facts}").format(facts=self._facts(said["facts"]))

    def done(self, said: Mapping[str, Any]) -> str:
        words = _("Done: {step}").format(step=self._step(said["step"]))
        facts = self._facts(said["facts"])
        return sentences(words, facts, short(said["note"]))

    def set_aside(self, said: Mapping[str, Any]) -> str:
        return _because(_("Set aside: {step}").format(step=self._step(said["step"])), said["reason"])

    def hold_passed(self, said: Mapping[str, Any]) -> str:
        return _because(_("Went past the hold of: {step}").format(step=self._step(said["step"])), said["reason"])

    def shared(self, said: Mapping[str, Any]) -> str:
        words = _("Shared with {name}: {purpose}").format(
            name=said.get("name") or said["author"][:8], purpose=short(said["purpose"])
        )
        return f"{words} ({_('until {day}').format(day=_day(said['until']))})" if said["until"] else words

    def entrusted(self, said: Mapping[str, Any]) -> str:
        author = str(said["author"])
        gives = said["access"] == HAS
        names = (name for device, name in self._authors.items() if author_id(device) == author)
        if self._proved:
            words = _("{name} has the case from now on") if gives else _("{name} has the case no longer")
        else:
            words = _("{name} was to have the case") if gives else _("{name} was to have the case no longer")
        return words.format(name=next(names, author[:8]))

    def decided(self, said: Mapping[str, Any]) -> str:
        words = _("Decided which statement stands: {subject}").format(
            subject=subject_words(self._guide, said["subject"])
        )
        return sentences(words, short(said["reason"]))

    def receipt(self, said: Mapping[str, Any]) -> str:
        return _("Receipt by {name}: they have the case as it was at checkpoint {checkpoint}").format(
            name=said.get("name") or said["author"][:8], checkpoint=said["checkpoint"]
        )

    def taken_up(self, said: Mapping[str, Any]) -> str:
        return _("Taken up again: {step}").format(step=self._step(said["step"]))

    def snoozed(self, said: Mapping[str, Any]) -> str:
        words = _("Put off until {day}: {step}").format(day=_day(said["until"]), step=self._step(said["step"]))
        return _because(words, said["reason"])

    def snooze_ended(self, said: Mapping[str, Any]) -> str:
        return _("No longer put off: {step}").format(step=self._step(said["step"]))

    def level(self, said: Mapping[str, Any]) -> str:
        return _("Level {level} chosen: {reason}").format(level=said["level"], reason=short(said["reason"]))

    def note(self, said: Mapping[str, Any]) -> str:
        return _("Note: {text}").format(text=short(said["text"]))

    def note_corrected(self, said: Mapping[str, Any]) -> str:
        return _because(_("Note corrected: {text}").format(text=short(said["text"])), said["reason"])

    def person_added(self, said: Mapping[str, Any]) -> str:
        return _("Person added: {name}").format(name=said["name"])

    def person_changed(self, said: Mapping[str, Any]) -> str:
        return _("Person changed: {name}").format(name=said["name"])

    def evidence(self, said: Mapping[str, Any]) -> str:
        words = _("Evidence E{number} registered: {name} ({digest})").format(
            number=said["number"], name=said["name"] or said["platform"] or said["kind"], digest=said["digest"]
        )
        return sentences(words, _lies(said)) if said.get("device") else words

    def evidence_amended(self, said: Mapping[str, Any]) -> str:
        return _("Evidence E{number} amended").format(number=said["number"])

    def evidence_moved(self, said: Mapping[str, Any]) -> str:
        return short(move_line(read_move(said)))

    def evidence_located(self, said: Mapping[str, Any]) -> str:
        words = _lies(said)
        if said["held-by"]:
            held_by = held_by_of(said["held-by"])
            who = held_by_words(held_by) if held_by else said["held-by"]
            words = sentences(words, _("Who holds the original: {who}").format(who=who))
        return _because(words, said["reason"]) if said["reason"] else words

    def copy_withdrawn(self, said: Mapping[str, Any]) -> str:
        words = _("Withdrawn: {copy}, which was said to lie on {device}, is none").format(
            copy=copy_label(said["copy"]), device=copy_device_label(device_of(said["device"]))
        )
        return _because(words, said["reason"])

    def sealed(self, said: Mapping[str, Any]) -> str:
        return _("Sealed as {name}, for: {purpose}, {who} ({digest})").format(
            name=said["name"],
            purpose=purpose_words(said["purpose"]),
            who=opened_by(recipients_of(said), self._readers),
            digest=said["digest"],
        )

    def was_read(self, said: Mapping[str, Any]) -> str:
        if said.get("how") == "looked-up":
            return _("Something of the case was found by a checksum that was looked up")
        return _("Opened: {purpose}").format(purpose=short(said["purpose"])) if said["purpose"] else _("Opened")

    def printed(self, said: Mapping[str, Any]) -> str:
        what = printed_words(said["what"])
        return _("Written to a file that is not encrypted: {what}, as {name} ({digest})").format(
            what=what, name=said["name"], digest=said["digest"]
        )

    def requested(self, said: Mapping[str, Any]) -> str:
        return _("The police asked for material: {by}, {day}, reference {reference}. {about}").format(
            by=said["by"], day=_day(said["on"]["date"]), reference=said["reference"], about=short(said["about"])
        )

    def passed_on(self, said: Mapping[str, Any]) -> str:
        count = len(said["evidence"])
        return ngettext(
            "{count} piece of evidence passed on at the request of the police, sealed as {name}, {who} ({digest})",
            "{count} pieces of evidence passed on at the request of the police, sealed as {name}, {who} ({digest})",
            count,
        ).format(
            count=count,
            name=said["name"],
            who=opened_by(recipients_of(said), self._readers),
            digest=said["digest"],
        )

    def checked(self, said: Mapping[str, Any]) -> str:
        return _(
            "A folder held against the register: {matched} matched, {changed} changed, {missing} missing, {new} new"
        ).format(
            matched=len(said["matched"]), changed=len(said["changed"]), missing=len(said["missing"]), new=said["new"]
        )

    def looked_after(self, said: Mapping[str, Any]) -> str:
        _piece, copy, look = read_look(said)
        return look_line(copy_label(copy), look)

    def filed(self, said: Mapping[str, Any]) -> str:
        words = _("Plain copy written: {name} in {place}, for: {purpose} ({digest})").format(
            name=said["name"], place=said["place"], purpose=short(said["purpose"]), digest=said["digest"]
        )
        return sentences(words, self._filed_in(said))

    def _filed_in(self, said: Mapping[str, Any]) -> str:
        """The system and the number in it, as far as they were given."""
        if said["number"]:
            return self.file_numbered(said)
        return (
            _("Journal system: {system}, no number yet").format(system=short(said["system"])) if said["system"] else ""
        )

    def file_numbered(self, said: Mapping[str, Any]) -> str:
        return _("Number in the journal system {system}: {number}").format(
            system=short(said["system"]), number=short(said["number"])
        )

    def file_cleared(self, said: Mapping[str, Any]) -> str:
        if not said["deleted"]:
            return _("Plain copy was gone already ({digest})").format(digest=said["digest"])
        return _("Plain copy deleted, and seen that it is gone ({digest})").format(digest=said["digest"])

    def closed(self, said: Mapping[str, Any]) -> str:
        return _("Case closed: {reason}").format(reason=short(said["reason"]))

    def reopened(self, said: Mapping[str, Any]) -> str:
        return _("Case reopened: {reason}").format(reason=short(said["reason"]))

    def erased(self, said: Mapping[str, Any]) -> str:
        count = len(said["entries"])
        words = ngettext("{count} entry erased: {ground}", "{count} entries erased: {ground}", count)
        return words.format(count=count, ground=short(said["ground"]))

    def look_at(self, said: Mapping[str, Any]) -> str:
        if not said["look-at"]:
            return _("No day to look at the case any more: {reason}").format(reason=short(said["reason"]))
        return _("To be looked at on {day}: {reason}").format(day=said["look-at"], reason=short(said["reason"]))

    def held(self, said: Mapping[str, Any]) -> str:
        words = _("Held, nothing of it is erased: {reason}") if said["held"] else _("No longer held: {reason}")
        return words.format(reason=short(said["reason"]))

    def _step(self, id: str) -> str:
        view = self._guide.find(id)
        return view.step.title.local() if view else id

    def _facts(self, facts: Mapping[str, Any]) -> str:
        parts = []
        for fact, value in facts.items():
            if not fact.startswith(DONE_PREFIX):
                spec = self._guide.specs.get(fact)
                label = spec.label.local() if spec else fact
                parts.append(f"{label}{'' if label.endswith(ENDS) else ':'} {self._value(fact, value)}")
        return one_after_another(parts)

    def _value(self, fact: str, said: Any) -> str:
        value = read_fact(said)
        spec = self._guide.specs.get(fact)
        if value is None:
            return _("taken back")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, date):
            return day_in_digits(value)
        if isinstance(value, str) and spec and spec.type in (FactType.CHOICE, FactType.CHOICES):
            labels = [choice.label.local() if (choice := spec.choice(one)) else one for one in value.split(" ")]
            return ", ".join(labels)
        return short(str(value))


def value_words(guide: Guide, fact: str, value: Any) -> str:
    """A fact's value in words.

    Raises:
        EntryInvalid: it is no fact.
    """
    return _Words(guide)._value(fact, value)


def _day(text: str) -> str:
    """A day of a payload as people write it; as it stands where it is none."""
    try:
        return day_in_digits(date.fromisoformat(text))
    except ValueError:
        return short(text)


def _because(words: str, reason: str) -> str:
    return sentences(words, _("Reason: {reason}").format(reason=short(reason)))


def _lies(said: Mapping[str, Any]) -> str:
    return _("Whose device {copy} lies on: {device}").format(
        copy=copy_label(said["copy"]), device=copy_device_label(device_of(said["device"]))
    )


def short(text: str) -> str:
    """The beginning of a text, on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1]}…"


def printed_words(what: str) -> str:
    """What of a case was written to a plain file, in words."""
    known = {
        "meeting-plan": _("the meeting plan"),
        "evidence-list": _("a list of the evidence"),
        "access-log": _("who opened the case"),
    }
    return known.get(what, what)


def purpose_words(purpose: str) -> str:
    """For whom a bundle is made, in words."""
    known = {
        "full": _("the whole case"),
        "police": _("the police"),
        "colleague": _("a colleague"),
        "authority": _("an authority"),
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
    "evidence.moved": _Words.evidence_moved,
    "evidence.located": _Words.evidence_located,
    "evidence.copy-withdrawn": _Words.copy_withdrawn,
    "evidence.requested": _Words.requested,
    "evidence.passed-on": _Words.passed_on,
    "evidence.looked-after": _Words.looked_after,
    "evidence.checked": _Words.checked,
    "case.sealed": _Words.sealed,
    "retention.set": _Words.look_at,
    "retention.held": _Words.held,
    "case.printed": _Words.printed,
    "case.read": _Words.was_read,
    "case.filed": _Words.filed,
    "case.file-numbered": _Words.file_numbered,
    "case.file-cleared": _Words.file_cleared,
    "case.closed": _Words.closed,
    "case.reopened": _Words.reopened,
    "case.shared": _Words.shared,
    ENTRUSTED: _Words.entrusted,
    "conflict.decided": _Words.decided,
    "receipt.given": _Words.receipt,
    "entry.erased": _Words.erased,
}
