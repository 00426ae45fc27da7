"""The report for who has it read aloud: language, parts, headings, tables and drawings, each missing one seen."""

from __future__ import annotations

import itertools
import re

import pytest

from guidance.language import LANGUAGES, Language
from store.bundle.contents import REPORT
from tests.store.bundle.test_report import Page, files_of
from tests.store.bundle.test_report_wellbeing import with_talks


def obstacles(data: bytes, language: Language) -> list[str]:
    """What would stand in the way of somebody who has the page read aloud."""
    page = Page(data)
    found = []
    if page.every("html") != [{"lang": language}]:
        found.append("the language of the page")
    if len(page.every("main")) != 1:
        found.append("one main part")
    levels = [int(tag[1]) for tag, _attributes in page.seen if re.fullmatch("h[1-6]", tag)]
    if levels[:1] != [1] or levels.count(1) != 1:
        found.append("one heading of the page, first")
    if any(later - earlier > 1 for earlier, later in itertools.pairwise(levels)):
        found.append("a level of headings left out")
    if len(page.every("section")) != levels.count(2):
        found.append("a part without a heading")
    if len(page.every("caption")) != len(page.every("table")):
        found.append("a table without a caption")
    if any(heading.get("scope") not in ("col", "row") for heading in page.every("th")):
        found.append("a heading of a table that heads nothing")
    if any(re.search(rb"<th[ >]", row) is None for row in data.split(b"<tr>")[1:]):
        found.append("a row of a table without a heading")
    told = re.compile(rb'<svg role="img"[^>]*><title>[^<]+</title><desc>[^<]+</desc>')
    if any(told.match(drawing) is None for drawing in re.findall(rb"<svg.*?</svg>", data, re.DOTALL)):
        found.append("a drawing without words")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_finds_its_way(language: Language) -> None:
    page = files_of(with_talks(), language)[REPORT]
    assert page.count(b"<svg") == 2
    assert page.count(b"<table") > 5
    assert obstacles(page, language) == []


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        pytest.param(rb' lang="da">\n<head', b">\n<head", "the language of the page", id="lang"),
        pytest.param(b"<(/?)main>", rb"<\1div>", "one main part", id="main"),
        pytest.param(b"<(/?)h1>", rb"<\1h2>", "one heading of the page, first", id="h1"),
        pytest.param(b"<(/?)h2>", rb"<\1h3>", "a level of headings left out", id="level"),
        pytest.param(b"<(/?)h2>", rb"<\1h3>", "a part without a heading", id="h2"),
        pytest.param(b"<caption>.*?</caption>", b"", "a table without a caption", id="caption"),
        pytest.param(b'<th scope="col">', b"<th>", "a heading of a table that heads nothing", id="scope"),
        pytest.param(b'<th scope="row">(.*?)</th>', rb"<td>\1</td>", "a row of a table without a heading", id="row"),
        pytest.param(b"<desc>.*?</desc>", b"", "a drawing without words", id="desc"),
        pytest.param(b' role="img"', b"", "a drawing without words", id="role"),
    ],
)
def test_the_check_sees_what_stands_in_the_way(old: bytes, new: bytes, seen: str) -> None:
    page = files_of(with_talks(), "da")[REPORT]
    worse = re.sub(old, new, page)
    assert worse != page
    assert seen in obstacles(worse, "da")
