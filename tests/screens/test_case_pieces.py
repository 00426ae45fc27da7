"""The register of a case on the screen: every piece is reached, and only those in sight are fetched."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from screens.case import CaseScreen
from screens.case_words import evidence_row
from screens.custody import CustodyScreen
from screens.evidence_form import EvidenceFormScreen
from screens.note import NoteScreen
from screens.widgets.list_detail import ListDetail
from screens.widgets.windowed import PAGE, Windowed
from store.casework import Casework
from store.client import VaultClient
from store.evidence.finding import Wanted
from store.model import CaseSummary, Evidence, EvidenceDraft, EvidencePage
from tests.screens.conftest import press, settle, text_of

Show = Callable[[Callable[[], Any]], Any]
MANY = 320


def draft(number: int) -> EvidenceDraft:
    digest = "sha256:" + hashlib.sha256(str(number).encode()).hexdigest()
    return EvidenceDraft(digest=digest, size=number, name=f"billede-{number}.jpg")


@pytest.fixture
async def many(client: VaultClient, case: CaseSummary) -> str:
    """A case with many pieces."""
    for begin in range(0, MANY, 160):
        drafts = [draft(number) for number in range(begin + 1, begin + 161)]
        await client.do(Casework.register_pieces, case.id, drafts)
    return case.id


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[EvidencePage]:
    """What comes from the vault's thread of the register."""
    pages: list[EvidencePage] = []
    page = Casework.evidence_page

    def listening(self: Casework, case: str, start: int, count: int, *wanted: Wanted) -> EvidencePage:
        pages.append(page(self, case, start, count, *wanted))
        return pages[-1]

    monkeypatch.setattr(Casework, "evidence_page", listening)

    def whole(_self: Casework, _case: str) -> None:
        raise AssertionError("the whole case was asked for")

    monkeypatch.setattr(Casework, "case", whole)
    return pages


def register(app: Any) -> ListDetail[Evidence]:
    found: ListDetail[Evidence] = app.screen.query_one("#evidence", ListDetail)
    return found


def here(app: Any) -> int:
    piece = register(app).current
    assert piece is not None
    return piece.number


async def test_every_piece_is_reached_and_only_what_is_seen_is_fetched(
    show: Show, many: str, fetched: list[EvidencePage]
) -> None:
    app = show(lambda: CaseScreen(many))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert sum(len(page.pieces) for page in fetched) <= PAGE
        await press(pilot, "3")
        assert f"({MANY})" in text_of(app)
        assert here(app) == 1
        await press(pilot, "end")
        assert here(app) == MANY
        assert f"Filnavn: billede-{MANY}.jpg" in text_of(app)
        await press(pilot, "pageup")
        before = here(app)
        assert MANY - 30 < before < MANY
        await press(pilot, "home", "pagedown")
        assert 1 < here(app) < 30
        assert sum(len(page.pieces) for page in fetched) <= 3 * PAGE
        seen = set[int]()
        await press(pilot, "home")
        for _page in range(MANY // 5):
            seen |= {int(number) for number in re.findall(r"^ *E(\d+) ", text_of(app), re.MULTILINE)}
            await press(pilot, "pagedown")
        assert seen == set(range(1, MANY + 1))


async def test_a_key_that_comes_before_the_piece_does_waits_for_it(
    show: Show, many: str, fetched: list[EvidencePage]
) -> None:
    app = show(lambda: CaseScreen(many))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        for key, screen in (("enter", EvidenceFormScreen), ("c", CustodyScreen)):
            lines = register(app).lines
            lines.show(Windowed(MANY, lambda _page: None), MANY - 1)
            app.screen._pieces = lines.rows
            assert register(app).current is None
            await press(pilot, key)
            assert isinstance(app.screen, screen)
            assert f"E{MANY}" in text_of(app)
            await press(pilot, "escape")
            assert isinstance(app.screen, CaseScreen)


async def test_the_piece_stays_under_the_cursor_when_the_register_is_looked_at_again(
    show: Show, many: str, client: VaultClient
) -> None:
    app = show(lambda: CaseScreen(many))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "end", "up", "up")
        id = register(app).current.id  # type: ignore[union-attr]
        # A colleague's piece comes in before it.
        await client.do(Casework.register_pieces, many, [draft(MANY + 1)])
        await client.do(lambda desk: renumber(desk, many))
        await press(pilot, "n")
        assert isinstance(app.screen, NoteScreen)
        await press(pilot, "escape")
        assert f"({MANY + 1})" in text_of(app)
        assert register(app).current.id == id  # type: ignore[union-attr]
        assert register(app).lines.cursor == MANY - 2
        assert f"Filnavn: billede-{MANY - 2}.jpg" in text_of(app)


def renumber(desk: Casework, case: str) -> None:
    """The newest piece gets the number 0, as one that another vault registered before may have a lower one."""
    page = desk.evidence_page(case, MANY, 1)
    desk._connection.execute(
        "UPDATE standing SET value = json_set(value, '$.number', 0) WHERE space = ? AND subject = ?",
        (case, f"evidence/{page.pieces[0].id}"),
    )
    desk.add_note(case, "kom ind")


async def test_the_language_changes_and_the_piece_stays(show: Show, many: str) -> None:
    app = show(lambda: CaseScreen(many))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "end", "f12")
        assert "[3 Evidence" in text_of(app)
        assert here(app) == MANY
        assert f"File name: billede-{MANY}.jpg" in text_of(app)


def test_a_page_is_asked_for_once_and_the_longest_unseen_is_forgotten() -> None:
    asked: list[int] = []
    rows: Windowed[int] = Windowed(PAGE * 20, asked.append)
    assert rows[0] is None
    assert rows[1] is None
    assert asked == [0]
    rows.missed(0)
    assert rows[0] is None
    assert asked == [0, 0]
    for page in range(20):
        rows.put(page, range(page * PAGE, page * PAGE + PAGE))
        assert rows[page * PAGE + 5] == page * PAGE + 5
    assert rows[-1] == PAGE * 20 - 1
    assert rows[0] is None
    assert asked == [0, 0, 0]
    with pytest.raises(IndexError):
        rows[PAGE * 20]


@pytest.mark.parametrize("number", [1, 999, 1000, 123_456])
def test_a_number_of_a_piece_does_not_run_into_its_kind(number: int) -> None:
    piece = Evidence(
        id="a",
        number=number,
        digest="sha256:" + "0" * 64,
        registered_at=datetime(2026, 11, 21, tzinfo=UTC),
        registered_by="Ane",
        missing=("platform",),
    )
    row = evidence_row(piece, 78)
    assert row.plain.startswith(f"E{number} ")
    assert row.cell_length == 78
