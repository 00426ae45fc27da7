"""Under strace: no byte of an evidence file is written anywhere in plain while it is registered, checked and passed on.

A whole session of the command line is traced, with every call that can bring bytes to a file. What is planted stands at
the beginning, over the edge of a piece of 1 MiB, and at the end of a file. The controls make the bad thing by each of
the ways and have to be seen.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from store.age.x25519 import generate_x25519
from tests.tools import ROOT, need
from tests.tui.cli.support import PASSPHRASE, Segl

BLIND = ("sendfile", "splice", "vmsplice", "tee", "copy_file_range", "io_uring_setup", "io_submit")
"""Ways without bytes in a trace: that they were gone at all is a finding."""
SENDS = ("sendto", "sendmsg", "sendmmsg")
"""To another process, which may write it."""
WRITES = ",".join(("write", "pwrite64", "writev", "pwritev", "pwritev2", "mmap", "ioctl", *SENDS, *BLIND))
MIB = 1 << 20
PLANTED = tuple(f"PLANTED-{place}-" + "kronjuvel-" * 5 + str(place) for place in range(3))
_CALL = re.compile(r"^\d+ +(?:<\.\.\. )?([a-z0-9_]+)")


def evidence(path: Path) -> Path:
    content = bytearray(os.urandom(2 * MIB + 12345))
    for text, place in zip(PLANTED, (0, MIB - 20, len(content) - len(PLANTED[2])), strict=True):
        content[place : place + len(text)] = text.encode()
    path.write_bytes(content)
    return path


def traced(command: list[str | Path], log: Path, *, stdin: bytes = b"", **more: object) -> str:
    """The trace of a command and all its children."""
    need("strace")
    # 3 MiB of each call: more than any piece that is ever written at once.
    tracer = ["strace", "-f", "-s", str(3 * MIB), "-e", f"trace={WRITES}", "-e", "signal=none", "-o", str(log)]
    ran = subprocess.run([*tracer, *command], input=stdin, capture_output=True, check=False, **more)  # type: ignore[call-overload]
    if ran.returncode != 0 and b"ptrace" in ran.stderr:
        pytest.skip("strace may not trace here")
    assert ran.returncode == 0, ran.stderr[-2000:] + ran.stdout[-2000:]
    return log.read_text(encoding="utf-8", errors="replace")


def findings(trace: str) -> set[str]:
    """What was written that must not be, or by a way that can't be looked into."""
    found = set()
    for line in trace.splitlines():
        match = _CALL.match(line)
        call = match[1] if match else ""
        if call in BLIND:
            found.add(call)
        if call == "ioctl" and "FICLONE" in line:
            found.add("ficlone")
        if call == "mmap" and "MAP_SHARED" in line and "PROT_WRITE" in line and "MAP_ANONYMOUS" not in line:
            found.add("mmap")
        # A part of it is as bad as all of it.
        if any(text[start : start + 16] in line for text in PLANTED for start in range(0, len(text) - 15, 8)):
            found.add("planted")
    return found


LEAKS = {
    "write": "open(b, 'wb').write(data)",
    "part": "open(b, 'wb').write(data[12:40])",
    "pwrite": "os.pwrite(os.open(b, os.O_RDWR | os.O_CREAT), data, 5)",
    "writev": "os.writev(os.open(b, os.O_RDWR | os.O_CREAT), [b'x', data])",
    "unlinked": "f = open(b, 'wb', buffering=0); os.unlink(b); f.write(data)",
    "sendfile": "shutil.copyfile(a, b)",
    "copy_file_range": (
        "os.copy_file_range(os.open(a, os.O_RDONLY), os.open(b, os.O_RDWR | os.O_CREAT), os.path.getsize(a))"
    ),
    "sendto": "s = socket.socketpair(); s[0].send(data[:4096])",
    "sendmsg": "s = socket.socketpair(); s[0].sendmsg([b'x', data[:4096]])",
    "ficlone": (
        "\ntry: fcntl.ioctl(os.open(b, os.O_RDWR | os.O_CREAT), 0x40049409, os.open(a, os.O_RDONLY))"
        "\nexcept OSError: pass"
    ),
    "splice": (
        "r, w = os.pipe(); os.splice(os.open(a, os.O_RDONLY), w, 4096);"
        "os.splice(r, os.open(b, os.O_WRONLY | os.O_CREAT), 4096)"
    ),
    "mmap": (
        "h = os.open(b, os.O_RDWR | os.O_CREAT); os.ftruncate(h, len(data)); m = mmap.mmap(h, len(data)); m[:] = data"
    ),
}


@pytest.mark.parametrize("way", LEAKS)
def test_control_a_plain_copy_is_seen_whatever_way_it_is_made(way: str, tmp_path: Path) -> None:
    if way in ("copy_file_range", "splice") and not hasattr(os, way):
        pytest.skip(f"not on this system: {way}")
    file = evidence(tmp_path / "a.mp4")
    script = (
        f"import fcntl, mmap, os, shutil, socket, sys; a, b = sys.argv[1:]; data = open(a, 'rb').read(); {LEAKS[way]}"
    )
    trace = traced([sys.executable, "-I", "-c", script, file, tmp_path / "copy"], tmp_path / "trace.txt")
    wanted = way if way in ("sendfile", "copy_file_range", "splice", "mmap", "ficlone") else "planted"
    # Where the file system can, Python copies in another way than by sendfile.
    assert findings(trace) & {wanted, "copy_file_range" if way == "sendfile" else wanted}


def test_control_a_program_that_only_reads_has_no_findings(tmp_path: Path) -> None:
    file = evidence(tmp_path / "a.mp4")
    script = "import sys; print(len(open(sys.argv[1], 'rb').read()))"
    assert findings(traced([sys.executable, "-I", "-c", script, file], tmp_path / "trace.txt")) == set()


def test_no_byte_of_an_evidence_file_is_written_outside_a_sealed_bundle(tmp_path: Path) -> None:
    need("strace", "age")
    segl = Segl(tmp_path / "home")
    segl.init()
    case = segl.new_case()
    folder, out, lists = tmp_path / "material", tmp_path / "out", tmp_path / "lists"
    for one in (folder, out, lists):
        one.mkdir()
    film = evidence(folder / "film.mp4")
    shutil.copyfile(film, folder / "copy.mp4")
    (folder / "new.txt").write_text(PLANTED[0])
    key = generate_x25519()
    sealed = out / "police.segl.age"
    lines = [
        f"evidence add {case} {film} {folder / 'new.txt'}",
        f"evidence seen {folder}",
        f"evidence verify {case} {folder} --record",
        f"evidence lists {case} {lists}",
        f"evidence request {case} --facts -",
        'by = "Vagthavende"',
        "on = 2026-11-20",
        'reference = "0100"',
        ".",
        f"evidence pass-on {case} {film} {folder / 'new.txt'} --to {key.recipient.encode()} -o {sealed}",
        f"seal {case} --for police --to {key.recipient.encode()} -o {out / 'case.segl.age'}",
        f"evidence verify {case} {folder}",
    ]
    reader, writer = os.pipe()
    os.write(writer, PASSPHRASE.encode() + b"\n")
    os.close(writer)
    try:
        trace = traced(
            [sys.executable, "-m", "tui", "shell", "--vault-passphrase-fd", str(reader)],
            tmp_path / "trace.txt",
            stdin="".join(f"{line}\n" for line in lines).encode(),
            cwd=ROOT,
            env=segl.variables(),
            pass_fds=(reader,),
        )
    finally:
        os.close(reader)
    assert findings(trace) == set()
    # It did happen: the case says so, and the bundle has the bytes.
    kinds = [one["kind"] for one in segl("case", "history", case, "--json").json["history"]]
    assert {"evidence.registered", "evidence.checked", "evidence.requested", "evidence.passed-on"} <= set(kinds)
    assert "age-encryption.org/v1" in trace
    identity = tmp_path / "key.txt"
    identity.write_bytes(key.encode().reveal() + b"\n")
    plain = subprocess.run(["age", "-d", "-i", identity, sealed], capture_output=True, check=True).stdout
    assert all(text.encode() in plain for text in PLANTED)
    # The control on the same session: the bytes that went out in the bundle would have been seen.
    (tmp_path / "plain.tar").write_bytes(plain)
    shown = traced(["tee", tmp_path / "second.tar"], tmp_path / "control.txt", stdin=plain)
    assert "planted" in findings(shown)
    left = {path.name for path in (*out.iterdir(), *lists.iterdir())}
    assert left == {
        *("police.segl.age", "police.open-me.da.txt", "police.open-me.en.txt"),
        *("case.segl.age", "case.open-me.da.txt", "case.open-me.en.txt"),
        *("evidence.sha256", "evidence.hashdeep"),
    }
