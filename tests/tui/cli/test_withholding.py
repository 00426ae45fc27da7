"""A bundle for the person concerned: names listed, a choice given, withheld, and said so on opening."""

from __future__ import annotations

import json
from pathlib import Path

from tests.store.bundle.invented import POLICE, POLICE_RECIPIENT
from tests.tui.cli.support import Segl


def test_names_choice_and_what_is_said_on_opening(segl: Segl, case: str, tmp_path: Path) -> None:
    segl("person", "add", case, "--person", "-", stdin='name = "Zebulon Quist"\nroles = ["offender"]\n')
    segl("note", "add", case, stdin="Zebulons far ringede.\n")
    sealed = tmp_path / "a.segl.age"
    order = ("seal", case, "--for", "person-concerned", "--to", POLICE_RECIPIENT, "-o", sealed)
    assert "choice-needed" in segl(*order, "--json", code=5).err + segl(*order, "--json", code=5).out
    names = segl("seal", case, "--names", "--json").json
    assert {"Zebulon Quist", "Zebulon", "Quist"} <= {*names["choice"]["words"]}
    # One name is left out: refused, and named.
    some = {**names["choice"], "words": [word for word in names["choice"]["words"] if word != "Quist"]}
    some["words"].remove("Zebulon Quist")
    refused = segl(*order, "--withhold", "-", stdin=json.dumps(some), code=5)
    assert "Quist" in refused.err
    assert not sealed.exists()
    segl(*order, "--withhold", "-", stdin=json.dumps(names["choice"]))
    identity = tmp_path / "key"
    identity.write_text(POLICE.encode().reveal().decode() + "\n")
    identity.chmod(0o600)
    opened = segl("open", sealed, "--identity", identity, "--json").json
    complete = opened["verdicts"]["complete"]
    assert complete["on_purpose"] == complete["withheld"] >= 2
    assert opened["verdicts"]["intact"]["holds"]
    assert "Zebulon" not in json.dumps(opened)
    assert opened["purpose"] == "person-concerned"


def test_a_choice_that_is_none_is_refused_with_its_place(segl: Segl, case: str, tmp_path: Path) -> None:
    sealed = tmp_path / "a.segl.age"
    order = ("seal", case, "--for", "authority", "--to", POLICE_RECIPIENT, "-o", sealed, "--withhold", "-")
    assert "spans[0]" in segl(*order, stdin='{"spans": [1]}', code=2).err
    assert not sealed.exists()
