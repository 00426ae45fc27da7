from __future__ import annotations

import itertools
import math

import pytest

from guidance.language import LANGUAGES, Language
from store import phrase
from store.phrase import Grade


@pytest.mark.parametrize(
    ("typed", "grade"),
    [
        ("", Grade.WEAK),
        ("hest", Grade.WEAK),
        ("password", Grade.WEAK),
        ("Sommer2024!", Grade.WEAK),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaa", Grade.WEAK),
        ("qwertyuiopasdfghjkl", Grade.WEAK),
        ("hest hest hest hest hest hest hest", Grade.WEAK),
        ("kaffe hest vindue lampe skib", Grade.FAIR),
        ("kaffe hest vindue lampe skib honning", Grade.GOOD),
        ("Xk3#9vQp!2mRt8w7", Grade.STRONG),
    ],
)
def test_what_a_passphrase_is_worth(typed: str, grade: Grade) -> None:
    assert phrase.strength(typed).grade is grade


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_made_phrase_is_good_and_can_be_typed_anywhere(language: Language) -> None:
    found = phrase.words(language)
    assert len(set(found)) == len(found) >= 600
    assert all(word.isascii() and word.isalpha() and word.islower() and 3 <= len(word) <= 8 for word in found)
    assert math.log2(len(found)) * phrase.WORDS > 55
    assert phrase.strength(phrase.make(language)).grade >= Grade.FAIR
    counter = itertools.count()
    assert phrase.make(language, choose=lambda of: of[next(counter)]) == " ".join(found[: phrase.WORDS])


def test_more_is_never_weaker() -> None:
    typed = "kaffe hest 7vindue lampe"
    bits = [phrase.strength(typed[:end]).bits for end in range(0, len(typed), 6)]
    assert bits == sorted(bits)
