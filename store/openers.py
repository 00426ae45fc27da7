"""Who can open a vault, in sentences: at its creation and ever after."""

from __future__ import annotations

from typing import Final

from guidance.language import _
from store.recovery import Openers

_DAYS: Final = 10
"""The newest days on which the words were used that are named."""


def lines_of(openers: Openers) -> tuple[str, ...]:
    """Who can open a vault, in sentences."""
    lines = [
        _("Who can open vault {vault}:").format(vault=openers.vault),
        _("- {name}, with the passphrase (each guess takes {memory} MiB, {passes} passes)").format(
            name=openers.label, memory=openers.memory_mib, passes=openers.passes
        ),
    ]
    if not openers.office_key:
        lines.append(_("- Nobody else. If the passphrase is forgotten, what is in the vault is lost."))
    else:
        drilled = (
            _("tried on {day}").format(day=openers.drilled_at[:10])
            if openers.drilled_at
            else _("NOT DRILLED: it does not count as done")
        )
        lines.append(
            _("- whoever has the office's recovery words, key {key} ({drilled})").format(
                key=openers.office_key, drilled=drilled
            )
        )
    if len(openers.uses) == 1:
        lines.append(_("Opened by the recovery words on {day}.").format(day=openers.used_at[:10]))
    elif openers.uses:
        lines.append(
            _("Opened by the recovery words {count} times: {days}.").format(
                count=len(openers.uses), days=", ".join(at[:10] for at in openers.uses[-_DAYS:])
            )
        )
    if openers.renewed_at:
        lines.append(_("The key of the data was made anew on {day}.").format(day=openers.renewed_at[:10]))
    return tuple(lines)
