"""Whether exactly the file that was cleared lies beside it once more, or in a bin: found by its bytes, and only named.

Looked through are the folder it lay in and the bins (`store.evidence.leftovers.bins_of`), not what is below them. A
file of another size is not opened; one of the same size is read where it lies (`store.evidence.hashing`). Nothing is
ever deleted here.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from guidance.language import _, ngettext
from store.evidence.errors import HashingCancelled, NotHashed, shown_path
from store.evidence.hashing import hash_file
from store.evidence.leftovers import bins_of, data_home

MOST_NAMES: Final = 20_000
"""Names that are looked at; a folder with more than that is not looked through whole."""
MOST_FOUND: Final = 50
"""Files that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identical:
    """What was found.

    Attributes:
        paths: files with the same bytes, as text.
        unread: how many files of the same size could not be read.
        stopped: whether somebody stopped the search.
        cut: whether there was more to look at than is looked at.
        beside: whether the folder it lay in could be looked through.
        bins: those that were there and could be, as text.
    """

    paths: tuple[str, ...] = ()
    unread: int = 0
    stopped: bool = False
    cut: bool = False
    beside: bool = True
    bins: tuple[str, ...] = ()

    def words(self) -> tuple[str, ...]:
        """The same in sentences, one a line; what was not seen is said too."""
        lines = [_("Exactly the same file lies here as well: {where}").format(where=where) for where in self.paths]
        if self.paths:
            lines.append(_("Segl leaves it there. Look whose it is; if it is yours to clear, clear it as a copy, too."))
        if self.unread:
            words = ngettext(
                "{count} file of the same size could not be read: look at it yourself.",
                "{count} files of the same size could not be read: look at them yourself.",
                self.unread,
            )
            lines.append(words.format(count=self.unread))
        if self.stopped:
            lines.append(_("The search for the same file beside it was stopped before it was through."))
        if self.cut:
            lines.append(_("There are more files beside it than Segl looks through: look for the same one yourself."))
        return tuple(lines) or (self._none(),)

    def _none(self) -> str:
        """That there is none, in what was looked through and nowhere else."""
        beside = _("The same file is not in the folder it lay in.")
        if not self.beside:
            beside = _("The folder it lay in can't be looked through.")
        if not self.bins:
            return _("{beside} Segl found no bin there. It looked nowhere else.").format(beside=beside)
        words = _("{beside} Nor is it in the bins that Segl found: {bins}. It looked nowhere else.")
        return words.format(beside=beside, bins="; ".join(self.bins))


def identical_to(
    names: Iterable[bytes],
    digest: str,
    size: int,
    *,
    environ: Mapping[str, str] = os.environ,
    home: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    most: int = MOST_NAMES,
) -> Identical:
    """Look for the bytes of a file that was cleared where it lay and in the bins.

    Args:
        names: every name it had, absolute, without links.
        digest: `sha256:<hex>`.
        size: bytes.
        environ: for `XDG_DATA_HOME`.
        home: of the user.
        progress: called with bytes read and bytes in all.
        cancelled: asked before each name and each piece.
        most: how many names are looked at.
    """
    home = home or Path.home()
    data = data_home(environ, home)
    beside = dict.fromkeys(name.rpartition(b"/")[0] or b"/" for name in names)
    bins = dict.fromkeys(one for folder in beside for one in bins_of(folder + b"/", data, home))
    folders = beside | bins
    looked = Identical(
        beside=all(os.access(one, os.R_OK | os.X_OK) for one in beside),
        bins=tuple(shown_path(one) for one in bins if os.access(one, os.R_OK | os.X_OK)),
    )
    found: list[str] = []
    unread = 0
    try:
        same_size, cut = _of_size(folders, size, most, cancelled)
        for number, path in enumerate(same_size):
            if len(found) == MOST_FOUND:
                return replace(looked, paths=tuple(found), unread=unread, cut=True)

            def moved(done: int, _whole: int, before: int = number * size) -> None:
                if progress is not None:
                    progress(before + done, len(same_size) * size)

            try:
                if hash_file(path, progress=moved, cancelled=cancelled).digest == digest:
                    found.append(shown_path(path))
            except NotHashed:
                unread += 1
    except HashingCancelled:
        return replace(looked, paths=tuple(found), unread=unread, stopped=True)
    return replace(looked, paths=tuple(found), unread=unread, cut=cut)


def _of_size(
    folders: Iterable[bytes], size: int, most: int, cancelled: Callable[[], bool] | None
) -> tuple[list[bytes], bool]:
    """The regular files of a size that lie in these folders, each once, and whether there was more to look at.

    Raises:
        HashingCancelled: `cancelled` said so.
    """
    found: dict[tuple[int, int], bytes] = {}
    for number, path in enumerate(_entries(folders)):
        if cancelled is not None and cancelled():
            raise HashingCancelled
        if number == most:
            return list(found.values()), True
        with suppress(OSError):
            state = os.lstat(path)
            if stat.S_ISREG(state.st_mode) and state.st_size == size:
                found.setdefault((state.st_dev, state.st_ino), path)
    return list(found.values()), False


def _entries(folders: Iterable[bytes]) -> Iterator[bytes]:
    for folder in folders:
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                yield entry.path
