"""The level: what Segl asks about, what it suggests, and why. Deciding is the counsellor's.

Seed 004, the introduction and levels 1 to 4: the victim's reaction says how much help is needed, seen together with
what the image shows. Segl reads that so: the reaction gives the level; the image can lift it by one, and only when
somebody can be recognised or there is revenge or a threat. Nudity alone never sets or lifts it, and the image never
lowers it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from guidance.errors import Diagnostics
from guidance.language import _
from guidance.loader import shipped
from guidance.model import Level, Playbook, Text
from guidance.refusals import Refused


class Reaction(StrEnum):
    """How the person reacts now: the choices of the fact `reaction.seen`."""

    CALM = "calm"
    NEEDS_HELP = "needs-help"
    OUT_OF_CONTROL = "out-of-control"
    VIOLENT = "violent"


class Shows(StrEnum):
    """What the image shows: the choices of the fact `image.shows`."""

    UNDERWEAR = "underwear"
    NAKED_PARTS = "naked-parts"
    NUDE = "nude"
    SEXUAL = "sexual"


_BY_REACTION: Final = {Reaction.CALM: 1, Reaction.NEEDS_HELP: 2, Reaction.OUT_OF_CONTROL: 3, Reaction.VIOLENT: 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A suggestion, never a decision.

    Attributes:
        level: 1 to 4; None as long as nobody has said how the person reacts.
        why: what it rests on.
    """

    level: int | None
    why: Text


class LevelNotDescribed(Refused):
    """The sources speak of this level and do not describe it; nobody can choose it before an office has."""

    code: ClassVar[str] = "level-not-described"

    def __init__(self, number: int, *, none: bool = False) -> None:
        super().__init__(number)
        self.rule = "level-described"
        self.number = number
        self.none = none

    def diagnostics(self) -> Diagnostics:
        """Say which level, and what can be chosen."""
        if self.none:
            return Diagnostics(happened=no_levels(), safe=_("The case keeps the level it has."))
        return Diagnostics(
            happened=_("Level {number} is not described in the source and can't be chosen.").format(number=self.number),
            safe=_("The case keeps the level it has."),
            todo=_("Choose from 1 to 4. An office can describe the fifth level in a playbook of its own."),
        )


def no_levels() -> str:
    """What a person is told where the case follows no playbook with levels."""
    return _(
        "This case follows no playbook with levels. If images or video of the person are shared, record it in the step "
        "that asks what has happened: then the handling model joins."
    )


def levels(playbooks: Iterable[Playbook] | None = None) -> tuple[Level, ...]:
    """The levels, 1 to 5, of the playbooks given or of those that are shipped."""
    found = [level for playbook in (shipped() if playbooks is None else playbooks) for level in playbook.levels]
    return tuple(sorted(found, key=lambda level: level.number))


def check_level(number: int, playbooks: Iterable[Playbook] | None = None) -> Level:
    """May this level be chosen?

    Raises:
        LevelNotDescribed: no playbook describes it.
    """
    for level in levels(playbooks):
        if level.number == number and level.described:
            return level
    raise LevelNotDescribed(number, none=not levels(playbooks))


def suggest(
    reaction: Reaction | None,
    shows: Shows | None = None,
    *,
    recognisable: bool | None = None,
    threats: bool | None = None,
) -> Suggestion:
    """Suggest a level: the reaction first, the image second.

    Args:
        reaction: how the person reacts; without it there is no suggestion, whatever the image shows.
        shows: what the image shows, as far as it is known.
        recognisable: whether the person can be recognised.
        threats: whether there is revenge or a threat.
    """
    if reaction is None:
        return Suggestion(
            level=None, why=Text.of(lambda: _("Ask first how the person reacts. The image does not set the level."))
        )
    base = _BY_REACTION[reaction]
    image = _by_image(shows, recognisable=bool(recognisable), threats=bool(threats))
    if image > base and (recognisable or threats):
        level = base + 1
        return Suggestion(
            level=level,
            why=Text.of(
                lambda: _(
                    "The reaction points to level {base}. Because {image}, Segl suggests level {level}. You decide."
                ).format(base=base, level=level, image=_image_words(threats=bool(threats)))
            ),
        )
    if image > base:
        return Suggestion(
            level=base,
            why=Text.of(
                lambda: _("The reaction points to level {base}. The image alone does not lift it. You decide.").format(
                    base=base
                )
            ),
        )
    return Suggestion(
        level=base, why=Text.of(lambda: _("The reaction points to level {base}. You decide.").format(base=base))
    )


def _by_image(shows: Shows | None, *, recognisable: bool, threats: bool) -> int:
    """The highest level whose description the image is like."""
    if threats or (shows is Shows.SEXUAL and recognisable):
        return 4
    if shows in (Shows.NUDE, Shows.SEXUAL):
        return 3
    return 2 if shows is Shows.NAKED_PARTS else 1


def _image_words(*, threats: bool) -> str:
    return _("there is revenge or a threat") if threats else _("the person can be recognised in a nude image")
