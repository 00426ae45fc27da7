"""Which concern may go to whom, and which may come from whom (`docs/exchange-format.md`, 'What goes to whom').

A concern goes to the colleagues who are named as its readers, never to the person it is about. Only whoever has the
register knows who a participant is; a vault without it gives what is written there back to whoever took the concern in,
and to nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from store.authors import Author
from store.journal import Read
from store.programme.concerns import whom
from store.programme.desk import ProgrammeDesk
from store.programme.errors import ProgrammeDamaged
from store.standing import Standing, standing

CONCERN: Final = "concern."
ERASED: Final = "entry.erased"


class ConcernsPassed(ProgrammeDesk):
    """Casework on concerns that are kept in step."""

    def _concerns_for(self, author: Author) -> tuple[str, ...]:
        """The spaces of the concerns that a colleague may have."""
        found = []
        for space in (*self._concern_spaces(), *self._erased_concerns()):
            rows = standing(self._connection, space)
            # Where two have named readers at once, whoever is named by both.
            if all(author.id in row.value for row in rows if row.subject == "readers") and self._goes_to(
                author, space, rows
            ):
                found.append(space)
        return tuple(found)

    def _goes_to(self, author: Author, space: str, rows: Iterable[Standing]) -> bool:
        opened = next((row for row in rows if row.subject == "concern"), None)
        if opened is None:
            # It is erased: who was to read it has to hear of that, and there is nothing else in it.
            return True
        about = opened.value["about"]
        try:
            register = self._register()
        except ProgrammeDamaged:
            return False
        if author.id in whom(about, opened.value["about-name"], register, space):
            return False
        return register.knows(about) or opened.device in author.devices

    def _concern_may_come(self, sender: Author, space: str, entries: Sequence[Read]) -> bool:
        """Whether these entries are those of a concern that is for this vault's author and whoever sent them."""
        own = self._trust().author_of(self._journal.device)
        here = standing(self._connection, space)
        if own is None or (here and not any(row.subject in ("concern", "readers") for row in here)):
            return False
        if any(entry.header.kind != ERASED and not entry.header.kind.startswith(CONCERN) for entry in entries):
            return False
        said = [entry.payload for entry in entries if entry.payload is not None]
        readers = [payload["readers"] for payload in said if "readers" in payload]
        readers += [row.value for row in here if row.subject == "readers"]
        opened = [payload for payload in said if "about" in payload]
        if not all(map(_says_about_whom, opened)):
            return False
        opened += [row.value for row in here if row.subject == "concern"]
        # What says that it is about oneself, or no longer, may be what came just now.
        links = self._links(self._eyes(), {space: entries})
        about_oneself = any(own.id in links.closed_to(space, one["about"], one["about-name"]) for one in opened)
        return not about_oneself and all(any(who in named for named in readers) for who in (own.id, sender.id))


def _says_about_whom(said: Mapping[str, Any]) -> bool:
    about = said["about"]
    texts = isinstance(about, list) and all(isinstance(one, str) for one in about)
    return texts and isinstance(said.get("about-name"), str)
