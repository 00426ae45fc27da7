"""A screen that is shown for the first time has its own sheet parsed, not those of all others again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import textual.css.stylesheet
from textual.css.stylesheet import Stylesheet, StylesheetParseError

from store.home import Home
from tui.app import SeglApp
from tui.stylesheet import ParsedOnce
from tui.theme import THEMES

SHEETS = {"a": "Label { color: $text; }", "b": "Button { width: 7; }", "c": "#x { height: 3; background: $surface; }"}
VARIABLES = {"text": "red", "surface": "blue"}


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sheets that were parsed, in turn."""
    seen: list[str] = []
    parse: Any = vars(textual.css.stylesheet)["parse"]

    def counted(*args: Any, **options: Any) -> Any:
        seen.append(args[1])
        return parse(*args, **options)

    monkeypatch.setattr(textual.css.stylesheet, "parse", counted)
    return seen
    return seen


def filled(sheet: Stylesheet, *names: str) -> Stylesheet:
    for name in names:
        sheet.add_source(f"{SHEETS[name]} /* {id(sheet)} */", read_from=(name, ""))
    sheet.reparse()
    return sheet


def said(sheet: Stylesheet) -> list[str]:
    return [repr((rule.selectors, rule.styles.get_rules(), rule.tie_breaker)) for rule in sheet.rules]


def test_one_more_is_parsed_alone(parsed: list[str]) -> None:
    """Control: Textual's own parses all of them again."""
    ours, theirs = (filled(kind(variables=VARIABLES), "a", "b") for kind in (ParsedOnce, Stylesheet))
    parsed.clear()
    filled(ours, "c")
    assert len(parsed) == 1
    parsed.clear()
    filled(theirs, "c")
    assert len(parsed) == 3


def test_it_says_what_textuals_own_says() -> None:
    ours, theirs = (filled(filled(kind(variables=VARIABLES), "a", "c"), "b") for kind in (ParsedOnce, Stylesheet))
    assert ours.css == theirs.css
    for sheet in (ours, theirs):
        sheet.set_variables({"text": "green", "surface": "white"})
        sheet.reparse()
    assert ours.css == theirs.css
    assert "green" in ours.css.lower() or "#008000" in ours.css
    ours.set_variables(VARIABLES)
    ours.reparse()
    assert ours.css == filled(Stylesheet(variables=VARIABLES), "a", "c", "b").css


def test_a_wrong_sheet_leaves_the_rules_as_they_were() -> None:
    sheet = filled(ParsedOnce(variables=VARIABLES), "a")
    before = [rule.css for rule in sheet._rules]
    sheet.add_source("Label { colour: red; }", read_from=("wrong", ""))
    with pytest.raises(StylesheetParseError):
        sheet.reparse()
    assert [rule.css for rule in sheet._rules] == before


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_the_rules_of_the_app_are_those_of_its_theme(tmp_path: Path, theme: str) -> None:
    app = SeglApp(Home(tmp_path / "home"))
    async with app.run_test() as pilot:
        app.theme = theme
        await pilot.pause()
        assert isinstance(app.stylesheet, ParsedOnce)
        plain = Stylesheet(variables=app.get_css_variables())
        plain.source = dict(app.stylesheet.source)
        plain.reparse()
        assert said(app.stylesheet) == said(plain)
