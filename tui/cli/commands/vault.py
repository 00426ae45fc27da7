"""`segl init`, `where`, `doctor`, `keys show`, `passphrase change`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from guidance.errors import ExitCode
from guidance.language import _, set_language
from store.model import Joining, OfficeSetUp
from store.spoken import digits
from tui.cli.answer import Answer, Json
from tui.cli.documents import read_answers
from tui.cli.failures import AnswersNeeded, InputNotReadable
from tui.cli.main import INTERRUPTED
from tui.cli.plain import one_line
from tui.cli.progress import Progress
from tui.cli.session import Session
from tui.cli.signals import cancellation
from tui.cli.terminal import yes, yes_or_no

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from store.cards import Card
    from store.casework import Casework
    from store.findings import Finding, Report
    from store.model import Office
    from store.slots import KdfParameters


def init(session: Session, options: argparse.Namespace) -> Answer:
    """Set up an office and make a vault; or join an office by the card of its administrator."""
    joining, card_seen = _joining(session, options)
    set_up = _answers(session, options.answers, card_seen)
    from store.beginning import begin
    from store.shared_account import shared_account

    home = session.home()
    passphrase = session.sources.secret(
        session.passphrase_descriptor, "--vault-passphrase-fd", _("A passphrase for the vault:"), twice=True
    )
    if options.place_reason_fd is not None:
        home.prepare(override_reason=session.sources.reason(options.place_reason_fd))
    if not session.language_chosen:
        set_language(set_up.language)

    def begins(desk: Casework) -> Office:
        if joining is None:
            return desk.set_up(set_up)
        return desk.join_office(set_up, joining.card, compared=joining.compared)

    vault, casework, office = begin(home, begins, label=set_up.author, passphrase=passphrase, kdf=_kdf(options.kdf))
    session.adopt(vault, casework)
    card = casework.key_card()
    document: dict[str, Json] = {
        "vault": vault.id,
        "path": str(vault.path),
        "office": office.name,
        "author": office.author,
        "fingerprint": card.fingerprint,
        "digits": digits(card.fingerprint),
        "joined": joining is not None,
    }
    done: tuple[str, ...] = (_("The vault is made and the office is set up."),)
    if card_seen is not None:
        done = (
            _("The vault is made, and its office is {office}.").format(office=one_line(office.name)),
            _("You can work at once. A member of the office you are when {name} has certified you:").format(
                name=one_line(card_seen.name)
            ),
            _("give them your card ('segl keys card'), and read them these digits when they ring:"),
            f"  {digits(card.fingerprint)}",
        )
    lines = (
        *done,
        _("vault: {id}").format(id=vault.id),
        _("in: {path}").format(path=vault.path),
        _("Only your passphrase opens it: if it is forgotten, nobody can open the vault."),
        _("Set-up is done when a recovery was made and tried: 'segl recovery make', 'segl recovery drill'."),
        shared_account(),
    )
    return Answer(document=document, lines=lines)


def _joining(session: Session, options: argparse.Namespace) -> tuple[Joining | None, Card | None]:
    """The card by which an office is joined, once it was compared."""
    raw = session.sources.document("--join", options.join)
    if raw is None:
        return None, None
    from store import cards
    from store.cases.trust import compared_card

    try:
        card = cards.read(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise InputNotReadable("--join", _("it is not UTF-8 text")) from None
    compared = options.compared
    if compared is None:
        if not session.sources.can_ask():
            raise AnswersNeeded((_("the fingerprint"),), _("Give it as it came another way: --compared FINGERPRINT."))
        for line in (
            _("Card of {name}, {office}, by their own word").format(
                name=one_line(card.name), office=one_line(card.office)
            ),
            f"  {card.fingerprint}",
            f"  {digits(card.fingerprint)}",
        ):
            session.sources.say(line)
        question = _("Are they the same, read from elsewhere? {hint}").format(hint=yes_or_no())
        compared = card.fingerprint if yes(session.sources.ask(question)) else ""
    joining = Joining(card=card.text, compared=compared)
    return joining, compared_card(joining)


def _answers(session: Session, path: str | None, joined: Card | None) -> OfficeSetUp:
    raw = session.sources.document("--answers", path)
    if raw is not None:
        return read_answers(raw, joined=joined.office if joined else "")
    if not session.sources.can_ask():
        raise AnswersNeeded(
            ("author", "language") if joined else ("office", "author", "language", "contacts"),
            _("Give them as TOML: --answers FILE, or --answers - for standard input."),
        )
    from tui.cli.asking import ask_answers

    return ask_answers(session.sources, joined=joined.office if joined else "")


def _kdf(chosen: str) -> KdfParameters | None:
    from store.slots import KdfParameters

    return {"floor": KdfParameters.FLOOR, "default": KdfParameters.DEFAULT}.get(chosen)


def keys(session: Session, _options: argparse.Namespace) -> Answer:
    """Show the public keys."""
    card = session.casework().key_card()
    document: dict[str, Json] = {
        "author": card.author,
        "office": card.office,
        "signing_key": card.signing_key,
        "fingerprint": card.fingerprint,
        "recipient": card.recipient,
        "device": card.device,
        "digits": digits(card.fingerprint),
    }
    lines = (
        f"{card.author}, {card.office}",
        _("Signing key (to check bundles from here: ssh-keygen, segl open --signer):"),
        card.signing_key,
        _("Its fingerprint, to compare by telephone:"),
        card.fingerprint,
        digits(card.fingerprint),
        _("Recipient (to seal bundles for here: segl seal --to, age -r):"),
        card.recipient,
    )
    return Answer(document=document, lines=lines)


def change_passphrase(session: Session, options: argparse.Namespace) -> Answer:
    """Change the passphrase; the data key stays, so an old copy of the slots file still opens with the old one."""
    old = session.sources.secret(session.passphrase_descriptor, "--vault-passphrase-fd", _("The passphrase until now:"))
    vault = session.vault_with(old)
    new = session.sources.secret(options.new_passphrase_fd, "--new-passphrase-fd", _("The new passphrase:"), twice=True)
    vault.change_passphrase(old, new, kdf=_kdf(options.kdf))
    document: dict[str, Json] = {"vault": vault.id, "changed": "passphrase"}
    lines = (
        _("The passphrase is changed. The key of the data is the same."),
        _("Where somebody has a copy of the old slots file, the old passphrase still opens that copy."),
    )
    return Answer(document=document, lines=lines)


def doctor(session: Session, options: argparse.Namespace) -> Answer:
    """Verify every feed, and make what is derived anew where that was asked for."""
    from store.doctor import check, repair_projections

    vault = session.vault()
    casework = session.casework()
    settled = casework.settle_put_back() if options.settle else ()
    progress = Progress()

    def shown(done: int, total: int) -> None:
        progress.show(_("verifying"), done, total)

    try:
        with cancellation() as cancelled:
            if options.repair:
                report = repair_projections(vault, progress=shown, cancelled=cancelled)
            else:
                report = check(vault, progress=shown, cancelled=cancelled)
    finally:
        progress.clear()
    document: dict[str, Json] = {
        "well": report.well,
        "whole": report.whole,
        "spaces": report.spaces,
        "entries": report.entries,
        "commits": report.commits,
        "findings": [
            {
                "code": one.code,
                "where": one.where,
                "case": one.case or None,
                "damage": one.damage,
                "words": one.words(),
            }
            for one in report.findings
        ],
        "todo": list(report.todo()),
        "settled": [one.code for one in settled],
        "looked": list(report.looked),
        "not_looked": list(report.left),
    }
    damaged = any(one.damage for one in report.findings)
    code = ExitCode.INTEGRITY if damaged else ExitCode.DONE if report.whole else INTERRUPTED
    return Answer(
        document=document,
        lines=(*_settled_lines(settled, options.settle), *_doctor_lines(report, damaged)),
        exit_code=code,
    )


def _settled_lines(settled: Sequence[Finding], asked: bool) -> Iterator[str]:
    if settled:
        yield _("It is known now that an old copy was put back; that is said no more.")
    elif asked:
        yield _("Nothing shows that an old copy was put back.")


def _doctor_lines(report: Report, damaged: bool) -> Iterator[str]:
    """What was found is said where it was stopped too: it is damaged all the same."""
    if report.whole:
        yield _("Looked at: {spaces} spaces, {entries} entries, {commits} commits.").format(
            spaces=report.spaces, entries=report.entries, commits=report.commits
        )
    else:
        yield _("Stopped before the end.")
        yield from report.stopped_words()
    yield from (one.words() for one in report.findings)
    if damaged:
        yield _("Not everything verifies.")
    elif report.whole:
        yield _("Everything verifies.")
    else:
        yield _("Whether everything verifies is not known: verify once more, to the end.")
    yield from report.todo()
