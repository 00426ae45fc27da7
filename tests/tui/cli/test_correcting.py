"""What is recorded is put right from the command line, and what stood there stays."""

from __future__ import annotations

from tests.tui.cli.support import Segl
from tests.tui.cli.test_json import faults


def test_a_note_a_person_and_an_answer_are_put_right(segl: Segl, case: str) -> None:
    note = segl("note", "add", case, "--json", stdin="Alma så bileldet.").json["note"]["id"]
    segl("note", "correct", case, note[:8], "--no-input", stdin="Alma så billedet.", code=2)
    corrected = segl(
        "note", "correct", case, note[:8], "--json", stdin="Alma så billedet.", fds={"--reason-fd": "En tastefejl."}
    ).json
    assert faults("segl note correct", corrected) == []
    assert [(one["text"], one["reason"]) for one in corrected["note"]["versions"]] == [
        ("Alma så bileldet.", ""),
        ("Alma så billedet.", "En tastefejl."),
    ]

    before = segl("case", "show", case, "--json").json["people"][0]
    changed = segl(
        "person", "change", case, before["id"][:8], "--person", "-", "--json", stdin='contact = "22 33"'
    ).json
    assert faults("segl person change", changed) == []
    assert changed["person"] == {**before, "contact": "22 33"}
    segl("person", "change", case, "0000", "--person", "-", stdin='contact = "x"', code=2)
    segl("person", "change", case, before["id"], "--person", "-", stdin='roles = ["hero"]', code=2)

    recorded = segl("guide", "set", case, "--facts", "-", "--json", stdin='"offender.same-school" = false').json
    assert faults("segl guide set", recorded) == []
    assert recorded["facts"] == {"offender.same-school": False}
    kept = segl("guide", "set", case, "--facts", "-", "--json", stdin='"level" = 4', code=2).json
    assert kept["error"]["code"] == "fact-unknown"
    step = segl("guide", "show", case, "ask-prevention", "--json").json
    assert faults("segl guide show", step) == []
    whole = segl("guide", "show", case, "ask-prevention", "--lang", "en").out
    assert step["step"]["id"] == "ask-prevention"
    assert all(
        words in whole for words in ("Why\n", "How\n", "It asks\n", "From: The action card", "prevention.contacted-on")
    )
    shown = segl("case", "show", case, "--lang", "da").out
    assert f"{note[:8]}  Notat" in shown
    assert f"{before['id'][:8]}  {before['name']}" in shown
