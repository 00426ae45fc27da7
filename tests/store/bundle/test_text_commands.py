"""What VERIFY and the text beside a bundle tell a reader to type: the very lines, taken from them and run.

Each is run on a bundle that is right, where it must hold, and on one with a byte flipped, where it must not.
"""

from __future__ import annotations

import os
import pty
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from guidance.language import LANGUAGES, Language
from store import sshsig
from store.age import generate_hybrid
from store.age.keys import HYBRID_SINCE
from store.bundle.reader_kit import CHECKER, SYSTEMS, kit_files, write_reader_kit
from store.bundle.seal import SealOrder, seal
from store.bundle.texts import age_since
from store.model import Purpose
from store.secret import Secret
from tests.store.bundle.invented import BIRGIT, MALLORY, POLICE_RECIPIENT, evidence_of, export
from tests.store.bundle.stock import ENVIRONMENT, write_identity
from tests.tools import find, need

TOOLS = ("setsid", "find", "python3", "age", "tar", "sha256sum", "shasum", "bagit.py", "ssh-keygen", "hashdeep", "bash")
OURS = ("age", "sha256sum", "shasum", "bagit.py", "find", "ssh-keygen", "hashdeep")
PLACES = {"PATH-TO-THIS-FOLDER": "../SAG", "STI-TIL-DENNE-MAPPE": "../SAG", "FILES": "*.jpg", "FILER": "*.jpg"}
PHRASE = "fem fede får i et regnfuldt forår"


def commands(text: str) -> list[str]:
    """Every command of a text for Linux and macOS: behind a system's name, by itself, or at the end of a sentence."""
    found = []
    for line in text.splitlines():
        told = re.fullmatch(r"   (?:(?:.*?: +))?((?:" + "|".join(map(re.escape, OURS)) + r") .*)", line)
        if told is not None and "Windows" not in line:
            found.append(told[1])
    return found


def bash(command: str, where: Path) -> subprocess.CompletedProcess[bytes]:
    tool, bagit = find("bash"), find("bagit.py")
    assert tool is not None
    assert bagit is not None
    for told, meant in PLACES.items():
        command = re.sub(rf"\b{told}\b", meant, command)
    path = f"{ENVIRONMENT['PATH']}:{Path(bagit).parent}"
    return subprocess.run(
        [tool, "-o", "pipefail", "-c", command],
        cwd=where,
        capture_output=True,
        env={**ENVIRONMENT, "PATH": path},
        timeout=60,
    )


@contextmanager
def flipped(path: Path) -> Iterator[None]:
    """With one byte in the middle of the file changed."""
    right = path.read_bytes()
    middle = len(right) // 2
    path.write_bytes(right[:middle] + bytes([right[middle] ^ 1]) + right[middle + 1 :])
    yield
    path.write_bytes(right)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A sealed case, the key to it and the originals."""
    originals = tmp_path / "originals"
    originals.mkdir()
    pieces = []
    for number, content in enumerate((b"a picture", b"another"), start=1):
        (originals / f"{number}.jpg").write_bytes(content)
        pieces.append(evidence_of(content, number, f"{number}.jpg".encode()))
    order = SealOrder(purpose=Purpose.POLICE, out=tmp_path / "SAG.segl.age", recipients=(POLICE_RECIPIENT,))
    seal(export(pieces=tuple(pieces)), order, BIRGIT.sign)
    write_identity(tmp_path)
    return tmp_path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_commands_of_the_text_beside_it(language: Language, desk: Path) -> None:
    need(*TOOLS)
    text = (desk / f"SAG.open-me.{language}.txt").read_text(encoding="utf-8")
    *sums, opens = commands(text)
    assert [command.split()[0] for command in (*sums, opens)] == ["sha256sum", "shasum", "age"]
    (digest,) = re.findall(r"^ +([0-9a-f]{64})$", text, re.MULTILINE)
    for command in sums:
        assert bash(command, desk).stdout.split()[0].decode() == digest, command
    assert bash(opens, desk).returncode == 0
    assert (desk / "SAG" / "data" / "report.html").exists()
    assert not (desk / "SAG.tar").exists()
    with flipped(desk / "SAG.segl.age"):
        for command in sums:
            assert bash(command, desk).stdout.split()[0].decode() != digest
        assert bash(opens, desk).returncode != 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_of_the_text_beside_a_bundle_with_a_passphrase(language: Language, tmp_path: Path) -> None:
    need(*TOOLS)
    order = SealOrder(
        purpose=Purpose.FULL, out=tmp_path / "SAG.segl.age", passphrase=Secret.from_text(PHRASE), work_factor=10
    )
    seal(export(), order, BIRGIT.sign)
    opens = commands((tmp_path / f"SAG.open-me.{language}.txt").read_text(encoding="utf-8"))[-1]
    with flipped(tmp_path / "SAG.segl.age"):
        assert typed(opens, tmp_path, PHRASE) != 0
    assert typed(opens, tmp_path, f"{PHRASE}!") != 0
    assert typed(opens, tmp_path, PHRASE) == 0
    assert (tmp_path / "SAG" / "data" / "report.html").exists()


def typed(command: str, where: Path, phrase: str) -> int:
    """Run it in a terminal of its own and type the passphrase when it asks."""
    terminal, other = pty.openpty()
    with subprocess.Popen(
        ["setsid", "-c", "bash", "-c", command], cwd=where, env=ENVIRONMENT, stdin=other, stdout=other, stderr=other
    ) as process:
        os.close(other)
        said = _answered(terminal, phrase)
    os.close(terminal)
    assert b"passphrase" in said.lower(), said
    return process.returncode


def _answered(terminal: int, phrase: str) -> bytes:
    said = b""
    asked = False
    while True:
        try:
            more = os.read(terminal, 1024)
        except OSError:
            break
        if not more:
            break
        said += more
        if not asked and b"passphrase" in said.lower():
            asked = True
            os.write(terminal, phrase.encode() + b"\n")
    return said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_commands_of_verify(language: Language, desk: Path) -> None:
    need(*TOOLS)
    (opens,) = [one for one in commands((desk / f"SAG.open-me.{language}.txt").read_text()) if one.startswith("age")]
    assert bash(opens, desk).returncode == 0
    bag, originals = desk / "SAG", desk / "originals"
    text = (bag / f"VERIFY.{language}.txt").read_text(encoding="utf-8")
    linux, macos, bagit, extra, shown, known, *evidence = commands(text)
    assert [command.split()[0] for command in (linux, macos, bagit)] == ["sha256sum", "shasum", "bagit.py"]
    assert "-Y check-novalidate" in shown
    assert "-Y verify" in known
    assert [command.split()[0] for command in evidence] == ["sha256sum", "shasum", "hashdeep"]

    (line,) = re.findall(r"^ +(signer namespaces=.* ssh-ed25519 AAAA\.\.\.)$", text, re.MULTILINE)
    key = sshsig.public_key_line(BIRGIT.public).split()[1]
    # Where the text says that the file is to be made, and it stays there until the end.
    (place,) = re.findall(r"-f (\S+) -I signer", known)
    own = bag / place
    own.write_text(line.replace("AAAA...", key) + "\n")
    said = bash(shown, bag)
    assert said.returncode == 0
    assert BIRGIT.fingerprint.encode() in said.stdout
    assert re.search(rf"^ +{re.escape(BIRGIT.fingerprint)}$", text, re.MULTILINE)
    assert b'Good "segl-bundle" signature for signer' in bash(known, bag).stdout
    own.write_text(line.replace("AAAA...", sshsig.public_key_line(MALLORY.public).split()[1]) + "\n")
    assert bash(known, bag).returncode != 0
    own.write_text(line.replace("AAAA...", key) + "\n")
    with flipped(bag / "tagmanifest-sha256.txt"):
        assert bash(shown, bag).returncode != 0
        assert bash(known, bag).returncode != 0
    checked = subprocess.run(
        [find("python3") or "", write_reader_kit(export().card, desk / "kit").path + f"/{CHECKER}", "SAG"],
        cwd=desk,
        capture_output=True,
        env=ENVIRONMENT,
    )
    assert checked.returncode == 0, checked.stdout

    for command in (linux, macos, bagit):
        assert bash(command, bag).returncode == 0, command
        with flipped(bag / "data" / "report.html"):
            assert bash(command, bag).returncode != 0, command
    assert bash(extra, bag).stdout == b""
    for planted in ("data/report2.html", "report.html", ".hidden", "data/material/a b.jpg", "data/playbooks/DATA"):
        (bag / planted).parent.mkdir(exist_ok=True)
        (bag / planted).write_bytes(b"planted")
        # The control: this is what no other command says.
        assert (bash(linux, bag).returncode, bash(known, bag).returncode) == (0, 0)
        assert bash(extra, bag).stdout.decode() == f"{planted}\n"
        (bag / planted).unlink()

    for command in evidence:
        assert bash(command, originals).returncode == 0, command
        with flipped(originals / "1.jpg"):
            assert bash(command, originals).returncode != 0, command


def test_both_languages_tell_the_same_commands(desk: Path) -> None:
    need(*TOOLS)
    assert bash(commands((desk / "SAG.open-me.da.txt").read_text())[-1], desk).returncode == 0
    told = {}
    for language in LANGUAGES:
        text = "\n".join(
            path.read_text(encoding="utf-8")
            for path in (desk / f"SAG.open-me.{language}.txt", desk / "SAG" / f"VERIFY.{language}.txt")
        )
        for name, meant in PLACES.items():
            text = re.sub(rf"\b{name}\b", meant, text)
        told[language] = commands(text)
    assert told["da"] == told["en"]
    assert len(told["da"]) == 12


def test_a_name_with_a_line_end_cannot_hide_a_planted_file(desk: Path) -> None:
    """A folder whose name makes two lines of the path, each of which stands in the lists."""
    need(*TOOLS)
    (opens,) = [one for one in commands((desk / "SAG.open-me.en.txt").read_text()) if one.startswith("age")]
    assert bash(opens, desk).returncode == 0
    bag = desk / "SAG"
    extra = next(one for one in commands((bag / "VERIFY.en.txt").read_text()) if one.startswith("find"))
    planted = bag / "data" / "report.html\n."
    planted.mkdir()
    (planted / "bagit.txt\x1b[2J").write_bytes(b"planted")
    assert bash(extra, bag).stdout == b"data/report.html?./bagit.txt?[2J\n"
    # The control: without what stands in the place of line ends it is two lines that the lists have.
    (planted / "bagit.txt\x1b[2J").rename(planted / "bagit.txt")
    assert bash(re.sub(r"-print0 \| tr '.*?' '.*?'", "-print", extra), bag).stdout == b""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", ["-sag.segl.age", "--help.segl.age"])
def test_a_name_that_begins_with_a_dash_is_no_option(file: str, language: Language, tmp_path: Path) -> None:
    need(*TOOLS)
    order = SealOrder(purpose=Purpose.POLICE, out=tmp_path / file, recipients=(POLICE_RECIPIENT,))
    sealed = seal(export(), order, BIRGIT.sign)
    write_identity(tmp_path)
    text = (tmp_path / f"{file.removesuffix('.segl.age')}.open-me.{language}.txt").read_text(encoding="utf-8")
    linux, macos, opens = commands(text)
    for command in (linux, macos):
        assert sealed.digest.removeprefix("sha256:").encode() in bash(command, tmp_path).stdout, command
    ran = bash(opens, tmp_path)
    assert ran.returncode == 0, ran
    assert list(tmp_path.glob("*/data/report.html"))
    # The control: without the place before it, it is taken for an option.
    assert bash(opens.replace('"./', '"'), tmp_path).returncode != 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bundle_for_a_post_quantum_key_says_which_age_opens_it(language: Language, tmp_path: Path) -> None:
    """The age command that is here is the judge: it opens it where it is of that release or newer, and else not."""
    need(*TOOLS)
    key = generate_hybrid()
    (tmp_path / "key.txt").write_bytes(key.encode().reveal() + b"\n")
    order = SealOrder(purpose=Purpose.POLICE, out=tmp_path / "SAG.segl.age", recipients=(key.recipient.encode(),))
    seal(export(), order, BIRGIT.sign)
    text = (tmp_path / f"SAG.open-me.{language}.txt").read_text(encoding="utf-8")
    here = subprocess.run([find("age") or "", "--version"], capture_output=True, text=True, check=True).stdout
    (said,) = re.findall(r"age (\d+\.\d+\.\d+) (?:or newer|eller nyere)", text)
    assert said == HYBRID_SINCE
    opened = bash(commands(text)[-1], tmp_path)
    if numbers(here) < numbers(said):
        assert opened.returncode != 0
        # What the text says that an older one reports.
        (report,) = re.findall(r"\"(unknown [a-z ]+)\"", text)
        assert report.encode() in opened.stderr
    else:
        assert opened.returncode == 0


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


@pytest.mark.parametrize("language", LANGUAGES)
def test_control_any_age_opens_what_says_nothing_of_a_release(language: Language, desk: Path) -> None:
    text = (desk / f"SAG.open-me.{language}.txt").read_text(encoding="utf-8")
    assert "1.3" not in text
    assert "age1pq" not in text
    assert age_since((POLICE_RECIPIENT,)) is None
    for system in SYSTEMS:
        assert f"age {HYBRID_SINCE} " in kit_files(export().card)[f"{system}.{language}.txt"].decode()
