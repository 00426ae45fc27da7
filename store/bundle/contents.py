"""What goes into a bundle, by purpose: the one table that governs preview, report, case.json and journal alike.

| purpose | report.html, case.json | journal.jsonl | evidence | playbooks |
|---|---|---|---|---|
| full, colleague | all, with the steps that are open and the office's contacts | every entry | all | yes |
| police | all but open steps, stand-in and the office's contacts | every entry | all | no |
| statistics | numbers and months only (statistics.json) | no | no | no |
| person-concerned | refused until a person can mark what is withheld | | | |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from guidance.language import Language, _, speaking
from store.bundle import json_strict
from store.bundle.case_document import case_document
from store.bundle.errors import CaseTooLarge, PurposeNotYet
from store.bundle.evidence_lists import hashdeep_list, sha256sum_list
from store.bundle.journal import MAX_ENTRIES, write_journal
from store.bundle.report import case_report
from store.bundle.statistics import statistics_document
from store.bundle.statistics_report import statistics_report
from store.model import CaseExport, Purpose

CASE_JSON: Final = "data/case.json"
JOURNAL: Final = "data/journal.jsonl"
REPORT: Final = "data/report.html"
EVIDENCE_SHA256: Final = "data/evidence.sha256"
EVIDENCE_HASHDEEP: Final = "data/evidence.hashdeep"
CHECKPOINT: Final = "data/checkpoint.txt"
STATISTICS: Final = "data/statistics.json"
PLAYBOOKS: Final = "data/playbooks/"

MAX_CASE_JSON: Final = 8 * 1024 * 1024
MAX_JOURNAL: Final = 24 * 1024 * 1024
"""Bytes that a reader takes into memory of each; a case of several hundred thousand words stays far below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One file that a bundle will hold.

    Attributes:
        name: path in the bundle.
        what: what is in it, in the current language.
        size: bytes.
    """

    name: str
    what: str
    size: int


def payload_of(export: CaseExport, purpose: Purpose, language: Language) -> dict[str, bytes]:
    """The files under `data/` for one purpose.

    Raises:
        PurposeNotYet: the person concerned.
        CaseTooLarge: beyond what a reader takes.
    """
    if purpose is Purpose.PERSON_CONCERNED:
        raise PurposeNotYet(purpose)
    if purpose is Purpose.STATISTICS:
        statistics = statistics_document(export)
        return {
            STATISTICS: _json(statistics),
            REPORT: statistics_report(statistics, language=language, fingerprint=export.card.fingerprint),
        }
    document = case_document(export, purpose, language)
    files = {
        CASE_JSON: _json(document),
        JOURNAL: write_journal(export.entries),
        REPORT: case_report(document, language=language),
        EVIDENCE_SHA256: sha256sum_list(export.record.evidence),
        EVIDENCE_HASHDEEP: hashdeep_list(export.record.evidence),
        CHECKPOINT: export.checkpoint.text.encode("utf-8"),
    }
    if purpose is not Purpose.POLICE:
        files |= {f"{PLAYBOOKS}{playbook.id}.toml": playbook.raw for playbook in export.record.guide.playbooks}
    _check_sizes(export, files)
    return files


def info_of(
    export: CaseExport, purpose: Purpose, language: Language, recipients: tuple[str, ...]
) -> list[tuple[str, str]]:
    """The labels of bag-info.txt (RFC 8493, section 2.2.2, and `Segl-` ones); statistics name no case and no day."""
    exported_at = export.exported_at.astimezone(UTC)
    named = purpose is not Purpose.STATISTICS
    info = [("Source-Organization", export.office.name)]
    if named:
        info += [
            ("External-Identifier", export.record.summary.reference),
            ("Bagging-Date", f"{exported_at:%Y-%m-%d}"),
            ("Segl-Exported-At", f"{exported_at:%Y-%m-%dT%H:%M:%SZ}"),
        ]
    info += [
        ("Segl-Format", "1"),
        ("Segl-Purpose", str(purpose)),
        ("Segl-Language", language),
        ("Segl-Signer", export.card.fingerprint),
    ]
    return info + [("Segl-Recipient", recipient) for recipient in recipients or ("passphrase",)]


def moment_of(export: CaseExport, purpose: Purpose) -> int:
    """The time that every file of the bundle carries, seconds since 1970; of statistics only the month is told."""
    moment = export.exported_at.astimezone(UTC)
    if purpose is Purpose.STATISTICS:
        moment = datetime(moment.year, moment.month, 1, tzinfo=UTC)
    return int(moment.timestamp())


def describe(files: Mapping[str, bytes]) -> tuple[Content, ...]:
    """What each file is, in the current language, what people read first coming first."""
    words = {
        REPORT: _("the report: what a person reads"),
        CASE_JSON: _("the same as data"),
        JOURNAL: _("every entry of the case's journal, signed"),
        EVIDENCE_SHA256: _("digests of the evidence, for sha256sum"),
        EVIDENCE_HASHDEEP: _("digests and sizes of the evidence, for hashdeep"),
        CHECKPOINT: _("what the journal looked like, signed"),
        STATISTICS: _("numbers only"),
    }
    order = {name: place for place, name in enumerate(words)}

    def what(name: str) -> str:
        if name.startswith(PLAYBOOKS):
            return _("the guidance that the case was worked by")
        return words.get(name) or _("how the bundle is checked")

    names = sorted(files, key=lambda name: (order.get(name, len(order)), not name.startswith("data/"), name))
    return tuple(Content(name=name, what=what(name), size=len(files[name])) for name in names)


def in_language(language: Language, export: CaseExport, purpose: Purpose) -> dict[str, bytes]:
    """As `payload_of`, with everything that is said said in the language of the order."""
    with speaking(language):
        return payload_of(export, purpose, language)


def _json(document: dict[str, Any]) -> bytes:
    return (json_strict.dumps(document, indent=1) + "\n").encode("utf-8")


def _check_sizes(export: CaseExport, files: Mapping[str, bytes]) -> None:
    if len(export.entries) > MAX_ENTRIES:
        raise CaseTooLarge(f"{len(export.entries)} > {MAX_ENTRIES} journal entries")
    for name, limit in ((CASE_JSON, MAX_CASE_JSON), (JOURNAL, MAX_JOURNAL)):
        if len(files[name]) > limit:
            raise CaseTooLarge(f"{name}: {len(files[name])} > {limit}")
