"""What was verified once: the same bytes are not verified again, and other bytes are, with all that is wrong."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from store import ed25519, entry, verified
from store.cases.errors import JournalDamaged
from store.casework import Casework
from store.entry import SpaceKind
from store.journal import FeedCheck, stored_entries
from store.model import EvidenceDraft
from store.verified import WORTH, Earlier
from tests.store.circle import circle, shares
from tests.store.desk import a_case, open_desk, set_up_desk
from tests.store.test_union import give


def register(desk: Casework, case: str, count: int = WORTH) -> None:
    """Write so many entries."""
    desk.register_pieces(
        case, [EvidenceDraft(digest=f"sha256:{hashlib.sha256(str(n).encode()).hexdigest()}") for n in range(count)]
    )


@pytest.fixture
def case(tmp_path: Path) -> str:
    """A case with many entries, in a vault that is closed; it was opened and verified once."""
    with set_up_desk(tmp_path) as desk:
        id = a_case(desk).id
        register(desk, id)
    with open_desk(tmp_path) as desk:
        desk.view(id)
    return id


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of all signatures that are verified."""
    seen: list[str] = []

    def counted(key: bytes, signature: bytes, message: bytes) -> bool:
        seen.append(key.hex())
        return ed25519.verifies(key, signature, message)

    monkeypatch.setattr(entry, "verifies", counted)
    return seen


def marks(desk: Casework) -> int:
    [(count,)] = desk._connection.execute("SELECT count(*) FROM verified").fetchall()
    return int(count)


def test_a_second_opening_verifies_no_signature_of_its_own_again(case: str, tmp_path: Path, checked: list[str]) -> None:
    with open_desk(tmp_path) as desk:
        desk.view(case)
        # The opening before this one was written down after the mark was made.
        assert len(checked) <= 1
        desk.add_note(case, "ny")
        desk.view(case)
        assert len(checked) <= 3
        # The control: without the mark all of them are, and the count sees it.
        desk._connection.execute("DELETE FROM verified")
    with open_desk(tmp_path) as desk:
        desk.view(case)
        assert len(checked) > WORTH


def test_a_case_of_the_usual_size_gets_no_mark(tmp_path: Path) -> None:
    with set_up_desk(tmp_path) as desk:
        id = a_case(desk).id
        register(desk, id, 50)
        desk.view(id)
        assert marks(desk) == 0


CHANGES = {
    "payload": "UPDATE entry SET payload = CAST(replace(payload, 'sha256', 'sha265') AS BLOB) WHERE arrival = :at",
    "salt": "UPDATE entry SET salt = zeroblob(32) WHERE arrival = :at",
    "signature": "UPDATE entry SET signature = zeroblob(64) WHERE arrival = :at",
    "header": "UPDATE entry SET header = CAST(replace(header, 'registered', 'ragistered') AS BLOB) WHERE arrival = :at",
    "id": "UPDATE entry SET id = replace(id, substr(id, 1, 4), 'ffff') WHERE arrival = :at",
    "gone": "DELETE FROM entry WHERE arrival = :at",
}


@pytest.mark.parametrize("change", CHANGES)
def test_bytes_that_changed_are_noticed_at_the_next_opening(case: str, tmp_path: Path, change: str) -> None:
    with open_desk(tmp_path) as desk:
        assert marks(desk) == 1
        for trigger in ("entry_is_not_changed", "entry_stays"):
            desk._connection.execute(f"DROP TRIGGER {trigger}")
        [(at,)] = desk._connection.execute("SELECT max(arrival) - 20 FROM entry").fetchall()
        assert desk._connection.execute(CHANGES[change], {"at": at}).rowcount == 1
    with open_desk(tmp_path) as desk, pytest.raises(JournalDamaged):
        desk.view(case)


def test_what_was_erased_since_is_verified_anew_and_opens(case: str, tmp_path: Path, checked: list[str]) -> None:
    with open_desk(tmp_path) as desk:
        [(id,)] = desk._connection.execute(
            "SELECT id FROM entry WHERE kind = 'evidence.registered' ORDER BY arrival LIMIT 1"
        ).fetchall()
        with desk._connection.transaction():
            desk._connection.execute("INSERT INTO tombstone (entry, by_entry) VALUES (?, 'x')", (id,))
            desk._connection.execute("UPDATE entry SET salt = NULL, payload = NULL WHERE id = ?", (id,))
    with open_desk(tmp_path) as desk:
        desk.view(case)
        assert len(checked) > WORTH
    checked.clear()
    with open_desk(tmp_path) as desk:
        desk.view(case)
        assert len(checked) <= 2


def test_what_others_signed_is_verified_at_each_opening_whatever_the_mark_says(
    tmp_path: Path, checked: list[str]
) -> None:
    anna, bo = circle(tmp_path, "Anna", "Bo")
    case = a_case(anna).id
    shares(anna, case, bo)
    device = bo._journal.device
    give(anna, bo, case)
    register(bo, case, WORTH)
    give(bo, anna, case)
    anna._checks.clear()
    anna.view(case)
    assert marks(anna) == 1
    checked.clear()
    anna._checks.clear()
    anna.view(case)
    assert set(checked) == {device}
    assert len(checked) >= WORTH
    # A mark that says that a false signature was verified is not believed.
    connection = anna._connection
    connection.execute("DROP TRIGGER entry_is_not_changed")
    connection.execute(
        "UPDATE entry SET signature = zeroblob(64), device = ? WHERE arrival = (SELECT max(arrival) - 5 FROM entry "
        "WHERE space = ? AND device = ?)",
        (anna._journal.device, case, device),
    )
    check, flags = anna._checks[case]
    verified.keep(connection, check, flags)
    anna._checks.clear()
    with pytest.raises(JournalDamaged):
        anna.view(case)
    for desk in (anna, bo):
        desk.close()


def test_behind_the_mark_is_found_what_is_found_without_it(case: str, tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        connection, own = desk._connection, {desk._journal.device}
        whole = FeedCheck(SpaceKind.CASE, case)
        entries = list(stored_entries(connection, case))
        for arrival, stored in entries[: len(entries) - 3]:
            whole.take(arrival, stored, own)
        at = entries[-4][0]
        behind = FeedCheck(SpaceKind.CASE, case, earlier=Earlier(connection, case, at))
        behind.arrival, behind.heads = at, set(whole.heads)
        # In order, one twice, and one whose predecessor is left out.
        for number, place in enumerate((-3, -3, -1), at + 1):
            stored = entries[place][1]
            assert behind.take(number, stored, own) == whole.take(number, stored, own)
        assert behind.heads == whole.heads


def test_damage_gets_no_mark(tmp_path: Path) -> None:
    with set_up_desk(tmp_path) as desk:
        id = a_case(desk).id
        register(desk, id)
        desk._connection.execute("DROP TRIGGER entry_is_not_changed")
        desk._connection.execute("UPDATE entry SET signature = zeroblob(64) WHERE kind = 'note.added'")
        with pytest.raises(JournalDamaged):
            desk.view(id)
        assert marks(desk) == 0
