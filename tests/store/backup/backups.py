"""A vault that is backed up, for tests: real slots at the floor of the costs, and a case in it."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Final

from store.backup.backing_up import Backed, back_up
from store.backup.restored import Restored
from store.backup.restoring import by_passphrase, restore
from store.casework import Casework
from store.exchange.port import Direct
from store.exchange.post import exchange
from store.home import Home, VaultRef
from store.model import OfficeSetUp
from store.vault import Vault
from tests.store.desk import a_case
from tests.store.vaults import FLOOR, PASSPHRASE, copied_vault

ERASED_SINCE: Final = {
    "en": "What was erased after {day} is here again. It goes when a later backup or what a colleague passes on is "
    "taken in; otherwise erase it once more.",
    "da": "Det, der blev slettet efter {day}, er her igen. Det forsvinder, når en senere sikkerhedskopi eller det, "
    "en kollega giver videre, bliver taget ind; ellers slet det igen.",
}
"""What is said after a restore of what was erased since."""


def worked(root: Path) -> tuple[VaultRef, Casework]:
    """An open vault with an office and a case."""
    ref = copied_vault(root)
    desk = Casework(Vault.unlock(ref, PASSPHRASE))
    desk.set_up(OfficeSetUp(office="Nørreskolen", author="Åse Rådgiver"))
    a_case(desk)
    return ref, desk


def reopened(ref: VaultRef) -> Casework:
    """The same vault once more."""
    return Casework(Vault.unlock(ref, PASSPHRASE))


def one_round(desk: Casework, folder: Path) -> None:
    """One round with an exchange folder."""
    asyncio.run(exchange(Direct(desk), folder))


def backed(desk: Casework, folder: Path, *, make: bool = True, **options: object) -> Backed:
    """One backup."""
    if make:
        folder.mkdir(exist_ok=True)
    return asyncio.run(back_up(Direct(desk), folder, **options))  # type: ignore[arg-type]


def restored(root: Path, folder: Path, **options: object) -> tuple[Casework, Restored]:
    """A new home made of a backup."""
    vault, said = restore(Home(root), folder, by_passphrase(PASSPHRASE), PASSPHRASE, kdf=FLOOR, **options)  # type: ignore[arg-type]
    return Casework(vault), said


def copy_of(folder: Path, target: Path) -> Path:
    """The folder as it is now, to go on from twice."""
    shutil.copytree(folder, target)
    return target
