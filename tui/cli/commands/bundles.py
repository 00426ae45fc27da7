"""`segl seal` and `segl open`."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guidance.language import _, current_language
from store.model import Purpose, Sealed
from tui.cli.answer import Answer, Json
from tui.cli.failures import InputNotReadable, UsageFault
from tui.cli.progress import Progress
from tui.cli.session import Session
from tui.cli.signals import cancellation
from tui.cli.sources import read_file

if TYPE_CHECKING:
    from store.bundle.seal import SealOrder
    from store.casework import Casework
    from store.secret import Secret

_MAX_KEYS: Final = 256 * 1024
_RECIPIENT: Final = re.compile(r"age1[0-9a-z]+", re.ASCII)


def seal(session: Session, options: argparse.Namespace) -> Answer:
    """Seal a case, or list what would go in."""
    if options.output is None and not options.preview:
        raise UsageFault(_("Missing: {names}").format(names="-o FILE"), "seal")
    recipients = _recipients(options.to or [])
    casework = session.casework()
    if options.preview:
        return _preview(casework, options, recipients)
    passphrase = None if recipients else _bundle_passphrase(session, options.passphrase_fd)
    from store.bundle import seal as sealing

    order = _order(options, recipients, passphrase)
    export = casework.export_case(options.case)
    progress = Progress()
    try:
        with cancellation() as cancelled:
            sealed = sealing.seal(
                export,
                order,
                casework.sign,
                progress=lambda done, total: progress.show(order.out.name, done, total),
                cancelled=cancelled,
            )
    finally:
        progress.clear()
    try:
        casework.record_seal(options.case, sealed)
    except BaseException:
        # What the journal does not know of must not leave the house.
        for path in (sealed.path, *sealed.companions):
            Path(path).unlink(missing_ok=True)
        raise
    return _sealed_answer(export.record.summary.reference, sealed, export.card.fingerprint)


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


def _recipients(given: list[str]) -> tuple[str, ...]:
    from store.age.keys import parse_recipients

    found: list[str] = []
    for one in given:
        text = one if _RECIPIENT.fullmatch(one) else _text_of(one, "--to")
        found += [recipient.encode() for recipient in parse_recipients(text)]
    return tuple(dict.fromkeys(found))


def _text_of(path: str, option: str) -> str:
    try:
        return read_file(path, option, _MAX_KEYS).decode("utf-8")
    except UnicodeDecodeError:
        raise InputNotReadable(option, _("it is not UTF-8 text")) from None


def _preview(casework: Casework, options: argparse.Namespace, recipients: tuple[str, ...]) -> Answer:
    from store.bundle.seal import preview

    export = casework.export_case(options.case)
    contents = preview(export, _order(options, recipients or (export.card.recipient,), None))
    document: dict[str, Json] = {
        "case": export.record.summary.reference,
        "purpose": options.purpose,
        "contents": [{"name": one.name, "what": one.what, "size": one.size} for one in contents],
    }
    lines = [_("This would go in; nothing was sealed:")]
    lines += [f"  {one.name}  {one.size}  {one.what}" for one in contents]
    return Answer(document=document, lines=tuple(lines))


def _sealed_answer(reference: str, sealed: Sealed, fingerprint: str) -> Answer:
    document: dict[str, Json] = {
        "case": reference,
        "path": sealed.path,
        "digest": sealed.digest,
        "size": sealed.size,
        "manifest_digest": sealed.manifest_digest,
        "purpose": sealed.purpose.value,
        "recipients": list(sealed.recipients),
        "companions": list(sealed.companions),
        "signer": fingerprint,
    }
    lines = (
        _("Sealed: {path}").format(path=sealed.path),
        f"  {sealed.digest}",
        _("How to open it stands in:"),
        *(f"  {path}" for path in sealed.companions),
        _("Tell the recipient this fingerprint another way, by telephone for example:"),
        f"  {fingerprint}",
    )
    return Answer(document=document, lines=lines)
