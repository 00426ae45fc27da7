"""What erasing does not reach, said before it is done."""

from __future__ import annotations

from collections.abc import Iterator

from guidance.language import _
from store.cases.erasing_model import ErasurePlan


def beyond_reach(plan: ErasurePlan) -> Iterator[str]:
    """A sentence each."""
    yield _("Not reached: bundles that were sent, prints and plain files. Ask whoever has them to destroy them.")
    yield _(
        "Not reached: backups. One from before brings it back where it is restored, until a later backup, or what a "
        "colleague passes on, is taken in. Make a new backup, and destroy the old ones."
    )
    if plan.things or plan.beside:
        yield _("Not reached: concerns that you may not read, here or with colleagues.")
    yield _("Not reached: what a flash disk or a snapshot of the disk remembers. It is encrypted there.")
    if plan.followed:
        yield _(
            "Those with whom it is shared erase it when they exchange next, unless it is held there, or written in."
        )
    else:
        yield _(
            "Others keep what they and their colleagues wrote: they erase at your word only what you wrote yourself."
        )
