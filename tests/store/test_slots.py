"""The slots file: one spelling, bounds before any work, a MAC over the whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import slots, wrapping
from store.errors import NewerFormat
from store.secret import Secret
from store.slot_parts import SlotsFault
from store.slots import KdfParameters, PassphraseSlot, SlotTable, decode
from store.wrapping import NotEnoughMemory
from tests.store.vaults import FLOOR, OTHER, PASSPHRASE

KEY = Secret(bytes(range(32)))
HERE = Path("vault.slots")


@pytest.fixture(scope="module")
def table() -> SlotTable:
    empty = SlotTable(vault="0123456789abcdef", label="Åse", generation=3, slots=())
    return wrapping.sealed(replace(empty, slots=(wrapping.wrap(empty, PASSPHRASE, KEY, FLOOR),)), KEY)


def the_slot(table: SlotTable) -> PassphraseSlot:
    """The one that a passphrase opens."""
    assert table.passphrase is not None
    return table.passphrase


def spelled(document: object) -> bytes:
    body = json.dumps(document, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    return b"segl-slots sha256:" + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def document_of(table: SlotTable) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(table.encode().split(b"\n")[1])
    return document


def test_a_table_comes_back_as_it_was(table: SlotTable) -> None:
    assert decode(table.encode(), HERE) == table
    assert spelled(document_of(table)) == table.encode()
    assert wrapping.verifies(table, KEY)
    assert not wrapping.verifies(table, Secret(bytes(32)))


def test_a_slot_opens_for_its_passphrase_and_its_place_only(table: SlotTable) -> None:
    slot = table.passphrase
    assert slot is not None
    assert wrapping.unwrap(table, slot, PASSPHRASE) == KEY
    assert wrapping.unwrap(table, slot, OTHER) is None
    for other in (
        replace(slot, id="f" * 16),
        replace(slot, generation=4),
        replace(slot, salt=bytes(32)),
        replace(slot, nonce=bytes(12)),
        replace(slot, kdf=replace(FLOOR, lanes=2)),
    ):
        assert wrapping.unwrap(table, other, PASSPHRASE) is None
    assert wrapping.unwrap(replace(table, vault="f" * 16), slot, PASSPHRASE) is None


def test_the_mac_covers_everything(table: SlotTable) -> None:
    slot = table.passphrase
    assert slot is not None
    for other in (
        replace(table, label="Bo"),
        replace(table, generation=4),
        replace(table, vault="f" * 16),
        replace(table, slots=()),
        replace(table, slots=(slot, slot)),
        replace(table, slots=(replace(slot, wrapped=bytes(48)),)),
    ):
        assert not wrapping.verifies(other, KEY)


COSTS = [
    {"memory_kib": 4 * 1024**3},
    {"memory_kib": 1024 * 1024 + 1},
    {"memory_kib": 64 * 1024 - 1},
    {"memory_kib": 0},
    {"memory_kib": -1},
    {"passes": 0},
    {"passes": 11},
    {"lanes": 0},
    {"lanes": 2**24},
]


@pytest.mark.parametrize("cost", COSTS)
def test_costs_out_of_bounds_are_refused_before_any_work(
    table: SlotTable, cost: dict[str, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def work(*_arguments: object, **_named: object) -> None:
        raise AssertionError("it was tried")

    monkeypatch.setattr(wrapping, "Argon2id", work)
    document = document_of(table)
    document["slots"][0]["kdf"].update(cost)
    for name in (slots.FIRST, slots.SECOND):
        (tmp_path / name).write_bytes(spelled(document))
    with pytest.raises(slots.SlotsDamaged) as caught:
        slots.read_tables(tmp_path, table.vault)
    assert "parameters" in caught.value.faults[0]
    with pytest.raises(AssertionError, match="it was tried"):
        wrapping.unwrap(table, the_slot(table), PASSPHRASE)


def _changed(change: Callable[[dict[str, Any]], object]) -> Callable[[SlotTable], bytes]:
    def make(table: SlotTable) -> bytes:
        document = document_of(table)
        change(document)
        return spelled(document)

    return make


STRICT: dict[str, Callable[[SlotTable], bytes]] = {
    "unknown key": _changed(lambda d: d.update(more=1)),
    "missing key": _changed(lambda d: d.pop("label")),
    "unknown key in a slot": _changed(lambda d: d["slots"][0].update(hint="a dog")),
    "unknown key in the costs": _changed(lambda d: d["slots"][0]["kdf"].update(more=1)),
    "format as text": _changed(lambda d: d.update(format="1")),
    "format true": _changed(lambda d: d.update(format=True)),
    "format zero": _changed(lambda d: d.update(format=0)),
    "no slots": _changed(lambda d: d.update(slots=[])),
    "many slots": _changed(lambda d: d.update(slots=d["slots"] * 9)),
    "a slot twice": _changed(lambda d: d.update(slots=d["slots"] * 2)),
    "two passphrases": _changed(lambda d: d["slots"].append({**d["slots"][0], "id": "f" * 16})),
    "label with an escape": _changed(lambda d: d.update(label="\x1b[2J")),
    "label too long": _changed(lambda d: d.update(label="x" * 81)),
    "capital hex": _changed(lambda d: d.update(mac="AB" * 32)),
    "short mac": _changed(lambda d: d.update(mac="ab")),
    "generation zero": _changed(lambda d: d.update(generation=0)),
    "generation huge": _changed(lambda d: d.update(generation=2**40)),
    "another function": _changed(lambda d: d["slots"][0]["kdf"].update(name="scrypt")),
    "costs as a fraction": _changed(lambda d: d["slots"][0]["kdf"].update(passes=1.0)),
    "slots no list": _changed(lambda d: d.update(slots={})),
    "slot no object": _changed(lambda d: d.update(slots=[1])),
    "no object": lambda _table: spelled([]),
    "deep": lambda _table: _raw(b"[" * 5000 + b"]" * 5000),
    "not JSON": lambda _table: _raw(b"{"),
    "NaN": lambda table: _raw(table.encode().split(b"\n")[1].replace(b'"generation":3', b'"generation":NaN', 1)),
    "doubled key": lambda table: _raw(table.encode().split(b"\n")[1].replace(b"{", b'{"format":1,', 1)),
    "spaces": lambda table: _raw(table.encode().split(b"\n")[1].replace(b":", b": ", 1)),
    "no newline": lambda table: _raw(table.encode().split(b"\n")[1], end=b""),
    "something after": lambda table: _raw(table.encode().split(b"\n")[1], end=b"\n\n"),
    "too large": lambda table: _raw(table.encode().split(b"\n")[1] + b" " * 20_000),
    "no checksum": lambda table: table.encode().split(b"\n")[1] + b"\n",
    "empty": lambda _table: b"",
}


def _raw(body: bytes, end: bytes = b"\n") -> bytes:
    return b"segl-slots sha256:" + hashlib.sha256(body + end).hexdigest().encode() + b"\n" + body + end


@pytest.mark.parametrize("name", STRICT)
def test_anything_but_the_one_spelling_is_a_fault(table: SlotTable, name: str) -> None:
    content = STRICT[name](table)
    with pytest.raises(SlotsFault):
        decode(content, HERE)


@given(st.binary(max_size=300))
def test_noise_is_a_fault_and_never_a_crash(content: bytes) -> None:
    for candidate in (content, _raw(content)):
        with pytest.raises(SlotsFault):
            decode(candidate, HERE)


def test_a_newer_format_and_an_unknown_kind_of_slot_are_newer(table: SlotTable) -> None:
    document = document_of(table)
    with pytest.raises(NewerFormat):
        decode(spelled({**document, "format": 2, "what": "ever"}), HERE)
    document["slots"].append({"type": "yet-unknown", "id": "0" * 16})
    with pytest.raises(NewerFormat):
        decode(spelled(document), HERE)


def test_calibration_stays_between_the_bounds_on_any_machine() -> None:
    default = KdfParameters.DEFAULT.memory_kib // 1024 * KdfParameters.DEFAULT.passes
    for seconds in (1e-6, 1e-4, 1 / default, 1.5 / default, 2 / default, 1e-2, 1.0):
        kdf = wrapping.chosen(seconds)
        cost = kdf.memory_kib / 1024 * kdf.passes * seconds
        at_the_top, at_the_bottom = kdf.passes == 10, kdf.memory_kib == FLOOR.memory_kib and kdf.passes == 1
        assert cost <= 2 or at_the_bottom
        # A machine slow enough to halve the memory can end a little under a second.
        assert cost >= 0.5 or at_the_top
    assert wrapping.chosen(1.5 / default) == KdfParameters.DEFAULT
    assert wrapping.chosen(1.0) == FLOOR


def test_calibration_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([0.0, 1.5 / 768 * 128])
    assert wrapping.calibrate(clock=lambda: next(ticks)) == KdfParameters.DEFAULT


def test_too_little_memory_has_words(table: SlotTable, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_arguments: object, **_named: object) -> None:
        raise MemoryError

    monkeypatch.setattr(wrapping, "Argon2id", none_left)
    with pytest.raises(NotEnoughMemory) as caught:
        wrapping.unwrap(table, the_slot(table), PASSPHRASE)
    assert "64 MiB" in str(caught.value)


def test_a_label_is_one_printable_line() -> None:
    assert slots.clean_label("  Mette\tHansen\n\x1b[31m ") == "Mette Hansen [31m"
    assert slots.clean_label("\u202eab") == "ab"
    assert len(slots.clean_label("x" * 500)) == 80


def test_both_copies_are_written_and_read_newest_first(table: SlotTable, tmp_path: Path) -> None:
    slots.write_table(tmp_path, table)
    assert {path.name for path in tmp_path.iterdir()} == {"vault.slots", "vault.slots.2"}
    read = slots.read_tables(tmp_path, table.vault)
    assert (read.tables, read.faults) == ((table,), ())
    newer = wrapping.sealed(replace(table, generation=4), KEY)
    (tmp_path / slots.SECOND).write_bytes(newer.encode())
    assert slots.read_tables(tmp_path, table.vault).tables == (newer, table)


def test_what_does_not_read_back_the_same_is_not_taken_for_written(
    table: SlotTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "write_whole", lambda path, content: path.write_bytes(content[:-1]))
    with pytest.raises(slots.SlotsDamaged):
        slots.write_table(tmp_path, table)


def test_no_secret_shows_in_a_repr(table: SlotTable) -> None:
    shown = repr(KEY) + repr(PASSPHRASE) + str(table)
    assert KEY.reveal().hex() not in shown
    assert PASSPHRASE.reveal().decode() not in shown
    assert os.fsdecode(KEY.reveal()) not in shown
