from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from store import checkpoint, sshsig
from store.checkpoint import CheckpointInvalid
from store.ed25519 import is_key, verifies
from store.entry import EntryInvalid, Header, SpaceKind, commit, entry_id, verify, write_payload
from store.model import StoredEntry
from tests.store.bundle.invented import AT

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493
IDENTITY = (1).to_bytes(32, "little")
HOLDS_FOR_ALL = IDENTITY + bytes(32)
"""R the neutral point, S zero."""

Point = tuple[int, int]


def x_of(y: int) -> int | None:
    """RFC 8032, section 5.1.3."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    for candidate in (x, x * pow(2, (P - 1) // 4, P) % P):
        if candidate * candidate % P == square:
            return candidate
    return None


def add(a: Point, b: Point) -> Point:
    """RFC 8032, section 5.1.4, in plain coordinates."""
    product = D * a[0] * b[0] * a[1] * b[1]
    return (
        (a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, P) % P,
        (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P) % P,
    )


def times(number: int, point: Point) -> Point:
    result: Point = (0, 1)
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    return result


def low_order_points() -> set[Point]:
    """Any point times the order of the large group is one of the eight, and all eight are found so."""
    found = set[Point]()
    y = 2
    while len(found) < 8:
        if (x := x_of(y)) is not None:
            found |= {times(ORDER, (x, y)), times(ORDER, (-x % P, y))}
        y += 1
    return found


def written(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


LOW_ORDER = sorted(written(point) for point in low_order_points())
WRITTEN_TWICE = [(y | sign << 255).to_bytes(32, "little") for y in range(P, 2**255) for sign in (0, 1)]


def test_the_eight_points_of_low_order_are_nobodys() -> None:
    assert len(LOW_ORDER) == 8
    assert IDENTITY in LOW_ORDER
    assert not any(is_key(key) for key in LOW_ORDER)


@pytest.mark.parametrize("key", [*LOW_ORDER[:2], *WRITTEN_TWICE], ids=lambda key: key.hex()[:8])
def test_nothing_verifies_under_a_key_that_is_nobodys(key: bytes) -> None:
    assert not is_key(key)
    assert not any(verifies(key, HOLDS_FOR_ALL, b"message %d" % number) for number in range(16))


def test_without_the_check_one_signature_would_hold_for_every_message() -> None:
    for number in range(16):
        Ed25519PublicKey.from_public_bytes(IDENTITY).verify(HOLDS_FOR_ALL, b"message %d" % number)


def test_a_signature_holds_for_its_message_and_key_only() -> None:
    private, other = (Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed).digest()) for seed in (b"a", b"b"))
    key = private.public_key().public_bytes_raw()
    signature = private.sign(b"message")
    assert verifies(key, signature, b"message")
    assert not verifies(key, signature, b"messagE")
    assert not verifies(other.public_key().public_bytes_raw(), signature, b"message")
    assert not verifies(key[:-1], signature, b"message")
    assert not verifies(key, signature[:-1], b"message")


def test_a_signature_is_written_in_one_way() -> None:
    """S plus the order of the group is the same number to a careless verifier (RFC 8032, section 8.4)."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    signature = private.sign(b"message")
    again = (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
    assert not verifies(private.public_key().public_bytes_raw(), signature[:32] + again, b"message")


def test_an_entry_of_nobody_does_not_verify() -> None:
    salt, payload = bytes(32), write_payload({"text": "x"})
    header = Header(
        space_kind=SpaceKind.CASE,
        space="5e" * 16,
        device=IDENTITY.hex(),
        sequence=1,
        previous=None,
        seen=(),
        kind="note.added",
        claimed_at=AT,
        commitment=commit(salt, payload),
    ).encode()
    entry = StoredEntry(id=entry_id(header), header=header, signature=HOLDS_FOR_ALL, salt=salt, payload=payload)
    with pytest.raises(EntryInvalid) as caught:
        verify(entry)
    assert caught.value.fault == "signature"


def test_a_document_and_a_checkpoint_of_nobody_do_not_verify(monkeypatch: pytest.MonkeyPatch) -> None:
    class Nobody:
        device = IDENTITY.hex()

        def public_key(self) -> Nobody:
            return self

        def public_bytes_raw(self) -> bytes:
            return IDENTITY

        def sign(self, _message: bytes) -> bytes:
            return HOLDS_FOR_ALL

    signature = sshsig.sign(Nobody(), b"message", namespace="segl-bundle")  # type: ignore[arg-type]
    with pytest.raises(sshsig.SignatureInvalid):
        sshsig.verify(signature, b"message", namespace="segl-bundle")
    text = checkpoint.write(Nobody(), vault="v", counter=1, root="00" * 32, at=AT)  # type: ignore[arg-type]
    with pytest.raises(CheckpointInvalid):
        checkpoint.read(text)
