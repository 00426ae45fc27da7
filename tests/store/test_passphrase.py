"""How hard a passphrase is to guess, and the phrases offered."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.errors import ExitCode
from guidance.language import speaking
from store.passphrase import (
    MIN_CHARACTERS,
    Level,
    PassphraseWeak,
    Strength,
    estimate,
    offer,
    require_strong,
    word_list,
)
from store.secret import Secret

WEAK = [
    "",
    "kort",
    "elleve tegn",
    "111111111111",
    "abcdefghijkl",
    "qwertyuiopå1",
    "1234567890123456",
    "password1234",
    "Kodeord123456",
    "Adgangskode2026",
    "P@ssw0rd1234!",
    "Sommer2026!!",
    "hesthesthesthest",
    "aaaabbbbccccdddd",
    "januar februar marts",
]

STRONG = [
    "den grimme cykel spiser havregryn",
    "kamel grund eng giraf basar navn",
    "k7x2m9q4w8z1",
    "trold-lampe-gnaver-9",
    "Blå ræve drikker sjældent kaffe",
]


@pytest.mark.parametrize("text", WEAK)
def test_what_would_be_guessed_is_refused(text: str) -> None:
    assert estimate(text).level is Level.WEAK
    with pytest.raises(PassphraseWeak) as caught:
        require_strong(Secret.from_text(text))
    assert caught.value.exit_code is ExitCode.REFUSED
    assert caught.value.code == "passphrase-weak"
    if text:
        assert text not in str(caught.value.diagnostics())


@pytest.mark.parametrize("text", STRONG)
def test_what_would_not_is_taken(text: str) -> None:
    assert estimate(text).level in {Level.FAIR, Level.GOOD, Level.STRONG}
    require_strong(Secret.from_text(text))


def test_the_own_name_counts_for_little() -> None:
    text = "mette hansen nordby"
    assert estimate(text, known=("Mette Hansen", "Nordby Skole")).level is Level.WEAK
    assert estimate(text, known=("Mette Hansen", "Nordby Skole")).bits < estimate(text).bits


def test_more_of_the_same_adds_little() -> None:
    once = estimate("kamel grund eng").bits
    assert estimate("kamel grund eng kamel grund eng").bits < once + 15
    assert estimate("kamel grund eng giraf").bits > once + 8


@given(st.text(max_size=300))
def test_any_text_has_an_estimate(text: str) -> None:
    strength = estimate(text)
    assert strength.bits >= 0
    assert strength.level.words()


@given(st.text(min_size=1, max_size=40))
def test_a_longer_text_is_never_much_easier(text: str) -> None:
    assert estimate(text + "x").bits >= estimate(text).bits - 1


def test_lists_are_plain_words_that_every_keyboard_has() -> None:
    for name in ("da", "en"):
        words = word_list(name)
        assert len(words) >= 512
        assert len(set(words)) == len(words)
        assert list(words) == sorted(words)
        assert all(re.fullmatch(r"[a-z]{3,8}", word) for word in words)


@pytest.mark.parametrize("language", ["da", "en"])
def test_an_offer_says_its_bits_and_passes(language: str) -> None:
    assert language in {"da", "en"}
    made = offer("da" if language == "da" else "en")
    words = made.text.split(" ")
    assert len(words) == 6
    assert set(words) <= set(word_list("da" if language == "da" else "en"))
    assert made.bits == int(6 * math.log2(len(word_list("da" if language == "da" else "en"))))
    assert made.bits >= 54
    require_strong(Secret.from_text(made.text))
    assert made.text not in repr(made)


def test_an_offer_uses_the_randomness_it_is_given() -> None:
    picked: list[int] = []

    def choose(words: Sequence[str]) -> str:
        picked.append(len(words))
        return words[len(picked) - 1]

    assert offer("en", words=4, choose=choose).text == " ".join(word_list("en")[:4])
    assert len({offer("en").text for _round in range(20)}) == 20


def test_levels_and_words_in_both_languages() -> None:
    assert [Strength(bits=bits, characters=20).level for bits in (29, 30, 49, 50, 69, 70)] == [
        Level.WEAK,
        Level.FAIR,
        Level.FAIR,
        Level.GOOD,
        Level.GOOD,
        Level.STRONG,
    ]
    assert Strength(bits=99, characters=MIN_CHARACTERS - 1).level is Level.WEAK
    for level in Level:
        with speaking("da"):
            danish = level.words()
        assert danish != level.words()
    for strength in (Strength(bits=0, characters=3), Strength(bits=0, characters=30)):
        with speaking("da"):
            said = PassphraseWeak(strength).diagnostics()
        assert said.happened != PassphraseWeak(strength).diagnostics().happened
