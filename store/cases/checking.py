"""The register held against what is outside: seen before, still the same, asked for by the police, passed on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from store.cases.digests import read_digest
from store.cases.errors import AskedAhead, RequestNeeded, TextMissing
from store.cases.evidence import EvidenceDesk
from store.cases.leaving import LeavingDesk, Said, beside, bundle_payload, files_of, sealed_entry
from store.cases.notes import pick
from store.cases.pieces import ids_with, pieces_of
from store.cases.values import write_evidence
from store.entry import SpaceKind
from store.evidence.hashing import HashedFile
from store.evidence.register import draft_of
from store.evidence.seen import MOST, Seen, find
from store.evidence.verify import Checked
from store.model import Sealed
from store.standing import standing

_IN_ONE: Final = 8_000
"""Ids in one entry: a payload is at most 1 MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDraft:
    """What the police asked for, as it is recorded.

    Attributes:
        by: who asked: name and unit.
        on: the day they asked.
        reference: their case number.
        about: what they asked for, in words; may be empty.
    """

    by: str
    on: date
    reference: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRequest(RequestDraft):
    """A request that is recorded; its id is that of its entry."""

    id: str
    recorded_at: datetime


class CheckingDesk(EvidenceDesk, LeavingDesk):
    """Casework on what is registered already."""

    def seen_before(self, digests: Iterable[str], *, besides: str = "", most: int = MOST) -> tuple[Seen, ...]:
        """Where these digests are registered, in every case that may be opened: all those of this vault.

        Every look-up of a digest, from a screen or from the command line, comes through here; that something of a case
        was found is on record in that case (`record_openings`).

        Args:
            digests: SHA-256, with or without `sha256:`, a BLAKE3 with `blake3:`, or either in groups with check
                characters; blanks and upper case are read as a person types them.
            besides: the id of a piece that is not meant: the one just registered.
            most: pieces of one digest.

        Raises:
            DigestNotHeard: one of them is no checksum.
        """
        wanted = [read_digest(text) for text in digests]
        found = find(self._connection, wanted, most=most + bool(besides))
        told = tuple(one for one in found if one.evidence_id != besides)
        self._openings.find(one.case_id for one in told)
        return told

    def record_check(self, case: str, checked: Checked) -> None:
        """Write into the case how a folder compared with its register, all of it or nothing.

        One entry carries some thousand pieces; of more there are several, and what belongs to no piece is in the last.
        """
        found = {
            "matched": [one.evidence.id for one in checked.matched],
            "changed": sorted({one.evidence.id for one in checked.changed}),
            "missing": [one.id for one in checked.missing],
        }
        said = [(state, id) for state, ids in found.items() for id in ids]
        space = self._resolve(case)
        with self._writing():
            for begin in range(0, max(len(said), 1), _IN_ONE):
                some = said[begin : begin + _IN_ONE]
                last = begin + _IN_ONE >= len(said)
                payload: dict[str, Any] = {state: [id for one, id in some if one == state] for state in found}
                payload["new"] = len(checked.new) if last else 0
                payload["unread"] = len(checked.unread) if last else 0
                self._append(SpaceKind.CASE, space, "evidence.checked", payload)

    def record_request(self, case: str, draft: RequestDraft) -> EvidenceRequest:
        """Record that the police asked for material: who, when, and under which reference.

        Raises:
            TextMissing: no name or no reference.
            AskedAhead: of a day to come.
            CaseClosed: it is closed.
        """
        space = self._open_case(case)
        for field in ("by", "reference"):
            if not getattr(draft, field).strip():
                raise TextMissing(field)
        if draft.on > self._today():
            raise AskedAhead(draft.on)
        said = {
            "by": draft.by,
            "on": {"date": draft.on.isoformat()},
            "reference": draft.reference,
            "about": draft.about,
        }
        entry = self._write(space, "evidence.requested", said)
        return next(one for one in self.evidence_requests(space) if one.id == entry.id)

    def evidence_requests(self, case: str) -> tuple[EvidenceRequest, ...]:
        """What the police asked for, the newest first."""
        rows = standing(self._connection, self._to_read(case), "request/")
        return tuple(
            EvidenceRequest(
                id=row.entry,
                recorded_at=row.at,
                by=row.value["by"],
                on=date.fromisoformat(row.value["on"]["date"]),
                reference=row.value["reference"],
                about=row.value["about"],
            )
            for row in reversed(rows)
        )

    def require_request(self, case: str, request_id: str = "") -> EvidenceRequest:
        """The request that material is passed on for: the newest, or the one with this id or its beginning.

        Raises:
            RequestNeeded: none is recorded.
            ItemUnknown: no such request.
            CaseClosed: the case is closed.
        """
        requests = self.evidence_requests(self._open_case(case))
        if not requests:
            raise RequestNeeded
        if not request_id:
            return requests[0]
        id = pick(request_id, [one.id for one in requests], "request")
        return next(one for one in requests if one.id == id)

    def register_read(self, case: str, files: Sequence[HashedFile]) -> tuple[str, ...]:
        """The pieces that files are, by digest; those that are not registered in the case yet are registered now.

        Returns:
            The id of the piece of each file, in their order.
        """
        space = self._open_case(case)
        authors = self._authors()
        known = {
            digest: next(one.id for one in there if one.digest == digest)
            for digest in dict.fromkeys(file.digest for file in files)
            for there in [pieces_of(self._connection, space, ids_with(self._connection, space, digest), authors)]
            if any(one.digest == digest for one in there)
        }
        number = self._last_number(space)
        fresh = {file.digest: file for file in files if file.digest not in known}
        if fresh:
            with self._writing():
                for file in fresh.values():
                    number += 1
                    said = {"number": number, **write_evidence(draft_of(file))}
                    known[file.digest] = self._append(SpaceKind.CASE, space, "evidence.registered", said).id
        return tuple(known[file.digest] for file in files)

    def about_to_pass(self, case: str, request_id: str, evidence: Sequence[str], sealed: Sealed) -> None:
        """Keep what is going to be recorded of a bundle with material, which is whole and has no name yet."""
        space = self._resolve(case)
        said = self._passed(space, request_id, evidence, sealed)
        self._about_to_leave(space, files_of(sealed), said, beside=beside(sealed))

    def record_pass(self, case: str, request_id: str, evidence: Sequence[str], sealed: Sealed) -> None:
        """Write into the case that a bundle with material was sealed, which pieces are in it, and at whose request."""
        space = self._resolve(case)
        self._left(space, files_of(sealed), self._passed(space, request_id, evidence, sealed))

    def _passed(self, space: str, request_id: str, evidence: Sequence[str], sealed: Sealed) -> list[Said]:
        request = pick(request_id, [one.id for one in self.evidence_requests(space)], "request")
        said = {**bundle_payload(sealed), "request": request, "evidence": list(dict.fromkeys(evidence))}
        return [sealed_entry(sealed), ("evidence.passed-on", said)]
