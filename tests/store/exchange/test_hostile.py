"""Folders as they are: partial, renamed, conflict-named, stale and foreign files, full disks, pulled-out sticks."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.age.errors import NoMatch
from store.casework import Casework
from store.doctor import check
from store.errors import DiskFailed, DiskFull
from store.exchange import looking
from store.exchange.folder import SUFFIX, seal
from store.exchange.port import Direct
from store.exchange.post import NotPut, give
from tests.store.circle import circle, member, vault_desk
from tests.store.desk import Clock, a_case
from tests.store.exchange.rounds import office_of, put, round_of, until_still
from tests.store.test_union import tables


def the_file(folder: Path) -> Path:
    [found] = folder.glob(f"*{SUFFIX}")
    return found


def test_names_and_bytes_tell_nothing(two: tuple[Casework, Casework], folder: Path) -> None:
    mette, _bo = two
    case = a_case(mette, "Et hemmeligt billede")
    round_of(mette, folder)
    file = the_file(folder)
    assert len(file.name.removesuffix(SUFFIX)) == 32
    bytes_there = file.read_bytes()
    for secret in ("hemmelig", case.reference, "Mette", case.id, mette.office().author_id):
        assert secret.encode() not in bytes_there
        assert secret not in file.name


def test_cut_short_at_every_kind_of_point_nothing_is_taken_in(two: tuple[Casework, Casework], folder: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    round_of(mette, folder)
    file = the_file(folder)
    whole = file.read_bytes()
    header = whole.index(b"\n---") + 48
    # In the magic line, in a stanza, in the MAC, in the nonce, in the first chunk, in its tag, before the last byte.
    for size in (0, 5, 22, 40, header - 10, header + 8, header + 16, header + 500, len(whole) - 17, len(whole) - 1):
        file.write_bytes(whole[:size])
        done = round_of(bo, folder)
        assert not done.came.changed, size
        assert done.damaged == (size >= 22), size
    file.write_bytes(whole)
    assert round_of(bo, folder).came.changed
    assert tables(bo, case.id) == tables(mette, case.id)


def test_a_flipped_byte_anywhere_and_nothing_is_taken_in(two: tuple[Casework, Casework], folder: Path) -> None:
    mette, bo = two
    a_case(mette)
    round_of(mette, folder)
    file = the_file(folder)
    whole = file.read_bytes()
    for at in [*range(0, 260, 13), *random.Random(3).sample(range(len(whole)), 12), len(whole) - 1]:
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert not round_of(bo, folder).came.changed, at
    file.write_bytes(whole)
    assert round_of(bo, folder).came.changed


def test_a_truncated_own_file_is_written_anew(two: tuple[Casework, Casework], folder: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    round_of(mette, folder)
    file = the_file(folder)
    file.write_bytes(file.read_bytes()[:100])
    assert round_of(mette, folder).put == 1
    assert not file.exists()
    assert round_of(bo, folder).came.changed
    assert tables(bo, case.id) == tables(mette, case.id)


def test_somebody_deletes_files_and_nothing_is_lost(two: tuple[Casework, Casework], folder: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    for number in range(4):
        round_of(mette, folder)
        mette.add_note(case.id, f"Notat {number}")
    round_of(mette, folder)
    for file in sorted(folder.iterdir())[::2]:
        file.unlink()
    until_still([bo, mette], folder)
    assert tables(bo, case.id) == tables(mette, case.id)


@pytest.mark.parametrize(
    "name",
    [
        "{0}.sync-conflict-20261128-101010-ABCDEFG.envelope.age",
        "Copy of {0}.envelope.age",
        "{0} - Kopi (2).envelope.age",
        "{0}.envelope.age.1",
        "FERIE.JPG",
        "a'b\"c\n\x1b[2J",
    ],
)
def test_a_copy_under_any_name_is_as_good_and_counts_once(
    two: tuple[Casework, Casework], folder: Path, name: str
) -> None:
    mette, bo = two
    case = a_case(mette)
    round_of(mette, folder)
    file = the_file(folder)
    copy = folder / name.format(file.name.removesuffix(SUFFIX))
    shutil.copy(file, copy)
    file.unlink()
    shutil.copy(copy, folder / "twice")
    before = copy.read_bytes()
    done = round_of(bo, folder)
    assert [one.entries for one in done.came.spaces if one.reference] == [7]
    assert tables(bo, case.id) == tables(mette, case.id)
    until_still([mette, bo], folder)
    # Nobody's copy is deleted.
    assert copy.read_bytes() == before


def test_strange_things_in_the_folder_are_left_alone_and_cost_little(
    two: tuple[Casework, Casework], folder: Path, tmp_path: Path
) -> None:
    mette, bo = two
    case = a_case(mette)
    round_of(mette, folder)
    own = bo.key_card().recipient
    (folder / "ferie.jpg").write_bytes(b"\xff\xd8" * 1000)
    (folder / "text.age").write_bytes(seal(b"no envelope at all", own))
    (folder / "form.age").write_bytes(seal(b"segl-envelope v1\n" * 1000, own))
    (folder / "zeros.age").write_bytes(seal(bytes(40 * 1024 * 1024), own))
    (folder / "stanzas.age").write_bytes(b"age-encryption.org/v1\n" + b"-> X25519 AAAA\nBBBB\n" * 10_000 + b"--- x\n")
    (folder / "scrypt.age").write_bytes(
        b"age-encryption.org/v1\n-> scrypt " + b"A" * 22 + b" 30\n" + b"B" * 43 + b"\n---"
    )
    (folder / "folder.envelope.age").mkdir()
    os.mkfifo(folder / "pipe.envelope.age")
    (folder / "link.envelope.age").symlink_to(tmp_path / "1" / "vault.db")
    with (folder / "huge.age").open("wb") as file:
        file.write(b"age-encryption.org/v1\n")
        file.truncate(1 << 34)
    before = {path.name for path in folder.iterdir()}
    begin = time.monotonic()
    done = round_of(bo, folder)
    assert time.monotonic() - begin < 6
    assert done.passed_over >= 1
    assert done.damaged >= 4
    assert tables(bo, case.id) == tables(mette, case.id)
    assert before <= {path.name for path in folder.iterdir()}


def test_an_old_folder_put_back_changes_nothing_and_hides_nothing(
    two: tuple[Casework, Casework], folder: Path, tmp_path: Path
) -> None:
    mette, bo = two
    case = a_case(mette)
    round_of(mette, folder)
    round_of(bo, folder)
    old = tmp_path / "old"
    shutil.copytree(folder, old)
    until_still([mette, bo], folder)
    mette.add_note(case.id, "Efter den gamle kopi.")
    round_of(mette, folder)
    for file in old.iterdir():
        shutil.copy(file, folder / file.name)
    until_still([bo, mette], folder)
    assert tables(bo, case.id) == tables(mette, case.id)
    assert bo.exchange_waits() == mette.exchange_waits() == ()


def test_a_vault_that_was_put_back_gets_everything_again(tmp_path: Path, folder: Path) -> None:
    mette, bo = office_of(tmp_path, "Mette", "Bo")
    case = a_case(mette)
    until_still([mette, bo], folder)
    bo.close()
    shutil.copytree(tmp_path / "2", tmp_path / "backup")
    bo = vault_desk(tmp_path / "2", 2)
    for number in range(3):
        mette.add_note(case.id, f"Notat {number}")
        until_still([mette, bo], folder)
    bo.close()
    shutil.rmtree(tmp_path / "2")
    shutil.copytree(tmp_path / "backup", tmp_path / "2")
    bo = vault_desk(tmp_path / "2", 2)
    bo.add_note(case.id, "Jeg mangler noget.")
    until_still([bo, mette], folder)
    assert tables(bo, case.id) == tables(mette, case.id)
    for desk in (mette, bo):
        desk.close()


def test_an_envelope_for_somebody_else_sealed_on_to_me_is_not_taken_in(tmp_path: Path, folder: Path) -> None:
    mette, bo, kaj = circle(tmp_path, "Mette", "Bo", "Kaj")
    case = a_case(mette)
    bo_id = next(one.id for one in mette.authors() if one.name == "Bo")
    mette.share_case(case.id, bo_id, "Sammen")
    letter = mette.exchange_next(bo.key_card().device, frozenset())
    assert letter is not None
    # Bo seals the very envelope that was his on to Kaj, as if Mette had sent it.
    put(folder, "x" + SUFFIX, seal(letter.text, kaj.key_card().recipient))
    done = round_of(kaj, folder)
    assert not done.came.changed
    assert done.came.refused == 1
    for desk in (mette, bo, kaj):
        desk.close()


def test_a_stranger_who_knows_my_recipient_brings_nothing_in(tmp_path: Path, folder: Path) -> None:
    mette, kaj = member(tmp_path / "1", 1, "Mette"), member(tmp_path / "2", 2, "Kaj")
    card = kaj.carried_card()
    mette.trust_card(card, compared=kaj.key_card().fingerprint)
    case = a_case(mette)
    mette.share_case(case.id, next(one.id for one in mette.authors() if one.name == "Kaj"), "Overblik")
    round_of(mette, folder)
    done = round_of(kaj, folder)
    assert not done.came.changed
    assert kaj._connection.execute("SELECT count(*) FROM exchange_heard").fetchall() == [(0,)]
    for desk in (mette, kaj):
        desk.close()


def test_without_a_share_no_byte_of_the_case_is_readable_with_my_key(tmp_path: Path, folder: Path) -> None:
    mette, bo, lis = office_of(tmp_path, "Mette", "Bo", "Lis")
    until_still([mette, bo, lis, mette], folder)
    case = a_case(mette, "Et hemmeligt billede")  # its stand-in is Bo
    mette.add_note(case.id, "Det her er kun for Bo.")
    until_still([mette, bo], folder)
    bo.add_note(case.id, "Bo svarer.")
    round_of(bo, folder)

    def readable(desk: Casework) -> bytes:
        found = b""
        for path in folder.iterdir():
            try:
                with path.open("rb") as file:
                    found += looking.opened(file, desk.identities()).read()
            except NoMatch:
                continue
        return found

    # Lis has what is the office's: she can read files there, and nothing of the case in any of them.
    texts = {desk: readable(desk) for desk in (mette, lis)}
    assert case.id.encode() in texts[mette]
    for secret_word in (case.id, case.reference, "hemmeligt", "kun for Bo"):
        assert secret_word.encode() not in texts[lis]
    until_still([lis, mette, bo, lis], folder)
    assert lis.cases() == ()
    assert case.id.encode() not in readable(lis)
    for desk in (mette, bo, lis):
        desk.close()


def test_a_full_disk_keeps_what_was_there_and_the_next_round_goes_on(
    two: tuple[Casework, Casework], folder: Path
) -> None:
    if os.geteuid() != 0:
        pytest.skip("a small file system of its own needs root")
    mette, bo = two
    case = a_case(mette)
    stick = folder / "stick"
    stick.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=192k", "tmpfs", stick], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        round_of(mette, stick)
        there = {path.name: path.read_bytes() for path in stick.iterdir()}
        assert there
        mette.add_note(case.id, "x " * 100_000)
        with pytest.raises(NotPut) as told:
            round_of(mette, stick)
        assert isinstance(told.value.why, DiskFull)
        assert {path.name: path.read_bytes() for path in stick.iterdir()} == there
        assert [one.unsent for one in mette.exchange_waits(frozenset(there)) if one.case] == [1]
        round_of(bo, stick)
        assert len(bo.case(case.id).notes) == 1
        subprocess.run(["mount", "-o", "remount,size=2m", stick], check=True)
        until_still([mette, bo], stick)
        assert tables(bo, case.id) == tables(mette, case.id)
    finally:
        subprocess.run(["umount", stick], check=True)


@pytest.mark.parametrize("after", range(6))
def test_a_stick_pulled_out_between_any_two_steps(
    two: tuple[Casework, Casework], folder: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    mette, bo = two
    case = a_case(mette)
    calls = {"left": after}

    def pulled(real: object) -> object:
        def step(*given: object, **named: object) -> object:
            if calls["left"] == 0:
                raise OSError(5, "Input/output error")
            calls["left"] -= 1
            return real(*given, **named)  # type: ignore[operator]

        return step

    with monkeypatch.context() as patch:
        for name in ("open", "fsync", "fdopen", "replace"):
            patch.setattr(os, name, pulled(getattr(os, name)))
        with pytest.raises(DiskFailed):
            asyncio.run(give(Direct(mette), folder))
    round_of(bo, folder)
    until_still([mette, bo], folder)
    assert tables(bo, case.id) == tables(mette, case.id)
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


_acts = st.lists(
    st.one_of(
        st.tuples(st.just("note"), st.integers(0, 2), st.integers(0, 9)),
        st.tuples(st.just("round"), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("cut"), st.integers(0, 9), st.integers(0, 3000)),
        st.tuples(st.just("drop"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("copy"), st.integers(0, 9), st.integers(0, 9)),
        st.tuples(st.just("back"), st.integers(0, 9), st.just(0)),
    ),
    max_size=16,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Three colleagues who share a case, made once."""
    root = tmp_path_factory.mktemp("three")
    (root / "exchange").mkdir()
    desks = office_of(root, "Mette", "Bo", "Lis")
    until_still(desks, root / "exchange")
    case = a_case(desks[0])
    desks[0].share_case(case.id, next(one.id for one in desks[0].authors() if one.name == "Lis"), "Sammen")
    for desk in desks:
        desk.close()
    return root, case.id


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_acts, order=st.permutations(range(3)))
def test_whatever_happens_to_the_folder_they_end_equal(
    made: tuple[Path, str], acts: list[tuple[str, int, int]], order: list[int]
) -> None:
    root, space = made
    with TemporaryDirectory(prefix="segl-three-") as there:
        copy = Path(there, "three")
        shutil.copytree(root, copy)
        folder = copy / "exchange"
        clock = Clock()
        # They were made at a time before: what is older than what one said before does not count.
        clock.now += timedelta(days=1)
        desks = [vault_desk(copy / f"{number}", number, clock=clock) for number in range(1, 4)]
        old: list[tuple[str, bytes]] = []
        try:
            for what, one, other in acts:
                _act(desks, folder, space, old, what, one, other)
            until_still([desks[one] for one in order], folder, most=8)
            wanted = tables(desks[0], space)
            assert wanted[-1]
            for desk in desks:
                assert tables(desk, space) == wanted
                assert check(desk._vault).well
                assert desk.exchange_waits() == ()
        finally:
            for desk in desks:
                desk.close()


def _act(
    desks: list[Casework], folder: Path, space: str, old: list[tuple[str, bytes]], what: str, one: int, other: int
) -> None:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    file = files[one % len(files)] if files else None
    match what:
        case "note" if desks[one].held(space):
            desks[one].add_note(space, f"Notat {other} af {one}")
        case "round":
            round_of(desks[one], folder)
            old += [(path.name, path.read_bytes()) for path in folder.iterdir()]
        case "cut" if file is not None:
            file.write_bytes(file.read_bytes()[: -1 - other])
        case "drop" if file is not None:
            file.unlink()
        case "copy" if file is not None:
            file.rename(folder / f"Copy {other} of {file.name}")
        case "back" if old:
            name, content = old[one % len(old)]
            (folder / name).write_bytes(content)
