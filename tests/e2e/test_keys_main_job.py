"""The main job by keys alone, in a real terminal of 80x24; stock tools and `segl open` judge its bundle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.terminal import NotSeen, Terminal
from tests.tools import ROOT, find, need

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PASSPHRASE = "seks rolige hejrer ved en grå sø"
NOTE = "The first talk: she took a glass of water."


@dataclass(frozen=True)
class Place:
    """Where the job happens: a home, originals, a recipient's key."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def original(self) -> Path:
        return self.folder / "original.png"

    @property
    def identity(self) -> Path:
        return self.folder / "police.txt"

    @property
    def sealed(self) -> Path:
        return self.folder / "to-police.segl.age"


def segl(place: Place, *arguments: str) -> subprocess.CompletedProcess[str]:
    read, write = os.pipe()
    os.write(write, PASSPHRASE.encode())
    os.close(write)
    try:
        return subprocess.run(
            [sys.executable, "-m", "tui", *arguments, "--home", str(place.home), "--vault-passphrase-fd", str(read)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            pass_fds=[read],
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
    finally:
        os.close(read)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    need("tmux", "age", "age-keygen", "ssh-keygen")
    place = Place(tmp_path_factory.mktemp("keys"))
    place.original.write_bytes(b"what the picture is made of" * 10_000)
    subprocess.run([str(find("age-keygen")), "-o", str(place.identity)], check=True, capture_output=True)
    return place


@pytest.fixture(scope="module")
def recipient(place: Place) -> str:
    done = subprocess.run(
        [str(find("age-keygen")), "-y", str(place.identity)], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def terminal(place: Place) -> Iterator[Terminal]:
    environment = {
        "SEGL_HOME": str(place.home),
        "LANG": "en_GB.UTF-8",
        "LC_ALL": "en_GB.UTF-8",
        "PYTHONPATH": str(ROOT),
    }
    with Terminal([sys.executable, "-m", "tui"], environment=environment, directory=place.folder) as terminal:
        yield terminal


def set_up(terminal: Terminal) -> None:
    terminal.wait_for("Set up Segl", "Look round with a demo", "F2 Emergency help")
    terminal.keys("Enter")
    terminal.wait_for("Question 1 of 8", "Which language shall Segl speak?")
    terminal.keys("Enter")
    terminal.wait_for("Question 2 of 8", "What is your office called?")
    terminal.type("Ungerådgivningen Nordby")
    terminal.keys("Enter")
    terminal.wait_for("What is your name?")
    terminal.type("Kim Holm")
    terminal.keys("Enter")
    for question in (4, 5, 6):  # contacts, whose three fields are left empty
        terminal.wait_for(f"Question {question} of 8")
        terminal.move("Enter", "Enter")
        terminal.keys("Enter")
    terminal.wait_for("Question 7 of 8", "Choose a passphrase")
    terminal.type(PASSPHRASE)
    terminal.move("Enter")
    terminal.type(PASSPHRASE)
    terminal.keys("Enter")
    terminal.wait_for("Is this right?", "Ungerådgivningen Nordby", "Kim Holm")
    terminal.keys("Enter")
    terminal.wait_for("Your vault is ready", "Who can open it", seconds=60)
    terminal.keys("Enter")
    terminal.wait_for("Press o to open the first one")


def open_case(terminal: Terminal) -> None:
    terminal.keys("o")
    terminal.wait_for("What sort of case is it?")
    terminal.keys("Enter")
    terminal.wait_for("What is the case to be called?")
    terminal.type("Picture shared in 8.B")
    terminal.keys("Enter")
    terminal.wait_for("What has happened, as it was told to you?")
    terminal.type("A pupil came to me in tears.")
    terminal.keys("C-s")
    terminal.wait_for("Who is part of the case?")
    terminal.keys("Enter")
    terminal.wait_for("Add somebody", "Roles")
    terminal.type("M.")
    terminal.keys("Tab", "Space", "Tab", "Up", "Up", "Space", "C-s")
    terminal.wait_for("M.", "the person violated · minor")
    terminal.keys("C-s")
    for _ in range(6):
        shown = terminal.wait_for("New case", "of")
        if "Who may read the case if you are ill?" in shown:
            break
        page = shown.split("page ")[1].split(" of")[0]
        terminal.keys("C-s")
        terminal.wait_for("New case", gone=[f"page {page} of"])
    terminal.type("Birk")
    terminal.keys("C-s")
    terminal.wait_for("Is this right?", "Picture shared in 8.B", "M. (the person violated)")
    terminal.keys("C-s")
    terminal.wait_for("Look at the reaction first, then the image", "Evidence (0)", "level not decided")


def decide_level(terminal: Terminal) -> None:
    terminal.keys("l")
    terminal.wait_for("How does the person react?", "What does the image show?")
    terminal.keys("Down", "Down", "Space", "Tab", "Down", "Down", "Space", "Tab", "Space", "Tab", "Tab")
    terminal.wait_for("Segl suggests level 3", "You decide")
    terminal.keys("Down", "Down", "Space")
    terminal.wait_for("(•) Level 3")
    terminal.keys("Tab")
    terminal.wait_for("(•) Level 3", "not described in the source, can't be chosen")
    terminal.type("She is shaking and can't stop crying.")
    terminal.keys("C-s")
    terminal.wait_for("level 3", "Stay with the person and bring calm", gone=["You decide"])


def add_evidence(terminal: Terminal, place: Place) -> None:
    terminal.keys("b")
    terminal.wait_for("Does the material show somebody under 18?", "114")
    terminal.keys("Enter")
    terminal.wait_for("Choose files and folders to register")
    terminal.keys("BTab")
    terminal.type(str(place.original))
    terminal.keys("Enter")
    terminal.wait_for("original.png", "Read and go on", gone=["Choose files and folders to register"])
    terminal.keys("Enter")


def test_set_up_and_open_a_case(terminal: Terminal) -> None:
    set_up(terminal)
    open_case(terminal)


def test_the_level_is_a_decision(terminal: Terminal) -> None:
    decide_level(terminal)


def test_a_note_in_two_keystrokes(terminal: Terminal) -> None:
    terminal.keys("n")
    # 'Note' alone stands on the page before, too: 'Notes (1)'.
    terminal.wait_for("Note", gone=["Notes (1)"])
    terminal.type(NOTE)
    terminal.keys("C-s")
    terminal.wait_for("Notes (2)")


def test_evidence_is_registered(terminal: Terminal, place: Place) -> None:
    add_evidence(terminal, place)
    terminal.wait_for("Evidence 1 of 1", "original.png", "Missing: platform, user names")
    terminal.type("Snapchat")
    terminal.move("Tab")
    terminal.type("ukendt_88")
    terminal.keys("C-s")
    terminal.wait_for(
        "Evidence (1)",
        "E1",
        "5 facts missing",
        "Missing: when it was posted",
        "press c, then w",
        "Who has the original",
    )


def select_step(terminal: Terminal, title: str) -> None:
    """Go down the guide until the step is the one that is shown below the line."""
    terminal.keys("Home")
    terminal.rest()
    for _ in range(60):
        shown = terminal.screen().rpartition("\u2500\n ")[2]
        if shown.startswith(title):
            return
        terminal.keys("Down")
        terminal.wait_for("\u2500\n ", gone=["\u2500\n " + shown.partition("\n")[0]])
    raise NotSeen(f"no step {title!r}; the screen shows:\n{terminal.screen()}")


def test_deleting_waits_for_the_police(terminal: Terminal) -> None:
    terminal.keys("1")
    select_step(terminal, "Have images deleted from the platform")
    terminal.wait_for("the police's decision has to be recorded")
    terminal.keys("Enter")
    terminal.wait_for("Lifted by: Record what the police decide on deletion (F8 goes there)")
    terminal.keys("C-s")
    terminal.wait_for("This did not work", "has to wait", "Nothing was recorded and nothing is lost")
    terminal.keys("Enter")
    terminal.wait_for("Waits", gone=["This did not work"])


def test_the_decision_lifts_it(terminal: Terminal) -> None:
    terminal.keys("F8")
    terminal.wait_for("─\n Record what the police decide on deletion")
    terminal.keys("Enter")
    terminal.wait_for("Who at the police decided?")
    terminal.type("The resource person in Nordby")
    terminal.move("Tab")
    terminal.type("today")
    terminal.move("Tab")
    terminal.type("0500-12345")
    terminal.keys("Tab")
    terminal.keys("Space", "C-s")
    terminal.wait_for("Recorded: Record what the police decide on deletion", gone=["\u2016"])
    select_step(terminal, "Have images deleted from the platform")
    terminal.keys("Enter")
    terminal.wait_for("When was deletion asked for?")
    terminal.type("today")
    terminal.move("Tab")
    terminal.type("E1 on Snapchat")
    terminal.keys("C-s")
    terminal.wait_for("Recorded: Have images deleted from the platform")


def order_seal(terminal: Terminal, place: Place, recipient: str) -> None:
    terminal.keys("s")
    terminal.wait_for("For whom? It decides what goes in.", "(•) the police")
    terminal.move("Tab", "Tab")
    terminal.type(recipient)
    terminal.move("Tab", "Tab")
    terminal.keys("C-a", "C-k")
    terminal.type("to-police.segl.age")
    terminal.move("Tab")
    terminal.keys("C-a", "C-k")
    terminal.type(str(place.folder))
    terminal.keys("C-s")


def test_the_case_is_sealed(terminal: Terminal, place: Place, recipient: str) -> None:
    order_seal(terminal, place, recipient)
    terminal.wait_for("This goes in, and nothing else:", "data/report.html", "data/journal.jsonl", "For: the police")
    terminal.keys("C-s")
    terminal.wait_for("The case is sealed.", "to-police.open-me.da.txt", "sha256:", seconds=60)
    assert place.sealed.exists()
    terminal.keys("Escape")
    terminal.wait_for("Evidence (1)", gone=["The case is sealed."])


def test_the_bundle_opens_on_the_screen(terminal: Terminal, place: Place) -> None:
    terminal.keys("Escape")
    terminal.wait_for("Today", "1 open case")
    terminal.keys("b")
    terminal.wait_for("Which file?", "What opens it?")
    terminal.type(str(place.sealed))
    terminal.move("Tab")
    terminal.keys("Down", "Down", "Space")
    terminal.wait_for("The key's file")
    terminal.move("Tab")
    terminal.type(str(place.identity))
    terminal.keys("C-s")
    terminal.wait_for("Intact: yes.", "Complete: yes.", "Signed by: Kim Holm, a key you know", seconds=60)
    terminal.keys("PgDn")
    terminal.wait_for(NOTE, "E1 picture: original.png")
    terminal.keys("Escape")
    terminal.wait_for("Today", "1 open case")


def test_help_and_emergency_are_one_key_away(terminal: Terminal) -> None:
    terminal.keys("F1")
    terminal.wait_for("Keys: Today", "Everywhere")
    terminal.keys("Escape")
    terminal.wait_for("1 open case", gone=["Everywhere"])
    terminal.keys("F2")
    terminal.wait_for("112")
    terminal.keys("Escape")
    terminal.wait_for("1 open case", gone=["112"])


def test_it_speaks_danish_while_running(terminal: Terminal) -> None:
    terminal.keys("F12")
    terminal.wait_for("I dag", "1 åben sag")
    terminal.keys("F12")
    terminal.wait_for("Today", "1 open case")


def test_the_lock_is_neutral_and_opens_again(terminal: Terminal) -> None:
    terminal.keys("F9")
    shown = terminal.wait_for("Locked", "Passphrase", gone=["26-", "Picture shared"])
    assert "Kim" not in shown
    assert "Nordby" not in shown
    terminal.type("not this one")
    terminal.keys("Enter")
    terminal.wait_for("That is not the passphrase of this vault.", seconds=30)
    terminal.type(PASSPHRASE)
    terminal.keys("Enter")
    # Set-up put the recovery off, and every unlocking says so.
    terminal.wait_for("No recovery was made for this vault", seconds=30)
    terminal.keys("Enter")
    terminal.wait_for("1 open case", "Picture shared", gone=["No recovery was made"], seconds=30)


def test_nothing_stays_on_the_screen(terminal: Terminal) -> None:
    terminal.keys("C-q")
    assert terminal.wait_for_end() == 0
    left = terminal.scrollback()
    assert not [text for text in ("Picture shared", NOTE, "Kim Holm", "26-") if text in left]


def test_the_bundle_gets_the_same_verdicts_from_stock_tools(place: Place) -> None:
    card = segl(place, "keys", "show", "--json")
    assert card.returncode == 0, card.stderr
    signing_key = json.loads(card.stdout)["signing_key"]
    opened = place.folder / "opened"
    opened.mkdir()
    (opened / "signers").write_text(f'sender namespaces="segl-bundle" {signing_key}\n')
    commands = """
        age -d -i ../police.txt -o plain.tar ../to-police.segl.age
        tar xf plain.tar
        cd to-police
        sha256sum --quiet -c manifest-sha256.txt
        ssh-keygen -Y verify -f ../signers -I sender -n segl-bundle -s signature.sshsig < tagmanifest-sha256.txt
        cp ../../original.png .
        sha256sum --quiet -c data/evidence.sha256
    """
    done = subprocess.run(
        ["sh", "-ec", commands],
        cwd=opened,
        env={"PATH": os.defpath, "HOME": str(opened)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    assert 'Good "segl-bundle" signature for sender' in done.stdout
    opening = ("open", str(place.sealed), "--identity", str(place.identity), "--json")
    assert segl(place, *opening, "--signer", str(opened / "signers")).returncode == 0
    assert segl(place, *opening).returncode == 0, "the vault knows its own key"


def test_the_doctor_finds_nothing(place: Place) -> None:
    assert segl(place, "doctor").returncode == 0
