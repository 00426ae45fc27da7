"""Sealing: what goes in is seen first, what is wrong is said, it can be stopped, and the result says what to tell."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from screens import seal
from screens.access import AccessScreen
from screens.case import CaseScreen
from screens.failure import FailureScreen
from screens.seal import SealScreen
from screens.widgets.choices import Choices
from screens.widgets.passphrase import PassphraseInput
from store.age import generate_hybrid, generate_x25519
from store.age.errors import SealCancelled
from store.age.scrypt import ScryptRecipient
from store.age.x25519 import X25519Identity
from store.bundle.open import open_bundle
from store.casework import Casework
from store.client import VaultClient
from store.errors import DiskFull
from store.model import CaseSummary, Purpose
from store.secret import Secret
from tests.screens.conftest import press, settle, text_of, until
from tests.store.circle import card_of, member
from tests.store.exchange.test_workstation import joined

Show = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where sealed files go."""
    folder = tmp_path / "ud"
    folder.mkdir()
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


async def test_tab_goes_to_the_keys_also_where_the_vault_has_not_answered_yet(
    show: Show, case: CaseSummary, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def not_yet(_screen: SealScreen) -> None: ...

    monkeypatch.setattr(SealScreen, "_begin", not_yet)
    app = show(lambda: SealScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "tab")
        assert app.focused.id == "recipients"


async def seen_on(app: Any, *keys: str) -> str:
    """What a wide terminal shows after these keys."""
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, *keys)
        return " ".join(text_of(app).split())


async def test_to_a_key_with_an_exact_look_first(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    card = await client.do(Casework.key_card)
    app = show(lambda: SealScreen(case.id, f"{case.reference} sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert "den begynder med age1" in text_of(app)
        app.screen.query_one("#recipients").load_text("age1forkert")
        await press(pilot, "ctrl+s")
        assert app.screen.stage == "order"
        app.screen.query_one("#recipients").load_text(card.recipient)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "preview")
        await settle(pilot)
        text = text_of(app)
        assert "data/report.html" in text
        assert "data/journal.jsonl" in text
        assert "Til: politiet" in text
        assert not list(folder.iterdir())
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen.stage == "done")
        await settle(pilot)
        text = text_of(app)
        assert "Sagen er forseglet." in text
        assert card.fingerprint in text
        sealed = folder / f"{case.reference}.segl.age"
        assert f"sha256:{hashlib.sha256(sealed.read_bytes()).hexdigest()}" in text
        assert "open-me.da.txt" in text
        await press(pilot, "enter")
    assert app.answers[0].purpose is Purpose.POLICE
    own = (await client.do(Casework.office)).author
    [sealing] = [line for line in await client.do(Casework.history, case.id) if line.kind == "case.sealed"]
    assert f"til: politiet, kan åbnes af {own} (" in sealing.words
    said = f"politiet, kan åbnes af {own}"
    assert said in await seen_on(show(lambda: CaseScreen(case.id)), "5")
    assert said in await seen_on(show(lambda: AccessScreen(case.id, "sag")))
    keys = await client.do(Casework.identities)
    opened = open_bundle(sealed, keys, trusted=await client.do(Casework.known_signers))
    assert opened.verdicts.usable


async def test_to_a_post_quantum_key_it_is_said_before_and_after_which_age_opens_it(
    show: Show, case: CaseSummary, folder: Path
) -> None:
    app = show(lambda: SealScreen(case.id, "sag"))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        for key, said in ((generate_x25519().recipient, False), (generate_hybrid().recipient, True)):
            app.screen.query_one("#recipients").load_text(key.encode())
            await press(pilot, "ctrl+s")
            await until(pilot, lambda: app.screen.stage == "preview")
            await settle(pilot)
            assert bool(app.screen.query("#newer-age")) is said
            if not said:
                await press(pilot, "escape")
                await until(pilot, lambda: app.screen.stage == "order")
        assert "age 1.3.0 eller nyere" in " ".join(text_of(app).split())
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen.stage == "done")
        await settle(pilot)
        assert app.screen.query("#newer-age")
    assert len(list(folder.glob("*.segl.age"))) == 1


async def test_a_secret_key_among_the_recipients_is_said_to_be_one(show: Show, case: CaseSummary) -> None:
    app = show(lambda: SealScreen(case.id, f"{case.reference} sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        key = X25519Identity(bytes(range(32))).encode().reveal().decode()
        for typed in (key, key.lower()):
            app.screen.query_one("#recipients").load_text(typed)
            await press(pilot, "ctrl+s")
            await settle(pilot)
            assert app.screen.stage == "order"
            assert "Det er en hemmelig nøgle." in text_of(app)
            app.screen.query_one("#recipients").load_text("")
            await settle(pilot)
            assert key[20:40].lower() not in text_of(app).lower()


async def test_what_goes_in_is_headed_however_long_the_place_is(
    show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In 24 lines the first words, the place over three lines and the button are all seen at once."""
    deep = tmp_path / ("m" * 70) / ("n" * 60)
    deep.mkdir(parents=True)
    monkeypatch.setattr(Path, "home", lambda: deep)
    card = await client.do(Casework.key_card)
    app = show(lambda: SealScreen(case.id, f"{case.reference} sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#recipients").load_text(card.recipient)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "preview")
        await settle(pilot)
        text = text_of(app)
        assert "Det her kommer med og intet andet:" in text, text
        assert text.replace("\n", "").replace(" ", "").count("n" * 60) == 1
        assert "Tilbage" in text.splitlines()[-4], text


async def test_with_a_passphrase_that_segl_makes(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = ScryptRecipient.__init__

    def cheap(self: ScryptRecipient, passphrase: Secret, *, work_factor: int = 10) -> None:
        original(self, passphrase, work_factor=10)

    monkeypatch.setattr(ScryptRecipient, "__init__", cheap)
    app = show(lambda: SealScreen(case.id, "sag"))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "down", "space")
        app.screen.query_one("#phrase", PassphraseInput).value = "hund"
        await press(pilot, "ctrl+s")
        assert "for let at gætte" in text_of(app)
        await press(pilot, "f6")
        made = app.screen.made
        assert made in text_of(app)
        app.screen.query_one("#again", PassphraseInput).value = "noget andet"
        await press(pilot, "ctrl+s")
        assert "ikke ens" in text_of(app)
        await press(pilot, "f6")
        made = app.screen.made
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "preview")
        assert made not in text_of(app)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "done")
        assert made in text_of(app)
    opened = open_bundle(folder / f"{case.reference}.segl.age", Secret.from_text(made), trusted={})
    assert opened.verdicts.intact.holds
    assert await client.do(Casework.drafts) == {}


async def test_sealing_can_be_stopped_and_leaves_nothing(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def slow(_prepared: Any, *, progress: Any, cancelled: Callable[[], bool], **_before: Any) -> Any:
        progress(1, 2)
        begun.set()
        while not cancelled():
            threading.Event().wait(0.01)
        raise SealCancelled

    monkeypatch.setattr(seal, "write", slow)
    app = show(lambda: SealScreen(case.id, "sag"))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        app.screen.query_one("#own", Choices).put(chosen=["own"])
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "preview")
        await pilot.press("ctrl+s")
        await until(pilot, begun.is_set)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.stage == "preview")
        await settle(pilot)
        assert "Forseglingen blev stoppet" in text_of(app)
    assert not list(folder.iterdir())


async def test_what_cannot_be_written_is_said_and_can_be_tried_again(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path
) -> None:
    app = show(lambda: SealScreen(case.id, "sag"))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        app.screen.query_one("#own", Choices).put(chosen=["own"])
        app.screen.query_one("#folder").value = str(folder / "findes" / "ikke")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "preview")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, FailureScreen))
        await press(pilot, "enter")
        assert app.screen.stage == "preview"
        await press(pilot, "escape")
        app.screen.query_one("#folder").value = "relativ"
        await press(pilot, "ctrl+s")
        assert "Skriv hele stien" in text_of(app)
        app.screen.query_one("#folder").value = str(folder)
        app.screen.query_one("#name").value = "a/b"
        await press(pilot, "ctrl+s")
        assert "Skriv et filnavn." in text_of(app)


async def test_what_can_not_be_recorded_does_not_leave_the_house(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await client.do(Casework.key_card)

    def full(_casework: Casework, _case: str, sealed: Any) -> None:
        assert len(list(folder.iterdir())) == 3
        raise DiskFull(Path(sealed.path))

    monkeypatch.setattr(Casework, "record_seal", full)
    app = show(lambda: SealScreen(case.id, "sag"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#recipients").load_text(card.recipient)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "preview")
        await settle(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, FailureScreen))
        assert not list(folder.iterdir())


async def test_whom_the_person_wants_told_is_said_before_sealing(
    show: Show, client: VaultClient, case: CaseSummary
) -> None:
    await client.do(Casework.set_facts, case.id, {"told.whom": "teacher"})
    app = show(lambda: SealScreen(case.id, "X"))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        seen = " ".join(text_of(app).split())
        assert "nærmeste leder" in seen
        assert "har ikke ønsket, at disse orienteres" in seen
        app.screen.query_one("#purpose", Choices).focus()
        await press(pilot, "6")
        assert "har ikke ønsket" not in text_of(app)
        assert "nærmeste leder" not in text_of(app)


async def test_to_somebody_with_several_workstations_it_says_who_opens_it_and_where_not(
    show: Show, client: VaultClient, case: CaseSummary, folder: Path, tmp_path: Path
) -> None:
    first = member(tmp_path / "8", 8, "Bo")
    second = joined(first, tmp_path / "9", 9)
    card = card_of(first)
    await client.do(Casework.trust_card, card.text, compared=card.fingerprint)
    app = show(lambda: SealScreen(case.id, "sag"))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        app.screen.query_one("#recipients").load_text(second.key_card().recipient)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "preview")
        await settle(pilot)
        text = " ".join(text_of(app).split())
        assert "Låst: Bo (1 arbejdsplads)" in text
        assert "Bo har 1 arbejdsplads mere, som det ikke forsegles til" in text
        await press(pilot, "escape")
        # The control: chosen as a person, it is sealed to both, and nobody is warned.
        app.screen.query_one("#recipients").load_text("")
        await press(pilot, "f5", "space", "enter", "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "preview")
        await settle(pilot)
        text = " ".join(text_of(app).split())
        assert "Låst: Bo (2 arbejdspladser)" in text
        assert "ikke forsegles til" not in text
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "done")
    sealed = folder / f"{case.reference}.segl.age"
    for desk in (first, second):
        assert open_bundle(sealed, desk.identities(), trusted={}).verdicts.intact.holds
        desk.close()
