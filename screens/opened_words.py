"""What an opened bundle says, in words: the three verdicts apart, then the case it tells of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from textual.content import Content

from guidance.language import _
from guidance.model import State
from screens import words
from screens.case_words import evidence_title
from store.bundle.custody_words import (
    aside_line,
    back_line,
    check_line,
    copy_label,
    differs_line,
    disputed_line,
    fault_line,
    move_line,
    pass_line,
)
from store.bundle.look_words import look_line
from store.bundle.open import OpenedBundle
from store.bundle.opened_case import OpenedCase
from store.bundle.verdicts import Signer, Verdicts
from store.cases.chains import disputed_copies, gone_back, set_aside_by, timeline
from store.journal import QUIET
from store.looks import LookEvent
from store.model import CheckEvent, CheckFound, Evidence, PassEvent


def verdict_lines(verdicts: Verdicts) -> Iterator[tuple[str, Content, bool]]:
    """Id, words and whether all is well, of each of the three."""
    answers = (
        ("intact", verdicts.intact.words(), verdicts.intact.holds),
        ("complete", verdicts.complete.words(), verdicts.complete.holds or verdicts.complete.numbers_only),
        ("signed-by", verdicts.signed_by.words(), verdicts.signed_by.signer is Signer.KNOWN),
    )
    for id, said, good in answers:
        head, colon, rest = words.visible(said).partition(":")
        sign = "✓ " if good else "! "
        style = "bold $success" if good else "bold $error"
        yield id, Content.assemble((sign, style), (head + colon, "bold"), rest), good


def about(bundle: OpenedBundle) -> Content:
    """File, checksum, for whom it was made."""
    rows = [
        (_("File"), words.one_line(bundle.path)),
        (_("Size"), words.size(bundle.size)),
        (_("Checksum"), bundle.digest),
    ]
    if bundle.purpose is not None:
        rows.append((_("Made for"), words.purpose(bundle.purpose)))
    lines = [Content.assemble((f"{label}: ", "$text-muted"), value) for label, value in rows if value]
    if bundle.material:
        lines.append(Content.styled(_("Material in the bundle. Do not open it here: it is evidence."), "bold"))
        lines += [
            Content.assemble(
                f"  {words.one_line(one.name)}", (f"  {words.size(one.size)}  {one.digest}", "$text-muted")
            )
            for one in bundle.material
        ]
    if bundle.made_for_you is False:
        lines.append(
            Content.styled("! " + _("It was sealed for somebody else, who has passed it on."), "bold $warning")
        )
    if bundle.replaced:
        replaced = _("{count} hidden signs in the text are shown as marks.").format(count=bundle.replaced)
        lines.append(Content.styled(f"! {replaced}", "$warning"))
    return Content("\n").join(lines)


def case_content(case: OpenedCase) -> Content:
    """The whole case as it stands in the bundle."""
    parts: list[Content] = [Content.styled(f"{words.one_line(case.reference)}  {words.one_line(case.title)}", "bold")]
    level = _("level {level}").format(level=case.level) if case.level else _("level not decided")
    sender = f"{words.one_line(case.office)} · {words.one_line(case.author)}"
    parts.append(Content(f"{level} · {sender} · {words.moment(case.exported_at)}"))
    if case.level_reason:
        parts.append(Content(words.visible(case.level_reason)))
    parts += _part(_("People"), _people(case))
    parts += _part(_("Notes"), _notes(case))
    parts += _part(_("Evidence"), (line for piece in case.evidence for line in _evidence(piece)))
    parts += _part(_("What has been recorded"), _facts(case))
    parts += _part(_("Steps"), _steps(case))
    parts += _part(_("History"), _history(case))
    return Content("\n").join(parts)


def _part(title: str, lines: Iterator[Content]) -> list[Content]:
    found = list(lines)
    return [Content(""), Content.styled(title.upper(), "bold $primary"), *found] if found else []


def _people(case: OpenedCase) -> Iterator[Content]:
    for person in case.people:
        roles = ", ".join(words.role(role) for role in person.roles)
        yield Content(f"{words.one_line(person.name)}: {roles}; {words.age(person.age)}")


def _notes(case: OpenedCase) -> Iterator[Content]:
    for note in case.notes:
        for place, version in enumerate(reversed(note.versions)):
            head = f"{words.moment(version.at)} · {words.one_line(version.author, 80)}"
            yield Content.styled(head if place == 0 else _("Earlier version, {when}").format(when=head), "$text-muted")
            yield Content(words.visible(version.text))


def _evidence(piece: Evidence) -> Iterator[Content]:
    yield Content(f"E{piece.number} {words.evidence_kind(piece.kind)}: {evidence_title(piece)}")
    rest = [", ".join(piece.accounts), piece.platform, piece.claimed_at, words.holder(piece.holder), piece.held_where]
    yield Content.styled("   " + " · ".join(words.one_line(part) for part in rest if part), "$text-muted")
    yield Content.styled(f"   {piece.digest} · {words.size(piece.size)}", "$text-muted")
    yield from _custody(piece)


def _custody(piece: Evidence) -> Iterator[Content]:
    """Its chain, oldest event first; what was corrected and what can't be stay, and are marked."""
    events = timeline(piece)
    back = gone_back(piece)
    if events:
        yield Content.styled("   " + _("Custody of E{number}").format(number=piece.number), "bold")
    if copies := disputed_copies(piece):
        yield Content.styled(f"   ! {disputed_line(copies)}", "$error")
    for event in events:
        style = said = ""
        if isinstance(event, CheckEvent):
            said = check_line(event.found)
            style = "" if event.found is CheckFound.MATCHED else "$error"
        elif isinstance(event, PassEvent):
            said = pass_line(event.asked_by, event.reference, event.name)
        elif isinstance(event, LookEvent):
            said = look_line(copy_label(event.copy), event.look)
        else:
            said = move_line(event.move)
            if differs := differs_line(event.move, piece.digest):
                said, style = f"! {said} {differs}", "$error"
            if (earlier := back.get(event.entry)) is not None:
                said, style = f"{'' if differs else '! '}{said} {back_line(event.move, earlier)}", "$error"
            if event.replaced_by:
                said, style = _("corrected: {what}").format(what=said), "$text-muted"
            if event.fault:
                said, style = f"! {said} {fault_line(event.fault, disputed=event.disputed)}", "$error"
            if (decision := set_aside_by(piece, event)) is not None:
                said, style = f"{said} {aside_line(decision)}", "$text-muted"
        yield Content.assemble(
            (f"   {words.moment(event.at)}  {words.one_line(event.author, 30)}  ", "$text-muted"),
            (words.one_line(said, 2000), style),
        )


def _facts(case: OpenedCase) -> Iterator[Content]:
    for fact in case.facts:
        yield Content.assemble(
            (f"{words.one_line(fact.label.local())} ", "$text-muted"), words.visible(fact.shown.local())
        )


def _steps(case: OpenedCase) -> Iterator[Content]:
    for step in case.steps:
        if step.state is State.NOT_APPLICABLE:
            continue
        reason = f": {words.visible(step.reason)}" if step.reason else ""
        yield Content.assemble(
            (f"{words.sign(step.state)} ", words.state_style(step.state)),
            words.one_line(step.title.local()),
            (f" ({words.state(step.state)}{reason})", "$text-muted"),
        )


def _history(case: OpenedCase) -> Iterator[Content]:
    for line in (one for one in case.history if one.kind not in QUIET):
        yield Content.assemble(
            (f"{words.moment(line.at)}  {words.one_line(line.author, 30)}  ", "$text-muted"), words.visible(line.words)
        )


def statistics_content(numbers: Mapping[str, Any]) -> Content:
    """The numbers of a bundle for statistics."""
    return Content("\n").join(
        Content.assemble((f"{words.one_line(str(name))}: ", "$text-muted"), words.one_line(str(value)))
        for name, value in numbers.items()
    )
