"""Hand a case on: for whom, to which key or passphrase, where to; an exact look at what goes in; then seal."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, ProgressBar

from guidance.errors import SeglError
from guidance.guide import Guide
from guidance.language import N_, _, current_language
from screens.file_place import FilePlaceScreen
from screens.widgets.choices import Choices, Option
from screens.widgets.lines import LineList, fit
from screens.widgets.passphrase import PassphraseInput
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.words import one_line, purpose, size
from screens.work import put_fields, take_fields
from store import passphrase
from store.age.errors import SealCancelled
from store.age.keys import parse_recipients
from store.bundle import contents
from store.bundle.seal import Prepared, SealOrder, numbers_in, prepare, preview, take_back, write
from store.cpr import CprNoticed
from store.evidence.errors import shown_path
from store.model import CaseExport, KeyCard, Purpose, Sealed
from store.secret import Secret

if TYPE_CHECKING:
    from store.casework import Casework

Stage = Literal["order", "preview", "sealing", "done"]
_FIELDS = ("purpose", "lock", "recipients", "own", "name", "folder")


@dataclass
class SealingMoved(Message):
    """The sealing has come further."""

    done: int
    total: int


def prepared_by(casework: Casework, export: CaseExport, order: SealOrder) -> Prepared:
    """Make and sign the bag where the signing key is: on the vault's own thread."""
    return prepare(export, order, casework.sign)


class SealScreen(FilePlaceScreen[Sealed]):
    """Seal one case."""

    CSS_PATH = "seal.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "go_on", N_("Go on")),
        Binding("ctrl+o", "pick_folder", N_("Choose folder")),
        Binding("f6", "make_phrase", N_("Make a passphrase")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#purpose"

    def __init__(self, case_id: str, case_name: str) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self.stage: Stage = "order"
        self.fields: dict[str, str] = {}
        self._secret: Secret | None = None
        self._made = ""
        self._card: KeyCard | None = None
        self._guide: Guide | None = None
        self._export: CaseExport | None = None
        self._order: SealOrder | None = None
        self._contents: tuple[contents.Content, ...] = ()
        self._sealed: Sealed | None = None
        self._stop = threading.Event()

    def heading(self) -> str:
        """Which case it is."""
        return _("Seal {case}").format(case=one_line(self.case_name))

    def body(self) -> ComposeResult:
        """What belongs to the stage one is at."""
        yield from {
            "order": self._order_page,
            "preview": self._preview_page,
            "sealing": self._sealing_page,
            "done": self._done_page,
        }[self.stage]()

    def _order_page(self) -> ComposeResult:
        fields = self.fields
        yield Plain("", id="wish", classes="banner")
        yield Plain(_("For whom? It decides what goes in."), classes="label")
        options = [
            Option(id=one.value, label=purpose(one), refused=_("not yet") if one is Purpose.PERSON_CONCERNED else "")
            for one in (
                Purpose.POLICE,
                Purpose.COLLEAGUE,
                Purpose.FULL,
                Purpose.STATISTICS,
                Purpose.PERSON_CONCERNED,
            )
        ]
        yield Choices(options, chosen=(fields.get("purpose", Purpose.POLICE.value),), id="purpose")
        yield Plain(_("How is it locked?"), classes="label")
        locks = (
            Option(id="recipients", label=_("To the recipient's key (age1...)")),
            Option(id="passphrase", label=_("With a passphrase, told by telephone")),
        )
        yield Choices(locks, chosen=(fields.get("lock", "recipients"),), id="lock")
        yield Plain(_("Recipients' keys, one a line"), classes="label recipients")
        yield PlainArea(fields.get("recipients", ""), id="recipients", classes="recipients")
        own = Option(id="own", label=_("and to my own key, so that I can open it too"))
        yield Choices([own], several=True, chosen=fields.get("own", "").split(), id="own", classes="recipients")
        yield Plain(_("Passphrase (F6 makes one)"), classes="label passphrase")
        yield Plain(self._made, id="made", classes="passphrase")
        yield PassphraseInput(id="phrase")
        yield Plain(_("The same once more"), classes="label passphrase")
        yield PassphraseInput(id="again")
        yield from self.place_fields(fields.get("name", ""), fields.get("folder", ""))
        with Horizontal(classes="buttons"):
            yield Button(_("See what goes in"), id="go-on", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")

    def _preview_page(self) -> ComposeResult:
        assert self._order is not None
        total = sum(one.size for one in self._contents)
        yield Plain("", id="wish", classes="banner")
        yield Plain(_("This goes in, and nothing else:"), classes="strong")
        yield LineList(self._content_row, id="contents")
        lines = [
            (_("For"), purpose(self._order.purpose)),
            (_("Locked"), self._lock_words()),
            (_("To"), shown_path(self._order.out)),
            (_("Size"), size(total)),
        ]
        yield Plain(
            Content("\n").join(Content.assemble((f"{label}: ", "$text-muted"), value) for label, value in lines)
        )
        with Horizontal(classes="buttons"):
            yield Button(_("Seal"), id="go-on", variant="primary")
            yield Button(_("Back"), id="back")

    def _sealing_page(self) -> ComposeResult:
        yield Plain(_("Sealing ..."), id="status", classes="strong")
        yield ProgressBar(show_eta=False, id="progress")
        with Horizontal(classes="buttons"):
            yield Button(_("Stop"), id="stop")

    def _done_page(self) -> ComposeResult:
        assert self._sealed is not None
        sealed, card = self._sealed, self._card
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
        if self._made:
            yield Plain(_("The passphrase: {phrase}").format(phrase=self._made), classes="banner", id="made")
        with Horizontal(classes="buttons"):
            yield Button(_("Back to the case"), id="finish", variant="primary")

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
        return ", ".join(f"{one[:12]}...{one[-6:]}" for one in self._order.recipients)

    def on_mount(self) -> None:
        """Get what the first page needs."""
        self.run_work(self._begin(), group="begin")

    async def _begin(self) -> None:
        from store.casework import Casework

        record = await self.do(Casework.case, self.case_id)
        self._guide = record.guide
        self._card = await self.do(Casework.key_card)
        self.fields.setdefault("name", f"{record.summary.reference}.segl.age")
        name = self.query_one("#name", Input)
        if not name.value:
            name.value = self.fields["name"]
        self._settle()

    def _settle(self) -> None:
        for lines in self.query("#contents"):
            assert isinstance(lines, LineList)
            lines.show(self._contents)
        self._follow_lock()
        self._say_wish()
        self.refresh_bindings()

    @on(Choices.Changed, "#purpose")
    def _say_wish(self) -> None:
        """Whom the person wants told, before anything of the case leaves (HM-2c)."""
        from guidance.wish import before_telling
        from store.bundle.labels import told_of

        chosen = next(iter(self.query("#purpose").results(Choices)), None)
        whom = (chosen.value if chosen else None) or self.fields.get("purpose", Purpose.POLICE.value)
        for banner in self.query("#wish").results(Plain):
            banner.display = self._guide is not None and whom != Purpose.STATISTICS.value
            if self._guide is not None:
                lines = (f"▲ {text.local()}" for text in before_telling(self._guide, told_of(whom)))
                banner.update("\n".join(lines))

    @on(Choices.Changed, "#lock")
    def _follow_lock(self) -> None:
        for lock in self.query("#lock"):
            assert isinstance(lock, Choices)
            phrase_wanted = lock.value == "passphrase"
            for widget in self.query(".recipients"):
                widget.display = not phrase_wanted
            for widget in self.query(".passphrase, #phrase, #again"):
                widget.display = phrase_wanted
            self.query_one("#made").display = phrase_wanted and bool(self._made)
        self.refresh_bindings()

    async def _show(self, stage: Stage) -> None:
        if self.stage == "order":
            self.fields |= take_fields(self, *_FIELDS)
        self.stage = stage
        await self.recompose()
        self._settle()
        focus = {"order": "#purpose", "preview": "#go-on", "sealing": "#stop", "done": "#finish"}[stage]
        self.query_one(focus).focus()
        self.query_one("#body").scroll_home(animate=False)

    async def refresh_language(self) -> None:
        """Draw anew; what was typed stays."""
        kept = take_fields(self, *_FIELDS)
        await super().refresh_language()
        put_fields(self, kept)
        self._settle()

    @on(PassphraseInput.SeveralLines)
    def _several(self) -> None:
        self.say_fault(_("That was several lines. A passphrase is one line: nothing of the paste was taken."))

    def action_make_phrase(self) -> None:
        """Make a passphrase, show it once, and fill it in."""
        self._made = passphrase.offer(current_language()).text
        for field in self.query("#phrase, #again"):
            assert isinstance(field, Input)
            field.value = self._made
        made = self.query_one("#made", Plain)
        made.update(Content.styled(self._made, "bold $accent"))
        made.display = True
        self.say_fault("")

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

        order = self._take_order()
        if order is None:
            return
        self._export = await self.do(Casework.export_case, self.case_id, order.language)
        if found := await self.client.aside(numbers_in, self._export, order):
            if not await self.cpr_must_be_there(CprNoticed(found, sealing=True)):
                return
            order = replace(order, allow_cpr=True)
        self._contents = await self.client.aside(preview, self._export, order)
        self._order = order
        await self._show("preview")

    def _take_order(self) -> SealOrder | None:
        fields = take_fields(self, *_FIELDS)
        out = self.place(".segl.age")
        if out is None:
            return None
        order = SealOrder(
            purpose=Purpose(fields.get("purpose", Purpose.POLICE.value)), out=out, language=current_language()
        )
        if fields.get("lock") == "passphrase":
            first, again = self.query_one("#phrase", Input).value, self.query_one("#again", Input).value
            if passphrase.estimate(first).level is passphrase.Level.WEAK:
                return self._fault(_("This passphrase is too easy to guess. F6 makes a good one."), "#phrase")
            if first != again:
                return self._fault(_("The two passphrases are not the same."), "#again")
            if first != self._made:
                self._made = ""
            return replace(order, passphrase=Secret.from_text(first))
        return self._with_recipients(order, fields)

    def _with_recipients(self, order: SealOrder, fields: dict[str, str]) -> SealOrder | None:
        from store.age.errors import RecipientInvalid

        self._made = ""
        try:
            typed = fields.get("recipients", "").replace(",", "\n")
            recipients = [one.encode() for one in parse_recipients(typed)] if typed.strip() else []
        except RecipientInvalid as error:
            detail = error.diagnostics().happened
            return self._fault(detail, "#recipients")
        if fields.get("own") and self._card is not None:
            recipients.append(self._card.recipient)
        if not recipients:
            return self._fault(_("Paste the recipient's key: it begins with age1."), "#recipients")
        return replace(order, recipients=tuple(dict.fromkeys(recipients)))

    def _fault(self, words: str, field: str) -> SealOrder | None:
        """Say what is wrong and go there; there is no order then."""
        self.say_fault(words, field)
        return None

    async def _seal(self) -> None:
        from store.casework import Casework

        assert self._order is not None
        assert self._export is not None
        self._stop.clear()
        await self._show("sealing")
        try:
            prepared = await self.do(prepared_by, self._export, self._order)
            self._sealed = await self.client.aside(self._write, prepared)
        except SealCancelled:
            await self._show("preview")
            self.say_fault(_("The sealing was stopped. Nothing of it was left behind."))
            return
        except BaseException:
            if self.is_attached:
                await self._show("preview")
            raise
        try:
            await self.do(Casework.record_seal, self.case_id, self._sealed)
        except SeglError:
            await self.client.aside(take_back, self._sealed)
            if self.is_attached:
                await self._show("preview")
            raise
        self._order = None
        await self._show("done")

    def _write(self, prepared: Prepared) -> Sealed:
        """In a thread of its own: nothing here touches a widget."""
        last = -1

        def moved(done: int, total: int) -> None:
            nonlocal last
            percent = done * 100 // total if total else 100
            if percent != last:
                last = percent
                self.post_message(SealingMoved(done, total))

        return write(prepared, progress=moved, cancelled=self._stop.is_set)

    @on(SealingMoved)
    def _moved(self, event: SealingMoved) -> None:
        for bar in self.query(ProgressBar):
            bar.update(total=max(event.total, 1), progress=event.done)

    @on(Button.Pressed, "#stop")
    def _stop_pressed(self) -> None:
        self._stop.set()

    @on(Button.Pressed, "#back")
    def _back_pressed(self) -> None:
        self.action_go_back()

    @on(Button.Pressed, "#finish")
    def _finish(self) -> None:
        self.dismiss(self._sealed)

    def action_go_back(self) -> None:
        """Stop the sealing; from the look back to the order; else leave."""
        if self.stage == "sealing":
            self._stop.set()
        elif self.stage == "preview":
            self._order = None
            self.run_work(self._show("order"), group="show")
        else:
            self.dismiss(self._sealed)

    def on_unmount(self) -> None:
        """A sealing that nobody waits for ends."""
        self._stop.set()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done at this stage is offered."""
        match action:
            case "go_on":
                return self.stage != "sealing"
            case "pick_folder":
                return self.stage == "order"
            case "make_phrase":
                return self.stage == "order" and any(one.display for one in self._phrase_fields())
        return True

    def _phrase_fields(self) -> Iterable[PassphraseInput]:
        return self.query(PassphraseInput)
