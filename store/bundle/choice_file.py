"""A choice of what is withheld as a document: what `segl seal --withhold` reads, and what a draft of the screen is.

TOML or JSON (docs/cli.md, 'What is withheld'). Nobody of the case is in it but by the words that a person chose.
"""

from __future__ import annotations

import json
import tomllib
from typing import Any, ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.bundle.withholding import Span, Withholding

SCHEMA: Final = "segl-withholding"
_KEYS: Final = {"schema", "concerned", "words", "entries", "spans", "names_stay"}
_SPAN: Final = {"entry", "field", "start", "end"}
MAX_SIZE: Final = 1024 * 1024


class ChoiceMalformed(SeglError):
    """A document that is no choice.

    Attributes:
        where: the place in it.
    """

    code: ClassVar[str] = "choice-malformed"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where

    def diagnostics(self) -> Diagnostics:
        """Say where; nothing of what stands there."""
        return Diagnostics(
            happened=_("What is to be withheld can't be read: {where}.").format(where=self.where),
            safe=_("Nothing was written."),
            todo=_("'segl seal CASE --names' shows a choice as it has to be."),
        )


def read_choice(text: str) -> Withholding:
    """Read a choice strictly.

    Raises:
        ChoiceMalformed: it is neither TOML nor JSON, or not built as it has to be.
    """
    if len(text) > MAX_SIZE:
        raise ChoiceMalformed(f"> {MAX_SIZE}")
    try:
        value: Any = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError):
        raise ChoiceMalformed("TOML/JSON") from None
    if not isinstance(value, dict):
        raise ChoiceMalformed("{}")
    for key in value.keys() - _KEYS:
        raise ChoiceMalformed(ascii(key)[1:-1][:40])
    if value.get("schema", SCHEMA) != SCHEMA:
        raise ChoiceMalformed("schema")
    spans = value.get("spans", [])
    if not isinstance(spans, list):
        raise ChoiceMalformed("spans")
    stay = value.get("names_stay", False)
    if not isinstance(stay, bool):
        raise ChoiceMalformed("names_stay")
    concerned = value.get("concerned", "")
    if not isinstance(concerned, str):
        raise ChoiceMalformed("concerned")
    return Withholding(
        concerned=concerned,
        words=tuple(_texts(value, "words")),
        entries=frozenset(_texts(value, "entries")),
        spans=tuple(_span(place, one) for place, one in enumerate(spans)),
        names_stay=stay,
    )


def write_choice(choice: Withholding) -> str:
    """The choice as JSON, with every key."""
    document = {
        "schema": SCHEMA,
        "concerned": choice.concerned,
        "words": list(choice.words),
        "entries": sorted(choice.entries),
        "spans": [
            {"entry": span.entry, "field": span.field, "start": span.start, "end": span.end}
            for span in sorted(choice.spans)
        ],
        "names_stay": choice.names_stay,
    }
    return json.dumps(document, ensure_ascii=False)


def _texts(value: dict[str, Any], key: str) -> list[str]:
    found = value.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
        raise ChoiceMalformed(key)
    return found


def _span(place: int, value: Any) -> Span:
    where = f"spans[{place}]"
    if not isinstance(value, dict) or set(value) != _SPAN:
        raise ChoiceMalformed(where)
    for key in ("entry", "field"):
        if not isinstance(value[key], str):
            raise ChoiceMalformed(f"{where}.{key}")
    for key in ("start", "end"):
        if type(value[key]) is not int:
            raise ChoiceMalformed(f"{where}.{key}")
    return Span(value["entry"], value["field"], value["start"], value["end"])
