"""What somebody whose card does not count can make a vault do by what they put in the folder: little."""

from __future__ import annotations

import asyncio
import gc
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from guidance.language import set_language
from store import cards, files
from store.age.reader import DecryptingReader
from store.casework import Casework
from store.exchange import listing, looking
from store.exchange.courier import Courier
from store.exchange.envelope import Envelope
from store.exchange.folder import SUFFIX, seal
from store.exchange.looking import Found
from store.files import open_to_read, read_at_most
from tests.store.bundle.invented import Counsellor
from tests.store.desk import a_case
from tests.store.exchange.rounds import joined, look, planned, put, round_of, until_still
from tests.store.exchange.test_courier import two_of_one_office
from tests.store.exchange.test_envelope import STRANGER, enveloped
from tests.store.test_union import tables

LONG = "x" * 500_000
DEVICE = STRANGER.public.hex()


class Part(NamedTuple):
    """What was found at once; `before` is how many envelopes were still held when it was begun."""

    before: int
    envelopes: int
    size: int


def floods(folder: Path, recipient: str, count: int, *, size: int = len(LONG)) -> None:
    """Envelopes by one stranger, with names that come before all others."""
    for number in range(1, count + 1):
        put(folder, f"!{number:05}", seal(enveloped({"text": "x" * size}, number=number), recipient))


@pytest.fixture()
def given(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes of plain text were given, read by read, of whatever is opened."""
    sizes: list[int] = []

    class Counting(DecryptingReader):
        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            sizes.append(len(data))
            return data

    monkeypatch.setattr("store.age.reader.DecryptingReader", Counting)
    return sizes


def test_of_a_stranger_the_card_is_kept_and_nothing_else_is_read(
    two: tuple[Casework, Casework], folder: Path, given: list[int]
) -> None:
    bo = two[1]
    floods(folder, bo.key_card().recipient, 12)
    found = look(folder, bo)
    assert found.envelopes == ()
    assert [(device, card.devices if card else ()) for device, card in found.strangers.items()] == [(DEVICE, (DEVICE,))]
    assert sum(given) < 12 * len(LONG) // 10
    # The control: of somebody who counts all is read and held.
    given.clear()
    counts = {**bo.exchange_known(), DEVICE: cards.author_id(DEVICE)}
    found = look(folder, bo, known=counts)
    assert len(found.envelopes) == 12
    assert sum(given) > 12 * len(LONG)
    assert found.strangers == {}


def test_a_long_head_is_read_of_somebody_who_is_known_only(
    two: tuple[Casework, Casework], folder: Path, given: list[int]
) -> None:
    bo = two[1]
    long = {f"{number:032x}": ("0" * 64,) for number in range(5000)}
    put(folder, "long", seal(enveloped({"text": LONG}, have=long), bo.key_card().recipient))
    found = look(folder, bo)
    assert (found.damaged, dict(found.strangers)) == (1, {})
    assert sum(given) < 300_000
    # The control: by the word of somebody who counts it is read, though the device is nobody's.
    given.clear()
    author = cards.author_id(DEVICE)
    assert list(look(folder, bo, known={"0" * 64: author}).strangers) == [DEVICE]
    assert 500_000 < sum(given) < 700_000
    assert len(look(folder, bo, known={DEVICE: author}).envelopes) == 1


def test_a_flood_by_a_stranger_is_in_nobodys_way(two: tuple[Casework, Casework], folder: Path) -> None:
    mette, bo = two
    until_still([mette, bo], folder)
    case = a_case(mette)
    round_of(mette, folder)
    floods(folder, bo.key_card().recipient, 30, size=20_000)
    came = round_of(bo, folder).came
    assert [one.reference for one in came.spaces if one.reference] == [case.reference]
    assert [one.card.name if one.card else "" for one in came.cards_wanted] == ["S"]
    assert tables(bo, case.id) == tables(mette, case.id)


def test_of_many_strangers_some_cards_are_kept_and_the_others_counted(
    two: tuple[Casework, Casework], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_language("en")
    bo = two[1]
    for number in range(7):
        put(folder, f"{number}", seal(enveloped(by=Counsellor.of(f"stranger {number}")), bo.key_card().recipient))
    assert len(round_of(bo, folder).came.cards_wanted) == 7
    monkeypatch.setattr(listing, "MAX_STRANGERS", 3)
    came = round_of(bo, folder).came
    assert (len(came.cards_wanted), came.more_cards) == (3, 4)
    assert "4 more senders are people whose cards do not count here." in came.words()


def test_who_comes_to_count_in_a_round_is_read_in_the_same_round(
    two: tuple[Casework, Casework], folder: Path, tmp_path: Path
) -> None:
    mette, bo = two
    until_still([mette, bo], folder)
    lis = joined(tmp_path / "3", 3, "Lis", mette)
    until_still([mette, lis], folder)
    case = a_case(lis)
    lis.share_case(case.id, bo.office().author_id, "Sammen")
    round_of(lis, folder)
    known = bo.exchange_known()
    seen = look(folder, bo, known=known, besides=[name for name, _digest in bo.exchange_names()])
    assert [card.name for card in seen.strangers.values() if card] == ["Lis"]
    came = round_of(bo, folder).came
    assert case.reference in {one.reference for one in came.spaces}
    assert came.cards_wanted == ()
    assert tables(bo, case.id) == tables(lis, case.id)
    lis.close()


def parts_of(bo: Casework, folder: Path, monkeypatch: pytest.MonkeyPatch, *, keep: bool = False) -> list[Part]:
    """A round of one, part by part."""
    parts: list[Part] = []
    kept: list[Found] = []
    really = looking.look

    def noted(*given: object, **named: object) -> Found:
        before = sum(isinstance(one, Envelope) for one in gc.get_objects())
        found = really(*given, **named)  # type: ignore[arg-type]
        if keep:
            kept.append(found)
        size = sum(len(one.payload or b"") for letter in found.envelopes for one in letter.entries)
        parts.append(Part(before=before, envelopes=len(found.envelopes), size=size))
        return found

    with monkeypatch.context() as patch:
        patch.setattr(looking, "look", noted)
        round_of(bo, folder)
    return parts


@pytest.mark.parametrize("keep", [False, True], ids=["", "control"])
def test_what_is_opened_is_held_in_parts_and_all_of_it_comes(
    two: tuple[Casework, Casework], folder: Path, monkeypatch: pytest.MonkeyPatch, keep: bool
) -> None:
    mette, bo = two
    until_still([mette, bo], folder)
    case = a_case(mette)
    for number in range(8):
        mette.add_note(case.id, f"{number}" * 9000)
        round_of(mette, folder)
    monkeypatch.setattr(looking, "HELD_MOST", 40_000)
    parts = parts_of(bo, folder, monkeypatch, keep=keep)
    assert len(parts) > 2
    assert max(one.size for one in parts) <= 40_000 < sum(one.size for one in parts)
    assert tables(bo, case.id) == tables(mette, case.id)
    # Nothing of a part is held when the next one begins; what is kept, as the control does, is seen.
    assert (max(one.before for one in parts) == 0) == (not keep)
    monkeypatch.undo()
    assert len(parts_of(bo, folder, monkeypatch)) == 1


def test_no_name_has_a_say_in_what_is_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_FILES", 3)
    for number in range(9):
        (folder / f"!{number}").touch()
    (folder / "zzz").touch()
    (folder / "own").touch()
    plans = [planned(folder, besides=("own",)) for _look in range(400)]
    assert {(len(one.items), one.beyond) for one in plans} == {(3, 7)}
    assert {item.name for one in plans for item in one.items} == {*(f"!{n}" for n in range(9)), "zzz"}
    # The control: by their names the last one would never have been looked at.
    assert "zzz" not in sorted(path.name for path in folder.iterdir())[:3]


def test_more_files_than_a_round_looks_at_shut_nobody_out(
    two: tuple[Casework, Casework], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_language("en")
    mette, bo = two
    until_still([mette, bo], folder)
    case = a_case(mette)
    round_of(mette, folder)
    floods(folder, bo.key_card().recipient, 12, size=10)
    monkeypatch.setattr(listing, "MAX_FILES", 6)
    done = round_of(bo, folder)
    assert done.beyond > 0
    assert "Exchange once more: each round looks at others of them." in done.words()
    for _round in range(200):
        if bo.cases():
            break
        round_of(bo, folder)
    assert [one.reference for one in bo.cases()] == [case.reference]


def test_the_courier_looks_again_while_there_is_more_than_it_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    really = looking.look

    def noted(*given: object, **named: object) -> Found:
        looks.append(1)
        return really(*given, **named)  # type: ignore[arg-type]

    async def go() -> None:
        home, mette, bo = await two_of_one_office(tmp_path / "home")
        await bo.close()
        courier = Courier(mette, home)
        for _look in range(3):
            await courier.once()
        for number in range(5):
            (home.exchange / f"{number}").touch()
        monkeypatch.setattr(looking, "look", noted)
        for _look in range(4):
            await courier.once()
        assert len(looks) == 1
        monkeypatch.setattr(listing, "MAX_FILES", 3)
        for number in range(12):
            (home.exchange / f"more {number}").touch()
        for _look in range(7):
            await courier.once()
        # Four rounds have looked at all of them, and then it is quiet.
        assert len(looks) == 1 + 12 // 3
        await mette.close()

    asyncio.run(go())


@pytest.mark.parametrize("flag", [files._NO_FOLLOW, 0], ids=["by the system", "by comparing"])
def test_a_link_that_took_a_files_place_is_not_followed(
    two: tuple[Casework, Casework], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flag: int
) -> None:
    mette, bo = two
    monkeypatch.setattr("store.files._NO_FOLLOW", flag)
    until_still([mette, bo], folder)
    a_case(mette)
    round_of(mette, folder)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    letters = sorted(folder.glob(f"*{SUFFIX}"))
    names = [path.name for path in letters]
    for letter in letters:
        letter.rename(elsewhere / letter.name)
        letter.symlink_to(elsewhere / letter.name)
    # As if they had been swapped after the folder was listed.
    plan = planned(elsewhere)
    assert sorted(item.name for item in plan.items) == names
    found = look(folder, bo, plan=plan)
    assert (found.envelopes, found.foreign, found.damaged) == ((), 0, 0)
    with pytest.raises(OSError, match=r"."):
        open_to_read(folder / names[0], follow=False)
    # The controls: the link leads to a file that would be read, and without the check it is.
    assert read_at_most(folder / names[0], 4) == b"age-"
    assert look(elsewhere, bo, plan=plan).envelopes


def test_what_is_opened_has_to_be_a_regular_file(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(OSError, match=r"."):
            open_to_read(folder / name, follow=False)
    (folder / "file").write_bytes(b"abc")
    with open_to_read(folder / "file", follow=False) as file:
        assert file.read() == b"abc"
