"""Finding pieces in the register of a case.

Nothing beside the register says which words stand in it: it is read through. SQLite leaves out what cannot be meant;
what is left is compared here, letter by letter of any alphabet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from store.bundle.labels import holder_label
from store.database import Connection, Value
from store.evidence.finding import Wanted, fold
from store.model import Holder

_TEXTS: Final = (
    *("name", "shows", "platform", "accounts", "url", "holder-name", "held-where"),
    *("came-how", "seen-by", "claimed-at", "found-at"),
)
_ASKED: Final = ", ".join(f"'$.\"{name}\"'" for name in _TEXTS)
# Of two versions that disagree the later one is the piece.
_LOOK: Final = f"""
SELECT subject, {{number}}, {{digest}}, {{holder}}, json_extract(value, {_ASKED}) FROM standing AS said
WHERE space = ? AND subject >= 'evidence/' AND subject < 'evidence0' AND ({{maybe}})
AND NOT EXISTS (
  SELECT 1 FROM standing AS later WHERE later.space = said.space AND later.subject = said.subject
  AND later.place > said.place
)
"""  # noqa: S608
_PLAIN: Final = frozenset("0123456789abcdefghjlmnopqrstuvwxyz-_./:@#+")
"""What stands in the table as it is, but for capitals that SQLite sees through. Not `i` and `k`: they are the small
letters of U+0130 and U+212A, too."""
_BETWEEN: Final = '[",]'
"""What stands between the texts of a list."""
_MOST: Final = 8
"""Words by which SQLite leaves pieces out; the others are compared all the same."""
_LONGEST: Final = 64
"""As many letters of each."""


def ids_found(connection: Connection, space: str, wanted: Wanted, order: Sequence[str]) -> tuple[str, ...]:
    """The ids of the pieces that are meant: those of the numbers first, the others by number.

    Args:
        connection: the vault's.
        space: of the case.
        wanted: what they are found by.
        order: the ids of all pieces of the case, by number.
    """
    place = {id: number for number, id in enumerate(order)}
    labels = {holder.value: fold(holder_label(holder.value)) for holder in Holder}
    holders = {id: label for id, label in labels.items() if any(word in label for word in wanted.words)}
    maybe, values = _maybe(wanted, holders)
    look = _LOOK.format(
        maybe=maybe,
        number=_value("number", asked=wanted.numbers is not None),
        digest=_value("digest", asked=bool(wanted.digest)),
        holder=_value("holder", asked=bool(holders)),
    )
    numbered: list[str] = []
    others: list[str] = []
    has = _Words(wanted.words)
    for subject, number, digest, holder, texts in connection.execute(look, [space, *values]):
        id = str(subject).removeprefix("evidence/")
        if id not in place:
            continue
        if wanted.numbers and wanted.numbers[0] <= number <= wanted.numbers[1]:
            numbered.append(id)
        elif _begins(digest, wanted.digest) or has(texts, holders.get(holder, "")):
            others.append(id)
    return (*sorted(numbered, key=place.__getitem__), *sorted(others, key=place.__getitem__))


def _value(name: str, *, asked: bool) -> str:
    """A value of a piece; each takes its time, and is not taken out where nobody asks."""
    return f"json_extract(value, '$.{name}')" if asked else "NULL"


def _begins(digest: str, begins: str) -> bool:
    if not begins:
        return False
    return digest.startswith(begins) or digest.partition(":")[2].startswith(begins)


class _Words:
    """Whether all words stand in the texts of a piece.

    A list of texts is not taken apart where that makes no difference: it takes as long as all else together.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._within = not any(sign in word for word in words for sign in _BETWEEN)

    def __call__(self, texts: str, holder: str) -> bool:
        if not self._words:
            return False
        if not self._within or "\\" in texts:
            texts = "\n".join(_strings(json.loads(texts)))
        whole = fold(texts)
        return all(word in whole or word in holder for word in self._words)


def _strings(values: Sequence[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from _strings(value)


def _maybe(wanted: Wanted, holders: Mapping[str, str]) -> tuple[str, list[Value]]:
    """A condition that every piece meets which may be meant, and its values."""
    either: list[str] = []
    values: list[Value] = []
    if wanted.words:
        each = []
        for word in wanted.words[:_MOST]:
            # A table has each value in one way of writing (`store.projections`).
            held = [f'"holder":"{id}"' for id, label in holders.items() if word in label]
            each.append("(value LIKE ?" + " OR instr(value, ?)" * len(held) + ")")
            values += [_pattern(word), *held]
        either.append(" AND ".join(each))
    if wanted.numbers:
        either.append("json_extract(value, '$.number') BETWEEN ? AND ?")
        values += wanted.numbers
    if wanted.digest:
        either.append("value LIKE ?")
        values.append(f"%{wanted.digest}%")
    return " OR ".join(f"({one})" for one in either) or "0", values


def _pattern(word: str) -> str:
    """A pattern of SQLite's that whatever has the word matches; `_` is one sign, `%` any number of them."""
    signs = (sign if sign in _PLAIN else "_" if sign in "ik" else "%" for sign in word[:_LONGEST])
    return f"%{''.join(signs)}%"
