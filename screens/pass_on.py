"""Pass material on: at a recorded request of the police, files are read once and sealed straight to their key."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, ProgressBar

from guidance.language import N_, _, current_language
from screens.police_request import REQUEST_FIELDS, AtRequestScreen
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.words import one_line, said_by, size
from screens.work import put_fields, take_fields
from store.age.errors import RecipientInvalid, SealCancelled
from store.age.keys import parse_recipients
from store.bundle.pass_through import PassThrough, prepared_with
from store.bundle.seal import SealOrder, numbers_in, take_back
from store.bundle.texts import age_since, needs_newer_age
from store.bundle.weighing import needs_large
from store.cases.checking import EvidenceRequest
from store.cpr import CprNoticed, Leaving
from store.evidence.errors import NotHashed, shown_path
from store.evidence.pace import Pace, with_pace
from store.evidence.queue import QueueProgress
from store.model import Purpose, Sealed

_FIELDS: Final = (*REQUEST_FIELDS, "recipients", "name", "folder")


@dataclass
class PassingMoved(Message):
    """The reading has come further."""

    progress: QueueProgress


class PassOnScreen(AtRequestScreen[Sealed]):
    """Whose request, which files, to which key, where to; then one reading."""

    CSS_PATH = "pass_on.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "pass_on", N_("Read and seal")),
        Binding("ctrl+f", "pick_files", N_("Choose files")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("delete", "drop", N_("Take off the list")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#by"

    def __init__(self, case_id: str, case_name: str) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self.paths: list[Path] = []
        self._sealed: Sealed | None = None
        self._fingerprint = ""
        self._reading = False
        self._stop = threading.Event()

    def heading(self) -> str:
        """Which case it is."""
        return _("Pass on to the police: {case}").format(case=one_line(self.case_name))

    def above(self) -> ComposeResult:
        """The warning stays in sight, wherever one has scrolled to."""
        if self._sealed is None:
            yield Plain(
                _(
                    "Only what the police asked for. Do not open or copy it: each file is read once where it lies and "
                    "goes encrypted into the sealed file. In doubt, ring 114 first."
                ),
                id="warning",
                classes="banner",
            )

    def body(self) -> ComposeResult:
        """The request, the files, the key, the place."""
        if self._sealed is not None:
            yield from self._done_page(self._sealed)
            return
        yield from self.request_fields()
        yield Plain(_("Files"), classes="label")
        yield LineList(self._row, empty=lambda: _("No files chosen yet."), id="files")
        yield Button(_("Choose files ..."), id="choose")
        yield Plain(
            _("The report, the register and the history of the case go into the sealed file with them."),
            classes="quiet",
        )
        yield Plain(_("The police's key (age1...), compared by telephone"), classes="label")
        yield PlainArea("", id="recipients")
        yield from self.place_fields(_("to-the-police") + ".segl.age")
        yield Plain("", id="status")
        yield ProgressBar(show_eta=False, id="progress")
        with Horizontal(classes="buttons"):
            yield Button(_("Read and seal"), id="start", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")
            yield Button(_("Stop"), id="stop")

    def _done_page(self, sealed: Sealed) -> ComposeResult:
        yield Plain(_("The files are passed on. Nothing of them is left on this computer by Segl."), classes="strong")
        rows = (
            (_("File"), shown_path(sealed.path)),
            (_("Size"), size(sealed.size)),
            (_("Checksum"), sealed.digest),
            (_("Your key's fingerprint"), self._fingerprint),
        )
        for label, value in rows:
            yield Plain(Content.assemble((f"{label}: ", "$text-muted"), value))
        yield Plain(_("The originals lie where they lay: who holds them is yours to settle."), classes="banner")
        if sealed.large:
            yield Plain(needs_large(), classes="banner", id="large")
        if since := age_since(sealed.recipients):
            yield Plain(f"▲ {needs_newer_age(since)}", classes="banner", id="newer-age")
        with Horizontal(classes="buttons"):
            yield Button(_("Back to the case"), id="finish", variant="primary")

    def on_mount(self) -> None:
        """Find what the police asked for already."""
        self._fill()
        self.run_work(self._begin(), group="pass")

    async def _begin(self) -> None:
        from store.casework import Casework

        known = self.offer_requests(await self.do(Casework.evidence_requests, self.case_id))
        await self.offer_draft()
        if known and self.request is not None:
            self.query_one("#choose").focus()

    def request_changed(self) -> None:
        """Another request is meant."""
        self._fill()

    def _fill(self) -> None:
        if self._sealed is not None:
            return
        self.show_request(reading=self._reading)
        self.query_one("#files", LineList).show(self.paths)
        self.query_one("#progress").display = self._reading
        self.query_one("#status").display = self._reading
        self.query_one("#stop").display = self._reading
        for button in ("#start", "#choose", "#pick"):
            self.query_one(button).display = not self._reading
        self.refresh_bindings()

    async def refresh_language(self) -> None:
        """Draw anew; what was typed stays."""
        kept = take_fields(self, *_FIELDS)
        await super().refresh_language()
        if self._sealed is None:
            self.offer_requests()
        put_fields(self, kept)
        self._fill()

    def _row(self, row: Path, width: int) -> Content:
        return fit(Content.assemble(shown_path(row.name), (f"  {shown_path(row.parent)}", "$text-muted")), width)

    @on(Button.Pressed, "#choose")
    def action_pick_files(self) -> None:
        """Choose files."""
        self.run_work(self._choose(), group="pass")

    async def _choose(self) -> None:
        from screens.pick_files import PickFilesScreen

        chosen = await self.app.push_screen_wait(PickFilesScreen("files", _("Choose the files the police asked for")))
        self.paths += [path for path in chosen or () if path not in self.paths]
        self.say_fault("")
        self._fill()
        self.query_one("#recipients").focus()

    def action_drop(self) -> None:
        """Take the file under the cursor off the list; the file itself stays where it is."""
        row = self.query_one("#files", LineList).current
        if isinstance(row, Path) and not self._reading:
            self.paths.remove(row)
            self._fill()

    @on(Button.Pressed, "#start")
    def action_pass_on(self) -> None:
        """Record the request where it is a new one, then read and seal."""
        if not self._reading and self._sealed is None:
            self.run_work(self._pass_on(), group="pass")

    async def _pass_on(self) -> None:
        from store.casework import Casework

        order = self._order()
        if order is None:
            return
        request = self.request or await self.record_request()
        if request is None:
            return
        export = await self.do(Casework.export_case, self.case_id, order.language)
        found = await self.client.aside(numbers_in, export, order)
        if found and not await self.cpr_must_be_there(CprNoticed(found, leaving=Leaving.SEALED)):
            return
        order = replace(order, allow_cpr=True)
        self._fingerprint = export.card.fingerprint
        self._stop.clear()
        self._reading = True
        self._fill()
        self.query_one("#stop").focus()
        try:
            self._sealed = await self.through(self._run(order, request), stop=self._stop.set)
        except SealCancelled:
            self.say_fault(_("Stopped. No sealed file was left behind."))
        except NotHashed as failure:
            self.say_fault(one_line(failure.diagnostics().happened))
        finally:
            self._reading = False
            if self.is_attached:
                self._fill()
        if self._sealed is not None:
            # What is sealed is said first, also where the disk is too full to drop a draft.
            await self.recompose()
            self.query_one("#finish").focus()
            await self.drop_draft()
        else:
            self.query_one("#start").focus()

    async def _run(self, order: SealOrder, request: EvidenceRequest) -> Sealed:
        """Read, seal and record it; what can't be recorded is taken back."""
        from store.casework import Casework

        pace = Pace(order.out.name)

        def moved(done: int, total: int) -> None:
            if (progress := pace(done, total)) is not None:
                self.post_message(PassingMoved(progress))

        moment = int(datetime.now(UTC).timestamp())
        passing = PassThrough(
            order,
            self.paths,
            moment=moment,
            progress=moved,
            cancelled=self._stop.is_set,
            before_part=self.from_aside(Casework.about_to_write),
        )
        with passing:
            files = await self.client.aside(passing.read)
            prepared, evidence = await self.do(prepared_with, self.case_id, order, files, passing.material)
            before = self.from_aside(Casework.about_to_pass, self.case_id, request.id, evidence)
            sealed = await self.client.aside(passing.finish, prepared, before_naming=before)
        try:
            await self.do(Casework.record_pass, self.case_id, request.id, evidence, sealed)
        except BaseException:
            # Not by the client: the vault may have been locked meanwhile.
            await asyncio.to_thread(take_back, sealed)
            raise
        return sealed

    def _order(self) -> SealOrder | None:
        if self.request is None and self.request_draft() is None:
            return None
        if not self.paths:
            self.say_fault(_("Choose the files first."), "#choose")
            return None
        typed = take_fields(self, *_FIELDS).get("recipients", "").replace(",", "\n")
        try:
            recipients: Sequence[str] = [one.encode() for one in parse_recipients(typed)] if typed.strip() else []
        except RecipientInvalid as error:
            self.say_fault(said_by(error).happened, "#recipients")
            return None
        if not recipients:
            self.say_fault(_("Paste the key of the police: it begins with age1."), "#recipients")
            return None
        out = self.place(".segl.age")
        if out is None:
            return None
        return SealOrder(
            purpose=Purpose.POLICE,
            out=out,
            recipients=tuple(dict.fromkeys(recipients)),
            language=current_language(),
        )

    @on(PassingMoved)
    def _moved(self, event: PassingMoved) -> None:
        for bar in self.query(ProgressBar):
            bar.update(total=max(event.progress.total, 1), progress=event.progress.done)
        for status in self.query("#status").results(Plain):
            words = _("Reading and sealing: {done} of {total}").format(
                done=size(event.progress.done), total=size(event.progress.total)
            )
            status.update(with_pace(words, event.progress))

    @on(Button.Pressed, "#stop")
    def _stop_pressed(self) -> None:
        self._stop.set()

    @on(Button.Pressed, "#finish")
    def _finish(self) -> None:
        self.dismiss(self._sealed)

    def action_go_back(self) -> None:
        """Stop, or leave; what was typed stays as a draft."""
        if self._reading:
            self._stop.set()
        elif self._sealed is not None:
            self.dismiss(self._sealed)
        else:
            super().action_go_back()

    def on_unmount(self) -> None:
        """A reading that nobody waits for ends."""
        self._stop.set()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        if action == "drop":
            return bool(self.paths) and not self._reading and self._sealed is None
        if action in ("pass_on", "pick_files", "pick_folder"):
            return not self._reading and self._sealed is None
        return True
