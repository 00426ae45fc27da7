"""Look into a file that is about to be sealed: its very text, or, of a page, the words that a browser would show."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.language import N_, _
from screens.base import SeglScreen
from screens.widgets.lines import LineList
from screens.widgets.plain import Plain
from store.bundle.visible import visible

_WIDTH = 76
_BLOCKS = frozenset(
    {"p", "h1", "h2", "h3", "tr", "div", "section", "li", "dt", "dd", "caption", "header", "text", "title"}
)
_CELLS = frozenset({"td", "th"})


class _Words(HTMLParser):
    """What a page says, a block a line."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._style = False
        self.parts += ["\n"] if tag in _BLOCKS else ["  "] if tag in _CELLS else []

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.parts.append(data)


def text_lines(name: str, data: bytes) -> list[str]:
    """The file as lines of at most the width of a page; None of it is left out but the mark-up of a page."""
    text = data.decode("utf-8", "replace")
    if name.endswith(".html"):
        words = _Words()
        words.feed(text)
        text = "\n".join(line.strip() for line in "".join(words.parts).split("\n") if line.strip())
    lines = []
    for line in visible(text).split("\n"):
        lines += [line[start : start + _WIDTH] for start in range(0, max(len(line), 1), _WIDTH)]
    return lines


class SealLookScreen(SeglScreen[None]):
    """One file of a bundle that is not sealed yet."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "go_back", N_("Back"))]
    AUTO_FOCUS = "#lines"

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__()
        self.name_of_file = name
        self.data = data

    def heading(self) -> str:
        """Which file it is."""
        return self.name_of_file

    def body(self) -> ComposeResult:
        """Its lines."""
        if self.name_of_file.endswith(".pdf"):
            yield Plain(_("A PDF is looked at where it is opened: it says what the report says."), classes="quiet")
            return
        yield LineList[str](lambda row, _width: Content(row), id="lines")

    def on_mount(self) -> None:
        """Fill the list."""
        for lines in self.query("#lines").results(LineList):
            lines.show(text_lines(self.name_of_file, self.data))

    async def refresh_language(self) -> None:
        """Draw anew."""
        await super().refresh_language()
        for lines in self.query("#lines").results(LineList):
            lines.show(text_lines(self.name_of_file, self.data))

    def action_go_back(self) -> None:
        """Back to the list of files."""
        self.dismiss(None)
