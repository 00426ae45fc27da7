"""Sealing a case: a signed bag, as a tar, straight into an age file. Nothing of it is ever plain on a disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from guidance.language import LANGUAGES, Language
from store.age.blocks import Writes, write_all
from store.age.errors import SealCancelled
from store.age.keys import Recipient, parse_recipient
from store.age.scrypt import WORK_FACTOR
from store.bundle.bag import ALLOWED_SIGNERS, NAMESPACE, PAYLOAD, PRINCIPAL, Bag, Material, Sign, make_bag
from store.bundle.choice_errors import NameInFileName, NamesUnmarked
from store.bundle.contents import REPORT_PDF, Content, check_choice, describe, in_language, info_of, moment_of
from store.bundle.errors import SealWithWhat
from store.bundle.known_names import known_names
from store.bundle.names import bundle_name, stem_of
from store.bundle.new_files import BeforePart, NewFiles
from store.bundle.shared_sessions import SharedSessions, check_sessions
from store.bundle.stopping import ask
from store.bundle.tar import tar_size, write_tar
from store.bundle.texts import open_me_texts, verify_texts
from store.bundle.weighing import weigh
from store.bundle.withheld import withhold
from store.bundle.withholding import Withholding, unmarked, words_pattern
from store.cpr import CprField, CprNoticed, Leaving, numbers_in_entries
from store.cpr import numbers_in as numbers_in_payload
from store.left_behind import take_away
from store.model import CaseExport, Purpose, Sealed
from store.secret import Secret

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
BeforeNaming = Callable[[Sealed], None]
"""Told what is going to be there; nothing gets a name if it raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealOrder:
    """What to seal, for whom, and where to.

    Attributes:
        out: the sealed file; by custom its name ends in `.segl.age`.
        recipients: `age1...`, at least one; none where a passphrase is given.
        passphrase: instead of recipients.
        language: of the report; the VERIFY texts are in both.
        work_factor: of scrypt, for a passphrase: the base-two logarithm.
        choice: what a person withholds; needed for the person concerned, possible for an authority.
        sessions: what was shared in mentoring sessions, where a person chose it with a reason.
        allow_cpr: somebody has said that the recipient must have the civil registration numbers that stand in it.
    """

    purpose: Purpose
    out: Path
    recipients: tuple[str, ...] = ()
    passphrase: Secret | None = None
    language: Language = "da"
    work_factor: int = WORK_FACTOR
    choice: Withholding | None = None
    sessions: SharedSessions | None = None
    allow_cpr: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A signed bag in memory, ready to be written: no vault and no key is needed any more.

    Attributes:
        size: of the tar, bytes; what `progress` counts to.
        large: whether a reader must say that it is meant to be so large.
    """

    bag: Bag
    order: SealOrder
    recipients: tuple[str, ...]
    fingerprint: str
    moment: int
    size: int
    large: bool


def preview(export: CaseExport, order: SealOrder) -> tuple[Content, ...]:
    """What the bundle would hold, file by file: the sizes and digests that it will have.

    Raises:
        ChoiceNeeded, ChoiceNotHere, SpanUnknown, CaseTooLarge: as `seal`.
    """
    return describe(preview_files(export, order))


def preview_files(export: CaseExport, order: SealOrder, *, cancelled: Cancelled | None = None) -> dict[str, bytes]:
    """The very files that would go in, their signature apart. Known names that are left do not stop a look.

    Raises:
        ChoiceNeeded, ChoiceNotHere, SpanUnknown, CaseTooLarge: as `seal`.
        SealCancelled: `cancelled` said so.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from store import sshsig

    # A signature by any key has the same size, and looking costs no use of the counsellor's own.
    stand_in = Ed25519PrivateKey.generate()

    def sign(message: bytes, *, namespace: str) -> str:
        return sshsig.sign(stand_in, message, namespace=namespace)

    choice = replace(order.choice, names_stay=True) if order.choice is not None else None
    return dict(prepare(export, replace(order, allow_cpr=True, choice=choice), sign, cancelled=cancelled).bag.files)


def numbers_in(export: CaseExport, order: SealOrder) -> tuple[CprField, ...]:
    """Where civil registration numbers seem to stand in what would be sealed, the file's name included (CM-2b).

    A bundle for statistics has no text of the case.
    """
    day = export.exported_at.date()
    entries = withhold(export, order.choice).readable if order.choice is not None else export.entries
    fields = [] if order.purpose is Purpose.STATISTICS else list(numbers_in_entries(entries, day))
    shared = order.sessions.texts if order.sessions is not None else ()
    fields += [field for text in shared for field in numbers_in_payload("session.noted", {"text": text}, day)]
    return (*numbers_in_payload("case.sealed", {"name": order.out.name}, day), *fields)


def prepare(
    export: CaseExport,
    order: SealOrder,
    sign: Sign,
    *,
    material: Mapping[str, Material] | None = None,
    looked_at: Mapping[str, bytes] | None = None,
    cancelled: Cancelled | None = None,
) -> Prepared:
    """Make and sign the bag.

    Args:
        export: the case.
        order: for whom and where.
        sign: as in `seal`.
        material: what went into the sealed file already (`store.bundle.pass_through`).
        looked_at: what `preview_files` gave of this very export and order: its report is not set again.
        cancelled: asked again and again.

    Raises:
        SealCancelled: `cancelled` said so.
        SealWithWhat: neither recipients nor a passphrase, or both.
        RecipientInvalid: a recipient that can't be sealed to.
        ChoiceNeeded, ChoiceNotHere, SpanUnknown, CaseTooLarge: what is asked for can't be made.
        NameInFileName: a name that is withheld stands in the name of the file.
        NamesUnmarked: known names of others are left, and the choice does not say that they may be.
        CprNoticed: a civil registration number seems to go out, and nobody said that it must.
    """
    from store import sshsig

    if bool(order.recipients) == (order.passphrase is not None):
        raise SealWithWhat
    check_choice(order.purpose, order.choice)
    check_sessions(order.purpose, order.sessions, withheld=order.choice is not None)
    if order.choice is not None:
        _check_names(export, order.out.name, order.choice)
    if not order.allow_cpr and (fields := numbers_in(export, order)):
        raise CprNoticed(fields, leaving=Leaving.SEALED)
    recipients = tuple(dict.fromkeys(parse_recipient(text).encode() for text in order.recipients))
    key, _comment = sshsig.parse_public_key_line(export.card.signing_key)
    if looked_at is not None:
        payload = {name: data for name, data in looked_at.items() if name.startswith(PAYLOAD)}
    else:
        payload = in_language(
            order.language, export, order.purpose, order.choice, sessions=order.sessions, cancelled=cancelled
        )
    tags = {
        **verify_texts(fingerprint=export.card.fingerprint, paper=REPORT_PDF in payload),
        ALLOWED_SIGNERS: (sshsig.allowed_signers_line(PRINCIPAL, NAMESPACE, key) + "\n").encode("ascii"),
    }
    ask(cancelled)
    bag = make_bag(
        bundle_name(order.out.name),
        payload=payload,
        tags=tags,
        info=info_of(export, order.purpose, order.language, recipients),
        sign=sign,
        material=material,
    )
    size = tar_size(bag.sizes)
    return Prepared(
        bag=bag,
        order=order,
        recipients=recipients,
        fingerprint=export.card.fingerprint,
        moment=moment_of(export, order.purpose),
        size=size,
        large=weigh(bag.files, size, cancelled=cancelled),
    )


def _check_names(export: CaseExport, name: str, choice: Withholding) -> None:
    pattern = words_pattern(choice.words)
    if pattern is not None and pattern.search(name):
        raise NameInFileName
    if not choice.names_stay:
        names = (known.text for known in known_names(export, choice.concerned))
        if left := unmarked(export, choice, names):
            raise NamesUnmarked(left)


def seal(
    export: CaseExport,
    order: SealOrder,
    sign: Sign,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    before_naming: BeforeNaming | None = None,
    before_part: BeforePart | None = None,
) -> Sealed:
    """Seal a case into `order.out`, with the how-to-open texts beside it: all of them or nothing.

    Args:
        export: the case.
        order: for whom and where.
        sign: `(message, *, namespace) -> str`, an SSHSIG by the key of `export.card`.
        progress: called with bytes done and bytes in all.
        cancelled: asked again and again while the files are made, and about once a mebibyte.
        before_naming: as in `finish`.
        before_part: as in `NewFiles`.

    Raises:
        SealWithWhat, RecipientInvalid, RecipientsRefused, CaseTooLarge: the order can't be met.
        ChoiceNeeded, ChoiceNotHere, SpanUnknown, NameInFileName, NamesUnmarked: as `prepare`.
        CprNoticed: as `prepare`.
        AlreadyThere: a file of that name is there; it was not touched.
        SealDiskFull, SealDiskFailed: nothing of it was left behind.
        SealCancelled: `cancelled` said so; nothing of it was left behind.
    """
    prepared = prepare(export, order, sign, cancelled=cancelled)
    return write(prepared, progress=progress, cancelled=cancelled, before_naming=before_naming, before_part=before_part)


def write(
    prepared: Prepared,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    before_naming: BeforeNaming | None = None,
    before_part: BeforePart | None = None,
) -> Sealed:
    """Write what `prepare` made; needs no vault. Raises as `seal`, and what is told before something raises."""
    out = prepared.order.out.absolute()
    with NewFiles(names_beside(out), before_part=before_part) as files:
        with files.create(out) as file:
            sink = HashingSink(file)
            write_age(sink, prepared, progress=progress, cancelled=cancelled)
            os.fsync(file.fileno())
        return finish(files, prepared, sink, cancelled=cancelled, before_naming=before_naming)


def names_beside(out: Path) -> list[Path]:
    """The names that one sealing gives: the how-to-open texts, and last the sealed file: where it is, all is."""
    return [out.with_name(f"{stem_of(out.name)}.open-me.{language}.txt") for language in LANGUAGES] + [out]


def finish(
    files: NewFiles,
    prepared: Prepared,
    sink: HashingSink,
    *,
    cancelled: Cancelled | None = None,
    before_naming: BeforeNaming | None = None,
) -> Sealed:
    """Once the sealed bytes are on the disk: write the texts beside them, and give all of it its names.

    Args:
        files: what is not named yet.
        prepared: what was written.
        sink: through which.
        cancelled: asked a last time.
        before_naming: told what is going to be there, so that it is kept before it is; nothing is named if it raises.

    Raises:
        SealCancelled: `cancelled` said so; nothing has a name.
        AlreadyThere: somebody made a file of that name in the meantime.
    """
    order = prepared.order
    *companions, out = names_beside(order.out.absolute())
    digest = f"sha256:{sink.digest.hexdigest()}"
    texts = open_me_texts(
        file=out.name,
        name=prepared.bag.name,
        digest=digest,
        fingerprint=prepared.fingerprint,
        recipients=prepared.recipients,
    )
    for language, companion in zip(LANGUAGES, companions, strict=True):
        files.write(companion, texts[language])
    if cancelled is not None and cancelled():
        raise SealCancelled
    sealed = Sealed(
        path=str(out),
        digest=digest,
        size=sink.size,
        manifest_digest=prepared.bag.manifest_digest,
        purpose=order.purpose,
        recipients=prepared.recipients,
        companions=tuple(str(path) for path in companions),
        companion_files=tuple(
            (len(texts[language]), f"sha256:{hashlib.sha256(texts[language]).hexdigest()}") for language in LANGUAGES
        ),
        paper=REPORT_PDF in prepared.bag.files,
        large=prepared.large,
    )
    if before_naming is not None:
        before_naming(sealed)
    files.publish()
    return sealed


def take_back(sealed: Sealed) -> None:
    """Delete what was sealed and could not be recorded: what the journal does not know of must not leave the house.

    Only what was written: what somebody else put in its place, or in a folder in the place of its folder, stays.
    """
    beside = zip(sealed.companions, sealed.companion_files, strict=True)
    files = [(sealed.path, sealed.size, sealed.digest), *((path, size, digest) for path, (size, digest) in beside)]
    # A stick that was pulled out can't be tidied; the failure that led here is being told.
    take_away([(Path(path), size, digest) for path, size, digest in files], placeholders=False)


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


class HashingSink:
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
