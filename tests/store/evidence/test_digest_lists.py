"""Lists as the tools really write them, and lists that something happened to: each wrong line by number, with why."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from guidance.language import speaking
from store.entry import LARGEST_NUMBER
from store.evidence import digest_lists
from store.evidence.digest_lists import read_list
from store.evidence.errors import ListUnreadable
from store.evidence.hashing import hash_file
from store.model import DigestSource, EvidenceKind
from tests.tools import need

A, B = "a1" * 32, "b2" * 32
NAMES = [b"a.jpg", b"to\nlinjer", b"back\\slash", b"gr\xf8d", b"(1) = x.png", b" begin", b"*star", b"cr\rname"]


def names(raw: bytes) -> list[bytes]:
    """The names that a list has; no line may be wrong."""
    found = read_list(raw)
    assert found.wrong == ()
    return [one.name for one in found.found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files with troublesome names."""
    folder = tmp_path / "files"
    folder.mkdir()
    for name in NAMES:
        (folder / os.fsdecode(name)).write_bytes(name)
    return folder


@pytest.mark.parametrize("options", [[], ["-b"], ["--tag"]])
def test_what_sha256sum_writes(folder: Path, options: list[str]) -> None:
    need("sha256sum")
    raw = subprocess.run(["sha256sum", *options, "--", *NAMES], cwd=folder, capture_output=True, check=True).stdout
    found = read_list(raw)
    assert found.wrong == ()
    assert {one.name: one.digest for one in found.found} == {
        name: hash_file(folder / os.fsdecode(name)).digest for name in NAMES
    }
    assert found.plain is (options != ["--tag"])


def test_what_hashdeep_writes(folder: Path) -> None:
    need("hashdeep")
    plain = [name for name in NAMES if not set(name) & set(b"\n\r")]
    for options in (["-c", "sha256"], []):
        raw = subprocess.run(["hashdeep", *options, *plain], cwd=folder, capture_output=True, check=True).stdout
        found = read_list(raw)
        assert found.wrong == ()
        assert {(one.name, one.size, one.digest) for one in found.found} == {
            (name, len(name), hash_file(folder / os.fsdecode(name)).digest) for name in plain
        }
    raw = subprocess.run(["hashdeep", "-c", "md5", *plain], cwd=folder, capture_output=True, check=True).stdout
    assert "SHA-256" in read_list(raw).wrong[0].why


@pytest.mark.parametrize("options", [[], ["-r"]])
def test_what_openssl_writes(folder: Path, options: list[str]) -> None:
    need("openssl")
    done = subprocess.run(
        ["openssl", "dgst", "-sha256", *options, "a.jpg", "(1) = x.png"], cwd=folder, capture_output=True, check=True
    )
    assert names(done.stdout) == [b"a.jpg", b"(1) = x.png"]


def test_what_b3sum_writes(folder: Path) -> None:
    tagged = read_list(f"BLAKE3 (a.jpg) = {A}\n".encode())
    assert [one.digest for one in tagged.found] == [f"blake3:{A}"]
    assert not tagged.plain
    plain = read_list(f"{A}  a.jpg\n".encode(), plain="blake3")
    assert [one.digest for one in plain.found] == [f"blake3:{A}"]
    assert plain.plain
    if shutil.which("b3sum"):
        raw = subprocess.run(["b3sum", "a.jpg"], cwd=folder, capture_output=True, check=True).stdout
        assert read_list(raw, plain="blake3").wrong == ()


def test_crlf_bom_upper_case_comments_and_folders() -> None:
    text = f"# a remark\r\n\r\n{A.upper()}  billeder/a.jpg\r\nSHA256 (C:\\x\\b.jpg) = {B}\r\n"
    for raw in (b"\xef\xbb\xbf" + text.encode(), b"\xff\xfe" + text.encode("utf-16-le"), text.encode()):
        found = read_list(raw)
        assert [(one.line, one.digest, one.name) for one in found.found] == [
            (3, f"sha256:{A}", b"a.jpg"),
            (4, f"sha256:{B}", b"b.jpg"),
        ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("d41d8cd98f00b204e9800998ecf8427e  a", "MD5"),
        ("a" * 40 + "  a", "SHA-1"),
        ("a" * 128 + "  a", "SHA-512"),
        (f"MD5 (a) = {'a' * 32}", "MD5"),
        ("a" * 63 + "  a", "63"),
        (A, "no file name"),
        (f"{A} ", "no file name"),
        (f"{A}  ", "no file name"),
        (f"{A} *", "no file name"),
        (f"{A}  billeder/", "no file name"),
        (f"{A}  -", "no file name"),
        ("hello", "not a line"),
        (f"\\{A}  a\\x", "escaped"),
        (f"\\{A}  a\\", "escaped"),
        (f"{A}  a\0b", "NUL"),
        ("g" * 64 + "  a", "not a line"),
        (f"{A}  {'x' * 20000}", "longer"),
        (f"{B}  good", "line 1"),
    ],
)
def test_a_wrong_line_is_named_with_why_and_the_others_are_used(line: str, why: str) -> None:
    with speaking("en"):
        found = read_list(f"{B}  good\n{line}\n{A}  last\n".encode())
    assert [one.name for one in found.found] == [b"good", b"last"]
    [wrong] = found.wrong
    assert wrong.line == 2
    assert why in wrong.why
    assert "\0" not in wrong.begins


def test_the_same_file_in_another_folder_is_a_copy_and_no_wrong_line() -> None:
    with speaking("en"):
        found = read_list(f"{A}  a/IMG.jpg\n{A}  b/IMG.jpg\n{B}  c/IMG.jpg\n{A}  b/IMG.jpg\n{A}  d.jpg\n".encode())
    assert [(one.line, one.path, one.copy_of) for one in found.found] == [
        (1, b"a/IMG.jpg", 0),
        (2, b"b/IMG.jpg", 1),
        (3, b"c/IMG.jpg", 0),
        (5, b"d.jpg", 0),
    ]
    assert [one.line for one in found.copies] == [2]
    assert [(one.line, one.why) for one in found.wrong] == [(4, "it is the same as line 2")]


def test_wrong_lines_of_hashdeep() -> None:
    head = b"%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## a remark\n"
    raw = head + f"1,x,{A},/a/b,c\nx,x,{A},d\n1,{A}\n-1,x,{A},e\n1,x,{A[:-1]},f\n".encode()
    found = read_list(raw)
    assert [(one.name, one.size) for one in found.found] == [(b"b,c", 1)]
    assert [one.line for one in found.wrong] == [5, 6, 7, 8]


@pytest.mark.parametrize("size", [str(LARGEST_NUMBER + 1), "9" * 5000])
def test_a_size_that_no_entry_can_say_is_a_wrong_line(size: str) -> None:
    head = b"%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n"
    with speaking("en"):
        found = read_list(head + f"{size},{A},a\n{LARGEST_NUMBER},{A},b\n{'0' * 30}7,{A},c\n".encode())
    assert [(one.name, one.size) for one in found.found] == [(b"b", LARGEST_NUMBER), (b"c", 7)]
    assert [(one.line, one.why) for one in found.wrong] == [(3, "its size is larger than a file can be")]


def test_a_line_that_steers_the_terminal_is_made_harmless() -> None:
    [wrong] = read_list(b"\x1b]0;x\x07 \xe2\x80\xae\n").wrong
    assert not set(wrong.begins) & {"\x1b", "\x07", "\u202e"}


def test_a_list_has_a_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    for raw, reason in ((b"", "empty"), (b"# only a remark\n", "empty")):
        with pytest.raises(ListUnreadable) as caught:
            read_list(raw)
        assert caught.value.reason == reason
    monkeypatch.setattr(digest_lists, "MOST_LINES", 3)
    with pytest.raises(ListUnreadable):
        read_list(b"x\n" * 4)
    monkeypatch.setattr(digest_lists, "MOST_BYTES", 3)
    with pytest.raises(ListUnreadable):
        read_list(b"xxxx")


def test_what_a_line_says_becomes_a_piece_of_evidence() -> None:
    draft = read_list(f"{A}  Ærlig.PNG\n".encode()).found[0].draft()
    assert (draft.source, draft.kind, draft.size, draft.name) == (
        DigestSource.LIST,
        EvidenceKind.IMAGE,
        None,
        "Ærlig.PNG",
    )
