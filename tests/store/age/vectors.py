"""The public test vectors of the age format, as far as they lie beside the repository."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.tools import ROOT

_FOLDERS: Final = [above / "shared" / "vectors" / "age" for above in (ROOT.parent, ROOT.parent.parent)]
FOLDER: Final = next((folder for folder in _FOLDERS if folder.is_dir()), _FOLDERS[0])
OWN: Final = ROOT / "tests" / "vectors" / "age"
"""Made by `vector_files.py`."""


@dataclass(slots=True, kw_only=True)
class Vector:
    """One vector: what is expected of opening `file` with its identities and passphrases."""

    expect: str = ""
    payload: str | None = None
    identities: list[str] = field(default_factory=list)
    passphrases: list[str] = field(default_factory=list)
    armored: bool = False
    file: bytes = b""

    @classmethod
    def read(cls, path: Path) -> Vector:
        head, _, file = path.read_bytes().partition(b"\n\n")
        vector = cls(file=file)
        for line in head.decode().split("\n"):
            key, _, value = line.partition(": ")
            if key == "expect":
                vector.expect = value
            elif key == "payload":
                vector.payload = value
            elif key == "identity":
                vector.identities.append(value)
            elif key == "passphrase":
                vector.passphrases.append(value)
            elif key == "armored":
                vector.armored = value == "yes"
            elif key == "compressed":
                assert value == "zlib"
                vector.file = zlib.decompress(file)
            else:
                assert key in ("comment", "file key"), key
        return vector


def names() -> list[str]:
    return sorted(path.name for path in FOLDER.iterdir()) if FOLDER.is_dir() else []


def every() -> list[Path]:
    """The public ones, as far as they are there, and our own."""
    return [*(FOLDER / name for name in names()), *sorted(OWN.iterdir())]
