"""report.pdf: says what the page says, in every script, the same bytes each time, and nothing leaves the process."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidance.language import Language, speaking
from store.age.errors import SealCancelled
from store.bundle.contents import REPORT, REPORT_PDF
from store.bundle.glyphs import Glyphs
from store.bundle.html import element, join, page, pairs, section, table
from store.bundle.paper import no_paper, report_pdf
from store.bundle.seal import SealOrder, seal
from store.model import Purpose
from tests.store.bundle.invented import BIRGIT, POLICE_RECIPIENT, export
from tests.store.bundle.test_report import PAYLOADS, Page, files_of
from tests.store.bundle.test_report_wellbeing import with_talks
from tests.tools import ROOT, find, need

FONTS = ROOT / "store" / "bundle" / "fonts"
A4 = "595.276 x 841.89 pts (A4)"


def pdf_text(pdf: bytes, folder: Path, *options: str) -> str:
    """What `pdftotext` reads out of it."""
    need("pdftotext")
    (folder / "report.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", *options, "report.pdf", "-"], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def pdf_info(pdf: bytes, folder: Path, *options: str) -> str:
    need("pdfinfo")
    (folder / "report.pdf").write_bytes(pdf)
    return subprocess.run(
        ["pdfinfo", *options, "report.pdf"], cwd=folder, capture_output=True, check=True
    ).stdout.decode("utf-8", "replace")


def only_words(text: str) -> list[str]:
    """The words without what setting adds: breaks, hyphens at the end of a line, page numbers and headers."""
    return re.findall(r"\w+", text)


def set_one(*inside: str, title: str = "Sag") -> bytes:
    with speaking("da"):
        return report_pdf(page(title=title, language="da", body=join(inside)), language="da", moment=1_790_000_000)


def test_it_says_what_the_page_says(tmp_path: Path) -> None:
    for language in ("da", "en"):
        files = files_of(with_talks(), language)
        there = set(only_words(pdf_text(files[REPORT_PDF], tmp_path)))
        # What a drawing says to who cannot see it is not written.
        said = Page(re.sub(rb"(<svg[^>]*>)<title>.*?</title><desc>.*?</desc>", rb"\1", files[REPORT])).words
        missing = [word for word in only_words(" ".join(said)) if word not in there]
        # Words that were divided at the end of a line stand there in two parts, and no others are missing.
        assert set(missing) <= {"forældremyndighedsindehaver"}, missing


def test_a_word_that_is_not_on_the_paper_would_be_seen(tmp_path: Path) -> None:
    files = files_of(export(), "da")
    there = set(only_words(pdf_text(files_of(export(), "en")[REPORT_PDF], tmp_path)))
    assert [word for word in only_words(" ".join(Page(files[REPORT]).words)) if word not in there]


def test_the_same_order_of_one_case_gives_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import hashlib; from tests.store.bundle.hostile import good_tar; print(hashlib.sha256(good_tar()).hexdigest())"
    )
    first, second = (
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, env=env).stdout
        for env in ({"PATH": "/usr/bin", "TZ": "UTC", "LC_ALL": "C"}, {"PATH": "/bin", "TZ": "Asia/Tokyo", "HOME": "/"})
    )
    assert first == second
    assert set_one(element("p", "one")) != set_one(element("p", "two"))


def test_a4_title_language_tags_and_numbered_pages(tmp_path: Path) -> None:
    pdf = files_of(export(notes=80), "da")[REPORT_PDF]
    info = pdf_info(pdf, tmp_path)
    assert "26-K7M4Q · A picture in a class" in info
    assert re.search(r"Tagged:\s+yes", info)
    assert re.search(r"JavaScript:\s+no", info)
    assert A4 in info
    assert "2026-11-21T08:30:00Z" in pdf_info(pdf, tmp_path, "-isodates")
    (pages,) = map(int, re.findall(r"Pages:\s+(\d+)", info))
    assert pages > 4
    text = pdf_text(pdf, tmp_path)
    for number in range(1, pages + 1):
        assert f"Side {number} af {pages}" in text
    raw = metadata(pdf)
    assert "<pdfaid:part>2</pdfaid:part>" in raw
    assert "<pdfuaid:part>1</pdfuaid:part>" in raw
    assert "<rdf:li>da</rdf:li>" in raw or re.search(rb"/Lang\s*\(da\)", pdf)
    tree = pdf_info(pdf, tmp_path, "-struct")
    for tag in ("H1", "H2", "H3", "Table", "Caption", "TH", "TD", "Figure"):
        assert re.search(rf"^\s*{tag}\b", tree, re.MULTILINE), tag


def metadata(pdf: bytes) -> str:
    """The XMP packet, which archives require to stand there plain."""
    (found,) = re.findall(rb"<x:xmpmeta.*?</x:xmpmeta>", pdf, re.DOTALL)
    return str(found, "utf-8")


def test_danish_greek_cyrillic_and_right_to_left_come_out_as_written(tmp_path: Path) -> None:
    said = "Blåbærgrød på Ærø, Ωμέγα, Жанна, Łódź"
    text = pdf_text(set_one(element("p", said), element("p", "שלום"), element("p", "مرحبا")), tmp_path)
    assert said in text
    assert "שלום" in text
    assert "مرحبا" in text


def test_what_the_font_does_not_have_is_shown_by_its_number_and_counted(tmp_path: Path) -> None:
    text = " ".join(pdf_text(set_one(element("p", "日本 \U0001f469 日")), tmp_path).split())
    assert "[U+65E5][U+672C] [U+1F469] [U+65E5]" in text
    assert "4 tegn hører til en skrift" in text
    assert "tegn hører til" not in pdf_text(set_one(element("p", "helt dansk")), tmp_path)


@pytest.mark.parametrize("hostile", PAYLOADS)
def test_hostile_text_is_text(hostile: str, tmp_path: Path) -> None:
    pdf = files_of(export(say=lambda text: text + hostile))[REPORT_PDF]
    for name in (
        b"/JavaScript",
        b"/JS",
        b"/Launch",
        b"/EmbeddedFile",
        b"/URI",
        b"/AcroForm",
        b"/GoToR",
        b"/OpenAction",
    ):
        assert name not in pdf
    pdf_text(pdf, tmp_path)


@pytest.mark.parametrize(
    "typst",
    ["#panic()", '#read("/etc/passwd")', "$ x $ *bold* _it_ `raw`", '#image("a.png")', "@ref <label> // no", "= a"],
)
def test_what_is_markup_to_the_setter_is_text_too(typst: str, tmp_path: Path) -> None:
    rows = table(typst, (typst,), [(typst,)])
    text = pdf_text(set_one(element("h1", typst), element("p", typst), rows, pairs([(typst, typst)])), tmp_path, "-raw")
    assert "".join(text.split()).count("".join(typst.split())) == 7


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=80), st.text(alphabet=st.characters(min_codepoint=0x80), max_size=60))
def test_no_text_at_all_stops_it(one: str, other: str) -> None:
    rows = table(other, (one, other), [(one, other), (other, one)])
    made = set_one(
        element("p", one), rows, pairs([(other, one)]), element("div", other, class_="text"), title=one or "x"
    )
    assert made.startswith(b"%PDF-1.7")


def test_a_digest_and_an_address_are_copied_out_in_one_piece(tmp_path: Path) -> None:
    digest, address = "sha256:" + "0123456789abcdef" * 4, "https://example.invalid/" + "abcdefghij" * 20
    rows = table("t", ("a", "b", "c"), [("x", "y" * 60, element("code", digest))])
    text = pdf_text(set_one(rows, element("p", address), pairs([("a", address)])), tmp_path, "-raw")
    assert digest in text
    assert "".join(text.split()).count(address) == 2
    assert "\u200b" not in text


def test_nothing_runs_out_of_the_page(tmp_path: Path) -> None:
    need("pdftotext")
    long = "x1" * 150
    cells = tuple(long for _column in range(6))
    pdf = set_one(
        table(long, cells, [cells]), pairs([(long, long)]), element("h1", long), element("div", long, class_="text")
    )
    layout = pdf_text(pdf, tmp_path, "-bbox")
    ends = [float(value) for value in re.findall(r'xMax="([\d.]+)"', layout)]
    assert ends
    assert max(ends) <= 595.276 - 17 / 25.4 * 72


def test_the_drawings_are_on_the_paper_with_words_for_who_cannot_see_them(tmp_path: Path) -> None:
    need("pdfinfo")
    tree = pdf_info(files_of(with_talks(), "en")[REPORT_PDF], tmp_path, "-struct")
    assert tree.count("Figure") >= 2
    text = pdf_text(files_of(with_talks(), "en")[REPORT_PDF], tmp_path)
    assert "shame, guilt or powerlessness" in text
    assert "Course of the case" in text


def test_statistics_are_on_paper_too_and_tell_no_day(tmp_path: Path) -> None:
    pdf = files_of(export(), "en", Purpose.STATISTICS)[REPORT_PDF]
    assert "One case in numbers" in pdf_text(pdf, tmp_path)
    assert "2026-11-01T00:00:00Z" in pdf_info(pdf, tmp_path, "-isodates")
    assert b"K7M4Q" not in pdf


def code_points(font: Path) -> Iterator[int]:
    """What a font has, from the `cmap` table of its file (formats 4 and 12), read here without a library."""
    data = font.read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    records = [struct.unpack_from(">4sIII", data, 12 + 16 * number) for number in range(tables)]
    (start,) = (offset for tag, _sum, offset, _length in records if tag == b"cmap")
    (count,) = struct.unpack_from(">H", data, start + 2)
    for number in range(count):
        _platform, _encoding, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * number)
        at = start + offset
        (form,) = struct.unpack_from(">H", data, at)
        if form == 12:
            (groups,) = struct.unpack_from(">I", data, at + 12)
            for group in range(groups):
                first, last, _glyph = struct.unpack_from(">III", data, at + 16 + 12 * group)
                yield from range(first, last + 1)


def test_the_list_of_what_can_be_drawn_is_what_both_weights_have() -> None:
    regular, bold = (set(code_points(FONTS / f"DejaVuSansCondensed{weight}.ttf")) for weight in ("", "-Bold"))
    assert len(regular) > 5000
    glyphs = Glyphs.load()
    drawn = {code for code in range(0x20000) if not 0xD800 <= code < 0xE000 and glyphs.can_draw(chr(code))}
    assert drawn <= regular & bold
    left = {code for code in (regular & bold) - drawn if not (0xE000 <= code < 0xF900 or code < 0x20 or code == 0xFEFF)}
    assert left == set()


def test_starting_segl_and_asking_the_command_line_load_no_setter() -> None:
    code = "import sys; {}; print('typst' in sys.modules)"
    for first, expected in (
        ("import tui.app, tui.cli.main, store.client, store.bundle.seal, store.bundle.paper", "False"),
        ("import typst", "True"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code.format(first)], cwd=ROOT, capture_output=True, check=True, text=True
        )
        assert done.stdout.strip() == expected


def test_setting_writes_no_file_opens_no_socket_and_reads_no_font_but_ours(tmp_path: Path) -> None:
    need("strace")
    code = (
        "from tests.store.bundle.test_paper import set_one; import typst; open('/dev/null').close();"
        "print(len(set_one('<p>PLANTED-WORDS</p>')));{}"
    )
    calls = "trace=openat,open,creat,socket,connect,write,pwrite64,writev,sendto,rename,renameat2,mkdir"

    def traced(more: str) -> list[str]:
        log = tmp_path / "trace"
        strace = find("strace")
        assert strace is not None
        subprocess.run(
            [strace, "-f", "-s", "4096", "-e", calls, "-o", str(log), sys.executable, "-B", "-c", code.format(more)],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        lines = log.read_text(errors="replace").splitlines()
        place = next(number for number, line in enumerate(lines) if "paper.typ" in line)
        return lines[place:]

    after = traced("")
    assert not [line for line in after if "PLANTED" in line or "socket(" in line or "O_CREAT" in line]
    assert not [line for line in after if re.search(r'\.(ttf|otf|ttc|pfb)"', line) and "store/bundle/fonts" not in line]
    assert any("DejaVuSansCondensed.ttf" in line for line in after)
    bad = traced(f"open({str(tmp_path / 'x')!r}, 'w').write('PLANTED')")
    assert [line for line in bad if "O_CREAT" in line]


def test_a_report_that_is_too_long_is_sealed_without_a_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(files_of(export())[REPORT])
    monkeypatch.setattr("store.bundle.contents.MAX_PAGE", size)
    assert REPORT_PDF in files_of(export())
    monkeypatch.setattr("store.bundle.contents.MAX_PAGE", size - 1)
    assert REPORT_PDF not in files_of(export())


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_bundle_without_a_paper_says_so(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the bundle, to a reader of either language, and to the person who seals."""
    name = f"VERIFY.{language}.txt"
    with_paper = files_of(export())[name].decode("utf-8")
    monkeypatch.setattr("store.bundle.contents.MAX_PAGE", 10)
    without = files_of(export())[name].decode("utf-8")
    lines = [set(text.splitlines()) for text in (with_paper, without)]
    assert [list(one - other) for one, other in (lines, lines[::-1])] == [
        ["   data/report.pdf         " + {"da": "det samme på papir", "en": "the same on paper"}[language]],
        [
            {
                "da": "   (data/report.pdf er her ikke: sagen er for lang til det; udskriv report.html)",
                "en": "   (there is no data/report.pdf: the case is too long for one; print report.html)",
            }[language]
        ],
    ]
    with speaking(language):
        assert "report.pdf" in no_paper()


def test_setting_stops_at_once_where_somebody_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading
    import time

    import typst

    real: Any = typst.compile
    go_on = threading.Event()

    def slow(*arguments: object, **more: object) -> object:
        go_on.wait(30)
        return real(*arguments, **more)

    monkeypatch.setattr(typst, "compile", slow)
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    began = time.monotonic()
    try:
        with pytest.raises(SealCancelled):
            seal(export(), order_to(tmp_path), BIRGIT.sign, cancelled=cancelled)
        assert time.monotonic() - began < 10
        assert not list(tmp_path.iterdir())
    finally:
        go_on.set()
    # The control: nobody stops it, and the same setter gives the report.
    assert seal(export(), order_to(tmp_path), BIRGIT.sign).paper


def order_to(folder: Path) -> SealOrder:
    return SealOrder(purpose=Purpose.POLICE, out=folder / "K7M4Q.segl.age", recipients=(POLICE_RECIPIENT,))


def test_what_the_setter_says_reaches_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    import typst

    def broken(*_arguments: object, **_more: object) -> object:
        raise RuntimeError("no")

    monkeypatch.setattr(typst, "compile", broken)
    with pytest.raises(RuntimeError, match="no"):
        files_of(export())


_GROWTH = """
import re, sys
from pathlib import Path
import store.bundle.paper as paper
from store.bundle.html import element, join
from tests.store.bundle.test_paper import set_one
paper._FORGETS_AFTER = int(sys.argv[1])
def one(number):
    set_one(*(element("p", f"paragraph {number} {place} " + "word " * 60) for place in range(400)))
    return int(re.search(r"VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())[1]) // 1024
one(0)
second = one(1)
print([one(number) for number in range(2, 7)][-1] - second)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is in /proc/self/status")
def test_the_setter_forgets_a_case_when_it_is_set() -> None:
    def grown(rounds: str) -> int:
        command = [sys.executable, "-c", _GROWTH, rounds]
        return int(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)

    # While the second is set the first is there still, which is once; what is kept grows with each further one. A peak
    # has a page or two of chance in it: what is kept is in each run, so the least of three tells.
    assert min(grown("11") for _run in range(3)) < 10 < 100 < grown("0")


def lines_of(pdf: bytes, folder: Path) -> list[str]:
    return [" ".join(line.split()) for line in pdf_text(pdf, folder, "-layout").splitlines()]


@pytest.mark.parametrize(("language", "name"), [("da", "Kilde"), ("en", "Source")])
def test_the_source_of_the_guidance_has_the_width_of_the_page(language: Language, name: str, tmp_path: Path) -> None:
    files = files_of(export(), language)
    lines = lines_of(files[REPORT_PDF], tmp_path)
    # A source of four words or so was set one beneath the other beside the digest.
    assert any(line.startswith(f"{name} ") and len(line) > len(name) + 1 for line in lines), lines
    assert sum(line.startswith("Version") for line in lines) >= 1


@pytest.mark.parametrize(("language", "ends"), [("da", r"\d\d\.\d\d UTC"), ("en", r"\d\d:\d\d UTC")])
def test_a_moment_stands_on_one_line_of_a_table(language: Language, ends: str, tmp_path: Path) -> None:
    lines = lines_of(files_of(with_talks(), language)[REPORT_PDF], tmp_path)
    assert not [line for line in lines if line.startswith("UTC")]
    assert [line for line in lines if re.search(ends, line)]


def test_a_role_is_not_divided_where_there_is_room(tmp_path: Path) -> None:
    lines = lines_of(files_of(export(), "da")[REPORT_PDF], tmp_path)
    assert any("forældremyndighedsindehaver" in line for line in lines)


def test_what_belongs_together_is_not_parted_by_the_end_of_a_sheet(tmp_path: Path) -> None:
    rows = [element("h1", "Sag"), element("h2", "Del"), *(element("p", str(number)) for number in range(60))]
    parted = []
    for above in range(30, 46):
        pdf = set_one(*rows[:above], section("Stol", element("p", "Lige nu"), element("p", "Til sidst"), together=True))
        pages = pdf_text(pdf, tmp_path).split("\f")
        assert ["Stol" in one for one in pages] == ["Til sidst" in one for one in pages]
        parted.append("Stol" in pages[0])
    # The control: it came to stand at the foot of the first sheet, and then on the second.
    assert parted[0]
    assert not parted[-1]


def test_when_a_note_was_written_stands_on_the_sheet_of_its_text(tmp_path: Path) -> None:
    rows = [element("h1", "Sag"), element("h2", "Del"), *(element("p", str(number)) for number in range(60))]
    parted = []
    note = element(
        "div", element("p", "Hvem", class_="where"), element("div", "Teksten", class_="text"), class_="version"
    )
    for above in range(30, 46):
        pages = pdf_text(set_one(*rows[:above], element("h3", "Notat"), note), tmp_path).split("\f")
        assert ["Notat" in one for one in pages] == ["Teksten" in one for one in pages]
        parted.append("Notat" in pages[0])
    assert parted[0]
    assert not parted[-1]
