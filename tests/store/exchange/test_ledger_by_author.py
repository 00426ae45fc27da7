"""A vault of an earlier version, which kept by person what it sent and heard, opens and goes on."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from store import database
from store.casework import Casework
from store.database import Connection
from store.exchange import ledger
from tests.store.circle import vault_desk
from tests.store.desk import a_case
from tests.store.exchange.rounds import joined as colleague
from tests.store.exchange.rounds import round_of, until_still
from tests.store.exchange.test_workstation import joined
from tests.store.exchange.test_workstations import all_equal, of_mette


def put_back_to_schema_8(connection: Connection) -> None:
    """Make the two tables what they were until the eighth schema, with the same rows kept by author, and say so."""
    schema = resources.files("store.schema").joinpath("0006_exchange.sql").read_text(encoding="utf-8")
    sent = connection.execute(
        "SELECT name, author, number, digest, base, heads, have, entries FROM exchange_sent"
    ).fetchall()
    heard = connection.execute(
        "SELECT author, max(made_at), number, have, heard, owed, told FROM exchange_heard GROUP BY author"
    ).fetchall()
    with connection.transaction():
        connection.execute("DROP TABLE exchange_sent")
        connection.execute("DROP TABLE exchange_heard")
        for statement in database.statements(schema):
            connection.execute(statement)
        connection.executemany("INSERT INTO exchange_sent VALUES (?, ?, ?, ?, ?, ?, ?, ?)", sent)
        connection.executemany("INSERT INTO exchange_heard VALUES (?, ?, ?, ?, ?, ?, ?)", heard)
        # What the schemas after the ninth made.
        connection.execute("DROP TABLE verified")
        connection.execute("DROP INDEX entry_kind")
        connection.execute("DROP TABLE lies_at")
        connection.execute("PRAGMA user_version = 8")


def by_author(connection: Connection) -> tuple[int, int]:
    """How many rows there are whose workstation is not known: of what was sent, and of what was heard."""
    sent = connection.execute("SELECT count(*) FROM exchange_sent WHERE device = ''").fetchone()
    heard = connection.execute("SELECT count(*) FROM exchange_heard WHERE device = author").fetchone()
    assert sent is not None
    assert heard is not None
    return sent[0], heard[0]


def opened_by_an_earlier_version(desk: Casework, path: Path, number: int) -> Casework:
    """The same vault, closed, put back to the eighth schema, and opened by this version."""
    put_back_to_schema_8(desk._connection)
    desk.close()
    again = vault_desk(path, number)
    assert again._connection.execute("PRAGMA user_version").fetchone() == (len(database.migrations()),)
    return again


@pytest.fixture()
def pair(tmp_path: Path, folder: Path) -> Iterator[list[Casework]]:
    """A workstation of Mette's, whom Bo has not answered yet on the newest, and Bo's."""
    first, *_none = of_mette(tmp_path, 1)
    bo = colleague(tmp_path / "9", 9, "Bo", first)
    case = a_case(first)
    first.share_case(case.id, bo.office().author_id, "Sammen")
    until_still([first, bo], folder)
    first.add_note(case.id, "Ikke hentet endnu.")
    round_of(first, folder)
    desks = [
        opened_by_an_earlier_version(first, tmp_path / "1", 1),
        opened_by_an_earlier_version(bo, tmp_path / "9", 9),
    ]
    yield desks
    for desk in desks:
        desk.close()


def test_of_who_has_one_workstation_everything_counts_on(pair: list[Casework], folder: Path) -> None:
    first, bo = pair
    sent, heard = by_author(first._connection)
    assert sent
    assert heard == 1
    waits = [one for one in first.exchange_waits() if one.case]
    assert [(one.unsent, one.unread, one.device) for one in waits] == [(0, 1, bo._journal.device)]
    assert by_author(first._connection) == (0, 0)
    # What lies there counts as sent: nothing of it is put a second time.
    assert round_of(first, folder).entries == 0
    until_still([bo, first], folder)
    all_equal([first, bo])


def test_control_what_is_nobodys_is_sent_again(pair: list[Casework], folder: Path) -> None:
    first, bo = pair
    with first._connection.transaction():
        ledger.settle(first._connection, {})
    assert round_of(first, folder).entries > 1
    until_still([bo, first], folder)
    all_equal([first, bo])


def test_of_who_has_several_it_is_in_doubt_and_sent_once_more(tmp_path: Path, folder: Path) -> None:
    """As it was before: only the newest workstation had anything, and it counted for all of them."""
    first, *_none = of_mette(tmp_path, 1)
    bo = colleague(tmp_path / "9", 9, "Bo", first)
    case = a_case(first)
    first.share_case(case.id, bo.office().author_id, "Sammen")
    until_still([first, bo], folder)
    second = joined(first, tmp_path / "2", 2)
    third = joined(first, tmp_path / "3", 3)
    until_still([first, third, bo], folder)
    assert second.cases() == ()
    before = {path.name for path in folder.iterdir()}
    first = opened_by_an_earlier_version(first, tmp_path / "1", 1)
    bo = opened_by_an_earlier_version(bo, tmp_path / "9", 9)
    third = opened_by_an_earlier_version(third, tmp_path / "3", 3)
    until_still([first, bo, second, third], folder)
    assert [one.id for one in second.cases()] == [case.id]
    all_equal([first, second, third, bo])
    # What the earlier version left in the folder, and is nobody's now, is gone.
    assert not before & {path.name for path in folder.iterdir()}
    for desk in (first, second, third, bo):
        desk.close()


def test_two_of_ones_own_know_which_the_other_is(tmp_path: Path, folder: Path) -> None:
    desks = of_mette(tmp_path, 2)
    a_case(desks[0])
    until_still(desks, folder)
    desks = [opened_by_an_earlier_version(desk, tmp_path / f"{number}", number) for number, desk in enumerate(desks, 1)]
    assert [by_author(desk._connection)[1] for desk in desks] == [1, 1]
    assert [round_of(desk, folder).entries for desk in desks] == [0, 0]
    for desk in desks:
        assert by_author(desk._connection) == (0, 0)
        assert desk.exchange_waits() == ()
        desk.close()
