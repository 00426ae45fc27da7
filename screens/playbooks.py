"""The playbooks of a case: what it is worked by, what differs in another version, and what it could take in."""

from __future__ import annotations

from typing import ClassVar, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.diff import differences
from guidance.language import N_, _
from guidance.model import Playbook
from screens.widgets.lines import LineList, fit
from screens.widgets.list_detail import ListDetail
from screens.words import case_kind, day, one_line, visible
from screens.work import CaseWork
from store.cases.playbooks import PlaybookMove
from store.model import CaseKind


class PlaybooksScreen(CaseWork[None]):
    """What a case is worked by. Nothing is moved but by a person with a reason (HM-0b)."""

    CSS_PATH = "playbooks.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "move", N_("Move the case")),
        Binding("enter", "take_in", N_("Take it into the case")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "LineList"

    def __init__(self, case_id: str, case_name: str) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self._moves: dict[str, PlaybookMove] = {}
        self._others: dict[str, Playbook] = {}
        self._over = False

    def heading(self) -> str:
        """What is shown, of which case."""
        return _("Playbooks: {case}").format(case=one_line(self.case_name, 80))

    def body(self) -> ComposeResult:
        """The playbooks, those the case does not have last, and what there is to know of the one under the cursor."""
        yield ListDetail(self._row, self._detail, id="playbooks")

    def on_screen_resume(self) -> None:
        """Look again whenever the page is looked at."""
        self.run_work(self._load())

    async def _load(self) -> None:
        from store.casework import Casework

        record = await self.do(Casework.view, self.case_id)
        moves = await self.do(Casework.playbook_moves, self.case_id)
        self._over = record.summary.closed_at is not None
        self._moves = {move.before.id: move for move in moves}
        others = () if self._over else await self.do(Casework.playbooks_to_take_in, self.case_id)
        self._others = {book.id: book for book in others}
        kept = self._books.current
        first = next((i for i, book in enumerate(record.guide.playbooks) if book.id in self._moves), 0)
        shown = (*record.guide.playbooks, *others)
        if kept is not None:
            first = next((i for i, book in enumerate(shown) if book.id == kept.id), first)
        self._books.show(shown, first)
        self.refresh_bindings()

    async def refresh_language(self) -> None:
        """Draw anew in the other language."""
        await super().refresh_language()
        await self._load()

    @property
    def _books(self) -> ListDetail[Playbook]:
        found: ListDetail[Playbook] = self.query_one("#playbooks", ListDetail)
        return found

    @property
    def _move(self) -> PlaybookMove | None:
        book = self._books.current
        return self._moves.get(book.id) if book is not None else None

    def _row(self, book: Playbook, width: int) -> Content:
        if book.id in self._others:
            version = _("not in this case")
            room = max(width - len(version) - 1, 8)
            name = fit(one_line(book.title.local(), 200), room).stylize("$text-muted")
            return Content.assemble(name, " ", (version, "$text-muted"))
        version = _("version {version}").format(version=book.version)
        move = self._moves.get(book.id)
        if move is not None:
            version += " -> " + _("version {version}").format(version=move.after.version)
        room = max(width - len(version) - 1, 8)
        style = "$warning" if move else "$text-muted"
        return Content.assemble(fit(one_line(book.title.local(), 200), room), " ", (version, style))

    def _detail(self, book: Playbook) -> Content:
        move = self._moves.get(book.id)
        source = _("Source: {source}, looked through {day}").format(
            source=one_line(book.source.document, 200), day=day(book.reviewed)
        )
        if book.id in self._others:
            said = [
                Content(_("The case is not worked by it. Enter takes it in; its steps then stand with the others.")),
                Content(
                    _("For cases of these kinds: {kinds}. Steps: {count}.").format(
                        kinds=", ".join(case_kind(kind) for kind in get_args(CaseKind) if kind in book.kinds),
                        count=len(book.steps),
                    )
                ),
                Content.styled(source, "$text-muted"),
            ]
            return Content("\n").join(said)
        if move is None:
            same = _("The case is worked by the newest version there is here.")
            return Content("\n").join([Content(same), Content.styled(source, "$text-muted")])
        stays = _("The case stays with its version until somebody moves it. What differs in the other:")
        lines = [Content.styled(stays, "bold")]
        for one in differences(move.before, move.after):
            first, *rest = one.words()
            lines += [Content(visible(first)), *(Content.styled(visible(line), "$text-muted") for line in rest)]
        return Content("\n").join([*lines, Content.styled(source, "$text-muted")])

    @on(LineList.Highlighted)
    def _moved(self) -> None:
        self.refresh_bindings()

    @on(LineList.Chosen)
    def _chosen(self) -> None:
        book = self._books.current
        if book is not None and book.id in self._others:
            self.action_take_in()
        else:
            self.action_move()

    def action_move(self) -> None:
        """Work the case by the other version from now on."""
        self.run_work(self._take(), group="move-playbook")

    def action_take_in(self) -> None:
        """Take a playbook into the case that it did not have."""
        self.run_work(self._take_in(), group="move-playbook")

    async def _take_in(self) -> None:
        from store.casework import Casework

        book = self._books.current
        if book is None or book.id not in self._others:
            return

        async def take(reason: str) -> None:
            await self.do(Casework.move_playbook, self.case_id, book.id, reason)
            self.said(_("The case is worked by {playbook} too from now on.").format(playbook=book.title.local()))
            await self._load()

        question = _("Why is the case worked by this one too? It can't be taken out again; a step can be set aside.")
        await self.with_reason(book.title.local(), question, take)

    async def _take(self) -> None:
        from store.casework import Casework

        move = self._move
        if move is None or self._over:
            return
        title = move.after.title.local()

        async def take(reason: str) -> None:
            await self.do(Casework.move_playbook, self.case_id, move.after.id, reason)
            self.said(_("The case is worked by version {version} from now on.").format(version=move.after.version))
            await self._load()

        question = _("Why is the case worked by the other version from now on? What was recorded stays.")
        await self.with_reason(title, question, take)

    def action_go_back(self) -> None:
        """Back to the case."""
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where there is another version, and the case is open."""
        if action == "move":
            return self.is_mounted and self._move is not None and not self._over
        if action == "take_in":
            book = self._books.current if self.is_mounted else None
            return book is not None and book.id in self._others
        return True
