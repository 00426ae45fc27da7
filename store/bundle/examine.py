"""Looking at the plain tar of a bundle: structure, signature, manifests, entries, in memory, within bounds."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from store import cards, sshsig
from store.bundle import json_strict
from store.bundle.agreement import Agreement
from store.bundle.bag import (
    BAG_INFO,
    BAGIT,
    DECLARATION,
    MANIFEST,
    NAMESPACE,
    SIGNATURE,
    TAG_MANIFEST,
    BagRefused,
    check_files,
    read_info,
    read_manifest,
)
from store.bundle.carried import Carried
from store.bundle.contents import CARDS, CHECKPOINT, PLAYBOOKS, STATISTICS
from store.bundle.errors import OpenCancelled
from store.bundle.journal import Journal, JournalRefused, read_journal
from store.bundle.looking import USUAL, Looking, TooMuch
from store.bundle.names import CASE_JSON, JOURNAL
from store.bundle.opened_case import NewerCase, OpenedCase, read_case
from store.bundle.reading import Tally, WrongShape
from store.bundle.shared_sessions import MAX_SESSIONS, SESSIONS
from store.bundle.statistics import read_statistics
from store.bundle.tar import MATERIAL, Read, TarReader, TarRefused, TarTooLarge
from store.bundle.verdicts import Author, Complete, Damage, Intact, SignedBy, Signer, Verdicts
from store.bundle.visible import one_line
from store.cards import Card
from store.entry import Header
from store.journal import Read as Entry
from store.model import Purpose, StoredEntry

FORMAT: Final = "1"
_FINGERPRINT: Final = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")

_KIB: Final = 1024
_PLAYBOOK: Final = 512 * _KIB
_MAX_PLAYBOOKS: Final = 16
_KEPT: Final[Mapping[str, int]] = {
    BAGIT: _KIB,
    BAG_INFO: 3 * _KIB * _KIB,
    MANIFEST: 256 * _KIB,
    TAG_MANIFEST: 64 * _KIB,
    SIGNATURE: 4 * _KIB,
    **USUAL.files,
    CHECKPOINT: 4 * _KIB,
    STATISTICS: 256 * _KIB,
    CARDS: 256 * _KIB,
    SESSIONS: MAX_SESSIONS,
}
"""The files that are used, with the bytes each may have; together below 40 MiB. The others are only hashed."""

Info = Mapping[str, tuple[str, ...]]
Cancelled = Callable[[], bool]


class NewerBundle(Exception):
    """A bundle of a format that is not known here, properly signed.

    Attributes:
        found: its number.
    """

    def __init__(self, found: int) -> None:
        super().__init__(found)
        self.found = found


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn:
    """A piece of evidence that is itself in the bundle, passed on at the request of the police.

    Attributes:
        name: path in the bundle.
        digest: `sha256:<hex>`.
        size: bytes.
    """

    name: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What a tar turned out to be.

    Attributes:
        name: of the folder; empty where there is none.
        info: labels of bag-info.txt.
        case, statistics: what is in it, where it is usable.
        replaced: how many characters had to be shown instead of let through.
        material: files that were passed on in it, where it is usable.
        carried: what another vault can take in, where it was asked for and is usable.
        sessions: what was shared in mentoring sessions, where it is in it and is usable.
    """

    verdicts: Verdicts
    name: str = ""
    info: Info
    case: OpenedCase | None = None
    statistics: Mapping[str, Any] | None = None
    replaced: int = 0
    material: tuple[PassedOn, ...] = ()
    carried: Carried | None = None
    sessions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contents:
    """What a bag whose files all match its manifests holds."""

    info: Info
    journal: Journal | None = None
    case: OpenedCase | None = None
    statistics: Mapping[str, Any] | None = None
    replaced: int = 0
    on_purpose: int = 0
    carried: Carried | None = None


class _Refused(Exception):
    def __init__(self, damage: Damage, *, file: str = "", detail: str = "") -> None:
        super().__init__(damage)
        self.intact = Intact(damage=damage, file=file, detail=detail)


def damaged(damage: Damage, detail: str = "") -> Examined:
    """What is to be said where nothing could be looked at."""
    return _damaged(Intact(damage=damage, detail=detail))


def _damaged(intact: Intact, signed_by: SignedBy | None = None, name: str = "") -> Examined:
    verdicts = Verdicts(intact=intact, complete=Complete(), signed_by=signed_by or SignedBy())
    return Examined(verdicts=verdicts, name=name, info={})


def beyond(looking: Looking, error: TooMuch) -> Examined:
    """What is to be said where more was to be looked at than somebody is ready to."""
    damage = Damage.TOO_LARGE if looking.bounds.asked_for else Damage.NEEDS_LARGE
    return _damaged(Intact(damage=damage, file=error.file, detail=error.what))


def examine(
    read: Read,
    trusted: Mapping[str, str],
    *,
    revoked: Mapping[str, str] | None = None,
    looking: Looking | None = None,
    carry: bool = False,
    cancelled: Cancelled | None = None,
) -> Examined:
    """Look at a whole tar.

    Args:
        read: gives the next bytes, at most as many as asked for; empty at the end.
        trusted: fingerprint -> name, of keys known from outside.
        revoked: the same of keys known to count no longer; they win over `trusted`.
        looking: what may be spent on all of it; the usual allowance where nobody says.
        carry: keep what another vault can take in.
        cancelled: asked now and then.

    Raises:
        OpenCancelled: `cancelled` said so.
        NewerBundle: a later format.
        AgeError, OSError: from `read`.
    """
    looking = looking or Looking()
    try:
        name, kept, digests, sizes = _read_tar(read, looking, cancelled, carry=carry)
        signed_by = _signed_by(kept, trusted, revoked or {})
        contents = _look_inside(kept, digests, looking, cancelled, carry=carry)
        material = _material(contents, digests, sizes)
        sessions = Tally(looking).shown(kept.get(SESSIONS, b"").decode("utf-8", "replace"))
    except TooMuch as error:
        return beyond(looking, error)
    except TarRefused as error:
        return damaged(Damage.NOT_A_BUNDLE, str(error))
    except _Refused as refused:
        return _damaged(refused.intact, signed_by, name)
    verdicts = Verdicts(
        intact=Intact(),
        complete=_complete(contents),
        signed_by=_with_authors(signed_by, contents, trusted),
    )
    usable = verdicts.usable
    return Examined(
        verdicts=verdicts,
        name=name,
        info=contents.info,
        case=contents.case if usable else None,
        statistics=contents.statistics if usable else None,
        replaced=contents.replaced,
        material=material if usable else (),
        carried=contents.carried if usable else None,
        sessions=sessions if usable else "",
    )


def _read_tar(
    read: Read, looking: Looking, cancelled: Cancelled | None, *, carry: bool
) -> tuple[str, dict[str, bytes], dict[str, str], dict[str, int]]:
    reader = TarReader(read, limits=looking.bounds.limits)
    playbooks = 0
    kept: dict[str, bytes] = {}
    digests: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for name, size in _members(reader):
        if cancelled is not None and cancelled():
            raise OpenCancelled
        limit = _KEPT.get(name)
        if limit is None and carry and name.startswith(PLAYBOOKS) and playbooks < _MAX_PLAYBOOKS:
            playbooks += 1
            limit = _PLAYBOOK
        if name in looking.bounds.files:
            looking.reads(name, size)
        elif limit is not None and size > limit:
            raise TarRefused(f"larger than {limit} bytes", name)
        digest = hashlib.sha256()
        parts = []
        for chunk in reader.chunks():
            digest.update(chunk)
            if limit is not None:
                parts.append(chunk)
        digests[name] = digest.hexdigest()
        sizes[name] = size
        if limit is not None:
            kept[name] = b"".join(parts)
    return reader.folder, kept, digests, sizes


def _members(reader: TarReader) -> Iterator[tuple[str, int]]:
    try:
        yield from reader.members()
    except TarTooLarge as error:
        raise TooMuch(str(error)) from None


def _signed_by(kept: Mapping[str, bytes], trusted: Mapping[str, str], revoked: Mapping[str, str]) -> SignedBy:
    try:
        signature = kept[SIGNATURE].decode("ascii")
        key = sshsig.verify(signature, kept[TAG_MANIFEST], namespace=NAMESPACE)
    except (KeyError, UnicodeDecodeError, sshsig.SignatureMalformed, sshsig.SignatureInvalid):
        return SignedBy(signer=Signer.WRONG)
    fingerprint = sshsig.fingerprint(key)
    if fingerprint in revoked:
        return SignedBy(signer=Signer.REVOKED, fingerprint=fingerprint, name=one_line(revoked[fingerprint]))
    if fingerprint in trusted:
        return SignedBy(signer=Signer.KNOWN, fingerprint=fingerprint, name=one_line(trusted[fingerprint]))
    return SignedBy(signer=Signer.UNKNOWN, fingerprint=fingerprint)


def _look_inside(
    kept: Mapping[str, bytes],
    digests: Mapping[str, str],
    looking: Looking,
    cancelled: Cancelled | None,
    *,
    carry: bool,
) -> _Contents:
    try:
        _check_bag(kept, digests)
        info = read_info(kept[BAG_INFO])
        _check_format(info)
    except BagRefused as error:
        damage = {"missing": Damage.FILE_MISSING, "changed": Damage.FILE_CHANGED, "in no manifest": Damage.FILE_EXTRA}
        raise _Refused(damage.get(error.reason, Damage.FILE_REFUSED), file=error.file, detail=error.reason) from None
    if info.get("Segl-Purpose") == (Purpose.STATISTICS,):
        return _Contents(info=info, statistics=_statistics(kept))
    return _case(kept, info, looking, cancelled, carry=carry)


def _check_bag(kept: Mapping[str, bytes], digests: Mapping[str, str]) -> None:
    if "fetch.txt" in digests:
        raise BagRefused("fetch.txt", "it would fetch files from elsewhere")
    for name in (BAGIT, BAG_INFO, MANIFEST, TAG_MANIFEST, SIGNATURE):
        if name not in kept:
            raise BagRefused(name, "missing")
    if kept[BAGIT] != DECLARATION:
        raise BagRefused(BAGIT, "not the declaration of BagIt 1.0")
    manifest = read_manifest(kept[MANIFEST], file=MANIFEST)
    check_files(digests, manifest, read_manifest(kept[TAG_MANIFEST], file=TAG_MANIFEST))


def _check_format(info: Info) -> None:
    found = info.get("Segl-Format", ())
    if len(found) != 1 or not found[0].isascii() or not found[0].isdigit() or len(found[0]) > 4:
        raise BagRefused(BAG_INFO, "it names no format")
    if found[0] != FORMAT:
        raise NewerBundle(int(found[0]))
    for label in ("Segl-Purpose", "Segl-Signer"):
        if len(info.get(label, ())) != 1:
            raise BagRefused(BAG_INFO, f"not one {label}")
    if not _FINGERPRINT.fullmatch(info["Segl-Signer"][0]):
        raise BagRefused(BAG_INFO, "Segl-Signer is no fingerprint")
    if not info.get("Segl-Recipient"):
        raise BagRefused(BAG_INFO, "no Segl-Recipient")


def _case(
    kept: Mapping[str, bytes], info: Info, looking: Looking, cancelled: Cancelled | None, *, carry: bool
) -> _Contents:
    for name in (CASE_JSON, JOURNAL, CHECKPOINT):
        if name not in kept:
            raise _Refused(Damage.FILE_MISSING, file=name)
    _checkpoint(kept[CHECKPOINT])
    try:
        document = looking.json(CASE_JSON, kept[CASE_JSON])
        case, replaced = read_case(document, looking)
        agreement = Agreement(document, looking)
    except NewerCase as error:
        raise NewerBundle(error.version) from None
    except (json_strict.JsonRefused, WrongShape) as error:
        raise _Refused(Damage.FILE_REFUSED, file=CASE_JSON, detail=str(error)) from None
    entries: list[Entry] = []

    def take(stored: StoredEntry, header: Header, payload: dict[str, Any] | None) -> None:
        agreement.take(stored, header, payload)
        if carry:
            entries.append(Entry(stored=stored, header=header, payload=payload))

    try:
        journal = read_journal(kept[JOURNAL], looking=looking, cancelled=cancelled, each=take)
    except JournalRefused as error:
        raise _Refused(Damage.ENTRY, file=JOURNAL, detail=str(error)) from None
    if info["Segl-Purpose"] != (str(case.purpose),):
        raise _Refused(Damage.FILE_REFUSED, file=CASE_JSON, detail="another purpose than bag-info.txt")
    if journal.space not in ("", case.id):
        raise _Refused(Damage.FILE_REFUSED, file=CASE_JSON, detail="it tells of another case than the journal")
    if document.get("journal") != journal.summary:
        raise _Refused(Damage.FILE_REFUSED, file=CASE_JSON, detail="it tells of another journal")
    if info["Segl-Signer"] != (case.fingerprint,):
        raise _Refused(Damage.FILE_REFUSED, file=CASE_JSON, detail="another signer than bag-info.txt")
    if contradiction := agreement.contradiction(whole=journal.whole):
        raise _Refused(Damage.FILE_REFUSED, file=CASE_JSON, detail=contradiction)
    return _Contents(
        info=info,
        journal=journal,
        case=case,
        replaced=replaced,
        on_purpose=_on_purpose(document, journal),
        carried=_carried(kept, entries, looking) if carry else None,
    )


def _carried(kept: Mapping[str, bytes], entries: list[Entry], looking: Looking) -> Carried:
    found: tuple[Card, ...] = ()
    if CARDS in kept:
        looking.cards(kept[CARDS].count(cards.BEGIN.encode("ascii")))
        try:
            found = cards.read_all(kept[CARDS].decode("utf-8"))
        except (UnicodeDecodeError, cards.CardInvalid):
            raise _Refused(Damage.FILE_REFUSED, file=CARDS, detail="not cards") from None
    return Carried(
        entries=tuple(entries),
        cards=found,
        playbooks=tuple(raw for name, raw in kept.items() if name.startswith(PLAYBOOKS)),
        checkpoint=kept[CHECKPOINT].decode("ascii"),
        manifest_digest=f"sha256:{hashlib.sha256(kept[TAG_MANIFEST]).hexdigest()}",
    )


def _on_purpose(document: Any, journal: Journal) -> int:
    """How many entries the sender says to have withheld; never more than came without their content."""
    said = document.get("withheld")
    if said is None:
        return 0
    entries = said.get("entries") if isinstance(said, dict) else None
    if type(entries) is not int or not 0 <= entries <= journal.without_payload:
        raise _Refused(Damage.FILE_REFUSED, file=CASE_JSON, detail="withheld: not what the journal says")
    return entries


def _material(contents: _Contents, digests: Mapping[str, str], sizes: Mapping[str, int]) -> tuple[PassedOn, ...]:
    """What was passed on: only for the police, and only what the register of the case knows."""
    found = tuple(
        PassedOn(name=name, digest=f"sha256:{digests[name]}", size=sizes[name])
        for name in sorted(digests)
        if name.startswith(MATERIAL)
    )
    if found:
        known = {one.digest for one in contents.case.evidence} if contents.case else set()
        for one in found:
            if one.digest not in known or contents.info["Segl-Purpose"] != (Purpose.POLICE,):
                raise _Refused(Damage.FILE_REFUSED, file=one.name, detail="material that the register does not know")
    return found


def _checkpoint(text: bytes) -> None:
    from store import checkpoint

    try:
        checkpoint.read(text.decode("ascii"))
    except (UnicodeDecodeError, checkpoint.CheckpointInvalid):
        raise _Refused(Damage.FILE_REFUSED, file=CHECKPOINT, detail="its signature does not hold") from None


def _statistics(kept: Mapping[str, bytes]) -> Mapping[str, Any]:
    if STATISTICS not in kept:
        raise _Refused(Damage.FILE_MISSING, file=STATISTICS)
    try:
        return read_statistics(json_strict.loads(kept[STATISTICS], max_items=10_000))
    except (json_strict.JsonRefused, WrongShape) as error:
        raise _Refused(Damage.FILE_REFUSED, file=STATISTICS, detail=str(error)) from None


def _complete(contents: _Contents) -> Complete:
    journal = contents.journal
    if journal is None:
        return Complete(known=True, numbers_only=True)
    return Complete(
        known=True,
        entries=journal.entries,
        withheld=journal.without_payload,
        on_purpose=contents.on_purpose,
        missing=max(len(journal.missing), journal.gaps),
        forks=journal.forks,
    )


def _with_authors(signed_by: SignedBy, contents: _Contents, trusted: Mapping[str, str]) -> SignedBy:
    if signed_by.signer not in (Signer.KNOWN, Signer.UNKNOWN, Signer.REVOKED):
        return signed_by
    counts = Counter(contents.journal.devices if contents.journal else ())
    authors = []
    for device, entries in counts.items():
        fingerprint = sshsig.fingerprint(bytes.fromhex(device))
        authors.append(Author(fingerprint=fingerprint, name=one_line(trusted.get(fingerprint, "")), entries=entries))
    return SignedBy(
        signer=signed_by.signer,
        fingerprint=signed_by.fingerprint,
        name=signed_by.name,
        claimed=contents.info["Segl-Signer"][0],
        authors=tuple(authors),
    )
