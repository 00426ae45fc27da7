"""Passing material on: a file is read once, hashed and sealed on its way, and rests nowhere in plain.

The material comes first in the tar, so that one pass suffices: what is said of it (register, manifests, signature)
follows when its digest is known. In three parts, as the vault's own thread must not wait for gigabytes:

    with PassThrough(order, paths, moment=...) as passing:
        files = passing.read()                                   # aside: no vault, no key
        prepared, evidence = prepared_with(casework, case, order, files, passing.material)  # with the vault
        sealed = passing.finish(prepared)                        # aside again

Until `finish` nothing of it has a name; left before that, nothing stays. A file that changes, grows, shrinks or goes
away while it is read ends all of it.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Final, Protocol, Self

from guidance.language import Language
from store.age.keys import parse_recipient
from store.age.writer import EncryptingWriter
from store.bundle.bag import Material
from store.bundle.errors import MaterialTooLarge, NoNamedRecipient
from store.bundle.names import bundle_name, is_safe_part
from store.bundle.new_files import BeforePart, NewFiles
from store.bundle.seal import BeforeNaming, HashingSink, Prepared, SealOrder, finish, names_beside, prepare
from store.bundle.tar import BLOCK, MATERIAL, MAX_FILE, MAX_MATERIAL, TarWriter
from store.evidence.errors import AnyPath, FileChanged
from store.evidence.hashing import HashedFile, described
from store.evidence.in_place import InPlace
from store.model import CaseExport, Purpose, Sealed

MAX_FILES: Final = 100
_MAX_NAME: Final = 40
"""Signs of a name in the bundle: with its folders it stays below the 100 bytes of a ustar header."""

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


class PassThrough:
    """One bundle with material, from the first byte that is read to its name.

    Args:
        order: for the police, to age recipients, with a place for the sealed file.
        paths: the files, at most 100.
        moment: the time that every member of the tar carries, seconds since 1970.
        progress: called with bytes read and bytes in all, from the thread that reads.
        cancelled: asked about once a mebibyte.

    Raises:
        NoNamedRecipient: a passphrase, no recipient, or another purpose than the police.
        MaterialTooLarge: too many or too large files for a bundle.
        AlreadyThere: a file of one of the names is there.
        NotHashed: a file can't be read; a subclass says why.
        RecipientInvalid, RecipientsRefused: as in `store.bundle.seal`.
    """

    def __init__(
        self,
        order: SealOrder,
        paths: Sequence[AnyPath],
        *,
        moment: int,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
        before_part: BeforePart | None = None,
    ) -> None:
        require_named(order)
        self._order = order
        self._paths = dict(zip(names_in_bundle(paths), map(os.fsencode, paths), strict=True))
        self._moment = moment
        self._progress = progress
        self._cancelled = cancelled
        self.material: dict[str, Material] = {}
        """Path in the bag -> what was read, once `read` is through."""
        self._out = order.out.absolute()
        self._files = NewFiles(names_beside(self._out), before_part=before_part)
        self._writer: EncryptingWriter | None = None

    def __enter__(self) -> Self:
        self._files.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.abort()
            # Of a dead disk even that fails; what counts was synced.
            with suppress(OSError):
                self._file.close()
        self._files.__exit__(kind, value, traceback)

    def read(self) -> tuple[HashedFile, ...]:
        """Read every file once, into the sealed file.

        Returns:
            The files, in the order of `paths`.

        Raises:
            NotHashed: as a file was or became.
            MaterialTooLarge: the files together are too large.
            SealCancelled: `cancelled` said so.
            SealDiskFull, SealDiskFailed, SealDiskGone: from the `with`.
        """
        self._total = _measured(self._paths.values())
        self._file = self._files.create(self._out)
        self._sink = HashingSink(self._file)
        recipients = [parse_recipient(text) for text in dict.fromkeys(self._order.recipients)]
        self._writer = EncryptingWriter(self._sink, recipients, cancelled=self._cancelled)
        self._tar = TarWriter(self._writer.write, bundle_name(self._out.name), mtime=self._moment)
        found = {}
        for name in sorted(self._paths):
            found[name] = self._pass(name, self._paths[name])
        return tuple(found[name] for name in self._paths)

    def _pass(self, name: str, path: bytes) -> HashedFile:
        assert self._writer is not None
        before = sum(one.size for one in self.material.values())

        def done(read: int) -> None:
            if self._progress is not None:
                self._progress(min(before + read, self._total), self._total)

        with InPlace(path) as file:
            if file.size > MAX_FILE:
                raise MaterialTooLarge
            with self._tar.member(name, file.size):
                source = _Watched(file, done)
                self._writer.write_ahead_from(source)
                target = file.finish()
                read = described(file, source.digest, target)
        self.material[name] = Material(digest=source.digest, size=file.read)
        return read

    def finish(self, prepared: Prepared, *, before_naming: BeforeNaming | None = None) -> Sealed:
        """Write the rest of the bag behind the material and give the bundle its name.

        Args:
            prepared: made with `material` and the same order.
            before_naming: as in `store.bundle.seal.finish`.

        Raises:
            SealCancelled, AlreadyThere: as in `store.bundle.seal`.
        """
        assert self._writer is not None
        if dict(prepared.bag.material) != self.material or prepared.order != self._order:
            raise ValueError("prepared for another bundle")
        self._tar.files(prepared.bag.files)
        self._tar.end()
        self._writer.close()
        os.fsync(self._file.fileno())
        return finish(self._files, prepared, self._sink, cancelled=self._cancelled, before_naming=before_naming)


class Registers(Protocol):
    """What the vault does in between: `store.casework.Casework`."""

    def register_read(self, case: str, files: Sequence[HashedFile]) -> tuple[str, ...]:
        """The pieces that the files are."""
        ...

    def export_case(self, case: str, language: Language | None = None) -> CaseExport:
        """All that the bundle is made from."""
        ...

    def sign(self, message: bytes, *, namespace: str) -> str:
        """Sign with the key of this installation."""
        ...


def prepared_with(
    casework: Registers, case: str, order: SealOrder, files: Sequence[HashedFile], material: Mapping[str, Material]
) -> tuple[Prepared, tuple[str, ...]]:
    """Between reading and finishing, with the vault: register what was read, and sign the bag that tells of it.

    Returns:
        The bag, and the pieces that the files are. They stay registered whatever becomes of the bundle: they were read.

    Raises:
        As `Casework.register_read` and `store.bundle.seal.prepare`.
    """
    evidence = casework.register_read(case, files)
    export = casework.export_case(case, order.language)
    return prepare(export, order, casework.sign, material=material), evidence


def require_named(order: SealOrder) -> None:
    """Material goes to somebody by name: the key of one or more recipients. A passphrase is anybody's who hears it.

    Raises:
        NoNamedRecipient: the order is not so.
    """
    if order.passphrase is not None or not order.recipients or order.purpose is not Purpose.POLICE:
        raise NoNamedRecipient


def names_in_bundle(paths: Sequence[AnyPath]) -> list[str]:
    """What each file is called in the bundle: ASCII, its ending kept, none twice; path by path.

    Raises:
        MaterialTooLarge: no file, or too many.
    """
    if not 0 < len(paths) <= MAX_FILES:
        raise MaterialTooLarge
    taken: set[str] = set()
    names = []
    for path in paths:
        stem, ending = _parts(os.fsencode(path).rstrip(b"/").rpartition(b"/")[2])
        name, number = f"{stem}{ending}", 1
        while name.lower() in taken:
            number += 1
            name = f"{stem}-{number}{ending}"
        taken.add(name.lower())
        names.append(MATERIAL + name)
    return names


def _parts(raw: bytes) -> tuple[str, str]:
    text = unicodedata.normalize("NFC", raw.decode("utf-8", "replace"))
    stem, dot, last = text.rpartition(".")
    ending = f".{last.lower()}" if dot and stem and re.fullmatch(r"[A-Za-z0-9]{1,8}", last) else ""
    name = bundle_name(stem if ending else text)[: _MAX_NAME - len(ending) - 4].rstrip("-_.") or "file"
    return (name, ending) if is_safe_part(name + ending) else (f"file-{name}"[: _MAX_NAME - 12], ending)


def _measured(paths: Iterable[bytes]) -> int:
    """Bytes of all files; what can't be read is said before anything of it is sealed."""
    total = room = 0
    for path in paths:
        with InPlace(path) as file:
            if file.size > MAX_FILE:
                raise MaterialTooLarge
            total += file.size
            room += file.size + 2 * BLOCK
    if room > MAX_MATERIAL:
        raise MaterialTooLarge
    return total


class _Watched:
    """Gives a file's bytes to who seals them, and hashes them where they are read."""

    def __init__(self, file: InPlace, done: Callable[[int], None]) -> None:
        self._file = file
        self._done = done
        self._digest = hashlib.sha256()

    @property
    def digest(self) -> str:
        """Of all that was read, hex."""
        return self._digest.hexdigest()

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill some of it, never beyond the size that the file had; one byte more and it has changed."""
        left = self._file.size - self._file.read
        if left == 0:
            # One byte more, and it says itself that it has changed.
            return self._file.readinto(memoryview(bytearray(1)))
        view = buffer[:left]
        length = self._file.readinto(view)
        if length == 0:
            raise FileChanged(self._file.path)
        self._digest.update(view[:length])
        self._done(self._file.read)
        return length
