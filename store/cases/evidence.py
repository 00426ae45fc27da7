"""The register of evidence: facts and a digest about a thing, never the thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from guidance.custody import Device
from guidance.language import current_language
from store.cases import lies_at
from store.cases.desk import Desk
from store.cases.digests import KEPT
from store.cases.errors import DigestInvalid, ItemUnknown, SaidDifferently, SizeInvalid
from store.cases.finding import ids_found
from store.cases.notes import pick
from store.cases.pieces import (
    all_pieces,
    ids_beginning,
    ids_in_order,
    ids_numbered,
    last_number,
    listed,
    pieces_in_turn,
    pieces_of,
    registered_as,
    statements_on_pieces,
)
from store.cases.values import copy_registered, read_evidence, write_evidence, write_registered
from store.entry import LARGEST_NUMBER, SpaceKind
from store.evidence.finding import EVERY_PIECE, Wanted
from store.evidence.register import Listed, missing_facts
from store.journal import Read
from store.model import CopyDevice, Evidence, EvidenceDraft, EvidencePage
from store.standing import standing_on

_NUMBER: Final = re.compile(r"[Ee]?([1-9][0-9]{0,5})")


class EvidenceDesk(Desk):
    """Casework on evidence."""

    _numbered: tuple[str, int, int] = ("", 0, 0)
    """Case, commit and highest number of what was registered last: with a hundred thousand pieces, asking the database
    for each two hundred more takes as long as registering them."""
    _ordered: tuple[tuple[str, int, int], tuple[str, ...]] = (("", 0, 0), ())
    """The ids of the case whose pieces were looked at last, in order, and what they were read from."""
    _found: tuple[object, tuple[str, ...]] = (None, ())
    """The ids that were found last, and by what: its pages are asked for one after the other."""

    def require_open(self, case: str) -> None:
        """Asked before something long is begun whose outcome is to be written into the case.

        Raises:
            CaseUnknown, CaseAmbiguous, CaseClosed: nothing can be written.
        """
        self._open_case(case)

    def register_evidence(self, case: str, draft: EvidenceDraft) -> Evidence:
        """Register a piece of evidence under the next number of the case.

        Raises:
            DigestInvalid: the digest is not `sha256:` or `blake3:` and 64 hex digits.
            SizeInvalid: the size is less than nothing, or larger than an entry can say.
        """
        space = self._open_case(case)
        check_evidence(draft)
        number = self._last_number(space) + 1
        with self._writing():
            entry = self._append(SpaceKind.CASE, space, "evidence.registered", write_registered(number, draft))
            self._remember_place(space, entry.id, draft)
        return self._piece(space, entry.id)

    def register_pieces(
        self, case: str, drafts: Sequence[EvidenceDraft], *, drop: Iterable[str] = ()
    ) -> tuple[Evidence, ...]:
        """Register several pieces under the next numbers, all of them or none.

        Args:
            case: reference or id.
            drafts: in the order of their numbers; some hundreds at most, for nothing else is done meanwhile.
            drop: keys of drafts that are done with; they go in the same transaction, so that what was registered is
                not offered again after a crash.

        Raises:
            DigestInvalid, SizeInvalid: as in `register_evidence`.
        """
        space = self._open_case(case)
        for draft in drafts:
            check_evidence(draft)
        author = self._authors()
        found = []
        with self._writing():
            last = self._last_number(space)
            for number, draft in enumerate(drafts, last + 1):
                said = write_registered(number, draft)
                entry = self._append(SpaceKind.CASE, space, "evidence.registered", said)
                self._remember_place(space, entry.id, draft)
                found.append(
                    Evidence(
                        id=entry.id,
                        number=number,
                        registered_at=entry.header.claimed_at,
                        registered_by=author.get(entry.header.device, ""),
                        missing=missing_facts(draft),
                        devices=_registered_on(entry, said, author),
                        **read_evidence(said),
                    )
                )
            self._connection.executemany("DELETE FROM draft WHERE key = ?", [(key,) for key in drop])
        self._numbered = (space, self._commits(), last + len(found))
        return tuple(found)

    def _remember_place(self, space: str, piece: str, draft: EvidenceDraft) -> None:
        if draft.device and draft.lies_at:
            lies_at.remember(self._connection, space, piece, copy_registered(draft.device), draft.lies_at)

    def evidence_last(self, case: str) -> int:
        """The highest number that a piece of a case has; 0 where nothing is registered."""
        return self._last_number(self._to_read(case))

    def registered_already(self, case: str, draft: EvidenceDraft, *, until: int) -> tuple[int, str] | None:
        """Number and id of the first piece that is exactly the same file of the same name.

        Args:
            case: reference or id.
            draft: of the file; one without a name is never the same.
            until: only pieces up to this number.
        """
        if not draft.raw_name:
            return None
        space = self._to_read(case)
        return registered_as(self._connection, space, draft.digest, draft.raw_name, until=until)

    def _last_number(self, space: str) -> int:
        """The highest number of a case."""
        if self._numbered == (space, self._commits(), self._numbered[2]):
            return self._numbered[2]
        return last_number(self._connection, space)

    def _commits(self) -> int:
        """How many changes the journal has seen."""
        [(counter,)] = self._connection.execute("SELECT coalesce(max(counter), 0) FROM checkpoint").fetchall()
        return int(counter)

    def amend_evidence(self, case: str, evidence_id: str, draft: EvidenceDraft) -> Evidence:
        """Record a piece of evidence anew, its number kept; what was recorded before stays in the history.

        Args:
            case: reference or id.
            evidence_id: its id, the beginning of it, or its number, `E1` or `1`.
            draft: all of it, as it is to stand.

        Raises:
            ItemUnknown: no such evidence.
            DigestInvalid, SizeInvalid: as in `register_evidence`.
            SaidDifferently: heads of the case disagree about it.
        """
        space = self._open_case(case)
        check_evidence(draft)
        piece = self._find_piece(space, evidence_id)
        self.require_agreed(space, piece)
        said = {"evidence": piece.id, "number": piece.number, **write_evidence(draft)}
        self._write(space, "evidence.amended", said)
        return self._piece(space, piece.id)

    def require_agreed(self, case: str, piece: Evidence) -> None:
        """Asked before a piece is shown to be changed: what is shown is one of the things that were said.

        Raises:
            SaidDifferently: heads of the case disagree about it.
        """
        rows = standing_on(self._connection, self._to_read(case), [f"evidence/{piece.id}"])
        if any(row.value != rows[0].value for row in rows):
            raise SaidDifferently(piece.number)

    def _find_piece(self, space: str, evidence_id: str) -> Evidence:
        """A piece by its id, the beginning of it, or its number.

        Raises:
            ItemUnknown: no such evidence, or several.
        """
        if match := _NUMBER.fullmatch(evidence_id):
            wanted = int(match[1])
            ids = ids_numbered(self._connection, space, wanted)
            numbered = [one for one in self._pieces(space, ids) if one.number == wanted]
            if len(numbered) != 1:
                raise ItemUnknown("evidence")
            return numbered[0]
        found = self._pieces(space, ids_beginning(self._connection, space, evidence_id) if evidence_id else ())
        id = pick(evidence_id, [one.id for one in found], "evidence")
        return next(one for one in found if one.id == id)

    def _piece(self, space: str, id: str) -> Evidence:
        [piece] = self._pieces(space, [id])
        return piece

    def _pieces(self, space: str, ids: Sequence[str]) -> tuple[Evidence, ...]:
        return pieces_of(self._connection, space, ids, self._authors())

    def _evidence(self, space: str) -> tuple[Evidence, ...]:
        """Every piece by number; of two versions that disagree the later one."""
        return all_pieces(self._connection, space, self._authors())

    def evidence_page(self, case: str, start: int, count: int, wanted: Wanted = EVERY_PIECE) -> EvidencePage:
        """Some pieces of a case by number, without the others being read.

        Args:
            case: reference or id.
            start: the place of the first, from 0.
            count: how many; fewer where there are no more, and with 0 it is only said how many there are.
            wanted: only pieces that are meant by it. Those of its numbers come first.
        """
        space = self._to_read(case)
        self._verified(space)
        ids = self._wanted_ids(space, wanted)
        start = min(max(start, 0), len(ids))
        pieces = pieces_in_turn(self._connection, space, ids[start : start + count], self._authors())
        return EvidencePage(total=len(ids), start=start, pieces=tuple(pieces))

    def evidence_in_turn(
        self, case: str, wanted: Wanted = EVERY_PIECE, *, start: int = 0, count: int | None = None
    ) -> Iterator[Evidence]:
        """The pieces of a case one after the other, in the order of the pages; some hundred are in memory at a time.

        Args:
            case: reference or id. Nothing may be written into it before the last piece has come.
            wanted: only pieces that are meant by it.
            start: the place of the first, from 0.
            count: how many; all that follow where None.
        """
        space = self._to_read(case)
        self._verified(space)
        ids = self._wanted_ids(space, wanted)
        return pieces_in_turn(
            self._connection, space, ids[start : None if count is None else start + count], self._authors()
        )

    def evidence_listed(self, case: str) -> tuple[Listed, ...]:
        """The register of a case line by line, by number: what files are compared with and listed by."""
        space = self._to_read(case)
        self._verified(space)
        return listed(self._connection, space)

    def evidence_place(self, case: str, evidence_id: str, wanted: Wanted = EVERY_PIECE) -> int:
        """The place of a piece among all of its case that are meant, from 0.

        Raises:
            ItemUnknown: no such evidence, or it is not meant.
        """
        space = self._to_read(case)
        piece = self._find_piece(space, evidence_id)
        try:
            return self._wanted_ids(space, wanted).index(piece.id)
        except ValueError:
            raise ItemUnknown("evidence") from None

    def _wanted_ids(self, space: str, wanted: Wanted) -> tuple[str, ...]:
        """The ids of the pieces that are meant; looked for anew only once something was written."""
        ids = self._ids(space)
        if wanted == EVERY_PIECE:
            return ids
        # Who holds a piece is found by the words of the current language.
        state = (self._ordered[0], wanted, current_language())
        if self._found[0] != state:
            self._found = (state, ids_found(self._connection, space, wanted, ids))
        return self._found[1]

    def _ids(self, space: str) -> tuple[str, ...]:
        """The ids of all pieces of a case by number; read anew only once something was written."""
        state = (space, self._commits(), statements_on_pieces(self._connection, space))
        if self._ordered[0] != state:
            self._ordered = (state, ids_in_order(self._connection, space))
        return self._ordered[1]


def _registered_on(entry: Read, said: Mapping[str, Any], authors: Mapping[str, str]) -> tuple[CopyDevice, ...]:
    if "device" not in said:
        return ()
    return (
        CopyDevice(
            entry=entry.id,
            at=entry.header.claimed_at,
            author=authors.get(entry.header.device, ""),
            copy=said["copy"],
            device=Device(said["device"]),
        ),
    )


def check_evidence(draft: EvidenceDraft) -> None:
    """Raises DigestInvalid where the digest can't be one, SizeInvalid where the size can't."""
    if not KEPT.fullmatch(draft.digest):
        raise DigestInvalid
    if draft.size is not None and not 0 <= draft.size <= LARGEST_NUMBER:
        raise SizeInvalid
