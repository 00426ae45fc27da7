"""The program in the reader's kit: a second reader of docs/bundle-format.md, on the standard library and ssh-keygen."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from store import sshsig
from store.age import AgeError, Identity, ScryptIdentity, decrypt
from store.bundle import reader_kit
from store.bundle.names import CASE_JSON, JOURNAL
from store.bundle.reader_kit import CHECKER, write_reader_kit
from store.model import Purpose
from store.secret import Secret
from tests.store.age import kit as age
from tests.store.bundle.hostile import good_files, good_tar, open_files, signed_anew, tar_of_members, tar_with
from tests.store.bundle.hostile import member as tar_member
from tests.store.bundle.hostile_files import TABLE
from tests.store.bundle.hostile_makers import FOLDER, SUFFIX
from tests.store.bundle.invented import BIRGIT, MALLORY, POLICE, Counsellor, export
from tests.store.bundle.opener import PASSPHRASE
from tests.tools import find, need

PROGRAM = Path(reader_kit.__file__).with_name("kit") / CHECKER
SAID = ("Ubrudt", "Intact", "Komplet", "Complete", "Underskrevet af", "Signed by")


def lay(files: Mapping[str, bytes], folder: Path) -> Path:
    """A bag as it lies there once it is unpacked."""
    bag = folder / "K7M4Q"
    for name, data in files.items():
        path = bag / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return bag


def check(
    target: Path | str, kit: Path, *more: str | Path, stdin: bytes = b"", python: str = sys.executable, path: str = ""
) -> tuple[int, str]:
    """Exit code and what was said. `-I -S`: nothing is there but the standard library."""
    environment = {"PATH": path or os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [python, "-I", "-S", str(kit / CHECKER), str(target), *map(str, more)],
        input=stdin,
        capture_output=True,
        env=environment,
        cwd=kit.parent,
        timeout=60,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout.decode("utf-8")


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    return Path(write_reader_kit(export().card, tmp_path / "KIT").path)


def marks(said: str) -> list[str]:
    """What stands before each of the three answers, checked to be said in both languages."""
    assert all(f" {word}: " in said for word in SAID), said
    return re.findall(r"^\[ (..) \]", said, re.MULTILINE)


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.PERSON_CONCERNED])
def test_a_good_bundle_is_intact_complete_and_signed(purpose: Purpose, kit: Path, tmp_path: Path) -> None:
    need("ssh-keygen")
    code, said = check(lay(good_files(purpose=purpose), tmp_path), kit)
    assert (code, marks(said)) == (0, ["OK"] * 3), said
    assert BIRGIT.fingerprint in said
    assert write_reader_kit(export().card, tmp_path / "again").spoken in said


@pytest.mark.skipif(sys.platform == "win32", reason="ssh-keygen takes the signature from a file there")
def test_a_tar_is_checked_before_anything_is_unpacked(kit: Path, tmp_path: Path) -> None:
    need("ssh-keygen")
    (tmp_path / "case.tar").write_bytes(good_tar())
    assert check(tmp_path / "case.tar", kit)[0] == 0
    code, said = check("-", kit, stdin=good_tar())
    assert (code, marks(said)) == (0, ["OK"] * 3)
    for cut in (100, 5000, len(good_tar()) - 10_000):
        code, said = check("-", kit, stdin=good_tar()[:cut])
        assert (code, marks(said)) == (4, ["!!", "??", "??"])


def test_each_flipped_file_is_named(kit: Path, tmp_path: Path) -> None:
    files = good_files()
    for number, name in enumerate(sorted(files)):
        data = bytearray(files[name])
        data[len(data) // 2] ^= 1
        code, said = check(lay({**files, name: bytes(data)}, tmp_path / str(number)), kit)
        assert code == 4, name
        if name not in ("signature.sshsig", "tagmanifest-sha256.txt"):
            assert marks(said) == ["!!", "??", "??"]
            assert name in said


def test_what_is_missing_or_more_is_named(kit: Path, tmp_path: Path) -> None:
    bag = lay(good_files(), tmp_path)
    (bag / ".DS_Store").write_bytes(b"by the Finder")
    code, said = check(bag, kit)
    assert code == 0
    assert "passed over: .DS_Store" in said
    (bag / "data" / "more.txt").write_bytes(b"x")
    assert "data/more.txt" in check(bag, kit)[1]
    (bag / "data" / "more.txt").unlink()
    (bag / "data" / "report.html").unlink()
    assert "data/report.html" in check(bag, kit)[1]
    (bag / "data" / "report.html").symlink_to(bag / "data" / "case.json")
    code, said = check(bag, kit)
    assert (code, marks(said)) == (4, ["!!", "??", "??"])


def test_a_bundle_signed_anew_by_somebody_else_is_not_the_senders(kit: Path, tmp_path: Path) -> None:
    need("ssh-keygen")
    files = good_files()
    changed = {**files, "data/report.html": files["data/report.html"].replace(b"note number 1", b"note number 9")}
    code, said = check(lay(signed_anew(changed, MALLORY), tmp_path / "1"), kit)
    assert (code, marks(said)) == (4, ["OK", "OK", "!!"])
    assert "ANOTHER key" in said
    assert MALLORY.fingerprint in said
    whole = good_files(export(author=MALLORY))
    bag = lay(signed_anew(whole, MALLORY), tmp_path / "2")
    code, said = check(bag, kit)
    assert (code, marks(said)) == (4, ["OK", "OK", "!!"])
    assert "NOT known" in said
    # The list in the bundle is the sender's word for themselves, also where the program lies in it.
    code, said = check(bag, kit, "--signers", key_file(MALLORY, tmp_path))
    assert code == 0
    (bag.parent / "inside").mkdir()
    odd = lay(signed_anew({**whole, CHECKER: PROGRAM.read_bytes()}, MALLORY), bag.parent / "inside")
    assert check(odd, odd)[0] == 4
    # A signature over other bytes.
    code, said = check(lay({**whole, "signature.sshsig": files["signature.sshsig"]}, tmp_path / "3"), kit)
    assert (code, marks(said)) == (4, ["OK", "OK", "!!"])
    assert "NOBODY" in said


def key_file(signer: Counsellor, folder: Path) -> Path:
    path = folder / "known.txt"
    path.write_text(f'signer namespaces="segl-bundle" {sshsig.public_key_line(signer.public)}\n')
    return path


def test_a_revoked_key_counts_no_longer(kit: Path, tmp_path: Path) -> None:
    need("ssh-keygen")
    revoked = tmp_path / "revoked.pub"
    revoked.write_text(sshsig.public_key_line(BIRGIT.public) + "\n")
    code, said = check(lay(good_files(), tmp_path), kit, "--revoked", revoked)
    assert (code, marks(said)) == (4, ["OK", "OK", "!!"])
    assert "REVOKED" in said
    revoked.write_text(sshsig.public_key_line(MALLORY.public) + "\n")
    assert check(lay(good_files(), tmp_path), kit, "--revoked", revoked)[0] == 0


def test_without_ssh_keygen_nobody_is_said_to_have_signed(kit: Path, tmp_path: Path) -> None:
    bag = lay(good_files(), tmp_path)
    # One that lies in the folder, or where one stands, is never run.
    for folder in (bag, kit.parent):
        planted = folder / "ssh-keygen"
        planted.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        planted.chmod(0o700)
    (bag / "ssh-keygen").unlink()
    code, said = check(bag, kit, path=os.pathsep.join((str(bag), ".", "")))
    assert (code, marks(said)) == (4, ["OK", "OK", "??"])
    assert "OpenSSH" in said
    assert not (tmp_path / "ran").exists()


Change = Callable[[dict[str, bytes]], object]


def in_case(change: Callable[[dict[str, object]], object]) -> Change:
    def apply(files: dict[str, bytes]) -> None:
        document = json.loads(files[CASE_JSON])
        change(document)
        files[CASE_JSON] = json.dumps(document).encode()

    return apply


def in_journal(change: Callable[[list[bytes]], object]) -> Change:
    def apply(files: dict[str, bytes]) -> None:
        lines = files[JOURNAL].splitlines(keepends=True)
        change(lines)
        files[JOURNAL] = b"".join(lines)

    return apply


def put(name: str, old: bytes, new: bytes) -> Change:
    def apply(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return apply


DAMAGE: dict[str, Change] = {
    "payload": put(JOURNAL, b"note number 1", b"note number 9"),
    "sequence": put(JOURNAL, b"sequence 2", b"sequence 7"),
    "twice": in_journal(lambda lines: lines.append(lines[0])),
    "order": in_journal(lambda lines: lines.reverse()),
    "cut": in_journal(lambda lines: lines.pop()),
    "empty": in_journal(lambda lines: lines.clear()),
    "base64": put(JOURNAL, b'"signature":"', b'"signature":"='),
    "no-end": lambda files: files.update({JOURNAL: files[JOURNAL][:-1]}),
    "name-twice": put(CASE_JSON, b'"schema"', b'"schema": "segl-case", "schema"'),
    "nan": put(CASE_JSON, b'"version": 1', b'"version": NaN'),
    "surrogate": put(CASE_JSON, b'"segl-case"', b'"segl-case\\ud800"'),
    "deep": lambda files: files.update({CASE_JSON: b"[" * 40 + b"]" * 40}),
    "long-number": put(CASE_JSON, b'"version": 1', b'"version": 1' + b"0" * 40),
    "purpose": in_case(lambda case: case.update(purpose="full")),
    "other-case": in_case(lambda case: case["case"].update(id="0f" * 16)),  # type: ignore[attr-defined]
    "other-journal": in_case(lambda case: case["journal"].update(entries=3)),  # type: ignore[attr-defined]
    "other-signer": in_case(lambda case: case["author"].update(fingerprint=MALLORY.fingerprint)),  # type: ignore[attr-defined]
    "withheld": in_case(lambda case: case.update(withheld={"entries": 4, "places": 4})),
    "material": lambda files: files.update({"data/material/x.jpg": b"unknown"}),
    "no-purpose": put("bag-info.txt", b"Segl-Purpose", b"Segl-Porpoise"),
    "newer": put("bag-info.txt", b"Segl-Format: 1", b"Segl-Format: 2"),
    "declaration": put("bagit.txt", b"1.0", b"0.97"),
    "no-checkpoint": lambda files: files.pop("data/checkpoint.txt"),
    "windows-name": lambda files: files.update({"data/con.txt": b"x"}),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_it_refuses_what_segl_refuses(what: str, kit: Path, tmp_path: Path) -> None:
    """Signed as it should be, so that nothing but the content can tell."""
    files = good_files()
    DAMAGE[what](files)
    code, said = check(lay(signed_anew(files), tmp_path), kit)
    assert (code, marks(said)[0]) == (4, "!!"), said
    from guidance.errors import SeglError

    try:
        assert not open_files(signed_anew(files), tmp_path).verdicts.intact.holds
    except (SeglError, ValueError):
        assert what in ("newer", "windows-name")


def test_what_is_missing_makes_it_incomplete_and_no_more(kit: Path, tmp_path: Path) -> None:
    whole = export()
    for number, left in enumerate((whole.entries[1:], whole.entries[:3] + whole.entries[4:])):
        files = good_files(replace(whole, entries=left))
        opened = open_files(files, tmp_path).verdicts
        code, said = check(lay(files, tmp_path / str(number)), kit)
        assert marks(said)[1] == ("OK" if opened.complete.holds else "!!" if opened.complete.known else "??")
        assert code == 4


def test_what_it_leaves_to_segl_is_said(kit: Path, tmp_path: Path) -> None:
    """An entry under a signature that is not its own is beyond the standard library: the program says so each time."""
    files = good_files()
    lines = [json.loads(line) for line in files[JOURNAL].splitlines()]
    lines[0]["signature"], lines[1]["signature"] = lines[1]["signature"], lines[0]["signature"]
    files[JOURNAL] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    assert not open_files(signed_anew(files), tmp_path).verdicts.intact.holds
    said = check(lay(signed_anew(files), tmp_path), kit)[1]
    assert marks(said)[0] == "OK", said
    assert "Not checked here: the signature of each single entry" in said
    assert "Ikke kontrolleret her" in said


@pytest.mark.parametrize(
    "plain",
    [
        tar_of_members(tar_member("K7M4Q/../../x", b"x")),
        tar_of_members(tar_member("K7M4Q/data/x", kind=b"2", link="/etc/passwd")),
        tar_of_members(tar_member("K7M4Q/data/a", b"1"), tar_member("K7M4Q/data/A", b"2")),
        tar_of_members(tar_member("K7M4Q/data/\x1b]52;c;x\x07", b"x")),
        tar_of_members(tar_member("K7M4Q/bagit.txt", b"x"), folder=False),
        b"",
        bytes(10_240),
        b"\xff" * 5000,
    ],
)
def test_a_hostile_tar_is_refused_in_words(plain: bytes, kit: Path) -> None:
    code, said = check("-", kit, stdin=plain)
    assert (code, marks(said)) == (4, ["!!", "??", "??"])
    assert "\x1b" not in said


def test_a_good_tar_of_that_hand_is_not_refused(kit: Path) -> None:
    """The control: what refuses the ones above is what is wrong with them."""
    need("ssh-keygen")
    assert check("-", kit, stdin=tar_with(good_files()))[0] == 0


@pytest.mark.parametrize("name", [name for name, one in TABLE.items() if not one.large])
def test_it_judges_the_hostile_vectors_and_their_look_alikes_as_segl_does(name: str, kit: Path) -> None:
    """What age itself opens of them, in the form that a bundle has: the tar that a recipient has in hand."""
    need("ssh-keygen")
    keys: list[Identity] = (
        [ScryptIdentity(Secret.from_text(PASSPHRASE.decode()))] if TABLE[name].passphrase else [POLICE, age.IDENTITY]
    )
    plain = io.BytesIO()
    try:
        decrypt(io.BytesIO((FOLDER / f"{name}{SUFFIX}").read_bytes()), plain, keys, armored=False)
    except AgeError:
        assert TABLE[name].code != 0
        return
    code, said = check("-", kit, stdin=plain.getvalue())
    assert (code == 0) is (TABLE[name].code == 0), said


def test_a_very_long_case_is_read_where_somebody_says_that_it_is_meant(kit: Path, tmp_path: Path) -> None:
    need("ssh-keygen")
    files = good_files()
    padded = files[CASE_JSON].rstrip()[:-1] + b',"z":["' + b'","' * 170_000 + b"x" * 8 * 1024 * 1024 + b'"]}'
    bag = lay(signed_anew({**files, CASE_JSON: padded}), tmp_path)
    code, said = check(bag, kit)
    assert code == 4
    assert "--large" in said
    assert check(bag, kit, "--large")[0] == 0


def test_it_is_told_how_to_call_it(kit: Path) -> None:
    code, said = check("--help", kit)
    assert code == 2
    assert "--signers FILE" in said


def test_it_runs_on_python_3_8_and_needs_nothing_else() -> None:
    source = PROGRAM.read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {
        name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    imported |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names
    assert len(imported) > 5
    newer = {"removeprefix", "removesuffix", "is_relative_to", "readlink", "pairwise", "batched", "file_digest"}
    assert not {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & newer


def test_it_gives_the_same_answer_on_other_pythons(kit: Path, tmp_path: Path) -> None:
    need("ssh-keygen")
    found = [python for number in range(8, 16) if (python := find(f"python3.{number}")) is not None]
    others = [one for one in found if not subprocess.run([one, "-c", ""], capture_output=True).returncode]
    if not others:
        pytest.skip("not on this machine: another Python")
    bag = lay(good_files(), tmp_path)
    assert [check(bag, kit, python=one) for one in others] == [check(bag, kit)] * len(others)


@pytest.mark.skipif(sys.platform != "linux", reason="strace is Linux's")
def test_it_never_writes(kit: Path, tmp_path: Path) -> None:
    need("strace", "ssh-keygen")
    strace = find("strace")
    assert strace is not None
    bag = lay(good_files(), tmp_path)

    def opened_to_write(*command: str) -> list[str]:
        log = tmp_path / "trace"
        calls = "trace=open,openat,creat,rename,renameat2,mkdir,mkdirat,unlink,unlinkat,socket,connect,link,symlink"
        subprocess.run([strace, "-f", "-e", calls, "-o", str(log), *command], capture_output=True, cwd=kit.parent)
        lines = log.read_text(errors="replace").splitlines()
        wrong = re.compile(r"O_(?:WRONLY|RDWR|CREAT)|\b(?:creat|rename\w*|mkdir\w*|unlink\w*|link|symlink|connect)\(")
        return [line for line in lines if wrong.search(line) and "/dev/null" not in line and "ENOENT" not in line]

    found = opened_to_write(sys.executable, "-I", "-S", str(kit / CHECKER), str(bag))
    assert [line for line in found if "/var/run/nscd" not in line] == []
    assert opened_to_write(sys.executable, "-c", f"open({str(tmp_path / 'x')!r}, 'w')")
