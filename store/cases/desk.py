"""What every part of casework stands on: the vault, the journal, the clock, and finding a case by its reference."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any, Final, Protocol

from guidance.errors import SeglError
from store import checkpoint, cpr, erasing, keys
from store.authors import Trust, trust_of
from store.cases.errors import (
    CaseAmbiguous,
    CaseClosed,
    CaseHandedOver,
    CaseUnknown,
    JournalDamaged,
    NotSetUp,
    ReasonNeeded,
)
from store.cases.openings import (
    CONCERN_READ,
    READ,
    Openings,
    PurposeAnswer,
    PurposeNeeded,
    check_purpose,
    is_own,
    no_purpose,
)
from store.cases.trust_errors import NotAdministrator
from store.database import Connection
from store.entry import Payload, SpaceKind
from store.errors import DiskFailed, DiskFull
from store.given_up import given_up
from store.journal import REMARKS, FeedCheck, Journal, RandomBytes, Read, headers_of, spaces, stored_entries
from store.may_write import SHARING, never_shared_with
from store.model import HandedOver
from store.office_rules import administrators_only, not_counting
from store.projections import follow, remake_space
from store.standing import Standing, standing
from store.verified import WORTH, keep, resumed
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
        self.purpose_answer: PurposeAnswer = no_purpose
        """Asked before a case that is not one's own is read, what for."""
        self._openings = Openings(vault.connection)
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
            NotAdministrator: only an administrator of the office writes such an entry.
        """
        if administrators_only(space_kind, kind):
            self._require_administrator()
        if kind not in cpr.ALREADY_DONE:
            cpr.require_no_numbers(cpr.numbers_in(kind, payload, self._today()), self.cpr_answer)
        silent = self._silent(space) if kind in SHARING and space_kind is SpaceKind.CASE else {}
        entry = self._journal.append(space_kind, space, kind, payload)
        if silent and self._silent(space) != silent:
            # What somebody wrote before it was shared with them counts from now on.
            remake_space(self._connection, space, self._silent(space))
        else:
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

    def _trust(self) -> Trust:
        """Who counts, worked out from the keys of this vault outwards."""
        return trust_in(self._connection, self._office_space)

    def _require_administrator(self) -> None:
        """Raises NotAdministrator where the counsellor of this vault is none."""
        trust = self._trust()
        own = trust.author_of(self._journal.device)
        if own is None or not own.administrator:
            raise NotAdministrator(tuple(one.name for one in trust.authors if one.administrator and not one.revoked))

    def _authors(self) -> dict[str, str]:
        """Who signs with which device: device -> name, by the cards that count."""
        return self._trust().names()

    def _reading(self) -> dict[str, str]:
        """Who reads by which key: recipient -> name, by the cards that count."""
        return self._trust().readers()

    def _resolve(self, case: str) -> str:
        """The space of a case, by reference, id, or the beginning of either.

        Raises:
            CaseUnknown: none fits.
            CaseAmbiguous: several do.
        """
        if self._connection.execute("SELECT 1 FROM case_file WHERE space = ?", (case,)).fetchone():
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
        """The reference of a case, of an erased one too."""
        row = self._connection.execute("SELECT reference FROM case_file WHERE space = ?", (space,)).fetchone()
        if row:
            return str(row[0])
        gone = (row.value.get("reference", "") for row in standing(self._connection, space, "erased/"))
        return next((str(reference) for reference in gone if reference), "")

    def _to_read(self, case: str) -> str:
        """The space of a case that is opened: that is on record, and of one that is not one's own a purpose is asked.

        Raises:
            CaseUnknown, CaseAmbiguous: as they say.
            PurposeNeeded: nobody said what for.
        """
        space = self._resolve(case)
        if not self._openings.stated(space):
            trust = self._trust()
            me = trust.author_of(self._journal.device)
            if me is None or is_own(self._connection, space, trust, me):
                self._openings.state(space, "")
            else:
                needed = PurposeNeeded(space, self._reference(space))
                purpose = self.purpose_answer(needed)
                if not purpose.strip():
                    raise needed
                self.state_purpose(space, purpose)
        self._openings.look(space, keys.own_devices(self._connection))
        return space

    def state_purpose(self, case: str, purpose: str) -> None:
        """Say what a case that is not one's own is opened for; it holds until the vault is closed.

        Raises:
            ReasonNeeded: it is blank.
            CprNoticed: a civil registration number seems to stand in it.
        """
        space = self._resolve(case)
        words = check_purpose(purpose)
        cpr.require_no_numbers(cpr.numbers_in(READ, {"purpose": words}, self._today()), self.cpr_answer)
        self._openings.state(space, words)

    def record_openings(self) -> None:
        """Write down which cases were opened and found since this was last called.

        On a full or failing disk nothing is lost but the time: what was shown was shown, and it is written with the
        next opening, or when there is room.
        """
        due = self._openings.due()
        if not due or self._connection.closed or self._connection.in_transaction:
            return
        me = self._trust().author_of(self._journal.device)
        with suppress(DiskFull, DiskFailed):
            with self._writing():
                for one in due:
                    said = {"author": me.id if me else "", "purpose": one.purpose, "how": one.how.value}
                    [(kind,)] = self._connection.execute("SELECT kind FROM space WHERE id = ?", (one.space,)).fetchall()
                    self._append(SpaceKind(kind), one.space, READ if kind == SpaceKind.CASE else CONCERN_READ, said)
            self._openings.done(due)

    def _open_case(self, case: str) -> str:
        """The space of a case that may be changed.

        Raises:
            CaseClosed: it is closed.
        """
        space = self._to_read(case)
        if self._is_closed(space):
            raise CaseClosed(self._reference(space))
        return space

    def _case_to_decide(self, case: str) -> str:
        """The space of a case in which something may be decided: by whoever has it, who sees all that stands in it.

        Raises:
            CaseClosed: it is closed.
            CaseHandedOver: it was given up.
        """
        space = self._open_case(case)
        self._refuse_given_up(space)
        return space

    def _refuse_given_up(self, space: str) -> None:
        gone = self._given_up(space).get(space)
        if gone is not None:
            raise CaseHandedOver(self._reference(space), gone.to, gone.at.astimezone(self._zone).date())

    def _given_up(self, case: str = "") -> dict[str, HandedOver]:
        """The cases that whoever works here gave up; of one space, where it is named."""
        if not self._connection.execute("SELECT 1 FROM case_file LIMIT 1").fetchone():
            # Before it is set up a vault has no case, and nobody who could give one up.
            return {}
        trust = self._trust()
        me = trust.author_of(self._journal.device)
        return given_up(self._connection, trust, me, self._silent, case=case) if me is not None else {}

    def _is_closed(self, space: str) -> bool:
        return all_say(standing(self._connection, space, "status"), lambda value: bool(value["closed"]))

    def _flags(self, space: str, kind: SpaceKind = SpaceKind.CASE) -> dict[str, tuple[str, ...]]:
        """Verify what of a space was not verified yet: entry -> what is remarkable about it, damage among it."""
        if space not in self._checks:
            self._checks[space] = resumed(self._connection, kind, space, keys.own_devices(self._connection))
        check, flags = self._checks[space]
        fresh = 0
        devices: Container[str] | None = None
        for arrival, stored in list(stored_entries(self._connection, space, after=check.arrival)):
            devices = self._trust().devices(kind) if devices is None else devices
            fresh += 1
            if found := check.take(arrival, stored, devices):
                flags[stored.id] = found
        if fresh >= WORTH:
            keep(self._connection, check, flags)
        more = self._silent(space)
        more |= {
            entry: "withheld"
            for (entry,) in self._connection.execute(
                # In this order: few are withheld, and of entries there may be ten thousands.
                "SELECT withheld.entry FROM withheld CROSS JOIN entry ON entry.id = withheld.entry "
                "WHERE entry.space = ?",
                (space,),
            ).fetchall()
        }
        more |= dict.fromkeys(erasing.waiting_in(self._connection, space), "not-carried-out")
        return {**flags, **{entry: (*flags.get(entry, ()), flag) for entry, flag in more.items()}} if more else flags

    def _silent(self, space: str) -> dict[str, str]:
        """The entries of a space that say nothing to the tables, and why."""
        return silent_in(self._connection, self._trust(), space)

    def _verified(self, space: str) -> None:
        """Raises JournalDamaged where an entry of the case does not verify."""
        faults = {fault for found in self._flags(space).values() for fault in found} - REMARKS
        kept = self._connection.execute("SELECT entry FROM head WHERE space = ?", (space,)).fetchall()
        if not faults and {entry for (entry,) in kept} != self._checks[space][0].heads:
            faults = {"heads-differ"}
        if faults:
            raise JournalDamaged(self._reference(space), tuple(sorted(faults)))

    @property
    def closed(self) -> bool:
        """Whether nothing can be asked of this casework any more."""
        return self._closed or self._connection.closed

    def close(self) -> None:
        """Write the checkpoint beside the vault and close the vault; nothing can be asked of this casework afterwards.

        A full disk does not keep the vault open: the older checkpoint that lies there still holds. Closing twice does
        nothing.
        """
        if self._closed:
            return
        self._closed = True
        try:
            # Tables that were changed from outside keep no vault open.
            with suppress(SeglError, KeyError, ValueError, TypeError):
                self.record_openings()
            with suppress(DiskFull, DiskFailed):
                checkpoint.write_outside(self._vault.path, self._connection)
        finally:
            self._vault.close()


def trust_in(connection: Connection, office: str, rows: Sequence[Standing] | None = None) -> Trust:
    """Who counts in a vault, by what stands in its office's space.

    Args:
        connection: has the journal and the keys.
        office: the space.
        rows: what stands there, where it is not to be read from the kept tables.
    """
    if rows is None:
        rows = standing(connection, office)
    return trust_of(
        rows, keys.own_devices(connection), office=office, headers_of=lambda: headers_of(connection, office)
    )


def revoked_in(connection: Connection, trust: Trust, space: str) -> frozenset[str]:
    """The entries of a space that a revocation silences; nothing is read where no revoked key wrote in it."""
    marks = ", ".join("?" * len(trust.revoked))
    row = connection.execute(
        f"SELECT 1 FROM entry WHERE space = ? AND device IN ({marks}) LIMIT 1",  # noqa: S608
        (space, *trust.revoked),
    ).fetchone()
    return trust.silent(space, headers_of(connection, space)) if row else frozenset()


def silent_in(connection: Connection, trust: Trust, space: str) -> dict[str, str]:
    """The entries of a space that say nothing to the tables: entry -> the remark that says why.

    `revoked`: a revocation silences it. `not-shared`: the case was never shared with who wrote it.
    `not-administrator`: in the office's, somebody wrote it who may not, or may no longer.
    """
    if connection.execute("SELECT 1 FROM space WHERE id = ? AND kind = 'office'", (space,)).fetchone():
        return dict.fromkeys(not_counting(connection, trust, space), "not-administrator")
    revoked = revoked_in(connection, trust, space)
    found = dict.fromkeys(never_shared_with(connection, trust, space, silent=revoked), "not-shared")
    return found | dict.fromkeys(revoked, "revoked")


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
