"""What a hostile bundle may cost: the memory of a process of its own that opens one, as the kernel counted it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from store.bundle.journal import summary_of, write_journal
from store.bundle.names import CASE_JSON, JOURNAL
from store.entry import Header, read_payload, write_time
from tests.store.bundle.hostile import good_files, seal_bytes, signed_anew, tar_with
from tests.store.bundle.invented import BIRGIT, POLICE, entries, export
from tests.tools import ROOT

MIB = 1024 * 1024
ALLOWED = 256

OPENER = """
import re, sys
from pathlib import Path
from store.age import parse_identities
from store.bundle.open import open_bundle
hold = bytes(int(sys.argv[2])).replace(b"\\0", b"x")
opened = open_bundle(Path(sys.argv[1]), parse_identities(sys.stdin.read()), trusted={}, carry=len(sys.argv) > 3)
peak = re.search(r"VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())
print(int(peak[1]) // 1024, opened.verdicts.intact.holds)
"""

Files = dict[str, bytes]


def with_case(change: Callable[[bytes], bytes]) -> Callable[[Files], Files]:
    return lambda files: {**files, CASE_JSON: change(files[CASE_JSON].rstrip()[:-1])}


def with_title(files: Files) -> Files:
    document = json.loads(files[CASE_JSON])
    document["office"]["name"] = "\u202e" * MIB
    return {**files, CASE_JSON: json.dumps(document, ensure_ascii=False).encode()}


def with_entries(files: Files, payload: dict[str, object] | None = None, count: int = 24) -> Files:
    case = export().entries
    said = [read_payload(entry.payload or b"") for entry in case] + [payload or {"text": "x" * 900_000}] * count
    kept = entries(BIRGIT, said, kinds=[Header.parse(entry.header).kind for entry in case] + ["later.kind"] * count)
    document = json.loads(files[CASE_JSON])
    document["journal"] = summary_of(kept)
    for entry in kept[len(case) :]:
        at = write_time(Header.parse(entry.header).claimed_at)
        document["history"].append({**document["history"][0], "entry": entry.id, "at": at, "kind": "later.kind"})
    return {**files, JOURNAL: write_journal(kept), CASE_JSON: json.dumps(document).encode()}


def with_lists(files: Files) -> Files:
    return with_entries(files, {"a": [[]] * 340_000}, 22)


def with_few_lists(files: Files) -> Files:
    """As many as are taken: all of them stay in memory where another vault is to have them."""
    return with_entries(files, {"a": [[]] * 7_000}, 10)


def measured(files: Files, folder: Path, *, hold: int = 0, carry: bool = False) -> tuple[int, bool]:
    path = seal_bytes(tar_with(signed_anew(files)), folder)
    ran = subprocess.run(
        [sys.executable, "-c", OPENER, str(path), str(hold), *(["carry"] if carry else [])],
        input=POLICE.encode().reveal(),
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    peak, intact = ran.stdout.split()
    return int(peak), intact == b"True"


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is in /proc/self/status")
@pytest.mark.parametrize(
    ("change", "intact"),
    [
        pytest.param(with_case(lambda case: case + b',"z":[' + b'"aaaa",' * 225_000 + b'""]}'), True, id="many-texts"),
        pytest.param(with_case(lambda case: case + b',"z":[' + b"[]," * 490_000 + b"[]]}"), False, id="many-lists"),
        pytest.param(with_case(lambda case: case + b',"z":"' + b"a" * 4_000_000 + b'"}'), True, id="one-text"),
        pytest.param(with_title, True, id="a-text-that-is-all-replaced"),
        pytest.param(with_entries, True, id="large-entries"),
        pytest.param(lambda files: {**files, "data/zeros.bin": bytes(80 * MIB)}, True, id="a-large-file"),
        pytest.param(lambda files: {**files, CASE_JSON: bytes(80 * MIB)}, False, id="a-large-case"),
        pytest.param(lambda files: {**files, JOURNAL: b"{}\n" * 8_000_000}, False, id="a-journal-of-nothing"),
    ],
)
def test_opening_takes_little_memory_whatever_is_in_it(
    change: Callable[[Files], Files], intact: bool, tmp_path: Path
) -> None:
    peak, held = measured(change(good_files()), tmp_path)
    assert peak <= ALLOWED
    assert held is intact


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is in /proc/self/status")
@pytest.mark.parametrize(("change", "intact"), [(with_entries, True), (with_lists, False), (with_few_lists, True)])
def test_taking_along_what_is_in_it_takes_little_memory_too(
    change: Callable[[Files], Files], intact: bool, tmp_path: Path
) -> None:
    peak, held = measured(change(good_files()), tmp_path, carry=True)
    assert peak <= ALLOWED
    assert held is intact


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is in /proc/self/status")
def test_the_measurement_sees_a_process_that_takes_more(tmp_path: Path) -> None:
    peak, _intact = measured(good_files(), tmp_path, hold=ALLOWED * MIB)
    assert peak > ALLOWED
