"""Which keys of an allowed_signers file count for bundles (ssh-keygen(1), ALLOWED SIGNERS)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from store import sshsig
from store.bundle.reader_kit import KEY as PAGE
from store.bundle.reader_kit import kit_files
from tests.store.bundle.hostile_makers import FOLDER, SUFFIX
from tests.store.bundle.invented import BIRGIT, MALLORY, export
from tests.tui.cli.support import Segl
from tui.cli.commands.signers import signers_in
from tui.cli.failures import InputNotReadable

KEY = sshsig.public_key_line(BIRGIT.public)
NAMED = f"{export().card.author}, {export().card.office}"


def signers(line: str, folder: Path) -> dict[str, str]:
    path = folder / "signers"
    path.write_text(line + "\n")
    return signers_in(str(path), "--signer")


@pytest.mark.parametrize(
    "line",
    [
        f"birgit {KEY}",
        f'birgit namespaces="segl-bundle" {KEY}',
        f'birgit namespaces="git,segl-bundle" {KEY}',
        f'birgit NAMESPACES="segl-bundle,git" {KEY}',
    ],
)
def test_a_key_for_bundles_counts(line: str, tmp_path: Path) -> None:
    assert signers(line, tmp_path) == {BIRGIT.fingerprint: "birgit"}


@pytest.mark.parametrize(
    "line",
    [
        f'birgit namespaces="git" {KEY}',
        f'birgit namespaces="not-segl-bundle" {KEY}',
        f'birgit namespaces="segl-bundle-of-others" {KEY}',
        f'birgit namespaces="!segl-bundle,*" {KEY}',
        f'birgit namespaces="segl-bundle,!segl-*" {KEY}',
        f"birgit cert-authority {KEY}",
        f'birgit valid-before="20200101" {KEY}',
    ],
)
def test_a_key_for_something_else_does_not(line: str, tmp_path: Path) -> None:
    with pytest.raises(InputNotReadable):
        signers(line, tmp_path)


@pytest.mark.parametrize("line", [f'signer namespaces="segl-bundle" {KEY}', f"signer {KEY}", KEY])
def test_the_name_that_stands_for_nobody_is_none(line: str, tmp_path: Path) -> None:
    """`signer` is what every bundle, every kit and VERIFY write before the key."""
    assert signers(line, tmp_path) == {BIRGIT.fingerprint: ""}


def key_page() -> str:
    return kit_files(export().card)[PAGE].decode("utf-8")


@pytest.mark.parametrize("change", [str, lambda text: "\ufeff" + text.replace("\n", "\r\n")])
def test_the_page_of_a_kit_is_read_with_whose_key_it_is(change: Callable[[str], str], tmp_path: Path) -> None:
    path = tmp_path / PAGE
    path.write_bytes(change(key_page()).encode())
    assert signers_in(str(path), "--signer") == {BIRGIT.fingerprint: NAMED}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(KEY.split()[1], sshsig.public_key_line(MALLORY.public).split()[1]),
        lambda text: text.replace(BIRGIT.fingerprint, MALLORY.fingerprint),
        lambda text: text.replace(KEY, ""),
        lambda text: text.replace(KEY, f"{KEY}\n   {sshsig.public_key_line(MALLORY.public)}"),
        lambda text: text.replace(KEY, KEY[:-4]),
        lambda text: text.partition("\n")[0],
    ],
    ids=["another-key", "another-fingerprint", "no-key", "two-keys", "cut", "title-only"],
)
def test_a_page_that_was_changed_is_refused(change: Callable[[str], str], tmp_path: Path) -> None:
    path = tmp_path / PAGE
    path.write_text(change(key_page()))
    with pytest.raises(InputNotReadable):
        signers_in(str(path), "--signer")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (PAGE, f"Signed by: {NAMED}, a key you know ({BIRGIT.fingerprint})."),
        ("allowed_signers", f"Signed by: a key you know ({BIRGIT.fingerprint})."),
    ],
)
def test_a_bundle_is_opened_with_what_lies_in_the_kit(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(kit_files(export().card)[name])
    sealed, keys = FOLDER / f"good{SUFFIX}", FOLDER / "keys.txt"
    opening = ("open", sealed, "--identity", keys, "--lang", "en")
    segl = Segl(tmp_path / "nobody")
    assert said in segl(*opening, "--signer", tmp_path / name, unlock=False).out
    revoked = segl(*opening, "--signer", tmp_path / name, "--revoked", tmp_path / name, unlock=False, code=4).out
    assert f"a REVOKED key {f'of {NAMED}' if name == PAGE else '('}" in revoked
    assert "signer" not in revoked
