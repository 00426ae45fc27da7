"""The plan as a page and as TOML: whole, self-contained, never over another file, and nothing in it that acts."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.bundle.errors import AlreadyThere
from store.cases.plan import PlanVersionUnknown
from store.casework import Casework
from store.cpr import CprNoticed
from store.errors import DiskFailed
from store.plan import NOW
from store.plan_file import plan_page, plan_toml, write_plan
from tests.store.desk import Clock, set_up_desk

WHO = "first-talk-who"
HOSTILE = 'Lederen <script>alert("x")</script>\n\x1b[2J\u202e"""\\ \x7f'


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Casework]:
    clock = Clock()
    made = set_up_desk(tmp_path, clock=clock)
    made.answer_plan(WHO, "Lederen")
    made.publish_plan(clock.today() + timedelta(days=365), "Udvalget")
    made.answer_plan(WHO, HOSTILE)
    yield made
    made.close()


def test_a_version_prints_what_was_agreed_and_what_is_not_answered(desk: Casework) -> None:
    text = plan_page(desk.plan(), 1, "da").decode()
    for part in ("Nørreskolen", "Udvalget", "Åse Rådgiver", "Lederen", "Trin 1: Psykisk førstehjælp", "Trin 5"):
        assert part in text
    assert text.count("Ikke besvaret endnu.") == len(desk.plan().items) - 1
    assert "script" not in text
    assert text != plan_page(desk.plan(), 1, "en").decode()


def test_what_people_wrote_is_text_and_nothing_comes_from_outside(desk: Casework) -> None:
    text = plan_page(desk.plan(), NOW, "da").decode()
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    for sign in ("\x1b", "\u202e", "\x7f", "http:", "https:", "src=", "href="):
        assert sign not in text, sign
    assert "default-src &#x27;none&#x27;" in text
    assert "size: A4" in text


def test_toml_reads_back_to_the_same_words(desk: Casework) -> None:
    plan = desk.plan()
    read = tomllib.loads(plan_toml(plan, 1).decode())
    assert (read["version"], read["agreed_by"], read["office"]) == (1, "Udvalget", "Nørreskolen")
    assert read["questions"][0]["answer"] == "Lederen"
    assert "answer" not in read["questions"][1]
    assert len(read["questions"]) == len(plan.items)
    now = tomllib.loads(plan_toml(plan, NOW).decode())
    assert now["questions"][0]["answer"] == HOSTILE
    assert "published_at" not in now


@pytest.mark.parametrize("sort", ["html", "toml"])
def test_a_file_is_new_and_private_and_its_digest_is_told(desk: Casework, tmp_path: Path, sort: str) -> None:
    out = tmp_path / f"plan.{sort}"
    made = write_plan(desk.plan(), out, sort, version=1)  # type: ignore[arg-type]
    content = out.read_bytes()
    assert made.digest == "sha256:" + hashlib.sha256(content).hexdigest()
    assert made.size == len(content)
    assert out.stat().st_mode & 0o077 == 0
    with pytest.raises(AlreadyThere):
        write_plan(desk.plan(), out, sort, version=1)  # type: ignore[arg-type]
    assert out.read_bytes() == content
    assert not list(tmp_path.glob("*.part"))


def test_a_folder_that_is_not_there_is_a_failure_in_words(desk: Casework, tmp_path: Path) -> None:
    with pytest.raises(DiskFailed) as caught:
        write_plan(desk.plan(), tmp_path / "gone" / "plan.html", "html")
    assert "seal" not in str(caught.value.diagnostics()).lower()


def test_a_civil_registration_number_is_asked_about_before_it_goes_out(desk: Casework, tmp_path: Path) -> None:
    with desk.allowing_cpr():
        desk.answer_plan(WHO, "Ring til 010190-1234")
    with pytest.raises(CprNoticed):
        write_plan(desk.plan(), tmp_path / "plan.html", "html")
    assert not (tmp_path / "plan.html").exists()
    assert write_plan(desk.plan(), tmp_path / "plan.html", "html", version=1).size
    assert write_plan(desk.plan(), tmp_path / "now.html", "html", allow_cpr=True).size


def test_a_number_in_the_name_of_the_file_is_asked_about_too(desk: Casework, tmp_path: Path) -> None:
    out = tmp_path / "plan 010190-1234.html"
    with pytest.raises(CprNoticed) as caught:
        write_plan(desk.plan(), out, "html", version=1)
    assert [field.shown for field in caught.value.fields] == ["plan 010190-••••.html"]
    assert not out.exists()
    assert write_plan(desk.plan(), out, "html", version=1, allow_cpr=True).size


def test_there_is_no_version_that_was_not_published(desk: Casework, tmp_path: Path) -> None:
    with pytest.raises(PlanVersionUnknown):
        write_plan(desk.plan(), tmp_path / "plan.html", "html", version=2)
    assert not (tmp_path / "plan.html").exists()
