"""The register of evidence: facts and a digest about a thing, never the thing."""

from __future__ import annotations

import re
from typing import Final

from store.cases.desk import Desk
from store.cases.errors import DigestInvalid, ItemUnknown
from store.cases.notes import pick
from store.cases.values import read_evidence, write_evidence
from store.evidence.register import missing_facts
from store.model import Evidence, EvidenceDraft
from store.projections import standing

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_NUMBER: Final = re.compile(r"[Ee]?([1-9][0-9]{0,5})")


class EvidenceDesk(Desk):
    """Casework on evidence."""

    def register_evidence(self, case: str, draft: EvidenceDraft) -> Evidence:
        """Register a piece of evidence under the next number of the case.

        Raises:
            DigestInvalid: the digest is not `sha256:` and 64 hex digits, or the size is no size.
        """
        space = self._open_case(case)
        check_evidence(draft)
        number = max((one.number for one in self._evidence(space)), default=0) + 1
        entry = self._write(space, "evidence.registered", {"number": number, **write_evidence(draft)})
        return self._piece(space, entry.id)

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
        pieces = self._evidence(space)
        if match := _NUMBER.fullmatch(evidence_id):
            numbered = [one for one in pieces if one.number == int(match[1])]
            if len(numbered) != 1:
                raise ItemUnknown("evidence")
            piece = numbered[0]
        else:
            id = pick(evidence_id, [one.id for one in pieces], "evidence")
            piece = next(one for one in pieces if one.id == id)
        said = {"evidence": piece.id, "number": piece.number, **write_evidence(draft)}
        self._write(space, "evidence.amended", said)
        return self._piece(space, piece.id)

    def _piece(self, space: str, id: str) -> Evidence:
        return next(one for one in self._evidence(space) if one.id == id)

    def _evidence(self, space: str) -> tuple[Evidence, ...]:
        """Every piece by number; of two versions that disagree the later one."""
        authors = self._authors()
        said = {row.subject.removeprefix("evidence/"): row for row in standing(self._connection, space, "evidence/")}
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
                    missing=missing_facts(draft),
                    **values,
                )
            )
        return tuple(sorted(found, key=lambda one: one.number))


def check_evidence(draft: EvidenceDraft) -> None:
    """Raises DigestInvalid where the digest or the size can't be one."""
    if not _DIGEST.fullmatch(draft.digest) or (draft.size is not None and draft.size < 0):
        raise DigestInvalid
