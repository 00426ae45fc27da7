"""Digits read aloud: a slip is caught in the group where it was made."""

from __future__ import annotations

import hashlib
from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st

from store.spoken import GROUPS, digits, same, slips

MARK = "SHA256:" + b64encode(hashlib.sha256(b"a key").digest()).decode().rstrip("=")


def test_eight_groups_of_six() -> None:
    groups = digits(MARK).split()
    assert len(groups) == GROUPS
    assert all(len(group) == 6 and group.isdigit() for group in groups)
    number = int.from_bytes(hashlib.sha256(b"a key").digest(), "big") % 10**40
    assert "".join(group[:5] for group in groups) == f"{number:040}"


@given(place=st.integers(0, 47), more=st.integers(1, 9))
def test_every_wrong_digit_is_caught_in_its_group(place: int, more: int) -> None:
    plain = digits(MARK).replace(" ", "")
    wrong = plain[:place] + str((int(plain[place]) + more) % 10) + plain[place + 1 :]
    typed = " ".join(wrong[start : start + 6] for start in range(0, 48, 6))
    assert slips(typed) == (place // 6 + 1,)
    assert not same(typed, MARK)


@given(place=st.integers(0, 46))
def test_two_digits_that_changed_places_are_caught(place: int) -> None:
    plain = digits(MARK).replace(" ", "")
    if place % 6 == 5 or plain[place] == plain[place + 1]:
        return
    wrong = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    assert slips(" ".join(wrong[start : start + 6] for start in range(0, 48, 6))) == (place // 6 + 1,)


def test_both_ways_of_writing_are_the_same() -> None:
    assert same(digits(MARK), MARK)
    assert same(digits(MARK).replace(" ", ""), MARK)
    assert same(MARK, MARK)
    assert not same(digits(MARK)[:-1], MARK)
    assert slips(digits(MARK)) == ()
    assert slips("12345 123456") != ()
