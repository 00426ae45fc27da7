"""A bundle that was opened, as a JSON document and as lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from guidance.language import _
from store.bundle.labels import state_label, strength_label
from tui.cli.answer import Json
from tui.cli.records import (
    evidence_document,
    level_words,
    local,
    moment,
    note_document,
    notes_lines,
    people_lines,
    person_document,
    register_lines,
)

if TYPE_CHECKING:
    from store.bundle.open import OpenedBundle
    from store.bundle.opened_case import OpenedCase
    from store.bundle.verdicts import Verdicts


def opened_document(opened: OpenedBundle) -> dict[str, Json]:
    """The verdicts, and what the bundle tells where it may be used."""
    return {
        "path": opened.path,
        "digest": opened.digest,
        "size": opened.size,
        "name": opened.name,
        "verdicts": _verdicts(opened.verdicts),
        "purpose": opened.purpose.value if opened.purpose else None,
        "recipients": list(opened.recipients),
        "made_for_you": opened.made_for_you,
        "replaced": opened.replaced,
        "material": [{"name": one.name, "digest": one.digest, "size": one.size} for one in opened.material],
        "case": _case(opened.case) if opened.case else None,
        "statistics": dict(opened.statistics) if opened.statistics is not None else None,
    }


def _verdicts(verdicts: Verdicts) -> Json:
    intact, complete, signed_by = verdicts.intact, verdicts.complete, verdicts.signed_by
    return {
        "intact": {
            "holds": intact.holds,
            "damage": intact.damage.value if intact.damage else None,
            "file": intact.file,
            "detail": intact.detail,
            "words": intact.words(),
        },
        "complete": {
            "holds": complete.holds,
            "known": complete.known,
            "entries": complete.entries,
            "withheld": complete.withheld,
            "on_purpose": complete.on_purpose,
            "missing": complete.missing,
            "forks": complete.forks,
            "numbers_only": complete.numbers_only,
            "words": complete.words(),
        },
        "signed_by": {
            "signer": signed_by.signer.value,
            "fingerprint": signed_by.fingerprint,
            "spoken": signed_by.spoken,
            "name": signed_by.name,
            "claimed": signed_by.claimed,
            "authors": [
                {"fingerprint": one.fingerprint, "name": one.name, "entries": one.entries} for one in signed_by.authors
            ],
            "words": signed_by.words(),
        },
    }


def _case(case: OpenedCase) -> Json:
    return {
        "reference": case.reference,
        "id": case.id,
        "title": case.title,
        "kind": case.kind,
        "level": case.level,
        "level_reason": case.level_reason,
        "opened_at": moment(case.opened_at),
        "changed_at": moment(case.changed_at),
        "closed_at": moment(case.closed_at),
        "office": case.office,
        "author": case.author,
        "exported_at": moment(case.exported_at),
        "people": [person_document(person) for person in case.people],
        "facts": [{"id": fact.id, "label": fact.label.local(), "shown": fact.shown.local()} for fact in case.facts],
        "steps": [
            {
                "id": step.id,
                "title": step.title.local(),
                "state": step.state.value,
                "strength": step.strength.value,
                "done_at": moment(step.done_at),
                "reason": step.reason,
            }
            for step in case.steps
        ],
        "notes": [note_document(note) for note in case.notes],
        "evidence": [evidence_document(one) for one in case.evidence],
    }


def opened_lines(opened: OpenedBundle) -> Iterator[str]:
    """The three sentences first, each on a line of its own."""
    yield from opened.verdicts.told()
    yield opened.digest
    if opened.made_for_you is False:
        yield _("It was not made for you: somebody has passed it on.")
    if opened.replaced:
        yield _("Characters that could steer a terminal are shown as signs: {count}.").format(count=opened.replaced)
    if opened.material:
        yield _("There is material in it. Do not open, copy or pass on what may show somebody under 18.")
        yield from (f"  {one.name}  {one.size}  {one.digest}" for one in opened.material)
    if opened.case is not None:
        yield from _case_lines(opened.case)
    if opened.statistics is not None:
        yield ""
        yield from (f"{key}: {value}" for key, value in opened.statistics.items())


def _case_lines(case: OpenedCase) -> Iterator[str]:
    yield ""
    yield f"{case.reference}  {case.title}  ({level_words(case.level)})"
    yield "  " + _("from {office}, {author}, {at}").format(
        office=case.office, author=case.author, at=local(case.exported_at)
    )
    yield from people_lines(case.people)
    if case.facts:
        yield ""
        yield _("Recorded")
        yield from (f"  {fact.label.local()} {fact.shown.local()}" for fact in case.facts)
    if case.steps:
        yield ""
        yield _("Steps")
        for step in case.steps:
            yield f"  {step.title.local()} ({strength_label(step.strength)}, {state_label(step.state)})"
    yield from notes_lines(case.notes)
    yield from register_lines(case.evidence)
