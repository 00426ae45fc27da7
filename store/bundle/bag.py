"""The BagIt bag inside a bundle (RFC 8493), signed as a whole by one signature over its tag manifest.

`manifest-sha256.txt` names every file under `data/`, `tagmanifest-sha256.txt` every other file but itself and the
signature, and `signature.sshsig` covers the bytes of the tag manifest: so the signature covers all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from store.bundle.names import is_safe_part
from store.bundle.visible import one_line

NAMESPACE: Final = "segl-bundle"
DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
"""`bagit.txt`, to the byte (RFC 8493, section 2.1.1)."""
BAGIT: Final = "bagit.txt"
BAG_INFO: Final = "bag-info.txt"
MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
SIGNATURE: Final = "signature.sshsig"
ALLOWED_SIGNERS: Final = "allowed_signers"
PRINCIPAL: Final = "signer"
"""The name that allowed_signers gives the key: it stands for nobody. Who it is stands in the report, and is known from
outside."""
PAYLOAD: Final = "data/"
MAX_INFO_LINES: Final = 1200
"""A sealed file has at most 1,000 recipients, each of which has a line."""

_LINE: Final = re.compile(r"([0-9a-f]{64})  ([!-~]+)")
_LABEL: Final = re.compile(r"[A-Za-z0-9-]+")

Info = Sequence[tuple[str, str]]


class Sign(Protocol):
    """Signs with the key of this installation; what comes back is an armored SSHSIG."""

    def __call__(self, message: bytes, *, namespace: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A file of a bag that is not in memory: it went by once, on its way into the sealed file.

    Attributes:
        digest: SHA-256, hex.
        size: bytes.
    """

    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """A bag that was made.

    Attributes:
        files: path in the bag -> content, all of them but the material.
        manifest_digest: of the tag manifest.
        material: path in the bag -> what is known of a file that went by.
    """

    name: str
    files: Mapping[str, bytes]
    manifest_digest: str
    material: Mapping[str, Material] = field(default_factory=dict)

    @property
    def sizes(self) -> dict[str, int]:
        """Path -> bytes, of all files."""
        return {name: len(data) for name, data in self.files.items()} | {
            name: one.size for name, one in self.material.items()
        }


class BagRefused(ValueError):
    """A bag that does not hold together.

    Attributes:
        file: the file it is about.
        reason: technical English.
    """

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


def make_bag(
    name: str,
    *,
    payload: Mapping[str, bytes],
    tags: Mapping[str, bytes],
    info: Info,
    sign: Sign,
    material: Mapping[str, Material] | None = None,
) -> Bag:
    """Make and sign a bag.

    Args:
        name: of its folder.
        payload: path under the bag, beginning with `data/` -> content.
        tags: further tag files, e.g. `VERIFY.en.txt`.
        info: labels and values of bag-info.txt in their order; Payload-Oxum is added.
        sign: signs the tag manifest.
        material: further files of the payload, which are not in memory.
    """
    material = material or {}
    octets = sum(map(len, payload.values())) + sum(one.size for one in material.values())
    oxum = ("Payload-Oxum", f"{octets}.{len(payload) + len(material)}")
    covered = {
        **tags,
        BAGIT: DECLARATION,
        BAG_INFO: write_info([*info, oxum]),
        MANIFEST: write_manifest(payload, {name: one.digest for name, one in material.items()}),
    }
    tag_manifest = write_manifest(covered)
    signature = sign(tag_manifest, namespace=NAMESPACE).encode("ascii")
    files = {**payload, **covered, TAG_MANIFEST: tag_manifest, SIGNATURE: signature}
    digest = f"sha256:{hashlib.sha256(tag_manifest).hexdigest()}"
    return Bag(name=name, files=files, manifest_digest=digest, material=material)


def write_manifest(files: Mapping[str, bytes], known: Mapping[str, str] | None = None) -> bytes:
    """One line a file, sorted by name, as `sha256sum` writes it (RFC 8493, section 2.1.3).

    Args:
        files: path -> content.
        known: path -> SHA-256 in hex, of further files.
    """
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} | dict(known or {})
    lines = (f"{digests[name]}  {name}\n" for name in sorted(digests))
    return "".join(lines).encode("ascii")


def read_manifest(data: bytes, *, file: str) -> dict[str, str]:
    """Path -> SHA-256 in hex.

    Raises:
        BagRefused: not as `write_manifest` writes it, but for the order of the lines.
    """
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        raise BagRefused(file, "not ASCII") from None
    if not text.endswith("\n"):
        raise BagRefused(file, "the last line has no end")
    found: dict[str, str] = {}
    for number, line in enumerate(text[:-1].split("\n"), start=1):
        match = _LINE.fullmatch(line)
        if match is None or not all(is_safe_part(part) for part in match[2].split("/")):
            raise BagRefused(file, f"line {number} is not a digest, two spaces and a name")
        if match[2] in found:
            raise BagRefused(file, f"line {number} names a file twice")
        found[match[2]] = match[1]
    return found


def write_info(info: Info) -> bytes:
    """Bag-info.txt (RFC 8493, section 2.2.2): one line a value; a line break or control character in a value is shown
    instead of written, so that no value can add a label.
    """
    lines = []
    for label, value in info:
        if not _LABEL.fullmatch(label):
            raise ValueError(label)
        lines.append(f"{label}: {one_line(value)}\n")
    return "".join(lines).encode("utf-8")


def read_info(data: bytes) -> dict[str, tuple[str, ...]]:
    """Label -> values in their order.

    Raises:
        BagRefused: not one `Label: value` a line.
    """
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise BagRefused(BAG_INFO, "not UTF-8") from None
    if text.count("\n") > MAX_INFO_LINES:
        raise BagRefused(BAG_INFO, f"more than {MAX_INFO_LINES} lines")
    found: dict[str, list[str]] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        label, colon, value = line.partition(": ")
        if not colon or not _LABEL.fullmatch(label):
            raise BagRefused(BAG_INFO, f"line {number} is not a label and a value")
        found.setdefault(label, []).append(value)
    return {label: tuple(values) for label, values in found.items()}


def check_files(digests: Mapping[str, str], manifest: Mapping[str, str], tag_manifest: Mapping[str, str]) -> None:
    """Hold the files that are there against both manifests.

    Args:
        digests: path -> SHA-256 in hex, of every file of the bag.
        manifest: what `manifest-sha256.txt` says.
        tag_manifest: what `tagmanifest-sha256.txt` says.

    Raises:
        BagRefused: a file was changed, is missing, or is in no manifest; the file is named.
    """
    for file, stated, wanted in ((MANIFEST, manifest, True), (TAG_MANIFEST, tag_manifest, False)):
        for name in stated:
            if name.startswith(PAYLOAD) is not wanted:
                raise BagRefused(file, f"it names {name}, which belongs in the other manifest")
    stated = {**manifest, **tag_manifest}
    for name in sorted(stated):
        if name not in digests:
            raise BagRefused(name, "missing")
        if digests[name] != stated[name]:
            raise BagRefused(name, "changed")
    for name in sorted(digests):
        if name not in stated and name not in (TAG_MANIFEST, SIGNATURE):
            raise BagRefused(name, "in no manifest")
    for name in (BAGIT, BAG_INFO, MANIFEST, ALLOWED_SIGNERS):
        if name not in tag_manifest:
            raise BagRefused(name, "not in the tag manifest")
