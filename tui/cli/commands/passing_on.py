"""`segl evidence request` and `pass-on`: material goes to the police, and nowhere else, at their recorded request."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from guidance.language import _, current_language
from store.cases.checking import EvidenceRequest
from store.model import Purpose
from tui.cli.answer import Answer, Json
from tui.cli.commands.bundles import sealed_document, sealed_lines, wish_of
from tui.cli.commands.recipients import keys_in, reader_documents, reader_lines, reader_warnings, with_people
from tui.cli.documents import read_request
from tui.cli.failures import AnswersNeeded
from tui.cli.progress import Progress
from tui.cli.records import day, moment
from tui.cli.session import Session
from tui.cli.signals import cancellation


def request(session: Session, options: argparse.Namespace) -> Answer:
    """Record a request of the police."""
    facts = session.sources.document("--facts", options.facts, options.facts_fd)
    if facts is None:
        raise AnswersNeeded(
            ("by", "on", "reference", "about"),
            _("Give them as TOML: --facts FILE, --facts - for standard input, or --facts-fd N."),
        )
    draft = read_request(facts)
    casework = session.casework()
    recorded = casework.record_request(options.case, draft)
    reference = casework.view(options.case).summary.reference
    return Answer(
        document={"case": reference, "request": request_document(recorded)},
        lines=(
            _("Recorded: {by}, {day}, reference {reference}.").format(
                by=recorded.by, day=recorded.on.isoformat(), reference=recorded.reference
            ),
            f"  {recorded.id}",
        ),
    )


def request_document(one: EvidenceRequest) -> dict[str, Json]:
    """A request as data."""
    return {
        "id": one.id,
        "by": one.by,
        "on": day(one.on),
        "reference": one.reference,
        "about": one.about,
        "recorded_at": moment(one.recorded_at),
    }


def pass_on(session: Session, options: argparse.Namespace) -> Answer:
    """Read files once, straight into a bundle for the police."""
    from store.bundle.pass_through import PassThrough, prepared_with, require_named
    from store.bundle.seal import SealOrder, numbers_in, take_back
    from store.cpr import Leaving
    from store.cpr import numbers_in as numbers_in_payload
    from store.evidence.pace import Pace

    keys = keys_in(options.to)
    casework = session.casework()
    order = SealOrder(
        purpose=Purpose.POLICE,
        out=Path(options.output),
        recipients=with_people(casework, options.to, keys),
        language=current_language(),
    )
    require_named(order)
    readers = casework.readers_of(order.recipients)
    asked = casework.require_request(options.case, options.request or "")
    export = casework.export_case(options.case, order.language)
    paths = [os.fsencode(path) for path in options.paths]
    names = [path.rpartition(b"/")[2].decode("utf-8", "replace") for path in paths]
    by_name = numbers_in_payload("evidence.registered", {"name": names}, export.exported_at.date())
    session.settle_cpr([*numbers_in(export, order), *by_name], leaving=Leaving.SEALED)
    order = replace(order, allow_cpr=True)
    wish = wish_of(export, order)
    session.output.complain([f"! {line}" for line in (minor_warning(), *wish, *reader_warnings(readers))])
    progress = Progress()
    pace = Pace(order.out.name)
    try:
        with (
            cancellation() as cancelled,
            PassThrough(
                order,
                paths,
                moment=int(datetime.now(UTC).timestamp()),
                progress=lambda done, total: progress.reading(pace(done, total)),
                cancelled=cancelled,
                before_part=casework.about_to_write,
            ) as passing,
        ):
            files = passing.read()
            with casework.allowing_cpr():
                prepared, evidence = prepared_with(casework, options.case, order, files, passing.material)
            intend = partial(casework.about_to_pass, options.case, asked.id, evidence)
            sealed = passing.finish(prepared, before_naming=intend)
    finally:
        progress.clear()
    try:
        casework.record_pass(options.case, asked.id, evidence, sealed)
    except BaseException:
        take_back(sealed)
        raise
    numbers = {id: casework.evidence_piece(options.case, id).number for id in dict.fromkeys(evidence)}
    material: list[Json] = [
        {"number": numbers[id], "name": one.name, "digest": one.digest, "size": one.size}
        for id, one in zip(evidence, files, strict=True)
    ]
    lines = [
        _("Passed on: E{number} {name}").format(number=numbers[id], name=one.name)
        for id, one in zip(evidence, files, strict=True)
    ]
    fingerprint = export.card.fingerprint
    return Answer(
        document={
            **sealed_document(export.record.summary.reference, sealed, fingerprint, wish),
            "request": request_document(asked),
            "material": material,
            "readers": reader_documents(readers),
        },
        lines=(*lines, *sealed_lines(sealed, fingerprint), *reader_lines(readers)),
    )


def minor_warning() -> str:
    """Said before anything that may show a minor is read."""
    return _(
        "Does the material show somebody under 18? Then do not open it, copy it or send it on: possessing such "
        "pictures can be punishable. In doubt, ring the police for advice: 114."
    )
