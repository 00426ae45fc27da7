"""What a command works with: its options, its sources, its output, and the vault, unlocked when first needed."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.language import _, set_language
from tui.cli.answer import Output
from tui.cli.sources import Sources
from tui.cli.terminal import yes, yes_or_no

if TYPE_CHECKING:
    from store.cases.openings import PurposeNeeded
    from store.casework import Casework
    from store.cpr import CprField, CprNoticed, Leaving
    from store.home import Home
    from store.secret import Secret
    from store.vault import Vault


class Session:
    """One command, or one shell with all its commands.

    Attributes:
        home_option: `--home`, None where it is not given.
        vault_option: `--vault`.
        passphrase_descriptor: `--vault-passphrase-fd`.
        purpose_descriptor: `--purpose-fd`: what a case that is not one's own is opened for.
        cpr_allowed: `--allow-cpr`: civil registration numbers must be where they stand (CM-2b).
        language_chosen: whether `--lang` was given; else the office's language is spoken once the vault is open.
    """

    def __init__(self, options: argparse.Namespace, sources: Sources, output: Output) -> None:
        self.sources = sources
        self.output = output
        self.home_option: str | None = getattr(options, "home", None)
        self.vault_option: str | None = getattr(options, "vault", None)
        self.passphrase_descriptor: int | None = getattr(options, "vault_passphrase_fd", None)
        self.language_chosen = getattr(options, "lang", None) is not None
        self.cpr_allowed: bool = getattr(options, "allow_cpr", False)
        self.purpose_descriptor: int | None = getattr(options, "purpose_fd", None)
        self._purpose = ""
        self._vault: Vault | None = None
        self._casework: Casework | None = None

    def home(self) -> Home:
        """The home: `--home`, `SEGL_HOME`, or the usual place."""
        from store.home import resolve

        return resolve(Path(self.home_option) if self.home_option else None)

    def casework(self) -> Casework:
        """The vault's casework; unlocks it when it is first asked for."""
        if self._casework is None:
            from store.casework import Casework

            self._casework = Casework(self.vault())
            self._casework.cpr_answer = self.answer_cpr
            self._casework.purpose_answer = self.answer_purpose
            if not self.language_chosen:
                set_language(self._casework.office().language)
            self.output.complain([one.words() for one in self._casework.settle_leaving()])
        return self._casework

    def opens_unasked(self) -> bool:
        """Whether the vault is open, or its passphrase was given: then a command that can do without it may use it."""
        return self._vault is not None or self.passphrase_descriptor is not None

    def vault(self) -> Vault:
        """The unlocked vault."""
        if self._vault is None:
            self.home().vault(self.vault_option)
            return self.vault_with(
                self.sources.secret(self.passphrase_descriptor, "--vault-passphrase-fd", _("The vault's passphrase:"))
            )
        return self._vault

    def vault_with(self, passphrase: Secret) -> Vault:
        """The vault, unlocked with this passphrase where it is not unlocked yet."""
        if self._vault is None:
            from store.vault import Vault

            self._vault = Vault.unlock(self.home().vault(self.vault_option), passphrase)
            from store.doctor import at_unlock

            self.output.complain([warning.words() for warning in self._vault.warnings])
            self.output.complain([finding.words() for finding in at_unlock(self._vault)])
        return self._vault

    def adopt(self, vault: Vault, casework: Casework) -> None:
        """Take over a vault that a command has just made."""
        self._vault = vault
        self._casework = casework
        casework.cpr_answer = self.answer_cpr
        casework.purpose_answer = self.answer_purpose

    def answer_cpr(self, noticed: CprNoticed) -> bool:
        """Whether a civil registration number must be there: `--allow-cpr`, else a person is asked, else no."""
        if self.cpr_allowed:
            return True
        if not self.sources.can_ask():
            return False
        for line in noticed.diagnostics().happened.split("\n"):
            self.sources.say(line)
        return yes(self.sources.ask(_("Must it be there? {hint}").format(hint=yes_or_no())))

    def settle_cpr(self, fields: Iterable[CprField], *, leaving: Leaving | None = None) -> None:
        """Ask once for a whole command.

        Raises:
            CprNoticed: a number stands in one of the fields, and need not be there.
        """
        if found := tuple(fields):
            from store.cpr import CprNoticed

            noticed = CprNoticed(found, leaving=leaving)
            if not self.answer_cpr(noticed):
                raise noticed
            self.cpr_allowed = True

    def record_openings(self) -> None:
        """Write down which cases the command opened."""
        if self._casework is not None and not self._casework.closed:
            self._casework.record_openings()

    def take_purpose(self, descriptor: int | None) -> None:
        """A new command: where its purpose comes from."""
        self.purpose_descriptor, self._purpose = descriptor, ""

    def answer_purpose(self, needed: PurposeNeeded) -> str:
        """What a case that is not one's own is opened for: `--purpose-fd`, else a person is asked, else nothing."""
        if self.purpose_descriptor is not None and not self._purpose:
            self._purpose = self.sources.told(self.purpose_descriptor, "--purpose-fd", _("The purpose"))
        if self._purpose:
            return self._purpose
        if not self.sources.can_ask():
            return ""
        self.sources.say(_("Case {reference} is not your own.").format(reference=needed.reference))
        return self.sources.ask(_("What do you open it for? It is written into the case:"))

    def close(self) -> None:
        """Lock: the vault is closed and forgotten."""
        vault, casework = self._vault, self._casework
        self._vault = self._casework = None
        if casework is not None:
            casework.close()
        elif vault is not None:
            vault.close()


@contextmanager
def closing(session: Session) -> Iterator[Session]:
    """Lock the vault whatever happens."""
    try:
        yield session
    finally:
        session.close()
