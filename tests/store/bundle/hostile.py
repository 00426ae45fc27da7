"""Bundles that somebody made wrong on purpose: any tar, any file of a bag, signed and sealed as it should be."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from store.age import encrypt
from store.bundle.bag import MANIFEST, SIGNATURE, TAG_MANIFEST, write_manifest
from store.bundle.open import OpenedBundle, open_bundle
from store.bundle.seal import SealOrder, prepare, tar_of
from store.bundle.tar import write_tar
from store.bundle.withholding import Withholding
from store.model import CaseExport, Purpose
from tests.store.bundle.invented import BIRGIT, POLICE, POLICE_RECIPIENT, export

TRUSTED = {BIRGIT.fingerprint: "Birgit Invented"}


def good_files(
    case: CaseExport | None = None, *, purpose: Purpose = Purpose.POLICE, choice: Withholding | None = None
) -> dict[str, bytes]:
    """The files of a bag that is right."""
    order = SealOrder(
        purpose=purpose, out=Path("K7M4Q.segl.age"), recipients=(POLICE_RECIPIENT,), language="en", choice=choice
    )
    return dict(prepare(case or export(), order, BIRGIT.sign).bag.files)


class Signing(Protocol):
    """Whoever has a key: an invented counsellor, or the desk of a real vault."""

    def sign(self, message: bytes, *, namespace: str) -> str: ...


def signed_anew(files: Mapping[str, bytes], signer: Signing = BIRGIT) -> dict[str, bytes]:
    """The same files under manifests and a signature that fit them."""
    covered = {name: data for name, data in files.items() if name not in (MANIFEST, TAG_MANIFEST, SIGNATURE)}
    payload = {name: data for name, data in covered.items() if name.startswith("data/")}
    tags = {name: data for name, data in covered.items() if name not in payload}
    tags[MANIFEST] = write_manifest(payload)
    manifest = write_manifest(tags)
    signature = signer.sign(manifest, namespace="segl-bundle").encode()
    return {**payload, **tags, TAG_MANIFEST: manifest, SIGNATURE: signature}


def tar_with(files: Mapping[str, bytes], *, folder: str = "K7M4Q") -> bytes:
    parts: list[bytes] = []
    write_tar(parts.append, folder, files, mtime=0)
    return b"".join(parts)


def good_tar() -> bytes:
    order = SealOrder(purpose=Purpose.POLICE, out=Path("K7M4Q.segl.age"), recipients=(POLICE_RECIPIENT,))
    prepared = prepare(export(), order, BIRGIT.sign)
    return tar_of(prepared.bag, moment=prepared.moment)


def seal_bytes(plain: bytes, folder: Path) -> Path:
    path = folder / "hostile.segl.age"
    with path.open("wb") as sink:
        encrypt(io.BytesIO(plain), sink, [POLICE.recipient])
    return path


def open_bytes(plain: bytes, folder: Path, trusted: Mapping[str, str] = TRUSTED) -> OpenedBundle:
    """Seal these plain bytes to the police and open them; opening must not have written anything."""
    path = seal_bytes(plain, folder)
    before = snapshot(folder)
    opened = open_bundle(path, [POLICE], trusted=trusted)
    assert snapshot(folder) == before
    return opened


def open_files(files: Mapping[str, bytes], folder: Path, trusted: Mapping[str, str] = TRUSTED) -> OpenedBundle:
    return open_bytes(tar_with(files), folder, trusted)


def snapshot(folder: Path) -> dict[str, str]:
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


Member = tuple[tarfile.TarInfo, bytes]


def member(name: str, data: bytes = b"", *, kind: bytes = tarfile.REGTYPE, link: str = "") -> Member:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.size = len(data)
    info.linkname = link
    return info, data


def tar_of_members(*members: Member, shape: int = tarfile.USTAR_FORMAT, folder: bool = True) -> bytes:
    """A tar by another hand, of anything."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=shape) as tar:
        if folder:
            tar.addfile(member("K7M4Q/", kind=tarfile.DIRTYPE)[0])
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()
