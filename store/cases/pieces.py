"""Reading the register of a case in part: which pieces there are and in which order, and those that are asked for.

A case may have ten thousands of pieces. Which there are is read from an index; what is said of a piece is read where it
is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from store.cases.chains import chains_of, checks_of, decisions_of, looks_of, passes_of
from store.cases.lying import devices_of
from store.cases.values import read_evidence
from store.database import Connection
from store.evidence.register import Listed, missing_facts
from store.looks import LookEvent
from store.model import CheckEvent, CustodyDecision, Evidence, EvidenceDraft, PassEvent
from store.standing import ProjectionDamaged, Standing, moves_of, standing, standing_on

_NUMBER: Final = "CASE WHEN json_valid(value) THEN json_extract(value, '$.number') END"
_REGISTER: Final = (
    "standing INDEXED BY standing_number WHERE space = ? AND subject >= 'evidence/' AND subject < 'evidence0'"
)
"""As in store/schema/0008: only then is the index used."""
_AT_ONCE: Final = 200


def last_number(connection: Connection, space: str) -> int:
    """The highest number of a case; 0 where nothing is registered."""
    row = connection.execute(
        f"SELECT {_NUMBER} FROM {_REGISTER} ORDER BY {_NUMBER} DESC LIMIT 1",  # noqa: S608
        (space,),
    ).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def statements_on_pieces(connection: Connection, space: str) -> int:
    """How many statements on pieces stand in a case."""
    [(count,)] = connection.execute(f"SELECT count(*) FROM {_REGISTER}", (space,)).fetchall()  # noqa: S608
    return int(count)


def ids_in_order(connection: Connection, space: str) -> tuple[str, ...]:
    """The ids of all pieces of a case by number; of two versions that disagree the later one has the number.

    Raises:
        ProjectionDamaged: the tables can't be read.
    """
    added = {
        str(subject).removeprefix("added/")
        for (subject,) in connection.execute(
            "SELECT subject FROM standing WHERE space = ? AND subject >= 'added/' AND subject < 'added0'", (space,)
        )
    }
    newest: dict[str, tuple[int, int]] = {}
    for number, subject, place in connection.execute(
        f"SELECT {_NUMBER}, subject, place FROM {_REGISTER}",  # noqa: S608
        (space,),
    ):
        id = str(subject).removeprefix("evidence/")
        if not isinstance(number, int):
            raise ProjectionDamaged
        if id in added and place >= newest.get(id, (0, 0))[1]:
            newest[id] = (number, place)
    return tuple(sorted(newest, key=lambda id: (newest[id][0], id)))


def ids_numbered(connection: Connection, space: str, number: int) -> tuple[str, ...]:
    """The ids of the pieces of which some statement says that they have this number."""
    rows = connection.execute(
        f"SELECT DISTINCT subject FROM {_REGISTER} AND {_NUMBER} = ?",  # noqa: S608
        (space, number),
    ).fetchall()
    return tuple(str(subject).removeprefix("evidence/") for (subject,) in rows)


def ids_with(connection: Connection, space: str, digest: str) -> tuple[str, ...]:
    """The ids of the pieces of which some statement says that they have this digest."""
    # As in store/schema/0004: only then is the index used.
    rows = connection.execute(
        "SELECT DISTINCT subject FROM standing INDEXED BY standing_digest "
        "WHERE CASE WHEN json_valid(value) THEN json_extract(value, '$.digest') END = ? AND space = ? "
        "AND subject >= 'evidence/' AND subject < 'evidence0'",
        (digest, space),
    ).fetchall()
    return tuple(str(subject).removeprefix("evidence/") for (subject,) in rows)


def registered_as(
    connection: Connection, space: str, digest: str, raw_name: str, *, until: int
) -> tuple[int, str] | None:
    """Number and id of the first piece of a case that has both the digest and the name of a file.

    Args:
        connection: the vault's.
        space: of the case.
        digest: `sha256:<hex>`.
        raw_name: the bytes of the name, hex.
        until: only pieces up to this number.
    """
    row = connection.execute(
        f"SELECT {_NUMBER} AS number, subject FROM standing AS said INDEXED BY standing_digest "  # noqa: S608
        "WHERE CASE WHEN json_valid(value) THEN json_extract(value, '$.digest') END = ? AND space = ? "
        "AND subject >= 'evidence/' AND subject < 'evidence0' AND json_extract(value, '$.raw-name') = ? "
        "AND number <= ? AND EXISTS (SELECT 1 FROM standing AS added WHERE added.space = said.space "
        "AND added.subject = 'added/' || substr(said.subject, 10)) ORDER BY number, subject LIMIT 1",
        (digest, space, raw_name, until),
    ).fetchone()
    return (int(row[0]), str(row[1]).removeprefix("evidence/")) if row else None


def ids_beginning(connection: Connection, space: str, begins: str) -> list[str]:
    """The ids of the pieces that begin so; three at most."""
    rows = connection.execute(
        "SELECT DISTINCT subject FROM standing WHERE space = ? AND subject >= ? AND subject < ? "
        "AND subject < 'evidence0' LIMIT 3",
        (space, f"evidence/{begins}", f"evidence/{begins}\U0010ffff"),
    ).fetchall()
    return [str(subject).removeprefix("evidence/") for (subject,) in rows]


def listed(connection: Connection, space: str) -> tuple[Listed, ...]:
    """The register of a case line by line, by number; nothing else that is said of a piece is read.

    Of two versions that disagree the later one counts.

    Raises:
        ProjectionDamaged: the tables can't be read.
    """
    # In the order of the key, and the index of the numbers left alone: each page is read, and deciphered, once.
    newest: dict[str, tuple[int, Listed]] = {}
    for subject, place, said in connection.execute(
        "SELECT said.subject, said.place, CASE WHEN json_valid(said.value) THEN json_extract(said.value, '$.number', "
        "'$.digest', '$.size', '$.name', '$.raw-name') END FROM standing AS said WHERE said.space = ? "
        "AND said.subject >= 'evidence/' AND said.subject < 'evidence0' AND EXISTS (SELECT 1 FROM standing AS added "
        "WHERE added.space = said.space AND added.subject = 'added/' || substr(said.subject, 10))",
        (space,),
    ):
        id = str(subject).removeprefix("evidence/")
        if said is None:
            raise ProjectionDamaged
        if place >= newest.get(id, (0, None))[0]:
            newest[id] = (place, Listed(id, *json.loads(said)))
    return tuple(sorted((one for _place, one in newest.values()), key=lambda one: (one.number, one.id)))


def pieces_of(
    connection: Connection, space: str, ids: Sequence[str], authors: Mapping[str, str]
) -> tuple[Evidence, ...]:
    """Those of the pieces that there are, by number.

    Args:
        connection: the vault's.
        space: of the case.
        ids: which.
        authors: device -> name.
    """
    return _by_number(pieces_in_turn(connection, space, ids, authors))


def pieces_in_turn(
    connection: Connection, space: str, ids: Sequence[str], authors: Mapping[str, str]
) -> Iterator[Evidence]:
    """Those of the pieces that there are, in the order in which they are asked for; some hundred are read at a time.

    Args:
        connection: the vault's.
        space: of the case.
        ids: which.
        authors: device -> name.
    """
    checks = checks_of(standing(connection, space, "checked/"), authors, frozenset(ids))
    passes = _passes(connection, space, authors, frozenset(ids))
    looks = looks_of(standing(connection, space, "looked/"), authors, frozenset(ids))
    # Few are decided: one look for all is less than one a piece.
    decided = decisions_of(standing(connection, space, "chain/"), authors)
    for begin in range(0, len(ids), _AT_ONCE):
        some = ids[begin : begin + _AT_ONCE]
        made = _made(
            standing_on(connection, space, [f"evidence/{id}" for id in some]),
            standing_on(connection, space, [f"added/{id}" for id in some]),
            moves_of(connection, space, some),
            decided,
            checks,
            passes,
            looks,
            [row for id in some for row in standing(connection, space, f"device/{id}/")],
            authors,
        )
        there = {one.id: one for one in made}
        yield from (there[id] for id in some if id in there)


def all_pieces(connection: Connection, space: str, authors: Mapping[str, str]) -> tuple[Evidence, ...]:
    """Every piece of a case, by number."""
    versions = standing(connection, space, "evidence/")
    ids = frozenset(row.subject.removeprefix("evidence/") for row in versions)
    return _by_number(
        _made(
            versions,
            standing(connection, space, "added/"),
            standing(connection, space, "custody/"),
            decisions_of(standing(connection, space, "chain/"), authors),
            checks_of(standing(connection, space, "checked/"), authors, ids),
            _passes(connection, space, authors, ids),
            looks_of(standing(connection, space, "looked/"), authors, ids),
            standing(connection, space, "device/"),
            authors,
        )
    )


def _passes(
    connection: Connection, space: str, authors: Mapping[str, str], ids: frozenset[str]
) -> dict[str, tuple[PassEvent, ...]]:
    rows = standing(connection, space, "passed-on/")
    return passes_of(rows, standing(connection, space, "request/") if rows else (), authors, ids)


def _by_number(pieces: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(pieces, key=lambda one: (one.number, one.id)))


def _made(
    versions: Iterable[Standing],
    added: Iterable[Standing],
    moves: Iterable[Standing],
    decisions: Mapping[str, tuple[CustodyDecision, ...]],
    checks: Mapping[str, tuple[CheckEvent, ...]],
    passes: Mapping[str, tuple[PassEvent, ...]],
    looks: Mapping[str, tuple[LookEvent, ...]],
    located: Iterable[Standing],
    authors: Mapping[str, str],
) -> list[Evidence]:
    """Pieces from what stands; of two versions that disagree the later one."""
    said = {row.subject.removeprefix("evidence/"): row for row in versions}
    chains, devices = chains_of(moves, decisions, authors), devices_of(located, authors)
    found = []
    for row in added:
        id = row.subject.removeprefix("added/")
        if id not in said:
            continue
        values = read_evidence(said[id].value)
        found.append(
            Evidence(
                id=id,
                number=said[id].value["number"],
                registered_at=row.at,
                registered_by=authors.get(row.device, ""),
                missing=missing_facts(EvidenceDraft(**values), chain=chains.get(id, ())),
                custody=chains.get(id, ()),
                checks=checks.get(id, ()),
                passes=passes.get(id, ()),
                devices=devices.get(id, ()),
                decisions=decisions.get(id, ()),
                looks=looks.get(id, ()),
                **values,
            )
        )
    return found
