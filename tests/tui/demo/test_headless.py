"""`segl demo --headless`: the whole main job, then the stock tools; without them it says so and is not done."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.tools import find, need
from tests.tui.cli.support import Segl
from tests.tui.cli.test_json import faults
from tui.demo import stock

TOOLS = ("age", "tar", "sha256sum", "bagit.py", "ssh-keygen", "hashdeep")


@pytest.fixture
def nobody(tmp_path: Path) -> Segl:
    return Segl(tmp_path / "home")


def test_on_files_that_it_makes(nobody: Segl, tmp_path: Path) -> None:
    need("age", "tar", "sha256sum")
    out = tmp_path / "out"
    done = nobody("demo", "--headless", "--out", out, "--json", unlock=False).json
    assert faults("segl demo --headless", {**done, "failed": []}) == []
    assert done["result"] == "checked"
    assert done["refused_by"] == "police-first"
    assert done["registered"] == 3
    said = {check["tool"]: check["passed"] for check in done["checks"]}
    assert said == {name: True if find(name) else None for name in TOOLS}
    assert stat.S_IMODE((out / "demo-identity.txt").stat().st_mode) == 0o600
    assert not nobody.home.exists()


def test_on_files_that_are_given(nobody: Segl, tmp_path: Path) -> None:
    need("age", "tar", "sha256sum")
    (tmp_path / "a b.png").write_bytes(os.urandom(100_000))
    (tmp_path / "æ.txt").write_text("x")
    files = (tmp_path / "a b.png", tmp_path / "æ.txt")
    done = nobody("demo", "--headless", "--out", tmp_path / "out", "--evidence", *files, "--json", unlock=False).json
    assert (done["result"], done["registered"]) == ("checked", 2)
    gone = tmp_path / "gone"
    done = nobody(
        "demo", "--headless", "--out", tmp_path / "out2", "--evidence", *files, gone, "--json", unlock=False, code=1
    ).json
    assert done["failed"][0]["path"] == str(gone)
    assert faults("segl demo --headless", done) == []


def test_it_says_in_words_what_each_tool_said(nobody: Segl, tmp_path: Path) -> None:
    need("age", "tar", "sha256sum")
    done = nobody("demo", "--headless", "--out", tmp_path / "out", "--lang", "en", unlock=False)
    assert "police-first" in done.out
    for name in filter(find, TOOLS):
        assert f"  {name} (" in done.out
    assert "Sealed, and checked with: age, tar" in done.out


def test_without_tools_it_is_sealed_and_not_checked(
    nobody: Segl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody.environment["PATH"] = str(tmp_path)
    done = nobody("demo", "--headless", "--out", tmp_path / "out", "--lang", "en", unlock=False, code=1)
    assert "not checked" in done.out
    assert (tmp_path / "out" / "demo.segl.age").is_file()


def test_a_folder_with_something_in_it_is_left_alone(nobody: Segl, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    nobody("demo", "--headless", "--out", tmp_path, unlock=False, code=2)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    nobody("demo", "--headless", unlock=False, code=2)
    nobody("demo", "--out", tmp_path / "out", unlock=False, code=2)


def test_a_tool_that_says_no_is_heard(nobody: Segl, tmp_path: Path) -> None:
    need("age", "tar", "sha256sum")
    out = tmp_path / "out"
    nobody("demo", "--headless", "--out", out, unlock=False)
    sealed = out / "demo.segl.age"
    signer = (out / "demo-signer.pub").read_text().strip()
    original = sorted((out / "evidence").iterdir())

    def tools_that_say_no(name: str, files: list[Path], key: str = signer) -> set[str]:
        into = tmp_path / name
        into.mkdir()
        checks = stock.check_bundle(sealed, out / "demo-identity.txt", key, into, files)
        return {check.tool for check in checks if check.passed is False}

    assert tools_that_say_no("control", original) == set()
    original[0].write_text("something else")
    assert "sha256sum" in tools_that_say_no("evidence", original)
    if find("ssh-keygen"):
        other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII8w+G7P/TsJMlsv83Oyepr4hsrlDXGd62r34fPvLxCK x"
        assert "ssh-keygen" in tools_that_say_no("signer", original, other)
    whole = sealed.read_bytes()
    for name, place, said in (("header", 0, {"age"}), ("payload", -1, {"age", "tar"})):
        flipped = bytearray(whole)
        flipped[place] ^= 1
        sealed.write_bytes(flipped)
        # Of the last piece, which age keeps back, tar misses something or not, by how long the bundle is.
        assert {"age"} <= tools_that_say_no(name, original) <= said
