"""`segl evidence`: files read where they lie, their checksums and facts registered, nothing of them kept."""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import asdict, fields
from datetime import datetime
from typing import TYPE_CHECKING, Final

from guidance.errors import ExitCode
from guidance.language import _, ngettext
from store.evidence.errors import HashingCancelled, NotHashed
from store.evidence.hashing import HashedFile, QueueProgress, hash_files
from store.evidence.register import draft_of
from store.model import Evidence, EvidenceDraft
from store.places import classify
from tui.cli.answer import Answer, Json, error_document
from tui.cli.documents import read_evidence_facts
from tui.cli.failures import AnswersNeeded, UsageFault
from tui.cli.main import INTERRUPTED
from tui.cli.progress import Progress
from tui.cli.records import evidence_document, evidence_lines
from tui.cli.session import Session
from tui.cli.signals import cancellation

if TYPE_CHECKING:
    from store.casework import Casework
    from store.cpr import CprField

_NUMBER: Final = re.compile(r"[Ee]?([1-9][0-9]{0,5})", re.ASCII)
_NOTHING: Final = EvidenceDraft(digest="")


def add(session: Session, options: argparse.Namespace) -> Answer:
    """Register files; one that cannot be read does not stop the others."""
    facts = session.sources.document("--facts", options.facts, options.facts_fd)
    if facts is not None:
        read_evidence_facts(facts, _NOTHING)
    casework = session.casework()
    reference = casework.case(options.case).summary.reference
    session.settle_cpr(_numbers(options.paths, facts))
    registered: list[Evidence] = []
    failed: list[NotHashed] = []
    interrupted = False
    progress = Progress()

    def show(so_far: QueueProgress) -> None:
        progress.show(f"{so_far.file}/{so_far.files}  {so_far.name}", so_far.done, so_far.total)

    warnings = sorted({words for path in options.paths if (words := classify(os.fsencode(path)).evidence_words())})
    if not session.output.as_json:
        session.output.complain(warnings)
    paths = [os.fsencode(path) for path in options.paths]
    try:
        with cancellation() as cancelled:
            for outcome in hash_files(paths, progress=show, cancelled=cancelled):
                if isinstance(outcome, NotHashed):
                    failed.append(outcome)
                else:
                    registered.append(_register(casework, options.case, outcome, facts))
    except HashingCancelled:
        interrupted = True
    finally:
        progress.clear()
    return _answer(reference, registered, failed, warnings=warnings, interrupted=interrupted)


def _numbers(paths: list[str], facts: bytes | None) -> tuple[CprField, ...]:
    """Where CPR numbers stand in the names and the facts, so that it is asked once and not in the middle."""
    from store.cpr import numbers_in

    draft = read_evidence_facts(facts, _NOTHING) if facts is not None else _NOTHING
    names = [os.fsencode(path).rpartition(b"/")[2].decode("utf-8", "replace") for path in paths]
    return tuple(
        numbers_in("evidence.registered", {**asdict(draft), "name": names}, datetime.now().astimezone().date())
    )


def _register(casework: Casework, case: str, hashed: HashedFile, facts: bytes | None) -> Evidence:
    draft = draft_of(hashed)
    return casework.register_evidence(case, read_evidence_facts(facts, draft) if facts is not None else draft)


def _answer(
    reference: str, registered: list[Evidence], failed: list[NotHashed], *, warnings: list[str], interrupted: bool
) -> Answer:
    document: dict[str, Json] = {
        "case": reference,
        "registered": [evidence_document(one) for one in registered],
        "failed": [_failure(one) for one in failed],
        "warnings": list(warnings),
        "interrupted": interrupted,
    }
    count = len(registered)
    lines = [line for one in registered for line in evidence_lines(one)]
    lines.append(ngettext("{n} file registered.", "{n} files registered.", count).format(n=count))
    problems = [line for one in failed for line in str(one.diagnostics()).split("\n")]
    if interrupted:
        problems.append(_("Stopped before all files were read. What is listed is registered."))
    code = INTERRUPTED if interrupted else int(ExitCode.FAILED) if failed else int(ExitCode.DONE)
    return Answer(document=document, lines=tuple(lines), problems=tuple(problems), exit_code=code)


def _failure(failure: NotHashed) -> Json:
    error = error_document(failure)["error"]
    assert isinstance(error, dict)
    return {"path": failure.shown, "raw_path": failure.path.hex(), **error}


def listed(session: Session, options: argparse.Namespace) -> Answer:
    """List the register."""
    record = session.casework().case(options.case)
    lines = tuple(line for one in record.evidence for line in evidence_lines(one))
    return Answer(
        document={
            "case": record.summary.reference,
            "evidence": [evidence_document(one) for one in record.evidence],
        },
        lines=lines or (_("No evidence is registered yet."),),
    )


def amend(session: Session, options: argparse.Namespace) -> Answer:
    """Lay further facts over a piece that is registered."""
    number = _NUMBER.fullmatch(options.number)
    if number is None:
        raise UsageFault(_("{name} has a value that is not allowed.").format(name="EVIDENCE"), "evidence amend")
    facts = session.sources.document("--facts", options.facts, options.facts_fd)
    if facts is None:
        known = tuple(field.name for field in fields(EvidenceDraft) if field.name not in _FROM_THE_FILE)
        raise AnswersNeeded(known, _("Give them as TOML: --facts FILE, --facts - for standard input, or --facts-fd N."))
    read_evidence_facts(facts, _NOTHING)
    casework = session.casework()
    record = casework.case(options.case)
    found = next((one for one in record.evidence if one.number == int(number[1])), None)
    if found is None:
        raise UsageFault(_("The case has no such piece of evidence."), "evidence amend")
    draft = EvidenceDraft(**{field.name: getattr(found, field.name) for field in fields(EvidenceDraft)})
    amended = casework.amend_evidence(options.case, found.id, read_evidence_facts(facts, draft))
    return Answer(
        document={"case": record.summary.reference, "evidence": evidence_document(amended)},
        lines=tuple(evidence_lines(amended)),
    )


_FROM_THE_FILE: Final = frozenset({"digest", "size", "source", "name", "raw_name"})
