"""Decide on the level: the reaction first, the image second; Segl suggests and says why, the counsellor decides."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from guidance.engine import Guide
from guidance.language import _
from guidance.level import Reaction, Shows, levels, no_levels, suggest
from guidance.model import FactValue, Level
from screens.widgets.choices import Choices, Option
from screens.widgets.fact_form import FactForm, Question
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.work import FormScreen, put_fields, take_fields
from store.model import CaseOutline

ASKED = ("reaction.seen", "image.shows", "image.recognisable", "image.threats")
_FACT = "fact:"


class LevelScreen(FormScreen[Guide]):
    """The level of one case. Gives the guide as it is afterwards."""

    CSS_PATH = "level.tcss"
    AUTO_FOCUS = "FactForm Choices, #level"

    def __init__(self, case_id: str, record: CaseOutline) -> None:
        super().__init__()
        self.case_id = case_id
        self.record = record

    @property
    def guide(self) -> Guide:
        """The guide as it was when the screen was opened."""
        return self.record.guide

    def heading(self) -> str:
        """What is decided."""
        return _("Decide on the level")

    def body(self) -> ComposeResult:
        """The reaction, the image, what Segl suggests, the levels, the reason."""
        guide = self.guide
        if self.record.summary.level:
            now = _("Now: level {level}. {reason}")
            yield Plain(
                now.format(level=self.record.summary.level, reason=self.record.level_reason), id="now", classes="quiet"
            )
        if not levels(guide.playbooks):
            yield Plain(no_levels(), id="no-levels", classes="strong")
        specs = [guide.specs[fact] for fact in ASKED if fact in guide.specs]
        yield FactForm(specs, guide.facts, guide.specs, guide.today)
        yield Plain("", id="suggestion")
        yield Plain(_("Which level do you decide on?"), classes="strong")
        chosen = (str(self.record.summary.level),) if self.record.summary.level else ()
        yield Choices([self._option(level) for level in levels(guide.playbooks)], chosen=chosen, id="level")
        yield Plain("", id="level-fault", classes="fault")
        yield Plain("", id="described", classes="quiet")
        yield Plain(_("Why this level? A sentence on the reaction is enough."), classes="strong")
        yield PlainArea(id="reason")
        yield Plain("", id="reason-fault", classes="fault")
        with Horizontal(classes="buttons"):
            yield Button(_("Decide"), id="save", variant="primary")

    def _option(self, level: Level) -> Option:
        label = _("Level {level}").format(level=level.number)
        if not level.described:
            return Option(id=str(level.number), label=label, refused=_("not described in the source, can't be chosen"))
        return Option(id=str(level.number), label=f"{label}: {level.title.local()}")

    def on_mount(self) -> None:
        """Suggest from what is recorded; offer what was begun before."""
        for fault in self.query(".fault"):
            fault.display = False
        self._suggest()
        self._describe()
        self.run_work(self.offer_draft())

    async def refresh_language(self) -> None:
        """Draw anew."""
        await super().refresh_language()
        for fault in self.query(".fault"):
            fault.display = False
        self._suggest()
        self._describe()

    @on(Question.Answered)
    def _suggest(self) -> None:
        answers = self.query_one(FactForm).answers()
        reaction, shows = answers.get("reaction.seen"), answers.get("image.shows")
        recognisable, threats = answers.get("image.recognisable"), answers.get("image.threats")
        suggestion = suggest(
            Reaction(reaction) if isinstance(reaction, str) else None,
            Shows(shows) if isinstance(shows, str) else None,
            recognisable=recognisable if isinstance(recognisable, bool) else None,
            threats=threats if isinstance(threats, bool) else None,
        )
        words = suggestion.why.local()
        if suggestion.level is not None:
            head = _("Segl suggests level {level}.").format(level=suggestion.level)
            content = Content.assemble((head, "bold $accent"), f" {words}")
        else:
            content = Content.styled(words, "$text-muted")
        self.query_one("#suggestion", Plain).update(content)

    @on(Choices.Changed, "#level")
    def _chosen(self) -> None:
        self._say("level", "")
        self._describe()

    def _describe(self) -> None:
        chosen = self.query_one("#level", Choices).value
        level = next((one for one in levels(self.guide.playbooks) if str(one.number) == chosen), None)
        lines: list[Content] = []
        if level is not None:
            for label, texts in ((_("Reaction"), level.reaction), (_("Image"), level.image)):
                words = " ".join(text.local() for text in texts)
                lines.append(Content.assemble((f"{label}: ", "bold"), words))
        self.query_one("#described", Plain).update(Content("\n").join(lines))
        self.query_one("#described").display = bool(lines)

    @on(Choices.Refused, "#level")
    def _refused(self, event: Choices.Refused) -> None:
        number = event.option.label
        self._say("level", f"{number}: {event.option.refused}.")

    def _say(self, field: str, words: str) -> None:
        fault = self.query_one(f"#{field}-fault", Plain)
        fault.update(words)
        fault.display = bool(words)

    @property
    def draft_key(self) -> str:
        """One draft a case."""
        return f"level/{self.case_id}"

    def typed(self) -> dict[str, str]:
        """What differs from what is recorded."""
        found = take_fields(self, "reason")
        for form in self.query(FactForm):
            found |= {f"{_FACT}{fact}": text for fact, text in form.changed().items()}
        level = take_fields(self, "level").get("level", "")
        if level and level != str(self.record.summary.level or ""):
            found["level"] = level
        return found

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back."""
        put_fields(self, {id: text for id, text in typed.items() if id in ("reason", "level")})
        for form in self.query(FactForm):
            form.put_raw({id.removeprefix(_FACT): text for id, text in typed.items() if id.startswith(_FACT)})
        self._suggest()
        self._describe()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Decide."""
        self.run_work(self._save(), group="save-level")

    async def _save(self) -> None:
        from store.casework import Casework

        form = self.query_one(FactForm)
        chosen = self.query_one("#level", Choices).value
        reason = self.query_one("#reason", PlainArea).text.strip()
        self._say("level", "" if chosen else _("Choose a level."))
        self._say("reason", "" if reason else _("Write why. The reason stays in the case."))
        if not chosen or not reason:
            self.query_one("#reason" if chosen else "#level").focus()
            return
        recorded = self.guide.facts.values
        changed: dict[str, FactValue] = {
            fact: value for fact, value in form.answers().items() if recorded.get(fact) != value
        }
        if changed:
            await self._record(changed)
        guide = await self.do(Casework.set_level, self.case_id, int(chosen), reason)
        await self.drop_draft()
        self.said(_("Level {level} is decided.").format(level=chosen))
        self.dismiss(guide)

    async def _record(self, changed: dict[str, FactValue]) -> None:
        from store.casework import Casework

        step = next((view for view in self.guide.steps if "reaction.seen" in view.step.sets), None)
        known = {**self.guide.facts.values, **changed}
        if step is not None and step.actionable and "reaction.seen" in known:
            await self.do(Casework.do_step, self.case_id, step.id, changed)
        else:
            await self.do(Casework.set_facts, self.case_id, changed)
