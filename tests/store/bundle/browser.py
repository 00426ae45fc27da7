"""Chromium from the distribution, headless, with no network: what it asked for, complained of and made."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.tools import find

_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions"),
    *("--disable-default-apps", "--no-default-browser-check", "--enable-logging=stderr", "--v=0"),
)


def chromium(folder: Path, *arguments: str, proxy: int = 9) -> subprocess.CompletedProcess[bytes]:
    """Run it once with a profile of its own; every name and address goes to a proxy on this machine, or to nothing."""
    tool = find("chromium")
    assert tool is not None
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C.UTF-8", "XDG_RUNTIME_DIR": ""}
    return subprocess.run(
        [
            *(tool, *_OPTIONS, f"--user-data-dir={folder / 'profile'}"),
            *(f"--proxy-server=http://127.0.0.1:{proxy}", "--proxy-bypass-list=<-loopback>", *arguments),
        ],
        capture_output=True,
        env=environment,
        timeout=100,
    )


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """A proxy that refuses and writes down what it was asked for."""
    asked: list[str] = []

    class Refuses(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(403)

        def do_CONNECT(self) -> None:
            self.do_GET()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuses)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def complaints(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    """What the page's console had to say: errors of the page and of its policy."""
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    return [line for line in lines if "CONSOLE" in line]


def validated(page: Path) -> list[dict[str, Any]] | None:
    """What the Nu checker says of a page; None where it is not on this machine (npm package `vnu-jar`, and java)."""
    node, java = os.environ.get("SEGL_TEST_NODE"), find("java")
    jar = Path(node, "node_modules", "vnu-jar", "build", "dist", "vnu.jar") if node else None
    if jar is None or java is None or not jar.is_file():
        return None
    done = subprocess.run(
        [java, "-Xshare:auto", "-jar", str(jar), "--format", "json", "--exit-zero-always", str(page)],
        capture_output=True,
        timeout=100,
    )
    found: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    return found
