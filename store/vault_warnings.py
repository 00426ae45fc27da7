"""What a person should know although a vault opened."""

from __future__ import annotations

from enum import StrEnum

from guidance.language import _


class VaultWarning(StrEnum):
    """Something a person should know although the vault opened."""

    SLOTS_REPAIRED = "slots-repaired"
    SLOTS_NOT_REPAIRED = "slots-not-repaired"
    SLOTS_OLDER = "slots-older"
    RENEWAL_FINISHED = "renewal-finished"
    RENEWAL_CALLED_OFF = "renewal-called-off"
    RECOVERY_USED = "recovery-used"
    RECOVERY_NOT_DRILLED = "recovery-not-drilled"
    RECOVERY_NOT_MADE = "recovery-not-made"

    def words(self) -> str:
        """In the current language."""
        match self:
            case VaultWarning.SLOTS_REPAIRED:
                return _("One copy of the vault's key file was damaged. It was made anew from the other.")
            case VaultWarning.SLOTS_NOT_REPAIRED:
                return _("One copy of the vault's key file is damaged, and the disk has no room to make it anew.")
            case VaultWarning.SLOTS_OLDER:
                return _(
                    "The vault's key file is older than the one last used here: somebody has put an old copy back. "
                    "A passphrase that was changed since may open the vault again. Change your passphrase."
                )
            case VaultWarning.RENEWAL_FINISHED:
                return _("Making a new key for the vault was cut off. It is finished now: the new key counts.")
            case VaultWarning.RENEWAL_CALLED_OFF:
                return _("Making a new key for the vault was cut off. Nothing was lost: the old key counts.")
            case VaultWarning.RECOVERY_USED:
                return _(
                    "This vault was opened with the recovery words, and its passphrase was changed. If you know "
                    "nothing of it, somebody has the paper: change the passphrase and make a new key of the data."
                )
            case VaultWarning.RECOVERY_NOT_DRILLED:
                return _("Recovery not drilled: until its words were typed once as a test, it does not count as done.")
            case VaultWarning.RECOVERY_NOT_MADE:
                return _("No recovery was made for this vault: if the passphrase is forgotten, everything is lost.")
