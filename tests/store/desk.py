"""An unlocked vault for tests, without the price of a passphrase: the real database and a clock that ticks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from store.casework import Casework
from store.database import Connection, connect
from store.model import CaseSummary, Contact, Intake, OfficeSetUp, PersonDraft, Role
from store.secret import Secret

BEGIN = datetime(2026, 11, 21, 7, 0, 0, tzinfo=UTC)
DIGEST = "sha256:" + "5e" * 32


class OpenFolder:
    """What `Vault.unlock` gives, for a folder with a database under a fixed key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = "0123456789abcdef"
        file = path / "vault.db"
        self.connection: Connection = connect(file, Secret(b"k" * 32), create=not file.exists())

    def close(self) -> None:
        self.connection.close()


class Clock:
    """A clock that goes on by a second each time it is looked at, and begins where the one before it stands."""

    _latest = BEGIN

    def __init__(self) -> None:
        self.now = Clock._latest

    @classmethod
    def begin_anew(cls) -> None:
        """Before each test: what another test let go by is no matter of this one."""
        cls._latest = BEGIN

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        Clock._latest = max(Clock._latest, self.now)
        return self.now

    def today(self) -> date:
        return self.now.date()


def open_desk(path: Path, *, clock: Clock | None = None) -> Casework:
    """Casework on the folder; the same again after `close`."""
    clock = clock or Clock()
    return Casework(OpenFolder(path), clock=clock, today=clock.today, zone=UTC)


def set_up_desk(path: Path, *, clock: Clock | None = None) -> Casework:
    """Casework that has its office and its counsellor."""
    desk = open_desk(path, clock=clock)
    desk.set_up(
        OfficeSetUp(
            office="Nørreskolen",
            author="Åse Rådgiver",
            contacts=(Contact(id="prevention-unit", name="Forebyggelsen", phone="70 00 00 00"),),
        )
    )
    return desk


def a_case(desk: Casework, title: str = "Et billede er delt") -> CaseSummary:
    """A case with a victim and a mother."""
    return desk.new_case(
        Intake(
            title=title,
            happened="Set i en gruppe i går.",
            stand_in="Bo",
            people=(
                PersonDraft(name="Mor", roles=(Role.PARENTAL_AUTHORITY,), authority_over=("Liv",)),
                PersonDraft(name="Liv", roles=(Role.VICTIM, Role.PUPIL)),
            ),
        )
    )
