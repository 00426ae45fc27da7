"""What people said differently without knowing of one another, one thing a page; a person decides what stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button

from guidance.language import N_, _, ngettext
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.words import moment, one_line
from screens.work import FormScreen, put_fields, take_fields
from store.cases.conflicts import Conflict


class ConflictsScreen(FormScreen[None]):
    """The disagreements of one case, until none is left or one goes back."""

    CSS_PATH = "conflicts.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", N_("Let it stand"))]
    AUTO_FOCUS = "#stands"

    def __init__(self, case_id: str, case_name: str, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self.conflicts = conflicts

    @property
    def conflict(self) -> Conflict:
        """The one that is shown."""
        return self.conflicts[0]

    def heading(self) -> str:
        """Which case, and how many are left."""
        words = ngettext("{count} disagreement in {case}", "{count} disagreements in {case}", len(self.conflicts))
        return words.format(count=len(self.conflicts), case=one_line(self.case_name))

    def body(self) -> ComposeResult:
        """What it is about, who said what when, and why one of them stands."""
        yield Plain(_("Said without knowing of one another: {subject}").format(subject=self.conflict.words), id="about")
        yield Plain(self._until(), classes="quiet")
        yield Choices(
            [
                Option(id=said.entry, label=said.words, note=f"{said.author}, {moment(said.at)}")
                for said in self.conflict.statements
            ],
            id="stands",
        )
        yield Plain(_("Why does it stand? The reason stays in the case."), classes="label")
        yield PlainArea(id="reason")
        with Horizontal(classes="buttons"):
            yield Button(_("Let it stand"), id="save", variant="primary")
            yield Button(_("Back"), id="back")

    def _until(self) -> str:
        if self.conflict.subject.startswith("evidence/"):
            return _("Until you decide, what was said last is shown.")
        if self.conflict.subject.startswith("chain/"):
            return _("These can't all be true. Until you decide, the custody is disputed and nothing more is recorded.")
        return _("Until you decide, it counts as not answered.")

    def on_mount(self) -> None:
        """Offer the reason that was begun before."""
        self.run_work(self.offer_draft())

    @property
    def draft_key(self) -> str:
        """One draft a case: of the disagreement that is shown."""
        return f"conflict/{self.case_id}"

    def typed(self) -> dict[str, str]:
        """The reason, what was chosen, and of which disagreement."""
        fields = take_fields(self, "stands", "reason")
        return fields | {"subject": self.conflict.subject} if fields.get("reason", "").strip() else {}

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back, where it is of a disagreement that is still there."""
        subject = typed.get("subject", self.conflict.subject)
        if subject == self.conflict.subject:
            put_fields(self, {id: text for id, text in typed.items() if id != "subject"})

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Write the decision, and go on to the next."""
        self.run_work(self._save(), group="save")

    async def _save(self) -> None:
        from store.casework import Casework

        stands = self.query_one("#stands", Choices).value
        reason = self.query_one("#reason", PlainArea).text.strip()
        if stands is None:
            self.say_fault(_("Choose which statement stands."), "#stands")
            return
        if not reason:
            self.say_fault(_("Write why. The reason stays in the case."), "#reason")
            return
        await self.do(Casework.decide, self.case_id, self.conflict.subject, stands, reason)
        self.conflicts = await self.do(Casework.conflicts, self.case_id)
        if not self.conflicts:
            await self.drop_draft()
            self.dismiss(None)
            return
        self.say_fault("")
        await self.recompose()
        await self.keep_draft()
        self.query_one("#stands").focus()

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.action_go_back()

    async def refresh_language(self) -> None:
        """Draw anew; what was chosen and typed stays."""
        from store.casework import Casework

        kept = take_fields(self, "stands", "reason")
        subject = self.conflict.subject
        self.conflicts = await self.do(Casework.conflicts, self.case_id) or self.conflicts
        await super().refresh_language()
        if self.conflict.subject == subject:
            put_fields(self, kept)
