"""Every playbook walked in a real terminal from the first step to closing: no step set aside, no hold gone past."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import pytest

from guidance.loader import INDEX
from tests.e2e.terminal import Terminal
from tests.e2e.walker import Walk, Walker
from tests.tools import ROOT, need
from tests.tui.cli.support import PASSPHRASE, Segl

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

TITLE: Final = "Messages in a group"
INTAKE: Final = """
title = "{title}"
kind = "{kind}"
happened = "Told by the person."
stand_in = "Bo"
[[people]]
name = "S."
roles = ["victim"]
age = "minor"
"""
WALKS: Final = (
    Walk(
        playbook="handling-model",
        kind="school",
        held="delete-from-platform",
        once=("level",),
        lifted_by="police-decision",
        answers={
            "level": 4,
            "handling.police": "yes",
            "handling.internal": False,
            "report.status": "made",
            "police.decision.extent": "all",
        },
        comes=frozenset({"decide-level", "long-help", "police-contact", "police-report", "delete-from-platform"}),
    ),
    Walk(
        playbook="action-card",
        kind="school",
        held="clear-own-device",
        lifted_by="ask-to-secure",
        answers={
            "level": 2,
            "handling.internal": True,
            "handling.notification": True,
            "offender.same-school": True,
            "device.has-material": True,
            "device.whose": "own",
            "device.cleared.checked": True,
        },
        then={"original.held-by": "police"},
        comes=frozenset({"clear-own-device", "notify-authorities", "note-press", "communications", "same-school"}),
    ),
    Walk(
        playbook="workplace-plan",
        kind="workplace",
        held="contact-harasser",
        lifted_by="decide-contact",
        answers={
            "course.with-employee": True,
            "harasser.wish": "no",
            "harasser.contact": True,
            "absence.is": True,
            "employee.wants": "acknowledgement",
        },
        then={"harasser.wish": "yes"},
        comes=frozenset({"first-talk", "contact-harasser", "report-authority", "acknowledge", "hold-debriefing"}),
    ),
    Walk(
        playbook="mentorship-policy",
        kind="mentoring",
        held="hear-both",
        lifted_by="keep-confidential",
        answers={"concern.kept-from": True, "mentoring.decision": "suspended"},
        comes=frozenset({"take-in", "hear-both", "suspend", "answer-reporter", "check-in"}),
    ),
    Walk(
        playbook="meeting-safety",
        kind="mentoring",
        held="meeting-after",
        lifted_by="meeting-place",
        answers={
            "sign.substances": "yes",
            "concern.kept-from": True,
            "mentoring.decision": "ended",
            "meeting.planned": True,
            "meeting.phone": True,
            "meeting.belongings": True,
        },
        then={"meeting.place-kind": "public"},
        comes=frozenset({"ask-danger", "not-your-fault", "sign-substances", "end-mentoring", "meeting-after"}),
    ),
)


def test_every_playbook_is_walked() -> None:
    assert {walk.playbook for walk in WALKS} == set(INDEX)


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.playbook)
def test_a_playbook_is_walked_to_closing(walk: Walk, tmp_path: Path) -> None:
    need("tmux")
    segl = Segl(tmp_path / "home")
    segl.init()
    reference = segl.new_case(INTAKE.format(title=TITLE, kind=walk.kind))
    facts = segl("case", "show", reference, "--json").json["facts"]
    command = [sys.executable, "-m", "tui", "--home", str(segl.home), "--lang", "en"]
    with Terminal(command, environment={"PYTHONPATH": str(ROOT), "TZ": "Europe/Copenhagen"}) as terminal:
        terminal.wait_for("Passphrase")
        terminal.type(PASSPHRASE)
        terminal.keys("Enter")
        terminal.wait_for("Today", reference)
        terminal.keys("Enter")
        terminal.wait_for(f"{reference} {TITLE}", "Guide", "Notes (1)")
        walker = Walker(terminal, walk, facts)
        walker.closing_is_refused()
        walker.to_the_end()
        walker.close("Everything has been done.")
        terminal.keys("C-q")
        assert terminal.wait_for_end() == 0
    shown = segl("case", "show", reference, "--json").json
    assert shown["case"]["closed_at"]
    assert shown["blockers"] == []
    assert {fact: value for fact, value in shown["facts"].items() if not fact.startswith("done.")} == walker.facts
    assert segl("doctor", "--json").json["well"]
