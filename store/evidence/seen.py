"""'Seen before?': a digest against the register of every case in the vault.

Only the very same bytes are found: a picture that was saved again, made smaller or sent through a service that changes
it has another digest. `EXACT_ONLY` is how that is said wherever an answer is shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guidance.language import N_
from store.database import Connection
from store.entry import read_time
from store.standing import ProjectionDamaged

EXACT_ONLY: Final = N_(
    "Only exactly the same file is found: a picture that was saved again, cropped or sent through a service has "
    "another checksum. Not found does not mean not seen."
)

MOST: Final = 100
"""Pieces that are told of one digest, unless another number is asked for."""

# The expression and the bounds stand here as in store/schema/0004: only then is the index used. Ids are
# drawn at random: of what was registered within one second, what came into this vault first is told first.
_FIND: Final = """
SELECT said.space, case_file.reference, said.subject, said.value, added.at, opened.value
FROM standing AS said
JOIN case_file ON case_file.space = said.space
JOIN standing AS added ON added.space = said.space AND added.subject = 'added/' || substr(said.subject, 10)
JOIN standing AS opened ON opened.space = said.space AND opened.subject = 'case'
LEFT JOIN entry ON entry.id = added.entry
WHERE CASE WHEN json_valid(said.value) THEN json_extract(said.value, '$.digest') END = ?
  AND said.subject >= 'evidence/' AND said.subject < 'evidence0'
ORDER BY added.at, entry.arrival, said.space, json_extract(said.value, '$.number'), said.subject
LIMIT ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A piece of evidence that has the digest that was looked for.

    Attributes:
        digest: `sha256:<hex>`.
        case_id: the space of the case it is registered in.
        reference: of that case.
        title: of that case.
        evidence_id: the piece.
        number: of the piece in its case, from 1.
        name: of the file, as text; empty where there was none.
        registered_at: UTC.
    """

    digest: str
    case_id: str
    reference: str
    title: str
    evidence_id: str
    number: int
    name: str
    registered_at: datetime


def find(connection: Connection, digests: Iterable[str], *, most: int = MOST) -> Iterator[Seen]:
    """The pieces in any case that have one of the digests, digest by digest, the one registered first coming first.

    Args:
        connection: the vault's.
        digests: each looked up once.
        most: pieces of one digest; an empty file may be there a hundred thousand times.

    Raises:
        ProjectionDamaged: the tables can't be read.
    """
    for digest in dict.fromkeys(digests):
        there: set[tuple[str, str]] = set()
        for space, reference, subject, value, at, opened in connection.execute(_FIND, (digest, most)).fetchall():
            # Two versions that disagree are one piece.
            if (space, subject) in there:
                continue
            there.add((space, subject))
            try:
                said = json.loads(value)
                yield Seen(
                    digest=digest,
                    case_id=space,
                    reference=reference,
                    title=json.loads(opened)["title"],
                    evidence_id=subject.removeprefix("evidence/"),
                    number=said["number"],
                    name=said["name"],
                    registered_at=read_time(at),
                )
            except (ValueError, KeyError, TypeError):
                raise ProjectionDamaged from None
