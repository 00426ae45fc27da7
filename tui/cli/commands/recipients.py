"""Whom `--to` names: age recipients, files of them, and people who are known by their card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from guidance.language import _
from tui.cli.answer import Json
from tui.cli.failures import InputNotReadable
from tui.cli.registry_keys import is_author_name
from tui.cli.sources import read_file

if TYPE_CHECKING:
    from store.cases.readers import Reader
    from store.casework import Casework

_MAX_KEYS: Final = 256 * 1024
_RECIPIENT: Final = re.compile(r"age1[0-9a-z]+", re.ASCII)


def keys_in(given: Sequence[str]) -> tuple[str, ...]:
    """The keys that were given as such or in a file; nobody has to be known for that, and no vault open.

    Raises:
        InputNotReadable: a file is no text.
        RecipientInvalid: there is something else in it.
        SecretKeyGiven: it is a secret key; that is no file's name, and is never repeated.
    """
    from store.age.errors import SecretKeyGiven
    from store.age.keys import is_secret_key, parse_recipients

    found: list[str] = []
    for one in given:
        if is_author_name(one):
            continue
        if is_secret_key(one):
            raise SecretKeyGiven(instead="recipient")
        text = one if _RECIPIENT.fullmatch(one) else text_of(one, "--to")
        found += [recipient.encode() for recipient in parse_recipients(text)]
    return tuple(dict.fromkeys(found))


def with_people(casework: Casework, given: Sequence[str], keys: tuple[str, ...]) -> tuple[str, ...]:
    """The keys that were given, and those of each workstation of the people who are named by their card."""
    theirs = [key for one in given if is_author_name(one) for key in casework.recipients_of(one)]
    return tuple(dict.fromkeys([*keys, *theirs]))


def reader_warnings(readers: Sequence[Reader]) -> list[str]:
    """What is not as one might think of who opens it."""
    return [line for one in readers for line in one.warnings()]


def reader_lines(readers: Sequence[Reader]) -> tuple[str, ...]:
    """Who can open it, as far as they are known."""
    if not readers:
        return ()
    return (_("It is opened by: {names}").format(names=", ".join(one.words() for one in readers)),)


def reader_documents(readers: Sequence[Reader]) -> list[Json]:
    """The same as data."""
    return [
        {
            "author": one.author.id,
            "name": one.author.name,
            "opens": [workstation.device for workstation in one.opens],
            "left_out": [workstation.device for workstation in one.left_out],
            "given_up": one.given_up,
        }
        for one in readers
    ]


def text_of(path: str, option: str) -> str:
    """A small text file that an option names.

    Raises:
        InputNotReadable: it can't be read, or is no UTF-8.
    """
    try:
        return read_file(path, option, _MAX_KEYS).decode("utf-8")
    except UnicodeDecodeError:
        raise InputNotReadable(option, _("it is not UTF-8 text")) from None
