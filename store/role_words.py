"""Roles in words."""

from __future__ import annotations

from guidance.language import _
from store.roles import Role


def role_words(role: Role | None) -> str:
    """In the current language; of None, that they are not certified."""
    match role:
        case Role.ADMINISTRATOR:
            return _("administrator")
        case Role.LEADER:
            return _("leader")
        case Role.COUNSELLOR:
            return _("counsellor")
        case None:
            return _("not certified yet")
