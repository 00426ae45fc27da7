"""Whom a step names is found from it, on the command line as on the screen: every step, every entry."""

from __future__ import annotations

import pytest

from guidance.directory import find
from guidance.engine import evaluate
from guidance.loader import shipped
from guidance.model import Playbook
from screens.says import said_with
from store.casework import Casework
from tests.guidance.cases import TODAY, facts
from tests.store.desk import set_up_desk
from tui.cli.said import said_lines


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Casework:
    return set_up_desk(tmp_path_factory.mktemp("said"))


@pytest.mark.parametrize("book", shipped(), ids=lambda book: book.id)
def test_every_entry_that_a_step_names_is_said_with_it(desk: Casework, book: Playbook) -> None:
    guide = evaluate([book], facts(), TODAY)
    named = 0
    for view in guide.steps:
        told = "\n".join(said_lines(desk, guide, view))
        shown = "\n".join(line.plain for line in said_with(view.step.says, [book], desk.directory(), desk.plan()))
        for said in view.step.says:
            sort, _colon, id = said.partition(":")
            if sort == "directory":
                entry = find(id, desk.directory())
                assert entry is not None
                for words in (entry.name.local(), entry.phone, entry.site, entry.mail, entry.mark()):
                    assert words in told, (view.id, id)
                    assert words in shown, (view.id, id)
                named += 1
    assert named
