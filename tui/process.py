"""What a process of Segl asks of the system: no core dump, no reader of its memory, files for nobody else."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import MutableMapping

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4


def _prctl(option: int, value: int) -> bool:
    if sys.platform != "linux":
        return False
    import ctypes

    return bool(ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0)


def harden() -> None:
    """Ask for it; what a system does not offer is left out (`tui.guard.SUPPORT` says which)."""
    os.umask(0o077)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _prctl(PR_SET_DUMPABLE, 0)


def end_with(parent: int) -> bool:
    """Be sent SIGTERM when the parent ends (prctl(2), PR_SET_PDEATHSIG; Linux only).

    Args:
        parent: the process id of the parent as it was before the fork.

    Returns:
        False where the parent has ended already, so that nobody would ever send the signal.
    """
    _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    return os.getppid() == parent


def drop_variables(environment: MutableMapping[str, str]) -> None:
    """Take every `TEXTUAL*` variable away: they load code, log keys and write pictures of the screen."""
    for name in [name for name in environment if name.upper().startswith("TEXTUAL")]:
        del environment[name]


def ask_for_plain_keys(environment: MutableMapping[str, str], *, kept: bool) -> bool:
    """Talk to the terminal without the kitty protocol, which loses AltGr on some: before Textual is loaded.

    Args:
        environment: of this process.
        kept: whether it was asked for on the page that tests the keyboard; `SEGL_PLAIN_KEYS=1` asks for one start.

    Returns:
        Whether it was asked for.
    """
    wanted = kept or environment.get("SEGL_PLAIN_KEYS", "") not in ("", "0")
    if wanted:
        environment["TEXTUAL_DISABLE_KITTY_KEY"] = "1"
    return wanted
