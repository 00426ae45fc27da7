"""The words of the command line, and what may never be one of them."""

from __future__ import annotations

import pytest

from guidance.language import set_language
from tests.tui.cli.support import Segl
from tui.cli import only_globals
from tui.cli.failures import UsageFault
from tui.cli.parser import HelpAsked, parse
from tui.cli.registry import commands, groups

SECRET = "Sofie græd i går"
PROMISED = {
    "init", "case new", "case list", "case show", "case close", "case reopen", "note add", "guide", "guide do",
    "guide set-aside", "level", "evidence add", "evidence list", "seal", "open", "keys show", "person add",
    "passphrase change", "doctor", "where", "demo", "shell",
}  # fmt: skip


def test_every_promised_command_is_there() -> None:
    assert {command.name for command in commands()} >= PROMISED


@pytest.mark.parametrize(
    ("argv", "name", "values"),
    [
        (["case", "list"], "case list", {}),
        (["--home", "case", "case", "list"], "case list", {"home": "case"}),
        (["case", "--json", "list", "--lang", "da"], "case list", {"json": True, "lang": "da"}),
        (["--lang=en", "case", "list", "--home=/x"], "case list", {"lang": "en", "home": "/x"}),
        (["guide", "26-AAAAA"], "guide", {"case": "26-AAAAA"}),
        (["guide", "do", "26-AAAAA", "uncover"], "guide do", {"step": "uncover"}),
        (["--vault-passphrase-fd", "7", "guide", "26-AAAAA"], "guide", {"vault_passphrase_fd": 7}),
        (["seal", "26-A", "--to", "a", "--to", "b", "--for", "police", "-o", "f"], "seal", {"to": ["a", "b"]}),
        (["evidence", "add", "26-A", "--", "-x"], "evidence add", {"paths": ["-x"]}),
    ],
)
def test_words_and_options_in_any_order(argv: list[str], name: str, values: dict[str, object]) -> None:
    options = parse(argv, commands(), groups())
    assert options.command.name == name
    assert {key: getattr(options, key) for key in values} == values


@pytest.mark.parametrize(
    "argv",
    [
        ["note", "add", "26-AAAAA", *SECRET.split()],
        ["note", "add", "26-AAAAA", SECRET],
        ["note", "add", SECRET],
        ["case", "new", SECRET],
        ["case", "show", SECRET],
        ["case", SECRET],
        ["level", "26-AAAAA", "3", SECRET],
        ["level", "26-AAAAA", SECRET],
        ["guide", "set-aside", "26-AAAAA", "mediation", SECRET],
        ["guide", "set-aside", "26-AAAAA", "mediation", f"--reason={SECRET}"],
        ["case", "close", "26-AAAAA", "--reason", SECRET],
        ["case", "list", f"--vault-passphrase={SECRET}"],
        ["case", "list", "--vault-passphrase-fd", SECRET],
        ["seal", "26-AAAAA", "--for", SECRET],
        ["evidence", "amend", "26-AAAAA", "--shows", SECRET, "E1"],
        ["init", "--office", SECRET],
        [SECRET],
        [f"--{SECRET}"],
    ],
)
@pytest.mark.parametrize("language", ["da", "en"])
def test_text_as_an_argument_is_refused_and_not_repeated(argv: list[str], language: str) -> None:
    set_language("da" if language == "da" else "en")
    with pytest.raises(UsageFault) as caught:
        parse(argv, commands(), groups())
    said = str(caught.value.diagnostics())
    assert not any(word in said for word in SECRET.split() if len(word) > 1), said
    assert "segl" in said


def test_control_an_argument_that_is_let_through_would_be_seen() -> None:
    options = parse(["evidence", "add", "26-AAAAA", SECRET], commands(), groups())
    assert SECRET in options.paths


def test_a_note_as_an_argument_says_how_it_is_given(segl: Segl) -> None:
    done = segl("note", "add", "26-AAAAA", "en", "hemmelighed", "--lang", "en", unlock=False, code=2)
    assert "standard input" in done.err
    assert "hemmelighed" not in done.err + done.out


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_command_has_help_in_both_languages(language: str) -> None:
    set_language("da" if language == "da" else "en")
    for command in commands():
        with pytest.raises(HelpAsked) as caught:
            parse([*command.path, "--help"], commands(), groups())
        assert command.does in caught.value.text
        assert "--vault-passphrase-fd" in caught.value.text


def test_help_of_the_whole_and_of_a_group_lists_the_commands() -> None:
    for argv in (["--help"], ["case", "--help"]):
        with pytest.raises(HelpAsked) as caught:
            parse(argv, commands(), groups())
        assert "case close" in caught.value.text


def test_which_command_lines_mean_the_screens() -> None:
    found = only_globals(["--home", "/x", "--lang", "en"])
    assert found is not None
    assert (found.home, found.lang) == ("/x", "en")
    for argv in (["where"], ["--help"], ["--json"], ["--no-input"], ["--nonsense"], ["--vault-passphrase-fd", "3"]):
        assert only_globals(argv) is None
