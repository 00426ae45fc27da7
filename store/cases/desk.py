"""What every part of casework stands on: the vault, the journal, the clock, and finding a case by its reference."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any, Final, Protocol

from store import checkpoint, cpr, keys
from store.authors import known_authors
from store.cases.errors import CaseAmbiguous, CaseClosed, CaseUnknown, JournalDamaged, NotSetUp, ReasonNeeded
from store.database import Connection
from store.entry import Payload, SpaceKind
from store.errors import DiskFailed, DiskFull
from store.journal import REMARKS, FeedCheck, Journal, RandomBytes, Read, spaces, stored_entries
from store.projections import Standing, follow, standing
from store.zone import local_zone

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SLIPS: Final = str.maketrans({"O": "0", "I": "1", "L": "1", " ": "", "-": ""})
_ID: Final = re.compile(r"[0-9a-f]{4,32}")


class OpenVault(Protocol):
    """What casework needs of an unlocked vault."""

    @property
    def id(self) -> str:
        """The vault's id."""
        ...

    @property
    def path(self) -> Path:
        """The vault's folder."""
        ...

    @property
    def connection(self) -> Connection:
        """The open database."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


def utc_now() -> datetime:
    """Now, by the clock of the machine."""
    return datetime.now(UTC)


class Desk:
    """The base of `store.casework.Casework`; it belongs to the thread that unlocked the vault."""

    def __init__(
        self,
        vault: OpenVault,
        *,
        clock: Callable[[], datetime] = utc_now,
        today: Callable[[], date] | None = None,
        zone: tzinfo | None = None,
        random_bytes: RandomBytes = secrets.token_bytes,
    ) -> None:
        """Begin work on an unlocked vault.

        Args:
            vault: open; `close` of the casework closes it.
            clock: UTC and aware.
            today: the day by the wall; by default that of the clock in `zone`.
            zone: whose calendar days are counted by; by default that of the machine.
            random_bytes: for salts, ids and references.
        """
        self._vault = vault
        self._connection = vault.connection
        self._clock = clock
        self._zone = zone or local_zone()
        self._today = today or (lambda: clock().astimezone(self._zone).date())
        self._random_bytes = random_bytes
        self._closed = False
        self._kept_journal: Journal | None = None
        self.cpr_answer: cpr.Answer = cpr.refuse
        """Asked before an entry is signed in which a civil registration number seems to stand (CM-2b)."""
        self._checks: dict[str, tuple[FeedCheck, dict[str, tuple[str, ...]]]] = {}

    @property
    def _journal(self) -> Journal:
        if self._kept_journal is None:
            key = keys.device_key(self._connection)
            if key is None:
                raise NotSetUp
            self._kept_journal = self._open_journal(key)
        return self._kept_journal

    def _open_journal(self, key: keys.DeviceKey) -> Journal:
        return Journal(self._connection, key, vault=self._vault.id, clock=self._clock, random_bytes=self._random_bytes)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One change: entries, projections and checkpoint are kept together, or nothing is."""
        try:
            with self._connection.transaction():
                yield
                self._journal.seal_commit()
        except BaseException:
            if self._kept_journal is not None:
                self._kept_journal.forget_commit()
            raise

    @contextmanager
    def allowing_cpr(self) -> Iterator[None]:
        """Meanwhile, civil registration numbers are written: somebody has said that they must be there."""
        before, self.cpr_answer = self.cpr_answer, cpr.allow
        try:
            yield
        finally:
            self.cpr_answer = before

    def _append(self, space_kind: SpaceKind, space: str, kind: str, payload: Payload) -> Read:
        """Sign and keep an entry. Nothing is written by any other way.

        Raises:
            CprNoticed: a civil registration number seems to stand in it, and nobody said that it must.
        """
        if kind not in cpr.ALREADY_DONE:
            cpr.require_no_numbers(cpr.numbers_in(kind, payload, self._today()), self.cpr_answer)
        entry = self._journal.append(space_kind, space, kind, payload)
        follow(self._connection, entry)
        return entry

    def _write(self, case: str, kind: str, payload: Payload) -> Read:
        """One entry in one case, as a change of its own."""
        with self._writing():
            return self._append(SpaceKind.CASE, case, kind, payload)

    def _new_id(self) -> str:
        return self._random_bytes(16).hex()

    @property
    def _office_space(self) -> str:
        found = spaces(self._connection, SpaceKind.OFFICE)
        if not found:
            raise NotSetUp
        return found[0]

    def _authors(self) -> dict[str, str]:
        """Who signs with which device: device -> name, by the cards of the office."""
        rows = standing(self._connection, self._office_space)
        authors = known_authors(rows, keys.own_devices(self._connection))
        return {device: author.name for author in authors for device in author.devices}

    def _resolve(self, case: str) -> str:
        """The space of a case, by reference, id, or the beginning of either.

        Raises:
            CaseUnknown: none fits.
            CaseAmbiguous: several do.
        """
        if self._reference(case):
            return case
        rows = self._connection.execute("SELECT space, reference FROM case_file ORDER BY opened_at, space").fetchall()
        wanted = plain_reference(case)
        exact = [row for row in rows if wanted == plain_reference(row[1]) or case == row[0]]
        found = exact or [
            row
            for row in rows
            if (wanted and plain_reference(row[1]).startswith(wanted))
            or (_ID.fullmatch(case) and row[0].startswith(case))
        ]
        if not found:
            raise CaseUnknown(case)
        if len(found) > 1:
            raise CaseAmbiguous(case, tuple(reference for _space, reference in found))
        space: str = found[0][0]
        return space

    def _reference(self, space: str) -> str:
        row = self._connection.execute("SELECT reference FROM case_file WHERE space = ?", (space,)).fetchone()
        return row[0] if row else ""

    def _open_case(self, case: str) -> str:
        """The space of a case that may be changed.

        Raises:
            CaseClosed: it is closed.
        """
        space = self._resolve(case)
        if self._is_closed(space):
            raise CaseClosed(self._reference(space))
        return space

    def _is_closed(self, space: str) -> bool:
        return all_say(standing(self._connection, space, "status"), lambda value: bool(value["closed"]))

    def _flags(self, space: str, kind: SpaceKind = SpaceKind.CASE) -> dict[str, tuple[str, ...]]:
        """Verify what of a space was not verified yet: entry -> what is remarkable about it, damage among it."""
        check, flags = self._checks.setdefault(space, (FeedCheck(kind, space), {}))
        fresh = list(stored_entries(self._connection, space, after=check.arrival))
        if fresh:
            devices = self._devices()
            for arrival, stored in fresh:
                if found := check.take(arrival, stored, devices):
                    flags[stored.id] = found
        return flags

    def _devices(self) -> set[str]:
        return {*keys.own_devices(self._connection), *self._authors()}

    def _verified(self, space: str) -> None:
        """Raises JournalDamaged where an entry of the case does not verify."""
        faults = {fault for found in self._flags(space).values() for fault in found} - REMARKS
        kept = self._connection.execute("SELECT entry FROM head WHERE space = ?", (space,)).fetchall()
        if not faults and {entry for (entry,) in kept} != self._checks[space][0].heads:
            faults = {"heads-differ"}
        if faults:
            raise JournalDamaged(self._reference(space), tuple(sorted(faults)))

    def close(self) -> None:
        """Write the checkpoint beside the vault and close the vault; nothing can be asked of this casework afterwards.

        A full disk does not keep the vault open: the older checkpoint that lies there still holds. Closing twice does
        nothing.
        """
        if self._closed:
            return
        self._closed = True
        try:
            with suppress(DiskFull, DiskFailed):
                checkpoint.write_outside(self._vault.path, self._connection)
        finally:
            self._vault.close()


def plain_reference(text: str) -> str:
    """A reference as it is compared: upper case, without dash and blanks, O read as 0, I and L as 1."""
    return text.upper().translate(_SLIPS)


def new_reference(year: int, random_bytes: RandomBytes) -> str:
    """A reference such as `26-K7M4Q`: the year and 25 random bits in Crockford's base 32."""
    number = int.from_bytes(random_bytes(4), "big")
    return f"{year % 100:02}-" + "".join(_ALPHABET[number >> shift & 31] for shift in range(0, 25, 5))


def all_say(rows: tuple[Standing, ...], test: Callable[[Any], bool]) -> bool:
    """Whether there is a statement and all that stand agree; where heads disagree the careful answer is no."""
    return bool(rows) and all(test(row.value) for row in rows)


def reason_in_words(reason: str) -> str:
    """The reason, as it was typed.

    Raises:
        ReasonNeeded: it is blank.
    """
    if not reason.strip():
        raise ReasonNeeded
    return reason
