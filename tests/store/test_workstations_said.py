"""Which workstations somebody has is worked out from what their cards say, whatever the order in which it came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from store.workstations import Said, Workstation, workstations_by

AT = datetime(2026, 11, 29, tzinfo=UTC)


def entry(place: int, signer: str, devices: str, recipient: str) -> Said:
    """A card that is an entry."""
    return Said(
        place=place, entry=f"{place}", signer=signer, devices=tuple(devices), recipients={devices[-1]: recipient}
    )


def carried(place: int, signer: str, devices: str, *, made: int = 0, **reads: str) -> Said:
    """A carried card; with a recipient for `last` only it does not say whose that is."""
    whose = "last" not in reads
    return Said(
        place=place,
        entry=f"{place}",
        signer=signer,
        devices=tuple(devices),
        recipients=reads if whose else {devices[-1]: reads["last"]},
        carried_at=AT + timedelta(days=made),
        says_whose=whose,
    )


def found(*said: Said, elsewhere: bool = False, revoked: str = "") -> list[tuple[str, str, int, str, bool]]:
    """(device, recipient, number, earlier, whether it reads)."""
    return [
        (one.device, one.recipient, one.number, "".join(one.earlier), one.reads)
        for one in workstations_by(said, elsewhere=elsewhere, revoked=revoked)
    ]


def test_each_further_one_reads_too() -> None:
    assert found(entry(1, "a", "a", "ra"), entry(2, "b", "ab", "rb"), entry(3, "a", "ab", "rb")) == [
        ("a", "ra", 1, "", True),
        ("b", "rb", 2, "", True),
    ]


def test_one_that_is_given_up_keeps_its_number() -> None:
    said = (entry(1, "a", "a", "ra"), entry(2, "a", "ab", "rb"), entry(3, "a", "abc", "rc"))
    assert found(*said, revoked="b") == [("a", "ra", 1, "", True), ("b", "rb", 2, "", False), ("c", "rc", 3, "", True)]


def test_a_restored_vault_takes_the_place_of_the_one_before() -> None:
    before = (entry(1, "a", "a", "ra"), entry(2, "a", "ab", "rb"))
    # Written by earlier versions, it is told where there was one only; else both go on, until one is given up.
    assert found(before[0], carried(2, "b", "ab", last="rb")) == [("b", "rb", 1, "a", True)]
    assert found(*before, carried(3, "c", "abc", last="rc")) == [
        ("a", "ra", 1, "", True),
        ("b", "rb", 2, "", True),
        ("c", "rc", 3, "", True),
    ]
    assert found(*before, carried(3, "c", "abc", a="ra", c="rc")) == [
        ("a", "ra", 1, "", True),
        ("c", "rc", 2, "b", True),
    ]
    # A card from before it, compared once more, brings the old one not back.
    assert found(before[0], carried(2, "b", "ab", last="rb"), carried(3, "x", "a", last="ra")) == [
        ("b", "rb", 1, "a", True)
    ]
    # Somebody else who lets the same card count says nothing of a restore.
    assert found(before[0], carried(2, "x", "ab", last="rb")) == [("a", "ra", 1, "", True), ("b", "rb", 2, "", True)]


def test_a_merged_vault_is_no_workstation() -> None:
    assert found(entry(1, "a", "a", "ra"), entry(2, "a", "af", "ra")) == [("a", "ra", 1, "f", True)]


def test_of_somebody_elsewhere_the_card_that_was_made_last_says_who_reads() -> None:
    three = carried(1, "x", "abc", made=1, a="ra", b="rb", c="rc")
    less = carried(2, "x", "abc", made=2, a="ra", c="rc")
    wanted = [("a", "ra", 1, "", True), ("b", "", 2, "", False), ("c", "rc", 3, "", True)]
    assert found(three, less, elsewhere=True) == wanted
    # An older one that is compared once more brings nobody back.
    again = carried(3, "x", "abc", made=1, a="ra", b="rb", c="rc")
    assert found(three, less, again, elsewhere=True) == wanted
    # By a card of an earlier version, what is for them goes to its last device, as it did.
    assert found(carried(1, "x", "a", last="ra"), carried(2, "x", "ab", made=1, last="rb"), elsewhere=True) == [
        ("a", "", 1, "", False),
        ("b", "rb", 2, "", True),
    ]


_said = st.lists(
    st.tuples(st.integers(1, 9), st.sampled_from("abc"), st.sampled_from(["a", "ab", "abc"]), st.booleans()),
    max_size=6,
    unique_by=lambda one: one[0],
)


@given(said=_said, order=st.randoms(use_true_random=False), elsewhere=st.booleans())
def test_the_order_in_which_they_came_changes_nothing(
    said: list[tuple[int, str, str, bool]], order: object, elsewhere: bool
) -> None:
    made = [
        entry(place, signer, devices, f"r{devices[-1]}")
        if of_the_journal
        else carried(place, signer, devices, made=place, last=f"r{devices[-1]}")
        for place, signer, devices, of_the_journal in said
    ]
    wanted = workstations_by(made, elsewhere=elsewhere, revoked="")
    shuffled = list(made)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert workstations_by(shuffled, elsewhere=elsewhere, revoked="") == wanted
    assert all(isinstance(one, Workstation) for one in wanted)
    # Nobody is read to twice, and no key is at two places.
    reading = [one.recipient for one in wanted if one.reads]
    assert len(set(reading)) == len(reading)
    keys = [key for one in wanted for key in (one.device, *one.earlier)]
    assert len(set(keys)) == len(keys)
