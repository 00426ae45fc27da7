"""The records of a case in words: one line each for the lists, and all of it for the detail beside them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from guidance.language import _, ngettext
from guidance.model import LEVEL_FACT
from screens import words
from screens.widgets.lines import fit
from store.bundle.custody_words import copy_lines, differs_line, disputed_line, move_line
from store.cases.chains import disputed_copies
from store.cases.cut_off import open_clearings
from store.cases.lying import cleared_copies, shown_by_custody
from store.given_up import handed_over_words
from store.model import CaseView, DigestSource, Evidence, EvidenceDraft, HistoryLine, Note, Person


def standing(record: CaseView) -> Content:
    """Kind, level and what is overdue, in a line."""
    summary = record.summary
    parts: list[Content | tuple[str, str] | str] = [words.case_kind(summary.kind)]
    if summary.level:
        parts.append(" · " + _("level {level}").format(level=summary.level))
    elif any(LEVEL_FACT in view.step.sets for view in record.guide.steps):
        parts.append(" · " + _("level not decided"))
    if summary.handed_over is not None:
        parts.append((" · " + words.one_line(handed_over_words(summary.handed_over), 80), "bold $warning"))
    if summary.closed_at is not None:
        parts.append((" · " + _("closed {day}").format(day=words.moment(summary.closed_at)), "bold $warning"))
    elif summary.overdue:
        late = ngettext("{count} step overdue", "{count} steps overdue", summary.overdue).format(count=summary.overdue)
        parts.append((f" · ! {late}", "bold $error"))
    if record.stand_in:
        parts.append((" · " + _("stand-in: {name}").format(name=words.one_line(record.stand_in, 60)), "$text-muted"))
    elif record.no_stand_in_reason:
        parts.append((" · " + _("no stand-in"), "$text-muted"))
    return Content.assemble(*parts)


def next_line(record: CaseView) -> Content:
    """The next right step."""
    if record.summary.handed_over is not None:
        return Content(_("What is written there since is not here, and nothing is decided here. A note goes to them."))
    if record.summary.closed_at is not None:
        return Content(_("The case is closed. Press x to open it again."))
    guide = record.guide
    if not guide.next_steps:
        ready = _("Nothing is left to do now. The case can be closed.")
        return Content(ready if guide.can_close else _("Nothing can be done now: the rest waits."))
    view = guide.next_steps[0]
    when = words.due(view.due_on, guide.today)
    tail = f" ({when})" if when else ""
    style = words.state_style(view.state)
    return Content.assemble(
        (_("Next:") + " ", "bold $accent"), (view.step.title.local(), "bold"), (tail, style or "$text-muted")
    )


def note_row(note: Note, width: int) -> Content:
    """When, who, and how it begins."""
    first, last = note.versions[0], note.current
    corrected = _("corrected") if len(note.versions) > 1 else ""
    text = words.one_line(last.text, max(width, 1))
    head = f"{words.moment(first.at)}  {words.one_line(first.author, 16)}  "
    return Content.assemble((head, "$text-muted"), (f"{corrected}  " if corrected else "", "$warning"), text)


def note_detail(note: Note) -> Content:
    """The version in force, then those before it, each with who, when and why."""
    parts = []
    for place, version in enumerate(reversed(note.versions)):
        when = f"{words.moment(version.at)} · {words.one_line(version.author, 80)}"
        parts.append(
            Content.styled(when if place == 0 else _("Earlier version, {when}").format(when=when), "$text-muted")
        )
        if version.reason:
            reason = _("Corrected because: {reason}").format(reason=words.visible(version.reason))
            parts.append(Content.styled(reason, "$warning"))
        parts.append(Content.styled(words.visible(version.text), "" if place == 0 else "$text-muted"))
        parts.append(Content(""))
    return Content("\n").join(parts)


def evidence_title(piece: EvidenceDraft) -> str:
    """What one calls a piece of evidence."""
    return words.one_line(piece.name, 200) or words.evidence_kind(piece.kind)


def evidence_row(piece: Evidence, width: int) -> Content:
    """Number, kind, name, and what is missing."""
    lacking = ""
    if piece.missing:
        count = len(piece.missing)
        lacking = ngettext("! {count} fact missing", "! {count} facts missing", count).format(count=count)
    if disputed_copies(piece):
        lacking = _("! custody disputed")
    right = min(max(len(lacking), 1), 24)
    number = f"E{piece.number}"
    before = max(len(number) + 1, 5)
    return Content.assemble(
        fit(number, before),
        fit(Content.styled(words.evidence_kind(piece.kind), "$text-muted"), 16),
        fit(evidence_title(piece), max(width - before - 16 - right - 1, 4)),
        " ",
        fit(Content.styled(lacking, "bold $warning"), right),
    )


def evidence_detail(piece: Evidence) -> Content:
    """All that is known of it; what is missing first."""
    parts: list[Content] = []
    if copies := disputed_copies(piece):
        parts.append(Content.styled(f"! {disputed_line(copies)}", "bold $error"))
    if piece.missing:
        lacking = ", ".join(words.missing_fact(name) for name in piece.missing)
        parts.append(Content.styled(_("! Missing: {facts}").format(facts=lacking), "bold $warning"))
    if open_clearings(piece):
        said_open = _("! Clearing was begun, and its outcome is not recorded. Press c.")
        parts.append(Content.styled(said_open, "bold $warning"))
    if piece.devices:
        parts.append(devices_words(piece))
    elif piece.source is DigestSource.FILE:
        # By their looks a disk of the machine and a network drive are nobody's: it is not asked while they are read.
        hint = _("Whose device it lies on is not said: press c, then w.")
        parts.append(Content.styled(hint, "$text-muted"))
    holder = words.holder(piece.holder)
    if piece.holder_name:
        holder = f"{holder} ({words.one_line(piece.holder_name)})"
    facts = (
        (_("What it is"), words.evidence_kind(piece.kind)),
        (_("File name"), words.one_line(piece.name)),
        (_("Platform"), words.one_line(piece.platform)),
        (_("User names"), ", ".join(words.one_line(one) for one in piece.accounts)),
        (_("Address (URL)"), words.one_line(piece.url)),
        (_("Posted, as claimed"), words.one_line(piece.claimed_at)),
        (_("Found"), words.one_line(piece.found_at)),
        (_("Shows"), words.visible(piece.shows)),
        (_("Who has the original"), holder),
        (_("Where"), words.one_line(piece.held_where)),
        (_("How it came"), words.visible(piece.came_how)),
        (_("Custody"), _last_event(piece)),
        (_("Seen by"), ", ".join(words.one_line(one) for one in piece.seen_by)),
        (_("Size"), words.size(piece.size)),
        (_("Checksum"), piece.digest + ("" if piece.source is DigestSource.FILE else " " + _("(typed)"))),
        (_("Registered"), f"{words.moment(piece.registered_at)} · {words.one_line(piece.registered_by)}"),
    )
    parts += [Content.assemble((f"{label}: ", "$text-muted"), value) for label, value in facts if value]
    return Content("\n").join(parts)


def devices_words(piece: Evidence) -> Content:
    """Whose device each copy lies on, a line a copy; what somebody has to look at stands out."""
    lines = [
        Content.styled(f"! {words.one_line(line, 300)}", "bold $warning") if bad else Content(words.one_line(line, 300))
        for line, bad in copy_lines(piece.devices, cleared_copies(piece), shown_by_custody(piece))
    ]
    return Content("\n").join(lines)


def _last_event(piece: Evidence) -> str:
    if copies := disputed_copies(piece):
        return disputed_line(copies)
    stands = [one.move for one in piece.custody if one.stands]
    if not stands:
        return ""
    return words.one_line(" ".join(filter(None, (differs_line(stands[-1], piece.digest), move_line(stands[-1])))))


def person_row(person: Person, width: int) -> Content:
    """Name, roles, minor or adult."""
    name = max(min(width // 3, 30), 8)
    roles = ", ".join(words.role(role) for role in person.roles)
    return Content.assemble(
        fit(words.one_line(person.name), name - 1),
        " ",
        fit(Content.styled(roles, "$text-muted"), max(width - name - 18, 4)),
        " ",
        fit(words.age(person.age), 17),
    )


def person_detail(person: Person, people: Sequence[Person]) -> Content:
    """All that is known of somebody."""
    names = {one.id: words.one_line(one.name) for one in people}
    over = ", ".join(names.get(one, words.one_line(one)) for one in person.authority_over)
    holders = ", ".join(words.one_line(one.name) for one in people if person.id in one.authority_over)
    facts = (
        (_("Roles"), ", ".join(words.role(role) for role in person.roles)),
        (_("Age"), words.age(person.age)),
        (_("Has parental authority over"), over),
        (_("Parental authority is held by"), holders),
        (_("Contact"), words.visible(person.contact)),
        (_("About"), words.visible(person.about)),
    )
    head = Content.styled(words.one_line(person.name), "bold")
    rows = [Content.assemble((f"{label}: ", "$text-muted"), value) for label, value in facts if value]
    return Content("\n").join([head, *rows])


def history_row(line: HistoryLine, width: int) -> Content:
    """When, who, what."""
    head = f"{words.moment(line.at)}  {words.one_line(line.author, 16)}  "
    return Content.assemble(
        (head, "$text-muted"), ("! " if line.flags else "", "bold $warning"), words.one_line(line.words, max(width, 1))
    )


def history_detail(line: HistoryLine) -> Content:
    """The whole of one entry in words, and its id."""
    parts = [Content.styled(f"{words.moment(line.at)} · {words.one_line(line.author, 80)}", "$text-muted")]
    parts += [Content.styled(f"! {words.one_line(flag)}", "bold $warning") for flag in line.flags]
    parts.append(Content(words.visible(line.words)))
    parts.append(Content.styled("\n" + _("Entry {id}").format(id=line.entry[:16]), "$text-muted"))
    return Content("\n").join(parts)
