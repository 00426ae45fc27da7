"""`segl demo`."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from guidance.errors import ExitCode
from guidance.language import _, current_language
from tui.cli.answer import Answer, Json, error_document
from tui.cli.failures import UsageFault
from tui.cli.session import Session

if TYPE_CHECKING:
    from tui.demo.headless import Outcome
    from tui.demo.stock import Check


def demo(session: Session, options: argparse.Namespace) -> Answer:
    """Look round in an invented office, or do the main job without screens."""
    if options.headless:
        return _headless(session, options)
    if options.out or options.evidence:
        raise UsageFault(_("--out and --evidence go with --headless."), "demo")
    from tui.guard import keep, without_terminal
    from tui.guard.start import Start

    if reason := without_terminal():
        raise UsageFault(reason.split("\n")[0], "demo")
    home = Path(tempfile.mkdtemp(prefix="segl-demo-"))
    try:
        return Answer(document=None, exit_code=keep(Start(demo=home, language=current_language())))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _headless(session: Session, options: argparse.Namespace) -> Answer:
    if not options.out:
        raise UsageFault(_("Missing: {names}").format(names="--out DIR"), "demo")
    out = Path(options.out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageFault(_("The folder of --out has to be empty, or not there yet."), "demo")
    from tui.demo.headless import run

    def say(line: str) -> None:
        if not session.output.as_json:
            session.output.text(line)

    outcome = run(out, [Path(os.fsdecode(path)) for path in options.evidence or []], say)
    problems = [line for failure in outcome.failed for line in str(failure.diagnostics()).split("\n")]
    return Answer(
        document=_document(out, outcome),
        lines=(*(_line(check) for check in outcome.checks), _verdict(outcome)),
        problems=tuple(problems),
        exit_code=_exit_code(outcome),
    )


def _exit_code(outcome: Outcome) -> int:
    if outcome.bad:
        return ExitCode.INTEGRITY
    return ExitCode.DONE if outcome.checked and not outcome.failed else ExitCode.FAILED


def _verdict(outcome: Outcome) -> str:
    if outcome.bad:
        return _("SEALED, AND A TOOL SAYS NO.")
    if not outcome.checked:
        return _("Sealed, not checked: age, tar and sha256sum or bagit.py are needed for it.")
    tools = ", ".join(dict.fromkeys(check.tool for check in outcome.checks if check.passed))
    return _("Sealed, and checked with: {tools}.").format(tools=tools)


def _line(check: Check) -> str:
    if not check.found:
        return _("  {tool}: not on this machine ({what})").format(tool=check.tool, what=check.what)
    if check.passed is None:
        return _("  {tool}: found at {path}, not run ({what})").format(
            tool=check.tool, path=check.found, what=check.what
        )
    said = _("yes") if check.passed else _("NO")
    return f"  {check.tool} ({check.found}): {check.what}: {said}. {check.said}".rstrip()


def _document(out: Path, outcome: Outcome) -> dict[str, Json]:
    result = "failed" if outcome.bad else "checked" if outcome.checked else "not-checked"
    return {
        "out": str(out.absolute()),
        "result": result,
        "case": outcome.reference,
        "refused_by": outcome.refused_by,
        "registered": outcome.registered,
        "failed": [
            {"path": one.shown, "raw_path": one.path.hex(), **_error(error_document(one))} for one in outcome.failed
        ],
        "bundle": outcome.sealed.path,
        "digest": outcome.sealed.digest,
        "identity": str(outcome.identity.absolute()),
        "signer": str(outcome.signer.absolute()),
        "checks": [
            {
                "tool": check.tool,
                "what": check.what,
                "found": check.found,
                "passed": check.passed,
                "said": check.said,
            }
            for check in outcome.checks
        ],
    }


def _error(document: dict[str, Json]) -> dict[str, Json]:
    error = document["error"]
    assert isinstance(error, dict)
    return error
