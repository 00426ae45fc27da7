"""Plain words for what the records hold: dates, sizes, roles, states; looked up when drawn, in the language of now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from guidance.errors import Diagnostics, SeglError
from guidance.language import _, current_language, ngettext
from guidance.model import State, Strength
from store.amounts import duration as duration
from store.amounts import size as size
from store.bundle.visible import visible as shown
from store.model import Age, CaseKind, EvidenceKind, Holder, Purpose, Role

if TYPE_CHECKING:
    from store.places import Place


def visible(text: str) -> str:
    """The text with what would steer a terminal shown as signs; line breaks are kept, tabs are spaces."""
    return shown(text).replace("\t", "    ")


def one_line(text: str, limit: int = 400) -> str:
    """The beginning of a text as one visible line; `limit` counts characters."""
    return visible(" ".join(text[: limit * 2].split()))[:limit]


_MOST: Final = 2000
"""Characters of one sentence of an error: a path has as many as whoever made it likes."""


def said_by(error: SeglError) -> Diagnostics:
    """What an error says, made harmless."""
    return harmless(error.diagnostics())


def harmless(words: Diagnostics) -> Diagnostics:
    """What happened, each part one visible line: who named a file writes no line of ours and turns none."""
    happened, safe, todo = (one_line(part, _MOST) for part in (words.happened, words.safe, words.todo))
    return Diagnostics(happened=happened, safe=safe, todo=todo)


def today() -> date:
    """The day it is here."""
    return datetime.now(UTC).astimezone().date()


def day(value: date) -> str:
    """A date as people write it, in the current language."""
    from babel.dates import format_date

    return format_date(value, format="long", locale=_locale())


def short_day(value: date) -> str:
    """A date in few cells."""
    from babel.dates import format_date

    return format_date(value, format="d. MMM y" if current_language() == "da" else "d MMM y", locale=_locale())


def moment(value: datetime) -> str:
    """A time as people write it, in this machine's time zone."""
    from babel.dates import format_date, format_time

    local = value.astimezone()
    shown_day = format_date(local, format="d. MMM y" if current_language() == "da" else "d MMM y", locale=_locale())
    return f"{shown_day} {format_time(local, format='HH:mm', locale=_locale())}"


def _locale() -> str:
    return "da_DK" if current_language() == "da" else "en_GB"


def due(value: date | None, today: date) -> str:
    """When something is due, as one says it aloud; empty where there is no due date."""
    if value is None:
        return ""
    days = (value - today).days
    if days < 0:
        return ngettext("overdue by {days} day", "overdue by {days} days", -days).format(days=-days)
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    return ngettext("in {days} day", "in {days} days", days).format(days=days)


def role(value: Role) -> str:
    """What somebody is in a case."""
    return {
        Role.VICTIM: _("the person violated"),
        Role.OFFENDER: _("offender"),
        Role.PASSIVE_OFFENDER: _("passive offender (shared it on)"),
        Role.PARENTAL_AUTHORITY: _("holder of parental authority"),
        Role.PUPIL: _("pupil"),
        Role.EMPLOYEE: _("employee"),
        Role.MENTOR: _("mentor"),
        Role.MENTEE: _("mentee"),
        Role.WITNESS: _("witness"),
        Role.TEACHER: _("teacher"),
        Role.LEADER: _("leader"),
        Role.RESOURCE_PERSON: _("resource person"),
        Role.POLICE: _("police"),
        Role.OTHER: _("other"),
    }[value]


def age(value: Age) -> str:
    """Whether somebody is a minor."""
    return {Age.MINOR: _("minor (under 18)"), Age.ADULT: _("adult"), Age.UNKNOWN: _("age not known")}[value]


def case_kind(value: CaseKind) -> str:
    """What sort of case it is."""
    return {"school": _("school"), "workplace": _("workplace"), "mentoring": _("mentoring")}[value]


def evidence_kind(value: EvidenceKind) -> str:
    """What sort of thing a piece of evidence is."""
    return {
        EvidenceKind.IMAGE: _("picture"),
        EvidenceKind.VIDEO: _("video"),
        EvidenceKind.MESSAGE: _("message"),
        EvidenceKind.SCREENSHOT: _("screenshot"),
        EvidenceKind.PROFILE: _("profile"),
        EvidenceKind.AUDIO: _("sound"),
        EvidenceKind.DOCUMENT: _("document"),
        EvidenceKind.OTHER: _("something else"),
    }[value]


def holder(value: Holder) -> str:
    """Who has the original."""
    return {
        Holder.VICTIM: _("the person violated"),
        Holder.PARENTS: _("the parents"),
        Holder.PUPIL: _("a pupil"),
        Holder.POLICE: _("the police"),
        Holder.OFFICE: _("the office"),
        Holder.OTHER: _("somebody else"),
        Holder.UNKNOWN: _("not known"),
    }[value]


def purpose(value: Purpose) -> str:
    """For whom a bundle is made."""
    return {
        Purpose.FULL: _("everything (own archive or move)"),
        Purpose.POLICE: _("the police"),
        Purpose.COLLEAGUE: _("a colleague"),
        Purpose.AUTHORITY: _("an authority: the municipality, a court, a lawyer"),
        Purpose.PERSON_CONCERNED: _("the person the case is about"),
        Purpose.STATISTICS: _("statistics only"),
    }[value]


def strength(value: Strength) -> str:
    """How binding a step is, in one short word."""
    return {Strength.MUST: _("must"), Strength.SHOULD: _("should"), Strength.MAY: _("may")}[value]


def state(value: State) -> str:
    """Where a step stands, in a word or two."""
    return {
        State.OPEN: _("to do"),
        State.DUE: _("due today"),
        State.OVERDUE: _("overdue"),
        State.DONE: _("done"),
        State.SET_ASIDE: _("set aside"),
        State.HELD: _("waits"),
        State.NOT_APPLICABLE: _("not for this case"),
    }[value]


def sign(value: State) -> str:
    """The same in one cell, for eyes that run down a list."""
    return {
        State.OPEN: "○",
        State.DUE: "○",
        State.OVERDUE: "!",
        State.DONE: "✓",
        State.SET_ASIDE: "–",
        State.HELD: "‖",
        State.NOT_APPLICABLE: " ",
    }[value]


def state_style(value: State) -> str:
    """The colour of a state; never the only thing that tells it."""
    return {
        State.OVERDUE: "bold $error",
        State.DUE: "bold $warning",
        State.DONE: "$success",
        State.SET_ASIDE: "$text-muted",
        State.HELD: "$text-muted",
        State.NOT_APPLICABLE: "$text-muted",
    }.get(value, "")


def place_warning(places: Iterable[Place]) -> str:
    """What to say of files that lie on a phone, a personal cloud folder or a stick; empty where all is well."""
    from store.places import evidence_warning

    return evidence_warning(places)


MOST_MISSING: Final = 4
"""Missing facts that are named at once: more is not read."""


def missing_facts_words(names: Sequence[str]) -> str:
    """What is missing of a piece of evidence: the first few by name, and how many more."""
    words = ", ".join(missing_fact(name) for name in names[:MOST_MISSING])
    more = len(names) - MOST_MISSING
    if more > 0:
        words = ngettext("{facts}, and {count} more", "{facts}, and {count} more", more).format(facts=words, count=more)
    return _("! Missing: {facts}").format(facts=words)


def missing_fact(name: str) -> str:
    """What AC-2b wants of a piece of evidence, by the name of its field."""
    return {
        "accounts": _("user names"),
        "platform": _("platform"),
        "url": _("address (URL)"),
        "claimed_at": _("when it was posted"),
        "claimed_zone": _("time zone of when it was posted"),
        "found_at": _("when it was found"),
        "found_zone": _("time zone of when it was found"),
        "shows": _("what it shows"),
        "holder": _("who has the original"),
        "holder_name": _("name of who has it"),
        "held_where": _("where the original is"),
        "came_how": _("who found or sent it"),
        "seen_by": _("who has seen it"),
        "kind": _("what it is"),
        "size": _("size"),
        "name": _("name"),
    }.get(name, name)
