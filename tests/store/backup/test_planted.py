"""Somebody who can write to the stick, and knows what stands there in plain, puts a backup of their own among ours."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from store import recovery, wrapping
from store.backup import chain as place
from store.backup.errors import BackupsApart
from store.backup.key import BackupKey
from store.backup.restoring import by_words, restore
from store.casework import Casework
from store.home import Home
from store.secret import Secret
from store.slots import SlotTable
from tests.store.backup.backups import backed, worked
from tests.store.vaults import FLOOR, PASSPHRASE

OTHER: Final = Secret.from_text("seks gule spande ved havnen")


def test_a_chain_that_was_planted_under_the_office_key_is_restored_by_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The office's public key stands in the slots: whoever reads it can seal a data key of their own to the words."""
    _ref, desk = worked(tmp_path / "home")
    key = desk.make_recovery()
    stick = tmp_path / "stick"
    own = backed(desk, stick).path
    [table] = place.tables(own, desk.vault.id)
    desk.close()

    _theirs, stranger = worked(tmp_path / "stranger")
    data_key = Secret(os.urandom(32))
    forged = SlotTable(vault=table.vault, label=table.label, generation=table.generation + 1, slots=())
    assert table.recovery is not None
    slot = recovery.seal(forged, table.recovery.key, data_key)
    forged = wrapping.sealed(replace(forged, slots=(slot,)), data_key)
    with monkeypatch.context() as patch:
        patch.setattr(Casework, "backup_key", lambda self: (self.vault.path, BackupKey(forged, data_key)))
        planted = backed(stranger, stick, whole=True).path
    stranger.close()

    words = Secret.from_text(" ".join(key.words))
    with pytest.raises(BackupsApart) as refused:
        restore(Home(tmp_path / "other"), stick, by_words(words), OTHER, kdf=FLOOR)
    assert set(refused.value.paths) == {own, planted}
    assert list(Home(tmp_path / "other").vaults()) == []
    # The control: moved out of the folder, the own one is restored.
    shutil.move(planted, tmp_path / "aside")
    vault, said = restore(Home(tmp_path / "other"), stick, by_words(words), OTHER, kdf=FLOOR)
    assert said.well and said.source == own
    vault.close()


def test_what_was_made_under_a_new_key_of_the_data_belongs_to_what_was_made_before(tmp_path: Path) -> None:
    _ref, desk = worked(tmp_path / "home")
    key = desk.make_recovery()
    words = Secret.from_text(" ".join(key.words))
    stick = tmp_path / "stick"
    backed(desk, stick)
    renewed = Casework(desk.vault.renew_key(PASSPHRASE))
    renewed.record_renewal("leaver")
    new = backed(renewed, stick).path
    renewed.close()
    vault, said = restore(Home(tmp_path / "other"), stick, by_words(words), OTHER, kdf=FLOOR)
    assert said.well and said.source == new
    vault.close()
