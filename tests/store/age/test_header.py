"""The header: one way to write a thing, and nothing but our own failures for everything else."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.age import HeaderFailure, ScryptIdentity, Stanza, WorkFactorRefused, read_header
from store.age.header import MAX_HEADER_SIZE, MAX_STANZAS, HeaderParser, encode_header
from store.secret import Secret
from tests.store.age import kit
from tests.store.age.kit import IDENTITY, OTHER, body, header, outcome, scrypt, whole, x25519

PASSWORD = ScryptIdentity(Secret(b"password"))
GOOD = header(x25519()) + whole(b"age")
MAC = GOOD[GOOD.index(b"\n---") + 5 :][:43]


def mac_line(line: bytes) -> bytes:
    start = GOOD.index(b"\n---") + 1
    end = GOOD.index(b"\n", start) + 1
    return GOOD[:start] + line + GOOD[end:]


def changed(old: bytes, new: bytes) -> bytes:
    assert GOOD.count(old) >= 1
    return GOOD.replace(old, new, 1)


def not_canonical(text: bytes) -> bytes:
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = alphabet.index(text[-1:])
    return text[:-1] + alphabet[last + 1 : last + 2]


SHARE = GOOD.split(b"\n")[1].split(b" ")[2]
BODY = GOOD.split(b"\n")[2]
GREASE = b"-> grease \x21\x7e -> ---\n"

SUCCESS = {
    "plain": GOOD,
    "unknown stanza before": header(GREASE + body(b"x" * 50), x25519()) + whole(b"age"),
    "unknown stanza after": header(x25519(), GREASE + body(b"x" * 50)) + whole(b"age"),
    "unknown stanza with an empty body": header(GREASE + b"\n", x25519()) + whole(b"age"),
    "a body of whole lines ends with an empty one": header(GREASE + body(b"x" * 96), x25519()) + whole(b"age"),
    "all visible characters": header(b"-> " + bytes(range(0x21, 0x7F)) + b"\n\n", x25519()) + whole(b"age"),
    "as many stanzas as may be": header(*[GREASE + b"\n"] * (MAX_STANZAS - 1), x25519()) + whole(b"age"),
    "somebody else's stanza first": header(x25519().replace(SHARE, SHARE[:-2] + b"AA"), x25519()) + whole(b"age"),
}
HEADER_FAILURES = {
    "nothing": b"",
    "another version": header(x25519(), version=b"age-encryption.org/v2\n") + whole(b"age"),
    "version without line end": b"age-encryption.org/v1",
    "space after the version": header(x25519(), version=b"age-encryption.org/v1 \n") + whole(b"age"),
    "CRLF": GOOD.replace(b"\n", b"\r\n", 4),
    "CR in a stanza": header(x25519().replace(b"\n", b"\r\n", 1)) + whole(b"age"),
    "no stanza": header() + whole(b"age"),
    "ends in the header": GOOD[: GOOD.index(b"\n---")],
    "no line end after the MAC": GOOD[: GOOD.index(b"--- ") + 4 + 43],
    "no MAC": mac_line(b"---\n"),
    "MAC and no space": mac_line(b"---" + MAC + b"\n"),
    "MAC and another space": mac_line(b"---  " + MAC + b"\n"),
    "space after the MAC": mac_line(b"--- " + MAC + b" \n"),
    "something after the MAC": mac_line(b"--- " + MAC + b" AAAA\n"),
    "MAC too short": mac_line(b"--- " + MAC[:-1] + b"\n"),
    "MAC too long": mac_line(b"--- " + MAC + b"A\n"),
    "MAC with padding": mac_line(b"--- " + MAC + b"=\n"),
    "MAC not canonical": mac_line(b"--- " + not_canonical(MAC) + b"\n"),
    "stanza without arguments": header(b"->\n\n", x25519()) + whole(b"age"),
    "stanza with an empty argument": header(b"-> a  b\n\n", x25519()) + whole(b"age"),
    "stanza with only a space": header(b"-> \n\n", x25519()) + whole(b"age"),
    "stanza with a space at its end": header(b"-> a \n\n", x25519()) + whole(b"age"),
    "stanza with a tab": header(b"-> a\tb\n\n", x25519()) + whole(b"age"),
    "stanza with an æ": header("-> æ\n\n".encode(), x25519()) + whole(b"age"),
    "stanza without a space": header(b"->a\n\n", x25519()) + whole(b"age"),
    "stanza begins otherwise": header(b"--> a\n\n", x25519()) + whole(b"age"),
    "stanza without a body": header(b"-> a\n", x25519()) + whole(b"age"),
    "body without its last line": header(GREASE + body(b"x" * 48)[:-1], x25519()) + whole(b"age"),
    "body of two short lines": header(GREASE + b"AAAA\nAAAA\n", x25519()) + whole(b"age"),
    "body line too long": header(GREASE + b"A" * 68 + b"\nAAAA\n", x25519()) + whole(b"age"),
    "body with padding": header(GREASE + b"AA==\n", x25519()) + whole(b"age"),
    "body not canonical": header(GREASE + b"AB\n", x25519()) + whole(b"age"),
    "body of an impossible length": header(GREASE + b"A\n", x25519()) + whole(b"age"),
    "body with a foreign character": header(GREASE + b"AA-_\n", x25519()) + whole(b"age"),
    "too many stanzas": header(*[GREASE + b"\n"] * MAX_STANZAS, x25519()) + whole(b"age"),
    "X25519 with a further argument": header(x25519(extra=b" x")) + whole(b"age"),
    "X25519 without a share": header(b"-> X25519\n" + body(bytes(32))) + whole(b"age"),
    "X25519 share too short": header(x25519().replace(SHARE, kit.b64(bytes(31)))) + whole(b"age"),
    "X25519 share too long": header(x25519().replace(SHARE, kit.b64(bytes(33)))) + whole(b"age"),
    "X25519 share not canonical": header(x25519().replace(SHARE, not_canonical(SHARE))) + whole(b"age"),
    "X25519 share with padding": header(x25519().replace(SHARE, SHARE + b"=")) + whole(b"age"),
    "X25519 share of low order": header(x25519().replace(SHARE, kit.b64(bytes(32)))) + whole(b"age"),
    "X25519 body not canonical": header(x25519().replace(BODY, not_canonical(BODY))) + whole(b"age"),
    "X25519 body of a longer key": header(x25519(file_key=b"x" * 24)) + whole(b"age"),
    "X25519 empty body": header(b"-> X25519 " + SHARE + b"\n\n") + whole(b"age"),
    "no nonce": GOOD[: -len(whole(b"age"))],
    "nonce too short": GOOD[: -len(whole(b"age")) + 15],
}
NO_MATCH = {
    "lower case": header(x25519(name=b"x25519")) + whole(b"age"),
    "unknown stanzas only": header(GREASE + b"\n") + whole(b"age"),
    "passphrase only": header(scrypt()) + whole(b"age"),
    "wrong tag": header(x25519().replace(BODY[:4], b"AAAA")) + whole(b"age"),
}


@pytest.mark.parametrize("name", SUCCESS)
def test_what_is_written_the_one_way_opens(name: str) -> None:
    assert outcome(SUCCESS[name]) == ("success", b"age")


@pytest.mark.parametrize("name", HEADER_FAILURES)
def test_everything_else_is_a_header_failure(name: str) -> None:
    assert outcome(HEADER_FAILURES[name]) == ("header failure", b"")


@pytest.mark.parametrize("name", NO_MATCH)
def test_what_is_for_nobody_here_is_no_match(name: str) -> None:
    assert outcome(NO_MATCH[name]) == ("no match", b"")


def test_another_key_is_no_match() -> None:
    assert outcome(GOOD, OTHER) == ("no match", b"")
    assert outcome(GOOD, OTHER, IDENTITY) == ("success", b"age")


def test_a_header_that_was_changed_is_an_hmac_failure() -> None:
    assert outcome(mac_line(b"--- " + kit.b64(bytes(32)) + b"\n")) == ("HMAC failure", b"")
    assert outcome(changed(b"-> X25519", GREASE + b"\n-> X25519")) == ("HMAC failure", b"")


SCRYPT_FAILURES = {
    "work factor missing": scrypt(factor=b""),
    "hex": scrypt(factor=b"0xa"),
    "plus": scrypt(factor=b"+10"),
    "minus": scrypt(factor=b"-10"),
    "leading zero": scrypt(factor=b"010"),
    "octal": scrypt(factor=b"012"),
    "zero": scrypt(factor=b"0"),
    "garbage before": scrypt(factor=b"aaaa10"),
    "garbage after": scrypt(factor=b"10aaaa"),
    "overflow": scrypt(factor=b"18446744073709551626"),
    "thousands of digits": scrypt(factor=b"1" * 5000),
    "21": scrypt(factor=b"21"),
    "further argument": scrypt(extra=b" 10"),
    "not alone": scrypt() + x25519(),
    "after another": x25519() + scrypt(),
    "twice": scrypt() + scrypt(b"hunter2"),
    "beside an unknown one": scrypt() + GREASE + b"\n",
}


@pytest.mark.parametrize("name", SCRYPT_FAILURES)
def test_a_malformed_scrypt_stanza_is_a_header_failure_before_any_work(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_arguments: object) -> bytes:
        raise AssertionError("work was done")

    monkeypatch.setattr("store.age.scrypt._derive", never)
    file = header(SCRYPT_FAILURES[name]) + whole(b"age")
    assert outcome(file, PASSWORD, IDENTITY) == ("header failure", b"")
    with pytest.raises(AssertionError, match="work was done"):
        outcome(header(scrypt()) + whole(b"age"), PASSWORD)


def test_passphrases() -> None:
    file = header(scrypt()) + whole(b"age")
    assert outcome(file, PASSWORD) == ("success", b"age")
    assert outcome(file, ScryptIdentity(Secret(b"wrong"))) == ("no match", b"")
    assert outcome(file, ScryptIdentity(Secret(b"wrong")), PASSWORD) == ("success", b"age")
    assert outcome(file, ScryptIdentity(lambda: [Secret(b"wrong"), Secret(b"password")])) == ("success", b"age")
    assert outcome(header(scrypt(name=b"SCRYPT")) + whole(b"age"), PASSWORD) == ("no match", b"")
    assert outcome(header(scrypt(factor=b"11")) + whole(b"age"), PASSWORD) == ("no match", b"")


def test_the_work_is_asked_about_before_it_is_done_and_too_much_never_is() -> None:
    asked: list[int] = []

    def confirm(factor: int) -> bool:
        asked.append(factor)
        return True

    careful = ScryptIdentity(Secret(b"password"), confirm=confirm)
    assert outcome(header(scrypt()) + whole(b"age"), careful) == ("success", b"age")
    assert asked == [10]
    with pytest.raises(WorkFactorRefused) as refused:
        careful.unwrap(read_header(io.BytesIO(header(scrypt(factor=b"23"))))[0].stanzas)
    assert (refused.value.work_factor, refused.value.limit) == (23, 20)
    assert asked == [10]


class Endless:
    """A source that never ends, and counts what was taken of it."""

    def __init__(self, begin: bytes, rest: bytes) -> None:
        self.begin = begin
        self.rest = rest
        self.taken = 0

    def readinto(self, buffer: memoryview, /) -> int:
        data = (
            self.begin[: len(buffer)]
            if self.begin
            else (self.rest * (len(buffer) // len(self.rest) + 1))[: len(buffer)]
        )
        self.begin = self.begin[len(data) :]
        buffer[: len(data)] = data
        self.taken += len(data)
        return len(data)


@pytest.mark.parametrize("rest", [GREASE + b"\n", b"A" * 64 + b"\n", b"x"], ids=["stanzas", "body", "line"])
def test_an_endless_header_is_refused_after_a_part_of_it(rest: bytes) -> None:
    source = Endless(b"age-encryption.org/v1\n-> a\n" + (b"" if rest.startswith(b"A") else b"\n-> "), rest)
    with pytest.raises(HeaderFailure):
        read_header(source)
    assert source.taken <= MAX_HEADER_SIZE + 128 * 1024


def test_garbage_is_refused_at_its_first_bytes() -> None:
    source = Endless(b"", b"\x00garbage")
    with pytest.raises(HeaderFailure):
        read_header(source)
    assert source.taken <= 128 * 1024


ARGUMENT = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=70)
STANZAS = st.lists(
    st.builds(
        lambda arguments, data: Stanza(arguments=tuple(arguments), body=data),
        st.lists(ARGUMENT, min_size=1, max_size=4),
        st.binary(max_size=200),
    ),
    min_size=1,
    max_size=5,
)


@given(STANZAS, st.binary(min_size=16, max_size=16), st.binary(max_size=40), st.integers(1, 50))
def test_a_header_is_read_as_it_was_written(stanzas: list[Stanza], key: bytes, after: bytes, step: int) -> None:
    written = encode_header(key, stanzas)
    data = written + after
    parser = HeaderParser()
    for start in range(0, len(data), step):
        parsed = parser.feed(data[start : start + step])
        if parsed is not None:
            read, rest = parsed
            assert list(read.stanzas) == stanzas
            read.verify(key)
            assert rest + data[start + step :] == after
            assert encode_header(key, read.stanzas) == written
            return
    raise AssertionError("the header was not found")


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_our_failures(data: bytes) -> None:
    for file in (data, b"age-encryption.org/v1\n" + data, b"age-encryption.org/v1\n-> X25519 " + data):
        assert outcome(file)[0] != "success"


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_changed_byte_opens(place: int, change: int) -> None:
    file = bytearray(GOOD)
    file[place] ^= change
    assert outcome(bytes(file))[0] != "success"
