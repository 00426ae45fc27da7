"""The mentorship programme by the command line, from the first step to the end, and every document it answers with."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.tui.cli.support import Segl
from tests.tui.cli.test_json import faults

ABOUT = "on = 2020-02-03\n"
WHOLE = """
[education]
confirmed = true
how = "Så eksamensbeviset."
on = 2020-01-02
[work_history]
confirmed = true
how = "Ringede til arbejdspladsen."
on = 2020-01-02
[[references]]
name = "En tidligere leder"
contacted_on = 2020-01-03
by = "Åse"
opinion = "recommends"
said = "Pålidelig og rolig."
[interview]
on = 2020-01-04
by = "Åse"
motivation = "Vil give noget videre."
role = "Ved, at en mentor ikke er en ven."
safety = "Har læst reglerne."
commits = true
"""
DIGEST = "sha256:" + "5e" * 32
SECRET = "Hun fortalte om skilsmissen"


class Programme:
    """Lines of the shell, and what each answered."""

    def __init__(self, segl: Segl) -> None:
        self.segl = segl
        self.documents: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, section: str, line: str, *text: str, code: int = 0) -> dict[str, Any]:
        """One command, by itself, so that the next can use what it answered."""
        facts = "\n".join(text)
        fds = {"--reason-fd": facts} if "-fd" in line else {}
        words = [word for word in line.split() if word != "-fd"]
        stdin = facts if text and not fds else None
        document: dict[str, Any] = self.segl(*words, "--json", stdin=stdin, fds=fds, code=code).json
        if not code:
            self.documents.append((section, document))
        return document


@pytest.fixture
def run(segl: Segl) -> Programme:
    """The programme of a vault of this test's own."""
    return Programme(segl)


def add(run: Programme, name: str, *parts: str) -> str:
    """Register somebody; the beginning of the id."""
    listed = ", ".join(f'"{part}"' for part in parts)
    person = run("segl mentor add", "mentor add --facts -", f'name = "{name}"', f"parts = [{listed}]")["participant"]
    return str(person["id"])[:8]


def test_the_programme_from_its_first_step_to_its_end(segl: Segl, run: Programme, tmp_path: Path) -> None:
    mentor, mentee = add(run, "Bo Berg", "mentor"), add(run, "Eva", "mentee")
    off = segl("mentor", "list").out
    assert "Criminal record check: OFF in this programme." in off

    refused = run("", f"mentor accept {mentor} -fd", "Han er flink.", code=5)["error"]
    assert refused["rule"] == "vetting-before-acceptance"
    assert "education verified, work history verified, at least one personal reference" in refused["happened"]
    paired = run("", f"mentor pair {mentor} {mentee} --facts -", ABOUT, code=5)["error"]
    assert paired["rule"] == "vetting-before-acceptance"
    whole = run("segl mentor vetting", f"mentor vetting {mentor} --facts -", WHOLE)["participant"]
    assert whole["missing"] == []
    settings = 'criminal_record = true\nreason = "Bestyrelsen har bedt om det."'
    run("segl mentor settings", "mentor settings --facts -", settings)
    switched = run("", f"mentor accept {mentor} -fd", "Alt er set efter.", code=5)["error"]
    assert "criminal record check" in switched["happened"]
    record = '[criminal_record]\nissued_on = 2020-01-05\nrenew_on = 2099-01-05\nseen_by = "Åse"'
    run("segl mentor vetting", f"mentor vetting {mentor} --facts -", record)
    accepted = run("segl mentor accept", f"mentor accept {mentor} -fd", "Alt er set efter.")["participant"]
    assert accepted["accepted"]

    run("segl mentor platforms", "mentor platforms --facts -", 'platforms = ["Mødestedet"]')
    pair = run("segl mentor pair", f"mentor pair {mentor} {mentee} --facts -", ABOUT)["mentoring"]["id"][:8]
    facts = f'at = 2020-02-10T15:00:00\nplatform = "Et spil"\ncontent = "{SECRET}"'
    elsewhere = run("segl mentor session add", f"mentor session add {pair} --facts -", facts)["session"]
    assert (elsewhere["approved"], elsewhere["has_content"]) == (False, True)
    assert "not an approved platform" in segl("mentor", "session", "list").out
    shown = run("segl mentor session show", f"mentor session show {elsewhere['id'][:8]}")
    assert shown["content"] == [SECRET]
    # It goes into a bundle of a case where it is chosen with a reason, and to nobody to whom it may not.
    bundled = segl("case", "list", "--json").json["cases"][0]["reference"]
    with_it = ("--with-session", elsewhere["id"][:8])
    giving = {"--reason-fd": "Kollegaen tager over."}
    going = segl("seal", bundled, "--for", "colleague", *with_it, "--preview", "--json", fds=giving).json
    assert "data/sessions.txt" in {one["name"] for one in going["contents"]}
    withheld = segl("seal", bundled, "--for", "statistics", *with_it, "--preview", "--json", fds=giving, code=5).json
    assert withheld["error"]["code"] == "sessions-not-here"
    again = run("segl mentor change", f"mentor change {mentee} --facts -", 'contact = "12 34 56 78"')["participant"]
    assert (again["name"], again["contact"], again["parts"]) == ("Eva", "12 34 56 78", ["mentee"])
    session = elsewhere["id"][:8]
    recording = f'digest = "{DIGEST}"\nplace = "Kontorets drev"\nholder = "Åse"'
    consent = 'on = 2020-02-09\nhow = "Skriftligt."'
    run("segl mentor consent", f"mentor consent {session} {mentor} --given --facts -", consent)
    refused = run("", f"mentor recording add {session} --facts -", recording, code=5)["error"]
    assert refused["rule"] == "both-consents"
    run("segl mentor consent", f"mentor consent {session} {mentee} --given --facts -", consent)
    kept = run("segl mentor recording add", f"mentor recording add {session} --facts -", recording)["session"]
    id = kept["recordings"][0]["id"][:8]
    reason = "En klage over tonen."
    seen = run("segl mentor recording access", f"mentor recording access {id} --for review -fd", reason)["recording"]
    assert [one["reason"] for one in seen["accesses"]] == [reason]
    assert (seen["place"], seen["holder"]) == ("Kontorets drev", "Åse")
    listed = segl("mentor", "session", "list").out
    assert "Kontorets drev" not in listed
    assert "with a reason ('segl mentor recording access')" in listed
    log = run("segl access-log without CASE", "access-log")["lookups"]
    assert [(one["act"], one["about"], one["words"]) for one in log if one["act"] == "recording-looked-at"] == [
        ("recording-looked-at", "Bo Berg – Eva", f"a review: {reason}")
    ]
    nameless = segl("access-log", "--for-person", "--json").json
    assert "Berg" not in json.dumps(nameless)
    assert reason in json.dumps(nameless, ensure_ascii=False)
    written = run("segl access-log without CASE", f"access-log --for-person --out {tmp_path / 'x.txt'}")
    text = (tmp_path / "x.txt").read_text(encoding="utf-8")
    assert reason in text and "Berg" not in text
    last = segl("access-log", "--json").json["lookups"][-1]
    assert (last["act"], last["words"]) == ("log-written", "x.txt")
    assert written["digest"] == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    run("segl mentor consent", f"mentor consent {session} {mentee} --withdrawn --facts -", consent)
    assert "Remove a recording" in segl("mentor", "list").out
    again = run("", f"mentor recording access {id} --for dispute -fd", reason, code=5)["error"]
    assert again["rule"] == "both-consents"
    run(
        "segl mentor recording removed", f"mentor recording removed {id} --facts -", 'on = 2020-02-12\nhow = "Slettet."'
    )
    assert "Remove a recording" not in segl("mentor", "list").out

    held = 'on = 2020-03-01\ngoes_well = false\nguidelines = true\ntext = "De mødes for sjældent."'
    checked = run("segl mentor check-in", f"mentor check-in {mentee} --facts -", held)["participant"]
    assert checked["next_check_in"] == "2020-04-01"
    policy = 'title = "Sikkerhed"\nreview_on = 2099-01-01\ntext = "Vi passer på hinanden."'
    run("segl mentor policy add", "mentor policy add --facts -", policy)
    run("segl mentor policy read", f"mentor policy read 1 {mentor} --facts -", ABOUT)
    run("segl mentor policy list", "mentor policy list")

    concern = (
        f'kind = "private-meeting"\nwhat = "Pressede på for at mødes hjemme."\ncame_how = "form"\n'
        f'received_at = 2020-03-02T09:00:00\nabout = "{mentor}"\nreported_by = "{mentee}"\nblocked = "yes"'
    )
    taken = run("segl mentor concern add", "mentor concern add --facts -", concern)["concern"]
    assert (taken["due_on"], taken["about_name"]) == ("2020-03-02", "Bo Berg")
    kinds = {duty["kind"] for duty in run("segl mentor list", "mentor list")["duties"]}
    assert {duty["kind"] for duty in run("segl today", "today")["programme"]} == kinds
    assert {"concern", "end-mentoring", "check-in"} <= kinds
    suspended = run("segl mentor suspend", f"mentor suspend {mentor} -fd", "Klagen undersøges.")["participant"]
    assert suspended["status"] == "suspended"
    refused = run("", f"mentor session add {pair} --facts -", facts, code=5)["error"]
    assert refused["rule"] == "suspended"
    run("segl mentor part", f"mentor part {pair} -fd", "Pres for at mødes privat.")
    number = taken["id"][:8]
    run("segl mentor concern note", f"mentor concern note {number}", "Talte med begge hver for sig.")
    run("segl mentor concern readers", f"mentor concern readers {number} --facts -", 'reason = "Ingen flere."')
    run("segl mentor concern show", f"mentor concern show {number}")
    closed = 'outcome = "founded"\ntext = "Forløbet er afsluttet."'
    run("segl mentor concern close", f"mentor concern close {number} --facts -", closed)
    run("segl mentor concern list", "mentor concern list")
    run("segl mentor resume", f"mentor resume {mentor} -fd", "Til en samtale.")
    run("segl mentor end", f"mentor end {mentor} -fd", "Brud på politikken.")
    run("segl mentor show", f"mentor show {mentor}")
    run("segl mentor session list", "mentor session list")
    run("segl mentor form", "mentor form")
    run("segl mentor form --html", "mentor form --html")

    plain = run("segl mentor export", "mentor export")
    assert SECRET not in json.dumps(plain, ensure_ascii=False)
    assert "Pressede" not in json.dumps(plain, ensure_ascii=False)
    chosen = run("segl mentor export", f"mentor export --with-content {session} -fd", "Retten har bedt om det.")
    assert chosen["content"] == [{"session": elsewhere["id"], "texts": [SECRET]}]
    segl("mentor", "export", "--with-content", session, "--no-input", code=2)
    out = tmp_path / "programme.json"
    filed = run("segl mentor export", f"mentor export -o {out} --format json")
    assert json.loads(out.read_text(encoding="utf-8")) == {
        key: value for key, value in filed.items() if key not in ("path", "digest")
    }
    assert (filed["path"], filed["digest"][:7]) == (str(out), "sha256:")
    run("", f"mentor export -o {out}", code=2)
    left = run("segl mentor list", "mentor list")["exports"]
    assert [(one["name"], one["reason"]) for one in left] == [("programme.json", ""), ("", "Retten har bedt om det.")]

    well = segl("doctor", "--json").json
    assert (well["well"], well["findings"]) == (True, [])
    sections: dict[str, list[dict[str, Any]]] = {}
    for section, document in run.documents:
        sections.setdefault(section, []).append(document)
    for section, documents in sections.items():
        assert faults(section, *documents) == [], section


def test_what_is_over_is_kept_held_and_goes_by_the_name_that_is_typed(segl: Segl, run: Programme) -> None:
    applicant, mentee = add(run, "Bo Berg", "mentor"), add(run, "Eva", "mentee")
    facts = f'on = 2020-03-01\ngoes_well = false\nguidelines = true\ntext = "{SECRET}"'
    run("segl mentor check-in", f"mentor check-in {applicant} --facts -", facts)
    run("segl mentor end", f"mentor end {applicant} --look-at 2020-04-01 -fd", "Ikke egnet.")
    assert [one["kind"] for one in run("segl today", "today")["programme"]] == ["look-at"]
    run("segl mentor kept-rule", "mentor kept-rule --facts -", "mentee = 60")
    run("segl mentor look-at", f"mentor look-at {applicant} --on 2099-01-01 -fd", "Kommunens regel.")
    run("segl mentor hold", f"mentor hold {applicant} -fd", "Retssag.")
    [kept] = run("segl mentor kept", "mentor kept")["kept"]
    assert (kept["sort"], kept["look_at"], kept["held"]) == ("applicant", "2099-01-01", "Retssag.")
    history = run("segl mentor history", f"mentor history {applicant}")["history"]
    [told] = [one["entry"] for one in history if SECRET in one["words"]]
    refused = run("", f"erase programme {applicant} --preview", code=5)["error"]
    assert refused["code"] == "erasing-refused"
    run("segl mentor end-hold", f"mentor end-hold {applicant} -fd", "Afgjort.")
    alone = run("segl erase programme-entry", f"erase programme-entry {told[:8]} --preview")
    assert [SECRET in one["words"] for one in alone["entries"]] == [True]
    plan = run("segl erase programme", f"erase programme {applicant} --preview")
    assert (plan["what"], plan["confirm"]) == ("participant", "Bo Berg")
    wrong = run("", f"erase programme {applicant} --facts -", 'confirm = "Bo"', 'ground = "x"', code=5)["error"]
    assert wrong["code"] == "not-confirmed"
    said = ('confirm = "bo berg"', 'ground = "Fristen"')
    erased = run("segl erase programme", f"erase programme {applicant} --facts -", *said)
    assert (erased["erased"], erased["finished"]) == (True, True)
    assert [one["id"][:8] for one in run("segl mentor list", "mentor list")["participants"]] == [mentee]
    log = run("segl erase log", "erase log")
    assert [one["sorts"] for one in log["programme"]] == [["applicant"]]
    assert [one["count"] for one in log["programme_counts"]] == [None]
    sections: dict[str, list[dict[str, Any]]] = {}
    for section, document in run.documents:
        sections.setdefault(section, []).append(document)
    for section in ("segl mentor kept", "segl mentor history", "segl mentor kept-rule", "segl mentor look-at"):
        assert faults(section, *sections[section]) == [], section
    for section in ("segl mentor hold", "segl mentor end-hold", "segl erase programme", "segl erase log"):
        assert faults(section, *sections[section]) == [], section
    assert faults("segl erase programme-entry", *sections["segl erase programme-entry"]) == []


def test_a_concern_about_the_counsellor_is_not_taken_in(run: Programme) -> None:
    concern = 'kind = "threats"\nwhat = "x"\ncame_how = "talk"\nreceived_at = 2020-03-02\nabout_name = "{name}"'
    refused = run("", "mentor concern add --facts -", concern.format(name="åse ærlig"), code=5)["error"]
    assert refused["rule"] == "concern-about-oneself"
    assert (
        run("", "mentor concern add --facts -", concern.format(name="En anden"))["concern"]["about_name"] == "En anden"
    )


def test_a_link_that_is_taken_away_opens_no_concern(segl: Segl, run: Programme) -> None:
    mentor = add(run, "Bo Berg", "mentor")
    facts = f'kind = "threats"\nwhat = "x"\ncame_how = "talk"\nreceived_at = 2020-03-02\nabout = "{mentor}"'
    concern = run("", "mentor concern add --facts -", facts)["concern"]["id"]
    # Control: it is there until the person is linked to whoever looks.
    assert run("", f"mentor concern show {concern}")["concern"]["id"] == concern
    wrong = run("", f"mentor concern not-about {concern} --facts -", 'colleague = "Åse Ærlig"\nreason = "x"', code=5)
    assert wrong["error"]["rule"] == "link-oneself"
    run("", f"mentor change {mentor} --facts -", 'author = "Åse Ærlig"')
    said = segl("mentor", "change", mentor, "--facts", "-", stdin='author = ""\nname = "Bo B."').out
    assert "also once the name is taken away" in said
    assert run("", "mentor list")["participants"][0]["author"] == ""
    assert run("", f"mentor concern show {concern}", code=2)["error"]["code"] == "thing-unknown"
    assert run("", "mentor concern list")["concerns"] == []


@pytest.mark.parametrize(
    ("line", "facts", "place"),
    [
        ("mentor add", 'name = "Bo"\nparts = ["king"]', "parts[0]"),
        ("mentor add", 'name = "Bo"\nparts = ["mentor"]\nage = 9', "age"),
        ("mentor concern add", 'kind = "gossip"', "kind"),
        ("mentor settings", 'criminal_record = "yes"\nreason = "x"', "criminal_record"),
        ("mentor policy add", 'title = "x"\nreview_on = "soon"', "review_on"),
        ("mentor vetting ffff", "[interview]\non = 2020-01-01\nby = 'x'\ncommits = true\nmood = 1", "interview.mood"),
    ],
)
def test_facts_are_read_strictly(run: Programme, line: str, facts: str, place: str) -> None:
    assert run("", f"{line} --facts -", facts, code=2)["error"]["place"] == place


def test_without_facts_it_says_what_it_asks_for(segl: Segl) -> None:
    asked = segl("mentor", "concern", "add", "--json", code=2).json["error"]["asked"]
    assert asked[:2] == ["kind", "what"]
    assert segl("mentor", "add", "Bo", code=2).err
    assert "Bo" not in segl("mentor", "show", "Bo", code=2).err


def test_the_settings_are_said_in_words(segl: Segl) -> None:
    said = segl("mentor", "settings", "--lang", "da").out
    assert "slået FRA" in said and "1 måned" in said and "P1" not in said


def test_the_form_is_whole_in_both_languages_and_says_112_first(segl: Segl) -> None:
    for language, first, fault in (("da", "Ring 112", "ikke din skyld"), ("en", "Ring 112", "not your fault")):
        form = segl("mentor", "form", "--lang", language).out
        assert form.index(first) < form.lower().index(fault.lower())
        assert form.count("[ ]") == 20
        assert max(len(line) for line in form.splitlines()) <= 80
    page = segl("mentor", "form", "--html", "--lang", "da").out
    assert page.startswith("<!DOCTYPE html>")
    assert "<script" not in page


def test_an_empty_programme_is_said_to_be_empty(segl: Segl, tmp_path: Path) -> None:
    assert "Nobody is registered yet." in segl("mentor", "list").out
    for words in (("session", "list"), ("concern", "list"), ("policy", "list"), ("platforms",)):
        assert segl("mentor", *words).out
