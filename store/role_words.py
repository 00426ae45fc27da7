"""Roles in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from guidance.language import _, day_in_digits
from store.bundle.visible import one_line
from store.roles import Role

if TYPE_CHECKING:
    from store.cases.members import Succession

_NAME: Final = 60
"""Characters of a name in a sentence: however long it is, the sentence stays in sight."""


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


def succession_lines(successions: Iterable[Succession]) -> list[str]:
    """Who became an administrator by the words of a recovery, and when, in the time zone of this machine."""
    return [
        _("{name} became an administrator by the words of a recovery on {day}.").format(
            name=one_line(one.name)[:_NAME], day=day_in_digits(one.at.astimezone().date())
        )
        for one in successions
    ]
