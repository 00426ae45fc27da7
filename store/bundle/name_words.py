"""The names in an answer to the question who: by capitals, since neither language writes its other nouns with one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_](?:[\w'\u2019-]*\w)?")
_REACH: Final = re.compile(r"[^\s,;]*@[^\s,;]+|\+?\d(?:[ ]?\d){5,}")
_SENTENCE: Final = re.compile(r"[.!?:\n]+")
_BETWEEN: Final = re.compile(r"[,;/()\n]|\s+(?:og|and|samt|eller|or|&|\+)\s+")
_PARTICLES: Final = frozenset({"af", "van", "von", "de", "den", "der", "el", "al", "da", "di"})
"""What stands between the parts of one name."""
_LITTLE: Final = re.compile(
    r"jeg|du|han|hun|vi|de|dem|det|den|dette|denne|disse|der|her|mig|os|dig|ham|hende|jer|min|mit|mine|din|"
    r"dit|dine|hans|hendes|vores|jeres|deres|en|et|ingen|nogen|alle|begge|både|på|i|til|fra|med|hos|ved|for|"
    r"om|efter|før|under|over|mod|uden|mellem|og|eller|men|at|som|når|hvis|da|så|hvem|hvad|hvor|hvornår|"
    r"hvordan|hvorfor|ja|nej|ikke|kun|også|er|var|har|havde|blev|bliver|skal|kan|vil|må|mandag|tirsdag|onsdag|"
    r"torsdag|fredag|lørdag|søndag|you|he|she|we|they|it|this|that|these|those|there|here|me|us|him|them|my|"
    r"your|his|our|their|its|a|an|the|none|nobody|everybody|somebody|all|both|on|in|to|from|with|by|of|about|"
    r"after|before|without|between|and|or|but|as|when|if|then|so|who|whom|what|where|why|how|yes|no|not|only|"
    r"also|is|are|was|were|has|have|had|will|can|must|may|monday|tuesday|wednesday|thursday|friday|saturday|"
    r"sunday",
    re.IGNORECASE,
)
"""Words that are nobody's name, also where a sentence begins with one."""
_LEAST: Final = 2
_MOST_IN_SMALL: Final = 3
"""Words of an answer typed without a capital that are taken for a name."""


def whole_and_parts(name: str) -> Iterator[str]:
    """A name, what stands in it between commas, and each word of it that could stand alone."""
    whole = " ".join(name.split())
    if not whole:
        return
    yield whole
    if "," in whole:
        yield from (" ".join(part.split()) for part in whole.split(",") if part.strip())
    parts = _WORD.findall(whole)
    for part in parts if len(parts) > 1 else ():
        if len(part) >= _LEAST and part.casefold() not in _PARTICLES and not _LITTLE.fullmatch(part):
            yield part


def reached(text: str) -> Iterator[str]:
    """The telephone numbers and the addresses in a text."""
    yield from (match[0] for match in _REACH.finditer(text))


def names_among(text: str, *, at_start: bool) -> Iterator[str]:
    """Names that stand in a text among other words: words with a capital, those side by side as one name and singly.

    Args:
        text: what somebody wrote.
        at_start: whether a single word at the beginning of a sentence may be one: where it is asked who, it often is.
    """
    for sentence in _SENTENCE.split(text):
        for start, run in _runs(sentence):
            words = run
            while words and _LITTLE.fullmatch(words[0]):
                words = words[1:]
            single = len(run) == 1 and start
            if words and (at_start or not single):
                yield from whole_and_parts(" ".join(words))


def names_said(answer: str) -> Iterator[str]:
    """Names in an answer to who, and their parts; one typed without any capital is taken for names between commas."""
    found = list(names_among(answer, at_start=True))
    yield from found
    for part in _BETWEEN.split(answer):
        words = _WORD.findall(part)
        # With a capital somewhere, what has none says what somebody is: 'Kai Vagtmand, politiassistent'.
        if not 0 < len(words) <= _MOST_IN_SMALL:
            continue
        if not found:
            yield from whole_and_parts(part)
        elif any(word[0].isupper() for word in words):
            yield " ".join(part.split())


def _runs(sentence: str) -> Iterator[tuple[bool, list[str]]]:
    """Words with a capital that stand side by side, with whether the sentence begins with them."""
    run: list[str] = []
    begins, end = False, 0
    for number, match in enumerate(_WORD.finditer(sentence)):
        word = match[0]
        beside = not sentence[end : match.start()].strip()
        if run and not (beside and (word[0].isupper() or word.casefold() in _PARTICLES)):
            yield begins, _without_particles(run)
            run = []
        if run or word[0].isupper():
            begins = begins if run else number == 0
            run.append(word)
        end = match.end()
    if run:
        yield begins, _without_particles(run)


def _without_particles(run: list[str]) -> list[str]:
    """'Kai og' is 'Kai'; 'Kai von Vagtmand' stays."""
    while run and not run[-1][0].isupper():
        run = run[:-1]
    return run
