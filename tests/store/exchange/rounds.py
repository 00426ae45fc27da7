"""Rounds with an exchange folder, for tests: vaults of one office and of others, without the price of a passphrase."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from store.casework import Casework
from store.exchange import folder as place
from store.exchange import listing, looking
from store.exchange.folder import Folder
from store.exchange.listing import Memory, Plan, blank
from store.exchange.looking import Found
from store.exchange.port import Direct
from store.exchange.post import Round, exchange
from store.model import OfficeSetUp
from tests.store.circle import card_of, member, trusts, vault_desk
from tests.store.desk import Clock


def round_of(desk: Casework, folder: Path) -> Round:
    """One round: take in, put."""
    return asyncio.run(exchange(Direct(desk), folder))


def look(
    folder: Path,
    desk: Casework,
    *,
    known: Mapping[str, str] | None = None,
    besides: Collection[str] = (),
    plan: Plan | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Found:
    """What is in a folder for one, as if nothing was remembered of it."""
    memory = blank()
    with Folder(folder) as opened:
        return looking.look(
            opened,
            desk.identities(),
            known=desk.exchange_known() if known is None else known,
            memory=memory,
            plan=plan or listing.plan(opened, memory, besides=besides),
            progress=progress,
        )


def planned(folder: Path, memory: Memory | None = None, *, besides: Collection[str] = ()) -> Plan:
    """What of a folder a round looks at."""
    with Folder(folder) as opened:
        return listing.plan(opened, memory or blank(), besides=besides)


def put(folder: Path, name: str, sealed: bytes) -> None:
    """Put a file, as a round does it."""
    with Folder(folder) as opened:
        place.put(opened, name, sealed)


def until_still(desks: list[Casework], folder: Path, *, most: int = 6) -> int:
    """Round after round until nobody has anything to put or to take; gives how many it took."""
    for number in range(most):
        done = [round_of(desk, folder) for desk in desks]
        if not any(one.put or one.came.changed for one in done):
            return number
    raise AssertionError("they never come to rest")


def joined(path: Path, number: int, name: str, administrator: Casework, *, clock: Clock | None = None) -> Casework:
    """A colleague in the office of an administrator, certified there; what certifies them is on its way."""
    desk = vault_desk(path, number, clock=clock)
    card = card_of(administrator)
    desk.join_office(OfficeSetUp(office=card.office, author=name), card.text, compared=card.fingerprint)
    theirs = card_of(desk)
    administrator.trust_card(theirs.text, compared=theirs.fingerprint, colleague=True)
    return desk


def office_of(root: Path, *names: str, clock: Clock | None = None) -> list[Casework]:
    """Colleagues of one office; the first is its administrator."""
    first = member(root / "1", 1, names[0], office="Skolen", clock=clock)
    others = [
        joined(root / f"{number}", number, name, first, clock=clock) for number, name in enumerate(names[1:], start=2)
    ]
    return [first, *others]


__all__ = ["joined", "member", "office_of", "round_of", "trusts", "until_still"]
