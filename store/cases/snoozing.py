"""Putting a step off until a day, with a reason; and taking that back."""

from __future__ import annotations

from datetime import date

from guidance.checks import check_snooze
from guidance.engine import Guide
from store.cases.errors import StepNotMarked
from store.cases.steps import StepDesk
from store.entry import SpaceKind


class SnoozeDesk(StepDesk):
    """Casework on what is put off."""

    def snooze(self, case: str, step_id: str, until: date, reason: str) -> Guide:
        """Put a step off until a day; the reason stays in the case. A must only as far as the day it is due.

        Raises:
            StepUnknown, StepNotApplicable, SnoozeRefused, ReasonMissing: as `guidance.checks.check_snooze` says;
                nothing is written.
        """
        space = self._case_to_decide(case)
        self._verified(space)
        guide = self._guide(space)
        check_snooze(guide, step_id, until, reason)
        payload = {"step": guide.step(step_id).id, "until": until.isoformat(), "reason": reason}
        self._write(space, "step.snoozed", payload)
        return self._guide(space)

    def end_snooze(self, case: str, step_id: str) -> Guide:
        """Take back that a step was put off; it is due as it was before.

        Raises:
            StepNotMarked: nobody has put it off.
        """
        space = self._case_to_decide(case)
        self._verified(space)
        view = self._guide(space).step(step_id)
        if view.snoozed is None:
            raise StepNotMarked(step_id)
        put_off = self._guide(space).facts.snoozed
        with self._writing():
            for id in sorted(view.ids & put_off.keys()):
                self._append(SpaceKind.CASE, space, "step.snooze-ended", {"step": id})
        return self._guide(space)
