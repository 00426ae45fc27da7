"""Taking another vault in, killed at any moment: all of it is here or nothing, and once more it is all here once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from store.casework import Casework
from store.doctor import check
from tests.store.circle import member, vault_desk
from tests.store.desk import Clock, a_case
from tests.store.programme.office import a_concern, a_mentee
from tests.store.test_merging import fresh
from tests.store.test_merging_office import answer, entries_of
from tests.store.test_plan import WHERE, WHO

ROOT = Path(__file__).parents[2]
KILLED = """
import os, signal, sys
from importlib import import_module
from pathlib import Path
from tests.store.circle import vault_desk

def kill(*_arguments, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

old, monday = (vault_desk(Path(path), number) for number, path in enumerate(sys.argv[2:], start=1))
module, _colon, name = sys.argv[1].partition(":")
owner = import_module(module)
for part in name.split(".")[:-1]:
    owner = getattr(owner, part)
setattr(owner, name.split(".")[-1], kill)
old.merge(monday._connection, monday._vault.id)
"""
MOMENTS = {
    "keys-brought": "store.casework:Casework._bring_people",
    "cases-brought": "store.casework:Casework._bring_office",
    "office-brought": "store.casework:Casework._bring_register",
    "register-brought": "store.casework:Casework._read_by_oneself",
    "drafts-brought": "store.casework:Casework._record_merge",
    "recorded": "store.journal:Journal.seal_commit",
    "kept": "store.cases.merging:erasing.finish",
}


def both(root: Path) -> tuple[Casework, Casework]:
    clock = Clock()
    old, monday = member(root / "1", 1, "Åse Ærlig", clock=clock), fresh(root / "2", clock)
    old.answer_plan(WHO, "Lederen")
    a_case(monday, "Mandag")
    monday.answer_plan(WHO, "Tillidsmanden")
    monday.answer_plan(WHERE, "På kontoret")
    a_concern(monday, a_mentee(monday).id)
    monday.save_draft("new-case", '{"title": "Ny"}')
    return old, monday


def what_is_in(desk: Casework) -> tuple[object, ...]:
    return (
        entries_of(desk),
        [case.title for case in desk.cases()],
        [one.name for one in desk.participants()],
        [one.what for one in desk.concerns()],
        answer(desk, WHO),
        answer(desk, WHERE),
        desk.drafts(),
        len(desk.identities()),
    )


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_merge_is_all_or_nothing_and_done_again_it_is_all_once(tmp_path: Path, moment: str) -> None:
    old, monday = both(tmp_path)
    nothing = what_is_in(old)
    for desk in (old, monday):
        desk._connection.close()
    command = [sys.executable, "-c", KILLED, MOMENTS[moment], str(tmp_path / "1"), str(tmp_path / "2")]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL

    old, monday = vault_desk(tmp_path / "1", 1), vault_desk(tmp_path / "2", 2)
    found = what_is_in(old)
    old.merge(monday._connection, monday._vault.id)
    whole = what_is_in(old)
    # The control: with the last moment all of it was kept, with the others nothing.
    assert found == (whole if moment == "kept" else nothing)
    assert whole != nothing
    assert whole[1:] == (
        ["Mandag"],
        ["Eva"],
        ["Skrev noget truende."],
        "Lederen",
        "På kontoret",
        {"new-case": '{"title": "Ny"}', f"plan/{WHO}": '{"answer": "Tillidsmanden"}'},
        2,
    )
    assert check(old._vault).well
    for desk in (old, monday):
        desk.close()
