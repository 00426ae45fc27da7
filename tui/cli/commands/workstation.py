"""`segl workstation join`, `add`, `list` and `revoke`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from guidance.language import _, current_language
from store import cards, spoken
from store.authors import Belongs
from store.cards import Card
from store.cases.trust_errors import FingerprintDiffers
from store.keys import fingerprint
from store.workstation_words import given_up_words, workstation_name, workstation_words
from tui.cli.answer import Answer, Json
from tui.cli.failures import AnswersNeeded, InputNotReadable
from tui.cli.plain import one_line
from tui.cli.records import moment
from tui.cli.session import Session
from tui.cli.terminal import yes, yes_or_no

if TYPE_CHECKING:
    from store.authors import Author
    from store.cases.waiting import WorkstationShown
    from store.slots import KdfParameters
    from store.workstations import Workstation


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
        _("Others write to each of your workstations from now on, and each of them passes on to the others."),
        _("If this one is given up: on the new one, when all is there, 'segl workstation revoke {which}'.").format(
            which=casework.key_card().device[:8]
        ),
    )
    return Answer(document=document, lines=lines)


def listed(session: Session, options: argparse.Namespace) -> Answer:
    """The workstations of everybody, or of one."""
    found = session.casework().workstations(options.author or "")
    lines: list[str] = []
    for one in found:
        if one.workstation.number == 1:
            lines.append(f"{one.author.id[:8]}  {one_line(one.author.name)}, {one_line(one.author.office)}")
        lines.append(f"  {one.workstation.device[:8]}  {workstation_words(one)}")
        lines.append(f"            {fingerprint(one.workstation.device)}")
    return Answer(document={"workstations": [_workstation_document(one) for one in found]}, lines=tuple(lines))


def revoke(session: Session, options: argparse.Namespace) -> Answer:
    """Give one workstation up."""
    casework = session.casework()
    author, workstation = casework.workstation(options.which)
    own = author.belongs is Belongs.OWN
    name = workstation_name(author.name, workstation.number, own=own)
    if session.sources.can_ask():
        session.sources.say(f"{name}, {fingerprint(workstation.device)}")
        for words in given_up_words():
            session.sources.say(words)
        if not yes(session.sources.ask(_("Give it up? {hint}").format(hint=yes_or_no()))):
            left = casework.workstations(author.id)
            return Answer(document=_revoked_document(author, workstation, left), lines=(_("Nothing was changed."),))
    reason = session.sources.reason(options.reason_fd)
    casework.revoke_workstation(options.which, reason)
    left = casework.workstations(author.id)
    lines = (
        _("Given up: {name}, {fingerprint}.").format(name=name, fingerprint=fingerprint(workstation.device)),
        *given_up_words(),
        _("Exchange now ('segl exchange DIR'): the others know of it when it has come to them."),
    )
    return Answer(document=_revoked_document(author, workstation, left), lines=lines)


def _revoked_document(author: Author, workstation: Workstation, left: tuple[WorkstationShown, ...]) -> dict[str, Json]:
    return {
        "author": author.id,
        "device": workstation.device,
        "workstations": [_workstation_document(one) for one in left],
    }


def _workstation_document(one: WorkstationShown) -> Json:
    return {
        "author": one.author.id,
        "name": one.author.name,
        "number": one.workstation.number,
        "device": one.workstation.device,
        "fingerprint": fingerprint(one.workstation.device),
        "here": one.here,
        "given_up": not one.workstation.reads,
        "heard_at": moment(one.heard_at),
    }


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
