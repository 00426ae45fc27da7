"""Every hostile bundle is refused in so many words, within 2 seconds and 256 MiB, and nothing is written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store.bundle.verdicts import Damage
from tests.store.bundle.hostile import member, open_bytes, snapshot, tar_of_members
from tests.store.bundle.hostile_files import TABLE, digest_of, write, write_keys
from tests.store.bundle.hostile_makers import FOLDER, SUFFIX
from tests.tools import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is Linux that counts and forbids here")

SECONDS = 2.0
MIB = 256
INERT = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

EXPECTED: dict[str, Any] = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))

Answer = dict[str, Any]
Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Where the process that opens stands, with everything that it could take for its own; and where the files are."""
    around, files = tmp_path_factory.mktemp("around"), tmp_path_factory.mktemp("files")
    for name in ("home", "tmp", "here", "segl"):
        (around / name).mkdir()
    write_keys(files)
    return around, files


def opener(around: Path, *options: str) -> Iterator[Ask]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SEGL_", "XDG_", "COVERAGE"))},
        "HOME": str(around / "home"),
        "TMPDIR": str(around / "tmp"),
        "SEGL_HOME": str(around / "segl"),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "tests.store.bundle.opener", *options]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=around / "here", env=environment, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def ask(path: Path, *more: str) -> Answer:
            stdin.write(json.dumps(["open", str(path), "--lang", "en", "--no-input", *more]) + "\n")
            stdin.flush()
            answer: Answer = json.loads(stdout.readline())
            return answer

        yield ask
        stdin.close()


@pytest.fixture(scope="module")
def segl(places: tuple[Path, Path]) -> Iterator[Ask]:
    yield from opener(places[0])


@pytest.fixture(scope="module")
def trusting(places: tuple[Path, Path]) -> Iterator[Ask]:
    yield from opener(places[0], "weak")


def file_of(name: str, files: Path) -> Path:
    return write(name, files) if TABLE[name].large else FOLDER / f"{name}{SUFFIX}"


def with_keys(name: str, files: Path) -> list[str]:
    signer = ["--signer", str(files / "signer.pub"), *TABLE[name].options]
    # Each child has a passphrase there.
    keys = ["--passphrase-fd", "0"] if TABLE[name].passphrase else ["--identity", str(files / "keys.txt")]
    return [*keys, *signer]


@pytest.mark.parametrize("name", TABLE)
def test_it_is_refused_in_time_and_nothing_is_written(name: str, places: tuple[Path, Path], segl: Ask) -> None:
    around, files = places
    path = file_of(name, files)
    before = snapshot(around)
    answer = segl(path, *with_keys(name, files))
    if TABLE[name].large:
        assert digest_of(path) == EXPECTED[name]["sha256"]
        path.unlink()
    said = " ".join(answer["said"].split())
    assert [words for words in TABLE[name].all_said if words not in said] == [], answer
    assert answer["code"] == TABLE[name].code, answer
    assert "Traceback" not in answer["said"]
    assert INERT.search(answer["said"]) is None, answer["said"]
    print(f"{name}: {answer['processor']:.2f} s of the processor, {answer['seconds']:.2f} s, {answer['mib']} MiB")
    # The processor's time: what others do on the machine meanwhile is not the bundle's.
    assert answer["processor"] <= SECONDS, answer
    assert answer["mib"] <= MIB, answer
    assert snapshot(around) == before
    assert sorted(entry.name for entry in around.iterdir()) == ["here", "home", "segl", "tmp"]
    assert not any((around / "here").iterdir())


@pytest.mark.parametrize("name", ["zip-slip", "symlink", "windows-drive", "name-with-an-escape", "good"])
def test_control_a_reader_that_trusts_is_seen_writing(name: str, places: tuple[Path, Path], trusting: Ask) -> None:
    around, files = places
    answer = trusting(FOLDER / f"{name}{SUFFIX}", *with_keys(name, files))
    left = list((around / "here").iterdir())
    # The kernel let it make names, but no byte: File too large.
    assert "File too large" in answer["said"] or answer["code"] == -25 or "Traceback" in answer["said"], answer
    assert left, answer
    for top, folders, names in os.walk(around / "here", topdown=False):
        for one in names:
            (Path(top) / one).unlink()
        for one in folders:
            folder = Path(top) / one
            folder.unlink() if folder.is_symlink() else folder.rmdir()
    assert not any((around / "here").iterdir())


@pytest.mark.parametrize("name", ["zeros-250-mib"])
def test_control_a_reader_that_trusts_takes_more_than_is_allowed(
    name: str, places: tuple[Path, Path], trusting: Ask
) -> None:
    around, files = places
    path = file_of(name, files)
    answer = trusting(path, *with_keys(name, files))
    path.unlink()
    assert answer["mib"] > MIB
    assert (around / "here" / "out").is_dir()
    subprocess.run(["rm", "-r", str(around / "here" / "out")], check=True)


def test_the_files_are_those_of_the_table() -> None:
    named = {path.name.removesuffix(SUFFIX) for path in FOLDER.glob(f"*{SUFFIX}")}
    assert named == {name for name, hostile in TABLE.items() if not hostile.large}
    assert {
        name: {
            "says": hostile.all_said,
            "code": hostile.code,
            "committed": not hostile.large,
            # Of those that are not committed it is held against what is made when they are opened.
            "sha256": EXPECTED[name]["sha256"] if hostile.large else digest_of(FOLDER / f"{name}{SUFFIX}"),
        }
        for name, hostile in TABLE.items()
    } == EXPECTED


def test_the_script_makes_every_file_anew_to_the_byte(tmp_path: Path) -> None:
    write_keys(tmp_path)
    for name, hostile in TABLE.items():
        if not hostile.large:
            write(name, tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.is_file()}
    assert committed.pop("expected.toml")
    assert made.keys() == committed.keys()
    assert [name for name in made if made[name] != committed[name]] == []


def test_every_file_is_another_one() -> None:
    digests = [one["sha256"] for name, one in EXPECTED.items() if name != "million-members-that-are-meant"]
    assert len(set(digests)) == len(digests)
    assert len([name for name in TABLE if name.startswith("good-")]) >= 5


@pytest.mark.parametrize("name", ["K7M4Q/a.txt", "K7M4Q/com10.txt", "K7M4Q/a-b_c.d"])
def test_control_a_good_name_in_the_place_of_a_hostile_one_is_passed(name: str, tmp_path: Path) -> None:
    """What is refused above is refused for the name: with another in its place the tar is well built."""
    opened = open_bytes(tar_of_members(member(name, b"x")), tmp_path)
    assert (opened.verdicts.intact.damage, opened.verdicts.intact.file) == (Damage.FILE_MISSING, "bagit.txt")
