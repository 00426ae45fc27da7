"""What of a copy can't all be true: the sides there are, and that after any decision the rest can be."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from guidance.custody import Device, Event, Fault, Move, check, follow
from guidance.custody_disputes import Dispute, disputes

D = "sha256:" + "0" * 64


def move(event: Event, by: str = "Ane", **more: object) -> Move:
    return replace(Move(event=event, by=by), **more)  # type: ignore[arg-type]


FOUND = ("found", move(Event.FOUND))
TO_POLICE = ("to-police", move(Event.HANDED, to="Politiet"))
POLICE_HAS = ("police-has", move(Event.RECEIVED, "Politiet", receipt="K-17"))
TO_IB = ("to-ib", move(Event.HANDED, to="Ib"))
IB_HAS = ("ib-has", move(Event.RECEIVED, "Ib"))
TO_KIM = ("to-kim", move(Event.HANDED, to="Kim"))
CHECKED = ("checked", move(Event.VERIFIED, digest=D))
COPY = move(Event.CLEARED, "Kim", copy=1, device=Device.OTHER, on="i går", how="ringede")
CLEARED = ("cleared", COPY)
STILL = ("still", move(Event.VERIFIED, copy=1, digest=D))


def told(
    *entries: tuple[str, Move], aside: tuple[str, ...] = ()
) -> list[list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    return [[(side.events, side.aside) for side in one.sides] for one in disputes(entries, aside)]


def test_two_that_handed_it_to_different_people_are_two_sides_with_all_that_hangs_on_each() -> None:
    entries = (FOUND, TO_POLICE, POLICE_HAS, TO_IB, CHECKED, IB_HAS)
    police, ib = ("to-police", "police-has"), ("to-ib", "ib-has")
    assert told(*entries) == [[(police, ib), (ib, police)]], "what can stand beside both is on no side"
    assert told(*entries, aside=ib) == []
    assert told(*entries, aside=police) == []
    assert [link.fault for link in follow(entries, police).links] == [None] * 6


def test_three_are_three_sides() -> None:
    [[police, ib, kim]] = told(FOUND, TO_POLICE, TO_IB, TO_KIM)
    assert police == (("to-police",), ("to-ib", "to-kim"))
    assert ib == (("to-ib",), ("to-police", "to-kim"))
    assert kim == (("to-kim",), ("to-police", "to-ib"))


def test_cleared_and_seen_later() -> None:
    assert told(CLEARED, STILL) == [[(("cleared",), ("still",)), (("still",), ("cleared",))]]
    assert told(STILL, CLEARED) == [], "control: the other way round both can be true"


def test_each_copy_is_decided_by_itself() -> None:
    found = disputes((FOUND, TO_POLICE, TO_IB, CLEARED, STILL))
    assert [one.copy for one in found] == [0, 1]


def test_what_comes_in_after_a_decision_asks_again_and_names_what_it_stood_on() -> None:
    """Ida knew only of the police when she wrote; meanwhile it was decided that Ib has it."""
    [[ib, police]] = told(FOUND, TO_POLICE, TO_IB, POLICE_HAS, aside=("to-police",))
    assert ib == (("to-ib",), ("to-police", "police-has"))
    assert police == (("to-police", "police-has"), ("to-ib",))


def test_what_was_decided_before_stays_decided() -> None:
    entries = (FOUND, ("again", move(Event.FOUND, "Bo")), TO_POLICE, TO_IB)
    [[police, ib]] = told(*entries, aside=("again",))
    assert police == (("to-police",), ("again", "to-ib"))
    assert ib == (("to-ib",), ("again", "to-police"))


def test_two_corrections_of_one_event() -> None:
    bo = ("bo", move(Event.FOUND, "Bo", corrects="found", reason="forkert"))
    gone = ("gone", move(Event.WITHDRAWN, corrects="found", reason="fandt intet"))
    assert told(FOUND, bo, gone) == [[(("bo",), ("gone",)), (("gone",), ("bo",))]]
    assert told(FOUND, gone, bo) == [[(("gone",), ("bo",)), (("bo",), ("gone",))]]
    assert told(FOUND, gone, TO_IB) == [[(("gone",), ("to-ib",)), (("to-ib",), ("gone",))]]


def test_what_segl_did_is_set_aside_by_nobody_unless_each_side_would() -> None:
    ours = move(Event.CLEARING, "Mette", copy=1, device=Device.OWN, by_segl=True)
    gone = replace(ours, event=Event.CLEARED)
    [dispute] = disputes((("begun", ours), ("gone", gone), STILL))
    assert [(side.events, side.fault) for side in dispute.sides] == [
        (("begun", "gone"), None),
        (("still",), Fault.CORRECTS_SEGL),
    ]
    [dispute] = disputes((("begun", ours), ("gone", gone), ("also", replace(ours, by="Bo")), ("too", gone)))
    assert all(side.fault is None for side in dispute.sides)


def test_what_is_impossible_by_itself_is_no_dispute() -> None:
    assert told(FOUND, ("nobody", move(Event.HANDED, " ", to="Ib"))) == []
    assert told(FOUND, ("statement", replace(COPY, how=""))) == []


_people = st.sampled_from(["Ane", "Bo", "Ib"])
_moves = st.builds(
    Move,
    event=st.sampled_from([one for one in Event if one is not Event.WITHDRAWN]),
    copy=st.integers(0, 1),
    by=_people,
    to=_people,
    digest=st.just(D),
    device=st.sampled_from([Device.OWN, Device.OTHER]),
    on=st.just("i går"),
    how=st.just("ringede"),
    by_segl=st.booleans(),
)


def _branch(before: list[tuple[str, Move]], moves: list[Move], name: str) -> list[tuple[str, Move]]:
    """What one of them wrote, with what they knew: nothing impossible was let through."""
    mine: list[tuple[str, Move]] = []
    for place, one in enumerate(moves):
        if check([*before, *mine], one) is None:
            mine.append((f"{name}{place}", one))
    return mine


@given(
    common=st.lists(_moves, max_size=4),
    branches=st.lists(st.lists(_moves, max_size=5), min_size=2, max_size=3),
    order=st.randoms(use_true_random=False),
    choice=st.integers(0, 5),
)
def test_whatever_is_decided_the_rest_can_be_true(
    common: list[Move], branches: list[list[Move]], order: object, choice: int
) -> None:
    before = _branch([], [FOUND[1], replace(FOUND[1], copy=1), *common], "c")
    told_by = [_branch(before, moves, name) for name, moves in zip("mbi", branches, strict=False)]
    entries = list(before)
    while any(told_by):
        entries.append(order.choice([one for one in told_by if one]).pop(0))  # type: ignore[attr-defined]
    aside: set[str] = set()
    for _round in range(8):
        if not (found := disputes(entries, aside)):
            break
        dispute: Dispute = found[0]
        assert len(dispute.sides) >= 2
        assert len({side.entry for side in dispute.sides}) == len(dispute.sides)
        possible = [side for side in dispute.sides if side.fault is None]
        assert possible, "somebody can always decide"
        side = possible[choice % len(possible)]
        assert set(side.events).isdisjoint(side.aside)
        aside = {entry for entry in aside if entry not in side.events} | set(side.aside)
        stands = {link.entry: link for link in follow(entries, aside).links}
        assert not any(stands[entry].fault or stands[entry].aside for entry in side.events), "it holds now"
        assert not any(link.disputed and link.move.copy == dispute.copy for link in stands.values())
    assert disputes(entries, aside) == ()
