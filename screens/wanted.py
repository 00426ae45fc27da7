"""Whose cards are lacking, by what lies in the exchange folder of this workstation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App

    from store.exchange.rounds import CardWanted


def cards_wanted(app: App[object]) -> tuple[CardWanted, ...]:
    """What the app's courier found last; nothing where it has none."""
    found: tuple[CardWanted, ...] = getattr(getattr(app, "courier", None), "wanted", ())
    return found
