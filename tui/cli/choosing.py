"""Asking a person at the terminal to choose one of several answers, by its number."""

from __future__ import annotations

from collections.abc import Sequence

from tui.cli.session import Session


def choose(session: Session, question: str, choices: Sequence[tuple[str, str]]) -> str:
    """Ask until one of the numbers is given.

    Args:
        session: of which a person answers (`sources.can_ask`).
        question: shown once.
        choices: (id, words), numbered from 1.

    Returns:
        The id.
    """
    session.sources.say(question)
    for number, (_id, label) in enumerate(choices, start=1):
        session.sources.say(f"  {number}. {label}")
    while True:
        typed = session.sources.ask(f"1-{len(choices)}:").strip()
        if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(choices):
            return choices[int(typed) - 1][0]
