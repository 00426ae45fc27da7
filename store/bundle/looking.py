"""What it may cost to look at one bundle: one allowance, out of which all that look at a part of it pay.

Each limit alone let a bundle cost twice what one may that is at all of them at once. A unit is about a tenth of a
microsecond of an office PC; what each thing costs was measured, and is part of the format (docs/bundle-format.md,
section 8), since what is sealed must open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from store.bundle import json_strict
from store.bundle.names import CASE_JSON, JOURNAL
from store.bundle.tar import MAX_MATERIAL, Limits

_KIB: Final = 1024
_MIB: Final = 1024 * 1024

PER_KIB: Final = 40
"""Of the sealed file: decrypted twice, hashed."""
PER_KIB_OF_JSON: Final = 160
PER_ENTRY: Final = 2000
"""Its signature and those of its digests; what its texts and values cost comes to it."""
PER_ITEM: Final = 20
"""A bracket, brace or comma of `case.json` or a payload."""
PER_STATEMENT: Final = 30
PER_SIGN: Final = 3
"""A character that is shown as a sign instead of let through."""
PER_STANZA: Final = 1500
"""For each key that is tried on it."""
PER_CARD: Final = 2500


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What somebody is ready to look at.

    Attributes:
        work: units, of all together.
        total: bytes of the tar but for material.
        material: bytes of material.
        files: path -> bytes that the two largest files which are read may have.
        entries: of the journal.
        items: brackets, braces and commas of `case.json` and all payloads.
        statements: that the entries make on the case.
        asked_for: whether a person said that the bundle is meant to be large.
    """

    work: int
    total: int
    material: int
    files: Mapping[str, int]
    entries: int
    items: int
    statements: int
    asked_for: bool = False

    @property
    def limits(self) -> Limits:
        """Those of the tar."""
        return Limits(total=self.total, material=self.material)


USUAL: Final = Bounds(
    work=10_000_000,
    total=100 * _MIB,
    material=100 * _MIB,
    files={CASE_JSON: 4 * _MIB, JOURNAL: 24 * _MIB},
    entries=10_000,
    items=250_000,
    statements=100_000,
)
"""What is opened unasked: at most 2 s and 256 MiB, whoever made it, on a slow office PC too."""
LARGE: Final = Bounds(
    work=1_000_000_000,
    total=1024 * _MIB,
    material=MAX_MATERIAL,
    files={CASE_JSON: 64 * _MIB, JOURNAL: 240 * _MIB},
    entries=100_000,
    items=5_000_000,
    statements=1_000_000,
    asked_for=True,
)
"""What is opened where a person says that it is meant: material of 16 GiB takes minutes, and a case of 100,000 entries
half a minute and 2 GiB."""


class TooMuch(Exception):
    """A bundle beyond the bounds.

    Attributes:
        what: which, technical English, nothing of the content.
        file: the file it is about; may be empty.
    """

    def __init__(self, what: str, *, file: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.file = file


class Looking:
    """What is left of the allowance while one bundle is looked at.

    Args:
        bounds: of all of it.
    """

    def __init__(self, bounds: Bounds = USUAL) -> None:
        self.bounds = bounds
        self.left = bounds.work
        self._items = bounds.items
        self._statements = bounds.statements

    def passes(self, size: int) -> None:
        """So many bytes of a sealed file go by.

        Raises:
            TooMuch: so do all of the methods here.
        """
        self._pay(PER_KIB * size // _KIB)

    def stanzas(self, count: int) -> None:
        """A key is tried on so many stanzas."""
        self._pay(PER_STANZA * count)

    def entries(self, count: int) -> None:
        """So many entries are verified."""
        if count > self.bounds.entries:
            raise TooMuch(f"more than {self.bounds.entries} entries", file=JOURNAL)
        self._pay(PER_ENTRY * count, JOURNAL)

    def reads(self, name: str, size: int) -> None:
        """A file of JSON is taken into memory."""
        if size > self.bounds.files[name]:
            raise TooMuch(f"larger than {self.bounds.files[name]} bytes", file=name)
        self._pay(PER_KIB_OF_JSON * size // _KIB, name)

    def items(self, count: int, *, file: str) -> None:
        """So many items are built."""
        self._items -= count
        if self._items < 0:
            raise TooMuch(f"more than {self.bounds.items} items", file=file)
        self._pay(PER_ITEM * count, file)

    def statements(self, count: int) -> None:
        """An entry makes so many statements."""
        self._statements -= count
        if self._statements < 0:
            raise TooMuch(f"more than {self.bounds.statements} statements", file=JOURNAL)
        self._pay(PER_STATEMENT * count, JOURNAL)

    def signs(self, count: int) -> None:
        """So many characters are shown as signs."""
        self._pay(PER_SIGN * count)

    @property
    def signs_left(self) -> int:
        """How many characters may still be shown as signs."""
        return self.left // PER_SIGN

    def cards(self, count: int) -> None:
        """So many cards are read."""
        self._pay(PER_CARD * count)

    def json(self, name: str, data: bytes) -> Any:
        """Read one document strictly.

        Raises:
            JsonRefused: it is not strict JSON.
        """
        try:
            return json_strict.loads(
                data,
                max_items=min(self._items, self.left // PER_ITEM),
                counted=lambda count: self.items(count, file=name),
            )
        except json_strict.TooManyItems as error:
            raise TooMuch(str(error), file=name) from None

    def _pay(self, units: int, file: str = "") -> None:
        self.left -= units
        if self.left < 0:
            raise TooMuch("all of it together", file=file)
