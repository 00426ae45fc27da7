"""What is left to a person once no copy stays on their own device or the office's: a step that Segl does not do itself.

Segl has seen that a file is gone. That bin and backup are looked at it has not, so it offers the step and does not mark
it; where no copy was ever there, nothing was deleted, and it is asked anew whether there is material.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guidance.copies import CLEARED, HAS
from guidance.guide import CaseFacts, Guide, StepView
from guidance.language import _
from guidance.model import FactType, FactValue, State


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLeft:
    """A step that can be done now.

    Attributes:
        view: the step.
        values: answers that are offered with it; a person sees them before they are recorded.
        note: why it can be done, for the entry.
    """

    view: StepView
    values: Mapping[str, FactValue]
    note: str

    def words(self) -> str:
        """That it can be done, and that nobody has done it."""
        return _("No copy is left that has to be cleared. Left to you: {step}").format(
            step=self.view.step.title.local()
        )


def step_left(before: CaseFacts, guide: Guide) -> StepLeft | None:
    """The step that has come to be left by what was done last; None where nothing has.

    Args:
        before: the case before that.
        guide: as it stands now.
    """
    now = guide.facts
    if now.staying or not (before.staying or now.cleared > before.cleared):
        return None
    fact = CLEARED[0] if now.cleared else HAS
    view = next((view for view in guide.steps if fact in view.step.sets), None)
    if view is None or view.state not in (State.OPEN, State.DUE, State.OVERDUE, State.DONE):
        return None
    if not now.cleared:
        # Done by 'no' it says what the copies say.
        note = _("The copies that were named are not there.")
        return StepLeft(view=view, values={}, note=note) if now.values.get(HAS) is not False else None
    if view.state is State.DONE:
        return None
    day = guide.specs.get(fact)
    values = {fact: guide.today} if day is not None and day.type is FactType.DATE else {}
    return StepLeft(view=view, values=values, note=_("The last copy that had to be cleared is gone."))
