"""Bundles at the limits of what is looked at: one by one, and all at once."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from store.bundle.journal import summary_of, write_journal
from store.bundle.looking import USUAL
from store.bundle.names import CASE_JSON, JOURNAL
from store.entry import Header, read_payload, write_time
from tests.store.age import kit
from tests.store.bundle.hostile import member
from tests.store.bundle.hostile_makers import Document, Files, headed_with, signing
from tests.store.bundle.invented import BIRGIT, entries, export

MIB: Final = 1 << 20
_KIND: Final = "fact.set"


def within(*, entries: int, statements: int, items: int, zeros: int, signs: int) -> Callable[[], Iterator[bytes]]:
    """A case whose parts cost what is said; what its entries set as facts its `case.json` does not tell.

    Args:
        entries: of the journal, in all.
        statements: that they make, about.
        items: in a list of `case.json` that is read.
        zeros: bytes of a file that is only hashed.
        signs: characters of a text that are shown as signs.
    """
    return signing(lambda files: _filled(files, entries, statements, items, zeros, signs))


def _filled(files: Files, count: int, statements: int, items: int, zeros: int, signs: int) -> Files:
    case = export().entries
    more = count - len(case)
    payload: dict[str, object] = {"facts": {f"{number}": 1 for number in range(statements // more)}}
    said = [read_payload(entry.payload or b"") for entry in case] + [payload] * more
    kinds = [Header.parse(entry.header).kind for entry in case] + [_KIND] * more
    kept = entries(BIRGIT, said, kinds=kinds)
    document: Document = json.loads(files[CASE_JSON])
    document["journal"] = summary_of(kept)
    for entry in kept[len(case) :]:
        at = write_time(Header.parse(entry.header).claimed_at)
        line = {"entry": entry.id, "at": at, "author": "", "kind": _KIND, "words": "", "flags": []}
        document["history"].append(line)
    document["history"][0]["flags"] = [""] * items
    document["office"]["name"] = "\x7f" * signs
    raw = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    room = USUAL.files[CASE_JSON] - len(raw) - 8
    filled = raw[:-1] + b',"z":"' + b"\\n" * (room // 2) + b'"}'
    made = {**files, CASE_JSON: filled, JOURNAL: write_journal(kept)}
    return {**made, "data/zeros.bin": bytes(zeros)} if zeros else made


def nothing_but_signs(document: dict[str, Any]) -> None:
    """Texts as long as a text may be, of characters that are shown, as many as there is room for."""
    texts = [(person, field) for person in document["people"] for field in ("name", "contact", "about")]
    for place, field in [*texts, (document["case"], "level_reason")][:4]:
        place[field] = "\x7f" * (1024 * 1024 if field != "name" else 1024 * 1000)


def members(files: Files, count: int) -> Files:
    """As many files, the manifests and the signature counted in."""
    more = count - len(files)
    return {**files, **{f"data/f{number:04}": b"" for number in range(more)}}


def padded(tar: bytes, padding: int) -> bytes:
    """With so many bytes behind the two blocks that end it."""
    return tar.rstrip(b"\0").ljust(-(-len(tar.rstrip(b"\0")) // 512) * 512, b"\0") + bytes(1024 + padding)


def in_another_order(files: Mapping[str, bytes]) -> bytes:
    """A tar by another hand: other owners, times and modes, and the members the other way round."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        folder, _data = member("K7M4Q/", kind=tarfile.DIRTYPE)
        folder.mode, folder.mtime = 0o777, 1
        tar.addfile(folder)
        for name in sorted(files, reverse=True):
            info, data = member(f"K7M4Q/{name}", files[name])
            info.mode, info.mtime, info.uid, info.gid = 0o4777, 2**32, 1000, 100
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def cut_behind_a_chunk() -> Callable[[], Iterator[bytes]]:
    """All of one chunk, which does not say that it is the final one, and nothing more."""
    return headed_with(kit.payload((bytes(kit.CHUNK), False)), kit.x25519())


def more_behind_the_final_chunk() -> Callable[[], Iterator[bytes]]:
    """A final chunk that is full, and something behind it."""
    return headed_with(kit.payload((bytes(kit.CHUNK), True)) + b"more", kit.x25519())
