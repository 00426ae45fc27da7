"""A vault and its beginning, which are one: there is none without an office."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import TypeVar

from store.casework import Casework
from store.home import Home
from store.secret import Secret
from store.slots import KdfParameters
from store.unfinished import sweep
from store.vault import Vault

R = TypeVar("R")


def begin(
    home: Home,
    begins: Callable[[Casework], R],
    *,
    label: str,
    passphrase: Secret,
    kdf: KdfParameters | None = None,
) -> tuple[Vault, Casework, R]:
    """Make a vault, write its beginning and open it: all of it, or nothing is left behind.

    Until its beginning is written it has no name of a vault: killed anywhere it leaves none, and what it left is swept
    away (`store.unfinished`).

    Args:
        home: where it is made.
        begins: `Casework.set_up`, `Casework.join_office` or `Casework.join_as_oneself`, with what it needs.
        label: whose it is.
        passphrase: opens it from now on.
        kdf: what a guess at the passphrase costs; measured unless given.

    Returns:
        The vault, casework on it, and what `begins` gave.

    Raises:
        What `Vault.create`, `Vault.put_in_place` and `begins` raise.
    """
    sweep(home)
    made = Vault.create(home, label=label, passphrase=passphrase, kdf=kdf, unfinished=True)
    casework = Casework(made)
    try:
        begun = begins(casework)
        casework.close()
        vault = made.put_in_place(home)
    except BaseException:
        casework.close()
        shutil.rmtree(made.path, ignore_errors=True)
        raise
    return vault, Casework(vault), begun
