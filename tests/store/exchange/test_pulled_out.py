"""A stick that is pulled out at a step of a round: told in words, nothing lost, and the next rounds bring all of it."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from guidance.language import set_language
from store.casework import Casework
from store.errors import DiskFailed, DiskGone
from store.exchange import folder as place
from store.exchange.post import NotPut
from tests.pulled import ERRORS, pulled, require_words, steps
from tests.store.desk import a_case
from tests.store.exchange.rounds import round_of, until_still
from tests.store.test_union import tables

MOST = 8


def test_a_round_that_puts_and_one_that_takes_in(two: tuple[Casework, Casework], folder: Path) -> None:
    mette, bo = two
    until_still([mette, bo], folder)
    case = a_case(mette)
    for giver, taker in (two, two[::-1]):
        # The first round takes in and puts; the other way round it is the other's turn.
        giver.add_note(case.id, "before it is counted")
        with pulled(folder) as whole:
            round_of(giver, folder)
        until_still([mette, bo], folder)
        for number in steps(len(whole.asked), MOST):
            giver.add_note(case.id, f"{number}")
            with pulled(folder, at=number, error=ERRORS[number % len(ERRORS)]) as one:
                try:
                    done = round_of(giver, folder)
                except (DiskFailed, NotPut) as told:
                    assert isinstance(told.why if isinstance(told, NotPut) else told, DiskGone), one.asked[-1]
                    require_words(told)
                else:
                    # Whatever was still asked was of no more use: what is said to be put lies there whole.
                    assert not one.out or done.put == 1, (number, one.asked[-1])
            until_still([mette, bo], folder)
            assert tables(taker, case.id) == tables(giver, case.id)
            assert not [path for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("error", ERRORS, ids=[errno.errorcode[one] for one in ERRORS])
def test_whatever_a_system_calls_it_the_folder_is_said_to_be_gone(
    two: tuple[Casework, Casework], folder: Path, error: int
) -> None:
    mette, _bo = two
    with pytest.raises(DiskGone) as told, pulled(folder, at=0, error=error):
        round_of(mette, folder)
    require_words(told.value)


@pytest.mark.parametrize("error", [errno.EROFS, errno.EACCES, errno.ENOSPC, errno.EIO])
def test_where_it_can_not_be_written_what_came_is_said(
    two: tuple[Casework, Casework], folder: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    """A stick with its write protection on: what is for one is read, and what one has to say waits."""
    set_language("en")
    mette, bo = two
    case = a_case(mette)
    until_still([mette, bo], folder)
    mette.add_note(case.id, "Fra Mette.")
    round_of(mette, folder)
    bo.add_note(case.id, "Fra Bo.")
    there = {path.name: path.read_bytes() for path in folder.iterdir()}
    opened = os.open

    def protected(path: str, flags: int, *given: Any, **named: Any) -> int:
        if flags & os.O_CREAT:
            raise OSError(error, os.strerror(error), path)
        return opened(path, flags, *given, **named)

    with monkeypatch.context() as patch, pytest.raises(NotPut) as told:
        patch.setattr(os, "open", protected)
        round_of(bo, folder)
    require_words(told.value)
    said = told.value.diagnostics()
    assert f"Case {case.reference}: 1 new entry, from Mette." in said.safe
    assert "only the last change" not in str(said)
    assert "Fra Mette." in {note.current.text for note in bo.case(case.id).notes}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == there
    # Nothing is lost: it goes as soon as it can be written.
    until_still([bo, mette], folder)
    assert tables(bo, case.id) == tables(mette, case.id)


def test_a_round_that_only_looks_does_not_say_that_nothing_came(two: tuple[Casework, Casework], folder: Path) -> None:
    mette, bo = two
    a_case(mette)
    round_of(mette, folder)
    with pytest.raises(DiskGone), pulled(folder, at=2):
        round_of(bo, folder)
    assert round_of(bo, folder).came.changed


def test_what_is_taken_away_is_gone_when_that_is_written_through(folder: Path) -> None:
    names = [place.new_name() for _number in range(3)]

    def fill() -> None:
        for name in names[:2]:
            (folder / name).write_bytes(b"sealed")

    fill()
    with place.Folder(folder) as opened, pulled(folder) as whole:
        assert place.clear(opened, names) == set(names)
    [sync] = [number for number, asked in enumerate(whole.asked) if asked.startswith("fsync")]
    assert sync == len(whole.asked) - 1
    fill()
    with place.Folder(folder) as opened, pulled(folder, at=sync):
        assert place.clear(opened, names) == frozenset()
