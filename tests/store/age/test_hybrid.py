"""Post-quantum stanzas: malformed ones are told apart from somebody else's."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from store.age import HeaderFailure, Stanza, X25519Identity, encrypt, generate_hybrid, read_header
from store.age.encoding import base64_decode, base64_encode

KEY = generate_hybrid(lambda count: bytes(range(count)))
FILE_KEY = b"YELLOW SUBMARINE"
(STANZA,) = KEY.recipient.wrap(FILE_KEY, bytes)
ENC = base64_decode(STANZA.arguments[1].encode())
# A point of order 8 on Curve25519 (RFC 7748 leaves it to the user to refuse the zero secret it gives).
LOW_ORDER = bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")


def share(enc: bytes) -> Callable[[], Stanza]:
    return lambda: Stanza(arguments=("mlkem768x25519", base64_encode(enc).decode()), body=STANZA.body)


MALFORMED: dict[str, Callable[[], Stanza]] = {
    "further argument": lambda: Stanza(arguments=(*STANZA.arguments, "x"), body=STANZA.body),
    "no share": lambda: Stanza(arguments=STANZA.arguments[:1], body=STANZA.body),
    "share too short": share(ENC[:-1]),
    "share too long": share(ENC + b"\0"),
    "share with padding": lambda: Stanza(arguments=(STANZA.type, STANZA.arguments[1] + "="), body=STANZA.body),
    "share of zeros": share(ENC[:-32] + bytes(32)),
    "share of low order": share(ENC[:-32] + LOW_ORDER),
    "longer file key": lambda: KEY.recipient.wrap(FILE_KEY + FILE_KEY, bytes)[0],
    "empty body": lambda: Stanza(arguments=STANZA.arguments, body=b""),
}
NOT_MINE: dict[str, Callable[[], Stanza]] = {
    "ML-KEM part changed": share(bytes([ENC[0] ^ 1]) + ENC[1:]),
    "X25519 part changed": share(ENC[:-10] + bytes([ENC[-10] ^ 1]) + ENC[-9:]),
    "tag changed": lambda: Stanza(arguments=STANZA.arguments, body=STANZA.body[:-1] + bytes([STANZA.body[-1] ^ 1])),
    "upper case": lambda: Stanza(arguments=("MLKEM768X25519", STANZA.arguments[1]), body=STANZA.body),
    "somebody else's": lambda: generate_hybrid().recipient.wrap(FILE_KEY, bytes)[0],
}


def test_mine_opens_among_others() -> None:
    assert KEY.unwrap([STANZA]) == FILE_KEY
    assert KEY.unwrap([NOT_MINE["somebody else's"](), Stanza(arguments=("x",), body=b""), STANZA]) == FILE_KEY


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_is_a_header_failure(name: str) -> None:
    with pytest.raises(HeaderFailure):
        KEY.unwrap([MALFORMED[name]()])


@pytest.mark.parametrize("name", NOT_MINE)
def test_not_mine_is_no_match(name: str) -> None:
    assert KEY.unwrap([NOT_MINE[name]()]) is None


def test_a_hybrid_share_in_a_classical_stanza_is_a_header_failure() -> None:
    stanza = Stanza(arguments=("X25519", STANZA.arguments[1]), body=STANZA.body)
    with pytest.raises(HeaderFailure):
        X25519Identity(bytes(range(32))).unwrap([stanza])


def test_a_file_has_the_stanza_of_the_specification() -> None:
    sink = io.BytesIO()
    encrypt(io.BytesIO(b""), sink, [KEY.recipient])
    header, _payload = read_header(io.BytesIO(sink.getvalue()))
    (stanza,) = header.stanzas
    assert (stanza.type, len(stanza.arguments), len(stanza.body)) == ("mlkem768x25519", 2, 32)
    assert len(base64_decode(stanza.arguments[1].encode())) == 1120
