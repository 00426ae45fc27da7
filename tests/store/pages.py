"""The bytes of a SQLCipher 4 file in plain, page by page, free pages too: what a reader with the key can find in it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE: Final = 4096
_RESERVE: Final = 80
_SALT: Final = 16


def plain_pages(path: Path, key: bytes) -> bytes:
    """Every page under the raw key, one after the other; the HMACs are not looked at."""
    raw = path.read_bytes()
    found = []
    for start in range(0, len(raw), PAGE):
        page = raw[start : start + PAGE]
        begin = _SALT if start == 0 else 0
        iv = page[PAGE - _RESERVE : PAGE - _RESERVE + 16]
        decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        found.append(decryptor.update(page[begin : PAGE - _RESERVE]) + decryptor.finalize())
    return b"".join(found)


def wal_pages(path: Path, key: bytes) -> bytes:
    """The same of the log beside it."""
    log = path.with_name(f"{path.name}-wal")
    raw = log.read_bytes() if log.exists() else b""
    found = []
    for start in range(32, len(raw), PAGE + 24):
        page = raw[start + 24 : start + 24 + PAGE]
        if len(page) < PAGE:
            break
        number = int.from_bytes(raw[start : start + 4], "big")
        begin = _SALT if number == 1 else 0
        iv = page[PAGE - _RESERVE : PAGE - _RESERVE + 16]
        decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        found.append(decryptor.update(page[begin : PAGE - _RESERVE]) + decryptor.finalize())
    return b"".join(found)
