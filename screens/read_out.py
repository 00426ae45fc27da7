"""A checksum as it is read out by telephone: groups with check characters."""

from __future__ import annotations

from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from guidance.language import _
from screens.base import SeglModal
from screens.widgets.plain import Plain
from store.evidence.dictated_size import read_out_size
from store.evidence.dictation import GROUPS, algorithm_name, read_out
from store.model import EvidenceDraft

_ROW: Final = 4


class ReadOutScreen(SeglModal[None]):
    """Sixteen groups in four rows, and the size."""

    def __init__(self, piece: EvidenceDraft, number: int) -> None:
        super().__init__(classes="read-out")
        self._piece = piece
        self._number = number

    def heading(self) -> str:
        """Which piece it is."""
        return _("Read out E{number}").format(number=self._number)

    def body(self) -> ComposeResult:
        """How it is done, the groups, the size."""
        yield Plain(
            _(
                "Say the number of the group, its four signs and its check character. The other Segl names a "
                "wrong group."
            ),
            classes="quiet",
        )
        algorithm = algorithm_name(self._piece.digest)
        yield Plain(_("Say first that it is {algorithm}.").format(algorithm=algorithm), id="algorithm")
        groups = read_out(self._piece.digest)
        rows = (
            "   ".join(f"{place + 1:2} {groups[place]}" for place in range(row, row + _ROW))
            for row in range(0, GROUPS, _ROW)
        )
        yield Plain(Content.styled("\n".join(rows), "bold"), id="groups")
        yield Plain(self._size_words(), id="size")
        with Horizontal(classes="buttons"):
            yield Button(_("Close"), id="done", variant="primary")

    def _size_words(self) -> str:
        if self._piece.size is None:
            return _("The size is not known: tell the other so.")
        size = read_out_size(self._piece.size)
        return _("Size in bytes, and its check letter: {size}").format(size=size)

    @on(Button.Pressed, "#done")
    def _done(self) -> None:
        self.dismiss(None)
