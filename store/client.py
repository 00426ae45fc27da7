"""The one way from a screen to the vault: asynchronous, one owner thread, typed by the methods of Casework.

SQLCipher's connection belongs to the thread that opened it, so one thread owns vault and casework from unlocking to
closing. What was begun there is carried through even where nobody waits for it any more: a cancelled await takes back
no note.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, Concatenate, ParamSpec, TypeVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.cases.office import check_set_up
from store.casework import Casework
from store.doctor import Finding, at_unlock
from store.home import Home, VaultRef
from store.model import OfficeSetUp
from store.secret import Secret
from store.slots import KdfParameters
from store.vault import Vault, VaultWarning

P = ParamSpec("P")
R = TypeVar("R")
_Opened = tuple[Vault, Casework, tuple[Finding, ...]]


class VaultClosed(SeglError):
    """The vault was closed; it has to be unlocked again."""

    code: ClassVar[str] = "vault-closed"
    exit_code: ClassVar[ExitCode] = ExitCode.LOCKED

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The vault is locked."),
            safe=_("What was saved is still there."),
            todo=_("Unlock it and try again."),
        )


class VaultClient:
    """An unlocked vault as screens see it. Every call may be awaited from any task of one loop.

    Attributes:
        id: of the vault.
        label: the counsellor's display name.
        warnings: what opening the slots noticed.
        alarms: what a first look at the journal noticed, e.g. that an old copy was put back; `doctor` looks at all.
    """

    def __init__(
        self, casework: Casework, vault: Vault, owner: ThreadPoolExecutor, alarms: tuple[Finding, ...]
    ) -> None:
        """Use `create` or `unlock`."""
        self.alarms = alarms
        self.id = vault.id
        self.label = vault.label
        self.warnings: tuple[VaultWarning, ...] = vault.warnings
        self._casework = casework
        self._vault = vault
        self._owner = owner
        self._aside = 0
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    async def create(
        cls,
        home: Home,
        *,
        label: str,
        passphrase: Secret,
        set_up: OfficeSetUp,
        kdf: KdfParameters | None = None,
    ) -> VaultClient:
        """Make a vault, set it up and keep it open.

        Raises:
            What `Vault.create` and `Casework.set_up` raise.
        """

        def open_it() -> _Opened:
            # Before the vault is made: one that was not set up would be left behind.
            check_set_up(set_up)
            vault = Vault.create(home, label=label, passphrase=passphrase, kdf=kdf)
            casework = Casework(vault)
            try:
                casework.set_up(set_up)
            except BaseException:
                casework.close()
                raise
            return vault, casework, ()

        return await cls._opened(open_it)

    @classmethod
    async def unlock(cls, ref: VaultRef, passphrase: Secret) -> VaultClient:
        """Unlock a vault.

        Raises:
            What `Vault.unlock` raises.
        """

        def open_it() -> _Opened:
            vault = Vault.unlock(ref, passphrase)
            try:
                return vault, Casework(vault), at_unlock(vault)
            except BaseException:
                vault.close()
                raise

        return await cls._opened(open_it)

    @classmethod
    async def _opened(cls, open_it: Callable[[], _Opened]) -> VaultClient:
        owner = ThreadPoolExecutor(1, thread_name_prefix="vault")
        opening = asyncio.wrap_future(owner.submit(open_it))
        try:
            vault, casework, alarms = await asyncio.shield(opening)
        except asyncio.CancelledError:
            # Nobody waits for the vault any more; when it has opened it is closed, so that no lock stays behind.
            opening.add_done_callback(lambda done: _abandon(done, owner))
            raise
        except BaseException:
            owner.shutdown(wait=False)
            raise
        return cls(casework, vault, owner, alarms)

    async def do(self, method: Callable[Concatenate[Casework, P], R], /, *arguments: P.args, **keywords: P.kwargs) -> R:
        """Call a method of Casework on the owner thread: `await client.do(Casework.add_note, case, text)`.

        A cancelled await does not stop what was begun.

        Raises:
            VaultClosed: `close` was called before.
            What the method raises.
        """
        if self._closing is not None:
            raise VaultClosed
        working = self._owner.submit(lambda: method(self._casework, *arguments, **keywords))
        return await asyncio.shield(asyncio.wrap_future(working))

    async def aside(self, function: Callable[P, R], /, *arguments: P.args, **keywords: P.kwargs) -> R:
        """Long work that needs no vault (hashing, sealing), in a thread of its own.

        Raises:
            VaultClosed: `close` was called before.
            What the function raises.
        """
        if self._closing is not None:
            raise VaultClosed
        self._aside += 1
        try:
            return await asyncio.to_thread(function, *arguments, **keywords)
        finally:
            self._aside -= 1

    @property
    def busy(self) -> bool:
        """Whether long work is under way that a lock would cut off."""
        return self._aside > 0

    async def knows(self, passphrase: Secret) -> bool:
        """Whether the passphrase opens this vault.

        Raises:
            VaultClosed: `close` was called before.
        """
        if self._closing is not None:
            raise VaultClosed
        return await asyncio.shield(asyncio.wrap_future(self._owner.submit(self._vault.knows, passphrase)))

    async def close(self) -> None:
        """Finish what was begun, write the checkpoint, close the vault. Closing twice waits for the first."""
        if self._closing is None:
            self._closing = asyncio.wrap_future(self._owner.submit(self._casework.close))
            self._closing.add_done_callback(lambda _done: self._owner.shutdown(wait=False))
        await asyncio.shield(self._closing)


def _abandon(opening: asyncio.Future[_Opened], owner: ThreadPoolExecutor) -> None:
    if not opening.cancelled() and opening.exception() is None:
        _vault, casework, _alarms = opening.result()
        owner.submit(casework.close)
    owner.shutdown(wait=False)
