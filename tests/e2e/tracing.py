"""Watching what a program leaves: every call that brings bytes to a file or the network, and what lies there after.

A planted text is looked for in each form in which a program could have written it without anybody meaning to hide it.
"""

from __future__ import annotations

import base64
import codecs
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

BLIND: Final = ("sendfile", "splice", "vmsplice", "tee", "copy_file_range", "io_uring_setup", "io_submit")
"""Ways without bytes in a trace: that they were gone at all is a finding."""
WRITES: Final = ("write", "pwrite64", "writev", "pwritev", "pwritev2", "sendto", "sendmsg", "sendmmsg")
CALLS: Final = (*WRITES, *BLIND, "mmap", "socket", "connect")
_MOST: Final = 1 << 21
"""Bytes of each call that are kept: more than Segl ever writes at once."""
_CALL: Final = re.compile(r"^\d+ +(?:<\.\.\. )?([a-z0-9_]+)")
_TARGET: Final = re.compile(r"\(\d+<([^>]*)>")
_TEXT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_TERMINAL: Final = re.compile(r"/dev/(pts/\d+|tty\w*|ptmx)(<char [\d:]+)?$")


def tracer(log: Path) -> list[str]:
    """What to put before a command so that it and all its children are watched.

    Only the calls that count stop the program (`--seccomp-bpf`): a session at a terminal keeps its pace.
    """
    calls = ",".join(CALLS)
    return [
        *("strace", "-f", "--seccomp-bpf", "-y", "-s", str(_MOST)),
        *("-e", f"trace={calls}", "-e", "signal=none", "-o", str(log)),
    ]


def forms(text: str) -> frozenset[bytes]:
    """A text as UTF-8, UTF-16, UTF-32, hexadecimal, base64 at three alignments, HTML entities and JSON escapes."""
    found: set[bytes] = set()
    for spelled in (text, text.lower(), text.upper()):
        raw = spelled.encode()
        found |= {raw, *(spelled.encode(name) for name in ("utf-16-le", "utf-16-be", "utf-32-le"))}
        found |= {raw.hex().encode(), raw.hex().upper().encode()}
        for before in range(3):
            padded = base64.b64encode(b"\0" * before + raw)
            # What stands before and after shares its sextets with the text: those are left out.
            inner = padded[(0, 2, 3)[before] : len(padded) - (0, 3, 2)[(before + len(raw)) % 3]]
            found |= {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}
        for template in ("&#{};", "&#x{:x};", "&#x{:X};", "\\u{:04x}", "\\u{:04X}", "%{:02x}", "%{:02X}"):
            found.add("".join(template.format(ord(letter)) for letter in spelled).encode())
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Planted:
    """Texts that must stand nowhere, in all their forms."""

    texts: tuple[str, ...]
    needles: tuple[tuple[str, bytes], ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Planted:
        """Make it; a text is at least 12 letters, or chance would find it."""
        kept = tuple(texts)
        assert all(len(text) >= 12 for text in kept), kept
        return cls(kept, tuple((text, form) for text in kept for form in sorted(forms(text))))

    def within(self, content: bytes) -> set[str]:
        """Which of them stand in some bytes."""
        return {text for text, form in self.needles if form in content}


def calls(log: Path) -> Iterator[tuple[str, str, bytes]]:
    """Each traced call: its name, what it was aimed at (the line, where bytes are not its business), the bytes."""
    with log.open(encoding="latin-1") as lines:
        for line in lines:
            match = _CALL.match(line)
            if match is None:
                continue
            name = match[1]
            target = _TARGET.search(line[: line.find('"')] if '"' in line else line)
            if name in WRITES:
                given = b"".join(codecs.escape_decode(part.encode("latin-1"))[0] for part in _TEXT.findall(line))
                yield name, target[1] if target else "", given
            else:
                yield name, line, b""


def findings(log: Path, planted: Planted) -> set[str]:
    """What was written, or may have been, that must not be; each as a few words."""
    found: set[str] = set()
    for name, target, given in calls(log):
        if name in BLIND:
            found.add(name)
        elif name == "mmap":
            if "MAP_SHARED" in target and "PROT_WRITE" in target and "MAP_ANONYMOUS" not in target:
                found.add("mmap")
        elif name in ("socket", "connect"):
            if "AF_INET" in target:
                found.add("network")
        elif not _TERMINAL.match(target):
            found |= {f"{text!r} in {name} to {target}" for text in planted.within(given)}
    return found


def to_terminal(log: Path) -> bytes:
    """Everything that went to a terminal."""
    return b"".join(given for name, target, given in calls(log) if name in WRITES and _TERMINAL.match(target))


def left_over(folders: Sequence[Path], planted: Planted, *, besides: Sequence[Path] = ()) -> set[str]:
    """Which files hold a planted text, in their content or in their name."""
    found = set()
    for folder in folders:
        for path in folder.rglob("*"):
            if any(path == one or path.is_relative_to(one) for one in besides):
                continue
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            for text in planted.within(content + b"\n" + str(path.name).encode(errors="surrogateescape")):
                found.add(f"{text!r} in {path.name}")
    return found


def open_to_others(folder: Path) -> set[str]:
    """What below a folder, and the folder itself, is not 0600 (files) or 0700 (folders)."""
    found = set()
    for path in (folder, *folder.rglob("*")):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if mode != (0o700 if path.is_dir() else 0o600):
            found.add(f"{path.name}: {mode:o}")
    return found
