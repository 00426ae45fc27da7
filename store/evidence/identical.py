"""Whether exactly the file that was cleared lies beside it once more, or in a bin: found by its bytes, and only named.

Looked through are the folder it lay in, not what is below it, and the bins (`store.evidence.leftovers.bins_of`) with
the folders that were thrown into them. A file of another size is not opened; one of the same size is read where it lies
(`store.evidence.hashing`). Nothing is ever deleted here.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
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
        unlisted: how many bins, or folders in them, could not be looked through.
        beside: whether the folder it lay in could be looked through.
        bins: those that were there and could be, as text.
    """

    paths: tuple[str, ...] = ()
    unread: int = 0
    stopped: bool = False
    cut: bool = False
    unlisted: int = 0
    beside: bool = True
    bins: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the folder it lay in, and every bin that there is, was looked through to the end."""
        return self.beside and not (self.stopped or self.cut or self.unlisted)

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
        if not lines:
            lines.append(self._none())
        elif not self.beside:
            lines.append(_("The folder it lay in can't be looked through."))
        if self.unlisted:
            words = ngettext(
                "{count} folder in the bins could not be looked into: look there yourself.",
                "{count} folders in the bins could not be looked into: look there yourself.",
                self.unlisted,
            )
            lines.append(words.format(count=self.unlisted))
        return tuple(lines)

    def _none(self) -> str:
        """That there is none, in what was looked through and nowhere else."""
        beside = _("The same file is not in the folder it lay in.")
        if not self.beside:
            beside = _("The folder it lay in can't be looked through.")
        if not self.bins and self.unlisted:
            return beside
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
    looked = Identical()
    found: list[str] = []
    unread = 0
    try:
        seen = _of_size(beside, bins, size, most, cancelled)
        same_size, cut = seen.found, seen.cut
        looked = Identical(
            beside=seen.shut.isdisjoint(beside),
            bins=tuple(shown_path(one) for one in bins if one not in seen.shut),
            unlisted=len(seen.shut - beside.keys()),
        )
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


@dataclass(slots=True)
class _Seen:
    """What lies in the folders, before any of it is read.

    Attributes:
        found: regular files of the size, each once.
        cut: whether there was more to look at.
        shut: folders that could not be looked through to their end.
    """

    found: list[bytes] = field(default_factory=list)
    cut: bool = False
    shut: set[bytes] = field(default_factory=set)


def _of_size(
    beside: Iterable[bytes], bins: Iterable[bytes], size: int, most: int, cancelled: Callable[[], bool] | None
) -> _Seen:
    """The regular files of a size in these folders, and in the bins at any depth; no link is followed.

    Raises:
        HashingCancelled: `cancelled` said so.
    """
    seen, number, files = _Seen(), 0, set[tuple[int, int]]()
    waiting = deque([*((one, False) for one in beside), *((one, True) for one in bins)])
    known = {one for one, _below in waiting}
    while waiting:
        folder, below = waiting.popleft()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if cancelled is not None and cancelled():
                        raise HashingCancelled
                    if number == most:
                        seen.cut = True
                        return seen
                    number += 1
                    try:
                        state = entry.stat(follow_symlinks=False)
                    except FileNotFoundError:
                        continue
                    except OSError:
                        seen.shut.add(folder)
                        continue
                    # On Windows what `scandir` knows has no number of the file.
                    one = (state.st_dev, state.st_ino) if state.st_ino else (0, number)
                    if stat.S_ISDIR(state.st_mode) and below and entry.path not in known:
                        known.add(entry.path)
                        waiting.append((entry.path, True))
                    elif stat.S_ISREG(state.st_mode) and state.st_size == size and one not in files:
                        files.add(one)
                        seen.found.append(entry.path)
        except OSError:
            seen.shut.add(folder)
    return seen
