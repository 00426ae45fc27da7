"""The reader's kit: a folder for a recipient on Windows, macOS or Linux who has no Segl. No fact of a case is in it."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import LANGUAGES, _
from guidance.system_words import system_words
from store import sshsig
from store.age.keys import HYBRID_SINCE
from store.bundle.bag import ALLOWED_SIGNERS, NAMESPACE, PRINCIPAL
from store.bundle.errors import AlreadyThere
from store.bundle.new_files import seal_failure
from store.bundle.visible import one_line
from store.errors import DiskGone, is_gone
from store.files import sync_folder
from store.model import KeyCard
from store.opened_folder import OpenedFolder
from store.spoken import digits

_KIT: Final = Path(__file__).with_name("kit")
SYSTEMS: Final = ("windows", "macos", "linux")
CHECKER: Final = "check_bundle.py"
SUMS: Final = "SHA256SUMS"
KEY: Final = "senders-key.txt"


class KitPlace(SeglError):
    """The folder that the kit is to be made in is not there.

    Attributes:
        folder: the folder.
    """

    code = "kit-place"
    exit_code = ExitCode.USAGE

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("The folder {folder} is not there.").format(folder=one_line(str(self.folder))),
            safe=_("Nothing was written."),
            todo=_("Name a new folder inside one that is there."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderKit:
    """A kit that was written.

    Attributes:
        path: the folder.
        files: names in it, sorted.
        digest: `sha256:<hex>` of its SHA256SUMS, which has the digests of all the others.
        fingerprint: of the key in it.
        spoken: the fingerprint as it is read aloud.
    """

    path: str
    files: tuple[str, ...]
    digest: str
    fingerprint: str
    spoken: str


def kit_files(card: KeyCard) -> dict[str, bytes]:
    """Name -> content, the same bytes for the same key. All that is of this vault in it is what the card says."""
    key = " ".join(card.signing_key.split()[:2])
    values = {
        "author": one_line(card.author),
        "office": one_line(card.office),
        "fingerprint": card.fingerprint,
        "digits": digits(card.fingerprint),
        "key": key,
        "since": HYBRID_SINCE,
    }
    pages = [KEY] + [f"{page}.{language}.txt" for page in ("READ-ME", *SYSTEMS) for language in LANGUAGES]
    files = {
        page: (_KIT / page).read_text(encoding="utf-8").format(**values).encode("utf-8", "replace") for page in pages
    }
    files[CHECKER] = (_KIT / CHECKER).read_bytes()
    raw, _comment = sshsig.parse_public_key_line(key)
    files[ALLOWED_SIGNERS] = (sshsig.allowed_signers_line(PRINCIPAL, NAMESPACE, raw) + "\n").encode("ascii")
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return {**files, SUMS: sums.encode("ascii")}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPage:
    """What `senders-key.txt` of a kit says.

    Attributes:
        fingerprint: of the key.
        name: whose it is, as the page says: the author and their office.
    """

    fingerprint: str
    name: str


class KeyPageDamaged(Exception):
    """The page is one of a kit, and its key is not whole or not the one whose fingerprint stands there."""


def read_key_page(text: str) -> KeyPage | None:
    """Read what a kit has as `senders-key.txt`; None where the text is something else.

    Raises:
        KeyPageDamaged: it is such a page, and was changed.
    """
    lines = [line.strip() for line in text.splitlines()]
    title = (_KIT / KEY).read_text(encoding="utf-8").partition("\n")[0]
    if lines[:1] != [title]:
        return None
    keys = [line for line in lines if line.startswith("ssh-")]
    prints = [line for line in lines if line.startswith("SHA256:")]
    try:
        (key,) = keys
        raw, _comment = sshsig.parse_public_key_line(key)
    except (ValueError, sshsig.PublicKeyMalformed):
        raise KeyPageDamaged from None
    if prints != [sshsig.fingerprint(raw)]:
        raise KeyPageDamaged
    # Author and office stand by themselves below the title.
    names = lines[3 : lines.index("", 3)] if "" in lines[3:] else []
    return KeyPage(fingerprint=prints[0], name=", ".join(names))


def write_reader_kit(card: KeyCard, out: Path) -> ReaderKit:
    """Make a new folder with the kit in it: all of it or nothing.

    Args:
        card: whose key it is.
        out: the folder to make; it must not be there, and the one above it must.

    Raises:
        AlreadyThere: something of that name is there; it was not touched.
        KitPlace: the folder above it is not there.
        SealDiskGone: the disk does not answer any more; some of it may lie there.
        SealDiskFull, SealDiskFailed: nothing of it was left behind.
    """
    out = out.absolute()
    if os.path.lexists(out):
        raise AlreadyThere(out)
    try:
        folder = OpenedFolder(out.parent)
    except (FileNotFoundError, NotADirectoryError):
        raise KitPlace(out.parent) from None
    except OSError as error:
        if is_gone(error):
            raise DiskGone(out.parent, system_words(error)) from None
        raise seal_failure(out.parent, error) from None
    files = kit_files(card)
    with folder:
        _write(folder, out, files)
    return ReaderKit(
        path=str(out),
        files=tuple(sorted(files)),
        digest=f"sha256:{hashlib.sha256(files[SUMS]).hexdigest()}",
        fingerprint=card.fingerprint,
        spoken=digits(card.fingerprint),
    )


def _write(folder: OpenedFolder, out: Path, files: dict[str, bytes]) -> None:
    unfinished = out.with_name(f".segl-{secrets.token_hex(8)}.part")
    made = [unfinished]
    try:
        unfinished.mkdir(mode=0o700)
        for name, content in files.items():
            with (unfinished / name).open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        sync_folder(unfinished)
        if os.path.lexists(out):
            raise AlreadyThere(out)
        unfinished.rename(out)
        made = [out]
        folder.sync()
        # What was written into the empty folder that a stick left behind is not on the stick.
        folder.look()
        made = []
    except OSError as error:
        try:
            folder.look()
        except OSError as gone:
            raise seal_failure(out.parent, gone, gone=is_gone(gone)) from None
        raise seal_failure(out.parent, error) from None
    finally:
        # A stick that was pulled out can't be tidied; the failure is being told.
        for left in made:
            shutil.rmtree(left, ignore_errors=True)
