"""Makes the hostile bundles in `tests/vectors/hostile/`: `python -m tests.store.bundle.hostile_files`.

Each is a named file. The small ones are committed, so that other readers can be tried on them; of the large ones (a
sealed file does not compress) the digest is, and they are made by the same table when the tests run. All are sealed to
the keys in `keys.txt`, and signed by the key in `signer.pub` unless that is what is wrong with them. Those whose name
begins with `good` are as near to one of the others as may be, and open.

With `--base` the files in `base/` that they are made from are written anew, too, by what Segl writes today.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from store.bundle.bag import BAG_INFO, MANIFEST, TAG_MANIFEST
from store.bundle.names import CASE_JSON, JOURNAL
from store.sshsig import public_key_line
from tests.store.age import kit
from tests.store.bundle import hostile_limits as limits
from tests.store.bundle.hostile import member, signed_anew, tar_of_members, tar_with
from tests.store.bundle.hostile_makers import (
    CONTROLS,
    FOLDER,
    GIB,
    SUFFIX,
    Hostile,
    again,
    as_text,
    base,
    beside_ours,
    damaged,
    forged,
    headed,
    heavy,
    in_case,
    in_document,
    in_journal,
    lean,
    line_of,
    million,
    other_namespace,
    other_signature,
    sealing,
    signing,
    streamed,
    tarred,
    turned_round,
    unsigned,
    with_passphrase,
    write_base,
    zeros,
)
from tests.store.bundle.invented import BIRGIT, POLICE, export

MIB: Final = 1 << 20
GREASE: Final = b"-> grease a b c\n\n"
PLUGINS: Final = [
    b"-> yubikey AAAAAA A0A0A0\n" + kit.body(bytes(32)),
    b"-> piv-p256 AAAAAA ../../bin/sh\n" + kit.body(bytes(32)),
    b"-> ../../../tmp/age-plugin-evil x\n\n",
    b"-> tlock 1 $(touch${IFS}/tmp/evil)\n\n",
]
FOR_NOBODY: Final = b"-> X25519 " + kit.b64(bytes([9]) + bytes(31)) + b"\n" + kit.body(bytes(32))


def technical(detail: str) -> str:
    return f"in technical English: {detail}"


def tar(reason: str) -> tuple[str, ...]:
    return "what is inside is not built like a bundle.", technical(reason)


def file(name: str, reason: str) -> tuple[str, ...]:
    return f"the file {name} is not what it has to be.", technical(f"{name}: {reason}")


def entry(reason: str) -> tuple[str, ...]:
    return "an entry of the journal is not what was signed.", technical(f"{JOURNAL}: {reason}")


def on_its_way(reason: str) -> tuple[str, ...]:
    return "the sealed file was damaged or changed on its way.", technical(reason)


def unasked(reason: str) -> tuple[str, ...]:
    return "larger than what is opened unasked.", technical(reason)


NAMES: Final[Mapping[str, str]] = {
    "zip-slip": "K7M4Q/../../../etc/cron.d/evil",
    "zip-slip-above": "../evil",
    "absolute": "/etc/cron.d/evil",
    "windows-drive": "K7M4Q/C:\\evil.exe",
    "windows-backslash": "K7M4Q/..\\..\\evil.exe",
    "windows-device": "K7M4Q/con.txt",
    "windows-stream": "K7M4Q/a.txt:hidden",
    "windows-dot-at-the-end": "K7M4Q/a.txt.",
    "windows-space-at-the-end": "K7M4Q/a.txt ",
    "name-with-an-escape": "K7M4Q/a\x1b[2J",
    "name-with-a-direction": "K7M4Q/a\u202egpj.exe",
    "name-with-a-line-end": "K7M4Q/a\nb",
    "name-that-is-an-option": "K7M4Q/--checkpoint-action=exec=sh",
    "name-of-65-characters": "K7M4Q/" + "a" * 65,
    "folder-in-a-folder-in-a-folder": "K7M4Q/data/a/b/c",
}

TABLE: Final[Mapping[str, Hostile]] = {
    **{
        name: Hostile(make=tarred(member(path, b"x")), says=tar("a name outside the grammar"))
        for name, path in NAMES.items()
    },
    "symlink": Hostile(
        make=tarred(member("K7M4Q/a", kind=tarfile.SYMTYPE, link="/etc"), member("K7M4Q/a/passwd", b"x")),
        says=tar("a header with a link or a prefix"),
    ),
    "symlink-to-nothing": Hostile(
        make=tarred(member("K7M4Q/a", kind=tarfile.SYMTYPE)), says=tar("a member that is no regular file (type b'2')")
    ),
    "hard-link": Hostile(
        make=tarred(member("K7M4Q/a", kind=tarfile.LNKTYPE, link="../../.ssh/authorized_keys")),
        says=tar("a header with a link or a prefix"),
    ),
    "device": Hostile(
        make=tarred(member("K7M4Q/a", kind=tarfile.CHRTYPE)), says=tar("a member that is no regular file (type b'3')")
    ),
    "fifo": Hostile(
        make=tarred(member("K7M4Q/a", kind=tarfile.FIFOTYPE)), says=tar("a member that is no regular file (type b'6')")
    ),
    "sparse": Hostile(
        make=tarred(member("K7M4Q/a", kind=tarfile.GNUTYPE_SPARSE)),
        says=tar("a member that is no regular file (type b'S')"),
    ),
    "double": Hostile(
        make=tarred(member("K7M4Q/a", b"x"), member("K7M4Q/a", b"y")), says=tar("a: two members of one name")
    ),
    "case-collision": Hostile(
        make=tarred(member("K7M4Q/a", b"x"), member("K7M4Q/A", b"y")), says=tar("A: two members of one name")
    ),
    "case-collision-of-folders": Hostile(
        make=tarred(member("K7M4Q/data/a", b"x"), member("K7M4Q/DATA/b", b"y")),
        says=tar("DATA/b: two folders of one name"),
    ),
    "nfc-collision": Hostile(
        make=tarred(member("K7M4Q/å", b"x"), member("K7M4Q/a\u030a", b"y")), says=tar("a name outside the grammar")
    ),
    "gnu-long-name": Hostile(
        make=tarred(member("K7M4Q/" + "a" * 300), shape=tarfile.GNU_FORMAT), says=tar("a header that is not ustar")
    ),
    "gnu-long-name-in-ustar": Hostile(
        make=tarred(member("K7M4Q/L", b"K7M4Q/../evil\0", kind=tarfile.GNUTYPE_LONGNAME), member("K7M4Q/a", b"x")),
        says=tar("a member that is no regular file (type b'L')"),
    ),
    "pax-header": Hostile(
        make=tarred(member("K7M4Q/" + "a" * 300), shape=tarfile.PAX_FORMAT),
        says=tar("a member that is no regular file (type b'x')"),
    ),
    "not-sealed": Hostile(
        make=lambda: iter([b"%PDF-1.7\n" + b"a letter, chosen by mistake\n" * 40]),
        says="Intact: NO, this is not a sealed file; perhaps another file was meant.",
    ),
    "not-sealed-tar": Hostile(
        make=lambda: iter([tar_with(signed_anew(lean()))]), says="Intact: NO, this is not a sealed file;"
    ),
    "sealed-as-text": Hostile(make=as_text(), says="Intact: NO, it is in text form,"),
    "no-tar": Hostile(make=sealing(lambda: b"no tar at all" * 1000), says=tar("a number that is not octal")),
    "empty": Hostile(make=sealing(bytes), says=tar("it is cut short")),
    "tar-cut-in-a-member": Hostile(
        make=sealing(lambda: tar_of_members(member("K7M4Q/a", b"x" * 5000))[:3000]), says=tar("it is cut short")
    ),
    "bytes-behind-the-tar": Hostile(
        make=sealing(lambda: tar_with(signed_anew(lean())) + b"more"), says=tar("bytes after the end")
    ),
    "two-tars": Hostile(make=sealing(lambda: tar_with(signed_anew(lean())) * 2), says=tar("bytes after the end")),
    "padding-of-a-block-more": Hostile(
        make=sealing(lambda: limits.padded(tar_with(signed_anew(lean())), 10240 + 512)),
        says=tar("bytes after the end"),
    ),
    "fetch": Hostile(
        make=signing(lambda files: {**files, "fetch.txt": b"http://127.0.0.1/x 1 data/x\n"}),
        says=file("fetch.txt", "it would fetch files from elsewhere"),
    ),
    "file-changed": Hostile(
        make=unsigned(lambda files: {**files, "data/evidence.sha256": b"x"}),
        says="the file data/evidence.sha256 was changed",
    ),
    "file-added": Hostile(
        make=unsigned(lambda files: {**files, "data/more.txt": b"x"}),
        says="a file in it that was not there when it was signed: data/more.txt",
    ),
    "signature-over-other-bytes": Hostile(make=unsigned(other_signature), says="Signed by: NOBODY"),
    "signature-of-another-kind": Hostile(make=unsigned(other_namespace), says="Signed by: NOBODY"),
    "entry-replayed": Hostile(
        make=in_journal(lambda lines: [*lines, lines[0]]), says=entry("line 11: the same entry twice")
    ),
    "entry-of-another-case": Hostile(
        make=in_journal(lambda lines: [*lines, line_of("ab" * 16)]), says=entry("line 11: an entry of another space")
    ),
    "entry-forged": Hostile(make=in_journal(forged), says=entry("line 2: commitment")),
    "journal-of-another-case": Hostile(
        make=signing(lambda files: {**files, JOURNAL: line_of("ab" * 16)}),
        says=file(CASE_JSON, "it tells of another case than the journal"),
    ),
    "json-doubled-name": Hostile(
        make=in_case(b'"version":', b'"version": 1,"version":'),
        says=file(CASE_JSON, "a name comes twice in one object"),
    ),
    "json-doubled-name-escaped": Hostile(
        make=in_case(b'"version":', b'"\\u0076ersion": 1,"version":'),
        says=file(CASE_JSON, "a name comes twice in one object"),
    ),
    "json-nan": Hostile(make=in_case(b'"level": 3', b'"level": NaN'), says=file(CASE_JSON, "a number that is none")),
    "json-infinity": Hostile(
        make=in_case(b'"level": 3', b'"level": 1e999'), says=file(CASE_JSON, "a number out of range")
    ),
    "json-lone-surrogate": Hostile(
        make=in_case(b"Snapchat", b"\\ud800"), says=file(CASE_JSON, "half a surrogate pair")
    ),
    "json-surrogate-in-utf-8": Hostile(make=in_case(b"Snapchat", b"\xed\xa0\x80"), says=file(CASE_JSON, "not UTF-8")),
    "json-raw-escape": Hostile(make=in_case(b"Snapchat", b"\x1b[31m"), says=file(CASE_JSON, "not JSON")),
    "json-digits": Hostile(
        make=in_case(b'"level": 3', b'"level": ' + b"9" * 5000), says=file(CASE_JSON, "a number out of range")
    ),
    "json-number-of-17-digits": Hostile(
        make=in_case(b'"schema"', b'"z": ' + b"9" * 17 + b', "schema"'), says=file(CASE_JSON, "a number out of range")
    ),
    "json-nesting-33": Hostile(
        make=in_case(b'"schema"', b'"z": ' + b"[" * 32 + b"]" * 32 + b', "schema"'),
        says=file(CASE_JSON, "nested deeper than 32"),
    ),
    "sealed-flipped-byte": Hostile(
        make=damaged(lambda data: data.__setitem__(-2000, data[-2000] ^ 1)), says=on_its_way("a chunk does not verify")
    ),
    "sealed-cut-short": Hostile(
        make=damaged(lambda data: data.__delitem__(slice(-100, None))), says=on_its_way("a chunk does not verify")
    ),
    "sealed-cut-behind-a-chunk": Hostile(
        make=limits.cut_behind_a_chunk(), says=on_its_way("the file ends before its final chunk")
    ),
    "sealed-added-to": Hostile(
        make=damaged(lambda data: data.extend(b"more")), says=on_its_way("a chunk does not verify")
    ),
    "sealed-added-behind-a-chunk": Hostile(
        make=limits.more_behind_the_final_chunk(), says=on_its_way("something follows the final chunk")
    ),
    "plugin-stanzas": Hostile(make=headed(*PLUGINS), says="None of your keys", code=3),
    "scrypt-30": Hostile(
        make=headed(kit.scrypt(factor=b"30")), says="so much work for its passphrase", passphrase=True
    ),
    "scrypt-beside-a-key": Hostile(
        make=headed(kit.scrypt(), kit.x25519()), says=on_its_way("a scrypt stanza is not alone in the header")
    ),
    "text-everywhere": Hostile(make=sealing(lambda: tar_with(signed_anew(base("text")))), says="Intact: yes", code=0),
    "good": Hostile(make=sealing(lambda: tar_with(signed_anew(lean()))), says="Intact: yes", code=0),
    "good-name-of-64-characters": Hostile(
        make=signing(lambda files: {**files, "data/" + "a" * 64: b"x"}), says="Intact: yes", code=0
    ),
    "good-names-like-reserved-ones": Hostile(
        make=signing(lambda files: {**files, **dict.fromkeys(("data/com10.txt", "data/console", "data/x.nul"), b"x")}),
        says="Intact: yes",
        code=0,
    ),
    "good-nesting-32": Hostile(
        make=in_case(b'"schema"', b'"z": ' + b"[" * 31 + b"]" * 31 + b', "schema"'), says="Intact: yes", code=0
    ),
    "good-number-of-16-digits": Hostile(
        make=in_case(b'"schema"', b'"z": ' + b"9" * 16 + b', "schema"'), says="Intact: yes", code=0
    ),
    "good-pair-of-surrogates": Hostile(
        make=in_case(b'"schema"', b'"z": "\\ud83d\\ude00 NaN {[\\"", "schema"'), says="Intact: yes", code=0
    ),
    "good-manifests-in-another-order": Hostile(
        make=unsigned(lambda files: turned_round(files, MANIFEST, TAG_MANIFEST)), says="Intact: yes", code=0
    ),
    "good-members-in-another-order": Hostile(
        make=sealing(lambda: limits.in_another_order(signed_anew(lean()))), says="Intact: yes", code=0
    ),
    "good-padding-as-long-as-it-may-be": Hostile(
        make=sealing(lambda: limits.padded(tar_with(signed_anew(lean())), 10240)), says="Intact: yes", code=0
    ),
    "good-stanzas-for-others": Hostile(make=beside_ours(GREASE, *PLUGINS, FOR_NOBODY), says="Intact: yes", code=0),
    "good-passphrase": Hostile(make=with_passphrase(10), says="Intact: yes", code=0, passphrase=True),
    "good-1000-members": Hostile(
        make=signing(lambda files: limits.members(files, 1000)), says="Intact: yes", code=0, large=True
    ),
    "members-1001": Hostile(
        make=signing(lambda files: limits.members(files, 1001)), says=tar("more than 1000 members"), large=True
    ),
    "stanzas-for-nobody-1000": Hostile(make=headed(*[FOR_NOBODY] * 1000), says="None of your keys", code=3, large=True),
    "info-one-label-780000-times": Hostile(
        make=signing(lambda files: {**files, BAG_INFO: files[BAG_INFO] + b"A: \n" * 780_000}),
        says=file("bag-info.txt", "more than 1200 lines"),
        large=True,
    ),
    "history-of-one-entry": Hostile(
        make=in_document(lambda document: again(document["history"])),
        says=file(CASE_JSON, "history: not the entries of the journal"),
        large=True,
    ),
    "versions-of-one-entry": Hostile(
        make=in_document(lambda document: again(document["notes"][0]["versions"])),
        says=file(CASE_JSON, "notes[0].versions[2]: told twice"),
        large=True,
    ),
    "notes-all-the-same": Hostile(
        make=in_document(lambda document: again(document["notes"])),
        says=file(CASE_JSON, "notes[3].versions[0]: told twice"),
        large=True,
    ),
    "evidence-all-the-same": Hostile(
        make=in_document(lambda document: again(document["evidence"])),
        says=file(CASE_JSON, "evidence[1]: told twice"),
        large=True,
    ),
    "entries-of-nothing-but-lists": Hostile(
        make=heavy({"a": [[]] * 340_000}, 22), says=unasked(f"{JOURNAL}: more than 250000 items"), large=True
    ),
    "entries-of-nothing-but-names": Hostile(
        make=heavy({f"{number}": 1 for number in range(90_000)}, 22),
        says=unasked(f"{JOURNAL}: more than 250000 items"),
        large=True,
    ),
    "stanzas-10000": Hostile(
        make=headed(*[GREASE] * 9999, kit.x25519()),
        says=on_its_way("the header has more than 1000 stanzas"),
        large=True,
    ),
    "header-without-end": Hostile(
        make=lambda: iter([b"age-encryption.org/v1\n-> a\n" + (b"A" * 64 + b"\n") * 200_000]),
        says=on_its_way("the header is longer than 2097152 bytes"),
        large=True,
    ),
    "json-nesting-100000": Hostile(
        make=in_case(b'"level": 3', b'"level": ' + b"[" * 100_000),
        says=file(CASE_JSON, "nested deeper than 32"),
        large=True,
    ),
    "json-number-of-100-mb": Hostile(
        make=in_case(b'"level": 3', b'"level": ' + b"9" * 100_000_000),
        says=unasked(f"{CASE_JSON}: larger than 4194304 bytes"),
        large=True,
    ),
    "json-many-lists": Hostile(
        make=in_case(b'"level": 3', b'"level": [' + b"[]," * 490_000 + b"[]]"),
        says=unasked(f"{CASE_JSON}: more than 250000 items"),
        large=True,
    ),
    "signs-instead-of-characters": Hostile(
        make=in_document(limits.nothing_but_signs), says=unasked("all of it together"), large=True
    ),
    "statements-100000": Hostile(
        make=limits.within(entries=101, statements=101_000, items=0, zeros=0, signs=0),
        says=unasked(f"{JOURNAL}: more than 100000 statements"),
        large=True,
    ),
    "entries-10001": Hostile(
        make=limits.within(entries=10_001, statements=0, items=0, zeros=0, signs=0),
        says=unasked(f"{JOURNAL}: more than 10000 entries"),
        large=True,
    ),
    "each-limit-at-once": Hostile(
        make=limits.within(entries=10_000, statements=99_000, items=120_000, zeros=80 * MIB, signs=MIB),
        says=unasked("all of it together"),
        large=True,
    ),
    "dearest-of-entries": Hostile(
        make=limits.within(entries=2_300, statements=2_300, items=0, zeros=80 * MIB, signs=0),
        says=file(CASE_JSON, "fact: the journal says more than is told"),
        large=True,
    ),
    "dearest-of-statements": Hostile(
        make=limits.within(entries=1_000, statements=60_000, items=0, zeros=80 * MIB, signs=0),
        says=file(CASE_JSON, "fact: the journal says more than is told"),
        large=True,
    ),
    "dearest-of-items": Hostile(
        make=limits.within(entries=500, statements=15_000, items=170_000, zeros=80 * MIB, signs=0),
        says=file(CASE_JSON, "fact: the journal says more than is told"),
        large=True,
    ),
    "zeros-1-gib": Hostile(make=zeros(GIB), says=unasked("1024 MiB"), large=True),
    "zeros-250-mib": Hostile(make=zeros(250 * MIB), says=unasked("250 MiB"), large=True),
    "zeros-below-the-limit": Hostile(make=zeros(98 * MIB), says="the file bagit.txt is missing", large=True),
    "million-members": Hostile(make=streamed(million), says=unasked("488 MiB"), large=True),
    "million-members-that-are-meant": Hostile(
        make=streamed(million), says=tar("more than 1000 members"), large=True, options=("--large",)
    ),
}


def write(name: str, folder: Path) -> Path:
    """Make one of them."""
    path = folder / f"{name}{SUFFIX}"
    with path.open("wb") as target:
        for piece in TABLE[name].make():
            target.write(piece)
    return path


def digest_of(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def write_keys(folder: Path) -> None:
    """What opens them, and the key that signed them."""
    keys = [b"# invented: these keys open the files here", POLICE.encode().reveal(), kit.IDENTITY.encode().reveal()]
    (folder / "keys.txt").write_bytes(b"\n".join(keys) + b"\n")
    (folder / "signer.pub").write_text(public_key_line(BIRGIT.public) + "\n", encoding="ascii")


def main(arguments: list[str]) -> None:
    """Write the small ones, their keys, and what is to be said of each."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if arguments == ["--base"]:
        write_base("good", export())
        write_base("text", export(say=lambda text: text + CONTROLS))
    for old in FOLDER.glob(f"*{SUFFIX}"):
        old.unlink()
    write_keys(FOLDER)
    expected = ["# What `segl open --lang en` says of each: words of its answer, and its exit code."]
    for name, hostile in TABLE.items():
        path = write(name, FOLDER)
        expected += ["", f"[{name}]", f"says = {json.dumps(hostile.all_said)}", f"code = {hostile.code}"]
        expected += [f"committed = {json.dumps(not hostile.large)}", f'sha256 = "{digest_of(path)}"']
        if hostile.large:
            path.unlink()
    (FOLDER / "expected.toml").write_text("\n".join(expected) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
