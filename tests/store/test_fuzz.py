"""Whatever bytes come: the parsers of header, tar and entry read them or refuse them in their own words, and no more.

Each is given bytes from nowhere, and good ones changed in a few places, which is what reaches the deeper branches.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.age import AgeError, read_header
from store.age.header import encode_header
from store.bundle.journal import JournalRefused, read_journal, read_line
from store.bundle.tar import TarReader, TarRefused, write_tar
from store.entry import EntryInvalid, Header, read_payload
from store.model import StoredEntry
from tests.store.age import kit
from tests.store.bundle.hostile import good_files
from tests.store.bundle.hostile_makers import FOLDER
from tests.store.fuzz import fuzzed

HEADER = kit.header(b"-> grease a b\n" + kit.body(b"x" * 50), kit.x25519()) + kit.whole(b"age")
ARMORED = kit.armor(HEADER)
JOURNAL = good_files()["data/journal.jsonl"]
ENTRIES = [read_line(1, line) for line in JOURNAL.splitlines()]
FILES = {"bagit.txt": b"x" * 700, "data/a.json": b"", "data/b/c.txt": b"y" * 512}


def good_tar(files: dict[str, bytes]) -> bytes:
    parts: list[bytes] = []
    write_tar(parts.append, "K7M4Q", files, mtime=0)
    return b"".join(parts)


TAR = good_tar(FILES)


@st.composite
def changed(draw: st.DrawFn, good: bytes) -> bytes:
    """Good bytes with a few places replaced, left out or said twice."""
    data = bytearray(good)
    for _change in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(0, len(data) - 1)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 1, 2, 16, 512])))
        new = draw(
            st.binary(max_size=8) | st.sampled_from([b"\n", b"\0", b" ", b"-> ", b"--- ", b"9" * 40, b'"', b"["])
        )
        data[start:end] = draw(st.sampled_from([new, bytes(data[start:end]) * 2]))
    return bytes(data)


def read_tar(data: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    reader = TarReader(io.BytesIO(data).read)
    for name, _size in reader.members():
        found[name] = b"".join(reader.chunks())
    return found


@fuzzed
@given(st.binary(max_size=600) | changed(HEADER) | changed(ARMORED))
def test_headers(data: bytes) -> None:
    try:
        header, _payload = read_header(io.BytesIO(data))
    except AgeError as error:
        assert error.failure_class in ("header failure", "armor failure")
    else:
        # There is one way to write it: what was read is what would be written, but for the MAC.
        written = encode_header(bytes(16), header.stanzas)
        assert written[: len(header.authenticated)] == header.authenticated


@fuzzed
@given(st.binary(max_size=600) | changed(HEADER) | changed(ARMORED))
def test_sealed_files(data: bytes) -> None:
    outcome, released = kit.outcome(data)
    assert released in (b"", b"age")
    assert outcome != "success" or released == b"age"


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@fuzzed
@given(st.binary(max_size=2000) | changed(TAR))
def test_tars(data: bytes) -> None:
    try:
        found = read_tar(data)
    except TarRefused:
        return
    # Order, owners and times are free; names and contents are what another program finds.
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        members = [(info.name.split("/", 1)[1], tar.extractfile(info)) for info in tar if info.isfile()]
        assert {name: file.read() for name, file in members if file is not None} == found


@fuzzed
@given(st.binary(max_size=400) | changed(JOURNAL))
def test_journals(data: bytes) -> None:
    found: list[StoredEntry] = []
    try:
        read_journal(data, each=lambda stored, _header, _payload: found.append(stored))
    except JournalRefused:
        return
    # Nobody can write an entry without the key: what is read are entries that were signed, however a line is spaced.
    assert all(entry in ENTRIES for entry in found)


@fuzzed
@given(st.binary(max_size=400), st.sampled_from([Header.parse, read_payload]))
def test_entries(data: bytes, parse: Callable[[bytes], object]) -> None:
    try:
        parse(data)
    except EntryInvalid:
        return


def test_control_the_good_ones_are_read() -> None:
    assert kit.outcome(HEADER) == kit.outcome(ARMORED) == ("success", b"age")
    assert read_tar(TAR) == FILES
    read_journal(JOURNAL)
    assert FOLDER.is_dir()


def test_control_an_exception_of_another_kind_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(text: bytes) -> bytes:
        return text.decode("ascii").encode()

    monkeypatch.setattr("store.age.header.base64_decode", careless)
    with pytest.raises(Exception) as seen:
        test_headers()
    assert not isinstance(seen.value, AgeError)
