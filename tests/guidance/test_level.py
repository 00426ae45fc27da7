from __future__ import annotations

from itertools import product

import pytest

from guidance.language import speaking
from guidance.level import LevelNotDescribed, Reaction, Shows, check_level, levels, suggest
from guidance.loader import for_kind, load_playbook
from guidance.merge import merge_facts


@pytest.mark.parametrize(("reaction", "level"), list(zip(Reaction, (1, 2, 3, 4), strict=True)))
def test_the_reaction_gives_the_level(reaction: Reaction, level: int) -> None:
    assert suggest(reaction).level == level
    assert str(level) in suggest(reaction).why.da


@pytest.mark.parametrize("shows", Shows)
@pytest.mark.parametrize("reaction", Reaction)
def test_nudity_alone_never_sets_or_lifts_it(reaction: Reaction, shows: Shows) -> None:
    assert suggest(reaction, shows).level == suggest(reaction).level
    assert suggest(None, shows, recognisable=True, threats=True).level is None


@pytest.mark.parametrize(
    ("reaction", "shows", "recognisable", "threats", "level"),
    [
        (Reaction.NEEDS_HELP, Shows.NUDE, True, None, 3),
        (Reaction.CALM, Shows.NUDE, True, None, 2),
        (Reaction.OUT_OF_CONTROL, Shows.SEXUAL, True, None, 4),
        (Reaction.OUT_OF_CONTROL, None, None, True, 4),
        (Reaction.CALM, Shows.UNDERWEAR, True, None, 1),
        (Reaction.NEEDS_HELP, Shows.NAKED_PARTS, True, None, 2),
        (Reaction.VIOLENT, Shows.UNDERWEAR, False, False, 4),
    ],
)
def test_the_image_lifts_by_one_when_somebody_is_known_or_threatened(
    reaction: Reaction, shows: Shows | None, recognisable: bool | None, threats: bool | None, level: int
) -> None:
    assert suggest(reaction, shows, recognisable=recognisable, threats=threats).level == level


def test_the_image_never_lowers_and_never_lifts_by_more_than_one() -> None:
    yes_no = (None, False, True)
    for reaction, shows, recognisable, threats in product(Reaction, (None, *Shows), yes_no, yes_no):
        base = suggest(reaction).level
        found = suggest(reaction, shows, recognisable=recognisable, threats=threats)
        assert base is not None
        assert found.level in (base, base + 1)
        assert found.why.da != found.why.en


def test_four_levels_are_described_and_the_fifth_is_an_empty_place() -> None:
    assert [level.number for level in levels()] == [1, 2, 3, 4, 5]
    assert [level.described for level in levels()] == [True, True, True, True, False]
    assert check_level(4).number == 4
    for number in (0, 5, 6):
        with pytest.raises(LevelNotDescribed):
            check_level(number)


def test_an_office_that_describes_the_fifth_level_can_choose_it() -> None:
    book = next(book for book in for_kind("school") if book.levels)
    place = "number = 5\ndescribed = false"
    signs = '[{ da = "Tegn", en = "Signs" }]'
    text = book.raw.decode().replace(place, f"number = 5\ndescribed = true\nreaction = {signs}\nimage = {signs}")
    assert check_level(5, [load_playbook(text.encode(), "own.toml")]).described


def test_what_is_asked_is_what_is_suggested_from() -> None:
    specs = merge_facts(for_kind("school"))
    assert [choice.id for choice in specs["reaction.seen"].choices] == list(Reaction)
    assert [choice.id for choice in specs["image.shows"].choices] == list(Shows)


def test_a_case_without_levels_says_how_they_come_in() -> None:
    with pytest.raises(LevelNotDescribed) as caught, speaking("en"):
        check_level(2, for_kind("workplace"))
    with speaking("en"):
        assert "follows no playbook with levels" in str(caught.value)
        assert "images or video" in str(caught.value)
    assert check_level(2, for_kind("workplace", {"images.shared": True})).number == 2
