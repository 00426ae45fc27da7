"""Do a step: what holds it first, why and how, the answers it asks for, a note; or set it aside with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from guidance.directory import Entry
from guidance.engine import Guide, StepView
from guidance.language import N_, _
from guidance.model import FactValue, Kind, State
from guidance.refusals import FactMissing, FactNotValid
from guidance.step_left import StepLeft
from screens.guide_words import answers, hold_words, lifting_step, source_words, step_head
from screens.says import named, said_with
from screens.widgets.fact_form import FactForm
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.words import day, moment, one_line, visible
from screens.work import FormScreen, put_fields, take_fields
from store.plan import Plan

_FACT = "fact:"


class StepScreen(FormScreen[Guide | str]):
    """One step of a case. Gives the guide as it is afterwards, or the id of a step to go to."""

    CSS_PATH = "step.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", N_("Done: save")),
        Binding("f6", "set_aside", N_("Set aside")),
        Binding("f7", "take_up", N_("Undo")),
        Binding("f8", "jump", N_("Go to what lifts it")),
        Binding("f5", "go_past", N_("Go past it")),
        Binding("ctrl+t", "snooze", N_("Put off")),
        Binding("f3", "plan", N_("Our plan")),
        Binding("f4", "directory", N_("Who helps")),
    ]
    AUTO_FOCUS = "FactForm Choices, FactForm Input, FactForm TextArea, #note, #aside"

    def __init__(self, case_id: str, step_id: str, guide: Guide, left: StepLeft | None = None) -> None:
        """Make the screen.

        Args:
            case_id: the case.
            step_id: the step.
            guide: as it stands.
            left: why it is offered, and which answers with it; none of that is recorded before a person saves it.
        """
        super().__init__()
        self._left = left
        self.case_id = case_id
        self.guide = guide
        self.view = guide.step(step_id)
        self._entries: tuple[Entry, ...] | None = None
        self._plan: Plan | None = None

    def heading(self) -> str:
        """The step's title."""
        return one_line(self.view.step.title.local())

    @property
    def held(self) -> bool:
        """Whether it waits for something."""
        return self.view.state is State.HELD

    def body(self) -> ComposeResult:
        """What to know first, then what to answer, then what can be done."""
        view, guide = self.view, self.guide
        yield Plain(view.step.title.local(), classes="strong", id="title")
        yield Plain(step_head(view, guide), id="head")
        yield from self._banners()
        if why := view.step.why.local():
            yield Plain(why, id="why")
        if how := view.step.how.local():
            yield Plain(how, id="how")
        if view.step.says:
            yield Plain(self._said(), id="said")
        if view.state is State.DONE and not view.step.recurs:
            rows = [
                Content.assemble((f"{question} ", "$text-muted"), answer) for question, answer in answers(view, guide)
            ]
            if rows:
                yield Plain(Content("\n").join([Content.styled(_("Recorded:"), "bold"), *rows]), id="recorded")
        if not self.held and view.state is not State.NOT_APPLICABLE:
            yield self._form()
            yield Plain(_("Note (may be left out)"), classes="question-label strong")
            yield PlainArea(self._offered_note, id="note")
        with Horizontal(classes="buttons"):
            yield from self._buttons()
        sources = "; ".join(source_words(view, guide))
        yield Plain(_("From: {source}").format(source=sources), classes="quiet", id="source")

    def _said(self) -> Content:
        return Content("\n").join(said_with(self.view.step.says, self.guide.playbooks, self._entries, self._plan))

    def _banners(self) -> Iterable[Plain]:
        lifting = lifting_step(self.guide, self.view)
        if self.held:
            lines = [Content.assemble(("‖ ", "bold"), hold_words(hold)) for hold in self.view.held_by]
            if lifting is not None:
                words = _("Lifted by: {step} (F8 goes there)").format(step=lifting.step.title.local())
                lines.append(Content.styled(words, "bold"))
            yield Plain(Content("\n").join(lines), id="held", classes="banner")
        if self.view.warnings:
            lines = [Content(f"▲ {warning.local()}") for warning in self.view.warnings]
            yield Plain(Content("\n").join(lines), id="warnings", classes="banner")
        if self.view.set_aside is not None:
            words = _("Set aside {moment}: {reason}").format(
                moment=moment(self.view.set_aside.at), reason=visible(self.view.set_aside.reason)
            )
            yield Plain(words, id="set-aside", classes="banner")
        if self.view.snoozed is not None:
            put_off = self.view.snoozed
            words = _("Put off until {day}: {reason}").format(day=day(put_off.until), reason=visible(put_off.reason))
            yield Plain(words, id="put-off", classes="banner")

    def _form(self) -> FactForm:
        facts = self.guide.facts
        if self.view.step.recurs:
            values = {fact: value for fact, value in facts.values.items() if fact not in self.view.step.sets}
            facts = replace(facts, values=values)
        elif self._left is not None:
            facts = replace(facts, values={**self._left.values, **facts.values})
        specs = [self.guide.specs[fact] for fact in self.view.step.sets if fact in self.guide.specs]
        return FactForm(specs, facts, self.guide.specs, self.guide.today)

    @property
    def _offered_note(self) -> str:
        return self._left.note if self._left is not None else ""

    def _buttons(self) -> Iterable[Button]:
        if not self.held and self.view.state is not State.NOT_APPLICABLE:
            plain = self.view.step.kind in (Kind.DO, Kind.REFER, Kind.WAIT)
            yield Button(_("It is done") if plain else _("Save"), id="save", variant="primary")
        if self._can_go_past():
            yield Button(_("Go past it, with a reason ..."), id="past")
        if self._can_set_aside():
            yield Button(_("Set aside ..."), id="aside")
        if self._can_take_up():
            yield Button(_("Undo ..."), id="undo")

    def _can_go_past(self) -> bool:
        return self.held and all(hold.may_pass for hold in self.view.held_by)

    def _can_set_aside(self) -> bool:
        return self.view.state in (State.OPEN, State.DUE, State.OVERDUE, State.HELD)

    def _can_take_up(self) -> bool:
        return self.view.state in (State.DONE, State.SET_ASIDE)

    def _can_snooze(self) -> bool:
        return self.view.state in (State.OPEN, State.DUE, State.OVERDUE, State.HELD)

    def on_mount(self) -> None:
        """Offer what was begun before."""
        self.run_work(self.offer_draft(), group="begin")

    def on_screen_resume(self) -> None:
        """Put in what the office has settled and whom it turns to, which may have been changed meanwhile."""
        if self.view.step.says:
            self.run_work(self._ask_office(), group="ask-office")

    async def _ask_office(self) -> None:
        from store.casework import Casework

        self._entries = await self.do(Casework.directory)
        self._plan = await self.do(Casework.plan)
        for said in self.query("#said"):
            assert isinstance(said, Plain)
            said.update(self._said())

    def action_plan(self) -> None:
        """Open the plan at the first question of this step that has no answer, else at the first."""
        self.run_work(self._open_plan(), group="open-plan")

    async def _open_plan(self) -> None:
        from screens.plan_question import PlanQuestionScreen
        from store.casework import Casework

        plan = await self.do(Casework.plan)
        ids = named(self.view.step.says, "plan")
        items = [item for item in (plan.item(id) for id in ids) if item and item.still_asked]
        if items:
            chosen = next((item for item in items if item.now is None), items[0])
            await self.app.push_screen_wait(PlanQuestionScreen(chosen.id, plan))

    def action_directory(self) -> None:
        """Open the directory of help at the first entry that this step names."""
        from screens.directory import DirectoryScreen

        self.app.push_screen(DirectoryScreen(next(iter(named(self.view.step.says, "directory")), "")))

    @property
    def draft_key(self) -> str:
        """One draft a step."""
        return f"step/{self.case_id}/{self.view.id}"

    def typed(self) -> dict[str, str]:
        """Answers that differ from what is recorded, and the note."""
        found = {id: text for id, text in take_fields(self, "note").items() if text != self._offered_note}
        for form in self.query(FactForm):
            found |= {f"{_FACT}{fact}": text for fact, text in form.changed().items()}
        return found

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back."""
        put_fields(self, {id: text for id, text in typed.items() if id == "note"})
        for form in self.query(FactForm):
            form.put_raw({id.removeprefix(_FACT): text for id, text in typed.items() if id.startswith(_FACT)})

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Record it."""
        self.run_work(self._save(), group="save-step")

    async def _save(self) -> None:
        from store.casework import Casework

        forms = list(self.query(FactForm))
        if forms and (wrong := forms[0].check()) is not None:
            wrong.focus_field()
            return
        answered: dict[str, FactValue] = forms[0].answers() if forms else {}
        if not self.view.step.recurs:
            recorded = self.guide.facts.values
            answered = {fact: value for fact, value in answered.items() if recorded.get(fact) != value}
        note = take_fields(self, "note").get("note", "")
        try:
            guide = await self.do(Casework.do_step, self.case_id, self.view.id, answered, note)
        except (FactNotValid, FactMissing) as refusal:
            facts = [refusal.fact] if isinstance(refusal, FactNotValid) else [spec.id for spec in refusal.facts]
            for question in self.query("Question"):
                if question.spec.id in facts:  # type: ignore[attr-defined]
                    question.focus_field()  # type: ignore[attr-defined]
                    break
            raise
        await self.drop_draft()
        self.said(_("Recorded: {step}").format(step=one_line(self.view.step.title.local(), 60)))
        self.dismiss(guide)

    @on(Button.Pressed, "#aside")
    def action_set_aside(self) -> None:
        """Set it aside, with the reason."""
        self.run_work(self._set_aside(), group="set-aside")

    async def _set_aside(self) -> None:
        from store.casework import Casework

        async def set_aside(reason: str) -> None:
            guide = await self.do(Casework.set_aside, self.case_id, self.view.id, reason)
            await self.drop_draft()
            self.dismiss(guide)

        question = _("Why is this step not done? The reason stays in the case: {step}")
        await self.with_reason(_("Set the step aside"), question.format(step=self.view.step.title.local()), set_aside)

    def action_snooze(self) -> None:
        """Put it off until a day, with the reason; or take that back."""
        self.run_work(self._snooze(), group="snooze")

    async def _snooze(self) -> None:
        from screens.snooze import snoozed
        from store.casework import Casework

        if self.view.snoozed is not None:
            if await self.confirmed(_("Is the step no longer put off?"), yes=_("Yes, as before")):
                self.dismiss(await self.do(Casework.end_snooze, self.case_id, self.view.id))
            return
        answer = await snoozed(self, self.view.step.title.local(), self.guide.today)
        if answer is not None:
            guide = await self.do(Casework.snooze, self.case_id, self.view.id, answer.until, answer.reason)
            self.said(_("Put off."))
            self.dismiss(guide)

    @on(Button.Pressed, "#past")
    def action_go_past(self) -> None:
        """Go past what holds it, with the reason, and do it."""
        self.run_work(self._go_past(), group="go-past")

    async def _go_past(self) -> None:
        from store.casework import Casework

        async def go_past(reason: str) -> None:
            self.guide = await self.do(Casework.go_past, self.case_id, self.view.id, reason)
            self.view = self.guide.step(self.view.id)
            await self.recompose()
            self.refresh_bindings()
            self.screen.focus_next("FactForm Choices, FactForm Input, FactForm TextArea, #note")

        question = _("Why is this done before what it waits for? The reason stays in the case.")
        await self.with_reason(_("Go past it"), question, go_past)

    @on(Button.Pressed, "#undo")
    def action_take_up(self) -> None:
        """Take it up again: it is no longer done, or no longer set aside."""
        self.run_work(self._take_up(), group="take-up")

    async def _take_up(self) -> None:
        from store.casework import Casework

        if self.view.state is State.SET_ASIDE:
            question = _("Take the step up again?")
        else:
            question = _("Is the step not done after all?")
        detail = _("What was recorded before can still be read in the history.")
        if await self.confirmed(question, detail=detail, yes=_("Yes, open it again")):
            guide = await self.do(Casework.take_up, self.case_id, self.view.id)
            await self.drop_draft()
            self.said(_("The step is open again."))
            self.dismiss(guide)

    def action_jump(self) -> None:
        """Go to the step that lifts what holds this one."""
        lifting = lifting_step(self.guide, self.view)
        if lifting is not None:
            self.dismiss(lifting.id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done is offered."""
        match action:
            case "set_aside":
                return self._can_set_aside()
            case "snooze":
                return self._can_snooze()
            case "take_up":
                return self._can_take_up()
            case "go_past":
                return self._can_go_past()
            case "plan":
                return bool(named(self.view.step.says, "plan"))
            case "directory":
                return bool(named(self.view.step.says, "directory"))
            case "jump":
                return lifting_step(self.guide, self.view) is not None
        return True


__all__ = ["StepScreen", "StepView"]
