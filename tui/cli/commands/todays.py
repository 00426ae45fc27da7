"""`segl today`: what is to be done now, over all cases."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from guidance.language import _, ngettext
from store.cases.cut_off import CutOff
from store.cases.filing import Filing
from store.evidence.clearing_errors import settle_command
from store.programme.model import Duty
from store.programme.words import duty_line
from store.today import Today, TodayGroup, TodayLine, due_words, group_words, step_words
from store.workstation_words import not_approved_words
from tui.cli.answer import Answer, Json
from tui.cli.plain import one_line
from tui.cli.records import day, disputed_words, local, moment
from tui.cli.records_mentor import duty_document
from tui.cli.session import Session


def show(session: Session, _options: argparse.Namespace) -> Answer:
    """Show what is overdue, due, waiting for others, or standing still."""
    casework = session.casework()
    today, duties = casework.today(), casework.programme_duties()
    problems = [] if today.newest_entry_at is None else [_clock_words(today)]
    faults = [one_line(fault.diagnostics().happened) for fault in casework.own_faults()]
    problems += [_("Not used: {words}").format(words=words) for words in faults]
    backup, digits = casework.backup_state(), casework.not_approved()
    plan, filings, drafts = casework.plan(), casework.filings_due(), len(casework.drafts())
    document: dict[str, Json] = {
        **today_document(today),
        "programme": [duty_document(duty) for duty in duties],
        "plan_review_due": plan.review_due,
        "filings": [_filing_document(filing) for filing in filings],
        "drafts": drafts,
        "backup_due": backup.due,
        "not_approved": digits or None,
    }
    cut_off = casework.clearings_cut_off()
    document["clearings_cut_off"] = [_cut_off_document(one) for one in cut_off]
    lines = (
        *today_lines(today),
        *_disputed_lines(today),
        *_cut_off_lines(cut_off),
        *_duty_lines(duties),
        *_office_lines(plan.review_due, filings, drafts),
        *((_("It is time for a backup: 'segl backup'."),) if backup.due else ()),
        *(not_approved_words(digits) if digits else ()),
    )
    return Answer(document=document, lines=lines, problems=tuple(problems))


def _filing_document(filing: Filing) -> Json:
    return {
        "case": filing.reference,
        "number": filing.number,
        "due_on": day(filing.due_on),
        "plain_copies": len(filing.lying),
    }


def _cut_off_document(one: CutOff) -> Json:
    return {"case": one.reference, "evidence": one.number, "copy": one.copy}


def _cut_off_lines(cut_off: tuple[CutOff, ...]) -> Iterator[str]:
    """What was cut off while a copy was cleared, and the command that looks what became of it."""
    if cut_off:
        yield ""
    for one in cut_off:
        said = _("{case}: a clearing of E{number}, copy {copy}, was cut off. Look what became of it:")
        yield "! " + said.format(case=one.reference, number=one.number, copy=one.copy)
        yield f"  {settle_command(one.reference, one.number)}"


def _disputed_lines(today: Today) -> Iterator[str]:
    """The cases in which people said different things without knowing of one another."""
    if today.disputed:
        yield ""
    for reference, count in today.disputed:
        yield f"! {reference}: {disputed_words(reference, count)}"


def _office_lines(review_due: bool, filings: tuple[Filing, ...], drafts: int) -> Iterator[str]:
    """What else the Today screen says: the plan, the journal system, drafts that lie there."""
    said = []
    if review_due:
        said.append(_("The plan is due to be looked at again."))
    for filing in filings:
        words = []
        if filing.lying:
            words.append(_("a plain copy still lies there"))
        if filing.due_on is not None and not filing.number:
            words.append(_("the number in the journal system is missing"))
        said.append(f"{filing.reference}: {', '.join(words)}")
    if drafts:
        said.append(ngettext("{count} draft from before.", "{count} drafts from before.", drafts).format(count=drafts))
    if said:
        yield ""
        yield from said


def _duty_lines(duties: tuple[Duty, ...]) -> Iterator[str]:
    if duties:
        yield ""
        yield _("Mentorship programme")
    for duty in duties:
        late = "! " if duty.overdue else "  "
        yield f"{late}{duty.due_on}  {one_line(duty_line(duty))}"


def _clock_words(today: Today) -> str:
    assert today.newest_entry_at is not None
    words = _("The newest entry is from {then}, later than this machine's clock. Is the date of the machine right?")
    return words.format(then=local(today.newest_entry_at))


def today_document(today: Today) -> dict[str, Json]:
    """The page."""
    return {
        "today": day(today.day),
        "open_cases": today.open_cases,
        "newest_entry_at": moment(today.newest_entry_at),
        "disagreements": [{"case": reference, "count": count} for reference, count in today.disputed],
        "lines": [_line_document(line, today) for line in today.lines],
    }


def _line_document(line: TodayLine, today: Today) -> Json:
    return {
        "group": line.group.value,
        "case": line.reference,
        "title": line.title,
        "level": line.level,
        "step": line.step,
        "step_title": step_words(line),
        "due_on": day(line.due_on),
        "due": due_words(line, today.day),
        "must": line.must,
        "put_off": line.put_off,
    }


def today_lines(today: Today) -> Iterator[str]:
    """The page, group by group; each line has the case, the step and when it is due."""
    if not today.open_cases:
        yield _("No open cases.")
        return
    yield ngettext("{count} open case", "{count} open cases", today.open_cases).format(count=today.open_cases)
    for group in TodayGroup:
        lines = [line for line in today.lines if line.group is group]
        if lines:
            yield ""
            yield f"{group_words(group)} ({len(lines)})"
        for line in lines:
            when = due_words(line, today.day)
            tail = f" ({when})" if when else ""
            yield f"  {line.reference}  {one_line(step_words(line))}{tail}"
            named = f"  {line.step}" if line.step else ""
            yield f"    {one_line(line.title)}{named}"
