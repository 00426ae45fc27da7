"""Parts on one line: no sign beside the one that a text ends with."""

from __future__ import annotations

from guidance.joining import one_after_another, sentences


def test_an_end_of_a_sentence_gets_no_semicolon() -> None:
    assert one_after_another(["Hvad? Alt.", "Hvor? her", "Hvem? Bo."]) == "Hvad? Alt. Hvor? her; Hvem? Bo."
    assert one_after_another(["a…", "a…", "b!", "c?"]) == "a… a… b! c?"
    assert one_after_another(["one"]) == "one"
    assert one_after_another([]) == ""


def test_the_same_words_twice_are_parted_each_time() -> None:
    assert one_after_another(iter(["a", "a", "a"])) == "a; a; a"


def test_sentences_get_one_full_stop() -> None:
    assert sentences("Done: call", "", "All well.", "more") == "Done: call. All well. more"
