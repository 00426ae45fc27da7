"""Recovery: a slot that the office's words open, who holds what, and the drill in a process of its own."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store import recovery_words, slots, succession, wrapping
from store.age.errors import RecipientInvalid
from store.age.hybrid import HybridIdentity, HybridRecipient
from store.recovery_slot import RecoverySlot, mark
from store.secret import Secret
from store.slots import SlotTable

DRILLED: Final = 0
DRILL_FAILED: Final = 3
_PATIENCE: Final = 60
_ROOT: Final = Path(__file__).parent.parent
_RUN: Final = "import sys; sys.path.append(sys.argv[1]); from store.recovery import main; sys.exit(main(sys.argv[2:]))"


class NoRecovery(SeglError):
    """The vault has no recovery slot."""

    code: ClassVar[str] = "no-recovery"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say so plainly."""
        return Diagnostics(
            happened=_("No recovery was ever made for this vault: only its passphrase opens it."),
            safe=_("Nothing was changed."),
            todo=_(
                "If the passphrase is lost, what is in the vault is lost; nobody can open it, not even whoever made "
                "Segl. If it is not, make a recovery now: 'segl recovery make'."
            ),
        )


class RecoveryOfOther(SeglError):
    """Right words, and not those of the key that this vault's recovery is for.

    Attributes:
        wanted: fingerprint of the key that the vault names.
        typed: fingerprint of the key of the words.
    """

    code: ClassVar[str] = "recovery-of-another"
    exit_code: ClassVar[ExitCode] = ExitCode.LOCKED

    def __init__(self, wanted: str, typed: str) -> None:
        super().__init__(wanted, typed)
        self.wanted = wanted
        self.typed = typed

    def diagnostics(self) -> Diagnostics:
        """Name both keys."""
        return Diagnostics(
            happened=_(
                "The words fit together, but they are another office key: {typed}. This vault's is {wanted}."
            ).format(typed=self.typed, wanted=self.wanted),
            safe=_("Nothing was changed. You can try as often as you like."),
            todo=_("Find the paper on which {wanted} stands.").format(wanted=self.wanted),
        )


class DrillFailed(SeglError):
    """The words are right, and yet the slot did not open in a process of its own."""

    code: ClassVar[str] = "drill-failed"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The words are right, but the recovery did not open in a process of its own."),
            safe=_("Your passphrase still opens the vault."),
            todo=_("Try again; if it fails again, make a new recovery: 'segl recovery make'."),
        )


class OfficeKeyInvalid(SeglError):
    """What was given as the office's public key is none."""

    code: ClassVar[str] = "office-key-invalid"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("That is not an office key."),
            safe=_("Nothing was changed."),
            todo=_("It is one long line that begins with age1pq1; 'segl recovery key' writes it."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """An office key that was just made. The words are shown once and kept nowhere.

    Attributes:
        words: 24 of them.
        digits: the same for a square of dots, 96 digits.
        fingerprint: of the public key.
        public: the public key, raw.
        succession: the public key by which the words can name an administrator, hex.
    """

    words: tuple[str, ...] = field(repr=False)
    digits: str = field(repr=False)
    fingerprint: str
    public: bytes = field(repr=False)
    succession: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Openers:
    """Who can open a vault.

    Attributes:
        vault: its id.
        label: whose passphrase it is.
        memory_mib: what one guess at the passphrase costs, with `passes`.
        office_key: fingerprint of the office key; empty where there is no recovery.
        drilled_at: when the words were last tried; empty: never, so it does not count as done.
        used_at: when the vault was last opened by the words; empty: never.
        uses: every time it was, ascending, as far as it was counted.
        use_unseen: whether that has not been acknowledged yet.
        renewed_at: when the key of the data was last made anew; empty: it is the first.
    """

    vault: str
    label: str
    memory_mib: int
    passes: int
    office_key: str
    drilled_at: str
    used_at: str
    uses: tuple[str, ...]
    use_unseen: bool
    renewed_at: str


def new_key(random_bytes: Callable[[int], bytes] = os.urandom) -> NewKey:
    """A new office key, from the system's randomness unless a test brings its own."""
    seed = Secret(random_bytes(recovery_words.SEED_BYTES))
    public = HybridIdentity(seed.reveal()).recipient.public_key
    return NewKey(
        words=recovery_words.written(seed),
        digits=recovery_words.dotted(seed),
        fingerprint=mark(public),
        public=public,
        succession=succession.public_key(seed),
    )


def public_text(public: bytes) -> str:
    """The public key as it is given to a colleague's vault: one line, `age1pq1...`."""
    return HybridRecipient(public).encode()


def read_public(text: str) -> bytes:
    """As `public_text` wrote it.

    Raises:
        OfficeKeyInvalid: it is something else, or has a slip in it.
    """
    try:
        return HybridRecipient.parse(text.strip()).public_key
    except RecipientInvalid:
        raise OfficeKeyInvalid from None


def seal(table: SlotTable, public: bytes, data_key: Secret) -> RecoverySlot:
    """A recovery slot for a table. That it opens can be known by a drill only: the seed is on paper."""
    slot = RecoverySlot(id=secrets.token_hex(8), generation=table.generation, key=public, wrapped=b"")
    sealed = HybridRecipient(public).seal(data_key.reveal(), info=slot.bound(table.vault))
    return replace(slot, wrapped=sealed)


def unseal(table: SlotTable, seed: Secret) -> Secret | None:
    """The data key of a table; None where its recovery slot was changed, or put in from another vault.

    Raises:
        NoRecovery: the table has no such slot.
        RecoveryOfOther: it is for another office key.
    """
    slot = table.recovery
    if slot is None:
        raise NoRecovery
    identity = HybridIdentity(seed.reveal())
    if identity.recipient.public_key != slot.key:
        raise RecoveryOfOther(slot.fingerprint, mark(identity.recipient.public_key))
    opened = identity.open(slot.wrapped, info=slot.bound(table.vault))
    return None if opened is None else Secret(opened)


def drill(folder: Path, vault: str, typed: Secret) -> None:
    """Open the recovery slot from the file, with the words alone, in a process that knows nothing else.

    Raises:
        RecoveryWordsWrong: a slip in the words.
        NoRecovery, RecoveryOfOther: there is no slot for them.
        DrillFailed: the fresh process could not open it.
    """
    seed = recovery_words.read(typed)
    for table in slots.read_tables(folder, vault).tables[:1]:
        unseal(table, seed)
    command = [sys.executable, "-P", "-c", _RUN, str(_ROOT), os.fspath(folder), vault]
    try:
        done = subprocess.run(command, input=typed.reveal(), capture_output=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        raise DrillFailed from None
    if done.returncode != DRILLED:
        raise DrillFailed


def main(arguments: list[str]) -> int:
    """The fresh process: folder and id as arguments, the words on standard input; 0 where the slot opened."""
    folder, vault = arguments
    try:
        seed = recovery_words.read(Secret(sys.stdin.buffer.read(4096)))
        table = slots.read_tables(Path(folder), vault).tables[0]
        data_key = unseal(table, seed)
    except SeglError:
        return DRILL_FAILED
    return DRILLED if data_key is not None and wrapping.verifies(table, data_key) else DRILL_FAILED
