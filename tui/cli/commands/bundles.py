"""`segl seal` and `segl open`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.errors import ExitCode
from guidance.language import _, current_language
from store.model import CaseExport, Purpose, Sealed
from tui.cli.answer import Answer, Json
from tui.cli.commands.opening import opened_with, passphrase_of
from tui.cli.commands.recipients import keys_in, reader_documents, reader_lines, reader_warnings, text_of, with_people
from tui.cli.commands.signers import signers_in
from tui.cli.commands.withholding import choice_of, names
from tui.cli.failures import UsageFault
from tui.cli.opened import opened_document, opened_lines
from tui.cli.progress import Progress
from tui.cli.records import day
from tui.cli.session import Session
from tui.cli.signals import cancellation

if TYPE_CHECKING:
    from store.age.keys import Identity
    from store.bundle.open import OpenedBundle
    from store.bundle.seal import SealOrder
    from store.bundle.shared_sessions import SharedSessions
    from store.bundle.withholding import Withholding
    from store.casework import Casework
    from store.secret import Secret


def seal(session: Session, options: argparse.Namespace) -> Answer:
    """Seal a case, or list what would go in."""
    if options.names:
        return names(session, options)
    if options.purpose is None:
        raise UsageFault(_("Missing: {names}").format(names="--for WHOM"), "seal")
    if options.output is None and not options.preview:
        raise UsageFault(_("Missing: {names}").format(names="-o FILE"), "seal")
    keys = keys_in(options.to or [])
    choice = choice_of(session, options.withhold)
    casework = session.casework()
    recipients = with_people(casework, options.to or [], keys)
    shared = _sessions(session, options)
    if options.preview:
        return _preview(casework, options, recipients, choice, shared)
    readers = casework.readers_of(recipients)
    passphrase = None if recipients else _bundle_passphrase(session, options.passphrase_fd)
    from store.bundle import seal as sealing
    from store.bundle.contents import check_choice
    from store.bundle.shared_sessions import check_sessions
    from store.cpr import Leaving

    order = replace(_order(options, recipients, passphrase), choice=choice, sessions=shared)
    check_choice(order.purpose, choice)
    check_sessions(order.purpose, shared, withheld=choice is not None)
    export = casework.export_case(options.case, order.language)
    session.settle_cpr(sealing.numbers_in(export, order), leaving=Leaving.SEALED)
    wish = wish_of(export, order)
    session.output.complain([f"! {line}" for line in (*wish, *reader_warnings(readers))])
    order = replace(order, allow_cpr=True)
    if shared is not None:
        casework.disclose_sessions(shared)
    progress = Progress()
    try:
        with cancellation() as cancelled:
            sealed = sealing.seal(
                export,
                order,
                casework.sign,
                progress=lambda done, total: progress.show(order.out.name, done, total),
                cancelled=cancelled,
                before_naming=partial(casework.about_to_seal, options.case),
                before_part=casework.about_to_write,
            )
    finally:
        progress.clear()
    try:
        casework.record_seal(options.case, sealed)
    except BaseException:
        sealing.take_back(sealed)
        raise
    fingerprint = export.card.fingerprint
    return Answer(
        document={
            **sealed_document(export.record.summary.reference, sealed, fingerprint, wish),
            "readers": reader_documents(readers),
        },
        lines=(*sealed_lines(sealed, fingerprint), *reader_lines(readers), *_to_write_in_it(order)),
    )


def _to_write_in_it(order: SealOrder) -> tuple[str, ...]:
    """What a passphrase's reader writes counts where the case was opened only once it is shared with them."""
    if order.passphrase is None or order.purpose not in (Purpose.COLLEAGUE, Purpose.FULL):
        return ()
    return (_("A passphrase names nobody: to let its reader write in the case, 'segl case share' it with them too."),)


def _sessions(session: Session, options: argparse.Namespace) -> SharedSessions | None:
    """What was shared in the sessions that are named, with the reason."""
    chosen = tuple(options.with_session or ())
    if not chosen:
        return None
    return session.casework().choose_sessions(chosen, session.sources.reason(options.reason_fd))


def wish_of(export: CaseExport, order: SealOrder) -> list[str]:
    """Whom the person wants told, before anything of the case leaves (HM-2c); statistics tell nobody of anybody."""
    from guidance.wish import before_telling
    from store.bundle.labels import told_of

    if order.purpose is Purpose.STATISTICS:
        return []
    return [text.local() for text in before_telling(export.record.guide, told_of(order.purpose.value))]


def _order(options: argparse.Namespace, recipients: tuple[str, ...], passphrase: Secret | None) -> SealOrder:
    from store.bundle.seal import SealOrder

    return SealOrder(
        purpose=Purpose(options.purpose),
        out=Path(options.output or "preview.segl.age"),
        recipients=recipients,
        passphrase=passphrase,
        language=current_language(),
    )


def _bundle_passphrase(session: Session, number: int | None) -> Secret:
    return session.sources.secret(number, "--passphrase-fd", _("A passphrase for the bundle:"), twice=True)


def _preview(
    casework: Casework,
    options: argparse.Namespace,
    recipients: tuple[str, ...],
    choice: Withholding | None,
    shared: SharedSessions | None,
) -> Answer:
    from store.bundle.contents import describe
    from store.bundle.seal import numbers_in, preview_files
    from store.bundle.texts import age_since, needs_newer_age
    from store.bundle.weighing import needs_large, weigh

    export = casework.export_case(options.case)
    order = replace(_order(options, recipients or (export.card.recipient,), None), choice=choice, sessions=shared)
    files = preview_files(export, order)
    contents, large = describe(files), weigh(files)
    since = age_since(recipients)
    numbers = numbers_in(export, order)
    wish = wish_of(export, order)
    readers = casework.readers_of(recipients)
    document: dict[str, Json] = {
        "case": export.record.summary.reference,
        "purpose": options.purpose,
        "contents": [{"name": one.name, "what": one.what, "size": one.size, "digest": one.digest} for one in contents],
        "cpr": [
            {"kind": one.kind, "field": one.field, "words": one.words(), "shown": one.shown, "on": day(one.on)}
            for one in numbers
        ],
        "wish": list(wish),
        "large": large,
        "age_since": since,
        "readers": reader_documents(readers),
    }
    warned = [f"! {line}" for line in (*wish, *reader_warnings(readers))]
    lines = [*warned, _("This would go in; nothing was sealed:")]
    lines += [f"  {one.name}  {one.size}  {one.what}" for one in contents]
    lines += reader_lines(readers)
    if large:
        lines.append(f"! {needs_large()}")
    if since:
        lines.append(f"! {needs_newer_age(since)}")
    if numbers:
        lines.append(_("Civil registration numbers (CPR) seem to stand in it:"))
        lines += [f"  {one.words()}: {one.shown}" for one in numbers]
    return Answer(document=document, lines=tuple(lines))


def sealed_document(reference: str, sealed: Sealed, fingerprint: str, wish: list[str]) -> dict[str, Json]:
    """A bundle that was made, as data."""
    from store.bundle.texts import age_since

    return {
        "case": reference,
        "path": sealed.path,
        "digest": sealed.digest,
        "size": sealed.size,
        "manifest_digest": sealed.manifest_digest,
        "purpose": sealed.purpose.value,
        "recipients": list(sealed.recipients),
        "companions": list(sealed.companions),
        "signer": fingerprint,
        "wish": list(wish),
        "paper": sealed.paper,
        "large": sealed.large,
        "age_since": age_since(sealed.recipients),
    }


def sealed_lines(sealed: Sealed, fingerprint: str) -> tuple[str, ...]:
    """The same for a person."""
    from store.bundle.paper import no_paper
    from store.bundle.texts import age_since, needs_newer_age
    from store.bundle.weighing import needs_large

    since = age_since(sealed.recipients)
    return (
        _("Sealed: {path}").format(path=sealed.path),
        f"  {sealed.digest}",
        _("How to open it stands in:"),
        *(f"  {path}" for path in sealed.companions),
        *(() if sealed.paper else (f"! {no_paper()}",)),
        *((f"! {needs_large()}",) if sealed.large else ()),
        *((f"! {needs_newer_age(since)}",) if since else ()),
        _("Tell the recipient this fingerprint another way, by telephone for example:"),
        f"  {fingerprint}",
    )


def open_(session: Session, options: argparse.Namespace) -> Answer:
    """Check a bundle and say the verdicts; nothing of it is written anywhere."""
    from store.bundle.open import needs_passphrase

    trusted = signers_in(options.signer, "--signer") if options.signer else {}
    revoked = signers_in(options.revoked, "--revoked") if options.revoked else {}
    keys: Secret | Sequence[Identity]
    may_cost = None
    if options.identity is not None:
        keys = _identities(options.identity)
    elif options.passphrase_fd is not None or needs_passphrase(Path(options.file)):
        keys, may_cost = passphrase_of(session, options)
    else:
        keys = session.casework().identities()
    if not trusted and session.opens_unasked():
        trusted = session.casework().known_signers()
    if session.opens_unasked():
        revoked = {**session.casework().revoked_signers(), **revoked}
    opened = opened_with(session, options, keys, trusted=trusted, revoked=revoked, may_cost=may_cost)
    return Answer(document=opened_document(opened), lines=tuple(opened_lines(opened)), exit_code=_judged(opened))


def _judged(opened: OpenedBundle) -> int:
    """0 only where all three verdicts are good ones: a script must not take an unknown signer for a known one."""
    from store.bundle.verdicts import Signer

    verdicts = opened.verdicts
    lacking = verdicts.complete.missing or verdicts.complete.forks
    good = verdicts.intact.holds and not lacking and verdicts.signed_by.signer is Signer.KNOWN
    return ExitCode.DONE if good else ExitCode.INTEGRITY


def _identities(path: str) -> Sequence[Identity]:
    from store.age.keys import parse_identities

    return parse_identities(text_of(path, "--identity"))
