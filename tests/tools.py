"""Tools that are not Python: a test that needs one says so, and the end of the run says which were missing."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent


def find(name: str) -> str | None:
    """The path of a tool: on PATH, or among the developer's packages of the running Python (bagit.py)."""
    beside = Path(sys.executable).parent / name
    return shutil.which(name) or (str(beside) if beside.exists() else None)


def need(*names: str) -> None:
    """Skip the test, with the tools that are missing as the reason."""
    missing = [name for name in names if find(name) is None]
    if missing:
        pytest.skip(f"not on this machine: {', '.join(missing)}")
