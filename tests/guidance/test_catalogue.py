from __future__ import annotations

from pathlib import Path

import pytest

from guidance import catalogue


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
