"""`segl vault show`, `vault renew`, `recovery make`, `drill`, `key`, `seen`, and `segl recover`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.language import _
from store import recovery_words
from store.openers import lines_of
from tui.cli.answer import Answer, Json
from tui.cli.commands.vault import _kdf
from tui.cli.failures import InputNotReadable
from tui.cli.progress import Progress
from tui.cli.session import Session
from tui.cli.signals import cancellation

if TYPE_CHECKING:
    from store.recovery import NewKey, Openers


def show(session: Session, _options: argparse.Namespace) -> Answer:
    """Say who can open the vault."""
    session.casework()
    openers = session.vault().openers()
    return Answer(document=_document(openers), lines=lines_of(openers))


def make(session: Session, options: argparse.Namespace) -> Answer:
    """Make a recovery; the words are in the answer, and nowhere else."""
    from store.plain_file import require_free

    if options.office_key is not None:
        raw = session.sources.document("--office-key", options.office_key)
        assert raw is not None
        try:
            text = raw.decode("ascii")
        except UnicodeDecodeError:
            raise InputNotReadable("--office-key", _("it is not an office key")) from None
        openers = session.casework().take_office_key(text)
        document: dict[str, Json] = {**_document(openers), "words": [], "digits": "", "sheet": ""}
        return Answer(document=document, lines=(*lines_of(openers), *_drill_lines()))
    sheet = Path(options.sheet) if options.sheet else None
    if sheet is not None:
        require_free(sheet)
    casework = session.casework()
    key = casework.make_recovery()
    written = _write_sheet(sheet, key, casework.office().name) if sheet is not None else ""
    document = {
        **_document(casework.openers()),
        "words": list(key.words),
        "digits": key.digits,
        "sheet": written,
    }
    mark = _("Office key (write it on the same paper): {fingerprint}").format(fingerprint=key.fingerprint)
    first = (
        _("Write these words on paper, each with its number. They are shown once and kept nowhere:"),
        *recovery_words.numbered(key.words),
        mark,
    )
    square = dots(key.digits)
    # What a terminal has scrolled away stays there for whoever comes next.
    aside = not session.output.as_json and session.sources.show_once(
        (first, square), _("Press Enter when it is on paper, or need not be:")
    )
    lines = [
        *((mark,) if aside else (*first, *square)),
        _("Whoever has the paper opens every vault of this recovery: keep it locked away, not beside this machine."),
    ]
    if written:
        lines.append(_("Not encrypted: {path}. Print it, then delete it.").format(path=written))
    return Answer(document=document, lines=(*lines, *_drill_lines()))


def _write_sheet(path: Path, key: NewKey, office: str) -> str:
    from store.plain_file import write_plain
    from store.recovery_sheet import sheet

    written, _digest = write_plain(path, sheet(key, office))
    return str(written)


def drill(session: Session, options: argparse.Namespace) -> Answer:
    """Try the words in a process of its own."""
    casework = session.casework()
    words = session.sources.secret(options.words_fd, "--words-fd", _("The 24 words, in one line:"))
    openers = casework.drill_recovery(words)
    return Answer(
        document=_document(openers),
        lines=(_("The words opened the recovery in a process of its own. Recovery is done."), *lines_of(openers)),
    )


def key(session: Session, _options: argparse.Namespace) -> Answer:
    """Write the public office key."""
    session.casework()
    text = session.vault().public_office_key()
    fingerprint = session.vault().openers().office_key
    return Answer(document={"office_key": text, "fingerprint": fingerprint}, lines=(text,))


def seen(session: Session, _options: argparse.Namespace) -> Answer:
    """The owner knows of a use of the words."""
    openers = session.casework().see_recovery_use()
    return Answer(document=_document(openers), lines=lines_of(openers))


def recover(session: Session, options: argparse.Namespace) -> Answer:
    """Open a vault by the words, and choose a new passphrase."""
    from store.casework import Casework
    from store.vault import Vault

    ref = session.home().vault(session.vault_option)
    words = session.sources.secret(options.words_fd, "--words-fd", _("The 24 words, in one line:"))
    new = session.sources.secret(options.new_passphrase_fd, "--new-passphrase-fd", _("The new passphrase:"), twice=True)
    vault = Vault.recover(ref, words, new, kdf=_kdf(options.kdf))
    casework = Casework(vault)
    session.adopt(vault, casework)
    casework.record_recovery_use()
    document = _document(vault.openers())
    lines = (
        _("The vault is open again, with the new passphrase. The key of the data is the same."),
        _("That the recovery was used is on record, and is shown at the next unlocking."),
        _("If somebody else knew the passphrase, make a new key of the data: 'segl vault renew'."),
    )
    return Answer(document={**document, "changed": "passphrase"}, lines=lines)


def renew(session: Session, options: argparse.Namespace) -> Answer:
    """Make a new key of the data."""
    from store.casework import Casework
    from store.renewal import RenewalStopped

    old = session.sources.secret(session.passphrase_descriptor, "--vault-passphrase-fd", _("The passphrase until now:"))
    vault = session.vault_with(old)
    session.casework()
    new = (
        session.sources.secret(options.new_passphrase_fd, "--new-passphrase-fd", _("The new passphrase:"))
        if options.new_passphrase_fd is not None
        else None
    )
    shown = Progress()
    try:
        with cancellation() as cancelled:
            renewed = vault.renew_key(
                old,
                new=new,
                progress=lambda done, total: shown.show(_("writing everything anew"), done, total),
                cancelled=cancelled,
            )
    except RenewalStopped:
        raise KeyboardInterrupt from None
    finally:
        shown.clear()
    casework = Casework(renewed)
    session.adopt(renewed, casework)
    casework.record_renewal(options.because)
    document = _document(renewed.openers())
    lines = (
        _("The vault has a new key, and everything in it was written anew under it and verified."),
        _("Copies of the old files open what was in them until now, and nothing that is written from now on."),
        _("The old database was overwritten. A flash disk, a backup or a snapshot may still have it."),
    )
    return Answer(document={**document, "changed": "data-key"}, lines=lines)


def merge(session: Session, options: argparse.Namespace) -> Answer:
    """Take another vault of the same person in."""
    from store.vault import Vault

    casework = session.casework()
    ref = session.home().vault(options.other)
    passphrase = session.sources.secret(
        options.other_passphrase_fd, "--other-passphrase-fd", _("The other vault's passphrase:")
    )
    if ref.id == session.vault().id:
        from store.cases.merging_errors import SameVault

        raise SameVault
    with Vault.unlock(ref, passphrase) as other:
        take_in = casework.look_at_merge if options.preview else casework.merge
        merged = take_in(other.connection, other.id)
    document: dict[str, Json] = {
        "vault": merged.vault,
        "preview": options.preview,
        "cases": list(merged.cases),
        "entries": merged.entries,
        "drafts": merged.drafts,
        "left": list(merged.left),
        "plan_answers": merged.office.answers,
        "directory": merged.office.directory,
        "contacts": merged.office.contacts,
        "rules": merged.office.rules,
        "shared": merged.shared,
        "programme_entries": merged.register.entries,
        "participants": merged.register.people,
        "concerns": merged.concerns,
        "searches": merged.lookups,
        "to_decide": merged.offered,
        "stands": list(merged.stands),
        "twice": list(merged.register.twice),
    }
    return Answer(document=document, lines=merged.preview() if options.preview else merged.words())


def _drill_lines() -> tuple[str, ...]:
    return (_("Not done yet: try the words from the paper with 'segl recovery drill'."),)


def _document(openers: Openers) -> dict[str, Json]:
    return {
        "vault": openers.vault,
        "label": openers.label,
        "kdf": {"memory_mib": openers.memory_mib, "passes": openers.passes},
        "recovery": {
            "office_key": openers.office_key,
            "drilled": bool(openers.drilled_at),
            "drilled_at": openers.drilled_at or None,
            "used_at": openers.used_at or None,
            "uses": list(openers.uses),
            "use_unseen": openers.use_unseen,
        },
        "key_renewed_at": openers.renewed_at or None,
    }


def dots(digits: str) -> list[str]:
    """The square of dots, for a light text on a dark ground or the other way round: two rows a line."""
    from store.recovery_sheet import half_blocks

    return half_blocks(digits)
