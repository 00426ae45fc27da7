"""The register held against files and checksums from the command line."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from store.bundle.evidence_lists import take_back_lists, write_lists
from store.casework import Casework
from store.evidence.dictation import read_out
from store.home import Home
from store.secret import Secret
from tests.tools import need
from tests.tui.cli.support import PASSPHRASE, Segl


def test_files_folders_and_checksums_are_looked_up_in_every_case(segl: Segl, case: str, tmp_path: Path) -> None:
    segl.new_case()
    other = next(one["reference"] for one in segl("case", "list", "--json").json["cases"] if one["reference"] != case)
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    (folder / "a.png").write_bytes(b"the very same")
    (folder / "below" / "c.png").write_bytes(b"never seen")
    (folder / "out").symlink_to("/etc/hostname")
    copy = tmp_path / "other-name.png"
    copy.write_bytes(b"the very same")
    first = segl("evidence", "add", case, folder / "a.png", "--json").json
    assert first["seen_before"] == []
    again = segl("evidence", "add", other, copy, "--json").json
    assert [(one["registered"], one["case"], one["name"]) for one in again["seen_before"]] == [(1, case, "a.png")]
    assert "was registered before" in segl("evidence", "add", other, copy, "--again").out
    looked = segl("evidence", "seen", folder, "--json", code=1).json
    found = {Path(one["path"]).name: [seen["case"] for seen in one["found"]] for one in looked["looked_up"]}
    assert found == {"a.png": [case, other, other], "c.png": []}
    assert [(Path(one["path"]).name, one["code"]) for one in looked["failed"]] == [("out", "link-not-followed")]
    digest = hashlib.sha256(b"the very same").hexdigest()
    text = f"{digest.upper()}\nsha256:{'0' * 64}\n"
    by_digest = segl("evidence", "seen", "--json", stdin=text).json["looked_up"]
    assert [len(one["found"]) for one in by_digest] == [3, 0]
    shown = segl("evidence", "seen", stdin=text).out
    assert "not registered in any case" in shown
    assert "exactly the same file" in shown
    segl("evidence", "seen", stdin="abc", code=1)


def test_a_wrong_line_is_named_and_the_others_are_looked_up(segl: Segl, case: str, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"the very same")
    segl("evidence", "add", case, tmp_path / "a.png")
    digest = hashlib.sha256(b"the very same").hexdigest()
    groups = read_out(f"sha256:{digest}")
    swapped = " ".join([groups[1], groups[0], *groups[2:]])
    text = f"{digest}\n\nabc\x1b\n{' '.join(groups)}\n{swapped}\n"
    said = segl("evidence", "seen", "--json", stdin=text, code=1).json
    assert [(one["digest"], len(one["found"])) for one in said["looked_up"]] == [(f"sha256:{digest}", 1)] * 2
    assert [one["line"] for one in said["wrong"]] == [3, 5]
    told = segl("evidence", "seen", stdin=text, code=1)
    assert "Line 3 was not looked up. This is no checksum: it has 4 signs. It begins: abc" in told.err
    assert "Line 5 was not looked up. This is no checksum. These groups can't be right: 1, 2." in told.err
    assert "\x1b" not in told.err


def test_a_blake3_is_said_to_be_in_neither_list(segl: Segl, case: str, tmp_path: Path) -> None:
    segl("evidence", "add-list", case, "-", "--b3sum", stdin=f"{'a1' * 32}  a.jpg\n")
    segl(
        "evidence", "add-list", case, "-", stdin=f"%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n1,{'b2' * 32},b.jpg\n"
    )
    done = segl("evidence", "lists", case, tmp_path, "--json").json
    assert done["left_out"] == [{"format": "sha256", "number": 1}, {"format": "hashdeep", "number": 1}]


def test_a_command_that_was_cut_off_is_given_again(segl: Segl, case: str, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.png" for number in range(4)]
    for file in files:
        file.write_text(file.name)
    segl("evidence", "add", case, *files[:2])
    rest = segl("evidence", "add", case, *files, "--json").json
    assert [one["name"] for one in rest["registered"]] == ["2.png", "3.png"]
    assert [(one["number"], one["name"]) for one in rest["already"]] == [(1, "0.png"), (2, "1.png")]
    told = segl("evidence", "add", case, *files).out
    assert "3.png is registered already, as E4." in told
    assert "4 files were registered in this case already" in told
    # The same bytes under another name are another piece, and so is what somebody insists on.
    copy = tmp_path / "copy.png"
    copy.write_text("0.png")
    assert len(segl("evidence", "add", case, copy, "--json").json["registered"]) == 1
    assert len(segl("evidence", "add", case, files[0], "--again", "--json").json["registered"]) == 1
    listed = segl("evidence", "add-list", case, "-", "--json", stdin=f"{'a1' * 32}  new.png\n").json
    assert len(listed["registered"]) == 1
    again = segl("evidence", "add-list", case, "-", "--json", stdin=f"{'a1' * 32}  new.png\n").json
    assert (again["registered"], [one["name"] for one in again["already"]]) == ([], ["new.png"])


def test_many_files_of_the_same_bytes_name_a_few_places_each(segl: Segl, case: str, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.bin" for number in range(12)]
    for file in files:
        file.write_bytes(b"")
    said = segl("evidence", "add", case, *files, "--json").json
    assert [one["registered"] for one in said["seen_before"]] == list(range(2, 13))
    assert {one["number"] for one in said["seen_before"]} == {1}
    more = tmp_path / "more.bin"
    more.write_bytes(b"")
    assert [one["number"] for one in segl("evidence", "add", case, more, "--json").json["seen_before"]] == [1, 2, 3]


def test_lists_that_cannot_be_recorded_are_not_left_behind(
    segl: Segl, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.cases.checking import CheckingDesk
    from store.errors import DiskFull
    from store.vault import Vault

    vault = Vault.unlock(Home(segl.home).vault(None), Secret.from_text(PASSPHRASE))
    with Casework(vault) as desk:
        written = write_lists(desk.case(case).evidence, tmp_path)
        really, calls = CheckingDesk._append, []

        def second_fails(self: CheckingDesk, *args: object, **more: object) -> object:
            calls.append(args)
            if len(calls) == 2:
                raise DiskFull(tmp_path)
            return really(self, *args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(CheckingDesk, "_append", second_fails)
        with pytest.raises(DiskFull):
            desk.record_lists(case, written)
        monkeypatch.undo()
        assert "case.printed" not in [one.kind for one in desk.history(case)]
        take_back_lists(written)
        assert list(tmp_path.glob("evidence.*")) == []
        desk.record_lists(case, write_lists(desk.case(case).evidence, tmp_path))
        assert [one.kind for one in desk.history(case)].count("case.printed") == 2


def test_a_name_that_is_no_text_is_looked_up(segl: Segl, case: str, tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/\xe6\x1b[2J\n.png"
    Path(os.fsdecode(odd)).write_bytes(b"x")
    segl("evidence", "add", case, odd)
    looked = segl("evidence", "seen", odd, "--json").json["looked_up"]
    assert [(one["raw_path"], len(one["found"])) for one in looked] == [(odd.hex(), 1)]
    assert "\x1b" not in segl("evidence", "seen", odd).out


def test_a_folder_is_held_against_the_register(segl: Segl, case: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("same", "renamed", "changed", "gone", "twice"):
        (folder / name).write_text(f"content of {name}")
    segl("evidence", "add", case, *sorted(folder.iterdir()))
    well = segl("evidence", "verify", case, folder, "--json").json
    assert well["well"] is True
    assert [one["state"] for one in well["files"]] == ["matched"] * 5
    (folder / "below").mkdir()
    (folder / "renamed").rename(folder / "below" / "other")
    (folder / "changed").write_text("something else")
    (folder / "gone").unlink()
    (folder / "twice.copy").write_text("content of twice")
    (folder / "new").write_text("new")
    os.mkfifo(folder / "pipe")
    said = segl("evidence", "verify", case, folder, "--record", "--json", code=4).json
    states = {Path(one["path"]).name: (one["state"], one["renamed"]) for one in said["files"]}
    assert states == {
        "same": ("matched", False),
        "other": ("matched", True),
        "twice": ("matched", False),
        "twice.copy": ("copy", True),
        "changed": ("changed", False),
    }
    assert [one["name"] for one in said["missing"]] == ["gone"]
    assert [Path(one["path"]).name for one in said["new"]] == ["new"]
    assert [Path(one["path"]).name for one in said["failed"]] == ["pipe"]
    told = segl("evidence", "verify", case, folder, code=4)
    assert "5 pieces: 3 matched, 1 changed, 1 missing. Besides: 1 copy, 1 new file, 1 file not read." in told.out
    assert "under 18" in told.err, "a name without an ending may be a picture"
    history = segl("case", "history", case, "--json").json["history"]
    assert [one["kind"] for one in history].count("evidence.checked") == 1


def test_stock_tools_accept_the_lists(segl: Segl, case: str, tmp_path: Path) -> None:
    need("sha256sum", "hashdeep")
    folder, out = tmp_path / "originals", tmp_path / "lists"
    folder.mkdir()
    out.mkdir()
    names = [
        b"a,b.jpg",
        b" lead",
        b"trail ",
        b"back\\slash",
        b"# x",
        b"esc\x1b[2J",
        b"inv\xe6lid",
        b"x" * 255,
        b"-",
        b"\\n",
    ]
    breaks = [b"new\nline", b"carriage\rreturn"]
    for number, name in enumerate((*names, *breaks)):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(f"content {number}")
    segl("evidence", "add", case, *(os.fsencode(folder) + b"/" + name for name in (*names, *breaks)))
    done = segl("evidence", "lists", case, out, "--json").json
    assert done["left_out"] == [{"format": "hashdeep", "number": 11}, {"format": "hashdeep", "number": 12}]
    assert {one["format"] for one in done["written"]} == {"sha256", "hashdeep"}
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", out / "evidence.sha256"], cwd=folder, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked

    def audit() -> int:
        listed = [b"./" + name for name in names]
        return subprocess.run(
            ["hashdeep", "-b", "-a", "-k", out / "evidence.hashdeep", *listed],
            cwd=folder,
            capture_output=True,
            check=False,
        ).returncode

    assert audit() == 0
    # The control: both see a changed file.
    (folder / "# x").write_text("other")
    assert audit() != 0
    changed = subprocess.run(["sha256sum", "-c", out / "evidence.sha256"], cwd=folder, capture_output=True, check=False)
    assert changed.returncode != 0
    segl("evidence", "lists", case, out, code=2)
    assert "Written to a file that is not encrypted" in segl("case", "history", case).out


REQUEST = 'by = "Vagthavende"\non = 2026-11-20\nreference = "0100-83971-00012"\n'


def test_material_is_passed_on_at_a_recorded_request_only(segl: Segl, case: str, tmp_path: Path) -> None:
    film, out = tmp_path / "film.mp4", tmp_path / "out.segl.age"
    film.write_bytes(os.urandom(3_000_000))
    own = segl("keys", "show", "--json").json["recipient"]
    refused = segl("evidence", "pass-on", case, film, "--to", own, "-o", out, "--json", code=5).json["error"]
    assert refused["rule"] == "police-request"
    asked = segl("evidence", "request", case, "--facts", "-", "--json", stdin=REQUEST).json["request"]
    segl("evidence", "request", case, "--facts", "-", stdin='by = "V"', code=2)
    done = segl("evidence", "pass-on", case, film, "--to", own, "-o", out, "--json").json
    digest = f"sha256:{hashlib.sha256(film.read_bytes()).hexdigest()}"
    assert done["request"] == asked
    assert done["material"] == [{"number": 1, "name": "film.mp4", "digest": digest, "size": 3_000_000}]
    opened = segl("open", out, "--json").json
    assert opened["material"] == [{"name": "data/material/film.mp4", "digest": digest, "size": 3_000_000}]
    assert opened["case"]["evidence"][0]["digest"] == digest
    [told] = segl("evidence", "custody", case, "E1", "--json").json["passes"]
    assert (told["request"], told["their_reference"], told["name"]) == (asked["id"], "0100-83971-00012", out.name)
    assert "at request 0100-83971-00012 of Vagthavende" in segl("evidence", "custody", case, "E1").out
    said = segl("evidence", "pass-on", case, film, "--to", own, "-o", tmp_path / "b.segl.age")
    assert "under 18" in said.err
    segl("evidence", "pass-on", case, tmp_path / "none", "--to", own, "-o", tmp_path / "c.segl.age", code=1)
    assert not (tmp_path / "c.segl.age").exists()
    kinds = [one["kind"] for one in segl("case", "history", case, "--json").json["history"]]
    assert kinds.count("evidence.passed-on") == kinds.count("case.sealed") == 2
    assert kinds.count("evidence.registered") == 1


@pytest.mark.parametrize(("name", "warned"), [("a.jpg", True), ("a.pdf", False)])
def test_before_what_may_show_a_minor_is_read_it_is_said(
    segl: Segl, case: str, tmp_path: Path, name: str, warned: bool
) -> None:
    file = tmp_path / name
    file.write_bytes(b"x")
    segl("evidence", "add", case, file)
    for command in (("seen", file), ("verify", case, file)):
        assert ("under 18" in segl("evidence", *command).err) is warned
        assert "under 18" not in segl("evidence", *command, "--json").err
