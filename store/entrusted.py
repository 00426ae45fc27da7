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
from functools import cache
from typing import Any, Final

from store.authors import Author, Trust
from store.database import Connection
from store.entry import EntryInvalid, Header, SpaceKind
from store.journal import entries_of_kinds, headers_of, read
from store.may_write import ENTRUSTED, HAS, opener
from store.projections import Standing, standing

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
        self._headers: dict[str, Header] | None = None
        self._below = cache(self._walk)
        # Who signed a link that is here without its content: it may be the one that ended what the others prove.
        self._kept_back: set[str] = set()
        self._gap = False
        self._holdings: list[_Holding] = []
        self._ends: list[tuple[str, str]] = []
        self._work_out(tuple(self._acts(silent)))

    def proves(self, author: str, entry: str) -> bool:
        """Whether somebody had the case when they wrote an entry; what ended that unknown to the entry counts too.

        So does what ended it for whoever gave it to them, unknown to the entry that did.
        """
        return not self._gap and any(
            self._reached(holding, entry)
            and all(entry in self._below(end) for end in self._ends_of(holding))
            and self._given(holding)
            for holding in self._of(author)
        )

    def has(self, author: str) -> bool:
        """Whether somebody has it today."""
        return not self._gap and any(
            not self._ends_of(holding) and self._given(holding) for holding in self._of(author)
        )

    def _given(self, holding: _Holding) -> bool:
        """Whether who gave it could; each link builds on the one before, so that this comes to an end."""
        return holding.since is None or self.proves(holding.by, holding.since)

    def _work_out(self, acts: Sequence[_Act]) -> None:
        device = opener(self._connection, self._space)
        first = self._trust.author_of(device) if device else None
        if first is not None:
            self._holdings.append(_Holding(author=first.id, since=None))
            if not any(act.link and act.signer == first.id for act in acts):
                before = _handed_without_links(self._connection, self._trust, self._space, first)
                self._holdings += (_Holding(author=author, since=None) for author in before)
        administrators = _administrators(self._trust, first)
        for act in acts:
            if act.gives and self._had(act.signer, act.entry):
                self._holdings.append(_Holding(author=act.author, since=act.entry, by=act.signer))
            elif not act.gives and act.signer in (
                act.author,
                *administrators,
                *(holding.author for holding in self._holdings),
            ):
                self._ends.append((act.author, act.entry))
        # Who never had the case ends nothing of anybody's, whatever they keep back.
        self._gap = not self._kept_back.isdisjoint({*administrators, *(holding.author for holding in self._holdings)})

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

    def _of(self, author: str) -> Iterator[_Holding]:
        return (holding for holding in self._holdings if holding.author == author)

    def _had(self, author: str, entry: str) -> bool:
        """Whether somebody had it when they wrote an entry, by what that entry builds on."""
        return any(
            self._reached(holding, entry) and self._below(entry).isdisjoint(self._ends_of(holding))
            for holding in self._of(author)
        )

    def _ends_of(self, holding: _Holding) -> tuple[str, ...]:
        """What ended it: all that says so, but what was said before it began."""
        before = self._below(holding.since) if holding.since is not None else frozenset()
        return tuple(entry for author, entry in self._ends if author == holding.author and entry not in before)

    def _reached(self, holding: _Holding, entry: str) -> bool:
        return holding.since is None or holding.since in self._below(entry)

    def _walk(self, entry: str) -> frozenset[str]:
        if self._headers is None:
            self._headers = headers_of(self._connection, self._space)
        return built_on(self._headers, entry)


def built_on(headers: Mapping[str, Header], entry: str) -> frozenset[str]:
    """All that an entry builds on, near and far, as far as it is here."""
    found, waiting = set[str](), [entry]
    while waiting:
        for parent in headers[waiting.pop()].parents:
            if parent in headers and parent not in found:
                found.add(parent)
                waiting.append(parent)
    return frozenset(found)


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
