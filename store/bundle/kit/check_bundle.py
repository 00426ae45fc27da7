#!/usr/bin/env python3
"""Checks a case that was handed on in a sealed bundle, after it was opened with age.

Needs Python 3.8 or newer and nothing else; `ssh-keygen` (part of Windows, macOS and Linux) for the signature.
Nothing is written and no network is used. The rules are those of docs/bundle-format.md of Segl.

    python3 check_bundle.py FOLDER                                 the folder that came out
    python3 check_bundle.py FILE.tar                               the tar before it is unpacked
    age -d -i key.txt CASE.segl.age | python3 check_bundle.py -    nothing is unpacked at all

    --signers FILE   keys that you know from elsewhere (allowed_signers); otherwise the file of that name
                     beside this program counts
    --revoked FILE   public keys that count no longer
    --large          the sender says that the case is meant to be very long

It ends with 0 where all three answers are good ones, with 4 where one is not, with 2 where it was called wrongly.

What it can't do: it holds every entry of the journal against its own digest and the chain of them, but not against the
signature of whoever wrote it, and case.json against the journal only by its counts. `segl open` does both.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Set, Tuple

MIB = 1024 * 1024
BLOCK = 512
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
TAG_MANIFEST, SIGNATURE = "tagmanifest-sha256.txt", "signature.sshsig"
KEPT = {
    "bagit.txt": 1024,
    "bag-info.txt": MIB,
    "manifest-sha256.txt": MIB,
    TAG_MANIFEST: MIB,
    SIGNATURE: 4096,
    "data/case.json": 8 * MIB,
    "data/journal.jsonl": 24 * MIB,
    "data/statistics.json": MIB,
}
ENTRIES, ITEMS = 10_000, 500_000
TIMES = {"large": 1}
"""How many times those bounds hold; `--large` makes it ten."""
PURPOSES = ("full", "police", "colleague", "authority", "person-concerned", "statistics")
OF_THE_SYSTEM = (".DS_Store", "Thumbs.db", "desktop.ini")

PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
LINE = re.compile(r"([0-9a-f]{64})  ([!-~]+)")
HEADER = re.compile(
    r"segl-entry v1\nspace case ([0-9a-f]{32})\ndevice ([0-9a-f]{64})\nsequence ([1-9][0-9]{0,14})\n"
    r"previous ([0-9a-f]{64}|-)\n((?:seen [0-9a-f]{64}\n)*)kind ([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)\n"
    r"claimed-at [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\npayload sha256:([0-9a-f]{64})\n"
)
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|["\[\]{},]', re.DOTALL)

# H. M. Damm, Total anti-symmetrische Quasigruppen, 2004: the check digit of each group that is read aloud.
DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)

Both = Tuple[str, str]
"""A sentence in Danish and in English."""


class Refused(Exception):
    """What does not hold; the sentence names the file, and nothing that somebody else wrote."""

    def __init__(self, danish: str, english: str) -> None:
        super().__init__(english)
        self.words: Both = (danish, english)


class Found(NamedTuple):
    """A bag as it lies there: digests and sizes of all files, and the content of those that are read."""

    name: str
    digests: Dict[str, str]
    sizes: Dict[str, int]
    kept: Dict[str, bytes]
    passed_over: List[str]


class Answer(NamedTuple):
    """One of the three: True, False, or None where it can't be said."""

    good: Optional[bool]
    words: Both
    key: str = ""


def read_folder(folder: Path) -> Found:
    """Every file of a folder; links and other odd things are refused."""
    found = Found(folder.resolve().name, {}, {}, {}, [])
    for path in sorted(walk(folder)):
        name = path.relative_to(folder).as_posix()
        if path.name in OF_THE_SYSTEM:
            found.passed_over.append(name)
            continue
        check_name(name)
        with path.open("rb") as file:
            take(found, name, path.stat().st_size, whole(file))
    return found


def whole(file: BinaryIO) -> Iterator[bytes]:
    """All of a file, a mebibyte at a time."""
    data = file.read(MIB)
    while data:
        yield data
        data = file.read(MIB)


def walk(folder: Path) -> Iterator[Path]:
    """The regular files below a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                yield from walk(Path(entry.path))
            elif stat.S_ISREG(mode):
                yield Path(entry.path)
            else:
                raise Refused(f"{plain(entry.name)} er ikke en almindelig fil", f"{plain(entry.name)} is no plain file")


def read_tar(read: Callable[[int], bytes]) -> Found:
    """Every member of a ustar archive, by section 2: one folder, plain files, nothing else."""
    found = Found("", {}, {}, {}, [])
    name = ""
    folded: Set[str] = set()
    while True:
        block = exactly(read, BLOCK)
        if block == bytes(BLOCK):
            break
        path, size, kind = member(block)
        if not name:
            if kind != b"5" or size or not path.endswith("/") or not good_part(path[:-1]):
                raise not_a_tar("the first member is not one folder")
            name = path[:-1]
            continue
        if kind != b"0" or not path.startswith(name + "/"):
            raise not_a_tar("a member that is no plain file in the folder")
        inner = path[len(name) + 1 :]
        check_name(inner)
        if inner.lower() in folded or len(folded) >= 1000:
            raise not_a_tar("two members of one name, or too many")
        folded.add(inner.lower())
        take(found, inner, size, pieces(read, size))
        if any(exactly(read, -size % BLOCK)):
            raise not_a_tar("bytes between the members")
    rest = exactly(read, BLOCK)
    while True:
        data = read(BLOCK)
        rest += data
        if not data:
            break
        if len(rest) > 21 * BLOCK:
            raise not_a_tar("bytes after the end")
    if any(rest) or not name:
        raise not_a_tar("bytes after the end, or nothing in it")
    return found._replace(name=name)


def member(block: bytes) -> Tuple[str, int, bytes]:
    """Path, size and type of a ustar header."""
    if octal(block[148:156]) != sum(block[:148]) + sum(block[156:]) + 8 * 32:
        raise not_a_tar("a header whose checksum is wrong")
    if block[257:265] != b"ustar\x0000" or any(block[157:257]) or any(block[345:]):
        raise not_a_tar("a header that is not plain ustar")
    return block[:100].rstrip(b"\0").decode("ascii", "replace"), octal(block[124:136]), block[156:157]


def octal(field: bytes) -> int:
    """A number of a ustar header."""
    digits = field.rstrip(b"\0 ")
    if not re.fullmatch(rb"[0-7]+", digits):
        raise not_a_tar("a number that is not octal")
    return int(digits, 8)


def exactly(read: Callable[[int], bytes], size: int) -> bytes:
    """So many bytes, or a refusal."""
    data = b""
    while len(data) < size:
        more = read(size - len(data))
        if not more:
            raise Refused("den er kortere, end den skal være", "it is cut short")
        data += more
    return data


def pieces(read: Callable[[int], bytes], size: int) -> Iterator[bytes]:
    """So many bytes, a mebibyte at a time."""
    while size:
        data = exactly(read, min(size, MIB))
        size -= len(data)
        yield data


def take(found: Found, name: str, size: int, chunks: Iterable[bytes]) -> None:
    """Hash one file, and keep it where it is one of those that are read."""
    limit = KEPT.get(name)
    if limit is not None and size > limit * TIMES["large"]:
        raise Refused(
            f"{name} er større, end den må være uden videre (--large)",
            f"{name} is larger than it may be unasked (--large)",
        )
    digest, parts, length = hashlib.sha256(), [], 0
    for chunk in chunks:
        digest.update(chunk)
        length += len(chunk)
        if limit is not None:
            parts.append(chunk)
    found.digests[name] = digest.hexdigest()
    found.sizes[name] = length
    if limit is not None:
        found.kept[name] = b"".join(parts)


def good_part(part: str) -> bool:
    """One part of a path, by section 2."""
    return bool(PART.fullmatch(part)) and not part.endswith(".") and not RESERVED.fullmatch(part)


def check_name(name: str) -> None:
    """Refuse a path that no bundle has."""
    parts = name.split("/")
    if len(parts) > 3 or not all(good_part(part) for part in parts):
        raise Refused(
            f"et filnavn, der ikke må forekomme: {plain(name)}", f"a file name that may not be: {plain(name)}"
        )


def not_a_tar(why: str) -> Refused:
    """Not built as section 2 says."""
    return Refused(f"det er ikke bygget som en forseglet sag ({why})", f"it is not built like a bundle ({why})")


def plain(text: str) -> str:
    """Somebody else's text, so that it can't steer a terminal."""
    return ascii(text)[1:-1][:120]


def check_bag(found: Found) -> Dict[str, List[str]]:
    """Section 3: both manifests, nothing missing, nothing more; gives bag-info.txt."""
    if "fetch.txt" in found.digests:
        raise bad("fetch.txt")
    kept = found.kept
    for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", TAG_MANIFEST, SIGNATURE):
        if name not in kept:
            raise Refused(f"filen {name} mangler", f"the file {name} is missing")
    if kept["bagit.txt"] != BAGIT:
        raise bad("bagit.txt")
    stated: Dict[str, str] = {}
    # The tag manifest first: it covers the other.
    for file, payload in ((TAG_MANIFEST, False), ("manifest-sha256.txt", True)):
        listed = manifest(kept[file], file)
        for name, digest in sorted(listed.items()):
            if name.startswith("data/") is not payload:
                raise bad(file)
            if name not in found.digests:
                raise Refused(f"filen {name} mangler", f"the file {name} is missing")
            if found.digests[name] != digest:
                raise Refused(f"filen {name} er ændret", f"the file {name} was changed")
        stated.update(listed)
    for name in sorted(found.digests):
        if name not in stated and name not in (TAG_MANIFEST, SIGNATURE):
            raise Refused(
                f"filen {name} var der ikke, da der blev skrevet under",
                f"the file {name} was not there when it was signed",
            )
    if not {"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "allowed_signers"} <= set(stated):
        raise bad(TAG_MANIFEST)
    return bag_info(kept["bag-info.txt"])


def manifest(data: bytes, file: str) -> Dict[str, str]:
    """Path -> digest."""
    text = data.decode("ascii", "replace")
    if not text.endswith("\n"):
        raise bad(file)
    found = {}
    for line in text[:-1].split("\n"):
        match = LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise bad(file)
        check_name(match[2])
        found[match[2]] = match[1]
    return found


def bag_info(data: bytes) -> Dict[str, List[str]]:
    """Label -> values; refuses another format and what section 3 asks for and is not there."""
    found: Dict[str, List[str]] = {}
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise bad("bag-info.txt") from None
    for line in lines[:-1]:
        label, colon, value = line.partition(": ")
        if not colon or not re.fullmatch(r"[A-Za-z0-9-]+", label):
            raise bad("bag-info.txt")
        found.setdefault(label, []).append(value)
    if found.get("Segl-Format") != ["1"]:
        raise Refused(
            "den er i et nyere format, end dette program kender: bed om et nyere værktøj",
            "it is in a newer format than this program knows: ask for a newer kit",
        )
    single = [found.get(label, []) for label in ("Segl-Purpose", "Segl-Signer")]
    if any(len(values) != 1 for values in single) or single[0][0] not in PURPOSES or not found.get("Segl-Recipient"):
        raise bad("bag-info.txt")
    return found


def bad(file: str, why: str = "") -> Refused:
    """A file that is not what it has to be."""
    more = f" ({why})" if why else ""
    return Refused(f"filen {file} er ikke, som den skal være{more}", f"the file {file} is not what it has to be{more}")


def strict_json(data: bytes, file: str, items: int = ITEMS) -> Any:
    """Section 5: one reading or none."""
    items *= TIMES["large"]
    depth = 0
    for match in TOKEN.finditer(data):
        token = match[0]
        if len(token) > 1:
            continue
        items -= 1
        depth += (token in b"[{") - (token in b"]}")
        if token == b'"' or depth > 32 or items < 0:
            raise bad(file, "JSON")

    def once(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError
        return dict(pairs)

    def whole(digits: str) -> int:
        if len(digits.lstrip("-")) > 16:
            raise ValueError
        return int(digits)

    def none(_digits: str) -> None:
        raise ValueError

    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=once, parse_int=whole, parse_float=none, parse_constant=none
        )
        # Half of a surrogate pair can't be written in UTF-8.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise bad(file, "JSON") from None
    return value


class Journal(NamedTuple):
    """What the entries are, for case.json and for *complete*."""

    space: str
    summary: Dict[str, Any]
    missing: int
    forks: int
    opened: bool


def read_journal(data: bytes) -> Journal:
    """Section 6 but for the signatures: every header, id, commitment, the chain and the order."""
    file = "data/journal.jsonl"
    lines = data.split(b"\n")
    if lines.pop() or len(lines) > ENTRIES * TIMES["large"]:
        raise bad(file, f"{len(lines)} linjer/lines")
    entries: Dict[str, Tuple[str, int]] = {}
    places: Dict[Tuple[str, int], str] = {}
    absent: Set[str] = set()
    spaces, kinds, without, forks = set(), set(), 0, 0
    for number, line in enumerate(lines, start=1):
        try:
            value = strict_json(line, file, items=16)
            if set(value) != {"header", "signature", "salt", "payload"} or len(b64(value["signature"])) != 64:
                raise ValueError
            header = HEADER.fullmatch(value["header"])
            if header is None:
                raise ValueError
            space, device, sequence, previous, seen_lines, kind, commitment = header.groups()
            place = device, int(sequence)
            seen = [row[5:] for row in seen_lines.split("\n")[:-1]]
            if (previous == "-") is not (place[1] == 1) or seen != sorted(set(seen)) or previous in seen:
                raise ValueError
            if (value["salt"] is None) is not (value["payload"] is None):
                raise ValueError
            if value["payload"] is None:
                without += 1
            else:
                salt = b64(value["salt"])
                if len(salt) != 32 or sha256(salt + value["payload"].encode("utf-8")) != commitment:
                    raise ValueError
            id = sha256(value["header"].encode("ascii"))
            before = entries.get(previous)
            if id in entries or id in absent or (before and before != (device, place[1] - 1)):
                raise ValueError
        except (ValueError, TypeError, AttributeError):
            raise bad(file, f"linje/line {number}") from None
        entries[id] = place
        forks += place in places
        places.setdefault(place, id)
        absent.update(one for one in (*seen, previous) if one != "-" and one not in entries)
        spaces.add(space)
        kinds.add(kind)
    if len(spaces) > 1:
        raise bad(file)
    heads: Dict[str, int] = {}
    for device, sequence in places:
        heads[device] = max(heads.get(device, 0), sequence)
    feeds = [{"device": one, "sequence": top, "head": places[one, top]} for one, top in sorted(heads.items())]
    return Journal(
        space="".join(spaces),
        summary={"entries": len(entries), "without_payload": without, "feeds": feeds},
        missing=max(len(absent), sum(heads.values()) - len(places)),
        forks=forks,
        opened="case.opened" in kinds,
    )


def b64(text: str) -> bytes:
    """Base64, written the one way."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except binascii.Error:
        raise ValueError from None
    if base64.b64encode(data).decode("ascii") != text:
        raise ValueError
    return data


def sha256(data: bytes) -> str:
    """In hex."""
    return hashlib.sha256(data).hexdigest()


def check_content(found: Found, info: Dict[str, List[str]]) -> Optional[Answer]:
    """Sections 4 to 6; gives whether it is complete."""
    material = [name for name in found.digests if name.startswith("data/material/")]
    if info["Segl-Purpose"] == ["statistics"]:
        if material or "data/statistics.json" not in found.kept:
            raise bad("data/statistics.json")
        strict_json(found.kept["data/statistics.json"], "data/statistics.json")
        return Answer(True, ("den indeholder kun tal, og det er meningen.", "it holds numbers only, on purpose."))
    for name in ("data/case.json", "data/journal.jsonl", "data/checkpoint.txt"):
        if name not in found.digests:
            raise Refused(f"filen {name} mangler", f"the file {name} is missing")
    case = strict_json(found.kept["data/case.json"], "data/case.json")
    journal = read_journal(found.kept["data/journal.jsonl"])
    try:
        known = {one["digest"] for one in case["evidence"]}
        withheld = case.get("withheld", {"entries": 0})["entries"]
        if (
            (case["schema"], case["version"]) != ("segl-case", 1)
            or [case["purpose"]] != info["Segl-Purpose"]
            or [case["author"]["fingerprint"]] != info["Segl-Signer"]
            or case["case"]["id"] != journal.space
            or case["journal"] != journal.summary
            or not (journal.opened or journal.missing)
            or not 0 <= withheld <= journal.summary["without_payload"]
        ):
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError):
        raise bad("data/case.json", "journal.jsonl") from None
    for name in material:
        if info["Segl-Purpose"] != ["police"] or f"sha256:{found.digests[name]}" not in known:
            raise bad(name)
    return completeness(journal, withheld)


def completeness(journal: Journal, withheld: int) -> Answer:
    """Whether all that belongs to the case is there."""
    count = journal.summary["entries"]
    gone = journal.summary["without_payload"] - withheld
    parts = [
        (number, danish, english)
        for number, danish, english in (
            (withheld, "udeladt med vilje af afsenderen", "withheld by the sender on purpose"),
            (gone, "uden indhold", "without their content"),
            (journal.missing, "mangler", "missing"),
            (journal.forks, "skrevet to gange med samme nummer", "written twice with one number"),
        )
        if number
    ]
    if not parts:
        return Answer(True, (f"alle {count} indførsler er der.", f"all {count} entries are there."))
    danish, english = (", ".join(f"{part[0]} {part[place]}" for part in parts) for place in (1, 2))
    return Answer(False, (f"{count} indførsler er der; {danish}.", f"{count} entries are there; {english}."))


def key_of(armor: bytes) -> bytes:
    """The public key in an SSHSIG (OpenSSH PROTOCOL.sshsig); ssh-keygen checks what it signs."""
    match = re.fullmatch(rb"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END SSH SIGNATURE-----\n", armor)
    try:
        blob = base64.b64decode((match[1] if match else b"-").replace(b"\n", b""), validate=True)
    except binascii.Error:
        blob = b""
    size = int.from_bytes(blob[10:14], "big")
    key = blob[14 : 14 + size]
    if blob[:10] != b"SSHSIG\0\0\0\1" or size != 51 or key[:19] != b"\0\0\0\x0bssh-ed25519\0\0\0\x20":
        raise Refused("underskriften kan ikke læses", "the signature can't be read")
    return key


def fingerprint_of(key: bytes) -> str:
    """As `ssh-keygen -l` shows it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode("ascii").rstrip("=")


def digits_of(fingerprint: str) -> str:
    """The fingerprint as it is read aloud: eight groups of five digits and a check digit."""
    number = int.from_bytes(base64.b64decode(fingerprint[7:] + "="), "big") % 10**40
    groups = [f"{number:040}"[start : start + 5] for start in range(0, 40, 5)]
    for place, group in enumerate(groups):
        interim = 0
        for digit in group:
            interim = int(DAMM[interim][int(digit)])
        groups[place] = f"{group}{interim}"
    return " ".join(groups)


def find_ssh_keygen(not_in: Path) -> Optional[str]:
    """Its whole path: never one that lies in the folder that is checked, or where one happens to stand."""
    name = "ssh-keygen.exe" if os.name == "nt" else "ssh-keygen"
    folders = os.environ.get("PATH", "").split(os.pathsep)
    if os.name == "nt":
        folders.insert(0, os.path.join(os.environ.get("SystemRoot", r"C:\Windows"), "System32", "OpenSSH"))
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.isabs(folder) and os.path.isfile(path) and not inside(Path(path), not_in):
            return path
    return None


def inside(path: Path, folder: Path) -> bool:
    """Whether a file lies in a folder."""
    return folder.resolve() in path.resolve().parents


def keygen(tool: str, command: str, found: Found, folder: Optional[Path], *more: str) -> Optional[bool]:
    """What ssh-keygen says of the signature; None where this one can't check signatures."""
    arguments = [tool, "-Y", command, "-n", "segl-bundle", *more]
    handle = -1
    try:
        if os.name != "nt":
            handle, write = os.pipe()
            os.write(write, found.kept[SIGNATURE])
            os.close(write)
            place = f"/dev/fd/{handle}"
        else:
            place = str(folder / SIGNATURE) if folder else ""
        done = subprocess.run(
            [*arguments, "-s", place],
            input=found.kept[TAG_MANIFEST],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=() if handle < 0 else (handle,),
            timeout=60,
        )
    finally:
        if handle >= 0:
            os.close(handle)
    if re.search(rb"(?:unknown|illegal|invalid) option|unsupported operation", done.stderr, re.IGNORECASE):
        return None
    return done.returncode == 0


def principals(signers: Path, key: bytes) -> List[str]:
    """Under which names an allowed_signers file has a key."""
    coded = base64.b64encode(key).decode("ascii")
    found = []
    for line in signers.read_text("utf-8", "replace").splitlines():
        words = line.split()
        if coded in words[1:] and not line.startswith("#"):
            found += words[0].split(",")
    return found


def signed_by(
    found: Found, info: Dict[str, List[str]], folder: Optional[Path], signers: Optional[Path], revoked: Optional[Path]
) -> Answer:
    """Whose key it was, and whether it is known from elsewhere."""
    try:
        key = key_of(found.kept[SIGNATURE])
    except Refused as error:
        return Answer(False, error.words)
    fingerprint = fingerprint_of(key)
    tool = find_ssh_keygen(folder or Path(os.devnull))
    holds = keygen(tool, "check-novalidate", found, folder) if tool and (os.name != "nt" or folder) else None
    if tool is None or holds is None:
        words = (
            "ikke kontrolleret: ssh-keygen (OpenSSH 8.1 eller nyere) er her ikke. Den siges at være skrevet af nøglen",
            "not checked: there is no ssh-keygen (OpenSSH 8.1 or newer) here. It is said to be by the key",
        )
        return Answer(None, words, fingerprint)
    if not holds:
        words = "INGEN: underskriften passer ikke til indholdet.", "NOBODY: the signature does not fit the content."
        return Answer(False, words)
    if info["Segl-Signer"] != [fingerprint]:
        words = "en ANDEN nøgle, end mappen selv siger:", "ANOTHER key than the folder itself says:"
        return Answer(False, words, fingerprint)
    for name in principals(signers, key) if signers else []:
        known = ("-f", str(signers), "-I", name)
        if keygen(tool, "verify", found, folder, *known):
            if revoked and not keygen(tool, "verify", found, folder, *known, "-r", str(revoked)):
                words = "en TILBAGEKALDT nøgle. Ring til afsenderen.", "a REVOKED key. Ring the sender."
                return Answer(False, words, fingerprint)
            file = plain(str(signers))
            words = (
                f"nøglen i {file}. Det gælder, hvis den fil kom en anden vej end sagen.",
                f"the key in {file}. That holds if this file came another way than the case.",
            )
            return Answer(True, words, fingerprint)
    words = (
        "en nøgle, der IKKE er kendt her. Ring til afsenderen på et nummer, du kender, og sammenlign:",
        "a key that is NOT known here. Ring the sender on a number that you know, and compare:",
    )
    return Answer(False, words, fingerprint)


def check(found: Found, folder: Optional[Path], signers: Optional[Path], revoked: Optional[Path]) -> List[Answer]:
    """Intact, complete, signed by."""
    unsaid = Answer(None, ("kan ikke siges.", "can't be said."))
    try:
        info = check_bag(found)
        complete = check_content(found, info)
    except Refused as error:
        danish, english = error.words
        return [
            Answer(False, (f"NEJ, {danish}. Brug intet af den.", f"NO, {english}. Use nothing of it.")),
            unsaid,
            unsaid,
        ]
    assert complete is not None
    count = len(found.digests)
    intact = Answer(
        True,
        (
            f"alle {count} filer er, som listen siger, og journalens kæde holder.",
            f"all {count} files are as the list says, and the chain of the journal holds.",
        ),
    )
    return [intact, complete, signed_by(found, info, folder, signers, revoked)]


def say(found: Optional[Found], answers: List[Answer]) -> int:
    """Print the three answers, Danish first; gives the exit code."""
    titles = (("Ubrudt", "Intact"), ("Komplet", "Complete"), ("Underskrevet af", "Signed by"))
    marks = {True: "[ OK ]", False: "[ !! ]", None: "[ ?? ]"}
    if found is not None:
        print(f"{plain(found.name)}\n")
        for name in found.passed_over:
            print(f"(sprunget over / passed over: {plain(name)})\n")
    for title, answer in zip(titles, answers):
        print(f"{marks[answer.good]} {title[0]}: {answer.words[0]}")
        print(f"       {title[1]}: {answer.words[1]}")
        for line in (answer.key, digits_of(answer.key)) if answer.key else ():
            print(f"       {line}")
        print()
    print("Ikke kontrolleret her: hver indførsels egen underskrift, og at case.json siger det samme som journalen.")
    print("Not checked here: the signature of each single entry, and that case.json tells the same as the journal.")
    return 0 if all(answer.good for answer in answers) else 4


def main(arguments: List[str]) -> int:
    """Run it."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    paths: List[str] = []
    options: Dict[str, Optional[Path]] = {"--signers": None, "--revoked": None}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word == "--large":
            TIMES["large"] = 10
        elif word in options and rest:
            options[word] = Path(rest.pop(0))
        else:
            paths.append(word)
    if len(paths) != 1 or (paths[0].startswith("-") and paths[0] != "-"):
        print((__doc__ or "").strip())
        return 2
    target = Path(paths[0])
    folder = target if paths[0] != "-" and target.is_dir() else None
    signers = options["--signers"]
    beside = Path(__file__).resolve().parent / "allowed_signers"
    # In the folder that is checked, the list of keys is the sender's word for themselves.
    if signers is None and beside.is_file() and not (folder and inside(beside, folder)):
        signers = beside
    try:
        for file in (signers, options["--revoked"]):
            if file is not None and not file.is_file():
                raise FileNotFoundError(2, os.strerror(2), str(file))
        if folder:
            found = read_folder(folder)
        elif paths[0] == "-":
            found = read_tar(sys.stdin.buffer.read)
        else:
            with target.open("rb") as file_of_tar:
                found = read_tar(file_of_tar.read)
    except Refused as error:
        danish, english = error.words
        unsaid = Answer(None, ("kan ikke siges.", "can't be said."))
        return say(None, [Answer(False, (f"NEJ, {danish}.", f"NO, {english}.")), unsaid, unsaid])
    except OSError as error:
        print(f"{error.strerror}: {plain(str(error.filename))}", file=sys.stderr)
        return 2
    return say(found, check(found, folder, signers, options["--revoked"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
