"""`segl exchange`: put and take in once, in a folder or between the vaults of this workstation; and what waits."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.language import _
from store.workstation_words import moved_words, not_approved_words
from tui.cli.answer import Answer, Json
from tui.cli.plain import one_line
from tui.cli.progress import Progress
from tui.cli.records import moment
from tui.cli.session import Session
from tui.cli.signals import cancellation

if TYPE_CHECKING:
    from store.cases.waiting import WorkstationShown
    from store.exchange.post import Round


def exchange(session: Session, options: argparse.Namespace) -> Answer:
    """One round."""
    from store.exchange.port import Direct
    from store.exchange.post import exchange as one_round

    casework = session.casework()
    folder = Path(options.folder) if options.folder is not None else session.home().prepare_exchange()
    progress = Progress()
    try:
        with cancellation() as cancelled:
            done = asyncio.run(
                one_round(
                    Direct(casework),
                    folder,
                    progress=lambda count, total: progress.show(_("The exchange folder"), count, total),
                    cancelled=cancelled,
                )
            )
    finally:
        progress.clear()
    waits, waiting = _waiting(session)
    moved = casework.moved_from()
    document: dict[str, Json] = {**_round(done), **waits, "moved_from": [one.workstation.device for one in moved]}
    answer = Answer(document=document, lines=(*done.words(), *waiting, *_moved(moved)))
    casework.moving_was_asked()
    return answer


def _moved(found: tuple[WorkstationShown, ...]) -> Iterator[str]:
    """Once, when everything of another workstation of one's own has come: whether one has moved here."""
    for one in found:
        yield moved_words(one)
        yield _("  If you have moved here, give it up: 'segl workstation revoke {which}'.").format(
            which=one.workstation.device[:8]
        )
        yield _("  If you use both, there is nothing to do.")


def status(session: Session, options: argparse.Namespace) -> Answer:
    """What waits for whom, and whose card is lacking."""
    document, lines = _waiting(session)
    return Answer(document=document, lines=lines)


def _round(done: Round) -> dict[str, Json]:
    came = done.came
    return {
        "came": [
            {
                "kind": one.kind.value,
                "case": one.reference or None,
                "fresh": one.fresh,
                "entries": one.entries,
                "from": list(one.senders),
                "own": one.own,
                "conflicts": one.conflicts,
            }
            for one in came.spaces
        ],
        "cards_wanted": [
            {
                "fingerprint": one.fingerprint,
                "name": one.card.name if one.card else None,
                "card": one.card.text if one.card else None,
            }
            for one in came.cards_wanted
        ],
        "more_cards": came.more_cards,
        "waiting": came.waiting,
        "refused": came.refused,
        "revoked": came.revoked,
        "put": done.put,
        "people": done.people,
        "entries": done.entries,
        "cleaned": done.cleaned,
        "foreign": done.foreign,
        "damaged": done.damaged,
        "passed_over": done.passed_over,
        "beyond": done.beyond,
        "words": list(done.words()),
    }


def _waiting(session: Session) -> tuple[dict[str, Json], tuple[str, ...]]:
    from store.exchange.rounds import no_card_words, waits_words

    casework = session.casework()
    waits, lacking = casework.exchange_waits(), casework.without_card()
    document: dict[str, Json] = {
        "waits": [
            {
                "author": one.author,
                "name": one.name,
                "workstation": one.number or None,
                "heard_at": moment(one.since),
                "case": one.case or None,
                "unsent": one.unsent,
                "unread": one.unread,
            }
            for one in waits
        ],
        "without_card": [
            {"case": one.case, "name": one.name, "stand_in": one.stand_in, "author": one.author or None}
            for one in lacking
        ],
    }
    digits = casework.not_approved()
    document["not_approved"] = digits or None
    lines = [*map(waits_words, waits), *map(no_card_words, lacking)] or [_("Nothing waits to be passed on.")]
    lines += not_approved_words(digits) if digits else ()
    return document, tuple(map(one_line, lines))
