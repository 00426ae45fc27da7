"""report.html in a browser: nothing is asked for, nothing is complained of, it prints on A4, and it is valid HTML."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from guidance.language import Language
from store.bundle.contents import REPORT
from store.model import Purpose
from tests.store.bundle.browser import chromium, complaints, listening, validated
from tests.store.bundle.test_report import files_of
from tests.store.bundle.test_report_wellbeing import with_talks
from tests.tools import need

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

PAGES: list[tuple[Language, Purpose]] = [("da", Purpose.FULL), ("en", Purpose.FULL), ("en", Purpose.STATISTICS)]


def laid(folder: Path, page: bytes) -> Path:
    path = folder / "report.html"
    path.write_bytes(page)
    return path


def broken(page: bytes) -> bytes:
    """The same page with what it must not have: an outside picture, a script and a style of its own."""
    return page.replace(
        b"</main>",
        b'<img src="http://outside.invalid/a.png"><script>console.error("ran")</script>'
        b'<p style="color:red">x</p></main>',
    )


def without_policy(page: bytes) -> bytes:
    return re.sub(rb'<meta http-equiv="Content-Security-Policy"[^>]*>', b"", page)


@pytest.mark.parametrize(("language", "purpose"), PAGES)
def test_it_asks_for_nothing_and_nothing_is_complained_of(language: Language, purpose: Purpose, tmp_path: Path) -> None:
    need("chromium", "pdfinfo", "pdftotext")
    page = laid(tmp_path, files_of(with_talks(), language, purpose)[REPORT])
    printed = tmp_path / "printed.pdf"
    with listening() as (port, asked):
        done = chromium(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={printed}", page.as_uri(), proxy=port)
    assert done.returncode == 0, done.stderr
    assert complaints(done) == []
    assert [one for one in asked if "outside" in one] == []
    information = subprocess.run(["pdfinfo", str(printed)], capture_output=True, check=True).stdout.decode()
    width, height = (float(part) for part in re.findall(r"Page size: +([\d.]+) x ([\d.]+)", information)[0])
    assert (abs(width - 595.28) < 1, abs(height - 841.89) < 1) == (True, True)
    text = subprocess.run(["pdftotext", str(printed), "-"], capture_output=True, check=True).stdout.decode()
    assert "SHA256:" in text


def test_what_it_must_not_have_would_be_noticed(tmp_path: Path) -> None:
    """The policy complains of script, picture and style; without it the picture is asked for and the script runs."""
    need("chromium")
    page = files_of(with_talks(), "en")[REPORT]
    with listening() as (port, asked):
        held = chromium(tmp_path, "--dump-dom", laid(tmp_path, broken(page)).as_uri(), proxy=port)
        assert [one for one in asked if "outside" in one] == []
        said = "\n".join(complaints(held))
        assert said.count("Content Security Policy") >= 3
        assert '"ran"' not in said
        loose = chromium(tmp_path, "--dump-dom", laid(tmp_path, without_policy(broken(page))).as_uri(), proxy=port)
        assert [one for one in asked if "outside" in one]
        assert any("ran" in line for line in complaints(loose))


@pytest.mark.parametrize(("language", "purpose"), PAGES)
def test_the_checker_finds_nothing(language: Language, purpose: Purpose, tmp_path: Path) -> None:
    found = validated(laid(tmp_path, files_of(with_talks(), language, purpose)[REPORT]))
    if found is None:
        pytest.skip("not on this machine: java and vnu-jar (SEGL_TEST_NODE)")
    # It does not work out digests; that the style is the one that the policy allows, Chromium says above.
    assert [one for one in found if "Inline style violates Content Security Policy" not in one["message"]] == []


def test_the_checker_sees_what_is_wrong(tmp_path: Path) -> None:
    page = files_of(with_talks(), "en")[REPORT]
    found = validated(laid(tmp_path, page.replace(b"<main>", b'<main><p><table scope="x"><tr><td></p>')))
    if found is None:
        pytest.skip("not on this machine: java and vnu-jar (SEGL_TEST_NODE)")
    assert any(one["type"] == "error" for one in found)


def test_a_screen_reader_is_given_headings_tables_and_the_words_of_a_drawing(tmp_path: Path) -> None:
    """The tags of a printed page are made of Chromium's accessibility tree: what stands there is what is read out."""
    need("chromium", "pdfinfo")

    def tree(page: bytes, name: str) -> str:
        printed = tmp_path / f"{name}.pdf"
        chromium(tmp_path, f"--print-to-pdf={printed}", laid(tmp_path, page).as_uri())
        return subprocess.run(["pdfinfo", "-struct", str(printed)], capture_output=True, check=True).stdout.decode()

    page = files_of(with_talks(), "da")[REPORT]
    good = tree(page, "good")
    for shape, least in {"H1 ": 1, "H2 ": 8, "Table ": 5, "Caption": 5, "/Scope /Row": 5, "/Scope /Column": 5}.items():
        assert good.count(shape) >= least, shape
    assert good.count("H1 ") == 1
    assert len(re.findall(r"^ *Figure", good, re.MULTILINE)) == page.count(b"<svg") >= 2
    # The control: the same page with its headings and table headings taken away.
    flat = tree(re.sub(rb"<(/?)(?:h1|h2|th)\b[^>]*>", rb"<\1td>", page), "flat")
    assert flat.count("H1 ") == flat.count("H2 ") == 0
