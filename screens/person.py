"""Somebody of a case: name, roles (one can be several things), minor or adult, parental authority, contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from guidance.language import _
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.widgets.text_line import TextLine
from screens.words import age, one_line, role
from screens.work import FormScreen, put_fields, take_fields
from store.model import Age, Person, PersonDraft, Role

_FIELDS = ("name", "roles", "age", "authority", "contact", "about")


class PersonScreen(FormScreen[PersonDraft]):
    """Add somebody, or change what is known. Without a case (while one is being opened) it gives the draft back."""

    CSS_PATH = "person.tcss"
    AUTO_FOCUS = "#name"

    def __init__(
        self, case_id: str | None, people: Sequence[PersonDraft], person: PersonDraft | None = None, draft: str = ""
    ) -> None:
        super().__init__()
        self.case_id = case_id
        self.people = [one for one in people if one is not person]
        self.person = person

    def heading(self) -> str:
        """Whom it is about."""
        if self.person is None:
            return _("Add somebody")
        return _("Change {name}").format(name=one_line(self.person.name, 80))

    def body(self) -> ComposeResult:
        """A field for each thing."""
        person = self.person
        yield Plain(_("Name (an initial will do)"), classes="label")
        yield TextLine(person.name if person else "", id="name", compact=True, select_on_focus=False)
        yield Plain("", id="name-fault", classes="fault")
        yield Plain(_("Roles (several may fit: press space on each)"), classes="label")
        options = [Option(id=one.value, label=role(one)) for one in Role]
        yield Choices(options, several=True, chosen=[one.value for one in person.roles] if person else (), id="roles")
        yield Plain("", id="roles-fault", classes="fault")
        yield Plain(_("Minor or adult?"), classes="label")
        ages = [Option(id=one.value, label=age(one)) for one in Age]
        yield Choices(ages, chosen=(person.age.value if person else Age.UNKNOWN.value,), id="age")
        if self.people:
            yield Plain(_("Has parental authority over (there may be several holders)"), classes="label")
            others = [Option(id=str(n), label=one_line(one.name, 80)) for n, one in enumerate(self.people)]
            over = person.authority_over if person else ()
            chosen = [str(n) for n, one in enumerate(self.people) if self._key(one) in over or one.name in over]
            yield Choices(others, several=True, chosen=chosen, id="authority")
        yield Plain(_("Contact: telephone, mail (may be left out)"), classes="label")
        yield TextLine(person.contact if person else "", id="contact", compact=True, select_on_focus=False)
        yield Plain(_("Anything else (may be left out)"), classes="label")
        yield PlainArea(person.about if person else "", id="about")
        with Horizontal(classes="buttons"):
            yield Button(_("Save"), id="save", variant="primary")

    @staticmethod
    def _key(one: PersonDraft) -> str:
        return one.id if isinstance(one, Person) else one.name

    def on_mount(self) -> None:
        """Nothing is wrong yet; offer what was begun before."""
        for fault in self.query(".fault"):
            fault.display = False
        self._first = take_fields(self, *_FIELDS)
        self.run_work(self.offer_draft())

    @property
    def draft_key(self) -> str:
        """One draft for somebody new, one for each that is changed; none inside a new case, which has its own."""
        if self.case_id is None:
            return ""
        return (
            f"person/{self.case_id}/{self.person.id}" if isinstance(self.person, Person) else f"person/{self.case_id}"
        )

    def typed(self) -> dict[str, str]:
        """What stands in the fields, once something was changed."""
        fields = take_fields(self, *_FIELDS)
        return fields if fields != self._first else {}

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back."""
        put_fields(self, typed)

    def _draft(self) -> PersonDraft | None:
        fields = take_fields(self, *_FIELDS)
        name = fields.get("name", "").strip()
        roles = tuple(Role(one) for one in fields.get("roles", "").split())
        self._say("name", "" if name else _("Write a name, or an initial."))
        self._say("roles", "" if roles else _("Choose at least one role."))
        if not name or not roles:
            self.query_one("#roles" if name else "#name").focus()
            return None
        over = tuple(self._key(self.people[int(n)]) for n in fields.get("authority", "").split())
        return PersonDraft(
            name=name,
            roles=roles,
            age=Age(fields.get("age", Age.UNKNOWN.value)),
            authority_over=over,
            contact=fields.get("contact", "").strip(),
            about=fields.get("about", "").strip(),
        )

    def _say(self, field: str, words: str) -> None:
        fault = self.query_one(f"#{field}-fault", Plain)
        fault.update(words)
        fault.display = bool(words)

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Put it into the case."""
        self.run_work(self._save(), group="save-person")

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    async def _save(self) -> None:
        from store.casework import Casework

        draft = self._draft()
        if draft is None:
            return
        if self.case_id is None:
            self.dismiss(draft)
            return
        saved: Person
        if isinstance(self.person, Person):
            saved = await self.do(Casework.change_person, self.case_id, self.person.id, draft)
        else:
            saved = await self.do(Casework.add_person, self.case_id, draft)
        await self.drop_draft()
        self.said(_("Saved: {name}").format(name=one_line(saved.name, 60)))
        self.dismiss(saved)
