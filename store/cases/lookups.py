"""Look-ups that belong to no single case: searches in the list of cases, and looks at and out of the programme.

A search is written in a space of the kind `access`, which stays in this vault (ADR 31), and so is that the log of them
went into a file. A case that a search found and that is not one's own says so itself, by `case.read`. What was looked
at in the mentorship programme stands in its register, and who opened a concern in the concern: of one that may not be
read nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath
from typing import Any, Final

from guidance.cpr import find_numbers, masked
from guidance.language import _
from guidance.mentoring import Ground
from store.bundle.withheld import withheld_mark
from store.bundle.withholding import words_pattern
from store.cases.access import Act, called
from store.cases.openings import CONCERN_READ, is_own
from store.database import Connection
from store.entry import EntryInvalid, SpaceKind, write_time
from store.errors import DiskFailed, DiskFull
from store.journal import Read, entries_of_kinds, read, spaces, stored_entries
from store.kinds import written_at
from store.programme.concerns import ConcernsOfProgramme
from store.programme.errors import ProgrammeDamaged
from store.programme.words import concern_label, ground_label

LOOKED_UP: Final = "lookup.made"
EXPORTED: Final = "lookup.exported"
MOST: Final = 50
"""Cases named in one entry; how many there were is said all the same."""
_OF_PROGRAMME: Final = ("recording.accessed", "session.disclosed", "programme.exported")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One line of the log.

    Attributes:
        entry: that says so.
        author: their name; empty where names are withheld, or no card is there.
        about: whom it is about, by name; empty where it is about nobody, or names are withheld.
        words: what was searched for, why something was looked at, or of what kind the concern is that was opened.
        hits: how many cases a search found.
        cases: references of those, as far as they are there still; at most `MOST`.
    """

    entry: str
    at: datetime
    author: str
    act: Act
    about: str
    words: str
    hits: int = 0
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupPage:
    """Some lines of the log, the newest first.

    Attributes:
        total: how many there are in all.
        lines: from the place that was asked for on.
    """

    total: int
    lines: tuple[Lookup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupLog:
    """The log, the oldest line first.

    Attributes:
        for_person: names, and what was searched for, are withheld.
    """

    for_person: bool
    lines: tuple[Lookup, ...]


class LookupDesk(ConcernsOfProgramme):
    """Casework on look-ups."""

    def record_search(self, words: str, found: Sequence[str]) -> None:
        """Write down that the list of cases was searched: for what, and what was found. Nothing where no word is given.

        A case among them that is not one's own says so itself. On a full disk it is lost: a search is never refused.

        Args:
            words: as typed; the last digits of a civil registration number in it are not kept.
            found: ids of the cases that were shown.
        """
        said = " ".join(words.split())
        if not said:
            return
        said = masked(said, find_numbers(said, self._today()))
        trust = self._trust()
        me = trust.author_of(self._journal.device)
        if me is not None:
            self._openings.find(one for one in found if not is_own(self._connection, one, trust, me))
        with suppress(DiskFull, DiskFailed), self._writing():
            payload = {"words": said, "hits": len(found), "cases": list(found[:MOST])}
            self._append(SpaceKind.ACCESS, self._access_space(), LOOKED_UP, payload)

    def _access_space(self) -> str:
        """Where look-ups of this vault are written."""
        return next(iter(spaces(self._connection, SpaceKind.ACCESS)), "") or self._new_id()

    def lookup_log(self, *, for_person: bool = False) -> LookupLog:
        """The searches of this vault, what was looked at or let out of the mentorship programme, who opened a concern.

        Args:
            for_person: without names, without the words of a search, which as a rule are one, and without what kind of
                concern was opened.

        Raises:
            ProgrammeDamaged: an entry of the programme does not verify.
        """
        names = self._authors()
        lines = [
            self._of_access(entry, names)
            for space in spaces(self._connection, SpaceKind.ACCESS)
            for entry in _told(entries_of_kinds(self._connection, space, (LOOKED_UP, EXPORTED)))
        ]
        lines += self._beside_searches(names)
        if for_person:
            lines = list(self._nameless(lines))
        arrivals = {line.entry: self._arrival(line) for line in lines}
        lines.sort(key=lambda line: (line.at, arrivals[line.entry]))
        return LookupLog(for_person=for_person, lines=tuple(lines))

    def _arrival(self, line: Lookup) -> int:
        """What is of one second stands in the order in which this vault got it."""
        [(arrival,)] = self._connection.execute("SELECT arrival FROM entry WHERE id = ?", (line.entry,)).fetchall()
        return int(arrival)

    def lookup_page(self, start: int, count: int) -> LookupPage:
        """Some lines of the log, the newest first; of the searches only those on the page are read.

        Args:
            start: from 0, the newest.
            count: at most so many.

        Raises:
            ProgrammeDamaged: an entry of the programme does not verify.
        """
        names = self._authors()
        # In the order of `lookup_log`.
        found: list[tuple[str, int, Lookup | str]] = [
            (at, arrival, space)
            for space in spaces(self._connection, SpaceKind.ACCESS)
            for at, arrival in _claimed(self._connection, space)
        ]
        found += [(write_time(line.at), self._arrival(line), line) for line in self._beside_searches(names)]
        found.sort(key=lambda one: one[:2])
        lines: list[Lookup] = []
        for _at, arrival, one in found[::-1][start : start + count]:
            if isinstance(one, Lookup):
                lines.append(one)
                continue
            stored = stored_entries(self._connection, one, after=arrival - 1, until=arrival)
            lines += [self._of_access(entry, names) for entry in _told(entry for _arrival, entry in stored)]
        return LookupPage(total=len(found), lines=tuple(lines))

    def record_lookup_export(self, path: str, *, sort: str, digest: str) -> None:
        """Write down that the log of look-ups went into a plain file, `sort` of which is its format."""
        said = {"name": PurePath(path).name, "format": sort, "digest": digest}
        with self._writing():
            self._append(SpaceKind.ACCESS, self._access_space(), EXPORTED, said)

    def _of_access(self, entry: Read, names: dict[str, str]) -> Lookup:
        author, said = names.get(entry.header.device, ""), entry.payload or {}
        if entry.header.kind == LOOKED_UP:
            return _search(entry, author, self._reference)
        at, name = entry.header.claimed_at, str(said["name"])
        return Lookup(entry=entry.id, at=at, author=author, act=Act.LOG_WRITTEN, about="", words=name)

    def _beside_searches(self, names: dict[str, str]) -> Iterator[Lookup]:
        yield from self._looks_at_programme(names)
        yield from self._openings_of_concerns(names)

    def _looks_at_programme(self, names: dict[str, str]) -> Iterator[Lookup]:
        space = self._register_space()
        if not space:
            return
        register = self._register()
        pairs = {one.id: f"{one.mentor_name} – {one.mentee_name}" for one in register.sessions()}
        recordings = {of.id: pairs[one.id] for one in register.sessions() for of in one.recordings}
        for entry in _told(entries_of_kinds(self._connection, space, _OF_PROGRAMME)):
            said = entry.payload or {}
            about, words = "", str(said["reason"])
            if entry.header.kind == "recording.accessed":
                act, about = Act.RECORDING, recordings.get(said["recording"], "")
                words = f"{ground_label(Ground(said['ground']))}: {words}"
            else:
                act = Act.DISCLOSED if entry.header.kind == "session.disclosed" else Act.PRINTED
                about = ", ".join(dict.fromkeys(pairs[one] for one in said["sessions"] if one in pairs))
                words = words or str(said.get("name", ""))
            author = names.get(entry.header.device, "")
            yield Lookup(entry=entry.id, at=written_at(entry), author=author, act=act, about=about, words=words)

    def _openings_of_concerns(self, names: dict[str, str]) -> Iterator[Lookup]:
        for concern in self._readable_concerns():
            for entry in _told(entries_of_kinds(self._connection, concern.id, (CONCERN_READ,))):
                yield Lookup(
                    entry=entry.id,
                    at=entry.header.claimed_at,
                    author=names.get(entry.header.device, ""),
                    act=Act.CONCERN_OPENED,
                    about=concern.about_name,
                    words=concern_label(concern.kind),
                )

    def _nameless(self, lines: Sequence[Lookup]) -> Iterator[Lookup]:
        known = set(self._authors().values())
        with suppress(ProgrammeDamaged):
            known |= {one.name for one in self._register().participants.values()}
        parts = {part for name in known for part in called(name)}
        pattern, mark = words_pattern(tuple(sorted(parts))), withheld_mark()
        for line in lines:
            words = (
                mark
                if line.act in (Act.SEARCHED, Act.LOG_WRITTEN)
                else pattern.sub(mark, line.words)
                if pattern
                else line.words
            )
            words = "" if line.act is Act.CONCERN_OPENED else words
            yield replace(line, author="", about="", words=words, cases=())


def _claimed(connection: Connection, space: str) -> Iterator[tuple[str, int]]:
    """When the searches of a space were made, as the journal writes it, in the order of arrival, with its number."""
    # The time is cut out of the header (`store.entry.Header.encode`): reading every header takes several times as long.
    for at, arrival in connection.execute(
        "SELECT CAST(substr(header, instr(header, CAST(char(10) || 'claimed-at ' AS BLOB)) + 12, 20) AS TEXT), arrival "
        "FROM entry WHERE space = ? AND kind IN (?, ?) AND payload IS NOT NULL ORDER BY arrival",
        (space, LOOKED_UP, EXPORTED),
    ):
        yield str(at), arrival


def _told(stored: Any) -> Iterator[Read]:
    for one in stored:
        with suppress(EntryInvalid):
            entry = read(one)
            if entry.payload is not None:
                yield entry


def _search(entry: Read, author: str, reference: Any) -> Lookup:
    said = entry.payload or {}
    return Lookup(
        entry=entry.id,
        at=entry.header.claimed_at,
        author=author,
        act=Act.SEARCHED,
        about="",
        words=str(said["words"]),
        hits=int(said["hits"]),
        cases=tuple(found for one in said["cases"] if (found := reference(str(one)))),
    )


def lookup_words(line: Lookup) -> str:
    """What was searched for or looked at, and why, on one line."""
    if line.act is Act.SEARCHED:
        said = _("{words} ({hits} found)").format(words=line.words, hits=line.hits)
        return f"{said}: {', '.join(line.cases)}" if line.cases else said
    return ": ".join(part for part in (line.about, line.words) if part)
