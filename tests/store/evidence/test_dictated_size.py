"""Spoken sizes: every slip and every swap is noticed, thousands are understood, and what may be misread is refused."""

from __future__ import annotations

import pytest

from guidance.language import speaking
from store.entry import LARGEST_NUMBER
from store.evidence.dictated_size import LETTERS, SizeMisheard, hear_size, heard_size, read_out_size
from store.evidence.dictation import SIGNS, check_character

SIZES = (0, 7, 12, 1_018, 123_456, 1_234_567, 5 << 30, LARGEST_NUMBER)


def refused(text: str, *, read_out: bool = True) -> str:
    """Why it is refused, in English."""
    with speaking("en"), pytest.raises(SizeMisheard) as caught:
        hear_size(text, read_out=read_out)
    return caught.value.words


@pytest.mark.parametrize("size", SIZES)
def test_every_slip_and_every_swap_is_noticed(size: int) -> None:
    spoken = read_out_size(size)
    for written in (spoken, spoken.lower(), spoken.replace(" ", ""), spoken.replace(" ", "."), spoken + " byte"):
        assert hear_size(written, read_out=True) == size
    plain = spoken.replace(" ", "")
    for at in range(len(plain)):
        for other in {*SIGNS, *LETTERS, "S", "Z"} - {plain[at]}:
            refused(plain[:at] + other + plain[at + 1 :])
    for at in range(len(plain) - 1):
        swapped = plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]
        if swapped != plain:
            refused(swapped)


def test_the_check_character_is_never_a_digit_of_the_size() -> None:
    assert not set(LETTERS) & set("0123456789OILSZKMGT")
    assert len(set(LETTERS)) == len(SIGNS)
    assert {read_out_size(size)[-1] for size in range(100)} == set(LETTERS)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", None),
        ("  ", None),
        ("0", 0),
        ("1018", 1018),
        ("1.018", 1018),
        ("1,018", 1018),
        ("1 018", 1018),
        ("1\N{NO-BREAK SPACE}018", 1018),
        ("1.018.000 bytes", 1018000),
        ("12 byte", 12),
        ("1O18", 1018),
    ],
)
def test_thousands_are_understood(text: str, size: int | None) -> None:
    assert hear_size(text, read_out=False) == size


@pytest.mark.parametrize(
    "text",
    [
        "1.01",
        "1.0180",
        "1.018,000",
        "0.018",
        "1,5 MB",
        "512 K",
        "12 kB",
        "-1",
        "twelve",
        "1018..",
        ".018",
        "byte",
        "١٢",
    ],
)
def test_what_is_no_number_of_bytes(text: str) -> None:
    for read_out in (False, True):
        assert "not a number of bytes" in refused(text, read_out=read_out)


@pytest.mark.parametrize("size", SIZES)
def test_what_a_segl_from_before_reads_out_is_right_or_refused(size: int) -> None:
    check = check_character(str(size))
    for written in (f"{size} {check}", f"{size}{check}", f"{size:,} {check}".replace(",", ".")):
        if check.isdigit():
            refused(written)
        else:
            assert hear_size(written, read_out=True) == size
    if check.isdigit():
        assert "check digit" in refused(f"{size} {check}", read_out=False)


def test_a_size_without_its_letter_is_told_apart_from_one_with_a_digit_behind_it() -> None:
    for text in ("123456", "123.456"):
        assert "write 'byte'" in refused(text)
        assert hear_size(f"{text} byte", read_out=True) == 123456


@pytest.mark.parametrize("text", [str(LARGEST_NUMBER + 1), "9" * 5000, read_out_size(LARGEST_NUMBER + 1)])
def test_a_size_is_bounded(text: str) -> None:
    assert refused(text) == "The size is larger than a file can be."
    assert hear_size("0" * 5000 + "7", read_out=False) == 7


def test_what_was_heard_is_said_with_its_thousands() -> None:
    with speaking("en"):
        assert (heard_size(1018), heard_size(1)) == ("Heard: 1,018 bytes", "Heard: 1 byte")
    with speaking("da"):
        assert heard_size(1018) == "Hørt: 1.018 byte"
