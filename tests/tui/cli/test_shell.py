"""`segl shell`: one unlocking, the same commands line by line, texts up to a dot."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from guidance.errors import SeglError
from tests.tui.cli.support import PASSPHRASE, Segl
from tui.cli.commands.shell import Ended, Idle, Lines, ShellSources
from tui.cli.failures import UsageFault


def test_a_script(segl: Segl, case: str) -> None:
    done = segl.script(
        "# a comment, and an empty line",
        "",
        f"note add {case}",
        "  Første linje",
        "..",
        "sidste linje",
        ".",
        "status",
        f"level {case} 2",
        "Hun har brug for hjælp.",
        ".",
        "exit",
        f"note add {case}",
    )
    assert "0" in done.out.splitlines()
    record = segl("case", "show", case, "--json").json
    assert record["notes"][-1]["versions"][-1]["text"] == "  Første linje\n.\nsidste linje"
    assert (record["case"]["level"], record["level_reason"]) == (2, "Hun har brug for hjælp.")


def test_the_last_failure_is_the_exit_code_and_the_rest_is_done(segl: Segl, case: str) -> None:
    done = segl.script("nonsense", f"guide do {case} mediation", "case list", code=5)
    assert case in done.out
    segl.script("case list", "guide", code=2)


def test_json_is_a_line_a_command(segl: Segl, case: str) -> None:
    lines = segl.script(
        "case list", "nonsense", "status", f"note add {case}", "a", ".", options=["--json"], code=2
    ).out.splitlines()
    answers = [json.loads(line) for line in lines]
    assert [answer["exit_code"] for answer in answers] == [0, 2, 0, 0]
    assert answers[1]["error"]["code"] == "usage"
    assert answers[2]["status"] == 2


def test_one_command_may_ask_for_json(segl: Segl) -> None:
    lines = segl.script("status", "case list --json", "status").out.splitlines()
    assert (lines[0], lines[2]) == ("0", "0")
    assert json.loads(lines[1])["exit_code"] == 0


@pytest.mark.parametrize(
    "failing",
    [
        "note add 26-ZZZZZ",
        "note add",
        "note add {case} too many",
        "level {case} 9",
        "guide set-aside {case}",
        "guide do {case} no-such --facts -",
        "case new --intake=- too-many",
        "plan answer no-such",
    ],
)
def test_the_text_of_a_command_that_failed_is_never_taken_for_commands(segl: Segl, case: str, failing: str) -> None:
    done = segl.script(failing.format(case=case), "keys show", "..", "exit", ".", "status", code=2)
    assert "ssh-ed25519" not in done.out
    assert done.out.splitlines() == ["2"]


@pytest.mark.parametrize("bad", [b"not utf-8 \xff", b"x" * 70_000])
def test_a_line_that_can_not_be_used_spoils_its_text_and_no_more(tmp_path: Path, bad: bytes) -> None:
    script = tmp_path / "script"
    script.write_bytes(b"before\n" + bad + b"\nexit\n" + bad + b"\n.\nnext\n")
    with script.open("rb") as source:
        lines = Lines(source)
        with pytest.raises(SeglError):
            ShellSources(lines, no_input=False).text("The note")
        assert lines.next("") == "next"


def test_a_command_without_a_text_is_followed_by_commands(segl: Segl, case: str) -> None:
    for failing in (
        "guide 26-ZZZZZ",
        f"guide do {case} no-such",
        f"level {case} 9 --reason-fd 7",
        "plan answer no --clear",
    ):
        assert "ssh-ed25519" in segl.script(failing, "keys show", code=2).out


def test_a_failing_command_at_the_end_of_a_script_without_its_text(segl: Segl) -> None:
    segl.script("note add 26-ZZZZZ", "a text without its end", code=2)


def test_a_text_without_its_end_is_no_text(segl: Segl, case: str) -> None:
    segl.script(f"note add {case}", "Ikke færdig", code=2)
    assert len(segl("case", "show", case, "--json").json["notes"]) == 1


@pytest.mark.parametrize(
    "line", ["init", "shell", "demo", "case list --home /x", "case list --vault 1", "case list --vault-passphrase-fd 3"]
)
def test_what_has_no_place_in_the_shell(segl: Segl, line: str) -> None:
    segl.script(line, code=2)


def test_an_unclosed_quotation_mark(segl: Segl) -> None:
    assert "quotation" in segl.script("case show 'x", code=2).err


def test_a_wrong_passphrase_takes_no_commands(segl: Segl) -> None:
    done = segl("shell", stdin="case list\n", unlock=False, fds={"--vault-passphrase-fd": "forkert"}, code=3)
    assert done.out == ""


def test_standard_input_is_the_shells_own(segl: Segl, case: str) -> None:
    assert "0" in segl.script(f"level {case} 2 --reason-fd 0", code=2).err


def test_language_can_change_on_the_way(segl: Segl) -> None:
    out = segl.script("case list", "case list --lang da", "case list").out
    assert "no level yet" in out
    assert out.count("intet niveau endnu") == 2


class Typed:
    """Lines on one end of a pseudo-terminal."""

    def __init__(self) -> None:
        self._master, slave = os.openpty()
        self.source = os.fdopen(slave, "rb", buffering=0)

    def type(self, text: str) -> None:
        """Type it."""
        os.write(self._master, text.encode())

    def close(self) -> None:
        """Let go of both ends."""
        self.source.close()
        os.close(self._master)


def test_nobody_types_so_it_locks() -> None:
    typed = Typed()
    lines = Lines(typed.source, lock_after=0.05)
    with pytest.raises(Idle):
        lines.next("segl>")
    typed.type("case list\n")
    assert lines.next("segl>") == "case list"
    typed.close()


def test_a_script_is_never_idle(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("a\n")
    with script.open("rb") as file:
        lines = Lines(file, lock_after=0.0)
        assert lines.next("segl>") == "a"
        with pytest.raises(Ended):
            lines.next("segl>")


def test_a_text_in_the_shell_can_be_asked_for_field_by_field_only_from_a_person(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("x\n")
    with script.open("rb") as file:
        assert not ShellSources(Lines(file), no_input=False).can_ask()
    typed = Typed()
    assert ShellSources(Lines(typed.source), no_input=False).can_ask()
    assert not ShellSources(Lines(typed.source), no_input=True).can_ask()
    typed.close()


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_bytes(b"a" * 100_000)
    with script.open("rb") as file, pytest.raises(UsageFault):
        Lines(file).next("segl>")


def test_the_passphrase_is_asked_once(segl: Segl) -> None:
    assert segl.passphrase == PASSPHRASE
    segl.script("case list", "keys show", "doctor")
