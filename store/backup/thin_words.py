"""What stays and what goes when old chains are removed, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from guidance.language import _, ngettext
from store.backup.thinning import Lying, Thinned, ThinPlan

_MIB = 1024 * 1024


def plan_words(plan: ThinPlan) -> Iterator[str]:
    """What stays and why, what goes, and what that does not reach; a line each."""
    yield _("This stays:")
    for one in plan.stays:
        yield f"  {chain_words(one)}"
        yield f"    {_why(one)}"
    if plan.copies:
        words = ngettext(
            "{count} copy of the closed vault, which is never removed here",
            "{count} copies of the closed vault, which are never removed here",
            plan.copies,
        )
        yield f"  {words.format(count=plan.copies)}"
    if plan.newest is None:
        yield _(
            "Nothing can be removed: no chain here is known to be good. Make a new one: 'segl backup --whole'; on the "
            "screen F6."
        )
        return
    if plan.begun:
        yield _("This was begun to be removed before, and is removed to the end:")
        yield from (f"  {name}" for name in plan.begun)
    if plan.goes:
        yield _("This goes, for good:")
        yield from (f"  {chain_words(one)}" for one in plan.goes)
        yield _("All of it is in the chain that stays, or was erased since.")
    if not plan.something:
        yield _("There is nothing to remove.")
    yield from _erased(plan)
    yield _(
        "Not reached: backups in other folders, and what a stick or a solid-state disk remembers of what was deleted. "
        "It is encrypted there."
    )


def _erased(plan: ThinPlan) -> Iterator[str]:
    """An old backup holds what was erased since: a reason to remove it, and what removing it leaves."""
    going = [one.erased for one in plan.goes if one.erased]
    if going:
        yield ngettext(
            "Among what goes is what was erased in the vault since. That is a reason to remove this chain: whoever "
            "restores it has that again.",
            "Among what goes is what was erased in the vault since. That is a reason to remove these chains: whoever "
            "restores one has that again.",
            len(going),
        )
    if plan.newest is not None and plan.newest.erased:
        yield _(
            "The chain that stays holds in its older files what was erased since. That leaves this folder when you "
            "back up everything anew ('segl backup --whole'; on the screen F6) and remove the old chains then."
        )


def chain_words(one: Lying) -> str:
    """A chain on one line: its name, its days, how large it is, and whether it holds what was erased."""
    parts = [one.path.name]
    if one.first_at is not None and one.last_at is not None:
        first, last = one.first_at.date().isoformat(), one.last_at.date().isoformat()
        parts.append(first if first == last else _("{first} to {last}").format(first=first, last=last))
    parts.append(ngettext("{count} file", "{count} files", one.files).format(count=one.files))
    parts.append(size_words(one.size))
    if one.erased:
        parts.append(
            ngettext("holds {count} entry erased since", "holds {count} entries erased since", one.erased).format(
                count=one.erased
            )
        )
    return ", ".join(parts)


def size_words(size: int) -> str:
    """Bytes as a person reads them, in KiB or MiB."""
    if size < _MIB:
        return _("{size} KiB").format(size=-(-size // 1024))
    return _("{size} MiB").format(size=-(-size // _MIB))


def _why(one: Lying) -> str:
    names = ", ".join(one.names)
    return {
        "newest": _("it was just tried: it restores, and all of it verifies"),
        "kept": _("so many were to stay"),
        "torn": _("what is in files that can't be read is not known: {names}"),
        "locked": _("it opens with another key only, so what is in it is not known"),
        "nothing": _("no file of it counts"),
        "strangers": _("files that no backup put there: {names}"),
        "more": _("it holds something that the chain which was tried does not"),
        "damaged": _("it does not restore whole, and is all the same kept"),
        "slots": _(
            "what opens it with your passphrase of now is not with it; the next backup puts it beside the chain that "
            "it goes on with"
        ),
        "begun-more": _(
            "its removal was begun, and it holds something that the chain which was tried does not: take the dot and "
            "'.removing' off its name, and look again"
        ),
    }[one.why].format(names=names)


def thinned_words(done: Thinned) -> Iterator[str]:
    """What came of it, a sentence each."""
    if done.stopped:
        yield _("Stopped. What is not named here is whole.")
    if done.removed:
        yield ngettext(
            "{count} chain is removed, {size}: {names}",
            "{count} chains are removed, {size}: {names}",
            len(done.removed),
        ).format(count=len(done.removed), size=size_words(done.size), names=", ".join(done.removed))
    else:
        yield _("Nothing was removed.")
    if done.strangers:
        yield _("Left where it was, no backup put it there: {names}").format(names=", ".join(done.strangers))
