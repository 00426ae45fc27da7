"""A mentor registered, refused, vetted and accepted, by keys alone in a real terminal of 80 by 24."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.e2e.terminal import Terminal
from tests.tools import ROOT
from tests.tui.cli.support import PASSPHRASE, Segl


def test_a_mentor_is_accepted_when_nothing_is_missing(tmp_path: Path) -> None:
    segl = Segl(tmp_path / "home")
    segl.init()
    command = [sys.executable, "-m", "tui", "--home", str(segl.home), "--lang", "da"]
    with Terminal(command, environment={"PYTHONPATH": str(ROOT), "TZ": "Europe/Copenhagen"}) as terminal:
        terminal.wait_for("dgangskode")
        terminal.type(PASSPHRASE)
        terminal.keys("Enter")
        terminal.wait_for("I dag")
        terminal.keys("m")
        terminal.wait_for("Straffeattest: slået FRA i dette program.", "Ingen frister.")
        terminal.keys("2")
        terminal.wait_for("Ingen er registreret endnu.")
        terminal.keys("o")
        terminal.wait_for("Mentor eller mentee?")
        terminal.type("Bo Bjerg")
        terminal.keys("Tab", "Space", "C-s")
        terminal.wait_for("ikke godkendt endnu")
        terminal.keys("Enter")
        terminal.wait_for("mangler: mindst én personlig reference")
        terminal.keys("a")
        terminal.wait_for("Ikke godkendt. Baggrundstjekket er ikke færdigt; der mangler:")
        terminal.keys("Escape")

        for row, what in (("Uddannelse", "Så beviset."), ("Arbejdserfaring", "Ringede.")):
            terminal.wait_for("Hvad der er sket indtil nu", gone=["Det lykkedes ikke"])
            terminal.keys("Down", "Enter")
            terminal.wait_for(f"{row}: Bo Bjerg", "Er det, som personen siger?")
            terminal.keys("1", "Tab")
            terminal.type(what)
            terminal.keys("Tab")
            terminal.type("-1d")
            terminal.keys("C-s")
            terminal.wait_for(f"✓ {row}")
        terminal.keys("Down", "Enter")
        terminal.wait_for("Referencens navn")
        terminal.type("En leder")
        terminal.keys("Tab", "Tab")
        terminal.type("-1d")
        terminal.keys("Tab")
        terminal.type("Åse")
        terminal.keys("Tab", "1", "C-s")
        terminal.wait_for("✓ Reference", "anbefaler")
        terminal.keys("Down", "Enter")
        terminal.wait_for("Det, der ikke bliver talt om, mangler stadig.")
        for said in ("Vil give noget videre.", "Ikke en ven.", "Har læst reglerne."):
            terminal.type(said)
            terminal.keys("Tab")
        terminal.keys("1", "Tab")
        terminal.type("-1d")
        terminal.keys("Tab")
        terminal.type("Åse")
        terminal.keys("C-s")
        terminal.wait_for("Der mangler ikke noget. Tryk a for at godkende.")
        terminal.keys("a")
        terminal.wait_for("Hvorfor bliver personen godkendt?")
        terminal.type("Alt er set efter.")
        terminal.keys("C-s")
        terminal.wait_for("mentor · godkendt")
        terminal.keys("C-q")
        assert terminal.wait_for_end() == 0
    listed = segl("mentor", "list", "--json").json["participants"]
    assert [(one["name"], one["accepted"], one["missing"]) for one in listed] == [("Bo Bjerg", True, [])]
    assert segl("doctor", "--json").json["well"]
