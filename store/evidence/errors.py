"""Why a file has no digest, each reason with words of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.bundle.visible import visible

AnyPath = bytes | str | Path

_PICTURES: Final = str.maketrans({"\n": "\u240a", "\t": "\u2409"})


def shown_path(path: AnyPath) -> str:
    r"""A path as text: bytes that are no UTF-8 as `\xe6`, control and direction characters as signs that show them."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return visible(text).translate(_PICTURES)


class NotHashed(SeglError):
    """A file has no digest; a subclass says why.

    Attributes:
        path: as given, bytes.
        shown: the path as text, with what cannot be shown made visible.
    """

    code: ClassVar[str] = "not-hashed"
    read_elsewhere: bool = False
    """Whether it only says that what is there was read in another place."""

    def __init__(self, path: bytes) -> None:
        super().__init__(path)
        self.path = path
        self.shown = shown_path(path)

    def _said(self, happened: str, todo: str) -> Diagnostics:
        return Diagnostics(
            happened=happened.format(path=self.shown),
            safe=_("Nothing of the file was kept, and the file itself was not changed."),
            todo=todo,
        )


class FileVanished(NotHashed):
    """No file of this name, or it went away while it was read."""

    code: ClassVar[str] = "file-vanished"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return self._said(
            _("{path} is not there (any more)."), _("Check the name, and that the disk is still connected.")
        )


class FileUnreadable(NotHashed):
    """The system does not let the file be read.

    Attributes:
        reason: in the system's words.
        folder: whether it is a folder: what lies in it is not known.
    """

    code: ClassVar[str] = "file-unreadable"

    def __init__(self, path: bytes, reason: str, *, folder: bool = False) -> None:
        super().__init__(path)
        self.reason = reason
        self.folder = folder

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        happened = _("{path} cannot be read: {reason}.").format(path=self.shown, reason=self.reason)
        return Diagnostics(
            happened=happened,
            safe=_("Nothing of the file was kept, and the file itself was not changed."),
            todo=_("Check who may read it, and that the disk is in order."),
        )


class FileChanged(NotHashed):
    """The file was changed or replaced while it was read."""

    code: ClassVar[str] = "file-changed"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return self._said(
            _("{path} changed while it was read, so it has no checksum."),
            _("Wait until nothing writes to it any more, then try again."),
        )


class FileMadeUp(NotHashed):
    """It gave another number of bytes than the system says it has, and nobody changed it."""

    code: ClassVar[str] = "file-made-up"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return self._said(
            _("{path} does not have the size that the system says, so it has no checksum."),
            _("The system makes such a file up while it is read, or the disk is faulty. Choose files on a disk."),
        )


class NotAFile(NotHashed):
    """A folder, a FIFO, a device or a socket was given.

    Attributes:
        kind: `folder`, `fifo`, `device`, `socket` or `other`.
    """

    code: ClassVar[str] = "not-a-file"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, path: bytes, kind: str) -> None:
        super().__init__(path)
        self.kind = kind

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        words = {
            "folder": _("{path} is a folder, not a file."),
            "fifo": _("{path} is a pipe, not a file."),
            "device": _("{path} is a device, not a file."),
            "socket": _("{path} is a socket, not a file."),
        }
        todo = _("Give the files one by one.")
        if self.kind != "folder":
            todo = _("Only a file on a disk has a checksum. If it is not meant, leave it out.")
        return self._said(words.get(self.kind, _("{path} is not an ordinary file.")), todo)


class HashingCancelled(SeglError):
    """A person stopped it."""

    code: ClassVar[str] = "hashing-cancelled"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The reading was stopped."),
            safe=_("Nothing of the file that was being read was kept."),
        )


class LinkNotFollowed(NotHashed):
    """A link below a folder.

    Attributes:
        inside: whether it leads to something in the folder that was chosen.
    """

    code: ClassVar[str] = "link-not-followed"

    def __init__(self, path: bytes, *, inside: bool) -> None:
        super().__init__(path)
        self.inside = inside
        self.read_elsewhere = inside

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        if self.inside:
            return self._said(
                _("{path} is a link to something in the same folder and was not followed."),
                _("Nothing: what it leads to is read in its own place."),
            )
        return self._said(
            _("{path} is a link that leads out of the folder, or to nothing, and was not followed."),
            _("If what it leads to is to be registered, choose that itself."),
        )


class MountNotCrossed(NotHashed):
    """Another disk is mounted below the folder."""

    code: ClassVar[str] = "mount-not-crossed"

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return self._said(
            _("{path} is another disk inside the folder and was not read."),
            _("If it is to be read too, choose it itself (on the command line: --cross-mounts)."),
        )


class FolderReadAlready(NotHashed):
    """The same folder under a second name: a loop."""

    code: ClassVar[str] = "folder-read-already"
    read_elsewhere = True

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return self._said(
            _("{path} is a folder that was read already under another name."), _("Nothing: each file is read once.")
        )


class TooManyFiles(SeglError):
    """More files than one queue takes.

    Attributes:
        most: how many it takes.
    """

    code: ClassVar[str] = "too-many-files"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("There are more than {most} files.").format(most=self.most),
            safe=_("None of them was opened."),
            todo=_("Choose the folders below it one after the other."),
        )


class ListUnreadable(SeglError):
    """A list of checksums that can't be used at all.

    Attributes:
        reason: `too-large`, `empty` or `too-many-lines`.
    """

    code: ClassVar[str] = "list-unreadable"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        words = {
            "too-large": _("The list is larger than 64 MiB."),
            "too-many-lines": _("The list has more than 250,000 lines."),
            "empty": _("There is no checksum in the list."),
        }
        return Diagnostics(
            happened=words[self.reason],
            safe=_("Nothing was registered."),
            todo=_("Give a list as sha256sum, hashdeep or b3sum writes it; a large one in parts."),
        )
