"""What is deleted is what was hashed: links, swaps, hard links, odd names; each refusal touches nothing."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from store.evidence import clearing
from store.evidence import clearing_marks as marks
from store.evidence.clearing import Prepared, prepared
from store.evidence.clearing_cut_off import Found, look
from store.evidence.clearing_errors import Hindrance, NotCleared, NotOnThisSystem
from store.evidence.clearing_hold import HOLD
from store.evidence.clearing_marks import MARK, Emptied, take_hold_away
from store.evidence.errors import HashingCancelled

BODY = b"en kopi" * 1000
DIGEST = "sha256:" + hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy in a folder of its own."""
    folder = tmp_path / "mappe"
    folder.mkdir()
    file = folder / "Ærlig.jpg"
    file.write_bytes(BODY)
    return file


def clear(*paths: Path | bytes, between: Callable[[Prepared], None] = lambda _ready: None) -> None:
    with prepared(paths, digest=DIGEST, size=len(BODY)) as ready:
        between(ready)
        ready.delete()
        # As `end_clearing` does once that is recorded.
        marks.remove(ready._folders[0], ready.trace.hold)


def hindered(*paths: Path | bytes, between: Callable[[Prepared], None] = lambda _ready: None) -> Hindrance:
    with pytest.raises(NotCleared) as caught:
        clear(*paths, between=between)
    assert str(caught.value.diagnostics())
    return caught.value.hindrance


def test_the_file_is_gone_and_nothing_else(copy: Path) -> None:
    other = copy.with_name("andet.jpg")
    other.write_bytes(BODY)
    with prepared([copy], digest=DIGEST, size=None) as ready:
        gone = ready.delete()
        assert (gone.names, gone.synced) == (1, True)
    assert sorted(os.listdir(copy.parent)) == [ready.trace.hold, "andet.jpg"]  # noqa: PTH208
    assert look(ready.trace, DIGEST) == Found.GONE
    assert take_hold_away(copy.parent / ready.trace.hold) is Emptied.GONE
    assert os.listdir(copy.parent) == ["andet.jpg"]  # noqa: PTH208
    assert look(ready.trace, DIGEST) == Found.UNKNOWN, "nothing says that this is the disk, and not another one"


@pytest.mark.parametrize("name", [b"to\nlinjer", b"\x1b[2J", b"gr\xf8d", b"-rf", b" ", b"a\\b", b"x" * 255, b".jpg"])
def test_names_of_any_bytes(copy: Path, name: bytes) -> None:
    odd = os.fsencode(copy.parent) + b"/" + name
    os.rename(copy, odd)  # noqa: PTH104
    clear(odd)
    assert os.listdir(copy.parent) == []  # noqa: PTH208


def test_another_file_is_left_alone(copy: Path) -> None:
    copy.write_bytes(BODY[:-1] + b"!")
    assert hindered(copy) is Hindrance.DIFFERS
    copy.write_bytes(BODY + b"!")
    assert hindered(copy) is Hindrance.DIFFERS
    assert copy.read_bytes() == BODY + b"!"


def test_a_blake3_is_not_said_to_differ(copy: Path) -> None:
    """Segl can't compute it: what it can't compare it does not delete, and says so instead of reading for nothing."""
    read = []
    with (
        pytest.raises(NotCleared) as caught,
        prepared([copy], digest="blake3:" + "0" * 64, size=len(BODY), progress=lambda *_at: read.append(1)),
    ):
        pass
    assert caught.value.hindrance is Hindrance.ALGORITHM
    assert "BLAKE3" in caught.value.why
    assert read == []
    assert copy.exists()


def test_links_folders_and_pipes_are_refused(copy: Path) -> None:
    link, pipe = copy.with_name("link"), copy.with_name("pipe")
    link.symlink_to(copy)
    os.mkfifo(pipe)
    assert hindered(link) is Hindrance.LINK
    assert hindered(copy.parent) is Hindrance.FOLDER
    assert hindered(os.fsencode(copy.parent) + b"/") is Hindrance.FOLDER
    assert hindered(pipe) is Hindrance.NO_FILE
    assert hindered(copy.with_name("væk")) is Hindrance.GONE
    assert hindered(copy / "x") is Hindrance.GONE
    assert copy.read_bytes() == BODY


def test_every_hard_link_has_to_be_given_and_all_of_them_go(copy: Path, tmp_path: Path) -> None:
    second = tmp_path / "anden"
    second.mkdir()
    other = second / "navn"
    other.hardlink_to(copy)
    assert hindered(copy) is Hindrance.LINKS
    assert hindered(copy, copy) is Hindrance.LINKS
    third = copy.with_name("tredje")
    third.write_bytes(BODY)
    assert hindered(copy, third) is Hindrance.ANOTHER
    clear(copy, other)
    assert not other.exists()
    assert os.listdir(copy.parent) == ["tredje"]  # noqa: PTH208


def test_a_file_put_under_the_name_after_the_hashing_is_not_deleted(copy: Path) -> None:
    def swap(_ready: Prepared) -> None:
        copy.rename(copy.with_name("gemt"))
        copy.write_bytes(b"noget helt andet")

    assert hindered(copy, between=swap) is Hindrance.CHANGED
    assert copy.read_bytes() == b"noget helt andet"
    assert copy.with_name("gemt").read_bytes() == BODY
    assert sorted(os.listdir(copy.parent)) == ["gemt", "Ærlig.jpg"]  # noqa: PTH208


def test_a_swap_at_the_last_moment_is_put_back(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the last look and the deletion, by hand: the thing under the name is moved aside, seen, and put back."""
    real = os.rename
    swapped: list[int] = []

    def rename(source: object, target: object, **where: int) -> None:
        if not swapped:
            swapped.append(1)
            real(copy, copy.with_name("gemt"))
            copy.write_bytes(b"noget helt andet")
        real(source, target, **where)  # type: ignore[arg-type]

    with prepared([copy], digest=DIGEST, size=None) as ready:
        monkeypatch.setattr(os, "rename", rename)
        monkeypatch.setattr(clearing, "_identity", lambda _found: ready._identity)
        with pytest.raises(NotCleared) as caught:
            ready.delete()
    assert caught.value.hindrance is Hindrance.CHANGED
    assert swapped
    assert copy.read_bytes() == b"noget helt andet"
    assert copy.with_name("gemt").read_bytes() == BODY
    assert sorted(os.listdir(copy.parent)) == ["gemt", "Ærlig.jpg"]  # noqa: PTH208


def test_control_deleting_by_the_name_alone_would_take_the_other_file(copy: Path) -> None:
    with prepared([copy], digest=DIGEST, size=None):
        copy.rename(copy.with_name("gemt"))
        copy.write_bytes(b"noget helt andet")
        copy.unlink()
    assert os.listdir(copy.parent) == ["gemt"], "what was hashed is there, what was not is gone"  # noqa: PTH208


def test_a_folder_swapped_for_a_link_leads_nowhere_else(copy: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "andet sted"
    elsewhere.mkdir()
    (elsewhere / copy.name).write_bytes(BODY)

    def swap(_ready: Prepared) -> None:
        copy.parent.rename(tmp_path / "flyttet")
        copy.parent.symlink_to(elsewhere)

    clear(copy, between=swap)
    assert (elsewhere / copy.name).read_bytes() == BODY
    assert os.listdir(tmp_path / "flyttet") == [], "the one that was hashed is gone, wherever its folder went"  # noqa: PTH208


def test_what_is_written_meanwhile_is_seen(copy: Path) -> None:
    def write(_ready: Prepared) -> None:
        with copy.open("r+b") as file:
            file.write(b"EN")

    assert hindered(copy, between=write) is Hindrance.CHANGED
    assert copy.exists()


def test_a_second_name_made_meanwhile_is_seen(copy: Path) -> None:
    def link(_ready: Prepared) -> None:
        copy.with_name("ny").hardlink_to(copy)

    assert hindered(copy, between=link) is Hindrance.CHANGED
    assert copy.exists()
    assert sorted(os.listdir(copy.parent)) == ["ny", "Ærlig.jpg"]  # noqa: PTH208


def test_a_file_that_another_program_has_open_is_named(copy: Path) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("not on this system: /proc")
    code = "import sys; f = open(sys.argv[1]); print('x', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code, copy], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        assert hindered(copy) is Hindrance.IN_USE
        other.communicate()
    clear(copy)


def test_a_folder_in_which_one_may_not_delete(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid():
        copy.parent.chmod(0o500)
    else:
        monkeypatch.setattr(os, "access", lambda *_given, **_more: False)
    try:
        assert hindered(copy) is Hindrance.NO_RIGHT
    finally:
        copy.parent.chmod(0o700)
    assert copy.exists()


def test_a_read_only_disk(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Flags:
        f_flag = os.ST_RDONLY

    monkeypatch.setattr(os, "fstatvfs", lambda _handle: Flags)
    assert hindered(copy) is Hindrance.READ_ONLY
    assert copy.exists()


@pytest.mark.parametrize(
    ("call", "name"),
    [("mkdir", HOLD), ("open", MARK), ("rename", "Ærlig"), ("rename", MARK)],
    ids=["folder", "mark", "moving", "deleting"],
)
def test_whatever_fails_the_file_is_where_it_was(
    copy: Path, monkeypatch: pytest.MonkeyPatch, call: str, name: str
) -> None:
    real: Callable[..., object] = getattr(os, call)
    failed: list[str] = []

    def fail(first: str | bytes, *given: object, **more: object) -> object:
        if os.fsdecode(first).startswith(name):
            failed.append(call)
            raise PermissionError(1, "no")
        return real(first, *given, **more)

    with prepared([copy], digest=DIGEST, size=None) as ready, monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(NotCleared):
            ready.delete()
    assert failed == [call], "the control"
    assert copy.read_bytes() == BODY
    assert os.listdir(copy.parent) == [copy.name]  # noqa: PTH208


def test_two_names_of_which_the_second_can_not_be_deleted(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was deleted before stays so, and no mark comes under its name."""
    other = copy.with_name("anden")
    other.hardlink_to(copy)
    real = os.rename

    def rename(source: str | bytes, target: object, **where: int) -> None:
        if source == f"{MARK}1":
            raise PermissionError(1, "no")
        real(source, target, **where)  # type: ignore[arg-type]

    with prepared([copy, other], digest=DIGEST, size=None) as ready, monkeypatch.context() as patch:
        patch.setattr(os, "rename", rename)
        with pytest.raises(NotCleared):
            ready.delete()
    assert {path.name: path.read_bytes() for path in copy.parent.iterdir()} == {"anden": BODY}


def test_a_file_that_is_taken_out_before_it_is_deleted_is_not_gone(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By somebody who may enter the folder: the mark takes the place of nothing."""
    with prepared([copy], digest=DIGEST, size=None) as ready:
        hold = copy.parent / ready.trace.hold
        with monkeypatch.context() as patch:
            patch.setattr(Prepared, "_let_go", lambda _ready: (hold / "0").rename(tmp_path / "gemt"))
            with pytest.raises(NotCleared) as caught:
                ready.delete()
    assert caught.value.hindrance is Hindrance.GONE
    assert (tmp_path / "gemt").read_bytes() == BODY


def test_it_can_be_stopped_while_it_is_read(copy: Path) -> None:
    with pytest.raises(HashingCancelled), prepared([copy], digest=DIGEST, size=None, cancelled=lambda: True):
        pass
    assert copy.exists()


def test_a_system_without_descriptors_of_folders_is_refused(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "supports_dir_fd", set())
    with pytest.raises(NotOnThisSystem), prepared([copy], digest=DIGEST, size=None):
        pass
    assert copy.exists()


def test_after_an_interruption_what_was_moved_is_put_back(copy: Path) -> None:
    with prepared([copy], digest=DIGEST, size=None) as ready:
        (copy.parent / ready.trace.hold).mkdir()
        copy.rename(copy.parent / ready.trace.hold / "0")
    assert look(ready.trace, DIGEST) == Found.THERE
    assert copy.read_bytes() == BODY
    assert sorted(os.listdir(copy.parent)) == [ready.trace.hold, copy.name]  # noqa: PTH208
    assert os.listdir(copy.parent / ready.trace.hold) == []  # noqa: PTH208
    assert ready.trace.hold.startswith(HOLD)


def test_after_an_interruption_another_folder_says_nothing(copy: Path, tmp_path: Path) -> None:
    with prepared([copy], digest=DIGEST, size=None) as ready:
        pass
    assert look(ready.trace, DIGEST) == Found.THERE
    copy.parent.rename(tmp_path / "taget ud")
    assert look(ready.trace, DIGEST) == Found.UNKNOWN
    copy.parent.mkdir()
    assert look(ready.trace, DIGEST) == Found.UNKNOWN, "a folder of the same name is another one"
