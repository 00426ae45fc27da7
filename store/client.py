"""The one way from a screen to the vault: asynchronous, one owner thread, typed by the methods of Casework.

SQLCipher's connection belongs to the thread that opened it, so one thread owns vault and casework from unlocking to
closing. What was begun there is carried through even where nobody waits for it any more: a cancelled await takes back
no note.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Concatenate, ParamSpec, TypeVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store import attempts
from store.beginning import begin
from store.cases.leaving import Settled
from store.cases.office import check_set_up
from store.cases.recovery import Ground
from store.cases.trust import compared_card
from store.casework import Casework
from store.doctor import Finding, Report, at_unlock, check, repair_projections
from store.home import Home, VaultRef
from store.model import Joining, Office, OfficeSetUp
from store.secret import Secret
from store.slots import KdfParameters
from store.vault import Vault, VaultWarning

if TYPE_CHECKING:
    from store.backup.restored import Restored
    from store.cases.merged import Merged
    from store.database import Connection
    from store.doctor import Progress

P = ParamSpec("P")
R = TypeVar("R")
_Opened = tuple[Vault, Casework, tuple[Finding, ...], tuple[Settled, ...]]


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
        settled: what became of files that were about to leave the house when the work was cut off.
    """

    def __init__(
        self,
        casework: Casework,
        vault: Vault,
        owner: ThreadPoolExecutor,
        alarms: tuple[Finding, ...],
        settled: tuple[Settled, ...],
    ) -> None:
        """Use `create` or `unlock`."""
        self.alarms = alarms
        self.settled = settled
        self.id = vault.id
        self.label = vault.label
        self.warnings: tuple[VaultWarning, ...] = vault.warnings
        self._casework = casework
        self._vault = vault
        self._owner = owner
        self._under_way = 0
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    async def create(
        cls,
        home: Home,
        *,
        label: str,
        passphrase: Secret,
        set_up: OfficeSetUp,
        joining: Joining | None = None,
        kdf: KdfParameters | None = None,
    ) -> VaultClient:
        """Make a vault, set it up and keep it open.

        Args:
            home: where it is made.
            label: whose it is.
            passphrase: opens it from now on.
            set_up: the office and the counsellor; of an office that is joined, the card says its name.
            joining: by which card it joins an office that there is already.
            kdf: what a guess at the passphrase costs; measured unless given.

        Raises:
            What `Vault.create`, `Casework.set_up` and `Casework.join_office` raise.
        """

        def begins(casework: Casework) -> Office:
            if joining is None:
                return casework.set_up(set_up)
            return casework.join_office(set_up, joining.card, compared=joining.compared)

        def open_it() -> _Opened:
            # Before a passphrase is worked on for a second.
            check_set_up(set_up)
            if joining is not None:
                compared_card(joining)
            vault, casework, _office = begin(home, begins, label=label, passphrase=passphrase, kdf=kdf)
            return vault, casework, (), ()

        return await cls._opened(open_it)

    @classmethod
    async def further_workstation(
        cls,
        home: Home,
        card: str,
        *,
        compared: str,
        passphrase: Secret,
        language: str,
        kdf: KdfParameters | None = None,
    ) -> VaultClient:
        """Make the vault of a further workstation of one's own, and keep it open.

        Raises:
            What `Vault.create` and `Casework.join_as_oneself` raise.
        """
        from store import cards

        def open_it() -> _Opened:
            vault, casework, _office = begin(
                home,
                lambda desk: desk.join_as_oneself(card, compared=compared, language=language),
                label=cards.read(card).name,
                passphrase=passphrase,
                kdf=kdf,
            )
            return vault, casework, (), ()

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
                return _looked_at(vault, Casework(vault))
            except BaseException:
                vault.close()
                raise

        return await cls._opened(open_it)

    @classmethod
    async def recover(
        cls, ref: VaultRef, words: Secret, new: Secret, *, kdf: KdfParameters | None = None
    ) -> VaultClient:
        """Open a vault by the words of its recovery and give it a new passphrase; that is on record.

        Raises:
            What `Vault.recover` raises.
        """

        def open_it() -> _Opened:
            vault = Vault.recover(ref, words, new, kdf=kdf)
            try:
                casework = Casework(vault)
                casework.record_recovery_use()
                return _looked_at(vault, casework)
            except BaseException:
                vault.close()
                raise

        return await cls._opened(open_it)

    @classmethod
    async def restore(
        cls,
        home: Home,
        folder: Path,
        opens: Secret,
        new: Secret | None = None,
        *,
        kdf: KdfParameters | None = None,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> tuple[VaultClient, Restored]:
        """Make a vault of a backup and keep it open.

        Args:
            home: where it is to be.
            folder: of the backups.
            opens: the passphrase of the backup, or, where `new` is given, the office's words.
            new: the passphrase of the new vault.
            kdf: what it costs; measured where it is not given.
            progress: called with (done, of how many), from another thread.
            cancelled: asked now and then.

        Raises:
            What `store.backup.restoring.restore` raises.
        """
        from store.backup import restoring

        said: list[Restored] = []

        def open_it() -> _Opened:
            opener = restoring.by_passphrase(opens) if new is None else restoring.by_words(opens)
            vault, done = restoring.restore(
                home, folder, opener, new or opens, kdf=kdf, progress=progress, cancelled=cancelled
            )
            said.append(done)
            return vault, Casework(vault), (), ()

        return await cls._opened(open_it), said[0]

    async def merge(self, ref: VaultRef, passphrase: Secret) -> Merged:
        """Take in what the same person wrote in another vault, which is opened and closed for it.

        Raises:
            VaultClosed: `close` was called before.
            What `Vault.unlock` and `Casework.merge` raise.
        """
        return await self._with_other(ref, passphrase, Casework.merge)

    async def look_at_merge(self, ref: VaultRef, passphrase: Secret) -> Merged:
        """What `merge` would bring; nothing is changed.

        Raises:
            As `merge`.
        """
        return await self._with_other(ref, passphrase, Casework.look_at_merge)

    async def _with_other(
        self, ref: VaultRef, passphrase: Secret, do: Callable[[Casework, Connection, str], Merged]
    ) -> Merged:
        def do_it(casework: Casework) -> Merged:
            with Vault.unlock(ref, passphrase) as other:
                return do(casework, other.connection, other.id)

        return await self.do(do_it)

    async def renew(
        self,
        passphrase: Secret,
        ground: Ground,
        *,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Make a new key of the data; work goes on with the vault under it. A lock waits for it under a cover.

        Args:
            passphrase: the one that counts.
            ground: why; it is on record.
            progress: called with (done, of how many), from another thread.
            cancelled: asked now and then, from another thread.

        Raises:
            VaultClosed: `close` was called before.
            What `Vault.renew_key` raises.
        """

        def renew_it() -> None:
            self._casework.record_openings()
            renewed = self._vault.renew_key(passphrase, progress=progress, cancelled=cancelled)
            self._vault, self._casework = renewed, Casework(renewed)
            self._casework.record_renewal(ground)

        await self._at_length(renew_it)

    @classmethod
    async def _opened(cls, open_it: Callable[[], _Opened]) -> VaultClient:
        owner = ThreadPoolExecutor(1, thread_name_prefix="vault")
        opening = asyncio.wrap_future(owner.submit(open_it))
        try:
            vault, casework, alarms, settled = await asyncio.shield(opening)
        except asyncio.CancelledError:
            # Nobody waits for the vault any more; when it has opened it is closed, so that no lock stays behind.
            opening.add_done_callback(lambda done: _abandon(done, owner))
            raise
        except BaseException:
            owner.shutdown(wait=False)
            raise
        return cls(casework, vault, owner, alarms, settled)

    @staticmethod
    def rest(ref: VaultRef) -> int:
        """Seconds until a passphrase may be tried again after several wrong ones; 0 where one may be now."""
        return attempts.rest(ref.path)

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
        # After it, so that nobody waits for the disk before they see a case.
        self._owner.submit(lambda: self._casework.record_openings())
        return await asyncio.shield(asyncio.wrap_future(working))

    async def aside(self, function: Callable[P, R], /, *arguments: P.args, **keywords: P.kwargs) -> R:
        """Long work that needs no vault (hashing, sealing), in a thread of its own.

        Raises:
            VaultClosed: `close` was called before.
            What the function raises.
        """
        if self._closing is not None:
            raise VaultClosed
        with self.at_work():
            return await asyncio.to_thread(function, *arguments, **keywords)

    async def look_aside(self, function: Callable[P, R], /, *arguments: P.args, **keywords: P.kwargs) -> R:
        """A look at something beside the vault of which nothing is lost when a lock cuts it off, in a thread beside.

        Unlike `aside` it does not count as work that a lock waits for.

        Raises:
            VaultClosed: `close` was called before.
            What the function raises.
        """
        if self._closing is not None:
            raise VaultClosed
        return await asyncio.to_thread(function, *arguments, **keywords)

    async def examine(
        self,
        *,
        repair: bool = False,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Report:
        """Verify everything in the vault; a lock waits for it under a cover, as for a hash.

        Args:
            repair: make the tables that follow from the journal anew first.
            progress: called with (done, of how many), from another thread.
            cancelled: asked now and then, from another thread.

        Raises:
            VaultClosed: `close` was called before.
        """
        look = repair_projections if repair else check

        def examine_it() -> Report:
            self._casework.record_openings()
            return look(self._vault, progress=progress, cancelled=cancelled)

        return await self._at_length(examine_it)

    async def _at_length(self, work: Callable[[], R]) -> R:
        """Long work on the vault's own thread; it counts until it has ended, also where nobody waits for it any more.

        Raises:
            VaultClosed: `close` was called before.
            What the work raises.
        """
        if self._closing is not None:
            raise VaultClosed
        counted = ExitStack()
        counted.enter_context(self.at_work())
        working = asyncio.wrap_future(self._owner.submit(work))
        working.add_done_callback(lambda _done: counted.close())
        return await asyncio.shield(working)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Count as busy meanwhile: a lock waits for it, under a cover.

        For one piece of work that is made of many calls. Never held while a person is asked: the lock would not come.
        """
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    @property
    def busy(self) -> bool:
        """Whether long work is under way that a lock would cut off."""
        return self._under_way > 0

    async def knows(self, passphrase: Secret) -> bool:
        """Whether the passphrase opens this vault; answered while the vault's own thread is at long work, too.

        Raises:
            VaultClosed: `close` was called before.
            TooSoon: several wrong passphrases came before, and the wait is not over.
        """
        if self._closing is not None:
            raise VaultClosed
        return await asyncio.to_thread(self._vault.knows, passphrase)

    async def close(self) -> None:
        """Finish what was begun, write the checkpoint, close the vault. Closing twice waits for the first."""
        if self._closing is None:
            # Looked up on the owner's thread: a new key of the data may just have put another in its place.
            self._closing = asyncio.wrap_future(self._owner.submit(lambda: self._casework.close()))
            self._closing.add_done_callback(lambda _done: self._owner.shutdown(wait=False))
        await asyncio.shield(self._closing)


def _looked_at(vault: Vault, casework: Casework) -> _Opened:
    return vault, casework, at_unlock(vault), casework.settle_leaving()


def _abandon(opening: asyncio.Future[_Opened], owner: ThreadPoolExecutor) -> None:
    if not opening.cancelled() and opening.exception() is None:
        _vault, casework, _alarms, _settled = opening.result()
        owner.submit(casework.close)
    owner.shutdown(wait=False)
