"""The mentorship programme on the screen: its main path by keys alone, and what it never shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from guidance.mentoring import Missing, Opinion, Part, Verified
from screens.case_list import CaseListScreen
from screens.failure import FailureScreen
from screens.programme import PANES, ProgrammeScreen
from screens.programme_form import ProgrammeForm, parse_clock
from screens.programme_person import ParticipantScreen
from screens.reason import ReasonScreen
from screens.today import TodayScreen
from screens.words import today
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary
from store.programme.model import (
    CameHow,
    Concern,
    ConcernDraft,
    Interview,
    Mentoring,
    Participant,
    ParticipantDraft,
    PolicyDraft,
    RecordingDraft,
    Reference,
    Session,
    SessionDraft,
    Verification,
)
from store.programme.people import draft_of
from tests.screens.conftest import SET_UP, press, settle, text_of
from tests.screens.test_hostile import _STEERING as STEERING
from tests.screens.test_hostile import PAYLOADS

Show = Callable[[Callable[[], Any]], Any]
DAY = today() - timedelta(days=1)
TABS = dict(zip(PANES, "123456", strict=True))
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
        await press(pilot, "x", "=Pres", "ctrl+s")
        [ended] = (await client.do(Casework.programme)).mentorings
        assert ended.ended_on == today()
        await press(pilot, TABS["concerns"], "n", "=Talte med begge", "ctrl+s", "x", "1", "tab", "=Slut", "ctrl+s")
        [closed] = await client.do(Casework.concerns)
        assert (closed.outcome, [note.text for note in closed.notes]) == ("founded", ["Talte med begge"])


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


async def test_policy_is_published_and_read(show: Show, client: VaultClient, pair: Mentoring) -> None:
    async with show(ProgrammeScreen).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, TABS["policy"], "o", "=Sikkerhed", "tab", "=+9d", "tab", "=Vi passer på", "ctrl+s")
        assert "Ingen har læst den endnu." in text_of(pilot.app)
        await press(pilot, "l", "2", "tab", "=i dag", "ctrl+s")
        [policy] = (await client.do(Casework.programme)).policies
        assert [one.participant for one in policy.read_by] == [pair.mentee]


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
