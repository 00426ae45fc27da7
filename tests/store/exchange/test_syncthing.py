"""Two real Syncthing instances on loopback keep two folders in step, and the vaults at both ends converge."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.casework import Casework
from store.doctor import check
from tests.store.desk import a_case
from tests.store.exchange.rounds import office_of, round_of, until_still
from tests.store.test_union import tables

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("syncthing") is None, reason="syncthing is not installed here"),
]
WITHIN = 80.0
"""Seconds in which all of it has to happen."""

_CONFIG = """<configuration version="36">
{devices}
<folder id="segl" path="{folder}" rescanIntervalS="5" fsWatcherEnabled="true" fsWatcherDelayS="1">
{shared}
</folder>
<gui enabled="false" tls="false"><address>127.0.0.1:{gui}</address><apikey>{gui}</apikey></gui>
<options>
<listenAddress>tcp://127.0.0.1:{port}</listenAddress>
<globalAnnounceEnabled>false</globalAnnounceEnabled><localAnnounceEnabled>false</localAnnounceEnabled>
<relaysEnabled>false</relaysEnabled><natEnabled>false</natEnabled><startBrowser>false</startBrowser>
<urAccepted>-1</urAccepted><crashReportingEnabled>false</crashReportingEnabled>
<autoUpgradeIntervalH>0</autoUpgradeIntervalH><stunKeepaliveStartS>0</stunKeepaliveStartS>
<reconnectionIntervalS>5</reconnectionIntervalS>
</options>
</configuration>
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def own_settings(home: Path) -> dict[str, str]:
    """Nothing of the tester's own Syncthing."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "STNOUPGRADE": "1",
        "STNODEFAULTFOLDER": "1",
    }


class Instances:
    """Two of them, ended whatever happens."""

    def __init__(self, root: Path) -> None:
        self.folders = [root / "folder-1", root / "folder-2"]
        self._homes = [root / "syncthing-1", root / "syncthing-2"]
        self._ports = [free_port(), free_port()]
        self.running: list[subprocess.Popen[bytes]] = []
        ids = [self._generate(home) for home in self._homes]
        for home, folder, port in zip(self._homes, self.folders, self._ports, strict=True):
            folder.mkdir()
            self._configure(home, folder, port, ids)
            # What a first start would make and ask.
            (folder / ".stfolder").mkdir()

    def _generate(self, home: Path) -> str:
        home.mkdir()
        done = subprocess.run(
            ["syncthing", "generate", f"--home={home}", "--no-default-folder", "--skip-port-probing"],
            env=own_settings(home),
            capture_output=True,
            check=True,
            timeout=30,
        )
        found = re.search(rb"Device ID: ([A-Z0-9-]{63})", done.stdout + done.stderr)
        assert found is not None
        return found[1].decode()

    def _configure(self, home: Path, folder: Path, port: int, ids: list[str]) -> None:
        devices = "\n".join(
            f'<device id="{id}" name="vault"><address>tcp://127.0.0.1:{where}</address></device>'
            for id, where in zip(ids, self._ports, strict=True)
        )
        shared = "\n".join(f'<device id="{id}"></device>' for id in ids)
        config = _CONFIG.format(devices=devices, folder=folder, shared=shared, port=port, gui=free_port())
        (home / "config.xml").write_text(config, encoding="utf-8")

    def start(self) -> None:
        for home in self._homes:
            with (home / "log").open("wb") as log:
                self.running.append(
                    subprocess.Popen(
                        ["syncthing", "serve", f"--home={home}", "--no-browser", "--no-restart", "--no-default-folder"],
                        env=own_settings(home),
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
                )

    def stop(self) -> None:
        for one in self.running:
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(one.pid, number)
                    one.wait(timeout=8)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    continue
        self.running.clear()

    def log(self) -> str:
        return "\n".join(
            (home / "log").read_text("utf-8", "replace")[-2000:] for home in self._homes if (home / "log").exists()
        )


@pytest.fixture()
def instances(tmp_path: Path) -> Iterator[Instances]:
    both = Instances(tmp_path)
    try:
        both.start()
        yield both
    finally:
        both.stop()


def rounds_until_equal(desks: list[Casework], folders: list[Path], space: str, until: float, log: Instances) -> None:
    while time.monotonic() < until:
        for desk, folder in zip(desks, folders, strict=True):
            round_of(desk, folder)
        if all(desk.held(space) and tables(desk, space) == tables(desks[0], space) for desk in desks):
            return
        time.sleep(0.5)
    raise AssertionError(f"they did not converge in time\n{log.log()}")


def test_two_vaults_converge(instances: Instances, tmp_path: Path) -> None:
    until = time.monotonic() + WITHIN
    vaults = tmp_path / "vaults"
    vaults.mkdir()
    mette, bo = office_of(vaults, "Mette", "Bo")
    desks = [mette, bo]
    case = a_case(mette)  # its stand-in is Bo
    rounds_until_equal(desks, instances.folders, case.id, until, instances)
    # Both write before either has seen what the other wrote.
    mette.add_note(case.id, "Fra Mette.")
    bo.add_note(case.id, "Fra Bo.")
    rounds_until_equal(desks, instances.folders, case.id, until, instances)
    texts = {version.text for note in bo.case(case.id).notes for version in note.versions}
    assert {"Fra Mette.", "Fra Bo."} <= texts
    # A conflict copy beside what it is a copy of, as Syncthing makes one.
    for file in list(instances.folders[0].glob("*.envelope.age")):
        shutil.copy(file, file.with_name(f"{file.name[:32]}.sync-conflict-20261128-101010-ABCDEFG.envelope.age"))
    rounds_until_equal(desks, instances.folders, case.id, until, instances)
    for desk in desks:
        report = check(desk._vault)
        assert report.well, report.findings
        desk.close()


def test_control_without_syncthing_they_do_not_converge(tmp_path: Path) -> None:
    mette, bo = office_of(tmp_path, "Mette", "Bo")
    folders = [tmp_path / "one", tmp_path / "other"]
    case = a_case(mette)
    for desk, folder in zip((mette, bo), folders, strict=True):
        folder.mkdir()
        until_still([desk], folder)
    assert mette.held(case.id)
    assert not bo.held(case.id)
    for desk in (mette, bo):
        desk.close()
