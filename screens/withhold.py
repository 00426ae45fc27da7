"""Mark what is withheld from a bundle: the case's own texts, word by word, with known names highlighted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset
from textual.strip import Strip
from textual.visual import Visual

from guidance.language import N_, _, ngettext
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.words import one_line
from screens.work import CaseWork, read_draft
from store.bundle.choice_file import ChoiceMalformed, read_choice, write_choice
from store.bundle.known_names import person_concerned
from store.bundle.labels import name_label
from store.bundle.marking import Marking, Range, words_in
from store.bundle.visible import visible
from store.bundle.withholding import Piece, Withholding, fold
from store.cpr import field_words
from store.model import CaseExport

_WIDTH = 72


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the page: the heading of a text, or a part of it with the words that begin there."""

    piece: Piece
    start: int
    end: int
    words: tuple[Range, ...]
    heading: bool = False


def draft_key(case_id: str) -> str:
    """Under which name a choice for a case is kept."""
    return f"withhold/{case_id}"


def rows_of(pieces: Sequence[Piece], width: int = _WIDTH) -> list[Row]:
    """Every text with a heading, in lines of at most `width` characters, broken between words."""
    rows: list[Row] = []
    for piece in pieces:
        rows.append(Row(piece, 0, 0, (), heading=True))
        line: list[Range] = []
        for word in words_in(piece.text):
            full = line and (word[1] - line[0][0] > width or "\n" in piece.text[line[-1][1] : word[0]])
            if full:
                rows.append(_row(piece, line, word[0]))
                line = []
            line.append(word)
        if line:
            rows.append(_row(piece, line, len(piece.text)))
    return rows


def _row(piece: Piece, words: list[Range], end: int) -> Row:
    # What stands before the first word (a bracket, a quotation mark) is shown with it.
    start = words[0][0]
    while start > 0 and not piece.text[start - 1].isspace():
        start -= 1
    return Row(piece, start, end, tuple(words))


class MarkedLines(LineList[Row]):
    """Lines in which one word at a time is under the cursor; what is withheld keeps its look there."""

    word = 0

    @property
    def cursor_screen_offset(self) -> Offset:
        """The word under the cursor: what a braille display and a screen reader follow."""
        place = super().cursor_screen_offset
        row = self.current
        if row is None or not row.words:
            return place
        return Offset(place.x + 2 + row.words[min(self.word, len(row.words) - 1)][0] - row.start, place.y)

    def render_line(self, y: int) -> Strip:
        """As a list's, but for the line of the cursor, whose marks stay to be seen."""
        index = y + int(self.scroll_offset.y)
        if index != self.cursor or index >= len(self.rows):
            return super().render_line(y)
        width = self.scrollable_content_region.width
        style = self.visual_style
        strips = Visual.to_strips(self, fit(self.drawn(index, width), width), width, 1, style, apply_selection=False)
        strip = strips[0] if strips else Strip.blank(width, style.rich_style)
        return strip.adjust_cell_length(width, style.rich_style)


class WithholdScreen(CaseWork[Withholding | None]):
    """Decide what of a case somebody is not to read."""

    CSS_PATH = "withhold.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark_word", N_("Word")),
        Binding("n", "mark_name", N_("Name everywhere")),
        Binding("l", "mark_line", N_("Line")),
        Binding("e", "mark_entry", N_("Entry")),
        Binding("a", "mark_all", N_("All known names")),
        Binding("t", "next_name", N_("Next name")),
        Binding("u", "undo", N_("Undo")),
        Binding("ctrl+s", "done", N_("Go on")),
        Binding("left", "word(-1)", show=False),
        Binding("right", "word(1)", show=False),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#texts"

    def __init__(self, export: CaseExport, case_name: str) -> None:
        super().__init__()
        self._export = export
        self.case_name = case_name
        self.marking = Marking(export, Withholding(concerned=person_concerned(export)))
        self._kept = ""

    def heading(self) -> str:
        """Which case it is."""
        return _("Withhold words: {case}").format(case=one_line(self.case_name))

    def body(self) -> ComposeResult:
        """What the signs mean, the texts, and what is under the cursor."""
        yield Plain(
            Content.assemble(
                (_("crossed out"), "reverse strike"),
                ": " + _("withheld") + "   ",
                (_("underlined"), "bold underline"),
                ": " + _("a known name that still goes out"),
            ),
            id="legend",
        )
        keys = _("Arrows move · Space word · n name everywhere · l line · e entry · a all names · t next name · u undo")
        yield Plain(keys, classes="quiet")
        yield MarkedLines(
            self._draw_row, choosable=lambda row: not row.heading, empty=lambda: _("There are no texts."), id="texts"
        )
        yield Plain("", id="here", classes="quiet")
        yield Plain("", id="count")

    @property
    def texts(self) -> MarkedLines:
        """The list."""
        return self.query_one("#texts", MarkedLines)

    def on_mount(self) -> None:
        """Show the texts, and go on where it was left."""
        self.run_work(self._begin(), group="begin")

    async def _begin(self) -> None:
        from store.casework import Casework

        kept = read_draft((await self.do(Casework.drafts)).get(draft_key(self.case_id), "")).get("choice", "")
        if kept:
            try:
                self.marking = Marking(self._export, read_choice(kept))
                self._kept = kept
                self.said(_("Your draft from before is here again."))
            except ChoiceMalformed:
                self.said(_("The draft from before can't be read; nothing is marked."))
        self.texts.show(rows_of(self.marking.pieces), 0)
        self._tell()

    @property
    def case_id(self) -> str:
        """The case."""
        return self._export.record.summary.id

    def _draw_row(self, row: Row, width: int) -> Content:
        if row.heading:
            place = row.piece.places[0]
            words = f"{field_words(place.kind, place.field)} · {place.at:%Y-%m-%d}"
            more = len(row.piece.places) - 1
            if more:
                words += " · " + ngettext("and in {count} other place", "and in {count} other places", more).format(
                    count=more
                )
            return fit(Content.styled(words, "$text-muted"), width)
        here = row is self.texts.current
        content = Content("▸ " if here else "  ")
        seen = self.marking.seen(row.piece)
        at = row.words[min(self.texts.word, len(row.words) - 1)] if here else None
        cuts = {row.start, row.end}
        for start, end in (*seen.withheld, *seen.names, *((at,) if at else ())):
            cuts |= {min(max(place, row.start), row.end) for place in (start, end)}
        edges = sorted(cuts)
        for start, end in pairwise(edges):
            shown = visible(row.piece.text[start:end]).replace("\n", " ").replace("\t", " ")
            style = self._style(seen.withheld, seen.names, at, start)
            content = content.append(Content.styled(shown, style) if style else Content(shown))
        return content

    def _style(self, withheld: Sequence[Range], names: Sequence[Range], at: Range | None, place: int) -> str:
        parts = []
        if any(start <= place < end for start, end in withheld):
            parts.append("reverse strike")
        elif any(start <= place < end for start, end in names):
            parts.append("bold underline")
        if at and at[0] <= place < at[1]:
            parts.append("$block-cursor-foreground on $block-cursor-background bold")
        return " ".join(parts)

    @on(LineList.Highlighted)
    def _moved(self) -> None:
        self.texts.word = min(self.texts.word, max(len(self._row.words) - 1, 0)) if self._row else 0
        self._tell()

    @property
    def _row(self) -> Row | None:
        return self.texts.current

    @property
    def _word(self) -> tuple[Piece, Range] | None:
        row = self._row
        if row is None or not row.words:
            return None
        return row.piece, row.words[min(self.texts.word, len(row.words) - 1)]

    def _tell(self) -> None:
        """What is under the cursor, in words: colours and strokes are not for everybody."""
        under = self._word
        here = ""
        if under is not None:
            piece, at = under
            word = one_line(visible(piece.text[at[0] : at[1]]))
            known = {fold(name.text): name_label(name.what) for name in self.marking.names}
            name = self.marking.name_at(piece, at)
            what = known.get(fold(name), "")
            state = _("withheld") if self.marking.is_withheld(piece, at) else _("goes out")
            here = f"{word}: {state}" + (f" · {what}: {one_line(visible(name))}" if what else "")
        self.query_one("#here", Plain).update(here)
        marking = self.marking
        self.query_one("#count", Plain).update(
            _("Withheld: {places} places in {entries} entries. Names that still go out: {left}.").format(
                places=marking.places, entries=marking.entries, left=marking.left
            )
        )
        self.texts.refresh()

    def _changed(self) -> None:
        self._tell()
        self.run_work(self.keep_draft(), group="keep-draft")

    def action_word(self, by: int) -> None:
        """The word before or after, over the end of a line too."""
        row, lines = self._row, self.texts
        if row is None:
            return
        at = lines.word + by
        if 0 <= at < len(row.words):
            lines.word = at
        else:
            before = lines.cursor
            lines.move(by)
            if lines.cursor != before and lines.current is not None:
                lines.word = len(lines.current.words) - 1 if by < 0 else 0
        self.app.cursor_position = lines.cursor_screen_offset
        self._tell()

    def action_mark_word(self) -> None:
        """Withhold the word under the cursor here, or no longer."""
        under = self._word
        if under is None:
            return
        if not self.marking.toggle(*under):
            self.said(_("It is withheld by its name or with its entry: n or e takes that back."))
        self._changed()

    def action_mark_name(self) -> None:
        """Withhold the name under the cursor wherever it stands, or no longer."""
        under = self._word
        if under is not None:
            self.marking.toggle_name(*under)
            self._changed()

    def action_mark_line(self) -> None:
        """Withhold the line, or no longer."""
        row = self._row
        if row is not None and row.words:
            self.marking.toggle(row.piece, (row.words[0][0], row.words[-1][1]))
            self._changed()

    def action_mark_entry(self) -> None:
        """Withhold the whole entry, or no longer."""
        row = self._row
        if row is not None:
            self.marking.toggle_entry(row.piece)
            self._changed()

    def action_mark_all(self) -> None:
        """Withhold every known name everywhere; where all are, none of them."""
        self.marking.toggle_all_names()
        self._changed()

    def action_undo(self) -> None:
        """Take the last step back."""
        if self.marking.undo():
            self._changed()
        else:
            self.said(_("There is nothing to undo."))

    def action_next_name(self) -> None:
        """Go to the next known name that still goes out, round the end too."""
        lines = self.texts
        rows = lines.rows
        for step in range(len(rows) + 1):
            index = (max(lines.cursor, 0) + step) % max(len(rows), 1)
            row = rows[index] if rows else None
            if row is None or row.heading:
                continue
            names = self.marking.seen(row.piece).names
            for number, (start, end) in enumerate(row.words):
                later = step > 0 or number > lines.word
                if later and any(start < last and first < end for first, last in names):
                    lines.cursor = index
                    lines.word = number
                    self._tell()
                    return
        self.said(_("No known name goes out any more.") if not self.marking.left else _("There is no further one."))

    def action_done(self) -> None:
        """Go on with what is marked; where known names are left, ask."""
        self.run_work(self._done(), group="done")

    async def _done(self) -> None:
        choice = self.marking.choice
        if self.marking.left:
            question = ngettext(
                "A known name still goes out in {count} place. May it?",
                "Known names still go out in {count} places. May they?",
                self.marking.left,
            ).format(count=self.marking.left)
            if not await self.confirmed(question, yes=_("Yes, they may"), no=_("Go on marking")):
                return
            choice = replace(choice, names_stay=True)
        await self.keep_draft()
        self.dismiss(choice)

    async def keep_draft(self) -> None:
        """Keep the choice as it stands."""
        from store.casework import Casework

        text = write_choice(self.marking.choice)
        if text != self._kept and not (self.marking.choice.empty and not self._kept):
            await self.do(
                Casework.save_draft, draft_key(self.case_id), json.dumps({"choice": text}, ensure_ascii=False)
            )
            self._kept = text

    async def refresh_language(self) -> None:
        """Draw anew; the marks stay."""
        cursor, word = self.texts.cursor, self.texts.word
        await super().refresh_language()
        self.texts.show(rows_of(self.marking.pieces), cursor)
        self.texts.word = word
        self._tell()

    def action_go_back(self) -> None:
        """Back to the order; what is marked is kept as a draft."""
        self.run_work(self._back(), group="back")

    async def _back(self) -> None:
        await self.keep_draft()
        self.dismiss(None)
