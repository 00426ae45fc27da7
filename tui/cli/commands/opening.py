"""Opening a bundle on the command line: its passphrase, what that may cost, and whether it is meant to be large."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.language import _
from tui.cli.progress import Progress
from tui.cli.session import Session
from tui.cli.signals import cancellation
from tui.cli.terminal import yes, yes_or_no

if TYPE_CHECKING:
    from store.bundle.open import Keys, OpenedBundle
    from store.secret import Secret

MayCost = Callable[[int], bool]


def passphrase_of(session: Session, options: argparse.Namespace) -> tuple[Secret, MayCost]:
    """The passphrase of a bundle, and what trying it may cost: settled first, so that none is typed for nothing.

    Raises:
        WorkFactorRefused: it would cost more than is ever done.
        WorkFactorUnasked: it costs more than usual, `--costly` was not given, and nobody can be asked.
        OpenCancelled: a person said no.
    """
    may_cost = _agreed(session, Path(options.file), costly=options.costly)
    return session.sources.secret(options.passphrase_fd, "--passphrase-fd", _("The bundle's passphrase:")), may_cost


def _agreed(session: Session, path: Path, *, costly: bool) -> MayCost:
    from store.age.cost import cost_words
    from store.age.errors import HeaderFailure, WorkFactorRefused, WorkFactorUnasked
    from store.age.scrypt import WORK_FACTOR
    from store.bundle.errors import OpenCancelled
    from store.bundle.open import passphrase_work

    try:
        work = passphrase_work(path)
    except WorkFactorRefused:
        raise
    except HeaderFailure:
        # What is wrong with it is one of the verdicts.
        work = 0
    if work > WORK_FACTOR and not costly:
        if not session.sources.can_ask():
            raise WorkFactorUnasked(work, WORK_FACTOR)
        session.sources.say(cost_words(work))
        if not yes(session.sources.ask(_("Go on? {hint}").format(hint=yes_or_no()))):
            raise OpenCancelled
    return lambda asked: asked <= max(work, WORK_FACTOR)


def opened_with(
    session: Session,
    options: argparse.Namespace,
    keys: Keys,
    *,
    trusted: Mapping[str, str],
    revoked: Mapping[str, str],
    may_cost: MayCost | None = None,
    carry: bool = False,
) -> OpenedBundle:
    """Open it as `open_bundle` does, and show how far it is."""
    from store.bundle.open import open_bundle

    path = Path(options.file)
    progress = Progress()

    def trying(work_factor: int) -> bool:
        progress.show(_("Trying the passphrase ..."), 0, 0)
        return may_cost is not None and may_cost(work_factor)

    def opened_as(large: bool) -> OpenedBundle:
        return open_bundle(
            path,
            keys,
            trusted=trusted,
            revoked=revoked,
            carry=carry,
            large=large,
            confirm_work_factor=trying if may_cost is not None else None,
            progress=lambda done, total: progress.show(path.name, done, total),
            cancelled=cancelled,
        )

    try:
        with cancellation() as cancelled:
            return _opened_at_need(session, opened_as, options.large)
    finally:
        progress.clear()


def _opened_at_need(session: Session, opened_as: Callable[[bool], OpenedBundle], large: bool) -> OpenedBundle:
    """The bundle, as a large one where it is one and somebody says that it is meant.

    Where nobody can be asked it is not looked at further, and the verdict says so.
    """
    opened = opened_as(large)
    if not opened.verdicts.intact.needs_large or not session.sources.can_ask():
        return opened
    session.sources.say(opened.verdicts.intact.words())
    session.sources.say(
        _("The file has {size} MiB; looking at all of it takes a while.").format(size=opened.size >> 20)
    )
    return opened_as(True) if yes(session.sources.ask(_("Go on? {hint}").format(hint=yes_or_no()))) else opened
