"""Writes `docs/playbooks.md`: `python -m guidance.reference > docs/playbooks.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from guidance.gates import GATES
from guidance.language import speaking
from guidance.loader import shipped
from guidance.merge import group_steps, merge_facts, own_facts
from guidance.model import Condition, FactSpec, FactType, Names, Playbook, Step, Test

_INTRODUCTION: Final = """\
# Playbooks

This page is made from the playbooks: `python -m guidance.reference > docs/playbooks.md`. Don't edit it by hand.

A playbook is a TOML file that says what to do in a case. Segl lays it beside the facts of the case and shows the steps:
open, done, set aside, held (and by what), due or overdue. A case keeps the very bytes of the playbooks it began under.

## How a file is written

Every text has `da` and `en`. An unknown key, a missing language, a fact that nobody sets or steps that wait for each
other in a circle are refused, with the place: `action-card.toml: steps[3].needs[0]: unknown fact 'police.decison'`.

| at the top | |
|---|---|
| `schema` | `1` |
| `id`, `version`, `reviewed` | its name, its own version, when somebody last held it against its source |
| `kinds` | the kinds of case it is for: `school`, `workplace`, `mentoring` |
| `joins` | `kinds`, `fact`: it joins a case of these kinds when this yes-no fact is answered with yes |
| `title`, `[source]` | `source.document` and `source.credit` |
| `[[phases]]` | `id`, `order`, `title`; phases of several playbooks with the same id are one |
| `[[levels]]` | `number`, `title`, `described`, `reaction`, `image`, `covers`; can't be chosen if not described |
| `[[plan]]` | `id`, `question`, `help`, `phase`, `covers`: what an office settles beforehand |
| `[[facts]]` | what is asked for, below |
| `[[steps]]` | what to do, below |

| a fact | |
|---|---|
| `id` | such as `police.decision.by`; the same fact in two playbooks must be the same kind, with the same choices |
| `type` | `yes-no`, `choice`, `choices` (several), `text`, `date`, `level` |
| `label`, `help` | the question, and what to think of |
| `choices` | `id` and `label` of each; one that is `alone` goes with no other |
| `optional`, `intake`, `future` | not needed; may be answered when the case is opened; a date that may lie ahead |
| `when` | asked only when these conditions are met |
| `names` | of a `text`: `who` (the answer is who), `among` (who stands in it), `none`; where no file says it, `among` |
| `covers` | requirement ids |

There is no default for a fact: nothing is assumed. Names in answers are known names where a bundle is made from which
others' names are withheld; what a playbook that ships says of `names` counts for an office's own files too.

| a step | |
|---|---|
| `id`, `title`, `why`, `how`, `heading` | its name, its words, and where in the source it stands |
| `phase` | one of the phases |
| `kind` | `do`, `ask`, `decide`, `record`, `refer`, `wait` |
| `strength` | `must`, `should`, `may`; only a must stands against closing |
| `strength_at`, `due_at` | another strength or due date at a level: `{ 3 = "must" }` |
| `applies` | `levels`, `kinds`, `facts` (conditions): all must fit; `any` (conditions): one of them must |
| `needs` | what holds it: a fact, or a condition with `when` and `because` |
| `sets` | the facts it asks for; a step that asks for nothing sets `done.<id>` |
| `done_if` | it is done when its facts are there and these conditions are met |
| `due` | `{ within = "P1D", from = "level" }`, counted from a fact or from `case.opened` |
| `due_law` | rules of `guidance/law.toml`, counted from the first whose event is recorded |
| `recurs` | how long after it was last done it falls due again: a day to ten years |
| `after` | steps to show first; they hold nothing |
| `informs` | somebody is told here, so the person's own wish is shown |
| `may_pass` | a person may go past its needs with a reason |
| `says` | `directory:<entry>` and `plan:<question>` shown beside it |
| `covers` | requirement ids |

A condition is a fact's id (it is there), or a table with `fact` and one of `known`, `is`, `not`, `unless`.
`unless` is also met when the fact is not there.

Steps of several playbooks that have the same id, or ask for the same fact, are one step: what each of them needs is
needed, the stricter strength and the earlier date count, and all sources are named.

A fact on which the heads of a case disagree counts as not there, and what applies under any of the answers applies.

## An office's own files

`playbooks/*.toml` in Segl's home are read as strictly as these. A file with the id of one that ships takes its place in
new cases; another joins the kinds it names. `segl playbook check FILE` says what is wrong and where, `segl playbook
diff A B` what differs, `segl playbook list` what is used. A case stays with its version until somebody moves it:
`segl playbook move CASE ID`, with a reason. What a gate reads keeps its type, its choices and its words.

`law.toml` in Segl's home has the office's own dates, in the form of `guidance/law.toml` and with a `reason` for each;
a rule takes the place of the shipped ones with its id. It has `id`, `event` (a fact that is a date), `within`,
`in_force_from`, `in_force_to`, `title`, `trigger`, `threshold`, `source`, `checked` and `check_locally`.
"""


def write() -> Iterator[str]:
    """The page, part by part."""
    playbooks = shipped()
    yield _INTRODUCTION
    yield "\n## Gates\n\nThey are code (`guidance/gates.py`): no file can weaken them, no reason goes past them.\n\n"
    yield "| gate | holds whatever asks for | covers |\n|---|---|---|\n"
    for gate in GATES:
        yield f"| `{gate.id}` | {_codes(sorted(gate.guards))} | {', '.join(gate.covers)} |\n"
    yield "\n## Steps that are one\n\n"
    yield "| step | sources | because both ask for |\n|---|---|---|\n"
    specs = merge_facts(playbooks)
    for group in group_steps(playbooks, specs):
        if len(group.steps) > 1:
            shared = set.intersection(*(set(own_facts(step, specs)) for step in group.steps))
            sources = ", ".join(f"{playbook}: `{id}`" for playbook, id in group.sources)
            yield f"| `{group.steps[0].id}` | {sources} | {_codes(sorted(shared))} |\n"
    for playbook in playbooks:
        yield from _playbook(playbook)
    yield "\n## Facts\n\nIn the order of the playbooks; `level` is always there.\n\n"
    yield "| fact | asked as | answers | in |\n|---|---|---|---|\n"
    for fact in specs.values():
        homes = ", ".join(playbook.id for playbook in playbooks if playbook.fact(fact.id)) or "every playbook"
        yield f"| `{fact.id}` | {fact.label.en} / {fact.label.da} | {_answers(fact)} | {homes} |\n"


def _playbook(playbook: Playbook) -> Iterator[str]:
    yield f"\n## {playbook.title.en} / {playbook.title.da} (`{playbook.id}`, version {playbook.version})\n\n"
    yield f"Source: {playbook.source.document}. {playbook.source.credit.en} Reviewed {playbook.reviewed}.\n"
    for phase in sorted(playbook.phases, key=lambda phase: phase.order):
        yield f"\n### {phase.title.en} / {phase.title.da}\n\n"
        yield "| step | | when | asks for | waits for | due | covers |\n|---|---|---|---|---|---|---|\n"
        for step in playbook.steps:
            if step.phase == phase.id:
                yield _step(step)
    if playbook.plan:
        yield "\n### What is settled beforehand\n\n| question | belongs to | covers |\n|---|---|---|\n"
        titles = {phase.id: f"{phase.title.en} / {phase.title.da}" for phase in playbook.phases}
        for question in playbook.plan:
            words = f"`{question.id}` {question.question.en} / {question.question.da}"
            yield f"| {words} | {titles.get(question.phase, '')} | {', '.join(question.covers)} |\n"


def _step(step: Step) -> str:
    strength = [step.strength.value, *(f"{one.value} at {level}" for level, one in step.strength_at)]
    when = [f"level {', '.join(map(str, step.applies.levels))}"] if step.applies.levels else []
    when += list(step.applies.kinds) + [_condition(one) for one in step.applies.facts]
    when += [" or ".join(_condition(one) for one in step.applies.any)] if step.applies.any else []
    waits = [
        _condition(need.condition) + "".join(f" when {_condition(one)}" for one in need.when) for need in step.needs
    ]
    waits += [f"gate {gate.id}" for gate in GATES if step.id in gate.steps or gate.guards.intersection(step.sets)]
    dues = [f"{due.within} from `{due.event}`" for due in ([step.due] if step.due else [])]
    dues += [f"{due.within} from `{due.event}` at {level}" for level, due in step.due_at]
    dues += [f"by law `{rule}`" for rule in step.due_law]
    if step.recurs:
        dues.append(f"again after {step.recurs}")
    cells = [
        f"`{step.id}` {step.title.en} / {step.title.da}",
        f"{step.kind.value}, {', '.join(strength)}",
        "; ".join(when) or "always",
        _codes(step.sets),
        "; ".join(waits),
        "; ".join(dues),
        ", ".join(step.covers),
    ]
    return f"| {' | '.join(cells)} |\n"


def _answers(fact: FactSpec) -> str:
    words = [fact.type.value]
    if fact.choices:
        words = [
            f"{'one or more of ' if fact.type is FactType.CHOICES else ''}{_codes([one.id for one in fact.choices])}"
        ]
    if fact.names in (Names.WHO, Names.AMONG):
        words.append({Names.WHO: "names people", Names.AMONG: "may name people"}[fact.names])
    if fact.optional:
        words.append("optional")
    if fact.intake:
        words.append("intake")
    words += [f"when {_condition(one)}" for one in fact.when]
    return "; ".join(words)


def _condition(condition: Condition) -> str:
    values = ", ".join(str(value).lower() for value in condition.values)
    words = {Test.KNOWN: "", Test.UNKNOWN: " not there", Test.IS: " is", Test.NOT: " is not", Test.UNLESS: " unless"}
    return f"`{condition.fact}`{words[condition.test]}{f' {values}' if values else ''}"


def _codes(words: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def main() -> None:
    """Write the page to standard output."""
    with speaking("en"):
        sys.stdout.writelines(write())


if __name__ == "__main__":
    main()
