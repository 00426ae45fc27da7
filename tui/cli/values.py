"""The help of a command names the words that may stand under a key of the TOML it takes."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Mapping
from typing import Final

from guidance.language import LANGUAGES, _
from tui.cli.parser import Parser

_NARROW, _WIDE = 40, 100
EVIDENCE_KEYS: Final = (
    "kind, platform, accounts, url, claimed_at, found_at, shows, holder, holder_name, held_where, came_how, seen_by"
)
PERSON_KEYS: Final = "name, roles, age, authority_over, contact, about"
MOVE_KEYS: Final = "event, copy, by, to, where, receipt, digest, on, how, device, corrects, reason"
CLEARING_KEYS: Final = "device, held_by, holder_name, held_where, copy, where, another_file"
INTAKE_KEYS: Final = "title, kind, happened, people, facts, stand_in, no_stand_in_reason"


def name_values(parser: Parser, values: Mapping[str, Iterable[str]]) -> None:
    """Let the help end with these.

    Args:
        parser: of one command.
        values: key of the document -> the words it may be; an empty one is left out, as the key may be.
    """
    longest = max(map(len, values)) + 2
    width = min(max(shutil.get_terminal_size().columns - 2, _NARROW), _WIDE)
    lines = [_("values in the TOML:")]
    for key, words in values.items():
        said = textwrap.wrap(
            ", ".join(filter(None, words)), width - longest - 2, break_long_words=False, break_on_hyphens=False
        )
        lines += [f"  {key if at == 0 else '':<{longest}}{line}" for at, line in enumerate(said)]
    parser.epilog = "\n".join(lines)


def of_answers(parser: Parser) -> None:
    """The words of what setting up asks for."""
    name_values(parser, {"language": LANGUAGES})


def of_evidence(parser: Parser) -> None:
    """The words of what is known of a piece of evidence."""
    from store.model import EvidenceKind, Holder

    name_values(parser, {"kind": EvidenceKind, "holder": Holder})


def of_person(parser: Parser) -> None:
    """The words of somebody who belongs to a case."""
    from store.model import Age, Role

    name_values(parser, {"roles": Role, "age": Age})


def of_intake(parser: Parser) -> None:
    """The words of an intake."""
    from typing import get_args

    from store.model import Age, CaseKind, Role

    name_values(parser, {"kind": get_args(CaseKind), "people[].roles": Role, "people[].age": Age})


def of_custody(parser: Parser) -> None:
    """The words of an event of the custody chain."""
    from guidance.custody import RECORDED, Device

    name_values(parser, {"event": RECORDED, "device": Device})


def of_clearing(parser: Parser) -> None:
    """The words of the answers before a copy is cleared."""
    from guidance.clearing import HeldBy
    from guidance.custody import Device

    name_values(parser, {"device": Device, "held_by": HeldBy})


def of_participant(parser: Parser) -> None:
    """The words of somebody in the mentorship programme."""
    from guidance.mentoring import Part

    name_values(parser, {"parts": Part})


def of_vetting(parser: Parser) -> None:
    """The words of a vetting."""
    from guidance.mentoring import Opinion

    name_values(parser, {"references[].opinion": Opinion})


def of_concern(parser: Parser) -> None:
    """The words of a concern as it came in."""
    from guidance.concerns import kinds
    from store.programme.concern_model import Blocked, CameHow

    name_values(parser, {"kind": [one.id for one in kinds()], "came_how": CameHow, "blocked": Blocked})


def of_outcome(parser: Parser) -> None:
    """The words of how a concern turned out."""
    from guidance.concerns import OUTCOMES

    name_values(parser, {"outcome": OUTCOMES})
