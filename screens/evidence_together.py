"""Many pieces at once: registered some hundred at a time, and looked up in the cases there are."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from guidance.language import _, ngettext
from screens.words import one_line
from screens.work import CaseWork
from store.evidence.queue_draft import PART
from store.model import EvidenceDraft

if TYPE_CHECKING:
    from store.casework import Casework
    from store.evidence.seen import Seen

Batch = tuple[Sequence[EvidenceDraft], tuple[str, ...]]
"""Pieces, and the keys of the drafts that are done with once they are registered."""


async def register_together(
    screen: CaseWork[Any], case_id: str, batches: Iterable[Batch]
) -> AsyncGenerator[Batch, None]:
    """Register batch after batch, each all of it or nothing; gives each once it is registered.

    A lock meanwhile waits for all of it, under a cover, until the generator is closed (`aclosing`). A person is asked
    once whether civil registration numbers must be there (CM-2b); while the question stands, nothing waits for it.
    """
    from store.casework import Casework
    from store.cpr import CprNoticed

    allowed = False
    with ExitStack() as counted:
        counted.enter_context(screen.client.at_work())
        for pieces, keys in batches:
            if not allowed:
                try:
                    await screen.client.do(Casework.register_pieces, case_id, pieces, drop=keys)
                except CprNoticed as noticed:
                    counted.close()
                    if not await screen.cpr_must_be_there(noticed):
                        raise
                    counted.enter_context(screen.client.at_work())
                    allowed = True
            if allowed:
                await screen.client.do(_register_anyhow, case_id, pieces, keys)
            yield pieces, keys


def _register_anyhow(casework: Casework, case_id: str, pieces: Sequence[EvidenceDraft], keys: tuple[str, ...]) -> None:
    with casework.allowing_cpr():
        casework.register_pieces(case_id, pieces, drop=keys)


async def many_seen_words(screen: CaseWork[Any], digests: Iterable[str]) -> str:
    """How many of these were registered before, in words; empty where none was."""
    from store.casework import Casework

    wanted = list(dict.fromkeys(digests))
    count = 0
    # In parts, so that nothing else waits for the vault meanwhile.
    for at in range(0, len(wanted), PART):
        count += len(await screen.do(Casework.seen_before, wanted[at : at + PART], most=1))
    if not count:
        return ""
    return ngettext(
        "! {count} of them was registered before. 'Check files' says where.",
        "! {count} of them were registered before. 'Check files' says where.",
        count,
    ).format(count=count)


def seen_words(seen: Iterable[Seen]) -> str:
    """Where exactly the same was registered before; empty where nowhere."""
    places = "; ".join(
        _("{case} E{number} {name}").format(case=one.reference, number=one.number, name=one_line(one.name, 30)).rstrip()
        for one in seen
    )
    return _("! Registered before: {places}").format(places=places) if places else ""
