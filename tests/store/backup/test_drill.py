"""A drill that is stopped, wherever that is, was not passed, and says what was looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from guidance.language import Language, speaking
from store.backup.drilling import drill
from store.backup.errors import DrillStopped
from store.backup.restored import Restored
from store.backup.restoring import by_passphrase
from store.examination import Examination
from store.findings import PARTS
from store.home import Home
from tests.store.backup.backups import backed, worked
from tests.store.vaults import PASSPHRASE


def drilled_until(home: Home, stick: Path, vault: str, ask: int) -> Restored | None:
    """A drill that is stopped at the so-manieth time that it asks; None where that was before it was restored."""
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked >= ask

    try:
        return drill(home, stick, by_passphrase(PASSPHRASE), vault, cancelled=cancelled)
    except DrillStopped as stopped:
        assert "not looked at" in str(stopped.diagnostics())
        return None


def test_a_drill_stopped_anywhere_is_not_passed_and_says_what_was_looked_at(tmp_path: Path) -> None:
    ref, desk = worked(tmp_path / "home")
    stick = tmp_path / "stick"
    backed(desk, stick)
    home = Home(tmp_path / "home")
    before = sorted(path.name for path in home.folder.iterdir())
    kept = desk.backup_state()
    stopped: list[Restored | None] = []
    for ask in range(1, 200):
        said = drilled_until(home, stick, ref.id, ask)
        assert sorted(path.name for path in home.folder.iterdir()) == before
        if said is not None and said.well:
            break
        stopped.append(said)
    else:
        raise AssertionError("it never came to its end")
    # The control: not stopped, all of it was looked at.
    assert said.report.looked == PARTS and said.words()[-1] == "All of it verifies."
    reached = [one.report.looked for one in stopped if one is not None]
    assert None in stopped
    # It can be stopped before every part of the last look.
    assert set(reached) >= {PARTS[:count] for count in range(len(PARTS))}
    for one in stopped:
        if one is not None:
            words = " ".join(one.words())
            assert "All of it verifies" not in words
            assert "Stopped during the last look." in words
            assert "is not known" in words
            assert (one.wrong, one.report.looked + one.report.left) == (False, PARTS)
    assert desk.backup_state() == kept
    desk.close()


LOOKED: Final[dict[Language, tuple[str, str]]] = {
    "en": (
        "Looked at: each entry by itself, when it was read, the structure of the database, the tables of the office, "
        "entries and signatures, order and checkpoints, keys.",
        "NOT looked at, or not to the end: playbooks, the tables of the cases.",
    ),
    "da": (
        "Set på: hver indførsel for sig, da den blev læst, databasens opbygning, kontorets tabeller, "
        "indførsler og underskrifter, rækkefølge og kontrolpunkter, nøgler.",
        "IKKE set på, eller ikke til ende: vejledninger, sagernes tabeller.",
    ),
}
"""What is said of a drill that was stopped while it looked at the keys."""


@pytest.mark.parametrize("language", LOOKED)
def test_what_was_and_was_not_looked_at_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    ref, desk = worked(tmp_path / "home")
    backed(desk, tmp_path / "stick")
    desk.close()
    asked: list[bool] = []
    monkeypatch.setattr("store.doctor._Examination.keys", lambda _self: asked.append(True))
    said = drill(
        Home(tmp_path / "home"),
        tmp_path / "stick",
        by_passphrase(PASSPHRASE),
        ref.id,
        cancelled=lambda: bool(asked),
    )
    with speaking(language):
        assert set(LOOKED[language]) <= set(said.words())


def test_damage_found_before_the_stop_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ref, desk = worked(tmp_path / "home")
    backed(desk, tmp_path / "stick")
    desk.close()
    asked: list[bool] = []

    def damaged(self: Examination) -> None:
        self.note("key-differs", "a-key")
        asked.append(True)

    monkeypatch.setattr("store.doctor._Examination.keys", damaged)
    home = Home(tmp_path / "home")
    said = drill(home, tmp_path / "stick", by_passphrase(PASSPHRASE), ref.id, cancelled=lambda: bool(asked))
    assert said.wrong and not said.well
    assert "a-key" in " ".join(said.words())
    assert said.words()[-1] == "Not all of it verifies."
