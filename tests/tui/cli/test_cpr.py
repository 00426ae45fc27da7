"""`--allow-cpr`: a civil registration number is refused with CM-2b, asked about at a terminal, allowed when said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.cli.support import PASSPHRASE, Segl
from tests.tui.cli.test_terminal import screen

NUMBER = "010190-1234"
HIDDEN = "010190-••••"


def test_a_note_with_a_number_is_refused_and_then_allowed(segl: Segl, case: str) -> None:
    refused = segl("note", "add", case, "--json", stdin=f"Liv, {NUMBER}", code=5)
    assert refused.json["error"]["rule"] == "CM-2b"
    assert NUMBER not in refused.out
    assert HIDDEN in refused.out
    segl("note", "add", case, stdin="Liv, 320190-1234")
    saved = segl("note", "add", case, "--allow-cpr", "--json", stdin=f"Liv, {NUMBER}").json
    assert NUMBER in saved["note"]["versions"][-1]["text"]
    assert segl("doctor", "--json").json["well"]


def test_leave_is_for_one_line_of_the_shell(segl: Segl, case: str) -> None:
    done = segl.script(f"note add {case} --allow-cpr", NUMBER, ".", f"note add {case}", NUMBER, ".", "status", code=5)
    assert done.out.splitlines()[-1] == "5"


@pytest.mark.parametrize("command", ["level", "set-aside", "person", "new"])
def test_reasons_people_and_intakes_are_looked_at(segl: Segl, case: str, command: str) -> None:
    step = segl("guide", case, "--json").json["next"][0]
    person = f'name = "B"\nroles = ["witness"]\nabout = "{NUMBER}"'
    intake = f'title = "Ny"\nstand_in = "Bo"\nhappened = "{NUMBER}"'
    words, stdin, fds = {
        "level": (["level", case, "3"], None, {"--reason-fd": NUMBER}),
        "set-aside": (["guide", "set-aside", case, step], None, {"--reason-fd": NUMBER}),
        "person": (["person", "add", case, "--person", "-"], person, {}),
        "new": (["case", "new", "--intake", "-"], intake, {}),
    }[command]
    refused = segl(*words, "--json", stdin=stdin, fds=fds, code=5).json
    assert refused["error"]["rule"] == "CM-2b"
    segl(*words, "--allow-cpr", stdin=stdin, fds=fds)


def test_a_file_name_is_asked_about_before_any_file_is_read(segl: Segl, case: str, tmp_path: Path) -> None:
    good, named = tmp_path / "a.png", tmp_path / f"{NUMBER}.png"
    good.write_bytes(b"a")
    named.write_bytes(b"b")
    segl("evidence", "add", case, good, named, code=5)
    assert segl("evidence", "list", case, "--json").json["evidence"] == []
    segl("evidence", "add", case, good, named, "--allow-cpr")
    assert len(segl("evidence", "list", case, "--json").json["evidence"]) == 2
    out = tmp_path / "lists"
    out.mkdir()
    refused = segl("evidence", "lists", case, out, "--json", code=5).json
    assert refused["error"]["rule"] == "CM-2b"
    assert list(out.iterdir()) == []
    segl("evidence", "lists", case, out, "--allow-cpr")
    assert NUMBER in (out / "evidence.sha256").read_text("utf-8")


def test_sealing_says_where_and_waits_for_leave(segl: Segl, case: str, tmp_path: Path) -> None:
    segl("note", "add", case, "--allow-cpr", stdin=f"Liv, {NUMBER}")
    preview = segl("seal", case, "--for", "police", "--preview", "--json").json
    assert [(one["kind"], one["field"]) for one in preview["cpr"]] == [("note.added", "text")]
    assert HIDDEN in preview["cpr"][0]["shown"]
    sealed = tmp_path / "a.segl.age"
    recipient = segl("keys", "show", "--json").json["recipient"]
    order = ("seal", case, "--for", "police", "--to", recipient, "-o", sealed)
    refused = segl(*order, "--json", code=5).json
    assert refused["error"]["rule"] == "CM-2b"
    assert not sealed.exists()
    segl(*order, "--allow-cpr")
    assert sealed.exists()


@pytest.mark.parametrize(("answer", "code"), [("no", 5), ("yes", 0)])
def test_at_a_terminal_a_person_is_asked(segl: Segl, case: str, answer: str, code: int) -> None:
    with screen(segl, "note", "add", case, "--lang", "en") as shown:
        shown.answer("passphrase:", PASSPHRASE)
        shown.answer(">", f"Liv, {NUMBER}")
        shown.type(".\n")
        shown.wait_for(HIDDEN)
        shown.answer("Must it be there?", answer)
        assert shown.end() == code
    notes = segl("case", "show", case, "--json").json["notes"]
    assert any(NUMBER in note["versions"][-1]["text"] for note in notes) is (code == 0)


@pytest.mark.parametrize(
    "command", ["plan export -o", "mentor export -o", "screen print {case} -o"], ids=lambda text: text.split()[0]
)
def test_the_name_of_a_file_is_asked_about_before_it_is_written(segl: Segl, tmp_path: Path, command: str) -> None:
    case = segl.new_case('title = "Et møde"\nkind = "mentoring"\nstand_in = "Bo"\n')
    out = tmp_path / f"Liv {NUMBER}.html"
    refused = segl(*command.format(case=case).split(), out, "--no-input", "--json", code=5)
    assert refused.json["error"]["rule"] == "CM-2b"
    assert HIDDEN in refused.out and NUMBER not in refused.out
    assert not out.exists()
    segl(*command.format(case=case).split(), out, "--allow-cpr")
    assert out.exists()
