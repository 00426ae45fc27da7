"""`segl keys card`, `trust`, `list` and `revoke`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.language import _
from store import cards, spoken
from store.authors import Author, Belongs
from store.cases.trust import CardSeen
from store.cases.trust_errors import FingerprintDiffers
from store.keys import fingerprint
from store.role_words import role_words
from store.roles import Role
from tui.cli.answer import Answer, Json
from tui.cli.failures import AnswersNeeded, InputNotReadable
from tui.cli.plain import one_line
from tui.cli.session import Session
from tui.cli.terminal import yes, yes_or_no

if TYPE_CHECKING:
    from store.casework import Casework


def card(session: Session, _options: argparse.Namespace) -> Answer:
    """Write one's own card; what is compared is not in it, it is read aloud."""
    text = session.casework().carried_card()
    mark = cards.read(text).fingerprint
    document: dict[str, Json] = {"card": text, "fingerprint": mark, "digits": spoken.digits(mark)}
    return Answer(document=document, lines=tuple(text.splitlines()))


def reader_kit(session: Session, options: argparse.Namespace) -> Answer:
    """Write the folder for recipients without Segl."""
    from store.bundle.reader_kit import write_reader_kit

    made = write_reader_kit(session.casework().key_card(), Path(options.out))
    document: dict[str, Json] = {
        "path": made.path,
        "files": list(made.files),
        "digest": made.digest,
        "fingerprint": made.fingerprint,
        "digits": made.spoken,
    }
    lines = (
        _("Written: {path}").format(path=one_line(made.path)),
        _("Its checksums are in SHA256SUMS, whose own is:"),
        f"  {made.digest}",
        _("Give it another way than the sealed case. When the recipient rings you, read them these digits:"),
        f"  {made.spoken}",
    )
    return Answer(document=document, lines=lines)


def listed(session: Session, _options: argparse.Namespace) -> Answer:
    """Everybody who is known here."""
    authors = session.casework().authors()
    lines: list[str] = []
    for author in authors:
        lines += [f"{author.id[:8]}  {author.name}, {author.office}  ({_belongs(author)})"]
        lines += [f"          {fingerprint(author.devices[0])}"]
    return Answer(document={"authors": [author_document(author) for author in authors]}, lines=tuple(lines))


def trust(session: Session, options: argparse.Namespace) -> Answer:
    """Let cards count, each after it was compared."""
    raw = session.sources.document("card", options.file)
    assert raw is not None
    casework = session.casework()
    try:
        found = cards.read_all(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise InputNotReadable("card", _("it is not UTF-8 text")) from None
    if options.compared:
        wanted = [one for one in found if spoken.same(options.compared, one.fingerprint)]
        if not wanted:
            raise FingerprintDiffers(
                () if options.compared.startswith("SHA256:") else spoken.slips(_grouped(options.compared))
            )
        return _trusted([_trust(casework, options, one.text, options.compared) for one in wanted])
    if not session.sources.can_ask():
        raise AnswersNeeded((_("the fingerprint"),), _("Give it as it came another way: --compared FINGERPRINT."))
    authors = []
    for one in found:
        seen = casework.look_at_card(one.text)
        for line in card_lines(seen):
            session.sources.say(line)
        if yes(session.sources.ask(_("Are they the same, read from elsewhere? {hint}").format(hint=yes_or_no()))):
            authors.append(_trust(casework, options, one.text, one.fingerprint))
    return _trusted(authors)


def _grouped(digits: str) -> str:
    plain = "".join(digits.split())
    return " ".join(plain[start : start + 6] for start in range(0, len(plain), 6))


def _trust(casework: Casework, options: argparse.Namespace, text: str, compared: str) -> Author:
    return casework.trust_card(
        text,
        compared=compared,
        colleague=options.colleague is not None,
        role=options.colleague or "counsellor",
        leads=options.leads,
        another_person=options.another_person,
    )


def _trusted(authors: list[Author]) -> Answer:
    lines = [
        _("Known from now on: {name}, {office} ({belongs}).").format(
            name=author.name, office=author.office, belongs=_belongs(author)
        )
        for author in authors
    ] or [_("Nothing was changed.")]
    return Answer(document={"authors": [author_document(author) for author in authors]}, lines=tuple(lines))


def revoke(session: Session, options: argparse.Namespace) -> Answer:
    """Let keys count no longer."""
    author = session.casework().revoke(options.author, session.sources.reason(options.reason_fd))
    lines = (
        _("What the keys of {name} sign from now on counts no more. What was known until now stays.").format(
            name=author.name
        ),
        _("Tell those you share cases with: their Segl does not know yet."),
    )
    return Answer(document={"author": author_document(author)}, lines=lines)


def card_lines(seen: CardSeen) -> list[str]:
    """A card for what it is, and what to do with its digits."""
    one = seen.card
    lines = [
        _("Card of {name}, {office}, by their own word").format(name=one.name, office=one.office),
        f"  {one.fingerprint}",
        f"  {seen.digits}",
    ]
    if seen.known is not None:
        lines.append(_("This key is known here already ({belongs}).").format(belongs=_belongs(seen.known)))
    lines += [
        _("! You know {name} by another key: {fingerprint}").format(
            name=other.name, fingerprint=fingerprint(other.devices[0])
        )
        for other in seen.same_name
    ]
    lines.append(
        _("Ring them on a number that you know from elsewhere, and let them read you the digits of 'segl keys show'.")
    )
    return lines


def author_document(author: Author) -> dict[str, Json]:
    """Somebody who is known."""
    return {
        "author": author.id,
        "name": author.name,
        "office": author.office,
        "belongs": author.belongs.value,
        "administrator": author.administrator,
        "role": author.role.value if author.role else None,
        "leads": author.leads,
        "revoked": author.revoked,
        "fingerprint": fingerprint(author.devices[0]),
        "digits": spoken.digits(fingerprint(author.devices[0])),
        "recipient": author.recipient,
        "devices": list(author.devices),
    }


def _belongs(author: Author) -> str:
    words = {
        Belongs.OWN: _("you"),
        Belongs.COLLEAGUE: _("a colleague of this office"),
        Belongs.ELSEWHERE: _("from elsewhere: counts in cases that you share"),
    }[author.belongs]
    parts = [words]
    if author.role is not None and author.role is not Role.COUNSELLOR:
        parts.append(role_words(author.role))
    if author.leads and author.role is not Role.LEADER:
        parts.append(_("sees the overview"))
    if author.revoked:
        parts.append(_("KEYS REVOKED"))
    return ", ".join(parts)
