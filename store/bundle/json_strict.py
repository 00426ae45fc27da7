"""JSON from strangers: one reading of every document, or none (RFC 8259, sections 4, 6 and 8).

Refused: names that come twice, NaN and Infinity, numbers out of range, halves of surrogate pairs, a byte order mark,
nesting and item counts beyond a limit. The limits are checked on the bytes, before anything is built from them; where
the bytes show that it can only be little, on what was built.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NoReturn

from store.bundle.visible import escape_json

MAX_DEPTH: Final = 32
MAX_ITEMS: Final = 500_000
"""Of one document: brackets, braces and commas outside strings. An empty list is 2 bytes of JSON and 56 of memory."""

_FEW: Final = 256
"""Items that may be built before they are counted: counting on the bytes costs an entry as much as reading it."""
_MAX_DIGITS: Final = 16
_ASKS: Final = 8192
"""Pieces of a document that is written between two questions whether to go on: some milliseconds."""

_TOKEN: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{},]', re.DOTALL)
_CONTAINERS: Final = (dict, list)
_OPEN: Final = frozenset((b"[", b"{"))
_CLOSE: Final = frozenset((b"]", b"}"))


class JsonRefused(ValueError):
    """A document that is not strict JSON; the text says why in technical English and repeats nothing of the content."""


class TooManyItems(JsonRefused):
    """A document with more brackets, braces and commas than it may have."""


def loads(
    data: bytes,
    *,
    max_items: int = MAX_ITEMS,
    max_depth: int = MAX_DEPTH,
    counted: Callable[[int], None] | None = None,
) -> Any:
    """Read one document.

    Args:
        data: UTF-8 without a byte order mark.
        max_items: brackets, braces and commas outside strings.
        max_depth: of nesting.
        counted: told how many items there are, before anything is built of them.

    Raises:
        JsonRefused: it is not JSON, or JSON that two readers could read in two ways.
        TooManyItems: more than `max_items`.
    """
    few = counted is None and _at_most(data) <= _FEW
    if not few:
        items = _scan(data, max_items, max_depth)
        if counted is not None:
            counted(items)
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise JsonRefused("not UTF-8") from None
    if text.startswith("\ufeff"):
        raise JsonRefused("a byte order mark")
    try:
        value = _DECODER.decode(text)
    except JsonRefused:
        raise
    except (ValueError, RecursionError):
        raise JsonRefused("not JSON") from None
    if few:
        _require_within(value, max_items, max_depth)
    if "\\u" in text:
        # UTF-8 has no other way to half a pair.
        _refuse_surrogates(value)
    return value


def dumps(value: object, *, indent: int | None = None, each: Callable[[], None] | None = None) -> str:
    """Write a document in one way: names as they stand in `value`, control and direction characters escaped.

    Args:
        value: what JSON can say.
        indent: blanks a level; None for all on one line.
        each: called now and then, and may raise to stop it.

    Raises:
        ValueError: a float that is not finite or a lone surrogate: a document that `loads` would refuse.
    """
    encoder = json.JSONEncoder(
        ensure_ascii=False, allow_nan=False, indent=indent, separators=(",", ": ") if indent else (",", ":")
    )
    text = encoder.encode(value) if each is None else "".join(_asking(encoder.iterencode(value), each))
    text.encode("utf-8", "strict")
    return escape_json(text)


def _asking(parts: Iterator[str], each: Callable[[], None]) -> Iterator[str]:
    for number, part in enumerate(parts):
        if number % _ASKS == 0:
            each()
        yield part


def count_items(data: bytes) -> int:
    """Brackets, braces and commas outside strings of one document: what it costs to build, before it is built."""
    return sum(len(match[0]) == 1 for match in _TOKEN.finditer(data))


def _at_most(data: bytes) -> int:
    """No document of these bytes has more items; fewer, where texts hold the same characters."""
    return data.count(b",") + data.count(b"{") + data.count(b"}") + data.count(b"[") + data.count(b"]")


def _require_within(value: Any, max_items: int, max_depth: int) -> None:
    """What `_scan` would have counted, of what was built."""
    items = depth = 0
    level = [value]
    while level := [one for one in level if isinstance(one, _CONTAINERS)]:
        depth += 1
        if depth > max_depth:
            raise JsonRefused(f"nested deeper than {max_depth}")
        items += sum(max(len(one), 1) + 1 for one in level)
        if items > max_items:
            raise TooManyItems(f"more than {max_items} items")
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]


def _scan(data: bytes, max_items: int, max_depth: int) -> int:
    items = depth = 0
    for match in _TOKEN.finditer(data):
        token = match[0]
        if len(token) > 1:
            continue
        if token == b'"':
            raise JsonRefused("a string without end")
        items += 1
        if items > max_items:
            raise TooManyItems(f"more than {max_items} items")
        if token in _OPEN:
            depth += 1
            if depth > max_depth:
                raise JsonRefused(f"nested deeper than {max_depth}")
        elif token in _CLOSE:
            depth -= 1
    return items


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise JsonRefused("a name comes twice in one object")
    return found


def _constant(_name: str) -> NoReturn:
    raise JsonRefused("a number that is none")


def _float(digits: str) -> float:
    value = float(digits) if len(digits) <= 40 else math.inf
    if not math.isfinite(value):
        raise JsonRefused("a number out of range")
    return value


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > _MAX_DIGITS:
        raise JsonRefused("a number out of range")
    return int(digits)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_constant=_constant,
    parse_float=_float,
    parse_int=_integer,
)


def _refuse_surrogates(value: Any) -> None:
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            try:
                one.encode("utf-8", "strict")
            except UnicodeEncodeError:
                raise JsonRefused("half a surrogate pair") from None
        elif isinstance(one, list):
            pending.extend(one)
        elif isinstance(one, dict):
            pending.extend(one)
            pending.extend(one.values())
