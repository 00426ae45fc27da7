"""An invented case, as an export: real signatures, a real chain, and text in every field, the same each time."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guidance.guide import CaseFacts, Guide, Hold, SetAside, StepView
from guidance.model import FactSpec, FactType, FactValue, Kind, Phase, Playbook, Source, State, Step, Strength, Text
from store import entry, sshsig
from store.age.x25519 import X25519Identity, generate_x25519
from store.bundle.seal import SealOrder, seal
from store.cases.values import write_evidence, write_facts, write_person
from store.entry import Header, SpaceKind, read_payload
from store.model import (
    Age,
    CaseExport,
    CaseRecord,
    CaseSummary,
    Checkpoint,
    Contact,
    Evidence,
    EvidenceDraft,
    EvidenceKind,
    HistoryLine,
    Holder,
    KeyCard,
    Note,
    NoteVersion,
    Office,
    Person,
    PersonDraft,
    Purpose,
    Role,
    Sealed,
    StoredEntry,
)

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
SPACE = "5e" * 16

Say = Callable[[str], str]


@dataclass(frozen=True)
class Counsellor:
    """Somebody with a key."""

    private: Ed25519PrivateKey

    @classmethod
    def of(cls, seed: str) -> Counsellor:
        return cls(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest()))

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        return sshsig.fingerprint(self.public)

    def sign(self, message: bytes, *, namespace: str) -> str:
        return sshsig.sign(self.private, message, namespace=namespace)


BIRGIT = Counsellor.of("birgit")
MALLORY = Counsellor.of("mallory")
POLICE: X25519Identity = generate_x25519(lambda size: hashlib.sha256(b"police").digest()[:size])
POLICE_RECIPIENT = POLICE.recipient.encode()


def entries(
    author: Counsellor,
    payloads: Sequence[dict[str, object]],
    *,
    space: str = SPACE,
    space_kind: SpaceKind = SpaceKind.CASE,
    kinds: Sequence[str] = (),
) -> tuple[StoredEntry, ...]:
    """A feed of one device: a case that is opened, and notes, unless `kinds` says otherwise."""
    found: list[StoredEntry] = []
    for number, value in enumerate(payloads, start=1):
        payload = entry.write_payload(value)
        salt = hashlib.sha256(b"salt%d" % number).digest()
        header = Header(
            space_kind=space_kind,
            space=space,
            device=author.public.hex(),
            sequence=number,
            previous=found[-1].id if found else None,
            seen=(),
            kind=kinds[number - 1] if kinds else "case.opened" if number == 1 else "note.added",
            claimed_at=AT + timedelta(minutes=number - 1),
            commitment=entry.commit(salt, payload),
        )
        found.append(entry.make(header, salt=salt, payload=payload, sign=author.private.sign))
    return tuple(found)


def journal(
    author: Counsellor,
    say: Say,
    people: Sequence[Person],
    evidence: Sequence[Evidence],
    facts: Mapping[str, FactValue],
    notes: int,
) -> tuple[StoredEntry, ...]:
    """The entries of the invented case: a note, all the rest, and at the end the note corrected."""
    said: list[tuple[str, dict[str, object]]] = [
        (
            "case.opened",
            {
                "reference": "26-K7M4Q",
                "title": say("A picture in a class"),
                "kind": "school",
                "stand-in": say("Stand-in Invented"),
                "no-stand-in-reason": "",
            },
        ),
        ("note.added", {"text": say("first words\nsecond line")}),
    ]
    said += [("note.added", {"text": say(f"note number {number}")}) for number in range(1, notes)]
    for person in people:
        draft = PersonDraft(
            name=person.name, roles=person.roles, age=person.age, contact=person.contact, about=person.about
        )
        said.append(("person.added", write_person(person.id, draft, person.authority_over)))
    for piece in evidence:
        drafted = EvidenceDraft(**{field.name: getattr(piece, field.name) for field in fields(EvidenceDraft)})
        said.append(("evidence.registered", {"number": piece.number, **write_evidence(drafted)}))
    told = {fact: value for fact, value in facts.items() if fact != "level" and not fact.startswith("done.")}
    said.append(("fact.set", {"facts": write_facts(told)}))
    said.append(("level.set", {"level": facts["level"], "reason": say("out of control, recognisable")}))
    first = entries(author, [payload for _kind, payload in said], kinds=[kind for kind, _payload in said])[1]
    said.append(("note.corrected", {"note": first.id, "text": say("better words"), "reason": say("a slip")}))
    return entries(author, [payload for _kind, payload in said], kinds=[kind for kind, _payload in said])


def plain(text: str) -> str:
    return text


def guide(say: Say = plain) -> Guide:
    def words(text: str) -> Text:
        return Text(da=say(f"da {text}"), en=say(f"en {text}"))

    phase = Phase(id="uncover", order=1, title=words("Uncover"))
    specs = {
        "police.decided-by": FactSpec(
            id="police.decided-by", type=FactType.TEXT, label=words("Who decided"), help=words("")
        ),
        "violation.what": FactSpec(
            id="violation.what", type=FactType.TEXT, label=words("What happened"), help=words("")
        ),
    }

    def view(id: str, state: State, strength: Strength = Strength.MUST, **more: object) -> StepView:
        step = Step(
            id=id,
            title=words(f"step {id}"),
            why=words("why"),
            how=words("how"),
            heading="1",
            kind=Kind.DO,
            strength=strength,
            playbook="action-card",
            phase="uncover",
        )
        base = StepView(step=step, sources=(("action-card", id),), phase=phase, strength=strength, state=state)
        return replace(base, **more)  # type: ignore[arg-type]

    hold = Hold(rule="police-first", facts=("police.decided-by",), explanation=words("the police decide first"))
    views = (
        view("overview", State.DONE, done_at=AT),
        view("offer-mediation", State.SET_ASIDE, Strength.SHOULD, set_aside=SetAside(reason=say("not wanted"), at=AT)),
        view("delete-from-platform", State.HELD, held_by=(hold,)),
        view("press", State.NOT_APPLICABLE),
    )
    playbook = Playbook(
        id="action-card",
        version=3,
        schema=1,
        source=Source(document=say("An action card"), credit=words("credit")),
        reviewed=date(2026, 11, 1),
        title=words("Action card"),
        kinds=("school",),
        phases=(phase,),
        facts=tuple(specs.values()),
        steps=tuple(each.step for each in views),
        levels=(),
        plan=(),
        raw=b"schema = 1\n",
        digest=f"sha256:{hashlib.sha256(b'schema = 1' + bytes([10])).hexdigest()}",
    )
    facts = CaseFacts(opened_at=AT, kind="school")
    return Guide(steps=views, next_steps=(), facts=facts, playbooks=(playbook,), specs=specs, today=AT.date())


def evidence_of(content: bytes, number: int, name: bytes, say: Say = plain) -> Evidence:
    return Evidence(
        id=f"{number:02x}" * 16,
        number=number,
        digest=f"sha256:{hashlib.sha256(content).hexdigest()}",
        size=len(content),
        name=say(name.decode("utf-8", "replace")),
        raw_name=name.hex(),
        kind=EvidenceKind.IMAGE,
        platform=say("Snapchat"),
        accounts=(say("user-1"), say("user-2")),
        url=say("https://example.invalid/a"),
        claimed_at=say("Friday evening"),
        found_at=say("Saturday"),
        shows=say("a picture"),
        holder=Holder.PARENTS,
        holder_name=say("K"),
        held_where=say("at home"),
        came_how=say("shown"),
        seen_by=(say("B"),),
        registered_at=AT,
        registered_by=say("Birgit Invented"),
        missing=("url",),
    )


def export(
    *, author: Counsellor = BIRGIT, say: Say = plain, pieces: tuple[Evidence, ...] | None = None, notes: int = 3
) -> CaseExport:
    """The case; `say` is put over every text that a person could have written."""
    facts: dict[str, FactValue] = {
        "level": 3,
        "done.overview": True,
        "police.decided-by": say("an officer"),
        "violation.what": say("a picture was shared"),
        "unknown.fact": True,
        "level.reason": say("out of control, recognisable"),
    }
    people = (
        Person(
            id="aa" * 16,
            name=say("Asta"),
            roles=(Role.VICTIM, Role.PUPIL),
            age=Age.MINOR,
            contact=say("12 34 56 78"),
            about=say("year 7"),
            added_at=AT,
        ),
        Person(
            id="bb" * 16,
            name=say("Bo"),
            roles=(Role.PARENTAL_AUTHORITY,),
            age=Age.ADULT,
            authority_over=("aa" * 16,),
            added_at=AT,
        ),
    )
    evidence = (evidence_of(b"a picture", 1, b"a picture.jpg", say),) if pieces is None else pieces
    kept = journal(author, say, people, evidence, facts, notes)
    at = {one.id: AT + timedelta(minutes=place) for place, one in enumerate(kept)}
    added = [one for one in kept if b"kind note." in one.header]
    evidence = tuple(
        replace(piece, id=one.id)
        for piece, one in zip(evidence, (one for one in kept if b"kind evidence." in one.header), strict=True)
    )
    versions = tuple(
        NoteVersion(
            entry=one.id,
            text=read_payload(one.payload or b"")["text"],
            at=at[one.id],
            author=say("Birgit Invented"),
            reason=read_payload(one.payload or b"").get("reason", ""),
        )
        for one in added
    )
    record = CaseRecord(
        summary=CaseSummary(
            id=SPACE,
            reference="26-K7M4Q",
            title=say("A picture in a class"),
            kind="school",
            level=3,
            opened_at=AT,
            changed_at=AT + timedelta(hours=2),
            closed_at=None,
            next_step="",
            next_due=None,
            overdue=0,
        ),
        people=people,
        notes=(
            Note(id=added[0].id, versions=(versions[0], versions[-1])),
            *(Note(id=version.entry, versions=(version,)) for version in versions[1:-1]),
        ),
        evidence=evidence,
        facts=facts,
        said=facts,
        guide=guide(say),
        level_reason=say("out of control, recognisable"),
        stand_in=say("Stand-in Invented"),
        no_stand_in_reason="",
    )
    return CaseExport(
        record=record,
        history=tuple(
            HistoryLine(
                entry=one.id,
                at=at[one.id],
                author=say("Birgit Invented"),
                kind=entry.Header.parse(one.header).kind,
                words=say("A note."),
            )
            for one in kept
        ),
        entries=kept,
        office=Office(
            id="0f" * 16,
            name=say("The Invented Office"),
            author=say("Birgit Invented"),
            author_id="b1" * 16,
            language="da",
            contacts=(Contact(id="communications", name=say("Comms"), phone=say("10"), mail=say("c@example.invalid")),),
        ),
        card=KeyCard(
            author=say("Birgit Invented"),
            office=say("The Invented Office"),
            signing_key=sshsig.public_key_line(author.public),
            fingerprint=author.fingerprint,
            recipient=POLICE_RECIPIENT,
            device=author.public.hex(),
        ),
        checkpoint=Checkpoint(counter=7, root="00" * 32, text=checkpoint_text(author)),
        exported_at=AT + timedelta(days=1),
    )


def checkpoint_text(author: Counsellor) -> str:
    signed = (
        f"segl-checkpoint v1\nvault v-1\ncounter 7\nroot sha256:{'00' * 32}\n"
        f"device {author.public.hex()}\nclaimed-at 2026-11-20T08:30:00Z\n"
    )
    return f"{signed}signature {base64.b64encode(author.private.sign(signed.encode())).decode()}\n"


def sealed(folder: Path, *, purpose: Purpose = Purpose.POLICE, author: Counsellor = BIRGIT, **more: object) -> Sealed:
    """The invented case, sealed to the police."""
    order = SealOrder(purpose=purpose, out=folder / "K7M4Q.segl.age", recipients=(POLICE_RECIPIENT,), language="en")
    return seal(export(author=author, **more), order, author.sign)  # type: ignore[arg-type]
