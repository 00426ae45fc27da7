"""The queue survives a kill: what was chosen, what was read, and nothing outside the vault."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from store.casework import Casework
from store.database import Connection
from store.evidence.errors import NotHashed
from store.evidence.hashing import hash_file
from store.evidence.queue_draft import (
    Resumed,
    part_key,
    pieces_of_parts,
    queue_key,
    read_chosen,
    read_part,
    write_chosen,
    write_part,
)
from store.home import Home
from store.model import EvidenceDraft, Intake, OfficeSetUp
from store.secret import Secret
from store.slots import KdfParameters
from store.vault import Vault
from tests.store.desk import a_case, set_up_desk

WORDS = Secret.from_text("fire stille heste i regnvejr")

NAMES = [b"a.jpg", b"gr\xf8d\n.png", b"x" * 255]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    results = []
    for name in NAMES:
        (tmp_path / os.fsdecode(name)).write_bytes(name)
        results.append(hash_file(os.fsencode(tmp_path) + b"/" + name))
    assert read_part(write_part(results)) == tuple(results)
    assert read_chosen(write_chosen(NAMES)) == tuple(NAMES)
    assert [piece.raw_name for piece in pieces_of_parts({"k": write_part(results)})["k"]] == [n.hex() for n in NAMES]


@pytest.mark.parametrize("text", ["", "[", "3", "[[1]]", '{"chosen": 3}', '[["zz", "", 1, "", []]]'])
def test_what_cannot_be_read_is_nothing(text: str) -> None:
    assert read_part(text) == ()
    assert read_chosen(text) == ()


def test_a_result_counts_only_while_the_file_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    before = Resumed([write_part([hash_file(path)])])
    assert len(before) == 1
    assert before(os.fsencode(path)) == hash_file(path)
    path.write_bytes(b"y")
    assert before(os.fsencode(path)) is None
    assert before(b"other") is None


_KILLED = """
import os, signal, sys
from pathlib import Path
from store.casework import Casework
from store.evidence.hashing import HashedFile
from store.evidence.queue import hash_files
from store.evidence.queue_draft import part_key, queue_key, write_chosen, write_part
from store.home import Home
from store.secret import Secret
from store.vault import Vault
home, case, folder = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
work = Casework(Vault.unlock(Home(home).vault(), Secret.from_text("fire stille heste i regnvejr")))
paths = sorted(os.fsencode(path) for path in Path(folder).iterdir())
work.save_draft(queue_key(case), write_chosen(paths))
for number, one in enumerate(hash_files(paths)):
    work.save_draft(part_key(case, number), write_part([one]))
    print(number, flush=True)
    if number == 4:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_queue_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    """A real kill -9 in a process of its own; then the vault is opened again and the rest is read."""
    folder, home = tmp_path / "files", tmp_path / "home"
    folder.mkdir()
    for number in range(10):
        (folder / f"planted-name-{number}").write_bytes(b"%d" % number)
    before = os.umask(0o077)
    place = Home(home)
    place.prepare()
    with Casework(Vault.create(place, label="x", passphrase=WORDS, kdf=KdfParameters.FLOOR)) as work:
        work.set_up(OfficeSetUp(office="x", author="x"))
        case = work.new_case(Intake(title="x", happened="x", stand_in="x")).id
    os.umask(before)
    done = subprocess.run([sys.executable, "-c", _KILLED, home, case, folder], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert done.stdout.split() == ["0", "1", "2", "3", "4"]
    with Casework(Vault.unlock(place.vault(), WORDS)) as work:
        assert len(read_chosen(work.drafts()[queue_key(case)])) == 10
        parts = work.drafts_below(queue_key(case))
        assert list(parts) == [part_key(case, number) for number in range(5)]
        resumed = Resumed(parts.values())
        assert len(resumed) == 5
        pieces = [piece for part in pieces_of_parts(parts).values() for piece in part]
        registered = work.register_pieces(case, pieces, drop=parts)
        assert [one.number for one in registered] == [1, 2, 3, 4, 5]
        assert work.drafts_below(queue_key(case)) == {}
        work.drop_drafts(queue_key(case))
        assert queue_key(case) not in work.drafts()
        assert work.case(case).evidence == registered
    assert not isinstance(registered[0], NotHashed)
    for path in home.rglob("*"):
        assert not path.is_file() or b"planted-name" not in path.read_bytes()
    assert b"planted-name" in write_chosen([b"planted-name"]).encode(), "and the search can find it"


def test_numbers_go_on_whoever_registered_in_between(tmp_path: Path) -> None:
    with set_up_desk(tmp_path) as desk:
        one, other = a_case(desk).id, a_case(desk).id
        draft = EvidenceDraft(digest="sha256:" + "1" * 64, name="a.jpg")
        assert [piece.number for piece in desk.register_pieces(one, [draft] * 3)] == [1, 2, 3]
        assert [piece.number for piece in desk.register_pieces(one, [draft] * 2)] == [4, 5]
        assert desk.register_evidence(one, draft).number == 6
        assert [piece.number for piece in desk.register_pieces(other, [draft])] == [1]
        assert [piece.number for piece in desk.register_pieces(one, [draft])] == [7]
        assert [piece.number for piece in desk.register_pieces(one, [draft])] == [8]
        assert [piece.number for piece in desk.case(one).evidence] == list(range(1, 9))


def test_the_second_batch_does_not_look_through_the_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with set_up_desk(tmp_path) as desk:
        case = a_case(desk).id
        draft = EvidenceDraft(digest="sha256:" + "1" * 64, name="a.jpg")
        asked: list[str] = []
        really = Connection.execute

        def noted(self: Connection, sql: str, *rest: Any) -> Any:
            asked.append(sql)
            return really(self, sql, *rest)

        monkeypatch.setattr(Connection, "execute", noted)

        def looked_through() -> bool:
            asked.clear()
            desk.register_pieces(case, [draft])
            return any("$.number" in sql for sql in asked)

        assert looked_through()
        assert not looked_through()
        desk.add_note(case, "noget andet blev skrevet")
        assert looked_through()
