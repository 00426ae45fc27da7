"""`segl demo` in a real terminal: the invented office behind the real lock, and nothing of it left when it ends."""

from __future__ import annotations

from pathlib import Path

from tests.tui.session import SEGL, terminal
from tui.demo import PASSPHRASE


def test_the_demo_shows_its_passphrase_opens_and_leaves_nothing(tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    home = tmp_path / "home"
    with terminal(home, *SEGL, "demo", "--lang", "en", TMPDIR=str(temporary)) as screen:
        screen.wait_for(PASSPHRASE, seconds=60)
        assert [path.name.startswith("segl-demo-") for path in temporary.iterdir()] == [True]
        screen.type(PASSPHRASE)
        screen.keys("Enter")
        screen.wait_for("DEMO", "Hævnbillede")
        screen.keys("C-q")
        assert screen.wait_for_end() == 0
        assert "Hævn" not in screen.scrollback()
    assert list(temporary.iterdir()) == []
    assert not home.exists()
