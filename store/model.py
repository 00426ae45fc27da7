"""What crosses the border of the store: frozen records, nothing that holds a connection, a cursor or a key.

Times are aware and in UTC; ids of spaces, entries and devices are lower-case hex; digests are written
`<algorithm>:<hex>`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from guidance.custody import Device, Fault, Move
from guidance.engine import Guide
from guidance.model import FactValue, Playbook
from guidance.wellbeing import WellbeingTalk
from store.looks import LookEvent

CaseKind = Literal["school", "workplace", "mentoring"]


class Role(StrEnum):
    """What somebody is in a case; one person can be several things (an offender who is also a pupil)."""

    VICTIM = "victim"
    OFFENDER = "offender"
    PASSIVE_OFFENDER = "passive-offender"
    PARENTAL_AUTHORITY = "parental-authority"
    PUPIL = "pupil"
    EMPLOYEE = "employee"
    MENTOR = "mentor"
    MENTEE = "mentee"
    WITNESS = "witness"
    TEACHER = "teacher"
    LEADER = "leader"
    RESOURCE_PERSON = "resource-person"
    POLICE = "police"
    OTHER = "other"


class Age(StrEnum):
    """Whether somebody is a minor: it decides whom the law gives a say."""

    MINOR = "minor"
    ADULT = "adult"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft:
    """Somebody who belongs to a case, as typed in.

    Attributes:
        name: as the counsellor writes it; an initial will do.
        roles: at least one.
        authority_over: names or ids of people of the same case over whom this person holds parental authority.
        contact: telephone, mail or the like, free text.
        about: anything else, free text.
    """

    name: str
    roles: tuple[Role, ...]
    age: Age = Age.UNKNOWN
    authority_over: tuple[str, ...] = ()
    contact: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(PersonDraft):
    """Somebody of a case, as recorded; `authority_over` holds ids."""

    id: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What is known of a case when it is opened.

    Attributes:
        title: a few words that tell the case from others in a list.
        happened: what happened, as told; becomes the first note where it is not empty.
        facts: guidance facts that are known from the start.
        stand_in: who may read the case if the counsellor is ill; empty only with `no_stand_in_reason`.
    """

    title: str
    kind: CaseKind = "school"
    happened: str = ""
    people: tuple[PersonDraft, ...] = ()
    facts: dict[str, FactValue] = field(default_factory=dict)
    stand_in: str = ""
    no_stand_in_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """That a case was given up, and is no longer one's own to work on.

    Attributes:
        to: the name of who has it since; empty where it was taken back, or nobody is known by that any more.
        at: when.
    """

    to: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """One line of the case list.

    Attributes:
        id: the space's id.
        reference: the number people use, unique without a server, e.g. `26-K7M4Q`.
        next_step: title of the next step in the current language; empty where there is none.
        next_due: when the most urgent step is due, which may be another than `next_step`.
        overdue: how many steps are overdue today.
        handed_over: where it is no longer one's own; then it has neither a next step nor anything overdue here.
        conflicts: on how many things people said different things, without knowing of one another.
        level_disputed: whether the level is one of them; `level` is None then.
    """

    id: str
    reference: str
    title: str
    kind: CaseKind
    level: int | None
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    next_step: str
    next_due: date | None
    overdue: int
    handed_over: HandedOver | None = None
    conflicts: int = 0
    level_disputed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteVersion:
    """A note as it stood at one time; correcting adds a version and takes none away."""

    entry: str
    text: str
    at: datetime
    author: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note with all its versions, oldest first; the last is the one in force."""

    id: str
    versions: tuple[NoteVersion, ...]

    @property
    def current(self) -> NoteVersion:
        """The version in force."""
        return self.versions[-1]


class EvidenceKind(StrEnum):
    """What sort of thing a piece of evidence is."""

    IMAGE = "image"
    VIDEO = "video"
    MESSAGE = "message"
    SCREENSHOT = "screenshot"
    PROFILE = "profile"
    AUDIO = "audio"
    DOCUMENT = "document"
    OTHER = "other"


class DigestSource(StrEnum):
    """Where a digest comes from."""

    FILE = "file"
    LIST = "list"
    TYPED = "typed"


class Holder(StrEnum):
    """Who holds the original."""

    VICTIM = "victim"
    PARENTS = "parents"
    PUPIL = "pupil"
    POLICE = "police"
    OFFICE = "office"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDraft:
    """What is known of a piece of evidence; never the thing itself.

    Attributes:
        digest: `sha256:<hex>`, or `blake3:<hex>` where it came from a list that `b3sum` made.
        size: bytes; None where it is not known (a digest that was typed).
        name: the file's name as text, with what could not be shown replaced; kept in the vault only.
        raw_name: the bytes of the file's name without its folders, hex, so that `sha256sum -c` finds it; empty if there
            is none.
        claimed_at: when it was posted or sent, as claimed: ISO 8601 with offset where the zone is known, else in words.
        found_at: when it was found, likewise.
        shows: what it shows, in words.
        holder: who holds the original; `held_where` says where in words.
        came_how: how it came to the office.
        seen_by: who saw it.
        device: whose device the file lay on when it was read, where that was said; recorded as it is registered and not
            part of the piece, whose `devices` say what stands.
        lies_at: signs of the place of that file (`store.evidence.signs`), kept with whose device it is, in no entry.
    """

    digest: str
    size: int | None = None
    source: DigestSource = DigestSource.FILE
    name: str = ""
    raw_name: str = ""
    kind: EvidenceKind = EvidenceKind.OTHER
    platform: str = ""
    accounts: tuple[str, ...] = ()
    url: str = ""
    claimed_at: str = ""
    found_at: str = ""
    shows: str = ""
    holder: Holder = Holder.UNKNOWN
    holder_name: str = ""
    held_where: str = ""
    came_how: str = ""
    seen_by: tuple[str, ...] = ()
    device: Device = Device.NONE
    lies_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEvent:
    """One event of the custody chain of a piece, as recorded.

    Attributes:
        entry: the journal entry that says so.
        at: when it was recorded; `move.on` says in words when it happened.
        author: who recorded it.
        replaced_by: the entry of the event that corrects it; empty where it stands.
        fault: why it can't follow what came before, where feeds that met say impossible things.
        disputed: whether a person has to decide between it and what came before.
        set_aside: the decision by which it does not hold (`Evidence.decisions`); empty where there is none.
    """

    entry: str
    at: datetime
    author: str
    move: Move
    replaced_by: str = ""
    fault: Fault | None = None
    disputed: bool = False
    set_aside: str = ""

    @property
    def stands(self) -> bool:
        """Whether it has effect."""
        return not (self.replaced_by or self.fault or self.set_aside)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyDecision:
    """What a person decided where colleagues recorded of a copy what can't all be true.

    Attributes:
        entry: the journal entry that says so (`conflict.decided`).
        at: when it was decided.
        author: who decided.
        copy: which copy, 0 for the original.
        holds: the events that hold, in the order of the chain; by the first it was named.
        set_aside: those that do not.
        reason: why, in words.
    """

    entry: str
    at: datetime
    author: str
    copy: int
    holds: tuple[str, ...]
    set_aside: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyDevice:
    """An answer that stands: whose device a copy lies on.

    Attributes:
        entry: the journal entry that says so.
        at: when it was recorded.
        author: who recorded it.
        copy: which copy, 0 for the original.
        device: whose; `NONE` where this Segl can't read the answer. Of a copy that is withdrawn, what had been said.
        withdrawn: whether it says that there is no such copy.
        reason: why it was withdrawn.
    """

    entry: str
    at: datetime
    author: str
    copy: int
    device: Device
    withdrawn: bool = False
    reason: str = ""


class CheckFound(StrEnum):
    """What became of a piece when a folder was held against the register."""

    MATCHED = "matched"
    CHANGED = "changed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEvent:
    """A folder was held against the register, and what was found of one piece.

    Attributes:
        entry: the journal entry that says so (`evidence.checked`).
        at: when it was recorded.
        author: who recorded it.
    """

    entry: str
    at: datetime
    author: str
    found: CheckFound


@dataclass(frozen=True, slots=True, kw_only=True)
class PassEvent:
    """A piece went by into a sealed file, at a request of the police.

    Attributes:
        entry: the journal entry that says so (`evidence.passed-on`).
        at: when it was recorded.
        author: who recorded it.
        request: the entry of the request.
        asked_by: who asked; empty where the request can't be read any more.
        reference: their case number; likewise.
        name: of the sealed file.
        digest: of the sealed file, `sha256:<hex>`.
    """

    entry: str
    at: datetime
    author: str
    request: str
    asked_by: str
    reference: str
    name: str
    digest: str


ChainEvent = CustodyEvent | CheckEvent | PassEvent | LookEvent
"""What stands in the row of a piece (`store.cases.chains.timeline`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(EvidenceDraft):
    """A piece of evidence as registered.

    Attributes:
        number: its place in the case, from 1; written `E1` for people.
        missing: what AC-2b wants and nobody has written yet: names of fields (`accounts`, `claimed_at`, ...).
        custody: the events of its custody chain, in the order in which they were recorded.
        checks: when a folder was held against the register and that was recorded, in that order.
        passes: when it was passed on sealed, at a request, in that order.
        devices: whose device each copy lies on, as far as somebody has said; several of one copy where heads disagree.
        decisions: what was decided between events of its custody that could not all be true, by copy; several of one
            copy where it was decided by people who did not know of one another.
        looks: what was seen after copies were cleared, in the order in which it was recorded.
    """

    id: str
    number: int
    registered_at: datetime
    registered_by: str
    missing: tuple[str, ...] = ()
    custody: tuple[CustodyEvent, ...] = ()
    checks: tuple[CheckEvent, ...] = ()
    passes: tuple[PassEvent, ...] = ()
    devices: tuple[CopyDevice, ...] = ()
    decisions: tuple[CustodyDecision, ...] = ()
    looks: tuple[LookEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutline:
    """A case as it stands, without its evidence, of which there may be ten thousands.

    Attributes:
        facts: what is known of it, with what follows from its copies.
        said: what was recorded of the case as a whole: what the journal says.
    """

    summary: CaseSummary
    people: tuple[Person, ...]
    notes: tuple[Note, ...]
    facts: dict[str, FactValue]
    said: dict[str, FactValue]
    guide: Guide
    level_reason: str
    stand_in: str
    no_stand_in_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView(CaseOutline):
    """A case as it stands, for a screen, which fetches the pieces that are seen.

    Attributes:
        pieces: how many are registered.
    """

    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord(CaseOutline):
    """A case as it stands, whole, for the command line or a report."""

    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePage:
    """Some pieces of a case.

    Attributes:
        total: how many the case has.
        start: the place of the first of these among all by number, from 0.
    """

    total: int
    start: int
    pieces: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One journal entry in words."""

    entry: str
    at: datetime
    author: str
    kind: str
    words: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One of the office's own contacts, e.g. `prevention-unit`, `police-resource-person`, `communications`."""

    id: str
    name: str
    phone: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """By which card a vault joins an office that another vault opened.

    Attributes:
        card: of an administrator of the office, the whole text.
        compared: its fingerprint, as it came another way than the card.
    """

    card: str
    compared: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSetUp:
    """What setting up asks for."""

    office: str
    author: str
    language: Literal["da", "en"] = "da"
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The office and the counsellor whose vault this is."""

    id: str
    name: str
    author: str
    author_id: str
    language: Literal["da", "en"]
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCard:
    """The public half of a counsellor's keys, to compare by telephone and to give to others.

    Attributes:
        signing_key: an OpenSSH public key line, `ssh-ed25519 AAAA... comment`.
        fingerprint: `SHA256:...`, as `ssh-keygen -l` prints it.
        recipient: `age1...`, to which others seal for this counsellor.
        device: the signing key of this installation, hex.
    """

    author: str
    office: str
    signing_key: str
    fingerprint: str
    recipient: str
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """A journal entry as it is kept and carried: the very bytes that are signed and verified.

    Attributes:
        id: SHA-256 of the header, hex.
        header: the signed bytes (`docs/journal-format.md`).
        signature: Ed25519, 64 bytes.
        salt: 32 bytes; None where the payload was erased.
        payload: UTF-8 JSON; None where it was erased.
    """

    id: str
    header: bytes
    signature: bytes
    salt: bytes | None
    payload: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What the journal looked like at one moment, signed: `text` is the signed document with its signature."""

    counter: int
    root: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExport:
    """All that a bundle of one case is made from.

    Attributes:
        wellbeing: the wellbeing talks, oldest first.
        cards: the carried cards of its authors, for a bundle that a colleague goes on from.
        playbooks: those that stand in it.
    """

    record: CaseRecord
    history: tuple[HistoryLine, ...]
    entries: tuple[StoredEntry, ...]
    office: Office
    card: KeyCard
    checkpoint: Checkpoint
    exported_at: datetime
    wellbeing: tuple[WellbeingTalk, ...] = ()
    cards: tuple[str, ...] = ()
    playbooks: tuple[Playbook, ...] = ()


class Purpose(StrEnum):
    """For whom a bundle is made; it decides what goes in."""

    FULL = "full"
    POLICE = "police"
    COLLEAGUE = "colleague"
    AUTHORITY = "authority"
    PERSON_CONCERNED = "person-concerned"
    STATISTICS = "statistics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A bundle that was written.

    Attributes:
        path: the sealed file.
        digest: of the sealed file.
        manifest_digest: of `tagmanifest-sha256.txt`, the bytes that the signature covers.
        recipients: age recipients in the order given; empty where a passphrase seals it.
        companions: the plain how-to-open files beside it.
        companion_files: size and digest of each of these.
        paper: whether `report.pdf` is in it; a very long report has none.
        large: whether a reader must say that it is meant to be so large.
    """

    path: str
    digest: str
    size: int
    manifest_digest: str
    purpose: Purpose
    recipients: tuple[str, ...]
    companions: tuple[str, ...]
    companion_files: tuple[tuple[int, str], ...] = ()
    paper: bool = True
    large: bool = False
