"""The command: what age does with the same options, the class of a failure said first, nothing left half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from store.age import generate_hybrid
from store.age.__main__ import main
from tests.store.age.kit import CHUNK, IDENTITY, OTHER, armor, header, payload, scrypt, whole, x25519
from tests.tools import ROOT, find, need

FIRST = b"a" * CHUNK


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("keys.txt").write_bytes(b"# a key\n" + IDENTITY.encode().reveal() + b"\n")
    Path("other.txt").write_bytes(OTHER.encode().reveal() + b"\n")
    Path("to.txt").write_text(f"# us\n{IDENTITY.recipient}\n{OTHER.recipient}\n", encoding="utf-8")
    Path("plain").write_bytes(b"age")
    return tmp_path


def given_by_pipe(data: bytes) -> str:
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    return str(reading)


def names() -> set[str]:
    return set(os.listdir("."))  # noqa: PTH208


@pytest.mark.parametrize(
    "options",
    [
        ["-r", str(IDENTITY.recipient)],
        ["-e", "-r", str(OTHER.recipient), "-r", str(IDENTITY.recipient)],
        ["-R", "to.txt", "-a"],
        ["-e", "-i", "keys.txt"],
        ["--recipient", str(IDENTITY.recipient), "--armor"],
    ],
)
def test_sealed_and_opened(options: list[str]) -> None:
    assert main([*options, "-o", "sealed", "plain"]) == 0
    assert main(["-d", "-i", "other.txt", "-i", "keys.txt", "-o", "again", "sealed"]) == 0
    assert Path("again").read_bytes() == b"age"
    assert Path("sealed").read_bytes().startswith(b"-----BEGIN" if {"-a", "--armor"} & set(options) else b"age-enc")
    assert Path("sealed").stat().st_mode & 0o777 == 0o600


def test_the_age_command_opens_it_and_the_other_way_round() -> None:
    need("age")
    assert main(["-R", "to.txt", "-o", "sealed", "plain"]) == 0
    assert subprocess.run(["age", "-d", "-i", "keys.txt", "sealed"], capture_output=True, check=True).stdout == b"age"
    subprocess.run(["age", "-R", "to.txt", "-o", "theirs", "plain"], check=True)
    assert main(["-d", "-i", "other.txt", "-o", "again", "theirs"]) == 0
    assert Path("again").read_bytes() == b"age"


def test_hybrid_keys() -> None:
    key = generate_hybrid()
    Path("pq.txt").write_bytes(key.encode().reveal() + b"\n")
    assert main(["-r", key.recipient.encode(), "-o", "sealed", "plain"]) == 0
    assert main(["-d", "-i", "pq.txt", "-o", "again", "sealed"]) == 0
    assert main(["-d", "-i", "keys.txt", "-o", "no", "sealed"]) == 1


def test_passphrases_come_from_a_descriptor(capsys: pytest.CaptureFixture[str]) -> None:
    Path("sealed").write_bytes(header(scrypt("blå".encode())) + whole(b"age"))
    for typed in ("blå", "blå\n", "blå\r\n", "bla\u030a"):
        assert main(["-d", "--passphrase-fd", given_by_pipe(typed.encode()), "-o", "again", "sealed"]) == 0
    # Sealed elsewhere with the letters apart, and not normalised.
    Path("apart").write_bytes(header(scrypt("bla\u030a".encode())) + whole(b"age"))
    assert main(["-d", "--passphrase-fd", given_by_pipe("bla\u030a".encode()), "-o", "again", "apart"]) == 0
    assert main(["-d", "--passphrase-fd", given_by_pipe(b"wrong"), "-o", "no", "sealed"]) == 1
    assert capsys.readouterr().err.startswith("no match: ")
    assert main(["-d", "--passphrase-fd", given_by_pipe(b"a\nb"), "-o", "no", "sealed"]) == 1
    assert capsys.readouterr().err.startswith("passphrase-several-lines: ")
    assert not Path("no").exists()


def test_a_passphrase_seals_at_the_work_factor_of_age() -> None:
    assert main(["-p", "--passphrase-fd", given_by_pipe(b"password"), "-o", "sealed", "plain"]) == 0
    assert Path("sealed").read_bytes().split(b"\n")[1].endswith(b" 18")


FAILURES = {
    "header failure": b"age-encryption.org/v2\n",
    "no match": header(x25519(name=b"other")) + whole(b"age"),
    "HMAC failure": header(x25519(), file_key=b"x" * 16) + whole(b"age"),
    "payload failure": header(x25519()) + payload((FIRST, False)),
    "armor failure": b"garbage\n" + armor(header(x25519()) + whole(b"age")),
}


@pytest.mark.parametrize("name", FAILURES)
def test_the_class_is_said_and_no_more_is_left_than_what_verified(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("sealed").write_bytes(FAILURES[name])
    Path("kept").write_bytes(b"what was there before")
    before = names()
    for output in ("new", "kept"):
        assert main(["-d", "-i", "keys.txt", "-o", output, "sealed"]) == 1
        assert capsys.readouterr().err.startswith(f"{name}: ")
    if name == "payload failure":
        assert names() == before | {"new"}
        assert Path("new").read_bytes() == Path("kept").read_bytes() == FIRST
    else:
        assert names() == before
        assert Path("kept").read_bytes() == b"what was there before"


def test_a_damaged_file_of_which_nothing_verifies_leaves_what_was_there() -> None:
    Path("sealed").write_bytes(header(x25519()) + payload((b"age", True))[:-1] + b"\0")
    Path("kept").write_bytes(b"what was there before")
    assert main(["-d", "-i", "keys.txt", "-o", "kept", "sealed"]) == 1
    assert Path("kept").read_bytes() == b"what was there before"


def test_of_a_damaged_file_age_leaves_the_same() -> None:
    need("age")
    Path("whole").write_bytes(bytes(range(256)) * 1024)
    assert main(["-R", "to.txt", "-o", "sealed", "whole"]) == 0
    Path("cut").write_bytes(Path("sealed").read_bytes()[:-70_000])
    Path("changed").write_bytes(Path("sealed").read_bytes()[:-5] + b"12345")
    for damaged in ("cut", "changed"):
        assert main(["-d", "-i", "keys.txt", "-o", "ours", damaged]) == 1
        assert subprocess.run(["age", "-d", "-i", "keys.txt", "-o", "theirs", damaged], check=False).returncode == 1
        assert Path("ours").read_bytes() == Path("theirs").read_bytes() != b""


def test_a_key_file_may_be_sealed_with_a_passphrase(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-R", "to.txt", "-o", "sealed", "plain"]) == 0
    key = IDENTITY.encode().reveal()
    for text in (header(scrypt()) + whole(key), armor(header(scrypt()) + whole(key))):
        Path("sealed-keys").write_bytes(text)
        asked = ["--passphrase-fd", given_by_pipe(b"password")]
        assert main(["-d", "-i", "sealed-keys", *asked, "-o", "again", "sealed"]) == 0
        assert Path("again").read_bytes() == b"age"
    assert main(["-d", "-i", "sealed-keys", "--passphrase-fd", given_by_pipe(b"wrong"), "sealed"]) == 1
    assert capsys.readouterr().err.startswith("no match: ")


@pytest.mark.parametrize(
    "text",
    [
        b"%s",
        b"\xef\xbb\xbf# ny n\xc3\xb8gle\r\n\r\n%s\r\n",
        b"# \xff\xfe no text in a comment\n%s",
        b"\n\n  %s  \n# after\n",
    ],
)
def test_key_files_as_people_have_them(text: bytes) -> None:
    assert main(["-R", "to.txt", "-o", "sealed", "plain"]) == 0
    Path("keys").write_bytes(text % IDENTITY.encode().reveal())
    assert main(["-d", "-i", "keys", "-o", "again", "sealed"]) == 0
    assert Path("again").read_bytes() == b"age"


@pytest.mark.parametrize(
    "text", [b"", b"# nothing\n", b"AGE-PLUGIN-YUBIKEY-1ABC\n", b"ssh-ed25519 AAAA\n", b"\0" * 100, b"%s %s"]
)
def test_key_files_that_hold_no_key_and_what_is_in_them_is_not_repeated(
    text: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-R", "to.txt", "-o", "sealed", "plain"]) == 0
    key = IDENTITY.encode().reveal()
    Path("keys").write_bytes(text.replace(b"%s", key))
    assert main(["-d", "-i", "keys", "-o", "again", "sealed"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("age-identity-invalid: ")
    assert key.decode()[20:] not in said
    assert not Path("again").exists()


def test_an_endless_key_file_is_not_read_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-d", "-i", "/dev/zero", "-o", "again", "plain"]) == 1
    assert main(["-R", "/dev/zero", "-o", "again", "plain"]) == 1
    assert capsys.readouterr().err.count("/dev/zero") == 2


@pytest.mark.parametrize("phrase", [b"", b"\n", b"\xff\xfe"])
def test_nothing_is_sealed_with_a_passphrase_that_is_none(phrase: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-p", "--passphrase-fd", given_by_pipe(phrase), "-o", "sealed", "plain"]) == 1
    assert capsys.readouterr().err.startswith("passphrase-unusable: ")
    assert not Path("sealed").exists()


def test_a_full_disk_is_an_error_and_not_a_file() -> None:
    assert main(["-R", "to.txt", "-o", "/dev/full", "plain"]) == 1


def test_ctrl_c_says_nothing_and_leaves_nothing(folder: Path) -> None:
    before = names()
    script = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    script += "import runpy, sys; runpy.run_module('store.age', run_name='__main__', alter_sys=True)"
    command = [sys.executable, "-c", script, "-R", str(folder / "to.txt"), "-o", str(folder / "sealed")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(bytes(20 << 20))
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        process.wait(20)
        process.stdin.close()
    assert (process.returncode, said) == (130, b"")
    assert names() == before


@pytest.mark.parametrize("name", FAILURES)
def test_to_standard_output_the_verified_prefix_goes_out(name: str, folder: Path) -> None:
    (folder / "sealed").write_bytes(FAILURES[name])
    command = [sys.executable, "-m", "store.age", "-d", "-i", str(folder / "keys.txt"), str(folder / "sealed")]
    done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    assert done.returncode == 1
    assert done.stderr.startswith(name.encode() + b": ")
    assert done.stdout == (FIRST if name == "payload failure" else b"")


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["-o", "sealed", "plain"],
        ["-d", "-r", str(IDENTITY.recipient), "plain"],
        ["-d", "-e", "plain"],
        ["-d", "-a", "plain"],
        ["-d", "--passphrase-fd", "0"],
        ["-d", "-i", "-"],
        ["-R", "-", "-o", "sealed"],
        ["-i", "keys.txt", "-o", "sealed", "plain"],
        ["-d", "-i", "keys.txt", "plain", "plain"],
    ],
)
def test_options_that_do_not_go_together_are_1_as_with_age(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options) == 1
    said = capsys.readouterr().err
    assert said.startswith("usage: ")
    assert said.count("\n") == 1
    assert not Path("sealed").exists()
    if find("age") is not None and "--passphrase-fd" not in options:
        assert subprocess.run(["age", *options], input=b"", capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("options", [["-x"], ["--nothing"], ["-o"], ["-d", "-i"]])
def test_an_option_that_does_not_exist_or_has_no_value_is_2_as_with_age(options: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(options)
    assert ended.value.code == 2
    if find("age") is not None:
        assert subprocess.run(["age", *options], input=b"", capture_output=True, check=False).returncode == 2


def test_one_dash_before_a_long_name_is_enough_as_with_age() -> None:
    assert main(["-encrypt", "-recipients-file", "to.txt", "-armor", "-output=sealed", "plain"]) == 0
    assert main(["-decrypt", "-identity", "keys.txt", "-output", "again", "--", "sealed"]) == 0
    assert Path("again").read_bytes() == b"age"
    Path("-decrypt").write_bytes(b"a name")
    assert main(["-R", "to.txt", "-o", "sealed", "--", "-decrypt"]) == 0
    assert main(["-d", "-i", "keys.txt", "-o", "again", "sealed"]) == 0
    assert Path("again").read_bytes() == b"a name"


@pytest.mark.parametrize("option", ["--version", "-version"])
def test_the_version(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([option]) == 0
    assert capsys.readouterr().out == f"{version('segl')}\n"


@pytest.mark.parametrize("nameless", [True, False])
def test_an_output_that_cannot_be_written_is_named_as_it_was_given(
    nameless: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not nameless:
        monkeypatch.setattr("store.age.output.open_nameless", lambda folder, mode: None)
    assert main(["-R", "to.txt", "-o", "missing/out", "plain"]) == 1
    said = capsys.readouterr().err
    assert "'missing/out'" in said
    assert ".part" not in said


@pytest.mark.parametrize(
    "options",
    [
        ["-r", "age1wrong", "-o", "out", "plain"],
        ["-R", "plain", "-o", "out", "plain"],
        ["-R", "missing", "-o", "out", "plain"],
        ["-r", str(IDENTITY.recipient), "-o", "out", "missing"],
        ["-r", str(IDENTITY.recipient), "-o", "out", "."],
        ["-r", str(IDENTITY.recipient), "-o", "missing/out", "plain"],
        ["-d", "-i", "plain", "-o", "out", "plain"],
        ["-d", "-i", "to.txt", "-o", "out", "plain"],
    ],
)
def test_what_cannot_be_done_is_1_and_leaves_nothing(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    before = names()
    assert main(options) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert names() == before


def test_an_output_that_is_there_is_replaced_and_keeps_its_mode() -> None:
    Path("sealed").write_bytes(b"x" * 10_000)
    Path("sealed").chmod(0o640)
    Path("link").symlink_to("sealed")
    os.umask(0o077)
    assert main(["-R", "to.txt", "-o", "link", "plain"]) == 0
    assert Path("link").is_symlink()
    assert Path("sealed").stat().st_mode & 0o777 == 0o640
    assert main(["-d", "-i", "keys.txt", "-o", "sealed", "sealed"]) == 0
    assert Path("sealed").read_bytes() == b"age"


def test_devices_are_written_as_they_are() -> None:
    assert main(["-R", "to.txt", "-o", "/dev/null", "plain"]) == 0
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_command_that_is_ended_leaves_nothing(ending: signal.Signals, folder: Path) -> None:
    """With SIGKILL this holds where the file system can hold a file without a name."""
    if ending is signal.SIGKILL and not can_be_nameless(folder):
        pytest.skip("this file system has no files without a name")
    before = names()
    command = [sys.executable, "-m", "store.age", "-R", str(folder / "to.txt"), "-o", str(folder / "sealed")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdin is not None
        process.stdin.write(bytes(20 << 20))
        process.stdin.flush()
        # All but a pipe full of it was taken, so the output is open; the command now waits for more.
        process.send_signal(ending)
        process.wait(20)
        process.stdin.close()
    assert process.returncode != 0
    assert names() == before


def can_be_nameless(folder: Path) -> bool:
    try:
        os.close(os.open(folder, os.O_WRONLY | os.O_TMPFILE, 0o600))
    except (AttributeError, OSError):
        return False
    return True
