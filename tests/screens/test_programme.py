"""The mentorship programme on the screen: its main path by keys alone, and what it never shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from guidance.mentoring import Missing, Opinion, Part, Verified
from screens.case_list import CaseListScreen
from screens.confirm import Confirm
from screens.failure import FailureScreen
from screens.programme import ProgrammeScreen
from screens.programme_export import ProgrammeExportScreen
from screens.programme_form import Answers, ProgrammeForm, parse_clock
from screens.programme_person import ParticipantScreen
from screens.reason import ReasonScreen
from screens.today import TodayScreen
from screens.widgets.choices import Choices
from screens.widgets.text_area import PlainArea
from screens.words import today
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary
from store.programme.concern_model import CameHow, Concern, ConcernDraft
from store.programme.model import PolicyDraft
from store.programme.people import draft_of
from store.programme.people_model import Interview, Mentoring, Participant, ParticipantDraft, Reference, Verification
from store.programme.session_model import RecordingDraft, Session, SessionDraft
from tests.screens.conftest import SET_UP, press, settle, text_of
from tests.screens.test_hostile import _STEERING as STEERING
from tests.screens.test_hostile import PAYLOADS

Show = Callable[[Callable[[], Any]], Any]
DAY = today() - timedelta(days=1)
TABS = dict(zip(ProgrammeScreen.PANES, "123456", strict=True))
CONFIRM = ("tab", "enter")
SECRET = "Hun fortalte om skilsmissen."


async def vetted(client: VaultClient, name: str = "Bo Berg") -> Participant:
    """A mentor whose vetting is whole."""
    person = await client.do(Casework.add_participant, ParticipantDraft(name=name, parts=(Part.MENTOR,)))
    for what in Verified:
        found = Verification(what=what, confirmed=True, how="Ringede.", on=DAY)
        await client.do(Casework.verify_background, person.id, found)
    reference = Reference(name="En leder", contacted_on=DAY, by="Ravn", opinion=Opinion.RECOMMENDS)
    await client.do(Casework.record_reference, person.id, reference)
    interview = Interview(on=DAY, by="Ravn", motivation="a", role="b", safety="c", commits=True)
    return await client.do(Casework.record_interview, person.id, interview)


@pytest.fixture
async def pair(client: VaultClient) -> Mentoring:
    """A mentor and a mentee together."""
    mentor = await vetted(client)
    await client.do(Casework.accept_mentor, mentor.id, "Alt er set efter.")
    mentee = await client.do(Casework.add_participant, ParticipantDraft(name="Eva", parts=(Part.MENTEE,)))
    return await client.do(Casework.begin_mentoring, mentor.id, mentee.id, on=DAY)


@pytest.fixture
async def session(client: VaultClient, pair: Mentoring) -> Session:
    """A session with a recording, and something that was shared."""
    at = datetime.combine(DAY, time(12), tzinfo=UTC)
    found = await client.do(Casework.add_session, pair.id, SessionDraft(at=at, platform="Et spil", content=SECRET))
    for person in (pair.mentor, pair.mentee):
        await client.do(Casework.give_consent, found.id, person, on=DAY, how="Skriftligt.")
    draft = RecordingDraft(digest="sha256:" + "5e" * 32, place="Drevet", holder="Ravn")
    return await client.do(Casework.register_recording, found.id, draft)


@pytest.fixture
async def concern(client: VaultClient, pair: Mentoring) -> Concern:
    """A concern about the mentor."""
    at = datetime.combine(DAY, time(12), tzinfo=UTC)
    draft = ConcernDraft(
        kind="private-meeting", what="Pressede på.", came_how=CameHow.TALK, received_at=at, about=pair.mentor
    )
    return await client.do(Casework.take_in_concern, draft)


async def test_the_case_list_leads_there_and_back(show: Show) -> None:
    async with show(CaseListScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "m")
        assert isinstance(pilot.app.screen, ProgrammeScreen)
        text = text_of(pilot.app)
        assert "Straffeattest: slået FRA i dette program." in text
        assert "Ingen frister." in text
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, CaseListScreen)


async def test_today_says_what_the_programme_has_to_do(show: Show, concern: Concern) -> None:
    assert concern.ends
    async with show(TodayScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Mentorprogram: 2 ting at gøre. Tryk m. ! 2 overskredne" in text_of(pilot.app)
        await press(pilot, "m")
        assert isinstance(pilot.app.screen, ProgrammeScreen)


async def test_today_says_nothing_of_a_programme_that_is_not_there(show: Show, case: CaseSummary) -> None:
    assert case.reference
    async with show(TodayScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Mentorprogram" not in text_of(pilot.app)


async def test_each_empty_pane_says_what_to_press(show: Show) -> None:
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for pane, words in (
            ("people", "Tryk o for at registrere en person"),
            ("pairs", "Tryk o for at sætte to personer sammen"),
            ("sessions", "Ingen møder endnu"),
            ("concerns", "Tryk o for at tage imod en"),
            ("policy", "Tryk o for at sætte en version i kraft"),
        ):
            await press(pilot, TABS[pane])
            assert words in text_of(pilot.app)
        await press(pilot, TABS["pairs"], "o")
        assert "Registrér først en mentor og en mentee." in text_of(pilot.app)


async def test_from_registering_to_accepting_by_keys(show: Show, client: VaultClient) -> None:
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["people"], "o")
        assert isinstance(pilot.app.screen, ProgrammeForm)
        await press(pilot, "ctrl+s")
        assert "Mangler et svar: Navn" in text_of(pilot.app)
        await press(pilot, "=Bo Berg", "tab", "space", "ctrl+s")
        [person] = await client.do(Casework.participants)
        assert (person.name, person.parts) == ("Bo Berg", (Part.MENTOR,))
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, ParticipantScreen)
        text = text_of(pilot.app)
        assert "Mangler: uddannelse bekræftet, arbejdserfaring bekræftet" in text
        assert "slået FRA i dette program" in text
        await press(pilot, "a")
        assert isinstance(pilot.app.screen, FailureScreen)
        assert "personlig reference, samtalen." in text_of(pilot.app)
        await press(pilot, "escape")
        for what in ("=Eksamensbeviset", "=Ringede"):
            await press(pilot, "down", "enter", "1", "tab", what, "tab", "=-1d", "ctrl+s")
        assert "Mangler: mindst én personlig reference, samtalen" in text_of(pilot.app)
        await press(pilot, "down", "enter", "=En leder", "tab", "tab", "=-1d", "tab", "=Ravn", "tab", "1", "ctrl+s")
        await press(pilot, "down", "enter", "=Vil hjælpe", "tab", "=En mentor", "tab", "=Regler", "tab", "1")
        await press(pilot, "tab", "=-1d", "tab", "=Ravn", "ctrl+s")
        assert "Der mangler ikke noget. Tryk a for at godkende." in text_of(pilot.app)
        await press(pilot, "a")
        assert isinstance(pilot.app.screen, ReasonScreen)
        await press(pilot, "=Alt er set efter", "ctrl+s")
        [person] = await client.do(Casework.participants)
        assert person.accepted
        assert "godkendt" in text_of(pilot.app)


async def test_suspending_and_lifting_it(show: Show, client: VaultClient, pair: Mentoring) -> None:
    async with show(lambda: ParticipantScreen(pair.mentor)).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "s", "=En klage", "ctrl+s")
        assert "suspenderet" in text_of(pilot.app)
        assert "Ophæv" in text_of(pilot.app)
        await press(pilot, "s", "=Undersøgt", "ctrl+s")
        changes = (await client.do(Casework.participant, pair.mentor)).changes
        assert [one.state for one in changes] == ["accepted", "suspended", "resumed"]
        await press(pilot, "x", "=Slut", "ctrl+s")
        assert "Hvornår skal der ses på, om det stadig skal gemmes" in text_of(pilot.app)
        await press(pilot, "enter")
        assert "deltager ikke længere" in text_of(pilot.app)
        await press(pilot, "s", "a", "c", "g")
        assert isinstance(pilot.app.screen, ParticipantScreen)


async def test_a_session_on_another_platform_is_flagged(show: Show, client: VaultClient, pair: Mentoring) -> None:
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["pairs"], "m", "=-1d", "tab", "=14.30", "tab", "=Et spil", "ctrl+s")
        [session] = (await client.do(Casework.programme)).sessions
        assert (session.platform, session.approved) == ("Et spil", False)
        assert session.at.astimezone().strftime("%H:%M") == "14:30"
        assert "! platform ikke godkendt" in text_of(pilot.app)


async def test_a_recording_is_offered_only_with_both_consents(show: Show, client: VaultClient, pair: Mentoring) -> None:
    draft = SessionDraft(at=datetime.combine(DAY, time(12), tzinfo=UTC), platform="X")
    session = await client.do(Casework.add_session, pair.id, draft)
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["sessions"], "r")
        assert isinstance(pilot.app.screen, ProgrammeScreen)
        for number in "12":
            await press(pilot, "c", number, "tab", "=Skriftligt", "tab", "=-1d", "ctrl+s")
        await press(pilot, "r", "=" + "5e" * 32, "tab", "=Drevet", "tab", "=Ravn", "ctrl+s")
        [kept] = (await client.do(Casework.session, session.id)).recordings
        assert kept.digest == "sha256:" + "5e" * 32
        await press(pilot, "a", "1", "ctrl+s")
        assert "Mangler et svar" in text_of(pilot.app)
        await press(pilot, "=En klage", "ctrl+s")
        [kept] = (await client.do(Casework.session, session.id)).recordings
        assert [one.reason for one in kept.accesses] == ["En klage"]


async def test_a_withdrawn_consent_leads_to_the_removal(show: Show, client: VaultClient, session: Session) -> None:
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["sessions"], "w", "2", "tab", "=Ringede", "tab", "=i dag", "ctrl+s")
        assert "! fjern optagelsen" in text_of(pilot.app)
        await press(pilot, TABS["due"])
        assert "Fjern en optagelse" in text_of(pilot.app)
        await press(pilot, "home", "enter", "d", "=Slettet", "tab", "=i dag", "ctrl+s")
        [kept] = (await client.do(Casework.session, session.id)).recordings
        assert kept.removed_on == today()
        assert "! fjern optagelsen" not in text_of(pilot.app)


async def test_what_was_shared_is_seen_only_when_asked_for(show: Show, session: Session) -> None:
    assert session.has_content
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["sessions"])
        assert SECRET not in text_of(pilot.app)
        await press(pilot, "v")
        assert SECRET in text_of(pilot.app)


async def test_a_concern_is_taken_in_and_opens_the_ending(show: Show, client: VaultClient, pair: Mentoring) -> None:
    async with show(ProgrammeScreen).run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["concerns"], "o")
        assert "ikke din skyld" in text_of(pilot.app)
        await press(pilot, *["down"] * 15, "space", "tab", "1", "tab", "tab", "=Pressede", "tab", "1", "tab")
        await press(pilot, "=-1d", "ctrl+s")
        [taken] = await client.do(Casework.concerns)
        assert (taken.kind, taken.about, taken.ends) == ("private-meeting", pair.mentor, True)
        assert "Har presset på for at mødes et privat sted: Bo Berg" in text_of(pilot.app)
        await press(pilot, TABS["pairs"])
        assert "! skal afsluttes" in text_of(pilot.app)
        await press(pilot, "x", "=Pres", "ctrl+s", "=+5y", "enter")
        [ended] = (await client.do(Casework.programme)).mentorings
        assert ended.ended_on == today()
        await press(pilot, TABS["concerns"], "n", "=Talte med begge", "ctrl+s", "x", "1", "tab", "=Slut", "ctrl+s")
        [closed] = await client.do(Casework.concerns)
        assert (closed.outcome, [note.text for note in closed.notes]) == ("founded", ["Talte med begge"])


async def test_a_concern_needs_one_of_the_two_answers_about_whom(show: Show, client: VaultClient) -> None:
    async with show(ProgrammeScreen).run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["concerns"], "o")
        form = pilot.app.screen
        form.query_one("#kind", Choices).put(chosen=["spam"])
        form.query_one("#what", PlainArea).text = "Sendte reklame."
        form.query_one("#how", Choices).put(chosen=["talk"])
        form.query_one("#on", Input).value = "-1d"
        await press(pilot, "ctrl+s")
        assert "Mangler et svar: Hvem handler det om?" in text_of(pilot.app)
        assert await client.do(Casework.concerns) == ()
        form.query_one("#about_name", Input).value = "En ukendt"
        await press(pilot, "ctrl+s")
        [taken] = await client.do(Casework.concerns)
        assert taken.about_name == "En ukendt"


async def test_a_check_in_needs_words_where_something_is_amiss(show: Show, client: VaultClient) -> None:
    mentee = await client.do(Casework.add_participant, ParticipantDraft(name="Liv", parts=(Part.MENTEE,)))
    async with show(lambda: ParticipantScreen(mentee.id)).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "c")
        shown = text_of(pilot.app)
        assert "Med ord; skal skrives, hvis et af svarene er nej" in shown
        assert "kan udelades" not in shown
        await press(pilot, "2", "tab", "1", "tab", "tab", "=-1d", "ctrl+s")
        assert "Mangler et svar: Med ord" in text_of(pilot.app)
        await press(pilot, "shift+tab", "shift+tab", "1", "ctrl+s")
        [kept] = (await client.do(Casework.participant, mentee.id)).check_ins
        assert (kept.goes_well, kept.text) == (True, "")


async def test_naming_readers_says_where_the_concern_goes(show: Show, concern: Concern) -> None:
    assert concern.ends
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["concerns"])
        assert "deres egen boks" not in text_of(pilot.app)
        await press(pilot, "l")
        shown = " ".join(text_of(pilot.app).split())
        assert "vises i deres egen boks; aldrig til den, det handler om" in shown


async def test_nothing_hints_at_a_concern_about_whoever_looks(
    show: Show, client: VaultClient, pair: Mentoring, concern: Concern
) -> None:
    """Control first: anybody else sees it in three places."""

    async def everything() -> str:
        async with show(ProgrammeScreen).run_test(size=(100, 30)) as pilot:
            await settle(pilot)
            shown = []
            for key in TABS.values():
                await press(pilot, key)
                shown.append(text_of(pilot.app))
            return "\n".join(shown)

    words = ("Har presset på", "Tag hånd om en bekymring", "skal afsluttes", "Pressede på.")
    before = await everything()
    assert all(word in before for word in words)
    person = await client.do(Casework.participant, pair.mentor)
    draft = draft_of(person)
    as_me = ParticipantDraft(name=draft.name, parts=draft.parts, author=SET_UP.author)
    await client.do(Casework.change_participant, person.id, as_me)
    after = await everything()
    assert concern.id not in after
    assert not [word for word in words if word in after]
    assert "Ingen bekymringer, du må læse." in after


async def test_taking_the_link_away_opens_nothing_and_the_form_says_so(
    show: Show, client: VaultClient, pair: Mentoring, concern: Concern
) -> None:
    person = await client.do(Casework.participant, pair.mentor)
    # Control: before it was linked it is there.
    assert [one.id for one in await client.do(Casework.concerns)] == [concern.id]
    await client.do(Casework.change_participant, person.id, replace(draft_of(person), author=SET_UP.author))
    await client.do(Casework.change_participant, person.id, draft_of(person))
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["concerns"])
        assert "Ingen bekymringer, du må læse." in text_of(pilot.app)
    async with show(lambda: ParticipantScreen(person.id)).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "g")
        shown = " ".join(text_of(pilot.app).split())
        assert "også når navnet er taget væk" in shown


async def test_a_wrong_link_is_not_taken_back_by_oneself(show: Show, concern: Concern, client: VaultClient) -> None:
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["concerns"], "g", f"={SET_UP.author}", "tab", "=Forveksling", "ctrl+s")
        shown = " ".join(text_of(pilot.app).split())
        assert "Ingen siger om sig selv, at en bekymring ikke handler om dem." in shown
    assert [one.id for one in await client.do(Casework.concerns)] == [concern.id]


async def test_policy_is_published_and_read(show: Show, client: VaultClient, pair: Mentoring) -> None:
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["policy"], "o", "=Sikkerhed", "tab", "=+9d", "tab", "=Vi passer på", "ctrl+s")
        assert "Ingen har læst den endnu." in text_of(pilot.app)
        await press(pilot, "l", "2", "tab", "=i dag", "ctrl+s")
        [policy] = (await client.do(Casework.programme)).policies
        assert [one.participant for one in policy.read_by] == [pair.mentee]


async def test_a_policy_that_never_was_in_force_here_is_told_from_the_one_that_is(
    show: Show, client: VaultClient, pair: Mentoring
) -> None:
    def brought(desk: Casework) -> None:
        said = {"policy": "5e" * 16, "version": 2, "title": "Der", "digest": "sha256:" + "5e" * 32, "text": "Vi"}
        desk._say(("policy.published", {**said, "review-on": "2030-01-01", "in-force": False}))

    here = PolicyDraft(title="Her", text="Vi passer på", review_on=today() + timedelta(days=9))
    await client.do(Casework.publish_policy, here)
    await client.do(brought)
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["policy"])
        text = text_of(pilot.app)
        assert text.index("1  Her") < text.index("2  Der")
        assert "I kraft siden" in text
        assert text.count("aldrig i kraft her") == 1
        await press(pilot, "down")
        assert "i en anden af dine bokse; aldrig i kraft her" in " ".join(text_of(pilot.app).split())


async def test_a_policy_needs_its_text_or_a_checksum_and_says_so(show: Show, client: VaultClient) -> None:
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["policy"], "o")
        text = text_of(pilot.app)
        assert "Teksten, eller kontrolsummen herunder" in text
        assert "kan udelades" not in text
        await press(pilot, "=Sikkerhed", "tab", "=+9d", "ctrl+s")
        assert "Mangler et svar: Teksten, eller kontrolsummen herunder" in text_of(pilot.app)
        assert (await client.do(Casework.programme)).policies == ()
        await press(pilot, "tab", f"={'5e' * 32}", "ctrl+s")
        [policy] = (await client.do(Casework.programme)).policies
        assert (policy.text, policy.digest) == ("", "sha256:" + "5e" * 32)


async def test_switching_the_record_check_on_is_seen_at_once(show: Show, client: VaultClient, pair: Mentoring) -> None:
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "i", "=Mødestedet", "tab", "1", "tab", "2", "tab", "tab", "=Bestyrelsen", "ctrl+s")
        text = text_of(pilot.app)
        assert "Straffeattest: slået til." in text
        assert "Forny straffeattesten: Bo Berg" in text
        programme = await client.do(Casework.programme)
        assert (programme.platforms, programme.settings.criminal_record) == (("Mødestedet",), True)
        assert (programme.settings.check_in_every, programme.settings.concern_within) == ("P2W", "P1D")
        assert (await client.do(Casework.participant, pair.mentor)).missing == (Missing.CRIMINAL_RECORD,)


async def test_what_was_begun_is_kept_as_a_draft(show: Show, client: VaultClient) -> None:
    app = show(ProgrammeScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["people"], "o", "=Bo", "escape", "o")
        assert "Bo" in text_of(pilot.app)
        assert list(await client.do(Casework.drafts)) == ["programme/participant"]


async def test_it_speaks_both_languages(show: Show, pair: Mentoring) -> None:
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["people"], "f12")
        text = text_of(pilot.app)
        assert "Criminal record check: OFF in this programme." in text
        assert "Mentorings" in text
        await press(pilot, "f12")
        assert "Bekymringer" in text_of(pilot.app)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("14:30", time(14, 30)),
        ("14.30", time(14, 30)),
        ("1430", time(14, 30)),
        ("9", time(9)),
        ("25:00", None),
        ("x", None),
    ],
)
def test_a_time_of_day_as_it_is_typed(typed: str, read: time | None) -> None:
    assert parse_clock(typed) == read


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_text_from_people_is_inert_everywhere(show: Show, client: VaultClient, payload: str) -> None:
    text = payload if payload.strip() else f"x{payload}"
    name = text[:900]
    mentor = await vetted(client, name)
    await client.do(Casework.accept_mentor, mentor.id, text)
    draft = ParticipantDraft(name=name, parts=(Part.MENTEE,), contact=text, about=text)
    mentee = await client.do(Casework.add_participant, draft)
    await client.do(Casework.approve_platforms, (name,))
    pair = await client.do(Casework.begin_mentoring, mentor.id, mentee.id, on=DAY, goals=text)
    at = datetime.combine(DAY, time(12), tzinfo=UTC)
    session = await client.do(Casework.add_session, pair.id, SessionDraft(at=at, platform=name, content=text))
    await client.do(Casework.give_consent, session.id, mentor.id, on=DAY, how=text)
    policy = PolicyDraft(title=name, review_on=today() + timedelta(days=3), text=text)
    await client.do(Casework.publish_policy, policy)
    about = ConcernDraft(kind="other", what=text, came_how=CameHow.TALK, received_at=at, about_name=name)
    taken = await client.do(Casework.take_in_concern, about)
    await client.do(Casework.note_concern, taken.id, text)
    app = show(ProgrammeScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for key in TABS.values():
            await press(pilot, key)
            assert not STEERING.search(text_of(app).replace("\n", ""))
        for keys in (("3", "m"), ("4", "v"), ("4", "c"), ("6", "l"), ("5", "o"), ("2", "enter"), ("i",)):
            await press(pilot, *keys)
            assert not STEERING.search(text_of(app).replace("\n", ""))
            await press(pilot, "escape")
        assert isinstance(app.screen, ProgrammeScreen)


@pytest.mark.parametrize("size", [(40, 10), (20, 5), (200, 60)])
async def test_it_stands_at_every_size(show: Show, session: Session, concern: Concern, size: tuple[int, int]) -> None:
    assert session.has_content
    assert concern.ends
    async with show(ProgrammeScreen).run_test(size=size) as pilot:
        await settle(pilot)
        for key in TABS.values():
            await press(pilot, key)
        for keys in (("5", "o"), ("2", "enter"), ("i",)):
            await press(pilot, *keys)
            assert "112" in text_of(pilot.app) or "F2" in text_of(pilot.app)
            await press(pilot, "escape")
        assert isinstance(pilot.app.screen, ProgrammeScreen)


async def test_what_may_leave_is_written_to_a_file_and_stays_in_sight(
    show: Show, client: VaultClient, session: Session, tmp_path: Path
) -> None:
    assert session.has_content
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        screen = pilot.app.screen
        assert isinstance(screen, ProgrammeExportScreen)
        assert not screen.query_one("#why").display
        screen.query_one("#folder", Input).value = str(tmp_path)
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, ProgrammeScreen)
        text = (tmp_path / "mentorprogram.html").read_text(encoding="utf-8")
        assert "Bo Berg" in text and SECRET not in text
        await press(pilot, "e")
        pilot.app.screen.query_one("#pick").focus()
        pilot.app.screen.query_one("#body").scroll_end(animate=False)
        await settle(pilot)
        assert "Skrevet til mentorprogram.html" in text_of(pilot.app)


async def test_what_was_shared_goes_along_only_with_a_reason_and_after_a_question(
    show: Show, client: VaultClient, session: Session, tmp_path: Path
) -> None:
    programme = await client.do(Casework.programme)
    async with show(lambda: ProgrammeExportScreen(programme)).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = pilot.app.screen
        screen.query_one("#folder", Input).value = str(tmp_path)
        await press(pilot, "space", "ctrl+s")
        assert "Skriv, hvorfor det, der blev delt, skal med." in text_of(pilot.app)
        assert screen.focused is screen.query_one("#why")
        await press(pilot, "=Retten har bedt om det.", "ctrl+s")
        assert isinstance(pilot.app.screen, Confirm)
        await press(pilot, "escape")
        assert not (tmp_path / "mentorprogram.html").exists()
        assert (await client.do(Casework.programme)).exports == ()
        await press(pilot, "ctrl+s", *CONFIRM)
        text = (tmp_path / "mentorprogram.html").read_text(encoding="utf-8")
        assert SECRET in text and "Retten har bedt om det." in text
    exports = (await client.do(Casework.programme)).exports
    assert [(one.name, one.reason, one.sessions) for one in exports] == [
        ("mentorprogram.html", "Retten har bedt om det.", (session.id,)),
        ("", "Retten har bedt om det.", (session.id,)),
    ]


async def test_a_reason_that_was_begun_is_there_again(show: Show, client: VaultClient, session: Session) -> None:
    assert session.has_content
    programme = await client.do(Casework.programme)
    async with show(lambda: ProgrammeExportScreen(programme)).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "space")
        pilot.app.screen.query_one("#why").focus()
        await press(pilot, "=Retten", "escape")
    async with show(lambda: ProgrammeExportScreen(programme)).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert pilot.app.screen.query_one("#why", PlainArea).text == "Retten"
        assert pilot.app.screen.query_one("#why").display


async def test_a_number_is_asked_about_before_a_file_is_written(
    show: Show, client: VaultClient, pair: Mentoring, tmp_path: Path
) -> None:
    assert pair.id

    def named(casework: Casework) -> None:
        with casework.allowing_cpr():
            casework.add_participant(ParticipantDraft(name="Liv, 010190-1234", parts=(Part.MENTEE,)))

    await client.do(named)
    programme = await client.do(Casework.programme)
    async with show(lambda: ProgrammeExportScreen(programme)).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        pilot.app.screen.query_one("#folder", Input).value = str(tmp_path)
        await press(pilot, "ctrl+s")
        assert "cpr-nummer" in text_of(pilot.app)
        await press(pilot, "escape")
        assert not (tmp_path / "mentorprogram.html").exists()
        await press(pilot, "ctrl+s", *CONFIRM)
        assert (tmp_path / "mentorprogram.html").exists()


async def test_a_number_in_the_name_of_the_file_is_asked_about(
    show: Show, client: VaultClient, pair: Mentoring, tmp_path: Path
) -> None:
    assert pair.id
    programme = await client.do(Casework.programme)
    async with show(lambda: ProgrammeExportScreen(programme)).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        pilot.app.screen.query_one("#folder", Input).value = str(tmp_path)
        pilot.app.screen.query_one("#name", Input).value = "Liv 010190-1234.html"
        await press(pilot, "ctrl+s")
        assert "filnavnet: Liv 010190-••••.html" in text_of(pilot.app)
        await press(pilot, "escape")
        out = tmp_path / "Liv 010190-1234.html"
        assert not out.exists()
        await press(pilot, "ctrl+s", *CONFIRM)
        assert out.exists()


async def test_of_two_recordings_a_person_says_which_is_looked_at_and_which_is_gone(
    show: Show, client: VaultClient, session: Session
) -> None:
    draft = RecordingDraft(digest="sha256:" + "7a" * 32, place="Skabet", holder="Ravn")
    first, second = (await client.do(Casework.register_recording, session.id, draft)).recordings
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["sessions"], "a", "ctrl+s")
        assert "Hvilken optagelse?" in text_of(pilot.app)
        assert not (await client.do(Casework.session, session.id)).recordings[0].accesses
        await press(pilot, "down", "space", "tab", "space", "tab", "=Der er klaget.", "ctrl+s")
        seen = {one.id: len(one.accesses) for one in (await client.do(Casework.session, session.id)).recordings}
        assert seen == {first.id: 0, second.id: 1}
        await press(pilot, "d", "down", "space", "tab", "=Slettet.", "tab", "=i dag", "ctrl+s")
        gone = {one.id: one.removed_on for one in (await client.do(Casework.session, session.id)).recordings}
        assert gone == {first.id: None, second.id: today()}
        await press(pilot, "a")
        assert "Hvilken optagelse?" not in text_of(pilot.app)


def test_what_has_happened_today_is_never_put_into_the_future(monkeypatch: pytest.MonkeyPatch) -> None:
    """A concern of this morning, without a time: noon is yet to come, and would be refused."""
    early = datetime.combine(today(), time(0, 1)).astimezone().astimezone(UTC)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return early

    monkeypatch.setattr("screens.programme_form.datetime", Clock)
    answers = Answers(texts={"clock": ""}, days={"on": today(), "before": DAY})
    assert answers.moment("on", "clock", past=True) == early
    assert answers.moment("on", "clock") > early
    assert answers.moment("before", "clock", past=True) < early
    typed = Answers(texts={"clock": "0.30"}, days={"on": today()})
    assert typed.moment("on", "clock", past=True).astimezone().time() == time(0, 30)
