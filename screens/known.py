"""The people of other offices whose cards count here: which keys are theirs, and letting them count no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.language import N_, _
from screens.widgets.lines import LineList, fit
from screens.widgets.list_detail import ListDetail
from screens.widgets.plain import Plain
from screens.words import one_line
from screens.work import CaseWork
from store import spoken
from store.authors import Author, Belongs
from store.cases.waiting import WorkstationShown
from store.keys import fingerprint
from store.workstation_words import workstation_words

_NAME = 100
"""Characters of a name beside the digits: however long it is, they stay in sight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Somebody of another office, and the workstations that are known of theirs."""

    author: Author
    workstations: tuple[WorkstationShown, ...]


def draw_row(row: Row, width: int) -> Content:
    """Name and office on one line."""
    name = max(width // 2, 10)
    if row.author.revoked:
        words = Content.styled(_("keys revoked"), "$error")
    else:
        words = Content(one_line(row.author.office))
    return Content.assemble(fit(one_line(row.author.name), name), fit(words, width - name))


def row_detail(row: Row) -> Content:
    """The whole of somebody: the digits of the first key, and each workstation."""
    author = row.author
    lines = [Content.styled(one_line(author.name, _NAME), "bold"), Content(one_line(author.office, _NAME))]
    if author.revoked:
        lines.append(Content.styled(_("keys revoked"), "$error"))
    groups = spoken.digits(fingerprint(author.devices[0])).split()
    lines += [Content(" ".join(groups[:4])), Content(" ".join(groups[4:]))]
    lines += [Content(workstation_words(one)) for one in row.workstations]
    return Content("\n").join(lines)


class KnownScreen(CaseWork[None]):
    """Everybody of another office who is known here."""

    CSS_PATH = "known.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "workstations", N_("Workstations")),
        Binding("w", "workstations", N_("Workstations"), show=False),
        Binding("f8", "revoke", N_("Revoke keys")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "LineList"

    def heading(self) -> str:
        """The name of the screen."""
        return _("People of other offices")

    def body(self) -> ComposeResult:
        """What a card of theirs is worth here, and who they are."""
        yield Plain(
            _("What they write counts in the cases that you share. Enter: give up one of their workstations."),
            id="worth",
            classes="quiet",
        )
        yield ListDetail(draw_row, row_detail, empty=_nobody, id="known")

    def on_screen_resume(self) -> None:
        """Fetch them whenever they are looked at."""
        self.run_work(self._load(), group="load")

    async def _load(self) -> None:
        from store.casework import Casework

        shown = await self.do(Casework.workstations)
        rows = [
            Row(author=author, workstations=tuple(one for one in shown if one.author.id == author.id))
            for author in await self.do(Casework.authors)
            if author.belongs is Belongs.ELSEWHERE
        ]
        before = self._pane.current
        at = next((index for index, row in enumerate(rows) if before and row.author.id == before.author.id), None)
        self._pane.show(rows, at)
        self._pane.focus_list()
        self.refresh_bindings()

    async def refresh_language(self) -> None:
        """Draw anew in the current language."""
        await super().refresh_language()
        await self._load()

    @property
    def _pane(self) -> ListDetail[Row]:
        found: ListDetail[Row] = self.query_one("#known", ListDetail)
        return found

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What can be done with whom the cursor is on."""
        if action not in ("workstations", "revoke") or not self.query("#known"):
            return True
        row = self._pane.current
        return row is not None and not (action == "revoke" and row.author.revoked)

    @on(LineList.Highlighted)
    def _moved(self) -> None:
        self.refresh_bindings()

    @on(LineList.Chosen)
    def action_workstations(self) -> None:
        """The workstations of whom the cursor is on, and giving one of them up."""
        from screens.workstations import WorkstationsScreen

        if (row := self._pane.current) is not None:
            self.app.push_screen(WorkstationsScreen(row.author))

    def action_revoke(self) -> None:
        """Let none of their keys count any more, once it was said what that does, with a reason."""
        if (row := self._pane.current) is not None and self.check_action("revoke", ()):
            self.run_work(self._revoke(row.author), group="revoke")

    async def _revoke(self, author: Author) -> None:
        from store.casework import Casework

        name = one_line(author.name, 60)
        if not await self.confirmed(
            _("{name}: shall none of their keys count any more?").format(name=name),
            detail=_(
                "What they sign from now on says nothing here, and nothing is sealed to them. What is known of it now "
                "stays. It can't be undone. Is only one of their workstations lost, give up that one: Enter "
                "in the list."
            ),
            yes=_("Yes, revoke their keys"),
        ):
            return

        async def revoke(reason: str) -> None:
            await self.do(Casework.revoke, author.id, reason)
            self.said(
                _("Revoked: {name}. Tell those you share cases with: their Segl does not know yet.").format(name=name)
            )

        why = _("Why are their keys revoked? The reason stays in the office's journal, where your colleagues read it.")
        await self.with_reason(name, why, revoke)
        await self._load()

    def action_go_back(self) -> None:
        """Leave."""
        self.dismiss(None)


def _nobody() -> str:
    return _("Nobody is known yet. F6 on 'Exchange with others' lets a card count.")
