"""Writing down who is who in a demo case, and who stands in."""

from __future__ import annotations

from typing import Final

from store.model import Age, PersonDraft, Role

STAND_IN: Final = "Birk T. (DEMO)"


def victim(name: str, *also: Role, age: Age = Age.MINOR) -> PersonDraft:
    """The person violated, a pupil where nothing else is said."""
    return PersonDraft(name=name, roles=(Role.VICTIM, *(also or (Role.PUPIL,))), age=age)


def parent(name: str, *over: str, contact: str = "") -> PersonDraft:
    """A holder of parental authority."""
    return PersonDraft(name=name, roles=(Role.PARENTAL_AUTHORITY,), age=Age.ADULT, authority_over=over, contact=contact)
