"""Sessions, consents, recordings, what is shared, and the policy: refused and allowed."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from guidance.mentoring import AccessRefused, DisclosureRefused, Part, RecordingRefused, SessionRefused
from store.bundle.errors import AlreadyThere
from store.cases.access import Act
from store.cases.errors import DigestInvalid, TextMissing
from store.casework import Casework
from store.cpr import CprNoticed, Leaving
from store.doctor import check
from store.programme.desk import ThingUnknown
from store.programme.errors import DayNotValid, MentoringEnded, ParticipantUnfit, RecordingGone
from store.programme.export_file import SORTS, write_programme
from store.programme.model import DutyKind, PolicyDraft, ProgrammeExport
from store.programme.session_model import RecordingDraft, Session, SessionDraft
from tests.store.desk import BEGIN, DIGEST, open_desk, set_up_desk
from tests.store.programme.office import (
    REASON,
    TODAY,
    YESTERDAY,
    a_mentee,
    a_mentor,
    a_pair,
    a_session,
    somebody,
    vetted,
)

RECORDING = RecordingDraft(digest=DIGEST, place="Kontorets drev", holder="Åse")
SECRET = "Hun fortalte om skilsmissen."


def test_a_session_on_another_platform_is_flagged_and_one_on_an_approved_is_not(desk: Casework) -> None:
    session = a_session(desk)
    assert session.approved
    other = desk.add_session(session.mentoring, SessionDraft(at=BEGIN, platform="Et spil"))
    assert not other.approved
    desk.approve_platforms(("Mødestedet", "Et spil"))
    assert not desk.session(other.id).approved


def test_a_mentor_who_is_not_accepted_is_brought_together_with_nobody(desk: Casework) -> None:
    mentee = a_mentee(desk)
    with pytest.raises(SessionRefused) as refused:
        desk.begin_mentoring(vetted(desk).id, mentee.id, on=TODAY)
    assert refused.value.rule == "vetting-before-acceptance"
    assert desk.begin_mentoring(a_mentor(desk, "Dan").id, mentee.id, on=TODAY).mentor_name == "Dan"


def test_who_is_brought_together_fits(desk: Casework) -> None:
    both = vetted(desk, "Kim", Part.MENTOR, Part.MENTEE)
    desk.accept_mentor(both.id, REASON)
    mentee = a_mentee(desk)
    for mentor, other in ((mentee.id, both.id), (both.id, somebody(desk, "Bo").id), (both.id, both.id)):
        with pytest.raises(ParticipantUnfit):
            desk.begin_mentoring(mentor, other, on=TODAY)
    desk.begin_mentoring(both.id, mentee.id, on=TODAY)
    with pytest.raises(ParticipantUnfit):
        desk.begin_mentoring(both.id, mentee.id, on=TODAY)


def test_a_mentoring_that_has_ended_takes_no_sessions(desk: Casework) -> None:
    pair = a_pair(desk)
    ended = desk.end_mentoring(pair.id, "Menteen følte sig ikke tryg.")
    assert (ended.early, ended.ended_on) == (True, TODAY)
    with pytest.raises(MentoringEnded):
        desk.add_session(pair.id, SessionDraft(at=BEGIN, platform="X"))
    with pytest.raises(MentoringEnded):
        desk.end_mentoring(pair.id, REASON)


def test_a_recording_takes_both_consents(desk: Casework) -> None:
    session = a_session(desk)
    with pytest.raises(RecordingRefused) as refused:
        desk.register_recording(session.id, RECORDING)
    assert refused.value.lacking == (Part.MENTOR, Part.MENTEE)
    desk.give_consent(session.id, session.mentor, on=YESTERDAY, how="Skriftligt.")
    with pytest.raises(RecordingRefused) as refused:
        desk.register_recording(session.id, RECORDING)
    assert refused.value.lacking == (Part.MENTEE,)
    assert not desk.session(session.id).recordings
    both = desk.give_consent(session.id, session.mentee, on=YESTERDAY, how="Mundtligt, til Åse.")
    assert both.may_record
    [kept] = desk.register_recording(session.id, RECORDING).recordings
    assert (kept.digest, kept.place, kept.holder, kept.to_remove) == (DIGEST, "Kontorets drev", "Åse", None)


def test_where_a_recording_lies_is_told_with_a_reason_or_where_it_has_to_be_removed(tmp_path: Path) -> None:
    with set_up_desk(tmp_path) as desk:
        session = a_session(desk, consents=True)
        [recording] = desk.register_recording(session.id, RECORDING).recordings
    with open_desk(tmp_path) as desk:
        for shown in (desk.session(session.id), *desk.programme().sessions):
            assert [(one.place, one.holder, one.digest) for one in shown.recordings] == [("", "", DIGEST)]
        with pytest.raises(AccessRefused):
            desk.access_recording(recording.id, "review", " ")
        assert desk.session(session.id).recordings[0].place == ""
        assert desk.access_recording(recording.id, "review", "Klage").place == "Kontorets drev"
        assert desk.session(session.id).recordings[0].holder == "Åse"
        [line] = desk.lookup_log().lines
        assert (line.act, line.about) == (Act.RECORDING, "Bo – Eva")
        assert line.words.endswith(": Klage")
    with open_desk(tmp_path) as desk:
        assert desk.programme().sessions[0].recordings[0].place == ""
        desk.withdraw_consent(session.id, session.mentor, on=YESTERDAY, how="Mundtligt.")
        assert desk.session(session.id).recordings[0].place == "Kontorets drev"


def test_to_the_person_concerned_the_reason_goes_without_names_however_short(desk: Casework) -> None:
    session = a_session(desk, consents=True)
    [recording] = desk.register_recording(session.id, RECORDING).recordings
    desk.access_recording(recording.id, "review", "Bo klagede over Evas ord")
    [line] = desk.lookup_log().lines
    assert "Bo klagede over Evas ord" in line.words
    [given] = desk.lookup_log(for_person=True).lines
    assert "klagede over" in given.words
    assert not {"Bo", "Eva", "Evas"} & set(given.words.replace(":", " ").split())


def test_only_digest_place_and_holder_are_kept_of_a_recording(desk: Casework) -> None:
    assert [field.name for field in dataclasses.fields(RecordingDraft)] == ["digest", "place", "holder"]
    session = a_session(desk, consents=True)
    with pytest.raises(DigestInvalid):
        desk.register_recording(session.id, dataclasses.replace(RECORDING, digest="sha256:12"))
    with pytest.raises(TextMissing):
        desk.register_recording(session.id, dataclasses.replace(RECORDING, holder=" "))


def test_consent_is_that_of_the_two_who_were_there(desk: Casework) -> None:
    session = a_session(desk)
    with pytest.raises(ParticipantUnfit):
        desk.give_consent(session.id, a_mentee(desk, "Ida").id, on=YESTERDAY, how="Skriftligt.")
    with pytest.raises(TextMissing):
        desk.give_consent(session.id, session.mentor, on=YESTERDAY, how="")
    with pytest.raises(DayNotValid):
        desk.give_consent(session.id, session.mentor, on=TODAY + timedelta(days=1), how="Skriftligt.")


def test_every_access_gives_its_reason_and_is_kept(desk: Casework) -> None:
    session = a_session(desk, consents=True)
    [recording] = desk.register_recording(session.id, RECORDING).recordings
    for ground, reason in (("review", "  "), ("curiosity", "Jeg vil se den."), ("", "Jeg vil se den.")):
        with pytest.raises(AccessRefused):
            desk.access_recording(recording.id, ground, reason)
    assert not desk.session(session.id).recordings[0].accesses
    desk.access_recording(recording.id, "review", "En klage over tonen.")
    seen = desk.access_recording(recording.id[:6], "dispute", "De er uenige om, hvad der blev sagt.")
    assert [(one.ground.value, one.reason, one.by) for one in seen.accesses] == [
        ("review", "En klage over tonen.", "Åse Rådgiver"),
        ("dispute", "De er uenige om, hvad der blev sagt.", "Åse Rådgiver"),
    ]


def test_a_withdrawn_consent_opens_the_removal_until_it_is_done(desk: Casework) -> None:
    session = a_session(desk, consents=True)
    [recording] = desk.register_recording(session.id, RECORDING).recordings
    assert not [one for one in desk.programme_duties() if one.kind is DutyKind.REMOVE_RECORDING]
    after = desk.withdraw_consent(session.id, session.mentee, on=YESTERDAY, how="Ringede.")
    assert [one.given for one in after.consents] == [True, True, False]
    [duty] = [one for one in desk.programme_duties() if one.kind is DutyKind.REMOVE_RECORDING]
    assert (duty.about, duty.due_on, duty.overdue) == (recording.id, YESTERDAY, True)
    with pytest.raises(RecordingRefused):
        desk.register_recording(session.id, RECORDING)
    with pytest.raises(RecordingRefused):
        desk.access_recording(recording.id, "review", "En klage.")
    with pytest.raises(TextMissing):
        desk.remove_recording(recording.id, on=TODAY, how="")
    gone = desk.remove_recording(recording.id, on=TODAY, how="Slettet fra drevet, set efter.")
    assert (gone.removed_on, gone.to_remove) == (TODAY, None)
    assert not [one for one in desk.programme_duties() if one.kind is DutyKind.REMOVE_RECORDING]
    with pytest.raises(RecordingGone):
        desk.access_recording(recording.id, "review", "En klage.")


def test_what_is_shared_has_no_field_in_what_leaves(desk: Casework) -> None:
    session = a_session(desk, content=SECRET)
    assert desk.session_content(session.id) == (SECRET,)
    assert session.has_content
    assert not {"content", "text", "shared"} & {field.name for field in dataclasses.fields(Session)}
    export = desk.export_programme()
    assert SECRET not in repr(export)
    assert SECRET not in repr(desk.programme())


def test_what_is_shared_leaves_only_where_it_is_chosen_with_a_reason(desk: Casework) -> None:
    session = a_session(desk, content=SECRET)
    with pytest.raises(DisclosureRefused):
        desk.export_programme((session.id,), " ")
    entries = _kinds(desk)
    export = desk.export_programme((session.id,), "Retten har bedt om det.")
    assert export.content == {session.id: (SECRET,)}
    assert export.reason == "Retten har bedt om det."
    assert _kinds(desk) == [*entries, "session.disclosed"]
    with pytest.raises(ThingUnknown):
        desk.export_programme(("ffff",), REASON)


def _kinds(desk: Casework) -> list[str]:
    return [kind for (kind,) in desk._connection.execute("SELECT kind FROM entry ORDER BY arrival")]


def test_a_cpr_number_is_asked_about_before_the_programme_leaves(desk: Casework) -> None:
    with desk.allowing_cpr():
        somebody(desk, "Bo, 010190-1234")
    before = len(desk.programme().participants)
    with pytest.raises(CprNoticed) as refused:
        desk.export_programme()
    assert refused.value.leaving is Leaving.EXPORTED
    assert "1234" not in refused.value.diagnostics().happened
    with desk.allowing_cpr():
        assert len(desk.export_programme().participants) == before


@pytest.mark.parametrize("where", ["consent", "place", "access", "removed", "content"])
def test_every_text_that_would_leave_is_looked_through(desk: Casework, where: str) -> None:
    number = "010190-1234"
    said = dict.fromkeys(("consent", "place", "access", "removed", "content"), "Aftalt.") | {where: number}
    with desk.allowing_cpr():
        session = a_session(desk, content=said["content"])
        for person in (session.mentor, session.mentee):
            desk.give_consent(session.id, person, on=TODAY, how=said["consent"])
        draft = dataclasses.replace(RECORDING, place=said["place"])
        [recording] = desk.register_recording(session.id, draft).recordings
        desk.access_recording(recording.id, "review", said["access"])
        desk.remove_recording(recording.id, on=TODAY, how=said["removed"])
    with pytest.raises(CprNoticed) as refused:
        desk.export_programme((session.id,), REASON)
    assert len(refused.value.fields) == 1
    if where == "content":
        desk.export_programme()


def test_a_file_of_the_programme_is_an_entry_that_is_shown_ever_after(desk: Casework, tmp_path: Path) -> None:
    session = a_session(desk, content=SECRET)
    why = "Retten har bedt om det."
    for sort in SORTS:
        plain = desk.export_programme()
        made = write_programme(plain, tmp_path / f"plain.{sort}", sort)
        desk.record_programme_export(made, plain)
        text = Path(made.path).read_text(encoding="utf-8")
        assert "Bo" in text and SECRET not in text
        chosen = desk.export_programme((session.id,), why)
        made = write_programme(chosen, tmp_path / f"chosen.{sort}", sort)
        desk.record_programme_export(made, chosen)
        text = Path(made.path).read_text(encoding="utf-8")
        assert SECRET in text and why in text
        assert made.digest == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
        assert Path(made.path).stat().st_mode & 0o777 == 0o600
        exports = desk.programme().exports
        assert {("", ""), (Path(made.path).name, made.digest)} <= {(one.name, one.digest) for one in exports}
        assert all(one.reason == why for one in exports if one.sessions)
    with pytest.raises(AlreadyThere):
        write_programme(plain, tmp_path / "plain.html", "html")
    assert [one.sessions for one in exports].count((session.id,)) == 4
    assert check(desk._vault).well


def test_a_page_of_the_programme_keeps_what_people_wrote_as_text(desk: Casework, tmp_path: Path) -> None:
    a_mentor(desk, "<script>alert(1)</script>")
    made = write_programme(desk.export_programme(), tmp_path / "p.html", "html")
    text = Path(made.path).read_text(encoding="utf-8")
    assert "<script" not in text and "&lt;script&gt;" in text


def test_no_concern_and_no_word_of_one_is_in_an_export(desk: Casework) -> None:
    names = {field.name for field in dataclasses.fields(ProgrammeExport)}
    assert not {"concerns", "duties"} & names
    assert desk.export_programme().participants == ()


def test_the_policy_has_versions_and_who_read_which(desk: Casework) -> None:
    mentor = a_mentor(desk)
    first = desk.publish_policy(
        PolicyDraft(title="Sikkerhed", review_on=TODAY + timedelta(days=30), text="Vi passer på.")
    )
    assert (first.version, first.digest) == (1, f"sha256:{hashlib.sha256('Vi passer på.'.encode()).hexdigest()}")
    read = desk.read_policy("1", mentor.id, on=TODAY)
    assert [(one.name, one.on) for one in read.read_by] == [("Bo", TODAY)]
    second = desk.publish_policy(PolicyDraft(title="Sikkerhed", review_on=TODAY + timedelta(days=1), digest=DIGEST))
    assert (second.version, second.read_by) == (2, ())
    assert desk.participant(mentor.id).policy_read == 1
    assert [one.version for one in desk.programme().policies] == [2, 1]


def test_the_next_review_of_the_policy_falls_due(desk: Casework) -> None:
    desk.publish_policy(PolicyDraft(title="Sikkerhed", review_on=TODAY + timedelta(days=1), text="x"))
    assert not desk.programme_duties()
    clock = desk._clock
    clock.now += timedelta(days=2)  # type: ignore[attr-defined]
    [duty] = desk.programme_duties()
    assert (duty.kind, duty.overdue, duty.who) == (DutyKind.POLICY_REVIEW, True, "Sikkerhed")


@pytest.mark.parametrize(
    "draft",
    [
        PolicyDraft(title=" ", review_on=TODAY + timedelta(days=1), text="x"),
        PolicyDraft(title="A", review_on=TODAY + timedelta(days=1)),
        PolicyDraft(title="A", review_on=TODAY, text="x"),
        PolicyDraft(title="A", review_on=TODAY + timedelta(days=1), digest="md5:1"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(desk: Casework, draft: PolicyDraft) -> None:
    with pytest.raises((TextMissing, DayNotValid, DigestInvalid)):
        desk.publish_policy(draft)
    assert not desk.programme().policies
