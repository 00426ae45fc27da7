"""`segl today` and putting off: what the screens do, from a script."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.tui.cli.support import Segl
from tests.tui.cli.test_json import faults

SOON = datetime.now(UTC).date() + timedelta(days=3)


def test_today_lists_case_step_and_when(segl: Segl, case: str) -> None:
    segl("level", case, "3", fds={"--reason-fd": "Panik."})
    page = segl("today", "--json").json
    assert page["open_cases"] == 1
    assert {line["case"] for line in page["lines"]} == {case}
    week = [line for line in page["lines"] if line["group"] == "this-week"]
    assert "police-contact" in {line["step"] for line in week}
    out = segl("today").out
    assert "The next seven days" in out
    assert case in out


def test_a_step_is_put_off_and_taken_back(segl: Segl, case: str) -> None:
    segl("level", case, "3", fds={"--reason-fd": "Panik."})
    listed = segl("guide", case, "--json").json["steps"]
    step = next(
        one["id"] for one in listed if one["strength"] != "must" and one["state"] == "open" and not one["due_on"]
    )
    done = segl(
        "guide", "put-off", case, step, "--until", SOON.isoformat(), "--json", fds={"--reason-fd": "Ferie."}
    ).json
    assert (done["step"]["put_off_until"], done["step"]["put_off_reason"]) == (SOON.isoformat(), "Ferie.")
    (line,) = [line for line in segl("today", "--json").json["lines"] if line["step"] == step]
    assert (line["put_off"], line["due_on"]) == (True, done["step"]["due_on"])
    back = segl("guide", "put-off", case, step, "--no-longer", "--json").json
    assert back["step"]["put_off_until"] is None


def test_a_must_is_not_put_off_beyond_its_day(segl: Segl, case: str) -> None:
    segl("level", case, "3", fds={"--reason-fd": "Panik."})
    steps = segl("guide", case, "--json").json["steps"]
    must = next(step for step in steps if step["strength"] == "must" and step["due_on"] and step["state"] != "done")
    late = (date.fromisoformat(must["due_on"]) + timedelta(days=40)).isoformat()
    refused = segl(
        "guide", "put-off", case, must["id"], "--until", late, "--json", fds={"--reason-fd": "Travlt."}, code=5
    ).json
    assert refused["error"]["rule"] == "snooze"


def test_a_day_that_is_none_is_usage(segl: Segl, case: str) -> None:
    segl("guide", "put-off", case, "keep-contact", "--until", "31-02-2026", fds={"--reason-fd": "x"}, code=2)
    segl("guide", "put-off", case, "keep-contact", fds={"--reason-fd": "x"}, code=2)


def test_it_says_what_the_screen_says_of_plan_journal_system_and_drafts(segl: Segl, case: str, tmp_path: Path) -> None:
    page = segl("today", "--json").json
    assert (page["plan_review_due"], page["filings"], page["drafts"]) == (False, [], 0)
    segl("plain-copy", case, tmp_path, "--plain", "--place-ok", "--facts", "-", stdin='purpose = "Til journalen"')
    page = segl("today", "--json").json
    assert [(one["case"], one["plain_copies"]) for one in page["filings"]] == [(case, 1)]
    assert faults("segl today", page) == []
    assert f"{case}: a plain copy still lies there" in segl("today").out
