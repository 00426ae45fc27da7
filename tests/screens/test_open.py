"""Opening what somebody sent: the three verdicts apart, the content, and every way it can fail."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from guidance.custody import Event, Move
from screens import open as opening
from screens import opened_words
from screens.failure import FailureScreen
from screens.open import OpenScreen
from screens.widgets.choices import Choices
from screens.widgets.passphrase import PassphraseInput
from store.age import parse_recipient, read_header
from store.age.x25519 import X25519Identity
from store.authors import Belongs
from store.bundle.errors import OpenCancelled
from store.bundle.examine import PassedOn
from store.bundle.looking import USUAL, Bounds
from store.bundle.open import OpenedBundle, open_bundle
from store.bundle.seal import SealOrder, seal
from store.casework import Casework
from store.client import VaultClient
from store.model import CaseSummary, EvidenceDraft, Purpose
from store.secret import Secret
from tests.screens.conftest import press, settle, text_of, until

Show = Callable[[Callable[[], Any]], Any]


def seal_it(casework: Casework, case: str, order: SealOrder) -> None:
    """Seal a case on the vault's own thread."""
    seal(casework.export_case(case), order, casework.sign)


@pytest.fixture
async def bundle(client: VaultClient, case: CaseSummary, tmp_path: Path) -> Path:
    """A case sealed to the counsellor's own key."""
    await client.do(Casework.register_evidence, case.id, EvidenceDraft(digest="sha256:" + "2" * 64, name="a.jpg"))
    found = (await client.do(Casework.record_custody, case.id, "E1", Move(event=Event.FOUND, by="Ane"))).custody[0]
    again = Move(event=Event.FOUND, by="Ib", corrects=found.entry, reason="forkert navn")
    await client.do(Casework.record_custody, case.id, "E1", again)
    card = await client.do(Casework.key_card)
    out = tmp_path / "sag.segl.age"
    await client.do(seal_it, case.id, SealOrder(purpose=Purpose.COLLEAGUE, out=out, recipients=(card.recipient,)))
    return out


async def test_the_three_verdicts_and_the_content(show: Show, bundle: Path, case: CaseSummary) -> None:
    app = show(OpenScreen)
    async with app.run_test(size=(100, 80)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert "Vælg en fil" in text_of(app)
        app.screen.query_one("#file").value = str(bundle)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "shown")
        await settle(pilot)
        text = text_of(app)
        for said in ("✓ Ubrudt", "✓ Komplet", "Underskrevet af"):
            assert said in text
        assert "A fortæller" in text
        assert case.reference in text
        assert "E1 " in text
        assert "Forvaring af E1" in text
        assert text.index("rettet: Ane fandt originalen") < text.index("Ib fandt originalen")
        await press(pilot, "f12")
        assert "✓ Intact" in text_of(app)


async def test_a_flipped_byte_is_not_intact_and_shows_nothing(show: Show, bundle: Path) -> None:
    raw = bytearray(bundle.read_bytes())
    raw[-50] ^= 1
    bundle.write_bytes(raw)
    app = show(OpenScreen)
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        app.screen.query_one("#file").value = str(bundle)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "shown")
        await settle(pilot)
        text = text_of(app)
        assert "! Ubrudt: NEJ, den forseglede fil er beskadiget eller ændret undervejs. Int" in text
        assert "Til den, der hjælper dig, på teknisk engelsk: a chunk does not verify" in text
        assert "✓" not in text
        assert "A fortæller" not in text


async def test_another_file_that_was_chosen_is_said_to_be_none(show: Show, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7 and so on")
    app = show(OpenScreen)
    async with app.run_test(size=(110, 40)) as pilot:
        await settle(pilot)
        app.screen.query_one("#file").value = str(tmp_path / "report.pdf")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "shown")
        await settle(pilot)
        text = text_of(app)
        assert "! Ubrudt: NEJ, det er ikke en forseglet fil" in text
        assert "på teknisk engelsk" not in text


async def test_the_wrong_key_and_a_missing_file_are_said(show: Show, bundle: Path, tmp_path: Path) -> None:
    other = tmp_path / "nøgle.txt"
    other.write_text(X25519Identity(bytes(range(32))).encode().reveal().decode() + "\n", encoding="ascii")
    app = show(OpenScreen)
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        app.screen.query_one("#file").value = str(bundle)
        app.screen.query_one("#way", Choices).focus()
        await press(pilot, "3")
        app.screen.query_one("#identity").value = str(other)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, FailureScreen))
        await press(pilot, "enter")
        assert app.screen.stage == "ask"
        app.screen.query_one("#identity").value = str(tmp_path / "væk")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, FailureScreen))
        assert "bundle-not-readable" in text_of(app)


async def test_a_passphrase_is_asked_for_and_not_kept(
    show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path
) -> None:
    out = tmp_path / "med-kode.segl.age"
    order = SealOrder(purpose=Purpose.POLICE, out=out, passphrase=Secret.from_text("lang god kode"), work_factor=10)
    await client.do(seal_it, case.id, order)
    app = show(OpenScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#file").value = str(out)
        await press(pilot, "ctrl+s")
        assert "Den er låst med en adgangskode." in text_of(app)
        assert app.screen.query_one("#way", Choices).value == "passphrase"
        assert app.focused is app.screen.query_one("#phrase")
        await press(pilot, "ctrl+s")
        assert "Skriv adgangskoden." in text_of(app)
        await press(pilot, "=forkert", "enter")
        await until(pilot, lambda: isinstance(app.screen, FailureScreen))
        await press(pilot, "enter")
        assert app.screen.query_one("#phrase", PassphraseInput).value == ""
        app.screen.query_one("#phrase").focus()
        await press(pilot, "=lang god kode", "enter")
        await until(pilot, lambda: app.screen.stage == "shown")
        await settle(pilot)
        assert "✓ Ubrudt" in text_of(app)


async def asked_to_open(pilot: Any, app: Any, path: Path) -> None:
    """The file is named, its passphrase written, and Enter pressed."""
    app.screen.query_one("#file").value = str(path)
    app.screen.query_one("#way", Choices).put(chosen=["passphrase"])
    await settle(pilot)
    app.screen.query_one("#phrase").focus()
    await press(pilot, "=lang god kode", "enter")


@pytest.fixture
async def costly(client: VaultClient, case: CaseSummary, tmp_path: Path) -> Path:
    """A bundle that says that its passphrase takes twice the usual work; it does not open by it."""
    out = tmp_path / "dyr.segl.age"
    order = SealOrder(purpose=Purpose.POLICE, out=out, passphrase=Secret.from_text("lang god kode"), work_factor=10)
    await client.do(seal_it, case.id, order)
    out.write_bytes(out.read_bytes().replace(b" 10\n", b" 19\n", 1))
    return out


async def test_what_a_passphrase_costs_is_asked_before_it_is_tried(
    show: Show, costly: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()
    agreed: list[bool] = []

    def slow(*_args: Any, confirm_work_factor: Any, cancelled: Callable[[], bool], **_more: Any) -> Any:
        agreed.extend(map(confirm_work_factor, (18, 19, 20)))
        begun.set()
        while not cancelled():
            threading.Event().wait(0.01)
        raise OpenCancelled

    monkeypatch.setattr(opening, "open_bundle", slow)
    app = show(OpenScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await asked_to_open(pilot, app, costly)
        await until(pilot, lambda: "omkring 2 sekunder og" in text_of(app))
        assert "2 sekunder og 512 MiB" in app.screen.question
        assert app.focused is app.screen.query_one("#no")
        await press(pilot, "enter")
        await until(pilot, lambda: getattr(app.screen, "stage", "") == "ask")
        assert not begun.is_set()
        app.screen.query_one("#phrase").focus()
        await press(pilot, "enter")
        await until(pilot, lambda: "omkring 2 sekunder og" in text_of(app))
        app.screen.query_one("#yes").press()
        await until(pilot, begun.is_set)
        await until(pilot, lambda: getattr(app.screen, "stage", "") == "opening" and app.focused is not None)
        await settle(pilot)
        assert "omkring 2 sekunder" in text_of(app)
        await pilot.press("escape")
        await until(pilot, lambda: getattr(app.screen, "stage", "") == "ask")
    assert agreed == [True, True, False]


async def test_a_costly_passphrase_that_is_agreed_to_opens(
    show: Show, costly: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    costly.write_bytes(costly.read_bytes().replace(b" 19\n", b" 10\n", 1))
    for module in ("screens.open", "store.bundle.open", "store.age.cost"):
        monkeypatch.setattr(f"{module}.WORK_FACTOR", 9)
    app = show(OpenScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await asked_to_open(pilot, app, costly)
        await until(pilot, lambda: "omkring 2 sekunder og" in text_of(app))
        app.screen.query_one("#yes").press()
        await until(pilot, lambda: getattr(app.screen, "stage", "") == "shown")
        await settle(pilot)
        assert "✓ Ubrudt" in text_of(app)


@pytest.mark.parametrize("factor", [b"21", b"30"])
async def test_a_passphrase_that_would_stop_the_machine_is_not_asked_about(
    show: Show, costly: Path, factor: bytes
) -> None:
    costly.write_bytes(costly.read_bytes().replace(b" 19\n", b" " + factor + b"\n", 1))
    app = show(OpenScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await asked_to_open(pilot, app, costly)
        await until(pilot, lambda: isinstance(app.screen, FailureScreen))
        assert "age-work-factor" in text_of(app)


@pytest.mark.parametrize("kind", ["", "PQ-"])
async def test_a_secret_key_in_a_field_for_a_file_is_not_repeated(show: Show, bundle: Path, kind: str) -> None:
    key = f"AGE-SECRET-KEY-{kind}1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L" * 2
    app = show(OpenScreen)
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        app.screen.query_one("#file").value = str(bundle)
        app.screen.query_one("#way", Choices).put(chosen=["identity"])
        await settle(pilot)
        for field, value in (("#identity", key), ("#identity", f"/missing/{key.lower()}"), ("#file", key)):
            app.screen.query_one(field).value = value
            await press(pilot, "ctrl+s")
            await until(pilot, lambda: isinstance(app.screen, FailureScreen))
            shown = str(app.screen.diagnostics).lower()
            assert "qpzry" not in shown
            assert ("hemmelig nøgle" in shown) is (value == key and field == "#identity")
            await press(pilot, "enter")


async def test_nothing_is_sealed_post_quantum_unless_such_a_key_is_given(client: VaultClient, bundle: Path) -> None:
    """Stock `age` opens what goes to one's own key or to a card: a post-quantum recipient is never the default."""
    with bundle.open("rb") as file:
        header, _payload = read_header(file)
    assert {stanza.type for stanza in header.stanzas} == {"X25519"}
    card = await client.do(Casework.key_card)
    own = next(one for one in await client.do(Casework.authors) if one.belongs is Belongs.OWN)
    keys = {card.recipient, own.recipient, *(one.recipient for one in own.reading)}
    assert {parse_recipient(key).group for key in keys} == {"classical"}


async def test_opening_can_be_stopped(show: Show, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def slow(*_args: Any, progress: Any, cancelled: Callable[[], bool], **_more: Any) -> Any:
        progress(1, 3)
        begun.set()
        while not cancelled():
            threading.Event().wait(0.01)
        raise OpenCancelled

    monkeypatch.setattr(opening, "open_bundle", slow)
    app = show(OpenScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#file").value = str(bundle)
        await pilot.press("ctrl+s")
        await until(pilot, begun.is_set)
        await until(pilot, lambda: app.screen.stage == "opening" and app.focused is not None)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.stage == "ask")
        await settle(pilot)
        assert "Åbningen blev stoppet" in text_of(app)


async def test_statistics_are_numbers(show: Show, client: VaultClient, case: CaseSummary, tmp_path: Path) -> None:
    card = await client.do(Casework.key_card)
    out = tmp_path / "tal.segl.age"
    await client.do(seal_it, case.id, SealOrder(purpose=Purpose.STATISTICS, out=out, recipients=(card.recipient,)))
    app = show(OpenScreen)
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        app.screen.query_one("#file").value = str(out)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.stage == "shown")
        await settle(pilot)
        assert "kun statistik" in text_of(app)


@pytest.mark.parametrize(
    "bounds",
    [replace(USUAL, total=-(2 << 20)), replace(USUAL, work=10_000), replace(USUAL, entries=1)],
    ids=["size", "work", "entries"],
)
async def test_a_very_large_bundle_is_asked_about_first(
    show: Show, bundle: Path, monkeypatch: pytest.MonkeyPatch, bounds: Bounds
) -> None:
    asked: list[bool] = []
    really = open_bundle

    def noted(*args: Any, **more: Any) -> Any:
        asked.append(more["large"])
        return really(*args, **more)

    monkeypatch.setattr(opening, "open_bundle", noted)
    monkeypatch.setattr("store.bundle.open.USUAL", bounds)
    app = show(OpenScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#file").value = str(bundle)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "Pakken er meget stor" in text_of(app))
        await press(pilot, "escape")
        await until(pilot, lambda: getattr(app.screen, "stage", "") == "ask")
        assert asked == [False]
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "Pakken er meget stor" in text_of(app))
        app.screen.query_one("#yes").press()
        await until(pilot, lambda: getattr(app.screen, "stage", "") == "shown")
    assert asked == [False, False, True]


def test_material_is_listed_and_not_to_be_opened() -> None:
    material = (PassedOn(name="data/evidence/a.mp4", digest="sha256:" + "2" * 64, size=1234),)
    bundle = OpenedBundle(path="a.segl.age", digest="", size=1, name="a", verdicts=None, material=material)  # type: ignore[arg-type]
    words = opened_words.about(bundle).plain
    assert "a.mp4" in words
    assert "Do not open it here" in words or "Åbn det ikke her" in words
    assert "sha256:2222" in words
