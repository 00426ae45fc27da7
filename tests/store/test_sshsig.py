"""Signatures that ssh-keygen takes, and those of ssh-keygen; and everything that must not pass."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from guidance.errors import SeglError
from store.sshsig import (
    PublicKeyMalformed,
    SignatureInvalid,
    SignatureMalformed,
    allowed_signers_line,
    fingerprint,
    parse_public_key_line,
    public_key_line,
    sign,
    verify,
)
from tests.tools import need

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
NAMESPACE = "segl-bundle"
MESSAGE = "ting og sager æøå\n".encode()


def blob_of(signature: str) -> bytearray:
    return bytearray(base64.b64decode("".join(signature.split("\n")[1:-2])))


def armored(blob: bytes | bytearray) -> str:
    text = base64.b64encode(blob).decode()
    lines = [text[start : start + 70] for start in range(0, len(text), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----"]) + "\n"


def test_the_signer_is_known() -> None:
    assert verify(sign(KEY, MESSAGE, namespace=NAMESPACE), MESSAGE, namespace=NAMESPACE) == PUBLIC
    assert verify(sign(OTHER, b"", namespace="x"), b"", namespace="x") == OTHER.public_key().public_bytes_raw()


def test_another_message_or_purpose_is_refused() -> None:
    signature = sign(KEY, MESSAGE, namespace=NAMESPACE)
    with pytest.raises(SignatureInvalid):
        verify(signature, MESSAGE + b"x", namespace=NAMESPACE)
    with pytest.raises(SignatureInvalid):
        verify(signature, MESSAGE, namespace="segl-receipt")


def test_no_flipped_bit_passes() -> None:
    signature = sign(KEY, MESSAGE, namespace=NAMESPACE)
    blob = blob_of(signature)
    assert verify(armored(blob), MESSAGE, namespace=NAMESPACE) == PUBLIC
    for place in range(len(blob)):
        changed = bytearray(blob)
        changed[place] ^= 1
        with pytest.raises((SignatureInvalid, SignatureMalformed)):
            verify(armored(changed), MESSAGE, namespace=NAMESPACE)


def test_another_key_in_its_place_is_refused() -> None:
    blob = bytes(blob_of(sign(KEY, MESSAGE, namespace=NAMESPACE)))
    swapped = blob.replace(PUBLIC, OTHER.public_key().public_bytes_raw())
    assert swapped != blob
    with pytest.raises(SignatureInvalid):
        verify(armored(swapped), MESSAGE, namespace=NAMESPACE)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "x",
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("-----END", "====-----END"),
        lambda text: text.replace("BEGIN SSH", "BEGIN PGP"),
        lambda text: text.replace("\n", "\n\n", 2),
        lambda text: armored(bytes(blob_of(text)) + b"\0"),
        lambda text: armored(bytes(blob_of(text))[:-1]),
        lambda text: armored(bytes(blob_of(text)).replace(b"sha512", b"sha256")),
        lambda text: "",
        lambda text: "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
        lambda text: "-----BEGIN SSH SIGNATURE-----\n\n-----END SSH SIGNATURE-----\n",
        lambda text: "-----BEGIN SSH SIGNATURE-----\næ\n-----END SSH SIGNATURE-----\n",
        lambda text: text.replace("U1NIU0lH", "U1NIU0lH" * 1000),
    ],
)
def test_what_is_not_written_the_one_way_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(SignatureMalformed):
        verify(change(sign(KEY, MESSAGE, namespace=NAMESPACE)), MESSAGE, namespace=NAMESPACE)


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_parser(blob: bytes) -> None:
    for text in (armored(blob), armored(b"SSHSIG\0\0\0\1" + blob), blob.decode("latin-1")):
        with pytest.raises(SeglError):
            verify(text, b"", namespace="n")


def test_a_public_key_line_is_read_back() -> None:
    line = public_key_line(PUBLIC, "kontor nord")
    assert parse_public_key_line(line + "\n") == (PUBLIC, "kontor nord")
    assert parse_public_key_line(public_key_line(PUBLIC)) == (PUBLIC, "")


@pytest.mark.parametrize(
    "line",
    ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa AAAA", "ssh-ed25519 æ", f"{public_key_line(PUBLIC)}\nx"],
)
def test_a_damaged_key_line_is_refused(line: str) -> None:
    with pytest.raises(PublicKeyMalformed):
        parse_public_key_line(line)


def test_one_changed_character_of_a_key_line_never_gives_the_key() -> None:
    line = public_key_line(PUBLIC)
    for place in range(len("ssh-ed25519 "), len(line)):
        changed = line[:place] + ("A" if line[place] != "A" else "B") + line[place + 1 :]
        try:
            assert parse_public_key_line(changed)[0] != PUBLIC
        except PublicKeyMalformed:
            continue


@pytest.mark.parametrize("word", ["", "a b", 'a"b', "a,b", "*", "!a", "#a", "a\nb"])
def test_a_word_that_means_something_in_the_file_is_refused(word: str) -> None:
    with pytest.raises(ValueError):
        allowed_signers_line(word, NAMESPACE, PUBLIC)
    with pytest.raises(ValueError):
        allowed_signers_line("anna", word, PUBLIC)


def keygen(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["ssh-keygen", *arguments], input=stdin, capture_output=True, check=False)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    path.chmod(0o600)
    return path


def check(tmp_path: Path, signature: str, message: bytes, *, signer: bytes = PUBLIC, namespace: str = NAMESPACE) -> int:
    (tmp_path / "signature").write_text(signature, encoding="ascii")
    (tmp_path / "allowed").write_text(allowed_signers_line("anna", NAMESPACE, signer) + "\n", encoding="ascii")
    arguments = ["-f", str(tmp_path / "allowed"), "-I", "anna", "-n", namespace, "-s", str(tmp_path / "signature")]
    return keygen("-Y", "verify", *arguments, stdin=message).returncode


def test_ssh_keygen_takes_ours(tmp_path: Path) -> None:
    need("ssh-keygen")
    signature = sign(KEY, MESSAGE, namespace=NAMESPACE)
    assert check(tmp_path, signature, MESSAGE) == 0
    assert check(tmp_path, signature, MESSAGE + b"x") != 0
    assert check(tmp_path, signature, MESSAGE, namespace="other") != 0
    assert check(tmp_path, signature, MESSAGE, signer=OTHER.public_key().public_bytes_raw()) != 0


def test_ssh_keygen_and_this_write_the_same(tmp_path: Path, key_file: Path) -> None:
    need("ssh-keygen")
    made = keygen("-Y", "sign", "-f", str(key_file), "-n", NAMESPACE, stdin=MESSAGE).stdout.decode()
    assert verify(made, MESSAGE, namespace=NAMESPACE) == PUBLIC
    # Ed25519 is deterministic: the same key, message and purpose give the same text.
    assert made == sign(KEY, MESSAGE, namespace=NAMESPACE)


def test_the_fingerprint_is_the_one_ssh_keygen_shows(tmp_path: Path) -> None:
    need("ssh-keygen")
    path = tmp_path / "key.pub"
    path.write_text(public_key_line(PUBLIC, "kontor") + "\n", encoding="utf-8")
    assert keygen("-l", "-f", str(path)).stdout.split()[1].decode() == fingerprint(PUBLIC)
