"""Which requirement is answered by what: by playbooks, gates and the directory, which carry ids, and by plain code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from guidance.directory import Entry
from guidance.gates import Gate
from guidance.model import Playbook

CODE: Final[Mapping[str, tuple[str, ...]]] = {
    "HM-0": ("guidance.level.suggest", "guidance.level.check_level"),
    "HM-0b": ("guidance.loader.load_playbook", "guidance.loader.newer"),
    "HM-2c": ("guidance.engine.wish",),
    "HM-4b": ("guidance.checks.check_close",),
    "AC-2b": ("store.evidence.register.missing_facts",),
    "AC-2c": ("store.home.classify",),
    "AC-4a": ("guidance.checks.check_do",),
    "VM-1": ("guidance.mentoring.check_acceptance",),
    "VM-1b": ("guidance.mentoring.record_missing",),
    "VM-2a": ("guidance.mentoring.is_approved",),
    "VM-2b": ("guidance.mentoring.check_recording",),
    "VM-2c": ("guidance.mentoring.check_access",),
    "VM-2d": ("guidance.concerns.kinds",),
    "VM-2e": ("guidance.concerns.due_on", "guidance.concerns.may_read", "guidance.concerns.check_taken_in"),
    "VM-2f": ("guidance.mentoring.next_check_in",),
    "VM-3": ("guidance.mentoring.check_disclosure",),
    "VM-4": ("guidance.mentoring.check_session",),
    "VM-5": ("guidance.mentoring.review_due",),
    "BP-0": ("guidance.plan.questions",),
    "BP-4b": ("guidance.law.law_of",),
    "CM-2b": ("guidance.cpr.find_numbers",),
    "CM-5": ("guidance.concerns.kind",),
    "CM-6": ("store.passphrase.require_strong",),
    "CM-16": ("guidance.directory.emergency",),
    "OW-1": ("store.database.connect", "store.evidence.hashing.hash_file"),
    "OW-2": ("guidance.engine.evaluate",),
    "OW-3": ("tui.cli.commands.place.where",),
    "OW-4": ("store.wrapping.unwrap",),
    "OW-5": ("store.bundle.seal.seal", "store.bundle.open.open_bundle"),
}
"""Rules and fields that live in code: requirement id -> dotted names of what answers it."""


def answers(
    playbooks: Iterable[Playbook],
    gates: Iterable[Gate],
    entries: Iterable[Entry],
    code: Mapping[str, tuple[str, ...]] = CODE,
) -> dict[str, tuple[str, ...]]:
    """Requirement id -> everything that answers it, as `action-card: step uncover`."""
    found: dict[str, list[str]] = {}

    def note(covers: Iterable[str], what: str) -> None:
        for id in covers:
            found.setdefault(id, []).append(what)

    for playbook in playbooks:
        for step in playbook.steps:
            note(step.covers, f"{playbook.id}: step {step.id}")
        for fact in playbook.facts:
            note(fact.covers, f"{playbook.id}: fact {fact.id}")
        for level in playbook.levels:
            note(level.covers, f"{playbook.id}: level {level.number}")
        for question in playbook.plan:
            note(question.covers, f"{playbook.id}: plan {question.id}")
    for gate in gates:
        note(gate.covers, f"gate {gate.id}")
    for entry in entries:
        note(entry.covers, f"directory: {entry.id}")
    for id, names in code.items():
        for name in names:
            note([id], name)
    return {id: tuple(what) for id, what in sorted(found.items())}
