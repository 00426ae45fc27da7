"""Sealing is stopped while the files of a large case are made, and not only at the paper or when it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.age.errors import SealCancelled
from store.bundle import contents, json_strict, weighing
from store.bundle.seal import SealOrder, prepare
from store.model import CaseExport, Purpose
from tests.store.bundle.invented import BIRGIT, POLICE_RECIPIENT, export


@pytest.fixture(scope="module")
def large() -> CaseExport:
    return export(notes=1000)


def order(folder: Path) -> SealOrder:
    return SealOrder(purpose=Purpose.POLICE, out=folder / "K7M4Q.segl.age", recipients=(POLICE_RECIPIENT,))


@pytest.mark.parametrize("made_by", ["case_document", "case_report", "_json", "write_journal"])
def test_it_stops_at_the_step_at_which_somebody_says_so(
    made_by: str, large: CaseExport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop: list[int] = []
    done: list[int] = []
    real = getattr(contents, made_by)

    def begins(*arguments: object, **more: object) -> object:
        stop.append(1)
        made = real(*arguments, **more)
        done.append(1)
        return made

    monkeypatch.setattr(contents, made_by, begins)
    with pytest.raises(SealCancelled):
        prepare(large, order(tmp_path), BIRGIT.sign, cancelled=lambda: bool(stop))
    # It is not made to its end; the document alone is, which is made at one go.
    assert bool(done) == (made_by == "case_document")
    assert not list(tmp_path.iterdir())


def test_it_stops_while_it_is_weighed(large: CaseExport) -> None:
    files = contents.payload_of(large, Purpose.POLICE, "da")
    with pytest.raises(SealCancelled):
        weighing.weigh(files, cancelled=lambda: True)
    # The control: nobody stops it.
    assert weighing.weigh(files) in (True, False)


def test_a_document_that_is_asked_for_piece_by_piece_has_the_same_bytes() -> None:
    document: dict[str, object] = {"a": [1, {"b": "æ\u202e"}, []], "c": None, "d": {}}
    assert json_strict.dumps(document, indent=1, each=lambda: None) == json_strict.dumps(document, indent=1)
