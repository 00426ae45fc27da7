"""Every vector, public or our own, gets its class, and releases exactly what it may."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest

from store.age import AgeError, Identity, ScryptIdentity, decrypt, parse_identities
from store.age.__main__ import main
from store.secret import Secret
from tests.store.age.vector_files import TABLE, written
from tests.store.age.vectors import FOLDER, OWN, Vector, every, names

CLASSES = {"success", "header failure", "no match", "HMAC failure", "payload failure", "armor failure"}


@pytest.mark.parametrize("look", [False, True], ids=["told", "looks"])
@pytest.mark.parametrize("path", every(), ids=lambda path: path.name)
def test_vector(path: Path, look: bool) -> None:
    vector = Vector.read(path)
    identities: list[Identity] = [ScryptIdentity(Secret.from_text(phrase)) for phrase in vector.passphrases]
    for text in vector.identities:
        identities += parse_identities(text)
    sink = io.BytesIO()
    outcome = "success"
    try:
        decrypt(io.BytesIO(vector.file), sink, identities, armored=None if look else vector.armored)
    except AgeError as error:
        outcome = error.failure_class
    assert outcome == vector.expect
    if vector.payload is not None:
        assert hashlib.sha256(sink.getvalue()).hexdigest() == vector.payload


@pytest.mark.parametrize("way", ["standard output", "a file"])
@pytest.mark.parametrize("path", every(), ids=lambda path: path.name)
def test_the_command_classes_it_alike(
    path: Path, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """As a suite would drive it: keys in a file, a passphrase by a descriptor, the class first on standard error."""
    vector = Vector.read(path)
    monkeypatch.chdir(tmp_path)
    Path("sealed").write_bytes(vector.file)
    options = ["-d"]
    if vector.identities:
        Path("keys").write_text("\n".join(vector.identities), encoding="utf-8")
        options += ["-i", "keys"]
    if vector.passphrases:
        reading, writing = os.pipe()
        os.write(writing, vector.passphrases[0].encode())
        os.close(writing)
        options += ["--passphrase-fd", str(reading)]
    out = Path("out")
    if way == "a file":
        options += ["-o", str(out)]
        code = main([*options, "sealed"])
    else:
        with out.open("wb") as file:
            monkeypatch.setattr("store.age.__main__._STDOUT", file.fileno())
            code = main([*options, "sealed"])
    said = capfd.readouterr().err
    assert (code == 0) is (vector.expect == "success")
    assert said == "" if code == 0 else said.startswith(f"{vector.expect}: ")
    if vector.payload is not None:
        released = out.read_bytes() if out.exists() else b""
        assert hashlib.sha256(released).hexdigest() == vector.payload


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the age vectors do not lie beside the repository")
def test_there_are_vectors() -> None:
    assert len(names()) >= 70


def test_our_own_are_those_of_the_table() -> None:
    assert {path.name: Vector.read(path).expect for path in OWN.iterdir()} == {
        name: made.expect for name, made in TABLE.items()
    }
    # One of each class, so that none of them passes for want of a bad file.
    assert {made.expect for made in TABLE.values()} == CLASSES


@pytest.mark.parametrize("name", TABLE)
def test_the_script_makes_it_anew(name: str) -> None:
    """To the byte; of a hybrid file, whose randomness is the library's, all that stands before the file itself."""
    made, there = written(TABLE[name]), (OWN / name).read_bytes()
    hybrid = b"mlkem768x25519" in there or b"identity: AGE-SECRET-KEY-PQ-" in there
    assert made.partition(b"\n\n")[0] == there.partition(b"\n\n")[0]
    assert hybrid or made == there
