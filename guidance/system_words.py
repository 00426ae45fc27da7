"""What the operating system refuses, in words: its own are English, and written for who programs it."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from typing import Final

from guidance.language import N_, _

_WORDS: Final[Mapping[str, str]] = {
    "EPERM": N_("the system does not allow it"),
    "EACCES": N_("access is refused"),
    "ENOENT": N_("it is not there"),
    "ENOTDIR": N_("a part of the path is no folder"),
    "EISDIR": N_("it is a folder"),
    "EEXIST": N_("there is already something of that name"),
    "ENOTEMPTY": N_("the folder is not empty"),
    "EROFS": N_("it is write-protected"),
    "ENOSPC": N_("there is no room left"),
    "EDQUOT": N_("there is no room left"),
    "EFBIG": N_("it is too large for this disk"),
    "ENAMETOOLONG": N_("the name is too long"),
    "ELOOP": N_("the links lead in a circle"),
    "EXDEV": N_("it lies on another disk"),
    "EBUSY": N_("another program is using it"),
    "ETXTBSY": N_("another program is using it"),
    "EAGAIN": N_("another program is using it"),
    "EIO": N_("the disk reports an error"),
    "ENODEV": N_("the disk or stick does not answer any more"),
    "ENXIO": N_("the disk or stick does not answer any more"),
    "ENOMEDIUM": N_("the disk or stick does not answer any more"),
    "EREMOTEIO": N_("the disk or stick does not answer any more"),
    "ESTALE": N_("it is not there any more on the share"),
    "ENOTCONN": N_("the share or phone does not answer any more"),
    "ESHUTDOWN": N_("the share or phone does not answer any more"),
    "ECONNABORTED": N_("the share or phone does not answer any more"),
    "ECONNRESET": N_("the share or phone does not answer any more"),
    "ECONNREFUSED": N_("the share or phone does not answer any more"),
    "EHOSTDOWN": N_("the share or phone does not answer any more"),
    "EHOSTUNREACH": N_("the share or phone does not answer any more"),
    "ENETDOWN": N_("the network is not there"),
    "ENETUNREACH": N_("the network is not there"),
    "ETIMEDOUT": N_("there was no answer in time"),
    "ENOMEM": N_("there is not enough memory"),
    "EMFILE": N_("too many files are open at the same time"),
    "ENFILE": N_("too many files are open at the same time"),
    "EBADF": N_("it is not open for that"),
    "EINVAL": N_("the system can't do that with it"),
    "ENOTSUP": N_("the disk can't do that"),
    "EOPNOTSUPP": N_("the disk can't do that"),
    "ENOSYS": N_("the system can't do that"),
    "EILSEQ": N_("the disk does not take such a name"),
    "EPIPE": N_("nobody reads it any more"),
    "EINTR": N_("it was broken off"),
}
_NUMBERED: Final = {
    number: words for name, words in _WORDS.items() if (number := getattr(errno, name, None)) is not None
}


def number_words(number: int) -> str:
    """What a number of `errno` means, in the current language; one that is not known, in the system's words."""
    if number in _NUMBERED:
        return _(_NUMBERED[number])
    return _("the system says '{words}'").format(words=os.strerror(number))


def system_words(error: OSError | ValueError) -> str:
    """Why the system refused, in the current language.

    Args:
        error: what opening, reading or writing raised; a `ValueError` is that of a path with a NUL in it, or of a
            stream that is closed.
    """
    if not isinstance(error, OSError):
        return _("no file has such a name") if "null" in str(error) else _("it is closed")
    if error.errno is not None:
        return number_words(error.errno)
    return _("the system says '{words}'").format(words=str(error) or type(error).__name__)
