"""Words for the ids of a programme, in the current language, for screens and the command line alike."""

from __future__ import annotations

from datetime import date

from guidance.concerns import kind as concern_kind
from guidance.duration import Duration
from guidance.language import _, day_in_digits, ngettext
from guidance.mentoring import Ground, Opinion, Part, Status, Verified
from store.programme.concern_model import Blocked, CameHow
from store.programme.model import Duty, DutyKind, Exported
from store.programme.people_model import Participant


def part_label(part: Part) -> str:
    """Mentor or mentee."""
    return {Part.MENTOR: _("mentor"), Part.MENTEE: _("mentee")}[part]


def parts_label(participant: Participant) -> str:
    """What somebody is in the programme."""
    return ", ".join(part_label(part) for part in participant.parts)


def standing_label(participant: Participant) -> str:
    """Where somebody stands."""
    if participant.status is Status.SUSPENDED:
        return _("suspended")
    if participant.status is Status.ENDED:
        return _("takes part no longer")
    if Part.MENTOR not in participant.parts:
        return _("takes part")
    return _("accepted") if participant.accepted else _("not accepted yet")


def state_label(state: str) -> str:
    """A change of somebody's part."""
    return {
        "accepted": _("accepted as a mentor"),
        "suspended": _("suspended"),
        "resumed": _("suspension lifted"),
        "ended": _("ended"),
    }.get(state, state)


def verified_label(what: Verified) -> str:
    """A part of the professional background."""
    return {Verified.EDUCATION: _("Education"), Verified.WORK_HISTORY: _("Work history")}[what]


def opinion_label(opinion: Opinion) -> str:
    """What a reference said, in a word or two."""
    return {
        Opinion.RECOMMENDS: _("recommends"),
        Opinion.RESERVATIONS: _("with reservations"),
        Opinion.ADVISES_AGAINST: _("advises against"),
    }[opinion]


def ground_label(ground: Ground) -> str:
    """For what a recording is looked at."""
    return {Ground.REVIEW: _("a review"), Ground.DISPUTE: _("a dispute")}[ground]


def link_words() -> str:
    """What it does to say that somebody is a colleague, whether there is a concern or not."""
    return _(
        "A colleague who is named for this person is shown no concern about them, also once the name is taken away: "
        "only another reader of the concern can say that it was wrong."
    )


def came_how_label(how: CameHow) -> str:
    """How a concern came in."""
    return {
        CameHow.FORM: _("on a printed form"),
        CameHow.TALK: _("in a talk"),
        CameHow.MESSAGE: _("in a message"),
    }[how]


def blocked_label(blocked: Blocked) -> str:
    """Whether the person reported is blocked."""
    return {Blocked.YES: _("yes"), Blocked.NO: _("no"), Blocked.UNKNOWN: _("not known")}[blocked]


def concern_label(kind: str) -> str:
    """A kind of concern."""
    found = concern_kind(kind)
    return found.label.local() if found else kind


def duty_label(kind: DutyKind) -> str:
    """What is to be done."""
    return {
        DutyKind.CONCERN: _("Deal with a concern"),
        DutyKind.END_MENTORING: _("End the mentoring"),
        DutyKind.REMOVE_RECORDING: _("Remove a recording: a consent was withdrawn"),
        DutyKind.CHECK_IN: _("Check in"),
        DutyKind.CRIMINAL_RECORD: _("Renew the criminal record check"),
        DutyKind.POLICY_REVIEW: _("Look at the policy again"),
        DutyKind.LOOK_AT: _("Look at whether it is still to be kept"),
    }[kind]


def duty_line(duty: Duty) -> str:
    """What is to be done, with whom."""
    return f"{duty_label(duty.kind)}: {duty.who}"


def left_line(left: Exported) -> str:
    """That something left the programme: what, by whom and why."""
    count = len(left.sessions)
    shared = ngettext("what was shared in {count} session", "what was shared in {count} sessions", count)
    if not left.name:
        what = _("Taken out: {what}").format(what=shared.format(count=count))
    elif count:
        what = _("Written to {name}, with {what}").format(name=left.name, what=shared.format(count=count))
    else:
        what = _("Written to {name}").format(name=left.name)
    why = f": {left.reason}" if left.reason else ""
    return f"{what} ({left.by}){why}"


def record_check_line(on: bool) -> str:
    """Whether the criminal record check belongs to the vetting, said aloud."""
    if on:
        return _("Criminal record check: on. No mentor is accepted without it.")
    return _("Criminal record check: OFF in this programme.")


def days_line(renew_on: date) -> str:
    """Until when a record holds."""
    return _("to be renewed by {day}").format(day=day_in_digits(renew_on))


def field_label(field: str) -> str:
    """What a field of an entry is called, where somebody is asked about what stands in it."""
    return {
        "name": _("the name"),
        "contact": _("how the person is reached"),
        "about": _("about the person"),
        "how": _("how it was done"),
        "said": _("what the reference said"),
        "relation": _("the relation"),
        "by": _("who did it"),
        "motivation": _("the interview"),
        "role": _("the interview"),
        "safety": _("the interview"),
        "goals": _("the goals"),
        "platform": _("the platform"),
        "text": _("the text"),
        "place": _("where the recording lies"),
        "holder": _("who holds the recording"),
        "title": _("the title"),
        "what": _("what happened"),
        "about-name": _("whom it is about"),
        "reason": _("the reason"),
    }.get(field, field)


def length_words(text: str) -> str:
    """An ISO 8601 duration in words, as far as there are plain ones."""
    found = Duration.parse(text)
    if found.hours or (found.months and found.days):
        return text
    if found.months:
        return ngettext("{count} month", "{count} months", found.months).format(count=found.months)
    return ngettext("{count} day", "{count} days", found.days).format(count=found.days)
