"""A second reader, written from docs/bundle-format.md: the standard library and `openssl`, nothing of the store.

The program in the reader's kit is another one, for all of a bundle but the signatures of single entries
(`test_check_bundle.py`); this one reads those too.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store.model import Age, DigestSource, EvidenceKind, Holder, Purpose, Role
from tests.store.bundle.hostile import good_files
from tests.store.bundle.invented import export
from tests.tools import ROOT, find, need

DOCUMENT = (ROOT / "docs" / "bundle-format.md").read_text(encoding="utf-8")


# SubjectPublicKeyInfo of an Ed25519 key (RFC 8410, section 4), before its 32 bytes.
KEY_INFO = bytes.fromhex("302a300506032b6570032100")


class Forged(Exception):
    """A signature that `openssl` says does not hold."""


def verify(key: bytes, signature: bytes, message: bytes) -> None:
    """Ed25519 (RFC 8032) by the `openssl` command."""
    tool = find("openssl")
    assert tool is not None
    with tempfile.TemporaryDirectory() as folder:
        parts = {"key": KEY_INFO + key, "signature": signature, "message": message}
        for name, data in parts.items():
            Path(folder, name).write_bytes(data)
        done = subprocess.run(
            [
                *(tool, "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key"),
                *("-rawin", "-in", "message", "-sigfile", "signature"),
            ],
            cwd=folder,
            capture_output=True,
        )
    if done.returncode:
        raise Forged(done.stdout + done.stderr)


def read_entries(journal: bytes) -> list[dict[str, Any]]:
    """Section 6 of the document, line by line."""
    found: list[dict[str, Any]] = []
    ids: dict[tuple[str, int], str] = {}
    for line in journal.decode("utf-8").split("\n")[:-1]:
        value = json.loads(line)
        header = value["header"].encode("ascii")
        fields = [row.split(" ") for row in value["header"].split("\n")[:-1]]
        assert fields[0] == ["segl-entry", "v1"]
        named = {row[0]: row[1:] for row in fields if row[0] != "seen"}
        device, sequence = named["device"][0], int(named["sequence"][0])
        verify(bytes.fromhex(device), base64.b64decode(value["signature"], validate=True), header)
        previous = ids.get((device, sequence - 1), "-")
        assert named["previous"] == [previous]
        if value["payload"] is not None:
            content = base64.b64decode(value["salt"], validate=True) + value["payload"].encode("utf-8")
            assert named["payload"] == [f"sha256:{hashlib.sha256(content).hexdigest()}"]
        ids[device, sequence] = hashlib.sha256(header).hexdigest()
        found.append(value)
    return found


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


def test_this_reader_has_nothing_of_the_store_or_of_a_library() -> None:
    """What reads is written with the standard library: only the tests take the store, to make what is read."""
    import inspect

    for reader in (read_entries, verify):
        assert not re.search(r"\b(?:store|cryptography|good_files|export)\b", inspect.getsource(reader))


def test_case_json_has_the_names_that_the_document_lists_and_no_others() -> None:
    block = DOCUMENT.split("schema         ")[1].split("```")[0]
    documented = re.findall(r"^([a-z_]+) ", "schema         " + block, re.MULTILINE)
    document = json.loads(good_files(purpose=Purpose.FULL)["data/case.json"])
    assert list(document) == documented
    for name in ("people", "facts", "steps", "notes", "evidence", "history", "playbooks", "phases"):
        line = re.search(rf"^{name} .*?(?=^[a-z]|\Z)", "schema         " + block, re.MULTILINE | re.DOTALL)
        assert line is not None
        for inner in document[name][0]:
            assert re.search(rf"\b{inner}\b", line[0]), f"{name}.{inner}"


def test_the_document_names_every_value_and_every_file() -> None:
    for enum in (Age, DigestSource, EvidenceKind, Holder, Purpose, Role):
        for member in enum:
            assert re.search(rf"[` ]{re.escape(member.value)}[` ]", DOCUMENT), member
    for purpose in (Purpose.FULL, Purpose.STATISTICS):
        for name in good_files(purpose=purpose):
            shown = Path(name).name
            assert shown in DOCUMENT or name == "data/playbooks/action-card.toml", name


@pytest.mark.parametrize(
    "purpose", [Purpose.FULL, Purpose.COLLEAGUE, Purpose.POLICE, Purpose.AUTHORITY, Purpose.STATISTICS]
)
def test_the_table_of_files_is_the_truth(purpose: Purpose) -> None:
    table = DOCUMENT.split("## 4. data/")[1].split("Police get")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("|")]
    column = rows[0].index(purpose.value)
    promised = {row[0].strip("`").replace("ID", "action-card") for row in rows[2:] if row[column] == "x"}
    files = good_files(replace(export(), cards=("a card\n",)), purpose=purpose)
    assert promised == {name.removeprefix("data/") for name in files if name.startswith("data/")}
