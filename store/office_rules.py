"""What only an administrator of the office writes, and which such entries count for nothing."""

from __future__ import annotations

from typing import Final

from store.authors import Trust
from store.database import Connection
from store.entry import SpaceKind
from store.erasing import ERASED
from store.journal import Read, headers_of, in_order
from store.model import StoredEntry
from store.roles import Term

ADMINISTRATORS_ONLY: Final = frozenset(
    {
        "office.contacts",
        "office.filing",
        "office.retention",
        "office.plan-answered",
        "office.plan-published",
        "office.plan-said",
        "office.plan-brought",
        "office.directory-set",
        "office.directory-removed",
    }
)
"""Kinds of entries that are refused when somebody else writes them, and say nothing when they come from elsewhere."""
_WEIGHED: Final = (*sorted(ADMINISTRATORS_ONLY), "office.opened", ERASED)
_FROM_THE_BEGINNING: Final = (Term(0),)


def administrators_only(space_kind: SpaceKind, kind: str) -> bool:
    """Whether only an administrator writes such an entry; elsewhere than in the office everybody erases their own."""
    return kind in ADMINISTRATORS_ONLY or (space_kind is SpaceKind.OFFICE and kind == ERASED)


def not_counting(connection: Connection, trust: Trust, office: str) -> frozenset[str]:
    """The entries of the office's space that say nothing: by somebody who was no administrator, or is revoked.

    Cards, certificates and revocations are not among them: which of those count is worked out when they are read.
    """
    always = {
        device
        for author in trust.authors
        if trust.terms.get(author.id) == _FROM_THE_BEGINNING
        for device in author.devices
        if device not in trust.revoked
    }
    marks = ", ".join("?" * len(_WEIGHED))
    written = {
        id: device
        for id, device in connection.execute(
            f"SELECT id, device FROM entry WHERE space = ? AND kind IN ({marks})",  # noqa: S608
            (office, *_WEIGHED),
        ).fetchall()
        if device not in always
    }
    if not written:
        return frozenset()
    # The order needs headers only, and a payload that can't be read is for the doctor to say.
    found = headers_of(connection, office)
    ordered = in_order(Read(stored=_bare(id), header=header, payload=None) for id, header in found.items())
    headers = {entry.id: entry.header for entry in ordered}
    return trust.not_by_administrator(written, headers) | (trust.silent(office, headers) & written.keys())


def _bare(id: str) -> StoredEntry:
    return StoredEntry(id=id, header=b"", signature=b"", salt=None, payload=None)
