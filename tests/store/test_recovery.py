"""Recovery: a slot for the office's words, the drill in a process of its own, a forgotten passphrase, wrong words."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guidance.language import speaking
from store import recovery, recovery_words, slots, wrapping
from store.age.hybrid import HybridIdentity
from store.errors import WrongPassphrase
from store.home import VaultRef
from store.openers import lines_of
from store.passphrase import PassphraseWeak
from store.recovery import DrillFailed, NewKey, NoRecovery, OfficeKeyInvalid, RecoveryOfOther
from store.recovery_sheet import half_blocks, sheet
from store.recovery_words import RecoveryWordsWrong
from store.secret import Secret
from store.slot_parts import SlotsFault
from store.slots import FIRST, SECOND, SlotsDamaged, SlotTable
from store.vault import Vault, VaultWarning
from tests.store.vaults import FLOOR, OTHER, PASSPHRASE, copied_vault
from tests.tools import find, need

KEY = Secret(bytes(range(32)))
SEED = Secret(bytes(range(100, 132)))
EMPTY = SlotTable(vault="0123456789abcdef", label="Åse", generation=3, slots=())


def typed(words: tuple[str, ...]) -> Secret:
    return Secret.from_text(" ".join(words))


def with_recovery(ref: VaultRef) -> NewKey:
    """Give a vault a recovery that was not drilled."""
    key = recovery.new_key()
    with Vault.unlock(ref, PASSPHRASE) as vault:
        vault.make_recovery(key.public)
    return key


def words_of(error: RecoveryWordsWrong | RecoveryOfOther | NoRecovery) -> str:
    with speaking("en"):
        return error.diagnostics().happened


def test_words_and_dots_give_the_seed_back() -> None:
    words = recovery_words.written(SEED)
    assert len(words) == 24
    assert recovery_words.read(typed(words)) == SEED
    assert recovery_words.read(Secret.from_text("  " + "   ".join(words).upper())) == SEED
    assert recovery_words.read(Secret.from_text(recovery_words.dotted(SEED))) == SEED
    assert len(recovery_words.dotted(SEED)) == 96


def test_the_words_are_those_of_the_published_vectors() -> None:
    # The reference vectors of BIP-39, English, 256 bits.
    assert recovery_words.written(Secret(bytes(32))) == ("abandon",) * 23 + ("art",)
    assert recovery_words.written(Secret(b"\xff" * 32)) == ("zoo",) * 23 + ("vote",)


def test_each_slip_is_named_by_its_kind_and_no_word_is_repeated() -> None:
    words = recovery_words.written(SEED)
    swapped = (words[1], words[0], *words[2:])
    other = tuple("zoo" if number == 5 else word for number, word in enumerate(words))
    cases = {
        "unknown-word": [(*words[:6], "kvinde", *words[7:])],
        "too-few": [words[:23], words[:1]],
        "too-many": [(*words, "zoo")],
        "checksum": [swapped, other],
    }
    for kind, wrong in cases.items():
        for one in wrong:
            with pytest.raises(RecoveryWordsWrong) as caught:
                recovery_words.read(typed(one))
            assert caught.value.kind == kind
            shown = words_of(caught.value) + repr(caught.value)
            assert not any(f" {word} " in f" {shown} " for word in one if len(word) > 4)
    with pytest.raises(RecoveryWordsWrong) as caught:
        recovery_words.read(typed((*words[:6], "kvinde", *words[7:])))
    assert "7" in words_of(caught.value)
    for digits in ("0" * 95, "0" * 97, "9" * 96, "²" * 96):
        with pytest.raises(RecoveryWordsWrong):
            recovery_words.read(Secret.from_text(digits))


def test_a_recovery_slot_opens_for_its_seed_and_its_place_only() -> None:
    public = HybridIdentity(SEED.reveal()).recipient.public_key
    slot = recovery.seal(EMPTY, public, KEY)
    table = replace(EMPTY, slots=(slot,))
    assert recovery.unseal(table, SEED) == KEY  # the control of what follows
    for other in (
        replace(table, vault="f" * 16),
        replace(table, slots=(replace(slot, id="f" * 16),)),
        replace(table, slots=(replace(slot, generation=4),)),
        replace(table, slots=(replace(slot, wrapped=bytes([slot.wrapped[0] ^ 1]) + slot.wrapped[1:]),)),
        replace(table, slots=(replace(slot, wrapped=slot.wrapped[:-1] + bytes([slot.wrapped[-1] ^ 1])),)),
    ):
        assert recovery.unseal(other, SEED) is None
    with pytest.raises(RecoveryOfOther) as caught:
        recovery.unseal(table, Secret(bytes(32)))
    assert slot.fingerprint in words_of(caught.value)
    with pytest.raises(NoRecovery):
        recovery.unseal(EMPTY, SEED)


def test_the_slot_stands_in_the_file_in_one_spelling() -> None:
    public = HybridIdentity(SEED.reveal()).recipient.public_key
    table = wrapping.sealed(
        replace(EMPTY, slots=(wrapping.wrap(EMPTY, PASSPHRASE, KEY, FLOOR), recovery.seal(EMPTY, public, KEY))), KEY
    )
    content = table.encode()
    assert len(content) < 16 * 1024
    assert slots.decode(content, Path(FIRST)) == table
    recovery_slot = table.recovery
    assert recovery_slot is not None
    document = recovery_slot.document()
    for wrong in (
        {**document, "suite": "other"},
        {**document, "key": document["key"][2:]},
        {**document, "wrapped": document["wrapped"].upper()},
        {**document, "more": 1},
        {**document, "generation": 0},
    ):
        with pytest.raises(SlotsFault):
            type(recovery_slot).read(wrong)
    with pytest.raises(SlotsFault):
        slots.decode(replace(table, slots=(recovery_slot, replace(recovery_slot, id="f" * 16))).encode(), Path(FIRST))


def test_recovery_counts_once_it_is_drilled_and_reminds_until_then(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    with Vault.unlock(ref, PASSPHRASE) as vault:
        assert VaultWarning.RECOVERY_NOT_MADE not in vault.warnings
        vault.want_recovery()
        assert vault.warnings == (VaultWarning.RECOVERY_NOT_MADE,)
    key = recovery.new_key()
    with Vault.unlock(ref, PASSPHRASE) as vault:
        assert vault.warnings == (VaultWarning.RECOVERY_NOT_MADE,)
        vault.make_recovery(key.public)
        assert vault.warnings == (VaultWarning.RECOVERY_NOT_DRILLED,)
    with Vault.unlock(ref, PASSPHRASE) as vault:
        assert vault.warnings == (VaultWarning.RECOVERY_NOT_DRILLED,)
        wrong = ("zoo", *key.words[1:]) if key.words[0] != "zoo" else ("abandon", *key.words[1:])
        with pytest.raises(RecoveryWordsWrong):
            vault.drill_recovery(typed(wrong))
        with pytest.raises(RecoveryOfOther):
            vault.drill_recovery(typed(recovery.new_key().words))
        assert not vault.openers().drilled_at
        vault.drill_recovery(typed(key.words))
        assert vault.openers().drilled_at
        assert vault.openers().office_key == key.fingerprint
    with Vault.unlock(ref, PASSPHRASE) as vault:
        assert not vault.warnings
        vault.make_recovery(recovery.new_key().public)
        assert list(vault.warnings) == [VaultWarning.RECOVERY_NOT_DRILLED]


def test_the_drill_opens_the_file_in_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = copied_vault(tmp_path / "home")
    key = with_recovery(ref)
    started: list[list[str]] = []
    run = subprocess.run

    def spy(command: list[str], **more: object) -> object:
        started.append(command)
        return run(command, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", spy)
    recovery.drill(ref.path, ref.id, typed(key.words))
    assert len(started) == 1
    assert not any(word in started[0] for word in key.words)
    # The control: a slot whose sealing was changed does not open there, although the words are right.
    table = slots.read_tables(ref.path, ref.id).tables[0]
    assert table.recovery is not None
    broken = replace(table.recovery, wrapped=bytes(len(table.recovery.wrapped)))
    slots.write_table(ref.path, replace(table, slots=(broken,)))
    with pytest.raises(DrillFailed):
        recovery.drill(ref.path, ref.id, typed(key.words))


def test_a_forgotten_passphrase_is_replaced_and_the_owner_is_told(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    key = with_recovery(ref)
    with pytest.raises(PassphraseWeak):
        Vault.recover(ref, typed(key.words), Secret.from_text("kort"), kdf=FLOOR)
    with Vault.recover(ref, typed(key.words), OTHER, kdf=FLOOR) as vault:
        assert VaultWarning.RECOVERY_USED in vault.warnings
    with pytest.raises(WrongPassphrase):
        Vault.unlock(ref, PASSPHRASE)
    with Vault.unlock(ref, OTHER) as vault:
        assert VaultWarning.RECOVERY_USED in vault.warnings
        assert vault.openers().use_unseen
        assert vault.openers().office_key == key.fingerprint
        vault.see_recovery_use()
        assert vault.openers().used_at
    with Vault.unlock(ref, OTHER) as vault:
        assert VaultWarning.RECOVERY_USED not in vault.warnings
        [first] = vault.openers().uses
        with speaking("en"):
            assert f"Opened by the recovery words on {first[:10]}." in lines_of(vault.openers())
    # Again with the digits, by the slot that a change of passphrase leaves there: that hides nothing of the first use.
    later = datetime.now(UTC) + timedelta(days=40)
    with Vault.recover(ref, Secret.from_text(key.digits), PASSPHRASE, kdf=FLOOR, at=later) as vault:
        assert vault.openers().uses == (first, vault.openers().used_at)
        assert VaultWarning.RECOVERY_USED in vault.warnings
        with speaking("en"):
            said = f"Opened by the recovery words 2 times: {first[:10]}, {later:%Y-%m-%d}."
            assert said in lines_of(vault.openers())
    with Vault.unlock(ref, PASSPHRASE):
        pass


def test_without_a_slot_it_is_said_plainly(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    with pytest.raises(NoRecovery) as caught:
        Vault.recover(ref, typed(recovery.new_key().words), OTHER, kdf=FLOOR)
    assert "only its passphrase" in words_of(caught.value)
    with Vault.unlock(ref, PASSPHRASE):
        pass


def test_changing_the_passphrase_leaves_the_recovery(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    key = with_recovery(ref)
    with Vault.unlock(ref, PASSPHRASE) as vault:
        vault.drill_recovery(typed(key.words))
        vault.change_passphrase(PASSPHRASE, OTHER, kdf=FLOOR)
        assert vault.openers().drilled_at
        vault.drill_recovery(typed(key.words))


def test_a_second_vault_of_the_office_takes_the_public_key_only(tmp_path: Path) -> None:
    first, second = copied_vault(tmp_path / "one"), copied_vault(tmp_path / "two")
    key = with_recovery(first)
    with Vault.unlock(first, PASSPHRASE) as vault:
        public = vault.public_office_key()
    for slip in (public[:-1], "age1pq1", "", public.replace("age1pq", "age1")):
        with pytest.raises(OfficeKeyInvalid):
            recovery.read_public(slip)
    with Vault.unlock(second, PASSPHRASE) as vault:
        with pytest.raises(NoRecovery):
            vault.public_office_key()
        vault.make_recovery(recovery.read_public(public + "\n"))
    with Vault.recover(second, typed(key.words), OTHER, kdf=FLOOR) as vault:
        assert vault.openers().office_key == key.fingerprint


def test_slots_swapped_between_vaults_do_not_open(tmp_path: Path) -> None:
    from store.home import Home
    from tests.store.vaults import new_vault

    mine, home = copied_vault(tmp_path / "mine"), Home(tmp_path / "theirs")
    with new_vault(home):
        pass
    theirs = home.vault()
    key = with_recovery(mine)
    with Vault.unlock(theirs, PASSPHRASE) as vault:
        vault.make_recovery(key.public)
    for name in (FIRST, SECOND):
        shutil.copy(theirs.path / name, mine.path / name)
    with pytest.raises(SlotsDamaged) as caught:
        Vault.recover(mine, typed(key.words), OTHER, kdf=FLOOR)
    with speaking("en"):
        assert "another vault" in caught.value.diagnostics().happened
    # With the id rewritten and a new checksum: the sealing is bound to the vault, and nothing opens.
    moved = replace(slots.read_tables(theirs.path, theirs.id).tables[0], vault=mine.id)
    slots.write_table(mine.path, moved)
    with pytest.raises(SlotsDamaged):
        Vault.recover(mine, typed(key.words), OTHER, kdf=FLOOR)
    with pytest.raises(WrongPassphrase):
        Vault.unlock(mine, PASSPHRASE)
    # The control: the vault they belong to opens by them.
    with Vault.recover(theirs, typed(key.words), OTHER, kdf=FLOOR):
        pass


def test_an_older_generation_put_back_opens_and_is_said(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    key = with_recovery(ref)
    old = {name: (ref.path / name).read_bytes() for name in (FIRST, SECOND)}
    with Vault.unlock(ref, PASSPHRASE) as vault:
        vault.change_passphrase(PASSPHRASE, OTHER, kdf=FLOOR)
    (ref.path / SECOND).write_bytes(old[SECOND])
    with pytest.raises(WrongPassphrase):
        Vault.unlock(ref, PASSPHRASE)
    for name, content in old.items():
        (ref.path / name).write_bytes(content)
    with Vault.recover(ref, typed(key.words), OTHER, kdf=FLOOR) as vault:
        assert VaultWarning.SLOTS_OLDER in vault.warnings
    with Vault.unlock(ref, OTHER) as vault:
        assert VaultWarning.SLOTS_OLDER not in vault.warnings


def test_nothing_of_the_words_is_kept(tmp_path: Path) -> None:
    ref = copied_vault(tmp_path / "home")
    key = with_recovery(ref)
    assert key.words[0] not in repr(key)
    assert key.digits not in repr(key)
    seed = recovery_words.read(typed(key.words)).reveal()
    for path in ref.path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert seed not in content
            assert seed.hex().encode() not in content
    # The control: the public half is there.
    document = json.loads((ref.path / FIRST).read_bytes().split(b"\n")[1])
    assert any(slot["type"] == "recovery" and slot["key"] == key.public.hex() for slot in document["slots"])


def test_a_reader_of_squares_reads_the_digits_off_the_terminal_and_off_the_paper(tmp_path: Path) -> None:
    need("zbarimg")
    key = recovery.new_key()
    # Light letters on dark, as a terminal draws them, eight dots of a picture for each of the square's.
    rows = [
        bits
        for line in half_blocks(key.digits)
        for bits in ([sign in "█▀" for sign in line], [sign in "█▄" for sign in line])
    ]
    assert read_square(tmp_path / "terminal.pgm", rows) == key.digits
    path = re.search(r'<path d="([^"]+)"', sheet(key, "Skolen").decode())
    assert path is not None
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path[1])}
    size = max(max(place) for place in dark) + 5
    rows = [[(x, y) not in dark for x in range(size)] for y in range(size)]
    assert read_square(tmp_path / "paper.pgm", rows) == key.digits
    # The control: one with a part of it painted over is not read as something else.
    spoilt = [[True] * size if y > size // 2 else row for y, row in enumerate(rows)]
    assert read_square(tmp_path / "spoilt.pgm", spoilt) == ""


def read_square(picture: Path, rows: list[list[bool]]) -> str:
    """What the decoder reads of a square; True is light."""
    scale = 8
    pixels = b"".join(bytes(255 if light else 0 for light in row for _ in range(scale)) * scale for row in rows)
    picture.write_bytes(b"P5 %d %d 255\n" % (len(rows[0]) * scale, len(rows) * scale) + pixels)
    done = subprocess.run(
        [str(find("zbarimg")), "-q", "--raw", str(picture)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
