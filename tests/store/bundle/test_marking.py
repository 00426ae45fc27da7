"""Marking step by step, with undo; what is seen of a text."""

from __future__ import annotations

from pathlib import Path

from store.bundle.known_names import person_concerned
from store.bundle.marking import Marking, words_in
from store.bundle.withholding import Span, Withholding
from tests.store.bundle.test_withholding import planted
from tests.store.desk import set_up_desk


def test_steps_and_their_undo(tmp_path: Path) -> None:
    desk = set_up_desk(tmp_path)
    try:
        export = desk.export_case(planted(desk))
        marking = Marking(export, Withholding(concerned=person_concerned(export)))
        piece = next(one for one in marking.pieces if one.text.startswith("Liv fortæller"))
        words = words_in(piece.text)
        named = next(at for at in words if piece.text[slice(*at)] == "Zebulon")
        plain = next(at for at in words if piece.text[slice(*at)] == "delte")
        before = marking.left
        assert before > 5
        assert marking.toggle(piece, plain)
        assert marking.is_withheld(piece, plain)
        assert marking.left == before
        assert marking.toggle_name(piece, named) == "Zebulon Quistgaard"
        assert marking.is_withheld(piece, named)
        assert marking.left < before
        # What its name withholds is not taken back as a word.
        assert not marking.toggle(piece, named)
        assert marking.undo()
        assert not marking.is_withheld(piece, named)
        assert marking.toggle(piece, plain)
        assert marking.choice.empty
        assert marking.toggle_all_names()
        assert marking.left == 0
        assert marking.toggle_all_names()
        assert marking.left == before
        assert marking.toggle_entry(piece)
        assert marking.is_withheld(piece, (0, len(piece.text)))
        while marking.undo():
            pass
        assert marking.choice.empty
    finally:
        desk.close()


def test_part_of_a_range_is_taken_back(tmp_path: Path) -> None:
    desk = set_up_desk(tmp_path)
    try:
        export = desk.export_case(planted(desk))
        marking = Marking(export, Withholding())
        piece = next(one for one in marking.pieces if "har det bedre" in one.text)
        marking.toggle(piece, (0, len(piece.text)))
        marking.toggle(piece, (4, 7))
        assert [(span.start, span.end) for span in marking.choice.spans] == [(0, 4), (7, len(piece.text))]
    finally:
        desk.close()


def test_a_draft_of_before_loses_what_is_not_there(tmp_path: Path) -> None:
    desk = set_up_desk(tmp_path)
    try:
        export = desk.export_case(planted(desk))
        old = Withholding(spans=(Span("00" * 32, "text", 0, 3),), entries=frozenset({"11" * 32}), words=("Yrsa",))
        assert Marking(export, old).choice == Withholding(words=("Yrsa",))
    finally:
        desk.close()


def test_words_without_their_punctuation() -> None:
    text = '"Ida", (Bo) … -- Åse\'s'
    assert [text[start:end] for start, end in words_in(text)] == ["Ida", "Bo", "…", "--", "Åse's"]
