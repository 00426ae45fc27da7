"""Which tombstones of the office's space are carried out: an administrator's, of what may be replaced there.

What holds the office together (cards, certificates, trust, revocations, roles, the founding entry, recoveries) goes by
nobody's: without it no vault could tell any more whose entries count.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from store import erasing
from store.database import Connection

ERASABLE: Final = {
    "office.plan-answered": "plan-answer/",
    "office.plan-said": "plan-answer/",
    "office.directory-set": "directory/",
    "office.directory-removed": "directory/",
    "office.contacts": "contacts",
}
"""What may be erased of the office once it was replaced -> where it stands as long as it was not.

An answer of a version that was brought along answers no question.
"""


def honour(connection: Connection, space: str, silent: Container[str]) -> list[str]:
    """Do what the tombstones of an office's space say, as far as they count.

    The caller makes the tables of the space anew where something was erased.

    Args:
        connection: of the vault, within the change that took entries in.
        space: the office's.
        silent: its entries that say nothing, tombstones by somebody who was no administrator among them.

    Returns:
        The entries whose content went.
    """
    gone: list[str] = []
    for stone in erasing.tombstones(connection, space):
        if stone.entry in silent:
            continue
        entries = [id for id, one in erasing.not_yet(connection, space, stone.entries).items() if one.kind in ERASABLE]
        if entries:
            erasing.bury(connection, stone.entry, entries)
            erasing.clean(connection, space, entries, whole=False)
            gone += entries
    return gone
