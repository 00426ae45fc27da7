"""`segl plan` and `segl directory` do what the screens do, and answer as docs/cli.md says."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tests.tui.cli.support import Segl
from tests.tui.cli.test_json import faults

WHO = "first-talk-who"


def test_a_plan_from_the_first_answer_to_the_second_version(segl: Segl, tmp_path: Path) -> None:
    begun = segl("plan", "show", "--json").json
    assert (begun["answered"], begun["versions"]) == (0, [])
    assert len(begun["questions"]) >= 23
    assert segl("plan", "publish", "--review-on", "2099-01-31", "--json", code=5).json["error"]["rule"] == "BP-0"
    answered = segl("plan", "answer", WHO, "--json", stdin="Lederen").json
    assert faults("segl plan answer", answered) == []
    segl("plan", "publish", "--review-on", "2020-01-31", code=5)
    one = segl("plan", "publish", "--review-on", "2099-01-31", "--json", fds={"--agreed-by-fd": "Udvalget"}).json
    assert faults("segl plan publish", one) == []
    assert one["version"]["agreed_by"] == "Udvalget"
    segl("plan", "answer", WHO, stdin="Tillidsmanden")
    segl("plan", "answer", "replacement", stdin="Vagtplanlæggeren")
    differing = segl("plan", "compare", "1", "now", "--json").json
    assert faults("segl plan compare", differing) == []
    assert [(one["question"], one["change"]) for one in differing["differences"]] == [
        (WHO, "changed"),
        ("replacement", "added"),
    ]
    assert segl("plan", "show", "--version", "1", "--json").json["questions"][0]["answer"]["text"] == "Lederen"
    shown = segl("plan", "show", "--json").json
    assert faults("segl plan show", shown) == []
    assert (shown["answered"], shown["unpublished"]) == (2, 2)
    page, data = tmp_path / "plan.html", tmp_path / "plan.toml"
    assert faults("segl plan export", segl("plan", "export", "-o", page, "--json").json) == []
    assert "Lederen" in page.read_text("utf-8")
    segl("plan", "export", "--format", "toml", "--version", "now", "-o", data)
    assert tomllib.loads(data.read_text("utf-8"))["questions"][0]["answer"] == "Tillidsmanden"
    segl("plan", "export", "-o", page, code=2)
    segl("plan", "answer", WHO, "--clear")
    assert segl("plan", "show", "--json").json["answered"] == 1
    assert segl("doctor", "--json").json["well"]


def test_the_plan_in_words(segl: Segl) -> None:
    segl("plan", "answer", WHO, stdin="Lederen\nog vagten")
    out = segl("plan", "show", "--lang", "en").out
    assert "Step 1: Psychological first aid" in out
    assert "    Lederen\n    og vagten\n" in out
    assert "not published yet" in out
    assert "Trin 1: Psykisk førstehjælp" in segl("plan", "show", "--lang", "da").out


def test_what_is_no_question_version_or_day_is_refused(segl: Segl) -> None:
    segl("plan", "answer", "nobody", stdin="x", code=2)
    segl("plan", "answer", WHO, stdin="", code=2)
    segl("plan", "compare", "1", "2", code=2)
    segl("plan", "publish", "--review-on", "soon", code=2, unlock=False)
    assert segl("plan", "answer", WHO, "--json", stdin="010190-1234", code=5).json["error"]["rule"] == "CM-2b"


def test_the_directory_from_the_list_to_a_day_of_checking(segl: Segl) -> None:
    found: list[tuple[str, dict[str, Any]]] = []

    def run(section: str, *words: str, stdin: str | None = None, fds: dict[str, str] | None = None) -> dict[str, Any]:
        document: dict[str, Any] = segl(*words, "--json", stdin=stdin, fds=fds).json
        found.append((section, document))
        return document

    listed = run("segl directory", "directory")
    assert listed["entries"][0]["phone"] == "112"
    assert run("segl directory list", "directory", "list") == listed
    set_ = run("segl directory set", "directory", "set", "cfdp", "--entry", "-", stdin='phone = "70 00 00 09"')["entry"]
    assert (set_["phone"], set_["site"], set_["printed"]) == ("70 00 00 09", "https://cfdp.dk/", "")
    checked = run("segl directory checked", "directory", "checked", "cfdp", "--on", "2026-01-31")["entry"]
    assert checked["checked"] == "2026-01-31"
    example = Path("docs/examples/entry.toml").resolve()
    text = (example if example.exists() else Path(__file__).parents[3] / "docs/examples/entry.toml").read_text("utf-8")
    run("segl directory add", "directory", "add", "crisis-centre", "--entry", "-", stdin=text)
    assert run("segl directory show", "directory", "show", "crisis-centre")["entry"]["emergency"]
    left = run("segl directory remove", "directory", "remove", "crisis-centre", fds={"--reason-fd": "lukket"})
    assert len(left["entries"]) == len(listed["entries"])
    for section, document in found:
        assert faults(section, document) == [], section
    assert segl("doctor", "--json").json["well"]


def test_112_stays_and_a_day_to_come_is_refused(segl: Segl) -> None:
    changed = segl("directory", "set", "emergency-112", "--entry", "-", "--json", stdin='phone = "1"', code=5).json
    assert changed["error"]["rule"] == "CM-16"
    removed = segl("directory", "remove", "emergency-112", "--json", fds={"--reason-fd": "x"}, code=5).json
    assert removed["error"]["rule"] == "CM-16"
    ahead = segl("directory", "checked", "cfdp", "--on", "31.1.2099", "--json", code=5).json
    assert ahead["error"]["rule"] == "CM-14"
    unknown = segl("directory", "add", "x", "--entry", "-", "--json", stdin='king = "1"', code=2).json
    assert unknown["error"]["place"] == "king"


def test_the_guide_says_what_the_plan_settles_and_what_it_lacks(segl: Segl) -> None:
    case = segl.new_case('title = "Chikane"\nkind = "workplace"\nstand_in = "Bo"')
    guide = segl("guide", case, "--json").json
    first = next(step for step in guide["steps"] if step["id"] == guide["next"][0])
    asked = [said.removeprefix("plan:") for said in first["says"] if said.startswith("plan:")]
    assert asked
    assert f"segl plan answer {asked[0]}" in segl("guide", case, "--lang", "en").out
    segl("plan", "answer", asked[0], stdin="Det gør lederen")
    said = segl("guide", case, "--lang", "en").out
    assert "    Det gør lederen\n" in said
    assert f"segl plan answer {asked[0]}" not in said
