"""`segl`: with a command, the command line; without one, the screens under their guard."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run Segl and return its exit code (`docs/cli.md`)."""
    from tui.process import drop_variables, harden

    arguments = list(sys.argv[1:] if argv is None else argv)
    drop_variables(os.environ)
    harden()
    if not arguments:
        return _screens()
    from tui import cli

    options = cli.only_globals(arguments)
    if options is None:
        return cli.main(arguments)
    given = {name: value for name, value in vars(options).items() if value}
    return _screens(
        home=Path(given["home"]) if "home" in given else None,
        vault=str(given.get("vault", "")),
        language=given.get("lang"),
    )


def _screens(**given: object) -> int:
    from tui import guard
    from tui.guard.start import Start

    return guard.keep(Start(**given))  # type: ignore[arg-type]


if __name__ == "__main__":
    sys.exit(main())
