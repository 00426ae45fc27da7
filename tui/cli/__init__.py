"""The command line: the same core as the screens, without loading them.

`main` takes a command line and returns an exit code. `docs/cli.md` is its contract.
"""

from __future__ import annotations

from tui.cli.main import main, only_globals

__all__ = ["main", "only_globals"]
