"""`segl evidence`: files read where they lie, their checksums and facts registered, nothing of them kept."""

from __future__ import annotations

import argparse
import os
import re
import time
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import TYPE_CHECKING, Final

from guidance.clearing import device_advice
from guidance.custody import Device
from guidance.errors import ExitCode
from guidance.language import _, ngettext
from store.bundle.custody_words import device_label
from store.evidence.errors import HashingCancelled, NotHashed
from store.evidence.folders import files_under
from store.evidence.queue import QueueProgress, hash_files
from store.evidence.register import caution, draft_of, draft_on_device, may_show_somebody
from store.model import Evidence, EvidenceDraft
from store.places import Place, classify
from tui.cli.answer import Answer, Json
from tui.cli.choosing import choose
from tui.cli.commands.evidence_checks import failure_document, seen_document, seen_line
from tui.cli.documents import read_evidence_facts
from tui.cli.failures import AnswersNeeded, UsageFault
from tui.cli.main import INTERRUPTED
from tui.cli.progress import Progress
from tui.cli.records import evidence_document, evidence_lines
from tui.cli.session import Session
from tui.cli.signals import cancellation

if TYPE_CHECKING:
    from store.casework import Casework
    from store.evidence.seen import Seen

_NUMBER: Final = re.compile(r"[Ee]?([1-9][0-9]{0,5})", re.ASCII)
_NOTHING: Final = EvidenceDraft(digest="")
_AT_ONCE: Final = 200
TOLD: Final = 3
"""Places that are told where a piece was registered before."""
_LONGEST_WAIT: Final = 1.0


def add(session: Session, options: argparse.Namespace) -> Answer:
    """Register files and what lies in folders; one that cannot be read does not stop the others."""
    facts = session.sources.document("--facts", options.facts, options.facts_fd)
    if facts is not None:
        read_evidence_facts(facts, _NOTHING)
    casework = session.casework()
    registered: list[Evidence] = []
    failed: list[NotHashed] = []
    warnings: list[str] = []
    interrupted = False
    progress = Progress()
    places = sorted({place for path in options.paths if (place := classify(os.fsencode(path))).unfit}, key=str)
    device = _whose_device(session, places, options.device)
    casework.require_open(options.case)

    def show(so_far: QueueProgress) -> None:
        progress.show(_progress_words(so_far), so_far.done, so_far.total)

    batch = Batch(casework, options.case, facts, registered, again=options.again, device=device)
    with cancellation() as cancelled:
        try:
            paths = list(files_under(options.paths, cross_mounts=options.cross_mounts, cancelled=cancelled))
            names = [_name(path) for path in paths if isinstance(path, bytes)]
            warnings = _warnings(places, device, names)
            if not session.output.as_json:
                session.output.complain(warnings)
            settle_numbers(session, names, facts)
            try:
                for outcome in hash_files(paths, progress=show, cancelled=cancelled):
                    if isinstance(outcome, NotHashed):
                        failed.append(outcome)
                    else:
                        batch.add(draft_on_device(draft_of(outcome), device))
            finally:
                batch.register()
        except HashingCancelled:
            interrupted = True
        finally:
            progress.clear()
    return _answer(batch, failed, device=device, warnings=warnings, interrupted=interrupted)


def _name(path: bytes) -> str:
    return path.rstrip(b"/").rpartition(b"/")[2].decode("utf-8", "replace")


def _whose_device(session: Session, places: Iterable[Place], said: str | None) -> Device:
    """Whose device the files lie on: as the option says, or asked for where they lie on one and a person is there."""
    if said is not None:
        return Device(said)
    if not any(place.somebodys for place in places) or not session.sources.can_ask():
        return Device.NONE
    choices = [(one.value, device_label(one)) for one in Device if one]
    choices.append((Device.NONE.value, _("I do not know")))
    return Device(choose(session, _("Whose device do the files lie on?"), choices))


def _warnings(places: Iterable[Place], device: Device, names: list[str]) -> list[str]:
    said = [place.evidence_words() for place in places]
    if device:
        said.append(device_advice(device))
    elif any(place.somebodys for place in places):
        said.append(_("Whose device it is was not said: --device own, office, victim or other."))
    return [*said, *caution()] if may_show_somebody(names) else said


def _progress_words(progress: QueueProgress) -> str:
    words = f"{progress.file}/{progress.files}  {progress.name}"
    if progress.rate and progress.seconds_left is not None:
        rate = _("{n} MB/s").format(n=int(progress.rate / 1e6))
        left = _("{n} s left").format(n=int(progress.seconds_left + 0.5))
        words = f"{rate}  {left}  {words}"
    return words


def settle_numbers(session: Session, names: list[str], facts: bytes | None) -> None:
    """Ask about CPR numbers in the names and the facts once, and not in the middle."""
    from store.cpr import numbers_in

    draft = read_evidence_facts(facts, _NOTHING) if facts is not None else _NOTHING
    said = {**asdict(draft), "name": names}
    session.settle_cpr(tuple(numbers_in("evidence.registered", said, datetime.now().astimezone().date())))


class Batch:
    """Pieces that are registered some hundred at a time, or after a second: each time costs a write to the disk.

    Exactly the same file of the same name that the case had before is not registered a second time: a command that was
    cut off is given again, and goes on.

    Args:
        registered: gets what was registered.
        again: register it a second time all the same.
        device: whose device the files lie on: also what the case had before has a copy there then.

    Attributes:
        reference: of the case.
        already: what the case had before: the name, and the piece.
        before: number of a piece -> where exactly the same was registered before it, at most `TOLD` places.
    """

    def __init__(
        self,
        casework: Casework,
        case: str,
        facts: bytes | None,
        registered: list[Evidence],
        *,
        again: bool = False,
        device: Device = Device.NONE,
    ) -> None:
        self._casework = casework
        self._device = device
        self._case = case
        self._facts = facts
        self.registered = registered
        self._waiting: list[EvidenceDraft] = []
        self._since = time.monotonic()
        record = casework.case(case)
        self._summary = record.summary
        self.reference = record.summary.reference
        self._there = {} if again else {(one.digest, one.raw_name): one for one in reversed(record.evidence)}
        self.already: list[tuple[str, Evidence]] = []
        self.before: dict[int, tuple[Seen, ...]] = {}
        self._looked_up: dict[str, tuple[Seen, ...]] = {}

    def add(self, draft: EvidenceDraft) -> None:
        """One more piece."""
        known = self._there.get((draft.digest, draft.raw_name))
        if known is not None and draft.raw_name:
            self.already.append((draft.name, known))
            self._casework.note_copy(self._case, known.id, self._device)
            return
        self._waiting.append(read_evidence_facts(self._facts, draft) if self._facts is not None else draft)
        if len(self._waiting) >= _AT_ONCE or time.monotonic() - self._since > _LONGEST_WAIT:
            self.register()

    def register(self) -> None:
        """Register what waits."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            for digest in dict.fromkeys(one.digest for one in waiting):
                if digest not in self._looked_up:
                    self._looked_up[digest] = self._casework.seen_before([digest], most=TOLD)
            for piece in self._casework.register_pieces(self._case, waiting):
                self.registered.append(piece)
                seen = self._looked_up[piece.digest]
                if seen:
                    self.before[piece.number] = seen
                else:
                    self._looked_up[piece.digest] = (self._seen(piece),)
        self._since = time.monotonic()

    def _seen(self, piece: Evidence) -> Seen:
        from store.evidence.seen import Seen

        return Seen(
            digest=piece.digest,
            case_id=self._summary.id,
            reference=self._summary.reference,
            title=self._summary.title,
            evidence_id=piece.id,
            number=piece.number,
            name=piece.name,
            registered_at=piece.registered_at,
        )

    def before_lines(self) -> list[str]:
        """Where exactly the same was registered before, in words."""
        return [line for number, seen in self.before.items() for line in before_lines(number, seen)]

    def before_document(self) -> list[Json]:
        """The same as data."""
        return [one for number, seen in self.before.items() for one in before_document(number, seen)]

    def already_lines(self) -> list[str]:
        """What was not registered a second time, in words."""
        lines = [
            _("{name} is registered already, as E{number}.").format(name=name, number=one.number)
            for name, one in self.already[:_AT_ONCE]
        ]
        if self.already:
            count = len(self.already)
            words = ngettext(
                "{n} file was registered in this case already and was not registered again (--again does).",
                "{n} files were registered in this case already and were not registered again (--again does).",
                count,
            )
            lines.append(words.format(n=count))
        return lines

    def already_document(self) -> list[Json]:
        """The same as data."""
        return [{"number": one.number, "id": one.id, "name": name} for name, one in self.already]


def before_lines(number: int, seen: Iterable[Seen]) -> list[str]:
    """Where exactly the same as this piece was registered before, in words."""
    return [_("! E{number} was registered before: {where}").format(number=number, where=seen_line(one)) for one in seen]


def before_document(number: int, seen: Iterable[Seen]) -> list[Json]:
    """The same as data."""
    return [{"registered": number, **seen_document(one)} for one in seen]


def _answer(
    batch: Batch,
    failed: list[NotHashed],
    *,
    device: Device,
    warnings: list[str],
    interrupted: bool,
) -> Answer:
    registered = batch.registered
    document: dict[str, Json] = {
        "case": batch.reference,
        "registered": [evidence_document(one) for one in registered],
        "failed": [failure_document(one) for one in failed],
        "seen_before": batch.before_document(),
        "already": batch.already_document(),
        "device": device.value,
        "warnings": list(warnings),
        "interrupted": interrupted,
    }
    count = len(registered)
    lines = [line for one in registered for line in evidence_lines(one)]
    lines += batch.before_lines()
    lines += batch.already_lines()
    lines.append(ngettext("{n} file registered.", "{n} files registered.", count).format(n=count))
    problems = [line for one in failed for line in str(one.diagnostics()).split("\n")]
    if interrupted:
        problems.append(_("Stopped before all files were read. What is listed is registered."))
    code = INTERRUPTED if interrupted else int(ExitCode.FAILED) if failed else int(ExitCode.DONE)
    return Answer(document=document, lines=tuple(lines), problems=tuple(problems), exit_code=code)


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


_FROM_THE_FILE: Final = frozenset({"digest", "size", "source", "name", "raw_name", "device"})
