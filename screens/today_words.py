"""Today in words: what needs to be known first, a line each, and the lines of the list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from textual.content import Content

from guidance.language import _, ngettext
from screens.widgets.lines import fit
from screens.words import day, moment, one_line
from store.today import Today, TodayGroup, TodayLine, due_words, group_words, step_words

if TYPE_CHECKING:
    from guidance.faults import PlaybookError
    from store.cases.backing_up import BackupState
    from store.cases.filing import Filing
    from store.cases.members import Membership
    from store.exchange.rounds import Waits
    from store.plan import Plan
    from store.programme.model import Duty

A_WEEK: Final = 7
"""Days ahead in which something of the mentorship programme is named here."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Over the lines of one group."""

    group: TodayGroup
    count: int


def rows_of(today: Today) -> Iterator[Heading | TodayLine]:
    """The lines with a heading over each group."""
    for group in TodayGroup:
        lines = [line for line in today.lines if line.group is group]
        if lines:
            yield Heading(group, len(lines))
            yield from lines


def few(references: Sequence[str], most: int = 3) -> str:
    """The first of them, and how many more there are."""
    more = len(references) - most
    return ", ".join(references[:most]) + (f" (+{more})" if more > 0 else "")


def clock_line(today: Today) -> Content | None:
    """That the machine's clock is behind what was written."""
    if today.newest_entry_at is None:
        return None
    words = _("The newest entry is from {then}, later than this machine's clock. Is the date of the machine right?")
    return Content(words.format(then=moment(today.newest_entry_at)))


def summary_line(today: Today) -> Content:
    """How much there is to do."""
    if today.pending:
        words = ngettext(
            "Looking through the cases: {count} left ...",
            "Looking through the cases: {count} left ...",
            today.pending,
        )
        return Content(words.format(count=today.pending))
    counts = {group: sum(line.group is group for line in today.lines) for group in TodayGroup}
    late, now = counts[TodayGroup.OVERDUE], counts[TodayGroup.TODAY]
    if not today.open_cases:
        return Content("")  # the empty list says so, and what to press
    if not any(count for group, count in counts.items() if group is not TodayGroup.LATER):
        return Content(_("Nothing is due within a week, and nothing waits."))
    parts: list[Content] = []
    if late:
        words = ngettext("{count} step overdue", "{count} steps overdue", late).format(count=late)
        parts.append(Content.styled(words, "bold $error"))
    else:
        parts.append(Content(_("nothing overdue")))
    if now:
        words = ngettext("{count} due today", "{count} due today", now).format(count=now)
        parts.append(Content.styled(words, "bold $warning"))
    else:
        parts.append(Content(_("nothing due today")))
    cases = ngettext("{count} open case", "{count} open cases", today.open_cases).format(count=today.open_cases)
    return Content(" · ").join([*parts, Content.styled(cases, "$text-muted")])


def drafts_line(count: int, cut_off: int = 0) -> Content | None:
    """That something was begun before; first that clearings were cut off, since nobody knows of those copies.

    Args:
        count: of drafts.
        cut_off: clearings, which stand among the drafts.
    """
    if cut_off:
        unsettled = ngettext(
            "A clearing was cut off, and its outcome is not recorded. Press k.",
            "{count} clearings were cut off, and their outcome is not recorded. Press k.",
            cut_off,
        )
        return Content.styled("! " + unsettled.format(count=cut_off), "bold $warning")
    if not count:
        return None
    words = ngettext(
        "You have {count} draft from before. Press k to go on with it.",
        "You have {count} drafts from before. Press k to go on with one.",
        count,
    )
    return Content.styled(words.format(count=count), "$warning")


def programme_line(duties: Sequence[Duty], today: date) -> Content | None:
    """What the mentorship programme has to do within a week."""
    near = [duty for duty in duties if (duty.due_on - today).days <= A_WEEK]
    if not near:
        return None
    words = ngettext(
        "Mentorship programme: {count} thing to do. Press m.",
        "Mentorship programme: {count} things to do. Press m.",
        len(near),
    ).format(count=len(near))
    late = sum(duty.overdue for duty in near)
    if late:
        words += " ! " + ngettext("{count} overdue", "{count} overdue", late).format(count=late)
    return Content.styled(words, "bold $error" if late else "$warning")


def plan_line(plan: Plan) -> Content | None:
    """That the day has come to look at the office's plan again."""
    if not plan.review_due:
        return None
    return Content.styled(_("The preparedness plan is due to be looked at again. Press p to open it."), "$warning")


def filing_line(filings: Sequence[Filing]) -> Content | None:
    """Which cases lack their number in the journal system, and of which a plain copy still lies somewhere."""
    if not filings:
        return None
    lying = [filing.reference for filing in filings if filing.lying]
    lacking = [filing.reference for filing in filings if filing.due_on is not None and not filing.number]
    words = []
    if lying:
        words.append(_("A plain copy still lies there: {cases}.").format(cases=few(lying)))
    if lacking:
        words.append(_("The number is missing: {cases}.").format(cases=few(lacking)))
    return Content.styled(_("Journal system (f in the case):") + " " + " ".join(words), "$warning")


def faults_line(faults: Sequence[PlaybookError]) -> Content | None:
    """The office's own files of guidance that are not used, and why."""
    if not faults:
        return None
    words = _("Not used: {words}").format(words=one_line(faults[0].diagnostics().happened, 200))
    more = len(faults) - 1
    if more:
        words += " " + ngettext(
            "And {count} more; 'segl playbook list' shows it.",
            "And {count} more; 'segl playbook list' shows them.",
            more,
        ).format(count=more)
    return Content.styled(words, "bold $error")


def exchange_line(waits: Sequence[Waits]) -> Content | None:
    """What colleagues do not have yet."""
    if not waits:
        return None
    unsent = sum(one.unsent for one in waits)
    if unsent:
        words = ngettext(
            "{count} entry is not passed on yet. Press e.",
            "{count} entries are not passed on yet. Press e.",
            unsent,
        ).format(count=unsent)
        return Content.styled(words, "$warning")
    unread = sum(one.unread for one in waits)
    words = ngettext(
        "{count} entry lies ready for others. Press e.",
        "{count} entries lie ready for others. Press e.",
        unread,
    ).format(count=unread)
    return Content.styled(words, "$text-muted")


def backup_line(state: BackupState) -> Content | None:
    """That it is time for a backup."""
    if not state.due:
        return None
    if state.last_at is None:
        return Content.styled(_("There is no backup of this vault. Press s."), "$warning")
    words = _("The last backup is from {day}. Press s.").format(day=day(state.last_at.date()))
    return Content.styled(words, "$warning")


def member_line(
    membership: Membership, waiting: Sequence[str], left: Sequence[str], *, approved: bool = True
) -> Content | None:
    """That nobody has certified one yet, that somebody waits for it, or that somebody has left.

    Args:
        membership: one's own.
        waiting: names of those whose cards wait for this administrator.
        left: names of those who left and after whom the data's key was not made anew.
        approved: whether the former workstation lets this one count, as far as is known.
    """
    if not approved:
        words = _("This workstation is not approved yet: on the former one, 'segl workstation add'. Digits: press e.")
        return Content.styled(words, "$warning")
    if not membership.certified:
        words = _("You are no member of the office yet: {names} has to certify you. Press a.").format(
            names=one_line(", ".join(membership.administrators)) or _("an administrator")
        )
    elif waiting:
        words = _("{name} wants to join the office, or to send you something. Press a.")
        words = words.format(name=one_line(waiting[0], 60))
    elif left:
        words = _("{name} has left: make a new key of the data. Press v, then F7.")
        words = words.format(name=one_line(left[0], 60))
    else:
        return None
    return Content.styled(words, "$warning")


def list_line(row: Heading | TodayLine, width: int, today: date) -> Content:
    """A row of the list."""
    if isinstance(row, Heading):
        return Content.styled(f"{group_words(row.group).upper()} ({row.count})", "bold $primary")
    late = row.group is TodayGroup.OVERDUE
    reference, when = 9 if width < 60 else 10, 22 if width >= 60 else 10
    room = max(width - 2 - reference - when - 1, 8)
    title = 0 if room < 30 else room * 2 // 5
    style = "$error bold" if late else "$warning" if row.group is TodayGroup.TODAY else "$text-muted"
    step = step_words(row)
    if not title and not step:
        step = row.title
    parts: list[Content | tuple[str, str] | str] = [
        ("! " if late else "  ", "$error bold"),
        fit(row.reference, reference),
    ]
    if title:
        parts += [fit(Content.styled(one_line(row.title), "$text-muted"), title - 1), " "]
    parts += [
        fit(one_line(step), room - title),
        " ",
        fit(Content.styled(due_words(row, today, short=width < 60), style), when),
    ]
    return Content.assemble(*parts)
