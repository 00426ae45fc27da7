"""`segl doctor` on the command line: stopped, it says what it found by then and what it did not look at."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from store import put_back
from store.casework import Casework
from store.doctor import _Examination
from tests.tui.cli.support import Segl
from tests.tui.cli.test_json import faults

WHERE = "store.doctor._Examination.keys"


@pytest.mark.parametrize("damaged", [True, False])
def test_stopped_it_says_what_it_found_and_what_it_did_not_look_at(
    segl: Segl, case: str, in_this_process: pytest.MonkeyPatch, damaged: bool
) -> None:
    real = _Examination.keys

    def interrupted(self: _Examination, *arguments: Any) -> Any:
        if damaged:
            self.note("key-differs", "ab12")
        os.kill(os.getpid(), signal.SIGINT)
        return real(self, *arguments)

    with in_this_process.context() as patch:
        patch.setattr(WHERE, interrupted)
        code = 4 if damaged else 130
        said = segl("doctor", "--lang", "en", code=code).out
        danish = segl("doctor", "--lang", "da", code=code).out
        document = segl("doctor", "--json", code=code).json
    assert faults("segl doctor", document) == []
    assert (document["whole"], document["well"]) == (False, False)
    assert document["looked"] == ["structure", "office", "entries", "checkpoints", "keys"]
    assert document["not_looked"] == ["playbooks", "tables"]
    assert "entries, " not in said.splitlines()[1]
    assert said.startswith(
        "Stopped before the end.\nLooked at: the structure of the database, the tables of the office, entries and "
        "signatures, order and checkpoints, keys.\nNOT looked at, or not to the end: playbooks, the tables of the "
        "cases.\n"
    )
    assert ("ab12" in said, "Not everything verifies." in said, bool(document["todo"])) == (damaged,) * 3
    assert ("is not known" in said, "vides ikke" in danish) == (not damaged,) * 2
    # The control: not stopped, all of it was looked at, and there is nothing.
    whole = segl("doctor", "--lang", "en").out
    assert whole.startswith("Looked at: ") and "Everything verifies." in whole
    document = segl("doctor", "--json").json
    assert (document["well"], document["not_looked"]) == (True, [])


def test_that_an_old_copy_was_put_back_is_said_by_each_command_until_a_person_knows(
    segl: Segl, case: str, in_this_process: pytest.MonkeyPatch
) -> None:
    assert "Nothing shows that an old copy was put back." in segl("doctor", "--settle", "--lang", "en").out
    real = Casework.exchange_known

    def came_back(self: Casework) -> Any:
        with self._connection.transaction():
            put_back.note_came(self._connection, 3)
        return real(self)

    with in_this_process.context() as patch:
        patch.setattr(Casework, "exchange_known", came_back)
        segl("exchange")
    for _again in range(2):
        assert "own key came back from others (" in segl("case", "list", "--lang", "en").err
        document = segl("doctor", "--json", code=4).json
    assert faults("segl doctor", document) == []
    assert [one["code"] for one in document["findings"]] == ["own-came-back"]
    assert any("segl doctor --settle" in line for line in document["todo"])
    assert segl("doctor", "--settle", "--json").json["settled"] == ["own-came-back"]
    assert not segl("case", "list", "--lang", "en").err
    assert segl("doctor", "--json").json["well"]
