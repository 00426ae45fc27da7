"""JSON from strangers: each way to mean two things or to cost too much is refused; the like without it is read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.bundle.json_strict import JsonRefused, TooManyItems, dumps, loads


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        pytest.param(b'{"a":1,"a":2}', b'{"a":1,"b":2}', id="doubled-name"),
        pytest.param(b'{"a":1,"\\u0061":2}', b'{"a":1,"\\u0062":2}', id="doubled-name-escaped"),
        pytest.param(b'[{"x":{"a":1,"a":2}}]', b'[{"x":{"a":1}}]', id="doubled-name-inside"),
        pytest.param(b"[NaN]", b"[null]", id="nan"),
        pytest.param(b"[Infinity]", b"[1]", id="infinity"),
        pytest.param(b"[-Infinity]", b"[-1]", id="minus-infinity"),
        pytest.param(b"[1e999]", b"[1e9]", id="out-of-range"),
        pytest.param(b"[0." + b"1" * 5000 + b"]", b"[0.1]", id="endless-fraction"),
        pytest.param(b"[" + b"9" * 4301 + b"]", b"[9]", id="4301-digits"),
        pytest.param(b"[12345678901234567]", b"[1234567890123456]", id="17-digits"),
        pytest.param(b'["\\ud800"]', b'["\\ud83d\\ude00"]', id="lone-surrogate"),
        pytest.param(b'["\\udc00\\ud800"]', b'["\\u0041"]', id="surrogates-turned-round"),
        pytest.param(b'{"\\ud800":1}', b'{"a":1}', id="lone-surrogate-in-a-name"),
        pytest.param(b'["\xed\xa0\x80"]', b'["\xc3\xa6"]', id="surrogate-in-utf-8"),
        pytest.param(b'["\xff"]', b'["\xc3\xb8"]', id="not-utf-8"),
        pytest.param(b"\xef\xbb\xbf[]", b"[]", id="byte-order-mark"),
        pytest.param(b'["\x1b"]', b'["\\u001b"]', id="raw-control-character"),
        pytest.param(b"[" * 33 + b"]" * 33, b"[" * 32 + b"]" * 32, id="depth"),
        pytest.param(b"[" * 100_000, b"[]", id="depth-without-end"),
        pytest.param(b'{"a":' * 100_000, b'{"a":1}', id="depth-of-objects"),
        pytest.param(b"[" + b"[]," * 500_000 + b"[]]", b"[" + b"[]," * 50 + b"[]]", id="too-many-items"),
        pytest.param(b'["a', b'["a"]', id="string-without-end"),
        pytest.param(b'"' + b'\\"' * 500_000, b'"' + b'\\"' * 500_000 + b'"', id="escapes-without-end"),
        pytest.param(b"[] []", b"[]", id="two-documents"),
        pytest.param(b"[1,]", b"[1]", id="comma-at-the-end"),
        pytest.param(b"['a']", b'["a"]', id="other-quotes"),
        pytest.param(b"[01]", b"[0]", id="octal"),
        pytest.param(b"", b"0", id="nothing"),
        pytest.param(b"\x00", b"1", id="zero-byte"),
    ],
)
def test_hostile_documents_are_refused_and_their_like_is_read(hostile: bytes, harmless: bytes) -> None:
    with pytest.raises(JsonRefused):
        loads(hostile)
    assert loads(harmless) == json.loads(harmless)


def test_a_refusal_repeats_nothing_of_the_content() -> None:
    with pytest.raises(JsonRefused) as refused:
        loads(b'{"secret name":1,"secret name":2}')
    assert "secret" not in str(refused.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_back_and_shows_no_control_character(value: object) -> None:
    written = dumps(value)
    assert loads(written.encode()) == value
    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 or 0x202A <= ord(sign) <= 0x202E for sign in written)


@given(st.binary(max_size=60) | st.text(alphabet='[]{}",\\:0e-.ntu', max_size=40).map(str.encode))
def test_it_reads_what_the_library_reads_or_refuses(data: bytes) -> None:
    try:
        value = loads(data)
    except JsonRefused:
        return
    assert value == json.loads(data)


def outcome(data: bytes, *, exactly: bool, max_items: int, max_depth: int) -> object:
    """What is read, or that it is refused; who asks for the number of items has them counted on the bytes."""
    try:
        return loads(data, max_items=max_items, max_depth=max_depth, counted=(lambda _count: None) if exactly else None)
    except JsonRefused:
        return JsonRefused


@given(VALUES, st.integers(0, 12), st.integers(0, 4))
def test_what_is_small_is_held_to_the_same_limits_as_what_is_counted_on_its_bytes(
    value: object, max_items: int, max_depth: int
) -> None:
    data = dumps(value).encode()
    small = outcome(data, exactly=False, max_items=max_items, max_depth=max_depth)
    assert small == outcome(data, exactly=True, max_items=max_items, max_depth=max_depth)


@given(st.text(alphabet='[]{}",\\:0e-.ntu', max_size=40).map(str.encode), st.integers(0, 6), st.integers(0, 3))
def test_what_is_no_json_is_refused_either_way(data: bytes, max_items: int, max_depth: int) -> None:
    small = outcome(data, exactly=False, max_items=max_items, max_depth=max_depth)
    assert small == outcome(data, exactly=True, max_items=max_items, max_depth=max_depth)


@given(VALUES)
def test_the_last_item_and_the_last_level_that_may_be_are_read(value: object) -> None:
    data = dumps(value).encode()
    counts: list[int] = []
    loads(data, counted=counts.append)
    [items] = counts
    assert loads(data, max_items=items) == value
    if items:
        with pytest.raises(TooManyItems):
            loads(data, max_items=items - 1)


def test_a_long_document_without_a_count_is_counted_all_the_same() -> None:
    data = b"[" + b"[]," * 300 + b"[]]"
    with pytest.raises(TooManyItems):
        loads(data, max_items=903)
    assert len(loads(data, max_items=904)) == 301
