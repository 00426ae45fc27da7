"""Hand a case on: for whom, to which key or passphrase, where to; an exact look at what goes in; then seal."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, ProgressBar

from guidance.errors import SeglError
from guidance.language import N_, _, ngettext
from screens.long_work import LongWork
from screens.seal_order import FIELDS, SealOrderForm
from screens.seal_sessions import ChosenSessions, SealSessionsScreen
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.withhold import WithholdScreen, draft_key
from screens.words import one_line, purpose, size
from screens.work import put_fields, take_fields
from store.age.errors import SealCancelled
from store.authors import Belongs
from store.bundle import contents
from store.bundle.new_files import BeforePart
from store.bundle.paper import no_paper
from store.bundle.seal import BeforeNaming, Prepared, SealOrder, numbers_in, prepare, preview_files, take_back, write
from store.bundle.shared_sessions import check_sessions
from store.bundle.texts import age_since, needs_newer_age
from store.bundle.weighing import needs_large, weigh
from store.cpr import CprNoticed, Leaving
from store.evidence.errors import shown_path
from store.model import CaseExport, Purpose, Sealed
from store.secret import Secret

if TYPE_CHECKING:
    from store.cases.readers import Reader
    from store.casework import Casework
    from store.programme.session_model import Session

Stage = Literal["order", "looking", "preview", "sealing", "done"]

_AT_ONCE: Final = 0.4
"""Seconds that making what goes in may take before the screen says that it goes on."""


def prepared_by(casework: Casework, export: CaseExport, order: SealOrder, looked_at: Mapping[str, bytes]) -> Prepared:
    """Sign what was looked at where the signing key is: on the vault's own thread."""
    return prepare(export, order, casework.sign, looked_at=looked_at)


class SealScreen(SealOrderForm, LongWork[Sealed]):
    """Seal one case."""

    CSS_PATH = "seal.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "go_on", N_("Go on")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("f5", "pick_person", N_("Somebody I know")),
        Binding("f6", "make_phrase", N_("Make a passphrase")),
        Binding("f8", "sessions", N_("What was shared")),
        Binding("f7", "reader_kit", N_("Reader's kit")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#purpose"

    def __init__(self, case_id: str, case_name: str, *, purpose: Purpose = Purpose.POLICE) -> None:
        super().__init__()
        self.fields["purpose"] = purpose.value
        self.case_id = case_id
        self.case_name = case_name
        self.stage: Stage = "order"
        self._secret: Secret | None = None
        self._export: CaseExport | None = None
        self._order: SealOrder | None = None
        self._files: Mapping[str, bytes] = {}
        self._large = False
        self._making = False
        self._contents: tuple[contents.Content, ...] = ()
        self._readers: tuple[Reader, ...] = ()
        self._sealed: Sealed | None = None
        self._shared: tuple[Session, ...] = ()
        self._chosen = ChosenSessions()

    def heading(self) -> str:
        """Which case it is."""
        return _("Seal {case}").format(case=one_line(self.case_name))

    def body(self) -> ComposeResult:
        """What belongs to the stage one is at."""
        yield from {
            "order": self.order_page,
            "looking": self._looking_page,
            "preview": self._preview_page,
            "sealing": self._sealing_page,
            "done": self._done_page,
        }[self.stage]()

    def _preview_page(self) -> ComposeResult:
        assert self._order is not None
        total = sum(one.size for one in self._contents)
        yield Plain("", id="wish", classes="banner")
        yield Plain(_("This goes in, and nothing else:"), classes="strong")
        yield LineList(self._content_row, id="contents")
        yield Plain(_("Enter on a file shows what stands in it."), classes="quiet")
        if contents.REPORT_PDF not in self._files:
            yield Plain(no_paper(), classes="banner")
        if self._large:
            yield Plain(needs_large(), classes="banner", id="large")
        if since := age_since(self._order.recipients):
            yield Plain(f"▲ {needs_newer_age(since)}", classes="banner", id="newer-age")
        for warning in (line for one in self._readers for line in one.warnings()):
            yield Plain(f"▲ {warning}", classes="banner reader")
        lines = [
            (_("For"), purpose(self._order.purpose)),
            (_("Locked"), self._lock_words()),
            (_("File"), shown_path(self._order.out)),
            (_("Size"), size(total)),
        ]
        yield Plain(
            Content("\n").join(Content.assemble((f"{label}: ", "$text-muted"), value) for label, value in lines)
        )
        with Horizontal(classes="buttons"):
            yield Button(_("Seal"), id="go-on", variant="primary")
            yield Button(_("Back"), id="back")

    def _looking_page(self) -> ComposeResult:
        yield from self._working_page(_("Making the report and all else that goes in ..."))

    def _sealing_page(self) -> ComposeResult:
        yield from self._working_page(_("Sealing ..."))

    def _working_page(self, words: str) -> ComposeResult:
        yield Plain(words, id="status", classes="strong")
        yield ProgressBar(show_eta=False, id="progress")
        with Horizontal(classes="buttons"):
            yield Button(_("Stop"), id="stop")

    def _done_page(self) -> ComposeResult:
        assert self._sealed is not None
        sealed, card = self._sealed, self.card
        yield Plain(_("The case is sealed."), classes="strong")
        rows = [
            (_("File"), shown_path(sealed.path)),
            (_("Size"), size(sealed.size)),
            (_("Checksum"), sealed.digest),
            (_("Beside it"), ", ".join(shown_path(Path(path).name) for path in sealed.companions)),
            (_("Your key's fingerprint"), card.fingerprint if card else ""),
        ]
        for label, value in rows:
            yield Plain(Content.assemble((f"{label}: ", "$text-muted"), value))
        yield Plain(
            _(
                "Tell the recipient the checksum and your key's fingerprint by telephone, not in the same message as "
                "the file. The texts beside the file say how it is opened and checked without Segl."
            ),
            classes="banner",
        )
        if not sealed.paper:
            yield Plain(no_paper(), classes="banner")
        if sealed.large:
            yield Plain(needs_large(), classes="banner", id="large")
        if since := age_since(sealed.recipients):
            yield Plain(f"▲ {needs_newer_age(since)}", classes="banner", id="newer-age")
        if self.made:
            yield Plain(_("The passphrase: {phrase}").format(phrase=self.made), classes="banner", id="made")
        with Horizontal(classes="buttons"):
            yield Button(_("Back to the case"), id="finish", variant="primary")
            yield Button(_("Reader's kit ..."), id="reader-kit")

    @on(LineList.Chosen, "#contents")
    def _read_file(self, event: LineList.Chosen) -> None:
        """Show what stands in a file: the very bytes that go in."""
        from screens.seal_look import SealLookScreen

        row = self._contents[event.index]
        self.app.push_screen(SealLookScreen(row.name, self._files[row.name]))

    def _content_row(self, row: contents.Content, width: int) -> Content:
        return Content.assemble(
            fit(row.name, max(width * 2 // 5, 6)),
            fit(Content.styled(row.what, "$text-muted"), max(width - width * 2 // 5 - 11, 4)),
            " ",
            size(row.size).rjust(10),
        )

    def _lock_words(self) -> str:
        assert self._order is not None
        if self._order.passphrase is not None:
            return _("with a passphrase")
        known = frozenset[str]().union(*(one.author.recipients for one in self._readers))
        others = (f"{one[:12]}...{one[-6:]}" for one in self._order.recipients if one not in known)
        return ", ".join([*(one.words() for one in self._readers), *others])

    def on_mount(self) -> None:
        """Get what the first page needs; which fields it has is settled before it is seen, or Tab would go astray."""
        self._settle()
        self.run_work(self._begin(), group="begin")

    async def _begin(self) -> None:
        from store.casework import Casework

        record = await self.do(Casework.view, self.case_id)
        self.guide = record.guide
        self.card = await self.do(Casework.key_card)
        own = next(one for one in await self.do(Casework.authors) if one.belongs is Belongs.OWN)
        self.own_keys = tuple(one.recipient for one in own.reading) or (self.card.recipient,)
        programme = await self.do(Casework.programme)
        self._shared = tuple(one for one in programme.sessions if one.has_content)
        self.fields.setdefault("name", f"{record.summary.reference}.segl.age")
        name = self.query_one("#name", Input)
        if not name.value:
            name.value = self.fields["name"]
        self._settle()

    def _settle(self) -> None:
        for lines in self.query("#contents"):
            assert isinstance(lines, LineList)
            lines.show(self._contents)
        self.follow_lock()
        self.say_wish()
        self._say_chosen()
        self.refresh_bindings()

    def _say_chosen(self) -> None:
        for line in self.query("#chosen-sessions").results(Plain):
            count = len(self._chosen.sessions)
            words = ngettext(
                "▲ What was shared in {count} session goes along (F8).",
                "▲ What was shared in {count} sessions goes along (F8).",
                count,
            )
            line.display = bool(count)
            line.update(words.format(count=count))

    async def _show(self, stage: Stage) -> None:
        if self.stage == "order":
            self.fields |= take_fields(self, *FIELDS)
        self.stage = stage
        await self.recompose()
        self._settle()
        focus = {"order": "#purpose", "preview": "#go-on", "done": "#finish"}.get(stage, "#stop")
        self.query_one(focus).focus()
        self.query_one("#body").scroll_home(animate=False)

    async def refresh_language(self) -> None:
        """Draw anew; what was typed stays."""
        kept = take_fields(self, *FIELDS)
        await super().refresh_language()
        put_fields(self, kept)
        self._settle()

    def action_sessions(self) -> None:
        """Choose what was shared in mentoring sessions, with a reason; it stays out otherwise."""
        self.run_work(self._choose_sessions(), group="sessions")

    async def _choose_sessions(self) -> None:
        chosen = await self.app.push_screen_wait(SealSessionsScreen(self._shared, self._chosen))
        if chosen is not None:
            self._chosen = chosen
            self._settle()

    @on(Button.Pressed, "#go-on")
    def action_go_on(self) -> None:
        """From the order to the look, from the look to sealing."""
        if self.stage == "order":
            self.run_work(self._look(), group="seal")
        elif self.stage == "preview":
            self.run_work(self._seal(), group="seal")
        elif self.stage == "done":
            self.dismiss(self._sealed)

    async def _look(self) -> None:
        from store.casework import Casework

        self.fields |= take_fields(self, *FIELDS)
        order = self.take_order()
        if order is None:
            return
        self._export = await self.do(Casework.export_case, self.case_id, order.language)
        if self._withholds(order):
            choice = await self.app.push_screen_wait(WithholdScreen(self._export, self.case_name))
            if choice is None:
                return
            order = replace(order, choice=choice)
        if self._chosen.sessions:
            shared = await self.do(Casework.choose_sessions, self._chosen.sessions, self._chosen.reason)
            check_sessions(order.purpose, shared, withheld=order.choice is not None)
            order = replace(order, sessions=shared)
        if found := await self.client.aside(numbers_in, self._export, order):
            if not await self.cpr_must_be_there(CprNoticed(found, leaving=Leaving.SEALED)):
                return
            order = replace(order, allow_cpr=True)
        try:
            self._files = await self._made(self._export, order)
        except SealCancelled:
            await self._show("order")
            self.say_fault(_("The sealing was stopped. Nothing of it was left behind."))
            return
        self._large = await self.client.aside(weigh, self._files)
        self._contents = contents.describe(self._files)
        self._readers = await self.do(Casework.readers_of, order.recipients)
        self._order = order
        await self._show("preview")

    async def _made(self, export: CaseExport, order: SealOrder) -> Mapping[str, bytes]:
        """What goes in. Of a long case the report takes its time: then that is said, and can be stopped."""
        self.begin_work()
        self._making = True
        making = asyncio.ensure_future(self.client.aside(self._look_at, export, order))
        try:
            done, _waiting = await asyncio.wait({making}, timeout=_AT_ONCE)
            if not done:
                await self._show("looking")
            return await asyncio.shield(making)
        except BaseException:
            # Left, or stopped: nothing of it goes on unseen.
            self.stop_work()
            with suppress(SeglError, asyncio.CancelledError):
                await making
            raise
        finally:
            self._making = False

    def _look_at(self, export: CaseExport, order: SealOrder) -> Mapping[str, bytes]:
        """In a thread of its own: leaving the screen stops it."""
        return preview_files(export, order, cancelled=self.stopped)

    def _withholds(self, order: SealOrder) -> bool:
        return order.purpose is Purpose.PERSON_CONCERNED or (
            order.purpose is Purpose.AUTHORITY and "withhold" in self.fields.get("withhold", "").split()
        )

    async def _seal(self) -> None:
        from store.casework import Casework

        assert self._order is not None
        assert self._export is not None
        self.begin_work()
        await self._show("sealing")
        try:
            if self._order.sessions is not None:
                await self.do(Casework.disclose_sessions, self._order.sessions)
            prepared = await self.do(prepared_by, self._export, self._order, self._files)
            self._sealed = await self.through(self._carry_out(prepared), stop=self.stop_work)
        except SealCancelled:
            await self._show("preview")
            self.say_fault(_("The sealing was stopped. Nothing of it was left behind."))
            return
        except BaseException:
            if self.is_attached:
                await self._show("preview")
            raise
        if self._order.choice is not None:
            await self.do(Casework.drop_draft, draft_key(self.case_id))
        self._order = None
        await self._show("done")

    async def _carry_out(self, prepared: Prepared) -> Sealed:
        """Write and record it; what can't be recorded is taken back."""
        from store.casework import Casework

        before = self.from_aside(Casework.about_to_seal, self.case_id)
        part = self.from_aside(Casework.about_to_write)
        sealed = await self.client.aside(self._write, prepared, before, part)
        try:
            await self.do(Casework.record_seal, self.case_id, sealed)
        except BaseException:
            # Not by the client: the vault may have been locked meanwhile.
            await asyncio.to_thread(take_back, sealed)
            raise
        return sealed

    def _write(self, prepared: Prepared, before_naming: BeforeNaming, before_part: BeforePart) -> Sealed:
        """In a thread of its own: nothing here touches a widget."""
        return write(
            prepared,
            progress=self.moved,
            cancelled=self.stopped,
            before_naming=before_naming,
            before_part=before_part,
        )

    @on(Button.Pressed, "#back")
    def _back_pressed(self) -> None:
        self.action_go_back()

    @on(Button.Pressed, "#reader-kit")
    def action_reader_kit(self) -> None:
        """What a recipient without Segl needs, in a folder."""
        from screens.reader_kit import ReaderKitScreen

        self.app.push_screen(ReaderKitScreen())

    @on(Button.Pressed, "#finish")
    def _finish(self) -> None:
        self.dismiss(self._sealed)

    def action_go_back(self) -> None:
        """Stop what is being made or sealed; from the look back to the order; else leave."""
        if self._making or self.stage == "sealing":
            self.stop_work()
        elif self.stage == "preview":
            self._order = None
            self.run_work(self._show("order"), group="show")
        else:
            self.dismiss(self._sealed)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done at this stage is offered."""
        match action:
            case "go_on":
                return not self._making and self.stage not in ("looking", "sealing")
            case "pick_folder":
                return self.stage == "order"
            case "reader_kit":
                return self.stage in ("order", "done")
            case "pick_person":
                return self.stage == "order" and any(one.display for one in self.query("#recipients"))
            case "sessions":
                return self.stage == "order" and bool(self._shared)
            case "make_phrase":
                return self.stage == "order" and any(one.display for one in self.phrase_fields())
        return True
