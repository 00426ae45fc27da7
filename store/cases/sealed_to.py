"""Who can open what was sealed, in words, by the `recipients` of its entry: none where a passphrase opens it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from guidance.language import _
from store.bundle.visible import one_line

MOST: Final = 5
"""Recipients named; of more it is said how many there are."""
SEALED: Final = frozenset({"case.sealed", "evidence.passed-on"})
"""Entries that something was sealed."""


def recipients_of(said: Mapping[str, Any]) -> tuple[str, ...]:
    """The recipients in the payload of an entry that something was sealed."""
    found = said.get("recipients")
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def opened_by(recipients: tuple[str, ...], names: Mapping[str, str]) -> str:
    """Who opens it, in the current language: everybody once, however many workstations they have.

    Args:
        recipients: `age1...`; none where a passphrase opens it.
        names: recipient -> name, of those whose card is known; of nobody else there is more than the key.
    """
    if not recipients:
        return _("to be opened with a passphrase")
    called = tuple(dict.fromkeys(names.get(one) or _short(one) for one in recipients))
    shown = ", ".join(one_line(one) for one in called[:MOST])
    if (more := len(called) - MOST) > 0:
        return _("to be opened by {names} and {count} more").format(names=shown, count=more)
    return _("to be opened by {names}").format(names=shown)


def _short(recipient: str) -> str:
    """A key that is on no card, as the page of sealing shows it."""
    return recipient if len(recipient) < 22 else f"{recipient[:12]}...{recipient[-6:]}"
