"""What erasing does not reach, said before it is done, and what is left to do after it."""

from __future__ import annotations

from collections.abc import Iterator

from guidance.language import _
from store.cases.erasing_model import ErasurePlan
from store.erasing import Emptied


def beyond_reach(plan: ErasurePlan) -> Iterator[str]:
    """A sentence each."""
    yield _("Not reached: bundles that were sent, prints and plain files. Ask whoever has them to destroy them.")
    yield _(
        "Not reached: backups. One from before brings it back where it is restored, until a later backup, or what a "
        "colleague passes on, is taken in. Back up everything anew ('segl backup --whole') and remove the old ones "
        "('segl backup thin')."
    )
    if plan.things or plan.beside:
        yield _("Not reached: concerns that you may not read, here or with colleagues.")
    yield _("Not reached: what a flash disk or a snapshot of the disk remembers. It is encrypted there.")
    if plan.lacking:
        yield _(
            "The disk lacks {size} MiB to write the vault anew: what goes is overwritten where it stands, and the "
            "vault is written anew when it is unlocked and there is room."
        ).format(size=-(-plan.lacking >> 20))
    if plan.followed:
        yield _(
            "Those with whom it is shared erase it when they exchange next, unless it is held there, or written in."
        )
    else:
        yield _(
            "Others keep what they and their colleagues wrote: they erase at your word only what you wrote yourself."
        )


def emptied_words(emptied: Emptied) -> str:
    """What is left to do with the file of the vault; empty where nothing is."""
    if emptied is Emptied.DUE:
        return _(
            "What was erased is overwritten where it stood. The disk has no room to write the vault anew: that is done "
            "when it is unlocked and there is room."
        )
    if emptied is Emptied.UNFINISHED:
        return _("The disk has no room to write the vault anew: it is done when the vault is next unlocked.")
    return ""
