"""An office's own playbooks: as strict as what ships, never weaker than the gates, and one bad file spoils nothing."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from guidance import gates
from guidance.engine import CaseFacts, SetAside, check_do, check_pass, check_record, evaluate
from guidance.faults import PlaybookError
from guidance.loader import FOLDER, for_kind, load_playbook, shipped_one
from guidance.model import FactValue, Playbook, State
from guidance.own import MAX_FILES, check_own, of_home, read_folder
from guidance.refusals import FactHeld, HoldNotPassable, StepHeld, StepNotApplicable
from tests.guidance.cases import NOW, TODAY, facts
from tests.guidance.test_loader import GOOD

CARD = shipped_one("action-card").raw.decode()
MODEL = shipped_one("handling-model").raw.decode()
HARMLESS = """
[[steps]]
id = "tidy-up"
phase = "only"
kind = "do"
strength = "may"
may_pass = true
heading = "x"
title = { da = "Ryd op", en = "Tidy up" }
why = { da = "Derfor", en = "Because" }
how = { da = "Sådan", en = "Thus" }
sets = %s
"""
TYPES = {
    "text": 'type = "text"',
    "date": 'type = "date"',
    "yes-no": 'type = "yes-no"',
    "choice": 'type = "choice"\nchoices = [{ id = "a", label = { da = "a", en = "a" } }, '
    '{ id = "b", label = { da = "b", en = "b" } }]',
}


def _fact(id: str, declared: str) -> str:
    return f'\n[[facts]]\nid = "{id}"\nlabel = {{ da = "Hvad?", en = "What?" }}\n{declared}\n'


def _step(text: str, id: str) -> str:
    start = text.index(f'[[steps]]\nid = "{id}"')
    end = text.find("\n[[steps]]\n", start + 1)
    return text[start : end if end > 0 else len(text)]


def _fact_block(text: str, id: str) -> str:
    start = text.index(f'[[facts]]\nid = "{id}"')
    return text[start : text.index("\n[[", start + 1)]


ALWAYS = re.compile(r"applies\.facts = \[.*?\n\]\n", re.DOTALL)


# ---- in the folder


def test_an_office_without_a_folder_has_none(tmp_path: Path) -> None:
    assert of_home(tmp_path) == of_home(tmp_path / "nowhere")
    assert of_home(tmp_path).playbooks == ()


def test_own_files_are_read_and_a_bad_one_is_named_while_the_rest_still_works(tmp_path: Path) -> None:
    folder = tmp_path / "playbooks"
    folder.mkdir()
    (folder / "small.toml").write_text(GOOD)
    (folder / "card.toml").write_text(CARD.replace("version = 1", "version = 7", 1))
    (folder / "slip.toml").write_text(GOOD.replace('needs = ["thing.done"]', 'needs = ["thing.dnoe"]'))
    (folder / "notes.txt").write_text("not read")
    own = of_home(tmp_path)
    assert [(book.id, book.version) for book in own.playbooks] == [("action-card", 7), ("small", 1)]
    assert [str(fault) for fault in own.faults] == ["slip.toml: steps[1].needs[0]: unknown fact 'thing.dnoe'"]
    assert {book.id for book in for_kind("school", own=own.playbooks)} == {"action-card", "handling-model", "small"}


def test_two_files_with_one_id_too_many_files_and_things_that_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "b.toml").write_text(GOOD)
    (tmp_path / "c.toml").mkdir()
    os.mkfifo(tmp_path / "d.toml")
    (tmp_path / "e.toml").symlink_to(tmp_path / "gone")
    own = read_folder(tmp_path)
    assert [book.id for book in own.playbooks] == ["small"]
    assert [(fault.name, fault.problem) for fault in own.faults] == [
        ("b.toml", "same-id"),
        ("c.toml", "not-a-file"),
        ("d.toml", "not-a-file"),
        ("e.toml", "unreadable"),
    ]
    for number in range(MAX_FILES):
        (tmp_path / f"x{number:02}.toml").write_text("schema = 1")
    assert read_folder(tmp_path).faults[0].problem == "too-many"


def test_a_fact_that_means_something_else_in_what_ships_is_refused() -> None:
    other = GOOD.replace("thing.done", "victim.age")
    with pytest.raises(PlaybookError) as caught:
        check_own(other.encode(), "own.toml")
    assert (caught.value.name, caught.value.problem) == ("own.toml", "conflict")


@pytest.mark.parametrize(
    "content",
    [
        b"a = " + b"[\n" * 200_000,
        b"x = " + b"{a=" * 60_000,
        b"\n".join(b"[" + b"a." * 499 + b"b%d]" % number for number in range(400)),
        b"version = " + b"9" * 400_000,
        b'a = "' + b"\\u0041" * 80_000,
        b"[[steps]]\n" * 50_000,
        b"\x00" * 500_000,
        b"# " + b"x" * 600_000,
        GOOD.encode() + b"".join(
            HARMLESS.replace("tidy-up", f"s{number}").replace("sets = %s", f'after = ["s{number + 1}"]').encode()
            for number in range(1500)
        ),
    ],
    ids=["lists", "tables", "dotted keys", "a number", "escapes", "steps", "zeros", "size", "a long chain"],
)  # fmt: skip
def test_a_bomb_is_refused_in_bounds(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "bomb.toml").write_bytes(content)
    own = read_folder(tmp_path)
    assert own.playbooks == ()
    assert [fault.name for fault in own.faults] == ["bomb.toml"]


def test_a_number_without_end_is_refused() -> None:
    with pytest.raises(PlaybookError) as caught:
        load_playbook(GOOD.replace("version = 1", f"version = {'9' * 900}").encode(), "x.toml")
    assert (caught.value.place, caught.value.problem) == ("version", "huge-number")


# ---- the gates


def _weakened() -> dict[str, tuple[str, str]]:
    """What somebody might try: name -> (id of the shipped playbook in whose place it is put, text)."""
    clear = _step(CARD, "clear-own-device")
    delete = _step(MODEL, "delete-from-platform")
    return {
        "may pass": ("action-card", CARD.replace(clear, clear.replace('kind = "do"', 'kind = "do"\nmay_pass = true'))),
        "another name": ("action-card", CARD.replace('"clear-own-device"', '"tidy-up"')),
        "no conditions": ("action-card", CARD.replace(clear, ALWAYS.sub("", clear))),
        "model: may pass": ("handling-model", MODEL.replace(delete, delete.replace('"do"', '"do"\nmay_pass = true'))),
        "model: another name": ("handling-model", MODEL.replace('"delete-from-platform"', '"tidy-up"')),
        "model: at every level a may": (
            "handling-model",
            MODEL.replace(delete, delete.replace('strength_at = { 3 = "should", 4 = "should" }\n', "")),
        ),
    }  # fmt: skip


@pytest.mark.parametrize("name", _weakened())
def test_a_copy_that_leaves_the_words_of_a_gate_out_is_held_all_the_same(name: str) -> None:
    id, text = _weakened()[name]
    assert text != shipped_one(id).raw.decode()
    own = check_own(text.encode(), f"{id}.toml")
    values: dict[str, FactValue] = {"level": 3, "device.has-material": True, "device.whose": "own"}
    step = next(
        one.id
        for one in own.steps
        if {"platform.deleted.on", "device.cleared.on"} & set(one.sets)
        and (id == "handling-model" or "device.cleared.on" in one.sets)
    )
    passed = {step: SetAside(reason="haster", at=NOW)}
    case: CaseFacts = replace(facts(values), passed=passed)
    books = for_kind("school", own=[own])
    assert own in books
    view = evaluate(books, case, TODAY).step(step)
    assert view.state is State.HELD
    with pytest.raises(StepHeld) as caught:
        check_do(evaluate(books, case, TODAY), step, dict.fromkeys(view.step.sets, TODAY))
    assert caught.value.rule in ("police-first", "secured-before-cleared")


@pytest.mark.parametrize("fact", sorted(gates.FACTS))
@pytest.mark.parametrize("kind", TYPES)
def test_a_new_playbook_can_not_mean_something_else_by_what_a_gate_reads(fact: str, kind: str) -> None:
    """Another kind or other choices are refused when the file is read; another wording when it is the office's."""
    text = GOOD + _fact(fact, TYPES[kind]) + HARMLESS % f'["{fact}"]'
    same = gates.FACTS[fact].type.value == kind and kind != "choice"
    with pytest.raises(PlaybookError) as caught:
        check_own(text.encode(), "own.toml")
    assert caught.value.problem == ("gate-words" if same else "gate-fact")
    assert "police-first" in str(caught.value) or "secured-before-cleared" in str(caught.value)
    if not same:
        with pytest.raises(PlaybookError):
            load_playbook(text.encode(), "own.toml")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('{ id = "nothing", label.da = "intet må slettes", label.en = "nothing may be deleted" },\n', "", "gate-fact"),
        ('label.da = "intet må slettes"', 'label.da = "alt må slettes"', "gate-words"),
        ('"police.decision.on"\ntype = "date"', '"police.decision.on"\ntype = "date"\nfuture = true', "gate-fact"),
    ],
    ids=["a choice taken out", "a choice that lies", "a decision that lies ahead"],
)  # fmt: skip
def test_the_polices_decision_keeps_its_choices_and_words(old: str, new: str, problem: str) -> None:
    assert old in MODEL
    with pytest.raises(PlaybookError) as caught:
        check_own(MODEL.replace(old, new, 1).encode(), "handling-model.toml")
    assert caught.value.problem == problem


def test_a_copy_can_not_leave_out_what_a_gate_guards() -> None:
    gone = MODEL.replace(_step(MODEL, "delete-from-platform"), "")
    gone = gone.replace(_fact_block(MODEL, "platform.deleted.on"), "").replace(
        _fact_block(MODEL, "platform.deleted.what"), ""
    )
    with pytest.raises(PlaybookError) as caught:
        check_own(gone.encode(), "handling-model.toml")
    assert caught.value.problem == "gate-lost"


def test_a_gate_holds_a_fact_that_a_new_playbook_asks_for_under_another_step() -> None:
    text = GOOD + _fact_block(MODEL, "platform.deleted.on") + HARMLESS % '["platform.deleted.on"]'
    own = check_own(text.encode(), "own.toml")
    books = for_kind("school", own=[own])
    now = evaluate(books, replace(facts({"level": 4}), passed={"tidy-up": SetAside(reason="x", at=NOW)}), TODAY)
    assert now.step("tidy-up").state is State.HELD
    with pytest.raises(FactHeld):
        check_record(now, {"platform.deleted.on": TODAY})
    with pytest.raises(HoldNotPassable):
        check_pass(now, "tidy-up", "haster")


def test_the_control_an_honest_copy_is_taken_and_a_gate_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    for path in FOLDER.glob("*.toml"):
        copy = check_own(path.read_bytes().replace(b"version = 1\n", b"version = 2\n", 1), path.name)
        assert isinstance(copy, Playbook)
    id, text = _weakened()["model: may pass"]
    own = check_own(text.encode(), f"{id}.toml")
    monkeypatch.setattr(gates, "GATES", ())
    now = evaluate(for_kind("school", own=[own]), facts({"level": 3}), TODAY)
    assert now.step("delete-from-platform").state is not State.HELD


CHANGES = {
    "strength": ['strength = "may"', 'strength = "may"\nmay_pass = true'],
    "strength_at": [""],
    "kind": ['kind = "record"', 'kind = "do"\nmay_pass = true'],
    "applies": ["", "applies = { levels = [1, 2, 3, 4] }"],
    "done_if": [""],
    "due": [""],
    "after": [""],
    "kinds": ['kinds = ["school", "workplace", "mentoring"]'],
    "optional": [""],
    "unless": ["unless = [1]"],
}
"""What somebody may try, by the word a line begins with."""


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_whatever_lines_an_office_changes_in_a_copy_the_gates_hold(data: st.DataObject) -> None:
    """Take lines out, turn strengths, put `may_pass` in: a copy that is taken deletes nothing before its time."""
    id, text = data.draw(st.sampled_from([("action-card", CARD), ("handling-model", MODEL)]))
    lines = text.split("\n")
    telling = [number for number, line in enumerate(lines) if CHANGES.keys() & {line.partition(" ")[0]}]
    for number in data.draw(st.lists(st.sampled_from(telling), min_size=1, max_size=8, unique=True)):
        lines[number] = data.draw(st.sampled_from(CHANGES[lines[number].partition(" ")[0]]))
    try:
        own = check_own("\n".join(lines).encode(), f"{id}.toml")
    except PlaybookError:
        event("refused")
        return
    event("taken")
    kind = data.draw(st.sampled_from(["school", "workplace", "mentoring"]))
    books = for_kind(kind, {"images.shared": True}, [own])
    values: dict[str, FactValue] = {"device.has-material": True, "device.whose": "own", "images.shared": True}
    level = data.draw(st.sampled_from([3, 4, None]))
    case = facts(values if level is None else {**values, "level": level}, kind=kind)
    passed = {step.id: SetAside(reason="haster", at=NOW) for book in books for step in book.steps}
    now = evaluate(books, replace(case, passed=passed), TODAY)
    guarded = {fact for gate in gates.GATES for fact in gate.guards}
    for view in now.steps:
        if guarded & set(view.step.sets):
            assert not view.actionable
            with pytest.raises((StepHeld, StepNotApplicable)):
                check_do(now, view.id, dict.fromkeys(view.step.sets, TODAY))
    for fact in guarded:
        with pytest.raises(FactHeld):
            check_record(now, {fact: TODAY})
