from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from store import checkpoint
from store.checkpoint import EMPTY_ROOT, CheckpointInvalid, Tree
from store.keys import DeviceKey
from tests.store.desk import BEGIN, OpenFolder, a_case, open_desk, set_up_desk

KEY = DeviceKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))


def merkle_tree_hash(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word; the leaves are hashed already."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + merkle_tree_hash(leaves[:k]) + merkle_tree_hash(leaves[k:])).digest()


def test_a_leaf_is_hashed_as_the_rfc_says() -> None:
    data = f"space case {'0f' * 16}\nhead {'aa' * 32}\nhead {'bb' * 32}\n".encode()
    assert checkpoint.leaf("case", "0f" * 16, ["bb" * 32, "aa" * 32]) == hashlib.sha256(b"\0" + data).digest()


@given(st.lists(st.tuples(st.integers(0, 40), st.binary(min_size=32, max_size=32)), max_size=60))
def test_the_tree_is_that_of_the_rfc(puts: list[tuple[int, bytes]]) -> None:
    tree, leaves = Tree(), list[bytes]()
    for place, hashed in puts:
        place = min(place, len(leaves))
        leaves[place : place + 1] = [hashed]
        tree.put(place, hashed)
        assert tree.root == merkle_tree_hash(leaves).hex()
    assert bool(leaves) or tree.root == EMPTY_ROOT


def test_the_kept_tree_is_the_tree(tmp_path: Path) -> None:
    vault = OpenFolder(tmp_path)
    tree = Tree()
    assert checkpoint.kept_root(vault.connection) == tree.root
    for step, place in enumerate([0, 1, 2, 0, 3, 4, 4, 1, 5, 6, 7, 8, 3, 8]):
        hashed = hashlib.sha256(bytes([step])).digest()
        tree.put(place, hashed)
        checkpoint.put_leaf(vault.connection, place, hashed)
        assert checkpoint.kept_root(vault.connection) == tree.root
    rows = vault.connection.execute("SELECT level, position, hash FROM merkle").fetchall()
    assert {(level, place): node for level, place, node in rows} == tree.nodes()
    vault.close()


TEXT = checkpoint.write(KEY, vault="0123456789abcdef", counter=7, root="ab" * 32, at=BEGIN)


def test_a_checkpoint_reads_back() -> None:
    document = checkpoint.read(TEXT)
    assert (document.vault, document.counter, document.root) == ("0123456789abcdef", 7, "ab" * 32)
    assert (document.device, document.claimed_at) == (KEY.device, datetime(2026, 11, 21, 7, 0, tzinfo=UTC))


@given(st.integers(0, len(TEXT) - 1), st.characters(codec="ascii"))
def test_every_changed_character_of_a_checkpoint_is_noticed(place: int, character: str) -> None:
    changed = TEXT[:place] + character + TEXT[place + 1 :]
    if changed != TEXT:
        with pytest.raises(CheckpointInvalid):
            checkpoint.read(changed)


def test_a_checkpoint_lies_beside_the_vault_after_closing(tmp_path: Path) -> None:
    desk = set_up_desk(tmp_path)
    a_case(desk)
    newest = checkpoint.latest(desk._connection)
    assert newest is not None
    assert not (tmp_path / "checkpoint.txt").exists()
    desk.close()
    file = tmp_path / "checkpoint.txt"
    assert file.read_text() == newest.text
    assert file.stat().st_mode & 0o777 == 0o600
    assert "Liv" not in file.read_text()


def test_the_one_beside_the_vault_follows(tmp_path: Path) -> None:
    desk = set_up_desk(tmp_path)
    desk.close()
    first = (tmp_path / "checkpoint.txt").read_text()
    desk = open_desk(tmp_path)
    a_case(desk)
    desk.close()
    assert checkpoint.read((tmp_path / "checkpoint.txt").read_text()).counter > checkpoint.read(first).counter
    assert [path.name for path, _document in checkpoint.outside(tmp_path)] == ["checkpoint.txt"]


@pytest.mark.parametrize("there", ["unreadable", "later"])
def test_one_that_does_not_fit_is_kept(tmp_path: Path, there: str) -> None:
    desk = set_up_desk(tmp_path)
    later = checkpoint.write(KEY, vault="0123456789abcdef", counter=99, root="ab" * 32, at=BEGIN)
    text = later if there == "later" else "nothing of the kind"
    (tmp_path / "checkpoint.txt").write_text(text)
    desk.close()
    kept = list(tmp_path.glob("checkpoint-*.txt"))
    assert [path.read_text() for path in kept] == [text]
    assert checkpoint.read((tmp_path / "checkpoint.txt").read_text()).counter == 1
