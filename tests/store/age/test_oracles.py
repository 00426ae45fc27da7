"""Other implementations of the format open what is sealed here, and the other way round."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import subprocess
from pathlib import Path

import pyrage
import pytest

from store.age import (
    HybridIdentity,
    ScryptIdentity,
    ScryptRecipient,
    X25519Identity,
    decrypt,
    encrypt,
    generate_hybrid,
    generate_x25519,
    parse_identities,
    parse_recipient,
)
from store.secret import Secret
from tests.store.age.kit import CHUNK
from tests.store.age.vectors import OWN, Vector
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


def run(*command: str, data: bytes = b"", folder: Path | None = None) -> bytes:
    return subprocess.run(command, input=data, capture_output=True, check=True, cwd=folder).stdout


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
const recipient = await age.identityToRecipient(identity);
sealer.addRecipient(recipient);
console.log(recipient);
writeFileSync(theirs, await sealer.encrypt(data));
"""


def javascript() -> Path:
    """The folder that has the npm package; `.ci/run` makes it. Without it the test is skipped."""
    need("node")
    named = os.environ.get("SEGL_TEST_NODE")
    folders = [Path(named)] if named else [ROOT.parent]
    for folder in folders:
        manifest = folder / "node_modules" / "age-encryption" / "package.json"
        if manifest.is_file():
            assert json.loads(manifest.read_text(encoding="utf-8"))["version"] == "0.3.1"
            return folder
    pytest.skip("the npm package age-encryption 0.3.1 is not where SEGL_TEST_NODE says")


@pytest.mark.parametrize("kind", ["hybrid", "classical"])
@pytest.mark.parametrize("size", [0, 3, CHUNK, 3 * CHUNK + 1])
def test_the_javascript_package(kind: str, size: int, tmp_path: Path) -> None:
    folder = javascript()
    key: HybridIdentity | X25519Identity = generate_hybrid() if kind == "hybrid" else generate_x25519()
    data = bytes(number % 251 for number in range(size))
    ours, theirs = tmp_path / "ours.age", tmp_path / "theirs.age"
    with ours.open("wb") as sink:
        encrypt(io.BytesIO(data), sink, [parse_recipient(key.recipient.encode())])
    arguments = [str(ours), str(theirs), key.encode().reveal().decode()]
    said = run("node", "--input-type=module", "-e", JAVASCRIPT, *arguments, folder=folder)
    # The recipient it derives from the key is the one derived here.
    assert said.decode().strip() == key.recipient.encode()
    sink_bytes = io.BytesIO()
    with theirs.open("rb") as source:
        decrypt(source, sink_bytes, [key])
    assert sink_bytes.getvalue() == data
    assert b"mlkem768x25519" in theirs.read_bytes()[:60] or kind == "classical"


def test_hybrid_opens_its_own() -> None:
    key, other = generate_hybrid(), generate_hybrid()
    sink = io.BytesIO()
    encrypt(io.BytesIO(b"age"), sink, [other.recipient, key.recipient])
    result = io.BytesIO()
    decrypt(io.BytesIO(sink.getvalue()), result, [key])
    assert result.getvalue() == b"age"


JUDGE = """
import * as age from "age-encryption";
import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
const said = {};
for (const { name, file, identities, passphrases, armored } of JSON.parse(readFileSync(0))) {
  try {
    const decrypter = new age.Decrypter();
    identities.forEach((identity) => decrypter.addIdentity(identity));
    passphrases.forEach((passphrase) => decrypter.addPassphrase(passphrase));
    const bytes = Buffer.from(file, "base64");
    const sealed = armored ? age.armor.decode(bytes.toString("latin1")) : bytes;
    const plain = await decrypter.decrypt(new Uint8Array(sealed));
    said[name] = createHash("sha256").update(plain).digest("hex");
  } catch (error) {
    said[name] = "refused";
  }
}
console.log(JSON.stringify(said));
"""


DIFFERING: dict[str, dict[str, str]] = {
    "age-encryption": {
        "hybrid_malformed_behind_mine": "stops at the first stanza that opens; here every one of a known type is read",
    },
    "age": {},
    "pyrage": {
        "scrypt_work_factor_behind": "reads a number as far as it is one",
        "scrypt_work_factor_with_a_point": "likewise",
        "stanza_body_missing": "takes a body without its last line, for the sake of files that an early version wrote",
        "stanza_body_full_and_no_end": "likewise",
    },
}
"""Where another implementation (npm 0.3.1, age 1.1.1, pyrage) judges otherwise than age.md, and what it does."""


def test_the_javascript_package_judges_our_own_vectors_alike() -> None:
    folder = javascript()
    vectors = {path.name: Vector.read(path) for path in sorted(OWN.iterdir())}
    asked = [
        {
            "name": name,
            "file": base64.b64encode(vector.file).decode(),
            "identities": vector.identities,
            "passphrases": vector.passphrases,
            "armored": vector.armored,
        }
        for name, vector in vectors.items()
    ]
    said = json.loads(
        run("node", "--input-type=module", "-e", JUDGE, data=json.dumps(asked).encode(), folder=folder).decode()
    )
    expected = {name: vector.payload if vector.expect == "success" else "refused" for name, vector in vectors.items()}
    differing = {name for name, told in said.items() if told != expected[name]}
    assert differing == set(DIFFERING["age-encryption"])
    assert len(said) == len(expected) >= 150


def test_the_age_command_judges_our_own_classical_vectors_alike(tmp_path: Path) -> None:
    need("age")
    judged = {}
    for path in sorted(OWN.iterdir()):
        vector = Vector.read(path)
        if not vector.identities or any(identity.startswith("AGE-SECRET-KEY-PQ-") for identity in vector.identities):
            continue
        (tmp_path / "keys").write_text("\n".join(vector.identities))
        done = subprocess.run(
            ["age", "-d", "-i", str(tmp_path / "keys")], input=vector.file, capture_output=True, timeout=60
        )
        judged[path.name] = (done.returncode == 0, vector.expect == "success")
    assert {name for name, (theirs, ours) in judged.items() if theirs is not ours} == set(DIFFERING["age"])
    assert len(judged) >= 90


def test_pyrage_judges_our_own_classical_vectors_alike() -> None:
    judged = {}
    for path in sorted(OWN.iterdir()):
        vector = Vector.read(path)
        if any(identity.startswith("AGE-SECRET-KEY-PQ-") for identity in vector.identities):
            continue
        try:
            if vector.passphrases:
                plain = pyrage.passphrase.decrypt(vector.file, vector.passphrases[0])
            else:
                keys = [pyrage.x25519.Identity.from_str(text) for text in vector.identities]
                plain = pyrage.decrypt(vector.file, keys)
            said: str | None = hashlib.sha256(plain).hexdigest()
        except pyrage.DecryptError:
            said = None
        judged[path.name] = said == (vector.payload if vector.expect == "success" else None)
    assert {name for name, alike in judged.items() if not alike} == set(DIFFERING["pyrage"])
    assert len(judged) >= 100
