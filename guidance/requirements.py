"""Writes `docs/requirements.md`: `python -m guidance.requirements > docs/requirements.md`, in a checkout."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from guidance import covers
from guidance.directory import directory
from guidance.gates import GATES
from guidance.loader import shipped

_ROOT: Final = Path(__file__).parent.parent
ASKED: Final = _ROOT / "tests" / "vectors" / "requirements.toml"
PROOF: Final = "tests/guidance/test_covers.py"
SECTIONS: Final = {
    "HM": "The handling model",
    "AC": "The action card",
    "BP": "The preparedness plan and the workplace case",
    "VM": "The mentorship policy",
    "CM": "Warning signs and meeting safely",
    "OW": "The owner's own words",
}
MORE: Final[Mapping[str, tuple[str, ...]]] = {
    "HM-0": ("tests/guidance/test_level.py",),
    "HM-0b": ("tests/store/test_playbooks.py",),
    "HM-2c": ("tests/guidance/test_engine.py",),
    "HM-3d": ("tests/guidance/test_gates.py", "tests/guidance/test_own_playbooks.py"),
    "HM-4b": ("tests/guidance/test_engine.py", "tests/guidance/test_laws.py"),
    "HM-5a": ("tests/guidance/test_wellbeing.py", "tests/store/test_wellbeing.py"),
    "HM-5b": ("tests/guidance/test_plan.py", "tests/store/test_plan.py"),
    "AC-2b": ("tests/store/evidence",),
    "AC-2c": ("tests/store/test_places.py",),
    "AC-2d": ("tests/guidance/test_gates.py", "tests/guidance/test_own_playbooks.py"),
    "AC-7": ("tests/store/test_directory_desk.py",),
    "BP-0": ("tests/store/test_plan.py", "tests/store/test_plan_file.py"),
    "BP-4b": ("tests/guidance/test_law.py",),
    "VM-1": ("tests/guidance/test_mentoring.py", "tests/store/programme"),
    "VM-2b": ("tests/guidance/test_mentoring.py", "tests/store/programme"),
    "VM-2e": ("tests/guidance/test_concerns.py", "tests/store/programme"),
    "VM-3": ("tests/store/programme", "tests/store/bundle"),
    "CM-2b": ("tests/guidance/test_cpr.py", "tests/store/test_cpr.py"),
    "CM-6": ("tests/store/test_passphrase.py",),
    "CM-14": ("tests/guidance/test_directory.py", "tests/store/test_directory_desk.py"),
    "CM-16": ("tests/guidance/test_directory.py",),
    "OW-1": ("tests/store/test_database.py", "tests/store/bundle/test_no_plaintext.py", "tests/tui/test_session.py"),
    "OW-2": ("tests/guidance/test_laws.py", "tests/e2e/test_keys_main_job.py"),
    "OW-3": ("tests/tui/test_session.py", "tests/e2e/test_keys_main_job.py"),
    "OW-4": ("tests/store/test_vault.py", "tests/tui/test_session.py"),
    "OW-5": ("tests/store/bundle/test_stock_tools.py", "tests/e2e/test_cli_main_job.py"),
}
"""Where the rest of an answer is shown, besides its proof: a file, or a folder of them."""

_HEAD: Final = f"""\
# What the source documents ask, and where it is answered

This page is made: `python -m guidance.requirements > docs/requirements.md`. Don't edit it by hand.

Each id has a proof, run as `{PROOF}::test_the_answer_does_what_it_says_and_taken_out_it_does_not[ID]`: it holds, and it
fails when everything that carries the id is taken out. `test_each_part_that_is_taken_out_alone_is_missed` takes out
each step, answer, level, question, gate and entry that carries an id by itself, and the proof fails each time. Where
more is shown elsewhere, that is named too.
"""


def asked() -> dict[str, dict[str, Any]]:
    """The requirements, by id, in the order of their file."""
    return tomllib.loads(ASKED.read_text("utf-8"))


def answered() -> dict[str, tuple[str, ...]]:
    """What answers each."""
    return covers.answers(shipped(), GATES, directory())


def shown_by(id: str) -> tuple[str, ...]:
    """The test of a requirement, and what else shows it."""
    return (f"{PROOF}[{id}]", *MORE.get(id, ()))


def write() -> Iterator[str]:
    """The page, part by part."""
    yield _HEAD
    answers = answered()
    requirements = asked()
    yield f"\n{len(requirements)} requirements.\n"
    for prefix, ids in groupby(requirements, lambda id: id.partition("-")[0]):
        yield f"\n## {SECTIONS[prefix]}\n\n"
        yield "| id | what is asked | where it is answered | shown by |\n|---|---|---|---|\n"
        for id in ids:
            text = str(requirements[id]["text"]).replace("|", "\\|")
            tests = "<br>".join(f"`{test}`" for test in shown_by(id))
            yield f"| {id} | {text} | {_places(answers.get(id, ()))} | {tests} |\n"


def _places(places: tuple[str, ...]) -> str:
    grouped: dict[str, list[str]] = {}
    for place in places:
        room, _colon, what = place.rpartition(": ")
        sort, _space, name = what.rpartition(" ") if room else ("", "", what)
        grouped.setdefault(" ".join(part for part in (room, sort) if part), []).append(f"`{name}`")
    return "<br>".join(f"{where} {', '.join(names)}".strip() for where, names in grouped.items())


def main() -> None:
    """Write the page to standard output."""
    sys.stdout.writelines(write())


if __name__ == "__main__":
    main()
