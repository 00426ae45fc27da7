"""What cards and receipts have in common: lines in one order with an armored SSHSIG over them, carried by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Protocol

from store import sshsig

SIGNATURE: Final = r"(?P<signature>-----BEGIN SSH SIGNATURE-----\n[A-Za-z0-9+/=\n]+-----END SSH SIGNATURE-----\n)"
"""The end of a form; what is signed is its group `signed`."""

Refuse = Callable[[str], Exception]
"""Makes the failure of a document from the rule that it breaks, kebab-case."""


class SignDocument(Protocol):
    """What signs a document by the key of this installation."""

    def __call__(self, message: bytes, *, namespace: str) -> str:
        """An armored SSHSIG."""


def as_written(text: str) -> str:
    """The text as it was written: line ends as mail makes them, and blank lines around it, are forgiven."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").strip() + "\n"


def match(form: re.Pattern[str], text: str, *, largest: int, refuse: Refuse) -> re.Match[str]:
    """The parts of a document that is written in the one way; `refuse("form")` is raised otherwise."""
    found = form.fullmatch(text) if len(text) <= largest else None
    if found is None:
        raise refuse("form")
    return found


def signer(found: re.Match[str], *, namespace: str, refuse: Refuse) -> str:
    """The device that signed it, hex; `refuse("signature")` is raised where the signature does not hold."""
    try:
        return sshsig.verify(found["signature"], found["signed"].encode("utf-8"), namespace=namespace).hex()
    except (sshsig.SignatureInvalid, sshsig.SignatureMalformed):
        raise refuse("signature") from None
