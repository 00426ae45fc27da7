"""Clearing a copy off a real stick: whatever cuts it off, *cleared* is recorded only where the bytes are gone.

An exFAT stick has other inode numbers each time it is in, and every first folder has the same; a file that is deleted
while it is open stays under a hidden name on both. Looked for is the content, anywhere on the stick.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pytest

from guidance.clearing import Clearance, HeldBy
from guidance.custody import Device, Event, Move
from guidance.language import speaking
from store.cases.cut_off import open_clearings
from store.cases.errors import CustodyRefused
from store.cases.leaving import Became
from store.casework import Casework
from store.evidence import clearing
from store.evidence.clearing import prepared
from store.evidence.clearing_cut_off import Found, look
from store.evidence.clearing_errors import ClearingCutOff, ClearingNotKnown, Hindrance, NotCleared
from store.evidence.clearing_hold import HOLD
from store.evidence.clearing_marks import MARK
from store.model import EvidenceDraft
from tests.sticks import NTFS, Stick, stick
from tests.store.desk import a_case, open_desk, set_up_desk
from tests.tools import ROOT

BODY = b"en kopi" * 1000
DIGEST = "sha256:" + hashlib.sha256(BODY).hexdigest()
ANSWERS = Clearance(device=Device.OWN, held_by=HeldBy.POLICE, holder_name="Bo")

FORKS = """
import json, os, signal, sys
from pathlib import Path
from store.evidence.clearing_marks import MARK
from tests.store.desk import open_desk
from tests.store.sticks.test_clearing_sticks import ANSWERS, DIGEST, cleared

vault, case = sys.argv[1:]

def come(event):
    # Each step that changes a name is counted; the process dies just before the one that is asked for.
    global steps
    if steps == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    steps -= 1

# One process for all of them: a child of it is killed, and it costs no start of Python.
print("ready", flush=True)
for line in sys.stdin:
    file, copy, steps = json.loads(line)
    child = os.fork()
    if child == 0:
        desk = open_desk(Path(vault))
        def begun():
            changes = {"os.mkdir", "os.rename", "os.remove", "os.link", "os.rmdir"}
            def hook(event, given):
                if event in changes or (event == "open" and str(given[0]).startswith(MARK)):
                    come(event)
            sys.addaudithook(hook)
        cleared(desk, case, Path(file), copy, begun=begun, deleted=lambda: come("deleted"))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
STEPS = 7
"""Making the folder, laying the mark, moving the file in, deleting it, recording that, taking mark and folder away."""
MOVED_FROM = 3
"""The first step before which the file is in the folder."""
GONE_FROM = 4
"""The first step before which the file is gone."""
RECORDED_FROM = 5
"""The first step before which that is recorded."""


def nothing() -> None:
    """Nothing happens in between."""


def cleared(
    desk: Casework,
    case: str,
    file: Path,
    copy: int,
    *,
    begun: Callable[[], None] = nothing,
    deleted: Callable[[], None] = nothing,
) -> None:
    """Clear a copy as the screen and the command line do it: an entry before, an entry after."""
    with prepared([file], digest=DIGEST, size=len(BODY)) as ready:
        desk.begin_clearing(case, "E1", ANSWERS, ready.trace, where=str(file), copy=copy)
        begun()
        try:
            gone = ready.delete()
        except NotCleared as failure:
            desk.end_clearing(case, "E1", copy, failure)
            raise
        deleted()
        desk.end_clearing(case, "E1", copy, gone)


@contextmanager
def held_open(file: Path) -> Iterator[None]:
    """Have it open; a stick that was pulled out meanwhile complains at the end, and that is no matter here."""
    handle = os.open(file, os.O_RDONLY)
    try:
        yield
    finally:
        with suppress(OSError):
            os.close(handle)


class Office:
    """A vault with a case, and a copy of its piece on a stick, each time in a folder of its own."""

    def __init__(self, vault: Path, on: Stick) -> None:
        self.vault, self.stick, self.copies = vault, on, 0
        with set_up_desk(vault) as desk:
            self.case = a_case(desk).id
            desk.register_evidence(self.case, EvidenceDraft(digest=DIGEST, size=len(BODY)))
        self._forks: subprocess.Popen[str] | None = None

    def new_copy(self) -> Path:
        """A copy that lies on the stick, written through."""
        self.copies += 1
        folder = self.stick.folder / f"mappe {self.copies}"
        folder.mkdir()
        file = folder / "Ærlig.jpg"
        with file.open("wb") as made:
            made.write(BODY)
            os.fsync(made.fileno())
        return file

    def killed(self, file: Path, step: int) -> bool:
        """Clear it, and be killed just before a step; whether it was."""
        if self._forks is None:
            command: list[str | Path] = [sys.executable, "-c", FORKS, self.vault, self.case]
            self._forks = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            assert self._said() == "ready"
        into: IO[str] | None = self._forks.stdin
        assert into is not None
        into.write(json.dumps([str(file), self.copies, step]) + "\n")
        into.flush()
        said = self._said()
        assert said in ("0", str(-signal.SIGKILL))
        return said != "0"

    def _said(self) -> str:
        assert self._forks is not None
        assert self._forks.stdout is not None
        return self._forks.stdout.readline().strip()

    def close(self) -> None:
        """End what it started."""
        if self._forks is not None:
            self._forks.communicate()

    def events(self, desk: Casework) -> list[str]:
        """What is recorded of the latest copy."""
        chain = desk.case(self.case).evidence[0].custody
        return [str(one.move.event) for one in chain if one.move.copy == self.copies]

    def lies_at(self) -> list[Path]:
        """Where the content of the latest copy lies on the stick, under whatever name."""
        below = self.stick.folder / f"mappe {self.copies}"
        return [path for path in below.rglob("*") if path.is_file() and path.read_bytes() == BODY]

    def holds(self) -> list[str]:
        """The folders of clearings that are beside it."""
        return [path.name for path in (self.stick.folder / f"mappe {self.copies}").rglob(f"{HOLD}*")]

    def require_truth(self, desk: Casework, file: Path) -> None:
        """*Cleared* is recorded where the content is nowhere, and *not cleared* where the file lies under its name."""
        said = self.events(desk)[-1]
        assert said in ("cleared", "not-cleared")
        assert self.lies_at() == ([] if said == "cleared" else [file])
        assert self.holds() == []
        assert desk.drafts() == {}


@pytest.fixture(scope="module")
def an_office(mounted: Stick, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    one = Office(tmp_path_factory.mktemp("vault"), mounted)
    yield one
    one.close()


@pytest.fixture
def office(an_office: Office) -> Iterator[Office]:
    """With the stick in, whatever became of it in a test that failed."""
    yield an_office
    if not an_office.stick.is_in():
        an_office.stick.put_in_again()


def test_a_copy_is_cleared_and_nothing_of_it_stays(office: Office) -> None:
    file = office.new_copy()
    with open_desk(office.vault) as desk:
        cleared(desk, office.case, file, office.copies)
        office.require_truth(desk, file)
        assert office.events(desk) == ["clearing", "cleared"]
        office.stick.remount()
        office.require_truth(desk, file)
        assert desk.settle_leaving() == ()
        assert desk._connection.execute("SELECT key FROM draft").fetchall() == []


def test_the_short_name_that_windows_gives_is_no_name_to_be_given(tmp_path: Path) -> None:
    with stick(NTFS, tmp_path) as one:
        file = one.folder / "Ærlig.jpg"
        file.write_bytes(BODY)
        os.setxattr(file, "system.ntfs_dos_name", b"RLIG~1.JPG")
        assert file.stat().st_nlink == 2, "the control: it counts as a hard link"
        assert (one.folder / "RLIG~1.JPG").exists()
        with prepared([file], digest=DIGEST, size=None) as ready:
            assert ready.delete().names == 1
        assert not (one.folder / "RLIG~1.JPG").exists()
        file.write_bytes(BODY)
        file.with_name("anden").hardlink_to(file)
        with pytest.raises(NotCleared) as caught, prepared([file], digest=DIGEST, size=None):
            pass
        assert caught.value.hindrance is Hindrance.LINKS, "the control: a name that somebody gave counts"


@pytest.mark.parametrize("step", range(STEPS))
def test_a_kill_at_any_step_and_a_stick_that_was_out_since(office: Office, step: int) -> None:
    file = office.new_copy()
    # Another file gets the number that this one had, each time the stick is in.
    (file.parent / "andet.jpg").write_bytes(b"noget andet")
    assert office.killed(file, step)
    assert bool(office.holds()) == (step > 0), "the control: the kill did leave something to tidy"
    office.stick.remount()
    (file.parent / "andet.jpg").stat()
    with open_desk(office.vault) as desk:
        told = desk.settle_leaving()
        begun = open_clearings(desk.case(office.case).evidence[0])
        assert list(begun) == ([office.copies] if step < RECORDED_FROM else [])
        if begun:
            assert told == ()
            desk.settle_clearing(office.case, "E1")
        else:
            assert [one.became for one in told] == [Became.UNFINISHED]
        assert office.events(desk) == ["clearing", "cleared" if step >= GONE_FROM else "not-cleared"]
        office.require_truth(desk, file)
        assert desk.settle_leaving() == ()
        assert (file.parent / "andet.jpg").read_bytes() == b"noget andet"


@pytest.mark.parametrize("then", ["renamed", "changed", "deleted"])
@pytest.mark.parametrize("step", range(RECORDED_FROM))
def test_what_somebody_else_did_after_a_kill_is_not_said_to_be_segls(office: Office, step: int, then: str) -> None:
    """Only what Segl itself deleted is *cleared*; of all else a person says what they saw."""
    file = office.new_copy()
    assert office.killed(file, step)
    office.stick.remount()
    lies = office.lies_at()
    if step >= GONE_FROM:
        assert lies == []
        file.write_bytes(b"noget andet af samme navn")
    elif then == "renamed":
        lies[0].rename(file.with_name("gemt.jpg"))
    elif then == "changed":
        lies[0].write_bytes(b"noget x" * 1000)
        lies[0].rename(file)
    else:
        lies[0].unlink()
    office.stick.remount()
    with open_desk(office.vault) as desk:
        if step >= GONE_FROM:
            desk.settle_clearing(office.case, "E1")
            assert office.events(desk) == ["clearing", "cleared"]
            return
        # Before there was a folder, nothing says that the stick is the one.
        with pytest.raises(ClearingNotKnown if step else CustodyRefused) as caught:
            desk.settle_clearing(office.case, "E1")
        assert str(file) in caught.value.diagnostics().happened or not step
        assert office.events(desk) == ["clearing"]
        assert len(office.lies_at()) == (then == "renamed"), "the control"
        seen = Move(event=Event.NOT_CLEARED, by="Ane", copy=office.copies, device=Device.OWN, how="set efter")
        desk.record_custody(office.case, "E1", seen)
        assert office.events(desk) == ["clearing", "not-cleared"]
        desk.settle_leaving()
        assert office.holds() == []
        assert desk.settle_leaving() == ()


def test_the_steps_are_all_of_them(office: Office) -> None:
    file = office.new_copy()
    assert not office.killed(file, STEPS)
    with open_desk(office.vault) as desk:
        office.require_truth(desk, file)


@pytest.mark.parametrize(
    ("call", "time"),
    [("mkdir", 1), ("open", 1), ("rename", 1), ("fsync", 1), ("rename", 2), ("fsync", 3)],
    ids=["folder", "mark", "moving", "written", "deleting", "written-again"],
)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_stick_that_is_pulled_out_at_any_step(
    office: Office, monkeypatch: pytest.MonkeyPatch, call: str, time: int, after: bool
) -> None:
    file = office.new_copy()
    real: Callable[..., Any] = getattr(os, call)
    steps: list[str] = []

    def pulled(*given: object, **more: object) -> object:
        if call != "open" or str(given[0]).startswith(MARK):
            steps.append(call)
        if len(steps) == time:
            steps.append("out")
            done = real(*given, **more) if after else None
            office.stick.pull_out()
            if after:
                return done
        return real(*given, **more)

    with open_desk(office.vault) as desk:
        try:
            with monkeypatch.context() as patch:
                begun = lambda: patch.setattr(os, call, pulled)  # noqa: E731
                with pytest.raises((ClearingCutOff, NotCleared)) as caught:
                    cleared(desk, office.case, file, office.copies, begun=begun)
            assert "out" in steps, "the control: it was pulled out"
            said = office.events(desk)
            if isinstance(caught.value, ClearingCutOff):
                assert said == ["clearing"], "nothing is said of what is not known"
                with pytest.raises(CustodyRefused):
                    desk.settle_clearing(office.case, "E1")
                assert office.events(desk) == ["clearing"]
                for language in ("da", "en"):
                    with speaking(language):
                        assert str(file) in caught.value.diagnostics().happened
            else:
                assert said == ["clearing", "not-cleared"]
            assert desk.settle_leaving() == ()
        finally:
            office.stick.put_in_again()
        desk.settle_leaving()
        if len(office.events(desk)) == 1:
            desk.settle_clearing(office.case, "E1")
        office.require_truth(desk, file)


def test_what_is_said_to_be_gone_is_written_through(office: Office) -> None:
    file = office.new_copy()

    def lies() -> list[str]:
        with office.stick.as_it_lies() as stick:
            below = stick / file.parent.name
            found = [path for path in below.rglob("*") if path.is_file()]
            assert [path.name for path in found if path.read_bytes() == BODY] == [file.name] * (file.exists())
            return [path.name for path in found]

    with open_desk(office.vault) as desk:
        assert lies() == [file.name], "the control: it is on the stick"
        seen: list[list[str]] = []
        cleared(desk, office.case, file, office.copies, deleted=lambda: seen.append(lies()))
        assert seen == [["0"]], "the mark, that says that it is gone"
        assert "confirm" not in desk.case(office.case).evidence[0].custody[-1].move.how


def test_control_what_was_not_written_through_is_there_again(office: Office) -> None:
    file = office.new_copy()
    file.unlink()
    with office.stick.as_it_lies() as stick:
        assert (stick / file.parent.name / file.name).read_bytes() == BODY


@pytest.mark.parametrize("then", ["closed", "out"])
def test_a_file_that_somebody_else_has_open_is_not_said_to_be_gone(
    office: Office, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    file = office.new_copy()
    # Whether another user's program has it open Segl can't see.
    monkeypatch.setattr(clearing, "opened_elsewhere", lambda _file: False)
    monkeypatch.setattr(clearing, "_CLOSES", 0.0)
    with open_desk(office.vault) as desk:
        with held_open(file):
            with pytest.raises(NotCleared) as caught:
                cleared(desk, office.case, file, office.copies)
            assert caught.value.hindrance is Hindrance.HELD_OPEN
            assert office.events(desk) == ["clearing", "not-cleared"]
            assert len(office.lies_at()) == 1, "under a hidden name"
            (told,) = desk.settle_leaving()
            assert told.became is Became.HELD
            assert told.words()
            if then == "out":
                office.stick.pull_out()
                assert desk.settle_leaving() == ()
        if then == "out":
            office.stick.put_in_again()
            (told,) = desk.settle_leaving()
            assert told.became is Became.HELD
            assert len(office.lies_at()) == 1, "it lies there for good, and that is told each time"
            office.lies_at()[0].unlink()
        (told,) = desk.settle_leaving()
        assert told.became is Became.UNFINISHED
        assert office.holds() == []
        assert desk.settle_leaving() == ()


def test_what_a_stick_kept_under_a_hidden_name_is_put_back(office: Office) -> None:
    """Killed while somebody else had the file open, then pulled out: the bytes are there, and nobody has the name."""
    file = office.new_copy()
    with held_open(file), prepared([file], digest=DIGEST, size=len(BODY)) as ready:
        hold = file.parent / ready.trace.hold
        hold.mkdir()
        (hold / f"{MARK}0").touch()
        file.rename(hold / "0")
        (hold / f"{MARK}0").rename(hold / "0")
        os.sync()
        office.stick.pull_out()
    office.stick.put_in_again()
    assert sorted(path.name[:12] for path in hold.iterdir()) == [".fuse_hidden", "0"], "the control"
    assert look(ready.trace, DIGEST) is Found.THERE
    assert office.lies_at() == [file]
    file.write_bytes(b"noget x" * 1000)
    assert look(ready.trace, DIGEST) is Found.NOT_BY_SEGL, "what was put back is not gone because it was changed"


def test_another_stick_at_the_same_place_says_nothing(office: Office, tmp_path: Path) -> None:
    file = office.new_copy()
    assert office.killed(file, MOVED_FROM)
    office.stick.take_out()
    with open_desk(office.vault) as desk, stick(office.stick.kind, tmp_path) as other:
        other.take_out()
        other.folder = office.stick.folder
        other.put_in()
        (other.folder / file.parent.name).mkdir()
        with pytest.raises(CustodyRefused):
            desk.settle_clearing(office.case, "E1")
        other.take_out()
        office.stick.put_in()
        desk.settle_clearing(office.case, "E1")
        assert office.events(desk) == ["clearing", "not-cleared"]
        office.require_truth(desk, file)
