"""The report: every text comes out inert, nothing is fetched or run, and a screen reader finds its way."""

from __future__ import annotations

import base64
import hashlib
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from guidance.language import Language
from store.bundle.contents import REPORT, REPORT_PDF
from store.bundle.names import CASE_JSON, JOURNAL
from store.bundle.open import open_bundle
from store.bundle.report import case_report
from store.bundle.seal import SealOrder, prepare, seal
from store.bundle.visible import count_unsafe, escape_json, one_line, visible
from store.model import CaseExport, Purpose
from tests.store.bundle.hostile import TRUSTED
from tests.store.bundle.invented import BIRGIT, POLICE, POLICE_RECIPIENT, export

PAYLOADS = [
    pytest.param("<script>alert(1)</script>", id="script"),
    pytest.param('"><img src=x onerror=alert(1)>', id="attribute"),
    pytest.param("'><svg/onload=alert(1)>", id="single-quote"),
    pytest.param("</style></main></body></html>", id="closing"),
    pytest.param("<!-- -->]]>", id="comment"),
    pytest.param("&lt;b&gt; &#60;", id="entities"),
    pytest.param("[@click=app.quit]x[/]", id="markup-of-the-terminal"),
    pytest.param("\x1b]52;c;ZXZpbA==\x07", id="osc-52"),
    pytest.param("\x1b[2J\x1b[1;1H", id="csi"),
    pytest.param("\x9b2J", id="c1"),
    pytest.param("\u202ecba\u2066x\u2069", id="bidi"),
    pytest.param("\u200f\u061c\u2028\u2029\ufeff", id="marks-and-separators"),
    pytest.param("\x00\x08\x7f", id="zero-backspace-delete"),
    pytest.param("\U000e0041", id="tag"),
    pytest.param("{reference} {0} %s $name", id="format"),
]

VOID = {"meta"}
ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "section", "h1", "h2", "h3", "p", "div"),
    *("span", "table", "caption", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "code"),
    *("svg", "title", "desc", "text", "rect", "circle"),
}
DRAWN = {"role", "viewbox", "x", "y", "cx", "cy", "r", "width", "height", "text-anchor"}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "scope", "class"} | DRAWN


class Page(HTMLParser):
    """Reads a page strictly: every element closed, none and no attribute beyond the few that are used."""

    def __init__(self, data: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.style = ""
        self.feed(data.decode("utf-8"))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        assert {name for name, _value in attributes} <= ATTRIBUTES, attributes
        self.seen.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def every(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.seen if name == tag]


def files_of(case: CaseExport, language: Language = "en", purpose: Purpose = Purpose.FULL) -> dict[str, bytes]:
    order = SealOrder(purpose=purpose, out=Path("K7M4Q.segl.age"), recipients=(POLICE_RECIPIENT,), language=language)
    return dict(prepare(case, order, BIRGIT.sign).bag.files)


@pytest.mark.parametrize("purpose", [Purpose.FULL, Purpose.STATISTICS])
@pytest.mark.parametrize("hostile", PAYLOADS)
def test_hostile_text_in_every_field_comes_out_inert(hostile: str, purpose: Purpose) -> None:
    harmless = Page(files_of(export(), purpose=purpose)[REPORT])
    page = Page(files_of(export(say=lambda text: text + hostile), purpose=purpose)[REPORT])
    assert page.seen == harmless.seen
    assert count_unsafe(page.text) == 0
    if purpose is Purpose.FULL:
        # One for each field that a person can write in: all of them are on the page.
        assert page.text.count(visible(hostile)) >= 40
    else:
        assert visible(hostile) not in page.text


@pytest.mark.parametrize("hostile", PAYLOADS)
def test_hostile_text_comes_out_inert_in_the_opened_case_and_in_the_files(hostile: str, tmp_path: Path) -> None:
    order = SealOrder(purpose=Purpose.FULL, out=tmp_path / "K7M4Q.segl.age", recipients=(POLICE_RECIPIENT,))
    made = seal(export(say=lambda text: text + hostile), order, BIRGIT.sign)
    opened = open_bundle(Path(made.path), [POLICE], trusted=TRUSTED)
    assert opened.verdicts.usable
    assert opened.case is not None
    assert count_unsafe(repr(opened.case)) == 0
    assert opened.case.title.endswith(visible(hostile))
    assert (opened.replaced > 0) == (count_unsafe(hostile) > 0)
    for name, data in files_of(export(say=lambda text: text + hostile)).items():
        if name != REPORT_PDF:
            assert count_unsafe(data.decode("utf-8")) == 0, name


def test_hostile_text_is_kept_as_it_was_in_the_data() -> None:
    hostile = "\x1b[2J\u202e<script>"
    files = files_of(export(say=lambda text: text + hostile))
    assert json.loads(files[CASE_JSON])["case"]["title"].endswith(hostile)
    assert hostile in json.loads(json.loads(files[JOURNAL].splitlines()[0])["payload"])["title"]


def test_the_page_fetches_nothing_runs_nothing_and_its_style_is_the_one_that_is_allowed() -> None:
    data = files_of(export())[REPORT]
    page = Page(data)
    (policy,) = [str(meta["content"]) for meta in page.every("meta") if "http-equiv" in meta]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    for outside in (b"http:", b"url(", b"@import", b"src=", b"href=", b"<script", b"javascript:"):
        assert outside not in data.replace(b"https://example.invalid/a", b"")
    assert "@page" in page.style
    assert "A4" in page.style


@pytest.mark.parametrize(
    ("language", "there", "not_there"),
    [
        (
            "en",
            ("en Uncover", "the person violated", "not wanted", "en Action card", "Notes"),
            ("da Uncover", "Notater"),
        ),
        ("da", ("da Uncover", "den krænkede", "not wanted", "da Action card", "Notater"), ("en Uncover", "Notes")),
    ],
)
def test_the_report_speaks_the_language_of_the_order(
    language: Language, there: tuple[str, ...], not_there: tuple[str, ...]
) -> None:
    text = Page(files_of(export(), language)[REPORT]).text
    for words in there:
        assert words in text
    for words in not_there:
        assert words not in text


def test_the_report_shows_what_it_has_to() -> None:
    case = export()
    text = Page(files_of(case)[REPORT]).text
    for expected in (
        case.record.summary.reference,
        "A picture in a class",
        "out of control, recognisable",
        "Asta",
        "an officer",
        "en step overview",
        "en the police decide first",
        "first words\nsecond line",
        "better words",
        "version 1 of 2, replaced",
        "version 2 of 2, in force",
        "a slip",
        case.record.evidence[0].digest,
        "Not recorded yet",
        "Address (URL)",
        BIRGIT.fingerprint,
    ):
        assert expected in text, expected


def test_the_report_is_made_from_case_json_and_nothing_else() -> None:
    files = files_of(export())
    assert case_report(json.loads(files[CASE_JSON]), language="en") == files[REPORT]


def test_visible_shows_what_it_replaces_and_leaves_the_rest() -> None:
    assert visible("æøå\t\n\r\n日本 👩\u200d👧 \u00ad") == "æøå\t\n\n日本 👩\u200d👧 \u00ad"
    assert visible("\x1b\x7f\x9b\u202e\r\ud800") == "␛␡[U+009B][U+202E]␍\ufffd"
    assert one_line(" a\n b\x00") == "a b␀"
    assert json.loads(escape_json('"\u202e\U000e0041"')) == "\u202e\U000e0041"
