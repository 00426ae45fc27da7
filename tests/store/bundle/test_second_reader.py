"""The second reader (`second_reader.py`) on a bundle of a real case, and the document that it was written from.

The program in the reader's kit is another one, for all of a bundle but the signatures of single entries and what
`case.json` tells of them (`test_check_bundle.py`); this one reads those too.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from guidance.custody import Device, Event, Move
from guidance.wellbeing import WellbeingTalk
from store.bundle.case_document import case_document
from store.bundle.journal import write_journal
from store.bundle.seal import SealOrder, prepare, seal
from store.bundle.withholding import Withholding
from store.casework import Casework
from store.evidence.verify import compare, read_files
from store.looks import Look, LookEvent
from store.model import (
    Age,
    CaseExport,
    CustodyDecision,
    DigestSource,
    EvidenceDraft,
    EvidenceKind,
    Holder,
    PassEvent,
    Purpose,
    Role,
)
from store.sshsig import public_key_line
from tests.store.bundle import second_reader
from tests.store.bundle.hostile import good_files, signed_anew, tar_with
from tests.store.bundle.invented import MALLORY, export
from tests.store.bundle.second_reader import Forged, Wrong, check_case, entry_of, read_bundle, read_entries, run
from tests.store.desk import a_case, set_up_desk
from tests.tools import ROOT, need

DOCUMENT = (ROOT / "docs" / "bundle-format.md").read_text(encoding="utf-8")


def test_the_journal_is_what_the_document_says() -> None:
    need("openssl")
    entries = read_entries(good_files()["data/journal.jsonl"])
    assert [entry["payload"] for entry in entries] == [
        entry.payload.decode() for entry in export().entries if entry.payload
    ]


def test_the_second_reader_sees_a_forged_entry() -> None:
    need("openssl")
    journal = good_files()["data/journal.jsonl"]
    with pytest.raises(AssertionError):
        read_entries(journal.replace(b"note number 1", b"note number 9"))
    with pytest.raises(Forged):
        read_entries(journal.replace(b"sequence 2", b"sequence 7"))
    first, second, *rest = [json.loads(line) for line in journal.splitlines()]
    first["signature"], second["signature"] = second["signature"], first["signature"]
    with pytest.raises(Forged):
        read_entries(b"".join(json.dumps(line).encode() + b"\n" for line in (first, second, *rest)))


@dataclass(frozen=True)
class Real:
    """A case of a real journal, sealed; the recipient's key and the line of the sender's."""

    desk: Casework
    export: CaseExport
    sealed: Path
    identity: Path
    recipient: str

    @property
    def signer(self) -> str:
        return self.export.card.signing_key


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    need("age", "age-keygen", "tar", "ssh-keygen", "openssl")
    folder = tmp_path_factory.mktemp("real")
    (folder / "vault").mkdir()
    identity = folder / "key.txt"
    run("age-keygen", "-o", str(identity), where=folder)
    recipient = run("age-keygen", "-y", str(identity), where=folder).decode().strip()
    with set_up_desk(folder / "vault") as desk:
        case = a_case(desk).id
        note = desk.add_note(case, "Talt med Liv.\nHun vil have ro.")
        desk.correct_note(case, note.id, "Talt med Liv og hendes mor.", "moren var med")
        desk.add_note(case, "Ringet til skolen.")
        desk.set_level(case, 3, "Hun kan kendes.")
        digest = f"sha256:{hashlib.sha256(b'en kopi').hexdigest()}"
        desk.register_evidence(case, EvidenceDraft(digest=digest, size=7, name="a.jpg", device=Device.OWN))
        desk.register_evidence(case, EvidenceDraft(digest=f"sha256:{'0a' * 32}"))
        found = Move(event=Event.FOUND, by="Ane")
        desk.record_custody(case, "E1", found)
        desk.record_custody(case, "E1", replace(found, event=Event.HANDED, to="Politiet"))
        (folder / "filer").mkdir()
        (folder / "filer" / "a.jpg").write_bytes(b"en kopi")
        desk.record_check(case, compare(desk.case(case).evidence, *read_files([bytes(folder / "filer")])))
        desk.locate_copy(case, "E1", 2, Device.OFFICE)
        desk.withdraw_copy(case, "E1", 2, "Det var bevis to")
        export = desk.export_case(case)
        order = SealOrder(
            purpose=Purpose.COLLEAGUE, out=folder / "sag.segl.age", recipients=(recipient,), language="da"
        )
        yield Real(desk, export, Path(seal(export, order, desk.sign).path), identity, recipient)


def test_a_bundle_is_read_by_the_document_with_the_standard_library_and_stock_tools(real: Real, tmp_path: Path) -> None:
    document = read_bundle(real.sealed, real.identity, real.signer, tmp_path)
    assert document["case"]["reference"] == real.export.record.summary.reference
    piece = document["evidence"][0]
    counts = (len(document["notes"]), len(piece["custody"]), len(piece["checks"]), len(piece["devices"]))
    assert counts == (3, 2, 1, 2), "what is held against the entries is there"


def changed_and_signed(real: Real, folder: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same bundle with something else in it, under manifests and a signature of the sender's that fit."""
    order = SealOrder(purpose=Purpose.COLLEAGUE, out=folder / "x", recipients=(real.recipient,), language="da")
    files = dict(prepare(real.export, order, real.desk.sign).bag.files)
    change(files)
    path = folder / "again.segl.age"
    run("age", "-r", real.recipient, "-o", str(path), where=folder, stdin=tar_with(signed_anew(files, real.desk)))
    return path


def telling(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, bytes]], None]:
    def make(files: dict[str, bytes]) -> None:
        document = json.loads(files["data/case.json"])
        change(document)
        files["data/case.json"] = json.dumps(document, ensure_ascii=False).encode()

    return make


LIES: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "a note": ("notes", lambda told: told["notes"][1]["versions"][0].update(text="Noget andet.")),
    "a note left out": ("notes", lambda told: told["notes"].pop()),
    "a version left out": ("notes", lambda told: told["notes"][1]["versions"].pop(0)),
    "a digest": ("evidence", lambda told: told["evidence"][0].update(digest=f"sha256:{'0b' * 32}")),
    "a piece left out": ("evidence", lambda told: told["evidence"].pop()),
    "a receiver": ("custody", lambda told: told["evidence"][0]["custody"][1].update(to="En ven")),
    "an event left out": ("custody", lambda told: told["evidence"][0]["custody"].pop()),
    "a check": ("checks", lambda told: told["evidence"][0]["checks"][0].update(found="changed")),
    "a device": ("devices", lambda told: told["evidence"][0]["devices"][0].update(device="victim")),
    "a copy that is not withdrawn": ("devices", lambda told: told["evidence"][0]["devices"][1].pop("withdrawn")),
    "a time": ("history", lambda told: told["history"][0].update(at="2026-01-01T00:00:00Z")),
    "a line left out": ("history", lambda told: told["history"].pop(3)),
    "a name": ("people", lambda told: told["people"][0].update(name="En anden")),
    "a level": ("case.level", lambda told: told["case"].update(level=1)),
    "a title": ("case", lambda told: told["case"].update(title="En anden sag")),
}


def test_control_signed_again_and_nothing_changed_it_holds(real: Real, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    path = changed_and_signed(real, tmp_path, telling(lambda told: None))
    assert read_bundle(path, real.identity, real.signer, tmp_path / "out")


@pytest.mark.parametrize("lie", LIES)
def test_a_case_json_that_lies_is_noticed_though_its_signature_is_good(real: Real, lie: str, tmp_path: Path) -> None:
    """Held against the entries alone: that everything around it holds is what the control above says."""
    where, change = LIES[lie]
    order = SealOrder(purpose=Purpose.COLLEAGUE, out=tmp_path / "x", recipients=(real.recipient,), language="da")
    document = case_document(real.export, order.purpose, "da")
    entries = [entry_of(json.loads(line)) for line in write_journal(real.export.entries).splitlines()]
    check_case(document, entries)
    change(document)
    with pytest.raises(Wrong, match=f"^{where}$"):
        check_case(document, entries)


def test_what_is_forged_inside_a_bundle_that_is_signed_anew_is_noticed(real: Real, tmp_path: Path) -> None:
    def counter(files: dict[str, bytes]) -> None:
        files["data/checkpoint.txt"] = files["data/checkpoint.txt"].replace(b"counter ", b"counter 9")

    def kind(files: dict[str, bytes]) -> None:
        files["data/journal.jsonl"] = files["data/journal.jsonl"].replace(b"kind note.added", b"kind note.other", 1)

    for number, (change, said) in enumerate(
        (
            (counter, Forged),
            (kind, Forged),
            (telling(LIES["a note"][1]), Wrong),
            (telling(LIES["a receiver"][1]), Wrong),
        )
    ):
        folder = tmp_path / f"{number}"
        (folder / "out").mkdir(parents=True)
        path = changed_and_signed(real, folder, change)
        with pytest.raises(said):
            read_bundle(path, real.identity, real.signer, folder / "out")
    # And by a key that the recipient does not know.
    with pytest.raises(Wrong, match="ssh-keygen"):
        (tmp_path / "other").mkdir()
        read_bundle(real.sealed, real.identity, public_key_line(MALLORY.public), tmp_path / "other")


def test_this_reader_has_nothing_of_the_store_or_of_a_library() -> None:
    """What reads is written with the standard library: only the tests take the store, to make what is read."""
    tree = ast.parse(Path(second_reader.__file__).read_text(encoding="utf-8"))
    taken = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    taken += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    assert {name.partition(".")[0] for name in taken} - sys.stdlib_module_names == {"tests"}
    assert [name for name in taken if name.startswith("tests")] == ["tests.tools"]


def documented() -> dict[str, Any]:
    """The names of section 5, as they stand in one another; None where there is no object below."""
    block = DOCUMENT.split("## 5. case.json")[1].split("```")[1]
    rows = re.findall(r"^([a-z_]+) +(.*?)(?=^[a-z_]+ |\Z)", block, re.MULTILINE | re.DOTALL)
    return {name: names_in(rest) for name, rest in rows}


def names_in(text: str) -> dict[str, Any] | None:
    """What stands in the first braces of a text, and in those inside them."""
    if "{" not in text:
        return None
    parts, depth = [""], 0
    for sign in text[text.index("{") :]:
        depth -= sign in "}]"
        if depth == 1 and sign == ",":
            parts.append("")
        elif depth >= 1:
            parts[-1] += sign
        depth += sign in "{["
        if depth == 0:
            break
    halves = [part.partition(":") for part in parts]
    return {name.strip(): names_in(rest) for name, _colon, rest in halves}


def paths(names: dict[str, Any] | None, before: str = "") -> set[str]:
    return {
        path
        for name, inner in (names or {}).items()
        for path in ({f"{before}{name}"} | paths(inner, f"{before}{name}."))
    }


def paths_of(value: object, before: str = "") -> set[str]:
    """The same of a document; what is `both` has no names of its own."""
    if isinstance(value, list):
        return {path for one in value for path in paths_of(one, before)}
    if not isinstance(value, dict) or value.keys() == {"da", "en"}:
        return set()
    return {
        path for name, inner in value.items() for path in ({f"{before}{name}"} | paths_of(inner, f"{before}{name}."))
    }


def test_case_json_has_the_names_that_the_document_lists_and_no_others(real: Real) -> None:
    """At every depth, of documents in which everything occurs: no name is left out on either side."""
    block = DOCUMENT.split("## 5. case.json")[1].split("```")[1]
    full = json.loads(good_files(purpose=Purpose.FULL)["data/case.json"])
    assert list(full) == re.findall(r"^([a-z_]+) ", block, re.MULTILINE)
    export_of = real.export
    talk = WellbeingTalk(at=export_of.exported_at, signs=("x",), note="")
    piece = export_of.record.evidence[0]
    found, handed = piece.custody
    decision = CustodyDecision(
        entry="", at=export_of.exported_at, author="", copy=0, holds=(), set_aside=(handed.entry,), reason=""
    )
    events = (replace(found, disputed=True), replace(handed, set_aside=decision.entry or handed.entry))
    passing = PassEvent(
        entry="", at=export_of.exported_at, author="", request="", asked_by="", reference="", name="", digest=""
    )
    look = Look(place="removable", system="linux", found=(("trash", 1),))
    after = LookEvent(entry="", at=export_of.exported_at, author="", copy=1, look=look)
    disputed = replace(piece, custody=events, decisions=(decision,), passes=(passing,), looks=(after,))
    record = replace(export_of.record, evidence=(disputed,))
    real_one = case_document(replace(export_of, record=record, wellbeing=(talk,)), Purpose.FULL, "da")
    seen = paths_of(full) | paths_of(real_one)
    assert seen == paths(documented())
    choice = Withholding(words=("Liv",), names_stay=True)
    order = SealOrder(
        purpose=Purpose.PERSON_CONCERNED, out=Path("x"), recipients=(real.recipient,), language="da", choice=choice
    )
    told = json.loads(dict(prepare(export_of, order, real.desk.sign).bag.files)["data/case.json"])
    assert paths_of(told) - seen == {"withheld", *(f"withheld.{name}" for name in told["withheld"])}
    assert f"`{{{', '.join(told['withheld'])}: number}}`" in DOCUMENT


def test_control_a_name_that_only_one_side_has_is_seen_at_every_depth() -> None:
    assert paths(names_in('[{a, b: "x" or "y", c: [{d: {e, f: text}?, g}]}] h {i}')) == {
        *("a", "b", "c", "c.d", "c.d.e", "c.d.f", "c.g")
    }
    assert paths_of([{"a": [{"b": {"da": "", "en": ""}, "c": {"d": 1}}]}]) == {"a", "a.b", "a.c", "a.c.d"}


def test_the_document_names_every_value_and_every_file() -> None:
    for enum in (Age, DigestSource, EvidenceKind, Holder, Purpose, Role):
        for member in enum:
            assert re.search(rf"[` ]{re.escape(member.value)}[` ]", DOCUMENT), member
    for purpose in (Purpose.FULL, Purpose.STATISTICS):
        for name in good_files(purpose=purpose):
            shown = Path(name).name
            assert shown in DOCUMENT or name == "data/playbooks/action-card.toml", name


@pytest.mark.parametrize("purpose", Purpose)
def test_the_table_of_files_is_the_truth(purpose: Purpose) -> None:
    table = DOCUMENT.split("## 4. data/")[1].split("Police get")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("|")]
    column = rows[0].index(purpose.value)
    promised = {row[0].strip("`").replace("ID", "action-card") for row in rows[2:] if row[column] == "x"}
    choice = Withholding(names_stay=True) if purpose is Purpose.PERSON_CONCERNED else None
    files = good_files(replace(export(), cards=("a card\n",)), purpose=purpose, choice=choice)
    assert promised == {name.removeprefix("data/") for name in files if name.startswith("data/")}
