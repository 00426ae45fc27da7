"""Failures of backing up and restoring."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _


class BackupFolderUnfit(SeglError):
    """The folder for the backup is not there, or is the home itself.

    Attributes:
        path: of the folder.
        why: `missing`, or `home` where it lies in the folder of the vaults.
    """

    code: ClassVar[str] = "backup-folder"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(path, why)
        self.path = path
        self.why = why

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        if self.why == "home":
            return Diagnostics(
                happened=_("{path} is where the vaults themselves are: a backup there is lost with them.").format(
                    path=self.path
                ),
                safe=_("Nothing was changed."),
                todo=_("Choose a stick, or a folder on another disk."),
            )
        return Diagnostics(
            happened=_("There is no folder {path}.").format(path=self.path),
            safe=_("Nothing was changed."),
            todo=_("Put the stick in, or make the folder, and try again."),
        )


class NoBackup(SeglError):
    """There is nothing in the folder that can be restored."""

    code: ClassVar[str] = "no-backup"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("There is no whole backup in {path}.").format(path=self.path),
            safe=_("Nothing was changed."),
            todo=_("Look for the folder in which 'segl-backup-...' lies; 'segl backup' makes one."),
        )


class SeveralBackups(SeglError):
    """There are backups of several vaults, and none, or more than one, was named."""

    code: ClassVar[str] = "several-backups"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.names = names

    def diagnostics(self) -> Diagnostics:
        """Say so in words, with the ids there are."""
        return Diagnostics(
            happened=_("There are backups of several vaults here."),
            safe=_("Nothing was changed."),
            todo=_("Name one of these with --vault: {names}").format(names=", ".join(self.names)),
        )


class BackupDamaged(SeglError):
    """What was written, or is there, does not hold together.

    Attributes:
        path: of the file or folder.
        fault: kebab-case, for a technician.
    """

    code: ClassVar[str] = "backup-damaged"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(path, fault)
        self.path = path
        self.fault = fault

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The backup in {path} does not hold together ({fault}).").format(
                path=self.path, fault=self.fault
            ),
            safe=_("The vault itself is untouched."),
            todo=_("Make a whole new backup, on another stick if it happens again: 'segl backup --whole'."),
        )


class BackupStopped(SeglError):
    """Somebody stopped it."""

    code: ClassVar[str] = "backup-stopped"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("Stopped on request."),
            safe=_("What was begun is gone again; the backups from before count as they did."),
        )


class BackupsChanged(SeglError):
    """What lies in the folder is not as it was when it was looked at.

    Attributes:
        path: of the chain.
        removed: names of the chains that were removed by then.
    """

    code: ClassVar[str] = "backups-changed"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, path: Path, removed: tuple[str, ...] = ()) -> None:
        super().__init__(path, removed)
        self.path = path
        self.removed = removed

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("{path} is not as it was when it was looked at.").format(path=self.path),
            safe=_("Removed until then: {names}. Nothing else was.").format(names=", ".join(self.removed))
            if self.removed
            else _("Nothing was removed."),
            todo=_("Look again, and confirm what is shown then."),
        )


class BackupsApart(SeglError):
    """Backups that name the same vault, open, and are not of one vault: somebody put one of them there.

    Attributes:
        paths: one that would be restored, and one that is of another vault.
    """

    code: ClassVar[str] = "backups-apart"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, paths: tuple[Path, Path]) -> None:
        super().__init__(paths)
        self.paths = paths

    def diagnostics(self) -> Diagnostics:
        """Name both; only a person can know which is theirs."""
        return Diagnostics(
            happened=_("{one} and {other} bear the same name, but come from two different vaults.").format(
                one=self.paths[0], other=self.paths[1]
            ),
            safe=_("Nothing was restored. Somebody may have put one of them there."),
            todo=_(
                "Move the one that you don't know into another folder, and restore again. Then see in the restored "
                "vault whether your own cases are there."
            ),
        )


class DrillStopped(BackupStopped):
    """Somebody stopped a drill before the backup was restored."""

    code: ClassVar[str] = "drill-stopped"

    def diagnostics(self) -> Diagnostics:
        """Say that it was no drill that was passed."""
        return Diagnostics(
            happened=_("Stopped before the backup was read and restored: it was not looked at."),
            safe=_("Nothing was changed; what was begun is gone again."),
            todo=_("Whether it can be restored is not known: try it once more, to the end."),
        )


class VaultStillThere(SeglError):
    """The vault that is to be restored is in this home.

    Attributes:
        vault: its id.
    """

    code: ClassVar[str] = "vault-still-there"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, vault: str) -> None:
        super().__init__(vault)
        self.vault = vault

    def diagnostics(self) -> Diagnostics:
        """Say what to do instead."""
        return Diagnostics(
            happened=_("The vault {id} is still in this home.").format(id=self.vault),
            safe=_("Nothing was changed."),
            todo=_(
                "To see whether the backup works: 'segl backup --drill'. To restore beside it all the same, as another "
                "workstation of the same person: --beside."
            ),
        )
