"""What the copies of a case say of it, in whatever order they were answered; and the gate of one copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.clearing import Clearance, HeldBy, Refusal
from guidance.copies import CLEARED, HAS, HELD_BY, PERSONAL, WHOSE, Lying, Original, with_copies, withdrawal_fault
from guidance.custody import ORIGINAL, Copy, Device, Fault
from guidance.engine import evaluate
from guidance.gates import refusal_of_copy, refusal_of_place
from guidance.guide import CaseFacts
from guidance.loader import for_kind
from guidance.model import FactValue, State
from tests.guidance.cases import NOW, TODAY, facts

ASKED = frozenset((HAS, WHOSE, HELD_BY, *CLEARED))
_DEVICES = st.lists(st.sampled_from(list(Device)), min_size=1, max_size=2, unique=True).map(tuple)
_SAID: st.SearchStrategy[dict[str, FactValue]] = st.fixed_dictionaries(
    {},
    optional={
        HAS: st.booleans(),
        WHOSE: st.sampled_from([one.value for one in Device if one]),
        HELD_BY: st.sampled_from([one.value for one in HeldBy]),
        CLEARED[0]: st.just(TODAY),
        CLEARED[1]: st.just(True),
    },
)


def lying(copy: int, *devices: Device, cleared: bool = False, place: int = 1, piece: str = "a") -> Lying:
    since = NOW - timedelta(hours=100 - place)
    return Lying(piece=piece, copy=copy, devices=devices, place=place, since=since, cleared=cleared)


def original(piece: str, *held_by: HeldBy | None, place: int = 1) -> Original:
    return Original(piece=piece, held_by=held_by, place=place, since=NOW)


@st.composite
def copies(draw: st.DrawFn) -> list[Lying]:
    places = draw(st.permutations(range(1, 7)))
    which = draw(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2)), unique=True, max_size=6))
    return [
        lying(copy, *draw(_DEVICES), cleared=copy != ORIGINAL and draw(st.booleans()), place=place, piece=piece)
        for (piece, copy), place in zip(which, places, strict=False)
    ]


def made(
    said: dict[str, FactValue],
    known: Sequence[Lying],
    originals: Sequence[Original] = (),
    *,
    place: int = 0,
) -> CaseFacts:
    return with_copies(facts(said), known, originals, places=dict.fromkeys(said, place), asked=ASKED)


@settings(max_examples=150, deadline=None)
@given(_SAID, copies(), st.integers(0, 7), st.randoms(use_true_random=False))
def test_what_follows_is_the_same_in_any_order_and_never_less_than_a_copy_says(
    said: dict[str, FactValue], known: list[Lying], place: int, random: Random
) -> None:
    case = made(said, known, place=place)
    shuffled = list(known)
    random.shuffle(shuffled)
    assert made(said, shuffled, place=place) == replace(case, staying=tuple(one for one in shuffled if one.stays))
    guide = evaluate(for_kind("school"), case, TODAY)
    if any(one.stays for one in known):
        assert case.values[HAS] is True
        assert case.values[WHOSE] in PERSONAL
        assert guide.step("clear-own-device").state not in (State.DONE, State.NOT_APPLICABLE)
    elif not any(one.copy != ORIGINAL and set(one.devices) & set(PERSONAL) for one in known):
        assert case == facts(said), "what lies on others' devices changes nothing"


def test_the_control_without_copies_the_step_is_done_by_what_was_said() -> None:
    said: dict[str, FactValue] = {HAS: True, WHOSE: "own", HELD_BY: "police", CLEARED[0]: TODAY, CLEARED[1]: True}
    assert evaluate(for_kind("school"), made(said, ()), TODAY).step("clear-own-device").state is State.DONE
    gone = lying(1, Device.OWN, cleared=True, place=3)
    assert evaluate(for_kind("school"), made(said, [gone], place=4), TODAY).step("clear-own-device").state is State.DONE
    for known, place in (([gone], 2), ([gone, lying(2, Device.OFFICE)], 9), ([lying(1, Device.OWN, Device.VICTIM)], 9)):
        guide = evaluate(for_kind("school"), made(said, known, place=place), TODAY)
        assert guide.step("clear-own-device").state in (State.OPEN, State.DUE, State.OVERDUE)


@pytest.mark.parametrize("order", [*permutations(("a", "b", "c"))])
def test_the_least_secure_original_is_the_cases(order: tuple[str, ...]) -> None:
    own = [lying(1, Device.OWN, piece=piece) for piece in order]
    held = dict(zip("abc", (HeldBy.POLICE, HeldBy.NOBODY, HeldBy.IN_DOUBT), strict=True))
    said = [original(piece, held[piece], place=place) for place, piece in enumerate(order, 1)]
    assert made({}, own, said).values[HELD_BY] == "in-doubt"
    without = [one for one in said if one.piece != "c"]
    assert made({}, [one for one in own if one.piece != "c"], without).values[HELD_BY] == "nobody"
    assert HELD_BY not in made({}, own, without).values, "of one piece nobody has spoken"
    assert made({HELD_BY: "police"}, own, without).values[HELD_BY] == "nobody"
    assert made({HELD_BY: "police"}, own, said, place=9).values[HELD_BY] == "police", "said of all, later"


def test_who_holds_an_original_is_disputed_while_two_say_different_things() -> None:
    case = made({}, [lying(1, Device.OWN)], [original("a", HeldBy.POLICE, HeldBy.IN_DOUBT)])
    assert HELD_BY in case.disputed
    guide = evaluate(for_kind("school"), case, TODAY)
    assert guide.step("clear-own-device").state is State.HELD
    assert guide.step("police-advice").state is State.DUE


@pytest.mark.parametrize("said", list(Device))
@pytest.mark.parametrize("recorded", [None, *Device, "disputed"])
def test_the_gate_of_a_copy_opens_only_where_both_answers_are_ones_own(recorded: object, said: Device) -> None:
    answers = Clearance(device=said, held_by=HeldBy.POLICE, holder_name="Bo")
    known = None
    if recorded == "disputed":
        known = lying(1, Device.OWN, Device.VICTIM)
    elif isinstance(recorded, Device):
        known = lying(1, recorded)
    why = refusal_of_copy(known, answers)
    opens = said in PERSONAL and recorded in (None, said)
    assert (why is None) is opens
    if recorded == "disputed":
        assert why is Refusal.DISPUTED
    if recorded is Device.VICTIM:
        assert why is Refusal.VICTIM
    assert refusal_of_copy(known, replace(answers, held_by=HeldBy.NOBODY)) is not None


def withdrawn(one: Lying, *others: Device) -> Lying:
    """The same copy, of which is now said that it is none; and by those that did not know that, where it lies."""
    return replace(one, devices=others, before=one.devices, withdrawn=True)


@settings(max_examples=300, deadline=None)
@given(st.data(), copies(), st.booleans())
def test_a_copy_that_is_withdrawn_opens_nothing(data: st.DataObject, known: list[Lying], apart: bool) -> None:
    mine = [one for one in known if one.piece == "a"]
    gone = [
        one for one in mine if not (one.disputed or one.cleared or one.copy == ORIGINAL) and data.draw(st.booleans())
    ]
    after = [withdrawn(one) if one in gone else one for one in mine]
    numbers = st.frozensets(st.integers(0, 3))
    there, placed, perhaps = data.draw(numbers), data.draw(numbers), data.draw(numbers)
    answers = Clearance(device=data.draw(st.sampled_from(list(Device))), held_by=HeldBy.POLICE, holder_name="Bo")
    for copy in range(4):

        def refused(known: list[Lying], copy: int = copy) -> bool:
            one = next((one for one in known if one.copy == copy), None)
            place = refusal_of_place(copy, known, there=there, placed=placed, apart=apart, perhaps=perhaps)
            return refusal_of_copy(one, answers) is not None or place is not None

        assert refused(after) or not refused(mine)
        if copy in {one.copy for one in gone}:
            assert refused(after), "what is said to be none is not cleared"


def test_the_control_a_copy_that_is_left_out_altogether_would_open() -> None:
    phone, answers = lying(1, Device.VICTIM), Clearance(device=Device.OWN, held_by=HeldBy.POLICE, holder_name="Bo")
    there = frozenset({1})
    assert refusal_of_place(2, [phone], there=there, placed=there, apart=True) is Refusal.SAME_PLACE
    assert refusal_of_place(2, [withdrawn(phone)], there=there, placed=there, apart=True) is Refusal.SAME_PLACE
    assert refusal_of_place(2, [], there=there, placed=there, apart=True) is None
    assert refusal_of_place(2, [phone], there=(), placed=there, apart=False) is None
    for one in (phone, withdrawn(phone), lying(1, Device.OTHER)):
        place = refusal_of_place(2, [one], there=(), placed=there, apart=False, perhaps=there)
        assert place is Refusal.NOT_TOLD_APART
        assert refusal_of_place(2, [one], there=(), placed=there, apart=True, perhaps=there) is None
    assert refusal_of_place(2, [lying(1, Device.OWN)], there=(), placed=there, apart=False, perhaps=there) is None
    assert refusal_of_copy(withdrawn(lying(1, Device.OWN)), answers) is Refusal.WITHDRAWN
    assert refusal_of_copy(withdrawn(lying(1, Device.OWN), Device.OWN), answers) is Refusal.DISPUTED
    assert refusal_of_copy(lying(1, Device.OWN), answers) is None


def test_a_copy_that_is_withdrawn_is_neither_material_nor_deleted() -> None:
    own = lying(1, Device.OWN, place=3)
    assert made({}, [withdrawn(own)]) == facts({})
    said: dict[str, FactValue] = {HAS: True, WHOSE: "own", HELD_BY: "police"}
    guide = evaluate(for_kind("school"), made(said, [withdrawn(own)], place=1), TODAY)
    assert guide.step("clear-own-device").state in (State.OPEN, State.DUE, State.OVERDUE), "nobody has cleared anything"
    other = withdrawn(own, Device.OFFICE)
    assert made({}, [other]).staying == (other,), "somebody who did not know says that it lies there"


@pytest.mark.parametrize(
    ("copy", "known", "before", "fault"),
    [
        (1, lying(1, Device.OWN), Copy(), None),
        (1, lying(1, Device.VICTIM), Copy(), None),
        (0, lying(0, Device.VICTIM), Copy(), Fault.NO_COPY),
        (1, None, Copy(), Fault.NOT_SAID),
        (1, lying(1, Device.OWN, Device.VICTIM), Copy(), Fault.DISPUTED),
        (1, lying(1, Device.OWN), Copy(begun=True), Fault.IN_CHAIN),
        (1, lying(1, Device.OWN), Copy(begun=True, clearing=True), Fault.CLEARING),
        (1, lying(1, Device.OWN), Copy(begun=True, cleared=True), Fault.CLEARED),
    ],
)
def test_what_can_be_withdrawn(copy: int, known: Lying | None, before: Copy, fault: Fault | None) -> None:
    assert withdrawal_fault(copy, known, before) is fault


def test_a_playbook_that_does_not_know_the_facts_gets_none() -> None:
    bare = with_copies(facts({}), [lying(1, Device.OWN)], [], places={}, asked=frozenset())
    assert not bare.values
    assert bare.staying
