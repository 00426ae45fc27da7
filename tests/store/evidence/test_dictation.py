"""Spoken digests: every slip of one character and every swap of neighbours is noticed, by trying all of them."""

from __future__ import annotations

import hashlib
import itertools
import random

import pytest

from store.evidence.dictation import (
    GROUPS,
    SIGNS,
    agreed,
    check_character,
    differing,
    hear,
    holds,
    read_out,
)

HEX = SIGNS[:16]
DIGEST = "sha256:" + hashlib.sha256(b"x").hexdigest()


def slips(word: str) -> list[str]:
    """The word with each character replaced by each other one."""
    return [word[:at] + other + word[at + 1 :] for at in range(len(word)) for other in SIGNS if other != word[at]]


def swaps(word: str) -> list[str]:
    """The word with each two neighbours changed round, where that makes another word."""
    swapped = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]
    return [one for one in swapped if one != word]


def test_every_slip_in_every_group_at_every_place() -> None:
    """The check is linear, so what one character does depends on its place alone; all four-digit groups are tried."""
    number = 7
    for digits in itertools.product(HEX, repeat=4):
        word = "".join(digits)
        word += check_character(SIGNS[number] + word)
        assert holds(SIGNS[number] + word)
    for digits in itertools.product("09AF", repeat=4):
        for number in range(GROUPS):
            word = "".join(digits)
            word += check_character(SIGNS[number] + word)
            assert not [slip for slip in slips(word) if holds(SIGNS[number] + slip)]


def test_every_swap_of_neighbours_in_every_group() -> None:
    missed = 0
    for digits in itertools.product(HEX, repeat=4):
        word = "".join(digits)
        word += check_character(SIGNS[3] + word)
        missed += sum(holds(SIGNS[3] + swap) for swap in swaps(word))
    assert missed == 0


def test_a_plain_sum_misses_swaps_so_the_test_can_see_one() -> None:
    def plain(word: str) -> bool:
        return sum(SIGNS.index(sign) for sign in word) % 17 == 1

    word = "12AB"
    word += SIGNS[(1 - sum(SIGNS.index(sign) for sign in word)) % 17]
    assert plain(word)
    assert not [slip for slip in slips(word) if plain(slip)]
    assert [swap for swap in swaps(word) if plain(swap)]


@pytest.mark.parametrize("seed", range(20))
def test_every_slip_and_swap_in_a_whole_digest_names_its_group(seed: int) -> None:
    digest = random.Random(seed).randbytes(32).hex()
    groups = read_out(f"sha256:{digest}")
    spoken = "".join(groups)
    assert hear(spoken).hex == digest
    for at in range(len(spoken)):
        for other in SIGNS:
            if other != spoken[at]:
                heard = hear(spoken[:at] + other + spoken[at + 1 :])
                assert (heard.hex, heard.wrong) == ("", (at // 5 + 1,))
    for at in range(len(spoken) - 1):
        swapped = spoken[:at] + spoken[at + 1] + spoken[at] + spoken[at + 2 :]
        if swapped != spoken:
            heard = hear(swapped)
            assert heard.hex == ""
            assert set(heard.wrong) <= {at // 5 + 1, (at + 1) // 5 + 1}


def test_groups_say_by_themselves_of_which_algorithm_they_are() -> None:
    for word in ("", "sha256: ", "SHA-256 "):
        heard = hear(word + " ".join(read_out(DIGEST)))
        assert (heard.digest, heard.algorithm, heard.checked) == (DIGEST, "sha256", True)
    other = DIGEST.replace("sha256", "blake3")
    groups = read_out(other)
    for word in ("", "blake3: ", "BLAKE3 "):
        heard = hear(word + " ".join(groups))
        assert (heard.digest, heard.algorithm, heard.checked) == (other, "blake3", True)
    assert all(one != same for one, same in zip(groups, read_out(DIGEST), strict=True))
    slip = [*groups[:6], slips(groups[6])[0], *groups[7:]]
    assert hear(" ".join(slip)).wrong == (7,)
    assert hear("sha256: " + " ".join(groups)).wrong == tuple(range(1, 17)), "said to be another than they are"


def test_groups_of_an_older_segl_are_of_sha256_unless_it_is_said_in_front() -> None:
    # As they were read out before the algorithm was summed: the example of docs/dictation.md.
    older = read_out("sha256:" + "9f86d081884c7d65" * 4)
    assert older[:4] == ("9F86X", "D081X", "884CB", "7D65C")
    assert hear("blake3: " + " ".join(older)).digest == "blake3:" + "9f86d081884c7d65" * 4


def test_the_same_typed_twice_is_what_either_says() -> None:
    digits = DIGEST.removeprefix("sha256:")
    assert agreed(hear(digits), hear(digits)) == DIGEST
    for first, second in ((digits, f"blake3:{digits}"), (f"BLAKE3 = {digits}", digits)):
        assert agreed(hear(first), hear(second)) == f"blake3:{digits}"
    assert agreed(hear(f"sha256:{digits}"), hear(f"blake3:{digits}")) == ""


def test_whole_groups_that_changed_places_are_noticed() -> None:
    groups = list(read_out(DIGEST))
    for one, other in itertools.combinations(range(GROUPS), 2):
        moved = groups.copy()
        moved[one], moved[other] = moved[other], moved[one]
        if moved != groups:
            assert hear(" ".join(moved)).wrong == (one + 1, other + 1)


def test_a_group_that_was_left_out_or_is_too_long() -> None:
    groups = list(read_out(DIGEST))
    assert hear(" ".join(groups[:-1])).hex == ""
    groups[4] = groups[4][:-1]
    assert hear(" ".join(groups)).wrong == (5,)


@pytest.mark.parametrize(
    "text",
    [
        "{d}",
        "{D}",
        "  {d}\n",
        "sha256:{d}",
        "SHA-256 = {D}",
        "{bytes}",
        "{colons}",
        "{lines}",
    ],
)
def test_the_ways_in_which_others_write_a_digest(text: str) -> None:
    plain = DIGEST.removeprefix("sha256:")
    pairs = [plain[at : at + 2] for at in range(0, 64, 2)]
    said = text.format(
        d=plain, D=plain.upper(), bytes=" ".join(pairs), colons=":".join(pairs).upper(), lines="\r\n".join(pairs)
    )
    heard = hear(said)
    assert (heard.hex, heard.checked, heard.wrong) == (plain, False, ())


def test_sixteen_groups_of_four_without_check_characters_are_a_plain_digest() -> None:
    plain = DIGEST.removeprefix("sha256:")
    heard = hear(" ".join(plain[at : at + 4] for at in range(0, 64, 4)))
    assert (heard.hex, heard.checked) == (plain, False)


def test_what_is_no_digest() -> None:
    assert hear("abc").signs == 3
    assert hear("").signs == 0
    assert hear("g" * 64).wrong
    assert hear("æ" * 80).hex == ""
    assert hear("x" * 64).hex == ""


def test_the_groups_that_differ() -> None:
    one = "0" * 64
    assert differing(one, one) == ()
    assert differing(one, "0" * 4 + "1" + "0" * 58 + "2") == (2, 16)


def test_what_is_no_digest_is_not_read_out() -> None:
    with pytest.raises(ValueError):
        check_character("1X")
    with pytest.raises(ValueError):
        read_out("sha256:12")
