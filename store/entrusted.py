"""Who has a case: whoever opened it, and link by link whom they entrusted with it.

`docs/journal-format.md`, 'Who has a case'.

A link is a `case.entrusted`: signed by who had the case, it names who has it from then on, and holds no word of the
case, so that it stays when the case is erased. By it a vault that never had the case from them knows that who erased it
might.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from store.authors import Author, Trust
from store.database import Connection
from store.descent import Descent
from store.entry import EntryInvalid, SpaceKind
from store.journal import entries_of_kinds, headers_of, read
from store.may_write import ENTRUSTED, HAS, opener
from store.standing import Standing, standing

NONE: Final = "none"
_BEGINNING: Final = "beginning"
"""By what somebody has a case who had it before any link; below every entry, and building on none."""
_AUTHOR: Final = re.compile(r"[0-9a-f]{32}")


def read_entrusted(said: Mapping[str, Any]) -> tuple[str, str]:
    """Who is named, and what they have; nothing else stands in it, for it outlives the erasing of the case.

    Raises:
        ValueError: something else stands in it.
    """
    author, access = said["author"], said["access"]
    if set(said) != {"author", "access"} or access not in (HAS, NONE) or not _AUTHOR.fullmatch(author):
        raise ValueError("case.entrusted")
    return author, access


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """An entry by which somebody has a case from then on, or no longer.

    Attributes:
        link: whether it is a link, and not a `case.shared` that takes a share back.
    """

    entry: str
    signer: str
    author: str
    gives: bool
    link: bool


class Held:
    """By what somebody has a case and what ended it, each a bit of a number, for every entry at which it is asked.

    What ended it before a link gave it back does not end what that link gives. All that a link builds on is below
    whatever builds on the link. So of the ends below an entry the link builds on all where it builds on as many: they
    are counted, and no link is held against each end.
    """

    def __init__(self) -> None:
        """Nothing gave them the case yet."""
        self._ends = 0
        self._after: dict[int, int] = {}

    def gives(self, bit: int, below: int) -> None:
        """What gives them the case, with what it builds on; every end that it builds on is here by then."""
        past = (below & self._ends).bit_count()
        self._after[past] = self._after.get(past, 0) | bit

    def ends(self, bit: int) -> None:
        """What ends it, but for a link that builds on it."""
        self._ends |= bit

    def had(self, below: int) -> bool:
        """Whether somebody had it, as who wrote an entry could know by what it builds on."""
        return bool(self._after.get((below & self._ends).bit_count(), 0) & below)

    def proved(self, below: int, above: int) -> bool:
        """Whether they had it at an entry, by what it builds on; what ended it counts, but what builds on the entry."""
        return bool(self._after.get((self._ends & ~above).bit_count(), 0) & below)

    def has(self) -> bool:
        """Whether nothing ended it."""
        return bool(self._after.get(self._ends.bit_count()))

    def without_links(self) -> Held:
        """The same ends, and nothing that gives it."""
        found = Held()
        found._ends = self._ends
        return found


class Chain:
    """Who has a case, as the entries of its space prove it."""

    def __init__(self, connection: Connection, trust: Trust, space: str, silent: Container[str]) -> None:
        """Work it out from whoever opened it.

        Args:
            connection: has the journal, and tables that follow it.
            trust: who is who.
            space: of a case.
            silent: the entries that say nothing (`store.cases.desk.silent_in`).
        """
        self._connection = connection
        self._trust = trust
        self._space = space
        # Who signed a link that is here without its content: it may be the one that ended what the others prove.
        self._kept_back: set[str] = set()
        self._gap = False
        self._held: dict[str, Held] = {}
        self._links: frozenset[str] = frozenset()
        acts = tuple(self._acts(silent))
        self._descent = Descent(headers_of(connection, space), [_BEGINNING, *(act.entry for act in acts)])
        self._work_out(acts)

    def proves(self, author: str, entry: str) -> bool:
        """Whether somebody had the case when they wrote an entry; what ended that unknown to the entry counts too.

        So does what ended it for whoever gave it to them, unknown to the link by which they did.

        Args:
            author: id.
            entry: a tombstone.
        """
        return not self._gap and self._proved(author, entry)

    def has(self, author: str) -> bool:
        """Whether somebody has it today."""
        return not self._gap and author in self._held and self._held[author].has()

    def orphaned(self) -> bool:
        """Whether nobody has it today whose keys count: who had it has left, and it was proved of nobody after them."""
        having = {author for author, held in self._held.items() if held.has()}
        return not self._gap and having <= {one.id for one in self._trust.authors if one.revoked}

    def counts(self, entry: str) -> bool:
        """Whether a link says who has the case: it gives it, or takes it from somebody who had it."""
        return not self._gap and entry in self._links

    def _work_out(self, acts: Sequence[_Act]) -> None:
        first, begun = self._from_the_beginning(acts)
        for author in begun:
            self._give(author, _BEGINNING)
        administrators = _administrators(self._trust, first)
        given: list[_Act] = []
        ended: list[_Act] = []
        ever = {*begun}
        for act in acts:
            if act.gives and self._had(act.signer, act.entry):
                self._give(act.author, act.entry)
                given.append(act)
                ever.add(act.author)
            elif not act.gives and (act.signer in administrators or act.signer == act.author or act.signer in ever):
                self._held.setdefault(act.author, Held()).ends(self._descent.bit(act.entry))
                ended.append(act)
        # Who never had the case ends nothing of anybody's, whatever they keep back.
        self._gap = not self._kept_back.isdisjoint({*administrators, *ever})
        # Only now all is known that ended something: what was taken from somebody, and handed on unknown to that, goes.
        self._held = {author: held.without_links() for author, held in self._held.items()}
        for author in begun:
            self._give(author, _BEGINNING)
        links = []
        for act in given:
            if self._proved(act.signer, act.entry):
                self._give(act.author, act.entry)
                links.append(act)
        having = {*begun, *(act.author for act in links)}
        links += [act for act in ended if act.author in having]
        self._links = frozenset(act.entry for act in links if act.link)

    def _from_the_beginning(self, acts: Sequence[_Act]) -> tuple[Author | None, tuple[str, ...]]:
        """Whoever opened the case, and who had it before any link."""
        device = opener(self._connection, self._space)
        first = self._trust.author_of(device) if device else None
        if first is None:
            return None, ()
        if any(act.link and act.signer == first.id for act in acts):
            return first, (first.id,)
        return first, (first.id, *_handed_without_links(self._connection, self._trust, self._space, first))

    def _give(self, author: str, entry: str) -> None:
        held = self._held.setdefault(author, Held())
        held.gives(self._descent.bit(entry), self._descent.below(entry))

    def _had(self, author: str, entry: str) -> bool:
        """Whether somebody had it when they wrote an entry, by what that entry builds on."""
        return author in self._held and self._held[author].had(self._below(entry))

    def _proved(self, author: str, entry: str) -> bool:
        held = self._held.get(author)
        return held is not None and held.proved(self._below(entry), self._descent.above(entry))

    def _below(self, entry: str) -> int:
        return self._descent.below(entry) | self._descent.bit(_BEGINNING)

    def _acts(self, silent: Container[str]) -> Iterator[_Act]:
        """What gives the case and takes it back, each after what it builds on."""
        for stored in entries_of_kinds(self._connection, self._space, (ENTRUSTED, "case.shared")):
            with suppress(EntryInvalid, ValueError, KeyError, TypeError):
                entry = read(stored)
                link = entry.header.kind == ENTRUSTED
                signer = self._trust.author_of(entry.header.device)
                if entry.id in silent or signer is None:
                    continue
                if entry.payload is None:
                    self._kept_back.update((signer.id,) if link else ())
                elif link:
                    author, access = read_entrusted(entry.payload)
                    yield _Act(entry=entry.id, signer=signer.id, author=author, gives=access == HAS, link=True)
                elif not entry.payload["recipient"]:
                    author = str(entry.payload["author"])
                    yield _Act(entry=entry.id, signer=signer.id, author=author, gives=False, link=False)


def _administrators(trust: Trust, first: Author | None) -> frozenset[str]:
    """Who is an administrator of this vault's office, where whoever opened the case is one of it."""
    members = trust.devices(SpaceKind.OFFICE)
    if first is None or members.isdisjoint(first.devices):
        return frozenset()
    return frozenset(one.id for one in trust.authors if one.administrator and members.intersection(one.devices))


def _handed_without_links(connection: Connection, trust: Trust, space: str, first: Author) -> tuple[str, ...]:
    """Who has a case that was handed over before there were links: with whom it is shared since its opener gave it up.

    Only oneself gives up, or an administrator of this office in one's place: otherwise with whom it is shared could.
    """
    shares: dict[str, list[Standing]] = {}
    for row in standing(connection, space, "shared/"):
        shares.setdefault(str(row.value["author"]), []).append(row)
    may = {first.id, *_administrators(trust, first)}
    own: Sequence[Standing] = shares.pop(first.id, ())
    by = [trust.author_of(row.device) for row in own]
    if not own or any(row.value["recipient"] for row in own) or any(one is None or one.id not in may for one in by):
        return ()
    return tuple(author for author, rows in shares.items() if all(row.value["recipient"] for row in rows))
