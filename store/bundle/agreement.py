"""Does `case.json` tell what the journal beside it says? Nothing more, nothing less, nothing else.

Each thing that the document tells is a claim on a subject of `store.kinds.statements`. The entries are looked at
one by one and nothing of them is kept, so that a hostile journal costs no more memory than the document. Where every
entry builds on the one before it, what was said last must be what the document tells; where feeds ran side by side, one
of the things that were said must be. What is made of entries by the guide (which step is due) or for people (words) is
the sender's telling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from guidance.model import DONE_PREFIX, LEVEL_FACT
from store.bundle.looking import Looking
from store.entry import EntryInvalid, Header, write_time
from store.journal import Read
from store.kinds import statements
from store.model import StoredEntry

_OPENED: Final = "case.opened"
_PERSON: Final = ("name", "roles", "age", "authority_over", "contact", "about")
_PIECE: Final = (
    *("number", "digest", "size", "source", "name", "raw_name", "kind", "platform", "accounts", "url", "claimed_at"),
    *("found_at", "shows", "holder", "holder_name", "held_where", "came_how", "seen_by"),
)
_MOVE: Final = (
    *("event", "copy", "by", "to", "where", "receipt", "digest", "on", "how", "device", "by_segl", "corrects"),
    "reason",
)
_TOLD: Final = ("note", "person", "evidence", "custody", "chain", "checked", "looked", "device", "fact")
"""The sorts of subjects of which nothing may be left out."""
_LOOK: Final = ("copy", "place", "system", "same", "unread", "whole")
_MAX_UNTOLD: Final = 1000

Document = Mapping[str, Any]


class _Claim:
    """What the document tells of one subject, and whether the journal says so."""

    __slots__ = ("ever", "last", "said", "value", "where")

    def __init__(self, where: str, value: object) -> None:
        self.where = where
        self.value = value
        # What is told as not so is not said at first.
        self.ever = self.last = value is None
        self.said = False


class Agreement:
    """Holds a document against the entries of its journal, in their order.

    Args:
        document: a parsed `case.json` that `opened_case.read_case` has accepted.
        looking: what may still be spent: 24 MiB of nothing but facts would take ten seconds to compare.
    """

    def __init__(self, document: Document, looking: Looking | None = None) -> None:
        self._looking = looking or Looking()
        # An earlier Segl told nothing of passing on in the custody, only in the history.
        passes = any("passes" in piece for piece in document["evidence"])
        self._whole = (*_TOLD, "passed-on") if passes else _TOLD
        self._claims: dict[str, _Claim] = {}
        self._fault = ""
        for subject, where, value in _claims(document):
            if subject in self._claims:
                self._fault = self._fault or f"{where}: told twice"
            self._claims[subject] = _Claim(where, value)
        self._history = {line["entry"]: line for line in document["history"]}
        self._names = _names(document)
        self._name_of: dict[str, str] = {}
        self._untold: set[str] = set()
        self._linear = True
        self._tip: str | None = None
        self._entries = 0
        self._opened = False
        self._doubled = len(self._history) != len(document["history"])

    def take(self, stored: StoredEntry, header: Header, payload: dict[str, Any] | None) -> None:
        """Look at the next entry, which was verified.

        Raises:
            TooMuch: the entries make more statements than may be.
        """
        if self._fault:
            return
        self._entries += 1
        self._linear = self._linear and header.parents == ((self._tip,) if self._tip else ())
        self._tip = stored.id
        self._opened = self._opened or header.kind == _OPENED
        at = write_time(header.claimed_at)
        line = self._history.get(stored.id)
        if line is None or (line["kind"], line["at"]) != (header.kind, at):
            self._say(f"history: not as it says of entry {self._entries}")
        self._check_name(stored.id, header.device)
        try:
            said = tuple(statements(Read(stored=stored, header=header, payload=payload)))
        except (EntryInvalid, KeyError, TypeError):
            self._say(f"entry {self._entries}: not the fields of its kind")
            return
        self._looking.statements(len(said))
        for subject, value in said:
            self._compare(subject, value, at)

    def _compare(self, subject: str, value: Any, at: str) -> None:
        try:
            told = _told(subject, value, at)
        except (KeyError, TypeError, ValueError, AttributeError):
            # Signed, and with fields of the right names: what is in them is still a stranger's.
            self._say(f"entry {self._entries}: not the fields of its kind")
            return
        claim = self._claims.get(subject)
        if claim is not None:
            claim.said = True
            claim.last = told == claim.value
            claim.ever = claim.ever or claim.last
        elif subject.partition("/")[0] in self._whole and not _mark(subject):
            # Taken back is as good as never said.
            if told is None:
                self._untold.discard(subject)
            elif len(self._untold) < _MAX_UNTOLD:
                self._untold.add(subject)

    def _check_name(self, entry: str, device: str) -> None:
        """One key is one person: no document gives what somebody wrote to two."""
        for name in self._names.get(entry, ()):
            if self._name_of.setdefault(device, name) != name:
                self._say(f"entry {self._entries}: its key is given to two people")

    def _say(self, fault: str) -> None:
        self._fault = self._fault or fault

    def contradiction(self, *, whole: bool) -> str:
        """The first thing that the two do not agree on, technical English, nothing of the content; empty if all is.

        Args:
            whole: whether no entry is missing and none without its payload. What is not there may have said what the
                document tells: then only what an entry that is there says of itself must agree, and that the journal is
                not complete is a verdict of its own.
        """
        if self._fault:
            return self._fault
        for subject, claim in self._claims.items():
            agrees = claim.last if self._linear else claim.ever
            if not agrees and (whole or (claim.said and subject.startswith("note/"))):
                return f"{claim.where}: not what the journal says"
        if not whole:
            return ""
        if not self._opened:
            return "journal: no entry opens the case"
        if self._doubled or len(self._history) != self._entries:
            return "history: not the entries of the journal"
        if self._linear and self._untold:
            return f"{min(self._untold).partition('/')[0]}: the journal says more than is told"
        return ""


def _claims(document: Document) -> Iterator[tuple[str, str, object]]:
    """(subject, where, value) of what the document tells, the value as `_told` makes it of a statement."""
    case = document["case"]
    yield "case", "case", (case["reference"], case["title"], case["kind"], case["opened_at"])
    yield "status", "case.closed_at", case["closed_at"]
    yield f"fact/{LEVEL_FACT}", "case.level", _fact(case["level"])
    for place, fact in enumerate(document["facts"]):
        yield f"fact/{fact['id']}", f"facts[{place}]", _fact(fact.get("value"))
    for place, person in enumerate(document["people"]):
        yield f"person/{person['id']}", f"people[{place}]", _fields(person, _PERSON)
    for place, piece in enumerate(document["evidence"]):
        yield f"evidence/{piece['id']}", f"evidence[{place}]", _fields(piece, _PIECE)
        for number, event in enumerate(piece.get("custody", ())):
            value = (piece["id"], event["at"], _fields(event, _MOVE))
            yield f"custody/{event['entry']}", f"evidence[{place}].custody[{number}]", value
        # Where two decided without knowing of one another, what each decided is told, as of devices.
        for copy, one in {one["copy"]: one for one in piece.get("decisions", ())}.items():
            value = (tuple(one["holds"]), tuple(one["aside"]), one["reason"])
            yield f"chain/{piece['id']}/{copy}", f"evidence[{place}].decisions", value
        for one in piece.get("looks", ()):
            found = tuple(sorted((seen["kind"], seen["count"]) for seen in one["found"]))
            value = (piece["id"], one["at"], found, *(one[name] for name in _LOOK))
            yield f"looked/{one['entry']}", f"evidence[{place}].looks", value
    yield from _checks(document)
    yield from _passes(document)
    yield from _devices(document)
    for place, note in enumerate(document["notes"]):
        for number, version in enumerate(note["versions"]):
            value = (version["text"], version["reason"], version["at"])
            yield f"note/{note['id']}/{version['entry']}", f"notes[{place}].versions[{number}]", value


def _checks(document: Document) -> Iterator[tuple[str, str, object]]:
    """One entry tells of many pieces: together they are its claim."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for piece in document["evidence"]:
        for check in piece.get("checks", ()):
            found.setdefault(check["entry"], []).append((piece["id"], check["found"], check["at"]))
    for entry, said in found.items():
        yield f"checked/{entry}", f"checks of {entry}", tuple(sorted(said))


def _passes(document: Document) -> Iterator[tuple[str, str, object]]:
    """As of checks; and what is told of a request, where anything is, each time the same."""
    found: dict[str, list[tuple[str, ...]]] = {}
    asked: dict[tuple[str, str, str], None] = {}
    for piece in document["evidence"]:
        for one in piece.get("passes", ()):
            found.setdefault(one["entry"], []).append(
                (piece["id"], one["at"], one["request"], one["name"], one["digest"])
            )
            if one["asked_by"] or one["their_reference"]:
                asked[one["request"], one["asked_by"], one["their_reference"]] = None
    for entry, said in found.items():
        yield f"passed-on/{entry}", f"passes of {entry}", tuple(sorted(said))
    for request, by, reference in asked:
        yield f"request/{request}", f"request {request}", (by, reference)


def _devices(document: Document) -> Iterator[tuple[str, str, object]]:
    """Where people disagree, what each says is told: one of them is a claim as good as another."""
    for place, piece in enumerate(document["evidence"]):
        copies = {one["copy"]: one for one in piece.get("devices", ())}
        for copy, one in copies.items():
            value = (one["device"], one.get("reason", "")) if one.get("withdrawn") else one["device"]
            yield f"device/{piece['id']}/{copy}", f"evidence[{place}].devices", value


def _told(subject: str, value: Any, at: str) -> object:
    """What a statement says, as `_claims` has it."""
    match subject.partition("/")[0]:
        case "case":
            return (value["reference"], value["title"], value["kind"], at)
        case "status":
            return at if value["closed"] else None
        case "fact":
            return _fact(value["date"] if isinstance(value, dict) else value)
        case "person":
            return _fields({name.replace("-", "_"): said for name, said in value.items()}, _PERSON)
        case "evidence":
            return _fields({name.replace("-", "_"): said for name, said in value.items()}, _PIECE)
        case "custody":
            said = {name.replace("-", "_"): one for name, one in value.items()}
            return (value["evidence"], at, _fields(said, _MOVE))
        case "chain":
            return (tuple(value["holds"]), tuple(value["set-aside"]), value["reason"])
        case "checked":
            states = ("matched", "changed", "missing")
            return tuple(sorted((piece, state, at) for state in states for piece in value[state])) or None
        case "passed-on":
            pieces = sorted(set(map(str, value["evidence"])))
            return tuple((one, at, value["request"], value["name"], value["digest"]) for one in pieces) or None
        case "request":
            return (value["by"], value["reference"])
        case "looked":
            return (value["evidence"], at, tuple(sorted(value["found"].items())), *(value[name] for name in _LOOK))
        case "device":
            return (value["withdrawn"], value["reason"]) if isinstance(value, dict) else value
        case "note":
            return (value["text"], value.get("reason", ""), at)
    return None


def _fact(value: object) -> object:
    """True is not 1."""
    return None if value is None else (type(value).__name__, value)


def _fields(values: Mapping[str, Any], names: tuple[str, ...]) -> object:
    return tuple(values.get(name) for name in names)


def _mark(subject: str) -> bool:
    """The mark of a step that is done; the document tells it of the step."""
    return subject.startswith(f"fact/{DONE_PREFIX}")


def _names(document: Document) -> Mapping[str, Iterable[str]]:
    """Entry -> the names that the document gives to who wrote it, each once."""
    found: dict[str, dict[str, None]] = {}
    said = [(line["entry"], line["author"]) for line in document["history"]]
    said += [(version["entry"], version["author"]) for note in document["notes"] for version in note["versions"]]
    said += [(piece["id"], piece["registered_by"]) for piece in document["evidence"]]
    said += [(event["entry"], event["author"]) for piece in document["evidence"] for event in piece.get("custody", ())]
    said += [(one["entry"], one["author"]) for piece in document["evidence"] for one in piece.get("devices", ())]
    said += [(check["entry"], check["author"]) for piece in document["evidence"] for check in piece.get("checks", ())]
    said += [(one["entry"], one["author"]) for piece in document["evidence"] for one in piece.get("passes", ())]
    said += [(one["entry"], one["author"]) for piece in document["evidence"] for one in piece.get("decisions", ())]
    said += [(one["entry"], one["author"]) for piece in document["evidence"] for one in piece.get("looks", ())]
    for entry, name in said:
        if name:
            found.setdefault(entry, {})[name] = None
    return found
