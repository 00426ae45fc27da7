"""The office: who is a member, who waits to be one, and what each of them may do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.language import N_, _
from screens.wanted import cards_wanted
from screens.widgets.lines import LineList, fit
from screens.widgets.list_detail import ListDetail
from screens.widgets.plain import Plain
from screens.words import one_line, said_by
from screens.work import CaseWork
from store import spoken
from store.authors import Author, Belongs
from store.cards import Card, read_file
from store.cases.trust_errors import NameTaken
from store.keys import fingerprint
from store.role_words import role_words, succession_lines
from store.roles import Role

if TYPE_CHECKING:
    from screens.member_role import Given
    from store.cases.members import Membership

_SUCCESSIONS: Final = 2
_NAME: Final = 100
"""Characters of a name beside the digits: however long it is, they stay in sight, and no line of it passes for ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A member, or somebody whose card waits to be compared."""

    member: Author | None = None
    card: Card | None = None

    @property
    def name(self) -> str:
        """By their own word."""
        return self.member.name if self.member else self.card.name if self.card else ""


def what(member: Author) -> str:
    """The role in words, and what else there is to know."""
    words = [role_words(member.role)]
    if member.leads and member.role is not Role.LEADER:
        words.append(_("sees the overview"))
    if member.belongs is Belongs.OWN:
        words.append(_("you"))
    if member.revoked:
        words.append(_("keys revoked"))
    return ", ".join(words)


def draw_row(row: Row, width: int) -> Content:
    """Name and role on one line."""
    name = max(width // 2, 10)
    if row.member is None:
        words = Content.styled(_("waits to be certified"), "$warning")
    else:
        words = Content.styled(what(row.member), "$error" if row.member.revoked else "")
    return Content.assemble(fit(one_line(row.name), name), fit(words, width - name))


def row_detail(row: Row) -> Content:
    """The whole of somebody: the digits are what is compared."""
    lines = [Content.styled(one_line(row.name, _NAME), "bold")]
    if row.member is not None:
        lines.append(Content(what(row.member)))
        digits = spoken.digits(fingerprint(row.member.devices[0]))
    else:
        assert row.card is not None
        lines.append(Content(_("Of {office}, by their own word").format(office=one_line(row.card.office, _NAME))))
        lines.append(Content.styled(_("Let them read you the digits, then press Enter."), "$warning"))
        digits = spoken.digits(row.card.fingerprint)
    groups = digits.split()
    lines += [Content(" ".join(groups[:4])), Content(" ".join(groups[4:]))]
    return Content("\n").join(lines)


class MembersScreen(CaseWork[None]):
    """The members, oneself first."""

    CSS_PATH = "members.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "change", N_("Role")),
        Binding("o", "overview", N_("Overview")),
        Binding("l", "leaver", N_("Has left")),
        Binding("w", "workstations", N_("Workstations")),
        Binding("i", "lookups", N_("Who looked")),
        Binding("k", "write_card", N_("My card")),
        Binding("f", "from_file", N_("Card file")),
        Binding("b", "succeed", N_("Become administrator")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "LineList"

    def __init__(self) -> None:
        super().__init__()
        self._membership: Membership | None = None

    def heading(self) -> str:
        """The name of the screen."""
        return _("The office")

    def body(self) -> ComposeResult:
        """What one is oneself, and the members."""
        yield Plain("", id="own")
        yield ListDetail(draw_row, row_detail, id="members")

    def on_screen_resume(self) -> None:
        """Fetch them whenever they are looked at."""
        self.run_work(self._load())

    async def _load(self) -> None:
        from store.casework import Casework

        self._membership = await self.do(Casework.membership)
        rows = [Row(member=one) for one in await self.do(Casework.members)]
        rows += [Row(card=one.card) for one in cards_wanted(self.app) if one.card is not None]
        before = self._pane.current
        at = next((index for index, row in enumerate(rows) if before is not None and row.name == before.name), None)
        self._pane.show(rows, at)
        self._pane.focus_list()
        self.query_one("#own", Plain).update(self._own_words(self._membership))
        self.refresh_bindings()

    def _own_words(self, membership: Membership) -> Content:
        names = one_line(", ".join(membership.administrators), 200)
        if not membership.certified:
            words = _(
                "You are no member of the office yet. {names} has to certify you; read them the digits below. On "
                "another machine they need your card first: k."
            )
            return Content.styled(words.format(names=names or _("An administrator")), "$warning")
        if names:
            lines = [Content.styled(_("Changes are made by: {names}").format(names=names), "$text-muted")]
        else:
            lines = [Content.styled(_("Nobody is an administrator any more."), "$warning")]
        # However many there were, the newest are told.
        lines += [Content.styled(one, "$warning") for one in succession_lines(membership.successions[-_SUCCESSIONS:])]
        if membership.may_succeed:
            hint = _("Are they gone for good? The words of an administrator's recovery make you one: b.")
            nobody = _("The words of an administrator's recovery make you one: b.")
            lines.append(Content.styled(hint, "$text-muted") if names else Content(nobody))
        return Content("\n").join(lines)

    async def refresh_language(self) -> None:
        """Draw anew in the current language."""
        await super().refresh_language()
        await self._load()

    @property
    def _pane(self) -> ListDetail[Row]:
        found: ListDetail[Row] = self.query_one("#members", ListDetail)
        return found

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only an administrator changes anything."""
        if action == "leaver" and not self._may_leave():
            return False
        if action == "workstations":
            return self._pane.current is not None and self._pane.current.member is not None
        if action in ("change", "from_file", "leaver"):
            return self._membership is not None and self._membership.administrator
        if action == "succeed":
            return self._membership is not None and self._membership.may_succeed
        if action == "overview":
            return self._membership is not None and self._membership.leads
        return True

    def _may_leave(self) -> bool:
        row = self._pane.current
        return row is not None and row.member is not None and row.member.belongs is not Belongs.OWN

    @on(LineList.Highlighted)
    def _moved(self) -> None:
        self.refresh_bindings()

    @on(LineList.Chosen)
    def action_change(self) -> None:
        """Certify who waits, or give a member another role."""
        row = self._pane.current
        if row is None or not self.check_action("change", ()):
            return
        if row.card is not None:
            self.run_work(self._certify(row.card), group="change")
        elif row.member is not None and not row.member.revoked:
            self.run_work(self._give_role(row.member), group="change")

    def action_from_file(self) -> None:
        """Certify somebody whose card came in a file."""
        self.run_work(self._from_file(), group="change")

    async def _from_file(self) -> None:
        from screens.pick_files import PickFilesScreen

        chosen = await self.app.push_screen_wait(PickFilesScreen("file", _("Choose the card's file")))
        if chosen:
            await self._certify(await self.client.look_aside(read_file, chosen[0]))

    async def _certify(self, card: Card) -> None:
        from screens.member_role import MemberRoleScreen
        from store.casework import Casework

        given: Given | None = await self.app.push_screen_wait(MemberRoleScreen(card=card))
        if given is None:
            return
        role, leads = given
        how = {"compared": card.fingerprint, "colleague": True, "role": role.value, "leads": leads}
        try:
            await self.do(Casework.trust_card, card.text, **how)  # type: ignore[arg-type]
        except NameTaken as taken:
            if not await self.confirmed(
                _("You know {name} already, by another key. Is this another person of that name?").format(
                    name=one_line(card.name, 60)
                ),
                detail=said_by(taken).todo,
                yes=_("Yes, another person"),
            ):
                return
            await self.do(Casework.trust_card, card.text, another_person=True, **how)  # type: ignore[arg-type]
        courier = getattr(self.app, "courier", None)
        if courier is not None:
            courier.wanted = tuple(one for one in courier.wanted if one.fingerprint != card.fingerprint)
            courier.look_again()
        self.said(_("{name} is a member from now on.").format(name=one_line(card.name, 60)))
        await self._load()

    async def _give_role(self, member: Author) -> None:
        from screens.member_role import MemberRoleScreen
        from store.casework import Casework

        given: Given | None = await self.app.push_screen_wait(MemberRoleScreen(member=member))
        if given is None or given == (member.role, member.leads):
            return
        role, leads = given
        await self.do(Casework.give_role, member.id, role, leads=leads)
        await self._load()

    def action_leaver(self) -> None:
        """Somebody has left: each step, and going on where one stopped."""
        row = self._pane.current
        if row is not None and row.member is not None and self.check_action("leaver", ()):
            self.run_work(self._leave(row.member), group="change")

    async def _leave(self, member: Author) -> None:
        from screens.leaving import LeavingScreen

        self.app.push_screen(LeavingScreen(member, await self._others(member)), self._after_leaving)

    def _after_leaving(self, renew: bool | None) -> None:
        from screens.vault import VaultScreen

        if renew:
            self.app.push_screen(VaultScreen(self.client))

    async def _others(self, member: Author) -> list[Author]:
        from store.casework import Casework

        return [
            one
            for one in await self.do(Casework.members)
            if one.id != member.id and one.belongs is not Belongs.OWN and not one.revoked
        ]

    def action_workstations(self) -> None:
        """The workstations of whom the cursor is on, and giving one of them up."""
        from screens.workstations import WorkstationsScreen

        row = self._pane.current
        if row is not None and row.member is not None:
            self.app.push_screen(WorkstationsScreen(row.member))

    def action_succeed(self) -> None:
        """Become an administrator by the words of a recovery, where none is left."""
        from screens.succeed import SucceedScreen

        if self._membership is not None and self._membership.may_succeed:
            self.app.push_screen(SucceedScreen(), self._after_succeeding)

    def _after_succeeding(self, done: bool | None) -> None:
        if done:
            self.said(_("You are an administrator from now on. The others see it when they have exchanged with you."))

    def action_overview(self) -> None:
        """How the cases of the office stand."""
        from screens.overview import OverviewScreen

        self.app.push_screen(OverviewScreen())

    def action_lookups(self) -> None:
        """What was looked up beside the cases, in this vault."""
        from screens.lookups import LookupsScreen

        self.app.push_screen(LookupsScreen())

    def action_write_card(self) -> None:
        """Write one's own card to a file."""
        from screens.office_card import OfficeCardScreen

        home = getattr(self.app, "home", None)
        self.app.push_screen(OfficeCardScreen(home.root if home is not None else Path.home()))

    def action_go_back(self) -> None:
        """Leave."""
        self.dismiss(None)
