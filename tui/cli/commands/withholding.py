"""`segl seal --withhold` and `--names`: what is withheld from a bundle, and what there is to withhold."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from guidance.language import _
from store.bundle.labels import name_label
from tui.cli.answer import Answer, Json
from tui.cli.failures import InputNotReadable
from tui.cli.session import Session

if TYPE_CHECKING:
    from store.bundle.withholding import Withholding


def choice_of(session: Session, path: str | None) -> Withholding | None:
    """The choice in a file or on standard input; None where none is given."""
    from store.bundle.choice_file import read_choice

    raw = session.sources.document("--withhold", path)
    if raw is None:
        return None
    try:
        return read_choice(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise InputNotReadable("--withhold", _("it is not UTF-8 text")) from None


def names(session: Session, options: argparse.Namespace) -> Answer:
    """The names that a case knows, its texts with their places, and a choice to begin with."""
    from store.bundle.choice_file import write_choice
    from store.bundle.known_names import known_names, person_concerned
    from store.bundle.withholding import Withholding, pieces_of
    from store.cpr import field_words

    export = session.casework().export_case(options.case)
    concerned = options.person or person_concerned(export)
    known = known_names(export, concerned)
    texts: list[Json] = [
        {
            "text": piece.text,
            "places": [
                {
                    "entry": place.entry,
                    "field": place.field,
                    "kind": place.kind,
                    "words": f"{field_words(place.kind, place.field)}, {place.at:%Y-%m-%d}",
                }
                for place in piece.places
            ],
        }
        for piece in pieces_of(export.entries, export.record.guide)
    ]
    choice = Withholding(concerned=concerned, words=tuple(one.text for one in known))
    document: dict[str, Json] = {
        "case": export.record.summary.reference,
        "names": [{"text": one.text, "what": one.what, "person": one.person} for one in known],
        "texts": texts,
        "choice": json.loads(write_choice(choice)),
    }
    return Answer(document=document, lines=tuple(f"{one.text}  ({name_label(one.what)})" for one in known))
