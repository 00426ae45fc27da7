"""`data/statistics.json`: how much of what, in which month; nothing that tells whose case it is."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any, Final

from store.bundle.reading import Node, WrongShape
from store.model import CaseExport

SCHEMA: Final = "segl-statistics"
VERSION: Final = 1

_MONTH: Final = r"[0-9]{4}-[0-9]{2}"
_WORD: Final = r"[a-z-]{1,40}"


def statistics_document(export: CaseExport) -> dict[str, Any]:
    """Level, counts, and what was written by month. No reference, title, name, text or day."""
    record = export.record
    summary = record.summary
    notes = Counter(_month(note.versions[0].at) for note in record.notes)
    evidence = Counter(_month(piece.registered_at) for piece in record.evidence)
    states = Counter(str(view.state) for view in record.guide.steps)
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "month": _month(export.exported_at),
        "kind": summary.kind,
        "level": summary.level,
        "opened": _month(summary.opened_at),
        "closed": _month(summary.closed_at) if summary.closed_at else None,
        "people": len(record.people),
        "notes": len(record.notes),
        "corrections": sum(len(note.versions) - 1 for note in record.notes),
        "evidence": len(record.evidence),
        "steps": {state: states[state] for state in sorted(states)},
        "months": [
            {"month": month, "notes": notes[month], "evidence": evidence[month]}
            for month in sorted(notes.keys() | evidence.keys())
        ],
    }


def read_statistics(value: Any) -> dict[str, Any]:
    """Read a parsed document back, strictly: every value is a number or a word, so nothing in it can steer a terminal.

    Raises:
        WrongShape: it is not built as docs/bundle-format.md says.
    """
    node = Node(value)
    if node["schema"].text() != SCHEMA or node["version"].number() != VERSION:
        raise WrongShape("schema: another document")
    counts = {name: node[name].number() for name in ("people", "notes", "corrections", "evidence")}
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "month": node["month"].word(_MONTH),
        "kind": node["kind"].word(_WORD),
        "level": node["level"].optional(Node.number),
        "opened": node["opened"].word(_MONTH),
        "closed": node["closed"].optional(lambda one: one.word(_MONTH)),
        **counts,
        "steps": node["steps"].mapping(lambda name: name.word(_WORD), Node.number),
        "months": list(
            node["months"].each(
                lambda one: {
                    "month": one["month"].word(_MONTH),
                    "notes": one["notes"].number(),
                    "evidence": one["evidence"].number(),
                }
            )
        ),
    }


def _month(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m}"
