"""What may leave of a programme as a plain file: a page to print (self-contained HTML) or JSON for another program.

It is plain on purpose, and only what `store.programme.model.ProgrammeExport` has can stand in it: no concern and no
word of the vetting. That it was written is an entry of the programme (`SessionsOfProgramme.record_programme_export`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path
from typing import Final, Literal

from guidance.language import Language, _, current_language, speaking
from store.bundle.dates import day_words, moment_words
from store.bundle.html import Markup, element, join, page, pairs, section, table
from store.plain_file import write_plain
from store.programme.export_document import export_document
from store.programme.model import ProgrammeExport
from store.programme.people_model import Mentoring
from store.programme.session_model import Recording, Session
from store.programme.words import ground_label, part_label, parts_label, standing_label

Sort = Literal["html", "json"]
SORTS: Final[tuple[Sort, ...]] = ("html", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeFile:
    """A file that was written.

    Attributes:
        digest: `sha256:<hex>`.
        size: bytes.
    """

    path: str
    sort: Sort
    digest: str
    size: int


def write_programme(export: ProgrammeExport, out: Path, sort: Sort, *, language: Language = "da") -> ProgrammeFile:
    """Write what may leave to a new file, readable by its owner only.

    Raises:
        AlreadyThere: a file of that name is there; it was not touched.
        DiskFull, DiskFailed: nothing of it was left behind.
    """
    if sort == "html":
        content = programme_page(export, language)
    else:
        content = (json.dumps(export_document(export), ensure_ascii=False, indent=2) + "\n").encode("utf-8")
    target, digest = write_plain(out, content)
    return ProgrammeFile(path=str(target), sort=sort, digest=digest, size=len(content))


def programme_page(export: ProgrammeExport, language: Language) -> bytes:
    """The same as a page: no script, nothing from outside."""
    with speaking(language):
        title = _("Mentorship programme: {name}").format(name=export.name)
        rows = [
            (_("As of"), moment_words(export.exported_at.astimezone(UTC), language)),
            (_("Left out"), _("Concerns, the vetting, and what was shared in sessions unless it was chosen.")),
            (_("Sessions with what was shared"), str(len(export.content)) if export.content else ""),
            (_("Why it goes along"), export.reason),
        ]
        people = [
            (one.name, parts_label(one), standing_label(one), _words(one.next_check_in)) for one in export.participants
        ]
        names = {one.id: one.name for one in export.participants}
        body = [
            element("h1", title),
            pairs(rows),
            _part(_("People"), (_("Name"), _("Part"), _("Stands"), _("Next check-in")), people),
            _part(
                _("Mentorings"),
                (_("Mentor"), _("Mentee"), _("Began"), _("Ended")),
                [_pair(one, names) for one in export.mentorings],
            ),
            section(_("Sessions"), *(_session(one, export) for one in export.sessions))
            if export.sessions
            else section(_("Sessions"), element("p", _("None."))),
        ]
        return page(title=title, language=language, body=join(body))


def _part(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    return section(title, table(title, headings, rows) if rows else element("p", _("None.")))


def _pair(pair: Mentoring, names: Mapping[str, str]) -> tuple[str, ...]:
    return names.get(pair.mentor, ""), names.get(pair.mentee, ""), _words(pair.began_on), _words(pair.ended_on)


def _session(session: Session, export: ProgrammeExport) -> Markup:
    who = f"{session.mentor_name} – {session.mentee_name}"
    platform = session.platform if session.approved else _("{name} (not approved)").format(name=session.platform)
    rows = [(_("When"), moment_words(session.at.astimezone(UTC), current_language())), (_("Platform"), platform)]
    for one in session.consents:
        said = _("consented to being recorded") if one.given else _("withdrew the consent")
        rows.append((part_label(one.part).capitalize(), f"{said}, {_words(one.on)}: {one.how}"))
    for recording in session.recordings:
        rows += list(_recording(recording))
    shared = [element("div", text, class_="text") for text in export.content.get(session.id, ())]
    heading = [element("h4", _("What was shared"))] if shared else []
    return join((element("h3", who), pairs(rows), *heading, *shared))


def _recording(recording: Recording) -> Iterator[tuple[str, str]]:
    yield _("Recording"), f"{recording.place}, {recording.holder}; {recording.digest}"
    for one in recording.accesses:
        when = moment_words(one.at.astimezone(UTC), current_language())
        yield _("Looked at"), f"{when}, {one.by}, {ground_label(one.ground)}: {one.reason}"
    if recording.removed_on is not None:
        yield _("Removed"), f"{_words(recording.removed_on)}: {recording.removed_how}"
    elif recording.to_remove is not None:
        yield _("Removed"), _("not yet; a consent was withdrawn")


def _words(day: date | None) -> str:
    return day_words(day, current_language()) if day else ""
