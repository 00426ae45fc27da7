"""`segl backup`, its drill and its copies of closed vaults, `backup status`, and `segl restore`."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.errors import ExitCode
from guidance.language import _, set_language
from store.entry import write_time
from tui.cli.answer import Answer, Json, error_document, error_lines
from tui.cli.commands.vault import _kdf
from tui.cli.main import INTERRUPTED
from tui.cli.plain import one_line
from tui.cli.progress import Progress
from tui.cli.session import Session
from tui.cli.signals import cancellation

if TYPE_CHECKING:
    from store.backup.restored import Restored

Moved = Callable[[int, int], None]


def backup(session: Session, options: argparse.Namespace) -> Answer:
    """One backup, a drill, or copies."""
    folder = Path(options.folder)
    if options.all:
        return _copies(session, folder)
    if options.drill:
        return _drill(session, folder)
    from store.backup.backing_up import back_up
    from store.exchange.port import Direct

    casework = session.casework()
    with working(_("backing up")) as (moved, cancelled):
        done = asyncio.run(back_up(Direct(casework), folder, whole=options.whole, progress=moved, cancelled=cancelled))
    document: dict[str, Json] = {
        "path": str(done.path),
        "number": done.number,
        "entries": done.entries,
        "bytes": done.written,
        "whole": done.whole,
        "torn": list(done.torn),
        "same_disk": done.same_disk,
        "being_removed": list(done.being_removed),
    }
    return Answer(document=document, lines=tuple(map(one_line, done.words())))


def _copies(session: Session, folder: Path) -> Answer:
    from store.backup.copies import copy_all

    with working(_("copying")) as (moved, cancelled):
        done = copy_all(session.home(), folder, progress=moved, cancelled=cancelled)
    document: dict[str, Json] = {
        "vaults": [
            {
                "vault": one.vault,
                "label": one.label,
                "outcome": one.outcome,
                "path": str(one.path) if one.path else None,
                "bytes": one.size,
            }
            for one in done
        ]
    }
    lines = [one_line(one.words()) for one in done] or [_("There is no vault here.")]
    in_use = any(one.outcome == "in-use" for one in done)
    return Answer(document=document, lines=tuple(lines), exit_code=ExitCode.LOCKED if in_use else ExitCode.DONE)


def _drill(session: Session, folder: Path) -> Answer:
    from store.backup.drilling import drill
    from store.backup.errors import DrillStopped
    from store.backup.restoring import by_passphrase

    home = session.home()
    ref = home.vault(session.vault_option)
    passphrase = session.sources.secret(
        session.passphrase_descriptor, "--vault-passphrase-fd", _("The vault's passphrase:")
    )
    try:
        with _progress(_("trying the backup")) as (moved, cancelled):
            done = drill(home, folder, by_passphrase(passphrase), ref.id, progress=moved, cancelled=cancelled)
    except DrillStopped as stopped:
        problems = tuple(error_lines(stopped))
        return Answer(document=error_document(stopped, INTERRUPTED), problems=problems, exit_code=INTERRUPTED)
    lines = (*done.words(), _("That was a drill: what was restored is gone again, and nothing was changed."))
    return Answer(
        document={**_document(done), "path": None},
        lines=tuple(map(one_line, lines)),
        exit_code=_code(done),
    )


def _code(done: Restored) -> int:
    if done.wrong:
        return ExitCode.INTEGRITY
    return ExitCode.DONE if done.well else INTERRUPTED


def status(session: Session, options: argparse.Namespace) -> Answer:
    """How it stands with the backups."""
    casework = session.casework()
    state = casework.backup_state() if options.remind is None else casework.remind_of_backup(options.remind)
    document: dict[str, Json] = {
        "last_at": write_time(state.last_at) if state.last_at else None,
        "place": state.place or None,
        "behind": state.behind,
        "days": state.days,
        "due": state.due,
        "removed": [{"name": name, "at": write_time(at), "place": folder} for name, at, folder in state.removed],
    }
    from store.backup.words import lines_of

    return Answer(document=document, lines=tuple(map(one_line, lines_of(state))))


def restore(session: Session, options: argparse.Namespace) -> Answer:
    """A new vault of a backup."""
    from store.backup.restoring import by_passphrase, by_words
    from store.backup.restoring import restore as restored
    from store.casework import Casework

    if options.by_words or options.words_fd is not None:
        words = session.sources.secret(options.words_fd, "--words-fd", _("The 24 words, in one line:"))
        opener = by_words(words)
        passphrase = session.sources.secret(
            options.new_passphrase_fd, "--new-passphrase-fd", _("The new passphrase:"), twice=True
        )
    else:
        passphrase = session.sources.secret(
            session.passphrase_descriptor, "--vault-passphrase-fd", _("The passphrase of the vault that was backed up:")
        )
        opener = by_passphrase(passphrase)
        if options.new_passphrase_fd is not None:
            passphrase = session.sources.secret(options.new_passphrase_fd, "--new-passphrase-fd", "")
    with working(_("restoring")) as (moved, cancelled):
        vault, done = restored(
            session.home(),
            Path(options.folder),
            opener,
            passphrase,
            vault=session.vault_option or "",
            beside=options.beside,
            kdf=_kdf(options.kdf),
            progress=moved,
            cancelled=cancelled,
        )
    casework = Casework(vault)
    session.adopt(vault, casework)
    if not session.language_chosen:
        set_language(casework.office().language)
    lines = (
        *done.words(),
        _("vault: {id}").format(id=vault.id),
        _("in: {path}").format(path=vault.path),
        *done.after(),
    )
    return Answer(
        document={**_document(done), "path": str(vault.path)},
        lines=tuple(map(one_line, lines)),
        exit_code=_code(done),
    )


def _document(done: Restored) -> dict[str, Json]:
    return {
        "vault": done.vault or None,
        "from": done.from_vault,
        "label": done.label,
        "made_at": write_time(done.made_at),
        "source": str(done.source),
        "cases": done.cases,
        "entries": done.entries,
        "lacking": done.lacking,
        "erased": done.erased,
        "torn": list(done.torn),
        "findings": [
            {
                "code": one.code,
                "where": one.where,
                "case": one.case or None,
                "damage": one.damage,
                "words": one.words(),
            }
            for one in done.report.findings
        ],
        "whole": done.report.whole,
        "looked": list(done.report.looked),
        "not_looked": list(done.report.left),
        "well": done.well,
    }


@contextmanager
def working(words: str) -> Iterator[tuple[Moved, Callable[[], bool]]]:
    """Show how far it is, and end as an interrupt does where somebody stopped it."""
    from store.backup.errors import BackupStopped

    try:
        with _progress(words) as shown:
            yield shown
    except BackupStopped:
        raise KeyboardInterrupt from None


@contextmanager
def _progress(words: str) -> Iterator[tuple[Moved, Callable[[], bool]]]:
    """Show how far it is."""
    progress = Progress()
    try:
        with cancellation() as cancelled:
            yield lambda done, total: progress.show(words, done, total), cancelled
    finally:
        progress.clear()
