"""The reader's kit: all of it or nothing, nothing of a case in it, and its pages are true for the tools they name."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import subprocess
from pathlib import Path

import pytest

from store import spoken
from store.bundle.errors import AlreadyThere, SealDiskFailed, SealDiskFull
from store.bundle.reader_kit import CHECKER, KEY, SUMS, SYSTEMS, KitPlace, kit_files, write_reader_kit
from store.bundle.seal import SealOrder, seal
from store.model import Purpose
from tests.store.bundle.invented import BIRGIT, POLICE_RECIPIENT, evidence_of, export
from tests.store.bundle.stock import ENVIRONMENT, write_identity
from tests.tools import find, need

NAMES = {"da": ("SAG", "VAERKTOEJ"), "en": ("CASE", "KIT")}


def test_it_is_the_same_for_the_same_key_and_its_sums_hold(tmp_path: Path) -> None:
    need("sha256sum")
    made = write_reader_kit(export().card, tmp_path / "kit")
    there = {path.name: path.read_bytes() for path in (tmp_path / "kit").iterdir()}
    assert there == kit_files(export().card)
    assert tuple(sorted(there)) == made.files
    assert made.digest == f"sha256:{hashlib.sha256(there[SUMS]).hexdigest()}"
    pages = {f"{page}.{language}.txt" for page in ("READ-ME", *SYSTEMS) for language in NAMES}
    assert set(there) == pages | {SUMS, KEY, CHECKER, "allowed_signers"}
    checked = subprocess.run(
        [find("sha256sum") or "", "--strict", "-c", SUMS], cwd=tmp_path / "kit", capture_output=True
    )
    assert checked.returncode == 0
    assert checked.stdout.count(b": OK") == len(there) - 1
    assert not [path for path in tmp_path.iterdir() if path.name != "kit"]


def test_the_key_and_its_digits_are_in_it() -> None:
    card = export().card
    files = kit_files(card)
    text = files[KEY].decode("utf-8")
    assert all(part in text for part in (card.fingerprint, spoken.digits(card.fingerprint), card.author, card.office))
    assert card.signing_key.split()[1].encode() in files["allowed_signers"]
    assert all(not re.search(rb"\{\{|\}\}|\{[a-z_]+\}", data) for name, data in files.items() if name != CHECKER)


def test_all_that_is_of_this_vault_in_it_is_what_the_card_says() -> None:
    """Two vaults give kits that differ in what stands on their cards and in nothing else: no case has a way in."""
    from dataclasses import replace

    one = export().card
    other = replace(one, author="Somebody Else", office="Elsewhere", recipient="age1zzz")
    first, second = kit_files(one), kit_files(other)
    assert {name for name in first if first[name] != second[name]} == {"READ-ME.da.txt", "READ-ME.en.txt", KEY, SUMS}
    assert not any(one.recipient.encode() in data for data in first.values())


def test_hostile_names_cannot_steer_a_terminal() -> None:
    from dataclasses import replace

    card = replace(export().card, author="A\x1b]52;c;x\x07\nB", office="{fingerprint}\u202e")
    for name, data in kit_files(card).items():
        assert b"\x1b" not in data, name
        assert "\u202e" not in data.decode("utf-8"), name


def test_what_is_there_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "kit").mkdir()
    with pytest.raises(AlreadyThere):
        write_reader_kit(export().card, tmp_path / "kit")
    assert not list((tmp_path / "kit").iterdir())
    with pytest.raises(KitPlace) as refused:
        write_reader_kit(export().card, tmp_path / "nowhere" / "kit")
    assert "nowhere" in refused.value.diagnostics().happened


@pytest.mark.parametrize(("number", "error"), [(errno.ENOSPC, SealDiskFull), (errno.EIO, SealDiskFailed)])
def test_all_of_it_or_nothing(
    number: int, error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [3]

    def failing(_handle: int) -> None:
        left[0] -= 1
        if not left[0]:
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr("store.bundle.reader_kit.os.fsync", failing)
    with pytest.raises(error):
        write_reader_kit(export().card, tmp_path / "kit")
    assert not list(tmp_path.iterdir())


def indented(page: str) -> list[str]:
    """The lines of a page that are commands."""
    return [line.strip() for line in page.splitlines() if line.startswith("   ") and line.strip()]


def commands(page: str, *begin: str) -> list[str]:
    """Those of them that begin so."""
    return [line for line in indented(page) if line.startswith(begin)]


def bash(command: str, where: Path) -> subprocess.CompletedProcess[bytes]:
    tool = find("bash")
    assert tool is not None
    return subprocess.run(
        [tool, "-o", "pipefail", "-c", command], cwd=where, capture_output=True, env=ENVIRONMENT, timeout=60
    )


def given(tmp_path: Path, case: str, kit: str) -> Path:
    """A desk with a sealed case, a key, the originals and a kit."""
    desk = tmp_path / "desk"
    (desk / "originals").mkdir(parents=True)
    pieces = []
    for number, content in enumerate((b"a picture", b"another"), start=1):
        (desk / "originals" / f"{number}.jpg").write_bytes(content)
        pieces.append(evidence_of(content, number, f"{number}.jpg".encode()))
    order = SealOrder(purpose=Purpose.POLICE, out=desk / f"{case}.segl.age", recipients=(POLICE_RECIPIENT,))
    seal(export(pieces=tuple(pieces)), order, BIRGIT.sign)
    write_reader_kit(export().card, desk / kit)
    write_identity(desk)
    return desk


@pytest.mark.parametrize("language", list(NAMES))
@pytest.mark.parametrize("system", ["linux", "macos"])
def test_every_command_of_a_page_does_what_it_says(system: str, language: str, tmp_path: Path) -> None:
    need("bash", "age", "tar", "sha256sum", "shasum", "ssh-keygen", "hashdeep", "python3")
    case, kit = NAMES[language]
    desk = given(tmp_path, case, kit)
    page = (desk / kit / f"{system}.{language}.txt").read_text(encoding="utf-8")
    steps = dict(zip("0123456", re.split(r"^[1-6]\. ", page, flags=re.MULTILINE), strict=True))
    summing = "sha256sum" if system == "linux" else "shasum"
    done = 0

    def run(step: str, where: Path, *begin: str) -> bytes:
        nonlocal done
        found = commands(steps[step], *begin)
        assert found, (step, begin)
        said = b""
        for command in found:
            result = bash(command, where)
            assert result.returncode == 0, (command, result)
            said += result.stdout
            done += 1
        return said

    run("2", desk / kit, summing)
    digest = run("3", desk, summing).split()[0].decode()
    assert digest in (desk / f"{case}.open-me.{language}.txt").read_text(encoding="utf-8")
    run("4", desk, "age -d")
    assert (desk / case / "data" / "report.html").exists()
    assert not (desk / f"{case}.tar").exists()
    assert run("5", desk, "python3", "age -d").count(b"[ OK ]") == 6
    assert b'Good "segl-bundle" signature for signer' in run("5", desk / case, summing, "ssh-keygen")
    (extra,) = commands(steps["5"], "find")
    assert bash(extra, desk / case).stdout == b""
    (desk / case / "data" / "report2.html").write_bytes(b"planted")
    assert bash(extra, desk / case).stdout == b"data/report2.html\n"
    run("6", desk / "originals", summing, "hashdeep")
    every = [
        line
        for number in "23456"
        for line in commands(steps[number], summing, "age -d", "python3", "ssh-keygen", "hashdeep")
    ]
    assert done == len(every)
    # The control: the same commands on a case that was changed.
    report = desk / case / "data" / "report.html"
    report.write_bytes(report.read_bytes()[:-1] + b" ")
    for command, where in ((f"python3 {kit}/{CHECKER} {case}", desk), (commands(steps["5"], summing)[0], desk / case)):
        assert bash(command, where).returncode != 0
    (desk / "originals" / "1.jpg").write_bytes(b"changed")
    for command in commands(steps["6"], summing, "hashdeep"):
        assert bash(command, desk / "originals").returncode != 0


def test_the_pages_say_the_same_in_both_languages() -> None:
    """Every command of one is in the other, with the names of that language."""
    files = kit_files(export().card)
    for system in SYSTEMS:
        shown = {}
        for language, (case, kit) in NAMES.items():
            page = files[f"{system}.{language}.txt"].decode("utf-8")
            text = page.replace(kit, "KIT").replace(case, "CASE")
            tools = (
                *("age -d", "python", "ssh-keygen -Y", "sha256sum", "shasum", "(cmd)", "certutil", "hashdeep -b"),
                *("find .", "$listed"),
            )
            shown[language] = [line for line in commands(text, *tools) if "3.8" not in line]
        danish = [line.replace(".da.", ".en.") for line in shown["da"]]
        assert danish == shown["en"]
        assert len(danish) >= 5
