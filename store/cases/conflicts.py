"""Where heads of a case disagree: what was said, by whom and when; a person decides, and the decision is an entry."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Final

from guidance.clearing import HeldBy
from guidance.custody_disputes import Side, disputes
from guidance.engine import Guide
from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.joining import one_after_another
from guidance.language import _
from store.bundle.custody_words import answer_label, copy_label, held_by_words, side_line
from store.bundle.labels import evidence_field_label, evidence_kind_label, holder_label, source_label
from store.cases.chains import set_aside
from store.cases.desk import reason_in_words
from store.cases.errors import CustodyRefused
from store.cases.evidence import EvidenceDesk
from store.cases.history import short, subject_words, value_words
from store.cases.lying import answer_of
from store.cases.steps import StepDesk
from store.entry import EntryInvalid
from store.kinds import CHAIN
from store.model import CustodyEvent, Evidence, EvidenceDraft
from store.standing import Standing, standing_on

_DECIDED: Final = (
    "case",
    "status",
    "playbook",
    "fact",
    "step",
    "snooze",
    "person",
    "evidence",
    "device",
    "original",
    "shared",
)
"""The sorts of subjects on which two statements exclude one another; of the others all that stands counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One of the statements that stand on a subject.

    Attributes:
        entry: that says it, the newest where several say the same.
        author: who signed it, by a card that counts.
        words: what it says, in the current language.
    """

    entry: str
    author: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A subject on which people who did not know of one another said different things.

    Attributes:
        subject: as the tables have it, e.g. `fact/level`.
        words: what it is about, in the current language.
        statements: at least two, the first one said first.
    """

    subject: str
    words: str
    statements: tuple[Said, ...]


class NoConflict(SeglError):
    """There is no disagreement on this subject, or the entry is none of those that disagree."""

    code: ClassVar[str] = "no-conflict"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("There is no such disagreement in the case."),
            safe=_("Nothing was changed."),
            todo=_("'segl case conflicts CASE' lists those there are."),
        )


class ConflictDesk(EvidenceDesk, StepDesk):
    """Casework on disagreements."""

    def conflicts(self, case: str) -> tuple[Conflict, ...]:
        """The disagreements of a case, in the order in which they came about.

        Raises:
            CaseUnknown, CaseAmbiguous, JournalDamaged: as they say.
        """
        space = self._to_read(case)
        self._verified(space)
        disputed = self._disputed(space)
        chains = self._disputed_chains(space)
        if not disputed:
            return tuple(chain.conflict() for chain in chains)
        guide, names = self._guide(space), self._authors()
        pieces = self._numbers(space, [piece for subject in disputed if (piece := _of_piece(subject))])
        found = tuple(
            Conflict(
                subject=subject,
                words=_subject(guide, subject, pieces),
                statements=tuple(
                    Said(
                        entry=row.entry,
                        author=names.get(row.device, ""),
                        at=row.at,
                        words=_value_words(guide, subject, row.value, tuple(other.value for other in rows)),
                    )
                    for row in rows
                ),
            )
            for subject, rows in disputed.items()
        )
        return (*found, *(chain.conflict() for chain in chains))

    def decide(self, case: str, subject: str, entry: str, reason: str) -> Guide:
        """Let one of the statements stand; an entry says who decided and why.

        Args:
            case: reference or id.
            subject: of the disagreement.
            entry: the statement that is to stand, or the beginning of its id.
            reason: why, in words.

        Raises:
            NoConflict: nothing disagrees there, or the entry is not one of them.
            ReasonNeeded: the reason is blank.
            CaseClosed: the case is closed, and all heads say so.
            CustodyRefused: of a chain of custody, these events can't hold.
        """
        space = self._case_to_decide(case)
        self._verified(space)
        if subject.startswith(CHAIN):
            self._write(space, "conflict.decided", self._chain_decided(space, subject, entry, reason))
            return self._guide(space)
        found = [row.entry for row in self._disputed(space).get(subject, ()) if entry and row.entry.startswith(entry)]
        if len(found) != 1:
            raise NoConflict
        self._write(
            space,
            "conflict.decided",
            {"subject": subject, "chosen": found[0], "reason": reason_in_words(reason)},
        )
        return self._guide(space)

    def _chain_decided(self, space: str, subject: str, entry: str, reason: str) -> dict[str, Any]:
        """What an entry says that lets one side of a chain hold: all of it by name, whatever comes in later."""
        chain = next((one for one in self._disputed_chains(space) if one.subject == subject), None)
        sides = [one for one in chain.sides if entry and one.entry.startswith(entry)] if chain else []
        if len(sides) != 1:
            raise NoConflict
        [side] = sides
        if side.fault is not None:
            raise CustodyRefused(side.fault)
        return {
            "subject": subject,
            "chosen": side.entry,
            "holds": list(side.events),
            "set-aside": list(side.aside),
            "reason": reason_in_words(reason),
        }

    def _disputed_chains(self, space: str) -> list[_DisputedChain]:
        """The copies whose custody people recorded so that it can't all be true, by piece and copy."""
        found = []
        for piece in self._pieces(space, self._moved_by_several(space)):
            if any(event.disputed for event in piece.custody):
                moves = [(event.entry, event.move) for event in piece.custody]
                found += [
                    _DisputedChain(piece, one.copy, one.sides) for one in disputes(moves, set_aside(piece.decisions))
                ]
        return found

    def _moved_by_several(self, space: str) -> list[str]:
        """The pieces whose custody more than one feed tells: what one has written, nothing in it contradicts."""
        feeds = self._feeds(space)
        if _one_after_the_other(feeds):
            return []
        forked = any(count != last for _device, count, last in feeds)
        rows = self._connection.execute(
            "SELECT CASE WHEN json_valid(value) THEN json_extract(value, '$.evidence') END AS piece "  # noqa: S608
            "FROM standing WHERE space = ? AND subject >= 'custody/' AND subject < 'custody0' GROUP BY piece "
            f"HAVING count({'*' if forked else 'DISTINCT device'}) > 1",
            (space,),
        ).fetchall()
        return [str(piece) for (piece,) in rows]

    def _numbers(self, space: str, pieces: Sequence[str]) -> Mapping[str, int]:
        rows = standing_on(self._connection, space, [f"evidence/{piece}" for piece in pieces])
        return {row.subject.removeprefix("evidence/"): row.value["number"] for row in rows}

    def _disputed(self, space: str) -> Mapping[str, tuple[Standing, ...]]:
        found: dict[str, list[Standing]] = {}
        for subject in self._said_twice(space):
            if subject.partition("/")[0] in _DECIDED:
                found[subject] = list(standing_on(self._connection, space, [subject]))
        disputed = {}
        for subject, rows in found.items():
            distinct = {json.dumps(row.value, sort_keys=True): row for row in rows}
            if len(distinct) > 1:
                disputed[subject] = tuple(distinct.values())
        return disputed

    def _disagreements(self, space: str) -> int:
        """On how many things different statements stand."""
        return len(self._disputed(space)) + len(self._disputed_chains(space))

    def _said_twice(self, space: str) -> tuple[str, ...]:
        """The subjects on which more than one statement stands, in the order in which the first was made."""
        if _one_after_the_other(self._feeds(space)):
            return ()
        found = self._connection.execute(
            "SELECT subject FROM standing WHERE space = ? GROUP BY subject HAVING count(*) > 1 "
            "ORDER BY min(place), subject",
            (space,),
        ).fetchall()
        return tuple(str(subject) for (subject,) in found)

    def _feeds(self, space: str) -> list[tuple[str, int, int]]:
        """(device, entries, last sequence) of each feed."""
        return self._connection.execute(
            "SELECT device, count(*), max(sequence) FROM entry WHERE space = ? GROUP BY device", (space,)
        ).fetchall()


def _one_after_the_other(feeds: Sequence[tuple[str, int, int]]) -> bool:
    """One feed without a fork: each entry knows all before it, and nothing stands beside anything."""
    return len(feeds) == 1 and feeds[0][1] == feeds[0][2]


@dataclass(frozen=True, slots=True)
class _DisputedChain:
    """A copy of a piece, and what is recorded of it that can't all be true."""

    piece: Evidence
    copy: int
    sides: tuple[Side, ...]

    @property
    def subject(self) -> str:
        return f"{CHAIN}{self.piece.id}/{self.copy}"

    def conflict(self) -> Conflict:
        return Conflict(
            subject=self.subject,
            words=_("E{number}, {copy}: custody").format(number=self.piece.number, copy=copy_label(self.copy)),
            statements=tuple(self._said()),
        )

    def _said(self) -> Iterator[Said]:
        events: dict[str, CustodyEvent] = {event.entry: event for event in self.piece.custody}
        for side in self.sides:
            named = events[side.entry]
            words = side_line([events[entry] for entry in side.events], side.fault)
            yield Said(entry=side.entry, author=named.author, at=named.at, words=words)


def _of_piece(subject: str) -> str:
    """The piece whose copies, or whose original, people disagree about; empty where it is about something else."""
    sort, _slash, name = subject.partition("/")
    return name.partition("/")[0] if sort in ("device", "original") else ""


def _subject(guide: Guide, subject: str, pieces: Mapping[str, int]) -> str:
    words = subject_words(guide, subject)
    number = pieces.get(_of_piece(subject))
    if number is None:
        return words
    copy = subject.rpartition("/")[2]
    if subject.startswith("device/") and copy.isdigit():
        return f"E{number}, {copy_label(int(copy))}: {words}"
    return f"E{number}: {words}"


def _value_words(guide: Guide, subject: str, value: Any, all_said: Sequence[Any]) -> str:
    sort, _slash, name = subject.partition("/")
    if sort == "fact":
        return value_words(guide, name, value)
    if value is None:
        return _("taken back")
    try:
        if sort == "evidence":
            return _piece(value, all_said)
        return _SAYS[sort](value)
    except (KeyError, TypeError, ValueError, EntryInvalid):
        return short(json.dumps(value, ensure_ascii=False))


def _step(value: Mapping[str, Any]) -> str:
    state = {
        "done": _("done"),
        "set-aside": _("set aside"),
        "hold-passed": _("gone past the hold"),
        "open": _("taken up again"),
    }[value["state"]]
    why = value.get("reason") or value.get("note") or ""
    return f"{state}: {short(why)}" if why else state


def _person(value: Mapping[str, Any]) -> str:
    return _list(value["name"], *value["roles"], value["contact"], value["about"])


def _piece(value: Mapping[str, Any], all_said: Sequence[Mapping[str, Any]]) -> str:
    """Which piece, and of its facts those that not all say alike, each by name."""
    differ = [field for field in _FACTS if any(one[field] != value[field] for one in all_said)]
    facts = [
        f"{evidence_field_label(field.replace('-', '_'))}: {_fact_of_piece(field, value[field])}" for field in differ
    ]
    return one_after_another([f"E{value['number']} {short(value['name'])}".strip(), *facts])


def _fact_of_piece(field: str, value: Any) -> str:
    if value in ("", None, []):
        return _("not filled in")
    if isinstance(value, list):
        return short(", ".join(value))
    return str(value) if field == "digest" else short(_LABELS.get(field, str)(value))


def _copy(value: Any) -> str:
    answer = answer_of(value)
    words = answer_label(answer.device, withdrawn=answer.withdrawn)
    return f"{words}: {short(value['reason'])}" if answer.withdrawn else words


def _list(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


_FACTS: Final = tuple(
    one.name.replace("_", "-") for one in fields(EvidenceDraft) if one.name not in {"raw_name", "device", "lies_at"}
)
_LABELS: Final[Mapping[str, Callable[[Any], str]]] = {
    "kind": evidence_kind_label,
    "source": source_label,
    "holder": holder_label,
}
_SAYS: Final[Mapping[str, Callable[[Any], str]]] = {
    "case": lambda value: f"{value['reference']} {value['title']}",
    "status": lambda value: f"{_('closed') if value['closed'] else _('open')}: {short(value['reason'])}",
    "playbook": lambda value: _("version {version}").format(version=value["version"]),
    "step": _step,
    "snooze": lambda value: _("put off until {day}: {reason}").format(
        day=value["until"], reason=short(value["reason"])
    ),
    "person": _person,
    "device": lambda value: _copy(value),
    "original": lambda value: held_by_words(HeldBy(value)),
    "shared": lambda value: f"{value.get('name') or value['author'][:8]}: {short(value['purpose'])}",
}
