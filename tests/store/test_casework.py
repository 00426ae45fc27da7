from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidance.engine import Guide
from guidance.errors import ExitCode, SeglError
from guidance.known import Known
from guidance.language import LANGUAGES, current_language, speaking
from guidance.level import LevelNotDescribed
from guidance.loader import for_kind
from guidance.model import FactType, FactValue, State
from guidance.refusals import ClosingRefused, FactHeld, FactNotValid, ReasonMissing, StepHeld
from store import sshsig
from store.cases.desk import new_reference, plain_reference
from store.cases.errors import (
    AlreadySetUp,
    CaseAmbiguous,
    CaseClosed,
    CaseOpen,
    CaseUnknown,
    DigestInvalid,
    FactUnknown,
    ItemUnknown,
    JournalDamaged,
    NotSetUp,
    ReasonNeeded,
    SizeInvalid,
    StandInMissing,
    StepNotMarked,
    TextMissing,
)
from store.casework import Casework
from store.doctor import check, repair_projections
from store.entry import LARGEST_NUMBER, verify
from store.errors import DiskFull
from store.journal import read
from store.model import (
    Age,
    CaseSummary,
    Contact,
    DigestSource,
    EvidenceDraft,
    EvidenceKind,
    Holder,
    Intake,
    OfficeSetUp,
    PersonDraft,
    Purpose,
    Role,
    Sealed,
)
from tests.store.desk import DIGEST, Clock, a_case, open_desk, set_up_desk

DECISION = {
    "police.decision.by": "Vagthavende",
    "police.decision.reference": "0700-1234",
    "police.decision.extent": "all",
}


@pytest.fixture()
def clock() -> Clock:
    return Clock()


@pytest.fixture()
def desk(tmp_path: Path, clock: Clock) -> Iterator[Casework]:
    desk = set_up_desk(tmp_path, clock=clock)
    yield desk
    assert check(desk._vault).well
    desk.close()


@pytest.fixture()
def case(desk: Casework) -> CaseSummary:
    return a_case(desk)


def entries(desk: Casework) -> int:
    [(count,)] = desk._connection.execute("SELECT count(*) FROM entry").fetchall()
    return int(count)


def state(desk: Casework, case: CaseSummary, step: str) -> State:
    return desk.guide(case.id).step(step).state


def test_set_up_makes_an_office_a_card_and_keys(desk: Casework) -> None:
    office = desk.office()
    assert (office.name, office.author, office.language) == ("Nørreskolen", "Åse Rådgiver", "da")
    assert office.contacts == (Contact(id="prevention-unit", name="Forebyggelsen", phone="70 00 00 00"),)
    card = desk.key_card()
    assert (card.author, card.office) == (office.author, office.name)
    assert card.recipient.startswith("age1")
    assert desk.known_signers() == {card.fingerprint: "Åse Rådgiver"}
    assert [identity.encode().reveal()[:16] for identity in desk.identities()] == [b"AGE-SECRET-KEY-1"]  # type: ignore[attr-defined]
    assert not desk.cases()


def test_set_up_is_done_once_and_first(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    for before in (desk.office, desk.key_card, lambda: a_case(desk)):
        with pytest.raises(NotSetUp):
            before()
    assert desk.cases() == ()
    for order, field in (
        (OfficeSetUp(office=" ", author="Åse"), "office"),
        (OfficeSetUp(office="Skolen", author="\n"), "author"),
    ):
        with pytest.raises(TextMissing) as missing:
            desk.set_up(order)
        assert missing.value.field == field
    desk.set_up(OfficeSetUp(office="Skolen", author="Åse"))
    with pytest.raises(AlreadySetUp):
        desk.set_up(OfficeSetUp(office="Skolen", author="Åse"))
    desk.close()


def test_contacts_are_replaced(desk: Casework) -> None:
    press = Contact(id="communications", name="Kommunikation", mail="presse@example.dk")
    assert desk.set_contacts((press,)).contacts == (press,)
    assert desk.office().contacts == (press,)


def test_what_is_signed_is_verified_by_the_card(desk: Casework) -> None:
    card = desk.key_card()
    public, _comment = sshsig.parse_public_key_line(card.signing_key)
    signature = desk.sign(b"indhold", namespace="segl-bundle")
    assert sshsig.verify(signature, b"indhold", namespace="segl-bundle") == public
    assert public.hex() == card.device
    assert sshsig.fingerprint(public) == card.fingerprint


def test_a_new_case(desk: Casework) -> None:
    case = a_case(desk)
    record = desk.case(case.reference)
    assert record.summary == case
    assert (case.title, case.kind, case.level, case.closed_at) == ("Et billede er delt", "school", None, None)
    assert [note.current.text for note in record.notes] == ["Set i en gruppe i går."]
    mother, liv = record.people
    assert (mother.name, mother.authority_over, liv.roles) == ("Mor", (liv.id,), (Role.VICTIM, Role.PUPIL))
    assert (record.stand_in, record.no_stand_in_reason) == ("Bo", "")
    assert {book.digest for book in record.guide.playbooks} == {book.digest for book in for_kind("school")}
    assert case.next_step == record.guide.next_steps[0].step.title.en
    with speaking("da"):
        assert desk.cases()[0].next_step == record.guide.next_steps[0].step.title.da


def test_the_age_of_the_violated_follows_from_who_was_added(desk: Casework) -> None:
    def opened(*ages: Age, facts: dict[str, FactValue] | None = None) -> FactValue | None:
        people = tuple(PersonDraft(name=f"P{age}", roles=(Role.VICTIM,), age=age) for age in ages)
        intake = Intake(title="Billede", people=people, facts=facts or {}, stand_in="Bo")
        return desk.guide(desk.new_case(intake).id).facts.values.get("victim.age")

    assert opened(Age.MINOR, Age.UNKNOWN) == "minor"
    assert opened(Age.MINOR, Age.ADULT) is None
    assert opened(Age.UNKNOWN) is None
    assert opened(Age.MINOR, facts={"victim.age": "adult"}) == "adult"


def test_a_minor_who_wants_no_parents_told_opens_the_leaderships_decision_at_once(desk: Casework) -> None:
    mie = PersonDraft(name="Mie", roles=(Role.VICTIM,), age=Age.MINOR)
    case = desk.new_case(Intake(title="Billede", people=(mie,), facts={"told.whom": "teacher"}, stand_in="Bo"))
    guide = desk.guide(case.id)
    assert guide.step("parents-conflict").actionable
    assert guide.step("involve-parents").state is State.HELD


def test_an_intake_that_lacks_something_opens_nothing(desk: Casework) -> None:
    before = entries(desk)
    for intake, error in (
        (Intake(title=" ", stand_in="Bo"), TextMissing),
        (Intake(title="x"), StandInMissing),
        (Intake(title="x", no_stand_in_reason=" "), StandInMissing),
        (Intake(title="x", stand_in="Bo", people=(PersonDraft(name="Liv", roles=()),)), TextMissing),
        (Intake(title="x", stand_in="Bo", people=(PersonDraft(name="", roles=(Role.OTHER,)),)), TextMissing),
        (
            Intake(
                title="x",
                stand_in="Bo",
                people=(PersonDraft(name="Mor", roles=(Role.OTHER,), authority_over=("Ingen",)),),
            ),
            ItemUnknown,
        ),
        (Intake(title="x", stand_in="Bo", facts={"no.such": True}), FactUnknown),
        (Intake(title="x", stand_in="Bo", facts={"level": 3}), FactUnknown),
        (Intake(title="x", stand_in="Bo", facts={"platform.deleted.on": date(2026, 1, 1)}), FactUnknown),
        (Intake(title="x", stand_in="Bo", facts={"victim.age": "hundrede"}), FactNotValid),
    ):
        with pytest.raises(error):
            desk.new_case(intake)
    assert entries(desk) == before
    assert desk.cases() == ()
    assert desk.new_case(Intake(title="x", no_stand_in_reason="Alene på kontoret.")).reference


def test_facts_of_the_intake_are_there(desk: Casework) -> None:
    spec = next(spec for book in for_kind("school") for spec in book.facts if spec.id == "victim.age")
    case = desk.new_case(Intake(title="x", stand_in="Bo", facts={"victim.age": spec.choices[0].id}))
    assert desk.case(case.id).facts == {"victim.age": spec.choices[0].id}


def test_references_are_read_as_people_write_them(desk: Casework, case: CaseSummary) -> None:
    reference = case.reference
    assert len(reference) == 8
    for written in (
        reference.lower(),
        reference.replace("-", ""),
        f" {reference} ",
        reference.replace("0", "O").replace("1", "l"),
        reference[:7],
        case.id,
        case.id[:12],
    ):
        assert desk.case(written).summary.id == case.id
    for wrong in ("", "99-ZZZZZ", "zz", "%", "x' OR 1=1"):
        with pytest.raises(CaseUnknown):
            desk.case(wrong)
    others = [a_case(desk) for _ in range(3)]
    with pytest.raises(CaseAmbiguous) as several:
        desk.case("26-")
    assert set(several.value.references) == {reference, *(other.reference for other in others)}


def test_a_reference_that_is_taken_is_drawn_again(tmp_path: Path) -> None:
    desk = set_up_desk(tmp_path)
    drawn: list[int] = []

    def few(size: int) -> bytes:
        import secrets

        if size != 4:
            return secrets.token_bytes(size)
        drawn.append(size)
        return (len(drawn) // 3).to_bytes(4, "big")

    desk._random_bytes = few
    assert len({a_case(desk).reference for _ in range(4)}) == 4
    assert len(drawn) > 4
    desk.close()


@given(st.binary(min_size=4, max_size=4))
def test_a_reference_has_no_letter_that_can_be_mistaken(raw: bytes) -> None:
    reference = new_reference(2026, lambda _size: raw)
    assert plain_reference(reference) == reference.replace("-", "")
    assert not set(reference) & set("ILOU")


def test_notes_are_corrected_and_never_overwritten(desk: Casework, case: CaseSummary) -> None:
    note = desk.add_note(case.reference, "Talt med fra.")
    corrected = desk.correct_note(case.reference, note.id[:8], "Talt med far.", "slåfejl")
    assert [version.text for version in corrected.versions] == ["Talt med fra.", "Talt med far."]
    assert corrected.id == note.id
    assert (corrected.current.reason, corrected.current.author) == ("slåfejl", "Åse Rådgiver")
    assert desk.case(case.id).notes[-1] == corrected
    for text, reason, error in ((" ", "x", TextMissing), ("x", " \n", ReasonNeeded)):
        with pytest.raises(error):
            desk.correct_note(case.id, note.id, text, reason)
    with pytest.raises(ItemUnknown):
        desk.correct_note(case.id, "ffff", "x", "x")
    with pytest.raises(TextMissing):
        desk.add_note(case.id, " \t")


@pytest.mark.parametrize(
    "text",
    [
        "[b]fed[/b] [@click=app.quit]x",
        "\x1b]52;c;aGVq\x07 \u202e",
        "'; DROP TABLE entry; --",
        "æøå 👍🏽 \u200d",
        "a\r\nb\n",
    ],
)
def test_text_is_content(desk: Casework, case: CaseSummary, text: str) -> None:
    assert desk.add_note(case.id, text).current.text == text
    assert desk.case(case.id).notes[-1].current.text == text


def test_people(desk: Casework, case: CaseSummary) -> None:
    father = desk.add_person(
        case.id, PersonDraft(name="Far", roles=(Role.PARENTAL_AUTHORITY,), age=Age.ADULT, authority_over=(" liv",))
    )
    liv = next(person for person in desk.case(case.id).people if person.name == "Liv")
    assert father.authority_over == (liv.id,)
    changed = desk.change_person(
        case.id, liv.id[:6], PersonDraft(name="Liv", roles=(Role.PUPIL, Role.OFFENDER), age=Age.MINOR)
    )
    assert (changed.id, changed.added_at, changed.roles) == (liv.id, liv.added_at, (Role.PUPIL, Role.OFFENDER))
    assert [person.name for person in desk.case(case.id).people] == ["Mor", "Liv", "Far"]
    desk.add_person(case.id, PersonDraft(name="Liv", roles=(Role.WITNESS,)))
    with pytest.raises(ItemUnknown):
        desk.add_person(case.id, PersonDraft(name="Mormor", roles=(Role.OTHER,), authority_over=("Liv",)))


EVIDENCE = EvidenceDraft(
    digest=DIGEST,
    size=12,
    source=DigestSource.FILE,
    name="bil\ufffd.jpg",
    raw_name="62696cff2e6a7067",
    kind=EvidenceKind.IMAGE,
    platform="Snapchat",
    accounts=("@a", "@b"),
    url="https://example.org/1",
    claimed_at="20. november kl. 21 (CET)",
    found_at="i går",
    shows="en elev",
    holder=Holder.PARENTS,
    holder_name="Mor",
    held_where="på hendes telefon",
    came_how="vist på skærmen",
    seen_by=("Åse",),
)


def test_evidence(desk: Casework, case: CaseSummary) -> None:
    first = desk.register_evidence(case.id, EVIDENCE)
    second = desk.register_evidence(case.id, EvidenceDraft(digest=DIGEST))
    assert (first.number, second.number) == (1, 2)
    assert {name: getattr(first, name) for name in EVIDENCE.__slots__} == {
        name: getattr(EVIDENCE, name) for name in EVIDENCE.__slots__
    }
    assert first.missing == ()
    assert "platform" in second.missing
    amended = desk.amend_evidence(case.id, "E2", EVIDENCE)
    assert (amended.id, amended.number, amended.missing) == (second.id, 2, ())
    assert amended.registered_at == second.registered_at
    assert desk.amend_evidence(case.id, second.id[:10], EvidenceDraft(digest=DIGEST)).missing
    assert [one.number for one in desk.case(case.id).evidence] == [1, 2]
    for wrong in ("E3", "ffff", ""):
        with pytest.raises(ItemUnknown):
            desk.amend_evidence(case.id, wrong, EVIDENCE)
    for digest in ("", "sha256:abc", "5e" * 32, "sha256:" + "5E" * 32, "md5:" + "5e" * 16):
        with pytest.raises(DigestInvalid):
            desk.register_evidence(case.id, EvidenceDraft(digest=digest))
    before = entries(desk)
    for size in (-1, LARGEST_NUMBER + 1):
        draft = EvidenceDraft(digest=DIGEST, size=size)
        for write in (
            lambda draft=draft: desk.register_evidence(case.id, draft),
            lambda draft=draft: desk.register_pieces(case.id, [EVIDENCE, draft]),
            lambda draft=draft: desk.amend_evidence(case.id, "E1", draft),
        ):
            with pytest.raises(SizeInvalid):
                write()
    assert entries(desk) == before
    largest = desk.register_evidence(case.id, EvidenceDraft(digest=DIGEST, size=LARGEST_NUMBER))
    assert largest.size == LARGEST_NUMBER


def test_a_step_held_by_a_rule_is_refused_and_then_done(desk: Casework, case: CaseSummary, clock: Clock) -> None:
    desk.set_level(case.id, 3, "Panik, og hun kan genkendes.")
    values: dict[str, FactValue] = {"platform.deleted.on": clock.today(), "platform.deleted.what": "Billedet på X."}
    before = entries(desk)
    with pytest.raises(StepHeld) as held:
        desk.do_step(case.id, "delete-from-platform", values)
    assert held.value.exit_code is ExitCode.REFUSED
    with pytest.raises(FactHeld):
        desk.set_facts(case.id, values)
    with pytest.raises(SeglError):
        desk.go_past(case.id, "delete-from-platform", "Det haster.")
    assert entries(desk) == before
    desk.do_step(case.id, "police-decision", {**DECISION, "police.decision.on": clock.today()}, "Ringet op.")
    desk.do_step(case.id, "secure-evidence", answers(desk, case, "secure-evidence", clock))
    desk.do_step(case.id, "delete-from-platform", values)
    assert state(desk, case, "delete-from-platform") is State.DONE
    assert desk.case(case.id).facts["platform.deleted.on"] == clock.today()


def answers(desk: Casework, case: CaseSummary, step: str, clock: Clock) -> dict[str, FactValue]:
    """Some answer to everything a step asks for, each question as the answers before it call for it."""
    guide = desk.guide(case.id)
    found: dict[str, FactValue] = {}
    for spec in (guide.specs[fact] for fact in guide.step(step).step.sets):
        facts = replace(guide.facts, values={**guide.facts.values, **found})
        if not Known(facts, guide.specs).may_meet_all(spec.when):
            continue
        match spec.type:
            case FactType.YES_NO:
                found[spec.id] = True
            case FactType.CHOICE | FactType.CHOICES:
                found[spec.id] = spec.choices[0].id
            case FactType.DATE:
                found[spec.id] = clock.today()
            case FactType.TEXT:
                found[spec.id] = "svar"
            case FactType.LEVEL:
                found[spec.id] = 2
    return found


def test_choosing_the_level_is_a_step_too(desk: Casework, case: CaseSummary, clock: Clock) -> None:
    step = next(
        view for view in desk.guide(case.id).steps if "level" in view.step.sets and view.state is not State.DONE
    )
    assert desk.set_level(case.id, 2, "Har brug for hjælp.").step(step.id).state is State.DONE
    record = desk.case(case.id)
    assert (record.summary.level, record.level_reason) == (2, "Har brug for hjælp.")
    desk.do_step(case.id, step.id, {"level": 4, "level.reason": "Reagerer voldsomt."})
    record = desk.case(case.id)
    assert (record.summary.level, record.level_reason) == (4, "Reagerer voldsomt.")
    for level in (5, 0, 7, -1):
        with pytest.raises(LevelNotDescribed):
            desk.set_level(case.id, level, "fordi")
    with pytest.raises(ReasonNeeded):
        desk.set_level(case.id, 1, "  ")
    with pytest.raises(SeglError):
        desk.do_step(case.id, step.id, {"level": 5, "level.reason": "x"})
    with pytest.raises(FactUnknown):
        desk.set_facts(case.id, {"level": 1})
    assert desk.case(case.id).summary.level == 4


def test_a_step_is_undone_with_its_answers(desk: Casework, case: CaseSummary, clock: Clock) -> None:
    for step in [view.id for view in desk.guide(case.id).next_steps]:
        if state(desk, case, step) not in (State.OPEN, State.DUE):
            continue
        before = desk.case(case.id).facts
        with pytest.raises(StepNotMarked):
            desk.take_up(case.id, step)
        given = answers(desk, case, step, clock)
        guide = desk.do_step(case.id, step, given)
        assert guide.step(step).state is State.DONE
        assert guide.step(step).done_at is not None
        guide = desk.take_up(case.id, step)
        assert guide.step(step).actionable
        assert guide.step(step).done_at is None
        assert desk.case(case.id).facts == before


def test_a_step_is_set_aside_with_a_reason_and_taken_up(desk: Casework, case: CaseSummary) -> None:
    step = desk.guide(case.id).next_steps[0].id
    with pytest.raises(ReasonMissing):
        desk.set_aside(case.id, step, " ")
    guide = desk.set_aside(case.id, step, "Er sket i skolen.")
    aside = guide.step(step).set_aside
    assert aside is not None
    assert aside.reason == "Er sket i skolen."
    assert desk.take_up(case.id, step).step(step).actionable


def test_closing_is_refused_until_the_musts_are_settled(desk: Casework, case: CaseSummary) -> None:
    desk.set_level(case.id, 4, "Trusler.")
    before = entries(desk)
    with pytest.raises(ClosingRefused) as refused:
        desk.close_case(case.id, "Færdig.")
    assert refused.value.exit_code is ExitCode.REFUSED
    assert entries(desk) == before
    while blockers := desk.guide(case.id).blockers:
        desk.set_aside(case.id, blockers[0].id, "Familien ville ikke.")
    with pytest.raises(ReasonNeeded):
        desk.close_case(case.id, "")
    closed = desk.close_case(case.id, "Færdig.")
    assert closed.closed_at is not None
    assert (closed.next_step, closed.overdue) == ("", 0)
    assert desk.cases()[0] == closed
    with pytest.raises(CaseClosed) as shut:
        desk.add_note(case.id, "Mere.")
    assert shut.value.exit_code is ExitCode.REFUSED
    assert desk.reopen_case(case.id, "Nyt billede.").closed_at is None
    with pytest.raises(CaseOpen):
        desk.reopen_case(case.id, "Igen.")
    desk.add_note(case.id, "Mere.")


def test_the_list_follows_the_days(desk: Casework, clock: Clock) -> None:
    case = a_case(desk)
    desk.set_level(case.id, 3, "Panik.")
    now = desk.cases()[0]
    assert now.overdue == 0
    guide = desk.guide(case.id)
    for days in range(1, 40):
        clock.now += timedelta(days=1)
        listed = desk.cases()[0]
        fresh = desk._summary(case.id, desk._guide(case.id))
        assert listed == fresh, days
    assert desk.cases()[0].overdue > 0
    assert guide.next_steps


def test_the_list_is_kept_and_not_made_anew(desk: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        a_case(desk)
    first = desk.cases()
    made: list[str] = []
    guide = desk._guide

    def count(space: str) -> Guide:
        made.append(space)
        return guide(space)

    monkeypatch.setattr(desk, "_guide", count)
    assert desk.cases() == first
    assert made == []
    desk.add_note(first[2].id, "nyt")
    assert desk.cases()[0].id == first[2].id
    assert made == [first[2].id]


def test_a_full_disk_does_not_hide_the_list(desk: Casework, case: CaseSummary) -> None:
    connection = desk._connection
    [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull) as full:
        for _ in range(500):
            desk.add_note(case.id, "hemmeligt " * 100)
    assert "hemmeligt" not in f"{full.value.diagnostics()}{full.value!r}"
    kept = len(desk.case(case.id).notes)
    for _ in range(3):
        assert desk.cases()[0].id == case.id
    connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
    desk.add_note(case.id, "Der er plads igen.")
    assert len(desk.case(case.id).notes) == kept + 1


def test_history_is_in_words_in_both_languages(desk: Casework, case: CaseSummary, clock: Clock) -> None:
    note = desk.add_note(case.id, "Talt med fra.")
    desk.correct_note(case.id, note.id, "Talt med far.", "slåfejl")
    desk.set_level(case.id, 3, "Panik.")
    desk.register_evidence(case.id, EVIDENCE)
    desk.amend_evidence(case.id, "1", EVIDENCE)
    step = desk.guide(case.id).next_steps[0].id
    desk.do_step(case.id, step, answers(desk, case, step, clock), "Blev hos hende.")
    desk.take_up(case.id, step)
    desk.set_aside(case.id, step, "Var ikke nødvendigt.")
    desk.change_person(case.id, desk.case(case.id).people[0].id, PersonDraft(name="Mor", roles=(Role.OTHER,)))
    desk.set_facts(case.id, {"offender.known": desk.guide(case.id).specs["offender.known"].choices[0].id})
    desk.record_seal(
        case.id,
        Sealed(
            path="/media/usb/26.segl.age",
            digest=DIGEST,
            size=5,
            manifest_digest=DIGEST,
            purpose=Purpose.POLICE,
            recipients=("age1x",),
            companions=(),
        ),
    )
    english = desk.history(case.id)
    with speaking("da"):
        danish = desk.history(case.id)
    assert danish[0].words.startswith("Forseglet som 26.segl.age, til: politiet")
    assert "/media" not in danish[0].words
    assert any(line.words == "Niveau 3 valgt: Panik." for line in danish)
    assert any(line.words == "Level 3 chosen: Panik." for line in english)
    assert len(danish) == len(english) == 17
    assert all(one.words != other.words for one, other in zip(danish, english, strict=True))
    assert all(line.author == "Åse Rådgiver" and not line.flags for line in danish)
    assert [line.at for line in danish] == sorted((line.at for line in danish), reverse=True)
    assert desk.history(case.id, newest=3) == english[:3]


def test_a_step_that_is_a_question_gets_no_second_stop(desk: Casework) -> None:
    case = desk.new_case(Intake(title="Et møde", kind="mentoring", stand_in="Bo")).id
    desk.do_step(case, "ask-meeting", {"meeting.planned": True}, note="Hun sagde det selv.")
    desk.set_aside(case, "sign-money", "Er talt om.")
    desk.take_up(case, "ask-meeting")
    aside, done = desk.history(case, newest=3)[1:]
    assert done.words == "Done: Is a meeting coming up? Is a meeting coming up? yes. Hun sagde det selv."
    assert aside.words == f"Set aside: {desk.guide(case).step('sign-money').step.title.en} Reason: Er talt om."
    assert "?." not in aside.words


def test_a_hold_that_may_be_passed_is_passed_with_a_reason(desk: Casework, case: CaseSummary, clock: Clock) -> None:
    step = "internal-cooperation"
    reported: dict[str, FactValue] = {"report.status": "made", "report.by": "parents", "report.on": clock.today()}
    desk.set_facts(case.id, {"handling.internal": True, **reported})
    assert state(desk, case, step) is State.HELD
    with pytest.raises(ReasonMissing):
        desk.go_past(case.id, step, " ")
    assert desk.go_past(case.id, step, "Aftalt pr. telefon.").step(step).actionable
    assert desk.history(case.id, newest=1)[0].words.endswith("Reason: Aftalt pr. telefon.")
    assert not desk.take_up(case.id, step).step(step).actionable


def test_an_export_has_all_that_is_signed(desk: Casework, case: CaseSummary) -> None:
    desk.add_note(case.id, "Til politiet.")
    other = a_case(desk, "En anden")
    export = desk.export_case(case.reference)
    assert export.record == desk.case(case.id)
    assert export.card == desk.key_card()
    assert export.office == desk.office()
    assert {verify(entry).space for entry in export.entries} == {case.id}
    assert len(export.entries) == len(export.history) == 7
    assert [entry.id for entry in export.entries] == [line.entry for line in export.history]
    assert [read(entry).header.sequence for entry in export.entries] == list(range(1, 8))
    assert other.reference not in export.checkpoint.text


def test_an_export_speaks_the_language_of_the_order(desk: Casework, case: CaseSummary) -> None:
    desk.add_note(case.id, "Til politiet.")
    before = current_language()
    words = {language: desk.export_case(case.id, language).history[-1].words for language in LANGUAGES}
    assert words == {"da": "Notat: Til politiet.", "en": "Note: Til politiet."}
    assert desk.export_case(case.id).history[-1].words == words[before]
    assert current_language() == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE standing SET value = replace(value, 'Til politiet.', 'Til ingen.') WHERE subject LIKE 'note/%'",
        "DELETE FROM standing WHERE subject LIKE 'note/%'",
        "UPDATE case_file SET reference = '26-AAAAA'",
        "UPDATE tally SET changed_at = '2020-01-01T00:00:00Z'",
    ],
)
def test_what_the_tables_say_against_the_journal_is_not_passed_on(
    desk: Casework, case: CaseSummary, change: str
) -> None:
    desk.add_note(case.id, "Til politiet.")
    desk.export_case(case.id)
    desk._connection.execute(change)
    with pytest.raises(JournalDamaged) as caught:
        desk.export_case(case.id)
    assert caught.value.faults == ("projection-differs",)
    assert repair_projections(desk._vault).well
    assert desk.export_case(case.id).record.notes[-1].versions[-1].text == "Til politiet."


def test_drafts_survive_closing_and_are_in_no_journal(tmp_path: Path) -> None:
    desk = set_up_desk(tmp_path)
    before = entries(desk)
    desk.save_draft("note/1", "Halvt skrev")
    desk.save_draft("note/1", "Halvt skrevet")
    desk.save_draft("note/2", "x")
    desk.drop_draft("note/2")
    desk.save_draft("note/3", "x")
    desk.save_draft("note/3", "")
    assert entries(desk) == before
    desk.close()
    desk = open_desk(tmp_path)
    assert desk.drafts() == {"note/1": "Halvt skrevet"}
    desk.close()


def test_closing_twice_does_nothing(tmp_path: Path) -> None:
    with set_up_desk(tmp_path) as desk:
        a_case(desk)
        desk.close()
    desk.close()
    with open_desk(tmp_path) as again:
        assert len(again.cases()) == 1


def test_everything_is_there_after_closing(tmp_path: Path) -> None:
    desk = set_up_desk(tmp_path)
    case = a_case(desk)
    desk.set_level(case.id, 2, "Har brug for hjælp.")
    record, history, cases = desk.case(case.id), desk.history(case.id), desk.cases()
    card = desk.key_card()
    desk.close()
    desk = open_desk(tmp_path)
    assert desk.case(case.id) == record
    assert desk.history(case.id) == history
    assert desk.cases() == cases
    assert desk.key_card() == card
    desk.close()


def test_a_case_keeps_the_playbooks_it_began_under(
    desk: Casework, case: CaseSummary, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = desk.guide(case.id)
    monkeypatch.setattr("guidance.loader.INDEX", {})
    monkeypatch.setattr("store.cases.steps._books", {})
    assert desk.guide(case.id) == before


def test_a_workplace_case_takes_in_the_model_and_the_card_when_images_turn_out_to_be_shared(desk: Casework) -> None:
    opened = desk.new_case(Intake(title="Hetz", kind="workplace", stand_in="Bo"))
    assert [book.id for book in desk.guide(opened.id).playbooks] == ["workplace-plan"]
    desk.set_facts(opened.id, {"images.shared": False})
    assert len(desk.guide(opened.id).playbooks) == 1
    guide = desk.set_facts(opened.id, {"images.shared": True})
    assert [book.id for book in guide.playbooks] == ["action-card", "handling-model", "workplace-plan"]
    assert desk.set_facts(opened.id, {"images.shared": False}).playbooks == guide.playbooks
    pinned = [line for line in desk.history(opened.id) if line.kind == "playbook.pinned"]
    assert len(pinned) == 3
    known = Intake(title="Billede", kind="workplace", facts={"images.shared": True}, stand_in="Bo")
    assert desk.guide(desk.new_case(known).id).playbooks == guide.playbooks


def test_no_error_repeats_what_somebody_wrote(desk: Casework, case: CaseSummary) -> None:
    secret = "hemmeligt navn"
    for fails in (
        lambda: desk.set_facts(case.id, {"offender.known": secret}),
        lambda: desk.do_step(case.id, "police-decision", {"police.decision.on": secret}),
        lambda: desk.correct_note(case.id, secret, secret, secret),
        lambda: desk.add_person(case.id, PersonDraft(name=secret, roles=(Role.OTHER,), authority_over=(secret,))),
        lambda: desk.register_evidence(case.id, EvidenceDraft(digest=secret, name=secret)),
        lambda: desk.close_case(case.id, secret),
    ):
        with pytest.raises(SeglError) as error:
            fails()
        said = error.value.diagnostics()
        assert secret not in f"{said}{error.value!r}{error.value.__dict__.keys()}"


_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)
_acts = st.lists(
    st.tuples(
        st.sampled_from(["new", "note", "correct", "do", "aside", "take up", "level", "person", "evidence", "close"]),
        st.integers(0, 50),
        _text,
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_acts)
def test_whatever_is_done_the_vault_is_well(acts: list[tuple[str, int, str]], tmp_path_factory: object) -> None:
    assert isinstance(tmp_path_factory, pytest.TempPathFactory)
    clock = Clock()
    path = tmp_path_factory.mktemp("any")
    desk = set_up_desk(path, clock=clock)
    a_case(desk)
    for act, number, text in acts:
        case = desk.cases()[number % len(desk.cases())]
        steps = desk.guide(case.id).next_steps
        step = steps[number % len(steps)].id
        try:
            match act:
                case "new":
                    desk.new_case(Intake(title=text, happened=text, stand_in=text))
                case "note":
                    desk.add_note(case.id, text)
                case "correct":
                    desk.correct_note(case.id, desk.case(case.id).notes[0].id, text, text)
                case "do":
                    desk.do_step(case.id, step, answers(desk, case, step, clock), text)
                case "aside":
                    desk.set_aside(case.id, step, text)
                case "take up":
                    desk.take_up(case.id, desk.guide(case.id).steps[number % 40].id)
                case "level":
                    desk.set_level(case.id, number % 6, text)
                case "person":
                    desk.add_person(case.id, PersonDraft(name=text, roles=(Role.OTHER,)))
                case "evidence":
                    desk.register_evidence(case.id, EvidenceDraft(digest=DIGEST, name=text))
                case "close":
                    desk.close_case(case.id, text)
        except SeglError:
            continue
        desk.case(case.id)
        desk.history(case.id)
    assert check(desk._vault).findings == ()
    desk.close()
