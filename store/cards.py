"""A counsellor's card: a small signed text that is carried to others, who compare its fingerprint another way.

The form is in `docs/journal-format.md`, 'The carried card'. A card says who somebody is by their own word: it proves
that whoever holds the key wrote it, and nothing more. Whether it counts is for `store.authors`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store import signed_text, sshsig
from store.age.errors import RecipientInvalid
from store.age.keys import parse_recipient
from store.ed25519 import is_key
from store.entry import read_time, write_time
from store.files import read_at_most
from store.signed_text import SIGNATURE, SignDocument, as_written

NAMESPACE: Final = "segl-card"
LARGEST: Final = 8192
"""Characters of a card."""
_LARGEST_FILE: Final = 64 * 1024
"""Bytes of a file with several."""
BEGIN: Final = "segl-card v1\n"
_LINE: Final = 200

_FORM: Final = re.compile(
    r"(?P<signed>segl-card v1\n"
    r"author (?P<author>[0-9a-f]{32})\n"
    r"name (?P<name>[^\n]{1,200})\n"
    r"office (?P<office>[^\n]{1,200})\n"
    r"office-id (?P<office_id>[0-9a-f]{32})\n"
    r"(?P<devices>(?:device [0-9a-f]{64}\n){1,16})"
    r"recipient (?P<recipient>age1[0-9a-z]{1,4000})\n"
    r"made-at (?P<made_at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n)" + SIGNATURE
)


class CardInvalid(SeglError):
    """A text that is no card, or one whose signature is not by its author.

    Attributes:
        fault: which rule it breaks, kebab-case.
    """

    code: ClassVar[str] = "card-invalid"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("This is no card, or it was changed on its way ({fault}).").format(fault=self.fault),
            safe=_("Nothing was changed, and nobody is known by it."),
            todo=_("Ask for the card once more: 'segl keys card' writes it. Copy it whole, from 'segl-card' to 'END'."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What somebody says of themselves, signed by their first key.

    Attributes:
        author: 32 hex digits, made of the first device.
        office_id: the office space of the vault that wrote it; a claim until an administrator certifies.
        devices: signing keys, hex; the first is the one that the author's id is made of.
        recipient: `age1...`.
        signer: the device that signed.
        text: the whole document.
    """

    author: str
    name: str
    office: str
    office_id: str
    devices: tuple[str, ...]
    recipient: str
    made_at: datetime
    signer: str
    text: str

    @property
    def fingerprint(self) -> str:
        """`SHA256:...` of the first key, which is what is compared."""
        return sshsig.fingerprint(bytes.fromhex(self.devices[0]))


def author_id(first_device: str) -> str:
    """The id of an author: the beginning of a digest over the first signing key, so that nobody can take another's."""
    return hashlib.sha256(b"segl-author v1\n" + first_device.encode("ascii") + b"\n").hexdigest()[:32]


def write(
    sign: SignDocument,
    *,
    name: str,
    office: str,
    office_id: str,
    devices: tuple[str, ...],
    recipient: str,
    at: datetime,
) -> str:
    """A card, signed; `sign` signs with one of the devices."""
    signed = (
        f"{BEGIN}author {author_id(devices[0])}\nname {_one_line(name)}\noffice {_one_line(office)}\n"
        f"office-id {office_id}\n"
        + "".join(f"device {device}\n" for device in devices)
        + f"recipient {recipient}\nmade-at {write_time(at)}\n"
    )
    return signed + sign(signed.encode("utf-8"), namespace=NAMESPACE)


def read(text: str) -> Card:
    """Read a card strictly and check that one of the keys it lists signed it.

    Line ends as mail programs write them, and blank lines around it, are forgiven: nothing else is.

    Raises:
        CardInvalid: where it is not written in the one way, or not signed by one of its keys.
    """
    return _read(as_written(text))


def read_file(path: Path) -> Card:
    """The one card of a file.

    Raises:
        CardInvalid: it is none, or the file can't be read.
    """
    return read(_text_of(path, 4 * LARGEST + 1))


def read_all_of_file(path: Path) -> tuple[Card, ...]:
    """The cards of a file, one after the other.

    Raises:
        CardInvalid: the file can't be read, one of them is none, or there is none at all.
    """
    return read_all(_text_of(path, _LARGEST_FILE))


def _text_of(path: Path, limit: int) -> str:
    try:
        return read_at_most(path, limit).decode("utf-8")
    except (OSError, ValueError):
        # A name that can't be one is a ValueError, as is what is no text.
        raise CardInvalid("not-readable") from None


def read_all(text: str) -> tuple[Card, ...]:
    """Read several cards, one after the other.

    Raises:
        CardInvalid: one of them is none, or there is none at all.
    """
    plain = as_written(text)
    begins = [match.start() for match in re.finditer(f"^{BEGIN}", plain, re.MULTILINE)]
    if not begins or begins[0] != 0:
        raise CardInvalid("form")
    return tuple(read(plain[start:end]) for start, end in zip(begins, [*begins[1:], len(plain)], strict=True))


@lru_cache(maxsize=512)
def _read(text: str) -> Card:
    match = signed_text.match(_FORM, text, largest=LARGEST, refuse=CardInvalid)
    devices = tuple(line.removeprefix("device ") for line in match["devices"].splitlines())
    if len(set(devices)) != len(devices) or not all(is_key(bytes.fromhex(device)) for device in devices):
        raise CardInvalid("device")
    if match["author"] != author_id(devices[0]):
        raise CardInvalid("author")
    for field in ("name", "office"):
        if match[field] != _one_line(match[field]):
            raise CardInvalid(field)
    try:
        recipient = parse_recipient(match["recipient"]).encode()
        made_at = read_time(match["made_at"])
        signer = signed_text.signer(match, namespace=NAMESPACE, refuse=CardInvalid)
    except RecipientInvalid:
        raise CardInvalid("recipient") from None
    except ValueError:
        raise CardInvalid("time") from None
    if recipient != match["recipient"]:
        raise CardInvalid("recipient")
    if signer not in devices:
        raise CardInvalid("signer")
    return Card(
        author=match["author"],
        name=match["name"],
        office=match["office"],
        office_id=match["office_id"],
        devices=devices,
        recipient=recipient,
        made_at=made_at,
        signer=signer,
        text=text,
    )


def _one_line(text: str) -> str:
    """A name as a card writes it: one line without control or direction characters, and without blanks around it."""
    shown = "".join(character for character in text if unicodedata.category(character) not in _UNSEEN)
    return " ".join(unicodedata.normalize("NFC", shown).split())[:_LINE].strip() or "?"


_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
