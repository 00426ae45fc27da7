"""The chain written last is told by the files and by no clock: a backup goes on with it, a restore takes it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.backup import chain
from store.backup.form import Head
from store.casework import Casework
from tests.store.backup.backups import backed, reopened, restored, worked
from tests.store.vaults import PASSPHRASE

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
CLOCKS = {
    "forward": (NOON, NOON + timedelta(days=1), NOON + timedelta(days=2)),
    "one-second": (NOON, NOON, NOON),
    "set-back": (NOON, NOON - timedelta(days=400), NOON - timedelta(days=800)),
    "there-and-back": (NOON, NOON + timedelta(days=3), NOON - timedelta(days=3)),
}


def earlier_segl(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write files as a Segl did that said nothing of their order."""
    line = Head.line

    def without(self: Head) -> bytes:
        said = json.loads(line(self))
        assert said.pop("order") > 0
        return (json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n").encode()

    monkeypatch.setattr(Head, "line", without)


def random_names(monkeypatch: pytest.MonkeyPatch, tails: tuple[int, ...]) -> None:
    """The random part of the names of the chains, so that their order by name is known."""
    left: Iterator[int] = iter(tails)
    real = chain.new_chain

    def named(folder: Path, at: datetime) -> Path:
        return real(folder, at).with_name(f"{chain.stamp(at)}-{next(left):08x}")

    monkeypatch.setattr("store.backup.backing_up.place.new_chain", named)


def texts(desk: Casework) -> list[str]:
    [case] = desk.cases()
    return [note.current.text for note in desk.case(case.id).notes]


@pytest.mark.parametrize("old_format", [False, True])
@pytest.mark.parametrize("clock", CLOCKS)
def test_the_chain_begun_last_is_gone_on_with_and_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: str, old_format: bool
) -> None:
    _ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    stick = tmp_path / "stick"
    random_names(monkeypatch, (3, 2, 1))
    begun = []
    with monkeypatch.context() as patch:
        if old_format:
            earlier_segl(patch)
        for number, at in enumerate(CLOCKS[clock]):
            desk.add_note(case.id, f"nummer {number}")
            begun.append(backed(desk, stick, whole=True, now=at).path)
    assert len(set(begun)) == 3
    # A copy of a folder gives its files the times it likes.
    for number, path in enumerate(begun):
        for file in path.iterdir():
            os.utime(file, (1_000_000_000 - number, 1_000_000_000 - number))
    back, said = restored(tmp_path / "before", stick)
    assert (said.source, texts(back)[-1]) == (begun[2], "nummer 2")
    back.close()

    desk.add_note(case.id, "det nyeste")
    again = backed(desk, stick, now=NOON - timedelta(days=1000))
    assert (again.path, again.number, again.whole) == (begun[2], 2, False)
    assert backed(desk, stick).path == begun[2]
    back, said = restored(tmp_path / "after", stick)
    assert (said.source, texts(back)[-1]) == (begun[2], "det nyeste")
    back.close()
    desk.close()


def test_with_nothing_new_in_between_the_chain_begun_last_is_gone_on_with_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    random_names(monkeypatch, (3, 2, 1))
    begun = [backed(desk, stick, whole=True, now=NOON).path for _number in range(3)]
    assert backed(desk, stick, now=NOON).path == begun[2]
    back, said = restored(tmp_path / "other", stick)
    assert said.source == begun[2]
    back.close()
    desk.close()


def test_where_the_last_chain_is_torn_the_one_before_is_gone_on_with_and_is_the_last_from_then_on(
    tmp_path: Path,
) -> None:
    _ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    stick = tmp_path / "stick"
    first = backed(desk, stick, now=NOON).path
    second = backed(desk, stick, whole=True, now=NOON).path
    [file] = second.glob("0001-*.age")
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    desk.add_note(case.id, "nyt")
    assert backed(desk, stick, now=NOON).path == first
    # Even where that was the stick's mood, and the file is whole again.
    file.write_bytes(whole)
    desk.add_note(case.id, "nyere")
    assert backed(desk, stick, now=NOON).path == first
    back, said = restored(tmp_path / "other", stick)
    assert (said.source, texts(back)[-1]) == (first, "nyere")
    back.close()
    desk.close()


def test_under_a_new_key_of_the_data_the_last_is_under_that_key_whatever_the_clock_says(tmp_path: Path) -> None:
    ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    for _number in range(3):
        old = backed(desk, stick, whole=True, now=NOON).path
    renewed = Casework(desk.vault.renew_key(PASSPHRASE))
    renewed.record_renewal("leaver")
    new = backed(renewed, stick, now=NOON - timedelta(days=400)).path
    assert new != old
    back, said = restored(tmp_path / "other", stick)
    assert said.source == new
    back.close()
    renewed.close()
    assert reopened(ref).backup_state().behind == 0


@pytest.mark.parametrize("order", [-1, True, "1", None, 1.0])
def test_an_order_that_is_none_makes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: object) -> None:
    from store.backup.errors import BackupDamaged

    _ref, desk = worked(tmp_path / "home")
    line = Head.line

    def spoilt(self: Head) -> bytes:
        return (json.dumps({**json.loads(line(self)), "order": order}) + "\n").encode()

    monkeypatch.setattr(Head, "line", spoilt)
    with pytest.raises(BackupDamaged):
        backed(desk, tmp_path / "stick")
    desk.close()
