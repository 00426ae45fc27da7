"""Names told from other words by their capitals."""

from __future__ import annotations

import pytest

from store.bundle.name_words import names_among, names_said, reached, whole_and_parts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hos Torben Isbrænder", ["Torben Isbrænder", "Torben", "Isbrænder"]),
        ("Hos Torben i Rønne", ["Torben", "Rønne"]),
        ("Kai Vagtmand har den. Jeg ringer.", ["Kai Vagtmand", "Kai", "Vagtmand"]),
        ("Kai har den", []),
        ("skabet på kontoret", []),
        ("Skabet på kontoret", []),
        ("Kai von Vagtmand", ["Kai von Vagtmand", "Kai", "Vagtmand"]),
        ("hos Kai og Poul", ["Kai", "Poul"]),
        ("hos Ida-Marie O'Neill", ["Ida-Marie O'Neill", "Ida-Marie", "O'Neill"]),
    ],
)
def test_names_among_other_words(text: str, found: list[str]) -> None:
    assert list(names_among(text, at_start=False)) == found


def test_where_it_is_asked_who_a_sentence_may_begin_with_the_name() -> None:
    assert list(names_among("Kai ringede. Vi ventede. Han kom med Poul", at_start=True)) == ["Kai", "Poul"]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("Kai Vagtmand", {"Kai Vagtmand", "Kai", "Vagtmand"}),
        ("Kai Vagtmand, politiassistent", {"Kai Vagtmand", "Kai", "Vagtmand"}),
        ("politiassistent Kai Vagtmand", {"politiassistent Kai Vagtmand", "Kai Vagtmand", "Kai", "Vagtmand"}),
        ("Kai Vagtmand og Poul Raskdyr", {"Kai Vagtmand", "Kai", "Vagtmand", "Poul Raskdyr", "Poul", "Raskdyr"}),
        ("kai vagtmand", {"kai vagtmand", "kai", "vagtmand"}),
        ("kai vagtmand og poul", {"kai vagtmand", "kai", "vagtmand", "poul"}),
        ("det ved vi ikke noget om endnu", set()),
    ],
)
def test_names_in_an_answer_to_who(answer: str, found: set[str]) -> None:
    assert set(names_said(answer)) == found


def test_a_name_and_its_parts() -> None:
    assert list(whole_and_parts("  Kai  Vagtmand ")) == ["Kai Vagtmand", "Kai", "Vagtmand"]
    assert list(whole_and_parts("mor til Liv")) == ["mor til Liv", "mor", "Liv"]
    assert list(whole_and_parts(" ")) == []


def test_numbers_and_addresses() -> None:
    assert list(reached("tlf. 88 77 66 55, kai@politi.example")) == ["88 77 66 55", "kai@politi.example"]
