"""A bundle whose passphrase costs more than usual: what it costs is asked first, or said with `--costly`."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from store.age import ScryptIdentity, ScryptRecipient, decrypt, encrypt
from store.secret import Secret
from tests.tui.cli.support import Segl
from tests.tui.cli.test_terminal import screen

PHRASE = "heste i regnvejr"


@pytest.fixture(scope="module")
def home_and_bundle(made: Path, tmp_path_factory: pytest.TempPathFactory, reference: str) -> tuple[Path, Path]:
    """A home with a case, and that case sealed with a passphrase that takes twice the usual work."""
    folder = tmp_path_factory.mktemp("costly")
    shutil.copytree(made, folder / "home")
    usual = folder / "usual.segl.age"
    Segl(folder / "home")("seal", reference, "--for", "colleague", "-o", usual, fds={"--passphrase-fd": PHRASE})
    plain = io.BytesIO()
    with usual.open("rb") as source:
        decrypt(source, plain, [ScryptIdentity(Secret.from_text(PHRASE))])
    plain.seek(0)
    costly = folder / "costly.segl.age"
    with costly.open("wb") as sink:
        encrypt(plain, sink, [ScryptRecipient(Secret.from_text(PHRASE), work_factor=19)])
    return folder / "home", costly


@pytest.fixture
def segl(home_and_bundle: tuple[Path, Path]) -> Segl:
    return Segl(home_and_bundle[0])


@pytest.fixture
def costly(home_and_bundle: tuple[Path, Path]) -> Path:
    return home_and_bundle[1]


@pytest.mark.parametrize("command", [("open",), ("import",), ("receipt", "give")])
def test_where_nobody_can_be_asked_it_is_refused_with_its_cost_and_the_option(
    segl: Segl, costly: Path, command: tuple[str, ...]
) -> None:
    done = segl(*command, costly, "--lang", "en", fds={"--passphrase-fd": PHRASE}, code=4)
    assert "2 seconds and 512 MiB" in done.err
    assert "--costly" in done.err
    assert "stand still" not in done.err
    assert "Nothing was tried" in done.err


def test_with_the_option_it_is_opened_and_taken_in(segl: Segl, costly: Path) -> None:
    done = segl("open", costly, "--costly", "--json", fds={"--passphrase-fd": PHRASE}, code=0)
    assert done.json["verdicts"]
    done = segl("import", costly, "--costly", "--json", fds={"--passphrase-fd": PHRASE})
    assert done.json["new"] == 0


def test_a_wrong_passphrase_is_said_to_be_one(segl: Segl, costly: Path) -> None:
    done = segl("open", costly, "--costly", "--lang", "en", fds={"--passphrase-fd": "forkert"}, code=3)
    assert "None of your keys or passphrases" in done.err


@pytest.mark.parametrize("command", ["open", "import"])
def test_a_person_is_asked_before_the_passphrase(segl: Segl, costly: Path, command: str) -> None:
    with screen(segl, command, costly, "--lang", "en") as shown:
        shown.wait_for("2 seconds and 512 MiB")
        shown.answer("Go on?", "no")
        assert shown.end() == 1
    assert "bundle's passphrase:" not in shown.text
    assert "Nothing was opened" in shown.text


def test_a_yes_opens_it(segl: Segl, costly: Path) -> None:
    with screen(segl, "open", costly, "--lang", "en") as shown:
        shown.answer("Go on?", "yes")
        shown.answer("bundle's passphrase:", PHRASE)
        shown.wait_for("Trying the passphrase")
        assert shown.end() == 4
    assert "Intact" in shown.text


@pytest.mark.parametrize("command", ["open", "import"])
@pytest.mark.parametrize("factor", ["21", "30"])
def test_what_is_never_done_is_refused_at_once(
    segl: Segl, costly: Path, tmp_path: Path, factor: str, command: str
) -> None:
    hostile = tmp_path / "a.segl.age"
    hostile.write_bytes(costly.read_bytes().replace(b" 19\n", f" {factor}\n".encode(), 1))
    for more in ((), ("--costly",)):
        done = segl(command, hostile, *more, "--lang", "en", fds={"--passphrase-fd": PHRASE}, code=4)
        assert "stand still" in done.err
        with screen(segl, command, hostile, *more, "--lang", "en") as shown:
            assert shown.end() == 4
        assert "?" not in shown.text
        assert "passphrase:" not in shown.text
