"""A process that runs `segl open` for each line of arguments, each in a child of its own, and says what it took.

A child may write no byte to any file (RLIMIT_FSIZE: the kernel refuses), and what it used is what the kernel counted.
The children are forked from a process that has loaded Segl, so that a hundred files are not a hundred starts.
With `weak` as an argument, the reader in the children is one that trusts: it unpacks with the standard library.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import tarfile
import time
import traceback
from pathlib import Path
from typing import NoReturn

from store.age import decrypt, parse_identities
from store.bundle import open as _open
from tui.__main__ import main as segl
from tui.cli.commands import bundles as _bundles

PASSPHRASE = b"blaa hest paa loftet"
LOADED = (_open, _bundles)


def trusting(arguments: list[str]) -> int:
    """What a reader without any guard does: opens, unpacks here, and parses."""
    path, keys = Path(arguments[1]), Path(arguments[arguments.index("--identity") + 1])
    plain = io.BytesIO()
    with path.open("rb") as source:
        decrypt(source, plain, parse_identities(keys.read_text()))
    plain.seek(0)
    with tarfile.open(fileobj=plain) as tar:
        tar.extractall("out", filter="fully_trusted")
    return 0


def child(arguments: list[str], out: int, weak: bool) -> NoReturn:
    """Run it; standard output and error both go to `out`."""
    code = 70
    try:
        reading, writing = os.pipe()
        os.write(writing, PASSPHRASE)
        os.close(writing)
        os.dup2(reading, 0)
        os.dup2(out, 1)
        os.dup2(out, 2)
        sys.stdin, sys.stdout, sys.stderr = os.fdopen(0, "r"), os.fdopen(1, "w"), os.fdopen(2, "w")
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        code = trusting(arguments) if weak else segl(arguments)
    except BaseException:  # noqa: BLE001 - whatever it is, it is said and the child ends here
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def answer_to(arguments: list[str], weak: bool) -> dict[str, object]:
    """Run it in a child; what it said, how it ended, and what it took."""
    reading, writing = os.pipe()
    start = time.perf_counter()
    if (number := os.fork()) == 0:
        os.close(reading)
        child(arguments, writing, weak)
    os.close(writing)
    said = b""
    while data := os.read(reading, 65536):
        said += data
    os.close(reading)
    _number, status, used = os.wait4(number, 0)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "said": said.decode("utf-8", "surrogateescape"),
        "seconds": time.perf_counter() - start,
        "processor": used.ru_utime + used.ru_stime,
        "mib": used.ru_maxrss // 1024,
    }


def main() -> None:
    """Answer each line of JSON with another."""
    weak = "weak" in sys.argv[1:]
    answers = os.dup(1)
    # Not through sys.stdin, which each child has anew.
    with os.fdopen(os.dup(0), "rb") as asked:
        for line in asked:
            os.write(answers, json.dumps(answer_to(json.loads(line), weak)).encode() + b"\n")


if __name__ == "__main__":
    main()
