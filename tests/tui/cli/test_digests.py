"""Digests that were made elsewhere: lists, dictation and reading out, good and bad."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.evidence.dictated_size import read_out_size
from store.evidence.dictation import read_out
from tests.tui.cli.support import Segl

A, B = "a1" * 32, "b2" * 32


def pieces(segl: Segl, case: str) -> list[tuple[str, str, int | None]]:
    """What is registered: name, digest, size."""
    found = segl("evidence", "list", case, "--json").json["evidence"]
    return [(one["name"], one["digest"], one["size"]) for one in found]


def test_a_list_from_a_file_and_wrong_lines_by_number(segl: Segl, case: str, tmp_path: Path) -> None:
    path = tmp_path / "liste.sha256"
    path.write_bytes(b"\xef\xbb\xbf" + f"{A.upper()}  mappe/a.jpg\r\nsludder\r\n{'c' * 32}  b\r\n".encode())
    done = segl("evidence", "add-list", case, path, "--json", code=1).json
    assert [one["line"] for one in done["wrong"]] == [2, 3]
    assert "MD5" in done["wrong"][1]["why"]
    assert pieces(segl, case) == [("a.jpg", f"sha256:{A}", None)]
    assert done["registered"][0]["source"] == "list"
    told = segl("evidence", "add-list", case, path, code=1)
    assert "Line 2 was not used" in told.err
    assert "SHA-256" in told.out


def test_a_list_on_standard_input_with_facts_and_of_b3sum(segl: Segl, case: str) -> None:
    segl("evidence", "add-list", case, "-", "--b3sum", stdin=f"{A}  a.jpg\n", fds={"--facts-fd": 'holder = "police"'})
    [piece] = segl("evidence", "list", case, "--json").json["evidence"]
    assert (piece["digest"], piece["holder"]) == (f"blake3:{A}", "police")


def test_a_copy_in_another_folder_is_said_and_is_no_error(segl: Segl, case: str) -> None:
    listed = f"{A}  a/IMG.jpg\n{A}  b/IMG.jpg\n"
    done = segl("evidence", "add-list", case, "-", "--json", stdin=listed).json
    assert (done["wrong"], done["copies"]) == ([], [{"line": 2, "of": 1}])
    assert pieces(segl, case) == [("IMG.jpg", f"sha256:{A}", None)]
    told = segl("evidence", "add-list", case, "-", "--again", stdin=listed)
    assert "is a copy of" not in told.out
    assert len(pieces(segl, case)) == 3
    told = segl("evidence", "add-list", case, "-", stdin=listed)
    assert "Line 2 is a copy of line 1: exactly the same file in another folder." in told.out


@pytest.mark.parametrize("stdin", [b"", b"# remark\n"])
def test_a_list_with_nothing_in_it_is_refused(segl: Segl, case: str, stdin: bytes) -> None:
    done = segl("evidence", "add-list", case, "-", "--json", stdin=stdin, code=2).json
    assert done["error"]["code"] == "list-unreadable"


def test_a_list_that_is_not_there(segl: Segl, case: str, tmp_path: Path) -> None:
    segl("evidence", "add-list", case, tmp_path / "none", code=2)


def test_a_checksum_typed_twice_as_certutil_shows_it(segl: Segl, case: str) -> None:
    pairs = " ".join(A[at : at + 2].upper() for at in range(0, 64, 2))
    told = segl("evidence", "add-typed", case, stdin=f"{pairs}\n{A}\n")
    assert "The size is not known" in told.out
    assert pieces(segl, case) == [("", f"sha256:{A}", None)]


def test_the_groups_that_differ_are_named_and_nothing_is_registered(segl: Segl, case: str) -> None:
    other = "f" + A[1:-1] + "0"
    told = segl("evidence", "add-typed", case, stdin=f"{A}\n{other}\n", code=2)
    assert "1, 16" in told.err
    once = segl("evidence", "add-typed", case, stdin=A, code=2)
    assert "twice" in once.err
    short = segl("evidence", "add-typed", case, stdin=A[:-1], code=2)
    assert "63 signs" in short.err
    assert pieces(segl, case) == []


def test_from_one_segl_to_another_by_telephone(segl: Segl, case: str, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"hemmeligt")
    segl("evidence", "add", case, tmp_path / "a.bin")
    spoken = segl("evidence", "read-out", case, "E1", "--json").json
    assert len(spoken["groups"]) == 16
    heard = " ".join(spoken["groups"]).lower()
    done = segl("evidence", "add-typed", case, "--json", stdin=f"{heard}\n{spoken['size_read_out']}\n").json
    assert done["checked"] is True
    first, second = pieces(segl, case)
    assert first[1:] == second[1:]
    shown = segl("evidence", "read-out", case, "1")
    assert all(group in shown.out for group in spoken["groups"])
    assert spoken["size_read_out"] in shown.out


def test_a_blake3_stays_one_by_telephone_and_typed(segl: Segl, case: str) -> None:
    segl("evidence", "add-list", case, "-", "--b3sum", stdin=f"{A}  a.jpg\n")
    spoken = segl("evidence", "read-out", case, "E1", "--json").json
    assert "BLAKE3" in segl("evidence", "read-out", case, "E1").out
    segl("evidence", "add-typed", case, stdin=f"{' '.join(spoken['groups'])}\n")
    segl("evidence", "add-typed", case, stdin=f"blake3:{B}\n{B}\n")
    assert [digest for _name, digest, _size in pieces(segl, case)] == [f"blake3:{A}", f"blake3:{A}", f"blake3:{B}"]
    told = segl("evidence", "add-typed", case, stdin=f"blake3:{B}\nsha256:{B}\n", code=2)
    assert "One is said to be SHA-256 and the other BLAKE3" in told.err
    assert len(pieces(segl, case)) == 3


def test_a_size_is_heard_as_it_is_meant_or_refused(segl: Segl, case: str) -> None:
    done = segl("evidence", "add-typed", case, stdin=f"{A}\n{A}\n1.018\n")
    assert "Heard: 1,018 bytes" in done.out
    spoken = " ".join(read_out(f"sha256:{A}"))
    for size, why in (("1018", "write 'byte'"), ("1018 8", "check digit"), ("1 018 K", "check letter says")):
        assert why in segl("evidence", "add-typed", case, stdin=f"{spoken}\n{size}\n", code=2).err
    segl("evidence", "add-typed", case, stdin=f"{spoken}\n1.018 byte\n")
    assert [size for _name, _digest, size in pieces(segl, case)] == [1018, 1018]


def test_what_is_typed_was_registered_before(segl: Segl, case: str) -> None:
    assert segl("evidence", "add-typed", case, "--json", stdin=f"{A}\n{A}\n").json["seen_before"] == []
    again = segl("evidence", "add-typed", case, "--json", stdin=f"{A}\n{A}\n").json["seen_before"]
    assert [(one["registered"], one["case"], one["number"]) for one in again] == [(2, case, 1)]
    assert "! E3 was registered before" in segl("evidence", "add-typed", case, stdin=f"{A}\n{A}\n").out


def test_a_slip_on_the_telephone_names_its_group(segl: Segl, case: str) -> None:
    groups = list(read_out(f"sha256:{A}"))
    groups[4] = groups[4][1] + groups[4][0] + groups[4][2:]
    told = segl("evidence", "add-typed", case, stdin=" ".join(groups), code=2)
    assert "can't be right: 5." in told.err
    size = read_out_size(12).replace("12", "13")
    told = segl("evidence", "add-typed", case, stdin=f"{' '.join(read_out(f'sha256:{A}'))}\n{size}", code=2)
    assert "size" in told.err
    assert pieces(segl, case) == []


def test_a_size_that_no_entry_can_say(segl: Segl, case: str) -> None:
    head = "%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n"
    rows = "".join(f"1,{A},{number}.jpg\n" for number in range(450))
    told = segl("evidence", "add-list", case, "-", stdin=f"{head}{rows}{2**53},{B},last.jpg\n", code=1)
    assert "Line 453 was not used: its size is larger than a file can be" in told.err
    assert len(pieces(segl, case)) == 450
    for size in (str(2**53), read_out_size(2**53)):
        told = segl("evidence", "add-typed", case, stdin=f"{A}\n{A}\n{size}\n", code=2)
        assert "doctor" not in told.err
        assert "size" in told.err
    assert len(pieces(segl, case)) == 450


def test_read_out_of_what_is_not_there(segl: Segl, case: str) -> None:
    segl("evidence", "read-out", case, "E9", code=2)
    segl("evidence", "read-out", case, "x", code=2)


def test_without_a_size_it_is_said(segl: Segl, case: str) -> None:
    segl("evidence", "add-typed", case, stdin=f"{B}\n{B}\n")
    assert "The size is not known" in segl("evidence", "read-out", case, "E1").out


def test_in_the_shell_the_text_follows(segl: Segl, case: str) -> None:
    done = segl.script(f"evidence add-typed {case}", A, A, ".", f"evidence list {case}")
    assert A in done.out


def test_a_checksum_is_no_argument(segl: Segl, case: str) -> None:
    assert A not in segl("evidence", "add-typed", case, A, code=2).err
