"""A receipt: what a recipient of a bundle says they have now, signed, with the sender's own checkpoint in it.

The form is in `docs/journal-format.md`, 'Receipts'. What it proves about the sender's vault rests on the sender's own
signature on the checkpoint, not on the recipient's word: nobody can make a vault look put back by forging a receipt.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store import checkpoint, signed_text
from store.checkpoint import CheckpointInvalid, Document
from store.entry import read_time, write_time
from store.files import read_at_most, write_whole
from store.signed_text import SIGNATURE, SignDocument, as_written

NAMESPACE: Final = "segl-receipt"
LARGEST: Final = 64 * 1024

_FORM: Final = re.compile(
    r"(?P<signed>segl-receipt v1\n"
    r"space case (?P<space>[0-9a-f]{32})\n"
    r"manifest (?P<manifest>sha256:[0-9a-f]{64})\n"
    r"(?P<heads>(?:head [0-9a-f]{64}\n){1,512})"
    r"given-at (?P<given_at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n"
    r"(?P<checkpoint>segl-checkpoint v1\n(?:[a-z-]+ [^\n]{1,200}\n){6}))" + SIGNATURE
)


class ReceiptInvalid(SeglError):
    """A text that is no receipt, or one whose signatures do not hold.

    Attributes:
        fault: which rule it breaks, kebab-case.
    """

    code: ClassVar[str] = "receipt-invalid"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("This is no receipt, or it was changed on its way ({fault}).").format(fault=self.fault),
            safe=_("Nothing was changed."),
            todo=_("Ask for the receipt once more: 'segl receipt give' writes it."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt that was read and whose signatures hold; whose they are is for the caller to say.

    Attributes:
        manifest: digest of the tag manifest of the bundle.
        heads: of the case, as the recipient has them now.
        checkpoint: of the sender's vault, as it was when the bundle was made.
        signer: the recipient's device, hex.
        text: the whole document.
    """

    space: str
    manifest: str
    heads: tuple[str, ...]
    given_at: datetime
    checkpoint: Document
    signer: str
    text: str


def write(
    sign: SignDocument, *, space: str, manifest: str, heads: Iterable[str], checkpoint_text: str, at: datetime
) -> str:
    """A receipt, signed."""
    signed = (
        f"segl-receipt v1\nspace case {space}\nmanifest {manifest}\n"
        + "".join(f"head {head}\n" for head in sorted(heads))
        + f"given-at {write_time(at)}\n{checkpoint_text}"
    )
    return signed + sign(signed.encode("ascii"), namespace=NAMESPACE)


def read(text: str) -> Receipt:
    """Read a receipt strictly and check both signatures; line ends as mail writes them are forgiven.

    Raises:
        ReceiptInvalid: it is not written in the one way, or a signature does not hold.
    """
    plain = as_written(text)
    match = signed_text.match(_FORM, plain, largest=LARGEST, refuse=ReceiptInvalid)
    heads = tuple(line.removeprefix("head ") for line in match["heads"].splitlines())
    if any(first >= second for first, second in pairwise(heads)):
        raise ReceiptInvalid("heads")
    try:
        given_at = read_time(match["given_at"])
        document = checkpoint.read(match["checkpoint"])
        signer = signed_text.signer(match, namespace=NAMESPACE, refuse=ReceiptInvalid)
    except CheckpointInvalid:
        raise ReceiptInvalid("checkpoint") from None
    except ValueError:
        raise ReceiptInvalid("time") from None
    return Receipt(
        space=match["space"],
        manifest=match["manifest"],
        heads=heads,
        given_at=given_at,
        checkpoint=document,
        signer=signer,
        text=plain,
    )


def beside(folder: Path) -> tuple[tuple[Path, Receipt | None], ...]:
    """The receipts that lie beside a vault; None where a file can't be read as one."""
    found: list[tuple[Path, Receipt | None]] = []
    for path in sorted(folder.glob("receipt-*.txt")):
        try:
            found.append((path, read(read_at_most(path, LARGEST).decode("utf-8"))))
        except (ReceiptInvalid, UnicodeDecodeError, OSError):
            found.append((path, None))
    return tuple(found)


def keep_beside(folder: Path, receipt: Receipt) -> None:
    """Keep a receipt beside the vault, where it outlives a database that is put back; only the newest stays.

    Raises:
        DiskFull, DiskFailed: what lay there is untouched.
    """
    name = f"receipt-{hashlib.sha256(receipt.text.encode()).hexdigest()[:16]}.txt"
    write_whole(folder / name, receipt.text.encode("utf-8"))
    for path, other in beside(folder):
        later = other is not None and other.checkpoint.counter > receipt.checkpoint.counter
        same_vault = other is not None and other.checkpoint.vault == receipt.checkpoint.vault
        if path.name != name and same_vault and not later and _agrees(other, receipt):
            path.unlink(missing_ok=True)


def _agrees(older: Receipt | None, newer: Receipt) -> bool:
    """An older one says nothing more than the newer one, unless they are of one counter and differ."""
    return older is not None and (
        older.checkpoint.counter < newer.checkpoint.counter or older.checkpoint.root == newer.checkpoint.root
    )
