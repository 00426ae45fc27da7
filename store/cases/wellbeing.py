"""Wellbeing talks: what was seen at each, from the journal, which keeps every value that a fact has had."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from guidance.wellbeing import SAID, SIGNS, WellbeingTalk
from store.cases.steps import StepDesk
from store.journal import entries_of_kinds, read

_KINDS: Final = ("step.done", "fact.set", "step.taken-up")
_NONE: Final = "none"


class WellbeingDesk(StepDesk):
    """Casework on wellbeing talks."""

    def wellbeing(self, case: str) -> tuple[WellbeingTalk, ...]:
        """The wellbeing talks of a case, oldest first (HM-5a).

        A talk is a step done that asks for the signs. Facts recorded afterwards without a step correct the last talk,
        and taking the step up again takes it back; what was written stays in the history.

        Raises:
            CaseUnknown, CaseAmbiguous: as they say.
            JournalDamaged: an entry does not verify.
        """
        space = self._to_read(case)
        self._verified(space)
        talks: list[WellbeingTalk] = []
        for stored in entries_of_kinds(self._connection, space, _KINDS):
            entry = read(stored)
            said = entry.payload
            if said is None:
                continue
            if entry.header.kind == "step.taken-up":
                if SIGNS in said["withdrawn"] and talks:
                    talks.pop()
                continue
            facts = said["facts"]
            if entry.header.kind == "step.done" and isinstance(facts.get(SIGNS), str):
                note = "\n".join(part for part in (_text(facts.get(SAID)), _text(said["note"])) if part)
                talks.append(WellbeingTalk(at=entry.header.claimed_at, signs=_signs(facts[SIGNS]), note=note))
            elif talks and entry.header.kind == "fact.set" and isinstance(facts.get(SIGNS), str):
                talks[-1] = replace(talks[-1], signs=_signs(facts[SIGNS]))
        return tuple(sorted(talks, key=lambda talk: talk.at))


def _signs(value: str) -> tuple[str, ...]:
    return tuple(sign for sign in value.split() if sign != _NONE)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
