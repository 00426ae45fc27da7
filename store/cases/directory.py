"""The office's directory of help: the shipped entries, with what the office changed, added, checked and took away.

Requirements CM-14, CM-16, AC-4b and AC-7. What the office writes is in its journal; 112 stays first and as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Final

from guidance import directory
from guidance.directory import Entry
from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from guidance.model import Text
from store.cases.desk import Desk, reason_in_words
from store.cases.errors import TextMissing
from store.cases.values import read_contacts, read_fact, write_contacts, write_fact
from store.entry import SpaceKind
from store.model import Contact
from store.standing import Standing, standing

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """What an office writes of an entry; what is None stays as it is.

    Attributes:
        name, about: one line in the language of whoever writes; kept for both languages.
        emergency: shown on the emergency screen, below 112.
        checked: when somebody rang or looked; None where nobody has since the rest was changed.
    """

    name: str | None = None
    about: str | None = None
    phone: str | None = None
    site: str | None = None
    mail: str | None = None
    emergency: bool | None = None
    checked: date | None = None


class EntryUnknown(SeglError):
    """The directory has no such entry."""

    code: ClassVar[str] = "directory-entry-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, entry: str) -> None:
        super().__init__(entry)
        self.entry = entry

    def diagnostics(self) -> Diagnostics:
        """Name it."""
        return Diagnostics(
            happened=_("The directory has no entry {entry}.").format(entry=ascii(self.entry)[:80]),
            safe=_("Nothing was changed."),
            todo=_("'segl directory list' shows the entries."),
        )


class EntryThere(SeglError):
    """An entry of this name is there already, or the name can't be one."""

    code: ClassVar[str] = "directory-entry-there"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, entry: str) -> None:
        super().__init__(entry)
        self.entry = entry

    def diagnostics(self) -> Diagnostics:
        """Name it."""
        return Diagnostics(
            happened=_("{entry} can't be the name of a new entry: it is taken, or not of a-z, 0-9 and hyphens.").format(
                entry=ascii(self.entry)[:80]
            ),
            safe=_("Nothing was changed."),
            todo=_("Choose another name, or change the entry that is there."),
        )


class EmergencyStays(SeglError):
    """112 is to be changed or taken away."""

    code: ClassVar[str] = "emergency-stays"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = "CM-16"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("112 stays first in the directory, and as it is."),
            safe=_("Nothing was changed."),
            todo=_("Put other numbers in entries of their own."),
        )


class CheckedAhead(SeglError):
    """A date of checking that is still to come."""

    code: ClassVar[str] = "checked-ahead"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    rule = "CM-14"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The date of checking lies ahead."),
            safe=_("Nothing was changed."),
            todo=_("Ring the number or look at the site first, then write the day you did."),
        )


class DirectoryDesk(Desk):
    """Casework on the directory of help."""

    def directory(self) -> tuple[Entry, ...]:
        """The office's directory, 112 first.

        Raises:
            NotSetUp: set-up has not been done.
        """
        rows = standing(self._connection, self._office_space)
        said = {row.value["entry"]: row for row in rows if row.subject.startswith("directory/")}
        own = {id: entry_of(row.value, row.at.date()) for id, row in said.items() if not row.value["removed"]}
        for row in rows:
            if row.subject == "contacts":
                _with_contacts(own, said, row)
        return directory.with_own(own.values(), (id for id, row in said.items() if row.value["removed"]))

    def directory_entry(self, id: str) -> Entry:
        """One entry.

        Raises:
            EntryUnknown: there is none.
        """
        found = directory.find(id, self.directory())
        if found is None:
            raise EntryUnknown(id)
        return found

    def set_directory_entry(self, id: str, draft: EntryDraft) -> Entry:
        """Change an entry. Where a way to reach it changes, an earlier date of checking no longer holds.

        Raises:
            EntryUnknown: there is none.
            EmergencyStays: it is 112.
            TextMissing: the name would be blank, or nothing would be left to ring, open or write to.
            CheckedAhead: the date of checking lies ahead.
        """
        before = self.directory_entry(id)
        _not_emergency(id)
        after = _changed(before, draft)
        ways_changed = (before.phone, before.site, before.mail) != (after.phone, after.site, after.mail)
        checked = draft.checked or (None if ways_changed else before.checked)
        return self._say_entry(replace(after, checked=checked, printed="" if ways_changed else before.printed))

    def add_directory_entry(self, id: str, draft: EntryDraft) -> Entry:
        """Add an entry of the office's own. One that was removed can be put back so.

        Raises:
            EntryThere: the id is taken, or is none.
            TextMissing: no name, or nothing to ring, open or write to.
            CheckedAhead: the date of checking lies ahead.
        """
        if not _ID.fullmatch(id) or directory.find(id, self.directory()) is not None:
            raise EntryThere(id)
        blank = Entry(id=id, name=Text(da="", en=""), about=Text(da="", en=""))
        return self._say_entry(replace(_changed(blank, draft), checked=draft.checked))

    def check_directory_entry(self, id: str, on: date | None = None) -> Entry:
        """Write that somebody rang or looked, today or `on`, and that it is right as it stands.

        Raises:
            EntryUnknown: there is none.
            CheckedAhead: `on` lies ahead.
        """
        return self._say_entry(replace(self.directory_entry(id), checked=on or self._today()))

    def remove_directory_entry(self, id: str, reason: str) -> tuple[Entry, ...]:
        """Show an entry no longer; the reason stays in the journal of the office.

        Raises:
            EntryUnknown: there is none.
            EmergencyStays: it is 112.
            ReasonNeeded: the reason is blank.
        """
        entry = self.directory_entry(id)
        _not_emergency(entry.id)
        with self._writing():
            said = {"entry": entry.id, "reason": reason_in_words(reason)}
            self._append(SpaceKind.OFFICE, self._office_space, "office.directory-removed", said)
        return self.directory()

    def _say_entry(self, entry: Entry) -> Entry:
        if not entry.name.local().strip():
            raise TextMissing("name")
        if not entry.reachable:
            raise TextMissing("reach")
        if entry.checked and entry.checked > self._today():
            raise CheckedAhead
        with self._writing():
            self._append(SpaceKind.OFFICE, self._office_space, "office.directory-set", _said(entry))
            self._follow_contact(entry)
        return self.directory_entry(entry.id)

    def _follow_contact(self, entry: Entry) -> None:
        """The office's contacts, which stand in reports, say the same as the directory."""
        rows = standing(self._connection, self._office_space, "contacts")
        contacts = read_contacts(rows[-1].value) if rows else ()
        own = directory.find(entry.id)
        if entry.id not in {contact.id for contact in contacts} and not (own and own.own):
            return
        contact = Contact(id=entry.id, name=entry.name.local(), phone=entry.phone, mail=entry.mail)
        others = tuple(contact if one.id == entry.id else one for one in contacts)
        if contact not in others:
            others = (*others, contact)
        if others != contacts:
            said = {"contacts": write_contacts(others)}
            self._append(SpaceKind.OFFICE, self._office_space, "office.contacts", said)


def _not_emergency(id: str) -> None:
    if id == directory.directory()[0].id:
        raise EmergencyStays


def _changed(entry: Entry, draft: EntryDraft) -> Entry:
    def line(new: str | None, old: str) -> str:
        return old if new is None else " ".join(new.split())

    name, about = draft.name, draft.about
    return replace(
        entry,
        name=entry.name if name is None else Text(da=line(name, ""), en=line(name, "")),
        about=entry.about if about is None else Text(da=line(about, ""), en=line(about, "")),
        phone=line(draft.phone, entry.phone),
        site=line(draft.site, entry.site),
        mail=line(draft.mail, entry.mail),
        emergency=entry.emergency if draft.emergency is None else draft.emergency,
    )


def _with_contacts(own: dict[str, Entry], said: Mapping[str, Standing], row: Standing) -> None:
    """Lay the office's contacts over the entries of the same id that were not written later."""
    for contact in read_contacts(row.value):
        shipped = directory.find(contact.id)
        written = said.get(contact.id)
        entry = own.get(contact.id, shipped)
        if entry is None or (written is not None and written.value["removed"]):
            continue
        same = (contact.phone, contact.mail) == (entry.phone, entry.mail)
        if written is not None and (written.place > row.place or same):
            continue
        own[contact.id] = replace(
            entry,
            name=Text(da=contact.name, en=contact.name),
            about=entry.about if not entry.own else Text(da="", en=""),
            phone=contact.phone,
            mail=contact.mail,
            own=False,
            printed="",
            checked=None,
            put_in=row.at.date(),
        )


def _said(entry: Entry) -> dict[str, Any]:
    return {
        "entry": entry.id,
        "name": {"da": entry.name.da, "en": entry.name.en},
        "about": {"da": entry.about.da, "en": entry.about.en},
        "phone": entry.phone,
        "site": entry.site,
        "mail": entry.mail,
        "printed": entry.printed,
        "emergency": entry.emergency,
        "checked": write_fact(entry.checked) if entry.checked else None,
    }


def entry_of(said: Mapping[str, Any], written: date) -> Entry:
    """An entry as an office wrote it."""
    checked = read_fact(said.get("checked"))
    shipped = directory.find(said["entry"])
    as_shipped = shipped is not None and (shipped.phone, shipped.site, shipped.mail) == (
        said["phone"],
        said["site"],
        said["mail"],
    )
    return Entry(
        id=said["entry"],
        name=Text(da=str(said["name"].get("da", "")), en=str(said["name"].get("en", ""))),
        about=Text(da=str(said["about"].get("da", "")), en=str(said["about"].get("en", ""))),
        phone=said["phone"],
        site=said["site"],
        mail=said["mail"],
        emergency=said["emergency"],
        printed=said["printed"],
        checked=checked if isinstance(checked, date) else None,
        put_in=None if as_shipped else written,
        covers=shipped.covers if shipped else (),
    )
