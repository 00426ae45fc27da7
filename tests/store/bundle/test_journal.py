"""The journal of a bundle, long ones too: verified on all cores, and of two faults the first is told."""

from __future__ import annotations

import json
import threading

import pytest

from store.bundle.errors import OpenCancelled
from store.bundle.journal import JournalRefused, read_journal, write_journal
from store.model import StoredEntry
from tests.store.bundle.invented import BIRGIT, entries

MANY = 700
ENTRIES = entries(BIRGIT, [{"text": f"{number}, and so on, [as] said"} for number in range(MANY)])
LINES = write_journal(ENTRIES).splitlines(keepends=True)


def forged(line: bytes) -> bytes:
    return json.dumps({**json.loads(line), "payload": '{"text":"forged"}'}).encode() + b"\n"


def read(lines: list[bytes]) -> list[StoredEntry]:
    found: list[StoredEntry] = []
    read_journal(b"".join(lines), each=lambda entry, _header, _payload: found.append(entry))
    return found


@pytest.mark.parametrize("count", [0, 1, 127, 128, 129, 256, MANY])
def test_every_entry_comes_in_its_place(count: int) -> None:
    assert read(LINES[:count]) == list(ENTRIES[:count])


@pytest.mark.parametrize("place", [0, 127, 128, 300, MANY - 1])
def test_a_forged_line_is_named_and_nothing_behind_it_is_given(place: int) -> None:
    lines = [*LINES[:place], forged(LINES[place]), *LINES[place + 1 :]]
    found: list[StoredEntry] = []
    with pytest.raises(JournalRefused, match=f"line {place + 1}: commitment"):
        read_journal(b"".join(lines), each=lambda entry, _header, _payload: found.append(entry))
    assert found == list(ENTRIES[: len(found)])
    assert len(found) <= place


@pytest.mark.parametrize(("forged_at", "unreadable_at", "told"), [(200, 210, 201), (210, 200, 201), (130, 690, 131)])
def test_of_two_faults_the_first_is_told(forged_at: int, unreadable_at: int, told: int) -> None:
    lines = list(LINES)
    lines[forged_at] = forged(lines[forged_at])
    lines[unreadable_at] = b"{}\n"
    with pytest.raises(JournalRefused, match=f"line {told}:"):
        read(lines)


def test_no_thread_is_left_whatever_ends_it() -> None:
    def ended(entry: StoredEntry) -> None:
        if entry.id == ENTRIES[300].id:
            raise KeyError

    with pytest.raises(KeyError):
        read_journal(b"".join(LINES), each=lambda entry, _header, _payload: ended(entry))
    with pytest.raises(OpenCancelled):
        read_journal(b"".join(LINES), cancelled=lambda: True)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("segl-verify")]
