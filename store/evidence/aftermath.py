"""After a clearing: what is still there, what can't be seen from here, and what can't be promised of such a place."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from guidance.errors import SeglError
from guidance.language import _
from store.evidence.identical import Identical, identical_to
from store.evidence.leftovers import Leftover, leftovers, look_also, not_promised
from store.looks import Look
from store.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What was seen.

    Attributes:
        left: what was found by the file's name.
        same: what was found by its bytes.
        place: where it lay.
    """

    left: tuple[Leftover, ...]
    same: Identical
    place: Place

    def lines(self) -> tuple[str, ...]:
        """All of it in sentences, one a line."""
        found = [_("Found: {what}").format(what=one.words()) for one in self.left]
        if not found:
            found = [
                _("By its name nothing was found in the bins, the small pictures and the recent files that Segl knows.")
            ]
        also = _("Look yourself, too: {places}").format(places="; ".join(look_also(self.place)))
        return (not_promised(self.place), *found, *self.same.words(), also)

    def look(self) -> Look:
        """The same as it is recorded: no path and no name."""
        return Look(
            place=self.place.kind.value,
            system=sys.platform,
            found=tuple(sorted(Counter(one.kind.value for one in self.left).items())),
            same=len(self.same.paths),
            unread=self.same.unread,
            whole=self.same.whole,
        )


def look_after(
    names: Sequence[bytes],
    digest: str,
    size: int,
    place: Place,
    *,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> Aftermath:
    """Look what is still there of a file that was cleared; nothing is deleted.

    Args:
        names: every name it had, absolute, without links.
        digest: `sha256:<hex>`.
        size: bytes.
        place: where it lay.
        progress: called with bytes read and bytes in all.
        cancelled: asked before each name and each piece; what was seen until then counts.
    """
    left = tuple(one for name in names for one in leftovers(name))
    same = identical_to(names, digest, size, progress=progress, cancelled=cancelled)
    return Aftermath(left=left, same=same, place=place)


def look_not_recorded(error: SeglError) -> str:
    """That the copy is cleared and recorded as that, and what was seen after it is not."""
    words = _("What is still there could not be recorded: {why} Write it into a note.")
    return words.format(why=error.diagnostics().happened)
