"""Verifying everything in the vault: how far it has come, what was found, what to do about it, and the tables anew."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, ProgressBar

from guidance.language import N_, _, ngettext
from screens.long_work import LongWork
from screens.widgets.lines import LineList, fit
from screens.widgets.list_detail import ListDetail
from screens.widgets.plain import Plain
from screens.words import one_line
from store.findings import Finding, Report

Stage = Literal["before", "working", "done"]


def draw_finding(finding: Finding, width: int) -> Content:
    """What was found, on one line; damage is marked by a sign and not by colour alone."""
    words = one_line(finding.words())
    return Content.styled(fit(f"▲ {words}", width).plain, "$error") if finding.damage else fit(f"  {words}", width)


def finding_detail(finding: Finding) -> Content:
    """The whole of it, and what to do."""
    todo = finding.todo() or _("A remark: nothing is damaged, and there is nothing to do.")
    if finding.made_anew:
        todo = _("The tables are made from the journal: F6 makes them anew. Nothing that was written changes.")
    return Content("\n").join([Content.styled(one_line(finding.words()), "bold"), Content(todo)])


class DoctorScreen(LongWork[None]):
    """Before, meanwhile and after; a lock waits for it under a cover."""

    CSS_PATH = "doctor.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "verify", N_("Verify")),
        Binding("f6", "repair", N_("Tables anew")),
        Binding("f8", "known", N_("I know of it")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#verify"

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage = "before"
        self._report: Report | None = None
        self._repairing = False

    def heading(self) -> str:
        """The name of the screen."""
        return _("Verify everything")

    def body(self) -> ComposeResult:
        """What belongs to the stage one is at."""
        match self.stage:
            case "before":
                yield Plain(
                    _(
                        "Every entry, signature and checkpoint in the vault is looked at, and every table made from "
                        "them. Nothing is changed. It takes seconds; with very many cases, minutes. You can stop it, "
                        "and F9 covers the screen meanwhile."
                    )
                )
                with Horizontal(classes="buttons"):
                    yield Button(_("Verify everything"), id="verify", variant="primary")
            case "working":
                words = _("Making the tables anew, then verifying ...") if self._repairing else _("Verifying ...")
                yield Plain(words, classes="strong")
                yield ProgressBar(show_eta=False, id="progress")
                with Horizontal(classes="buttons"):
                    yield Button(_("Stop"), id="stop")
            case "done":
                yield from self._done_page()

    def _done_page(self) -> ComposeResult:
        assert self._report is not None
        said, style = self._verdict(self._report)
        yield Plain(Content.styled(said, style), id="verdict")
        yield Plain(
            _("Looked at: {spaces} spaces, {entries} entries, {commits} commits.").format(
                spaces=self._report.spaces, entries=self._report.entries, commits=self._report.commits
            )
            if self._report.whole
            else _("What was not looked at may still be damaged: verify again when there is time."),
            id="looked",
            classes="quiet",
        )
        if self._report.findings:
            yield ListDetail(draw_finding, finding_detail, id="findings")
        with Horizontal(classes="buttons"):
            if self._curable:
                yield Button(_("Make the tables anew"), id="repair", variant="primary")
            if self._put_back:
                yield Button(_("I know of it"), id="known")
            yield Button(_("Verify again"), id="verify")
            yield Button(_("Close"), id="close")

    @staticmethod
    def _verdict(report: Report) -> tuple[str, str]:
        damaged = sum(finding.damage for finding in report.findings)
        if damaged:
            words = ngettext(
                "Not everything verifies: {count} finding. What to do stands below.",
                "Not everything verifies: {count} findings. What to do with each stands below.",
                damaged,
            ).format(count=damaged)
            return words, "bold $error"
        if not report.whole:
            return _("Stopped before the end."), "bold $warning"
        return _("Everything verifies."), "bold $success"

    @property
    def _curable(self) -> bool:
        return self._report is not None and any(finding.made_anew for finding in self._report.findings)

    @property
    def _put_back(self) -> bool:
        return self._report is not None and any(finding.settled_by_word for finding in self._report.findings)

    async def _show(self, stage: Stage) -> None:
        self.stage = stage
        with self.holding_keys():
            await self.recompose()
            self._settle()
        self.refresh_bindings()

    def _settle(self) -> None:
        found = list(self.query("#findings").results(ListDetail))
        if found and self._report is not None:
            findings: list[Finding] = sorted(self._report.findings, key=lambda finding: not finding.damage)
            found[0].show(findings)
        first = {"before": "#verify", "working": "#stop", "done": "#close"}[self.stage]
        if found:
            found[0].focus_list()
        else:
            # Segl may end while the page is drawn anew.
            for button in self.query(first):
                self.set_focus(button)

    async def refresh_language(self) -> None:
        """Draw anew in the current language."""
        await super().refresh_language()
        self._settle()

    @on(Button.Pressed, "#verify")
    def action_verify(self) -> None:
        """Look at everything."""
        if self.stage != "working":
            self.run_work(self._examine(), group="work")

    @on(Button.Pressed, "#repair")
    def action_repair(self) -> None:
        """Make the tables anew and look again."""
        if self.stage == "done" and self._curable:
            self.run_work(self._repair(), group="work")

    @on(Button.Pressed, "#known")
    def action_known(self) -> None:
        """A person knows that an old copy was put back."""
        if self.stage == "done" and self._put_back:
            self.run_work(self._known(), group="work")

    async def _known(self) -> None:
        from store.casework import Casework

        if await self.confirmed(
            _("Do you know that an old copy of the vault was put back?"),
            detail=_("Take in first what others have. It is said no more then, and what nobody has is lost."),
            yes=_("I know of it"),
        ):
            await self.do(Casework.settle_put_back)
            await self._examine()

    @on(LineList.Chosen)
    def _chosen(self) -> None:
        self.query_one(".detail").focus()

    async def _repair(self) -> None:
        if await self.confirmed(
            _("Make the tables anew from the journal?"),
            detail=_("Nothing that was written changes. Stopped on the way, the tables stay as they are."),
            yes=_("Make them anew"),
        ):
            await self._examine(repair=True)

    async def _examine(self, *, repair: bool = False) -> None:
        self._repairing = repair
        before = self.stage
        self.begin_work()
        await self._show("working")
        try:
            self._report = await self.through(
                self.client.examine(repair=repair, progress=self.moved, cancelled=self.stopped), stop=self.stop_work
            )
            before = "done"
        finally:
            if self.is_attached:
                await self._show(before)

    async def keep_draft(self) -> None:
        """Nothing is typed here; Segl ends, and must not wait for the end of the vault."""
        self.stop_work()

    @on(Button.Pressed, "#close")
    def action_go_back(self) -> None:
        """Stop the work, or leave."""
        if self.stage == "working":
            self.stop_work()
        else:
            self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done at this stage is offered."""
        if action == "verify":
            return self.stage != "working"
        if action == "repair":
            return self.stage == "done" and self._curable
        if action == "known":
            return self.stage == "done" and self._put_back
        return True
