"""Backing up and restoring on the command line: what is answered, with which code, and that a stranger gets nothing."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest

from tests.store.backup.backups import ERASED_SINCE
from tests.store.backup.test_drill import LOOKED
from tests.tui.cli.support import PASSPHRASE, Segl
from tests.tui.cli.test_json import faults
from tests.tui.cli.test_terminal import screen

NEW = "seks gule spande ved havnen"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    stick = tmp_path / "stick"
    stick.mkdir()
    return stick


def test_from_the_first_backup_to_the_restored_vault(segl: Segl, case: str, stick: Path, tmp_path: Path) -> None:
    first = segl("backup", stick, "--json").json
    assert faults("segl backup", first) == []
    assert (first["whole"], first["number"]) == (True, 1)
    segl("note", "add", case, stdin="Hun kom igen i dag.")
    # The note, and that the case was looked at for it.
    assert "2 new entries are backed up" in segl("backup", stick, "--lang", "en").out
    status = segl("backup", "status", "--json").json
    assert faults("segl backup status", status) == []
    assert (status["behind"], status["due"], status["days"]) == (0, False, 14)
    assert "does not remind" in segl("backup", "status", "--remind", "0", "--lang", "en").out

    drilled = segl("backup", stick, "--drill", "--json").json
    assert faults("segl backup --drill", drilled) == []
    assert (drilled["well"], drilled["vault"]) == (True, None)
    assert "That was a drill" in segl("backup", stick, "--drill", "--lang", "en").out

    # The machine is lost: an empty home, the stick, the passphrase.
    there = sorted((segl.home / "vaults").iterdir())
    other = Segl(tmp_path / "other")
    done = other("restore", stick, "--kdf", "floor", "--json").json
    assert faults("segl restore", done) == []
    assert done["well"] and done["cases"] == 1
    assert "Hun kom igen i dag." in other("case", "show", case).out
    assert other("doctor", "--json").json["well"]
    assert sorted((segl.home / "vaults").iterdir()) == there


@pytest.mark.parametrize("language", ERASED_SINCE)
def test_what_was_erased_since_and_is_here_again_is_said(
    segl: Segl, stick: Path, tmp_path: Path, language: str
) -> None:
    segl("backup", stick)
    day = segl("backup", stick, "--drill", "--json").json["made_at"][:10]
    other = Segl(tmp_path / "other")
    done = other("restore", stick, "--kdf", "floor", "--lang", language)
    assert ERASED_SINCE[language].format(day=day) in done.out
    # The control: where nothing becomes a vault nothing came back, and nothing is said of it.
    assert ERASED_SINCE[language].format(day=day) not in segl("backup", stick, "--drill", "--lang", language).out


@pytest.mark.parametrize("where", ["store.doctor._Examination.keys", "store.backup.drilling.gather"])
def test_a_drill_that_is_interrupted_says_so_and_is_not_passed(
    segl: Segl, stick: Path, in_this_process: pytest.MonkeyPatch, where: str
) -> None:
    segl("backup", stick)
    kept = segl("backup", "status", "--json").json
    owner, _dot, name = where.rpartition(".")
    real = getattr(resolve_name(owner.replace("._", ":_")), name)

    def interrupted(*arguments: Any, **options: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return real(*arguments, **options)

    in_this_process.setattr(where, interrupted)
    said = segl("backup", stick, "--drill", "--lang", "en", code=130)
    assert "All of it verifies" not in said.out + said.err
    document = segl("backup", stick, "--drill", "--json", code=130).json
    if "doctor" in where:
        assert faults("segl backup --drill", document) == []
        assert (document["well"], document["whole"]) == (False, False)
        assert document["looked"] == ["structure", "office", "entries", "checkpoints", "keys"]
        assert document["not_looked"] == ["playbooks", "tables"]
        assert LOOKED["en"][0] in said.out and LOOKED["en"][1] in said.out
    else:
        assert (document["error"]["code"], document["error"]["exit_code"]) == ("drill-stopped", 130)
        assert said.out == ""
        assert "it was not looked at" in said.err
    # The control: the same without the interrupt is passed; and nothing of either is on record.
    in_this_process.setattr(where, real)
    assert segl("backup", stick, "--drill", "--json").json["well"]
    assert segl("backup", "status", "--json").json == kept


def test_a_wrong_passphrase_and_a_vault_that_is_there_restore_nothing(segl: Segl, stick: Path, tmp_path: Path) -> None:
    other = Segl(tmp_path / "other", passphrase="noget helt andet der er langt")
    assert "no whole backup" in other("restore", stick, "--lang", "en", code=2).err
    segl("backup", stick)
    other("restore", stick, "--kdf", "floor", code=3)
    assert list((tmp_path / "other" / "vaults").iterdir()) == []
    refused = segl("restore", stick, "--kdf", "floor", "--json", code=5).json
    assert refused["error"]["code"] == "vault-still-there"
    assert len(list((segl.home / "vaults").glob("[0-9a-f]*"))) == 1
    assert "where the vaults themselves are" in segl("backup", segl.home, "--lang", "en", code=2).err
    segl("backup", tmp_path / "nowhere", code=2)


def test_the_words_open_a_backup_and_set_a_new_passphrase(segl: Segl, stick: Path, tmp_path: Path) -> None:
    words = segl("recovery", "make", "--json").json["words"]
    segl("backup", stick)
    other = Segl(tmp_path / "other", passphrase=NEW)
    wrong = {"--words-fd": " ".join([*words[:4], "kvinde", *words[5:]]), "--new-passphrase-fd": NEW}
    said = other("restore", stick, "--kdf", "floor", "--lang", "en", fds=wrong, unlock=False, code=3).err
    assert "word number 5" in said and "kvinde" not in said
    right = {"--words-fd": " ".join(words), "--new-passphrase-fd": NEW}
    other("restore", stick, "--kdf", "floor", fds=right, unlock=False)
    assert other("vault", "show", "--json").json["recovery"]["office_key"]


def test_closed_vaults_are_copied_without_a_passphrase_and_what_is_open_is_named(
    segl: Segl, stick: Path, tmp_path: Path
) -> None:
    from store.files import OwnerLock

    done = segl("backup", stick, "--all", "--json", unlock=False).json
    assert faults("segl backup --all", done) == []
    [one] = done["vaults"]
    assert one["outcome"] == "copied"
    lock = OwnerLock(segl.home / "vaults" / one["vault"] / "vault.lock")
    try:
        again = segl("backup", stick, "--all", "--lang", "en", unlock=False, code=3)
    finally:
        lock.release()
    assert "in use, NOT copied" in again.out
    shutil.rmtree(segl.home)
    other = Segl(tmp_path / "other")
    assert other("restore", stick, "--kdf", "floor", "--json").json["well"]


def test_old_chains_are_shown_confirmed_and_removed(segl: Segl, case: str, stick: Path) -> None:
    for number in range(3):
        segl("note", "add", case, stdin=f"Nummer {number}.")
        segl("backup", stick, "--whole")
    chains = sorted(path for path in stick.glob("segl-backup-*/*") if path.is_dir())
    before = {path: path.read_bytes() for path in stick.rglob("*") if path.is_file()}
    plan = segl("backup", "thin", stick, "--preview", "--json").json
    assert faults("segl backup thin", plan) == []
    assert (plan["removed"], len(plan["goes"]), len(plan["confirm"])) == ([], 2, 8)
    shown = segl("backup", "thin", stick, "--preview", "--lang", "en").out
    assert all(one["name"] in shown for one in (*plan["goes"], *plan["stays"]))
    assert "This goes, for good:" in shown and f"--confirm {plan['confirm']}" in shown
    # Nobody is there to ask; another list than there is; no code at all.
    assert "--preview" in segl("backup", "thin", stick, "--lang", "en", code=2).err
    assert segl("backup", "thin", stick, "--confirm", "00000000", "--json", code=5).json["error"]["code"] == (
        "backups-changed"
    )
    segl("backup", "thin", stick, "--keep", "2", "--confirm", plan["confirm"], code=5)
    segl("backup", "thin", stick, "--confirm", "alt", code=2)
    segl("backup", "thin", stick, "--keep", "0", code=2)
    assert {path: path.read_bytes() for path in stick.rglob("*") if path.is_file()} == before

    done = segl("backup", "thin", stick, "--confirm", plan["confirm"], "--json").json
    assert faults("segl backup thin", plan, done) == []
    assert done["removed"] == [one["name"] for one in plan["goes"]]
    assert [path for path in chains if path.exists()] == [path for path in chains if path.name == plan["newest"]]
    status = segl("backup", "status", "--json").json
    assert faults("segl backup status", status) == []
    assert {one["name"] for one in status["removed"]} == set(done["removed"])
    assert "2 old chains were removed" in segl("backup", "status", "--lang", "en").out
    assert "There is nothing to remove." in segl("backup", "thin", stick, "--lang", "en").out
    assert segl("backup", stick, "--drill", "--json").json["well"]


def test_what_is_shown_and_asked_at_a_terminal_goes_on_yes_only(segl: Segl, case: str, stick: Path) -> None:
    for _number in range(2):
        segl("backup", stick, "--whole")
    for answer, said, left in (("nej", "Intet er fjernet.", 2), ("", "Intet er fjernet.", 2), ("ja", "er fjernet", 1)):
        with screen(segl, "backup", "thin", stick, "--lang", "da") as shown:
            shown.answer("adgangskode:", PASSPHRASE)
            shown.wait_for("Dette fjernes for altid:")
            shown.answer("Fjern det for altid? (ja/nej)", answer)
            shown.wait_for(said)
            assert shown.end() == 0
        assert len(list(stick.glob("segl-backup-*/2*"))) == left
