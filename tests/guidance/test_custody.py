"""Which event of the custody chain may follow which: by example, and for whatever sequence chance makes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.custody import Copy, Device, Event, Fault, Move, check, follow, is_statement, same
from guidance.language import LANGUAGES, set_language

D = "sha256:" + "0" * 64


def move(event: Event, by: str = "Ane", **more: object) -> Move:
    return replace(Move(event=event, by=by, copy=1), **more)  # type: ignore[arg-type]


def chain(*moves: Move) -> list[tuple[str, Move]]:
    return [(str(place), one) for place, one in enumerate(moves, start=1)]


FOUND = move(Event.FOUND)
HANDED = move(Event.HANDED, to="Bo")
RECEIVED = move(Event.RECEIVED, "bo ", receipt="17")
CLEARED = move(Event.CLEARED, device=Device.OTHER, on="i går", how="ringede")
CLEARING = move(Event.CLEARING, device=Device.OWN, by_segl=True)
GONE = move(Event.CLEARED, device=Device.OWN, by_segl=True)


@pytest.mark.parametrize(
    ("before", "then", "fault"),
    [
        ([], FOUND, None),
        ([FOUND], FOUND, Fault.BEGUN),
        ([], HANDED, Fault.HOLDER_UNKNOWN),
        ([FOUND], HANDED, None),
        ([FOUND], move(Event.HANDED, "Bo", to="Ane"), Fault.NOT_HOLDER),
        ([FOUND], move(Event.HANDED, to=" ane"), Fault.TO_ONESELF),
        ([FOUND], move(Event.HANDED), Fault.TO_MISSING),
        ([FOUND], RECEIVED, Fault.NOT_HANDED),
        ([FOUND, HANDED], RECEIVED, None),
        ([FOUND, HANDED], move(Event.RECEIVED, "Ib"), Fault.NOT_TO_THEM),
        ([FOUND, HANDED], HANDED, Fault.ON_ITS_WAY),
        ([FOUND, HANDED], move(Event.HELD), Fault.ON_ITS_WAY),
        ([FOUND, HANDED], CLEARED, Fault.ON_ITS_WAY),
        ([FOUND, HANDED, RECEIVED], HANDED, Fault.NOT_HOLDER),
        ([FOUND, HANDED, RECEIVED], move(Event.HELD), Fault.NOT_HOLDER),
        ([FOUND, HANDED, RECEIVED], move(Event.HELD, "BO"), None),
        ([FOUND, HANDED, RECEIVED], move(Event.RETURNED, "Bo", to="Ane"), None),
        ([FOUND, HANDED, RECEIVED], move(Event.RETURNED, "Bo", to="Ib"), Fault.NEVER_CAME),
        ([FOUND], move(Event.RETURNED, to="Bo"), Fault.NEVER_CAME),
        ([], move(Event.RETURNED, to="Bo"), Fault.NEVER_CAME),
        ([FOUND], move(Event.VERIFIED), Fault.DIGEST_MISSING),
        ([FOUND], move(Event.VERIFIED, digest=D), None),
        ([FOUND], CLEARED, None),
        ([FOUND, CLEARED], CLEARED, Fault.CLEARED),
        ([FOUND, CLEARED], move(Event.HELD), Fault.CLEARED),
        ([FOUND, CLEARED], replace(FOUND, copy=2), None),
        ([FOUND], replace(CLEARED, how=" "), Fault.STATEMENT),
        ([FOUND], replace(CLEARED, device=Device.NONE), Fault.DEVICE_MISSING),
        ([FOUND], replace(CLEARED, device=Device.VICTIM), Fault.DEVICE_VICTIM),
        ([FOUND], replace(CLEARED, copy=0), Fault.ORIGINAL),
        ([FOUND], CLEARING, None),
        ([FOUND], replace(CLEARING, device=Device.OTHER), Fault.DEVICE_OTHER),
        ([FOUND], GONE, Fault.NOT_BEGUN),
        ([FOUND, CLEARING], GONE, None),
        ([FOUND, CLEARING], CLEARING, Fault.CLEARING),
        ([FOUND, CLEARING], HANDED, Fault.CLEARING),
        ([FOUND, CLEARING, replace(GONE, event=Event.NOT_CLEARED)], CLEARING, None),
        ([FOUND], replace(GONE, event=Event.NOT_CLEARED), Fault.NOT_BEGUN),
        ([], move(Event.FOUND, " "), Fault.BY_MISSING),
    ],
)
def test_what_may_follow_what(before: list[Move], then: Move, fault: Fault | None) -> None:
    assert all(check(chain(*before[:n]), one) is None for n, one in enumerate(before)), "the beginning is possible"
    assert check(chain(*before), then) is fault


def test_a_correction_stands_in_the_place_of_the_other_and_both_are_kept() -> None:
    before = chain(FOUND, HANDED, RECEIVED)
    mended = move(Event.RECEIVED, "Bo", receipt="71", corrects="3", reason="tastet forkert")
    assert check(before, mended) is None
    links = follow([*before, ("4", mended)]).links
    assert [(link.entry, link.replaced_by) for link in links] == [("1", ""), ("2", ""), ("3", "4"), ("4", "")]
    assert check(before, replace(mended, reason=" ")) is Fault.REASON_MISSING
    assert check([*before, ("4", mended)], replace(mended, receipt="5")) is Fault.CORRECTS_NOTHING
    assert check([*before, ("4", mended)], replace(mended, corrects="4")) is None
    assert check(before, replace(mended, corrects="9")) is Fault.CORRECTS_NOTHING


def test_a_correction_that_makes_what_came_later_impossible_is_refused() -> None:
    before = chain(FOUND, HANDED, RECEIVED)
    other = move(Event.HANDED, to="Ib", corrects="2", reason="en anden")
    assert check(before, other) is Fault.NOT_TO_THEM
    assert check(before, move(Event.WITHDRAWN, corrects="2", reason="aldrig sket")) is Fault.NOT_HANDED
    assert check(before, move(Event.WITHDRAWN, corrects="3", reason="aldrig sket")) is None
    assert check(before, move(Event.WITHDRAWN, reason="x")) is Fault.CORRECTS_NOTHING


def test_what_segl_did_is_not_corrected() -> None:
    before = chain(FOUND, CLEARING, GONE)
    assert check(before, move(Event.WITHDRAWN, corrects="3", reason="x")) is Fault.CORRECTS_SEGL
    assert check(chain(FOUND, CLEARED), move(Event.WITHDRAWN, corrects="2", reason="x")) is None


def test_of_feeds_that_met_the_impossible_is_marked_and_has_no_effect() -> None:
    links = follow(chain(FOUND, CLEARED, HANDED)).links
    assert [link.fault for link in links] == [None, None, Fault.CLEARED]
    assert follow(chain(FOUND, CLEARED, HANDED)).copies[1].cleared


def test_every_fault_has_words_in_both_languages() -> None:
    said = set()
    for language in LANGUAGES:
        set_language(language)
        for fault in Fault:
            assert fault.words().endswith((".", "!"))
            said.add(fault.words())
    assert len(said) == 2 * len(Fault)


PEOPLE = st.sampled_from(["Ane", "Bo", "Ib", "ane "])
MOVES = st.builds(
    Move,
    event=st.sampled_from(list(Event)),
    copy=st.integers(0, 2),
    by=PEOPLE,
    to=PEOPLE,
    digest=st.sampled_from(["", D]),
    on=st.sampled_from(["", "i går"]),
    how=st.just("ringede"),
    device=st.sampled_from(list(Device)),
    by_segl=st.booleans(),
    corrects=st.sampled_from(["", "", "", "1", "2", "3"]),
    reason=st.sampled_from(["", "r"]),
)


@given(st.lists(MOVES, max_size=14))
def test_whatever_is_let_through_makes_a_possible_chain(moves: list[Move]) -> None:
    kept: list[tuple[str, Move]] = []
    for one in moves:
        if check(kept, one) is None:
            kept.append((str(len(kept) + 1), one))
    found = follow(kept)
    assert not any(link.fault for link in found.links)
    standing = [link.move for link in found.links if not link.replaced_by and link.move.event is not Event.WITHDRAWN]
    for copy in {one.copy for one in standing}:
        ended = [one.event for one in standing if one.copy == copy and one.event is Event.CLEARED]
        assert len(ended) <= 1
        assert not (copy == 0 and ended)
        assert found.copies[copy].cleared == bool(ended)
    assert not any(one.device is Device.VICTIM for one in standing if one.event in (Event.CLEARED, Event.CLEARING))


@given(st.lists(MOVES, max_size=10))
def test_any_chain_can_be_followed_and_keeps_every_event(moves: list[Move]) -> None:
    found = follow(chain(*moves))
    assert [link.move for link in found.links] == moves
    assert all(isinstance(copy, Copy) for copy in found.copies.values())


@given(st.lists(MOVES, max_size=10))
def test_what_is_recorded_later_changes_nothing_of_what_was_recorded(moves: list[Move]) -> None:
    whole = follow(chain(*moves)).links
    for length in range(len(moves)):
        part = follow(chain(*moves[:length])).links
        assert [(one.entry, one.move) for one in part] == [(one.entry, one.move) for one in whole[:length]]


def test_small_words() -> None:
    assert same(" Bo  Li", "bo li")
    assert not same("Bo", "Ib")
    assert is_statement(CLEARED)
    assert not is_statement(GONE)
