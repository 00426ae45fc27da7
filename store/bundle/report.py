"""`data/report.html`: the case in words, made from `case.json` and nothing else, in one language, for people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from guidance.language import Language, _, current_language, ngettext
from store.bundle.dates import day_words, moment_words
from store.bundle.html import Markup, element, join, page, pairs, section, table, text
from store.bundle.labels import (
    age_label,
    case_kind_label,
    evidence_field_label,
    evidence_kind_label,
    holder_label,
    purpose_label,
    role_label,
    source_label,
    state_label,
    strength_label,
)
from store.bundle.report_custody import custody_table
from store.bundle.report_timeline import timeline_section
from store.bundle.report_wellbeing import wellbeing_section
from store.bundle.stopping import Cancelled, asking
from store.entry import read_time
from store.journal import QUIET

Document = dict[str, Any]

_POLICE: Final = "police."
_VALUE_LABELS: Final[dict[str, Callable[[str], str]]] = {
    "kind": evidence_kind_label,
    "source": source_label,
    "holder": holder_label,
}
_EVIDENCE_FIELDS: Final = (
    "digest",
    "size",
    "source",
    "name",
    "kind",
    "platform",
    "accounts",
    "url",
    "claimed_at",
    "found_at",
    "shows",
    "holder",
    "holder_name",
    "held_where",
    "came_how",
    "seen_by",
    "registered_at",
    "registered_by",
)


def case_report(document: Document, *, language: Language, cancelled: Cancelled | None = None) -> bytes:
    """The page of a case, in the current language; `language` is what the page says of itself.

    Raises:
        SealCancelled: `cancelled` said so.
    """
    case = document["case"]
    parts = [
        _top(document, language),
        _people(document),
        _facts(document, language),
        _steps(document, language),
        wellbeing_section(document["wellbeing"], language),
        _notes(document, cancelled),
        _evidence(document),
        timeline_section([line for line in document["history"] if line["kind"] not in QUIET]),
        _history(document, cancelled),
        _sources(document, language),
        trust_section(document["author"]["fingerprint"]),
    ]
    title = f"{case['reference']} · {case['title']}"
    return page(title=title, language=language, body=join(parts))


def _top(document: Document, language: Language) -> Markup:
    case, author = document["case"], document["author"]
    rows = [
        (_("Case"), case["reference"]),
        (_("Kind of case"), case_kind_label(case["kind"])),
        (_("Level"), level_words(case["level"])),
        (_("Why this level"), case["level_reason"]),
        (_("Opened"), _moment(case["opened_at"])),
        (_("Last changed"), _moment(case["changed_at"])),
        (_("Closed"), _moment(case["closed_at"]) if case["closed_at"] else _("no")),
        (_("Stand-in"), case["stand_in"]),
        (_("Why there is no stand-in"), case["no_stand_in_reason"]),
        (_("Office"), document["office"]["name"]),
        (_("Made by"), author["name"]),
        (_("Made for"), purpose_label(document["purpose"])),
        (_("As of"), _moment(document["exported_at"])),
    ]
    contacts = [(contact["name"], contact["phone"], contact["mail"]) for contact in document["office"]["contacts"]]
    found = join((element("h1", case["title"] or case["reference"]), pairs(rows)))
    if contacts:
        found = join(
            (found, section(_("Contacts"), table(_("The office's own contacts"), _contact_headings(), contacts)))
        )
    return Markup(f'<header lang="{text(language)}">{found}</header>\n')


def _contact_headings() -> tuple[str, ...]:
    return _("Name"), _("Telephone"), _("Mail")


def _people(document: Document) -> Markup:
    names = {person["id"]: person["name"] for person in document["people"]}
    rows = [
        (
            person["name"],
            ", ".join(role_label(role) for role in person["roles"]),
            age_label(person["age"]),
            ", ".join(names.get(id, id) for id in person["authority_over"]),
            person["contact"],
            person["about"],
        )
        for person in document["people"]
    ]
    headings = (
        _("Name"),
        _("Role"),
        _("Age"),
        _("Parental authority over"),
        _("Contact"),
        _("About"),
    )
    return section(
        _("People"), table(_("The people of the case"), headings, rows, terms=(1, 2)) if rows else _nothing()
    )


def _facts(document: Document, language: Language) -> Markup:
    police = [fact for fact in document["facts"] if fact["id"].startswith(_POLICE)]
    others = [fact for fact in document["facts"] if not fact["id"].startswith(_POLICE)]
    return join(
        (
            section(_("The police"), _answers(document, police, _("What the police said and decided"), language)),
            section(_("Answers"), _answers(document, others, _("What was answered in the steps"), language)),
        )
    )


def _answers(document: Document, facts: list[Document], caption: str, language: Language) -> Markup:
    if not facts:
        return _nothing()
    titles = {step["id"]: step["title"][language] for step in document["steps"]}
    headings = (_("Question"), _("Answer"), _("Step"))
    rows = [(fact["label"][language], fact["shown"][language], titles.get(fact["step"] or "", "")) for fact in facts]
    return table(caption, headings, rows)


def _steps(document: Document, language: Language) -> Markup:
    headings = (_("Step"), _("How binding"), _("State"), _("When"), _("Why"))
    tables = []
    for phase in document["phases"]:
        rows = [_step(step, language) for step in document["steps"] if step["phase"] == phase["id"]]
        if rows:
            title = phase["title"][language]
            caption = _("Steps of the phase {phase}").format(phase=title)
            tables += [element("h3", title), table(caption, headings, rows, terms=(1, 2), whens=(3,))]
    return section(_("Steps"), *(tables or [_nothing()]))


def _step(step: Document, language: Language) -> tuple[str, ...]:
    when = ""
    if step["state"] == "done" and step["done_at"]:
        when = _moment(step["done_at"])
    elif step["due_on"]:
        when = _day(step["due_on"])
    why = "\n".join(hold[language] for hold in step["held_by"])
    if step["set_aside"]:
        when, why = _moment(step["set_aside"]["at"]), step["set_aside"]["reason"]
    return step["title"][language], strength_label(step["strength"]), state_label(step["state"]), when, why


def _notes(document: Document, cancelled: Cancelled | None) -> Markup:
    found = []
    for number, note in enumerate(asking(document["notes"], cancelled), start=1):
        found.append(element("h3", _("Note {number}").format(number=number)))
        versions = note["versions"]
        for place, version in enumerate(versions, start=1):
            in_force = place == len(versions)
            found.append(_version(version, len(versions), place, in_force=in_force))
    return section(_("Notes"), *(found or [_nothing()]))


def _version(version: Document, of: int, place: int, *, in_force: bool) -> Markup:
    where = f"{_moment(version['at'])} · {version['author']}"
    if of > 1:
        state = _("version {place} of {of}, in force") if in_force else _("version {place} of {of}, replaced")
        where = f"{where} · {state.format(place=place, of=of)}"
    lines = [element("p", where, class_="where")]
    if version["reason"]:
        reason = _("Why it was corrected: {reason}").format(reason=version["reason"])
        lines.append(element("p", reason, class_="where"))
    lines.append(element("div", version["text"], class_="text"))
    return element("div", *lines, class_="version" if in_force else "version replaced")


def _evidence(document: Document) -> Markup:
    pieces = document["evidence"]
    if not pieces:
        return section(_("Evidence"), _nothing())
    number = ngettext(
        "{count} piece. The evidence itself is not in this bundle: only its digest and what is known of it.",
        "{count} pieces. The evidence itself is not in this bundle: only digests and what is known of it.",
        len(pieces),
    ).format(count=len(pieces))
    rows = [(f"E{piece['number']}", piece["name"], element("code", piece["digest"])) for piece in pieces]
    found = [
        element("p", number),
        table(_("All pieces with their digests"), (_("Number"), _("File name"), _("Digest")), rows),
    ]
    for piece in pieces:
        found += [element("h3", f"E{piece['number']}"), _piece(piece), custody_table(piece)]
    return section(_("Evidence"), *found)


def _piece(piece: Document) -> Markup:
    rows = [(evidence_field_label(field), _field(piece, field)) for field in _EVIDENCE_FIELDS]
    missing = ", ".join(evidence_field_label(field) for field in piece["missing"])
    if missing:
        rows.append((_("Not recorded yet"), element("span", missing, class_="lack")))
    return pairs(rows)


def _field(piece: Document, field: str) -> str:
    value = piece[field]
    if value is None or value == "":
        return ""
    if field == "digest":
        return element("code", value)
    if field == "size":
        return ngettext("{count} byte", "{count} bytes", value).format(count=value)
    if field == "registered_at":
        return _moment(value)
    if isinstance(value, list):
        return ", ".join(value)
    label = _VALUE_LABELS.get(field)
    return label(value) if label else str(value)


def _history(document: Document, cancelled: Cancelled | None) -> Markup:
    rows = [
        (_moment(line["at"]), line["author"], "\n".join((line["words"], *line["flags"])))
        for line in asking(document["history"], cancelled)
        if line["kind"] not in QUIET
    ]
    headings = (_("When"), _("Who"), _("What"))
    told = table(_("What was done in the case"), headings, rows, whens=(0,)) if rows else _nothing()
    return section(_("History"), told)


def _sources(document: Document, language: Language) -> Markup:
    # Not a table: beside a digest, which is never broken, there is no room for the sentences of a source.
    found = []
    for playbook in document["playbooks"]:
        rows = [
            (_("Version"), str(playbook["version"])),
            (_("Source"), playbook["credit"][language]),
            (_("Digest"), element("code", playbook["digest"])),
        ]
        found.append(element("div", element("h3", playbook["title"][language]), pairs(rows), class_="together"))
    if not found:
        return Markup()
    return section(_("Guidance used"), element("p", _("What the case was worked by")), *found)


def trust_section(fingerprint: str) -> Markup:
    """What the page says of itself: whom to ring."""
    return section(
        _("Can this be trusted?"),
        element(
            "p",
            _("This page alone proves nothing. The folder it lies in is signed with the key of this fingerprint:"),
        ),
        element("p", element("code", fingerprint)),
        element(
            "p",
            _(
                "Compare it with the sender by telephone, on a number that you know from elsewhere;"
                " the file VERIFY says how the signature is checked."
            ),
        ),
        element("p", _("All times are in UTC."), class_="where"),
        together=True,
    )


def level_words(level: int | None) -> str:
    """The level, or that none was decided."""
    return str(level) if level is not None else _("not decided")


def _moment(written: str) -> str:
    return moment_words(read_time(written), current_language())


def _day(written: str) -> str:
    return day_words(date.fromisoformat(written), current_language())


def _nothing() -> Markup:
    return element("p", _("Nothing is recorded."))
