"""Pieces of evidence inside the draft of a form: what was read and is not registered yet need not be read again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

from guidance.custody import Device
from store.model import DigestSource, EvidenceDraft, EvidenceKind, Holder

PIECES: Final = "pieces"
"""The field of the draft that they stand in."""


def plain_draft(piece: EvidenceDraft) -> EvidenceDraft:
    """Only what a draft holds, of a piece that may be registered already."""
    if type(piece) is EvidenceDraft:
        return piece
    names = EvidenceDraft.__dataclass_fields__
    return EvidenceDraft(**{name: getattr(piece, name) for name in names})


def write_pieces(pieces: Iterable[EvidenceDraft]) -> str:
    """Pieces as the draft holds them."""
    return json.dumps([asdict(piece) for piece in pieces])


def pieces_of_draft(typed: Mapping[str, str]) -> list[EvidenceDraft]:
    """The pieces that a draft says were read and not registered; none where it can't be read."""
    try:
        rows: Any = json.loads(typed.get(PIECES, "[]"))
        return [_from_json(row) for row in rows]
    except (ValueError, TypeError, KeyError):
        return []


def _from_json(row: dict[str, Any]) -> EvidenceDraft:
    return EvidenceDraft(
        **{
            **row,
            "source": DigestSource(row["source"]),
            "kind": EvidenceKind(row["kind"]),
            "holder": Holder(row["holder"]),
            "device": Device(row.get("device", "")),
            "accounts": tuple(row["accounts"]),
            "seen_by": tuple(row["seen_by"]),
            "lies_at": tuple(row.get("lies_at", ())),
        }
    )
