"""Only what can be led back to the vault's own keys makes a device known."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from store.authors import known_authors, trust_of
from store.cases.office import author_id
from store.roles import Role
from store.standing import Standing

OWN, COLLEAGUE, STRANGER, LAPTOP = ("0a" * 32, "0b" * 32, "0c" * 32, "0d" * 32)
NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
PLACES = count(1)


def said(subject: str, device: str, entry: str, value: dict[str, Any]) -> Standing:
    return Standing(subject=subject, entry=entry, place=next(PLACES), value=value, at=NOW, since=NOW, device=device)


def card(name: str, device: str, *, author: str = "", devices: tuple[str, ...] = (), entry: str = "") -> Standing:
    author = author or author_id(device)
    value = {
        "author": author,
        "name": name,
        "office": "Skolen",
        "devices": list(devices or (device,)),
        "recipient": "age1",
    }
    return said(f"card/{author}/{name}", device, entry or f"card of {name}", value)


def certificate(by: str, of: Standing) -> Standing:
    value = {"author": of.value["author"], "card": of.entry, "administrator": author_id(by)}
    return said(f"certificate/{of.value['author']}/{by}", by, f"certificate by {by[:2]}", value)


def names(rows: list[Standing]) -> set[str]:
    return {author.name for author in known_authors(rows, {OWN: b""})}


def test_ones_own_card_counts() -> None:
    assert names([card("Åse", OWN)]) == {"Åse"}


def test_a_stranger_makes_nobody_known() -> None:
    strangers = card("Bo", STRANGER)
    assert names([card("Åse", OWN), strangers]) == {"Åse"}
    assert names([card("Åse", OWN), strangers, certificate(STRANGER, strangers)]) == {"Åse"}
    # Nor by listing a device that counts on a card of their own.
    assert names([card("Åse", OWN), card("Bo", STRANGER, devices=(STRANGER, OWN))]) == {"Åse"}
    assert names([card("Bo", STRANGER, devices=(OWN,))]) == set()


def test_a_certificate_by_somebody_who_counts_makes_a_card_count() -> None:
    colleague = card("Bo", COLLEAGUE)
    rows = [card("Åse", OWN), colleague, certificate(OWN, colleague)]
    assert names(rows) == {"Åse", "Bo"}
    third = card("Cai", STRANGER)
    # Only an administrator certifies, and a colleague is none until somebody says so.
    early = certificate(COLLEAGUE, third)
    assert names([third, early, *rows]) == {"Åse", "Bo"}
    made = certificate(OWN, colleague)
    made.value["role"] = "administrator"
    # What they certified before they were an administrator counts no more for that.
    assert names([third, early, *rows[:2], made]) == {"Åse", "Bo"}
    assert names([third, certificate(COLLEAGUE, third), *rows[:2], made]) == {"Åse", "Bo", "Cai"}


def test_a_certificate_is_for_one_card_and_not_for_the_next() -> None:
    colleague = card("Bo", COLLEAGUE)
    forged = card("Bo", STRANGER, author=author_id(COLLEAGUE), entry="another card")
    assert names([card("Åse", OWN), forged, certificate(OWN, colleague)]) == {"Åse"}


def test_a_further_device_is_listed_by_a_device_of_the_card_before() -> None:
    first = card("Åse", OWN)
    more = card("Åse", OWN, devices=(OWN, LAPTOP), entry="second card")
    [author] = known_authors([more], {OWN: b""})
    assert author.devices == (OWN, LAPTOP)
    by_laptop = card("Åse Ny", LAPTOP, author=author_id(OWN), devices=(LAPTOP,), entry="third card")
    assert {author.devices for author in known_authors([first, by_laptop], {OWN: b""})} == {(OWN,)}
    assert "Åse Ny" in names([more, by_laptop])


def test_nobody_takes_anothers_key_by_listing_it() -> None:
    colleague = card("Bo", COLLEAGUE)
    third = card("Cai", STRANGER)
    before = [card("Åse", OWN), colleague, third, certificate(OWN, colleague), certificate(OWN, third)]
    taken = card("Bo", COLLEAGUE, devices=(COLLEAGUE, OWN, STRANGER, LAPTOP), entry="with the keys of others")
    for rows in ([*before, taken], [taken, *before]):
        found = trust_of(rows, {OWN: b""})
        # The control: a key that has said nothing of itself is theirs, as that of a vault that was merged.
        assert {one.name: set(one.devices) for one in found.authors} == {
            "Åse": {OWN},
            "Bo": {COLLEAGUE, LAPTOP},
            "Cai": {STRANGER},
        }
        assert [one.role for one in found.authors] == [Role.ADMINISTRATOR, Role.COUNSELLOR, Role.COUNSELLOR]
    # Whoever listed it first has it, also where it has said nothing.
    later = card("Cai", STRANGER, devices=(STRANGER, LAPTOP), entry="a key that is listed already")
    found = trust_of([*before, taken, later], {OWN: b""})
    named = [one.name for one in found.authors if LAPTOP in one.devices]
    assert named == ["Bo"]
