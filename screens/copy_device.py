"""Whose device a copy lies on, or the original: answered; put right or withdrawn, with a reason that stays."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button

from guidance.custody import ORIGINAL, Device
from guidance.language import N_, _
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.work import FormScreen, take_fields
from store.bundle.custody_words import copy_label, device_label, lying_label
from store.cases.lying import lying_of, next_copy
from store.model import Evidence

_FIELDS: Final = ("copy", "device", "reason")
_NONE_THERE: Final = "none-there"


class CopyDeviceScreen(FormScreen[bool]):
    """A form; gives True once it is recorded. What can't be is refused in words, and the fields stay."""

    CSS_PATH = "copy_device.tcss"
    AUTO_FOCUS = "#copy"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", N_("Save"))]

    def __init__(self, case_id: str, piece: Evidence) -> None:
        super().__init__()
        self.case_id = case_id
        self.piece = piece
        self._known = lying_of(piece)

    def heading(self) -> str:
        """Of which piece."""
        return _("E{number}: whose device a copy lies on").format(number=self.piece.number)

    def body(self) -> ComposeResult:
        """The copy, whose device, and why where an answer stands."""
        yield Plain(_("Which copy is it?"), classes="label")
        numbers = sorted({ORIGINAL, *self._known})
        copies = [Option(id=str(copy), label=self._label(copy)) for copy in numbers]
        new = Option(id=str(next_copy(self.piece)), label=_("another one"))
        yield Choices([*copies, new], id="copy")
        yield Plain(_("Whose device is that?"), classes="label")
        devices = [Option(id=one.value, label=device_label(one)) for one in Device if one]
        none_there = Option(id=_NONE_THERE, label=_("there is no such copy: it was said by mistake"))
        yield Choices([*devices, none_there], id="device")
        with Vertical(id="why"):
            yield Plain(_("Why is it corrected?"), classes="label")
            yield PlainArea("", id="reason")
        with Horizontal(classes="buttons"):
            yield Button(_("Save"), id="save", variant="primary")

    def _label(self, copy: int) -> str:
        known = self._known.get(copy)
        return f"{copy_label(copy)}: {lying_label(known)}" if known else copy_label(copy)

    def on_mount(self) -> None:
        """No copy is chosen yet."""
        self._fill()

    async def refresh_language(self) -> None:
        """Draw anew in the other language."""
        await super().refresh_language()
        self._fill()

    @on(Choices.Changed)
    def _fill(self) -> None:
        self.query_one("#why").display = self._differs

    @property
    def _differs(self) -> bool:
        """Whether another answer stands than the one that is given."""
        said = take_fields(self, *_FIELDS)
        known = self._known.get(int(said["copy"])) if said.get("copy") else None
        return known is not None and bool(said.get("device")) and known.device.value != said["device"]

    def go_on_after_choice(self) -> None:
        """Enter on an answer goes to what comes next."""
        self.focus_next()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Record it."""
        self.run_work(self._save(), group="save-copy-device")

    async def _save(self) -> None:
        from store.cases.errors import CustodyRefused, ReasonNeeded
        from store.casework import Casework

        said = take_fields(self, *_FIELDS)
        for field, words in (("copy", _("Say which copy it is.")), ("device", _("Say whose device it is."))):
            if not said.get(field):
                self.say_fault(words, f"#{field}")
                return
        copy, reason = int(said["copy"]), said.get("reason", "") if self._differs else ""
        try:
            if said["device"] == _NONE_THERE:
                await self.do(Casework.withdraw_copy, self.case_id, self.piece.id, copy, reason)
            else:
                device = Device(said["device"])
                await self.do(Casework.locate_copy, self.case_id, self.piece.id, copy, device, reason)
        except CustodyRefused as refused:
            self.say_fault(refused.fault.words(), "#device")
            return
        except ReasonNeeded:
            self.say_fault(_("Write why. The reason stays in the case."), "#reason")
            return
        self.said(_("Recorded."))
        self.dismiss(True)
