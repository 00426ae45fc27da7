"""`segl backup thin`: old chains are shown, confirmed and removed."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.language import _
from store.entry import write_time
from tui.cli.answer import Answer, Json
from tui.cli.commands.backing_up import working
from tui.cli.failures import AnswersNeeded
from tui.cli.main import INTERRUPTED
from tui.cli.plain import one_line
from tui.cli.session import Session
from tui.cli.terminal import yes, yes_or_no

if TYPE_CHECKING:
    from store.backup.thinning import Lying, Thinned, ThinPlan


def thin(session: Session, options: argparse.Namespace) -> Answer:
    """Look, show, ask, remove."""
    from store.backup.errors import BackupsChanged
    from store.backup.thin_words import plan_words, thinned_words
    from store.backup.thinning import plan_thinning
    from store.backup.thinning import thin as thinned
    from store.exchange.port import Direct

    folder = Path(options.folder)
    port = Direct(session.casework())
    with working(_("trying the backups")) as (moved, cancelled):
        plan = asyncio.run(plan_thinning(port, folder, keep=options.keep, progress=moved, cancelled=cancelled))
    lines = tuple(plan_words(plan))
    if options.preview or not plan.something:
        code = (_("To remove exactly this: --confirm {code}").format(code=plan.confirm),) if plan.something else ()
        return Answer(document=_document(plan, None), lines=(*lines, *code))
    if options.confirm is None and not _agreed(session, lines):
        return Answer(document=_document(plan, None), lines=(_("Nothing was removed."),))
    if options.confirm not in (None, plan.confirm):
        raise BackupsChanged(plan.of_vault)
    with working(_("removing")) as (_moved, cancelled):
        done = asyncio.run(thinned(port, folder, plan, cancelled=cancelled))
    return Answer(
        document=_document(plan, done),
        lines=tuple(thinned_words(done)),
        exit_code=INTERRUPTED if done.stopped else 0,
    )


def _agreed(session: Session, lines: tuple[str, ...]) -> bool:
    if not session.sources.can_ask():
        raise AnswersNeeded(("confirm",), _("Look with --preview, then give the code that it shows: --confirm CODE."))
    for line in lines:
        session.sources.say(one_line(line))
    return yes(session.sources.ask(_("Remove it for good? {hint}").format(hint=yes_or_no())))


def _document(plan: ThinPlan, done: Thinned | None) -> dict[str, Json]:
    return {
        "path": str(plan.of_vault),
        "newest": plan.newest.path.name if plan.newest else None,
        "stays": [_chain(one) for one in plan.stays],
        "goes": [_chain(one) for one in plan.goes],
        "being_removed": list(plan.begun),
        "copies": plan.copies,
        "confirm": plan.confirm if plan.something else None,
        "removed": list(done.removed) if done else [],
        "bytes": done.size if done else 0,
        "left": list(done.strangers) if done else [],
        "whole": not (done and done.stopped),
    }


def _chain(one: Lying) -> dict[str, Json]:
    return {
        "name": one.path.name,
        "first_at": write_time(one.first_at) if one.first_at else None,
        "last_at": write_time(one.last_at) if one.last_at else None,
        "files": one.files,
        "bytes": one.size,
        "erased": one.erased,
        "why": one.why or None,
        "names": list(one.names),
    }
