"""Every small hostile bundle goes by `segl import` as it goes by `segl open`: refused, and the vault stays to the byte.

One vault for all, and in this process: a vault that is unlocked for each would cost a minute. What the age layer lets
through is sealed again to that vault's own key, so that it gets as far as a bundle of a colleague does.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from guidance.errors import ExitCode, SeglError
from guidance.language import speaking
from store import keys
from store.age import decrypt, encrypt
from store.age.errors import AgeError
from store.bundle.errors import NotSealed, SealedAsText
from store.bundle.seal import SealOrder, seal
from store.cases.importing import CardsLacking
from store.casework import Casework
from store.model import Purpose
from tests.store.age import kit
from tests.store.bundle.hostile import snapshot
from tests.store.bundle.hostile_files import TABLE
from tests.store.bundle.hostile_makers import FOLDER, SUFFIX
from tests.store.bundle.invented import POLICE
from tests.store.bundle.opener import PASSPHRASE
from tests.store.circle import circle, shares
from tests.store.desk import a_case
from tui.cli.answer import Answer, Output
from tui.cli.main import perform
from tui.cli.parser import parse
from tui.cli.registry import commands, groups
from tui.cli.session import Session
from tui.cli.sources import ProcessSources

SMALL = [name for name, hostile in TABLE.items() if not hostile.large]


HOLDERS = [POLICE, kit.IDENTITY]
NO_VERDICT = {"not-sealed": NotSealed, "not-sealed-tar": NotSealed, "sealed-as-text": SealedAsText}
"""What no bundle was made of is told in other words than the verdict of `segl open`."""


def given() -> tuple[str, str]:
    """The passphrase, on a descriptor."""
    reading, writing = os.pipe()
    os.write(writing, PASSPHRASE)
    os.close(writing)
    return "--passphrase-fd", str(reading)


@dataclass(frozen=True)
class Taker:
    """A vault with a case in it, and a colleague whose card counts there."""

    desk: Casework
    colleague: Casework
    folder: Path

    def sealed_again(self, path: Path, into: Path) -> Path | None:
        """What is in the file, for this vault's key; None where age lets nothing of it through."""
        plain = io.BytesIO()
        with suppress(AgeError), path.open("rb") as source:
            decrypt(source, plain, HOLDERS)
            again = into / path.name
            with again.open("wb") as sink:
                encrypt(io.BytesIO(plain.getvalue()), sink, [keys.identities(self.desk._connection)[0].recipient])
            return again
        return None

    def imports(self, path: Path, *more: str) -> Answer:
        """`segl import` with the vault open."""
        options = parse(["import", str(path), "--no-input", *more], commands(), groups())
        session = Session(options, ProcessSources(no_input=True), Output(as_json=False))
        session.adopt(self.desk._vault, self.desk)  # type: ignore[arg-type]
        return perform(session, options)


@pytest.fixture(scope="module")
def taker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taker]:
    root = tmp_path_factory.mktemp("taker")
    mette, bo = circle(root, "Mette", "Bo")
    a_case(mette)
    yield Taker(mette, bo, root / "1")
    for desk in (mette, bo):
        desk.close()


@pytest.mark.parametrize("name", SMALL)
def test_it_is_refused_and_the_vault_is_as_it_was(
    name: str, taker: Taker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile, path = TABLE[name], FOLDER / f"{name}{SUFFIX}"
    as_text = path.read_bytes().startswith(b"-----BEGIN")
    again = None if as_text else taker.sealed_again(path, tmp_path)
    if again is None:
        # Then the vault has the key that it was sealed to: it is refused for what is wrong with it.
        monkeypatch.setattr(taker.desk, "identities", lambda: HOLDERS)
    before, beside = snapshot(taker.folder), snapshot(tmp_path)
    with speaking("en"), pytest.raises(SeglError) as refused:
        taker.imports(again or path, *(given() if hostile.passphrase or name == "scrypt-beside-a-key" else ()))
    told = refused.value.diagnostics()
    said = " ".join(f"{told.happened} {told.todo}".split())
    if hostile.code == ExitCode.DONE:
        # Well built, and refused all the same: nobody's card counts here.
        assert isinstance(refused.value, CardsLacking)
    else:
        assert refused.value.exit_code == hostile.code
        if name in NO_VERDICT:
            assert isinstance(refused.value, NO_VERDICT[name])
        else:
            assert [words for words in hostile.all_said if words not in said] == [], said
    assert snapshot(taker.folder) == before
    assert snapshot(tmp_path) == beside


def test_control_a_good_one_of_a_colleague_is_taken_in_and_the_vault_is_seen_to_change(
    taker: Taker, tmp_path: Path
) -> None:
    case = a_case(taker.colleague)
    shares(taker.colleague, case.id, taker.desk)
    recipient = taker.desk.key_card().recipient
    order = SealOrder(purpose=Purpose.COLLEAGUE, out=tmp_path / "sag.segl.age", recipients=(recipient,))
    path = Path(seal(taker.colleague.export_case(case.id), order, taker.colleague.sign).path)
    before = snapshot(taker.folder)
    taker.imports(path)
    assert snapshot(taker.folder) != before
    assert case.id in {one.id for one in taker.desk.cases()}
