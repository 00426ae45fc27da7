"""A seal or a list that is killed at any point of the naming: the next unlocking leaves all of it or nothing of it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from guidance.language import speaking
from store import left_behind
from store.bundle.seal import SealOrder, seal
from store.cases.leaving import Became, Settled
from store.casework import Casework
from store.model import EvidenceDraft, Purpose
from tests.store.bundle.invented import POLICE_RECIPIENT
from tests.store.desk import DIGEST, Clock, a_case, open_desk, set_up_desk
from tests.tools import ROOT

NAMES = ["a.open-me.da.txt", "a.open-me.en.txt", "a.segl.age"]
LISTS = ["evidence.hashdeep", "evidence.sha256"]
LEFT = ("case.filed", "case.printed", "case.sealed")

KILLED = """
import errno, os, signal, sys
from pathlib import Path
from functools import partial
from store.bundle import new_files
from store.bundle.evidence_lists import write_lists
from store.bundle.plain_copy import PlainOrder, write_plain_copy
from store.bundle.seal import SealOrder, seal
from store.model import Purpose
from tests.store.bundle.invented import POLICE_RECIPIENT
from tests.store.desk import open_desk

vault, out, case, what, disk, step = sys.argv[1:]
steps = int(step)

def come(_what):
    # Each step that changes a name is counted; the process dies just before the one that is asked for.
    global steps
    if steps == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    steps -= 1

def refuse(*_paths, **_more):
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))

if not disk.startswith("nameless"):
    new_files.open_nameless = lambda *_how: None
if disk.endswith("no-links"):
    new_files.os.link = refuse
sys.addaudithook(lambda event, args: come(event) if event in ("os.link", "os.rename", "os.remove") else None)
if disk.endswith("no-links"):
    # The placeholder is made by opening, which the hook would see of every file.
    real = new_files.os.open
    def opened(path, *how, **more):
        if more.get("dir_fd") is not None:
            come("placeholder")
        return real(path, *how, **more)
    new_files.os.open = opened

desk = open_desk(Path(vault))
if what == "lists":
    keep = partial(desk.about_to_list, case)
    made = write_lists(desk.case(case).evidence, Path(out), before_naming=keep, before_part=desk.about_to_write)
    come("recorded")
    desk.record_lists(case, made)
elif what == "copy":
    order = PlainOrder(folder=Path(out), purpose="Til journalen", place_ok=True)
    keep = partial(desk.about_to_copy, case)
    made = write_plain_copy(desk.export_case(case), order, before_naming=keep, before_part=desk.about_to_write)
    come("recorded")
    desk.record_filing(case, made)
else:
    order = SealOrder(purpose=Purpose.POLICE, out=Path(out, "a.segl.age"), recipients=(POLICE_RECIPIENT,))
    keep = partial(desk.about_to_seal, case)
    made = seal(desk.export_case(case), order, desk.sign, before_naming=keep, before_part=desk.about_to_write)
    come("recorded")
    desk.record_seal(case, made)
print("through")
"""
STEPS = {"nameless": 4, "links": 7, "no-links": 10, "nameless-no-links": 13}
"""How many steps a seal has on each disk: each file that is made, each name, each end of an unfinished file, and
recording it."""

LEAVES = {"nameless-no-links": 4}
"""The step from which on something lies in the folder; the first where nothing else is said."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A vault that is closed, with a case."""
    root = tmp_path_factory.mktemp("vault")
    with set_up_desk(root) as desk:
        id = a_case(desk).id
        desk.register_evidence(id, EvidenceDraft(digest=DIGEST, size=7, name="a.jpg"))
    return root, id


class Place:
    """A vault, a folder to seal into, and the case."""

    def __init__(self, root: Path, made: tuple[Path, str]) -> None:
        self.vault, self.out, self.case = root / "vault", root / "out", made[1]
        shutil.copytree(made[0], self.vault)
        self.out.mkdir()

    def killed(self, what: str, disk: str, step: int) -> bool:
        """Whether it was killed before it was through."""
        command: list[str | Path] = [
            sys.executable,
            "-c",
            KILLED,
            self.vault,
            self.out,
            self.case,
            what,
            disk,
            str(step),
        ]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        return done.returncode != 0

    def names(self) -> list[str]:
        """What lies in the folder."""
        return sorted(path.name for path in self.out.iterdir())

    def written(self, desk: Casework) -> list[str]:
        """What the case says of what left."""
        return [one.kind for one in desk.history(self.case) if one.kind in LEFT]


@pytest.fixture
def place(tmp_path: Path, made: tuple[Path, str]) -> Place:
    return Place(tmp_path, made)


@pytest.mark.parametrize(("disk", "step"), [(disk, step) for disk, steps in STEPS.items() for step in range(steps)])
def test_a_killed_seal_is_all_there_and_recorded_or_nothing_of_it_is(place: Place, disk: str, step: int) -> None:
    assert place.killed("seal", disk, step)
    left = place.names()
    with open_desk(place.vault) as desk:
        settled = desk.settle_leaving()
        after = place.names()
        assert after in ([], NAMES)
        assert place.written(desk) == (["case.sealed"] if after else [])
        if step >= LEAVES.get(disk, 1):
            # The control: the kill did leave something, so that there was something to settle.
            assert left
            assert settled
        assert all(one.words() for one in settled)
        assert desk.settle_leaving() == ()
        assert desk._connection.execute("SELECT key FROM draft").fetchall() == []


@pytest.mark.parametrize("disk", STEPS)
def test_the_steps_are_all_of_them(place: Place, disk: str) -> None:
    assert not place.killed("seal", disk, STEPS[disk])
    assert place.names() == NAMES
    with open_desk(place.vault) as desk:
        assert place.written(desk) == ["case.sealed"]
        assert desk._connection.execute("SELECT key FROM draft").fetchall() == []


@pytest.mark.parametrize("step", range(7))
def test_killed_lists_leave_no_unfinished_file_and_those_there_are_stand_in_the_case(place: Place, step: int) -> None:
    assert place.killed("lists", "no-links", step)
    with open_desk(place.vault) as desk:
        desk.settle_leaving()
        assert set(place.names()) <= set(LISTS)
        assert all(path.stat().st_size for path in place.out.iterdir())
        assert len(place.written(desk)) == len(place.names())


COPY_STEPS = {"nameless": 3, "links": 5, "no-links": 7}
"""As `STEPS`, of a plain copy: a report and its metadata."""


@pytest.mark.parametrize(
    ("disk", "step"), [(disk, step) for disk, steps in COPY_STEPS.items() for step in range(steps)]
)
def test_of_a_killed_plain_copy_nothing_stays_that_does_not_stand_in_the_case(
    place: Place, disk: str, step: int
) -> None:
    assert place.killed("copy", disk, step)
    left = place.names()
    with open_desk(place.vault) as desk:
        settled = desk.settle_leaving()
        copies = desk.filing(place.case).copies
        assert place.names() == sorted(name for one in copies for name in (one.name, one.metadata))
        assert len(copies) in (0, 1)
        if left:
            assert settled
        # The control: at the last step all of it lay there in plain, and nothing in the case said so.
        if step == COPY_STEPS[disk] - 1:
            assert len(left) == 2
            assert [one.became for one in settled] == [Became.RECORDED]
        assert desk.settle_leaving() == ()


@pytest.mark.parametrize("disk", COPY_STEPS)
def test_the_steps_of_a_plain_copy_are_all_of_them(place: Place, disk: str) -> None:
    assert not place.killed("copy", disk, COPY_STEPS[disk])
    with open_desk(place.vault) as desk:
        assert place.written(desk) == ["case.filed"]
        assert desk._connection.execute("SELECT key FROM draft").fetchall() == []


def intended(desk: Casework, place: Place) -> None:
    """A seal that was cut off when its texts were named, and the sealed file was not."""
    order = SealOrder(purpose=Purpose.POLICE, out=place.out / "a.segl.age", recipients=(POLICE_RECIPIENT,))
    made = seal(
        desk.export_case(place.case), order, desk.sign, before_naming=lambda made: desk.about_to_seal(place.case, made)
    )
    Path(made.path).unlink()


def settled_one(desk: Casework) -> Settled:
    (one,) = desk.settle_leaving()
    return one


def test_a_text_that_somebody_changed_is_left_alone_and_said(place: Place) -> None:
    with open_desk(place.vault) as desk:
        intended(desk, place)
        changed = place.out / NAMES[0]
        changed.write_text(changed.read_text() + "mine")
        one = settled_one(desk)
        assert one.became is Became.NOTHING
        assert place.names() == [NAMES[0]]
        assert one.left == (str(changed),)
        assert one.gone == (str(place.out / NAMES[1]),)
        for language in ("da", "en"):
            with speaking(language):
                assert str(changed) in one.words()


def test_an_empty_file_of_that_name_is_left_where_no_unfinished_one_is_there(place: Place) -> None:
    with open_desk(place.vault) as desk:
        intended(desk, place)
        (place.out / NAMES[0]).write_bytes(b"")
        one = settled_one(desk)
        assert place.names() == [NAMES[0]]
        assert one.left == (str(place.out / NAMES[0]),)


def test_a_link_of_that_name_is_not_followed(place: Place, tmp_path: Path) -> None:
    with open_desk(place.vault) as desk:
        intended(desk, place)
        text = place.out / NAMES[0]
        other = tmp_path / "other.txt"
        text.rename(other)
        text.symlink_to(other)
        assert settled_one(desk).left == (str(text),)
        assert text.is_symlink()
        assert other.exists()


def test_a_file_that_cannot_be_taken_away_is_said(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_path: object, **_more: object) -> None:
        raise PermissionError

    with open_desk(place.vault) as desk:
        intended(desk, place)
        monkeypatch.setattr(os, "unlink", refuse)
        assert len(settled_one(desk).left) == 2


def test_a_stick_that_is_out_is_told_once_and_tidied_when_it_is_in_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_desk(place.vault) as desk:
        with monkeypatch.context() as stick:
            stick.setattr("store.cases.leaving.mount_of", lambda _folder: "/media/stick")
            stick.setattr("store.left_behind.mount_of", lambda _folder: "/media/stick")
            desk.about_to_write(place.out / ".segl-00.part")
            (place.out / ".segl-00.part").write_bytes(b"half")
            intended(desk, place)
        # Its folder is still there, and empty, as that of a stick that was pulled out may be.
        away = place.out.with_name("away")
        place.out.rename(away)
        place.out.mkdir()
        assert settled_one(desk).became is Became.AWAY
        assert desk.settle_leaving() == ()
        place.out.rmdir()
        away.rename(place.out)
        monkeypatch.setattr("store.left_behind.mount_of", lambda _folder: "/media/stick")
        assert [one.became for one in desk.settle_leaving()] == [Became.NOTHING, Became.UNFINISHED]
        assert place.names() == []
        assert desk.settle_leaving() == ()


def test_a_stick_that_never_comes_back_is_waited_for_thirty_days(place: Place) -> None:
    clock = Clock()
    with open_desk(place.vault, clock=clock) as desk:
        desk.about_to_write(place.out / ".segl-00.part")
        intended(desk, place)
        place.out.rename(place.out.with_name("away"))
        assert settled_one(desk).became is Became.AWAY
        clock.now += timedelta(days=29)
        assert desk.settle_leaving() == ()
        clock.now += timedelta(days=2)
        one = settled_one(desk)
        assert one.became is Became.LOST
        assert one.reference in one.words()
        assert desk.settle_leaving() == ()
        assert place.written(desk) == []
        assert desk._connection.execute("SELECT key FROM draft").fetchall() == []


def test_what_an_earlier_segl_kept_is_settled(place: Place) -> None:
    with open_desk(place.vault) as desk:
        intended(desk, place)
        [(key, text)] = desk._connection.execute("SELECT key, text FROM draft").fetchall()
        old = {name: value for name, value in json.loads(text).items() if name in ("space", "files", "said")}
        desk._connection.execute("UPDATE draft SET text = ? WHERE key = ?", (json.dumps(old), key))
        assert settled_one(desk).became is Became.NOTHING
        assert place.names() == NAMES[:2]


def test_a_mount_is_told_from_the_folder_it_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stick = tmp_path / "stick"
    folder = stick / "sager"
    folder.mkdir(parents=True)
    mounts = {"/", str(stick)}
    monkeypatch.setattr("os.path.ismount", lambda path: str(path) in mounts)
    mount = left_behind.mount_of(folder)
    assert mount == str(stick)
    assert not left_behind.is_away(folder, mount)
    mounts.remove(str(stick))
    assert left_behind.is_away(folder, mount)
    assert not left_behind.is_away(folder, "")
    folder.rmdir()
    assert left_behind.is_away(folder, "")


def test_a_stick_that_was_pulled_out_and_does_not_answer_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pulled_out(folder: Path) -> object:
        raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN), str(folder))

    assert not left_behind.is_away(tmp_path, "")
    # The system still says that the folder is there.
    monkeypatch.setattr("os.scandir", pulled_out)
    assert tmp_path.is_dir()
    assert left_behind.is_away(tmp_path, "")


def test_a_folder_that_stayed_where_sticks_are_mounted_is_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert not left_behind.is_out(stick)
    mounts = {"/", str(stick)}
    monkeypatch.setattr("store.left_behind.MEDIA", (tmp_path,))
    monkeypatch.setattr("os.path.ismount", lambda path: str(path) in mounts)
    assert not left_behind.is_out(stick)
    mounts.remove(str(stick))
    assert left_behind.is_out(stick)
