"""A second reader, written from docs/bundle-format.md: the standard library and stock tools, nothing of the store.

`age` and `tar` open it, `ssh-keygen` checks the signature of the bag and `openssl` those of entries and checkpoint.
Of a case that one device wrote: where feeds ran side by side more than one telling may be right.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.tools import find

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


Entry = tuple[str, dict[str, str], dict[str, Any]]
"""Its id, the fields of its header, its payload."""
CUSTODY = (
    *("event", "copy", "by", "to", "where", "receipt", "digest", "on", "how", "device", "by-segl", "corrects"),
    "reason",
)
PIECE = (
    *("number", "digest", "size", "source", "name", "raw-name", "kind", "platform", "accounts", "url", "claimed-at"),
    *("found-at", "shows", "holder", "holder-name", "held-where", "came-how", "seen-by"),
)
PERSON = ("name", "roles", "age", "authority-over", "contact", "about")


class Wrong(Exception):
    """What does not hold, and where."""


def hold(what: str, told: object, said: object) -> None:
    """Section 5: the document tells what the entries say."""
    if told != said:
        raise Wrong(what)


def run(*command: str, where: Path, stdin: bytes = b"") -> bytes:
    tool = find(command[0])
    assert tool is not None
    done = subprocess.run([tool, *command[1:]], cwd=where, input=stdin, capture_output=True, timeout=60)
    if done.returncode:
        raise Wrong(f"{command[0]}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def read_bundle(sealed: Path, identity: Path, signer: str, folder: Path) -> dict[str, Any]:
    """From the sealed file to `case.json`, every layer held against the one around it.

    Args:
        sealed: the bundle.
        identity: the recipient's key, as `age` takes it.
        signer: the sender's public key, `ssh-ed25519 AAAA...`, known from elsewhere.
        folder: an empty one to unpack into.

    Raises:
        Wrong: something does not hold.
        Forged: the signature of an entry or of the checkpoint does not.
    """
    run("age", "-d", "-i", str(identity), "-o", "bag.tar", str(sealed), where=folder)
    run("tar", "-xf", "bag.tar", where=folder)
    [bag] = [path for path in folder.iterdir() if path.is_dir()]
    files = {path.relative_to(bag).as_posix(): path.read_bytes() for path in bag.rglob("*") if path.is_file()}
    check_bag(files)
    known = folder / "known"
    known.write_text(f'sender namespaces="segl-bundle" {signer}\n', encoding="utf-8")
    asked = ("-Y", "verify", "-f", str(known), "-I", "sender", "-n", "segl-bundle", "-s", "signature.sshsig")
    run("ssh-keygen", *asked, where=bag, stdin=files["tagmanifest-sha256.txt"])
    check_checkpoint(files["data/checkpoint.txt"])
    document: dict[str, Any] = json.loads(files["data/case.json"])
    check_case(document, [entry_of(line) for line in read_entries(files["data/journal.jsonl"])])
    return document


def check_bag(files: dict[str, bytes]) -> None:
    """Section 3: each file is in the manifest that it belongs to, once, with its digest."""
    hold("bagit.txt", files["bagit.txt"], b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    material = {name for name in files if name.startswith("data/")}
    tags = files.keys() - material - {"tagmanifest-sha256.txt", "signature.sshsig"}
    for manifest, names in (("manifest-sha256.txt", material), ("tagmanifest-sha256.txt", tags)):
        lines = files[manifest].decode("ascii").split("\n")
        found = {name: digest for digest, name in (line.split("  ") for line in lines[:-1])}
        hold(manifest, (len(found), lines[-1]), (len(lines) - 1, ""))
        hold(manifest, found, {name: hashlib.sha256(files[name]).hexdigest() for name in names})


def check_checkpoint(document: bytes) -> None:
    """'Checkpoint' of journal-format.md: signed by the device that it names, over all before the signature."""
    signed, _sign, last = document.rpartition(b"signature ")
    fields = dict(line.split(" ", 1) for line in signed.decode("ascii").split("\n")[:-1])
    hold("checkpoint.txt", list(fields), ["segl-checkpoint", "vault", "counter", "root", "device", "claimed-at"])
    verify(bytes.fromhex(fields["device"]), base64.b64decode(last.rstrip(b"\n"), validate=True), signed)


def entry_of(line: dict[str, Any]) -> Entry:
    header: str = line["header"]
    fields = dict(row.split(" ", 1) for row in header.split("\n")[:-1])
    return hashlib.sha256(header.encode("ascii")).hexdigest(), fields, json.loads(line["payload"])


def check_case(document: dict[str, Any], entries: list[Entry]) -> None:
    """Section 5: nothing else than the entries say, and nothing left out."""
    hold("journal.entries", document["journal"]["entries"], len(entries))
    identity = document["author"]["signing_key"].split(" ")[1]
    prints = base64.b64encode(hashlib.sha256(base64.b64decode(identity)).digest()).decode().rstrip("=")
    hold("author.fingerprint", document["author"]["fingerprint"], f"SHA256:{prints}")
    last_id, last, _payload = entries[-1]
    feed = {"device": last["device"], "sequence": int(last["sequence"]), "head": last_id}
    hold("journal.feeds", document["journal"]["feeds"], [feed])
    told = [(line["entry"], line["at"], line["kind"]) for line in document["history"]]
    hold("history", told, [(id, fields["claimed-at"], fields["kind"]) for id, fields, _payload in entries])
    hold("history", len({line["author"] for line in document["history"]}), 1)
    _id, fields, opened = next(entry for entry in entries if entry[1]["kind"] == "case.opened")
    said = [opened[name] for name in ("reference", "title", "kind")]
    case = document["case"]
    hold("case", [case[name] for name in ("reference", "title", "kind", "opened_at")], [*said, fields["claimed-at"]])
    levels = [payload["level"] for _id, fields, payload in entries if fields["kind"] == "level.set"]
    hold("case.level", case["level"], levels[-1] if levels else None)
    check_notes(document, entries)
    check_people(document, entries)
    check_evidence(document, entries)


def check_notes(document: dict[str, Any], entries: list[Entry]) -> None:
    said: dict[str, list[tuple[str, str, str, str]]] = {}
    for id, fields, payload in entries:
        if fields["kind"] in ("note.added", "note.corrected"):
            version = (id, payload["text"], fields["claimed-at"], payload.get("reason", ""))
            said.setdefault(payload.get("note", id), []).append(version)
    told = {
        note["id"]: [(one["entry"], one["text"], one["at"], one["reason"]) for one in note["versions"]]
        for note in document["notes"]
    }
    hold("notes", (told, len(document["notes"])), (said, len(said)))


def check_people(document: dict[str, Any], entries: list[Entry]) -> None:
    said = {
        payload["person"]: [payload[name] for name in PERSON]
        for _id, fields, payload in entries
        if fields["kind"] in ("person.added", "person.changed")
    }
    told = {one["id"]: [one[name.replace("-", "_")] for name in PERSON] for one in document["people"]}
    hold("people", (told, len(document["people"])), (said, len(said)))


def check_evidence(document: dict[str, Any], entries: list[Entry]) -> None:
    """The pieces as they last stood, and of each its custody, when it was verified again, and where its copies lie."""
    pieces: dict[str, list[Any]] = {}
    custody: dict[str, tuple[str, str, list[Any]]] = {}
    checks: set[tuple[str, str, str, str]] = set()
    devices: dict[tuple[str, int], tuple[str, str, str]] = {}
    for id, fields, payload in entries:
        kind, at = fields["kind"], fields["claimed-at"]
        piece = payload.get("evidence", id)
        if kind in ("evidence.registered", "evidence.amended"):
            pieces[piece] = [payload[name] for name in PIECE]
        if kind == "evidence.located" or (kind == "evidence.registered" and payload.get("device")):
            devices[piece, payload["copy"]] = (id, payload["device"], "")
        if kind == "evidence.copy-withdrawn":
            devices[piece, payload["copy"]] = (id, payload["device"], payload["reason"])
        if kind == "evidence.moved":
            custody[id] = (piece, at, [payload[name] for name in CUSTODY])
        if kind == "evidence.checked":
            checks |= {(id, at, one, found) for found in ("matched", "changed", "missing") for one in payload[found]}
    told = document["evidence"]
    hold("evidence", {one["id"]: [one[name.replace("-", "_")] for name in PIECE] for one in told}, pieces)
    events = [
        (event["entry"], (one["id"], event["at"], [event[name.replace("-", "_")] for name in CUSTODY]))
        for one in told
        for event in one["custody"]
    ]
    hold("custody", (dict(events), len(events)), (custody, len(custody)))
    found = [(check["entry"], check["at"], one["id"], check["found"]) for one in told for check in one["checks"]]
    hold("checks", (set(found), len(found)), (checks, len(checks)))
    copies = [
        ((one["id"], copy["copy"]), (copy["entry"], copy["device"], copy["reason"] if copy.get("withdrawn") else ""))
        for one in told
        for copy in one["devices"]
    ]
    hold("devices", (dict(copies), len(copies)), (devices, len(devices)))
