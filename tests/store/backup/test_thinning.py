"""Old chains are removed where a later one was tried and holds all of them; nothing else is, whatever happens."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

import pytest

from guidance.language import speaking
from store.backup import chain as place
from store.backup.errors import BackupsChanged, BackupStopped, NoBackup
from store.backup.thin_words import plan_words, thinned_words
from store.backup.thinning import Thinned, ThinPlan, plan_thinning, thin
from store.bundle.journal import write_line
from store.cases.erasing_model import ErasureOrder
from store.casework import Casework
from store.exchange.port import Direct
from store.model import StoredEntry
from tests.store.backup.backups import backed, copy_of, reopened, restored, worked
from tests.store.cases.test_erasing import close
from tests.store.vaults import PASSPHRASE

ROOT: Final = Path(__file__).parents[3]


def planned(desk: Casework, stick: Path, *, keep: int = 1, cancelled: Callable[[], bool] | None = None) -> ThinPlan:
    return asyncio.run(plan_thinning(Direct(desk), stick, keep=keep, cancelled=cancelled))


def thinned(desk: Casework, stick: Path, plan: ThinPlan, cancelled: Callable[[], bool] | None = None) -> Thinned:
    return asyncio.run(thin(Direct(desk), stick, plan, cancelled=cancelled))


def grown(desk: Casework, stick: Path, chains: int = 3) -> list[Path]:
    """So many chains of two files each; the one begun first is the first."""
    [case] = desk.cases()
    found = []
    for number in range(chains):
        desk.add_note(case.id, f"nummer {number}")
        found.append(backed(desk, stick, whole=True).path)
        desk.add_note(case.id, f"dertil {number}")
        assert backed(desk, stick).path == found[-1]
    return found


def reasons(plan: ThinPlan) -> dict[Path, str]:
    return {one.path: one.why for one in (*plan.stays, *plan.goes)}


def lying(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_a_later_chain_holds_goes_and_what_stays_restores(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    chains = grown(desk, stick)
    before = lying(stick)
    home = sorted((tmp_path / "home" / "vaults").iterdir())
    plan = planned(desk, stick)
    assert lying(stick) == before
    assert sorted((tmp_path / "home" / "vaults").iterdir()) == home
    assert [one.path for one in plan.goes] == chains[:2]
    assert [(one.path, one.why) for one in plan.stays] == [(chains[2], "newest")]
    assert [one.files for one in plan.goes] == [2, 2]
    assert plan.goes[0].size == sum(file.stat().st_size for file in chains[0].iterdir())
    done = thinned(desk, stick, plan)
    assert done.removed == tuple(path.name for path in chains[:2])
    assert done.size == sum(one.size for one in plan.goes)
    assert lying(stick) == {path: raw for path, raw in before.items() if path.is_relative_to(chains[2])}
    assert sorted(path.name for path in chains[2].parent.iterdir()) == [chains[2].name]
    back, said = restored(tmp_path / "other", stick)
    assert said.well and len(back.case(desk.cases()[0].id).notes) == 7
    back.close()
    # It is kept that they were removed, and a second time there is nothing to remove.
    assert [(name, folder) for name, _at, folder in desk.backup_state().removed] == [
        (path.name, os.fspath(stick)) for path in reversed(chains[:2])
    ]
    again = planned(desk, stick)
    assert not again.something and again.newest is not None
    assert thinned(desk, stick, again).removed == ()
    assert backed(desk, stick).path == chains[2]
    desk.close()


def test_so_many_of_the_last_stay_as_were_asked_for(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    chains = grown(desk, stick)
    assert [one.path for one in planned(desk, stick, keep=2).goes] == chains[:1]
    assert reasons(planned(desk, stick, keep=2))[chains[1]] == "kept"
    assert planned(desk, stick, keep=3).goes == ()
    assert [one.path for one in planned(desk, stick, keep=0).goes] == chains[:2]
    desk.close()


def test_where_the_last_chain_does_not_hold_the_one_before_stays_and_nothing_after_it_goes(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    chains = grown(desk, stick)
    [first] = chains[2].glob("0001-*.age")
    first.write_bytes(first.read_bytes()[:-1])
    plan = planned(desk, stick)
    assert reasons(plan) == {chains[0]: "", chains[1]: "newest", chains[2]: "torn"}
    # None of them holds: nothing goes at all.
    for path in chains[:2]:
        [first] = path.glob("0001-*.age")
        first.write_bytes(first.read_bytes()[:-1])
    plan = planned(desk, stick)
    assert (plan.newest, plan.goes, plan.something) == (None, (), False)
    assert set(reasons(plan).values()) == {"torn"}
    before = lying(stick)
    assert thinned(desk, stick, plan).removed == ()
    assert lying(stick) == before
    desk.close()


def test_a_chain_whose_entries_do_not_verify_supersedes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files are whole, and what is in them was not signed so."""
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    [old] = grown(desk, stick, 1)
    real = write_line

    def forged(stored: StoredEntry) -> bytes:
        line = real(stored)
        return line.replace(b"nummer 0", b"nummer 9")

    with monkeypatch.context() as patch:
        patch.setattr("store.backup.backing_up.write_line", forged)
        bad = backed(desk, stick, whole=True).path
    assert len(place.look(bad, desk.backup_key()[1].identity).pieces) == 1
    assert reasons(planned(desk, stick)) == {old: "newest", bad: "damaged"}
    desk.close()


def test_a_chain_in_which_something_is_missing_supersedes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each entry of it verifies, and it can be restored, but for what builds on the one that is missing."""
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    [old] = grown(desk, stick, 1)
    real = Casework.backup_entries

    def cut(self: Casework, space: str, known: Collection[str], bare: Collection[str]) -> tuple[StoredEntry, ...]:
        found = real(self, space, known, bare)
        return (*found[:2], *found[3:]) if len(found) > 5 else found

    with monkeypatch.context() as patch:
        patch.setattr(Casework, "backup_entries", cut)
        bad = backed(desk, stick, whole=True).path
    # The control: it is restored, and says that something is left out.
    back, said = restored(tmp_path / "other", stick)
    assert said.source == bad and said.lacking and not said.well
    back.close()
    assert reasons(planned(desk, stick)) == {old: "newest", bad: "damaged"}
    desk.close()


def test_a_chain_that_holds_something_more_stays(tmp_path: Path) -> None:
    """The vault was itself put back to an earlier state, and what was lost since is in the older chain only."""
    ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    desk.close()
    before = copy_of(tmp_path / "home", tmp_path / "before")
    desk, stick = reopened(ref), tmp_path / "stick"
    desk.add_note(case.id, "tabt")
    old = backed(desk, stick).path
    desk.close()
    shutil.rmtree(tmp_path / "home")
    copy_of(before, tmp_path / "home")
    desk = reopened(ref)
    new = backed(desk, stick, whole=True).path
    plan = planned(desk, stick)
    assert reasons(plan) == {old: "more", new: "newest"}
    desk.close()


def test_what_cannot_be_read_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    torn, strangers, linked, folder, last = grown(desk, stick, 5)
    [second] = torn.glob("0002-*.age")
    second.write_bytes(second.read_bytes()[:-1])
    (strangers / "feriebillede.jpg").write_bytes(b"x")
    (linked / "0009-00000000.age").symlink_to(tmp_path / "nowhere")
    (folder / "vault.slots.2").unlink()
    (folder / "vault.slots.2").mkdir()
    empty = last.parent / "20200101T000000Z-00000000"
    empty.mkdir()
    beside = last.parent / "mine.txt"
    beside.write_text("x")
    plan = planned(desk, stick)
    assert reasons(plan) == {
        torn: "torn",
        strangers: "strangers",
        linked: "strangers",
        folder: "strangers",
        last: "newest",
        empty: "nothing",
    }
    said = "\n".join(plan_words(plan))
    assert second.name in said and "feriebillede.jpg" in said
    before = lying(stick)
    assert thinned(desk, stick, plan).removed == ()
    assert lying(stick) == before
    # Under a new key of the data nobody can look into what was made with the one before.
    renewed = Casework(desk.vault.renew_key(PASSPHRASE))
    renewed.record_renewal("leaver")
    new = backed(renewed, stick).path
    plan = planned(renewed, stick)
    assert (reasons(plan)[new], reasons(plan)[last], plan.goes) == ("newest", "locked", ())
    renewed.close()
    assert ref.path.is_dir()


def test_what_was_erased_since_is_counted_and_a_whole_new_chain_lets_it_go(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    [case] = desk.cases()
    note = desk.add_note(case.id, "Det, der skal væk.")
    stick = tmp_path / "stick"
    old = backed(desk, stick).path
    close(desk, case.id)
    plan_of_it = desk.plan_erasing_entry(case.id, note.id)
    desk.erase(plan_of_it, ErasureOrder(confirmation=plan_of_it.confirm, ground="Det var en fejl"))
    assert backed(desk, stick).path == old
    plan = planned(desk, stick)
    assert plan.newest is not None and plan.newest.erased == 1
    with speaking("en"):
        assert "back up everything anew" in "\n".join(plan_words(plan)).replace("\n", " ")
    new = backed(desk, stick, whole=True).path
    plan = planned(desk, stick)
    assert [(one.path, one.erased) for one in plan.goes] == [(old, 1)]
    assert plan.newest is not None and (plan.newest.path, plan.newest.erased) == (new, 0)
    with speaking("en"):
        said = "\n".join(plan_words(plan))
    assert "holds 1 entry erased since" in said and "a reason to remove this chain" in said
    thinned(desk, stick, plan)
    back, done = restored(tmp_path / "other", stick)
    assert done.well and done.source == new
    back.close()
    desk.close()


def test_what_changed_since_it_was_shown_is_not_removed(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    chains = grown(desk, stick)
    plan = planned(desk, stick)

    def changed(path: Path) -> None:
        [first] = path.glob("0001-*.age")
        raw, state = first.read_bytes(), first.stat()
        first.write_bytes(raw[:-1])
        before = lying(stick)
        with pytest.raises(BackupsChanged) as refused:
            thinned(desk, stick, plan)
        assert refused.value.removed == ()
        assert lying(stick) == before
        first.write_bytes(raw)
        os.utime(first, ns=(state.st_atime_ns, state.st_mtime_ns))

    changed(chains[2])
    changed(chains[0])
    added = chains[1] / "note.txt"
    added.write_text("x")
    with pytest.raises(BackupsChanged):
        thinned(desk, stick, plan)
    added.unlink()
    assert planned(desk, stick).confirm == plan.confirm
    assert planned(desk, stick, keep=2).confirm != plan.confirm
    # The control: as it was shown, it goes.
    assert len(thinned(desk, stick, plan).removed) == 2
    desk.close()


def test_a_folder_swapped_for_a_link_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.backup import removing
    from store.errors import DiskFailed

    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    chains = grown(desk, stick, 2)
    elsewhere = copy_of(chains[0], tmp_path / "elsewhere")
    plan = planned(desk, stick)
    real = removing.finish

    def swapped(of_vault: Path, chain: str) -> tuple[str, ...]:
        aside = of_vault / place.set_aside(chain)
        aside.rename(tmp_path / "taken")
        aside.symlink_to(elsewhere)
        return real(of_vault, chain)

    monkeypatch.setattr(removing, "finish", swapped)
    before = lying(elsewhere)
    with pytest.raises(DiskFailed):
        thinned(desk, stick, plan)
    assert lying(elsewhere) == before
    desk.close()


def test_what_comes_into_a_chain_while_it_is_removed_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.backup import removing

    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    chains = grown(desk, stick, 2)
    plan = planned(desk, stick)
    real = removing.begin

    def with_another(of_vault: Path, chain: str) -> None:
        real(of_vault, chain)
        (of_vault / place.set_aside(chain) / "brev.txt").write_text("mit")

    monkeypatch.setattr(removing, "begin", with_another)
    done = thinned(desk, stick, plan)
    assert done.strangers == (f"{chains[0].name}/brev.txt",)
    assert [path.name for path in chains[0].iterdir()] == ["brev.txt"]
    assert "brev.txt" in "\n".join(thinned_words(done))
    assert reasons(planned(desk, stick))[chains[0]] == "nothing"
    desk.close()


def test_it_can_be_stopped_at_any_time(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    chains = grown(desk, stick)
    before = lying(stick)
    with pytest.raises(BackupStopped):
        planned(desk, stick, cancelled=lambda: True)
    assert lying(stick) == before
    plan = planned(desk, stick)
    done = thinned(desk, stick, plan, cancelled=lambda: not chains[0].exists())
    assert (done.stopped, done.removed) == (True, (chains[0].name,))
    assert {path for path in chains if path.exists()} == set(chains[1:])
    with speaking("en"):
        assert next(iter(thinned_words(done))) == "Stopped. What is not named here is whole."
    desk.close()


def test_where_nothing_is_there_it_is_said(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    stick.mkdir()
    with pytest.raises(NoBackup):
        planned(desk, stick)
    desk.close()


KILLED: Final = """
import asyncio, os, signal, sys
from pathlib import Path
from store.backup import removing
from store.backup.thinning import plan_thinning, thin
from store.casework import Casework
from store.exchange.port import Direct
from store.home import Home
from store.opened_folder import OpenedFolder
from store.vault import Vault
from tests.store.vaults import PASSPHRASE

root, stick, step = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
desk = Casework(Vault.unlock(Home(root).vault(), PASSPHRASE))
plan = asyncio.run(plan_thinning(Direct(desk), stick))
done = 0

def counted(owner, name):
    real = getattr(owner, name)
    def step_of(*given):
        global done
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)
        done += 1
        return real(*given)
    setattr(owner, name, step_of)

for name in ("rename", "unlink", "remove_folder", "sync"):
    counted(OpenedFolder, name)
counted(Casework, "record_thinning")
asyncio.run(thin(Direct(desk), stick, plan))
desk.close()
"""


def test_killed_at_every_step_a_chain_is_whole_or_known_as_being_removed(tmp_path: Path) -> None:
    ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    chains = grown(desk, stick, 2)
    [case] = desk.cases()
    desk.close()
    whole = {path.name: lying(path) for path in chains}
    home_before, stick_before = copy_of(tmp_path / "home", tmp_path / "h"), copy_of(stick, tmp_path / "s")
    states: set[str] = set()
    for step in range(100):
        for folder, before in ((tmp_path / "home", home_before), (stick, stick_before)):
            shutil.rmtree(folder)
            copy_of(before, folder)
        command = [sys.executable, "-c", KILLED, str(tmp_path / "home"), str(stick), str(step)]
        ended = subprocess.run(command, cwd=ROOT, check=False).returncode
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        there = {path.name: path for path in place.chains(chains[0].parent)}
        # What has the name of a chain is whole, to the byte; the rest of them is known as being removed, or gone.
        for name, path in there.items():
            assert [raw for _path, raw in sorted(lying(path).items())] == [
                raw for _path, raw in sorted(whole[name].items())
            ]
        begun = place.being_removed(chains[0].parent)
        assert len(begun) <= 1 and not set(begun) & set(there)
        assert chains[1].name in there
        states.add("begun" if begun else f"{len(there)} whole")
        desk = reopened(ref)
        assert {name for name in whole if name not in there and name not in begun} <= {
            name for name, _at, _folder in desk.backup_state().removed
        }
        if step % 3 == 0:
            # A backup goes on as if they were not there; the next thinning ends what was begun, and keeps it once.
            desk.add_note(case.id, "efter")
            again = backed(desk, stick)
            assert (again.path, again.being_removed) == (chains[1], begun)
            plan = planned(desk, stick)
            assert plan.begun == begun
            thinned(desk, stick, plan)
            assert [path.name for path in chains[0].parent.iterdir()] == [chains[1].name]
            assert sorted(name for name, _at, _folder in desk.backup_state().removed) == sorted(
                path.name for path in chains[:1]
            )
        desk.close()
    else:
        raise AssertionError("it never came to its end")
    assert states >= {"begun", "2 whole", "1 whole"}
    assert step > 8
