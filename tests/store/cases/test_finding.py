"""Finding pieces in a register by number, words or the beginning of a digest."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.language import speaking
from store.bundle.labels import holder_label
from store.cases import finding, values
from store.cases.errors import ItemUnknown
from store.cases.finding import ids_found
from store.cases.values import write_registered
from store.casework import Casework
from store.database import Connection
from store.evidence.finding import EVERY_PIECE, Wanted, fold, read_begin, read_numbers, wanted_by
from store.model import EvidenceDraft, Holder
from store.projections import empty_tables
from tests.store.cases.test_pieces import versions
from tests.store.desk import a_case, set_up_desk

DIGESTS = ("0a1b", "0a1c", "0a1b", "ffff")


def draft(number: int, **more: Any) -> EvidenceDraft:
    begins = DIGESTS[number % len(DIGESTS)]
    return EvidenceDraft(digest=f"sha256:{begins}{number:060x}", size=number, name=f"IMG_{number:04}.jpg", **more)


PIECES = (
    draft(1, shows="Skærmbillede af ÅSES gruppe", platform="Snapchat"),
    draft(2, shows="Et andet billede", accounts=("ida_2008", 'hun "selv"\\')),
    draft(3, url="https://example.org/p/Straße?id=12", holder=Holder.POLICE, holder_name="vagten i Holbæk"),
    draft(4, shows="linje et\nto linjer", seen_by=("Åse", "Bo"), came_how="Sendt af en forælder"),
    draft(5, platform="TikTok", claimed_at="2026-11-20T21:14+01:00", holder=Holder.VICTIM),
    draft(6, shows=unicodedata.normalize("NFD", "på Københavns banegård")),
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Casework]:
    with set_up_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def case(desk: Casework) -> str:
    id = a_case(desk).id
    desk.register_pieces(id, PIECES)
    return id


def found(desk: Casework, case: str, wanted: Wanted | str) -> list[int]:
    """The numbers of the pieces that are found, in their order."""
    meant = wanted_by(wanted) if isinstance(wanted, str) else wanted
    page = desk.evidence_page(case, 0, 100, meant)
    assert page.total == len(page.pieces)
    assert list(desk.evidence_in_turn(case, meant)) == list(page.pieces)
    return [one.number for one in page.pieces]


SAID = [
    ("billede", [1, 2]),
    ("SKÆRM", [1]),
    ("åse", [1, 4]),
    ("åses gruppe", [1]),
    ("gruppe åses", [1]),
    ("img_0003", [3]),
    ("ida_2008", [2]),
    ("ida%2008", []),
    ('"selv"\\', [2]),
    ("example.org/p/", [3]),
    ("straße", [3]),
    ("snap", [1]),
    ("holbæk", [3]),
    ("politiet", [3]),
    ("krænkede", [5]),
    ("to linjer", [4]),
    ("nto", []),
    ("åse,bo", []),
    ('","', []),
    ("forælder", [4]),
    ("københavns banegård", [6]),
    ("2026-11-20", [5]),
    ("platform", []),
    ("findes ikke", []),
    ("E3", [3]),
    ("e-3", [3]),
    ("3", [3]),
    ("E2-E4", [2, 3, 4]),
    ("4-2", [2, 3, 4]),
    ("12", [3]),
    ("2", [2, 3, 5]),
    ("E99", []),
    ("0a1c", [1, 5]),
    ("0A1C 0000", [1, 5]),
    ("sha256:ffff", [3]),
    ("ffff", [3]),
    ("fff", []),
    ("blake3:ffff", []),
    ("  ", [1, 2, 3, 4, 5, 6]),
]


@pytest.mark.parametrize(("text", "numbers"), SAID, ids=range(len(SAID)))
def test_what_is_typed_finds(desk: Casework, case: str, text: str, numbers: list[int]) -> None:
    with speaking("da"):
        assert found(desk, case, text) == numbers


def test_who_holds_a_piece_is_found_by_the_words_of_the_language(desk: Casework, case: str) -> None:
    for language in ("da", "en"):
        with speaking(language):
            assert found(desk, case, holder_label("police")) == [3]
    with speaking("en"):
        assert found(desk, case, "politiet") == []


def test_what_is_asked_for_alone_finds_nothing_else(desk: Casework, case: str) -> None:
    assert found(desk, case, Wanted(numbers=(2, 2))) == [2]
    assert found(desk, case, Wanted(digest="0a1b")) == [2, 4, 6]
    assert found(desk, case, Wanted(words=("2",))) == [2, 3, 5]
    assert found(desk, case, EVERY_PIECE) == [1, 2, 3, 4, 5, 6]


def test_the_piece_of_the_number_comes_first(desk: Casework, case: str) -> None:
    desk.amend_evidence(case, "E1", draft(1, shows="den samme som 5"))
    assert found(desk, case, "5") == [5, 1]


def test_pages_of_what_is_found(desk: Casework, case: str) -> None:
    wanted = wanted_by("img")
    page = desk.evidence_page(case, 4, 4, wanted)
    assert (page.total, page.start, [one.number for one in page.pieces]) == (6, 4, [5, 6])
    assert desk.evidence_page(case, 0, 0, wanted).total == 6
    assert [one.number for one in desk.evidence_in_turn(case, wanted, start=1, count=2)] == [2, 3]
    assert [one.number for one in desk.evidence_in_turn(case, start=4)] == [5, 6]


def test_a_place_among_what_is_found(desk: Casework, case: str) -> None:
    assert desk.evidence_place(case, "E4", wanted_by("åse")) == 1
    with pytest.raises(ItemUnknown):
        desk.evidence_place(case, "E2", wanted_by("åse"))


def test_what_was_written_since_is_found(desk: Casework, case: str) -> None:
    assert found(desk, case, "ny") == []
    desk.amend_evidence(case, "E2", draft(2, shows="nyt"))
    assert found(desk, case, "ny") == [2]
    assert found(desk, case, "andet billede") == []


def test_of_two_versions_the_later_one_is_found(desk: Casework, case: str) -> None:
    piece = desk.evidence_piece(case, "E1")
    versions(desk, case, piece.id, number=50)
    assert found(desk, case, "tiktok") == [5, 50]
    assert found(desk, case, "snapchat") == []
    assert found(desk, case, "E1") == []


def test_an_erased_piece_is_not_found(desk: Casework, case: str) -> None:
    piece = desk.evidence_piece(case, "E1")
    desk._connection.execute("DELETE FROM standing WHERE subject = ?", (f"added/{piece.id}",))
    desk.add_note(case, "slettet")
    assert found(desk, case, "billede") == [2]


def test_only_the_pieces_that_are_shown_are_read(desk: Casework, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    looked: list[Wanted] = []
    whole, look = values.read_evidence, finding.ids_found

    def reading(value: Any) -> dict[str, Any]:
        read.append(value)
        return whole(value)

    def looking(connection: Connection, space: str, wanted: Wanted, order: Sequence[str]) -> tuple[str, ...]:
        looked.append(wanted)
        return look(connection, space, wanted, order)

    monkeypatch.setattr("store.cases.pieces.read_evidence", reading)
    monkeypatch.setattr("store.cases.evidence.ids_found", looking)
    for start in (0, 2, 4):
        desk.evidence_page(case, start, 2, wanted_by("img"))
    assert (len(read), len(looked)) == (6, 1)
    one = next(desk.evidence_in_turn(case, wanted_by("snap")))
    assert (one.number, len(read), len(looked)) == (1, 7, 2)


def test_what_cannot_be_meant_is_left_out_by_the_database(desk: Casework, case: str) -> None:
    class Counting:
        def execute(self, sql: str, parameters: Sequence[Any]) -> Iterator[Any]:
            for row in desk._connection.execute(sql, parameters):
                self.rows += 1
                yield row

        rows = 0

    for text, most in (("snapchat", 1), ("ÅSE", 6), ("holbæk", 1), ("ida_2008", 1)):
        counting = Counting()
        ids = desk._ids(case)
        with speaking("da"):
            ids_found(counting, case, wanted_by(text), ids)  # type: ignore[arg-type]
        assert 1 <= counting.rows <= most


def test_a_very_long_text_finds_nothing(desk: Casework, case: str) -> None:
    assert found(desk, case, "b" * 100_000) == []
    assert found(desk, case, " ".join(f"w{number}" for number in range(20_000))) == []
    assert found(desk, case, "% " * 500 + "billede") == []


SIGNS = "aAiIkKsSåÅæß_%\\\"',.[]{}\n\t\x01 -/0eE"
ODD = ("\u0130", "\u212a", "\u030a", "\u017f", "\ufb01", "\u03a3", "\U0001f600")
"""Letters whose small ones are others, are two, or are put together with the one before."""
TEXT = st.text(st.sampled_from([*SIGNS, *ODD]), max_size=6)


@given(shows=TEXT, accounts=st.lists(TEXT, max_size=2), name=TEXT, typed=TEXT, holder=st.sampled_from(Holder))
def test_words_are_found_wherever_they_stand(
    shows: str, accounts: list[str], name: str, typed: str, holder: Holder
) -> None:
    piece = EvidenceDraft(
        digest=f"sha256:{'9' * 64}", name=name, shows=shows, accounts=tuple(accounts), holder=holder, url="x"
    )
    words = Wanted(words=tuple(fold(typed).split()))
    written = json.dumps(write_registered(1, piece), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    connection = empty_tables()
    connection.execute(
        "INSERT INTO standing (space, subject, entry, place, value, at, since, device) "
        "VALUES ('s', 'evidence/a', 'a', 1, ?, '', '', '')",
        (written,),
    )
    texts = [fold(text) for text in (name, shows, *accounts, "x", holder_label(holder.value))]
    expected = bool(words.words) and all(any(word in text for text in texts) for word in words.words)
    assert bool(ids_found(connection, "s", words, ["a"])) == expected
    connection.close()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("E12", (12, 12)),
        ("e-12", (12, 12)),
        (" 12 ", (12, 12)),
        ("E10-E20", (10, 20)),
        ("20–10", (10, 20)),
        ("10 - 20", (10, 20)),
        ("E0", None),
        ("E1234567", None),
        ("12-", None),
        ("E", None),
        ("", None),
        ("1٢", None),
    ],
)
def test_numbers_as_they_are_typed(text: str, numbers: tuple[int, int] | None) -> None:
    assert read_numbers(text) == numbers


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("abcd", "abcd"),
        ("AB CD", "abcd"),
        ("sha256:abcd", "sha256:abcd"),
        ("BLAKE3: abcd", "blake3:abcd"),
        ("abc", ""),
        ("sha256:", ""),
        ("md5:abcd", ""),
        ("a" * 64, "a" * 64),
        ("a" * 65, ""),
        ("abcg", ""),
    ],
    ids=range(10),
)
def test_a_digest_as_it_is_begun(text: str, begins: str) -> None:
    assert read_begin(text) == begins
