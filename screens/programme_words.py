"""The records of a programme in words: one line each for the lists, and all of it for the detail beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from textual.content import Content

from guidance.concerns import outcome_words
from guidance.language import _, ngettext
from guidance.mentoring import Missing, Part, Status, missing_words
from screens import words
from screens.widgets.lines import fit
from store.programme.concern_model import Concern
from store.programme.model import Duty, Policy, Programme
from store.programme.people_model import Mentoring, Participant
from store.programme.session_model import Recording, Session
from store.programme.words import (
    blocked_label,
    came_how_label,
    concern_label,
    duty_label,
    ground_label,
    opinion_label,
    part_label,
    parts_label,
    record_check_line,
    standing_label,
    state_label,
)

Piece = Content | tuple[str, str] | str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One line of the vetting's checklist.

    Attributes:
        id: `education`, `work-history`, `reference`, `interview` or `criminal-record`.
        reference: which reference; empty for a new one and for everything else.
        title: what is to be done.
        told: what was done.
        lacking: what of it is missing, in words.
        off: it does not belong to the vetting of this programme.
    """

    id: str
    title: str
    told: str
    lacking: str
    reference: str = ""
    off: bool = False


def text(value: str, limit: int = 400) -> str:
    """Text of a person on one line."""
    return words.one_line(value, limit)


def standing(programme: Programme) -> Content:
    """How many take part, what is overdue, and whether the criminal record check is on."""
    mentors = sum(one.accepted and one.status is Status.ACTIVE for one in programme.participants)
    mentees = sum(Part.MENTEE in one.parts and one.status is Status.ACTIVE for one in programme.participants)
    late = sum(duty.overdue for duty in programme.duties)
    parts: list[Piece] = [
        ngettext("{count} mentor", "{count} mentors", mentors).format(count=mentors),
        " · ",
        ngettext("{count} mentee", "{count} mentees", mentees).format(count=mentees),
    ]
    if late:
        parts.append((" · ! " + ngettext("{count} overdue", "{count} overdue", late).format(count=late), "bold $error"))
    return Content.assemble(*parts)


def record_check(programme: Programme) -> Content:
    """Whether the criminal record check is on, never to be overlooked."""
    on = programme.settings.criminal_record
    return Content.styled(record_check_line(on), "$text-muted" if on else "bold $warning")


def duty_row(duty: Duty, width: int, today: date) -> Content:
    """What, with whom, by when."""
    when = words.due(duty.due_on, today)
    room = max(width - 24, 10)
    what = f"{duty_label(duty.kind)}: {text(duty.who, 80)}"
    style = "bold $error" if duty.overdue else "bold $warning" if duty.due_on == today else "$text-muted"
    return Content.assemble(("! " if duty.overdue else "  ", "bold $error"), fit(what, room), " ", (when, style))


def duty_detail(duty: Duty) -> Content:
    """The same in whole."""
    return Content.assemble(
        (duty_label(duty.kind), "bold"), "\n", text(duty.who), "\n", (words.day(duty.due_on), "$text-muted")
    )


def person_row(person: Participant, width: int) -> Content:
    """Name, what they are, where they stand."""
    room = max(width - 46, 12)
    stands = standing_label(person)
    style = {Status.SUSPENDED: "bold $error", Status.ENDED: "$text-muted"}.get(person.status, "")
    if not style and person.missing:
        style = "$warning"
    return Content.assemble(
        fit(text(person.name, 80), room), " ", fit(parts_label(person), 16), " ", fit(Content.styled(stands, style), 28)
    )


def person_detail(person: Participant) -> Content:
    """What is missing, what comes next, what changed."""
    lines: list[Content] = [Content.assemble((text(person.name), "bold"), f"  {parts_label(person)}")]
    if person.missing:
        lacking = ", ".join(missing_words(one) for one in person.missing)
        lines.append(Content.styled(_("Missing: {what}").format(what=lacking), "bold $warning"))
    if person.next_check_in:
        lines.append(Content(_("Next check-in: {day}").format(day=words.day(person.next_check_in))))
    for held in person.check_ins[:3]:
        well = _("goes well") if held.goes_well and held.guidelines else _("needs attention")
        lines.append(Content(f"{words.short_day(held.on)}  {_('Check-in')}: {well}  {text(held.text)}"))
    lines += [
        Content.assemble(
            (f"{words.moment(one.at)}  ", "$text-muted"),
            f"{state_label(one.state)}, {text(one.by, 40)}  ",
            text(one.reason),
        )
        for one in reversed(person.changes)
    ]
    if person.contact:
        lines.append(Content(text(person.contact)))
    if person.about:
        lines.append(Content(words.visible(person.about)))
    return Content("\n").join(lines)


def check_rows(person: Participant, *, asked: bool) -> list[CheckRow]:
    """The checklist of a mentor's vetting, in the order in which it is done."""
    lacking = set(person.missing)
    rows = []
    for what in ("education", "work-history"):
        done = next((one for one in person.verifications if one.what.value == what), None)
        told = ""
        if done:
            said = _("confirmed") if done.confirmed else _("NOT confirmed")
            told = f"{said}, {words.short_day(done.on)}, {text(done.how)}"
        rows.append(_row(what, told, lacking & {Missing(what)}))
    for one in person.references:
        told = _("not contacted yet")
        if one.contacted_on and one.opinion:
            told = f"{opinion_label(one.opinion)}, {words.short_day(one.contacted_on)}, {text(one.by, 40)}"
        waits = {Missing.REFERENCE_CONTACT} if one.contacted_on is None else set()
        rows.append(_row("reference", f"{text(one.name, 60)}: {told}", waits, reference=one.id))
    if not person.references:
        rows.append(_row("reference", "", lacking & {Missing.REFERENCE}))
    held = person.interview
    told = f"{words.short_day(held.on)}, {text(held.by, 40)}" if held else ""
    about_interview = {Missing.INTERVIEW, Missing.MOTIVATION, Missing.ROLE, Missing.SAFETY}
    rows.append(_row("interview", told, lacking & about_interview))
    record = person.criminal_record
    told = _("renew by {day}").format(day=words.short_day(record.renew_on)) if record else ""
    about_record = {Missing.CRIMINAL_RECORD, Missing.CRIMINAL_RECORD_RENEWAL}
    row = _row("criminal-record", told, lacking & about_record, off=not asked)
    return [*rows, row]


def _row(id: str, told: str, lacking: Iterable[Missing], *, reference: str = "", off: bool = False) -> CheckRow:
    title = {
        "education": _("Education"),
        "work-history": _("Work history"),
        "reference": _("Reference"),
        "interview": _("Interview"),
        "criminal-record": _("Criminal record check"),
    }[id]
    missing = ", ".join(missing_words(one) for one in Missing if one in set(lacking))
    return CheckRow(id=id, title=title, told=told, lacking=missing, reference=reference, off=off)


def check_row(row: CheckRow, width: int) -> Content:
    """Done, missing, or switched off."""
    sign, style = ("!", "bold $warning") if row.lacking else ("✓", "$success")
    told: Piece = row.told
    if row.lacking:
        told = (_("missing: {what}").format(what=row.lacking) + (f"  ({row.told})" if row.told else ""), "$warning")
    elif row.off:
        sign, style = "–", "$text-muted"
        told = (row.told or _("switched OFF in this programme"), "$text-muted")
    return Content.assemble((f"{sign} ", style), fit(row.title, 24), fit(Content.assemble(told), max(width - 26, 10)))


def check_detail(row: CheckRow) -> Content:
    """One line of the checklist in whole."""
    lines = [Content.styled(row.title, "bold")]
    if row.lacking:
        lines.append(Content.styled(_("Missing: {what}").format(what=row.lacking), "bold $warning"))
    if row.told:
        lines.append(Content(row.told))
    if row.off:
        lines.append(Content.styled(_("Switched OFF in this programme: nobody is asked for it."), "$text-muted"))
    return Content("\n").join(lines)


def pair_row(pair: Mentoring, width: int) -> Content:
    """Who, since when, whether it has to end."""
    state, style = _("since {day}").format(day=words.short_day(pair.began_on)), "$text-muted"
    if pair.ended_on:
        state = _("ended {day}").format(day=words.short_day(pair.ended_on))
    elif pair.to_end:
        state, style = "! " + _("has to end"), "bold $error"
    room = max(width - 24, 10)
    names = f"{text(pair.mentor_name, 60)} – {text(pair.mentee_name, 60)}"
    return Content.assemble(fit(Content.styled(names, "bold"), room), " ", (state, style))


def pair_detail(pair: Mentoring) -> Content:
    """Goals, and how it ended."""
    lines = [Content.styled(f"{text(pair.mentor_name)} – {text(pair.mentee_name)}", "bold")]
    if pair.to_end:
        lines.append(Content.styled(_("A concern asks for its end. Press x to end it."), "bold $error"))
    if pair.goals:
        lines.append(Content(words.visible(pair.goals)))
    if pair.ended_on:
        early = _("It ended early; that is nobody's fault.") if pair.early else _("It ended as planned.")
        lines += [Content(early), Content(words.visible(pair.end_reason))]
    return Content("\n").join(lines)


def session_row(session: Session, width: int) -> Content:
    """What is wrong first, as it may not be cut off; then who met when, on which platform."""
    flags = []
    if any(one.to_remove for one in session.recordings):
        flags.append(_("remove the recording"))
    if not session.approved:
        flags.append(_("platform not approved"))
    flag = f"! {', '.join(flags)}  " if flags else "  "
    names = f"{text(session.mentor_name, 40)} – {text(session.mentee_name, 40)}"
    room = max(width - len(flag), 10)
    tail = Content.assemble((f"{words.moment(session.at)}  ", "$text-muted"), f"{names}  {text(session.platform, 40)}")
    return Content.assemble((flag, "bold $error"), fit(tail, room))


def session_detail(session: Session) -> Content:
    """Consents and recordings; never what was shared."""
    lines = [Content.assemble((words.moment(session.at), "bold"), f"  {text(session.platform)}")]
    if not session.approved:
        lines.append(Content.styled(_("This is not an approved platform."), "bold $error"))
    for one in session.consents:
        said = _("consents to a recording") if one.given else _("has withdrawn the consent")
        lines.append(Content(f"{part_label(one.part)}: {said}, {words.short_day(one.on)}, {text(one.how)}"))
    if not session.may_record:
        lines.append(Content.styled(_("Not both consent: it may not be recorded."), "$text-muted"))
    for recording in session.recordings:
        lines += recording_lines(recording)
    if session.has_content:
        lines.append(Content.styled(_("What was shared is kept apart: press v."), "$text-muted"))
    return Content("\n").join(lines)


def recording_lines(recording: Recording) -> list[Content]:
    """A recording and who looked at it."""
    told = f"{text(recording.place)}, {text(recording.holder)}" if recording.place else ""
    lines = [
        Content.assemble((_("Recording") + "  ", "bold"), told or _("where it lies: with a reason, press a")),
        Content.styled(f"  {recording.digest}", "$text-muted"),
    ]
    if recording.removed_on:
        lines.append(Content(_("removed {day}").format(day=words.short_day(recording.removed_on))))
    elif recording.to_remove:
        lines.append(Content.styled(_("A consent was withdrawn: remove the recording."), "bold $error"))
    lines += [
        Content.assemble(
            (f"  {words.moment(one.at)}  ", "$text-muted"),
            f"{text(one.by, 40)}: {ground_label(one.ground)}, ",
            text(one.reason),
        )
        for one in recording.accesses
    ]
    return lines


def concern_row(concern: Concern, width: int, today: date) -> Content:
    """Kind, about whom, by when."""
    closed = concern.closed_at is not None
    when = _("closed") if closed else words.due(concern.due_on, today)
    late = not closed and concern.due_on < today
    style = "bold $error" if late else "$text-muted" if closed else "bold $warning"
    room = max(width - 24, 10)
    what = f"{concern_label(concern.kind)}: {text(concern.about_name, 60)}"
    return Content.assemble(("! " if late else "  ", "bold $error"), fit(what, room), " ", (when, style))


def concern_detail(concern: Concern) -> Content:
    """All of a concern, for one of its readers."""
    came = _("Came in {at}, {how}; taken in by {by}").format(
        at=words.moment(concern.received_at), how=came_how_label(concern.came_how), by=text(concern.taken_in_by, 60)
    )
    lines = [
        Content.styled(f"{concern_label(concern.kind)}: {text(concern.about_name)}", "bold"),
        Content.styled(came, "$text-muted"),
    ]
    if concern.ends:
        lines.append(Content.styled(_("This kind of concern ends the mentoring."), "bold $error"))
    if concern.reported_name:
        lines.append(Content(_("Reported by {name}").format(name=text(concern.reported_name, 60))))
    lines.append(Content(_("Blocked: {answer}").format(answer=blocked_label(concern.blocked))))
    lines.append(Content(_("May be read by: {names}").format(names=text(", ".join(concern.readers)))))
    lines.append(Content(words.visible(concern.what)))
    for note in concern.notes:
        lines.append(Content.styled(f"{words.moment(note.at)}  {text(note.by, 40)}", "$text-muted"))
        lines.append(Content(words.visible(note.text)))
    if concern.closed_at:
        lines.append(Content.styled(_("Closed: {how}").format(how=outcome_words(concern.outcome)), "bold"))
        lines.append(Content(words.visible(concern.outcome_text)))
    return Content("\n").join(lines)


def policy_row(policy: Policy, width: int) -> Content:
    """Version, title, next review."""
    tail = _("look again {day}").format(day=words.short_day(policy.review_on))
    if policy.beside:
        tail = _("never in force here")
    room = max(width - len(tail) - 1, 10)
    return Content.assemble(fit(f"{policy.version}  {text(policy.title, 80)}", room), " ", (tail, "$text-muted"))


def policy_detail(policy: Policy) -> Content:
    """Who read it, and its text."""
    since = (
        _("Published {at}, {by}, in another vault of yours; never in force here")
        if policy.beside
        else _("In force since {at}, {by}")
    )
    published = since.format(at=words.moment(policy.published_at), by=text(policy.published_by, 40))
    lines = [Content.styled(published, "$text-muted"), Content.styled(policy.digest, "$text-muted")]
    if policy.read_by:
        names = ", ".join(f"{text(one.name, 40)} ({words.short_day(one.on)})" for one in policy.read_by)
        lines.append(Content(_("Read by {names}").format(names=names)))
    else:
        lines.append(Content.styled(_("Nobody has read it yet. Press l when somebody has."), "$warning"))
    if policy.text:
        lines.append(Content(words.visible(policy.text)))
    return Content("\n").join(lines)
