"""Every JSON document has exactly the keys that docs/cli.md names, and the types it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.tools import ROOT
from tests.tui.cli.support import DECISION, DELETED, Segl

RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
SOON = datetime.now(UTC).date() + timedelta(days=5)
_ROW = re.compile(r"\| `([^`]+)` \| ([^|]+) \|")
_SECTIONS = re.compile(r"^#{3,4} (.+)$", re.MULTILINE)


def documented() -> dict[str, dict[str, str]]:
    """Section -> key -> type, with the records put in where they are named."""
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    text = text[text.index("## JSON documents") :]
    parts = _SECTIONS.split(text)
    sections: dict[str, dict[str, str]] = {}
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        rows = {key: kind.strip() for key, kind in _ROW.findall(body)}
        for name in title.split(", "):
            sections[name] = rows
    return {name: dict(_expanded(rows, sections)) for name, rows in sections.items()}


def _expanded(rows: dict[str, str], sections: dict[str, dict[str, str]]) -> Iterator[tuple[str, str]]:
    for key, kind in rows.items():
        if kind.startswith("record "):
            yield from ((f"{key}.{below}", one) for below, one in _expanded(sections[kind], sections))
        else:
            yield key, kind


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if path == "facts" and isinstance(value, dict):
        yield from (("facts.*", one) for one in value.values())
    elif isinstance(value, dict) and path != "statistics":
        for key, below in value.items():
            yield from _leaves(below, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        for one in value:
            yield from _leaves(one, f"{path}[]")
    else:
        yield path, value


def _fits(kind: str, value: Any) -> bool:
    if kind.endswith("?") and value is None:
        return True
    match kind.removesuffix("?"):
        case "text":
            return isinstance(value, str)
        case "number":
            return isinstance(value, int) and not isinstance(value, bool)
        case "yes/no":
            return isinstance(value, bool)
        case "time":
            return isinstance(value, str) and value.endswith("Z") and bool(datetime.fromisoformat(value))
        case "day":
            return isinstance(value, str) and bool(date.fromisoformat(value))
        case "list of text":
            return isinstance(value, list) and all(isinstance(one, str) for one in value)
        case "object":
            return isinstance(value, dict)
        case "any":
            return True
    raise AssertionError(kind)


def faults(section: str, *documents: dict[str, Any]) -> list[str]:
    """What does not agree with the page; a list that was always empty excuses what would be in it."""
    rows = documented()[section]
    seen: set[str] = set()
    excused: set[str] = set()
    found = []
    for document in documents:
        for path, value in _leaves(document):
            seen.add(path)
            if value == [] or value is None or value == {}:
                excused.add(path)
            elif path not in rows:
                found.append(f"not documented: {path}")
            if path in rows and not _fits(rows[path], value):
                found.append(f"not {rows[path]}: {path} = {value!r}")
    for key in rows:
        below = any(key.startswith((f"{path}.", f"{path}[].")) for path in excused)
        above = any(path.startswith(f"{key}.") for path in seen)
        if key not in seen and not below and not above:
            found.append(f"never there: {key}")
    empty = [path for path in (seen - set(rows)) & excused if not any(_is_below(key, path) for key in rows)]
    return [*found, *(f"not documented: {path}" for path in sorted(empty))]


def _is_below(key: str, path: str) -> bool:
    return key.startswith((f"{path}[]", f"{path}."))


def test_control_the_comparison_sees_what_is_wrong() -> None:
    right = {"vault": "a", "changed": "passphrase"}
    assert faults("segl passphrase change", right) == []
    assert faults("segl passphrase change", {**right, "more": 1}) == ["not documented: more"]
    assert faults("segl passphrase change", {"vault": "a"}) == ["never there: changed"]
    assert faults("segl passphrase change", {**right, "vault": 1}) == ["not text: vault = 1"]
    listed = {"case": "x", "registered": 0, "found": 0, "from": 1, "evidence": []}
    assert faults("segl evidence list", listed) == []
    assert faults("segl evidence list", {**listed, "other": []}) == ["not documented: other"]


def test_every_command_has_its_document() -> None:
    from tui.cli.registry import commands

    names = {f"segl {command.name}" for command in commands()} - {"segl shell", "segl demo"}
    assert names <= set(documented())


def test_documents_of_the_work_on_a_case(segl: Segl, case: str, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"x")
    gone = tmp_path / "gone"
    documents: dict[str, list[dict[str, Any]]] = {}

    def run(section: str, line: str, *text: str, code: int = 0) -> None:
        documents.setdefault(section, []).append({})
        wanted.append((section, code))
        lines.extend((line, *text, *((".",) if text else ())))

    lines: list[str] = []
    wanted: list[tuple[str, int]] = []
    run("segl case list", "case list")
    run("segl note add", f"note add {case}", "Et notat.")
    run("segl person add", f"person add {case} --person -", 'name = "Lærer"', 'roles = ["teacher"]')
    run("segl level", f"level {case} 3", "Panik.")
    run("segl guide", f"guide {case} --all")
    run("segl guide do", f"guide do {case} police-decision --facts -", *DECISION.strip().splitlines())
    run("segl guide do", f"guide do {case} delete-from-platform --facts -", *DELETED.strip().splitlines())
    run("segl guide set-aside", f"guide set-aside {case} mediation", "Ikke nu.")
    run("segl guide take-up", f"guide take-up {case} mediation")
    run("segl guide put-off", f"guide put-off {case} keep-contact --until {SOON}", "Ferie.")
    run("segl today", "today")
    run(
        "segl evidence add",
        f"evidence add {case} {file} {gone} --facts -",
        'platform = "X"',
        'accounts = ["a"]',
        code=1,
    )
    other = tmp_path / "b.png"
    other.write_bytes(b"y")
    (tmp_path / "lists").mkdir()
    run("segl evidence lists", f"evidence lists {case} {tmp_path / 'lists'}")
    run("segl evidence verify", f"evidence verify {case} {file} {other} {gone} --record", code=4)
    run("segl evidence request", f"evidence request {case} --facts -", 'by = "V"', "on = 2026-11-20", 'reference = "1"')
    passed = f"evidence pass-on {case} {file} --to {RECIPIENT} -o {tmp_path / 'p.segl.age'}"
    run("segl evidence pass-on", passed)
    run("segl evidence seen", f"evidence seen {file} {gone}", code=1)
    run("segl evidence list", f"evidence list {case}")
    run("segl evidence amend", f"evidence amend {case} E1 --facts -", 'seen_by = ["mig"]')
    run("segl evidence read-out", f"evidence read-out {case} E1")
    run("segl evidence add-list", f"evidence add-list {case} -", f"{'a' * 64}  a.jpg", "sludder", code=1)
    run("segl evidence add-typed", f"evidence add-typed {case}", "b" * 64, "b" * 64, "12")
    run("segl evidence custody add", f"evidence custody add {case} E1 --facts -", 'event = "found"', 'by = "Ane"')
    run("segl evidence custody", f"evidence custody {case} E1")
    run("segl evidence device", f"evidence device {case} E1 --device office --copy 3")
    run("segl evidence withdraw-copy", f"evidence withdraw-copy {case} E1 --copy 3", "fejl")
    answers_first = ('device = "own"', 'held_by = "police"', 'holder_name = "Bo"')
    run("segl evidence clear", f"evidence clear {case} E1 {file} --facts -", *answers_first)
    run("segl case show", f"case show {case}")
    run("segl access-log", f"access-log {case}")
    run("segl access-log", f"access-log {case} --for-person --out {tmp_path / 'log.txt'}")
    run("segl guide do", f"guide do {case} wellbeing-talk --facts -", 'signs.seen = ["shame"]')
    run("segl case wellbeing", f"case wellbeing {case}")
    run("segl case history", f"case history {case}")
    run("segl seal --preview", f"seal {case} --for police --preview")
    run("segl seal --names", f"seal {case} --names")
    esdh = tmp_path / "esdh"
    esdh.mkdir()
    run("segl filing rule", "filing rule --facts -", 'system = "SBSYS"', "days = 0")
    run("segl plain-copy", f"plain-copy {case} {esdh} --plain --facts -", 'purpose = "journal"')
    run("segl filing number", f"filing number {case} --facts -", 'number = "26/1"')
    run("segl filing show", f"filing show {case}")
    run("segl filing due", "filing due")
    run("segl keys show", "keys show")
    run("segl doctor", "doctor")
    run("segl where", "where")
    run("status (in the shell)", "status")
    run("segl case new", "case new --intake -", 'title = "Ny"', 'stand_in = "Bo"')
    answers = segl.script(*lines, options=["--json"], code=1).out.splitlines()
    assert len(answers) == len(wanted)
    for (section, code), line in zip(wanted, answers, strict=True):
        document = json.loads(line)
        assert document.pop("exit_code") == code, line
        assert faults(section, document) == [], section


def test_documents_of_closing(segl: Segl, case: str) -> None:
    steps = segl("guide", case, "--json").json["blockers"]
    lines = [line for step in steps for line in (f"guide set-aside {case} {step}", "Skal ikke gøres.", ".")]
    while True:
        answers = segl.script(*lines, f"guide {case}", options=["--json"]).out.splitlines()
        if not (left := json.loads(answers[-1])["blockers"]):
            break
        lines = [line for step in left for line in (f"guide set-aside {case} {step}", "Skal ikke gøres.", ".")]
    closed = segl("case", "close", case, "--json", fds={"--reason-fd": "Færdig."}).json
    assert faults("segl case close", closed) == []
    assert closed["case"]["closed_at"]
    refused = segl("note", "add", case, "--json", stdin="For sent.", code=5).json
    assert refused["error"]["rule"] == "case-closed"
    assert faults("segl case reopen", segl("case", "reopen", case, "--json", fds={"--reason-fd": "Mere."}).json) == []
    facts = (f'confirm = "{case}"', 'ground = "Fristen er gået"', ".")
    lines = [
        *(f"case close {case} --look-at 2026-01-31", "Igen.", "."),
        *("retention rule --facts -", "school = 60", "."),
        *(f"retention hold {case}", "Retssag.", "."),
        *(f"erase case {case} --facts -", *facts),
        *(f"retention end-hold {case}", "Afgjort.", "."),
        *(f"retention look-at {case} --on 2026-02-28", "Senere.", "."),
        "retention list",
        "today",
        *("erase person --preview --facts -", 'name = "Mor"', "."),
        f"erase case {case} --preview",
        *(f"erase case {case} --facts -", *facts),
        "erase log",
        "case list",
    ]
    lines_out = segl.script(*lines, options=["--json"], code=5).out.splitlines()
    told: list[Any] = [json.loads(line) for line in lines_out]
    codes = [answer.pop("exit_code") for answer in told]
    assert codes == [0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    closed, rule, held, refused, ended, named, listed, today, person, preview, erased, log, left = told
    assert closed["look_at"] == "2026-01-31"
    assert refused["error"]["code"] == "erasing-refused"
    assert faults("segl retention rule", rule) == faults("segl retention hold", held) == []
    assert faults("segl retention end-hold", ended) == faults("segl retention look-at", named) == []
    assert faults("segl retention list", listed) == faults("segl erase log", log) == []
    assert [line["group"] for line in today["lines"]] == ["kept"]
    assert faults("segl erase case", preview, erased, person) == []
    assert (preview["erased"], erased["erased"], erased["finished"]) == (False, True, True)
    assert person["entries"]
    assert left["cases"] == []
    assert log["counts"] == [{"kind": "school", "year": int(log["cases"][0]["at"][:4]), "cases": None}]


def test_documents_of_a_bundle(segl: Segl, case: str, tmp_path: Path) -> None:
    sealed = tmp_path / "a.segl.age"
    recipient = segl("keys", "show", "--json").json["recipient"]
    made = segl("seal", case, "--to", recipient, "--for", "full", "-o", sealed, "--json").json
    assert faults("segl seal", made) == []
    opened = segl("open", sealed, "--json").json
    assert faults("segl open", opened) == []
    assert opened["verdicts"]["signed_by"]["signer"] == "known"
    numbers = tmp_path / "b.segl.age"
    segl("seal", case, "--to", recipient, "--for", "statistics", "-o", numbers)
    counted = segl("open", numbers, "--json").json
    assert counted["case"] is None
    assert faults("segl open", opened, counted) == []


def test_documents_of_the_vault(tmp_path: Path) -> None:
    segl = Segl(tmp_path / "home")
    answers = 'office = "A"\nauthor = "B"\n'
    made = segl("init", "--json", "--answers", "-", "--kdf", "floor", stdin=answers).json
    assert faults("segl init", made) == []
    assert faults("segl where", segl("where", "--json", unlock=False).json) == []
    changed = segl(
        "passphrase", "change", "--json", "--kdf", "floor", fds={"--new-passphrase-fd": "syv grå geder under en bro\n"}
    ).json
    assert faults("segl passphrase change", changed) == []


@pytest.mark.parametrize(
    ("arguments", "code", "more"),
    [
        (["case", "show", "99-ZZZZZ"], 2, set()),
        (["case", "new", "--no-input"], 2, {"asked"}),
        (["case", "new", "--intake", "-"], 2, {"place"}),
        (["nothing-of-the-kind"], 2, set()),
    ],
)
def test_a_failure_is_a_document_too(segl: Segl, arguments: list[str], code: int, more: set[str]) -> None:
    document = segl(
        *arguments, "--json", stdin='title = "a"\npeople = [{name = "x", roles = ["king"]}]', code=code
    ).json
    rows = {key.removeprefix("error.") for key in documented()["A failure"]}
    always = rows - {"rule", "place", "asked"}
    assert set(document) == {"error"}
    assert set(document["error"]) == always | more
    assert document["error"]["exit_code"] == code


def test_a_refusal_names_its_rule(segl: Segl, case: str) -> None:
    segl("level", case, "3", fds={"--reason-fd": "Panik."})
    document = segl("guide", "do", case, "delete-from-platform", "--json", "--facts", "-", stdin=DELETED, code=5).json
    assert document["error"]["rule"] == "police-first"
    assert document["error"]["exit_code"] == 5
