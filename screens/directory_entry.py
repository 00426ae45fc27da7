"""Change an entry of the directory of help, or add one: how to reach it, and when somebody checked that it is right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from guidance.dates import parse_day
from guidance.directory import Entry
from guidance.language import _
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.widgets.text_line import TextLine
from screens.words import one_line, today
from screens.work import FormScreen, put_fields, take_fields
from store.cases.directory import EntryDraft

_LINES: Final = ("name", "about", "phone", "site", "mail")
_FIELDS: Final = (*_LINES, "checked", "emergency")
_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def id_of(name: str) -> str:
    """An id made of a name: `Krisecenter Ålborg` becomes `krisecenter-aalborg`."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40]


class DirectoryEntryScreen(FormScreen[Entry]):
    """One entry. Gives it as it is afterwards, or None."""

    CSS_PATH = "directory_entry.tcss"
    AUTO_FOCUS = "#name"

    def __init__(self, entry: Entry | None) -> None:
        super().__init__()
        self.entry = entry

    def heading(self) -> str:
        """Which one."""
        if self.entry is None:
            return _("Add to the directory of help")
        return _("Change {name}").format(name=one_line(self.entry.name.local(), 80))

    def body(self) -> ComposeResult:
        """A field for each thing."""
        entry = self.entry
        said = {"name": entry.name.local(), "about": entry.about.local()} if entry and not entry.own else {}
        said |= {"phone": entry.phone, "site": entry.site, "mail": entry.mail} if entry and not entry.own else {}
        if entry:
            yield Plain(f"{one_line(entry.name.local())}: {entry.mark()}", classes="quiet", id="mark")
        for id, words in (
            ("name", _("Name")),
            ("about", _("What they help with (may be left out)")),
            ("phone", _("Telephone")),
            ("site", _("Site")),
            ("mail", _("Mail")),
        ):
            yield Plain(words, classes="label")
            yield TextLine(said.get(id, ""), id=id, compact=True, select_on_focus=False)
        yield Plain(_("When did somebody ring or look? (blank: nobody has yet; 'today')"), classes="label")
        yield TextLine(id="checked", compact=True, select_on_focus=False)
        shown = Option(id="emergency", label=_("show it with the emergency help, below 112"))
        chosen = ("emergency",) if entry and entry.emergency else ()
        yield Choices([shown], several=True, chosen=chosen, id="emergency")
        yield Plain("", id="fault", classes="fault")
        with Horizontal(classes="buttons"):
            yield Button(_("Save"), id="save", variant="primary")

    def on_mount(self) -> None:
        """Nothing is wrong yet; offer what was begun before."""
        self.query_one("#fault").display = False
        self._first = take_fields(self, *_FIELDS)
        self.run_work(self.offer_draft())

    async def refresh_language(self) -> None:
        """Draw anew in the current language."""
        await super().refresh_language()
        self.query_one("#fault").display = False

    @property
    def draft_key(self) -> str:
        """One draft an entry, and one for a new one."""
        return f"entry/{self.entry.id}" if self.entry else "entry"

    def typed(self) -> dict[str, str]:
        """What stands in the fields, once something was changed."""
        fields = take_fields(self, *_FIELDS)
        return fields if fields != self._first else {}

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back."""
        put_fields(self, typed)

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Put it into the directory."""
        self.run_work(self._save(), group="save-entry")

    async def _save(self) -> None:
        from store.casework import Casework

        draft = self._draft()
        if draft is None:
            return
        if self.entry is not None:
            saved = await self.do(Casework.set_directory_entry, self.entry.id, draft)
        else:
            taken = {entry.id for entry in await self.do(Casework.directory)}
            saved = await self.do(Casework.add_directory_entry, _free(id_of(draft.name or ""), taken), draft)
        await self.drop_draft()
        self.said(_("Saved: {name}").format(name=one_line(saved.name.local(), 60)))
        self.dismiss(saved)

    def _draft(self) -> EntryDraft | None:
        fields = {id: text.strip() for id, text in take_fields(self, *_FIELDS).items()}
        checked: date | None = None
        words = field = ""
        if not fields.get("name"):
            words, field = _("Write a name."), "name"
        elif not any(fields.get(id) for id in ("phone", "site", "mail")):
            words, field = _("Write a telephone number, a site or a mail address."), "phone"
        elif fields.get("checked"):
            checked = parse_day(fields["checked"], today())
            if checked is None or checked > today():
                words, field = _("Write the day somebody rang or looked, such as 2026-11-21."), "checked"
        fault = self.query_one("#fault", Plain)
        fault.update(words)
        fault.display = bool(words)
        if words:
            self.query_one(f"#{field}").focus()
            return None
        lines = {id: fields.get(id, "") for id in _LINES if fields.get(id, "") != self._first.get(id, "").strip()}
        if self.entry is None or self.entry.own:
            lines = {id: fields.get(id, "") for id in _LINES}
        return EntryDraft(**lines, emergency=bool(fields.get("emergency")), checked=checked)


def _free(id: str, taken: set[str]) -> str:
    """The id, with a number behind it where it is taken."""
    number, found = 1, id or "entry"
    while found in taken:
        number += 1
        found = f"{id or 'entry'}-{number}"
    return found
