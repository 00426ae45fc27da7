"""The form on which a concern is handed in on paper: mentees do not use the program, staff take the form in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from guidance.concerns import BEHAVIOUR_KINDS, REPORT_KINDS, WARNING_KINDS
from guidance.language import _, current_language
from store.bundle.html import element, page, section
from store.programme.words import concern_label

_LINES: Final = 6
_WIDTH: Final = 76


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPart:
    """One part of the form.

    Attributes:
        boxes: what can be ticked.
        lines: how many lines there are to write on.
    """

    title: str
    words: str = ""
    boxes: tuple[str, ...] = ()
    lines: int = 0


def parts() -> tuple[FormPart, ...]:
    """The form in the current language; whoever is in danger reads first what to do."""
    behaviour = [concern_label(kind) for kind in (*REPORT_KINDS, *BEHAVIOUR_KINDS)]
    warnings = [concern_label(kind) for kind in WARNING_KINDS]
    return (
        FormPart(title=_("In danger?"), words=_("Ring 112 and call for help. Do that first; the form can wait.")),
        FormPart(
            title=_("What happened is not your fault"),
            words=_(
                "Help is to be had. Write as much or as little as you like, or ask a member of staff to write for you. "
                "Your concern is dealt with promptly. It is read by few, and never by the person it is about."
            ),
        ),
        FormPart(title=_("Whom is it about?"), lines=1),
        FormPart(title=_("What is it? Tick what fits."), boxes=(*behaviour, *warnings, concern_label("other"))),
        FormPart(title=_("What happened, and when?"), lines=_LINES),
        FormPart(title=_("Have you blocked the person?"), boxes=(_("yes"), _("no"))),
        FormPart(title=_("Your name (you may leave it out), and how we may reach you"), lines=2),
        FormPart(title=_("For the staff: received on (day and time), by, how"), lines=1),
    )


def title() -> str:
    """The heading of the form."""
    return _("Concern in the mentorship programme")


def as_text(office: str) -> Iterator[str]:
    """The form as lines of plain text.

    Args:
        office: whose programme it is.
    """
    yield title()
    yield office
    for part in parts():
        yield ""
        yield part.title.upper() if part.words else part.title
        yield from _wrapped(part.words)
        yield from (f"  [ ] {box}" for box in part.boxes)
        for _line in range(part.lines):
            yield ""
            yield "_" * _WIDTH


def _wrapped(words: str) -> Iterator[str]:
    import textwrap

    yield from textwrap.wrap(words, _WIDTH)


def as_html(office: str) -> bytes:
    """The form as a page for printing, nothing from outside in it."""
    body = [element("h1", title()), element("p", office)]
    for part in parts():
        inside = [element("p", part.words)] if part.words else []
        if part.boxes:
            inside.append(element("ul", *(element("li", f"☐ {box}") for box in part.boxes)))
        inside += [element("p", "_" * _WIDTH) for _line in range(part.lines)]
        body.append(section(part.title, *inside))
    return page(title=title(), language=current_language(), body=element("div", *body))
