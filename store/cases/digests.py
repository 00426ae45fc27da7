"""A digest as a person types it or gives it in a document, and as casework keeps it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from store.cases.errors import DigestNotHeard
from store.evidence.dictation import Algorithm, hear

KEPT: Final = re.compile(r"(?:sha256|blake3):[0-9a-f]{64}")


def read_digest(text: str, *, plain: Algorithm = "sha256") -> str:
    """A digest as it is kept, `sha256:<hex>` or `blake3:<hex>`: from 64 digits, or from groups with check characters.

    Args:
        text: blanks, dashes and upper case are read as a person types them.
        plain: the algorithm of 64 digits that do not say theirs.

    Raises:
        DigestNotHeard: it is neither, or a check character says no.
    """
    # What comes from the register need not be understood: there may be a hundred thousand of them.
    if KEPT.fullmatch(text):
        return text
    heard = hear(text)
    if not heard.hex:
        raise DigestNotHeard(heard)
    return replace(heard, algorithm=heard.algorithm or plain).digest
