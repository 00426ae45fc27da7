"""Segl in a real terminal, with something in its vault that must not be left behind."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from store.casework import Casework
from store.home import Home
from store.model import Intake, OfficeSetUp
from store.secret import Secret
from store.slots import KdfParameters
from store.vault import Vault
from tests.e2e.terminal import NotSeen, Terminal
from tests.tools import ROOT

PASSPHRASE: Final = "evne knap mikser kobber satin svane"
PLANTED: Final = "Rosinante Kvikgaas"
"""Words that stand in a case and nowhere else."""
CHEAP: Final = KdfParameters(memory_kib=64 * 1024, passes=1, lanes=1)
SEGL: Final = (sys.executable, "-m", "tui")


def vault_with_a_case(folder: Path) -> Home:
    """A home with one vault, in it one case with the planted words."""
    home = Home(folder)
    vault = Vault.create(home, label="Sam Test", passphrase=Secret.from_text(PASSPHRASE), kdf=CHEAP)
    casework = Casework(vault)
    casework.set_up(OfficeSetUp(office="Nordby", author="Sam Test", language="da"))
    casework.new_case(Intake(title=PLANTED, happened=PLANTED, stand_in="Kim Kollega"))
    casework.close()
    return home


@contextmanager
def terminal(home: Path, *command: str, size: tuple[int, int] = (80, 24), **more: str) -> Iterator[Terminal]:
    """A terminal in which a command runs, Segl if none is given."""
    environment = {"SEGL_HOME": str(home), "LC_ALL": "C.UTF-8", **more}
    with Terminal(command or SEGL, environment=environment, size=size, directory=ROOT) as screen:
        yield screen


def unlock(screen: Terminal) -> None:
    """Type the passphrase and wait for the case."""
    screen.wait_for("Låst")
    screen.type(PASSPHRASE)
    screen.keys("Enter")
    screen.wait_for(PLANTED.split()[0])


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family(int(child))
    return found


def segl_processes(screen: Terminal) -> tuple[int, int]:
    """The guard and its child."""
    running = [pid for pid in family(screen.process) if b"tui" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    guard, child = running[-2:]
    return guard, child


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        return "Z" in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_until(true: Callable[[], bool], seconds: float = 15) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise NotSeen("it never happened")
        time.sleep(0.05)


def memory_holds(pid: int, *texts: str) -> set[str]:
    """Which of the texts stand in a process's memory, in UTF-8 or as Python keeps letters (root only)."""
    wanted = {text: (text.encode(), text.encode("utf-16-le"), text.encode("utf-32-le")) for text in texts}
    found: set[str] = set()
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            if not rights.startswith("r") or "[v" in line:
                continue
            begin, end = (int(part, 16) for part in span.split("-"))
            try:
                memory.seek(begin)
                content = memory.read(end - begin)
            except (OSError, ValueError, OverflowError):
                continue
            found |= {text for text, forms in wanted.items() if any(form in content for form in forms)}
    return found


def is_root() -> bool:
    """Whether this test may read another process's memory."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
