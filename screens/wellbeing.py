"""Wellbeing talks over time: the signs of each beside one another, then each talk in words. Never a diagnosis."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.language import N_, _
from guidance.model import FactSpec
from guidance.wellbeing import Sign, WellbeingTalk, chart, legend, no_diagnosis, signs_in_words, signs_of
from screens.widgets.plain import Plain
from screens.words import moment, one_line, visible
from screens.work import CaseWork


class WellbeingScreen(CaseWork[None]):
    """The wellbeing talks of one case; nothing is written here."""

    CSS_PATH = "wellbeing.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "go_back", N_("Back")),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
    ]

    def __init__(self, case_id: str, case_name: str, specs: dict[str, FactSpec]) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self._specs = specs
        self._talks: tuple[WellbeingTalk, ...] | None = None

    def heading(self) -> str:
        """What is shown, of which case."""
        return _("Wellbeing talks: {case}").format(case=one_line(self.case_name, 80))

    def body(self) -> ComposeResult:
        """The sentence first, then the drawing, then the words."""
        yield Plain(no_diagnosis(), id="no-diagnosis")
        yield Plain("", id="chart")
        yield Plain("", id="legend", classes="quiet")
        yield Plain("", id="talks")

    def on_screen_resume(self) -> None:
        """Fetch the talks."""
        self.run_work(self._load())

    async def _load(self) -> None:
        from store.casework import Casework

        self._talks = await self.do(Casework.wellbeing, self.case_id)
        self._draw()

    async def refresh_language(self) -> None:
        """Draw anew in the other language."""
        await super().refresh_language()
        self._draw()

    def on_resize(self, _event: events.Resize) -> None:
        """The drawing takes the room there is."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if self._talks is None or not self.is_attached:
            return
        talks = self._talks
        words = self.query_one("#talks", Plain)
        if not talks:
            words.update(_("No wellbeing talk has been recorded yet. The guide has a step for it."))
            return
        signs = signs_of(self._specs, talks)
        drawing = self.query_one("#chart", Plain)
        drawing.update("\n".join(chart(signs, talks, width=max(drawing.content_size.width, 24))))
        self.query_one("#legend", Plain).update(legend(signs))
        words.update(Content("\n\n").join(_talk(signs, talk) for talk in reversed(talks)))

    def action_scroll(self, by: int) -> None:
        """Move the text."""
        self.query_one("#body").scroll_relative(y=by, animate=False)

    def action_go_back(self) -> None:
        """Back to the case."""
        self.dismiss(None)


def _talk(signs: tuple[Sign, ...], talk: WellbeingTalk) -> Content:
    lines = [Content.assemble((moment(talk.at), "bold"), f"  {signs_in_words(signs, talk)}")]
    if talk.note:
        lines.append(Content(visible(talk.note)))
    return Content("\n").join(lines)
