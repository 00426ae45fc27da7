"""What a recipient does who has never heard of Segl: stock tools in a folder, nothing of ours on their path."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from store import sshsig
from tests.store.bundle.invented import POLICE, Counsellor
from tests.tools import find

ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"}


def run(*command: str, where: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    tool = find(command[0])
    assert tool is not None
    return subprocess.run(
        [tool, *command[1:]], cwd=where, input=stdin, capture_output=True, env=ENVIRONMENT, timeout=60
    )


def write_identity(folder: Path) -> Path:
    path = folder / "key.txt"
    path.write_bytes(POLICE.encode().reveal() + b"\n")
    path.chmod(0o600)
    return path


def decrypt(sealed: Path, folder: Path) -> subprocess.CompletedProcess[bytes]:
    return run("age", "-d", "-i", str(write_identity(folder)), "-o", str(folder / "bag.tar"), str(sealed), where=folder)


def unpack(sealed: Path, folder: Path) -> Path:
    """`age -d` and `tar x`; the folder that comes out."""
    folder.mkdir(exist_ok=True)
    assert decrypt(sealed, folder).returncode == 0
    assert run("tar", "xf", "bag.tar", where=folder).returncode == 0
    (bag,) = (path for path in folder.iterdir() if path.is_dir())
    return bag


def verify_signature(bag: Path, signer: Counsellor) -> subprocess.CompletedProcess[bytes]:
    """`ssh-keygen -Y verify` with a key known from outside, never with the bag's own list."""
    known = bag.parent / "known.txt"
    known.write_text(f'signer namespaces="segl-bundle" {sshsig.public_key_line(signer.public)}\n')
    return run(
        "ssh-keygen",
        *("-Y", "verify", "-f", str(known), "-I", "signer", "-n", "segl-bundle", "-s", "signature.sshsig"),
        where=bag,
        stdin=(bag / "tagmanifest-sha256.txt").read_bytes(),
    )
