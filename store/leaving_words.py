"""What was done when somebody left, and what is left to do, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from guidance.language import _
from store.bundle.visible import one_line
from store.cases.leavers import Leaving


def leaving_lines(left: Leaving) -> Iterator[str]:
    """In the current language."""
    name = one_line(left.author.name)
    words = _("{name} has left: what was known until then stays, and what their keys sign from now on counts no more.")
    yield words.format(name=name)
    if left.handed:
        yield _("Their open cases that somebody else reads too: {cases}.").format(cases=", ".join(left.handed))
    if left.alone:
        yield _("! Only you can read these of theirs; choose who does besides: {cases}.").format(
            cases=", ".join(left.alone)
        )
    words = _(
        "Cases of theirs that are not here are with their stand-ins. What {name} has on their own disk stays there."
    )
    yield words.format(name=name)
    if not left.renewed:
        yield _(
            "! Make a new key of the data, in each vault of a workstation that {name} could use: 'segl vault renew "
            "--because leaver', or v and F7."
        ).format(name=name)
