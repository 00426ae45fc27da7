"""`data/report.html` of a bundle that holds numbers only."""

from __future__ import annotations

from typing import Any

from guidance.language import Language, _
from store.bundle.html import Markup, element, join, page, pairs, table
from store.bundle.labels import case_kind_label
from store.bundle.report import level_words, trust_section

Document = dict[str, Any]


def statistics_report(document: Document, *, language: Language, fingerprint: str) -> bytes:
    """The page of a bundle that holds numbers only."""
    title = _("One case in numbers")
    months = [(row["month"], str(row["notes"]), str(row["evidence"])) for row in document["months"]]
    body = join(
        (
            element("h1", title),
            pairs(
                (
                    (_("Month"), document["month"]),
                    (_("Kind of case"), case_kind_label(document["kind"])),
                    (_("Level"), level_words(document["level"])),
                    (_("Opened"), document["opened"]),
                    (_("Closed"), document["closed"] or _("no")),
                    (_("People"), str(document["people"])),
                    (_("Notes"), str(document["notes"])),
                    (_("Corrections of notes"), str(document["corrections"])),
                    (_("Evidence"), str(document["evidence"])),
                )
            ),
            table(_("By month"), (_("Month"), _("Notes"), _("Evidence")), months) if months else Markup(),
            trust_section(fingerprint),
        )
    )
    return page(title=title, language=language, body=body)
