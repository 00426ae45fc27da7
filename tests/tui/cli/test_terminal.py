"""A person at a terminal: asked field by field, the passphrase never shown, a paste of several lines refused."""

from __future__ import annotations

import os
import pty
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.pseudo_terminal import Screen, at_a_terminal
from tests.tui.cli.support import PASSPHRASE, Segl


@contextmanager
def screen(segl: Segl, *arguments: str | Path) -> Iterator[Screen]:
    """Start a command with a controlling terminal."""
    command = [sys.executable, "-m", "tui", *map(str, arguments)]
    with at_a_terminal(command, cwd=segl.home.parent, variables=segl.variables()) as shown:
        yield shown


def test_the_passphrase_is_asked_for_and_not_shown(segl: Segl, case: str) -> None:
    with screen(segl, "case", "list", "--lang", "en") as shown:
        shown.answer("passphrase:", PASSPHRASE)
        assert shown.end() == 0
    assert case in shown.text
    assert "heste" not in shown.text


def test_control_what_is_typed_at_an_open_question_is_shown(segl: Segl) -> None:
    with screen(segl, "init", "--lang", "en") as shown:
        shown.answer("office's name:", "Synlig Skole")
        shown.wait_for("Synlig Skole")


def test_a_size_that_is_none_is_asked_for_again_and_the_checksum_is_not(segl: Segl, case: str) -> None:
    with screen(segl, "evidence", "add-typed", case, "--lang", "en") as shown:
        shown.answer("passphrase:", PASSPHRASE)
        shown.answer("on one line:", "a1" * 32)
        shown.answer("same again:", "a1" * 32)
        shown.answer("if known:", "1.01")
        shown.wait_for("not a number of bytes")
        shown.answer("if known:", "1.018")
        assert shown.end() == 0
    assert "Heard: 1,018 bytes" in shown.text


def test_a_paste_of_several_lines_is_refused_and_not_cut(segl: Segl) -> None:
    with screen(segl, "case", "list", "--lang", "en") as shown:
        shown.answer("passphrase:", f"{PASSPHRASE}\nanden linje")
        assert shown.end() == 2
    assert "several lines" in shown.text
    assert "anden linje" not in shown.text


def test_no_input_never_asks(segl: Segl) -> None:
    with screen(segl, "case", "list", "--no-input") as shown:
        assert shown.end() == 3


def test_ctrl_c_at_the_passphrase(segl: Segl) -> None:
    with screen(segl, "case", "list", "--lang", "en") as shown:
        shown.wait_for("passphrase:")
        shown.type("\x03")
        assert shown.end() == 130
    assert "Traceback" not in shown.text


def test_the_end_of_input_at_a_question_is_no_answer(segl: Segl) -> None:
    with screen(segl, "init", "--lang", "en") as shown:
        shown.wait_for("office's name:")
        shown.type("\x04")
        assert shown.end() == 1
    assert "Traceback" not in shown.text


def test_setting_up_by_questions(tmp_path: Path) -> None:
    segl = Segl(tmp_path / "home")
    with screen(segl, "init", "--lang", "en", "--kdf", "floor") as shown:
        shown.answer("office's name:", "Skolen")
        shown.answer("Your own name", "Åse")
        shown.answer("Language", "")
        shown.answer("prevention unit", "Forebyggelsen")
        shown.answer("Telephone:", "12 34 56 78")
        shown.answer("Mail:", "")
        shown.answer("resource person", "")
        shown.answer("communications", "")
        shown.answer("A passphrase for the vault:", PASSPHRASE)
        shown.answer("The same again:", PASSPHRASE)
        assert shown.end() == 0
    assert segl("keys", "show", "--json").json["author"] == "Åse"


def test_two_passphrases_that_differ_make_no_vault(tmp_path: Path) -> None:
    segl = Segl(tmp_path / "home")
    answers = tmp_path / "answers.toml"
    answers.write_text('office = "A"\nauthor = "B"\n')
    with screen(segl, "init", "--lang", "en", "--kdf", "floor", "--answers", answers) as shown:
        shown.answer("A passphrase for the vault:", PASSPHRASE)
        shown.answer("The same again:", "noget helt andet her")
        assert shown.end() == 2
    assert segl("where", "--json", unlock=False).json["vaults"] == []


def test_a_case_by_questions(segl: Segl) -> None:
    with screen(segl, "case", "new", "--lang", "en") as shown:
        shown.answer("passphrase:", PASSPHRASE)
        shown.answer("tell the case from others:", "Ny sag")
        shown.answer("Kind of case", "nonsens")
        shown.answer("can't be used", "workplace")
        shown.wait_for("only a dot")
        shown.type("Første linje\nanden linje\n.\n")
        shown.answer("Somebody who belongs", "j")
        shown.answer("Name;", "G.")
        shown.answer("Roles (", "1 employee")
        shown.answer("Age", "adult")
        shown.answer("Telephone or mail", "")
        shown.answer("Somebody who belongs", "n")
        shown.answer("if you are ill", "")
        shown.answer("Why nobody?", "Det er aftalt.")
        assert shown.end() == 0
    newest = segl("case", "list", "--json").json["cases"][0]
    assert (newest["title"], newest["kind"]) == ("Ny sag", "workplace")
    record = segl("case", "show", newest["reference"], "--json").json
    assert record["notes"][0]["versions"][0]["text"] == "Første linje\nanden linje"
    assert record["people"][0]["roles"] == ["victim", "employee"]
    assert record["no_stand_in_reason"] == "Det er aftalt."


def test_a_step_field_by_field(segl: Segl, case: str) -> None:
    with screen(segl, "guide", "do", case, "own-device", "--lang", "en") as shown:
        shown.answer("passphrase:", PASSPHRASE)
        shown.answer("Has material been sent to you?", "måske")
        shown.answer("What is allowed", "ja")
        shown.answer("Whose device", "9")
        shown.answer("What is allowed", "2")
        assert shown.end() == 0
    facts = segl("case", "show", case, "--json").json["facts"]
    assert (facts["device.has-material"], facts["device.whose"]) == (True, "office")


def test_questions_that_an_answer_makes_needless_are_not_asked(segl: Segl, case: str) -> None:
    with screen(segl, "guide", "do", case, "own-device", "--lang", "en") as shown:
        shown.answer("passphrase:", PASSPHRASE)
        shown.answer("Has material been sent to you?", "nej")
        assert shown.end() == 0
    assert "Whose device" not in shown.text


def test_the_step_that_decides_the_level_asks_for_the_reason(segl: Segl, case: str) -> None:
    with screen(segl, "guide", "do", case, "decide-level", "--lang", "en") as shown:
        shown.answer("passphrase:", PASSPHRASE)
        shown.answer("(1 to 5)", "2")
        shown.answer("Why this level?", "")
        shown.answer("Reason:", "Hun har brug for hjælp.")
        assert shown.end() == 0
    assert segl("case", "show", case, "--json").json["level_reason"] == "Hun har brug for hjælp."


def test_an_answer_can_be_given_anew(segl: Segl, case: str) -> None:
    for answer, kept in (("nej", False), ("ja", True)):
        with screen(segl, "guide", "do", case, "own-device", "--lang", "en") as shown:
            shown.answer("passphrase:", PASSPHRASE)
            shown.answer("Has material been sent to you?", answer)
            if kept:
                shown.answer("Whose device", "1")
            assert shown.end() == 0
        assert segl("case", "show", case, "--json").json["facts"]["device.has-material"] is kept


def test_a_note_and_a_reason_at_a_terminal(segl: Segl, case: str) -> None:
    with screen(segl, "note", "add", case, "--lang", "en") as shown:
        shown.answer("passphrase:", PASSPHRASE)
        shown.wait_for("only a dot")
        shown.type("Hun smilede.\n.\n")
        assert shown.end() == 0
    with screen(segl, "level", case, "1", "--lang", "en") as shown:
        shown.answer("passphrase:", PASSPHRASE)
        shown.answer("Reason:", "Hun er rolig.")
        assert shown.end() == 0
    record = segl("case", "show", case, "--json").json
    assert record["notes"][-1]["versions"][-1]["text"] == "Hun smilede."
    assert record["level_reason"] == "Hun er rolig."


def test_the_passphrase_is_asked_at_the_terminal_while_the_text_comes_from_a_pipe(segl: Segl, case: str) -> None:
    script = segl.home.parent / "script.sh"
    script.write_text(f"echo Skrevet i et script | {sys.executable} -m tui note add {case} --lang en\n")
    process, master = pty.fork()
    if process == 0:
        os.execve("/bin/sh", ["sh", str(script)], segl.variables())
    shown = Screen(process, master)
    shown.answer("passphrase:", PASSPHRASE)
    assert shown.end() == 0
    os.close(master)
    assert "Skrevet i et script" in segl("case", "show", case).out


def test_the_shell_at_a_terminal(segl: Segl, case: str) -> None:
    with screen(segl, "shell", "--lang", "en") as shown:
        shown.answer("passphrase:", PASSPHRASE)
        shown.answer("segl>", f"note add {case}")
        shown.wait_for("only a dot")
        shown.type("Fra skallen.\n.\n")
        shown.wait_for("Saved")
        shown.wait_for("segl>")
        shown.type("\x03")
        shown.answer("segl>", "case list")
        shown.wait_for(case)
        shown.answer("segl>", "exit")
        assert shown.end() == 0
    assert "Fra skallen." in segl("case", "show", case).out
    assert "Traceback" not in shown.text


def test_the_words_of_a_recovery_stay_nowhere_on_the_terminal(segl: Segl) -> None:
    with screen(segl, "recovery", "make", "--lang", "en") as shown:
        shown.answer("passphrase:", PASSPHRASE)
        shown.answer("Press Enter", "")
        shown.answer("Press Enter", "")
        assert shown.end() == 0
    before, _open, rest = shown.text.partition("\x1b[?1049h")
    aside, _close, after = rest.rpartition("\x1b[?1049l")
    words = [word for word in aside.split() if word.isascii() and word.islower() and word.isalpha()]
    assert "Write these words" in aside and len(words) > 24
    assert "█" in aside
    assert aside.endswith("\x1b[H\x1b[2J"), "it is emptied before the other screen comes back"
    assert "Write these words" not in before + after
    assert "█" not in before + after
    assert "Office key" in after
    # The control: where it goes to a file, it is in it, once, because somebody wanted it there.
    assert "Write these words" in segl("recovery", "make", "--lang", "en").out
