"""Casework on the vault itself: who can open it, its recovery, a new key of the data. Each is on record."""

from __future__ import annotations

from typing import Literal

from store import recovery
from store.cases.desk import Desk
from store.entry import Payload, SpaceKind
from store.recovery import NewKey, Openers
from store.secret import Secret
from store.vault import Vault

Ground = Literal["compromise", "leaver", "precaution"]


class RecoveryDesk(Desk):
    """The part of casework that needs the vault and not only what is in it."""

    @property
    def vault(self) -> Vault:
        """The vault this works on."""
        if not isinstance(self._vault, Vault):
            raise TypeError("this needs a vault, and not only its database")
        return self._vault

    def openers(self) -> Openers:
        """Who can open this vault."""
        return self.vault.openers()

    def make_recovery(self) -> NewKey:
        """Make an office key and a slot for it. Its words are in what is given back, and nowhere else."""
        key = recovery.new_key()
        self._make(key.public, key.succession)
        return key

    def take_office_key(self, text: str) -> Openers:
        """Make a slot for the office key that another vault of the office made.

        Raises:
            OfficeKeyInvalid: it is none.
        """
        self._make(recovery.read_public(text))
        return self.openers()

    def _make(self, public: bytes, succession: str = "") -> None:
        self.vault.make_recovery(public)
        # Of an office key that another vault made, only its public half is known here.
        named = {"succession": succession} if succession else {}
        self._record("office.recovery-made", {"key": self.openers().office_key, **named})

    def drill_recovery(self, words: Secret) -> Openers:
        """Open the slot by its words in a process of its own; then recovery counts as done.

        Raises:
            What `Vault.drill_recovery` raises.
        """
        self.vault.drill_recovery(words, at=self._clock())
        self._record("office.recovery-drilled", {"key": self.openers().office_key})
        return self.openers()

    def record_recovery_use(self) -> None:
        """Write down that the vault was just opened by the words."""
        self._record("office.recovery-used", {"key": self.openers().office_key})

    def see_recovery_use(self) -> Openers:
        """The owner knows of it."""
        self.vault.see_recovery_use()
        return self.openers()

    def want_recovery(self) -> None:
        """Remind at each unlocking until there is a recovery."""
        self.vault.want_recovery()

    def record_renewal(self, ground: Ground) -> None:
        """Write down why the key of the data was made anew; called on the vault that was given back."""
        self._record("office.key-renewed", {"ground": ground})

    def _record(self, kind: str, said: Payload) -> None:
        with self._writing():
            self._append(SpaceKind.OFFICE, self._office_space, kind, {"vault": self._vault.id, **said})
