"""The text form: strict both ways, and told apart from a damaged header."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.age import EncryptingWriter, decrypt
from store.age.armor import ArmorReader, ArmorWriter
from tests.store.age.kit import CHUNK, IDENTITY, armor, b64, header, outcome, payload, whole, x25519

FILE = header(x25519()) + whole(b"age")
TEXT = armor(FILE)
BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
END = b"-----END AGE ENCRYPTED FILE-----"
LINES = TEXT.split(b"\n")
LAST = LINES[-3]
assert LAST.endswith(b"=")
assert len(LAST) < 64


def with_lines(*lines: bytes) -> bytes:
    return b"\n".join(lines) + b"\n"


SUCCESS = {
    "plain": TEXT,
    "CRLF": TEXT.replace(b"\n", b"\r\n"),
    "no line end at the end": TEXT[:-1],
    "white space around": b" \n\t\r\n\n" + TEXT + b" \n\n\t ",
    "as much white space as may be": b"\n" * 1024 + TEXT + b"\n" * 1024,
}
FAILURES = {
    "garbage before": b"garbage\n" + TEXT,
    "garbage after": TEXT + b"garbage\n",
    "another text form after": TEXT + TEXT,
    "too much white space before": b"\n" * 1025 + TEXT,
    "too much white space after": TEXT + b"\n" * 1025,
    "an endless first line": b"-" * 100_000,
    "spaces inside the first line": TEXT.replace(BEGIN, b"----- BEGIN AGE ENCRYPTED FILE -----"),
    "space before the first line": b" " + TEXT,
    "space after the first line": TEXT.replace(BEGIN, BEGIN + b" "),
    "lower case": TEXT.replace(BEGIN, BEGIN.lower()).replace(END, END.lower()),
    "lower case end": TEXT.replace(END, END.lower()),
    "another type": TEXT.replace(b"AGE ENCRYPTED FILE", b"AGE ENCRYPTED MESSAGE"),
    "another type at the end": TEXT.replace(END, b"-----END AGE ENCRYPTED MESSAGE-----"),
    "headers": TEXT.replace(BEGIN, BEGIN + b"\nHeaders: are not allowed\n"),
    "no end line": with_lines(*LINES[:-2]),
    "half an end line": TEXT[:-10],
    "space before the end line": TEXT.replace(END, b" " + END),
    "space after the end line": TEXT.replace(END, END + b" "),
    "nothing but the first line": BEGIN,
    "empty line first": with_lines(BEGIN, b"", *LINES[1:-1]),
    "empty line last": with_lines(*LINES[:-2], b"", END),
    "empty line between": with_lines(*LINES[:3], b"", *LINES[3:-1]),
    "space after a line": TEXT.replace(LINES[2], LINES[2] + b" "),
    "space before a line": TEXT.replace(LINES[2], b" " + LINES[2]),
    "space after the last line": TEXT.replace(LAST, LAST + b" "),
    "line too long": TEXT.replace(LINES[1] + b"\n", LINES[1], 1),
    "line too short": TEXT.replace(LINES[1], LINES[1][:60] + b"\n" + LINES[1][60:], 1),
    "padding missing": TEXT.replace(LAST, LAST.rstrip(b"=")),
    "padding too long": TEXT.replace(LAST, LAST + b"="),
    "padding in the middle": TEXT.replace(LINES[2], LINES[2][:-1] + b"="),
    "line end in the padding": TEXT.replace(LAST, LAST[:-1] + b"\n="),
    "not canonical": TEXT.replace(LAST, LAST.rstrip(b"=")[:-1] + b"B" + b"=" * LAST.count(b"=")),
    "checksum of PGP": TEXT.replace(END, b"=abcd\n" + END),
    "foreign character": TEXT.replace(LINES[1][4:5], b"*", 1).replace(b"-----*EGIN", BEGIN[:6]),
    "foreign character later": TEXT.replace(LINES[3][:5], LINES[3][:4] + b"*"),
    "a CR by itself": TEXT.replace(LINES[2], LINES[2] + b"\r\r"),
    "a NUL": TEXT.replace(LINES[2], LINES[2][:-1] + b"\0"),
}


@pytest.mark.parametrize("name", SUCCESS)
def test_what_is_allowed_opens(name: str) -> None:
    assert outcome(SUCCESS[name]) == ("success", b"age")
    assert outcome(SUCCESS[name], armored=True) == ("success", b"age")


@pytest.mark.parametrize("look", [True, False], ids=["looks", "told"])
@pytest.mark.parametrize("name", FAILURES)
def test_everything_else_is_an_armor_failure(name: str, look: bool) -> None:
    assert outcome(FAILURES[name], armored=None if look else True)[0] == "armor failure"


def test_what_is_inside_keeps_its_own_class() -> None:
    assert outcome(with_lines(BEGIN, END)) == ("header failure", b"")
    assert outcome(armor(FILE.replace(b"\n", b"\r\n", 4))) == ("header failure", b"")
    assert outcome(armor(header(x25519(name=b"other")) + whole(b"age"))) == ("no match", b"")
    first = b"a" * CHUNK
    after_the_end = header(x25519()) + payload((first, True)) + b"garbage inside the text"
    assert outcome(armor(after_the_end)) == ("payload failure", first)
    assert outcome(FILE, armored=True)[0] == "armor failure"


@pytest.mark.parametrize("fault", [b"*", b"=", b" ", b"\0"])
@pytest.mark.parametrize("line", [0, 1, 40, 1500, 4200])
def test_what_verified_before_a_bad_line_is_released(line: int, fault: bytes) -> None:
    """However much of the text is read at a time: 1366 lines hold a chunk."""
    data = bytes(range(256)) * 1024
    lines = armor(header(x25519()) + whole(data)).split(b"\n")
    lines[1 + line] = lines[1 + line][:30] + fault + lines[1 + line][31:]
    before = 48 * line - len(header(x25519())) - 16
    released = data[: max(0, before) // (CHUNK + 16) * CHUNK]
    assert outcome(b"\n".join(lines)) == ("armor failure", released)
    assert released or line < 1400


@pytest.mark.parametrize("size", [0, 1, 2, 3, 47, 48, 49, 96, 300_000])
def test_writing_gives_what_the_standard_says(size: int) -> None:
    data = bytes(number % 251 for number in range(size))
    sink = io.BytesIO()
    writer = ArmorWriter(sink)
    for start in range(0, size, 7777):
        writer.write(memoryview(data)[start : start + 7777])
    writer.finish()
    assert sink.getvalue() == armor(data).replace(b"\n\n", b"\n")
    read = ArmorReader(io.BytesIO(sink.getvalue()))
    buffer = memoryview(bytearray(1000))
    whole_again = b""
    while count := read.readinto(buffer):
        whole_again += buffer[:count]
    assert whole_again == data


class Dribble(io.BytesIO):
    """Gives one byte at a time."""

    def readinto(self, buffer: object, /) -> int:
        return super().readinto(memoryview(buffer)[:1])  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SUCCESS)
def test_it_does_not_matter_how_it_arrives(name: str) -> None:
    sink = io.BytesIO()
    decrypt(Dribble(SUCCESS[name]), sink, [IDENTITY])
    assert sink.getvalue() == b"age"


def test_a_large_text_round_trips() -> None:
    data = b"0123456789" * 250_000
    sink = io.BytesIO()
    with EncryptingWriter(sink, [IDENTITY.recipient], armored=True) as writer:
        writer.write(data)
    assert max(map(len, sink.getvalue().split(b"\n"))) == 64
    assert outcome(sink.getvalue()) == ("success", data)


@given(st.binary(max_size=300))
def test_no_text_raises_anything_but_our_failures(data: bytes) -> None:
    for text in (data, BEGIN + b"\n" + data, BEGIN + b"\n" + b64(data) + b"\n" + END, TEXT[:-40] + data):
        outcome(text, armored=True)
        outcome(text)


@given(st.integers(0, len(TEXT) - 2), st.integers(1, 255))
def test_no_changed_byte_opens_but_white_space(place: int, change: int) -> None:
    text = bytearray(TEXT)
    text[place] ^= change
    if outcome(bytes(text))[0] == "success":
        # A line end between the lines may not change; nothing else is left.
        raise AssertionError(place)
