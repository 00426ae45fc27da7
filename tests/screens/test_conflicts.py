"""What people said differently is shown one thing a page, the decision is an entry; a bundle is taken in on screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from guidance.custody import Event, Move
from screens.case import CaseScreen
from screens.conflicts import ConflictsScreen
from screens.custody import CustodyScreen
from screens.evidence_form import EvidenceFormScreen
from screens.failure import FailureScreen
from screens.open import OpenScreen
from screens.widgets.choices import Choices
from screens.widgets.text_area import PlainArea
from store.bundle.seal import SealOrder, seal
from store.casework import Casework
from store.client import VaultClient
from store.entry import SpaceKind
from store.model import CaseSummary, EvidenceDraft, Purpose
from store.union import verify_entries
from tests.screens.conftest import press, settle, text_of, until
from tests.store.circle import card_of, member

Show = Callable[[Callable[[], Any]], Any]


async def coming_back(
    client: VaultClient,
    case: CaseSummary,
    folder: Path,
    ours: Callable[[Casework], Any],
    theirs: Callable[[Casework], Any],
) -> Path:
    """The case as it comes back from a colleague who did something in it while something was done here."""
    colleague = member(folder / "bo", 7, "Bo")
    card_there = card_of(colleague)

    def meet(casework: Casework) -> tuple[str, str, tuple[Any, ...], dict[str, bytes]]:
        casework.trust_card(card_there.text, compared=card_there.fingerprint)
        casework.share_case(case.id, card_there.author, "Sammen")
        entries = casework.entries_beyond(case.id, ())
        books: dict[str, bytes] = dict(casework._connection.execute("SELECT digest, raw FROM playbook").fetchall())
        ours(casework)
        return casework.carried_card(), casework.key_card().recipient, entries, books

    card, recipient, entries, books = await client.do(meet)
    from store import cards

    colleague.trust_card(card, compared=cards.read(card).fingerprint)
    colleague.take_in(SpaceKind.CASE, case.id, verify_entries(entries), playbooks=books)
    theirs(colleague)
    out = folder / "retur.segl.age"
    order = SealOrder(purpose=Purpose.COLLEAGUE, out=out, recipients=(recipient,))
    seal(colleague.export_case(case.id), order, colleague.sign)
    colleague.close()
    return out


@pytest.fixture
async def bundle(client: VaultClient, case: CaseSummary, tmp_path: Path) -> Path:
    """The case comes back from a colleague who decided on another level meanwhile; their card counts here."""
    return await coming_back(
        client,
        case,
        tmp_path,
        lambda casework: casework.set_level(case.id, 2, "Rolig"),
        lambda casework: casework.set_level(case.id, 4, "Panik"),
    )


async def opened(app: Any, pilot: Any, bundle: Path) -> None:
    await settle(pilot)
    app.screen.query_one("#file").value = str(bundle)
    await press(pilot, "ctrl+s")
    await until(pilot, lambda: app.screen.stage == "shown")
    await settle(pilot)


async def test_a_case_is_taken_in_and_what_it_brought_is_said(
    show: Show, client: VaultClient, case: CaseSummary, bundle: Path
) -> None:
    app = show(OpenScreen)
    async with app.run_test(size=(80, 60)) as pilot:
        await opened(app, pilot, bundle)
        await press(pilot, "t")
        await until(pilot, lambda: app.screen.imported is not None)
        await settle(pilot)
        assert f"Sag {case.reference}: 1 indførsel var ny" in text_of(app)
        assert not app.screen.query("#take-in")
    assert len(await client.do(Casework.conflicts, case.id)) == 2


async def test_disagreements_are_shown_and_decided_one_after_the_other(
    show: Show, client: VaultClient, case: CaseSummary, bundle: Path
) -> None:
    app = show(OpenScreen)
    async with app.run_test(size=(80, 60)) as pilot:
        await opened(app, pilot, bundle)
        await press(pilot, "t")
        await until(pilot, lambda: app.screen.imported is not None)
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Tryk u" in text_of(app)
        await press(pilot, "u")
        await settle(pilot)
        assert isinstance(app.screen, ConflictsScreen)
        text = text_of(app)
        assert "Bo, " in text
        assert "niveauet" in text
        await press(pilot, "ctrl+s")
        assert "Vælg, hvilket udsagn" in text_of(app)
        chosen = next(said.entry for said in app.screen.conflict.statements if said.words == "4")
        app.screen.query_one("#stands", Choices).put(chosen=[chosen])
        await press(pilot, "ctrl+s")
        assert "Skriv hvorfor" in text_of(app)
        app.screen.query_one("#reason", PlainArea).load_text("Vi har talt sammen.")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.conflict.subject == "fact/level.reason")
        # What was typed is kept, and is not put under another disagreement.
        assert app.screen.query_one("#reason", PlainArea).text == ""
        app.screen.query_one("#reason", PlainArea).load_text("Bo kender")
        await press(pilot, "escape")
        await settle(pilot)
        assert isinstance(app.screen, CaseScreen)
        await press(pilot, "u")
        await settle(pilot)
        assert app.screen.query_one("#reason", PlainArea).text == "Bo kender"
        await press(pilot, "escape")
        await settle(pilot)
    assert (await client.do(Casework.case, case.id)).summary.level == 4
    assert [one.subject for one in await client.do(Casework.conflicts, case.id)] == ["fact/level.reason"]


async def test_a_piece_on_which_people_disagree_is_decided_before_it_is_changed(
    show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path
) -> None:
    draft = EvidenceDraft(digest=f"sha256:{'0a' * 32}", size=3, name="a.jpg")
    await client.do(Casework.register_evidence, case.id, draft)
    bundle = await coming_back(
        client,
        case,
        tmp_path,
        lambda casework: casework.amend_evidence(case.id, "E1", replace(draft, url="https://example.invalid/1")),
        lambda casework: casework.amend_evidence(case.id, "E1", replace(draft, url="https://example.invalid/2")),
    )
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "enter")
        assert isinstance(app.screen, EvidenceFormScreen), "the control: without a disagreement it is changed"
    app = show(OpenScreen)
    async with app.run_test(size=(80, 60)) as pilot:
        await opened(app, pilot, bundle)
        await press(pilot, "t")
        await until(pilot, lambda: app.screen.imported is not None)
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "enter")
        assert isinstance(app.screen, FailureScreen)
        assert "Der er sagt forskellige ting om E1" in text_of(app)
        await press(pilot, "escape", "u")
        text = text_of(app)
        assert "Indtil du afgør det, vises det, der blev sagt sidst." in text
        assert "Adresse (URL): https://example.invalid/1" in text
        assert "Adresse (URL): https://example.invalid/2" in text


async def test_custody_that_can_not_all_be_true_is_disputed_until_somebody_decides(
    show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path
) -> None:
    draft = EvidenceDraft(digest=f"sha256:{'0a' * 32}", size=3, name="a.jpg")
    await client.do(Casework.register_evidence, case.id, draft)
    await client.do(Casework.record_custody, case.id, "E1", Move(event=Event.FOUND, by="Ane"))
    bundle = await coming_back(
        client,
        case,
        tmp_path,
        lambda casework: casework.record_custody(
            case.id, "E1", Move(event=Event.HANDED, by="Ane", to="Politiet", receipt="K-17")
        ),
        lambda casework: casework.record_custody(case.id, "E1", Move(event=Event.HANDED, by="Ane", to="Ib")),
    )
    app = show(OpenScreen)
    async with app.run_test(size=(80, 60)) as pilot:
        await opened(app, pilot, bundle)
        await press(pilot, "t")
        await until(pilot, lambda: app.screen.imported is not None)
    app = show(lambda: CaseScreen(case.id))
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        assert "! forvaring omstridt" in text_of(app)
        await press(pilot, "c")
        await settle(pilot)
        assert isinstance(app.screen, CustodyScreen)
        assert "Forvaringen er omstridt (originalen)" in text_of(app)
        assert "Afgør det først: u i sagen." in text_of(app)
        await press(pilot, "escape", "u")
        await settle(pilot)
        assert isinstance(app.screen, ConflictsScreen)
        text = text_of(app)
        assert "E1, originalen: forvaring" in text
        assert "Ane gav originalen videre til Politiet. kvittering: K-17" in text
        assert "Ane gav originalen videre til Ib." in text
        assert "er forvaringen omstridt, og der noteres ikke mere" in " ".join(text.split())
        chosen = next(said.entry for said in app.screen.conflict.statements if "Ib" in said.words)
        app.screen.query_one("#stands", Choices).put(chosen=[chosen])
        app.screen.query_one("#reason", PlainArea).load_text("Ib har sagt det.")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, CaseScreen))
        await settle(pilot)
        assert "omstridt" not in text_of(app)
        await press(pilot, "c")
        await settle(pilot)
        text = text_of(app)
        assert "omstridt" not in text
        assert text.count("gælder ikke: givet") == 1, text
        aside = next(place for place, line in enumerate(text.splitlines()) if "gælder ikke" in line)
        first = next(place for place, line in enumerate(text.splitlines()) if "fundet" in line)
        await press(pilot, *["down"] * (aside - first))
        assert "Ib har sagt det." in text_of(app)
