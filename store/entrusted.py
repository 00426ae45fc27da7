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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Holding:
    """That somebody has a case.

    Attributes:
        since: the entry that gave it to them; None from the beginning.
        by: who signed that.
    """

    author: str
    since: str | None
    by: str = ""


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
        self._above: Descent | None = None
        # Who signed a link that is here without its content: it may be the one that ended what the others prove.
        self._kept_back: set[str] = set()
        self._gap = False
        self._holdings: dict[str, list[_Holding]] = {}
        self._ends: dict[str, list[str]] = {}
        self._work_out(tuple(self._acts(silent)))

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
        return not self._gap and any(not self._ends_of(holding) for holding in self._holdings.get(author, ()))

    def _proved(self, author: str, entry: str) -> bool:
        return any(
            self._reached(holding, entry) and all(self._builds(end, entry) for end in self._ends_of(holding))
            for holding in self._holdings.get(author, ())
        )

    def _work_out(self, acts: Sequence[_Act]) -> None:
        device = opener(self._connection, self._space)
        first = self._trust.author_of(device) if device else None
        if first is not None:
            self._add(_Holding(author=first.id, since=None))
            if not any(act.link and act.signer == first.id for act in acts):
                for author in _handed_without_links(self._connection, self._trust, self._space, first):
                    self._add(_Holding(author=author, since=None))
        administrators = _administrators(self._trust, first)
        begun = {author: [*holdings] for author, holdings in self._holdings.items()}
        given: list[_Holding] = []
        for act in acts:
            if act.gives and self._had(act.signer, act.entry):
                holding = _Holding(author=act.author, since=act.entry, by=act.signer)
                self._add(holding)
                given.append(holding)
            elif not act.gives and (act.signer in administrators or act.signer in {act.author, *self._holdings}):
                self._ends.setdefault(act.author, []).append(act.entry)
        # Who never had the case ends nothing of anybody's, whatever they keep back.
        self._gap = not self._kept_back.isdisjoint({*administrators, *self._holdings})
        # Only now all is known that ended something: what was taken from somebody, and handed on unknown to that, goes.
        self._holdings = begun
        for holding in given:
            if holding.since is not None and self._proved(holding.by, holding.since):
                self._add(holding)

    def _add(self, holding: _Holding) -> None:
        self._holdings.setdefault(holding.author, []).append(holding)

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

    def _had(self, author: str, entry: str) -> bool:
        """Whether somebody had it when they wrote an entry, by what that entry builds on."""
        return any(
            self._reached(holding, entry) and not any(self._builds(entry, end) for end in self._ends_of(holding))
            for holding in self._holdings.get(author, ())
        )

    def _ends_of(self, holding: _Holding) -> tuple[str, ...]:
        """What ended it: all that says so, but what was said before it began."""
        ends = self._ends.get(holding.author, ())
        return tuple(end for end in ends if holding.since is None or not self._builds(holding.since, end))

    def _reached(self, holding: _Holding, entry: str) -> bool:
        return holding.since is None or self._builds(entry, holding.since)

    def _builds(self, entry: str, other: str) -> bool:
        """Whether an entry builds on another; both are acts or tombstones."""
        if self._above is None:
            rows = self._connection.execute(
                "SELECT id FROM entry WHERE space = ? AND kind IN (?, ?, ?)",
                (self._space, ENTRUSTED, "case.shared", "entry.erased"),
            )
            self._above = Descent(headers_of(self._connection, self._space), {id for (id,) in rows})
        return self._above.builds(entry, other)


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
