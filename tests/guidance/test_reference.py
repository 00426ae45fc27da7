from __future__ import annotations

from guidance.loader import shipped
from guidance.reference import write
from tests.tools import ROOT

PAGE = ROOT / "docs" / "playbooks.md"


def test_the_page_is_up_to_date() -> None:
    made = "".join(write())
    assert PAGE.read_text("utf-8") == made, "run: python -m guidance.reference > docs/playbooks.md"


def test_every_step_and_fact_is_on_it() -> None:
    page = PAGE.read_text("utf-8")
    for book in shipped():
        assert all(f"| `{step.id}` " in page for step in book.steps)
        assert all(f"| `{fact.id}` | " in page for fact in book.facts)
