from __future__ import annotations

import pytest

from tests.e2e.terminal import NotSeen, Terminal


def test_the_terminal_shows_and_types() -> None:
    with Terminal(["sh", "-c", "read line; echo got $line; exit 3"]) as terminal:
        terminal.type("æøå [ok]")
        terminal.keys("Enter")
        terminal.wait_for("got æøå [ok]")
        assert terminal.wait_for_end() == 3


def test_waiting_in_vain_says_what_the_screen_shows() -> None:
    with Terminal(["sh", "-c", "echo hello; sleep 30"]) as terminal:
        terminal.wait_for("hello")
        with pytest.raises(NotSeen, match="hello"):
            terminal.wait_for("never", seconds=0.3)
