"""A box that asks what a member is to be; where a card is certified, whether it was compared first."""

from __future__ import annotations

from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from guidance.language import N_, _
from screens.base import SeglModal
from screens.set_up_words import card_content
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.words import one_line
from store.authors import Author
from store.cards import Card
from store.roles import Role

NOT_COMPARED: Final = "no"
_ROLES: Final = {
    "counsellor": (Role.COUNSELLOR, False, N_("Counsellor: works on their own cases")),
    "leader": (Role.LEADER, False, N_("Leader: sees counts, levels and what is overdue, and no notes")),
    "administrator": (Role.ADMINISTRATOR, False, N_("Administrator: members, plan and directory")),
    "both": (Role.ADMINISTRATOR, True, N_("Administrator who also leads")),
}

Given = tuple[Role, bool]
"""The role, and whether they see the overview besides."""


class MemberRoleScreen(SeglModal[Given]):
    """Gives what was chosen; None where nothing was, or where the card was not compared."""

    def __init__(self, *, card: Card | None = None, member: Author | None = None) -> None:
        """Make the box.

        Args:
            card: of who is to be certified.
            member: who is to have another role.
        """
        super().__init__(classes="member-role")
        self._card = card
        self._member = member

    def heading(self) -> str:
        """What is asked."""
        return _("Certify a member") if self._card else _("What is {name}?").format(name=self._whom())

    def _whom(self) -> str:
        return one_line(self._member.name, 40) if self._member else ""

    def body(self) -> ComposeResult:
        """The card where there is one, the choices, and two buttons."""
        options = [Option(id=id, label=_(label)) for id, (_role, _leads, label) in _ROLES.items()]
        chosen = NOT_COMPARED
        if self._card is not None:
            yield Plain(card_content(self._card), id="card")
            yield Plain(_("Let them read you the digits, from their screen or by telephone. Are they the same?"))
            options.insert(0, Option(id=NOT_COMPARED, label=_("Not compared, or they differ")))
        elif self._member is not None:
            chosen = self._now(self._member)
        yield Choices(options, chosen=(chosen,), id="role")
        with Horizontal(classes="buttons"):
            yield Button(_("Save"), id="save", variant="primary")
            yield Button(_("Back"), id="back")

    def _now(self, member: Author) -> str:
        if member.role is Role.ADMINISTRATOR:
            return "both" if member.leads else "administrator"
        return str(member.role or Role.COUNSELLOR)

    @on(Choices.Submitted)
    def _chosen(self) -> None:
        self.query_one("#save").focus()

    @on(Button.Pressed, "#save")
    def _save(self) -> None:
        chosen = self.query_one("#role", Choices).value
        found = _ROLES.get(chosen or NOT_COMPARED)
        self.dismiss(found[:2] if found else None)

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.dismiss(None)
