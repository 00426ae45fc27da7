"""`segl screen`: every question answered or named, 112 first, and what ends the mentoring opens its step."""

from __future__ import annotations

import fcntl
import os
import pty
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.tui.cli.support import PASSPHRASE, Segl
from tests.tui.cli.test_json import faults

MENTORING = 'title = "Et møde"\nkind = "mentoring"\nstand_in = "Bo"\n'
CALM = """
"danger.now" = false
"done.not-your-fault" = true
"sign.money" = "no"
"sign.details" = ["none"]
"sign.platform" = "no"
"sign.abroad" = "no"
"sign.no-call" = "no"
"sign.dodges" = "no"
"sign.serious" = "no"
"sign.private-place" = "no"
"sign.substances" = "no"
"""
PLAN = """
"meeting.planned" = true
"meeting.call" = "held"
"meeting.known" = "Underviser"
"meeting.when" = "Torsdag kl. 15"
"meeting.where" = "Biblioteket"
"meeting.place-kind" = "public"
"meeting.told" = "Søsteren"
"meeting.phone" = true
"meeting.transport" = "Bus"
"meeting.fall-back" = "Taxa"
"meeting.belongings" = true
"meeting.leaving" = "Går"
"""


@pytest.fixture
def mentoring(segl: Segl) -> str:
    """A mentoring case."""
    return segl.new_case(MENTORING)


def test_what_is_missing_is_named_and_nothing_is_written(segl: Segl, mentoring: str) -> None:
    refused = segl("screen", mentoring, "--json", code=2).json["error"]
    assert any('"danger.now"' in one for one in refused["asked"])
    assert any('"done.not-your-fault"' in one for one in refused["asked"])
    partly = segl("screen", mentoring, "--facts", "-", "--json", stdin='"danger.now" = false\n', code=2).json["error"]
    assert not any('"danger.now"' in one for one in partly["asked"])
    steps = segl("guide", mentoring, "--json").json["steps"]
    assert next(step for step in steps if step["id"] == "ask-danger")["state"] != "done"


def test_no_sign_is_said_not_to_be_a_proof(segl: Segl, mentoring: str) -> None:
    done = segl("screen", mentoring, "--facts", "-", stdin=CALM)
    assert done.out.splitlines()[0].startswith("In danger")
    assert "no proof" in done.out


@pytest.mark.parametrize("sign", ["sign.private-place", "sign.substances"])
def test_a_sign_that_ends_the_mentoring_opens_the_ending(segl: Segl, mentoring: str, sign: str) -> None:
    told = CALM.replace(f'"{sign}" = "no"', f'"{sign}" = "yes"')
    document = segl("screen", mentoring, "--facts", "-", "--json", stdin=told).json
    assert document["opened"] == ["end-mentoring"]
    assert document["next"][0] == "end-mentoring"
    assert [one["step"] for one in document["signs"]] == [sign.replace("sign.", "sign-")]
    assert faults("segl screen", document) == []


def test_112_is_said_before_what_is_asked_where_nobody_can_answer(segl: Segl, mentoring: str) -> None:
    for command in (("screen", mentoring), ("screen", "meeting", mentoring)):
        refused = segl(*command, "--no-input", "--lang", "en", code=2).err
        assert "112" in refused.partition("\n")[0], refused
        assert "danger.now" in refused or "meeting.planned" in refused


def test_a_case_without_a_screening_says_so(segl: Segl, case: str) -> None:
    refused = segl("screen", case, "--facts", "-", "--json", stdin=CALM, code=2).json["error"]
    assert refused["code"] == "no-screening"
    assert "112" in refused["todo"]


def test_the_meeting_plan_is_made_and_printed(segl: Segl, mentoring: str, tmp_path: Path) -> None:
    document = segl("screen", "meeting", mentoring, "--facts", "-", "--json", stdin=PLAN).json
    assert document["course"] == "meeting-plan"
    for sort in ("html", "txt"):
        out = tmp_path / f"plan.{sort}"
        made = segl("screen", "print", mentoring, "--format", sort, "-o", out, "--json").json
        assert faults("segl screen print", made) == []
        assert "Torsdag kl. 15" in out.read_text(encoding="utf-8")
        assert "112" in out.read_text(encoding="utf-8")
    history = segl("case", "history", mentoring, "--json").json["history"]
    assert [line["kind"] for line in history[-2:]] == ["case.printed", "case.printed"]
    segl("screen", "print", mentoring, "-o", tmp_path / "plan.html", code=2)


def test_the_questions_are_asked_one_by_one_with_a_way_back(segl: Segl, mentoring: str) -> None:
    """At a terminal: danger, a step back, the line that comes first, every sign, the review."""
    reader, writer = os.pipe()
    os.write(writer, f"{PASSPHRASE}\n".encode())
    os.close(writer)
    ours, theirs = pty.openpty()
    typed = ["y", "<", "n", "y", "1", "1", *["1"] * 6, "2", "y"]
    running = subprocess.Popen(
        [sys.executable, "-m", "tui", "screen", mentoring, "--vault-passphrase-fd", str(reader)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        pass_fds=[reader],
        env=segl.variables(),
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(theirs, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    os.close(reader)
    said = b""
    for line in [*typed, None]:
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:
                part = b""
            said += part
            if not part or (line is not None and said.rstrip().endswith((b":", b")"))):
                break
        if line is None or not part:
            break
        os.write(ours, f"{line}\n".encode())
    code = running.wait(timeout=30)
    os.close(ours)
    text = said.decode("utf-8", "replace")
    assert code == 0, text
    assert text.index("ring 112") < text.index("1 of 11") < text.index("not your fault") < text.index("money")
    assert text.count("\n1 of 1") == 2
    assert "end-mentoring" in text
