"""Who is an administrator of the office, from when and until which entry; what role everybody else has.

A certificate gives a role. It counts where its signer is an administrator then, and who that is follows from the roots
(whoever opened the office, or whom a vault that joined compared) outwards. What somebody wrote who is an administrator
no longer counts where the entry that ended it builds on it: no claim of an earlier time can put anything before it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from store.standing import Standing


class Role(StrEnum):
    """What somebody is in the office; it decides what they may do there, and reading it gives nobody."""

    COUNSELLOR = "counsellor"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Term:
    """From when and until what somebody is an administrator.

    Attributes:
        begin: place of the certificate in the order of the office's space; 0 for a root.
        end: the entry that ended it; empty while it lasts.
    """

    begin: int
    end: str = ""


Terms = Mapping[str, tuple[Term, ...]]
"""Author -> their terms, in order."""
BuiltOn = Callable[[str], Collection[str]]
"""An entry -> it and all that it builds on."""


def covers(terms: Sequence[Term], entry: str, place: int, built_on: BuiltOn) -> bool:
    """Whether somebody with these terms was an administrator when they wrote an entry."""
    return any(term.begin < place and (not term.end or entry in built_on(term.end)) for term in terms)


def is_open(terms: Sequence[Term]) -> bool:
    """Whether somebody is an administrator still."""
    return bool(terms) and not terms[-1].end


def terms_of(
    certificates: Sequence[Standing],
    roots: Collection[str],
    author_of: Callable[[str], str],
    built_on: BuiltOn,
    *,
    always: Collection[str] = (),
) -> Terms:
    """Work out who is an administrator, and from when until what.

    Where two ended each other without knowing of it, the one who was named first stays: nobody can claim that. What
    would leave no administrator at all does not count.

    Args:
        certificates: what gives roles, in the order of the space.
        roots: authors who are administrators from the beginning.
        author_of: device -> author; empty where its card does not count.
        built_on: entry -> all below it.
        always: certificates that count whoever signed them (`author.succeeded`).
    """
    ended: set[str] = set()
    while True:
        terms = _settled(certificates, roots, author_of, built_on, ended, always)
        open_now = {author for author, theirs in terms.items() if is_open(theirs)}
        found = []
        for row in certificates:
            target, signer = row.value["author"], author_of(row.device)
            if row.entry in ended or not _ends(row) or target not in open_now:
                continue
            if not any(terms[other][-1].begin < row.place for other in open_now - {target}):
                continue
            if row.place > terms[target][-1].begin and covers(terms.get(signer, ()), row.entry, row.place, built_on):
                found.append((terms[signer][0].begin, row.place, row.entry))
        if not found:
            return terms
        ended.add(min(found)[2])


def _ends(row: Standing) -> bool:
    return row.value.get("role", "") not in ("", Role.ADMINISTRATOR)


def _settled(
    certificates: Sequence[Standing],
    roots: Collection[str],
    author_of: Callable[[str], str],
    built_on: BuiltOn,
    ended: Collection[str],
    always: Collection[str],
) -> Terms:
    before: dict[str, tuple[Term, ...]] = {}
    for _round in range(len(certificates) + 2):
        # What is known of ends counts for entries that have an earlier place, too.
        terms: dict[str, tuple[Term, ...]] = {root: (Term(0),) for root in roots}
        for row in certificates:
            target = row.value["author"]
            theirs = terms.get(target, ())
            if row.entry in ended and is_open(theirs):
                terms[target] = (*theirs[:-1], Term(theirs[-1].begin, row.entry))
            elif row.value.get("role") == Role.ADMINISTRATOR and not is_open(theirs):
                signer = author_of(row.device)
                known = before.get(signer) or terms.get(signer, ())
                if row.entry in always or covers(known, row.entry, row.place, built_on):
                    terms[target] = (*theirs, Term(row.place))
        if terms == before:
            break
        before = terms
    return before


def role_of(
    author: str, certificates: Sequence[Standing], terms: Terms, acts: Callable[[Standing], bool]
) -> tuple[Role, bool]:
    """The role of a member, and whether they lead the office besides.

    Args:
        author: whose.
        certificates: in the order of the space.
        terms: of everybody.
        acts: whether the signer of a certificate was an administrator then.
    """
    said = [
        row
        for row in certificates
        if row.value["author"] == author and row.value.get("role", "") in set(Role) and acts(row)
    ]
    leads = bool(said) and (said[-1].value["role"] == Role.LEADER or said[-1].value.get("leads") is True)
    if is_open(terms.get(author, ())):
        return Role.ADMINISTRATOR, leads
    others = [row for row in said if row.value["role"] != Role.ADMINISTRATOR]
    return (Role(others[-1].value["role"]) if others else Role.COUNSELLOR), leads
