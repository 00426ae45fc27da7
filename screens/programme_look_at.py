"""Ending something of the programme asks when to look at whether it is still to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from guidance.dates import parse_day
from screens.words import today
from screens.work import CaseWork


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAt:
    """What was answered.

    Attributes:
        day: None where none was named: then the programme's rule holds, where it has one.
    """

    day: date | None


async def asked_look_at(screen: CaseWork[Any], thing: str) -> LookAt | None:
    """Ask; None where somebody goes back. Only inside `run_work`."""
    from screens.retention import LookAtScreen
    from store.casework import Casework

    proposed = await screen.do(Casework.proposed_for, thing)
    chosen = await screen.app.push_screen_wait(LookAtScreen(proposed, of_case=False))
    if chosen is None:
        return None
    return LookAt(day=parse_day(chosen, today()) if chosen else None)
