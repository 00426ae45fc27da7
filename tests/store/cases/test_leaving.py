"""Work that is killed just before or just after a file gets its name: the next unlocking records it or says so."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from store.bundle.evidence_lists import write_lists
from store.bundle.seal import SealOrder, seal
from store.cases.leaving import Became
from store.casework import Casework
from store.model import EvidenceDraft, Purpose, Sealed
from tests.store.bundle.invented import POLICE_RECIPIENT
from tests.store.desk import DIGEST, a_case, open_desk, set_up_desk
from tests.tools import ROOT

CUT_OFF = """
import os, signal, sys
from pathlib import Path
from store.bundle.evidence_lists import write_lists
from store.bundle.seal import SealOrder, seal
from store.model import Purpose
from tests.store.bundle.invented import POLICE_RECIPIENT
from tests.store.desk import open_desk

vault, out, case, what, when = sys.argv[1:]
desk = open_desk(Path(vault))

def kill():
    os.kill(os.getpid(), signal.SIGKILL)

def intend(keep):
    def intended(made):
        keep(case, made)
        if when == "before":
            kill()
    return intended

if what == "lists":
    write_lists(desk.case(case).evidence, Path(out), before_naming=intend(desk.about_to_list))
else:
    order = SealOrder(purpose=Purpose.POLICE, out=Path(out, "a.segl.age"), recipients=(POLICE_RECIPIENT,))
    seal(desk.export_case(case), order, desk.sign, before_naming=intend(desk.about_to_seal))
kill()
"""
RECORDED = {"lists": ["case.printed", "case.printed"], "seal": ["case.sealed"]}


@pytest.fixture
def case(tmp_path: Path) -> str:
    """A case with a piece, in a vault that is closed; `out` is where things are put."""
    for name in ("vault", "out"):
        (tmp_path / name).mkdir()
    with set_up_desk(tmp_path / "vault") as desk:
        id = a_case(desk).id
        desk.register_evidence(id, EvidenceDraft(digest=DIGEST, size=7, name="a.jpg"))
    return id


def written(desk: Casework, case: str) -> list[str]:
    return [one.kind for one in desk.history(case) if one.kind in ("case.printed", "case.sealed")]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("what", ["lists", "seal"])
def test_what_a_kill_left_behind_is_in_the_case_after_the_next_unlocking(
    case: str, tmp_path: Path, what: str, when: str
) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-c", CUT_OFF, str(tmp_path / "vault"), str(out), case, what, when]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    named = [path for path in out.iterdir() if not path.name.startswith(".") and "open-me" not in path.name]
    assert bool(named) is (when == "after")
    with open_desk(tmp_path / "vault") as desk:
        # The control: without the look there would be files that no case knows of.
        assert written(desk, case) == []
        (settled,) = desk.settle_leaving()
        assert settled.became is (Became.RECORDED if when == "after" else Became.NOTHING)
        assert settled.reference in settled.words()
        assert written(desk, case) == (RECORDED[what] if when == "after" else [])
        assert desk.settle_leaving() == ()
        assert desk.drafts() == {}


def sealed(desk: Casework, case: str, out: Path) -> Sealed:
    order = SealOrder(purpose=Purpose.POLICE, out=out / "a.segl.age", recipients=(POLICE_RECIPIENT,))
    keep = desk.about_to_seal
    return seal(desk.export_case(case), order, desk.sign, before_naming=lambda made: keep(case, made))


def test_a_disk_that_is_away_is_told_once_and_looked_for_at_each_unlocking(case: str, tmp_path: Path) -> None:
    out, away = tmp_path / "out", tmp_path / "away"
    with open_desk(tmp_path / "vault") as desk:
        sealed(desk, case, out)
        out.rename(away)
        assert [one.became for one in desk.settle_leaving()] == [Became.AWAY]
        assert desk.settle_leaving() == ()
        away.rename(out)
        assert [one.became for one in desk.settle_leaving()] == [Became.RECORDED]
        assert written(desk, case) == ["case.sealed"]


def test_another_file_of_that_name_is_left_alone_and_not_recorded(case: str, tmp_path: Path) -> None:
    with open_desk(tmp_path / "vault") as desk:
        made = Path(sealed(desk, case, tmp_path / "out").path)
        other = bytes(made.stat().st_size)
        made.write_bytes(other)
        assert [one.became for one in desk.settle_leaving()] == [Became.NOTHING]
        assert made.read_bytes() == other
        assert written(desk, case) == []


def test_of_two_lists_the_one_that_has_its_name_is_recorded(case: str, tmp_path: Path) -> None:
    with open_desk(tmp_path / "vault") as desk:
        lists = write_lists(
            desk.case(case).evidence, tmp_path / "out", before_naming=lambda made: desk.about_to_list(case, made)
        )
        lists[1].path.unlink()
        assert [one.became for one in desk.settle_leaving()] == [Became.RECORDED]
        assert written(desk, case) == ["case.printed"]


def test_what_is_recorded_as_it_should_be_is_not_told_again(case: str, tmp_path: Path) -> None:
    with open_desk(tmp_path / "vault") as desk:
        desk.record_seal(case, sealed(desk, case, tmp_path / "out"))
        assert written(desk, case) == ["case.sealed"]
        assert desk.settle_leaving() == ()


def test_nothing_gets_a_name_where_it_cannot_be_kept_before(case: str, tmp_path: Path) -> None:
    def full(_made: object) -> None:
        raise RuntimeError("no room")

    with open_desk(tmp_path / "vault") as desk:
        with pytest.raises(RuntimeError):
            write_lists(desk.case(case).evidence, tmp_path / "out", before_naming=full)
        assert list((tmp_path / "out").iterdir()) == []
