"""The canary (`make canary`): a whole session in a terminal under strace, and nothing of it is anywhere afterwards.

Every guard here has a control that is caught: the same texts in plain SQLite, a file of another mode, a socket.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from store.secret import Secret
from store.vault import Vault
from tests.e2e import test_keys_main_job as job
from tests.e2e.terminal import Terminal
from tests.e2e.test_keys_main_job import Place
from tests.e2e.tracing import Planted, findings, forms, left_over, open_to_others, to_terminal, tracer
from tests.tools import ROOT, find, need
from tests.tui import session as after
from tests.tui.session import family, gone, is_root, segl_processes, terminal, vault_with_a_case, wait_until
from tests.tui.test_session import CRASH

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

DRAFT = "half a sentence about Rosinante Kvikgaas"
ORIGINAL = "what the picture is made of"
TITLE = "Picture shared in 8.B"
PLANTED = Planted.of(
    (job.PASSPHRASE, job.NOTE, DRAFT, ORIGINAL, TITLE, "A pupil came to me in tears.", "ukendt_88 on Snapchat")
)


@dataclass(frozen=True)
class Traced:
    """What the session left: its folder, and a trace of each part."""

    place: Place
    logs: tuple[Path, ...]
    outside: Path


def _environment(place: Place, outside: Path) -> dict[str, str]:
    """Everything a program may think of as its own place is below one folder, which is looked through afterwards."""
    return {
        "SEGL_HOME": str(place.home),
        "HOME": str(outside),
        "TMPDIR": str(outside),
        "XDG_RUNTIME_DIR": str(outside),
        "LANG": "en_GB.UTF-8",
        "LC_ALL": "en_GB.UTF-8",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _unlock(screen: Terminal) -> None:
    screen.wait_for("Locked", "Passphrase")
    screen.type(job.PASSPHRASE)
    screen.keys("Enter")
    screen.wait_for("No recovery was made for this vault", seconds=40)
    screen.keys("Enter")
    screen.wait_for("1 open case", "Picture shared", gone=["No recovery was made"], seconds=40)


def _seal(screen: Terminal, place: Place, recipient: str) -> None:
    """As in the main job; under a tracer everything takes its time."""
    job.order_seal(screen, place, recipient)
    screen.wait_for("This goes in, and nothing else:", "data/journal.jsonl", "For: the police", seconds=40)
    screen.keys("C-s")
    screen.wait_for("The case is sealed.", "to-police.open-me.da.txt", seconds=60)
    screen.keys("Escape")
    screen.wait_for("Evidence (1)", gone=["The case is sealed."])


def _whole_session(screen: Terminal, place: Place, recipient: str) -> None:
    job.set_up(screen)
    job.open_case(screen)
    job.test_a_note_in_two_keystrokes(screen)
    job.test_evidence_is_registered(screen, place)
    _seal(screen, place, recipient)
    job.test_the_bundle_opens_on_the_screen(screen, place)
    screen.keys("l")  # the list of cases, and a search in it
    screen.wait_for("Picture shared", gone=["Today"])
    screen.keys("f")
    screen.wait_for("words of the title, number, level ...")
    screen.type("Picture")
    screen.wait_for("Picture shared")
    screen.keys("Escape", "Escape")
    screen.keys("F9")
    _unlock(screen)
    screen.keys("Enter")
    screen.wait_for("Evidence (1)")
    screen.keys("n")
    screen.wait_for("Note", gone=["Evidence (1)"])
    screen.type(DRAFT)
    (wal,) = place.home.glob("vaults/*/vault.db-wal")
    before = wal.stat().st_mtime_ns
    wait_until(lambda: wal.stat().st_mtime_ns != before)  # a draft is kept while it is typed
    os.kill(segl_processes(screen)[1], signal.SIGKILL)
    assert screen.wait_for_end() == 1


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Traced:
    need("tmux", "strace", "age-keygen")
    folder = tmp_path_factory.mktemp("canary")
    place, outside, logs = Place(folder / "work"), folder / "outside", folder / "logs"
    for one in (place.folder, outside, logs):
        one.mkdir(mode=0o700)
    (outside / "Documents").mkdir()  # so that the list of files has something to stand on
    place.original.write_bytes(ORIGINAL.encode() * 10_000)
    subprocess.run([str(find("age-keygen")), "-o", str(place.identity)], check=True, capture_output=True)
    recipient = subprocess.run(
        [str(find("age-keygen")), "-y", str(place.identity)], check=True, capture_output=True, text=True
    ).stdout.strip()
    environment = _environment(place, outside)
    names = ("session.txt", "crash.txt")
    may = subprocess.run([*tracer(logs / "may.txt"), "true"], capture_output=True, check=False)
    if may.returncode != 0:
        pytest.skip("strace may not trace here")
    program = [sys.executable, "-m", "tui"]
    with Terminal([*tracer(logs / names[0]), *program], environment=environment, directory=place.folder) as screen:
        _whole_session(screen, place, recipient)
    crash = [sys.executable, "-c", CRASH.format(planted=job.NOTE)]
    with Terminal([*tracer(logs / names[1]), *crash], environment=environment, directory=place.folder) as screen:
        _unlock(screen)
        screen.keys("l")
        assert screen.wait_for_end() == 1
        assert "SEGL-" in screen.scrollback()
    return Traced(place, tuple(logs / name for name in names), outside)


def test_nothing_that_was_written_holds_a_word_of_the_case(traced: Traced) -> None:
    for log in traced.logs:
        assert findings(log, PLANTED) == set()


def test_the_words_were_there_and_would_have_been_seen(traced: Traced) -> None:
    """Control on the same traces: the case was drawn, and ciphertext was written."""
    drawn = to_terminal(traced.logs[0])
    assert TITLE.encode() in drawn
    assert b"Picture" in to_terminal(traced.logs[1])
    raw = traced.logs[0].read_text(encoding="latin-1")
    assert "vault.db-wal>" in raw
    assert "age-encryption.org/v1" in raw


def test_no_file_that_is_left_holds_a_word_of_the_case(traced: Traced) -> None:
    place = traced.place
    given = (place.original, place.identity)
    assert left_over((place.folder, traced.outside), PLANTED, besides=given) == set()
    assert left_over((place.folder,), PLANTED) == {f"{ORIGINAL!r} in original.png"}, "control: what was given is seen"


def test_nothing_is_open_to_others_and_nothing_lies_outside(traced: Traced) -> None:
    assert open_to_others(traced.place.home) == set()
    assert [path for path in traced.outside.rglob("*") if path.is_file()] == []
    left = {path.name for path in traced.place.folder.iterdir()}
    bundle = {"to-police.segl.age", "to-police.open-me.da.txt", "to-police.open-me.en.txt"}
    assert left == {"home", "original.png", "police.txt", *bundle}
    for name in bundle:
        assert (traced.place.folder / name).stat().st_mode & 0o777 == 0o600, name
    # The control: what was there before, as others left it, is seen.
    traced.place.original.chmod(0o644)
    assert "original.png: 644" in open_to_others(traced.place.folder)


def test_what_was_acknowledged_before_the_kill_is_there(traced: Traced) -> None:
    done = job.segl(traced.place, "case", "list", "--json")
    assert done.returncode == 0, done.stderr
    assert TITLE in done.stdout
    assert job.segl(traced.place, "doctor").returncode == 0


PLAIN = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA temp_store = FILE")
db.execute("PRAGMA cache_size = 1")
db.execute("CREATE TABLE note (text TEXT)")
db.executemany("INSERT INTO note VALUES (?)", [(text,) for text in sys.argv[2:]])
db.commit()
"""
LEAKS = {
    "plain sqlite": PLAIN,
    "utf-16": "import sys; open(sys.argv[1], 'wb').write(sys.argv[3].encode('utf-16-le'))",
    "base64": (
        "import base64 as b, sys; open(sys.argv[1], 'wb').write(b.b64encode(b'x' + sys.argv[3].encode() + b'yz'))"
    ),
    "entities": "import sys; open(sys.argv[1], 'w').write(''.join(f'&#{ord(c)};' for c in sys.argv[3]))",
    "json": "import sys; open(sys.argv[1], 'w').write(''.join(f'\\\\u{ord(c):04x}' for c in sys.argv[3]))",
    "lower": "import sys; open(sys.argv[1], 'w').write(sys.argv[3].lower())",
}


@pytest.mark.parametrize("way", LEAKS)
def test_control_a_program_that_writes_it_is_caught(way: str, tmp_path: Path) -> None:
    need("strace")
    script, folder = LEAKS[way], tmp_path / "plain"
    folder.mkdir()
    command = [sys.executable, "-I", "-c", script, str(folder / "left"), *PLANTED.texts]
    subprocess.run([*tracer(tmp_path / "log"), *command], check=True, capture_output=True, umask=0o022)
    assert any(job.NOTE in one for one in findings(tmp_path / "log", PLANTED))
    assert any(job.NOTE in one for one in left_over((folder,), PLANTED))
    assert "left: 644" in open_to_others(folder)


OTHER = {
    "unlinked": (
        "import os, sys; f = open(sys.argv[1], 'wb', 0); os.unlink(sys.argv[1]); f.write(sys.argv[3].encode())",
        "write",
    ),
    "network": ("import socket; socket.socket(socket.AF_INET6).close()", "network"),
    "mmap": (
        "import mmap, os, sys; h = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT); os.ftruncate(h, 99); mmap.mmap(h, 99)",
        "mmap",
    ),
}


@pytest.mark.parametrize("way", OTHER)
def test_control_the_other_ways_are_caught(way: str, tmp_path: Path) -> None:
    need("strace")
    script, word = OTHER[way]
    command = [sys.executable, "-I", "-c", script, str(tmp_path / "left"), *PLANTED.texts]
    subprocess.run([*tracer(tmp_path / "log"), *command], check=True, capture_output=True)
    assert any(word in one for one in findings(tmp_path / "log", PLANTED))


def test_control_a_program_that_writes_nothing_has_no_findings(tmp_path: Path) -> None:
    need("strace")
    command = [sys.executable, "-I", "-c", "print('nothing of it')", str(tmp_path), *PLANTED.texts]
    subprocess.run([*tracer(tmp_path / "log"), *command], check=True, capture_output=True)
    assert findings(tmp_path / "log", PLANTED) == set()


@pytest.mark.parametrize("start", range(3))
def test_base64_is_found_wherever_the_text_stands_in_it(start: int) -> None:
    import base64

    for end in range(3):
        written = base64.b64encode(b"?" * start + job.NOTE.encode() + b"?" * end)
        assert any(form in written for form in forms(job.NOTE))


def _memory(pid: int) -> Iterator[bytes]:
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            if rights.startswith("r") and "[v" not in line:
                begin, end = (int(part, 16) for part in span.split("-"))
                try:
                    memory.seek(begin)
                    yield memory.read(end - begin)
                except (OSError, ValueError, OverflowError):
                    continue


def _held(pid: int, wanted: dict[str, frozenset[bytes]]) -> set[str]:
    return {
        name for content in _memory(pid) for name, needles in wanted.items() if any(one in content for one in needles)
    }


@pytest.mark.skipif(not is_root(), reason="only root may read the memory of another process")
def test_a_second_after_the_lock_no_process_of_segl_holds_passphrase_key_or_note(tmp_path: Path) -> None:
    need("tmux")
    home = vault_with_a_case(tmp_path / "home")
    with Vault.unlock(home.vault(), Secret.from_text(after.PASSPHRASE)) as vault:
        key = vault._data_key.reveal()
    wanted = {
        "key": frozenset({key, key.hex().encode(), key.hex().upper().encode()}),
        "note": forms(after.PLANTED),
        "passphrase": forms(after.PASSPHRASE),
    }
    with terminal(home.root) as screen:
        screen.wait_for("Låst")
        screen.type(after.PASSPHRASE)
        wait_until(lambda: _held(segl_processes(screen)[1], {"passphrase": wanted["passphrase"]}) == {"passphrase"})
        screen.keys("Enter")
        screen.wait_for(after.PLANTED.split()[0])
        before = segl_processes(screen)[1]
        assert _held(before, wanted) >= {"key", "note"}, "control: they are there while the vault is open"
        screen.keys("F9")
        wait_until(lambda: gone(before))
        time.sleep(1)
        screen.wait_for("Låst")
        # The pane's own process is the guard; the terminal program that shows it is none of Segl's.
        processes = family(screen.process)
        assert len(processes) >= 2
        assert {pid: _held(pid, wanted) for pid in processes} == {pid: set() for pid in processes}
