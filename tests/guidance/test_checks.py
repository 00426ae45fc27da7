"""Each refusal names its rule, ends with the right code and speaks both languages; and each has its way through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from guidance.engine import check_close, check_do, check_pass, check_record, check_set_aside
from guidance.errors import ExitCode, SeglError
from guidance.language import Language, speaking
from guidance.level import LevelNotDescribed, check_level
from guidance.model import FactValue
from guidance.refusals import (
    ClosingRefused,
    FactHeld,
    FactMissing,
    FactNotAsked,
    FactNotValid,
    HoldNotPassable,
    ReasonMissing,
    StepHeld,
    StepNotApplicable,
    StepUnknown,
)
from tests.guidance.cases import DELETED, TODAY, answers, guide

Values = dict[str, FactValue]
UNCOVERED: Values = {
    "incident.what": "x",
    "incident.who": "x",
    "incident.where": "x",
    "victim.age": "minor",
    "offender.known": "unknown",
}
LEVEL_3 = guide({"level": 3})
TAKEN_OVER: Values = {"handling.internal": True, "report.status": "made"}

REFUSALS: list[tuple[type[SeglError], Callable[[], object], ExitCode, str]] = [
    (StepUnknown, lambda: check_do(guide(), "nowhere", {}), ExitCode.USAGE, ""),
    (StepNotApplicable, lambda: check_do(guide(), "calm-panic", {}), ExitCode.REFUSED, "applies"),
    (
        StepHeld,
        lambda: check_do(guide({"level": 3}), "delete-from-platform", DELETED),
        ExitCode.REFUSED,
        "police-first",
    ),
    (StepHeld, lambda: check_do(guide(TAKEN_OVER), "internal-cooperation", {}), ExitCode.REFUSED, "needs"),
    (FactMissing, lambda: check_do(guide(), "uncover", {"incident.what": "x"}), ExitCode.REFUSED, "facts"),
    (FactNotAsked, lambda: check_do(guide(), "uncover", {"level": 3}), ExitCode.USAGE, ""),
    (FactNotAsked, lambda: check_do(guide(), "own-device", {"device.whose": "own"}), ExitCode.USAGE, ""),
    (FactNotValid, lambda: check_do(guide(), "uncover", {**UNCOVERED, "victim.age": "old"}), ExitCode.USAGE, ""),
    (FactNotValid, lambda: check_do(guide(), "uncover", {**UNCOVERED, "incident.who": " "}), ExitCode.USAGE, ""),
    (
        FactNotValid,
        lambda: check_do(guide(), "note-press", {"press.contacted-on": TODAY + timedelta(days=1)}),
        ExitCode.USAGE,
        "",
    ),
    (FactNotValid, lambda: check_do(guide(), "tell-whom", {"told.whom": "nobody parents"}), ExitCode.USAGE, ""),
    (LevelNotDescribed, lambda: check_do(guide(), "decide-level", {"level": 5}), ExitCode.REFUSED, "level-described"),
    (LevelNotDescribed, lambda: check_level(5), ExitCode.REFUSED, "level-described"),
    (ReasonMissing, lambda: check_set_aside(guide(), "uncover", " \n"), ExitCode.REFUSED, "reason"),
    (StepNotApplicable, lambda: check_set_aside(guide(), "calm", "aftalt"), ExitCode.REFUSED, "applies"),
    (HoldNotPassable, lambda: check_pass(guide(), "uncover", "haster"), ExitCode.REFUSED, "not-held"),
    (
        HoldNotPassable,
        lambda: check_pass(guide({"level": 4}), "delete-from-platform", "haster"),
        ExitCode.REFUSED,
        "police-first",
    ),
    (ReasonMissing, lambda: check_pass(guide(TAKEN_OVER), "internal-cooperation", ""), ExitCode.REFUSED, "reason"),
    (FactHeld, lambda: check_record(guide({"level": 3}), DELETED), ExitCode.REFUSED, "police-first"),
    (ClosingRefused, lambda: check_close(guide()), ExitCode.REFUSED, "open-musts"),
]


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize(
    ("error", "ask", "exit_code", "rule"), REFUSALS, ids=[f"{row[0].code}-{i}" for i, row in enumerate(REFUSALS)]
)
def test_a_refusal_says_which_rule_and_what_to_do(
    error: type[SeglError], ask: Callable[[], object], exit_code: ExitCode, rule: str, language: Language
) -> None:
    with pytest.raises(error) as caught, speaking(language):
        ask()
    assert caught.value.exit_code is exit_code
    assert getattr(caught.value, "rule", "") == rule
    with speaking(language):
        said = caught.value.diagnostics()
    assert said.happened
    assert said.todo or rule == "not-held"
    assert "{" not in str(said)


def test_the_two_languages_differ() -> None:
    with pytest.raises(StepHeld) as caught:
        check_do(guide({"level": 3}), "delete-from-platform", DELETED)
    with speaking("da"):
        assert "politiets afgørelse" in str(caught.value)
    with speaking("en"):
        assert "the police's decision" in str(caught.value)


ALLOWED: list[Callable[[], None]] = [
    lambda: check_do(guide(), "uncover", UNCOVERED),
    lambda: check_do(guide({"victim.age": "minor", "offender.known": "known"}), "uncover", _less("victim.age")),
    lambda: check_do(guide(), "own-device", {"device.has-material": False}),
    lambda: check_do(guide(), "own-device", {"device.has-material": True, "device.whose": "own"}),
    lambda: check_do(guide(), "write-note", {}),
    lambda: check_do(guide(), "write-note", {"done.write-note": True}),
    lambda: check_do(guide({"level": 2}), "bounded-help", {"support.until": TODAY + timedelta(days=30)}),
    lambda: check_do(guide(), "decide-level", {"level": 4}),
    lambda: check_set_aside(guide(), "uncover", "familien har valgt en anden vej"),
    lambda: check_set_aside(guide({"level": 3}), "delete-from-platform", "intet at slette"),
    lambda: check_pass(guide(TAKEN_OVER), "internal-cooperation", "politiet sagde ja i telefonen"),
]


def _less(*ids: str) -> Values:
    return {id: value for id, value in UNCOVERED.items() if id not in ids}


@pytest.mark.parametrize("ask", ALLOWED, ids=range(len(ALLOWED)))
def test_what_is_right_is_allowed(ask: Callable[[], None]) -> None:
    ask()


def test_an_answer_that_is_refused_is_not_repeated() -> None:
    """A refusal may end on a terminal or in a report: what was typed stays out of it."""
    with pytest.raises(FactNotValid) as caught:
        check_do(guide(), "uncover", {**UNCOVERED, "victim.age": "planted-words"})
    assert "planted-words" not in str(caught.value.diagnostics()) + repr(caught.value)
    assert caught.value.fact == "victim.age"


def test_a_recurring_step_is_answered_anew_each_time() -> None:
    before: Values = {"level": 3, "signs.seen": "shame"}
    with pytest.raises(FactMissing):
        check_do(guide(before), "wellbeing-talk", {})
    check_do(guide(before), "wellbeing-talk", {"signs.seen": "none"})


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_every_step_that_is_open_can_be_done(level: int) -> None:
    now = guide({"level": level, "handling.internal": True, "handling.police": "yes", "victim.age": "minor"})
    for view in now.next_steps:
        wanted: Values = {"level": level} if view.id == "decide-level" else {}
        check_do(now, view.id, answers(now, view.id, wanted))
