"""The access log of a case, or the look-ups beside the cases, as a plain file: a page to print, or plain text.

It is given to the person concerned, or filed. That it was written is an entry of the case
(`store.cases.screening.ScreeningDesk.record_print`), or stands among the look-ups (`LookupDesk.record_lookup_export`).
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from guidance.language import Language, _, speaking
from store import cpr
from store.bundle.dates import moment_words
from store.bundle.html import element, join, page, table
from store.bundle.visible import visible
from store.cases.access import Access, AccessLog, act_words, purpose_said
from store.cases.lookups import Lookup, LookupLog, lookup_words
from store.cpr import CprField
from store.plain_file import write_plain

Sort = Literal["html", "txt"]
SORTS: Final[tuple[Sort, ...]] = ("html", "txt")
WIDTH: Final = 78


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessFile:
    """A file that was written."""

    path: str
    sort: Sort
    digest: str
    size: int


def numbers_in(log: AccessLog | LookupLog) -> tuple[CprField, ...]:
    """Where civil registration numbers seem to stand in the log (CM-2b)."""
    from datetime import UTC, datetime

    today = datetime.now(UTC).date()
    if isinstance(log, AccessLog):
        said = [("case.read", {"purpose": line.purpose}) for line in log.lines]
    else:
        said = [("lookup.made", {"words": lookup_words(line)}) for line in log.lines]
    return tuple(field for kind, payload in said for field in cpr.numbers_in(kind, payload, today))


def write_access_log(
    log: AccessLog | LookupLog, out: Path, sort: Sort, *, language: Language = "da", allow_cpr: bool = False
) -> AccessFile:
    """Write the log to a new file, readable by its owner only.

    Raises:
        CprNoticed: a civil registration number seems to stand in it, and nobody said that it must.
        AlreadyThere: a file of that name is there; it was not touched.
        DiskFull, DiskFailed: nothing of it was left behind.
    """
    if not allow_cpr:
        cpr.require_no_numbers(numbers_in(log), cpr.refuse, leaving=cpr.Leaving.WRITTEN)
    with speaking(language):
        content = _page(log, language) if sort == "html" else _text(log, language)
    target, digest = write_plain(out, content)
    return AccessFile(path=str(target), sort=sort, digest=digest, size=len(content))


def _title(log: AccessLog | LookupLog) -> str:
    if isinstance(log, AccessLog):
        return _("Who opened case {reference}, and why").format(reference=log.reference)
    return _("What was searched for and looked at, beside the cases")


def _about(log: AccessLog | LookupLog) -> str:
    words = _("All times are in UTC, by the clock of each workstation.")
    if log.for_person:
        return _("Names are withheld.") + " " + words
    return words


def _headings(log: AccessLog | LookupLog) -> tuple[str, ...]:
    why = _("Why, or for whom") if isinstance(log, AccessLog) else _("What for, or why")
    return (_("When"), _("What"), why)


def _columns(line: Access | Lookup, language: Language) -> tuple[str, ...]:
    said = purpose_said(line) if isinstance(line, Access) else lookup_words(line)
    return (moment_words(line.at, language), act_words(line.act), visible(said))


def _page(log: AccessLog | LookupLog, language: Language) -> bytes:
    headings = _headings(log)
    rows: list[tuple[str, ...]] = [_columns(line, language) for line in log.lines]
    if not log.for_person:
        headings = (*headings, _("Who"))
        rows = [(*_columns(line, language), visible(line.author)) for line in log.lines]
    title = _title(log)
    body = join((element("h1", title), element("p", _about(log)), table(title, headings, rows)))
    return page(title=title, language=language, body=body)


def _text(log: AccessLog | LookupLog, language: Language) -> bytes:
    lines = [_title(log), "", *textwrap.wrap(_about(log), WIDTH)]
    for line in log.lines:
        at, act, purpose = _columns(line, language)
        who = "" if log.for_person else f"  {visible(line.author)}"
        lines += ["", f"{at}  {act}{who}"]
        lines += [f"    {part}" for part in textwrap.wrap(purpose, WIDTH - 4)]
    return ("\n".join(lines) + "\n").encode("utf-8")
