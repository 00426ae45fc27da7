"""Files that can be read, and every kind that cannot: each named, none stopping the others, nothing of them kept."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests.tools import need
from tests.tui.cli.support import PASSPHRASE, Segl
from tests.tui.cli.test_terminal import screen


def test_files_are_registered_with_their_digest(segl: Segl, case: str, tmp_path: Path) -> None:
    content = os.urandom(3_000_000)
    (tmp_path / "a.png").write_bytes(content)
    done = segl("evidence", "add", case, tmp_path / "a.png", "--json").json
    assert done["registered"][0]["digest"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert done["registered"][0]["kind"] == "image"
    asked = ["platform", "accounts", "claimed_at", "holder", "found_at", "came_how", "seen_by"]
    assert done["registered"][0]["missing"] == asked


def test_facts_go_to_every_file_and_can_be_added_later(segl: Segl, case: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    facts = 'platform = "Snapchat"\naccounts = ["x"]\nclaimed_at = "i går"\nfound_at = "i dag"\nseen_by = ["Å"]\n'
    facts += 'came_how = "vist af x"'
    done = segl("evidence", "add", case, tmp_path / "a", tmp_path / "b", "--facts", "-", "--json", stdin=facts).json
    assert [one["missing"] for one in done["registered"]] == [["holder"], ["holder"]]
    amended = segl(
        "evidence", "amend", case, "E2", "--json", fds={"--facts-fd": 'holder = "police"\nholder_name = "vagten"'}
    ).json["evidence"]
    assert (amended["number"], amended["missing"], amended["platform"]) == (2, [], "Snapchat")


def test_whose_device_it_is(segl: Segl, case: str, tmp_path: Path) -> None:
    cloud = tmp_path / "OneDrive - Skolen"
    cloud.mkdir()
    for name in ("a", "b", "c"):
        (cloud / name).write_text(name)
    unsaid = segl("evidence", "add", case, cloud / "a", "--json").json
    assert unsaid["device"] == ""
    assert any("--device" in line for line in unsaid["warnings"])
    theirs = segl("evidence", "add", case, cloud / "b", "--device", "victim", "--json").json
    assert (theirs["device"], theirs["registered"][0]["holder"]) == ("victim", "victim")
    assert any("never cleared" in line for line in theirs["warnings"])
    mine = segl("evidence", "add", case, cloud / "c", "--device", "own").err
    assert "must not stay there" in mine
    assert segl("case", "show", case, "--json").json["facts"]["device.whose"] == "own"
    segl("evidence", "add", case, cloud, "--device", "mine", code=2)
    # What lies beside the cloud folder is on no device, and the answer is not its own; the cloud is seen below as well.
    (tmp_path / "samlet" / "OneDrive").mkdir(parents=True)
    (tmp_path / "samlet" / "d").write_text("d")
    (tmp_path / "samlet" / "OneDrive" / "e").write_text("e")
    mixed = segl("evidence", "add", case, tmp_path / "samlet", "--device", "victim", "--json").json
    assert {one["name"]: one["holder"] for one in mixed["registered"]} == {"d": "unknown", "e": "victim"}
    assert any("OneDrive" in line for line in mixed["warnings"])


def test_of_two_clouds_it_is_asked_one_by_one_and_an_option_for_both_says_so(
    segl: Segl, case: str, tmp_path: Path
) -> None:
    folders = [tmp_path / whose / "OneDrive" for whose in ("ane", "bo")]
    for number, folder in enumerate(folders):
        folder.mkdir(parents=True)
        for name in ("a", "b"):
            (folder / f"{number}{name}.bin").write_text(f"{number}{name}")
    with screen(segl, "evidence", "add", case, *folders, "--lang", "en") as shown:
        shown.answer("passphrase:", PASSPHRASE)
        for number, (folder, answer) in enumerate(zip(folders, ("3", "1"), strict=True)):
            shown.wait_for(f"a personal cloud folder (OneDrive), {folder}? 2 files lie there: {number}a.bin, {number}b")
            shown.answer("1-5:", answer)
        assert shown.end() == 0
    said = {one["name"]: one["devices"] for one in segl("evidence", "list", case, "--json").json["evidence"]}
    theirs = [{"copy": 0, "device": "victim", "withdrawn": False}]
    mine = [{"copy": 1, "device": "own", "withdrawn": False}]
    assert said == {"0a.bin": theirs, "0b.bin": theirs, "1a.bin": mine, "1b.bin": mine}
    both = segl("evidence", "add", case, *folders, "--device", "other", "--again", "--lang", "en", "--json").json
    assert [(one["root"], one["files"], one["device"]) for one in both["places"]] == [
        (str(folder), 2, "other") for folder in folders
    ]
    assert any("goes for all of these" in line for line in both["warnings"])
    one = segl("evidence", "add", case, folders[0], "--device", "other", "--again", "--lang", "en", "--json").json
    assert not any("goes for all of these" in line for line in one["warnings"])
    assert segl("evidence", "add", case, *folders, "--again", "--json").json["places"][0]["device"] == ""


def test_each_file_that_cannot_be_read_is_named_and_the_others_are_registered(
    segl: Segl, case: str, tmp_path: Path
) -> None:
    good, folder, gone, pipe = (tmp_path / name for name in ("good", "folder", "gone", "pipe"))
    good.write_text("x")
    folder.mkdir()
    os.mkfifo(pipe)
    plug = tmp_path / "plug"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(plug))
        done = segl("evidence", "add", case, gone, folder, pipe, plug, "/dev/zero", good, "--json", code=1).json
    failed = {one["path"]: one["code"] for one in done["failed"]}
    assert failed == {
        str(gone): "file-vanished",
        str(pipe): "not-a-file",
        str(plug): "not-a-file",
        "/dev/zero": "not-a-file",
    }
    assert [one["name"] for one in done["registered"]] == ["good"]
    told = segl("evidence", "add", case, gone, good, "--again", code=1)
    assert str(gone) in told.err
    assert "1 file registered" in told.out


def test_a_file_without_rights_is_named(segl: Segl, case: str, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.write_text("x")
    closed.chmod(0)
    if os.access(closed, os.R_OK):
        pytest.skip("this user reads every file")
    failed = segl("evidence", "add", case, closed, "--json", code=1).json["failed"]
    assert [(one["path"], one["code"]) for one in failed] == [(str(closed), "file-unreadable")]


def test_a_file_the_system_fails_to_read_is_named(segl: Segl, case: str) -> None:
    unreadable = Path("/proc/self/mem")
    if not unreadable.exists():
        pytest.skip("not on this system: /proc")
    failed = segl("evidence", "add", case, unreadable, "--json", code=1).json["failed"]
    assert [(one["path"], one["code"]) for one in failed] == [(str(unreadable), "file-unreadable")]


def test_a_file_that_changes_while_it_is_read_has_no_digest(segl: Segl, case: str, tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(600_000_000)
    with subprocess.Popen(["sh", "-c", f"while :; do printf x >> {large}; sleep 0.02; done"]) as growing:
        try:
            failed = segl("evidence", "add", case, large, "--json", code=1).json["failed"]
        finally:
            growing.kill()
    assert failed[0]["code"] == "file-changed"
    assert segl("evidence", "list", case, "--json").json["evidence"] == []


NAMES = [b"to\nlinjer.png", b"\x1b[2J\x1b]0;x\x07.png", b"gr\xf8d.png", "grød æøå.png".encode(), b"-rf", b" ", b"a\\b"]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_any_bytes(segl: Segl, case: str, tmp_path: Path, name: bytes) -> None:
    (tmp_path / os.fsdecode(name)).write_bytes(name)
    done = segl("evidence", "add", case, "--json", "--", name, cwd=tmp_path).json["registered"][0]
    assert bytes.fromhex(done["raw_name"]) == name
    assert done["digest"] == f"sha256:{hashlib.sha256(name).hexdigest()}"
    shown = segl("evidence", "list", case)
    assert b"\x1b" not in shown.raw
    assert len(shown.out.splitlines()) == 3


def test_such_names_survive_into_the_list_that_sha256sum_checks(segl: Segl, case: str, tmp_path: Path) -> None:
    need("age", "tar", "sha256sum")
    folder = tmp_path / "files"
    folder.mkdir()
    for name in NAMES:
        (folder / os.fsdecode(name)).write_bytes(name)
    segl("evidence", "add", case, "--", *NAMES, cwd=folder)
    subprocess.run(["age-keygen", "-o", tmp_path / "key"], check=True, capture_output=True)
    recipient = subprocess.run(
        ["age-keygen", "-y", tmp_path / "key"], check=True, capture_output=True, text=True
    ).stdout
    segl("seal", case, "--for", "police", "--to", recipient.strip(), "-o", tmp_path / "a.segl.age")
    opened = subprocess.run(
        ["age", "-d", "-i", tmp_path / "key", tmp_path / "a.segl.age"], check=True, capture_output=True
    ).stdout
    subprocess.run(["tar", "-x", "-C", tmp_path], input=opened, check=True)
    digests = tmp_path / "a" / "data" / "evidence.sha256"
    subprocess.run(["sha256sum", "--strict", "-c", digests], cwd=folder, check=True, capture_output=True)


def test_material_on_a_stick_or_in_a_cloud_folder_is_pointed_out(segl: Segl, case: str, tmp_path: Path) -> None:
    cloud = tmp_path / "OneDrive"
    cloud.mkdir()
    (cloud / "a.png").write_text("x")
    assert "OneDrive" in segl("evidence", "add", case, cloud / "a.png", "--json").json["warnings"][0]


def test_a_folder_is_read_with_what_is_below_and_led_nowhere_else(segl: Segl, case: str, tmp_path: Path) -> None:
    folder = tmp_path / "mappe"
    (folder / "under").mkdir(parents=True)
    (folder / "under" / "b.png").write_text("b")
    (folder / "a.txt").write_text("a")
    (tmp_path / "outside").write_text("x")
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    done = segl("evidence", "add", case, folder, "--json", code=1).json
    assert [one["name"] for one in done["registered"]] == ["a.txt", "b.png"]
    assert [one["code"] for one in done["failed"]] == ["link-not-followed", "link-not-followed", "not-a-file"]
    assert "leads out" in done["failed"][1]["happened"]
    assert [one["number"] for one in segl("evidence", "list", case, "--json").json["evidence"]] == [1, 2]


def test_what_may_show_a_minor_is_warned_of_before_it_is_read(segl: Segl, case: str, tmp_path: Path) -> None:
    for name in ("a.png", "b.pdf"):
        (tmp_path / name).write_text("x")
    told = segl("evidence", "add", case, tmp_path / "a.png")
    assert "do not open it, copy it or send it on" in told.err
    assert "114" in told.err
    assert "114" in segl("evidence", "add", case, tmp_path / "a.png", "--json").json["warnings"][1]
    assert segl("evidence", "add", case, tmp_path / "b.pdf").err == "", "a document is not warned of"


def test_many_small_files_in_one_command(segl: Segl, case: str, tmp_path: Path) -> None:
    folder = tmp_path / "mange"
    folder.mkdir()
    for number in range(1500):
        (folder / f"{number:05}.jpg").write_bytes(b"%d" % number)
    done = segl("evidence", "add", case, folder, "--json").json
    assert [one["number"] for one in done["registered"]] == list(range(1, 1501))
    assert done["registered"][700]["digest"] == f"sha256:{hashlib.sha256(b'700').hexdigest()}"


def test_a_cpr_number_in_a_name_below_a_folder_is_asked_about_first(segl: Segl, case: str, tmp_path: Path) -> None:
    folder = tmp_path / "mappe"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    (folder / "010180-1234.txt").write_text("b")
    segl("evidence", "add", case, folder, code=5)
    assert segl("evidence", "list", case, "--json").json["evidence"] == []
    segl("evidence", "add", case, folder, "--allow-cpr")


def test_nothing_of_a_file_lands_in_the_home(segl: Segl, case: str, tmp_path: Path) -> None:
    mark = b"EN-MEGET-SAERLIG-SAETNING" * 50
    (tmp_path / "a.txt").write_bytes(mark)
    segl("evidence", "add", case, tmp_path / "a.txt")
    kept = b"".join(path.read_bytes() for path in segl.home.rglob("*") if path.is_file())
    assert mark[:25] not in kept
    assert b"a.txt" not in kept
