"""Which keys of an allowed_signers file count for bundles (ssh-keygen(1), ALLOWED SIGNERS)."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import sshsig
from tests.store.bundle.invented import BIRGIT
from tui.cli.commands.signers import signers_in
from tui.cli.failures import InputNotReadable

KEY = sshsig.public_key_line(BIRGIT.public)


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
