"""From a file to a piece of evidence, and the line that the real `sha256sum -c` reads."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.custody import Event, Fault, Move
from store.evidence.hashing import hash_file
from store.evidence.register import draft_of, file_name, missing_facts, sha256sum_line
from store.model import CustodyEvent, EvidenceDraft, EvidenceKind, Holder
from tests.tools import need

DIGEST = "sha256:" + "0" * 64
WHOLE = EvidenceDraft(
    digest=DIGEST,
    platform="Snapchat",
    accounts=("a",),
    claimed_at="2026-01-02 ca. 14",
    found_at="samme aften",
    holder=Holder.PUPIL,
    holder_name="S.",
    came_how="vist af S.",
    seen_by=("rådgiveren",),
)


def test_a_whole_piece_misses_nothing() -> None:
    assert missing_facts(WHOLE) == ()


@pytest.mark.parametrize(
    ("field", "empty"),
    [
        ("platform", " "),
        ("accounts", ("",)),
        ("accounts", ()),
        ("claimed_at", ""),
        ("found_at", " "),
        ("holder", Holder.UNKNOWN),
        ("holder_name", ""),
        ("came_how", ""),
        ("seen_by", (" ",)),
    ],
)
def test_each_fact_of_ac_2b_is_missed(field: str, empty: object) -> None:
    assert missing_facts(replace(WHOLE, **{field: empty})) == (field,)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "lacks"),
    [
        ("2026-01-02T14:05", True),
        ("2026-01-02 14:05", True),
        ("2026-01-02T14:05+01:00", False),
        ("2026-01-02T13:05Z", False),
        ("2026-01-02", False),
        ("2026-01-02 ca. 14", False),
        ("28.11.2026 kl. 14.30", True),
        ("28/11-2026 14:30", True),
        ("28.11.2026 kl. 14.30 dansk tid", False),
        ("28.11.2026", False),
        ("i går kl. 20", False),
        ("2026-11-28 kl. 14:30", True),
        ("28. november 2026 kl. 14.30", True),
        ("28/11 kl. 14.30", True),
        ("lørdag 28.11.2026 kl. 14.30", True),
        ("28.11. kl 14", True),
        ("November 28, 2026 at 2 pm", True),
        ("28 Nov 2026, 14:30:05", True),
        ("2026-11-28 14:30 UTC", False),
        ("28.11.2026 14.30 CET", False),
        ("28. november 2026 kl. 14.30 sommertid", False),
        ("Nov 28 14:30 +0100", False),
        ("28.11.2026 kl. 14.30 +01:00", False),
        ("28/11 2:30 pm local time", False),
        ("28. november 2026", False),
        ("den 3. maj om aftenen", False),
        ("14.30", False),
    ],
)
def test_a_time_without_its_zone_is_pointed_out(said: str, lacks: bool) -> None:
    assert missing_facts(replace(WHOLE, claimed_at=said)) == (("claimed_zone",) if lacks else ())
    assert missing_facts(replace(WHOLE, found_at=said)) == (("found_zone",) if lacks else ())


@pytest.mark.parametrize(
    ("platform", "lacks"),
    [("Instagram", True), ("en side, billeder.example", True), ("Snapchat", False), ("SMS", False), ("Xbox", False)],
)
def test_an_address_is_asked_for_where_there_is_one(platform: str, lacks: bool) -> None:
    assert missing_facts(replace(WHOLE, platform=platform)) == (("url",) if lacks else ())
    assert missing_facts(replace(WHOLE, platform=platform, url="https://billeder.example/1")) == ()


def test_missing_facts_come_in_the_order_they_are_asked() -> None:
    asked = ("platform", "accounts", "claimed_at", "holder", "found_at", "came_how", "seen_by")
    assert missing_facts(EvidenceDraft(digest=DIGEST)) == asked


def test_who_found_it_may_stand_in_the_chain() -> None:
    nobody = replace(WHOLE, came_how="")
    said = CustodyEvent(
        entry="aa", at=datetime(2026, 1, 2, tzinfo=UTC), author="Å", move=Move(event=Event.FOUND, by="S.")
    )
    assert missing_facts(nobody, chain=[said]) == ()
    other = replace(said, move=Move(event=Event.HELD, by="S."))
    for chain in ([], [other], [replace(said, replaced_by="bb")], [replace(said, fault=Fault.BEGUN)]):
        assert missing_facts(nobody, chain=chain) == ("came_how",)


def test_a_draft_carries_what_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "Billede.JPG"
    path.write_bytes(b"abc")
    draft = draft_of(hash_file(path))
    assert draft.digest == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (draft.size, draft.name, draft.kind) == (3, "Billede.JPG", EvidenceKind.IMAGE)
    assert file_name(draft) == b"Billede.JPG"
    path = tmp_path / "mp4"
    path.write_bytes(b"")
    assert draft_of(hash_file(path)).kind is EvidenceKind.OTHER


NAMES = [
    b"plain.jpg",
    b"two  spaces",
    b" leading",
    b"*star",
    b"back\\slash",
    b"back\\nslash",
    b"line\nbreak",
    b"return\r",
    b"\\\n\r\\",
    b"-",
    b"-c",
    b"bl\xe6.jpg",
    "blå.jpg".encode(),
    b"#comment",
    b"\x1b[31m",
]


def test_the_real_sha256sum_checks_every_name(tmp_path: Path) -> None:
    need("sha256sum")
    lines = []
    for number, name in enumerate(NAMES):
        path = os.fsencode(tmp_path) + b"/" + name
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(b"%d" % number)
        lines.append(sha256sum_line(draft_of(hash_file(path))))
    listed = tmp_path / "evidence.sha256"
    listed.write_bytes(b"".join(lines))
    command = ["sha256sum", "--strict", "-c", "evidence.sha256"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(b": OK\n") == len(NAMES)
    with open(os.fsencode(tmp_path) + b"/" + NAMES[6], "ab") as file:  # noqa: PTH123
        file.write(b"!")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, stdin=subprocess.DEVNULL).returncode == 1


def test_the_line_is_what_sha256sum_writes(tmp_path: Path) -> None:
    need("sha256sum")
    for name in NAMES:
        if name == b"-":
            continue
        path = os.fsencode(tmp_path) + b"/" + name
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(name)
        done = subprocess.run(["sha256sum", "--", name], cwd=tmp_path, capture_output=True, check=True)
        assert sha256sum_line(draft_of(hash_file(path))) == done.stdout


@given(st.binary(min_size=1, max_size=40).filter(lambda name: b"/" not in name and b"\0" not in name))
def test_a_line_is_one_line_and_gives_the_name_back(name: bytes) -> None:
    line = sha256sum_line(replace(WHOLE, raw_name=(b"/some/where/" + name).hex()))
    assert line.count(b"\n") == 1
    assert b"\r" not in line
    shown = line.removeprefix(b"\\")[66:-1]
    if line.startswith(b"\\"):
        shown = shown.replace(b"\\\\", b"\0").replace(b"\\n", b"\n").replace(b"\\r", b"\r").replace(b"\0", b"\\")
    assert shown.removeprefix(b"./") == name.removeprefix(b"./")


def test_no_line_without_a_name_or_a_sha256() -> None:
    with pytest.raises(ValueError, match="no line"):
        sha256sum_line(WHOLE)
    with pytest.raises(ValueError, match="no line"):
        sha256sum_line(replace(WHOLE, name="a", digest="blake3:00"))
    assert sha256sum_line(replace(WHOLE, name="a")) == b"0" * 64 + b"  a\n"
