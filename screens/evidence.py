"""Register evidence: choose files, read them where they lie for their checksums, then write down what is known.

The pictures are never opened, copied or shown: only the bytes go through a checksum.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, ProgressBar

from guidance.clearing import device_advice
from guidance.custody import Device
from guidance.language import N_, _, ngettext
from guidance.system_words import system_words
from screens.base import SeglModal
from screens.evidence_queue import NOBODY_KNOWS, EvidenceQueue
from screens.widgets.choices import Choices, Option
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.words import one_line, place_warning
from screens.work import put_fields, take_fields
from store.bundle.custody_words import device_label
from store.evidence.digest_lists import WrongLine
from store.evidence.errors import NotHashed, shown_path
from store.evidence.register import caution

_BEGINS: Final = 24
"""Signs of a line that was not used, by which it is found again: why it was not must fit behind them."""


class WhichProgram(SeglModal[bool | None]):
    """Which program made a list whose lines do not say: True for b3sum, None to take nothing in."""

    def __init__(self) -> None:
        super().__init__(classes="confirm")

    def body(self) -> ComposeResult:
        """What nearly every program makes has the focus."""
        yield Plain(_("Which program made the list?"), id="question")
        detail = _("Its lines do not say. sha256sum, hashdeep and most others make SHA-256.")
        yield Plain(detail, id="detail", classes="quiet")
        with Horizontal(classes="buttons"):
            yield Button(_("Another (SHA-256)"), id="sha256")
            yield Button(_("b3sum (BLAKE3)"), id="blake3")

    @on(Button.Pressed)
    def _said(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "blake3")


class EvidenceScreen(EvidenceQueue):
    """Files to checksums. Gives True when at least one piece was registered."""

    CSS_PATH = "evidence.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "start", N_("Read and go on")),
        Binding("ctrl+o", "pick", N_("Choose files")),
        Binding("escape", "go_back", N_("Back")),
        Binding("delete", "drop", N_("Take off the list")),
        Binding("ctrl+t", "typed", N_("Type a checksum")),
        Binding("ctrl+d", "list", N_("Take in a list")),
        Binding("ctrl+n", "next_device", N_("Next device")),
    ]
    AUTO_FOCUS = "#pick"

    def __init__(self, case_id: str, case_name: str) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self._folder: Path | None = None

    def heading(self) -> str:
        """Which case it belongs to."""
        return _("Register evidence in {case}").format(case=one_line(self.case_name))

    def body(self) -> ComposeResult:
        """The warning first; then the files, and how far the reading has come."""
        warning, doubt = caution()
        yield Plain(warning, id="warning", classes="banner")
        yield Plain(doubt, id="doubt", classes="quiet")
        yield LineList(self._row, empty=lambda: _("No files chosen yet."), id="files")
        yield Plain("", id="place", classes="banner")
        yield Plain("", id="device-label", classes="label")
        whose = [Option(id=one.value, label=device_label(one)) for one in Device if one]
        yield Choices([*whose, Option(id=NOBODY_KNOWS, label=_("I do not know"))], id="device")
        yield Plain("", id="status")
        yield ProgressBar(show_eta=False, id="progress")
        with Horizontal(classes="buttons"):
            yield Button(_("Choose files ..."), id="pick", variant="primary")
            yield Button(_("List ..."), id="list")
            yield Button(_("Checksum ..."), id="typed")
            yield Button(_("Read and go on"), id="start")
            yield Button(_("Stop reading"), id="stop")

    def on_mount(self) -> None:
        """Nothing is chosen yet; go on with pieces that were read but not registered."""
        self._fill()
        self.run_work(self._resume(), group="resume")

    def _fill(self) -> None:
        self.query_one("#files", LineList).show([*self.paths, *self._failed, *self._wrong])
        place = self.query_one("#place", Plain)
        words = place_warning(one.place for one in self._places)
        place.update(self._advice() or words)
        place.display = bool(words and self.paths)
        devices = self._devices
        asked = next((one for one in devices if one.place == self._asked), next(iter(devices), None))
        if asked is not None:
            label = f"{asked.question()} {asked.words()}"
            if len(devices) > 1:
                at = _("Device {number} of {count} (Ctrl+N: the next).")
                label = f"{at.format(number=devices.index(asked) + 1, count=len(devices))} {label}"
            self.query_one("#device-label", Plain).update(label)
        for id in ("#device-label", "#device"):
            self.query_one(id).display = asked is not None and not (self._reading or self._looking)
        self._asked = asked.place if asked is not None else None
        self.query_one("#status").display = self._reading or self._looking or bool(self._failed)
        self.query_one("#progress").display = self._reading
        self.query_one("#stop").display = self._reading
        for id in ("#pick", "#list", "#typed"):
            self.query_one(id).display = not self._reading
        start = self.query_one("#start", Button)
        start.display = not self._reading
        start.disabled = not self.paths or self._looking
        self.refresh_bindings()

    def _advice(self) -> str:
        """What follows from whose devices they are, as far as that was said; of several, of which."""
        said = [(one.place, self.answers[one.place]) for one in self._devices if self.answers.get(one.place)]
        if len({device for _place, device in said}) < 2:
            return " ".join(dict.fromkeys(device_advice(device) for _place, device in said))
        return "\n".join(f"{place.words()}: {device_advice(device)}" for place, device in said)

    @on(Choices.Changed, "#device")
    def _device_said(self, event: Choices.Changed) -> None:
        whose = " ".join(event.chosen)
        if self._asked is not None and whose:
            self.answers[self._asked] = Device.NONE if whose == NOBODY_KNOWS else Device(whose)
        event.stop()
        self._fill()

    async def refresh_language(self) -> None:
        """Draw anew, with the same files."""
        said = take_fields(self, "device")
        await super().refresh_language()
        put_fields(self, said)
        self._fill()

    def _row(self, row: Path | NotHashed | WrongLine, width: int) -> Content:
        if isinstance(row, WrongLine):
            begins = one_line(row.begins, _BEGINS)
            words = _("! line {line} ({begins}): {why}").format(line=row.line, begins=begins, why=row.why)
            return fit(Content.styled(words, "$error"), width)
        if isinstance(row, NotHashed):
            words = row.diagnostics().happened.replace(row.shown, shown_path(Path(os.fsdecode(row.path)).name))
            return fit(Content.styled(f"! {one_line(words)}", "$error"), width)
        return fit(Content.assemble(shown_path(row.name), (f"  {shown_path(row.parent)}", "$text-muted")), width)

    @on(Button.Pressed, "#pick")
    def action_pick(self) -> None:
        """Choose files."""
        if not self._reading:
            self.run_work(self._pick(), group="pick")

    async def _pick(self) -> None:
        from screens.pick_files import PickFilesScreen

        chosen = await self.app.push_screen_wait(
            PickFilesScreen("files-and-folders", _("Choose files and folders to register"), start=self._folder)
        )
        if not chosen:
            return
        self._folder = chosen[0].parent
        self._failed.clear()
        self._wrong.clear()
        self.paths += [path for path in chosen if path not in self.paths]
        await self._keep_chosen()
        await self._look_where()
        self._to_what_is_next()

    def action_drop(self) -> None:
        """Take the file under the cursor off the list; the file itself stays where it is."""
        row = self.query_one("#files", LineList).current
        if isinstance(row, Path) and not (self._reading or self._looking):
            self.paths.remove(row)
            self._fill()
            self.run_work(self._dropped(), group="keep-chosen")

    async def _dropped(self) -> None:
        """What lay there alone is not asked about any more."""
        await self._keep_chosen()
        if self._devices:
            await self._look_where()

    def action_next_device(self) -> None:
        """Put the question of the next place, round and round: an answer is changed as long as nothing is read."""
        places = [one.place for one in self._devices]
        if self._asked in places:
            self._ask(places[(places.index(self._asked) + 1) % len(places)])
            self.query_one("#device").focus()

    @on(Button.Pressed, "#list")
    def action_list(self) -> None:
        """Take in a list of checksums that was made elsewhere."""
        if not self._reading:
            self.run_work(self._list(), group="list")

    async def _list(self) -> None:
        from screens.pick_files import PickFilesScreen
        from store.evidence.digest_lists import MOST_BYTES, read_list

        chosen = await self.app.push_screen_wait(
            PickFilesScreen("file", _("Choose a list of checksums"), start=self._folder)
        )
        if not chosen:
            return

        def fetch() -> bytes:
            with chosen[0].open("rb") as file:
                return file.read(MOST_BYTES + 1)

        try:
            raw = await asyncio.to_thread(fetch)
        except OSError as error:
            self._say(_("The list can't be read: {reason}").format(reason=system_words(error)))
            return
        found = await asyncio.to_thread(read_list, raw)
        if found.plain:
            blake3 = await self.app.push_screen_wait(WhichProgram())
            if blake3 is None:
                return
            if blake3:
                found = await asyncio.to_thread(lambda: read_list(raw, plain="blake3"))
        self._wrong = list(found.wrong)
        self._fill()
        said = []
        if count := len(self._wrong):
            words = ngettext("{count} line was not used.", "{count} lines were not used.", count)
            said.append(words.format(count=count))
        if count := len(found.copies):
            words = ngettext(
                "{count} line is a copy of another, in another folder: exactly the same file, registered once.",
                "{count} lines are copies of others, in other folders: exactly the same files, registered once.",
                count,
            )
            said.append(words.format(count=count))
        if said:
            self._say(" ".join(said))
        if found.found:
            # A list may hold a quarter of a million.
            self._facts(await asyncio.to_thread(lambda: [one.draft() for one in found.found if not one.copy_of]))

    @on(Button.Pressed, "#typed")
    def action_typed(self) -> None:
        """Register a checksum that somebody else has made."""
        from store.model import DigestSource, EvidenceDraft

        self._facts([EvidenceDraft(digest="", source=DigestSource.TYPED)])

    def action_go_back(self) -> None:
        """Stop the reading, or leave."""
        if self._reading:
            self._stop.set()
        else:
            self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        if action in ("pick", "typed", "list"):
            return not self._reading
        if action == "next_device":
            return len(self._devices) > 1 and not (self._reading or self._looking)
        if action in ("start", "drop"):
            return bool(self.paths) and not (self._reading or self._looking)
        return True
