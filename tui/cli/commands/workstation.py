"""`segl workstation join` and `add`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from guidance.language import _, current_language
from store import cards, spoken
from store.cards import Card
from store.cases.trust_errors import FingerprintDiffers
from tui.cli.answer import Answer, Json
from tui.cli.failures import AnswersNeeded, InputNotReadable
from tui.cli.plain import one_line
from tui.cli.session import Session
from tui.cli.terminal import yes, yes_or_no

if TYPE_CHECKING:
    from store.slots import KdfParameters


def join(session: Session, options: argparse.Namespace) -> Answer:
    """Make the vault of a further workstation."""
    from store.beginning import begin

    card = _read(session, options.file)
    if not options.compared:
        _require_same(session, card.fingerprint, card)
    elif not spoken.same(options.compared, card.fingerprint):
        raise FingerprintDiffers
    home = session.home()
    passphrase = session.sources.secret(
        session.passphrase_descriptor, "--vault-passphrase-fd", _("A passphrase for the vault:"), twice=True
    )
    vault, casework, office = begin(
        home,
        lambda desk: desk.join_as_oneself(card.text, compared=card.fingerprint, language=current_language()),
        label=card.name,
        passphrase=passphrase,
        kdf=_kdf(options.kdf),
    )
    session.adopt(vault, casework)
    own = casework.key_card()
    digits = spoken.digits(own.fingerprint)
    document: dict[str, Json] = {
        "vault": vault.id,
        "path": str(vault.path),
        "office": office.name,
        "author": office.author,
        "fingerprint": own.fingerprint,
        "digits": digits,
    }
    lines = (
        _("The vault of this workstation is made: {id}").format(id=vault.id),
        _("Now write its card ('segl keys card'), and let it count on the workstation before:"),
        "  segl workstation add FILE",
        _("where you compare these digits:"),
        f"  {digits}",
        _("Then exchange there and here ('segl exchange DIR'): everything comes over."),
    )
    return Answer(document=document, lines=lines)


def add(session: Session, options: argparse.Namespace) -> Answer:
    """Let a further workstation count."""
    card = _read(session, options.file)
    casework = session.casework()
    seen = casework.look_at_workstation(card.text)
    compared = options.compared or _require_same(session, seen.fingerprint, card)
    author = casework.add_workstation(card.text, compared=compared)
    document: dict[str, Json] = {
        "author": author.id,
        "added": seen.card.signer,
        "fingerprint": seen.fingerprint,
        "devices": list(author.devices),
        "recipient": author.recipient,
    }
    lines = (
        _("It counts as yours from now on: {fingerprint}").format(fingerprint=seen.fingerprint),
        _("Exchange here and there ('segl exchange DIR'): everything goes over."),
        _("Others write to the new one from now on, and this one gets it from there."),
        _("If this one is given up: revoke it on the new one when all is there, 'segl keys revoke {author}'.").format(
            author=author.id[:8]
        ),
    )
    return Answer(document=document, lines=lines)


def _read(session: Session, file: str) -> Card:
    raw = session.sources.document("card", file)
    assert raw is not None
    try:
        return cards.read(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise InputNotReadable("card", _("it is not UTF-8 text")) from None


def _require_same(session: Session, mark: str, card: Card) -> str:
    """Ask whether the digits are the same on the other screen; the fingerprint where they are."""
    if not session.sources.can_ask():
        raise AnswersNeeded(
            (_("the fingerprint"),), _("Give it as it stands on the other workstation: --compared FINGERPRINT.")
        )
    session.sources.say(
        _("Card of {name}, {office}, by their own word").format(name=one_line(card.name), office=one_line(card.office))
    )
    session.sources.say(f"  {spoken.digits(mark)}")
    if not yes(
        session.sources.ask(_("Are these the digits on the other workstation? {hint}").format(hint=yes_or_no()))
    ):
        raise FingerprintDiffers
    return mark


def _kdf(chosen: str) -> KdfParameters | None:
    from store.slots import KdfParameters

    return {"floor": KdfParameters.FLOOR, "default": KdfParameters.DEFAULT}.get(chosen)
