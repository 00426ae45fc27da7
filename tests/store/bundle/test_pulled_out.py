"""A stick that is pulled out at a step of passing on, of the reader's kit and of a plain copy: told in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.bundle.errors import AlreadyThere, PlainDiskGone, SealDiskGone
from store.bundle.open import open_bundle
from store.bundle.pass_through import PassThrough, prepared_with
from store.bundle.plain_copy import CopyAway, CopyNotSeen, PlainOrder, write_plain_copy
from store.bundle.reader_kit import kit_files, write_reader_kit
from store.bundle.seal import SealOrder
from store.casework import Casework
from store.errors import DiskFailed, DiskGone
from store.evidence.errors import FileUnreadable
from store.model import Purpose, Sealed
from tests.pulled import ERRORS, pulled, require_words, steps
from tests.store.bundle.invented import POLICE, export
from tests.store.bundle.test_pass_through import ASKED, MOMENT
from tests.store.desk import a_case, set_up_desk

MOST = 10


@pytest.fixture
def desk(tmp_path: Path) -> Casework:
    (tmp_path / "vault").mkdir()
    return set_up_desk(tmp_path / "vault")


@pytest.fixture
def case(desk: Casework) -> str:
    return a_case(desk).id


def new_stick(folder: Path, number: int) -> Path:
    stick = folder / f"stick{number}"
    stick.mkdir()
    return stick


def passed(desk: Casework, case: str, stick: Path, file: Path) -> Sealed:
    """As the command does it: what is about to be there is kept before it is."""
    wanted = SealOrder(
        purpose=Purpose.POLICE, out=stick / "til-politiet.segl.age", recipients=(POLICE.recipient.encode(),)
    )
    request = desk.require_request(case)
    with PassThrough(wanted, [file], moment=MOMENT, before_part=desk.about_to_write) as passing:
        files = passing.read()
        prepared, evidence = prepared_with(desk, case, wanted, files, passing.material)
        sealed = passing.finish(
            prepared, before_naming=lambda made: desk.about_to_pass(case, request.id, evidence, made)
        )
    desk.record_pass(case, request.id, evidence, sealed)
    return sealed


def test_passing_on_to_a_stick(tmp_path: Path, desk: Casework, case: str) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"x" * 5000)
    desk.record_request(case, ASKED)
    with pulled(new_stick(tmp_path, -1)) as whole:
        passed(desk, case, whole.folder, file)
    for number in steps(len(whole.asked), MOST):
        stick = new_stick(tmp_path, number)
        before = [line.kind for line in desk.history(case)]
        with (
            pytest.raises((SealDiskGone, DiskGone)) as told,
            pulled(stick, at=number, error=ERRORS[number % len(ERRORS)]) as one,
        ):
            passed(desk, case, stick, file)
        require_words(told.value)
        assert str(stick) in told.value.diagnostics().happened, one.asked[-1]
        assert [line.kind for line in desk.history(case)] == before
        # It is in again: at the next unlocking what was begun goes, or is recorded where all of it is there.
        desk.settle_leaving()
        recorded = len(desk.history(case)) > len(before)
        left = list(stick.iterdir())
        assert bool(left) == recorded, (number, one.asked[-1], left)
        if not recorded:
            passed(desk, case, stick, file)
        opened = open_bundle(stick / "til-politiet.segl.age", [POLICE], trusted=desk.known_signers())
        assert opened.verdicts.usable and len(opened.material) == 1


def test_passing_on_from_a_stick(tmp_path: Path, desk: Casework, case: str) -> None:
    stick, out = new_stick(tmp_path, 0), new_stick(tmp_path, 1)
    file = stick / "a.png"
    file.write_bytes(b"x" * 5000)
    desk.record_request(case, ASKED)
    # Once before: a file that was written a moment ago is looked at twice.
    passed(desk, case, new_stick(tmp_path, 2), file)
    with pulled(stick) as whole:
        passed(desk, case, new_stick(tmp_path, 3), file)
    for number in range(len(whole.asked)):
        with pytest.raises(FileUnreadable) as told, pulled(stick, at=number, error=ERRORS[number % len(ERRORS)]):
            passed(desk, case, out, file)
        require_words(told.value)
        assert list(out.iterdir()) == []
    passed(desk, case, out, file)


def test_the_readers_kit(tmp_path: Path) -> None:
    card = export().card
    wanted = kit_files(card)
    with pulled(new_stick(tmp_path, -1)) as whole:
        write_reader_kit(card, whole.folder / "kit")
    for emptied in (False, True):
        for number in steps(len(whole.asked), MOST):
            stick = new_stick(tmp_path, number + 1000 * emptied)
            if emptied and number < 2:
                continue
            with (
                pytest.raises(DiskFailed) as told,
                pulled(stick, at=number, error=ERRORS[number % len(ERRORS)], emptied=emptied) as one,
            ):
                write_reader_kit(card, stick / "kit")
            assert isinstance(told.value, DiskGone), (emptied, one.asked[-1])
            require_words(told.value)
            try:
                write_reader_kit(card, stick / "kit")
            except AlreadyThere:
                # It had its name before the stick was out.
                assert any(name.startswith("rename") for name in one.asked[:-1])
            assert {path.name: path.read_bytes() for path in (stick / "kit").iterdir()} == wanted


def test_a_plain_copy(tmp_path: Path, desk: Casework, case: str) -> None:
    exported = desk.export_case(case)

    def write(stick: Path) -> None:
        order = PlainOrder(folder=stick, purpose="p", place_ok=True, allow_cpr=True)
        made = write_plain_copy(
            exported,
            order,
            before_naming=lambda copy: desk.about_to_copy(case, copy),
            before_part=desk.about_to_write,
        )
        desk.record_filing(case, made)

    with pulled(new_stick(tmp_path, -1)) as whole:
        write(whole.folder)
    for number in steps(len(whole.asked), MOST):
        stick = new_stick(tmp_path, number)
        before = desk.filing(case).lying
        with (
            pytest.raises((PlainDiskGone, DiskGone)) as told,
            pulled(stick, at=number, error=ERRORS[number % len(ERRORS)]) as one,
        ):
            write(stick)
        require_words(told.value)
        assert desk.filing(case).lying == before
        desk.settle_leaving()
        recorded = len(desk.filing(case).lying) > len(before)
        assert bool(list(stick.iterdir())) == recorded, (number, one.asked[-1], list(stick.iterdir()))
        if not recorded:
            write(stick)


def test_a_plain_copy_is_not_said_to_be_deleted(tmp_path: Path, desk: Casework, case: str) -> None:
    exported = desk.export_case(case)

    def filed(stick: Path) -> str:
        made = write_plain_copy(exported, PlainOrder(folder=stick, purpose="p", place_ok=True, allow_cpr=True))
        return desk.record_filing(case, made).lying[-1].entry

    stick = new_stick(tmp_path, -1)
    entry = filed(stick)
    with pulled(stick) as whole:
        desk.clear_filing(case, entry)
    assert desk.filing(case).lying == () and list(stick.iterdir()) == []
    for number in range(len(whole.asked)):
        stick = new_stick(tmp_path, number)
        entry = filed(stick)
        with (
            pytest.raises((CopyAway, DiskGone)) as told,
            pulled(stick, at=number, error=ERRORS[number % len(ERRORS)]) as one,
        ):
            desk.clear_filing(case, entry)
        require_words(told.value)
        assert [copy.entry for copy in desk.filing(case).lying] == [entry], one.asked[-1]
        gone = not list(stick.iterdir())
        if gone:
            # Pulled out after the last of them was deleted: that this is the stick only a person knows.
            with pytest.raises(CopyNotSeen):
                desk.clear_filing(case, entry)
        desk.clear_filing(case, entry, gone=gone)
        assert desk.filing(case).lying == () and list(stick.iterdir()) == []
