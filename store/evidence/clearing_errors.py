"""Why a copy was not cleared, in words; the path is named, nothing of the content."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.evidence.errors import shown_path


class Hindrance(StrEnum):
    """What stood in the way."""

    GONE = "gone"
    LINK = "link"
    FOLDER = "folder"
    NO_FILE = "no-file"
    LINKS = "links"
    ANOTHER = "another"
    MOUNT = "mount"
    READ_ONLY = "read-only"
    NO_RIGHT = "no-right"
    NO_ROOM = "no-room"
    ALGORITHM = "algorithm"
    DIFFERS = "differs"
    CHANGED = "changed"
    IN_USE = "in-use"
    STILL_THERE = "still-there"
    HELD_OPEN = "held-open"
    NAME_TAKEN = "name-taken"
    DISK = "disk"


class NotCleared(SeglError):
    """The copy was not cleared.

    Attributes:
        path: as given, bytes.
        hindrance: what stood in the way.
        count: how many names the file has, where that is it.
    """

    code: ClassVar[str] = "not-cleared"

    def __init__(self, path: bytes, hindrance: Hindrance, *, count: int = 0) -> None:
        super().__init__(path, hindrance.value)
        self.path = path
        self.hindrance = hindrance
        self.count = count

    @property
    def why(self) -> str:
        """The reason as a sentence, without the path."""
        return {
            Hindrance.GONE: _("The file is not there (any more)."),
            Hindrance.LINK: _("It is a link that leads to another place, not the file itself."),
            Hindrance.FOLDER: _("It is a folder. Files are cleared one by one."),
            Hindrance.NO_FILE: _("It is not an ordinary file."),
            Hindrance.LINKS: _(
                "The file has {count} names in all (hard links); all of them have to be given, each once."
            ).format(count=self.count),
            Hindrance.ANOTHER: _("The names that were given are not names of one file."),
            Hindrance.MOUNT: _("The file is a disk's mount point, or lies across two disks."),
            Hindrance.READ_ONLY: _("The disk can only be read."),
            Hindrance.NO_RIGHT: _("You may not delete in this folder."),
            Hindrance.NO_ROOM: _("The disk is full."),
            Hindrance.ALGORITHM: _(
                "The piece is registered with a BLAKE3 checksum, and Segl computes SHA-256 only: it can't see whether "
                "this is the file."
            ),
            Hindrance.DIFFERS: _("It is not the file that is registered: the checksum or the size differs."),
            Hindrance.CHANGED: _("The file was changed or replaced meanwhile."),
            Hindrance.IN_USE: _("Another program has the file open."),
            Hindrance.STILL_THERE: _("It was deleted, but is still there under a name."),
            Hindrance.HELD_OPEN: _(
                "It was deleted, but another program has it open, and the disk keeps it until that program closes it."
            ),
            Hindrance.NAME_TAKEN: _("It could not be put back: its name was taken meanwhile."),
            Hindrance.DISK: _("The disk failed."),
        }[self.hindrance]

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        left = self.hindrance in (Hindrance.STILL_THERE, Hindrance.HELD_OPEN, Hindrance.NAME_TAKEN)
        return Diagnostics(
            happened=_("{path} was not cleared. {why}").format(path=shown_path(self.path), why=self.why),
            safe="" if left else _("Nothing was deleted."),
            todo=_("Register the file itself, and clear it as a copy of that piece.")
            if self.hindrance is Hindrance.ALGORITHM
            else (
                _("Look in its folder yourself, and for a folder whose name begins with .segl-clearing-.")
                if left
                else _("Set that right, then try again. What was tried is in the history of the case once begun.")
            ),
        )


def settle_command(case: str = "CASE", number: int = 1) -> str:
    """The command that looks what became of a copy of a piece whose clearing was cut off."""
    return f"segl evidence clear {case} E{number} --settle"


class ClearingCutOff(SeglError):
    """The disk stopped answering in the middle: what became of the copy is not known, and nothing is recorded of it.

    Attributes:
        path: as given, bytes.
        settle: the command that settles it.
    """

    code: ClassVar[str] = "clearing-cut-off"

    def __init__(self, path: bytes, *, settle: str = "") -> None:
        super().__init__(path)
        self.path = path
        self.settle = settle or settle_command()

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The disk stopped answering while {path} was being cleared.").format(path=shown_path(self.path)),
            safe=_("It is not recorded as cleared: whether it is gone is not known."),
            todo=_(
                "Connect the disk again, then let Segl look what became of it: from the drafts, or {command}."
            ).format(command=self.settle),
        )


class ClearingNotKnown(SeglError):
    """A clearing was cut off, and the copy is neither where it was nor deleted by Segl: a person has to look.

    Attributes:
        path: of the copy, bytes.
    """

    code: ClassVar[str] = "clearing-not-known"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, path: bytes) -> None:
        super().__init__(path)
        self.path = path

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_(
                "The clearing was cut off before Segl deleted {path}, and the file is not there any more as it was: "
                "somebody changed, renamed or deleted it. Whether the copy is gone is not known."
            ).format(path=shown_path(self.path)),
            safe=_("Nothing was recorded."),
            todo=_(
                "Look for it yourself, under other names too. Then record what you saw, 'cleared' or 'not-cleared': "
                "n in the custody of the piece, or segl evidence custody add CASE E1."
            ),
        )


class NotOnThisSystem(SeglError):
    """This system has no way to delete exactly what was read."""

    code: ClassVar[str] = "clearing-not-here"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("On this system Segl cannot make sure that what it deletes is what it read."),
            safe=_("Nothing was deleted."),
            todo=_("Delete the file yourself, empty the bin, and record it as told: who, when, how."),
        )
