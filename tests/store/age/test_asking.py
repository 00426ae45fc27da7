"""Asked at the terminal and nowhere else: for a passphrase, and for what it costs; nobody there is said in one line."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from store.age import ScryptRecipient, encrypt
from store.secret import Secret
from tests.pseudo_terminal import at_a_terminal
from tests.store.age.kit import IDENTITY, header, scrypt, whole
from tests.tools import ROOT, need

COMMAND = [sys.executable, "-m", "store.age"]
VARIABLES = {
    **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
    "LANG": "en_US.UTF-8",
    "PYTHONPATH": str(ROOT),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plain").write_bytes(b"age")
    (tmp_path / "sealed").write_bytes(header(scrypt()) + whole(b"age"))
    return tmp_path


@pytest.fixture(scope="module")
def costly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sealed with twice the usual work."""
    sealed = tmp_path_factory.mktemp("costly") / "sealed"
    with sealed.open("wb") as sink:
        encrypt(io.BytesIO(b"age"), sink, [ScryptRecipient(Secret(b"password"), work_factor=19)])
    return sealed


def without_terminal(
    folder: Path, *options: str, given: bytes = b"", fd: bytes | None = None, memory: int = 0
) -> subprocess.CompletedProcess[bytes]:
    reading, writing = os.pipe()
    os.write(writing, fd or b"")
    os.close(writing)
    more = ["--passphrase-fd", str(reading)] if fd is not None else []

    def bounded() -> None:
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    try:
        return subprocess.run(
            [*COMMAND, *options, *more],
            input=given,
            capture_output=True,
            check=False,
            cwd=folder,
            env=VARIABLES,
            pass_fds=[reading],
            start_new_session=True,
            preexec_fn=bounded,
            timeout=60,
        )
    finally:
        os.close(reading)


def test_what_is_to_be_sealed_is_not_taken_for_the_passphrase(folder: Path) -> None:
    done = without_terminal(folder, "-p", "-o", "x", given=b"secretword\nsecretword\nthe data\n")
    assert done.returncode == 1
    assert done.stderr.startswith(b"no-terminal: ")
    assert done.stderr.count(b"\n") == 1
    assert not (folder / "x").exists()


def test_age_does_not_take_it_either(folder: Path) -> None:
    need("age")
    done = subprocess.run(
        ["age", "-p", "-o", "x"],
        input=b"a\na\ndata\n",
        capture_output=True,
        check=False,
        cwd=folder,
        start_new_session=True,
    )
    assert done.returncode == 1
    assert not (folder / "x").exists()


@pytest.mark.parametrize("given", [b"", b"password\n"])
def test_where_nobody_can_be_asked_nothing_is_opened(folder: Path, given: bytes) -> None:
    (folder / "keys").write_bytes(header(scrypt()) + whole(IDENTITY.encode().reveal()))
    for options in (["-d", "sealed"], ["-d", "-i", "keys", "sealed"]):
        done = without_terminal(folder, *options, given=given)
        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr.startswith(b"no-terminal: ")
        assert done.stderr.count(b"\n") == 1


def test_a_person_is_asked_at_the_terminal_while_the_data_come_from_a_pipe(folder: Path) -> None:
    script = f"printf 'first\\nsecond\\n' | {' '.join(COMMAND)} -p -o out"
    with at_a_terminal(["/bin/sh", "-c", script], cwd=folder, variables=VARIABLES) as shown:
        shown.answer("Passphrase:", "password")
        shown.answer("once more:", "password")
        assert shown.end() == 0
    assert "password" not in shown.text
    done = without_terminal(folder, "-d", "out", fd=b"password")
    assert (done.returncode, done.stdout) == (0, b"first\nsecond\n")


@pytest.mark.parametrize(
    ("typed", "name"),
    [(("a", "b"), "passphrases-differ"), (("", ""), "passphrase-unusable"), ("\x04", "passphrase-unusable")],
)
def test_what_is_typed_wrong_is_said(folder: Path, typed: Sequence[str], name: str) -> None:
    with at_a_terminal([*COMMAND, "-p", "-o", "out", "plain"], cwd=folder, variables=VARIABLES) as shown:
        for question, line in zip(("Passphrase:", "once more:"), typed, strict=False):
            shown.wait_for(question)
            shown.type(line if line == "\x04" else line + "\n")
        shown.wait_for(f"{name}: ")
        assert shown.end() == 1
    assert "Traceback" not in shown.text
    assert not (folder / "out").exists()


@pytest.mark.parametrize("number", ["-1", "x", "9" * 30, "1.5", ""])
def test_a_descriptor_that_is_no_number_is_a_wrong_use(folder: Path, number: str) -> None:
    done = without_terminal(folder, "-d", f"--passphrase-fd={number}", "sealed")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_an_endless_passphrase_and_a_closed_descriptor(folder: Path) -> None:
    with open("/dev/zero", "rb") as zero:  # noqa: PTH123
        done = subprocess.run(
            [*COMMAND, "-d", "--passphrase-fd", str(zero.fileno()), "sealed"],
            capture_output=True,
            check=False,
            cwd=folder,
            env=VARIABLES,
            pass_fds=[zero.fileno()],
            timeout=30,
        )
    assert (done.returncode, done.stderr[:21]) == (1, b"passphrase-unusable: ")
    done = without_terminal(folder, "-d", "--passphrase-fd", "999", "sealed")
    assert (done.returncode, done.stderr[:7], done.stderr.count(b"\n")) == (1, b"error: ", 1)


def test_where_the_memory_is_lacking_it_is_said(folder: Path) -> None:
    (folder / "sealed").write_bytes(header(scrypt(factor=b"20")) + whole(b"age"))
    done = without_terminal(folder, "-d", "sealed", fd=b"password", memory=900 << 20)
    assert done.returncode == 1
    cost, failure = done.stderr.decode().splitlines()
    assert "4 seconds and 1 GiB" in cost
    assert failure.startswith("memory-lacking: ")
    assert "1 GiB" in failure


def test_what_it_costs_is_said_before_it_is_done_where_nobody_is_asked(folder: Path, costly: Path) -> None:
    done = without_terminal(folder, "-d", str(costly), fd=b"password")
    assert (done.returncode, done.stdout) == (0, b"age")
    assert done.stderr.count(b"\n") == 1
    assert b"2 seconds and 512 MiB" in done.stderr
    done = without_terminal(folder, "-d", "sealed", fd=b"password")
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_it_costs_is_asked_of_a_person_before_the_passphrase(folder: Path, costly: Path) -> None:
    command = [*COMMAND, "-d", "-o", "out", str(costly)]
    for no in ("n", ""):
        with at_a_terminal(command, cwd=folder, variables=VARIABLES) as shown:
            shown.wait_for("2 seconds and 512 MiB")
            shown.answer("Go on?", no)
            shown.wait_for("age-cancelled: ")
            assert shown.end() == 1
        assert "Passphrase:" not in shown.text
        assert not (folder / "out").exists()
    with at_a_terminal(command, cwd=folder, variables=VARIABLES) as shown:
        shown.answer("Go on?", "yes")
        shown.answer("Passphrase:", "password")
        assert shown.end() == 0
    assert (folder / "out").read_bytes() == b"age"


@pytest.mark.parametrize("factor", ["21", "30", "1" + "0" * 5000])
def test_what_is_never_done_is_not_asked_about(folder: Path, factor: str) -> None:
    (folder / "sealed").write_bytes(header(scrypt(factor=factor.encode())) + whole(b"age"))
    with at_a_terminal([*COMMAND, "-d", "sealed"], cwd=folder, variables=VARIABLES) as shown:
        assert shown.end() == 1
    assert shown.text.startswith("header failure: ")
    assert "?" not in shown.text
    assert without_terminal(folder, "-d", "sealed", fd=b"password").stderr.startswith(b"header failure: ")


def test_a_passphrase_beside_recipients_is_refused_before_anybody_is_asked(folder: Path) -> None:
    (folder / "keys").write_bytes(IDENTITY.encode().reveal())
    recipient = str(IDENTITY.recipient)
    (folder / "to").write_text(recipient)
    for options in (["-r", recipient], ["-R", "to"], ["-e", "-i", "keys"]):
        with at_a_terminal([*COMMAND, "-p", *options, "-o", "x", "plain"], cwd=folder, variables=VARIABLES) as shown:
            assert shown.end() == 1
        assert shown.text.startswith("usage: ")
        assert "Passphrase" not in shown.text
    for options in (["-r", recipient], ["-R", "to"]):
        done = without_terminal(folder, *options, "-o", "x", "plain", fd=b"password")
        assert (done.returncode, done.stderr[:7]) == (1, b"usage: ")
    assert not (folder / "x").exists()


def test_beside_a_sealed_key_file_the_descriptor_opens_it(folder: Path) -> None:
    (folder / "keys").write_bytes(header(scrypt()) + whole(IDENTITY.encode().reveal()))
    assert without_terminal(folder, "-e", "-i", "keys", "-o", "x", "plain", fd=b"password").returncode == 0
    done = without_terminal(folder, "-d", "-i", "keys", "x", fd=b"password")
    assert (done.returncode, done.stdout) == (0, b"age")
