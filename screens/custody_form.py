"""One event of the custody chain, written down; or one that is to stand in the place of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input

from guidance.custody import Device, Event, Fault, Move
from guidance.language import N_, _
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.widgets.text_line import TextLine
from screens.work import FormScreen, put_fields, take_fields
from store.bundle.custody_words import device_label, event_label
from store.model import CustodyEvent, Evidence

_TEXTS: Final = ("by", "to", "where", "receipt", "digest", "on", "how", "reason")
_FIELDS: Final = ("event", "device", "copy", *_TEXTS)
_FIELD_OF: Final = {
    Fault.BY_MISSING: "#by",
    Fault.TO_MISSING: "#to",
    Fault.DIGEST_MISSING: "#digest",
    Fault.DEVICE_MISSING: "#device",
    Fault.REASON_MISSING: "#reason",
}
"""Where the focus goes when something is missing."""
_BY_SEGL: Final = (Event.CLEARING, Event.WITHDRAWN)


class CustodyFormScreen(FormScreen[bool]):
    """A form; gives True once the event is recorded. What can't be is refused in words, and the fields stay."""

    CSS_PATH = "custody_form.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", N_("Save"))]
    AUTO_FOCUS = "#event"

    def __init__(self, case_id: str, piece: Evidence, *, corrects: CustodyEvent | None = None) -> None:
        super().__init__()
        self.case_id = case_id
        self.piece = piece
        self.corrects = corrects
        self._first: dict[str, str] = {}

    def heading(self) -> str:
        """What is recorded of which piece."""
        if self.corrects is not None:
            return _("E{number}: correct an event").format(number=self.piece.number)
        return _("E{number}: record an event").format(number=self.piece.number)

    def body(self) -> ComposeResult:
        """A field for each part of an event."""
        said = self.corrects.move if self.corrects else Move(event=Event.FOUND)
        if self.corrects is not None:
            yield Plain(_("The event stays as it was recorded; this one stands in its place."), classes="quiet")
        yield Plain(_("What happened?"), classes="label")
        kinds = [one for one in Event if one not in _BY_SEGL or (self.corrects and one is Event.WITHDRAWN)]
        # None is chosen of a new one: what nobody chose would be recorded by an oversight.
        yield Choices(
            [Option(id=one.value, label=event_label(one)) for one in kinds],
            chosen=(said.event.value,) if self.corrects is not None else (),
            id="event",
        )
        yield from _field("by", _("Who did it, or has it?"), said.by)
        yield from _field("to", _("To whom? (handed on, given back)"), said.to)
        yield from _field("on", _("When?"), said.on, _("date, time, time zone if you know it"))
        yield from _field("where", _("Where is it, or was it?"), said.where)
        yield from _field("receipt", _("Number of the receipt"), said.receipt)
        yield from _field("copy", _("Which copy? 0 is the original"), str(said.copy))
        yield from _field("how", _("How was it done, or told to you?"), said.how)
        yield Plain(_("Whose device? (only where it was cleared)"), classes="label")
        devices = [Option(id=one.value, label=device_label(one)) for one in Device if one]
        yield Choices(devices, chosen=(said.device.value,) if said.device else (), id="device")
        yield from _field("digest", _("Checksum (verified again)"), said.digest)
        if self.corrects is not None:
            yield from _field("reason", _("Why is it corrected?"), "")
        with Horizontal(classes="buttons"):
            yield Button(_("Save"), id="save", variant="primary")

    def on_mount(self) -> None:
        """Offer what was begun before."""
        self._first = take_fields(self, *_FIELDS)
        self.run_work(self.offer_draft())

    @property
    def draft_key(self) -> str:
        """One draft a piece."""
        return f"custody/{self.case_id}/{self.piece.id}" if self.corrects is None else ""

    def typed(self) -> dict[str, str]:
        """The fields, where anything is changed."""
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
        """Record it."""
        self.run_work(self._save(), group="save-custody")

    async def _save(self) -> None:
        from store.cases.errors import CustodyRefused, DigestNotHeard
        from store.casework import Casework

        fields = take_fields(self, *_FIELDS)
        copy = fields.get("copy", "0").strip()
        if not (copy.isascii() and copy.isdigit() and len(copy) < 4):
            self.say_fault(_("The copy is a number: 0 for the original, else 1, 2, ..."), "#copy")
            return
        texts: dict[str, Any] = {name: fields.get(name, "").strip() for name in _TEXTS}
        event = self.query_one("#event", Choices).value
        if event is None:
            self.say_fault(_("Choose what happened: the arrows move, space chooses."), "#event")
            return
        move = Move(
            event=Event(event),
            copy=int(copy),
            device=Device(fields.get("device", "")),
            corrects=self.corrects.entry if self.corrects else "",
            **texts,
        )
        try:
            for field, doubt in (("#digest", self._differs(move)), ("#on", self._goes_back(move))):
                if doubt and not await self.confirmed(doubt, yes=_("Record it all the same")):
                    self.query_one(field).focus()
                    return
            await self.do(Casework.record_custody, self.case_id, self.piece.id, move)
        except CustodyRefused as refused:
            self.say_fault(refused.fault.words(), _FIELD_OF.get(refused.fault, ""))
            return
        except DigestNotHeard as none:
            said = none.diagnostics()
            self.say_fault(f"{said.happened} {said.todo}", "#digest")
            return
        await self.drop_draft()
        self.said(_("Recorded."))
        self.dismiss(True)

    def _differs(self, move: Move) -> str:
        """What to ask before a checksum is recorded that is not the registered one; most often it is a slip."""
        from store.bundle.custody_words import differs_line
        from store.cases.digests import read_digest
        from store.evidence.dictation import algorithm_of

        if not move.digest:
            return ""
        read = read_digest(move.digest, plain=algorithm_of(self.piece.digest))
        differs = differs_line(replace(move, digest=read), self.piece.digest)
        return _("{differs} Record it all the same?").format(differs=differs) if differs else ""

    def _goes_back(self, move: Move) -> str:
        """What to ask before a time is recorded that is before that of what came first."""
        from store.bundle.custody_words import back_line
        from store.cases.chains import new_gone_back

        found = new_gone_back(self.piece, move)
        return _("{differs} Record it all the same?").format(differs=back_line(*found)) if found else ""


def _field(id: str, label: str, value: str, example: str = "") -> ComposeResult:
    yield Plain(label, classes="label")
    yield TextLine(value, id=id, placeholder=example, compact=True, select_on_focus=False)
