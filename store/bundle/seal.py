"""Sealing a case: a signed bag, as a tar, straight into an age file. Nothing of it is ever plain on a disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from guidance.language import LANGUAGES, Language
from store.age.blocks import Writes, write_all
from store.age.errors import SealCancelled
from store.age.keys import Recipient, parse_recipient
from store.age.scrypt import WORK_FACTOR
from store.bundle.bag import ALLOWED_SIGNERS, NAMESPACE, Bag, Sign, make_bag
from store.bundle.contents import Content, describe, in_language, info_of, moment_of
from store.bundle.errors import SealWithWhat
from store.bundle.names import bundle_name, stem_of
from store.bundle.new_files import NewFiles
from store.bundle.tar import tar_size, write_tar
from store.bundle.texts import open_me_texts, verify_texts
from store.cpr import CprField, CprNoticed, numbers_in_entries
from store.cpr import numbers_in as numbers_in_payload
from store.model import CaseExport, Purpose, Sealed
from store.secret import Secret

PRINCIPAL: Final = "signer"
"""The name that allowed_signers gives the key; the real name is in the report, and known from outside."""

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealOrder:
    """What to seal, for whom, and where to.

    Attributes:
        out: the sealed file; by custom its name ends in `.segl.age`.
        recipients: `age1...`, at least one; none where a passphrase is given.
        passphrase: instead of recipients.
        language: of the report; the VERIFY texts are in both.
        work_factor: of scrypt, for a passphrase: the base-two logarithm.
        allow_cpr: somebody has said that the recipient must have the civil registration numbers that stand in it.
    """

    purpose: Purpose
    out: Path
    recipients: tuple[str, ...] = ()
    passphrase: Secret | None = None
    language: Language = "da"
    work_factor: int = WORK_FACTOR
    allow_cpr: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A signed bag in memory, ready to be written: no vault and no key is needed any more.

    Attributes:
        size: of the tar, bytes; what `progress` counts to.
    """

    bag: Bag
    order: SealOrder
    recipients: tuple[str, ...]
    fingerprint: str
    moment: int
    size: int


def preview(export: CaseExport, order: SealOrder) -> tuple[Content, ...]:
    """What the bundle would hold, file by file, with the sizes it will have.

    Raises:
        PurposeNotYet, CaseTooLarge: as `seal`.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from store import sshsig

    # A signature by any key has the same size, and looking costs no use of the counsellor's own.
    stand_in = Ed25519PrivateKey.generate()

    def sign(message: bytes, *, namespace: str) -> str:
        return sshsig.sign(stand_in, message, namespace=namespace)

    return describe(prepare(export, replace(order, allow_cpr=True), sign).bag.files)


def numbers_in(export: CaseExport, order: SealOrder) -> tuple[CprField, ...]:
    """Where civil registration numbers seem to stand in what would be sealed, the file's name included (CM-2b).

    A bundle for statistics has no text of the case.
    """
    day = export.exported_at.date()
    fields = [] if order.purpose is Purpose.STATISTICS else list(numbers_in_entries(export.entries, day))
    return (*numbers_in_payload("case.sealed", {"name": order.out.name}, day), *fields)


def prepare(export: CaseExport, order: SealOrder, sign: Sign) -> Prepared:
    """Make and sign the bag.

    Raises:
        SealWithWhat: neither recipients nor a passphrase, or both.
        RecipientInvalid: a recipient that can't be sealed to.
        PurposeNotYet, CaseTooLarge: what is asked for can't be made.
        CprNoticed: a civil registration number seems to go out, and nobody said that it must.
    """
    from store import sshsig

    if bool(order.recipients) == (order.passphrase is not None):
        raise SealWithWhat
    if not order.allow_cpr and (fields := numbers_in(export, order)):
        raise CprNoticed(fields, sealing=True)
    recipients = tuple(dict.fromkeys(parse_recipient(text).encode() for text in order.recipients))
    key, _comment = sshsig.parse_public_key_line(export.card.signing_key)
    tags = {
        **verify_texts(fingerprint=export.card.fingerprint),
        ALLOWED_SIGNERS: (sshsig.allowed_signers_line(PRINCIPAL, NAMESPACE, key) + "\n").encode("ascii"),
    }
    bag = make_bag(
        bundle_name(order.out.name),
        payload=in_language(order.language, export, order.purpose),
        tags=tags,
        info=info_of(export, order.purpose, order.language, recipients),
        sign=sign,
    )
    return Prepared(
        bag=bag,
        order=order,
        recipients=recipients,
        fingerprint=export.card.fingerprint,
        moment=moment_of(export, order.purpose),
        size=tar_size({name: len(data) for name, data in bag.files.items()}),
    )


def seal(
    export: CaseExport,
    order: SealOrder,
    sign: Sign,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Sealed:
    """Seal a case into `order.out`, with the how-to-open texts beside it: all of them or nothing.

    Args:
        export: the case.
        order: for whom and where.
        sign: `(message, *, namespace) -> str`, an SSHSIG by the key of `export.card`.
        progress: called with bytes done and bytes in all.
        cancelled: asked about once a mebibyte.

    Raises:
        SealWithWhat, RecipientInvalid, RecipientsRefused, PurposeNotYet, CaseTooLarge: the order can't be met.
        CprNoticed: as `prepare`.
        AlreadyThere: a file of that name is there; it was not touched.
        SealDiskFull, SealDiskFailed: nothing of it was left behind.
        SealCancelled: `cancelled` said so; nothing of it was left behind.
    """
    return write(prepare(export, order, sign), progress=progress, cancelled=cancelled)


def write(prepared: Prepared, *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Sealed:
    """Write what `prepare` made; needs no vault. Raises as `seal`."""
    order = prepared.order
    out = order.out.absolute()
    companions = {language: out.with_name(f"{stem_of(out.name)}.open-me.{language}.txt") for language in LANGUAGES}
    # The sealed file is named last: where it is, all is.
    with NewFiles([*companions.values(), out]) as files:
        with files.create(out) as file:
            sink = _Hashing(file)
            write_age(sink, prepared, progress=progress, cancelled=cancelled)
            os.fsync(file.fileno())
        digest = f"sha256:{sink.digest.hexdigest()}"
        texts = open_me_texts(
            file=out.name,
            name=prepared.bag.name,
            digest=digest,
            fingerprint=prepared.fingerprint,
            passphrase=order.passphrase is not None,
        )
        for language, companion in companions.items():
            files.write(companion, texts[language])
        if cancelled is not None and cancelled():
            raise SealCancelled
        files.publish()
    return Sealed(
        path=str(out),
        digest=digest,
        size=sink.size,
        manifest_digest=prepared.bag.manifest_digest,
        purpose=order.purpose,
        recipients=prepared.recipients,
        companions=tuple(str(path) for path in companions.values()),
    )


def take_back(sealed: Sealed) -> None:
    """Delete what was sealed and could not be recorded: what the journal does not know of must not leave the house."""
    for path in (sealed.path, *sealed.companions):
        # A stick that was pulled out can't be tidied; the failure that led here is being told.
        with suppress(OSError):
            Path(path).unlink(missing_ok=True)


def write_age(
    sink: Writes, prepared: Prepared, *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> None:
    """The sealed bytes themselves, to anything that can be written to."""
    from store.age.writer import EncryptingWriter

    def done(written: int) -> None:
        if progress is not None:
            progress(written, prepared.size)

    with EncryptingWriter(sink, _recipients(prepared), progress=done, cancelled=cancelled) as writer:
        write_tar(writer.write, prepared.bag.name, prepared.bag.files, mtime=prepared.moment)


def tar_of(bag: Bag, *, moment: int) -> bytes:
    """The plain tar of a bag, in memory."""
    parts: list[bytes] = []
    write_tar(parts.append, bag.name, bag.files, mtime=moment)
    return b"".join(parts)


def _recipients(prepared: Prepared) -> Sequence[Recipient]:
    from store.age.scrypt import ScryptRecipient

    if prepared.order.passphrase is not None:
        return [ScryptRecipient(prepared.order.passphrase, work_factor=prepared.order.work_factor)]
    return [parse_recipient(text) for text in prepared.recipients]


class _Hashing:
    """Passes on what is written and computes its digest and size on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes | memoryview, /) -> int:
        self.digest.update(data)
        write_all(self._file, data)
        self.size += len(data)
        return len(data)
