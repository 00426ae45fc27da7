"""What makes thinning take the wrong chain: each of these once did, or would without a look of its own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

from guidance.language import speaking
from store import doctor
from store.backup import chain as place
from store.backup import removing
from store.backup.errors import BackupsChanged, NoBackup
from store.backup.thin_words import plan_words
from store.secret import Secret
from tests.store.backup.backups import backed, copy_of, reopened, restored, worked
from tests.store.backup.test_thinning import grown, lying, planned, reasons, thinned
from tests.store.desk import a_case
from tests.store.vaults import PASSPHRASE

OTHER: Final = Secret.from_text("seks gule spande ved havnen")


def test_a_chain_that_no_passphrase_opens_supersedes_nothing(tmp_path: Path) -> None:
    """A backup that was killed after its file and before the slots: the vault opens it, a person without it can't."""
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    old, new = grown(desk, stick, 2)
    for name in ("vault.slots", "vault.slots.2"):
        (new / name).unlink()
    assert reasons(planned(desk, stick)) == {old: "newest", new: "slots"}
    # As long as the older one is there, what lies with that opens both, and the later one is restored.
    back, said = restored(tmp_path / "other", stick)
    assert (said.well, said.source) == (True, new)
    back.close()
    # The control: without it nothing opens.
    aside = old.rename(tmp_path / "aside")
    with pytest.raises(NoBackup):
        restored(tmp_path / "nothing", stick)
    aside.rename(old)
    # One of the two is enough, and the next backup puts both.
    shutil.copy(old / "vault.slots", new / "vault.slots.2")
    assert reasons(planned(desk, stick)) == {old: "", new: "newest"}
    # After a change of the passphrase the ones there are of before.
    desk.vault.change_passphrase(PASSPHRASE, OTHER, kdf=desk.vault._table.passphrase.kdf)  # type: ignore[union-attr]
    plan = planned(desk, stick)
    assert (reasons(plan), plan.something) == ({old: "slots", new: "slots"}, False)
    with speaking("en"):
        assert "the next backup puts it beside" in "\n".join(plan_words(plan))
    assert backed(desk, stick).path == new
    assert reasons(planned(desk, stick)) == {old: "", new: "newest"}
    desk.close()


def test_a_case_that_the_vault_lost_is_restored_from_the_chain_that_it_went_on_with(tmp_path: Path) -> None:
    """A vault that was put back to before a case was made names it in no file from then on; earlier files have it."""
    ref, desk = worked(tmp_path / "home")
    desk.close()
    before = copy_of(tmp_path / "home", tmp_path / "before")
    desk, stick = reopened(ref), tmp_path / "stick"
    a_case(desk)
    cases = {one.id for one in desk.cases()}
    old, new = backed(desk, stick).path, backed(desk, stick, whole=True).path
    desk.close()
    shutil.rmtree(tmp_path / "home")
    copy_of(before, tmp_path / "home")
    desk = reopened(ref)
    desk.add_note(desk.cases()[0].id, "efter")
    assert backed(desk, stick).path == new
    plan = planned(desk, stick)
    assert reasons(plan) == {old: "", new: "newest"}
    thinned(desk, stick, plan)
    assert len(desk.cases()) == 1
    desk.close()
    back, said = restored(tmp_path / "other", stick)
    assert (said.well, said.cases, {one.id for one in back.cases()}) == (True, 2, cases)
    assert doctor.check(back.vault).well
    back.close()


def test_the_chain_that_stays_is_read_once_more_before_the_first_goes(tmp_path: Path) -> None:
    """Another content under the same name, size and time: a stick that rots, or somebody who sets the time back."""
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    chains = grown(desk, stick)
    plan = planned(desk, stick)
    for name in (next(chains[2].glob("0001-*.age")).name, "vault.slots"):
        file = chains[2] / name
        raw, state = file.read_bytes(), file.stat()
        file.write_bytes(raw[:-2] + bytes([raw[-2] ^ 1]) + raw[-1:])
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
        before = lying(stick)
        with pytest.raises(BackupsChanged) as refused:
            thinned(desk, stick, plan)
        assert (refused.value.path, refused.value.removed, lying(stick)) == (chains[2], (), before)
        file.write_bytes(raw)
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    stopped = thinned(desk, stick, plan, cancelled=lambda: True)
    assert (stopped.stopped, stopped.removed) == (True, ())
    assert len(thinned(desk, stick, plan).removed) == 2
    desk.close()


def test_a_backup_that_came_into_a_chain_at_the_last_moment_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another copy of the same vault writes to the same folder, between the last look and the first step."""
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    old, _new = grown(desk, stick, 2)
    plan = planned(desk, stick)
    real = removing.begin

    def late(of_vault: Path, chain: str) -> None:
        (old / "0003-00000000.age").write_bytes(b"x")
        real(of_vault, chain)

    monkeypatch.setattr(removing, "begin", late)
    before = lying(stick)
    with pytest.raises(BackupsChanged) as refused:
        thinned(desk, stick, plan)
    assert refused.value.removed == () == desk.backup_state().removed
    assert lying(stick) == {**before, old / "0003-00000000.age": b"x"}
    desk.close()


def test_a_chain_whose_removal_was_begun_goes_only_where_all_of_it_is_still_in_a_later_one(tmp_path: Path) -> None:
    """It was begun because of the last chain, and that one is lost since: what was set aside is the newest there is."""
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    first, second, last = grown(desk, stick)
    removing.begin(first.parent, second.name)
    aside = first.parent / place.set_aside(second.name)
    # The control: the last one is there, and holds all of it.
    assert planned(desk, stick).begun == (second.name,)
    gone = last.rename(tmp_path / last.name)
    plan = planned(desk, stick)
    assert (plan.begun, plan.goes, plan.something) == ((), (), False)
    assert reasons(plan) == {first: "newest", aside: "begun-more"}
    with speaking("en"):
        said = "\n".join(plan_words(plan))
    assert aside.name in said and "take the dot" in said
    before = lying(stick)
    assert thinned(desk, stick, plan).removed == ()
    assert lying(stick) == before
    # As it says: with its name it counts again.
    aside.rename(second)
    assert reasons(planned(desk, stick)) == {first: "", second: "newest"}
    gone.rename(last)
    desk.close()


def test_a_chain_that_is_there_under_its_name_too_is_not_said_to_be_removed(tmp_path: Path) -> None:
    """A program that keeps two folders alike brings back what was renamed; or somebody put both there."""
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    old, new = grown(desk, stick, 2)
    asides = [copy_of(one, one.parent / place.set_aside(one.name)) for one in (old, new)]
    (asides[1] / "brev.txt").write_text("mit")
    before = lying(new)
    plan = planned(desk, stick)
    assert set(plan.begun) == {old.name, new.name}
    done = thinned(desk, stick, plan)
    assert sorted(done.removed) == sorted((asides[0].name, asides[1].name, old.name))
    assert done.strangers == (f"{asides[1].name}/brev.txt",)
    assert {path.name for path in new.parent.iterdir()} == {new.name, asides[1].name}
    assert lying(new) == before and [path.name for path in asides[1].iterdir()] == ["brev.txt"]
    assert {name for name, _at, _folder in desk.backup_state().removed} == set(done.removed)
    desk.close()
