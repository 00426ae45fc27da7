"""What can stand against making or opening a bundle. Damage and forgery are verdicts (`store.bundle.verdicts`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.age.errors import HeaderFailure
from store.bundle.visible import one_line
from store.errors import DiskFailed, DiskFull, DiskGone


class AlreadyThere(SeglError):
    """A file of that name is there; nothing is ever overwritten.

    Attributes:
        path: the file.
    """

    code: ClassVar[str] = "file-already-there"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def diagnostics(self) -> Diagnostics:
        """Say which."""
        return Diagnostics(
            happened=_("There is already a file {path}.").format(path=one_line(str(self.path))),
            safe=_("It was not touched, and nothing was written."),
            todo=_("Choose another name."),
        )


class SealWithWhat(SeglError):
    """An order without recipients and without a passphrase, or with both."""

    code: ClassVar[str] = "seal-with-what"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say what is needed."""
        return Diagnostics(
            happened=_("A bundle is sealed either to recipients or with a passphrase."),
            safe=_("Nothing was written."),
            todo=_("Give at least one recipient, or a passphrase, and not both."),
        )


class CaseTooLarge(SeglError):
    """The case is too large for a bundle that a reader would open.

    Attributes:
        limit: which, in words for developers.
    """

    code: ClassVar[str] = "bundle-too-large"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit

    def diagnostics(self) -> Diagnostics:
        """Say so."""
        return Diagnostics(
            happened=_("The case is too large for one sealed bundle ({limit}).").format(limit=self.limit),
            safe=_("Nothing was written; the case is unchanged."),
            todo=_("Tell those who maintain Segl; the case itself can still be worked on."),
        )


class OpenCancelled(SeglError):
    """Somebody asked to stop while a bundle was being opened."""

    code: ClassVar[str] = "open-cancelled"

    def diagnostics(self) -> Diagnostics:
        """Say so."""
        return Diagnostics(happened=_("Stopped on request."), safe=_("Nothing was opened and nothing was written."))


class NotABundle(SeglError):
    """What was given to open is no file that can be read.

    Attributes:
        path: what was given.
        reason: what the system says.
    """

    code: ClassVar[str] = "bundle-not-readable"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def diagnostics(self) -> Diagnostics:
        """Say which and why."""
        return Diagnostics(
            happened=_("{path} can't be read: {reason}.").format(path=one_line(str(self.path)), reason=self.reason),
            todo=_("Check the name, and that the stick or share is connected."),
        )


class NotSealed(HeaderFailure):
    """What was given to open is a file of another kind.

    Attributes:
        path: what was given.
    """

    code = "not-sealed"

    def __init__(self, path: Path) -> None:
        super().__init__("the first line is not that of an age file")
        self.path = path

    def diagnostics(self) -> Diagnostics:
        """Say so, and which one to look for."""
        return Diagnostics(
            happened=_("{path} is not a sealed file.").format(path=one_line(str(self.path))),
            safe=_("Nothing was opened and nothing was written."),
            todo=_(
                "Choose the file whose name ends with .segl.age. If it is that one, ask the sender for the file again."
            ),
        )


class SealedAsText(HeaderFailure):
    """What was given to open is an age file in text form; a bundle never is (docs/bundle-format.md, section 1).

    Attributes:
        path: what was given.
    """

    code = "sealed-as-text"

    def __init__(self, path: Path) -> None:
        super().__init__("an age file in text form")
        self.path = path

    def diagnostics(self) -> Diagnostics:
        """Say so."""
        return Diagnostics(
            happened=_("{path} is in text form, as no case is ever sealed.").format(path=one_line(str(self.path))),
            safe=_("Nothing was opened and nothing was written."),
            todo=_("Ask the sender for the file itself, and compare its digest by phone."),
        )


class BundleRefused(SeglError):
    """A bundle that is not intact, or whose signature is wrong; nothing of it is used.

    Attributes:
        words: the verdicts in words, one a line.
    """

    code: ClassVar[str] = "bundle-refused"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words

    def diagnostics(self) -> Diagnostics:
        """Say what the verdicts say."""
        return Diagnostics(
            happened=self.words,
            safe=_("Nothing of it was used and nothing was written."),
            todo=_("Ask the sender for the file once more, and compare its digest by phone."),
        )


class SealDiskFull(DiskFull):
    """There was no room for the sealed file.

    Attributes:
        path: the folder it was to lie in.
    """

    def diagnostics(self) -> Diagnostics:
        """Say so, and that nothing is left of it."""
        return Diagnostics(
            happened=_("There is no room for the sealed file in {path}.").format(path=one_line(str(self.path))),
            safe=_("What had been written of it was removed; the case is unchanged."),
            todo=_("Make room there, or choose another place, and seal again."),
        )


class SealDiskFailed(DiskFailed):
    """The place of the sealed file refused to be written.

    Attributes:
        path: the folder it was to lie in.
        reason: what the system says.
    """

    def diagnostics(self) -> Diagnostics:
        """Say so, and that nothing is left of it."""
        return Diagnostics(
            happened=_("The sealed file could not be written in {path}: {reason}.").format(
                path=one_line(str(self.path)), reason=self.reason
            ),
            safe=_("What had been written of it was removed; the case is unchanged."),
            todo=_("Check that the folder is there and may be written to, or choose another place."),
        )


class SealDiskGone(DiskGone, SealDiskFailed):
    """The stick or disk that the sealed file was to lie on does not answer any more.

    Attributes:
        path: the folder it was to lie in.
        reason: what the system says.
    """

    def diagnostics(self) -> Diagnostics:
        """Say so, and that nobody knows what is left there."""
        return Diagnostics(
            happened=super().diagnostics().happened,
            safe=_("What was begun there does not count, and nothing of a case lies there unencrypted."),
            todo=_("Put it in again, delete what was begun there, and do it once more."),
        )


class PlainDiskGone(DiskGone):
    """The stick or disk that a file was to lie on, unencrypted, does not answer any more.

    Attributes:
        path: the folder it was to lie in.
        reason: what the system says.
    """

    def diagnostics(self) -> Diagnostics:
        """Say so, and what may be left there."""
        return Diagnostics(
            happened=super().diagnostics().happened,
            safe=_("What was begun there does not count, but some of it may lie there, unencrypted."),
            todo=_("Put it in again, delete what was begun there, and do it once more."),
        )


@contextmanager
def in_plain(folder: Path) -> Iterator[None]:
    """For new files that are not sealed: what fails is said in words that speak of no sealed file."""
    try:
        yield
    except SealDiskFull:
        raise DiskFull(folder) from None
    except SealDiskGone as failure:
        raise PlainDiskGone(folder, failure.reason) from None
    except SealDiskFailed as failure:
        raise DiskFailed(folder, failure.reason) from None


class NoNamedRecipient(SeglError):
    """Material was to be sealed with a passphrase, to nobody, or not for the police."""

    code: ClassVar[str] = "no-named-recipient"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say what is needed."""
        return Diagnostics(
            happened=_("Material is sealed to the police's own key only, never with a passphrase."),
            safe=_("Nothing was read and nothing was written."),
            todo=_("Ask the police for their key (age1...), and compare it by telephone."),
        )


class MaterialTooLarge(SeglError):
    """No file, too many, or too large ones for one bundle."""

    code: ClassVar[str] = "material-too-large"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        """Say the bounds."""
        return Diagnostics(
            happened=_("One bundle takes 1 to 100 files, each below 8 GiB, and at most 16 GiB in all."),
            safe=_("Nothing was written."),
            todo=_("Pass the files on in several bundles."),
        )
