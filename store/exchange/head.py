"""The head of an envelope: what is signed, in the form of `docs/exchange-format.md`.

It is short, with the digest of the body, so that nothing of a body is looked at before its sender is known. Whose it is
is asked before what it says: whoever knows the recipient can seal an envelope and begin it with anybody's id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store import sshsig
from store.entry import read_time

NAMESPACE: Final = "segl-envelope"
LARGEST_HEAD: Final = 4 * 1024 * 1024
"""Bytes of the head and its signature."""
LARGEST_STRANGERS_HEAD: Final = 32 * 1024
"""Bytes of them, where nobody is known by the id that the head begins with."""
_SIGNATURE_BEGIN: Final = b"-----BEGIN SSH SIGNATURE-----\n"
SIGNATURE_END: Final = b"-----END SSH SIGNATURE-----\n"

Vector = Mapping[str, tuple[str, ...]]
"""Space -> heads."""

_FORM: Final = re.compile(
    rb"segl-envelope v1\n"
    rb"from (?P<sender>[0-9a-f]{32})\n"
    rb"to (?P<recipient>[0-9a-f]{32})\n"
    rb"number (?P<number>[1-9][0-9]{0,14})\n"
    rb"heard (?P<heard>0|[1-9][0-9]{0,14})\n"
    rb"made-at (?P<made_at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n"
    rb"(?P<have>(?:have [0-9a-f]{32} [0-9a-f]{64}\n)*)"
    rb"entries (?P<entries>0|[1-9][0-9]{0,5})\n"
    rb"body sha256:(?P<body>[0-9a-f]{64})\n"
)


_CLAIMED: Final = re.compile(rb"segl-envelope v1\nfrom ([0-9a-f]{32})\n")


class EnvelopeInvalid(SeglError):
    """A sealed text that is no envelope, or was not signed by who it says.

    Attributes:
        fault: which rule it breaks, kebab-case.
    """

    code: ClassVar[str] = "envelope-invalid"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("A file in the folder is sealed for you and is no envelope, or was changed ({fault}).").format(
                fault=self.fault
            ),
            safe=_("Nothing of it was taken in."),
            todo=_("Ask whoever uses the folder with you; nothing of theirs is lost by it."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Whose head it is; what it says was not looked at.

    Attributes:
        sender: author id, as it says.
        device: the key that signed it, hex.
        lines: bytes of the lines that are signed.
        size: bytes of them with the signature; the body begins there.
    """

    sender: str
    device: str
    lines: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What head and envelope have in common, as the signed lines say it.

    Attributes:
        sender: author id, as it says; whose key that is, and whether it counts, is for the vault.
        device: the key that signed it, hex.
        recipient: author id of whom it is for.
        number: of this sender's device, rising.
        heard: the number of the newest envelope of the recipient that the sender had read.
        have: what the sender has of the spaces that the recipient may read.
    """

    sender: str
    device: str
    recipient: str
    number: int
    heard: int
    made_at: datetime
    have: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Head(Said):
    """What is signed of an envelope, its signature verified; nothing of the body was looked at.

    Attributes:
        entries: how many the body has.
        body: SHA-256 of it, hex.
        size: bytes of the head with its signature; the body begins there.
    """

    entries: int
    body: str
    size: int


def claimed_sender(text: bytes) -> str:
    """The author id that an envelope begins with, by nobody's word; empty where it begins otherwise."""
    match = _CLAIMED.match(text)
    return match[1].decode("ascii") if match else ""


def read_signed(text: bytes) -> Signed:
    """Check that the key that a head was signed with signed it: little work, whatever is in the head.

    Args:
        text: an envelope, or its beginning.

    Raises:
        EnvelopeInvalid: it is no envelope, or the signature does not hold.
    """
    end = text.find(SIGNATURE_END, 0, LARGEST_HEAD)
    begin = text.rfind(_SIGNATURE_BEGIN, 0, max(end, 0))
    sender = claimed_sender(text)
    if begin < 0 or not sender:
        raise EnvelopeInvalid("form")
    size = end + len(SIGNATURE_END)
    try:
        device = sshsig.verify(text[begin:size].decode("ascii"), text[:begin], namespace=NAMESPACE).hex()
    except (sshsig.SignatureInvalid, sshsig.SignatureMalformed, UnicodeDecodeError):
        raise EnvelopeInvalid("signature") from None
    return Signed(sender=sender, device=device, lines=begin, size=size)


def read_head(text: bytes) -> Head:
    """Read the head strictly and check that the key that it was signed with signed it.

    Args:
        text: an envelope, or its beginning.

    Raises:
        EnvelopeInvalid: with the first rule it breaks.
    """
    signed = read_signed(text)
    match = _FORM.fullmatch(text, 0, signed.lines)
    if match is None:
        raise EnvelopeInvalid("form")
    try:
        made_at = read_time(match["made_at"].decode("ascii"))
    except ValueError:
        raise EnvelopeInvalid("time") from None
    return Head(
        sender=match["sender"].decode("ascii"),
        device=signed.device,
        recipient=match["recipient"].decode("ascii"),
        number=int(match["number"]),
        heard=int(match["heard"]),
        made_at=made_at,
        have=_vector(match["have"].decode("ascii")),
        entries=int(match["entries"]),
        body=match["body"].decode("ascii"),
        size=signed.size,
    )


def _vector(lines: str) -> dict[str, tuple[str, ...]]:
    pairs = [tuple(line.split(" ")[1:]) for line in lines.splitlines()]
    if pairs != sorted(set(pairs)):
        raise EnvelopeInvalid("have")
    found: dict[str, list[str]] = {}
    for space, head in pairs:
        found.setdefault(space, []).append(head)
    return {space: tuple(heads) for space, heads in found.items()}
