"""`segl import`, `segl receipt`, and who has a case: `segl case conflicts`, `decide`, `share`, `unshare`, `shares`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.language import _
from store import spoken
from tui.cli.answer import Answer, Json
from tui.cli.commands.opening import opened_with, passphrase_of
from tui.cli.failures import InputNotReadable
from tui.cli.records import day, local, moment
from tui.cli.session import Session

if TYPE_CHECKING:
    from store.bundle.open import Keys, OpenedBundle
    from store.cases.conflicts import Conflict
    from store.cases.importing import Imported
    from store.cases.sharing import Share


def import_(session: Session, options: argparse.Namespace) -> Answer:
    """Take the case of a bundle in, or write the cards that came with it."""
    opened = _opened(session, options)
    if options.cards:
        return _cards(opened)
    imported = session.casework().import_bundle(opened)
    words = opened.verdicts.words()
    document: dict[str, Json] = {"verdicts": list(words), **_imported_document(imported)}
    return Answer(document=document, lines=(*words, "", *imported.words()))


def _opened(session: Session, options: argparse.Namespace) -> OpenedBundle:
    from store.bundle.open import needs_passphrase

    keys: Keys
    may_cost = None
    # Before the vault is opened: nobody types a passphrase for a bundle that is refused whatever it is.
    if options.passphrase_fd is not None or needs_passphrase(Path(options.file)):
        keys, may_cost = passphrase_of(session, options)
        casework = session.casework()
    else:
        casework = session.casework()
        keys = casework.identities()
    trusted, revoked = casework.known_signers(), casework.revoked_signers()
    return opened_with(session, options, keys, trusted=trusted, revoked=revoked, may_cost=may_cost, carry=True)


def _cards(opened: OpenedBundle) -> Answer:
    opened.require_usable()
    found = opened.carried.cards if opened.carried else ()
    document: dict[str, Json] = {
        "cards": [
            {
                "name": card.name,
                "office": card.office,
                "fingerprint": card.fingerprint,
                "digits": spoken.digits(card.fingerprint),
                "card": card.text,
            }
            for card in found
        ]
    }
    return Answer(document=document, lines=tuple(line for card in found for line in card.text.splitlines()))


def _imported_document(imported: Imported) -> dict[str, Json]:
    taken = imported.taken
    return {
        "case": imported.reference,
        "fresh": imported.fresh,
        "changed": taken.changed,
        "new": len(taken.new),
        "known": taken.known,
        "filled": len(taken.filled),
        "incomplete": imported.incomplete,
        "erased": len(taken.erased),
        "forks": len(taken.forks),
        "own": len(taken.own),
        "conflicts": imported.conflicts,
        "not_shared": imported.not_shared,
        "shared_with_you": imported.shared,
        "words": list(imported.words()),
    }


def give_receipt(session: Session, options: argparse.Namespace) -> Answer:
    """A receipt for a bundle that was taken in."""
    text = session.casework().give_receipt(_opened(session, options))
    return Answer(document={"receipt": text}, lines=tuple(text.splitlines()))


def take_receipt(session: Session, options: argparse.Namespace) -> Answer:
    """Take a receipt in."""
    raw = session.sources.document("receipt", options.file)
    assert raw is not None
    casework = session.casework()
    try:
        receipt = casework.take_receipt(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise InputNotReadable("receipt", _("it is not UTF-8 text")) from None
    name = casework.known_signers().get(_mark(receipt.signer), "")
    document: dict[str, Json] = {
        "case": casework.view(receipt.space).summary.reference,
        "by": name,
        "given_at": moment(receipt.given_at),
        "checkpoint": receipt.checkpoint.counter,
        "manifest_digest": receipt.manifest,
    }
    line = _("{name} has the case. The receipt is kept: it would tell if this vault were put back to an older copy.")
    return Answer(document=document, lines=(line.format(name=name),))


def _mark(device: str) -> str:
    from store.keys import fingerprint

    return fingerprint(device)


def conflicts(session: Session, options: argparse.Namespace) -> Answer:
    """List the disagreements of a case."""
    found = session.casework().conflicts(options.case)
    lines = [line for conflict in found for line in _conflict_lines(conflict)] or [_("Nobody disagrees in this case.")]
    document: dict[str, Json] = {
        "case": _reference(session, options.case),
        "conflicts": [_conflict_document(one) for one in found],
    }
    return Answer(document=document, lines=tuple(lines))


def _reference(session: Session, case: str) -> str:
    return session.casework().view(case).summary.reference


def _conflict_lines(conflict: Conflict) -> list[str]:
    lines = [f"{conflict.words}  ({conflict.subject})"]
    return lines + [
        f"  {said.entry[:8]}  {local(said.at)}  {said.author}: {said.words}" for said in conflict.statements
    ]


def _conflict_document(conflict: Conflict) -> Json:
    return {
        "subject": conflict.subject,
        "about": conflict.words,
        "statements": [
            {"entry": said.entry, "author": said.author, "at": moment(said.at), "words": said.words}
            for said in conflict.statements
        ],
    }


def decide(session: Session, options: argparse.Namespace) -> Answer:
    """Let one statement stand."""
    casework = session.casework()
    reason = session.sources.reason(options.reason_fd)
    casework.decide(options.case, options.subject, options.entry, reason)
    left = casework.conflicts(options.case)
    document: dict[str, Json] = {
        "case": _reference(session, options.case),
        "conflicts": [_conflict_document(one) for one in left],
    }
    return Answer(document=document, lines=(_("Decided. Disagreements left: {count}.").format(count=len(left)),))


def share(session: Session, options: argparse.Namespace) -> Answer:
    """Write that somebody may read a case."""
    purpose = session.sources.reason(options.reason_fd)
    return _shares(
        session,
        options.case,
        session.casework().share_case(options.case, options.author, purpose, options.until),
    )


def unshare(session: Session, options: argparse.Namespace) -> Answer:
    """Write that somebody gets nothing more of a case."""
    answer = _shares(
        session,
        options.case,
        session.casework().end_share(options.case, options.author, session.sources.reason(options.reason_fd)),
    )
    kept = _("What they have already they keep: nothing on their disk is reached from here.")
    return Answer(document=answer.document, lines=(*answer.lines, kept))


def hand_over(session: Session, options: argparse.Namespace) -> Answer:
    """Hand cases over, or the whole load."""
    reason = session.sources.reason(options.reason_fd)
    handed = session.casework().hand_over(options.cases, options.author, reason, keep=options.keep)
    document: dict[str, Json] = {"cases": list(handed), "author": options.author, "keep": options.keep}
    lines = [*handed, _("Handed over: {count}. 'segl exchange' brings them there.").format(count=len(handed))]
    if not handed:
        lines = [_("No case here is yours to hand over.")]
    elif not options.keep:
        lines.append(_("You get nothing more of them; what is here stays here."))
    return Answer(document=document, lines=tuple(lines))


def shares(session: Session, options: argparse.Namespace) -> Answer:
    """With whom a case is shared."""
    return _shares(session, options.case, session.casework().shares(options.case))


def _shares(session: Session, case: str, found: tuple[Share, ...]) -> Answer:
    from store.cases.lost_shares import lost_share_words

    lost = session.casework().lost_shares(case)
    lines = [
        f"{one.author[:8]}  {one.name}: {one.purpose}"
        + (f" ({_('until {day}').format(day=one.until.isoformat())})" if one.until else "")
        for one in found
    ] or [_("The case is shared with nobody.")]
    lines += [f"! {lost_share_words(one)}" for one in lost]
    document: dict[str, Json] = {
        "case": _reference(session, case),
        "shares": [
            {
                "author": one.author,
                "name": one.name,
                "recipient": one.recipient,
                "purpose": one.purpose,
                "until": day(one.until) if one.until else None,
                "shared_at": moment(one.shared_at),
            }
            for one in found
        ],
        "lost": [{"entry": one.entry, "by": one.by or None, "at": moment(one.at), "why": one.why} for one in lost],
    }
    return Answer(document=document, lines=tuple(lines))
