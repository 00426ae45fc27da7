"""Makes the age vectors in `tests/vectors/age/`: `python -m tests.store.age.vector_files`.

They are of the family and form of the public ones (C2SP, CCTV/age), and are built by hand from the specification. HPKE
takes its randomness from the library, so that a hybrid file comes out anew each time: a file that is there is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from store.age import X25519Identity, generate_hybrid
from tests.store.age import kit
from tests.tools import ROOT

FOLDER: Final = ROOT / "tests" / "vectors" / "age"

HYBRID: Final = generate_hybrid(lambda size: hashlib.shake_256(b"mine").digest(size))
OTHER: Final = generate_hybrid(lambda size: hashlib.shake_256(b"another's").digest(size))
LOW_ORDER: Final = bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")
"""A point of order 8 (RFC 7748 leaves it to the user to refuse the zero secret that it gives)."""

Change = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One vector.

    Attributes:
        file: its bytes.
        expect: `success`, or the class of the failure.
        key: `hybrid`, `x25519` or `passphrase`.
        armored: whether it is said to be in text form.
        gives: what comes out of it; of a failing payload the chunks before what is wrong.
        why: what is special about it.
    """

    file: Callable[[], bytes]
    why: str
    expect: str = "success"
    key: str = "hybrid"
    armored: bool = False
    gives: bytes = b"age"


def hybrid(
    identity: object = HYBRID,
    *,
    name: bytes = b"mlkem768x25519",
    enc: Change = lambda enc: enc,
    body: Change = lambda body: body,
    written: Change = lambda share: share,
    lines: Change = lambda lines: lines,
    extra: bytes = b"",
    file_key: bytes = kit.FILE_KEY,
) -> bytes:
    """A hybrid stanza, changed."""
    recipient = (OTHER if identity is OTHER else HYBRID).recipient
    sealed = recipient.seal(file_key, info=b"age-encryption.org/mlkem768x25519")
    share, wrapped = enc(sealed[:1120]), body(sealed[1120:])
    return b"-> " + name + b" " + written(kit.b64(share)) + extra + b"\n" + lines(kit.body(wrapped))


def flip(place: int) -> Change:
    def change(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[place] ^= 1
        return bytes(changed)

    return change


def loose_end(data: bytes) -> bytes:
    """Base64 whose last letter has bits that no byte has: a second way to write the same."""
    text = data.rstrip(b"\n")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return text[:-1] + alphabet[alphabet.index(text[-1]) + 1 :][:1] + data[len(text) :]


def whole(*stanzas: bytes, data: bytes = b"age") -> bytes:
    return kit.header(*stanzas) + kit.whole(data)


def x25519_share(share: bytes, body: bytes = bytes(32), extra: bytes = b"") -> bytes:
    return b"-> X25519 " + kit.b64(share) + extra + b"\n" + kit.body(body)


def high_bit() -> bytes:
    """A share with its last bit set: X25519 passes over it, and the wrapped key is bound to the bytes as they stand."""
    ephemeral = X25519PrivateKey.from_private_bytes(bytes(range(3, 35)))
    share = bytearray(ephemeral.public_key().public_bytes_raw())
    share[31] |= 0x80
    public = kit.IDENTITY.recipient.public_key
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    key = kit.hkdf(shared, bytes(share) + public, b"age-encryption.org/v1/X25519")
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return x25519_share(bytes(share), ChaCha20Poly1305(key).encrypt(bytes(12), kit.FILE_KEY, None))


def _armored(change: Change = lambda text: text) -> Callable[[], bytes]:
    return lambda: change(kit.armor(whole(kit.x25519())))


def _mac(change: Change) -> Callable[[], bytes]:
    def make() -> bytes:
        head = kit.header(kit.x25519())
        start = head.rindex(b"--- ")
        return head[:start] + change(head[start:]) + kit.whole(b"age")

    return make


GREASE: Final = b'-> grease-of-somebody ! "#$ ~\n' + kit.body(bytes(range(100)))
BAD: Final = "header failure"

TABLE: Final[Mapping[str, Made]] = {
    "hybrid": Made(file=lambda: whole(hybrid()), why="as it should be"),
    "hybrid_two_chunks": Made(
        file=lambda: whole(hybrid(), data=bytes(70_000)), why="more than one chunk", gives=bytes(70_000)
    ),
    "hybrid_empty": Made(file=lambda: whole(hybrid(), data=b""), why="nothing in it", gives=b""),
    "hybrid_mine_is_second": Made(file=lambda: whole(hybrid(OTHER), hybrid()), why="another's stanza first"),
    "hybrid_twice": Made(file=lambda: whole(hybrid(), hybrid()), why="two stanzas for one key"),
    "hybrid_grease": Made(file=lambda: whole(GREASE, hybrid(), GREASE), why="stanzas of unknown types around it"),
    "hybrid_in_text_form": Made(file=lambda: kit.armor(whole(hybrid())), armored=True, why="the text form"),
    "hybrid_no_match": Made(file=lambda: whole(hybrid(OTHER)), expect="no match", why="for another key"),
    "hybrid_lowercase_is_the_name": Made(
        file=lambda: whole(hybrid(name=b"MLKEM768X25519")), expect="no match", why="the name in capitals is another"
    ),
    "hybrid_mlkem_changed": Made(
        file=lambda: whole(hybrid(enc=flip(0))),
        expect="no match",
        why="the ML-KEM part changed: ML-KEM rejects silently",
    ),
    "hybrid_x25519_changed": Made(
        file=lambda: whole(hybrid(enc=flip(1100))), expect="no match", why="the X25519 part changed"
    ),
    "hybrid_body_changed": Made(
        file=lambda: whole(hybrid(body=flip(0))), expect="no match", why="the wrapped key changed"
    ),
    "hybrid_tag_changed": Made(file=lambda: whole(hybrid(body=flip(-1))), expect="no match", why="its tag changed"),
    "hybrid_zero_share": Made(
        file=lambda: whole(hybrid(enc=lambda enc: enc[:1088] + bytes(32))), expect=BAD, why="an X25519 part of zeros"
    ),
    "hybrid_low_order": Made(
        file=lambda: whole(hybrid(enc=lambda enc: enc[:1088] + LOW_ORDER)), expect=BAD, why="a point of low order"
    ),
    "hybrid_share_one_short": Made(file=lambda: whole(hybrid(enc=lambda enc: enc[:-1])), expect=BAD, why="1119 bytes"),
    "hybrid_share_one_long": Made(
        file=lambda: whole(hybrid(enc=lambda enc: enc + b"\0")), expect=BAD, why="1121 bytes"
    ),
    "hybrid_share_of_mlkem_alone": Made(
        file=lambda: whole(hybrid(enc=lambda enc: enc[:1088])), expect=BAD, why="without the X25519 part"
    ),
    "hybrid_no_share": Made(
        file=lambda: whole(b"-> mlkem768x25519\n" + kit.body(bytes(32))), expect=BAD, why="no argument"
    ),
    "hybrid_two_shares": Made(
        file=lambda: whole(hybrid(extra=b" " + kit.b64(bytes(1120)))), expect=BAD, why="one argument too many"
    ),
    "hybrid_share_padded": Made(
        file=lambda: whole(hybrid(written=lambda share: share + b"=")), expect=BAD, why="base64 with padding"
    ),
    "hybrid_share_not_canonical": Made(
        file=lambda: whole(hybrid(written=loose_end)), expect=BAD, why="base64 with bits that stand for nothing"
    ),
    "hybrid_body_not_canonical": Made(
        file=lambda: whole(hybrid(lines=loose_end)), expect=BAD, why="likewise in the body"
    ),
    "hybrid_body_empty": Made(file=lambda: whole(hybrid(body=lambda _body: b"")), expect=BAD, why="no wrapped key"),
    "hybrid_body_one_short": Made(file=lambda: whole(hybrid(body=lambda body: body[:-1])), expect=BAD, why="31 bytes"),
    "hybrid_file_key_long": Made(
        file=lambda: kit.header(hybrid(file_key=bytes(32)), file_key=bytes(32)) + kit.whole(b"age"),
        expect=BAD,
        why="a file key of 32 bytes",
    ),
    "hybrid_file_key_short": Made(
        file=lambda: kit.header(hybrid(file_key=bytes(15)), file_key=bytes(15)) + kit.whole(b"age"),
        expect=BAD,
        why="a file key of 15 bytes",
    ),
    "hybrid_malformed_behind_mine": Made(
        file=lambda: whole(hybrid(), hybrid(enc=lambda enc: enc[:-1])), expect=BAD, why="a malformed one behind mine"
    ),
    "hybrid_mac_changed": Made(
        file=lambda: kit.header(hybrid(), file_key=bytes(16)) + kit.whole(b"age"),
        expect="HMAC failure",
        why="a MAC under another file key",
    ),
    "hybrid_payload_changed": Made(
        file=lambda: flip(-1)(whole(hybrid())), expect="payload failure", why="a changed byte of the payload", gives=b""
    ),
    "hybrid_payload_cut": Made(
        file=lambda: whole(hybrid(), data=bytes(70_000))[:-1000],
        expect="payload failure",
        why="the end is missing",
        gives=bytes(65_536),
    ),
    "x25519": Made(file=lambda: whole(kit.x25519()), key="x25519", why="as it should be"),
    "x25519_lowercase": Made(
        file=lambda: whole(kit.x25519(name=b"x25519")), key="x25519", expect="no match", why="another type"
    ),
    "x25519_two_shares": Made(
        file=lambda: whole(kit.x25519(extra=b" AAAA")), key="x25519", expect=BAD, why="one argument too many"
    ),
    "x25519_zero_share": Made(file=lambda: whole(x25519_share(bytes(32))), key="x25519", expect=BAD, why="zeros"),
    "x25519_share_one_long": Made(
        file=lambda: whole(x25519_share(bytes([9]) + bytes(32))), key="x25519", expect=BAD, why="33 bytes"
    ),
    "x25519_high_bit": Made(
        file=lambda: whole(high_bit()), key="x25519", why="the bit of the share that X25519 passes over"
    ),
    "scrypt": Made(file=lambda: whole(kit.scrypt()), key="passphrase", why="as it should be"),
    "scrypt_wrong_passphrase": Made(
        file=lambda: whole(kit.scrypt(b"another")), key="passphrase", expect="no match", why="another passphrase"
    ),
    "scrypt_uppercase": Made(
        file=lambda: whole(kit.scrypt(name=b"Scrypt")), key="passphrase", expect="no match", why="another type"
    ),
    **{
        f"scrypt_work_factor_{name}": Made(
            file=lambda factor=factor: whole(kit.scrypt(factor=factor)),  # type: ignore[misc]
            key="passphrase",
            expect=BAD,
            why="a work factor that is no number, or too much",
        )
        for name, factor in {
            "hex": b"0xa",
            "plus": b"+10",
            "negative": b"-10",
            "zero": b"0",
            "octal": b"012",
            "behind": b"10x",
            "21": b"21",
            "64": b"64",
        }.items()
    },
    "scrypt_no_salt": Made(
        file=lambda: whole(b"-> scrypt 10\n" + kit.body(bytes(32))), key="passphrase", expect=BAD, why="no salt"
    ),
    "scrypt_further_argument": Made(
        file=lambda: whole(kit.scrypt(extra=b" 10")), key="passphrase", expect=BAD, why="one argument too many"
    ),
    "scrypt_beside_grease": Made(
        file=lambda: whole(kit.scrypt(), GREASE), key="passphrase", expect=BAD, why="it must stand alone"
    ),
    "stanza_body_padded": Made(
        file=lambda: whole(b"-> a\nAA==\n", kit.x25519()), key="x25519", expect=BAD, why="base64 with padding"
    ),
    "stanza_body_missing": Made(
        file=lambda: whole(b"-> a\n", kit.x25519()), key="x25519", expect=BAD, why="no body, not even an empty line"
    ),
    "stanza_two_short_lines": Made(
        file=lambda: whole(b"-> a\nAAAA\nAAAA\n", kit.x25519()), key="x25519", expect=BAD, why="two short lines"
    ),
    "stanza_not_ascii": Made(
        file=lambda: whole("-> æ\n\n".encode(), kit.x25519()), key="x25519", expect=BAD, why="an argument beyond ASCII"
    ),
    "stanza_tab": Made(
        file=lambda: whole(b"-> a\tb\n\n", kit.x25519()), key="x25519", expect=BAD, why="a tab between arguments"
    ),
    "stanza_two_spaces": Made(
        file=lambda: whole(b"-> a  b\n\n", kit.x25519()), key="x25519", expect=BAD, why="an empty argument between"
    ),
    "mac_no_space": Made(
        file=_mac(lambda line: line.replace(b"--- ", b"---")), key="x25519", expect=BAD, why="no space before the MAC"
    ),
    "mac_padded": Made(
        file=_mac(lambda line: line.rstrip() + b"=\n"), key="x25519", expect=BAD, why="base64 with padding"
    ),
    "mac_space_behind": Made(
        file=_mac(lambda line: line.rstrip() + b" \n"), key="x25519", expect=BAD, why="a space behind the MAC"
    ),
    "mac_changed": Made(
        file=lambda: kit.header(kit.x25519(), file_key=bytes(16)) + kit.whole(b"age"),
        key="x25519",
        expect="HMAC failure",
        why="a MAC under another file key",
    ),
    "empty": Made(file=bytes, key="x25519", expect=BAD, why="no byte"),
    "armor": Made(file=_armored(), key="x25519", armored=True, why="as it should be"),
    **{
        f"armor_{name}": Made(
            file=_armored(change), key="x25519", armored=True, expect="armor failure", why="not the text form"
        )
        for name, change in {
            "empty_line_first": lambda text: text.replace(b"FILE-----\n", b"FILE-----\n\n", 1),
            "long_line": lambda text: text.replace(b"\n", b"", 2).replace(b"FILE-----", b"FILE-----\n", 1),
            "no_end_line": lambda text: text[: text.index(b"-----END")],
            "other_label": lambda text: text.replace(b"AGE ENCRYPTED FILE", b"AGE ENCRYPTED MESSAGE"),
            "headers": lambda text: text.replace(b"FILE-----\n", b"FILE-----\nVersion: 1\n\n", 1),
            "behind_it": lambda text: text + b"more\n",
            "space_at_a_line_end": lambda text: text.replace(b"FILE-----\n", b"FILE-----\nYWdl \n", 1),
        }.items()
    },
}


def secret_of(made: Made) -> str:
    """The line of the vector that says what opens it."""
    match made.key:
        case "hybrid":
            return f"identity: {HYBRID.encode().reveal().decode()}"
        case "x25519":
            assert isinstance(kit.IDENTITY, X25519Identity)
            return f"identity: {kit.IDENTITY.encode().reveal().decode()}"
    return "passphrase: password"


def main() -> None:
    """Write those that are not there, and delete those that no line of the table names."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        if old.name not in TABLE:
            old.unlink()
    for name, made in TABLE.items():
        path = FOLDER / name
        if path.exists():
            continue
        head = [f"expect: {made.expect}"]
        if made.expect in ("success", "payload failure"):
            head.append(f"payload: {hashlib.sha256(made.gives).hexdigest()}")
        head += [secret_of(made), *(["armored: yes"] if made.armored else []), f"comment: {made.why}"]
        path.write_bytes("\n".join(head).encode() + b"\n\n" + made.file())


if __name__ == "__main__":
    main()
