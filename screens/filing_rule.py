"""The office's rule on filing: which journal system, and within how many days a case has its number there."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from guidance.language import _
from screens.widgets.plain import Plain
from screens.widgets.text_line import TextLine
from screens.work import FormScreen, put_fields, take_fields
from store.cases.filing import MOST_DAYS, FilingRule

_FIELDS = ("system", "days")


class FilingRuleScreen(FormScreen[FilingRule]):
    """The rule. Gives it as it is afterwards, or None."""

    CSS_PATH = "filing_rule.tcss"
    AUTO_FOCUS = "#system"

    def __init__(self) -> None:
        super().__init__()
        self._first: dict[str, str] = {}

    def heading(self) -> str:
        """What it is."""
        return _("The office's rule on filing")

    def body(self) -> ComposeResult:
        """The system and the days."""
        yield Plain(
            _("Some offices must keep each case in their own journal system (ESDH). Segl reminds of it by this rule.")
        )
        yield Plain(_("The name of the journal system"), classes="label")
        yield TextLine(id="system", compact=True, select_on_focus=False)
        yield Plain(
            _("Within how many days of opening a case must its number be recorded? (0: no reminder)"), classes="label"
        )
        yield TextLine(id="days", compact=True, select_on_focus=False)
        yield Plain(_("It is an entry of the office, and goes to its colleagues."), classes="quiet")
        with Horizontal(classes="buttons"):
            yield Button(_("Save"), id="save", variant="primary")

    def on_mount(self) -> None:
        """Show the rule that there is; offer what was begun before."""
        self.run_work(self._begin(), group="begin")

    async def _begin(self) -> None:
        from store.casework import Casework

        rule = await self.do(Casework.filing_rule)
        put_fields(self, {"system": rule.system, "days": str(rule.days)})
        self._first = take_fields(self, *_FIELDS)
        await self.offer_draft()

    @property
    def draft_key(self) -> str:
        """One for the office."""
        return "filing-rule"

    def typed(self) -> dict[str, str]:
        """What stands in the fields, once something was changed."""
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
        """Write the rule."""
        self.run_work(self._save(), group="save")

    async def _save(self) -> None:
        from store.casework import Casework

        system = self.query_one("#system", Input).value.strip()
        typed = self.query_one("#days", Input).value.strip() or "0"
        if not (typed.isascii() and typed.isdigit()) or int(typed) > MOST_DAYS:
            self.say_fault(_("Write a number of days, at most {most}; 0 for none.").format(most=MOST_DAYS), "#days")
            return
        self.say_fault("")
        rule = await self.do(Casework.set_filing_rule, FilingRule(system=system, days=int(typed)))
        await self.drop_draft()
        self.said(_("The rule is saved."))
        self.dismiss(rule)

    async def refresh_language(self) -> None:
        """Draw anew, with what stands in the fields."""
        kept = take_fields(self, *_FIELDS)
        await super().refresh_language()
        put_fields(self, kept)
