"""Registering batch after batch that is killed: what is registered and what is still a draft make up the whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.casework import Casework
from store.evidence.hashing import HashedFile
from store.evidence.queue_draft import parts_of, pieces_of_parts, queue_key
from tests.store.desk import a_case, open_desk, set_up_desk
from tests.tools import ROOT

REGISTER = """
import os, signal, sys
from pathlib import Path
from store.cases import evidence
from tests.store.desk import open_desk
from tests.store.evidence.test_registering_killed import register_what_is_left

vault, case, when = sys.argv[1:]
written = 0

def kill():
    os.kill(os.getpid(), signal.SIGKILL)

def counting(number, draft, write=evidence.write_registered):
    global written
    written += 1
    if when == "in the middle" and written == 300:
        kill()
    return write(number, draft)

evidence.write_registered = counting
desk = open_desk(Path(vault))
for _key in register_what_is_left(desk, case, apart=when == "control"):
    if written == 400 and when == "just after":
        kill()
"""
RESULTS = [
    HashedFile(
        path=b"/x/%d.jpg" % number,
        name=f"{number}.jpg",
        raw_name="",
        digest=f"sha256:{number:064x}",
        size=1,
        identity=(1, number),
    )
    for number in range(450)
]


def register_what_is_left(desk: Casework, case: str, *, apart: bool = False) -> Iterator[str]:
    """As the screen does it, a part at a time; `apart`: the draft is dropped only afterwards, and a kill comes between.

    Gives the key of each part.
    """
    for key, part in pieces_of_parts(desk.drafts_below(queue_key(case))).items():
        desk.register_pieces(case, part, drop=() if apart else (key,))
        if apart:
            os.kill(os.getpid(), signal.SIGKILL)
        yield key


def killed(vault: Path, when: str) -> str:
    """The id of a case whose registering was killed."""
    vault.mkdir()
    with set_up_desk(vault) as desk:
        case = a_case(desk).id
        desk.replace_drafts(queue_key(case), "{}", parts_of(case, RESULTS))
    done = subprocess.run([sys.executable, "-c", REGISTER, str(vault), case, when], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    return case


def registered(desk: Casework, case: str) -> list[str]:
    return [piece.digest for piece in desk.case(case).evidence]


@pytest.mark.parametrize(("when", "there"), [("in the middle", 200), ("just after", 400)])
def test_after_a_kill_no_piece_is_registered_twice_and_none_is_lost(tmp_path: Path, when: str, there: int) -> None:
    case = killed(tmp_path / "vault", when)
    with open_desk(tmp_path / "vault") as desk:
        assert len(registered(desk, case)) == there, "a batch is there as a whole, or not at all"
        for _key in register_what_is_left(desk, case):
            pass
        assert registered(desk, case) == [one.digest for one in RESULTS]
        assert [piece.number for piece in desk.case(case).evidence] == list(range(1, len(RESULTS) + 1))
        assert desk.drafts_below(queue_key(case)) == {}


def test_control_where_the_draft_goes_in_a_step_of_its_own_pieces_come_twice(tmp_path: Path) -> None:
    case = killed(tmp_path / "vault", "control")
    with open_desk(tmp_path / "vault") as desk:
        for _key in register_what_is_left(desk, case):
            pass
        assert len(registered(desk, case)) == len(RESULTS) + 200
