"""One account of the operating system for everybody: what that means is said where a vault is made."""

from __future__ import annotations

from guidance.language import _


def shared_account() -> str:
    """What it means where several people use one account of the operating system (`docs/threat-model.md`)."""
    return _(
        "If others use this machine's account too, they can't read your vault, but they can delete it, or put another "
        "program in Segl's place that asks for your passphrase. Ask for an account of your own, and keep a backup."
    )
