"""One round with an exchange folder: taking in what is there for oneself, then putting what others lack.

The same steps for the command line and for screens: what needs the vault goes through `Port.do`, to the thread that
owns it, in pieces; reading, verifying, sealing and writing go through `Port.aside` and keep nobody waiting.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _, ngettext
from store.errors import DiskFailed, DiskFull
from store.exchange import folder as place
from store.exchange import listing, looking
from store.exchange.folder import Folder
from store.exchange.ledger import Sent
from store.exchange.listing import Plan
from store.exchange.port import Port
from store.exchange.rounds import Came, cards_wanted, check

if TYPE_CHECKING:
    from store.casework import Casework

T = TypeVar("T")
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
_TOGETHER: Final = 1000
"""Rows that the vault is asked to write at a time."""


class NotPut(SeglError):
    """What was there is taken in, and what the others lack could not be written.

    Attributes:
        why: what the disk said.
        came: what was taken in.
    """

    code: ClassVar[str] = "exchange-not-put"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, why: DiskFull | DiskFailed, came: Came) -> None:
        super().__init__(why)
        self.why = why
        self.came = came

    def diagnostics(self) -> Diagnostics:
        """Say what came, too: it is said once."""
        came = self.came.words() if self.came.changed else (_("Nothing new came in."), *self.came.words())
        return Diagnostics(
            happened=_("It can't be written here. {why}").format(why=self.why.diagnostics().happened),
            safe=_("What came is taken in. {came} What the others lack waits in the vault.").format(
                came=" ".join(came)
            ),
            todo=_(
                "Take the write protection off, make room, or take another stick or folder, and exchange once more: "
                "nothing comes twice."
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What a round did.

    Attributes:
        came: what was taken in.
        put: how many envelopes were written, and for how many people.
        people: to how many.
        entries: how many entries are in them.
        cleaned: how many own envelopes that are of no more use went.
        foreign: sealed files for others.
        damaged: sealed files that are cut short or changed.
        passed_over: files that are too large, or beyond the number that is looked at.
        beyond: how many of these are beyond that number; the next round looks at others.
    """

    came: Came = field(default_factory=Came)
    put: int = 0
    people: int = 0
    entries: int = 0
    cleaned: int = 0
    foreign: int = 0
    damaged: int = 0
    passed_over: int = 0
    beyond: int = 0

    def words(self) -> tuple[str, ...]:
        """In sentences, in the current language."""
        said = list(self.came.words())
        if not self.came.changed:
            said.append(_("Nothing new came in."))
        if self.put and not self.entries:
            said.append(
                _("Word of what has come was put for {people}.").format(
                    people=ngettext("{count} person", "{count} people", self.people).format(count=self.people)
                )
            )
        elif self.put:
            said.append(
                ngettext(
                    "{count} envelope put, for {people}, with {entries}.",
                    "{count} envelopes put, for {people}, with {entries}.",
                    self.put,
                ).format(
                    count=self.put,
                    people=ngettext("{count} person", "{count} people", self.people).format(count=self.people),
                    entries=ngettext("{count} entry", "{count} entries", self.entries).format(count=self.entries),
                )
            )
        if self.damaged:
            said.append(
                ngettext(
                    "{count} file could not be read: cut short, changed, or still on its way. It was left alone.",
                    "{count} files could not be read: cut short, changed, or still on their way. They were left alone.",
                    self.damaged,
                ).format(count=self.damaged)
            )
        if self.passed_over:
            said.append(
                _("Files that are too large or too many and were not looked at: {count}.").format(
                    count=self.passed_over
                )
            )
        if self.beyond:
            said.append(_("Exchange once more: each round looks at others of them."))
        return tuple(said)


async def exchange(
    port: Port, folder: Path, *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Round:
    """Take in and put once.

    Args:
        port: the way to the vault.
        folder: where envelopes lie.
        progress: called with (done, of how many); of how many is 0 where it is not known.
        cancelled: asked between files; what was done so far stays done, and nothing is lost.

    Raises:
        FolderMissing: there is no such folder.
        DiskGone, DiskFailed: it can't be read; the vault has what was taken in until then.
        NotPut: it can't be written; the vault has all that was there.
    """
    async with _opened(port, folder) as opened:
        took = await _take(port, opened, progress, cancelled)
        try:
            gave = await _give(port, opened, False, progress, cancelled)
        except (DiskFull, DiskFailed) as why:
            raise NotPut(why, took.came) from None
    return replace(took, put=gave.put, people=gave.people, entries=gave.entries, cleaned=gave.cleaned)


async def take(
    port: Port, folder: Path, *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Round:
    """Take in what lies there for this vault; what is opened is held in parts, and each is let go of before the next.

    It is gone through again while that may bring more: where somebody counts from now on, or where what came in one
    part is what another waited for.
    """
    async with _opened(port, folder) as opened:
        return await _take(port, opened, progress, cancelled)


@asynccontextmanager
async def _opened(port: Port, path: Path) -> AsyncIterator[Folder]:
    with await port.aside(Folder, path) as folder:
        yield folder


async def _take(port: Port, folder: Folder, progress: Progress | None, cancelled: Cancelled | None) -> Round:
    from store.casework import Casework

    came = Came()
    while True:
        known = await port.do(Casework.exchange_known)
        took, parts = await _take_once(port, folder, known, progress=progress, cancelled=cancelled)
        came = came.only_new().and_then(took.came)
        again = await port.do(Casework.exchange_known) != known or (parts > 1 and took.came.changed)
        if not again or (cancelled is not None and cancelled()):
            return replace(took, came=came)


async def _take_once(
    port: Port,
    folder: Folder,
    known: Mapping[str, str],
    *,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> tuple[Round, int]:
    """Go through the folder, and in how many parts it was."""
    from store.casework import Casework

    identities = await port.do(Casework.identities)
    own = frozenset(name for name, _digest in await port.do(Casework.exchange_names))
    revoked = await port.do(Casework.exchange_revoked)
    memory = await port.do(Casework.exchange_memory, folder.path, {**known, **revoked})
    plan: Plan | None = await port.aside(listing.plan, folder, memory, besides=own)
    assert plan is not None
    await _in_pieces(port, Casework.exchange_forget_looked, memory.folder, plan.gone)
    done = Round()
    parts = 0
    while plan is not None:
        found = await port.aside(
            looking.look,
            folder,
            identities,
            known=known,
            revoked=revoked.keys(),
            memory=memory,
            plan=plan,
            progress=progress,
            cancelled=cancelled,
        )
        came = Came(cards_wanted=cards_wanted(found.strangers), more_cards=found.more_strangers, revoked=found.revoked)
        if found.envelopes:
            here = await port.do(Casework.exchange_here, found.envelopes)
            checked = await port.aside(check, found.envelopes, here, cancelled=cancelled)
            came = came.and_then(await port.do(Casework.exchange_take, checked))
            del checked
        await _in_pieces(port, Casework.exchange_remember_looked, memory.folder, tuple(found.looked.items()))
        if found.turns:
            await port.do(Casework.exchange_remember_turns, memory.folder, found.turns)
        done = Round(
            came=done.came.and_then(came),
            foreign=done.foreign + found.foreign,
            damaged=done.damaged + found.damaged,
            passed_over=done.passed_over + found.passed_over,
            beyond=done.beyond + found.beyond,
        )
        parts += 1
        plan = found.rest
        del found
    return done, parts


async def _in_pieces(
    port: Port, method: Callable[[Casework, bytes, Sequence[T]], None], folder: bytes, rows: Sequence[T]
) -> None:
    """Other work of the vault comes in between."""
    for start in range(0, len(rows), _TOGETHER):
        await port.do(method, folder, rows[start : start + _TOGETHER])


async def give(
    port: Port,
    folder: Path,
    *,
    colleagues: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Round:
    """Put what others lack, and take away own envelopes that are of no more use.

    Args:
        port: the way to the vault.
        folder: where envelopes lie.
        colleagues: for people of one's own office only: nobody of elsewhere comes to fetch it on this workstation.
        progress: called with (done, 0).
        cancelled: asked between envelopes.
    """
    async with _opened(port, folder) as opened:
        return await _give(port, opened, colleagues, progress, cancelled)


async def _give(
    port: Port, folder: Folder, colleagues: bool, progress: Progress | None, cancelled: Cancelled | None
) -> Round:
    from store.casework import Casework

    while await port.do(Casework.write_status):
        # In pieces: other work comes in between.
        pass
    names = await port.do(Casework.exchange_names)
    present = set(await port.aside(place.present, folder, names))
    # What a full disk or a stick that was pulled out left of one's own.
    await port.aside(place.clear, folder, [name for name, _digest in names if name not in present])
    cleaned = await _clean(port, folder, present)
    put = entries = 0
    people = set()
    for device in await port.do(Casework.exchange_recipients, colleagues=colleagues):
        while cancelled is None or not cancelled():
            letter = await port.do(Casework.exchange_next, device, frozenset(present))
            if letter is None:
                break
            sealed = await port.aside(place.seal, letter.text, letter.recipient)
            name = place.new_name()
            await port.do(
                Casework.exchange_record,
                Sent(
                    name=name,
                    author=letter.author,
                    device=letter.device,
                    number=letter.number,
                    digest=hashlib.sha256(sealed).hexdigest(),
                    base=letter.base,
                    heads=letter.heads,
                    have=letter.have,
                    entries=letter.entries,
                ),
            )
            await port.aside(place.put, folder, name, sealed)
            present.add(name)
            cleaned += await _take_away(port, folder, letter.replaces, present)
            put, entries = put + 1, entries + letter.entries
            people.add(letter.author)
            if progress is not None:
                progress(put, 0)
    cleaned += await _clean(port, folder, present)
    return Round(put=put, people=len(people), entries=entries, cleaned=cleaned)


async def _clean(port: Port, folder: Folder, present: set[str]) -> int:
    from store.casework import Casework

    return await _take_away(port, folder, await port.do(Casework.exchange_done, frozenset(present)), present)


async def _take_away(port: Port, folder: Folder, names: tuple[str, ...], present: set[str]) -> int:
    from store.casework import Casework

    if not names:
        return 0
    gone = await port.aside(place.clear, folder, names)
    await port.do(Casework.exchange_gone, gone)
    present -= gone
    return len(gone)
