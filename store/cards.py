"""A counsellor's card: a small signed text that is carried to others, who compare its fingerprint another way.

The form is in `docs/journal-format.md`, 'The carried card'. A card says who somebody is by their own word: it proves
that whoever holds the key wrote it, and nothing more. Whether it counts is for `store.authors`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
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
BEGIN: Final = "segl-card v"
"""What a card begins with, whatever its form."""
_BEGINS: Final = re.compile(f"^{BEGIN}[12]\n", re.MULTILINE)
_LINE: Final = 200

_WHO: Final = (
    r"author (?P<author>[0-9a-f]{32})\n"
    r"name (?P<name>[^\n]{1,200})\n"
    r"office (?P<office>[^\n]{1,200})\n"
    r"office-id (?P<office_id>[0-9a-f]{32})\n"
)
_WHEN: Final = r"made-at (?P<made_at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n)" + SIGNATURE
_ONE_READS: Final = re.compile(
    r"(?P<signed>segl-card v1\n" + _WHO + r"(?P<devices>(?:device [0-9a-f]{64}\n){1,16})"
    r"recipient (?P<recipient>age1[0-9a-z]{1,4000})\n" + _WHEN
)
_EACH_READS: Final = re.compile(
    r"(?P<signed>segl-card v2\n"
    + _WHO
    + r"(?P<devices>(?:device [0-9a-f]{64}(?: age1[0-9a-z]{1,4000})?\n){1,16})"
    + _WHEN
)
"""The form of a card by which another than the last device reads."""


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
        recipient: `age1...`, of the last device that reads.
        recipients: device -> recipient, of those that read; of the last one where the card does not say.
        says_whose: whether the card says whose each recipient is.
        signer: the device that signed.
        text: the whole document.
    """

    author: str
    name: str
    office: str
    office_id: str
    devices: tuple[str, ...]
    recipient: str
    recipients: Mapping[str, str]
    says_whose: bool
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
    recipients: Mapping[str, str],
    at: datetime,
) -> str:
    """A card, signed.

    Args:
        sign: signs with one of the devices.
        name: of the person, as the rest.
        office: its name.
        office_id: its space.
        devices: all of them.
        recipients: device -> recipient, of each that reads; at least one.
        at: when it is made.
    """
    one_reads = set(recipients) == {devices[-1]}
    signed = (
        f"segl-card {'v1' if one_reads else 'v2'}\n"
        f"author {author_id(devices[0])}\nname {_one_line(name)}\noffice {_one_line(office)}\noffice-id {office_id}\n"
    )
    if one_reads:
        signed += "".join(f"device {device}\n" for device in devices) + f"recipient {recipients[devices[-1]]}\n"
    else:
        signed += "".join(f"device {device} {recipients.get(device, '')}".rstrip() + "\n" for device in devices)
    signed += f"made-at {write_time(at)}\n"
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
    begins = [match.start() for match in _BEGINS.finditer(plain)]
    if not begins or begins[0] != 0:
        raise CardInvalid("form")
    return tuple(read(plain[start:end]) for start, end in zip(begins, [*begins[1:], len(plain)], strict=True))


@lru_cache(maxsize=512)
def _read(text: str) -> Card:
    says_whose = text.startswith("segl-card v2\n")
    form = _EACH_READS if says_whose else _ONE_READS
    match = signed_text.match(form, text, largest=LARGEST, refuse=CardInvalid)
    lines = [line.split(" ")[1:] for line in match["devices"].splitlines()]
    devices = tuple(device for device, *_recipient in lines)
    recipients = {device: rest[0] for device, *rest in lines if rest}
    if not says_whose:
        recipients = {devices[-1]: match["recipient"]}
    elif not recipients or set(recipients) == {devices[-1]} or len({*recipients.values()}) != len(recipients):
        # The one way to write a card by which the last device reads is the other form.
        raise CardInvalid("recipient")
    if len(set(devices)) != len(devices) or not all(is_key(bytes.fromhex(device)) for device in devices):
        raise CardInvalid("device")
    if match["author"] != author_id(devices[0]):
        raise CardInvalid("author")
    for field in ("name", "office"):
        if match[field] != _one_line(match[field]):
            raise CardInvalid(field)
    try:
        written = {parse_recipient(recipient).encode() for recipient in recipients.values()}
        made_at = read_time(match["made_at"])
        signer = signed_text.signer(match, namespace=NAMESPACE, refuse=CardInvalid)
    except RecipientInvalid:
        raise CardInvalid("recipient") from None
    except ValueError:
        raise CardInvalid("time") from None
    if written != {*recipients.values()}:
        raise CardInvalid("recipient")
    if signer not in devices:
        raise CardInvalid("signer")
    return Card(
        author=match["author"],
        name=match["name"],
        office=match["office"],
        office_id=match["office_id"],
        devices=devices,
        recipient=next(recipients[device] for device in reversed(devices) if device in recipients),
        recipients=recipients,
        says_whose=says_whose,
        made_at=made_at,
        signer=signer,
        text=text,
    )


def _one_line(text: str) -> str:
    """A name as a card writes it: one line without control or direction characters, and without blanks around it."""
    shown = "".join(character for character in text if unicodedata.category(character) not in _UNSEEN)
    return " ".join(unicodedata.normalize("NFC", shown).split())[:_LINE].strip() or "?"


_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
