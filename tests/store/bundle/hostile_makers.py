"""How a hostile bundle is made: sealed, signed and framed as it should be, but for what is wrong with it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from store.age import EncryptingWriter, encrypt
from store.bundle.bag import MANIFEST, SIGNATURE, TAG_MANIFEST
from store.bundle.contents import REPORT, REPORT_PDF
from store.bundle.journal import write_journal
from store.bundle.looking import USUAL
from store.bundle.names import CASE_JSON, JOURNAL
from store.entry import SpaceKind
from store.model import CaseExport
from tests.store.age import kit
from tests.store.bundle.hostile import good_files, signed_anew, tar_of_members, tar_with
from tests.store.bundle.invented import BIRGIT, POLICE, entries
from tests.store.bundle.opener import PASSPHRASE
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
        says: words that its answer has, all of them.
        code: how `segl open` ends.
        large: made when it is needed, and not committed.
        passphrase: it asks for one.
        options: of `segl open`, beside the keys.
    """

    make: Callable[[], Iterator[bytes]]
    says: str | tuple[str, ...]
    code: int = 4
    large: bool = False
    passphrase: bool = False
    options: tuple[str, ...] = ()

    @property
    def all_said(self) -> list[str]:
        """What it says, one or several."""
        return [self.says] if isinstance(self.says, str) else list(self.says)


class Given:
    """Randomness that is the same each time, so that the files are."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._count = 0

    def __call__(self, size: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(f"{self._name}{self._count}".encode()).digest(size)


def sealing(plain: Plain) -> Callable[[], Iterator[bytes]]:
    def make() -> Iterator[bytes]:
        sink = io.BytesIO()
        data = plain()
        name = hashlib.sha256(data).hexdigest()
        encrypt(io.BytesIO(data), sink, [POLICE.recipient], random_bytes=Given(name))
        yield sink.getvalue()

    return make


def as_text() -> Callable[[], Iterator[bytes]]:
    """A good one in the text form that the age command makes and opens."""

    def make() -> Iterator[bytes]:
        sink = io.BytesIO()
        plain = io.BytesIO(tar_with(signed_anew(lean())))
        encrypt(plain, sink, [POLICE.recipient], armored=True, random_bytes=Given("as text"))
        yield sink.getvalue()

    return make


def base(name: str) -> Files:
    """The files of a good bundle as a Segl of 2026 made them, without what only people read.

    They are committed, so that the vectors stay the same when what is written today changes.
    """
    folder = FOLDER / "base" / name
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def lean() -> Files:
    """The good one that most are made from."""
    return base("good")


def write_base(name: str, case: CaseExport) -> None:
    """Make such files anew from what is written today."""
    for path, data in good_files(case).items():
        if path not in (REPORT, REPORT_PDF) and not path.startswith("VERIFY."):
            file = FOLDER / "base" / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)


def unsigned(change: Callable[[Files], Files]) -> Callable[[], Iterator[bytes]]:
    """A bag that was changed and not signed anew."""
    return sealing(lambda: tar_with(change(signed_anew(lean()))))


def signing(change: Callable[[Files], Files]) -> Callable[[], Iterator[bytes]]:
    """A bag that was changed and signed, properly."""
    return sealing(lambda: tar_with(signed_anew(change(lean()))))


def tarred(*members: tuple[tarfile.TarInfo, bytes], shape: int = tarfile.USTAR_FORMAT) -> Callable[[], Iterator[bytes]]:
    return sealing(lambda: tar_of_members(*members, shape=shape))


def in_case(old: bytes, new: bytes) -> Callable[[], Iterator[bytes]]:
    def change(files: Files) -> Files:
        assert old in files[CASE_JSON]
        return {**files, CASE_JSON: files[CASE_JSON].replace(old, new, 1)}

    return signing(change)


def in_journal(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[], Iterator[bytes]]:
    return signing(lambda files: {**files, JOURNAL: b"".join(change(files[JOURNAL].splitlines(keepends=True)))})


def in_document(change: Callable[[Document], object]) -> Callable[[], Iterator[bytes]]:
    def changed(files: Files) -> Files:
        document = json.loads(files[CASE_JSON])
        change(document)
        return {**files, CASE_JSON: json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()}

    return signing(changed)


def again(values: list[Any]) -> None:
    """The first value as often as the document has room for."""
    room = USUAL.files[CASE_JSON] - 64 * 1024
    values += [values[0]] * (room // (len(json.dumps(values[0], separators=(",", ":"))) + 1))


def heavy(payload: dict[str, object], count: int) -> Callable[[], Iterator[bytes]]:
    """A journal of entries that are large once they are read."""
    return signing(
        lambda files: {
            **files,
            JOURNAL: write_journal(entries(BIRGIT, [payload] * count, kinds=["later.kind"] * count)),
        }
    )


def line_of(space: str) -> bytes:
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


def forged(lines: list[bytes]) -> list[bytes]:
    line = {**json.loads(lines[1]), "payload": '{"text":"forged"}'}
    return [lines[0], json.dumps(line).encode() + b"\n", *lines[2:]]


def other_signature(files: Files) -> Files:
    other = signed_anew({**lean(), "data/evidence.sha256": b"other bytes\n"})
    return {**files, SIGNATURE: other[SIGNATURE]}


def other_namespace(files: Files) -> Files:
    return {**files, SIGNATURE: BIRGIT.sign(files[TAG_MANIFEST], namespace="file").encode()}


def damaged(change: Callable[[bytearray], object]) -> Callable[[], Iterator[bytes]]:
    def make() -> Iterator[bytes]:
        data = bytearray(b"".join(sealing(lambda: tar_with(signed_anew(lean())))()))
        change(data)
        yield bytes(data)

    return make


def headed(*stanzas: bytes) -> Callable[[], Iterator[bytes]]:
    return headed_with(kit.whole(b""), *stanzas)


def headed_with(payload: bytes, *stanzas: bytes) -> Callable[[], Iterator[bytes]]:
    """An age file put together by hand, to the key of the kit."""
    return lambda: iter([kit.header(*stanzas) + payload])


def beside_ours(*stanzas: bytes) -> Callable[[], Iterator[bytes]]:
    """A good bundle with stanzas for others before and behind ours."""
    return lambda: iter([kit.header(*stanzas, kit.x25519(), *stanzas) + kit.whole(tar_with(signed_anew(lean())))])


def with_passphrase(factor: int) -> Callable[[], Iterator[bytes]]:
    """A good bundle that the passphrase of the tests opens."""

    def make() -> Iterator[bytes]:
        stanza = kit.scrypt(PASSPHRASE, b"%d" % factor, log_n=factor)
        yield kit.header(stanza) + kit.whole(tar_with(signed_anew(lean())))

    return make


def turned_round(files: Files, *manifests: str) -> Files:
    """The lines of both manifests in another order, and signed so."""
    made = dict(files)
    for name in manifests:
        lines = made[name].splitlines(keepends=True)
        if name == TAG_MANIFEST:
            digests = {MANIFEST: hashlib.sha256(made[MANIFEST]).hexdigest().encode()}
            lines = [digests.get(line[66:-1].decode(), line[:64]) + line[64:] for line in lines]
        made[name] = b"".join(reversed(lines))
    return {**made, SIGNATURE: BIRGIT.sign(made[TAG_MANIFEST], namespace="segl-bundle").encode()}


def streamed(pieces: Callable[[], Iterator[bytes]]) -> Callable[[], Iterator[bytes]]:
    """Sealed while it is made: never whole in memory."""

    def make() -> Iterator[bytes]:
        made: list[bytes] = []

        class Sink:
            def write(self, data: memoryview, /) -> int:
                made.append(bytes(data))
                return len(data)

        with EncryptingWriter(Sink(), [POLICE.recipient], random_bytes=Given("large")) as writer:
            for piece in pieces():
                writer.write(piece)
                yield from made
                made.clear()
        yield from made

    return make


def zeros(size: int) -> Callable[[], Iterator[bytes]]:
    info = tarfile.TarInfo("K7M4Q/data/zeros.bin")
    info.size = size

    def pieces() -> Iterator[bytes]:
        yield tar_of_members()[:512]
        yield info.tobuf(tarfile.USTAR_FORMAT)
        for _piece in range(size >> 20):
            yield bytes(1 << 20)
        yield bytes(10240)

    return streamed(pieces)


def million() -> Iterator[bytes]:
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
