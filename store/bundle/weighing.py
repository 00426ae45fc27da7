"""Will a reader open what is about to be sealed? It is weighed as a reader weighs it, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guidance.language import _
from store.age.header import MAX_HEADER_SIZE
from store.bundle import json_strict
from store.bundle.contents import CARDS
from store.bundle.errors import CaseTooLarge
from store.bundle.journal import items_of, read_line
from store.bundle.looking import LARGE, USUAL, Bounds, Looking, TooMuch
from store.bundle.names import CASE_JSON, JOURNAL
from store.bundle.shared_sessions import SESSIONS
from store.bundle.stopping import Cancelled, asking
from store.bundle.tar import tar_size
from store.bundle.visible import count_unsafe
from store.cards import BEGIN
from store.entry import Header, read_payload
from store.journal import Read
from store.kinds import statements

_LIGHT: Final = 256 * 1024
"""Bytes of the files that are read. Each costs at most 30 units, as an item does or a statement of four bytes."""
_TRIES: Final = 1000
"""Of a reader's keys on the stanzas of one file: what is kept free for them, since nobody knows how many they have."""


def weigh(files: Mapping[str, bytes], size: int | None = None, *, cancelled: Cancelled | None = None) -> bool:
    """Whether a reader must say that the bundle is meant to be large (`segl open --large`).

    Args:
        files: path in the bag -> content, of those that are in memory.
        size: bytes of the whole tar, where there is material in it too.
        cancelled: asked again and again.

    Raises:
        SealCancelled: `cancelled` said so.
        CaseTooLarge: no reader would open it.
    """
    size = tar_size({name: len(data) for name, data in files.items()}) if size is None else size
    read = {name: files.get(name, b"") for name in (CASE_JSON, JOURNAL, SESSIONS, CARDS)}
    if size <= USUAL.total and sum(map(len, read.values())) <= _LIGHT:
        return False
    try:
        _spend(read, size, USUAL, cancelled)
    except TooMuch:
        pass
    else:
        return False
    try:
        _spend(read, size, LARGE, cancelled)
    except TooMuch as error:
        raise CaseTooLarge(": ".join(part for part in (error.file, error.what) if part)) from None
    return True


def _spend(read: Mapping[str, bytes], size: int, bounds: Bounds, cancelled: Cancelled | None) -> None:
    """What `store.bundle.open` and `examine` spend on it, in about their order."""
    if size > bounds.total + (bounds.material if bounds.asked_for else 0):
        raise TooMuch(f"more than {bounds.total} bytes")
    looking = Looking(bounds)
    looking.passes(size + MAX_HEADER_SIZE)
    looking.stanzas(_TRIES)
    looking.reads(CASE_JSON, len(read[CASE_JSON]))
    looking.reads(JOURNAL, len(read[JOURNAL]))
    looking.items(json_strict.count_items(read[CASE_JSON]), file=CASE_JSON)
    looking.signs(_signs(read[CASE_JSON]) + count_unsafe(read[SESSIONS].decode("utf-8", "replace")))
    looking.cards(read[CARDS].count(BEGIN.encode("ascii")))
    lines = read[JOURNAL].splitlines()
    looking.entries(len(lines))
    for number, line in enumerate(asking(lines, cancelled), start=1):
        entry = read_line(number, line)
        looking.items(items_of(entry), file=JOURNAL)
        payload = None if entry.payload is None else read_payload(entry.payload)
        header = Header.parse(entry.header)
        looking.statements(sum(1 for _one in statements(Read(stored=entry, header=header, payload=payload))))


def _signs(document: bytes) -> int:
    """Characters that were escaped so that they steer nothing; two escapes may be one character, and one none."""
    return document.count(b"\\u")


def needs_large() -> str:
    """What is to be said to who seals one that a reader must say `--large` to, in the current language."""
    return _(
        "This bundle is very large. Segl asks whoever opens it whether it is meant to be so large, and `segl open` "
        "wants --large: tell the recipient so. Without Segl it opens like any other."
    )
