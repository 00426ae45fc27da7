from __future__ import annotations

from datetime import date

import pytest

from guidance.directory import FILE, Entry, directory, emergency, find, load_directory, with_own
from guidance.faults import PlaybookError
from guidance.language import speaking
from guidance.loader import shipped
from guidance.model import Text

# As printed in seed 000, RESSOURCER.
PRINTED = {
    "livslinien": "+45 70 20 12 01",
    "angstforeningen": "+45 70 27 13 20",
    "bedre-psykiatri": "+45 53 52 99 00",
    "lev-uden-vold": "+45 31 51 44 41",
    "cfdp": "+45 86 37 04 00",
    "sikker-chat": "+45 35 36 55 55",
    "sikker-digital": "+45 33 92 52 00",
}


def test_112_is_first_and_stays_first() -> None:
    assert (directory()[0].id, directory()[0].phone) == ("emergency-112", "112")
    assert emergency()[0].phone == "112"
    text = Text(da="x", en="x")
    own = with_own([Entry(id="emergency-112", name=text, about=text, phone="999")])
    assert own[0].phone == "112"


def test_the_seven_services_are_as_printed_and_marked_so() -> None:
    for id, phone in PRINTED.items():
        entry = find(id)
        assert entry is not None
        assert entry.phone == phone
        assert entry.site
        with speaking("da"):
            assert entry.mark() == "trykt maj 2020, ikke kontrolleret siden"
        with speaking("en"):
            assert entry.mark() == "printed May 2020, not checked since"


def test_an_office_puts_its_own_in_the_place_of_an_example() -> None:
    example = find("prevention-unit")
    assert example is not None
    assert (example.own, example.mark()) == (True, "an example: put in your own")
    text = Text(da="Vores", en="Ours")
    ours = Entry(id="prevention-unit", name=text, about=text, phone="12345678", checked=date(2026, 11, 1))
    new = Entry(id="night-line", name=text, about=text, phone="87654321")
    merged = with_own([ours, new])
    assert find("prevention-unit", merged) == ours
    assert [entry.id for entry in merged] == [*[entry.id for entry in directory()], "night-line"]
    assert ours.mark() == "checked 2026-11-01"


def test_the_shipped_ones_hold_no_private_person() -> None:
    mails = [entry.mail for entry in directory() if entry.mail]
    assert mails == ["info@CareerMentor.dk", "TK@ishoj.dk"]


def test_whatever_a_step_says_is_there() -> None:
    says = {word for book in shipped() for step in book.steps for word in step.says}
    entries = {word.removeprefix("directory:") for word in says if word.startswith("directory:")}
    assert entries <= {entry.id for entry in directory()}
    assert len(entries) > 5


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (b"schema = 1", b"schema = 3", "schema"),
        (b'printed = "2020-05"', b'printed = "May 2020"', "entries[0].printed"),
        (b'id = "livslinien"', b'id = "emergency-112"', "entries[1].id"),
        (b'phone = "112"', b'phon = "112"', "entries[0]"),
    ],
)
def test_a_bad_directory_is_refused_with_its_place(old: bytes, new: bytes, place: str) -> None:
    raw = FILE.read_bytes()
    assert old in raw
    with pytest.raises(PlaybookError) as caught:
        load_directory(raw.replace(old, new, 1), "directory.toml")
    assert caught.value.place == place
