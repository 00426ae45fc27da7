"""What goes into a bundle, by purpose: the one table that governs preview, report, case.json and journal alike.

| purpose | report.html, report.pdf, case.json | journal.jsonl | evidence | playbooks |
|---|---|---|---|---|
| full, colleague | all, with the steps that are open and the office's contacts | every entry | all | yes |
| police | all but open steps, stand-in and the office's contacts | every entry | all | no |
| authority | as police; words that a person marked withheld | those with such words without payload | all | no |
| person-concerned | as authority; refused until a person has marked what is withheld | likewise | all | no |
| statistics | numbers and months only (statistics.json) | no | no | no |

What was shared in mentoring sessions is in none of them; `sessions.txt` has it where a person chose it with a reason,
for the police, a colleague, an authority without anything withheld, or the own archive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from guidance.language import Language, _, speaking
from store.bundle import json_strict
from store.bundle.bag import SIGNATURE
from store.bundle.case_document import case_document
from store.bundle.choice_errors import ChoiceNeeded, ChoiceNotHere
from store.bundle.errors import CaseTooLarge
from store.bundle.evidence_lists import hashdeep_list, sha256sum_list
from store.bundle.journal import write_journal
from store.bundle.names import CASE_JSON, JOURNAL
from store.bundle.paper import MAX_PAGE, Cancelled, Setting
from store.bundle.report import case_report
from store.bundle.shared_sessions import MAX_SESSIONS, SESSIONS, SharedSessions, check_sessions, sessions_file
from store.bundle.statistics import statistics_document
from store.bundle.statistics_report import statistics_report
from store.bundle.stopping import ask
from store.bundle.withheld import withhold
from store.bundle.withholding import Withholding
from store.model import CaseExport, Purpose

REPORT: Final = "data/report.html"
REPORT_PDF: Final = "data/report.pdf"
EVIDENCE_SHA256: Final = "data/evidence.sha256"
EVIDENCE_HASHDEEP: Final = "data/evidence.hashdeep"
CHECKPOINT: Final = "data/checkpoint.txt"
STATISTICS: Final = "data/statistics.json"
PLAYBOOKS: Final = "data/playbooks/"
CARDS: Final = "data/cards.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One file that a bundle will hold.

    Attributes:
        name: path in the bundle.
        what: what is in it, in the current language.
        size: bytes.
        digest: `sha256:<hex>` of exactly the bytes that go in; empty of the signature, which is made when it is sealed.
    """

    name: str
    what: str
    size: int
    digest: str


CHOSEN: Final = frozenset({Purpose.PERSON_CONCERNED, Purpose.AUTHORITY})
"""The purposes for which a person may mark what is withheld."""


def check_choice(purpose: Purpose, choice: Withholding | None) -> None:
    """Raises ChoiceNeeded, ChoiceNotHere: there is no choice where one must be, or one where none may be."""
    if choice is None and purpose is Purpose.PERSON_CONCERNED:
        raise ChoiceNeeded
    if choice is not None and purpose not in CHOSEN:
        raise ChoiceNotHere(purpose)


def payload_of(
    export: CaseExport,
    purpose: Purpose,
    language: Language,
    choice: Withholding | None = None,
    *,
    sessions: SharedSessions | None = None,
    cancelled: Cancelled | None = None,
) -> dict[str, bytes]:
    """The files under `data/` for one purpose.

    Everything is made of the one export and the one document that are left of it after the choice.

    Args:
        export: the case.
        purpose: for whom.
        language: that the report is in.
        choice: what a person withholds.
        sessions: what was shared in sessions, where a person chose it with a reason.
        cancelled: asked again and again: the files of a very large case take many seconds.

    Raises:
        ChoiceNeeded, ChoiceNotHere: as `check_choice`.
        SessionsNotHere: as `check_sessions`.
        CaseTooLarge: beyond what a reader takes.
        SealCancelled: `cancelled` said so.
    """
    check_choice(purpose, choice)
    check_sessions(purpose, sessions, withheld=choice is not None)
    if purpose is Purpose.STATISTICS:
        statistics = statistics_document(export)
        page = statistics_report(statistics, language=language, fingerprint=export.card.fingerprint)
        return {
            STATISTICS: _json(statistics),
            REPORT: page,
            REPORT_PDF: Setting(page, language=language, moment=moment_of(export, purpose)).result(cancelled),
        }
    withheld = withhold(export, choice) if choice is not None else None
    export = withheld.export if withheld else export
    ask(cancelled)
    document = case_document(export, purpose, language)
    ask(cancelled)
    document = withheld.document(document) if withheld else document
    page = case_report(document, language=language, cancelled=cancelled)
    # It takes longest: the other files are made meanwhile.
    setting = Setting(page, language=language, moment=moment_of(export, purpose)) if len(page) <= MAX_PAGE else None
    files = {
        CASE_JSON: _json(document, cancelled),
        JOURNAL: write_journal(export.entries, cancelled=cancelled),
        REPORT: page,
        EVIDENCE_SHA256: sha256sum_list(export.record.evidence),
        EVIDENCE_HASHDEEP: hashdeep_list(export.record.evidence),
        CHECKPOINT: export.checkpoint.text.encode("utf-8"),
    }
    if purpose in (Purpose.FULL, Purpose.COLLEAGUE):
        files |= _for_a_colleague(export)
    if sessions is not None:
        files[SESSIONS] = sessions_file(sessions)
    if len(files.get(SESSIONS, b"")) > MAX_SESSIONS:
        raise CaseTooLarge(f"{SESSIONS}: {len(files[SESSIONS])} > {MAX_SESSIONS}")
    if setting is not None:
        files[REPORT_PDF] = setting.result(cancelled)
    return files


def _for_a_colleague(export: CaseExport) -> dict[str, bytes]:
    """What another vault needs to go on with the case, beside its entries."""
    files = {f"{PLAYBOOKS}{playbook.id}.toml": playbook.raw for playbook in export.record.guide.playbooks}
    there = {playbook.digest for playbook in export.record.guide.playbooks}
    for other in export.playbooks:
        if other.digest not in there:
            files[f"{PLAYBOOKS}{other.id}-{other.digest.removeprefix('sha256:')[:8]}.toml"] = other.raw
    if export.cards:
        files[CARDS] = "".join(export.cards).encode("utf-8")
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
        REPORT_PDF: _("the same on paper, for printing and filing"),
        CASE_JSON: _("the same as data"),
        JOURNAL: _("every entry of the case's journal, signed"),
        EVIDENCE_SHA256: _("digests of the evidence, for sha256sum"),
        EVIDENCE_HASHDEEP: _("digests and sizes of the evidence, for hashdeep"),
        CHECKPOINT: _("what the journal looked like, signed"),
        STATISTICS: _("numbers only"),
        SESSIONS: _("WHAT WAS SHARED in sessions of the mentorship programme"),
        CARDS: _("the cards of those who wrote in it"),
    }
    order = {name: place for place, name in enumerate(words)}

    def what(name: str) -> str:
        if name.startswith(PLAYBOOKS):
            return _("the guidance that the case was worked by")
        return words.get(name) or _("how the bundle is checked")

    names = sorted(files, key=lambda name: (order.get(name, len(order)), not name.startswith("data/"), name))
    return tuple(
        Content(name=name, what=what(name), size=len(files[name]), digest=_digest(name, files[name])) for name in names
    )


def _digest(name: str, data: bytes) -> str:
    return "" if name == SIGNATURE else f"sha256:{hashlib.sha256(data).hexdigest()}"


def in_language(
    language: Language,
    export: CaseExport,
    purpose: Purpose,
    choice: Withholding | None = None,
    *,
    sessions: SharedSessions | None = None,
    cancelled: Cancelled | None = None,
) -> dict[str, bytes]:
    """As `payload_of`, with everything that is said said in the language of the order."""
    with speaking(language):
        return payload_of(export, purpose, language, choice, sessions=sessions, cancelled=cancelled)


def _json(document: dict[str, Any], cancelled: Cancelled | None = None) -> bytes:
    return (json_strict.dumps(document, indent=1, each=lambda: ask(cancelled)) + "\n").encode("utf-8")
