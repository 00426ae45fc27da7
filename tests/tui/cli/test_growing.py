"""Documents that are written while the work goes on: whole JSON however it ends, and little memory."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from store.errors import DiskFull
from tests.tools import ROOT
from tests.tui.cli.support import PASSPHRASE, Segl
from tui.cli.answer import Answer, Output
from tui.cli.failures import NotWritten

WHOLE: dict[str, Any] = {
    "case": "26-ÆØÅ",
    "registered": [{"number": 1, "name": 'a"\n', "seen": ["x"], "none": {}}, {"number": 2, "name": "", "seen": []}],
    "failed": [],
    "warnings": ["w"],
    "interrupted": False,
}


def grown(output: Output) -> None:
    output.growing.field("case", WHOLE["case"])
    output.growing.begin("registered")
    for one in WHOLE["registered"]:
        output.growing.more([one])
    output.growing.items("failed", WHOLE["failed"])


def test_it_is_byte_for_byte_what_is_written_at_once() -> None:
    out = io.StringIO()
    output = Output(as_json=True, stdout=out)
    grown(output)
    assert output.answer(Answer(document={name: WHOLE[name] for name in ("warnings", "interrupted")})) == 0
    at_once = io.StringIO()
    Output(as_json=True, stdout=at_once).answer(Answer(document=WHOLE))
    assert out.getvalue() == at_once.getvalue()


def test_in_the_shell_it_is_one_line_with_the_exit_code() -> None:
    out = io.StringIO()
    output = Output(as_json=True, compact=True, stdout=out)
    grown(output)
    output.answer(Answer(document={name: WHOLE[name] for name in ("warnings", "interrupted")}, exit_code=1))
    assert out.getvalue().count("\n") == 1
    assert json.loads(out.getvalue()) == {**WHOLE, "exit_code": 1}


@pytest.mark.parametrize("compact", [False, True])
def test_a_failure_on_the_way_ends_the_document_that_was_begun(compact: bool) -> None:
    out = io.StringIO()
    output = Output(as_json=True, compact=compact, stdout=out)
    grown(output)
    code = output.failure(DiskFull(Path("vault.db")))
    said = json.loads(out.getvalue())
    assert code == said["error"]["exit_code"] != 0
    assert said["registered"] == WHOLE["registered"]


class Closed(io.StringIO):
    """A reader that has gone after the first piece."""

    def write(self, text: str) -> int:
        if self.getvalue():
            raise BrokenPipeError
        return super().write(text)


def test_the_work_goes_on_where_nobody_reads_and_the_end_says_so() -> None:
    output = Output(as_json=True, stdout=Closed())
    grown(output)
    with pytest.raises(BrokenPipeError):
        output.answer(Answer(document={}))
    gone = Output(stdout=None)
    gone.told(["E1"])
    with pytest.raises(NotWritten):
        gone.answer(Answer(document=None))


def test_what_was_written_is_not_kept() -> None:
    piece = {"name": "x" * 2000}
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        output = Output(as_json=True, stdout=nowhere)
        tracemalloc.start()
        output.growing.begin("registered")
        for _number in range(2_000):
            output.growing.more([dict(piece)])
        grew = tracemalloc.get_traced_memory()[1]
    # The control: as a list, which is what it was, the same takes as much as there is of it.
    kept = [json.dumps(piece) for _number in range(2_000)]
    whole = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert grew < 200_000 < 2_000 * 2_000 <= whole
    assert kept


def begun(home: Path, case: str, folder: Path, out: Path) -> subprocess.Popen[bytes]:
    """`segl evidence add --json`, begun, writing to a file."""
    reading, writing = os.pipe()
    os.write(writing, f"{PASSPHRASE}\n".encode())
    os.close(writing)
    words = ["evidence", "add", case, str(folder), "--json", "--no-input", "--vault-passphrase-fd", str(reading)]
    with out.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tui", "--home", str(home), *words],
            cwd=ROOT,
            stdout=file,
            stderr=subprocess.DEVNULL,
            pass_fds=[reading],
        )
    os.close(reading)
    return process


def test_interrupted_it_is_whole_and_says_what_is_registered(segl: Segl, case: str, tmp_path: Path) -> None:
    folder, out = tmp_path / "files", tmp_path / "out.json"
    folder.mkdir()
    for number in range(1_200):
        (folder / f"{number:04}.txt").write_text(str(number))
    with (folder / "zz").open("wb") as last:
        # It takes so long to read that the interruption comes while it is read.
        last.truncate(200 << 30)
    process = begun(segl.home, case, folder, out)
    # Written while the work goes on: something of the list is there before the end.
    until = time.monotonic() + 100
    while out.stat().st_size < 10_000:
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(100) == 130
    said = json.loads(out.read_text())
    assert said["interrupted"] is True
    listed = segl("evidence", "list", case, "--json").json["evidence"]
    assert [one["id"] for one in said["registered"]] == [one["id"] for one in listed]
    assert 0 < len(listed) <= 1_200


def test_the_same_again_is_told_as_it_was_told_at_once(segl: Segl, case: str, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, content in (("a", "1"), ("b", "1"), ("c", "1"), ("d", "2")):
        (folder / name).write_text(content)
    first = segl("evidence", "add", case, folder, "--json").json
    assert [(one["registered"], one["number"]) for one in first["seen_before"]] == [(2, 1), (3, 1)]
    (folder / "e").write_text("2")
    second = segl("evidence", "add", case, folder, "--json").json
    assert [(one["number"], one["name"]) for one in second["already"]] == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]
    assert [one["number"] for one in second["registered"]] == [5]
    assert [(one["registered"], one["number"]) for one in second["seen_before"]] == [(5, 4)]
    again = segl("evidence", "add", case, folder / "d", "--again", "--json").json
    assert [(one["registered"], one["number"]) for one in again["seen_before"]] == [(6, 4), (6, 5)]
    assert list(again) == [
        *("case", "registered", "failed", "seen_before", "already", "device", "places", "warnings", "interrupted"),
    ]
