"""Sealing and opening under strace: a planted text is in nothing that is written, anywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import ROOT, need

PLANTED = "PLANTED-WORDS-OF-A-NOTE"
WRITES = "write,pwrite64,writev,pwritev,pwritev2,sendfile,splice,copy_file_range,vmsplice,memfd_create,mmap"

SESSION = f"""
import sys
from pathlib import Path
from store.bundle.open import open_bundle
from tests.store.bundle.invented import POLICE, export, sealed
folder = Path(sys.argv[1])
made = sealed(folder, say=lambda text: text + "{PLANTED}")
opened = open_bundle(Path(made.path), [POLICE], trusted={{}})
assert opened.case.title.endswith("{PLANTED}")
if sys.argv[2] == "leak":
    (folder / "leak.html").write_text("<p>{PLANTED}</p>")
"""


@pytest.mark.parametrize("leak", [False, True])
def test_nothing_of_a_bundle_is_written_in_plain(leak: bool, tmp_path: Path) -> None:
    need("strace")
    log = tmp_path / "trace.txt"
    out = tmp_path / "out"
    out.mkdir()
    tracer = ["strace", "-f", "-s", "1000000", "-e", f"trace={WRITES}", "-o", str(log)]
    ran = subprocess.run(
        [*tracer, sys.executable, "-c", SESSION, str(out), "leak" if leak else "clean"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if ran.returncode != 0 and b"ptrace" in ran.stderr:
        pytest.skip("strace may not trace here")
    assert ran.returncode == 0, ran.stderr
    trace = log.read_text(encoding="utf-8", errors="replace")
    assert "age-encryption.org/v1" in trace
    shared = [line for line in trace.splitlines() if "MAP_SHARED" in line and "PROT_WRITE" in line]
    assert not any("MAP_ANONYMOUS" not in line for line in shared)
    assert (PLANTED in trace) is leak
