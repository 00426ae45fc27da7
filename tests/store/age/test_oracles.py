"""Other implementations of the format open what is sealed here, and the other way round."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pyrage
import pytest

from store.age import (
    ScryptIdentity,
    ScryptRecipient,
    decrypt,
    encrypt,
    generate_hybrid,
    generate_x25519,
    parse_identities,
    parse_recipient,
)
from store.secret import Secret
from tests.store.age.kit import CHUNK
from tests.tools import ROOT, need

SIZES = [0, 1, CHUNK, 16 * CHUNK, 40 * CHUNK + 17]
KEY = generate_x25519()


def sealed(data: bytes, *, armored: bool = False) -> bytes:
    sink = io.BytesIO()
    encrypt(io.BytesIO(data), sink, [KEY.recipient], armored=armored)
    return sink.getvalue()


def opened(file: bytes) -> bytes:
    sink = io.BytesIO()
    decrypt(io.BytesIO(file), sink, [KEY])
    return sink.getvalue()


def run(*command: str, data: bytes = b"") -> bytes:
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


@pytest.mark.parametrize("armored", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_the_age_command(size: int, armored: bool, tmp_path: Path) -> None:
    need("age")
    keys = tmp_path / "keys.txt"
    keys.write_bytes(KEY.encode().reveal() + b"\n")
    data = bytes(size)
    assert run("age", "-d", "-i", str(keys), data=sealed(data, armored=armored)) == data
    assert opened(run("age", "-r", str(KEY.recipient), *(["-a"] if armored else []), data=data)) == data


def test_keys_of_age_keygen(tmp_path: Path) -> None:
    need("age-keygen")
    text = run("age-keygen").decode()
    (identity,) = parse_identities(text)
    assert identity.recipient.encode() in text
    keys = tmp_path / "keys.txt"
    keys.write_bytes(KEY.encode().reveal() + b"\n")
    assert run("age-keygen", "-y", str(keys)).decode().strip() == KEY.recipient.encode()


@pytest.mark.parametrize("size", SIZES)
def test_pyrage(size: int) -> None:
    data = bytes(size)
    identity = pyrage.x25519.Identity.from_str(KEY.encode().reveal().decode())
    recipient = pyrage.x25519.Recipient.from_str(KEY.recipient.encode())
    assert pyrage.decrypt(sealed(data), [identity]) == data
    assert opened(pyrage.encrypt(data, [recipient])) == data


def test_passphrases_of_pyrage() -> None:
    phrase = Secret.from_text("blå hest på loftet")
    sink = io.BytesIO()
    encrypt(io.BytesIO(b"age"), sink, [ScryptRecipient(phrase, work_factor=12)])
    assert pyrage.passphrase.decrypt(sink.getvalue(), phrase.reveal().decode()) == b"age"


def test_passphrases_of_the_age_command(tmp_path: Path) -> None:
    need("age", "setsid")
    phrase = "blå hest på loftet"
    (tmp_path / "plain").write_bytes(b"age")
    # It asks a terminal and nothing else: this one has typed ahead.
    ours, theirs = os.openpty()
    try:
        os.write(ours, f"{phrase}\n{phrase}\n".encode())
        command = ["setsid", "--ctty", "--wait", "age", "-p", "-o", "sealed", "plain"]
        subprocess.run(command, stdin=theirs, stdout=theirs, stderr=theirs, check=True, cwd=tmp_path, timeout=60)
    finally:
        os.close(ours)
        os.close(theirs)
    sink = io.BytesIO()
    with (tmp_path / "sealed").open("rb") as source:
        decrypt(source, sink, [ScryptIdentity(Secret.from_text(phrase))])
    assert sink.getvalue() == b"age"


JAVASCRIPT = """
import * as age from "age-encryption";
import { readFileSync, writeFileSync } from "node:fs";
const [ours, theirs, identity] = process.argv.slice(1);
const opener = new age.Decrypter();
opener.addIdentity(identity);
const data = await opener.decrypt(readFileSync(ours));
const sealer = new age.Encrypter();
sealer.addRecipient(await age.identityToRecipient(identity));
writeFileSync(theirs, await sealer.encrypt(data));
"""


def test_hybrid_of_the_javascript_package(tmp_path: Path) -> None:
    """`npm install age-encryption@0.3.1` in the folder above the repository, or the repository, switches it on."""
    need("node")
    folders = [folder for folder in (ROOT, ROOT.parent) if (folder / "node_modules" / "age-encryption").is_dir()]
    if not folders:
        pytest.skip("the npm package age-encryption is not installed")
    key = generate_hybrid()
    data = bytes(3 * CHUNK + 1)
    ours, theirs = tmp_path / "ours.age", tmp_path / "theirs.age"
    with ours.open("wb") as sink:
        encrypt(io.BytesIO(data), sink, [parse_recipient(key.recipient.encode())])
    arguments = [str(ours), str(theirs), key.encode().reveal().decode()]
    subprocess.run(["node", "--input-type=module", "-e", JAVASCRIPT, *arguments], check=True, cwd=folders[0])
    sink_bytes = io.BytesIO()
    with theirs.open("rb") as source:
        decrypt(source, sink_bytes, [key])
    assert sink_bytes.getvalue() == data


def test_hybrid_opens_its_own() -> None:
    key, other = generate_hybrid(), generate_hybrid()
    sink = io.BytesIO()
    encrypt(io.BytesIO(b"age"), sink, [other.recipient, key.recipient])
    result = io.BytesIO()
    decrypt(io.BytesIO(sink.getvalue()), result, [key])
    assert result.getvalue() == b"age"
