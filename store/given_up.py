"""Which cases somebody gave up: what is here of them stays, and is no longer theirs to work on.

They handed the case over, or whoever has it took it back. Until it is erased here it can be read, but nothing of what
others write in it comes any more.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from contextlib import suppress

from guidance.language import _, day_in_digits
from store.authors import Author, Trust
from store.cases.errors import JournalDamaged
from store.database import Connection
from store.entrusted import Chain, read_entrusted
from store.entry import EntryInvalid
from store.journal import entries_of_kinds, read
from store.may_write import ENTRUSTED, HAS
from store.model import HandedOver
from store.standing import ProjectionDamaged, Standing, standing


def given_up(
    connection: Connection, trust: Trust, me: Author, silent: Callable[[str], Container[str]], *, case: str = ""
) -> dict[str, HandedOver]:
    """The cases that somebody gave up.

    Args:
        connection: has the journal, and tables that follow it.
        trust: who is who.
        me: who.
        silent: the entries of a space that say nothing.
        case: look at this one only; of all, one that can't be read is left out.

    Returns:
        Case -> to whom and when.

    Raises:
        ProjectionDamaged, JournalDamaged, EntryInvalid: the one that is named can't be read.
    """
    subject = f"shared/{me.id}"
    rows = connection.execute(
        "SELECT space FROM case_file WHERE (?1 = '' OR space = ?1) "
        "AND EXISTS (SELECT 1 FROM standing WHERE standing.space = case_file.space AND subject = ?2)",
        (case, subject),
    ).fetchall()
    found = {}
    for (space,) in rows:
        try:
            said = standing(connection, space, subject)
            if all(not row.value["recipient"] for row in said) and _counts(connection, trust, me, space, said, silent):
                to, at = _handed_to(connection, trust, me, space), max(row.at for row in said)
                found[space] = HandedOver(to=to, at=at)
        except (ProjectionDamaged, JournalDamaged, EntryInvalid):
            # One case that can't be read must not hide the others.
            if case:
                raise
    return found


def _counts(
    connection: Connection,
    trust: Trust,
    me: Author,
    space: str,
    said: tuple[Standing, ...],
    silent: Callable[[str], Container[str]],
) -> bool:
    """Whether it is one's own word, or that of somebody by whose word one has the case no longer.

    Who only reads along could otherwise take a case out of the sight of whoever has it.
    """
    if all(row.device in me.devices for row in said):
        return True
    return not Chain(connection, trust, space, silent(space)).has(me.id)


def _handed_to(connection: Connection, trust: Trust, me: Author, space: str) -> str:
    """The name of the one to whom they handed it over last; empty where they did not."""
    last = ""
    for stored in entries_of_kinds(connection, space, (ENTRUSTED,)):
        with suppress(EntryInvalid, ValueError, KeyError, TypeError):
            entry = read(stored)
            if entry.header.device in me.devices and entry.payload is not None:
                author, access = read_entrusted(entry.payload)
                last = author if access == HAS else last
    return next((one.name for one in trust.authors if one.id == last), "")


def handed_over_words(one: HandedOver) -> str:
    """To whom and when, in words, by this machine's calendar."""
    day = day_in_digits(one.at.astimezone().date())
    if not one.to:
        return _("no longer yours since {day}").format(day=day)
    return _("handed over to {name}, {day}").format(name=one.to, day=day)
