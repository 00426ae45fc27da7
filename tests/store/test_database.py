"""The encrypted database: settings that hold, transactions, damage, migrations."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from store import database
from store.database import Connection, IntegrityError, connect, statements
from store.errors import DatabaseDamaged, DatabaseMissing, DiskFailed, NewerFormat, VaultInUse
from store.secret import Secret

KEY = Secret(bytes(range(32)))


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    opened = connect(tmp_path / "a.db", KEY, create=True)
    yield opened
    opened.close()


def count(connection: Connection) -> int:
    row = connection.execute("SELECT count(*) FROM vault").fetchone()
    assert row is not None
    return int(row[0])


def test_every_setting_of_the_design_holds(connection: Connection) -> None:
    found = {name: connection.execute(f"PRAGMA {name}").fetchone() for name in database._HELD}
    assert {name: str(row and row[0]) for name, row in found.items()} == {
        name: str(value) for name, value in database._HELD.items()
    }
    assert connection.execute("PRAGMA cipher_memory_security").fetchone() == ("0",)
    assert connection.execute("PRAGMA trusted_schema").fetchone() == (0,)


@pytest.mark.parametrize(
    "other",
    ["temp_store = FILE", "synchronous = NORMAL", "secure_delete = OFF", "foreign_keys = OFF", "cache_size = 10"],
)
def test_a_setting_that_did_not_take_is_noticed(connection: Connection, other: str) -> None:
    database.require_settings(connection)
    connection.execute(f"PRAGMA {other}")
    with pytest.raises(RuntimeError, match=other.split()[0]):
        database.require_settings(connection)


class _BuiltOtherwise:
    """A connection to a library with other compile options, which asks a real one for the rest."""

    def __init__(self, real: Connection, options: set[str]) -> None:
        self._real, self._options = real, options

    def execute(self, sql: str) -> object:
        return [(option,) for option in self._options] if "compile_options" in sql else self._real.execute(sql)


@pytest.mark.parametrize(
    "options", [{"TEMP_STORE=1", "HAS_CODEC"}, {"TEMP_STORE=0", "HAS_CODEC"}, {"HAS_CODEC"}, {"TEMP_STORE=2"}]
)
def test_a_library_that_would_write_temporary_files_is_refused(connection: Connection, options: set[str]) -> None:
    with pytest.raises(RuntimeError, match="temporary files"):
        database.require_settings(_BuiltOtherwise(connection, options))  # type: ignore[arg-type]
    database.require_settings(_BuiltOtherwise(connection, {"TEMP_STORE=2", "HAS_CODEC"}))  # type: ignore[arg-type]


def test_plain_sqlite_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "plain.db") as plain:
        plain.execute("PRAGMA temp_store = MEMORY")
        with pytest.raises(RuntimeError, match="encrypt"):
            database.require_settings(plain)  # type: ignore[arg-type]
    plain.close()


def test_a_transaction_is_all_or_nothing(connection: Connection) -> None:
    with pytest.raises(ZeroDivisionError), connection.transaction():
        connection.execute("INSERT INTO vault VALUES ('a', 1)")
        _ = 1 / 0
    assert count(connection) == 0
    assert not connection.in_transaction
    with connection.transaction():
        connection.execute("INSERT INTO vault VALUES ('a', 1)")
    assert count(connection) == 1
    with pytest.raises(RuntimeError, match="nest"), connection.transaction(), connection.transaction():
        pass
    assert not connection.in_transaction


def test_a_broken_constraint_is_our_mistake_and_is_said_as_it_is(connection: Connection) -> None:
    connection.execute("INSERT INTO vault VALUES ('a', 1)")
    with pytest.raises(IntegrityError), connection.transaction():
        connection.execute("INSERT INTO vault VALUES ('b', 1)")
        connection.execute("INSERT INTO vault VALUES ('a', 1)")
    assert count(connection) == 1
    with pytest.raises(dbapi2.OperationalError):
        connection.execute("SELECT nonsense")


def test_rows_come_one_by_one_or_all_at_once(connection: Connection) -> None:
    done = connection.executemany("INSERT INTO vault VALUES (?, ?)", [("a", 1), ("b", 2)])
    assert done.rowcount == 2
    rows = connection.execute("SELECT key, value FROM vault ORDER BY key")
    assert rows.fetchone() == ("a", 1)
    assert list(rows) == [("b", 2)]
    assert connection.execute("SELECT key FROM vault WHERE value = :v", {"v": 2}).fetchall() == [("b",)]


def test_a_wrong_key_says_nothing_on_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    connect(tmp_path / "a.db", KEY, create=True).close()
    with pytest.raises(DatabaseDamaged):
        connect(tmp_path / "a.db", Secret(bytes(32)))
    assert capfd.readouterr() == ("", "")
    # Without the setting it does say something: the guard is not idle. It holds for a whole process, so ask another.
    script = (
        "import sys\nfrom sqlcipher3 import dbapi2\n"
        "raw = dbapi2.connect(sys.argv[1])\n"
        "raw.execute('PRAGMA key = \"x%s%s%s\"' % (chr(39), bytes(32).hex(), chr(39)))\n"
        "try: raw.execute('SELECT * FROM sqlite_schema')\n"
        "except dbapi2.DatabaseError: pass\n"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path / "a.db"], capture_output=True, check=True)
    assert b"hmac" in done.stderr


def test_a_second_connection_is_in_use(connection: Connection) -> None:
    with pytest.raises(VaultInUse):
        connect(connection.path, KEY)


def test_there_must_be_a_file_and_it_must_not_be_empty(tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissing):
        connect(tmp_path / "a.db", KEY)
    assert not (tmp_path / "a.db").exists()
    (tmp_path / "a.db").touch()
    with pytest.raises(DatabaseDamaged):
        connect(tmp_path / "a.db", KEY)
    with pytest.raises(DiskFailed):
        connect(tmp_path / "a.db", KEY, create=True)


def test_a_name_with_signs_is_no_option_of_the_address(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=memory&x=%41#æ.db"
    connect(path, KEY, create=True).close()
    assert path.stat().st_size > 0


def test_a_page_that_was_changed_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    opened = connect(path, KEY, create=True)
    with opened.transaction():
        opened.executemany("INSERT INTO vault VALUES (?, ?)", [(f"k{n}", "x" * 500) for n in range(500)])
    opened.close()
    content = bytearray(path.read_bytes())
    content[-5000] ^= 1
    path.write_bytes(content)
    opened = connect(path, KEY)
    with pytest.raises(DatabaseDamaged):
        opened.execute("SELECT sum(length(value)) FROM vault").fetchall()
    with pytest.raises(DatabaseDamaged):
        list(opened.execute("SELECT value FROM vault"))
    opened.close()


def test_a_read_only_file_is_a_disk_that_failed(tmp_path: Path) -> None:
    assert isinstance(database._said(_error(8), tmp_path), DiskFailed)
    assert isinstance(database._said(_error(10 | 12 << 8), tmp_path), DiskFailed)
    assert database._said(_error(1), tmp_path) is None
    assert database._said(dbapi2.ProgrammingError("x"), tmp_path) is None


def _error(code: int) -> Exception:
    error: Exception = dbapi2.OperationalError("x")
    error.sqlite_errorcode = code  # type: ignore[attr-defined]
    return error


def test_migrations_are_numbered_without_a_gap() -> None:
    steps = database.migrations()
    assert [number for number, _sql in steps] == list(range(1, len(steps) + 1))


def _with(monkeypatch: pytest.MonkeyPatch, *more: str) -> int:
    steps = database.migrations()
    newest = steps[-1][0]
    added = tuple((newest + 1 + place, sql) for place, sql in enumerate(more))
    monkeypatch.setattr(database, "migrations", lambda: steps + added)
    return newest + len(more)


def test_an_older_schema_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    with_old = connect(path, KEY, create=True)
    with_old.execute("INSERT INTO vault VALUES ('a', 1)")
    with_old.close()
    newest = _with(
        monkeypatch,
        "CREATE TABLE one (a);\nCREATE TRIGGER t AFTER INSERT ON one BEGIN SELECT 1; SELECT 2; END;\n",
        "CREATE TABLE two (b); -- the last",
    )
    opened = connect(path, KEY)
    assert opened.execute("PRAGMA user_version").fetchone() == (newest,)
    assert count(opened) == 1
    opened.execute("SELECT * FROM two")
    opened.close()
    monkeypatch.undo()
    with pytest.raises(NewerFormat):
        connect(path, KEY)


def test_a_migration_that_fails_leaves_the_old_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    connect(path, KEY, create=True).close()
    with monkeypatch.context() as patch:
        _with(patch, "CREATE TABLE one (a);", "CREATE TABLE one (again);")
        with pytest.raises(dbapi2.OperationalError):
            connect(path, KEY)
    opened = connect(path, KEY)
    assert opened.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'one'").fetchone() == (0,)
    opened.close()


def test_statements_keep_triggers_whole() -> None:
    script = "-- a; b\nCREATE TABLE x (a DEFAULT ';');\nCREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; END;\n"
    assert len(list(statements(script))) == 2
    with pytest.raises(RuntimeError, match="within"):
        list(statements("CREATE TABLE x (a"))


def test_a_key_has_32_bytes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32"):
        connect(tmp_path / "a.db", Secret(b"short"), create=True)
    assert not (tmp_path / "a.db").exists()
