"""Opening a sealed bundle: authenticate all of it, then look at it, then say what is to be said. Nothing is written."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path
from typing import Any, Final

from guidance.language import _
from guidance.system_words import system_words
from store.age.armor import BEGIN
from store.age.errors import (
    HeaderFailure,
    HmacFailure,
    PayloadFailure,
    SealCancelled,
    WorkFactorRefused,
    WorkFactorUnasked,
)
from store.age.header import MAX_HEADER_SIZE, VERSION_LINE, Header, Stanza
from store.age.keys import Identity
from store.age.reader import DecryptingReader, read_header
from store.age.scrypt import WORK_FACTOR, ScryptIdentity, work_factor_of
from store.bundle.carried import Carried
from store.bundle.errors import BundleRefused, NotABundle, NotSealed, OpenCancelled, SealedAsText
from store.bundle.examine import FORMAT, Examined, NewerBundle, PassedOn, beyond, damaged, examine
from store.bundle.looking import LARGE, USUAL, Bounds, Looking, TooMuch
from store.bundle.opened_case import OpenedCase
from store.bundle.verdicts import Damage, Signer, Verdicts
from store.bundle.visible import one_line
from store.errors import NewerFormat
from store.model import Purpose
from store.secret import Secret

_PIECE: Final = 1024 * 1024
_BEGINNING: Final = 4096
"""Bytes that tell what kind of file it is; a text form may have some white space before it."""

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
Keys = Sequence[Identity] | Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedBundle:
    """A bundle that was opened, with the three verdicts on it.

    Attributes:
        path: the sealed file.
        digest: of the sealed file, `sha256:<hex>`.
        size: of the sealed file, bytes.
        name: of the folder in it.
        purpose: for whom it was made; None where it is not usable.
        recipients: age recipients that the signed manifest names; `passphrase` where a passphrase seals it.
        made_for_you: whether one of the keys that were given is among them; None where that can't be said. False means
            that somebody else passed it on: the signature is over the content, and the age format names no recipients.
        case: what it tells of the case; None where it is not usable or holds numbers only.
        statistics: the numbers, where it was made for statistics.
        replaced: how many control and direction characters are shown in `case` as signs.
        material: evidence that is itself in it, passed on at the request of the police; empty where it is not usable.
        carried: what `Casework.import_bundle` takes in; None unless it was asked for.
        sessions: what was shared in mentoring sessions, where the sender chose it; empty elsewhere.
    """

    path: str
    digest: str
    size: int
    name: str
    verdicts: Verdicts
    purpose: Purpose | None = None
    recipients: tuple[str, ...] = ()
    made_for_you: bool | None = None
    case: OpenedCase | None = None
    statistics: Mapping[str, Any] | None = None
    replaced: int = 0
    material: tuple[PassedOn, ...] = ()
    carried: Carried | None = None
    sessions: str = ""

    def with_known(self, trusted: Mapping[str, str]) -> OpenedBundle:
        """The same, where somebody's key has become known since it was opened; nothing else is judged anew.

        Args:
            trusted: fingerprint -> name, of keys known from outside.
        """
        signed_by = self.verdicts.signed_by
        name = trusted.get(signed_by.fingerprint)
        if signed_by.signer is not Signer.UNKNOWN or name is None:
            return self
        authors = tuple(
            replace(author, name=trusted.get(author.fingerprint, author.name)) for author in signed_by.authors
        )
        known = replace(signed_by, signer=Signer.KNOWN, name=name, authors=authors)
        return replace(self, verdicts=replace(self.verdicts, signed_by=known))

    def require_usable(self) -> OpenedBundle:
        """Itself.

        Raises:
            BundleRefused: it is not intact or its signature is wrong.
        """
        if not self.verdicts.usable:
            raise BundleRefused("\n".join(self.verdicts.told()))
        return self


def needs_passphrase(path: Path) -> bool:
    """Whether a passphrase opens it, and not a key; found without any key.

    Raises:
        NotABundle: no file that can be read.
        NotSealed, SealedAsText: another file than a bundle.
        HeaderFailure: a sealed file that is damaged.
    """
    return _header(path).needs_passphrase


def passphrase_work(path: Path) -> int:
    """The work factor of its passphrase, for asking a person first; 0 where no passphrase opens it.

    Raises:
        NotABundle: no file that can be read.
        NotSealed, SealedAsText: another file than a bundle.
        HeaderFailure: a sealed file that is damaged.
        WorkFactorRefused: the passphrase would cost more than is ever done.
    """
    return work_factor_of(_header(path).stanzas)


def _header(path: Path) -> Header:
    with _reading(path) as file:
        beginning = _beginning(file)
        try:
            header, _payload = read_header(file, armored=False)
        except HeaderFailure:
            damage = _damage_of(beginning)
            if damage is Damage.SEALED_FILE:
                raise
            raise (SealedAsText if damage is Damage.TEXT_FORM else NotSealed)(path) from None
        return header


def _beginning(file: FileIO) -> bytes:
    data = file.read(_BEGINNING)
    file.seek(0)
    return data


def _damage_of(beginning: bytes) -> Damage:
    """What a file is whose header can't be read, or whose content does not verify.

    One whose first line is that of a sealed file but for some bytes was one, and is damaged; so is one of which nothing
    came. One that has little of it never was.
    """
    if BEGIN in beginning and not beginning.startswith(VERSION_LINE):
        return Damage.TEXT_FORM
    there = min(len(beginning), len(VERSION_LINE))
    alike = sum(one == other for one, other in zip(beginning, VERSION_LINE, strict=False))
    return Damage.SEALED_FILE if 2 * alike >= there else Damage.NOT_SEALED


def most_sealed(bounds: Bounds) -> int:
    """Bytes that a sealed file may have: header, tar, and 16 bytes for every 64 KiB of it.

    Unasked, material counts like all the rest.
    """
    tar = bounds.total + (bounds.material if bounds.asked_for else 0)
    return MAX_HEADER_SIZE + tar + tar // 2048


def open_bundle(
    path: Path,
    keys: Keys,
    *,
    trusted: Mapping[str, str],
    revoked: Mapping[str, str] | None = None,
    carry: bool = False,
    large: bool = False,
    confirm_work_factor: Callable[[int], bool] | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> OpenedBundle:
    """Open a sealed file and look at all of it, in two passes: first everything is authenticated, then it is used.

    Args:
        path: the sealed file.
        keys: age identities, or a passphrase.
        trusted: fingerprint -> name, of signing keys known from outside (`Casework.known_signers`).
        revoked: the same of keys known from outside to count no longer; they win over `trusted`.
        carry: keep what another vault can take in (`Casework.import_bundle`), all of its entries in memory.
        large: somebody said that it is meant to be large: look at one beyond what is opened unasked too, up to 16 GiB
            of material and 100,000 entries. Without it such a one comes back as `Damage.NEEDS_LARGE`.
        confirm_work_factor: asked what a passphrase will cost before it is tried (18: a second and 256 MiB; each step
            doubles both; over 20 is refused unasked). Without it, up to 18 is done and more is refused.
        progress: called with bytes of content done and in all, about; over both passes.
        cancelled: asked now and then.

    Returns:
        The bundle with its verdicts. One that is damaged or forged comes back too, without any of its content.

    Raises:
        NotABundle: no file that can be read.
        NoMatch: none of the keys opens it.
        WorkFactorRefused: the passphrase would cost too much.
        WorkFactorUnasked: it costs more than usual, and there is no `confirm_work_factor`.
        MemoryLacking: there is not the memory that it costs.
        OpenCancelled: `cancelled` or `confirm_work_factor` said so.
        NewerFormat: it was made by a newer Segl.
    """
    with _reading(path) as file:
        size = os.fstat(file.fileno()).st_size
        looking = Looking(LARGE if large or size > most_sealed(LARGE) else USUAL)
        if size > most_sealed(looking.bounds):
            return _opened(path, "", size, beyond(looking, TooMuch(f"{size >> 20} MiB")), keys)
        identities = _identities(keys, looking, confirm_work_factor)
        source = _HashingSource(file)
        beginning = b""
        try:
            beginning = _beginning(file)
            looking.passes(size)
            for _piece in _plain(source, identities, _counting(progress, 0, 2 * size), cancelled):
                pass
            file.seek(0)
            again = _HashingSource(file)
            pieces = _Pieces(_plain(again, identities, _counting(progress, size, 2 * size), cancelled))
            examined = examine(pieces.read, trusted, revoked=revoked, looking=looking, carry=carry, cancelled=cancelled)
            if examined.verdicts.usable and again.digest.digest() != source.digest.digest():
                raise NotABundle(path, _("it changed while it was read"))
        except SealCancelled:
            raise OpenCancelled from None
        except WorkFactorRefused:
            raise
        except TooMuch as error:
            examined = beyond(looking, error)
            source.finish()
        except (HeaderFailure, HmacFailure, PayloadFailure) as error:
            examined = damaged(_damage_of(beginning), error.detail)
            source.finish()
        except NewerBundle as error:
            raise NewerFormat(path, error.found, int(FORMAT)) from None
        except OSError as error:
            raise NotABundle(path, system_words(error)) from None
    return _opened(path, source.digest.hexdigest(), size, examined, keys)


def _opened(path: Path, digest: str, size: int, examined: Examined, keys: Keys) -> OpenedBundle:
    recipients = examined.info.get("Segl-Recipient", ()) if examined.verdicts.usable else ()
    return OpenedBundle(
        path=str(path),
        digest=f"sha256:{digest}" if digest else "",
        size=size,
        name=examined.name,
        verdicts=examined.verdicts,
        purpose=_purpose(examined),
        recipients=tuple(one_line(recipient) for recipient in recipients),
        made_for_you=_made_for(keys, recipients),
        case=examined.case,
        statistics=examined.statistics,
        replaced=examined.replaced,
        material=examined.material,
        carried=examined.carried,
        sessions=examined.sessions,
    )


def _purpose(examined: Examined) -> Purpose | None:
    if examined.statistics is not None:
        return Purpose.STATISTICS
    return examined.case.purpose if examined.case else None


def _made_for(keys: Keys, recipients: tuple[str, ...]) -> bool | None:
    if not recipients:
        return None
    if isinstance(keys, Secret):
        return "passphrase" in recipients
    own = {str(recipient) for key in keys if (recipient := getattr(key, "recipient", None)) is not None}
    return bool(own & set(recipients)) if own else None


def _identities(keys: Keys, looking: Looking, confirm: Callable[[int], bool] | None) -> list[Identity]:
    if not isinstance(keys, Secret):
        return [_Remembering(key, looking) for key in keys]
    return [_Remembering(ScryptIdentity(keys, confirm=confirm or _usual), looking)]


def _usual(work_factor: int) -> bool:
    if work_factor > WORK_FACTOR:
        raise WorkFactorUnasked(work_factor, WORK_FACTOR)
    return True


def _plain(
    source: FileIO | _HashingSource,
    identities: Sequence[Identity],
    progress: Callable[[int], None],
    cancelled: Cancelled | None,
) -> Iterator[bytes]:
    with DecryptingReader(source, identities, armored=False, progress=progress, cancelled=cancelled) as reader:
        while piece := reader.read(_PIECE):
            yield piece


def _counting(progress: Progress | None, before: int, total: int) -> Callable[[int], None]:
    def done(read: int) -> None:
        if progress is not None:
            progress(min(before + read, total), total)

    return done


def _reading(path: Path) -> FileIO:
    try:
        # Without O_NONBLOCK a named pipe would wait for ever before anybody can see that it is none of ours.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        handle = os.open(path, flags)
    except OSError as error:
        raise NotABundle(path, system_words(error)) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotABundle(path, _("it is no file"))
    return FileIO(handle, "rb")


class _Remembering:
    """An identity that does its work once for one file: a passphrase takes a second, and there are two passes."""

    def __init__(self, identity: Identity, looking: Looking) -> None:
        self._identity = identity
        self._looking = looking
        self._stanzas: tuple[Stanza, ...] | None = None
        self._file_key: bytes | None = None

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """As the identity does; the stanzas must be the very same for the answer to be."""
        if self._stanzas != tuple(stanzas):
            self._looking.stanzas(len(stanzas))
            self._file_key = self._identity.unwrap(stanzas)
            self._stanzas = tuple(stanzas)
        return self._file_key


class _Pieces:
    """Gives the bytes of an iterator in the sizes that are asked for, or less."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = memoryview(b"")

    def read(self, size: int) -> bytes:
        """At most `size` bytes; empty at the end."""
        if not self._left:
            self._left = memoryview(next(self._pieces, b""))
        data = bytes(self._left[:size])
        self._left = self._left[len(data) :]
        return data


class _HashingSource:
    """Passes on what is read of a file and hashes it on the way."""

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def readinto(self, buffer: memoryview, /) -> int:
        """As of the file."""
        read = self._file.readinto(buffer)
        self.digest.update(buffer[:read])
        return read

    def finish(self) -> None:
        """Hash what nobody read because it was refused before."""
        while data := self._file.read(_PIECE):
            self.digest.update(data)
