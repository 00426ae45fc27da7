"""Real sticks that are pulled out in the middle: what is said, and what is there when they are in again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.bundle.errors import SealDiskGone
from store.bundle.open import open_bundle
from store.bundle.pass_through import PassThrough
from store.errors import DiskGone
from store.evidence.hashing import hash_file
from store.evidence.register import draft_of
from store.evidence.verify import verify_folder
from store.exchange import folder as place
from store.exchange.post import NotPut
from tests.pulled import require_words
from tests.sticks import Stick
from tests.store.backup.backups import backed, restored, worked
from tests.store.bundle.invented import POLICE
from tests.store.bundle.test_pass_through import ASKED, MOMENT, order, passed
from tests.store.desk import a_case, set_up_desk
from tests.store.exchange.rounds import office_of, round_of, until_still
from tests.store.test_union import tables


def pulling(stick: Stick) -> Callable[[int, int], None]:
    """Pulls it out as soon as there is progress."""
    out = False

    def moved(_done: int, _total: int) -> None:
        nonlocal out
        if not out:
            out = True
            stick.pull_out()

    return moved


def folder_on(stick: Stick, name: str) -> Path:
    folder = stick.folder / name
    folder.mkdir()
    return folder


def test_a_backup_and_a_restore(mounted: Stick, tmp_path: Path) -> None:
    folder = folder_on(mounted, "backup")
    _ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    backed(desk, folder)
    desk.add_note(case.id, "after the first")
    before = desk.backup_state()
    try:
        with pytest.raises(DiskGone) as told:
            backed(desk, folder, make=False, progress=pulling(mounted))
        require_words(told.value)
        with pytest.raises(DiskGone):
            restored(tmp_path / "none", folder)
    finally:
        mounted.put_in_again()
    assert desk.backup_state() == before
    assert not backed(desk, folder).torn
    # What is acknowledged is there, though it is pulled out at once.
    mounted.pull_out()
    mounted.put_in_again()
    back, said = restored(tmp_path / "other", folder)
    assert said.well
    assert [note.current.text for note in back.case(case.id).notes][-1] == "after the first"
    for one in (back, desk):
        one.close()


def test_an_exchange(mounted: Stick, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_on(mounted, "exchange")
    mette, bo = office_of(tmp_path, "Mette", "Bo")
    until_still([mette, bo], folder)
    case = a_case(mette)
    for one, what in ((mette, "put"), (bo, "present")):
        real, pull = getattr(place, what), pulling(mounted)

        def pulled(*given: Any, real: Any = real, pull: Any = pull) -> Any:
            pull(0, 0)
            return real(*given)

        monkeypatch.setattr(place, what, pulled)
        try:
            with pytest.raises((DiskGone, NotPut)) as told:
                round_of(one, folder)
            require_words(told.value)
            # What came in before is said with it where it was the writing that failed.
            assert isinstance(told.value.why if isinstance(told.value, NotPut) else told.value, DiskGone)
        finally:
            monkeypatch.setattr(place, what, real)
            mounted.put_in_again()
        # What lies there for the other.
        round_of(mette, folder)
    until_still([mette, bo], folder)
    assert tables(bo, case.id) == tables(mette, case.id)
    for one in (mette, bo):
        one.close()


def test_passing_on_and_holding_against_the_register(mounted: Stick, tmp_path: Path) -> None:
    folder, file = folder_on(mounted, "police"), tmp_path / "film.mp4"
    file.write_bytes(os.urandom(12 << 20))  # more than is under way at once
    (folder / "film.mp4").write_bytes(file.read_bytes())
    (tmp_path / "vault").mkdir()
    desk = set_up_desk(tmp_path / "vault")
    case = a_case(desk).id
    desk.register_evidence(case, draft_of(hash_file(folder / "film.mp4")))
    register = desk.case(case).evidence
    desk.record_request(case, ASKED)
    before = [line.kind for line in desk.history(case)]
    try:
        with (
            pytest.raises(SealDiskGone) as told,
            PassThrough(order(folder), [file], moment=MOMENT, progress=pulling(mounted)) as passing,
        ):
            passing.read()
        require_words(told.value)
        with pytest.raises(DiskGone):
            verify_folder(register, [os.fsencode(folder)])
        assert [line.kind for line in desk.history(case)] == before
    finally:
        mounted.put_in_again()
    assert {one.name for one in folder.iterdir() if not one.name.startswith(".segl-")} == {"film.mp4"}
    assert verify_folder(register, [os.fsencode(folder / "film.mp4")]).well
    sealed = passed(desk, case, order(folder), file)
    mounted.pull_out()
    mounted.put_in_again()
    assert open_bundle(Path(sealed.path), [POLICE], trusted=desk.known_signers()).verdicts.usable
    desk.close()
