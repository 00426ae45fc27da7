"""Vectors at the edges of the format: what any implementation has to judge, and several may judge in two ways.

Arguments and bodies of stanzas, base64 that is written in a second way, letters that look like others, the border of a
chunk, the last chunk, and hybrid stanzas beside classical ones (C2SP, age.md; RFC 4648, sections 3.5 and 4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tests.store.age import kit
from tests.store.age.vector_makers import (
    BAD,
    GREASE,
    OTHER,
    Made,
    armored,
    hybrid,
    loose_end,
    mac_line,
    whole,
    x25519_share,
)

CUT: Final = "payload failure"
CHUNK: Final = kit.CHUNK
P: Final = 2**255 - 19
"""The field of X25519 (RFC 7748, section 4.1)."""
ORDER_8: Final = bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")


def _before(stanza: bytes) -> Callable[[], bytes]:
    """A stanza before one that opens."""
    return lambda: whole(stanza, kit.x25519())


def _made(file: Callable[[], bytes], why: str, expect: str = BAD, gives: bytes = b"age") -> Made:
    return Made(file=file, why=why, expect=expect, key="x25519", gives=gives)


def _version(line: bytes) -> bytes:
    return kit.header(kit.x25519(), version=line) + kit.whole(b"age")


def _point(number: int) -> bytes:
    return whole(x25519_share(number.to_bytes(32, "little")))


def _stanzas() -> Iterator[tuple[str, Made]]:
    printable = bytes(range(33, 127))
    good = {
        "all_of_ascii": (b"-> " + printable + b"\n\n", "an argument of every printable character"),
        "long_argument": (b"-> a " + b"x" * 4000 + b"\n\n", "an argument of 4,000 characters"),
        "many_arguments": (b"-> a" + b" x" * 1000 + b"\n\n", "1,000 arguments"),
        "dashes_for_a_name": (b"-> ---\n\n", "a type that looks like the last line"),
        "body_of_a_full_line": (b"-> a\n" + kit.body(bytes(48)), "a full line, and the empty one that has to end it"),
        "body_of_two_full_lines": (b"-> a\n" + kit.body(bytes(96)), "likewise of two"),
        "body_of_63_letters": (b"-> a\n" + kit.body(bytes(47)), "one letter short of a full line"),
    }
    for name, (stanza, why) in good.items():
        yield f"stanza_{name}", _made(_before(stanza), why, "success")
    bad = {
        "del": (b"-> a\x7fb\n\n", "DEL in an argument"),
        "nul": (b"-> a\0b\n\n", "NUL in an argument"),
        "space_before": (b"->  a\n\n", "two spaces behind the arrow"),
        "space_behind": (b"-> a \n\n", "a space behind the last argument"),
        "no_space": (b"->a\n\n", "no space behind the arrow"),
        "arrow_and_tab": (b"->\ta\n\n", "a tab behind the arrow"),
        "kelvin": ("-> \u212aey\n\n".encode(), "the Kelvin sign, which lower case makes a k"),
        "cyrillic": ("-> \u042525519 AAAA\n\n".encode(), "a Cyrillic letter that looks like an X"),
        "no_break_space": ("-> a\u00a0b\n\n".encode(), "a space of another sort"),
        "body_of_65_letters": (b"-> a\n" + b"A" * 65 + b"\n\n", "a line that is too long"),
        "body_full_and_no_end": (b"-> a\n" + b"A" * 64 + b"\n", "a full line, and none that ends it"),
        "body_of_other_letters": (b"-> a\n-_-_\n", "base64 with the letters for addresses"),
        "body_with_a_space": (b"-> a\nAA AA\n", "a space in it"),
        "body_of_one_letter": (b"-> a\nA\n", "six bits are no byte"),
        "body_not_canonical": (b"-> a\nAB\n", "bits that stand for nothing"),
        "body_with_a_return": (b"-> a\nAAAA\r\n", "a line that ends by two characters"),
    }
    for name, (stanza, why) in bad.items():
        yield f"stanza_{name}", _made(_before(stanza), why)


def _heads() -> Iterator[tuple[str, Made]]:
    versions = {
        "space_behind": (b"age-encryption.org/v1 \n", "a space behind it"),
        "with_a_point": (b"age-encryption.org/v1.0\n", "another way to say it"),
        "in_capitals": (b"AGE-ENCRYPTION.ORG/V1\n", "capitals"),
        "full_width": ("age-encryption.org/v\uff11\n".encode(), "a digit of another script"),
        "behind_a_mark": ("\ufeffage-encryption.org/v1\n".encode(), "a byte order mark before it"),
        "behind_a_line": (b"\nage-encryption.org/v1\n", "an empty line before it"),
    }
    for name, (version, why) in versions.items():
        yield (
            f"version_{name}",
            _made(partial(_version, version), why),
        )
    macs: dict[str, tuple[Callable[[bytes], bytes], str]] = {
        "two_spaces": (lambda line: line.replace(b"--- ", b"---  "), "two spaces"),
        "four_dashes": (lambda line: b"-" + line, "four dashes"),
        "one_byte_short": (lambda _line: b"--- " + kit.b64(bytes(31)) + b"\n", "31 bytes"),
        "one_byte_long": (lambda _line: b"--- " + kit.b64(bytes(33)) + b"\n", "33 bytes"),
        "with_a_return": (lambda line: line.replace(b"\n", b"\r\n"), "a line that ends by two characters"),
    }
    for name, (change, why) in macs.items():
        yield f"mac_{name}", _made(mac_line(change), why)
    yield "header_without_a_stanza", _made(lambda: whole(), "nobody can open it")


def _keys() -> Iterator[tuple[str, Made]]:
    """Shares and wrapped keys."""
    yield (
        "x25519_mine_is_last_of_twenty",
        _made(
            lambda: whole(*[x25519_share(bytes([9, *bytes(31)]))] * 19, kit.x25519()), "nineteen for others", "success"
        ),
    )
    yield "x25519_share_padded", _made(lambda: whole(kit.x25519().replace(b"\n", b"=\n", 1)), "base64 with padding")
    yield (
        "x25519_share_not_canonical",
        _made(
            lambda: whole(b"\n".join([loose_end(kit.x25519().split(b"\n")[0]), *kit.x25519().split(b"\n")[1:]])),
            "bits that stand for nothing",
        ),
    )
    yield "x25519_body_empty", _made(lambda: whole(x25519_share(bytes([9, *bytes(31)]), b"")), "no wrapped key")
    yield "x25519_body_one_short", _made(lambda: whole(x25519_share(bytes([9, *bytes(31)]), bytes(31))), "31 bytes")
    yield (
        "x25519_file_key_short",
        _made(
            lambda: kit.header(kit.x25519(file_key=bytes(15)), file_key=bytes(15)) + kit.whole(b"age"),
            "a file key of 15 bytes",
        ),
    )
    for name, number in {"one": 1, "p_less_one": P - 1, "p": P, "p_and_one": P + 1}.items():
        yield (
            f"x25519_share_{name}",
            _made(
                partial(_point, number),
                "a point of low order",
            ),
        )
    yield "x25519_share_of_order_8", _made(lambda: whole(x25519_share(ORDER_8)), "a point of order 8")


def _mixed() -> Iterator[tuple[str, Made]]:
    """What is sealed to both is as weak as the weaker; a writer makes none of these, and a reader opens them."""
    why = "hybrid and classical in one file"
    yield "mixed_mine_is_classical", _made(lambda: whole(hybrid(OTHER), kit.x25519()), why, "success")
    yield "mixed_mine_is_classical_and_first", _made(lambda: whole(kit.x25519(), hybrid(OTHER)), why, "success")
    yield "mixed_mine_is_hybrid", Made(file=lambda: whole(kit.x25519(), hybrid()), why=why)
    yield (
        "mixed_neither_is_mine",
        _made(lambda: whole(hybrid(OTHER), x25519_share(bytes([9, *bytes(31)]))), "for others", "no match"),
    )
    yield (
        "mixed_with_a_passphrase",
        Made(
            file=lambda: whole(kit.scrypt(), hybrid(OTHER)),
            key="passphrase",
            expect=BAD,
            why="a passphrase stands alone",
        ),
    )


def _passphrases() -> Iterator[tuple[str, Made]]:
    stanza = kit.scrypt()
    lines = stanza.split(b"\n")
    salt = kit.b64(bytes(range(16)))
    made = {
        "salt_padded": (stanza.replace(salt, salt + b"=="), "base64 with padding"),
        "salt_not_canonical": (stanza.replace(salt, loose_end(salt)), "bits that stand for nothing"),
        "body_empty": (lines[0] + b"\n\n", "no wrapped key"),
        "body_one_short": (lines[0] + b"\n" + kit.body(bytes(31)), "31 bytes"),
        "work_factor_full_width": (kit.scrypt(factor="\uff11\uff10".encode()), "digits of another script"),
        "work_factor_with_a_point": (kit.scrypt(factor=b"10.0"), "a fraction"),
    }
    for name, (changed, why) in made.items():
        yield (
            f"scrypt_{name}",
            Made(
                file=partial(whole, changed),
                key="passphrase",
                expect=BAD,
                why=why,
            ),
        )
    yield (
        "scrypt_work_factor_1",
        Made(file=lambda: whole(kit.scrypt(factor=b"1", log_n=1)), key="passphrase", why="hardly any work"),
    )


def _chunk(number: int, data: bytes, last: int) -> bytes:
    """One chunk by itself; `last` is the last byte of its nonce."""
    aead = ChaCha20Poly1305(kit.hkdf(kit.FILE_KEY, bytes(16), b"payload"))
    return aead.encrypt(number.to_bytes(11, "big") + bytes([last]), data, None)


def _streamed(*chunks: bytes) -> Callable[[], bytes]:
    return lambda: kit.header(kit.x25519()) + bytes(16) + b"".join(chunks)


def _streams() -> Iterator[tuple[str, Made]]:
    full, other = bytes(CHUNK), b"\1" * CHUNK
    for name, data in {"less": bytes(CHUNK - 1), "exact": full, "more": bytes(CHUNK + 1)}.items():
        yield (
            f"stream_one_chunk_{name}",
            _made(
                partial(whole, kit.x25519(), data=data),
                "the border of a chunk",
                "success",
                data,
            ),
        )
    bad: dict[str, tuple[tuple[bytes, ...], str, bytes]] = {
        "empty_last_behind_a_full": (
            (_chunk(0, full, 0), _chunk(1, b"", 1)),
            "the last chunk is empty, and not the only one",
            full,
        ),
        "empty_first": ((_chunk(0, b"", 0), _chunk(1, b"age", 1)), "an empty chunk that is not the last", b""),
        "short_in_between": (
            (_chunk(0, bytes(1000), 0), _chunk(1, b"age", 1)),
            "a chunk that is not full, and not the last",
            b"",
        ),
        "full_and_none_is_last": (
            (_chunk(0, full, 0), _chunk(1, full, 0)),
            "no chunk says that it is the last",
            full + full,
        ),
        "more_behind_the_last": ((_chunk(0, full, 1), _chunk(1, b"age", 1)), "two chunks that are the last", full),
        "a_byte_behind_a_full_last": ((_chunk(0, full, 1), b"\0"), "a byte behind a last chunk that is full", full),
        "counter_skips": ((_chunk(0, full, 0), _chunk(2, b"age", 1)), "a chunk is left out", full),
        "counter_begins_at_one": ((_chunk(1, b"age", 1),), "the first chunk is left out", b""),
        "chunks_swapped": ((_chunk(1, other, 0), _chunk(0, full, 0), _chunk(2, b"age", 1)), "two change places", b""),
        "chunk_repeated": ((_chunk(0, full, 0), _chunk(0, full, 0), _chunk(2, b"age", 1)), "one comes twice", full),
        "last_is_two": ((_chunk(0, b"age", 2),), "a mark of the last chunk that is not 1", b""),
        "tag_alone_cut": ((_chunk(0, b"", 1)[:15],), "an empty chunk without the end of its tag", b""),
    }
    for name, (chunks, why, gives) in bad.items():
        yield f"stream_{name}", _made(_streamed(*chunks), why, CUT, gives)


def _armors() -> Iterator[tuple[str, Made]]:
    changes: dict[str, tuple[Callable[[bytes], bytes], str]] = {
        "behind_a_mark": (lambda text: "\ufeff".encode() + text, "a byte order mark before it"),
        "cyrillic": (
            lambda text: text.replace(b"BEGIN AGE", "BEGIN \u0410GE".encode()),
            "a letter that looks like an A",
        ),
        "lowercase_end": (lambda text: text.replace(b"-----END AGE", b"-----END age"), "another label at its end"),
        "other_letters": (lambda text: text.replace(b"+", b"-").replace(b"/", b"_"), "the letters for addresses"),
        "twice": (lambda text: text + text, "a second one behind it"),
        "end_first": (lambda text: b"-----END AGE ENCRYPTED FILE-----\n" + text, "the end before the beginning"),
        "four_dashes": (lambda text: text[1:], "a dash is missing"),
        "nul_behind": (lambda text: text + b"\0", "NUL behind it"),
    }
    for name, (change, why) in changes.items():
        yield f"armor_{name}", Made(file=armored(change), key="x25519", armored=True, expect="armor failure", why=why)


EDGES: Final[Mapping[str, Made]] = dict(
    [
        *_stanzas(),
        *_heads(),
        *_keys(),
        *_mixed(),
        *_passphrases(),
        *_streams(),
        *_armors(),
        ("grease_alone", _made(lambda: whole(GREASE), "nothing that is known", "no match")),
    ]
)
