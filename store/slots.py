"""The slots file: the data key of a vault, wrapped once for each way of opening it (`docs/vault-format.md`).

Two lines of ASCII: `segl-slots sha256:<hex>` over the second, so that damage is told from a wrong passphrase without
any key; and a JSON object in its only permitted spelling. What is wrapped, and how, is `store.wrapping`.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.errors import NewerFormat
from store.files import read_at_most, tighten, write_whole
from store.recovery_slot import RecoverySlot
from store.slot_parts import SLOT_ID, SlotsFault, counter, matching, octets, only, spelled

FORMAT: Final = 1
FIRST: Final = "vault.slots"
SECOND: Final = "vault.slots.2"
FOREIGN: Final = "another vault's"
NEXT: Final = "vault.slots.next"
KEY_BYTES: Final = 32
LABEL_LENGTH: Final = 80

MAX_BYTES: Final = 16 * 1024
_MAX_SLOTS: Final = 8
_HEADER: Final = re.compile(rb"segl-slots sha256:([0-9a-f]{64})")
_VAULT_ID: Final = re.compile(r"[0-9a-f]{16}")
_MIB: Final = 1024


class SlotsDamaged(SeglError):
    """Neither copy of the slots file can be used.

    Attributes:
        path: the folder of the vault.
        faults: what is wrong with each copy, for a technician: file name and a word.
    """

    code: ClassVar[str] = "slots-damaged"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, path: Path, faults: tuple[str, ...]) -> None:
        super().__init__(path, faults)
        self.path = path
        self.faults = faults

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        known = {"missing": _("missing"), "unreadable": _("cannot be read"), FOREIGN: _("belongs to another vault")}
        words = []
        for fault in self.faults:
            name, _colon, word = fault.partition(": ")
            words.append(f"{name}: {known.get(word, _('damaged'))}")
        return Diagnostics(
            happened=_("Both copies of the vault's key file are damaged or missing in {path} ({faults}).").format(
                path=self.path, faults=", ".join(words)
            ),
            safe=_("The database itself is untouched, but without a key file it cannot be opened."),
            todo=_("Put vault.slots back from a backup of this vault. Do not make a new vault in its place."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KdfParameters:
    """What Argon2id costs (RFC 9106): memory in KiB, passes over it, lanes."""

    memory_kib: int
    passes: int
    lanes: int

    FLOOR: ClassVar[KdfParameters]
    DEFAULT: ClassVar[KdfParameters]

    def __post_init__(self) -> None:
        """Hold the bounds, so that no file can ask for hours or for the whole memory.

        Raises:
            ValueError: outside 64 MiB to 1 GiB, 1 to 10 passes, 1 to 16 lanes.
        """
        if not (64 * _MIB <= self.memory_kib <= 1024 * _MIB and 1 <= self.passes <= 10 and 1 <= self.lanes <= 16):
            raise ValueError("Argon2id parameters out of bounds")


KdfParameters.FLOOR = KdfParameters(memory_kib=64 * _MIB, passes=1, lanes=4)
KdfParameters.DEFAULT = KdfParameters(memory_kib=256 * _MIB, passes=3, lanes=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassphraseSlot:
    """The data key wrapped under a passphrase. A slot of another kind is another class with another `type`.

    Attributes:
        id: hex, new with every slot.
        generation: of the table in which the slot was made.
        salt: 32 bytes.
        nonce: 12 bytes.
        wrapped: the data key and its tag, 48 bytes.
    """

    type: ClassVar[str] = "passphrase"

    id: str
    generation: int
    kdf: KdfParameters
    salt: bytes
    nonce: bytes
    wrapped: bytes

    def bound(self, vault: str) -> bytes:
        """The associated data of the wrapping."""
        return b"segl-slots-1 slot\n" + spelled({"vault": vault, **self._described()})

    def document(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {**self._described(), "nonce": self.nonce.hex(), "wrapped": self.wrapped.hex()}

    def _described(self) -> dict[str, Any]:
        kdf = {
            "lanes": self.kdf.lanes,
            "memory_kib": self.kdf.memory_kib,
            "name": "argon2id",
            "passes": self.kdf.passes,
        }
        return {
            "generation": self.generation,
            "id": self.id,
            "kdf": {**kdf, "salt": self.salt.hex()},
            "type": self.type,
        }


Slot = PassphraseSlot | RecoverySlot


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotTable:
    """All the ways of opening one vault.

    Attributes:
        vault: id of the vault, 16 hex digits.
        label: what the counsellor is called on the unlock screen; plain text on disk.
        generation: goes up by one with every change.
        mac: HMAC-SHA-256 over the rest, under a key that only who opens the vault has.
    """

    vault: str
    label: str
    generation: int
    slots: tuple[Slot, ...]
    mac: bytes = b""

    @property
    def passphrase(self) -> PassphraseSlot | None:
        """The slot that a passphrase opens, if there is one."""
        return next((slot for slot in self.slots if isinstance(slot, PassphraseSlot)), None)

    @property
    def recovery(self) -> RecoverySlot | None:
        """The slot that the office's words open, if there is one."""
        return next((slot for slot in self.slots if isinstance(slot, RecoverySlot)), None)

    def encode(self) -> bytes:
        """The file."""
        body = spelled({**self._document(), "mac": self.mac.hex()}) + b"\n"
        return b"segl-slots sha256:" + hashlib.sha256(body).hexdigest().encode() + b"\n" + body

    def covered(self) -> bytes:
        """What the MAC is over: all but the MAC itself."""
        return b"segl-slots-1 table\n" + spelled(self._document())

    def _document(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "generation": self.generation,
            "label": self.label,
            "slots": [slot.document() for slot in self.slots],
            "vault": self.vault,
        }


def clean_label(label: str) -> str:
    """A label as it may stand in the file: one line of printable text, at most 80 characters."""
    shown = "".join(c if c.isprintable() else " " for c in label)
    return " ".join(shown.split())[:LABEL_LENGTH]


def write_table(folder: Path, table: SlotTable) -> None:
    """Write both copies, the second first; each is synced and renamed, so that at any moment one of them is whole.

    Raises:
        DiskFull: no room.
        DiskFailed: the system refuses.
        SlotsDamaged: what was written does not read back the same.
    """
    content = table.encode()
    for name in (SECOND, FIRST):
        write_whole(folder / name, content)
        if (folder / name).read_bytes() != content:
            raise SlotsDamaged(folder, (f"{name}: unlike",))


def read_next(folder: Path, vault: str) -> SlotTable | None:
    """The table that is to follow, where a change of the data key was cut off; None where there is none to use."""
    try:
        table = _read(folder / NEXT)
    except SlotsFault:
        return None
    return table if table.vault == vault else None


def sweep(folder: Path) -> None:
    """Take away what an interrupted write left; only who has the vault open may do so."""
    for left in folder.glob(f".{FIRST}*.new"):
        left.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotTables:
    """What the two copies hold.

    Attributes:
        tables: the usable ones, newest first, each once.
        faults: what is wrong with the others, `name: word`.
    """

    tables: tuple[SlotTable, ...]
    faults: tuple[str, ...]


def read_tables(folder: Path, vault: str) -> SlotTables:
    """Read both copies of a vault's slots file.

    Raises:
        SlotsDamaged: neither can be used.
        NewerFormat: one of them was written by a newer Segl.
    """
    tables: list[SlotTable] = []
    faults: list[str] = []
    for name in (FIRST, SECOND):
        path = folder / name
        try:
            table = _read(path)
            if table.vault != vault:
                raise SlotsFault(FOREIGN)
        except SlotsFault as fault:
            faults.append(f"{name}: {fault}")
            continue
        tighten(path)
        if table not in tables:
            tables.append(table)
    if not tables:
        raise SlotsDamaged(folder, tuple(faults))
    tables.sort(key=lambda table: -table.generation)
    return SlotTables(tables=tuple(tables), faults=tuple(faults))


def _read(path: Path) -> SlotTable:
    try:
        content = read_at_most(path, MAX_BYTES + 1)
    except FileNotFoundError:
        raise SlotsFault("missing") from None
    except OSError:
        raise SlotsFault("unreadable") from None
    return decode(content, path)


def decode(content: bytes, path: Path) -> SlotTable:
    """Read a slots file, strictly: there is one spelling of a table, and anything else is a fault.

    Raises:
        SlotsFault: it is not a slots table.
        NewerFormat: it is one of a later format, or with a kind of slot that this program does not know.
    """
    if len(content) > MAX_BYTES:
        raise SlotsFault("too large")
    head, _newline, body = content.partition(b"\n")
    match = _HEADER.fullmatch(head)
    if match is None or hashlib.sha256(body).hexdigest().encode() != match[1]:
        raise SlotsFault("damaged")
    try:
        document = json.loads(body, object_pairs_hook=_no_doubles, parse_constant=_no_constant)
        version = document["format"]
        if type(version) is int and version > FORMAT:
            raise NewerFormat(path, version, FORMAT)
        table = _table(document, path)
    except SlotsFault:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SlotsFault("damaged") from None
    if table.encode() != content:
        raise SlotsFault("damaged")
    return table


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise SlotsFault("doubled key")
    return found


def _no_constant(_name: str) -> float:
    raise SlotsFault("not a number")


def _table(document: dict[str, Any], path: Path) -> SlotTable:
    only(document, {"format", "generation", "label", "mac", "slots", "vault"})
    if document["format"] != FORMAT:
        raise SlotsFault("damaged")
    label, rows = document["label"], document["slots"]
    if not isinstance(label, str) or label != clean_label(label) or not isinstance(rows, list):
        raise SlotsFault("damaged")
    if not 1 <= len(rows) <= _MAX_SLOTS:
        raise SlotsFault("number of slots")
    slots = tuple(_slot(row, path) for row in rows)
    if len({slot.id for slot in slots}) != len(slots) or len({slot.type for slot in slots}) != len(slots):
        raise SlotsFault("doubled slot")
    return SlotTable(
        vault=matching(document["vault"], _VAULT_ID),
        label=label,
        generation=counter(document["generation"]),
        slots=slots,
        mac=octets(document["mac"], 32),
    )


def _slot(row: dict[str, Any], path: Path) -> Slot:
    if row["type"] == RecoverySlot.type:
        return RecoverySlot.read(row)
    if row["type"] != PassphraseSlot.type:
        raise NewerFormat(path, FORMAT + 1, FORMAT)
    only(row, {"generation", "id", "kdf", "nonce", "type", "wrapped"})
    kdf = row["kdf"]
    only(kdf, {"lanes", "memory_kib", "name", "passes", "salt"})
    if kdf["name"] != "argon2id" or any(type(kdf[name]) is not int for name in ("lanes", "memory_kib", "passes")):
        raise SlotsFault("parameters")
    try:
        parameters = KdfParameters(memory_kib=kdf["memory_kib"], passes=kdf["passes"], lanes=kdf["lanes"])
    except ValueError:
        raise SlotsFault("parameters") from None
    return PassphraseSlot(
        id=matching(row["id"], SLOT_ID),
        generation=counter(row["generation"]),
        kdf=parameters,
        salt=octets(kdf["salt"], 32),
        nonce=octets(row["nonce"], 12),
        wrapped=octets(row["wrapped"], KEY_BYTES + 16),
    )


def read_label(folder: Path) -> str:
    """The label in a vault's slots file, from whichever copy can be read; empty where none can."""
    for name in (FIRST, SECOND):
        try:
            return _read(folder / name).label
        except (SlotsFault, NewerFormat):
            continue
    return ""
