"""The office's directory of help: 112 first and as it is, everything else changed, added, checked, taken away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from guidance import directory
from guidance.directory import Entry
from guidance.errors import ExitCode
from guidance.language import speaking
from store.cases.directory import CheckedAhead, EmergencyStays, EntryDraft, EntryThere, EntryUnknown
from store.cases.errors import ReasonNeeded, TextMissing
from store.casework import Casework
from store.cpr import CprNoticed
from store.doctor import check
from store.model import Contact
from tests.store.desk import Clock, set_up_desk

FIRST = "emergency-112"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Casework]:
    made = set_up_desk(tmp_path, clock=clock)
    yield made
    assert made.directory()[0].phone == "112"
    assert check(made._vault).well
    made.close()


def _mark(entry: Entry) -> str:
    with speaking("en"):
        return entry.mark()


def test_it_begins_as_shipped_with_the_offices_own_contacts(desk: Casework) -> None:
    entries = desk.directory()
    assert [entry.id for entry in entries] == [entry.id for entry in directory.directory()]
    unit = desk.directory_entry("prevention-unit")
    assert (unit.name.da, unit.phone, unit.mail, unit.own) == ("Forebyggelsen", "70 00 00 00", "", False)
    assert "Ishøj" not in unit.about.da
    assert _mark(unit).startswith("put in by the office 2026-")
    assert _mark(desk.directory_entry("livslinien")) == "printed May 2020, not checked since"
    assert _mark(desk.directory_entry("police-resource-person")) == "not put in yet"


def test_a_day_of_checking_is_written_and_goes_when_the_number_changes(desk: Casework, clock: Clock) -> None:
    day = clock.today().isoformat()
    assert _mark(desk.check_directory_entry("livslinien")) == f"checked {day}"
    changed = desk.set_directory_entry("livslinien", EntryDraft(phone="70 20 12 02"))
    assert _mark(changed) == f"put in by the office {day}, not checked since"
    assert changed.site == "https://www.livslinien.dk/"
    assert changed.emergency
    checked = desk.set_directory_entry("livslinien", EntryDraft(phone="70 20 12 01", checked=clock.today()))
    assert _mark(checked) == f"checked {day}"
    renamed = desk.set_directory_entry("livslinien", EntryDraft(name="Livslinjen"))
    assert _mark(renamed) == f"checked {day}"


def test_what_was_printed_stays_printed_while_it_is_as_printed(desk: Casework) -> None:
    entry = desk.set_directory_entry("cfdp", EntryDraft(about="Vi har en aftale."))
    assert _mark(entry) == "printed May 2020, not checked since"


def test_a_day_that_is_to_come_is_no_checking(desk: Casework, clock: Clock) -> None:
    with pytest.raises(CheckedAhead) as caught:
        desk.check_directory_entry("cfdp", clock.today() + timedelta(days=1))
    assert (caught.value.exit_code, caught.value.rule) == (ExitCode.REFUSED, "CM-14")
    with pytest.raises(CheckedAhead):
        desk.set_directory_entry("cfdp", EntryDraft(checked=clock.today() + timedelta(days=1)))


def test_112_is_neither_changed_nor_taken_away_but_checked(desk: Casework) -> None:
    with pytest.raises(EmergencyStays) as caught:
        desk.set_directory_entry(FIRST, EntryDraft(phone="114"))
    assert caught.value.rule == "CM-16"
    with pytest.raises(EmergencyStays):
        desk.remove_directory_entry(FIRST, "ikke nødvendig")
    assert _mark(desk.check_directory_entry(FIRST)).startswith("checked")


def test_an_entry_of_ones_own(desk: Casework) -> None:
    draft = EntryDraft(name="Krisecentret", phone="12 34 56 78", about="Døgnåbent", emergency=True)
    added = desk.add_directory_entry("crisis-centre", draft)
    assert desk.directory()[-1] == added
    assert added in directory.emergency(desk.directory())
    with pytest.raises(EntryThere):
        desk.add_directory_entry("crisis-centre", draft)
    for id in ("Krise center", "", "livslinien", FIRST):
        with pytest.raises(EntryThere):
            desk.add_directory_entry(id, draft)


@pytest.mark.parametrize(
    ("draft", "field"), [(EntryDraft(name=" ", phone="1"), "name"), (EntryDraft(name="Krisecentret"), "reach")]
)
def test_an_entry_has_a_name_and_a_way_to_reach_it(desk: Casework, draft: EntryDraft, field: str) -> None:
    with pytest.raises(TextMissing) as caught:
        desk.add_directory_entry("crisis-centre", draft)
    assert caught.value.field == field


def test_an_entry_taken_away_is_shown_no_longer_and_can_come_back(desk: Casework) -> None:
    with pytest.raises(ReasonNeeded):
        desk.remove_directory_entry("angstforeningen", " ")
    assert "angstforeningen" not in [entry.id for entry in desk.remove_directory_entry("angstforeningen", "lukket")]
    with pytest.raises(EntryUnknown):
        desk.set_directory_entry("angstforeningen", EntryDraft(phone="1"))
    back = desk.add_directory_entry("angstforeningen", EntryDraft(name="Angstforeningen", phone="70 27 13 20"))
    assert back in desk.directory()


def test_contacts_and_directory_say_the_same(desk: Casework) -> None:
    desk.set_directory_entry("prevention-unit", EntryDraft(phone="70 00 00 01"))
    assert [(one.id, one.phone) for one in desk.office().contacts] == [("prevention-unit", "70 00 00 01")]
    desk.set_directory_entry("communications", EntryDraft(name="Presse", phone="70 00 00 02"))
    assert [one.id for one in desk.office().contacts] == ["prevention-unit", "communications"]
    desk.set_contacts((Contact(id="prevention-unit", name="SSP", phone="70 00 00 03"),))
    assert (desk.directory_entry("prevention-unit").name.da, desk.directory_entry("prevention-unit").phone) == (
        "SSP",
        "70 00 00 03",
    )
    desk.set_directory_entry("cfdp", EntryDraft(phone="70 00 00 04"))
    assert "cfdp" not in [one.id for one in desk.office().contacts]


def test_a_civil_registration_number_is_no_telephone_number(desk: Casework) -> None:
    with pytest.raises(CprNoticed):
        desk.set_directory_entry("cfdp", EntryDraft(phone="010190-1234"))
