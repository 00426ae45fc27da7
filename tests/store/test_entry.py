from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from store.entry import (
    LARGEST_PAYLOAD,
    EntryInvalid,
    Header,
    PayloadTooLarge,
    SpaceKind,
    commit,
    make,
    read_payload,
    verify,
    write_payload,
)
from store.model import StoredEntry

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DEVICE = KEY.public_key().public_bytes_raw().hex()

_hex64 = st.binary(min_size=32, max_size=32).map(bytes.hex)


@st.composite
def headers(draw: st.DrawFn) -> Header:
    sequence = draw(st.integers(1, 10**14))
    previous = draw(_hex64) if sequence > 1 else None
    return Header(
        space_kind=draw(st.sampled_from(SpaceKind)),
        space=draw(st.binary(min_size=16, max_size=16)).hex(),
        device=DEVICE,
        sequence=sequence,
        previous=previous,
        seen=tuple(sorted(draw(st.sets(_hex64.filter(lambda entry: entry != previous), max_size=3)))),
        kind=draw(st.sampled_from(["note.added", "step.set-aside", "case.opened"])),
        claimed_at=draw(st.datetimes(min_value=datetime(1000, 1, 1))).replace(microsecond=0, tzinfo=UTC),  # noqa: DTZ001
        commitment=draw(_hex64),
    )


def an_entry(payload: bytes = b'{"text":"hej"}', sequence: int = 1) -> StoredEntry:
    salt = b"s" * 32
    header = Header(
        space_kind=SpaceKind.CASE,
        space="0f" * 16,
        device=DEVICE,
        sequence=sequence,
        previous=None if sequence == 1 else "ab" * 32,
        seen=("cd" * 32,),
        kind="note.added",
        claimed_at=datetime(2026, 11, 21, 7, 17, 5, tzinfo=UTC),
        commitment=commit(salt, payload),
    )
    return make(header, salt=salt, payload=payload, sign=KEY.sign)


@given(headers())
def test_a_header_reads_back_as_it_was_written(header: Header) -> None:
    assert Header.parse(header.encode()) == header
    assert Header.parse(header.encode()).encode() == header.encode()


def test_the_bytes_are_those_of_the_document() -> None:
    entry = an_entry()
    commitment = hashlib.sha256(b"s" * 32 + b'{"text":"hej"}').hexdigest()
    assert entry.header.decode() == (
        "segl-entry v1\n"
        "space case 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f\n"
        f"device {DEVICE}\n"
        "sequence 1\n"
        "previous -\n"
        f"seen {'cd' * 32}\n"
        "kind note.added\n"
        "claimed-at 2026-11-21T07:17:05Z\n"
        f"payload sha256:{commitment}\n"
    )
    assert entry.id == hashlib.sha256(entry.header).hexdigest()


HEADER = an_entry(sequence=2).header.decode()


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("segl-entry v1", "segl-entry v2", "header-malformed"),
        ("\n", "\r\n", "header-malformed"),
        ("sequence 2", "sequence 02", "header-malformed"),
        ("sequence 2", "sequence 0", "header-malformed"),
        ("sequence 2", "sequence 1", "header-previous"),
        ("sequence 2", "sequence  2", "header-malformed"),
        ("previous " + "ab" * 32, "previous -", "header-previous"),
        ("previous " + "ab" * 32, "previous " + "AB" * 32, "header-malformed"),
        ("seen " + "cd" * 32, "seen " + "ab" * 32, "header-previous"),
        ("seen " + "cd" * 32, f"seen {'cd' * 32}\nseen {'cd' * 32}", "header-seen-order"),
        ("seen " + "cd" * 32, f"seen {'cd' * 32}\nseen {'cc' * 32}", "header-seen-order"),
        ("space case", "space kitchen", "header-malformed"),
        ("kind note.added", "kind Note.added", "header-malformed"),
        ("kind note.added", "kind note", "header-malformed"),
        ("2026-11-21T", "2026-13-21T", "header-time"),
        ("07:17:05Z", "07:17:05+00:00", "header-malformed"),
        ("payload sha256:", "payload md5:", "header-malformed"),
        ("claimed-at", "extra x\nclaimed-at", "header-malformed"),
        ("note.added", "nøte.added", "header-malformed"),
    ],
)
def test_there_is_one_way_to_write_a_header(was: str, becomes: str, fault: str) -> None:
    assert was in HEADER
    with pytest.raises(EntryInvalid) as refused:
        Header.parse(HEADER.replace(was, becomes, 1).encode())
    assert refused.value.fault == fault


def test_nothing_follows_a_header() -> None:
    for ending in ("x", "\n", " ", "payload sha256:" + "0" * 64 + "\n"):
        with pytest.raises(EntryInvalid):
            Header.parse((HEADER + ending).encode())
    with pytest.raises(EntryInvalid):
        Header.parse(HEADER.rstrip("\n").encode())
    with pytest.raises(EntryInvalid) as refused:
        Header.parse((HEADER * 1000).encode())
    assert refused.value.fault == "header-too-long"


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        (b'{"a":1,"a":2}', "payload-doubled-key"),
        (b'{"a":{"b":1,"b":1}}', "payload-doubled-key"),
        (b'{"a":NaN}', "payload-number"),
        (b'{"a":-Infinity}', "payload-number"),
        (b'{"a":1e999}', "payload-number"),
        (b'{"a":1.0}', "payload-number"),
        (b'{"a":9007199254740992}', "payload-number"),
        (b'{"a":' + b"9" * 5000 + b"}", "payload-number"),
        (b'{"a":"\\ud800"}', "payload-surrogate"),
        (b'{"\\udfff":1}', "payload-surrogate"),
        (b'{"a":"\xff"}', "payload-malformed"),
        (b"\xef\xbb\xbf{}", "payload-malformed"),
        (b"{} {}", "payload-malformed"),
        (b"[]", "payload-malformed"),
        (b"", "payload-malformed"),
        (b'{"a":' + b"[" * 20 + b"]" * 20 + b"}", "payload-too-deep"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "payload-too-deep"),
        (b'{"a":"' + b"x" * LARGEST_PAYLOAD + b'"}', "payload-too-large"),
    ],
)
def test_a_payload_is_read_strictly(payload: bytes, fault: str) -> None:
    with pytest.raises(EntryInvalid) as refused:
        read_payload(payload)
    assert refused.value.fault == fault


def test_what_a_payload_may_be() -> None:
    said = {"a": [1, -(2**53) + 1, True, None, {"b": "æøå 👍"}], "æ": ""}
    assert read_payload(write_payload(said)) == said


_texts = st.text(st.characters(exclude_categories=["Cs"]))
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_texts, _values, max_size=4))
def test_every_payload_that_is_written_can_be_read(said: dict[str, object]) -> None:
    assert read_payload(write_payload(said)) == said


def test_a_text_that_is_too_long_is_refused_without_repeating_it() -> None:
    with pytest.raises(PayloadTooLarge) as refused:
        write_payload({"text": "hemmeligt " * 200_000})
    assert "hemmeligt" not in str(refused.value) + repr(refused.value)


def test_an_entry_verifies_and_an_erased_one_too() -> None:
    entry = an_entry()
    assert verify(entry) == Header.parse(entry.header)
    erased = StoredEntry(id=entry.id, header=entry.header, signature=entry.signature, salt=None, payload=None)
    assert verify(erased).kind == "note.added"


@given(st.sampled_from(["header", "signature", "salt", "payload"]), st.integers(0, 10_000), st.integers(0, 7))
def test_every_flipped_bit_is_noticed(part: str, place: int, bit: int) -> None:
    entry = an_entry()
    parts = {name: getattr(entry, name) for name in ("header", "signature", "salt", "payload")}
    data = bytearray(parts[part])
    data[place % len(data)] ^= 1 << bit
    parts[part] = bytes(data)
    for id in (entry.id, hashlib.sha256(parts["header"]).hexdigest()):
        with pytest.raises(EntryInvalid):
            verify(StoredEntry(id=id, **parts))


def test_the_signature_of_another_key_is_noticed() -> None:
    entry = an_entry()
    other = Ed25519PrivateKey.generate().sign(entry.header)
    with pytest.raises(EntryInvalid) as refused:
        verify(StoredEntry(id=entry.id, header=entry.header, signature=other, salt=entry.salt, payload=entry.payload))
    assert refused.value.fault == "signature"
