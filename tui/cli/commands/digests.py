"""`segl evidence add-list`, `add-typed` and `read-out`: digests that were made elsewhere, and read to somebody."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _, ngettext
from store.evidence.dictated_size import SizeMisheard, hear_size, heard_size, read_out_size
from store.evidence.dictation import GROUPS, Heard, agreed, algorithm_name, differing, hear, read_out
from store.evidence.digest_lists import MOST_BYTES, Listed, WrongLine, read_list
from store.model import DigestSource, EvidenceDraft
from tui.cli.answer import Answer, Json
from tui.cli.commands.evidence import settle_numbers
from tui.cli.commands.evidence_batch import TOLD, Batch, before_document, before_lines
from tui.cli.documents import read_evidence_facts
from tui.cli.failures import UsageFault
from tui.cli.records import evidence_document, evidence_lines
from tui.cli.session import Session

if TYPE_CHECKING:
    from tui.cli.sources import Sources

_NOTHING: Final = EvidenceDraft(digest="")
_NUMBER: Final = re.compile(r"[Ee]?([1-9][0-9]{0,5})", re.ASCII)
_ROW: Final = 4
_TOLD: Final = 200
"""Copies that are named one by one."""


class DigestMisheard(SeglError):
    """A digest that was typed can't be right.

    Attributes:
        groups: the groups, from 1, that are wrong or differ; empty where it is no digest at all.
    """

    code: ClassVar[str] = "digest-misheard"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, happened: str, groups: tuple[int, ...] = ()) -> None:
        super().__init__(happened)
        self.groups = groups
        self._happened = happened

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=self._happened,
            safe=_("Nothing was registered."),
            todo=_("Have it read out again, group by group."),
        )


def add_list(session: Session, options: argparse.Namespace) -> Answer:
    """Register what a list says; its files are not looked for."""
    facts = session.sources.document("--facts", options.facts, options.facts_fd)
    if facts is not None:
        read_evidence_facts(facts, _NOTHING)
    raw = session.sources.document("LIST", options.list, cap=MOST_BYTES)
    assert raw is not None
    casework = session.casework()
    found = read_list(raw, plain="blake3" if options.b3sum else "sha256")
    settle_numbers(session, (one.draft().name for one in found.found), facts)
    batch = Batch(session.output, casework, options.case, facts, again=options.again)
    for one in found.found:
        if options.again or not one.copy_of:
            batch.add(one.draft())
    batch.register()
    batch.tell_the_rest()
    count = batch.count
    lines = [ngettext("{n} checksum registered.", "{n} checksums registered.", count).format(n=count)]
    lines.append(_("The files themselves were not looked for."))
    if found.plain and not options.b3sum:
        lines.append(
            _("Lines that do not say how they were made were taken for SHA-256; --b3sum takes them for BLAKE3.")
        )
    copies = () if options.again else found.copies
    lines += [_copy_line(one) for one in copies[:_TOLD]]
    if copies:
        count = len(copies)
        words = ngettext(
            "{n} copy in another folder was not registered by itself (--again does).",
            "{n} copies in other folders were not registered by themselves (--again does).",
            count,
        )
        lines.append(words.format(n=count))
    problems = [_wrong_line(wrong) for wrong in found.wrong]
    document: dict[str, Json] = {
        "wrong": [{"line": wrong.line, "why": wrong.why, "begins": wrong.begins} for wrong in found.wrong],
        "copies": [{"line": one.line, "of": one.copy_of} for one in copies],
    }
    code = int(ExitCode.FAILED) if found.wrong else int(ExitCode.DONE)
    return Answer(document=document, lines=tuple(lines), problems=tuple(problems), exit_code=code)


def _copy_line(one: Listed) -> str:
    return _("Line {line} is a copy of line {of}: exactly the same file in another folder.").format(
        line=one.line, of=one.copy_of
    )


def _wrong_line(one: WrongLine) -> str:
    return _("Line {line} was not used: {why}. It begins: {begins}").format(
        line=one.line, why=one.why, begins=one.begins
    )


def add_typed(session: Session, options: argparse.Namespace) -> Answer:
    """Register a digest that somebody reads out or types: with check characters once, else twice."""
    facts = session.sources.document("--facts", options.facts, options.facts_fd)
    if facts is not None:
        read_evidence_facts(facts, _NOTHING)
    casework = session.casework()
    reference = casework.view(options.case).summary.reference
    said = _asked(session.sources) if session.sources.can_ask() else _given(session.sources)
    draft = EvidenceDraft(digest=said.digest, size=said.size, source=DigestSource.TYPED)
    if facts is not None:
        draft = read_evidence_facts(facts, draft)
    before = casework.seen_before([draft.digest], most=TOLD)
    registered = casework.register_evidence(options.case, draft)
    lines = [*evidence_lines(registered), *before_lines(registered.number, before)]
    lines.append(no_size() if registered.size is None else heard_size(registered.size))
    return Answer(
        document={
            "case": reference,
            "evidence": evidence_document(registered),
            "checked": said.checked,
            "seen_before": before_document(registered.number, before),
        },
        lines=tuple(lines),
    )


def no_size() -> str:
    """What is said of a piece whose size nobody knows."""
    return _("The size is not known: another file can't be told from this one by its size, and hashdeep leaves it out.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    digest: str
    size: int | None
    checked: bool


def _asked(sources: Sources) -> _Said:
    while True:
        try:
            first = _heard(sources.ask(_("SHA-256 checksum, on one line:")))
            digest = first.digest if first.checked else _same(first, _heard(sources.ask(_("The same again:"))))
            break
        except DigestMisheard as fault:
            _say(sources, fault)
    while True:
        try:
            size = _size(sources.ask(_("Size in bytes, if known:")), first)
            return _Said(digest=digest, checked=first.checked, size=size)
        except DigestMisheard as fault:
            _say(sources, fault)


def _say(sources: Sources, fault: DigestMisheard) -> None:
    for line in str(fault.diagnostics()).split("\n"):
        sources.say(line)


def _given(sources: Sources) -> _Said:
    lines = [line for line in sources.text(_("checksum")).split("\n") if line.strip()]
    first = _heard(lines[0])
    rest = lines[1:]
    digest = first.digest
    if not first.checked:
        if not rest:
            raise DigestMisheard(_("A checksum without check characters has to be there twice, each on a line."))
        digest = _same(first, _heard(rest.pop(0)))
    if len(rest) > 1:
        raise DigestMisheard(_("There are more lines than the checksum and the size."))
    return _Said(digest=digest, checked=first.checked, size=_size(rest[0] if rest else "", first))


def _heard(text: str) -> Heard:
    heard = hear(text)
    if heard.wrong:
        raise DigestMisheard(
            _("These groups can't be right: {groups}.").format(groups=_listed(heard.wrong)), heard.wrong
        )
    if not heard.hex:
        raise DigestMisheard(
            _("{n} signs were given; a SHA-256 checksum has 64, and 80 with check characters.").format(n=heard.signs)
        )
    return heard


def _same(first: Heard, second: Heard) -> str:
    if wrong := differing(first.hex, second.hex):
        raise DigestMisheard(
            _("The two differ in these groups of four: {groups}.").format(groups=_listed(wrong)), wrong
        )
    if not (digest := agreed(first, second)):
        raise DigestMisheard(_("One is said to be SHA-256 and the other BLAKE3."))
    return digest


def _size(text: str, first: Heard) -> int | None:
    try:
        return hear_size(text, read_out=first.checked)
    except SizeMisheard as fault:
        raise DigestMisheard(fault.words) from None


def _listed(groups: tuple[int, ...]) -> str:
    return ", ".join(str(number) for number in groups)


def read(session: Session, options: argparse.Namespace) -> Answer:
    """Show a digest as it is read out to somebody."""
    number = _NUMBER.fullmatch(options.number)
    if number is None:
        raise UsageFault(_("{name} has a value that is not allowed.").format(name="EVIDENCE"), "evidence read-out")
    casework = session.casework()
    found = casework.evidence_piece(options.case, number[0])
    groups = read_out(found.digest)
    algorithm = found.digest.partition(":")[0]
    lines = [
        f"E{found.number}  {found.name}",
        _("{algorithm}, sixteen groups: four signs and a check character each").format(
            algorithm=algorithm_name(found.digest)
        ),
    ]
    lines.extend(
        "  " + "   ".join(f"{place + 1:2} {groups[place]}" for place in range(row, row + _ROW))
        for row in range(0, GROUPS, _ROW)
    )
    if found.size is None:
        lines.append(no_size())
    else:
        lines.append(_("Size in bytes, and its check letter: {size}").format(size=read_out_size(found.size)))
    return Answer(
        document={
            "case": casework.view(options.case).summary.reference,
            "number": found.number,
            "algorithm": algorithm,
            "groups": list(groups),
            "size": found.size,
            "size_read_out": "" if found.size is None else read_out_size(found.size),
        },
        lines=tuple(lines),
    )
