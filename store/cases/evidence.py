"""The register of evidence: facts and a digest about a thing, never the thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from store.cases.chains import chains_of, checks_of
from store.cases.desk import Desk
from store.cases.errors import DigestInvalid, ItemUnknown
from store.cases.notes import pick
from store.cases.values import read_evidence, write_evidence
from store.entry import SpaceKind
from store.evidence.register import missing_facts
from store.model import Evidence, EvidenceDraft
from store.projections import standing

_DIGEST: Final = re.compile(r"(?:sha256|blake3):[0-9a-f]{64}")
_NUMBER: Final = re.compile(r"[Ee]?([1-9][0-9]{0,5})")


class EvidenceDesk(Desk):
    """Casework on evidence."""

    _numbered: tuple[str, int, int] = ("", 0, 0)
    """Case, commit and highest number of what was registered last: with a hundred thousand pieces, asking the database
    for each two hundred more takes as long as registering them."""

    def register_evidence(self, case: str, draft: EvidenceDraft) -> Evidence:
        """Register a piece of evidence under the next number of the case.

        Raises:
            DigestInvalid: the digest is not `sha256:` or `blake3:` and 64 hex digits, or the size is no size.
        """
        space = self._open_case(case)
        check_evidence(draft)
        number = self._last_number(space) + 1
        entry = self._write(space, "evidence.registered", {"number": number, **write_evidence(draft)})
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
            DigestInvalid: as in `register_evidence`.
        """
        space = self._open_case(case)
        for draft in drafts:
            check_evidence(draft)
        author = self._authors()
        found = []
        with self._writing():
            last = self._last_number(space)
            for number, draft in enumerate(drafts, last + 1):
                said = {"number": number, **write_evidence(draft)}
                entry = self._append(SpaceKind.CASE, space, "evidence.registered", said)
                found.append(
                    Evidence(
                        id=entry.id,
                        number=number,
                        registered_at=entry.header.claimed_at,
                        registered_by=author.get(entry.header.device, ""),
                        missing=missing_facts(draft),
                        **read_evidence(said),
                    )
                )
            self._connection.executemany("DELETE FROM draft WHERE key = ?", [(key,) for key in drop])
        self._numbered = (space, self._commits(), last + len(found))
        return tuple(found)

    def _last_number(self, space: str) -> int:
        """The highest number of a case."""
        if self._numbered == (space, self._commits(), self._numbered[2]):
            return self._numbered[2]
        # Asked of the database: with a thousand pieces, reading all of them for each new one takes minutes.
        row = self._connection.execute(
            "SELECT coalesce(max(json_extract(value, '$.number')), 0) FROM standing "
            "WHERE space = ? AND subject >= 'evidence/' AND subject < 'evidence0'",
            (space,),
        ).fetchone()
        assert row
        return int(row[0])

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
            DigestInvalid: as in `register_evidence`.
        """
        space = self._open_case(case)
        check_evidence(draft)
        piece = self._find_piece(space, evidence_id)
        said = {"evidence": piece.id, "number": piece.number, **write_evidence(draft)}
        self._write(space, "evidence.amended", said)
        return self._piece(space, piece.id)

    def _find_piece(self, space: str, evidence_id: str) -> Evidence:
        """A piece by its id, the beginning of it, or its number.

        Raises:
            ItemUnknown: no such evidence, or several.
        """
        pieces = self._evidence(space)
        if match := _NUMBER.fullmatch(evidence_id):
            numbered = [one for one in pieces if one.number == int(match[1])]
            if len(numbered) != 1:
                raise ItemUnknown("evidence")
            return numbered[0]
        id = pick(evidence_id, [one.id for one in pieces], "evidence")
        return next(one for one in pieces if one.id == id)

    def _piece(self, space: str, id: str) -> Evidence:
        return next(one for one in self._evidence(space) if one.id == id)

    def _evidence(self, space: str) -> tuple[Evidence, ...]:
        """Every piece by number; of two versions that disagree the later one."""
        authors = self._authors()
        said = {row.subject.removeprefix("evidence/"): row for row in standing(self._connection, space, "evidence/")}
        chains = chains_of(standing(self._connection, space, "custody/"), authors)
        checks = checks_of(standing(self._connection, space, "checked/"), authors)
        found = []
        for row in standing(self._connection, space, "added/"):
            id = row.subject.removeprefix("added/")
            if id not in said:
                continue
            values = read_evidence(said[id].value)
            draft = EvidenceDraft(**values)
            found.append(
                Evidence(
                    id=id,
                    number=said[id].value["number"],
                    registered_at=row.at,
                    registered_by=authors.get(row.device, ""),
                    missing=missing_facts(draft, chain=chains.get(id, ())),
                    custody=chains.get(id, ()),
                    checks=checks.get(id, ()),
                    **values,
                )
            )
        return tuple(sorted(found, key=lambda one: one.number))


def check_evidence(draft: EvidenceDraft) -> None:
    """Raises DigestInvalid where the digest or the size can't be one."""
    if not _DIGEST.fullmatch(draft.digest) or (draft.size is not None and draft.size < 0):
        raise DigestInvalid
