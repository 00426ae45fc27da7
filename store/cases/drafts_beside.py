"""A second draft of one thing lies beside the one there is, under a key of its own: neither takes the other's place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from store.cases.desk import Desk
from store.entry import write_time

_BESIDE: Final = "/~"
_OF_SEGL: Final = ("clearing/", "leaving/")
"""Keys of what nobody wrote; there is one of each for good."""


class BesideDesk(Desk):
    """Casework on drafts that lie beside others."""

    def _lay_beside(self, key: str, text: str, saved_at: str = "") -> bool:
        """Within a change: keep a draft, beside the one there is, if need be.

        Returns:
            Whether it is new here; the same text is laid there once.
        """
        rows = self._connection.execute(
            "SELECT key, text FROM draft WHERE key = ? OR substr(key, 1, ?) = ?",
            (key, len(key + _BESIDE), key + _BESIDE),
        ).fetchall()
        there: dict[str, str] = dict(rows)
        if text in there.values() or (there and (key.startswith(_OF_SEGL) or "/queue" in key)):
            return False
        free, number = key, 1
        while free in there:
            number += 1
            free = f"{key}{_BESIDE}{number}"
        self._connection.execute(
            "INSERT INTO draft (key, text, saved_at) VALUES (?, ?, ?)",
            (free, text, saved_at or write_time(self._clock())),
        )
        return True

    def _offer(self, key: str, typed: Mapping[str, str]) -> bool:
        """The same of what stands in the fields of a screen."""
        filled = {field: text for field, text in typed.items() if text}
        return self._lay_beside(key, json.dumps(filled, ensure_ascii=False))

    def take_up_draft(self, key: str) -> str:
        """Let a draft that lies beside another one change places with it, so that its screen offers it.

        Returns:
            The key that its screen knows. A draft that lies beside no other keeps its own.
        """
        plain = plain_key(key)
        if plain == key:
            return key
        with self._connection.transaction():
            rows = self._connection.execute(
                "SELECT key, text, saved_at FROM draft WHERE key IN (?, ?)", (key, plain)
            ).fetchall()
            there = {row[0]: row[1:] for row in rows}
            self._connection.execute("DELETE FROM draft WHERE key IN (?, ?)", (key, plain))
            for old, new in ((key, plain), (plain, key)):
                if old in there:
                    self._connection.execute(
                        "INSERT INTO draft (key, text, saved_at) VALUES (?, ?, ?)", (new, *there[old])
                    )
        return plain


def plain_key(key: str) -> str:
    """The key of the draft beside which one lies; its own where it lies beside none."""
    return key.partition(_BESIDE)[0]
