"""First frame of Segl's first screen in a pty, guard and all, against a bare Textual app: `make bench ARGS=start`."""

from __future__ import annotations

import os
import pty
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
ROUNDS: Final = 15
CEILING: Final = 1.5
HELLO: Final = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("hello")
Hello().run()
"""


def first_frame(command: list[str], words: bytes, environment: dict[str, str]) -> float:
    """Seconds from starting a command in a terminal of its own until it has drawn the words."""
    begun = time.perf_counter()
    pid, descriptor = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execve(command[0], command, environment)
    drawn = b""
    try:
        while words not in drawn:
            ready, _w, _x = select.select([descriptor], [], [], 20)
            if not ready:
                raise RuntimeError(f"nothing drawn by {command}: {drawn[-200:]!r}")
            drawn += os.read(descriptor, 65536)
        return time.perf_counter() - begun
    finally:
        os.kill(pid, signal.SIGTERM)
        os.close(descriptor)
        os.waitpid(pid, 0)


def main() -> None:
    """Alternate, so that both meet the same machine; compare medians, with compiled catalogues as installed."""
    subprocess.run([sys.executable, "-m", "guidance.catalogue", "compile"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "SEGL_HOME": f"{home}/none",
            "TERM": "xterm-256color",
            "COLUMNS": "80",
            "LINES": "24",
            "LC_ALL": "da_DK.UTF-8",
        }
        bare = ([sys.executable, "-c", HELLO], b"hello")
        segl = ([sys.executable, "-m", "tui"], "Sæt Segl op".encode())
        times: dict[str, list[float]] = {"bare": [], "segl": []}
        for number in range(ROUNDS + 1):
            for name, (command, words) in (("bare", bare), ("segl", segl)):
                took = first_frame(command, words, environment)
                if number:
                    times[name].append(took)
    middle = {name: statistics.median(taken) for name, taken in times.items()}
    print(f"bare Textual app {middle['bare'] * 1000:.0f} ms, Segl {middle['segl'] * 1000:.0f} ms, {ROUNDS} rounds each")
    # Of neighbours, because a machine that is busy for a while is busy for both of them.
    ratio = statistics.median(ours / theirs for ours, theirs in zip(times["segl"], times["bare"], strict=True))
    print(f"start: {ratio:.2f} (ceiling {CEILING}) x bare Textual app")


if __name__ == "__main__":
    main()
