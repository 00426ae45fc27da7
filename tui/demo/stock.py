"""Checking a sealed bundle with the tools that anybody has: none of ours, and nothing of ours on their path."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from guidance.language import _

TOOLS: Final = ("age", "tar", "sha256sum", "bagit.py", "ssh-keygen", "hashdeep")
_SIGNER: Final = "sender"
_NAMESPACE: Final = "segl-bundle"
_TIMEOUT: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What one tool said.

    Attributes:
        tool: its name.
        found: where it is; empty where it is not on this machine.
        what: what it was to check, in the current language.
        passed: None where it was not run.
        said: the last line of what it said, or the first where it said no.
    """

    tool: str
    what: str
    found: str = ""
    passed: bool | None = None
    said: str = ""


def find(tool: str) -> str:
    """Where a tool is: on PATH, or beside the running Python (bagit.py is a Python package); empty if nowhere."""
    beside = Path(sys.executable).parent / tool
    return shutil.which(tool) or (str(beside) if beside.is_file() else "")


def check_bundle(sealed: Path, identity: Path, signer: str, into: Path, originals: Sequence[Path]) -> tuple[Check, ...]:
    """Open and check a bundle.

    Args:
        sealed: the sealed file.
        identity: an age identity file that opens it.
        signer: the sender's public key line, as `segl keys show` prints it.
        into: an empty folder for what comes out.
        originals: the files whose digests are in it.
    """
    checks = [_opened(sealed, identity, into), *_unpacked(into)]
    if not all(check.passed for check in checks):
        return tuple(checks)
    bag = next(path for path in into.iterdir() if path.is_dir())
    (into / "known.txt").write_text(f'{_SIGNER} namespaces="{_NAMESPACE}" {signer}\n', encoding="utf-8")
    lists = ["tagmanifest-sha256.txt", "manifest-sha256.txt"]
    verify = ["-Y", "verify", "-f", str(into / "known.txt"), "-I", _SIGNER, "-n", _NAMESPACE, "-s", "signature.sshsig"]
    checks += [
        _run("sha256sum", _("every file is as it was sealed"), ["-c", *lists], cwd=bag),
        _run("bagit.py", _("the folder is a whole bag"), ["--validate", "."], cwd=bag),
        _run(
            "ssh-keygen",
            _("signed by the key that 'segl keys show' printed"),
            verify,
            cwd=bag,
            stdin=bag / "tagmanifest-sha256.txt",
        ),
    ]
    return (*checks, *_evidence(bag / "data", into, originals))


def _opened(sealed: Path, identity: Path, into: Path) -> Check:
    target = str(into / "bundle.tar")
    return _run("age", _("the key opens it"), ["-d", "-i", str(identity), "-o", target, str(sealed)], cwd=into)


def _unpacked(into: Path) -> list[Check]:
    if not (into / "bundle.tar").is_file():
        return [Check(tool="tar", what=_("it unpacks"), found=find("tar"))]
    check = _run("tar", _("it unpacks"), ["-x", "-f", "bundle.tar"], cwd=into)
    (into / "bundle.tar").unlink()
    return [check]


def _evidence(data: Path, into: Path, originals: Sequence[Path]) -> list[Check]:
    """The digests, held against the originals: links of their names in one folder, as the originals lie in several."""
    what = _("the evidence is the same files")
    if len({path.name for path in originals}) < len(originals):
        # The lists hold names without folders: two files of one name can't lie side by side.
        return [Check(tool=tool, what=what, found=find(tool)) for tool in ("sha256sum", "hashdeep")]
    beside = into / "originals"
    beside.mkdir()
    for path in originals:
        (beside / path.name).symlink_to(path.absolute())
    names = sorted(os.fsencode(path.name) for path in beside.iterdir())
    digests = str((data / "evidence.sha256").absolute())
    known = str((data / "evidence.hashdeep").absolute())
    checks = [
        _run("sha256sum", what, ["-c", digests], cwd=beside),
        _run("hashdeep", what, ["-b", "-a", "-k", known, *names], cwd=beside),
    ]
    for path in beside.iterdir():
        path.unlink()
    beside.rmdir()
    return checks


def _run(tool: str, what: str, arguments: Sequence[str | bytes], *, cwd: Path, stdin: Path | None = None) -> Check:
    found = find(tool)
    if not found:
        return Check(tool=tool, what=what)
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(cwd)}
    try:
        with (stdin or Path(os.devnull)).open("rb") as source:
            done = subprocess.run(
                [found, *arguments],
                cwd=cwd,
                env=environment,
                stdin=source,
                capture_output=True,
                timeout=_TIMEOUT,
                check=False,
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check(tool=tool, what=what, found=found, passed=False, said=type(error).__name__)
    said = (done.stdout + done.stderr).decode("utf-8", "replace").strip().splitlines() or [""]
    passed = done.returncode == 0
    return Check(tool=tool, what=what, found=found, passed=passed, said=said[-1 if passed else 0])
