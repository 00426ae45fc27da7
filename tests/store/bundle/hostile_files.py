"""Makes the hostile bundles in `tests/vectors/hostile/`: `python -m tests.store.bundle.hostile_files`.

Each is a named file. The small ones are committed, so that other readers can be tried on them; the large ones (a sealed
file does not compress) are made by the same table when the tests run. All are sealed to the keys in `keys.txt`, and
signed by the key in `signer.pub` unless that is what is wrong with them.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from store.age import EncryptingWriter, encrypt
from store.bundle.bag import BAG_INFO, SIGNATURE, TAG_MANIFEST
from store.bundle.contents import REPORT
from store.bundle.journal import write_journal
from store.bundle.names import CASE_JSON, JOURNAL
from store.bundle.seal import SealOrder, prepare
from store.entry import SpaceKind
from store.model import Purpose
from store.sshsig import public_key_line
from tests.store.age import kit
from tests.store.bundle.hostile import good_files, member, signed_anew, tar_of_members, tar_with
from tests.store.bundle.invented import BIRGIT, POLICE, POLICE_RECIPIENT, entries, export
from tests.tools import ROOT

FOLDER: Final = ROOT / "tests" / "vectors" / "hostile"
SUFFIX: Final = ".segl.age"
GIB: Final = 1 << 30

Document = dict[str, Any]
Files = dict[str, bytes]
Plain = Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One file, and what `segl open --lang en` has to say of it.

    Attributes:
        make: the pieces of the sealed file.
        says: words that its answer has.
        code: how `segl open` ends.
        large: made when it is needed, and not committed.
        passphrase: it asks for one.
    """

    make: Callable[[], Iterator[bytes]]
    says: str
    code: int = 4
    large: bool = False
    passphrase: bool = False


class _Given:
    """Randomness that is the same each time, so that the files are."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._count = 0

    def __call__(self, size: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(f"{self._name}{self._count}".encode()).digest(size)


def _sealed(plain: Plain) -> Callable[[], Iterator[bytes]]:
    def make() -> Iterator[bytes]:
        sink = io.BytesIO()
        data = plain()
        name = hashlib.sha256(data).hexdigest()
        encrypt(io.BytesIO(data), sink, [POLICE.recipient], random_bytes=_Given(name))
        yield sink.getvalue()

    return make


def lean() -> Files:
    """A good bundle without what only people read: small enough to commit by the dozen."""
    return {name: data for name, data in good_files().items() if name != REPORT and not name.startswith("VERIFY.")}


def _bag(change: Callable[[Files], Files]) -> Callable[[], Iterator[bytes]]:
    """A bag that was changed and not signed anew."""
    return _sealed(lambda: tar_with(change(signed_anew(lean()))))


def _signed(change: Callable[[Files], Files]) -> Callable[[], Iterator[bytes]]:
    """A bag that was changed and signed, properly."""
    return _sealed(lambda: tar_with(signed_anew(change(lean()))))


def _tar(*members: tuple[tarfile.TarInfo, bytes], shape: int = tarfile.USTAR_FORMAT) -> Callable[[], Iterator[bytes]]:
    return _sealed(lambda: tar_of_members(*members, shape=shape))


def _case(old: bytes, new: bytes) -> Callable[[], Iterator[bytes]]:
    def change(files: Files) -> Files:
        assert old in files[CASE_JSON]
        return {**files, CASE_JSON: files[CASE_JSON].replace(old, new, 1)}

    return _signed(change)


def _journal(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[], Iterator[bytes]]:
    return _signed(lambda files: {**files, JOURNAL: b"".join(change(files[JOURNAL].splitlines(keepends=True)))})


def _document(change: Callable[[Document], object]) -> Callable[[], Iterator[bytes]]:
    def changed(files: Files) -> Files:
        document = json.loads(files[CASE_JSON])
        change(document)
        return {**files, CASE_JSON: json.dumps(document, separators=(",", ":")).encode()}

    return _signed(changed)


def _again(values: list[Any]) -> None:
    """The first value as often as the document has room for."""
    room = 400_000
    values += [values[0]] * (room // (len(json.dumps(values[0], separators=(",", ":"))) + 1))


def _heavy(payload: dict[str, object], count: int) -> Callable[[], Iterator[bytes]]:
    """A journal of entries that are large once they are read."""
    return _signed(
        lambda files: {
            **files,
            JOURNAL: write_journal(entries(BIRGIT, [payload] * count, kinds=["later.kind"] * count)),
        }
    )


def _line(space: str) -> bytes:
    (entry,) = entries(BIRGIT, [{"text": "of another case"}], space=space, space_kind=SpaceKind.CASE)
    assert entry.salt is not None
    assert entry.payload is not None
    document = {
        "header": entry.header.decode(),
        "signature": base64.b64encode(entry.signature).decode(),
        "salt": base64.b64encode(entry.salt).decode(),
        "payload": entry.payload.decode(),
    }
    return json.dumps(document).encode() + b"\n"


def _forged(lines: list[bytes]) -> list[bytes]:
    line = {**json.loads(lines[1]), "payload": '{"text":"forged"}'}
    return [lines[0], json.dumps(line).encode() + b"\n", *lines[2:]]


def _other_signature(files: Files) -> Files:
    other = signed_anew({**lean(), "data/evidence.sha256": b"other bytes\n"})
    return {**files, SIGNATURE: other[SIGNATURE]}


def _other_namespace(files: Files) -> Files:
    return {**files, SIGNATURE: BIRGIT.sign(files[TAG_MANIFEST], namespace="file").encode()}


def _damaged(change: Callable[[bytearray], object]) -> Callable[[], Iterator[bytes]]:
    def make() -> Iterator[bytes]:
        data = bytearray(b"".join(_sealed(lambda: tar_with(signed_anew(lean())))()))
        change(data)
        yield bytes(data)

    return make


def _header(*stanzas: bytes) -> Callable[[], Iterator[bytes]]:
    return lambda: iter([kit.header(*stanzas) + kit.whole(b"")])


def _streamed(pieces: Callable[[], Iterator[bytes]]) -> Callable[[], Iterator[bytes]]:
    """Sealed while it is made: never whole in memory."""

    def make() -> Iterator[bytes]:
        made: list[bytes] = []

        class Sink:
            def write(self, data: memoryview, /) -> int:
                made.append(bytes(data))
                return len(data)

        with EncryptingWriter(Sink(), [POLICE.recipient], random_bytes=_Given("large")) as writer:
            for piece in pieces():
                writer.write(piece)
                yield from made
                made.clear()
        yield from made

    return make


def _zeros(size: int) -> Callable[[], Iterator[bytes]]:
    info = tarfile.TarInfo("K7M4Q/data/zeros.bin")
    info.size = size

    def pieces() -> Iterator[bytes]:
        yield tar_of_members()[:512]
        yield info.tobuf(tarfile.USTAR_FORMAT)
        for _piece in range(size >> 20):
            yield bytes(1 << 20)
        yield bytes(10240)

    return _streamed(pieces)


def _million() -> Iterator[bytes]:
    yield tar_of_members()[:512]
    # The header of the first is changed for each of the others: the library takes half a minute for a million.
    first = tarfile.TarInfo("K7M4Q/data/f0000000").tobuf(tarfile.USTAR_FORMAT)
    place = first.index(b"0000000")
    total = int(first[148:154], 8) - sum(first[place : place + 7])
    for number in range(0, 1_000_000, 1000):
        piece = bytearray(first * 1000)
        for one in range(1000):
            digits = b"%07d" % (number + one)
            start = one * 512
            piece[start + place : start + place + 7] = digits
            piece[start + 148 : start + 154] = b"%06o" % (total + sum(digits))
        yield bytes(piece)
    yield bytes(10240)


CONTROLS: Final = "\x1b[31m\x1b]52;c;aGk=\x07\u202e\u2066\u200f\x9b2J\r[bold]<b>&lt;[@click=app.quit]x[/]\x00"


def _text_everywhere() -> Iterator[bytes]:
    order = SealOrder(purpose=Purpose.POLICE, out=Path("K7M4Q.segl.age"), recipients=(POLICE_RECIPIENT,), language="en")
    files = dict(prepare(export(say=lambda text: text + CONTROLS), order, BIRGIT.sign).bag.files)
    yield from _sealed(lambda: tar_with(files))()


GREASE: Final = b"-> grease a b c\n\n"
PLUGINS: Final = [
    b"-> yubikey AAAAAA A0A0A0\n" + kit.body(bytes(32)),
    b"-> piv-p256 AAAAAA ../../bin/sh\n" + kit.body(bytes(32)),
    b"-> ../../../tmp/age-plugin-evil x\n\n",
    b"-> tlock 1 $(touch${IFS}/tmp/evil)\n\n",
]
NOT_BUILT: Final = "not built like a bundle"
NOT_RIGHT: Final = f"the file {CASE_JSON} is not what it has to be"
NO_ENTRY: Final = "an entry of the journal is not what was signed"
ON_ITS_WAY: Final = "damaged or changed on its way"

NAMES: Final[Mapping[str, str]] = {
    "zip-slip": "K7M4Q/../../../etc/cron.d/evil",
    "zip-slip-above": "../evil",
    "absolute": "/etc/cron.d/evil",
    "windows-drive": "K7M4Q/C:\\evil.exe",
    "windows-backslash": "K7M4Q/..\\..\\evil.exe",
    "windows-device": "K7M4Q/con.txt",
    "windows-stream": "K7M4Q/a.txt:hidden",
    "windows-dot-at-the-end": "K7M4Q/a.txt.",
    "windows-space-at-the-end": "K7M4Q/a.txt ",
    "name-with-an-escape": "K7M4Q/a\x1b[2J",
    "name-with-a-direction": "K7M4Q/a\u202egpj.exe",
    "name-with-a-line-end": "K7M4Q/a\nb",
    "name-that-is-an-option": "K7M4Q/--checkpoint-action=exec=sh",
}

TABLE: Final[Mapping[str, Hostile]] = {
    **{name: Hostile(make=_tar(member(path, b"x")), says=NOT_BUILT) for name, path in NAMES.items()},
    "symlink": Hostile(
        make=_tar(member("K7M4Q/a", kind=tarfile.SYMTYPE, link="/etc"), member("K7M4Q/a/passwd", b"x")), says=NOT_BUILT
    ),
    "hard-link": Hostile(
        make=_tar(member("K7M4Q/a", kind=tarfile.LNKTYPE, link="../../.ssh/authorized_keys")), says=NOT_BUILT
    ),
    "device": Hostile(make=_tar(member("K7M4Q/a", kind=tarfile.CHRTYPE)), says=NOT_BUILT),
    "fifo": Hostile(make=_tar(member("K7M4Q/a", kind=tarfile.FIFOTYPE)), says=NOT_BUILT),
    "sparse": Hostile(make=_tar(member("K7M4Q/a", kind=tarfile.GNUTYPE_SPARSE)), says=NOT_BUILT),
    "double": Hostile(make=_tar(member("K7M4Q/a", b"x"), member("K7M4Q/a", b"y")), says=NOT_BUILT),
    "case-collision": Hostile(make=_tar(member("K7M4Q/a", b"x"), member("K7M4Q/A", b"y")), says=NOT_BUILT),
    "nfc-collision": Hostile(make=_tar(member("K7M4Q/å", b"x"), member("K7M4Q/a\u030a", b"y")), says=NOT_BUILT),
    "gnu-long-name": Hostile(make=_tar(member("K7M4Q/" + "a" * 300), shape=tarfile.GNU_FORMAT), says=NOT_BUILT),
    "pax-header": Hostile(make=_tar(member("K7M4Q/" + "a" * 300), shape=tarfile.PAX_FORMAT), says=NOT_BUILT),
    "no-tar": Hostile(make=_sealed(lambda: b"no tar at all" * 1000), says=NOT_BUILT),
    "empty": Hostile(make=_sealed(bytes), says=NOT_BUILT),
    "tar-cut-in-a-member": Hostile(
        make=_sealed(lambda: tar_of_members(member("K7M4Q/a", b"x" * 5000))[:3000]), says=NOT_BUILT
    ),
    "bytes-behind-the-tar": Hostile(make=_sealed(lambda: tar_with(signed_anew(lean())) + b"more"), says=NOT_BUILT),
    "two-tars": Hostile(make=_sealed(lambda: tar_with(signed_anew(lean())) * 2), says=NOT_BUILT),
    "fetch": Hostile(
        make=_signed(lambda files: {**files, "fetch.txt": b"http://127.0.0.1/x 1 data/x\n"}), says="fetch.txt"
    ),
    "file-changed": Hostile(
        make=_bag(lambda files: {**files, "data/evidence.sha256": b"x"}),
        says="the file data/evidence.sha256 was changed",
    ),
    "file-added": Hostile(make=_bag(lambda files: {**files, "data/more.txt": b"x"}), says="data/more.txt"),
    "signature-over-other-bytes": Hostile(make=_bag(_other_signature), says="Signed by: NOBODY"),
    "signature-of-another-kind": Hostile(make=_bag(_other_namespace), says="Signed by: NOBODY"),
    "entry-replayed": Hostile(make=_journal(lambda lines: [*lines, lines[0]]), says="the same entry twice"),
    "entry-of-another-case": Hostile(make=_journal(lambda lines: [*lines, _line("ab" * 16)]), says=NO_ENTRY),
    "entry-forged": Hostile(make=_journal(_forged), says="(line 2: commitment)"),
    "journal-of-another-case": Hostile(
        make=_signed(lambda files: {**files, JOURNAL: _line("ab" * 16)}), says=CASE_JSON
    ),
    "json-doubled-name": Hostile(make=_case(b'"version":', b'"version": 1,"version":'), says=NOT_RIGHT),
    "json-doubled-name-escaped": Hostile(make=_case(b'"version":', b'"\\u0076ersion": 1,"version":'), says=NOT_RIGHT),
    "json-nan": Hostile(make=_case(b'"level": 3', b'"level": NaN'), says=NOT_RIGHT),
    "json-infinity": Hostile(make=_case(b'"level": 3', b'"level": 1e999'), says=NOT_RIGHT),
    "json-lone-surrogate": Hostile(make=_case(b"Snapchat", b"\\ud800"), says=NOT_RIGHT),
    "json-surrogate-in-utf-8": Hostile(make=_case(b"Snapchat", b"\xed\xa0\x80"), says=NOT_RIGHT),
    "json-raw-escape": Hostile(make=_case(b"Snapchat", b"\x1b[31m"), says=NOT_RIGHT),
    "json-digits": Hostile(make=_case(b'"level": 3', b'"level": ' + b"9" * 5000), says=NOT_RIGHT),
    "sealed-flipped-byte": Hostile(
        make=_damaged(lambda data: data.__setitem__(-2000, data[-2000] ^ 1)), says=ON_ITS_WAY
    ),
    "sealed-cut-short": Hostile(make=_damaged(lambda data: data.__delitem__(slice(-100, None))), says=ON_ITS_WAY),
    "sealed-added-to": Hostile(make=_damaged(lambda data: data.extend(b"more")), says=ON_ITS_WAY),
    "plugin-stanzas": Hostile(make=_header(*PLUGINS), says="None of your keys", code=3),
    "scrypt-30": Hostile(
        make=_header(kit.scrypt(factor=b"30")), says="so much work for its passphrase", passphrase=True
    ),
    "scrypt-beside-a-key": Hostile(make=_header(kit.scrypt(), kit.x25519()), says=ON_ITS_WAY),
    "text-everywhere": Hostile(make=_text_everywhere, says="Intact: yes", code=0),
    "good": Hostile(make=_sealed(lambda: tar_with(signed_anew(lean()))), says="Intact: yes", code=0),
    "stanzas-for-nobody-1000": Hostile(
        make=_header(*[b"-> X25519 " + kit.b64(bytes([9]) + bytes(31)) + b"\n" + kit.body(bytes(32))] * 1000),
        says="None of your keys",
        code=3,
        large=True,
    ),
    "info-one-label-780000-times": Hostile(
        make=_signed(lambda files: {**files, BAG_INFO: files[BAG_INFO] + b"A: \n" * 780_000}),
        says="bag-info.txt is not what it has to be",
        large=True,
    ),
    "history-of-one-entry": Hostile(
        make=_document(lambda document: _again(document["history"])), says=NOT_RIGHT, large=True
    ),
    "versions-of-one-entry": Hostile(
        make=_document(lambda document: _again(document["notes"][0]["versions"])), says=NOT_RIGHT, large=True
    ),
    "notes-all-the-same": Hostile(
        make=_document(lambda document: _again(document["notes"])), says=NOT_RIGHT, large=True
    ),
    "evidence-all-the-same": Hostile(
        make=_document(lambda document: _again(document["evidence"])), says=NOT_RIGHT, large=True
    ),
    "entries-of-nothing-but-lists": Hostile(
        make=_heavy({"a": [[]] * 340_000}, 22), says="more than 500000 items", large=True
    ),
    "entries-of-nothing-but-names": Hostile(
        make=_heavy({f"{number}": 1 for number in range(90_000)}, 22), says="more than 500000 items", large=True
    ),
    "stanzas-10000": Hostile(make=_header(*[GREASE] * 9999, kit.x25519()), says=ON_ITS_WAY, large=True),
    "header-without-end": Hostile(
        make=lambda: iter([b"age-encryption.org/v1\n-> a\n" + (b"A" * 64 + b"\n") * 200_000]),
        says=ON_ITS_WAY,
        large=True,
    ),
    "json-nesting-100000": Hostile(
        make=_case(b'"level": 3', b'"level": ' + b"[" * 100_000), says=NOT_RIGHT, large=True
    ),
    "json-number-of-100-mb": Hostile(
        make=_case(b'"level": 3', b'"level": ' + b"9" * 100_000_000), says="larger than 8388608 bytes", large=True
    ),
    "json-many-lists": Hostile(
        make=_case(b'"level": 3', b'"level": [' + b"[]," * 490_000 + b"[]]"), says=NOT_RIGHT, large=True
    ),
    "zeros-1-gib": Hostile(make=_zeros(GIB), says="larger than any bundle", large=True),
    "zeros-below-the-limit": Hostile(make=_zeros(250 << 20), says="missing", large=True),
    "million-members": Hostile(make=_streamed(_million), says="larger than any bundle", large=True),
}


def write(name: str, folder: Path) -> Path:
    """Make one of them."""
    path = folder / f"{name}{SUFFIX}"
    with path.open("wb") as file:
        for piece in TABLE[name].make():
            file.write(piece)
    return path


def write_keys(folder: Path) -> None:
    """What opens them, and the key that signed them."""
    keys = [b"# invented: these keys open the files here", POLICE.encode().reveal(), kit.IDENTITY.encode().reveal()]
    (folder / "keys.txt").write_bytes(b"\n".join(keys) + b"\n")
    (folder / "signer.pub").write_text(public_key_line(BIRGIT.public) + "\n", encoding="ascii")


def main() -> None:
    """Write the small ones, their keys, and what is to be said of each."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob(f"*{SUFFIX}"):
        old.unlink()
    write_keys(FOLDER)
    expected = ["# What `segl open --lang en` says of each: words of its answer, and its exit code."]
    for name, hostile in TABLE.items():
        if not hostile.large:
            write(name, FOLDER)
        expected += ["", f"[{name}]", f"says = {json.dumps(hostile.says)}", f"code = {hostile.code}"]
        expected += [f"committed = {json.dumps(not hostile.large)}"]
    (FOLDER / "expected.toml").write_text("\n".join(expected) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
