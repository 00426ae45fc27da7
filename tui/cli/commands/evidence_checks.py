"""`segl evidence seen`, `lists` and `verify`: the register held against files and checksums."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guidance.errors import ExitCode
from guidance.language import _, ngettext
from store.evidence.errors import HashingCancelled, NotHashed, shown_path
from store.evidence.folders import Found, files_under
from store.evidence.queue import hash_files
from store.evidence.register import cautions
from store.evidence.seen import EXACT_ONLY, Seen
from store.evidence.verify import Checked, check_label, summary_words, verify_folder
from tui.cli.answer import Answer, Json, error_document
from tui.cli.main import INTERRUPTED
from tui.cli.progress import Progress
from tui.cli.records import moment
from tui.cli.session import Session
from tui.cli.signals import cancellation

if TYPE_CHECKING:
    from store.casework import Casework
    from store.evidence.digest_lists import WrongLine

_BEGINS: Final = 60
"""Bytes of a wrong line that are shown."""

Looked = tuple[str, str, str, tuple[Seen, ...]]


def seen(session: Session, options: argparse.Namespace) -> Answer:
    """Look up files, folders, or the digests that come on standard input."""
    looked: list[Looked] = []
    failed: list[NotHashed] = []
    wrong: list[WrongLine] = []
    interrupted = False
    if not options.paths:
        text = session.sources.text(_("Checksums (SHA-256), one a line"))
        casework = session.casework()
        looked, wrong = _typed(casework, text)
    else:
        casework = session.casework()
        progress = Progress()

        try:
            with cancellation() as cancelled:
                paths = list(files_under(options.paths, cross_mounts=options.cross_mounts, cancelled=cancelled))
                _warn(session, paths)
                for outcome in hash_files(paths, progress=progress.reading, cancelled=cancelled):
                    if isinstance(outcome, NotHashed):
                        failed.append(outcome)
                    else:
                        path = outcome.path
                        looked.append((shown_path(path), path.hex(), *_find(casework, outcome.digest)))
        except HashingCancelled:
            interrupted = True
        finally:
            progress.clear()
    return _seen_answer(looked, failed, wrong, interrupted=interrupted)


def _warn(session: Session, paths: Sequence[Found]) -> None:
    """Before anything is read that may show a minor; of documents nothing is said."""
    if not session.output.as_json:
        session.output.complain(cautions(paths))


def _typed(casework: Casework, text: str) -> tuple[list[Looked], list[WrongLine]]:
    from store.cases.errors import DigestNotHeard
    from store.evidence.digest_lists import WrongLine

    looked: list[Looked] = []
    wrong = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                looked.append(("", "", *_find(casework, line)))
            except DigestNotHeard as none:
                begins = shown_path(line.encode()[:_BEGINS])
                wrong.append(WrongLine(line=number, why=str(none.diagnostics().happened), begins=begins))
    return looked, wrong


def _find(casework: Casework, digest: str) -> tuple[str, tuple[Seen, ...]]:
    from store.cases.digests import read_digest

    return read_digest(digest), casework.seen_before([digest])


def seen_document(one: Seen) -> dict[str, Json]:
    """Where a digest is registered."""
    return {
        "case": one.reference,
        "title": one.title,
        "number": one.number,
        "id": one.evidence_id,
        "name": one.name,
        "registered_at": moment(one.registered_at),
    }


def seen_line(one: Seen) -> str:
    """The same in words."""
    return _("{case}, {title}: E{number} {name}, registered {day}").format(
        case=one.reference,
        title=one.title,
        number=one.number,
        name=one.name,
        day=one.registered_at.astimezone().date().isoformat(),
    )


def _seen_answer(looked: list[Looked], failed: list[NotHashed], wrong: list[WrongLine], *, interrupted: bool) -> Answer:
    lines = []
    for path, _raw, digest, found in looked:
        words = ngettext("registered {n} time", "registered {n} times", len(found)).format(n=len(found))
        lines.append(f"{path or digest}: {words if found else _('not registered in any case')}")
        lines += [f"  {seen_line(one)}" for one in found]
    lines.append(_(EXACT_ONLY))
    problems = [line for one in failed for line in str(one.diagnostics()).split("\n")]
    problems += [
        _("Line {line} was not looked up. {why} It begins: {begins}").format(
            line=one.line, why=one.why, begins=one.begins
        )
        for one in wrong
    ]
    if interrupted:
        problems.append(_("Stopped before all files were read. What is listed was looked up."))
    return Answer(
        document={
            "looked_up": [
                {"path": path, "raw_path": raw, "digest": digest, "found": [seen_document(one) for one in found]}
                for path, raw, digest, found in looked
            ],
            "failed": [failure_document(one) for one in failed],
            "wrong": [{"line": one.line, "why": one.why, "begins": one.begins} for one in wrong],
            "interrupted": interrupted,
            "exact_only": _(EXACT_ONLY),
        },
        lines=tuple(lines),
        problems=tuple(problems),
        exit_code=INTERRUPTED if interrupted else int(ExitCode.FAILED) if failed or wrong else int(ExitCode.DONE),
    )


def failure_document(failure: NotHashed) -> Json:
    """A file that could not be read."""
    error = error_document(failure)["error"]
    assert isinstance(error, dict)
    return {"path": failure.shown, "raw_path": failure.path.hex(), **error}


def lists(session: Session, options: argparse.Namespace) -> Answer:
    """Write the two lists into a folder; what is written in plain stands in the case."""
    from store.bundle.evidence_lists import left_out, take_back_lists, write_lists
    from store.cpr import Leaving, numbers_in

    casework = session.casework()
    record = casework.view(options.case)
    today = record.guide.today
    register = casework.evidence_listed(options.case)
    named = (numbers_in("evidence.registered", {"name": one.name}, today) for one in register)
    session.settle_cpr((field for fields in named for field in fields), leaving=Leaving.WRITTEN)
    intend = partial(casework.about_to_list, options.case)
    written = write_lists(register, Path(options.folder), before_naming=intend, before_part=casework.about_to_write)
    try:
        casework.record_lists(options.case, written)
    except BaseException:
        take_back_lists(written)
        raise
    out = {sort: [piece.number for piece in pieces] for sort, pieces in left_out(register).items()}
    lines = [_("Written: {path}").format(path=one.path) for one in written]
    for sort, numbers in out.items():
        if numbers:
            lines.append(
                _(
                    "Not in the list for {tool}: {pieces} (it can't carry the name, name or size are not known, "
                    "or it is no SHA-256)."
                ).format(tool=sort, pieces=", ".join(f"E{number}" for number in numbers))
            )
    lines += [
        _("Check with: {command}").format(command="sha256sum -c evidence.sha256"),
        _("Check with: {command}").format(command="hashdeep -b -a -k evidence.hashdeep FILES"),
    ]
    return Answer(
        document={
            "case": record.summary.reference,
            "written": [{"path": str(one.path), "format": one.sort, "digest": one.digest} for one in written],
            "left_out": [{"format": sort, "number": number} for sort, numbers in out.items() for number in numbers],
        },
        lines=tuple(lines),
    )


def verify(session: Session, options: argparse.Namespace) -> Answer:
    """Read a folder and say what of the register is in it."""
    casework = session.casework()
    reference = casework.view(options.case).summary.reference
    register = casework.evidence_listed(options.case)
    progress = Progress()

    try:
        with cancellation() as cancelled:
            paths = [os.fsencode(path) for path in options.paths]
            checked = verify_folder(
                register,
                paths,
                cross_mounts=options.cross_mounts,
                before=partial(_warn, session),
                progress=progress.reading,
                cancelled=cancelled,
            )
    finally:
        progress.clear()
    if options.record:
        casework.record_check(options.case, checked)
    return _verify_answer(reference, checked, recorded=options.record)


def _verify_answer(reference: str, checked: Checked, *, recorded: bool) -> Answer:
    found = {"matched": checked.matched, "copy": checked.copies, "changed": checked.changed}
    lines = [
        f"{check_label(state)}  E{one.evidence.number}  {shown_path(one.path)}"
        for state, matches in found.items()
        for one in matches
    ]
    nameless = _("(no file name)")
    lines += [f"{check_label('missing')}  E{one.number}  {one.name or nameless}" for one in checked.missing]
    lines += [f"{check_label('unseen')}  E{one.number}  {one.name or nameless}" for one in checked.unseen]
    lines += [f"{check_label('new')}  {shown_path(path)}" for path in checked.new]
    lines += [f"{check_label('open')}  {one.words()}" for one in checked.open]
    lines.append(summary_words(checked))
    if recorded:
        lines.append(_("It stands in the case."))
    return Answer(
        document={
            "case": reference,
            "files": [
                {
                    "state": state,
                    "number": one.evidence.number,
                    "path": shown_path(one.path),
                    "raw_path": one.path.hex(),
                    "renamed": one.renamed,
                }
                for state, matches in found.items()
                for one in matches
            ],
            "missing": [{"number": one.number, "name": one.name} for one in checked.missing],
            "unseen": [{"number": one.number, "name": one.name} for one in checked.unseen],
            "new": [{"path": shown_path(path), "raw_path": path.hex()} for path in checked.new],
            "not_compared": [
                {
                    "number": one.evidence.number,
                    "name": one.evidence.name,
                    "digest": one.evidence.digest,
                    "same_name": [{"path": shown_path(path), "raw_path": path.hex()} for path in one.paths],
                }
                for one in checked.open
            ],
            "failed": [failure_document(one) for one in checked.unread],
            "well": checked.well,
            "recorded": recorded,
        },
        lines=tuple(lines),
        problems=tuple(line for one in checked.unread for line in str(one.diagnostics()).split("\n")),
        exit_code=int(ExitCode.DONE if checked.well else ExitCode.INTEGRITY),
    )
