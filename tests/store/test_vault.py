"""A vault as a whole: made, opened, changed, damaged, shared, killed, on a full disk."""

from __future__ import annotations

import os
import random
import shutil
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from guidance.errors import ExitCode, SeglError
from guidance.language import speaking
from store import attempts, database, slots
from store import vault as vault_module
from store.checkpoint import outside
from store.errors import (
    DatabaseDamaged,
    DatabaseMissing,
    DiskFailed,
    DiskFull,
    NewerFormat,
    VaultInUse,
    WrongPassphrase,
)
from store.home import Home, HomeRefused, VaultRef, VaultUnknown
from store.passphrase import PassphraseWeak
from store.secret import Secret
from store.slots import FIRST, SECOND, SlotsDamaged
from store.vault import DATABASE, Vault, VaultWarning
from store.wrapping import NotEnoughMemory
from tests.store.vaults import FLOOR, OTHER, PASSPHRASE, copied_vault, fill, modes, new_vault, small_disk


def unlock(ref: VaultRef, passphrase: Secret = PASSPHRASE) -> Vault:
    return Vault.unlock(ref, passphrase)


def keep(vault: Vault, key: str) -> None:
    with vault.connection.transaction():
        vault.connection.execute("INSERT INTO vault (key, value) VALUES (?, 1)", (key,))


def kept(vault: Vault) -> set[str]:
    return {row[0] for row in vault.connection.execute("SELECT key FROM vault")} - {"id", "slots-generation"}


def test_a_new_vault_opens_with_its_passphrase_and_keeps_what_was_saved(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with new_vault(home, label="Mette") as vault:
        keep(vault, "a note")
        assert (vault.label, vault.path, vault.warnings) == ("Mette", home.folder / vault.id, ())
    assert [(ref.id, ref.label) for ref in home.vaults()] == [(vault.id, "Mette")]
    with unlock(home.vault()) as vault:
        assert kept(vault) == {"a note"}
        assert vault.warnings == ()


def test_closing_empties_the_wal_and_lets_go(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    vault = unlock(ref)
    keep(vault, "x")
    assert (ref.path / "vault.db-wal").stat().st_size > 0
    vault.close()
    vault.close()
    assert not (ref.path / "vault.db-wal").exists()
    assert (ref.path / "vault.lock").read_bytes() == b""
    unlock(ref).close()


def test_a_wrong_passphrase_changes_nothing(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    before = {path.name: path.read_bytes() for path in ref.path.iterdir()}
    with pytest.raises(WrongPassphrase) as caught:
        unlock(ref, OTHER)
    assert caught.value.exit_code is ExitCode.LOCKED
    after = {path.name: path.read_bytes() for path in ref.path.iterdir()}
    assert after.pop(attempts.NAME).startswith(b"segl-attempts 1 1 ")
    assert after == before
    unlock(ref).close()


def test_an_open_vault_knows_its_passphrase_and_no_other(tmp_path: Path) -> None:
    with unlock(copied_vault(tmp_path / "home")) as vault:
        assert vault.knows(PASSPHRASE)
        assert not vault.knows(OTHER)
        vault.change_passphrase(PASSPHRASE, OTHER, kdf=FLOOR)
        assert vault.knows(OTHER)
        assert not vault.knows(PASSPHRASE)


def test_a_changed_passphrase(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    with unlock(ref) as vault:
        keep(vault, "before")
        with pytest.raises(WrongPassphrase):
            vault.change_passphrase(OTHER, PASSPHRASE, kdf=FLOOR)
        with pytest.raises(PassphraseWeak):
            vault.change_passphrase(PASSPHRASE, Secret.from_text("hemmelig1234"), kdf=FLOOR)
        vault.change_passphrase(PASSPHRASE, OTHER, kdf=FLOOR)
        keep(vault, "after")
    with pytest.raises(WrongPassphrase):
        unlock(ref)
    with unlock(ref, OTHER) as vault:
        assert kept(vault) == {"before", "after"}
        assert vault.warnings == ()
        vault.change_passphrase(OTHER, PASSPHRASE, kdf=FLOOR)
    with unlock(ref) as vault:
        assert kept(vault) == {"before", "after"}


@pytest.mark.parametrize("weak", ["", "kort", "Sommer2026!!", "Mette Mette Mette"])
def test_no_vault_is_made_with_a_weak_passphrase(tmp_path: Path, weak: str) -> None:
    home = Home(tmp_path / "home")
    with pytest.raises(PassphraseWeak):
        Vault.create(home, label="Mette", passphrase=Secret.from_text(weak), kdf=FLOOR)
    assert not home.root.exists()


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_everything_is_private_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from tests.store.vaults import *\n"
        "import store.home\n"
        "home = Home(Path(sys.argv[1]))\n"
        f"umask = os.umask; umask({mask:#o}); os.umask = lambda _mask: 0\n"
        "vault = new_vault(home)\n"
        "with vault.connection.transaction(): vault.connection.execute(\"INSERT INTO vault VALUES ('x', 1)\")\n"
        "print({p: oct(m) for p, m in modes(home.root).items() if m != (0o700 if (home.root/p).is_dir() else 0o600)})\n"
        "print(len(modes(home.root)))\n"
        "vault.change_passphrase(PASSPHRASE, OTHER, kdf=FLOOR); vault.close()\n"
        "print({p: oct(m) for p, m in modes(home.root).items() if m != (0o700 if (home.root/p).is_dir() else 0o600)})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "home"], capture_output=True, text=True, cwd=Path.cwd()
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["{}", "9", "{}"]


def test_what_others_could_read_is_tightened_when_it_is_opened(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    for path in (ref.path, *ref.path.iterdir()):
        path.chmod(0o777)
    unlock(ref).close()
    assert {mode for name, mode in modes(ref.path).items() if name != "."} == {0o600}
    assert stat.S_IMODE(ref.path.stat().st_mode) == 0o700


def test_what_others_could_do_with_the_home_is_taken_away_when_a_vault_is_opened(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    for folder in (tmp_path / "home", ref.path.parent, ref.path):
        folder.chmod(0o777)
    with Vault.unlock(Home(tmp_path / "home").vault(), PASSPHRASE):
        assert not any(mode & 0o077 for mode in modes(tmp_path / "home").values())


@pytest.mark.parametrize("name", ["vault.slots", "vault.slots.2", "checkpoint.txt"])
def test_a_pipe_in_the_place_of_a_file_holds_nobody_up(name: str, tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    (ref.path / name).unlink(missing_ok=True)
    os.mkfifo(ref.path / name)
    with Vault.unlock(Home(tmp_path / "home").vault(), PASSPHRASE) as vault:
        assert [path.name for path, document in outside(vault.path) if document is None] == (
            [name] if name == "checkpoint.txt" else []
        )


def test_in_use_by_another_process(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.store.vaults import *\n"
        "vault = Vault.unlock(Home(Path(sys.argv[1])).vault(), PASSPHRASE)\n"
        "print('open', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "home")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(VaultInUse) as caught:
            unlock(ref)
        assert caught.value.process == other.pid
        assert caught.value.exit_code is ExitCode.LOCKED
        assert str(other.pid) in caught.value.diagnostics().happened
        other.kill()
    unlock(ref).close()


def test_a_stale_lock_file_is_harmless(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    (ref.path / "vault.lock").write_text('{"process": 1, "host": "elsewhere", "since": "2020-01-01T00:00:00Z"}')
    unlock(ref).close()


def test_in_use_even_where_the_lock_file_was_taken_away(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    with unlock(ref):
        (ref.path / "vault.lock").unlink()
        with pytest.raises(VaultInUse) as caught:
            unlock(ref)
        assert caught.value.process is None


def test_kill_9_loses_nothing_that_was_acknowledged_and_blocks_nobody(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.store.vaults import *\n"
        "vault = Vault.unlock(Home(Path(sys.argv[1])).vault(), PASSPHRASE)\n"
        "for number in range(10**6):\n"
        "    with vault.connection.transaction():\n"
        "        vault.connection.execute('INSERT INTO vault (key, value) VALUES (?, ?)', (f'k{number}', 'x' * 500))\n"
        "    print(number, flush=True)\n"
    )
    acknowledged = -1
    for _round in range(3):
        command = [
            sys.executable,
            "-c",
            script.replace("range(", f"range({acknowledged + 1}, "),
            str(tmp_path / "home"),
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for _line in range(random.randint(50, 150)):
                acknowledged = int(writer.stdout.readline())
            writer.send_signal(signal.SIGKILL)
            rest = writer.stdout.read().split("\n")
            acknowledged = max([acknowledged, *(int(line) for line in rest[:-1])])
        with unlock(ref) as vault:
            numbers = {int(key[1:]) for key in kept(vault)}
            assert set(range(acknowledged + 1)) <= numbers
            # One more may have been committed without being acknowledged.
            assert len(numbers) <= acknowledged + 2
            vault.connection.execute("DELETE FROM vault WHERE key = ?", (f"k{acknowledged + 1}",))


def test_an_unknown_folder_is_no_vault(tmp_path: Path) -> None:
    with pytest.raises(VaultUnknown):
        unlock(VaultRef(id="0" * 16, label="", path=tmp_path / "home" / "vaults" / ("0" * 16)))


def test_a_missing_database(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    (ref.path / DATABASE).unlink()
    with pytest.raises(DatabaseMissing) as caught:
        unlock(ref)
    assert caught.value.exit_code is ExitCode.INTEGRITY
    assert not (ref.path / DATABASE).exists()


@pytest.mark.parametrize("damage", ["empty", "start", "noise", "short"])
def test_a_damaged_database(tmp_path: Path, damage: str) -> None:
    ref = copied_vault(tmp_path / "home")
    path = ref.path / DATABASE
    content = bytearray(path.read_bytes())
    match damage:
        case "empty":
            content = bytearray()
        case "start":
            content[100] ^= 1
        case "noise":
            content = bytearray(os.urandom(len(content)))
        case "short":
            del content[4000:]
    path.write_bytes(content)
    with pytest.raises(DatabaseDamaged) as caught:
        unlock(ref)
    assert caught.value.exit_code is ExitCode.INTEGRITY
    assert path.read_bytes() == content


def test_another_vaults_database_is_damage(tmp_path: Path) -> None:
    ref, other = copied_vault(tmp_path / "one"), new_vault(Home(tmp_path / "two"))
    other.close()
    shutil.copyfile(other.path / DATABASE, ref.path / DATABASE)
    with pytest.raises(DatabaseDamaged):
        unlock(ref)


def test_swapped_slots_are_damage_and_the_own_copy_still_opens(tmp_path: Path) -> None:
    ref, other = copied_vault(tmp_path / "one"), new_vault(Home(tmp_path / "two"))
    other.close()
    shutil.copyfile(other.path / FIRST, ref.path / FIRST)
    with unlock(ref) as vault:
        assert vault.warnings == (VaultWarning.SLOTS_REPAIRED,)
    for name in (FIRST, SECOND):
        shutil.copyfile(other.path / FIRST, ref.path / name)
    with pytest.raises(SlotsDamaged) as caught:
        unlock(ref)
    assert "belongs to another vault" in caught.value.diagnostics().happened


def test_slots_renamed_to_another_vault_do_not_open(tmp_path: Path) -> None:
    # The id of the folder is only the folder's: the wrapping binds the vault as well.
    ref, other = copied_vault(tmp_path / "one"), new_vault(Home(tmp_path / "two"))
    other.close()
    table = slots.read_tables(other.path, other.id).tables[0]
    forged = replace(table, vault=ref.id)
    for name in (FIRST, SECOND):
        (ref.path / name).write_bytes(forged.encode())
    with pytest.raises(WrongPassphrase):
        unlock(ref)


@pytest.mark.parametrize("name", [FIRST, SECOND])
def test_one_damaged_copy_is_made_anew(tmp_path: Path, name: str) -> None:
    ref = copied_vault(tmp_path / "home")
    (ref.path / name).write_bytes(b"")
    with unlock(ref) as vault:
        assert vault.warnings == (VaultWarning.SLOTS_REPAIRED,)
    with unlock(ref) as vault:
        assert vault.warnings == ()
    other = SECOND if name == FIRST else FIRST
    (ref.path / other).unlink()
    unlock(ref).close()


def test_both_copies_damaged(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    (ref.path / FIRST).write_bytes(b"x")
    (ref.path / SECOND).unlink()
    with pytest.raises(SlotsDamaged) as caught:
        unlock(ref)
    assert caught.value.exit_code is ExitCode.INTEGRITY
    assert caught.value.faults == ("vault.slots: damaged", "vault.slots.2: missing")
    assert Home(tmp_path / "home").vaults()[0].label == ""


def test_a_table_forged_with_a_right_checksum_is_noticed_by_its_mac(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    table = slots.read_tables(ref.path, ref.id).tables[0]
    forged = replace(table, label="Somebody else").encode()
    (ref.path / FIRST).write_bytes(forged)
    with unlock(ref) as vault:
        assert vault.label == "Mette"
        assert vault.warnings == (VaultWarning.SLOTS_REPAIRED,)
    for name in (FIRST, SECOND):
        (ref.path / name).write_bytes(forged)
    with pytest.raises(SlotsDamaged) as caught:
        unlock(ref)
    assert caught.value.faults == ("vault.slots: does not verify",)
    assert "vault.slots: damaged" in caught.value.diagnostics().happened


def test_an_older_copy_of_the_slots_does_not_bring_an_old_passphrase_back(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    old = (ref.path / FIRST).read_bytes()
    with unlock(ref) as vault:
        vault.change_passphrase(PASSPHRASE, OTHER, kdf=FLOOR)
    (ref.path / SECOND).write_bytes(old)
    with pytest.raises(WrongPassphrase):
        unlock(ref)
    with unlock(ref, OTHER) as vault:
        assert kept(vault) == set()
    # Both put back: the old one opens, since nothing else could, and it is said.
    for name in (FIRST, SECOND):
        (ref.path / name).write_bytes(old)
    with unlock(ref) as vault:
        assert vault.warnings == (VaultWarning.SLOTS_OLDER,)
        vault.change_passphrase(PASSPHRASE, OTHER, kdf=FLOOR)
    with unlock(ref, OTHER) as vault:
        assert vault.warnings == ()


class PowerCut(BaseException):
    """The process is gone at this point."""


@pytest.mark.parametrize("step", range(13))
def test_a_power_cut_at_any_step_of_a_change_leaves_a_passphrase_that_opens(
    tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = copied_vault(tmp_path / "home")
    steps = iter(range(100))

    def cut(call: object, *arguments: object, **named: object) -> object:
        if next(steps) == step:
            raise PowerCut
        assert callable(call)
        return call(*arguments, **named)

    vault = unlock(ref)
    with monkeypatch.context() as patch:
        for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "read_bytes"), (os, "open")):
            original = getattr(owner, name)
            patch.setattr(owner, name, lambda *a, _call=original, **n: cut(_call, *a, **n))
        # What a real cut would leave lying about.
        patch.setattr(Path, "unlink", lambda *_a, **_n: None)
        finished = False
        try:
            vault.change_passphrase(PASSPHRASE, OTHER, kdf=FLOOR)
            finished = True
        except PowerCut:
            pass
    vault.close()
    opened: list[Secret] = []
    for passphrase in (OTHER, PASSPHRASE):
        copy = tmp_path / f"copy-{len(opened)}-{passphrase is OTHER}"
        shutil.copytree(tmp_path / "home", copy)
        try:
            with unlock(Home(copy).vault(), passphrase) as again:
                assert again.warnings == ()
        except WrongPassphrase:
            continue
        with unlock(Home(copy).vault(), passphrase) as again:
            assert len(slots.read_tables(again.path, again.id).tables) == 1
        opened.append(passphrase)
        assert list((copy / "vaults" / ref.id).glob(".*")) == []
    assert opened
    # The last step is past the end: the change is done, and the old passphrase is of no use.
    assert finished == (step == 12)
    if finished:
        assert opened == [OTHER]


def test_a_byte_wrong_anywhere_in_both_copies_is_never_called_a_wrong_passphrase(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    whole = (ref.path / FIRST).read_bytes()
    for place in range(len(whole)):
        for flip in (0x01, 0x20, 0x80):
            damaged = bytearray(whole)
            damaged[place] ^= flip
            (ref.path / FIRST).write_bytes(damaged)
            (ref.path / SECOND).write_bytes(whole)
            read = slots.read_tables(ref.path, ref.id)
            assert len(read.tables) == 1
            assert read.tables[0].encode() == whole
            assert read.faults
        (ref.path / SECOND).write_bytes(damaged)
        with pytest.raises(SlotsDamaged):
            slots.read_tables(ref.path, ref.id)


def test_a_newer_database_is_refused_and_untouched(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    with unlock(ref) as vault:
        vault.connection.execute("PRAGMA user_version = 9999")
    with pytest.raises(NewerFormat) as caught:
        unlock(ref)
    assert caught.value.exit_code is ExitCode.FAILED
    assert (caught.value.found, caught.value.known) == (9999, database.migrations()[-1][0])


def test_a_full_disk_takes_the_last_change_only(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        home = Home(disk / "home")
        ballast = disk / "holiday.jpg"
        ballast.write_bytes(bytes(400 * 1024))
        saved = 0
        with new_vault(home) as vault:
            with pytest.raises(DiskFull) as caught:
                for number in range(10_000):
                    with vault.connection.transaction():
                        vault.connection.execute("INSERT INTO vault VALUES (?, ?)", (f"k{number}", "x" * 4000))
                    saved = number + 1
            assert caught.value.exit_code is ExitCode.FAILED
            assert saved > 10
            assert len(kept(vault)) == saved
        # A full disk keeps nobody from reading.
        fill(disk)
        with unlock(home.vault()) as vault:
            assert len(kept(vault)) == saved
            with pytest.raises(DiskFull):
                vault.change_passphrase(PASSPHRASE, OTHER, kdf=FLOOR)
        (home.vault().path / SECOND).write_bytes(b"")
        with unlock(home.vault()) as vault:
            assert vault.warnings == (VaultWarning.SLOTS_NOT_REPAIRED,)
        ballast.unlink()
        with unlock(home.vault()) as vault:
            assert vault.warnings == (VaultWarning.SLOTS_REPAIRED,)
            assert len(kept(vault)) == saved
            keep(vault, "room again")


@pytest.mark.parametrize("room", ["8k", "16k", "40k", "100k"])
def test_no_room_for_a_vault_leaves_nothing(tmp_path: Path, room: str) -> None:
    with small_disk(tmp_path / "disk", size=room) as disk:
        home = Home(disk / "home")
        with pytest.raises(DiskFull):
            new_vault(home)
        assert home.vaults() == ()
        assert [path.name for path in home.folder.iterdir() if path.name != ".making.lock"] == []


@pytest.mark.parametrize("failing", ["write_table", "sync_folder", "OwnerLock"])
def test_a_failure_while_making_leaves_nothing(tmp_path: Path, failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    owner = slots if failing == "write_table" else vault_module
    original, calls = getattr(owner, failing), []

    def fail(*arguments: object, **named: object) -> object:
        calls.append(arguments)
        if failing != "write_table" and len(calls) < 2:
            return original(*arguments, **named)
        raise OSError(5, "Input/output error") if failing == "sync_folder" else DiskFailed(home.root, "broken")

    with monkeypatch.context() as patch:
        patch.setattr(owner, failing, fail)
        with pytest.raises(DiskFailed):
            new_vault(home)
    assert home.vaults() == ()
    assert [path.name for path in home.folder.iterdir() if path.name != ".making.lock"] == []
    new_vault(home).close()
    assert len(home.vaults()) == 1


def test_what_a_killed_attempt_left_is_swept_away(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    left = home.folder / ".making-0123456789abcdef"
    left.mkdir()
    (left / "vault.db").write_bytes(b"x")
    assert home.vaults() == ()
    new_vault(home).close()
    assert not left.exists()
    assert len(home.vaults()) == 1


def test_a_home_that_became_unfit_does_not_open(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    unfit = (tmp_path / "home").rename(tmp_path / "OneDrive")
    with pytest.raises(HomeRefused):
        unlock(VaultRef(id=ref.id, label="", path=unfit / "vaults" / ref.id))
    Home(unfit).prepare(override_reason="The office keeps its vaults here")
    unlock(Home(unfit).vault()).close()


def test_another_thread_is_refused(tmp_path: Path) -> None:
    import threading

    with unlock(copied_vault(tmp_path / "home")) as vault:
        caught: list[str] = []

        def use() -> None:
            try:
                vault.connection.execute("SELECT 1")
            except Exception as error:  # noqa: BLE001
                caught.append(type(error).__name__)

        thread = threading.Thread(target=use)
        thread.start()
        thread.join()
        assert caught == ["ProgrammingError"]


def test_no_plain_text_and_no_key_in_any_file(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    planted = "et meget hemmeligt notat"
    with unlock(ref) as vault:
        keep(vault, planted)
        every = b"".join(path.read_bytes() for path in ref.path.iterdir())
        assert vault._data_key.reveal() not in every
        assert vault._data_key.reveal().hex().encode() not in every
    every += b"".join(path.read_bytes() for path in ref.path.iterdir())
    assert planted.encode() not in every
    assert b"SQLite format 3" not in every
    assert PASSPHRASE.reveal() not in every


def test_every_failure_speaks_both_languages(tmp_path: Path) -> None:
    failures: list[SeglError] = [
        WrongPassphrase(),
        VaultInUse(),
        DiskFull(tmp_path),
        DiskFailed(tmp_path, "x"),
        NewerFormat(tmp_path, 2, 1),
        DatabaseMissing(tmp_path),
        DatabaseDamaged(tmp_path),
        SlotsDamaged(tmp_path, ("vault.slots: missing",)),
        NotEnoughMemory(64),
    ]
    assert len({failure.code for failure in failures}) == len(failures)
    for failure in failures:
        with speaking("da"):
            danish = failure.diagnostics()
        with speaking("en"):
            english = failure.diagnostics()
        for one, other in zip(
            (danish.happened, danish.safe, danish.todo), (english.happened, english.safe, english.todo), strict=True
        ):
            assert one
            assert one != other
    for warning in VaultWarning:
        with speaking("da"):
            said = warning.words()
        assert said != warning.words()
