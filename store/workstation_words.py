"""The workstations of somebody in words, in the current language."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from guidance.language import _, current_language
from store.bundle.dates import day_words
from store.bundle.visible import one_line

if TYPE_CHECKING:
    from store.cases.waiting import WorkstationShown


def ordinal(number: int) -> str:
    """`second`, as it stands in `workstation_name`."""
    words = (
        _("first"),
        _("second"),
        _("third"),
        _("fourth"),
        _("fifth"),
        _("sixth"),
        _("seventh"),
        _("eighth"),
        _("ninth"),
        _("tenth"),
    )
    return words[number - 1] if number <= len(words) else _("{number}th").format(number=number)


def workstation_name(name: str, number: int, *, own: bool) -> str:
    """Whose workstation, and which: `Åse's second workstation`.

    Args:
        name: of the person.
        number: which of theirs; 0 where it is the only one besides this.
        own: whether it is one's own.
    """
    if not number:
        return _("Your other workstation") if own else one_line(name)
    if own:
        return _("Your {ordinal} workstation").format(ordinal=ordinal(number))
    return _("{name}'s {ordinal} workstation").format(name=one_line(name), ordinal=ordinal(number))


def workstation_words(one: WorkstationShown) -> str:
    """Which of somebody's it is, and how it stands: `second, heard from 28 Nov 2026, 20:05`."""
    if one.workstation.revoked or not one.workstation.recipient:
        how = _("given up")
    elif one.here:
        how = _("this one")
    elif one.heard_at is None:
        how = _("not heard from yet")
    else:
        how = _("heard from {when}").format(when=since_words(one.heard_at))
    return f"{ordinal(one.workstation.number)}, {how}"


def not_approved_words(digits: str) -> tuple[str, ...]:
    """That the workstation before has not let this one count yet, and what is compared there."""
    return (
        _(
            "This workstation is not approved yet, or nothing has come from the former one: there, 'segl workstation "
            "add' with the card of this one ('segl keys card'), then exchange on both."
        ),
        _("What to compare there: {digits}").format(digits=digits),
    )


def given_up_words() -> tuple[str, ...]:
    """What giving a workstation up does, and what it cannot undo."""
    return (
        _("Nothing is sealed to it any more, and what it signs from now on says nothing. What is here of it stays."),
        _(
            "It can't be undone, and it takes nothing back: what is on that machine stays there for whoever has its "
            "passphrase. What it wrote that has not come here yet counts no more."
        ),
    )


def moved_words(one: WorkstationShown) -> str:
    """That everything of a workstation of one's own is here, and what to do where one has moved."""
    name = _("Your other workstation") if one.alone else workstation_name("", one.workstation.number, own=True)
    return _("{name}: everything of it is here.").format(name=name)


def since_words(at: datetime) -> str:
    """A moment by the clock of this machine: `28 Nov 2026, 20:05`."""
    local = at.astimezone()
    time = f"{local.hour:02}.{local.minute:02}" if current_language() == "da" else f"{local.hour:02}:{local.minute:02}"
    between = " kl. " if current_language() == "da" else ", "
    return f"{day_words(local.date(), current_language())}{between}{time}"
