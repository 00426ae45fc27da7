"""Who opened a case and what of it went out, when and why: the access log, read from the journal of the case itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from guidance.language import _
from store.bundle.known_names import known_names, person_concerned
from store.bundle.withheld import withheld_mark
from store.bundle.withholding import words_pattern
from store.cases.history import printed_words, purpose_words
from store.cases.openings import READ, How
from store.cases.sealed_to import opened_by, recipients_of
from store.cases.steps import StepDesk
from store.entry import EntryInvalid
from store.journal import Read, entries_of_kinds, read
from store.model import CaseExport


class Act(StrEnum):
    """What was done with a case."""

    OPENED = "opened"
    LOOKED_UP = "looked-up"
    SEALED = "sealed"
    PASSED_ON = "passed-on"
    PRINTED = "printed"
    FILED = "filed"
    SHARED = "shared"
    NO_LONGER_SHARED = "no-longer-shared"
    SEARCHED = "searched"
    RECORDING = "recording-looked-at"
    DISCLOSED = "let-out"
    CONCERN_OPENED = "concern-opened"
    LOG_WRITTEN = "log-written"


_KINDS: Final = (READ, "case.sealed", "evidence.passed-on", "case.printed", "case.filed", "case.shared")


_SEALED: Final = frozenset({Act.SEALED, Act.PASSED_ON})


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One line of the log.

    Attributes:
        entry: that says so.
        at: by the clock of whoever wrote it.
        author: their name; empty where names are withheld, or no card is there.
        act: what was done.
        own: opened by somebody whose case it was, without a purpose of its own.
        purpose: why, or for whom; empty where nobody said.
        recipients: to which keys it was sealed; none where it was not, a passphrase opens it, or names are withheld.
        opened_by: who opens what was sealed, in words; empty where nothing was, or names are withheld.
    """

    entry: str
    at: datetime
    author: str
    act: Act
    own: bool
    purpose: str
    recipients: tuple[str, ...] = ()
    opened_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLog:
    """The log of one case, the oldest line first.

    Attributes:
        for_person: names are withheld: it may be given to the person concerned.
    """

    case: str
    reference: str
    title: str
    for_person: bool
    lines: tuple[Access, ...]


class AccessDesk(StepDesk):
    """Casework on the access log."""

    def access_log(self, case: str, *, for_person: bool = False) -> AccessLog:
        """Who opened a case, found it, sealed, printed, filed or shared it. Reading the log opens the case.

        Args:
            case: reference or id.
            for_person: dates and purposes only; names known in the case or in the office are taken out of the purposes.

        Raises:
            CaseUnknown, CaseAmbiguous, JournalDamaged, PurposeNeeded: as they say.
        """
        space = self._to_read(case)
        self._verified(space)
        self.record_openings()
        found = self._access_lines(space)
        if for_person:
            found = list(self._without_names(space, found))
        opened = self._opened_statement(space)
        return AccessLog(
            case=space,
            reference=self._reference(space),
            title="" if for_person else str(opened["title"]),
            for_person=for_person,
            lines=tuple(found),
        )

    def _access_lines(self, space: str) -> list[Access]:
        names, readers = self._authors(), self._reading()
        found = []
        for stored in entries_of_kinds(self._connection, space, _KINDS):
            try:
                entry = read(stored)
            except EntryInvalid:
                continue
            found += [_line(entry, names.get(entry.header.device, ""), said, readers) for said in _told(entry)]
        return sorted(found, key=lambda line: line.at)

    def _opened_statement(self, space: str) -> dict[str, Any]:
        from store.standing import standing

        opened: dict[str, Any] = standing(self._connection, space, "case")[0].value
        return opened

    def _without_names(self, space: str, lines: list[Access]) -> Iterator[Access]:
        export: CaseExport = self.export_case(space)  # type: ignore[attr-defined]
        words = {name.text for name in known_names(export, person_concerned(export))}
        for name in self._authors().values():
            words |= called(name)
        pattern = words_pattern(tuple(sorted(words)))
        mark = withheld_mark()
        for line in lines:
            purpose = pattern.sub(mark, line.purpose) if pattern is not None else line.purpose
            yield replace(line, author="", purpose=purpose, recipients=(), opened_by="")


def called(name: str) -> set[str]:
    """What somebody is called: their name, what comes first in it however short, and the rest but for particles."""
    first, *rest = name.split() or [""]
    return {name, first, *(part for part in rest if len(part) > 2)}


def _told(entry: Read) -> Iterator[dict[str, Any]]:
    if entry.payload is not None:
        yield entry.payload


def _line(entry: Read, author: str, said: dict[str, Any], readers: Mapping[str, str]) -> Access:
    act, purpose = _act(entry.header.kind, said)
    recipients = recipients_of(said) if act in _SEALED else ()
    return Access(
        entry=entry.id,
        at=entry.header.claimed_at,
        author=author,
        act=act,
        own=act is Act.OPENED and not purpose,
        purpose=purpose,
        recipients=recipients,
        opened_by=opened_by(recipients, readers) if act in _SEALED else "",
    )


def _act(kind: str, said: dict[str, Any]) -> tuple[Act, str]:
    text = {name: value for name, value in said.items() if isinstance(value, str)}
    match kind:
        case "case.read":
            act = Act.LOOKED_UP if text.get("how") == How.LOOKED_UP else Act.OPENED
            return act, text.get("purpose", "")
        case "case.sealed":
            return Act.SEALED, purpose_words(text.get("purpose", ""))
        case "evidence.passed-on":
            return Act.PASSED_ON, purpose_words("police")
        case "case.printed":
            return Act.PRINTED, printed_words(text.get("what", ""))
        case "case.filed":
            return Act.FILED, text.get("purpose", "")
    return (Act.SHARED if text.get("recipient") else Act.NO_LONGER_SHARED), text.get("purpose", "")


def act_words(act: Act) -> str:
    """What was done, in words."""
    return {
        Act.OPENED: _("opened"),
        Act.LOOKED_UP: _("found by a checksum"),
        Act.SEALED: _("sealed in a bundle"),
        Act.PASSED_ON: _("material passed on"),
        Act.PRINTED: _("written to a plain file"),
        Act.FILED: _("plain copy for the journal system"),
        Act.SHARED: _("shared with a colleague"),
        Act.NO_LONGER_SHARED: _("no longer shared"),
        Act.SEARCHED: _("searched in the list of cases"),
        Act.RECORDING: _("looked at a recording"),
        Act.DISCLOSED: _("let out what was shared in sessions"),
        Act.CONCERN_OPENED: _("opened a concern"),
        Act.LOG_WRITTEN: _("these look-ups written to a plain file"),
    }[act]


def purpose_said(line: Access) -> str:
    """Why, and who opens what was sealed, in words; work on the case where it was whoever has the case."""
    purpose = line.purpose or (_("work on the case, by who has it") if line.own else "")
    return ", ".join(part for part in (purpose, line.opened_by) if part)
