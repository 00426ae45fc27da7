"""To whom something of a case may go: the people whose cards count here, as answers to choose from."""

from __future__ import annotations

from collections.abc import Iterable

from guidance.language import _
from screens.widgets.choices import Option
from screens.words import one_line
from store.authors import Author, Belongs


def may_get(authors: Iterable[Author]) -> tuple[Author, ...]:
    """Those of them to whom a case may be given: not oneself, and nobody whose keys are revoked."""
    return tuple(one for one in authors if one.belongs is not Belongs.OWN and not one.revoked and one.recipient)


def options(authors: Iterable[Author]) -> list[Option]:
    """An answer for each."""
    return [
        Option(id=one.id, label=f"{one_line(one.name, 80)}, {one_line(one.office, 80)}", note=_belongs(one))
        for one in authors
    ]


def nobody_words() -> str:
    """What to say where there is nobody yet."""
    return _("Nobody's card counts here yet. Get the card of your colleague in a file: F6 lets it count.")


def _belongs(author: Author) -> str:
    return _("of this office") if author.belongs is Belongs.COLLEAGUE else _("from elsewhere")
