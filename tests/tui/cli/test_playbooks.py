"""`segl playbook`: list, check, diff without unlocking anything; move with a reason."""

from __future__ import annotations

from pathlib import Path

from guidance.loader import FOLDER
from tests.tui.cli.support import Segl
from tests.tui.cli.test_json import faults

CARD = (FOLDER / "action-card.toml").read_text("utf-8")


def _changed(tmp_path: Path) -> Path:
    file = tmp_path / "card.toml"
    text = CARD.replace("version = 1\n", "version = 2\n", 1)
    file.write_text(text.replace('recurs = "P1M"', 'recurs = "P2W"', 1), "utf-8")
    return file


def test_the_list_names_what_ships_what_is_the_offices_and_what_is_wrong(segl: Segl) -> None:
    plain = segl("playbook", "list", "--json", unlock=False).json
    assert faults("segl playbook list", plain) == []
    assert {(book["id"], book["origin"]) for book in plain["playbooks"]} == {
        (path.stem, "shipped") for path in FOLDER.glob("*.toml")
    }
    (segl.home / "playbooks").mkdir()
    (segl.home / "playbooks" / "card.toml").write_text(CARD.replace("version = 1\n", "version = 9\n", 1), "utf-8")
    (segl.home / "playbooks" / "bad.toml").write_text("schema = 2\n")
    (segl.home / "law.toml").write_text("schema = 1\n[[rules]]\n")
    more = segl("playbook", "list", "--json", unlock=False).json
    assert faults("segl playbook list", more) == []
    assert ("action-card", 9, "own") in {(book["id"], book["version"], book["origin"]) for book in more["playbooks"]}
    assert [(one["file"], one["problem"]) for one in more["faults"]] == [
        ("bad.toml", "wrong-schema"),
        ("law.toml", "missing"),
    ]
    said = segl("playbook", "list", "--lang", "en", unlock=False).out
    assert "action-card  The action card  version 9  the office's own" in said
    assert "Not used: bad.toml: schema: schema 2 is not known here" in said


def test_today_names_the_offices_file_that_is_not_used(segl: Segl) -> None:
    assert "Not used" not in segl("today", "--lang", "en").err
    (segl.home / "playbooks").mkdir()
    (segl.home / "playbooks" / "bad.toml").write_text("schema = 2\n")
    assert "Not used: bad.toml: schema: schema 2" in segl("today", "--lang", "en").err


def test_a_file_is_checked_with_its_place(segl: Segl, tmp_path: Path) -> None:
    good = _changed(tmp_path)
    document = segl("playbook", "check", good, "--json", unlock=False).json
    assert faults("segl playbook check", document) == []
    assert (document["playbook"]["version"], document["steps"] > 20) == (2, True)
    bad = tmp_path / "slip.toml"
    bad.write_text(CARD.replace('fact = "parents.decision"', 'fact = "parents.decison"', 1), "utf-8")
    done = segl("playbook", "check", bad, "--lang", "en", unlock=False, code=1)
    assert "slip.toml: steps[7].needs[0]: unknown fact 'parents.decison'" in done.err
    failed = segl("playbook", "check", tmp_path / "gone.toml", "--json", unlock=False, code=1).json
    assert failed["error"]["code"] == "playbook-not-valid"
    weak = tmp_path / "weak.toml"
    weak.write_text(CARD.replace('label.da = "ingen endnu"', 'label.da = "politiet"', 1), "utf-8")
    assert "secured-before-cleared" in segl("playbook", "check", weak, unlock=False, code=1).err


def test_differences_are_told(segl: Segl, tmp_path: Path) -> None:
    changed = _changed(tmp_path)
    document = segl("playbook", "diff", "action-card", changed, "--json", unlock=False).json
    assert faults("segl playbook diff", document) == []
    assert [(one["sort"], one["id"], one["change"]) for one in document["differences"]] == [
        ("playbook", "action-card", "changed"),
        ("step", "follow-up", "changed"),
    ]
    assert document["differences"][1]["fields"] == [{"field": "recurs", "before": "P1M", "after": "P14D"}]
    said = segl("playbook", "diff", "action-card", changed, "--lang", "en", unlock=False).out
    assert "Changed step: Follow up\n  again after: 1 month -> 14 days\n" in said
    assert "Nothing differs." in segl("playbook", "diff", changed, changed, "--lang", "en", unlock=False).out


def test_a_case_is_moved_with_a_reason(segl: Segl, case: str, tmp_path: Path) -> None:
    segl("playbook", "move", case, "action-card", "--json", fds={"--reason-fd": "Nyt"}, code=5)
    (segl.home / "playbooks").mkdir()
    _changed(segl.home / "playbooks")
    assert segl("playbook", "move", case, "action-card", "--no-input", code=2).code == 2
    could = segl("playbook", "moves", case, "--json").json
    assert faults("segl playbook moves", could) == []
    assert [(book["id"], book["version"]) for book in could["moves"]] == [("action-card", 2)]
    assert "workplace-plan" in {book["id"] for book in could["to_take_in"]}
    assert "can be moved to version 2" in segl("playbook", "moves", case, "--lang", "en").out
    moved = segl("playbook", "move", case, "action-card", "--json", fds={"--reason-fd": "Besluttet i dag"}).json
    assert faults("segl playbook move", moved) == []
    assert [(book["id"], book["version"]) for book in moved["playbooks"]] == [("action-card", 2), ("handling-model", 1)]
    words = segl("case", "history", case, "--json").json["history"][-1]["words"]
    assert "Besluttet i dag" in words
    segl("playbook", "move", case, "nothing-such", fds={"--reason-fd": "x"}, code=2)
    assert segl("doctor", "--json").json["well"]


def test_an_intake_that_says_images_are_shared_begins_with_all_its_playbooks(segl: Segl) -> None:
    intake = 'title = "Billede"\nkind = "workplace"\nstand_in = "Bo"\n[facts]\n"images.shared" = "ja"\n'
    case = segl.new_case(f'{intake}"offender.same-school" = "nej"\n')
    segl("level", case, "3", fds={"--reason-fd": "Panik."})
    history = segl("case", "history", case, "--json").json["history"]
    assert [line["kind"] for line in history].count("playbook.pinned") == 3
    plain = segl.new_case('title = "Hetz"\nkind = "workplace"\nstand_in = "Bo"\n')
    refused = segl("level", plain, "3", "--json", fds={"--reason-fd": "Panik."}, code=5).json
    assert refused["error"]["rule"] == "level-described"
