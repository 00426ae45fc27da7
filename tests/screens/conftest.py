"""A real vault, opened cheaply, and the real app round the screens."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import textual._wait
from textual.pilot import Pilot

from guidance.language import current_language, set_language
from store.casework import Casework
from store.client import VaultClient
from store.home import Home
from store.model import Age, CaseSummary, Contact, Intake, OfficeSetUp, PersonDraft, Role
from store.secret import Secret
from store.slots import KdfParameters
from store.vault import Vault
from tui.app import SeglApp

_KEYS = {" ": "space", ".": "full_stop", ",": "comma", "-": "minus", "/": "slash", "\n": "enter"}
PASSPHRASE = Secret.from_text("kort hund løber")
SET_UP = OfficeSetUp(
    office="Skovby Skole",
    author="Rådgiver Ravn",
    contacts=(Contact(id="prevention-unit", name="Forebyggelsen", phone="11 22 33 44"),),
)
INTAKE = Intake(
    title="Billede delt i 8.b",
    happened="A fortæller, at et billede er delt i klassens gruppe.",
    people=(
        PersonDraft(name="A", roles=(Role.VICTIM, Role.PUPIL), age=Age.MINOR),
        PersonDraft(name="Mor til A", roles=(Role.PARENTAL_AUTHORITY,), age=Age.ADULT, authority_over=("A",)),
    ),
    stand_in="Kollega Kvist",
)


@pytest.fixture(autouse=True)
def danish() -> Iterator[None]:
    """Every test starts in Danish, and leaves the language as it was."""
    before = current_language()
    set_language("da")
    yield
    set_language(before)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A private home."""
    before = os.umask(0o077)
    home = Home(tmp_path / "home")
    home.prepare()
    os.umask(before)
    return home


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a vault that has been set up: made once, copied for each test."""
    before, language = os.umask(0o077), current_language()
    set_language("da")
    root = tmp_path_factory.mktemp("made")
    with Casework(Vault.create(Home(root), label="Ravn", passphrase=PASSPHRASE, kdf=KdfParameters.FLOOR)) as casework:
        casework.set_up(SET_UP)
    set_language(language)
    os.umask(before)
    return root


@pytest.fixture
async def client(home: Home, made: Path) -> AsyncIterator[VaultClient]:
    """An open vault that has been set up."""
    shutil.copytree(made, home.root, copy_function=shutil.copy, dirs_exist_ok=True)
    opened = await VaultClient.unlock(home.vault(), PASSPHRASE)
    yield opened
    await opened.close()


@pytest.fixture
async def case(client: VaultClient) -> CaseSummary:
    """A case with two people and a note."""
    return await client.do(Casework.new_case, INTAKE)


class Shown(SeglApp):
    """The app, with one screen over an empty one."""

    def __init__(self, home: Home, client: VaultClient, first: Callable[[], Any]) -> None:
        super().__init__(home)
        self.client = client
        self.first = first
        self.answers: list[Any] = []

    def on_mount(self) -> None:
        """Show the screen; keep what it gives back."""
        self.push_screen(self.first(), self.answers.append)


@pytest.fixture
def show(home: Home, client: VaultClient) -> Callable[[Callable[[], Any]], Shown]:
    """Make an app that shows one screen."""
    return lambda first: Shown(home, client, first)


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until no work is under way and all is drawn, or what is under way waits for a person."""
    before: set[int] = set()
    same = quiet = 0
    for _round in range(1000):
        await pilot._wait_for_screen()
        await asyncio.sleep(0.004)
        working = {id(worker) for worker in pilot.app.workers if not worker.is_finished}
        if working:
            quiet = 0
            same = same + 1 if working == before else 0
            before = working
            if same > 12:
                break
        else:
            quiet += 1
            if quiet > 2:
                break
    await pilot.pause()


@contextmanager
def _typing() -> Iterator[None]:
    """Textual takes a process for idle that did next to nothing for 20 ms, twice a key: between letters it need not."""
    usual = textual._wait.SLEEP_GRANULARITY, textual._wait.SLEEP_IDLE
    textual._wait.SLEEP_GRANULARITY, textual._wait.SLEEP_IDLE = (one / 10 for one in usual)
    try:
        yield
    finally:
        textual._wait.SLEEP_GRANULARITY, textual._wait.SLEEP_IDLE = usual


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, or type where a key begins with '='; wait after each."""
    for key in keys:
        *letters, last = [_KEYS.get(letter, letter) for letter in key[1:]] if key.startswith("=") else [key]
        with _typing():
            await pilot.press(*letters)
        await pilot.press(last)
        await settle(pilot)


async def until(pilot: Pilot[Any], holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something holds; fail where it never does."""
    for _round in range(int(seconds / 0.02)):
        await pilot.pause()
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(text_of(pilot.app))


def text_of(app: Any) -> str:
    """What the screen shows, line by line, as the terminal gets it."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)
