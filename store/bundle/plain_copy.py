"""A plain copy on purpose, for the office's own journal system (ESDH): the report and a file of metadata beside it.

The report is the very one that a bundle holds. The metadata are plain JSON with the names of Dublin Core
(ISO 15836-1), which is what such systems ask for: docs/bundle-format.md, 'A plain copy'.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import Language, _
from store.bundle import json_strict
from store.bundle.contents import REPORT, in_language
from store.bundle.errors import in_plain
from store.bundle.new_files import BeforePart, NewFiles
from store.bundle.visible import one_line
from store.cpr import CprField, CprNoticed, Leaving, numbers_in_entries
from store.entry import write_time
from store.errors import DiskFailed, disk_errors
from store.hidden_names import hidden_with, still_hidden
from store.left_behind import is_out, take_away
from store.model import CaseExport, Purpose
from store.opened_folder import OpenedFolder
from store.places import Place, PlaceKind, classify

SCHEMA: Final = "segl-plain-copy"
_PDF: Final = "data/report.pdf"


class PlaceRefused(SeglError):
    """A plain copy must not lie there.

    Attributes:
        place: what it is.
        may_accept: a person may say that it is all right all the same.
    """

    code: ClassVar[str] = "place-refused"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, place: Place, *, may_accept: bool) -> None:
        super().__init__(str(place), may_accept)
        self.place = place
        self.may_accept = may_accept

    def diagnostics(self) -> Diagnostics:
        """Say what place it is."""
        return Diagnostics(
            happened=_("The file would not be encrypted, and it would lie on {place}.").format(
                place=self.place.words()
            ),
            safe=_("Nothing was written."),
            todo=_("Choose another folder, or say that it may lie there: --place-ok.")
            if self.may_accept
            else _("Choose a folder on a disk of this machine."),
        )


class CopyChanged(SeglError):
    """What lies there is not what was written: it is not deleted unseen.

    Attributes:
        path: the file.
    """

    code: ClassVar[str] = "copy-changed"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def diagnostics(self) -> Diagnostics:
        """Say which."""
        return Diagnostics(
            happened=_("{path} is not the file that was written.").format(path=one_line(str(self.path))),
            safe=_("It was not deleted."),
            todo=_("Look at it, and delete it yourself if it is a copy of the case."),
        )


class CopyAway(SeglError):
    """Where a plain copy lies can't be looked at: it is not said to be gone.

    Attributes:
        folder: in which it was written.
    """

    code: ClassVar[str] = "copy-away"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    def diagnostics(self) -> Diagnostics:
        """Say which, and what to do where the folder is gone for good."""
        return Diagnostics(
            happened=_("The folder {folder} is not there, or its disk is not.").format(
                folder=one_line(str(self.folder))
            ),
            safe=_("Nothing was deleted, and the copy still counts as lying there, unencrypted."),
            todo=_(
                "Put the stick in and clear it again. If the folder itself was deleted, make an empty one of that name "
                "first."
            ),
        )


class CopyNotSeen(SeglError):
    """Nothing of a plain copy is in its folder: it was deleted there, or the folder is that of another stick.

    Attributes:
        folder: in which it was written.
    """

    code: ClassVar[str] = "copy-not-seen"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    def diagnostics(self) -> Diagnostics:
        """Say so, and that a person can say that it is gone."""
        return Diagnostics(
            happened=_("Nothing of this copy is in {folder}: it is gone, or another stick is in.").format(
                folder=one_line(str(self.folder))
            ),
            safe=_("Nothing was deleted, and the copy still counts as lying there, unencrypted."),
            todo=_(
                "Put the stick in that it was written to, and clear it again. If you know that the copy is gone, say "
                "so: segl filing clear CASE COPY --gone."
            ),
        )


class CopyHeldOpen(SeglError):
    """A plain copy was deleted, and its bytes lie there still, because another program has it open.

    Attributes:
        folder: in which it was written.
    """

    code: ClassVar[str] = "copy-held-open"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    def diagnostics(self) -> Diagnostics:
        """Say so, and what to do."""
        return Diagnostics(
            happened=_(
                "The copy in {folder} was deleted, but another program has it open: the disk keeps it under a hidden "
                "name until that program closes it."
            ).format(folder=one_line(str(self.folder))),
            safe=_("It still counts as lying there, unencrypted."),
            todo=_("Close the programs that show it, then clear it again."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainOrder:
    """What is to be written where.

    Attributes:
        folder: an existing folder; the names are made of the case's reference.
        purpose: why, in words.
        system: the journal system, in words.
        number: of the case there; may come later.
        place_ok: a person has said that it may lie on a stick or a network drive.
        allow_cpr: likewise of civil registration numbers.
    """

    folder: Path
    purpose: str
    system: str = ""
    number: str = ""
    language: Language = "da"
    place_ok: bool = False
    allow_cpr: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainCopy:
    """A report and its metadata, as written; digests are `sha256:<hex>`."""

    folder: str
    name: str
    digest: str
    size: int
    metadata: str
    metadata_size: int
    metadata_digest: str
    purpose: str
    system: str
    number: str

    @property
    def paths(self) -> tuple[Path, Path]:
        """The two files."""
        return Path(self.folder) / self.name, Path(self.folder) / self.metadata


BeforeNaming = Callable[[PlainCopy], None]


def numbers_in(export: CaseExport) -> tuple[CprField, ...]:
    """Where civil registration numbers seem to stand in the report (CM-2b)."""
    return numbers_in_entries(export.entries, export.exported_at.date())


def check_place(folder: Path, *, place_ok: bool = False) -> Place:
    """What place it is.

    Raises:
        PlaceRefused: a personal cloud or a phone; a stick or a network drive, unless a person says that it may be.
    """
    place = classify(folder)
    if place.kind in (PlaceKind.CLOUD, PlaceKind.PHONE):
        raise PlaceRefused(place, may_accept=False)
    if place.unfit and not place_ok:
        raise PlaceRefused(place, may_accept=True)
    return place


def write_plain_copy(
    export: CaseExport,
    order: PlainOrder,
    *,
    before_naming: BeforeNaming | None = None,
    before_part: BeforePart | None = None,
) -> PlainCopy:
    """Write the report and its metadata, new and readable by their owner only: both or none.

    Args:
        export: the case.
        order: what is to be written where.
        before_naming: told what is going to be there, when it is whole and has no name yet
            (`store.cases.leaving`); what it raises ends the work.
        before_part: as of `NewFiles`.

    Raises:
        PlaceRefused: as `check_place`.
        CprNoticed: a civil registration number seems to stand in it, and nobody said that it must.
        AlreadyThere: a file of that name is there; it was not touched.
        PlainDiskGone: the disk does not answer any more; some of it may lie there.
        DiskFull, DiskFailed: nothing of it was left behind.
    """
    check_place(order.folder, place_ok=order.place_ok)
    if not order.allow_cpr and (fields := numbers_in(export)):
        raise CprNoticed(fields, leaving=Leaving.WRITTEN)
    files = in_language(order.language, export, Purpose.FULL)
    inside = _PDF if _PDF in files else REPORT
    report = files[inside]
    stem = f"{export.record.summary.reference}-{export.exported_at:%Y%m%d-%H%M%S}"
    name = stem + PurePath(inside).suffix
    digest = f"sha256:{hashlib.sha256(report).hexdigest()}"
    metadata = (json_strict.dumps(_metadata(export, order, name, digest, len(report)), indent=1) + "\n").encode()
    folder = order.folder.absolute()
    target, beside = folder / name, folder / f"{stem}.metadata.json"
    copy = PlainCopy(
        folder=str(folder),
        name=name,
        digest=digest,
        size=len(report),
        metadata=beside.name,
        metadata_size=len(metadata),
        metadata_digest=f"sha256:{hashlib.sha256(metadata).hexdigest()}",
        purpose=order.purpose,
        system=order.system,
        number=order.number,
    )
    # The report is named last: where it is, all is.
    with in_plain(folder), NewFiles([beside, target], before_part=before_part) as made:
        made.write(target, report)
        made.write(beside, metadata)
        if before_naming is not None:
            before_naming(copy)
        made.publish()
    return copy


def _metadata(export: CaseExport, order: PlainOrder, name: str, digest: str, size: int) -> dict[str, Any]:
    summary = export.record.summary
    return {
        "schema": SCHEMA,
        "version": 1,
        "identifier": summary.reference,
        "title": summary.title,
        "creator": export.office.author,
        "publisher": export.office.name,
        "date": write_time(export.exported_at),
        "created": write_time(summary.opened_at),
        "modified": write_time(summary.changed_at),
        "type": "Text",
        "format": "application/pdf" if name.endswith(".pdf") else "text/html",
        "language": order.language,
        "description": order.purpose,
        "source": f"urn:segl:case:{summary.id}",
        "system": order.system,
        "number": order.number,
        "files": [{"name": name, "size": size, "digest": digest}],
    }


def take_back(copy: PlainCopy) -> None:
    """Delete what could not be recorded: what the journal does not know of is not left lying about."""
    report, metadata = copy.paths
    files = [(report, copy.size, copy.digest), (metadata, copy.metadata_size, copy.metadata_digest)]
    take_away(files, placeholders=False)


def clear(folder: str, files: dict[str, str], *, gone: bool = False) -> tuple[str, ...]:
    """Hash again, delete, and see that it is gone.

    Args:
        folder: where they lie.
        files: name -> `sha256:<hex>` as it was written.
        gone: a person says that it is gone, where nothing of it is there.

    Returns:
        The names that were there; one that was gone already is not among them.

    Raises:
        CopyAway: the folder is not there, or its disk: nothing is known of them.
        CopyChanged: one of them is another file now; none is deleted then.
        CopyHeldOpen: another program has one open, and the disk keeps it for that.
        CopyNotSeen: nothing of it is there, and nobody says that it is gone.
        DiskFailed: one could not be deleted.
    """
    if is_out(Path(folder)):
        raise CopyAway(Path(folder))
    with disk_errors(Path(folder)):
        try:
            opened = OpenedFolder(Path(folder))
        except (FileNotFoundError, NotADirectoryError):
            raise CopyAway(Path(folder)) from None
        with opened:
            return _cleared(opened, files, gone=gone)


def _cleared(folder: OpenedFolder, files: dict[str, str], *, gone: bool) -> tuple[str, ...]:
    there = [name for name in files if folder.has(name)]
    for name in there:
        if not folder.is_file(name) or _digest(folder, name) != files[name]:
            raise CopyChanged(folder.path / name)
    for name in there:
        folder.unlink(name)
        if folder.has(name):
            raise DiskFailed(folder.path, "still there")
    hidden = _take_hidden(folder, files.values())
    # A stick that was pulled out keeps what was only said to be deleted.
    folder.sync()
    folder.ask()
    if not (there or hidden or gone):
        raise CopyNotSeen(folder.path)
    return (*there, *hidden)


def _take_hidden(folder: OpenedFolder, digests: Collection[str]) -> tuple[str, ...]:
    """What lies under a hidden name since somebody had it open, byte for byte the copy, goes with it.

    Raises:
        CopyHeldOpen: the disk keeps it.
    """
    hidden = hidden_with(folder, digests)
    for name in hidden:
        folder.removed(name)
    if still_hidden(folder, digests):
        raise CopyHeldOpen(folder.path)
    return hidden


def _digest(folder: OpenedFolder, name: str) -> str:
    with folder.open(name) as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def flash_words() -> str:
    """What deleting cannot promise."""
    return _(
        "Deleting takes the file out of its folder. On a stick or a solid-state disk what stood in it can remain for a "
        "while, and copies elsewhere (backups, the journal system) are not touched."
    )
