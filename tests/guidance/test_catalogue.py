from __future__ import annotations

from pathlib import Path

import pytest

from guidance import catalogue
from guidance.language import ROOMS


def test_a_message_set_anew_has_its_new_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "da.po"
    monkeypatch.setattr(catalogue, "catalogue_path", lambda _language, _room: path)
    monkeypatch.setattr(catalogue, "used_messages", lambda _room: {"Step": [], ("{n} day", "{n} days"): []})
    catalogue.set_messages("guidance", {"Step": "Skridt", "{n} day|{n} days": ["{n} døgn", "{n} døgn"]})
    catalogue.set_messages("guidance", {"Step": "Trin", "{n} day|{n} days": ["{n} dag", "{n} dage"]})
    found = catalogue.read_catalogue("guidance")
    step, days = found.get("Step"), found.get("{n} day")
    assert step is not None
    assert days is not None
    assert (step.string, days.string) == ("Trin", ("{n} dag", "{n} dage"))


def test_no_two_rooms_have_other_danish_for_the_same_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of two translations would never be seen; the control shows the guard one."""
    assert list(catalogue.disagreements()) == []
    whole = {room: catalogue.read_catalogue(room) for room in ROOMS}
    known = next(str(entry.id) for entry in whole["store"] if entry.id and isinstance(entry.id, str))
    whole["tui"].add(known, "noget andet")
    monkeypatch.setattr(catalogue, "read_catalogue", lambda room: whole[room])
    assert [fault for fault in catalogue.disagreements() if repr(known) in fault]
