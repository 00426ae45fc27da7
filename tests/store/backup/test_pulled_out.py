"""A stick that is pulled out at a step of a backup, of copies or of a restore: told in words, and nothing half done."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from guidance.errors import SeglError
from store.backup import chain, form
from store.backup.copies import copy_all
from store.casework import Casework
from store.errors import DiskGone
from store.home import Home, VaultRef
from tests.pulled import ERRORS, from_opened, pulled, require_words, steps
from tests.store.backup.backups import backed, restored, worked

MOST = 10
"""Steps of an unmounting, and of a backup that is gone on with."""


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[VaultRef, Casework]]:
    ref, desk = worked(tmp_path_factory.mktemp("open") / "home")
    yield ref, desk
    desk.close()


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of a vault that nobody has open."""
    root = tmp_path_factory.mktemp("closed") / "home"
    _ref, desk = worked(root)
    desk.close()
    return Home(root)


@pytest.fixture(scope="module")
def kept(closed: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A stick with a chain of two files, and one with a copy."""
    folder = tmp_path_factory.mktemp("kept")
    _ref, desk = worked(folder / "home")
    backed(desk, folder / "chain")
    desk.add_note(desk.cases()[0].id, "to be gone on with")
    backed(desk, folder / "chain")
    desk.close()
    (folder / "copy").mkdir()
    copy_all(closed, folder / "copy")
    return {"chain": folder / "chain", "copy": folder / "copy"}


def new_stick(folder: Path, number: int) -> Path:
    stick = folder / f"stick{number}"
    stick.mkdir()
    return stick


def pulled_out(desk: Casework, stick: Path, number: int, *, emptied: bool = False) -> None:
    """Once at a step of a backup, which is told and not acknowledged; the next one does it."""
    before = desk.backup_state()
    with (
        pytest.raises(DiskGone) as told,
        pulled(stick, at=number, error=ERRORS[number % len(ERRORS)], emptied=emptied),
    ):
        backed(desk, stick, make=False)
    require_words(told.value)
    assert str(stick) in told.value.diagnostics().happened
    assert desk.backup_state() == before
    done = backed(desk, stick)
    [path] = chain.chains(chain.of_vault(stick, desk.vault.id))
    assert done.path == path and not done.torn
    assert desk.backup_state() != before
    # What was begun is gone, and what counts is whole.
    there = {one.name for one in path.iterdir() if not one.name.endswith(".age")}
    assert there - {one for one in there if one.endswith(".new")} == {"vault.slots", "vault.slots.2"}
    found = chain.look(path, desk.backup_key()[1].identity)
    assert found.last.head.number == done.number and not found.torn


def test_a_backup_that_is_begun(tmp_path: Path, vault: tuple[VaultRef, Casework]) -> None:
    _ref, desk = vault
    with pulled(new_stick(tmp_path, -1)) as whole:
        backed(desk, whole.folder, make=False)
    for number in range(len(whole.asked)):
        pulled_out(desk, new_stick(tmp_path, number), number)


@pytest.mark.parametrize("emptied", [False, True], ids=["out", "unmounted"])
def test_a_backup_that_is_gone_on_with(tmp_path: Path, vault: tuple[VaultRef, Casework], emptied: bool) -> None:
    _ref, desk = vault
    [case] = desk.cases()
    stick = new_stick(tmp_path, 0)
    backed(desk, stick, make=False)
    desk.add_note(case.id, "more")
    with pulled(stick) as whole:
        backed(desk, stick, make=False)
    begin = from_opened(whole.asked, stick) if emptied else 0
    for number in steps(len(whole.asked) - begin, MOST):
        desk.add_note(case.id, f"{number}")
        pulled_out(desk, stick, begin + number, emptied=emptied)


def test_one_file_that_cannot_be_read_stands_in_the_way_of_no_backup(
    tmp_path: Path, vault: tuple[VaultRef, Casework], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a stick that answers is not said to be out, and a new chain is begun."""
    _ref, desk = vault
    stick = new_stick(tmp_path, 0)
    first = backed(desk, stick, make=False)
    real = form.read_piece

    def failing(path: Path, *arguments: object, **more: object) -> object:
        if path.parent == first.path:
            raise OSError(errno.EIO, "Input/output error")
        return real(path, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(chain, "read_piece", failing)
    done = backed(desk, stick, make=False)
    assert done.whole and done.path != first.path
    assert len(done.torn) == 1


@pytest.mark.parametrize("emptied", [False, True], ids=["out", "unmounted"])
def test_copies(tmp_path: Path, closed: Home, emptied: bool) -> None:
    with pulled(new_stick(tmp_path, -1)) as whole:
        copy_all(closed, whole.folder)
    begin = from_opened(whole.asked, whole.folder) if emptied else 0
    for number in steps(len(whole.asked) - begin, MOST):
        stick = new_stick(tmp_path, number)
        with (
            pytest.raises(DiskGone) as told,
            pulled(stick, at=begin + number, error=ERRORS[number % len(ERRORS)], emptied=emptied),
        ):
            copy_all(closed, stick)
        require_words(told.value)
        [again] = copy_all(closed, stick)
        # Named is only what is whole: then it is the same, byte for byte.
        assert again.path is not None
        assert {one.name for one in again.path.parent.iterdir()} == {again.path.name}
        [ref] = closed.vaults()
        assert {one.name: one.read_bytes() for one in again.path.iterdir()} == {
            one.name: one.read_bytes() for one in ref.path.iterdir() if one.name in {*_names(again.path)}
        }


def _names(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


@pytest.mark.parametrize("what", ["chain", "copy"])
@pytest.mark.parametrize("emptied", [False, True], ids=["out", "unmounted"])
def test_a_restore_says_that_the_stick_is_out_and_not_that_there_is_no_backup(
    tmp_path: Path, kept: dict[str, Path], what: str, emptied: bool
) -> None:
    stick = kept[what]
    with pulled(stick) as whole:
        back, said = restored(tmp_path / "control", stick)
    assert said.well and back.cases()
    back.close()
    begin = from_opened(whole.asked, stick) if emptied else 0
    for number in [begin + step for step in steps(len(whole.asked) - begin, MOST)]:
        home = Home(tmp_path / f"home{number}")
        with (
            pytest.raises(SeglError) as told,
            pulled(stick, at=number, error=ERRORS[number % len(ERRORS)], emptied=emptied),
        ):
            restored(home.root, stick)
        assert isinstance(told.value, DiskGone), (whole.asked[number], told.value)
        require_words(told.value)
        assert home.vaults() == ()
