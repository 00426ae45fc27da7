"""Reading what is handed over as TOML, strictly: no unknown key, every complaint with its place, no value repeated."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Literal, NoReturn, TypeVar, cast, get_args

from guidance.language import _
from guidance.model import FactValue
from store.cases.checking import RequestDraft
from store.cases.directory import EntryDraft
from store.model import (
    Age,
    CaseKind,
    Contact,
    EvidenceDraft,
    EvidenceKind,
    Holder,
    Intake,
    OfficeSetUp,
    PersonDraft,
    Role,
)
from tui.cli.failures import DocumentFault
from tui.cli.plain import one_line

MAX_LINE: Final = 1_000
MAX_WORDS: Final = 200_000
MAX_LIST: Final = 200
_KEY_SHOWN: Final = 40

E = TypeVar("E", bound=StrEnum)


class Table:
    """One table of a document, emptied key by key; `finish` refuses what is left.

    Attributes:
        document: what the whole is called: `intake`, `person`, `facts`, `answers`.
        place: where this table is in it; empty for the top.
    """

    def __init__(self, values: dict[str, Any], document: str, place: str = "") -> None:
        self._left = dict(values)
        self.document = document
        self.place = place

    def has(self, key: str) -> bool:
        """Whether it is there and has not been read yet."""
        return key in self._left

    @classmethod
    def parse(cls, raw: bytes, document: str) -> Table:
        """Parse TOML.

        Raises:
            DocumentFault: not UTF-8 or not TOML; with the line, without what stands there.
        """
        try:
            return cls(tomllib.loads(raw.decode("utf-8-sig")), document)
        except UnicodeDecodeError:
            raise DocumentFault(document, "", _("it is not UTF-8 text")) from None
        except tomllib.TOMLDecodeError as error:
            line = str(error).rpartition("(at ")[2].rstrip(")") or "?"
            raise DocumentFault(document, "", _("it is not valid TOML ({place})").format(place=line)) from None
        except RecursionError:
            raise DocumentFault(document, "", _("it is not valid TOML ({place})").format(place="depth")) from None

    def refuse(self, key: str, problem: str) -> NoReturn:
        """Complain of a key of this table."""
        raise DocumentFault(self.document, f"{self.place}.{key}" if self.place else key, problem)

    def finish(self) -> None:
        """Refuse keys that nobody has read."""
        for key in self._left:
            self.refuse(one_line(key)[:_KEY_SHOWN], _("unknown key"))

    def words(self, key: str, *, needed: bool = False, longest: int = MAX_WORDS) -> str:
        """Text of several lines; empty where it is not there."""
        value = self._left.pop(key, None)
        if value is None:
            if needed:
                self.refuse(key, _("is missing"))
            return ""
        return self._checked(key, value, longest, several=True, needed=needed)

    def line(self, key: str, *, needed: bool = False) -> str:
        """Text of one line; empty where it is not there."""
        value = self._left.pop(key, None)
        if value is None:
            if needed:
                self.refuse(key, _("is missing"))
            return ""
        return self._checked(key, value, MAX_LINE, several=False, needed=needed)

    def lines(self, key: str) -> tuple[str, ...]:
        """A list of one-line texts."""
        return tuple(
            self._checked(f"{key}[{index}]", value, MAX_LINE, several=False, needed=True)
            for index, value in enumerate(self._list(key))
        )

    def line_or_none(self, key: str) -> str | None:
        """Text of one line; None where it is not there."""
        return self.line(key) if key in self._left else None

    def yes_or_no(self, key: str) -> bool | None:
        """True or false; None where it is not there."""
        value = self._left.pop(key, None)
        if value is not None and not isinstance(value, bool):
            self.refuse(key, _("has to be true or false"))
        return value

    def number(self, key: str, *, most: int) -> int:
        """A whole number from 0 to `most`; it has to be there."""
        value = self._left.pop(key, None)
        if value is None:
            self.refuse(key, _("is missing"))
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            self.refuse(key, _("has to be a whole number from 0 to {most}").format(most=most))
        return value

    def whole_number(self, key: str) -> int | None:
        """A whole number; None where it is not there."""
        value = self._left.pop(key, None)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            self.refuse(key, _("has to be a whole number"))
        return value

    def day(self, key: str) -> date | None:
        """A day; None where it is not there."""
        value = self._left.pop(key, None)
        if value is not None and (isinstance(value, datetime) or not isinstance(value, date)):
            self.refuse(key, _("has to be a day such as 2026-01-31"))
        return value

    def one_of(self, key: str, kind: type[E], default: E | None = None, *, among: Iterable[E] | None = None) -> E:
        """One of an enumeration's values, or of those of them that may be given."""
        members = tuple(kind if among is None else among)
        value = self._left.pop(key, None)
        if value is None:
            if default is None:
                self._lacks(key, members)
            return default
        return self._member(key, value, members)

    def several_of(self, key: str, kind: type[E]) -> tuple[E, ...]:
        """A list of an enumeration's values, at least one."""
        all_ = tuple(kind)
        members = tuple(self._member(f"{key}[{index}]", value, all_) for index, value in enumerate(self._list(key)))
        if not members:
            self._lacks(key, all_)
        return members

    def literal(self, key: str, choices: tuple[str, ...], default: str) -> str:
        """One of some words."""
        value = self._left.pop(key, None)
        if value is None:
            if default not in choices:
                self._lacks(key, choices)
            return default
        if value not in choices:
            self._other(key, choices)
        return cast("str", value)

    def tables(self, key: str) -> tuple[Table, ...]:
        """An array of tables."""
        return tuple(self._table(f"{key}[{index}]", value) for index, value in enumerate(self._list(key)))

    def table(self, key: str) -> Table | None:
        """A table; None where it is not there."""
        value = self._left.pop(key, None)
        return None if value is None else self._table(key, value)

    def named_tables(self) -> dict[str, Table]:
        """Everything that is left, each a table of its own."""
        named = {key: self._table(one_line(key)[:_KEY_SHOWN], value) for key, value in self._left.items()}
        self._left.clear()
        return named

    def facts(self) -> dict[str, FactValue]:
        """Everything that is left as facts: yes or no, a number, text, a date, or a list of ids."""
        found: dict[str, FactValue] = {}
        self._facts(self._left, "", found)
        self._left.clear()
        return found

    def _facts(self, values: dict[str, Any], above: str, found: dict[str, FactValue]) -> None:
        for key, value in values.items():
            name = f"{above}.{key}" if above else key
            if isinstance(value, dict):
                self._facts(value, name, found)
            elif isinstance(value, list) and all(isinstance(one, str) for one in value):
                found[name] = ", ".join(value)
            elif isinstance(value, str):
                found[name] = self._checked(name, value, MAX_WORDS, several=True, needed=False)
            elif isinstance(value, datetime) or not isinstance(value, bool | int | date):
                self.refuse(one_line(name)[:_KEY_SHOWN], _("has to be yes or no, a whole number, a date or text"))
            else:
                found[name] = value

    def _list(self, key: str) -> list[Any]:
        value = self._left.pop(key, [])
        if not isinstance(value, list):
            self.refuse(key, _("has to be a list"))
        if len(value) > MAX_LIST:
            self.refuse(key, _("has more than {count} entries").format(count=MAX_LIST))
        return value

    def _table(self, key: str, value: object) -> Table:
        if not isinstance(value, dict):
            self.refuse(key, _("has to be a table"))
        return Table(value, self.document, f"{self.place}.{key}" if self.place else key)

    def _member(self, key: str, value: object, members: Sequence[E]) -> E:
        found = next((member for member in members if member.value == value), None)
        return found if found is not None else self._other(key, members)

    def _lacks(self, key: str, choices: Sequence[str]) -> NoReturn:
        self.refuse(key, _("is missing; it is one of: {choices}").format(choices=_listed(choices)))

    def _other(self, key: str, choices: Sequence[str]) -> NoReturn:
        self.refuse(key, _("has to be one of: {choices}").format(choices=_listed(choices)))

    def _checked(self, key: str, value: object, longest: int, *, several: bool, needed: bool) -> str:
        if not isinstance(value, str):
            self.refuse(key, _("has to be text"))
        if needed and not value.strip():
            self.refuse(key, _("is empty"))
        if len(value) > longest:
            self.refuse(key, _("is longer than {count} characters").format(count=longest))
        if not several and "\n" in value:
            self.refuse(key, _("has to be one line"))
        return value.strip()


def _listed(choices: Iterable[str]) -> str:
    """The words that may be given; that a key may be left blank is not among them."""
    return ", ".join(filter(None, choices))


def whole(raw: bytes, document: str, read: Callable[[Table], Any]) -> Any:
    """Read a document and refuse what is left of it."""
    table = Table.parse(raw, document)
    value = read(table)
    table.finish()
    return value


def read_intake(raw: bytes) -> Intake:
    """An intake (`docs/examples/intake-*.toml`).

    Raises:
        DocumentFault: it is not as it has to be.
    """
    return cast("Intake", whole(raw, "intake", _intake))


def _intake(table: Table) -> Intake:
    people = []
    for one in table.tables("people"):
        people.append(_person(one))
        one.finish()
    facts = table.table("facts")
    return Intake(
        title=table.line("title", needed=True),
        kind=cast("CaseKind", table.literal("kind", get_args(CaseKind), "school")),
        happened=table.words("happened"),
        people=tuple(people),
        facts=facts.facts() if facts else {},
        stand_in=table.line("stand_in"),
        no_stand_in_reason=table.words("no_stand_in_reason"),
    )


def read_person(raw: bytes, onto: PersonDraft | None = None) -> PersonDraft:
    """Somebody who belongs to a case (`docs/examples/person.toml`).

    Args:
        raw: the document.
        onto: what is known of them already, over which it is laid: what is not there stays as it is.

    Raises:
        DocumentFault: it is not as it has to be.
    """
    return cast("PersonDraft", whole(raw, "person", _person if onto is None else lambda table: _changed(table, onto)))


def _person(table: Table) -> PersonDraft:
    return PersonDraft(
        name=table.line("name", needed=True),
        roles=table.several_of("roles", Role),
        age=table.one_of("age", Age, Age.UNKNOWN),
        authority_over=table.lines("authority_over"),
        contact=table.line("contact"),
        about=table.words("about"),
    )


def _changed(table: Table, known: PersonDraft) -> PersonDraft:
    return PersonDraft(
        name=table.line("name", needed=True) if table.has("name") else known.name,
        roles=table.several_of("roles", Role) if table.has("roles") else known.roles,
        age=table.one_of("age", Age, known.age),
        authority_over=table.lines("authority_over") if table.has("authority_over") else known.authority_over,
        contact=table.line("contact") if table.has("contact") else known.contact,
        about=table.words("about") if table.has("about") else known.about,
    )


def read_facts(raw: bytes) -> dict[str, FactValue]:
    """The values of a step's facts (`docs/examples/police-decision.toml`).

    Raises:
        DocumentFault: it is not as it has to be.
    """
    return cast("dict[str, FactValue]", whole(raw, "facts", Table.facts))


def read_evidence_facts(raw: bytes, onto: EvidenceDraft) -> EvidenceDraft:
    """What is known of a piece of evidence (`docs/examples/evidence.toml`), laid over what its file said.

    Raises:
        DocumentFault: it is not as it has to be.
    """
    return cast("EvidenceDraft", whole(raw, "facts", lambda table: _evidence(table, onto)))


_EVIDENCE_LINES: Final = ("platform", "url", "claimed_at", "found_at", "holder_name", "held_where")


def _evidence(table: Table, onto: EvidenceDraft) -> EvidenceDraft:
    lines: dict[str, Any] = {key: table.line(key) or getattr(onto, key) for key in _EVIDENCE_LINES}
    return replace(
        onto,
        **lines,
        kind=table.one_of("kind", EvidenceKind, onto.kind),
        accounts=table.lines("accounts") or onto.accounts,
        shows=table.words("shows") or onto.shows,
        holder=table.one_of("holder", Holder, onto.holder),
        came_how=table.words("came_how") or onto.came_how,
        seen_by=table.lines("seen_by") or onto.seen_by,
    )


def read_entry(raw: bytes) -> EntryDraft:
    """An entry of the directory of help (`docs/examples/entry.toml`); what is not there stays as it is.

    Raises:
        DocumentFault: it is not as it has to be.
    """
    return cast("EntryDraft", whole(raw, "entry", _entry))


def _entry(table: Table) -> EntryDraft:
    return EntryDraft(
        name=table.line_or_none("name"),
        about=table.line_or_none("about"),
        phone=table.line_or_none("phone"),
        site=table.line_or_none("site"),
        mail=table.line_or_none("mail"),
        emergency=table.yes_or_no("emergency"),
        checked=table.day("checked"),
    )


def read_answers(raw: bytes, *, joined: str = "") -> OfficeSetUp:
    """What setting up asks for (`docs/examples/answers.toml`).

    Args:
        raw: the document.
        joined: the name of the office that is joined; then neither it nor contacts are asked for.

    Raises:
        DocumentFault: it is not as it has to be.
    """
    return cast("OfficeSetUp", whole(raw, "answers", (lambda table: _joining(table, joined)) if joined else _answers))


def _joining(table: Table, office: str) -> OfficeSetUp:
    return OfficeSetUp(
        office=office,
        author=table.line("author", needed=True),
        language=cast("Literal['da', 'en']", table.literal("language", ("da", "en"), "da")),
    )


def _answers(table: Table) -> OfficeSetUp:
    contacts = []
    named = table.table("contacts")
    for key, one in (named.named_tables() if named else {}).items():
        contacts.append(
            Contact(id=key, name=one.line("name", needed=True), phone=one.line("phone"), mail=one.line("mail"))
        )
        one.finish()
    return OfficeSetUp(
        office=table.line("office", needed=True),
        author=table.line("author", needed=True),
        language=cast("Literal['da', 'en']", table.literal("language", ("da", "en"), "da")),
        contacts=tuple(contacts),
    )


def read_request(raw: bytes) -> RequestDraft:
    """What the police asked for (`docs/examples/request.toml`).

    Raises:
        DocumentFault: it is not as it has to be.
    """
    return cast("RequestDraft", whole(raw, "request", _request))


def _request(table: Table) -> RequestDraft:
    return RequestDraft(
        by=table.line("by", needed=True),
        on=table.day("on") or table.refuse("on", _("is missing")),
        reference=table.line("reference", needed=True),
        about=table.words("about"),
    )
