"""Pieces that a command registers by the hundred, told as they are registered: none of them is kept in memory."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from guidance.language import _, ngettext
from store.model import EvidenceDraft
from tui.cli.answer import Json, Output
from tui.cli.commands.evidence_checks import seen_document, seen_line
from tui.cli.documents import read_evidence_facts
from tui.cli.records import evidence_document, evidence_lines

if TYPE_CHECKING:
    from store.casework import Casework
    from store.evidence.seen import Seen

_AT_ONCE: Final = 200
TOLD: Final = 3
"""Places that are told where a piece was registered before."""
_LONGEST_WAIT: Final = 1.0


class Batch:
    """Pieces that are registered some hundred at a time, or after a second: each time costs a write to the disk.

    Exactly the same file of the same name that the case had before is not registered a second time: a command that was
    cut off is given again, and goes on. Where it lies on somebody's device, what the case had before has a copy there.

    Args:
        output: where each piece is told once it is registered: in the list `registered` of a document that grows, or
            in lines.
        again: register it a second time all the same.

    Attributes:
        reference: of the case.
        count: how many were registered.
    """

    def __init__(
        self,
        output: Output,
        casework: Casework,
        case: str,
        facts: bytes | None,
        *,
        again: bool = False,
    ) -> None:
        self._output = output
        self._casework = casework
        self._facts = facts
        self._waiting: list[EvidenceDraft] = []
        self._since = time.monotonic()
        summary = casework.view(case).summary
        self._case = summary.id
        self.reference = summary.reference
        self._before = casework.evidence_last(case)
        self._again = again
        self.count = 0
        # Of a hundred thousand files, what is remembered of each is as little as can be: digests are packed.
        self._already: list[tuple[int, bytes, str]] = []
        self._known: set[bytes] = set()
        self._elsewhere: set[bytes] = set()
        self._seen: list[tuple[int, bytes]] = []

    def begin(self) -> None:
        """Begin the document, if nothing has begun it yet."""
        if self._output.as_json and not self._output.growing.begun:
            self._output.growing.field("case", self.reference)
            self._output.growing.begin("registered")

    def add(self, draft: EvidenceDraft) -> None:
        """One more piece."""
        known = None if self._again else self._casework.registered_already(self._case, draft, until=self._before)
        if known is not None:
            number, id = known
            self._already.append((number, bytes.fromhex(id), draft.name))
            if draft.device:
                self._casework.note_copy(self._case, id, draft.device, draft.lies_at)
            return
        self._waiting.append(read_evidence_facts(self._facts, draft) if self._facts is not None else draft)
        if len(self._waiting) >= _AT_ONCE or time.monotonic() - self._since > _LONGEST_WAIT:
            self.register()

    def register(self) -> None:
        """Register what waits, and tell it."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            for digest in dict.fromkeys(one.digest for one in waiting):
                packed = _packed(digest)
                if packed not in self._known and self._casework.seen_before([digest], most=1):
                    self._elsewhere.add(packed)
            pieces = self._casework.register_pieces(self._case, waiting)
            for piece in pieces:
                packed = _packed(piece.digest)
                if packed in self._known or packed in self._elsewhere:
                    self._seen.append((piece.number, packed))
                self._known.add(packed)
            self.count += len(pieces)
            if self._output.as_json:
                self.begin()
                self._output.growing.more(evidence_document(piece) for piece in pieces)
            else:
                self._output.told(line for piece in pieces for line in evidence_lines(piece))
        self._since = time.monotonic()

    def tell_the_rest(self) -> None:
        """Tell where exactly the same was registered before, and what was not registered a second time."""
        if self._output.as_json:
            self.begin()
            told = (one for number, seen in self._registered_before() for one in before_document(number, seen))
            self._output.growing.items("seen_before", told)
            self._output.growing.items("already", map(_already_document, self._already))
        else:
            for number, seen in self._registered_before():
                self._output.told(before_lines(number, seen))
            self._output.told(self._already_lines())

    def _registered_before(self) -> Iterator[tuple[int, tuple[Seen, ...]]]:
        """Number of a piece -> where exactly the same was registered before it, at most `TOLD` places."""
        for number, packed in self._seen:
            found = self._casework.seen_before([_digest(packed)], most=TOLD)
            before = tuple(one for one in found if one.case_id != self._case or one.number <= self._before)
            yield number, before or found[:1]

    def _already_lines(self) -> Iterator[str]:
        for number, _id, name in self._already[:_AT_ONCE]:
            yield _("{name} is registered already, as E{number}.").format(name=name, number=number)
        if self._already:
            count = len(self._already)
            words = ngettext(
                "{n} file was registered in this case already and was not registered again (--again does).",
                "{n} files were registered in this case already and were not registered again (--again does).",
                count,
            )
            yield words.format(n=count)


def before_lines(number: int, seen: Iterable[Seen]) -> list[str]:
    """Where exactly the same as this piece was registered before, in words."""
    return [_("! E{number} was registered before: {where}").format(number=number, where=seen_line(one)) for one in seen]


def before_document(number: int, seen: Iterable[Seen]) -> list[Json]:
    """The same as data."""
    return [{"registered": number, **seen_document(one)} for one in seen]


def _already_document(one: tuple[int, bytes, str]) -> Json:
    number, id, name = one
    return {"number": number, "id": id.hex(), "name": name}


_ALGORITHMS: Final = ("sha256", "blake3")


def _packed(digest: str) -> bytes:
    algorithm, _colon, digits = digest.partition(":")
    return bytes([_ALGORITHMS.index(algorithm)]) + bytes.fromhex(digits)


def _digest(packed: bytes) -> str:
    return f"{_ALGORITHMS[packed[0]]}:{packed[1:].hex()}"
