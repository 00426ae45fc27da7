"""The system's refusals are said in the language of the person, and nowhere in the system's own."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest

from guidance.language import LANGUAGES, speaking
from guidance.system_words import number_words, system_words

ROOT = Path(__file__).parents[2]
COMMON = ("EACCES", "ENOENT", "EISDIR", "ENOTDIR", "EROFS", "EIO", "ENOSPC", "ENOTCONN", "EMFILE", "EBUSY", "EPERM")


@pytest.mark.parametrize("name", COMMON)
def test_what_is_refused_every_day_has_words_of_its_own(name: str) -> None:
    number = getattr(errno, name)
    said = set()
    for language in LANGUAGES:
        with speaking(language):
            said.add(system_words(OSError(number, os.strerror(number), "/x")))
    assert len(said) == len(LANGUAGES)
    assert os.strerror(number) not in said


def test_what_nobody_foresaw_is_given_as_the_system_says_it() -> None:
    with speaking("en"):
        assert number_words(errno.EDOM) == f"the system says '{os.strerror(errno.EDOM)}'"
        assert system_words(OSError("of one's own")) == "the system says 'of one's own'"
        assert system_words(OSError()) == "the system says 'OSError'"


def test_a_path_that_no_file_can_have() -> None:
    with pytest.raises(ValueError, match="null") as caught:
        Path("a\0b").read_bytes()
    with speaking("en"):
        assert system_words(caught.value) == "no file has such a name"


def test_nothing_else_hands_the_systems_words_to_a_person() -> None:
    # Raising an OSError with its own text is no telling; reading that text out of one is.
    telling = re.compile(r"\.strerror\b(?!\()|\"strerror\"")
    found = [
        path.relative_to(ROOT).as_posix()
        for room in ("guidance", "store", "screens", "tui")
        for path in (ROOT / room).rglob("*.py")
        if telling.search(path.read_text(encoding="utf-8"))
    ]
    # The kit's checker runs without Segl.
    assert found == ["store/bundle/kit/check_bundle.py"]
