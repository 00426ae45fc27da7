"""`segl evidence`: files read where they lie, their checksums and facts registered, nothing of them kept."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Final

from guidance.clearing import device_advice
from guidance.custody import Device
from guidance.errors import ExitCode
from guidance.language import _, ngettext
from store.bundle.custody_words import device_label
from store.evidence.errors import HashingCancelled, NotHashed
from store.evidence.folders import Found, files_under
from store.evidence.queue import hash_files
from store.evidence.register import caution, draft_lying_on, may_show_somebody
from store.evidence.signs import Disks
from store.evidence.whose_files import FilesAt, Placed, asked_about, files_by_place
from store.model import EvidenceDraft
from store.places import Place
from tui.cli.answer import Answer, Json, Output
from tui.cli.choosing import choose
from tui.cli.commands.evidence_batch import Batch
from tui.cli.commands.evidence_checks import failure_document
from tui.cli.documents import read_evidence_facts
from tui.cli.failures import AnswersNeeded, UsageFault
from tui.cli.main import INTERRUPTED
from tui.cli.progress import Progress
from tui.cli.records import evidence_document, evidence_lines
from tui.cli.session import Session
from tui.cli.signals import cancellation

_NUMBER: Final = re.compile(r"[Ee]?([1-9][0-9]{0,5})", re.ASCII)
_NOTHING: Final = EvidenceDraft(digest="")


def add(session: Session, options: argparse.Namespace) -> Answer:
    """Register files and what lies in folders; one that cannot be read does not stop the others."""
    facts = session.sources.document("--facts", options.facts, options.facts_fd)
    if facts is not None:
        read_evidence_facts(facts, _NOTHING)
    casework = session.casework()
    failed: list[NotHashed] = []
    warnings: list[str] = []
    interrupted = False
    progress = Progress()
    placed, disks = Placed(), Disks()
    found: tuple[FilesAt, ...] = ()
    answers: Mapping[Place, Device] = {}
    # Where none of them is seen to lie on a device, what is said goes for all of them.
    everywhere = Device.NONE
    casework.require_open(options.case)

    batch = Batch(session.output, casework, options.case, facts, again=options.again)
    with cancellation() as cancelled:
        try:
            paths = list(files_under(options.paths, cross_mounts=options.cross_mounts, cancelled=cancelled))
            found = files_by_place(options.paths, paths, placed=placed)
            answers = _whose_device(session, asked_about(found), options.device)
            everywhere = Device(options.device) if options.device and not asked_about(found) else Device.NONE
            warnings = _warnings(found, {*answers.values(), everywhere}, _names(paths), options.device)
            if not session.output.as_json:
                session.output.complain(warnings)
            settle_numbers(session, _names(paths), facts)
            try:
                for outcome in hash_files(paths, progress=progress.reading, cancelled=cancelled):
                    if isinstance(outcome, NotHashed):
                        failed.append(outcome)
                    else:
                        device = answers.get(placed.place(outcome.path), everywhere)
                        batch.add(draft_lying_on(outcome, device, disks))
            finally:
                batch.register()
        except HashingCancelled:
            interrupted = True
        finally:
            progress.clear()
    said = set(answers.values()) or {everywhere}
    places: list[Json] = [_place_document(one, answers.get(one.place, everywhere)) for one in found if one.count]
    whose: dict[str, Json] = {"device": said.pop().value if len(said) == 1 else "", "places": places}
    return _answer(session.output, batch, failed, whose=whose, warnings=warnings, interrupted=interrupted)


def _names(paths: Iterable[Found]) -> Iterator[str]:
    return (path.rstrip(b"/").rpartition(b"/")[2].decode("utf-8", "replace") for path in paths if type(path) is bytes)


def _place_document(found: FilesAt, device: Device) -> Json:
    place = found.place
    return {
        "kind": place.kind.value,
        "name": place.name,
        "root": place.root,
        "files": found.count,
        "device": device.value,
    }


def _whose_device(session: Session, asked: Sequence[FilesAt], said: str | None) -> Mapping[Place, Device]:
    """Whose device the files of each place lie on.

    As the option says, of all of them. Without it, it is asked for once of each place, where a person is there.
    """
    if said is not None:
        return {one.place: Device(said) for one in asked}
    if not session.sources.can_ask():
        return {}
    choices = [(one.value, device_label(one)) for one in Device if one]
    choices.append((Device.NONE.value, _("I do not know")))
    return {one.place: Device(choose(session, f"{one.question()} {one.words()}", choices)) for one in asked}


def _warnings(
    found: Sequence[FilesAt], answers: Iterable[Device], names: Iterable[str], option: str | None
) -> list[str]:
    said = [words for one in found if (words := one.place.evidence_words())]
    devices = [device for device in Device if device and device in answers]
    asked = asked_about(found)
    if option is not None and len(asked) > 1:
        words = _("--device {device} goes for all of these: {places}. What is another's is registered by itself.")
        places = "; ".join(dict.fromkeys(one.place.words() for one in asked))
        said.append(words.format(device=option, places=places))
    if devices:
        said += map(device_advice, devices)
    elif asked:
        said.append(_("Whose device it is was not said: --device own, office, victim or other."))
    return [*said, *caution()] if may_show_somebody(names) else said


def settle_numbers(session: Session, names: Iterable[str], facts: bytes | None) -> None:
    """Ask about CPR numbers in the names and the facts once, and not in the middle."""
    from store.cpr import numbers_in

    today = datetime.now().astimezone().date()
    draft = read_evidence_facts(facts, _NOTHING) if facts is not None else _NOTHING
    found = [*numbers_in("evidence.registered", asdict(draft), today)]
    for name in names:
        found += numbers_in("evidence.registered", {"name": name}, today)
    session.settle_cpr(tuple(found))


def _answer(
    output: Output,
    batch: Batch,
    failed: list[NotHashed],
    *,
    whose: dict[str, Json],
    warnings: list[str],
    interrupted: bool,
) -> Answer:
    document: dict[str, Json] = {**whose, "warnings": list(warnings), "interrupted": interrupted}
    if output.as_json:
        batch.begin()
        output.growing.items("failed", (failure_document(one) for one in failed))
    batch.tell_the_rest()
    count = batch.count
    lines = [ngettext("{n} file registered.", "{n} files registered.", count).format(n=count)]
    problems = [line for one in failed for line in str(one.diagnostics()).split("\n")]
    if interrupted:
        problems.append(_("Stopped before all files were read. What is listed is registered."))
    code = INTERRUPTED if interrupted else int(ExitCode.FAILED) if failed else int(ExitCode.DONE)
    return Answer(document=document, lines=tuple(lines), problems=tuple(problems), exit_code=code)


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
    found = casework.evidence_piece(options.case, number[0])
    draft = EvidenceDraft(**{field.name: getattr(found, field.name) for field in fields(EvidenceDraft)})
    amended = casework.amend_evidence(options.case, found.id, read_evidence_facts(facts, draft))
    return Answer(
        document={"case": casework.view(options.case).summary.reference, "evidence": evidence_document(amended)},
        lines=tuple(evidence_lines(amended)),
    )


_FROM_THE_FILE: Final = frozenset({"digest", "size", "source", "name", "raw_name", "device", "lies_at"})
