"""A report's page as blocks for the template of the paper: headings, paragraphs, tables, pairs, drawings.

Only pages of `store.bundle.html` are read. An element that is not known here adds nothing of its own; its text is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

from store.bundle.html import Markup, element, text

Block = dict[str, Any]
Run = list[str]
"""`[text, style]`, the style being empty, `code` or `strong`."""

_VOID: Final = frozenset({"meta", "br", "hr", "wbr"})
_INLINE: Final = frozenset(
    {"code", "span", "strong", "b", "em", "i", "mark", "a", "abbr", "time", "small", "br", "wbr"}
)
_HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}
_STRONG: Final = frozenset({"strong", "b", "mark"})
_DRAWN: Final = {
    "seen": {"fill": "#111111"},
    "unclear": {"fill": "#ffffff", "stroke": "#111111", "stroke-width": "2"},
    "not-seen": {"fill": "#767676"},
    "axis": {"fill": "#c8c8c8"},
}
"""What the page's style says of the parts of a drawing; a drawing on paper has no style but its own."""

_SVG_NAMES: Final = {"viewbox": "viewBox"}
_BREAK: Final = "\u200b"
"""Where a line may end inside something that is longer than its place. The template makes a break of it that leaves no
sign behind when the text is copied."""

_IN_A_CELL: Final = 14
_IN_A_LINE: Final = 40
"""Signs without a space that always have room: in a column of a table, and from margin to margin."""

_WORD: Final = re.compile(r"[^\W\d_]{15,32}[.,;:!?)]?")
"""What is divided in a table as the language divides words. An address or a user name is broken without a hyphen."""

_SPACES: Final = re.compile(r"(\s+)")

_PAGE: Final = 174.0
_SIGN: Final = 1.5
_LETTER: Final = 1.8
_DIGIT: Final = 1.46
_INSET: Final = 2.6
"""Millimetres: between the margins; in the type of a table a sign as they come in a line, a bold letter and a fixed
one; and beside a cell's text."""


@dataclass(slots=True)
class _Node:
    name: str
    attributes: dict[str, str]
    inside: list[_Node | str] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self.attributes.get("class", "").split())

    def find(self, name: str) -> Iterator[_Node]:
        for part in self.inside:
            if isinstance(part, _Node):
                if part.name == name:
                    yield part
                else:
                    yield from part.find(name)

    def words(self) -> str:
        return "".join(part if isinstance(part, str) else part.words() for part in self.inside)


class _Tree(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("", {})
        self._open = [self.root]
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, {name: value or "" for name, value in attributes})
        self._open[-1].inside.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1].name == tag and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


def blocks_of(page: bytes, drawable: Callable[[str], str]) -> tuple[str, list[Block]]:
    """The title and the blocks of a page.

    Args:
        page: as `store.bundle.html.page` makes it.
        drawable: what becomes of every text before it goes on paper.
    """
    root = _Tree(page.decode("utf-8")).root
    title = next(root.find("title")).words()
    return drawable(title), list(_Reader(drawable).blocks(next(root.find("body"))))


class _Reader:
    def __init__(self, drawable: Callable[[str], str]) -> None:
        self._drawable = drawable

    def blocks(self, node: _Node, *, inside_version: bool = False) -> Iterator[Block]:
        loose: list[_Node | str] = []
        for part in node.inside:
            if isinstance(part, str) or part.name in _INLINE:
                loose.append(part)
                continue
            yield from self._paragraph(loose, small=False)
            loose = []
            yield from self._block(part)
        # Beneath a version's heading, when and by whom it was written belongs to the text that follows.
        yield from self._paragraph(loose, small="where" in node.classes, before=inside_version)

    def _version(self, node: _Node) -> Iterator[Block]:
        for part in node.inside:
            if isinstance(part, _Node):
                yield from self.blocks(part, inside_version=True)

    def _paragraph(self, parts: list[_Node | str], *, small: bool, before: bool = False) -> Iterator[Block]:
        runs = self._runs(_Node("", {}, parts))
        if any(words.strip() for words, _style in runs):
            yield {"kind": "paragraph", "runs": runs, "small": small, "before": before}

    def _block(self, node: _Node) -> Iterator[Block]:
        if node.name in _HEADINGS:
            yield {"kind": "heading", "level": _HEADINGS[node.name], "runs": self._runs(node)}
        elif node.name == "table":
            yield self._table(node)
        elif node.name == "dl":
            names, values = list(node.find("dt")), list(node.find("dd"))
            rows = [[self._runs(name, cell=True), self._runs(value)] for name, value in zip(names, values, strict=True)]
            if rows:
                yield {"kind": "pairs", "rows": rows}
        elif node.name in ("ul", "ol"):
            yield {
                "kind": "list",
                "numbered": node.name == "ol",
                "rows": [list(self.blocks(row)) for row in node.find("li")],
            }
        elif node.name == "svg":
            yield self._drawing(node)
        elif "version" in node.classes:
            yield {"kind": "version", "replaced": "replaced" in node.classes, "blocks": list(self._version(node))}
        elif "together" in node.classes:
            yield {"kind": "together", "blocks": list(self.blocks(node))}
        else:
            yield from self.blocks(node)

    def _table(self, node: _Node) -> Block:
        head = [self._runs(cell, cell=True) for part in node.find("thead") for cell in part.find("th")]
        cells = [
            [cell for cell in row.inside if isinstance(cell, _Node)]
            for part in node.find("tbody")
            for row in part.find("tr")
        ]
        rows = [[self._runs(cell, cell=True) for cell in row] for row in cells]
        terms = {place for row in cells for place, cell in enumerate(row) if "term" in cell.classes}
        whole = {place for row in cells for place, cell in enumerate(row) if "when" in cell.classes}
        caption = [run for part in node.find("caption") for run in self._runs(part)]
        widths = _widths([head, *rows], whole, terms)
        return {"kind": "table", "caption": caption, "head": head, "rows": rows, "widths": widths}

    def _runs(self, node: _Node, style: str = "", *, cell: bool = False) -> list[Run]:
        found: list[Run] = []
        for part in node.inside:
            if isinstance(part, str):
                found += _broken(self._drawable(part), style, cell=cell)
            elif part.name == "br":
                found.append(["\n", style])
            else:
                found += self._runs(part, _style_of(part) or style, cell=cell)
        return found

    def _drawing(self, node: _Node) -> Block:
        words = [part.words() for name in ("title", "desc") for part in node.find(name)]
        return {
            "kind": "drawing",
            "alt": self._drawable(". ".join(words)),
            "svg": self._svg(node),
        }

    def _svg(self, node: _Node) -> Markup:
        attributes = {_SVG_NAMES.get(name, name): value for name, value in node.attributes.items() if name != "class"}
        for name in node.classes:
            attributes |= _DRAWN.get(name, {})
        if node.name == "svg":
            attributes |= {"xmlns": "http://www.w3.org/2000/svg", "font-size": "13", "font-family": "DejaVu Sans"}
        inside = [text(self._drawable(part)) if isinstance(part, str) else self._svg(part) for part in node.inside]
        return element(node.name, *inside, **attributes)


def _style_of(node: _Node) -> str:
    if node.name == "code":
        return "code"
    return "strong" if node.name in _STRONG or "lack" in node.classes else ""


def _broken(words: str, style: str, *, cell: bool) -> Iterator[Run]:
    """The runs of a text. A digest is never broken: there is room for one."""
    room = _IN_A_CELL if cell else _IN_A_LINE
    if style == "code" or len(words) <= room:
        yield [words, style]
        return
    found = ""
    for part in _SPACES.split(words):
        if len(part) <= room:
            found += part
        elif cell and not style and _WORD.fullmatch(part):
            if found:
                yield [found, style]
            yield [part, "word"]
            found = ""
        else:
            piece = min(room, 30)
            found += _BREAK.join(part[at : at + piece] for at in range(0, len(part), piece))
    if found:
        yield [found, style]


def _widths(rows: list[list[list[Run]]], whole: Container[int] = (), terms: Container[int] = ()) -> list[float]:
    """Millimetres for each column: the longest word fits, and what is left goes where there is most to say.

    Args:
        rows: all of the table, the head first.
        whole: places of columns whose lines are not broken, where there is room.
        terms: places of columns whose words are not.
    """
    columns = max((len(row) for row in rows), default=0)
    cells = [[row[place] for row in rows if place < len(row)] for place in range(columns)]
    least = [
        max(
            _least(column),
            _longest(column) * _SIGN + _INSET if place in whole else 0.0,
            _longest_word(column) * _SIGN + _INSET if place in terms else 0.0,
        )
        for place, column in enumerate(cells)
    ]
    fixed = sum(width for width, column in zip(least, cells, strict=True) if _has_code(column))
    room = _PAGE - fixed
    share = [
        0.0 if _has_code(column) or place in whole else max(_longest(column), 4) ** 0.5
        for place, column in enumerate(cells)
    ]
    wanted = sum(least) - fixed
    if wanted >= room or not any(share):
        shrunk = room / wanted if wanted else 1.0
        return [
            width if _has_code(column) else round(width * shrunk, 2) for width, column in zip(least, cells, strict=True)
        ]
    over = (room - wanted) / sum(share)
    return [round(width + over * part, 2) for width, part in zip(least, share, strict=True)]


def _least(column: list[list[Run]]) -> float:
    """What the longest part that is not broken needs."""
    widest = 0.0
    for words, style in (run for cell in column for run in cell):
        for word in words.replace(_BREAK, " ").split():
            length = len(word) if style == "code" else min(len(word), 14)
            widest = max(widest, length * (_DIGIT if style == "code" else _LETTER))
    return round(widest + _INSET, 2)


def _longest(column: list[list[Run]]) -> int:
    said = ("".join(words for words, _style in cell) for cell in column)
    return max((len(line) for cell in said for line in cell.split("\n")), default=0)


def _longest_word(column: list[list[Run]]) -> int:
    return max((len(word) for cell in column for words, _style in cell for word in words.split()), default=0)


def _has_code(column: list[list[Run]]) -> bool:
    return any(style == "code" for cell in column for _words, style in cell)
