"""A case moves between two homes on the command line, and everything said has its document."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store.age import generate_hybrid, generate_x25519
from store.age.keys import HYBRID_SINCE
from store.bundle import open as opening
from store.bundle import weighing
from store.bundle.looking import USUAL
from tests.tui.cli.support import ANSWERS, Segl
from tests.tui.cli.test_json import faults
from tui.__main__ import main


@pytest.fixture
def bo(segl: Segl, tmp_path: Path) -> Segl:
    """A colleague elsewhere; each knows the other."""
    other = Segl(tmp_path / "other")
    answers = ANSWERS.replace("Åse Ærlig", "Bo").replace("Prøveskolen på Ærø", "Naboen")
    other("init", "--lang", "en", "--answers", "-", "--kdf", "floor", stdin=answers)
    for one, its in ((segl, other), (other, segl)):
        mark = its("keys", "show", "--json").json["fingerprint"]
        one("keys", "trust", "-", "--compared", mark, stdin=its("keys", "card").out)
    return other


def test_a_case_goes_there_and_back(segl: Segl, bo: Segl, case: str, tmp_path: Path) -> None:
    there, back = tmp_path / "there.segl.age", tmp_path / "back.segl.age"
    segl("seal", case, "--for", "colleague", "--to", bo("keys", "show", "--json").json["recipient"], "-o", there)
    first = bo("import", there, "--json").json
    assert faults("segl import", first) == []
    assert (first["case"], first["fresh"], first["incomplete"]) == (case, True, 0)
    assert bo("import", there, "--json").json["changed"] is False
    cards = bo("import", there, "--cards", "--json").json
    assert faults("segl import --cards", cards) == []
    assert bo("import", there, "--cards").out == cards["cards"][0]["card"]
    # A receipt goes back and is an entry there.
    receipt = bo("receipt", "give", there, "--json").json
    assert faults("segl receipt give", receipt) == []
    taken = segl("receipt", "take", "-", "--json", stdin=receipt["receipt"]).json
    assert faults("segl receipt take", taken) == []
    assert taken["by"] == "Bo"
    # Both decide the level without knowing of one another.
    bo("level", case, "4", fds={"--reason-fd": "Panik."})
    segl("level", case, "2", fds={"--reason-fd": "Rolig."})
    bo("seal", case, "--for", "colleague", "--to", segl("keys", "show", "--json").json["recipient"], "-o", back)
    assert segl("import", back, "--json").json["conflicts"] == 2
    # It is said wherever the case is: not that there is no level.
    for command in (("case", "list"), ("case", "show", case), ("today",)):
        told = segl(*command).out
        assert f"Different statements stand on 2 matters, for you to decide: segl case conflicts {case}" in told
        assert ("level: you disagree" in told) is (command != ("today",))
        assert "no level yet" not in told
        assert faults(f"segl {' '.join(command[:2])}", segl(*command, "--json").json) == []
    shown = segl("case", "show", case, "--json").json["case"]
    assert (shown["level"], shown["conflicts"], shown["level_disputed"]) == (None, 2, True)
    assert segl("today", "--json").json["disagreements"] == [{"case": case, "count": 2}]
    listed = segl("case", "conflicts", case, "--json").json
    assert faults("segl case conflicts", listed) == []
    [level] = [one for one in listed["conflicts"] if one["subject"] == "fact/level"]
    [four] = [one for one in level["statements"] if one["words"] == "4"]
    assert four["author"] == "Bo"
    assert "Bo: 4" in segl("case", "conflicts", case).out
    left = segl("case", "decide", case, "fact/level", four["entry"][:10], "--json", fds={"--reason-fd": "Enige."}).json
    assert faults("segl case decide", left, listed) == []
    assert len(left["conflicts"]) == 1
    shown = segl("case", "show", case, "--json").json["case"]
    assert (shown["level"], shown["conflicts"], shown["level_disputed"]) == (4, 1, False)
    assert "doctor" not in segl("doctor").err


def test_a_very_long_case_goes_where_somebody_says_that_it_is_meant(
    segl: Segl, bo: Segl, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "a.segl.age"
    whose = bo("keys", "show", "--json").json["recipient"]
    monkeypatch.setattr(weighing, "_LIGHT", 0)
    for place in (weighing, opening):
        monkeypatch.setattr(place, "USUAL", replace(USUAL, entries=1))

    def here(one: Segl, *arguments: object) -> tuple[int, Any]:
        """In this process, where the bounds are others."""
        reading, writing = os.pipe()
        os.write(writing, one.passphrase.encode())
        os.close(writing)
        told = ["--home", str(one.home), "--vault-passphrase-fd", str(reading), *map(str, arguments), "--json"]
        code = main(told)
        return code, json.loads(capsys.readouterr().out)

    sealing = ("seal", case, "--for", "colleague", "--to", whose)
    assert here(segl, *sealing, "--preview")[1]["large"] is True
    assert here(segl, *sealing, "-o", bundle)[1]["large"] is True
    for command in ("open", "import"):
        code, refused = here(bo, command, bundle)
        assert (code, "--large" in json.dumps(refused)) == (4, True)
        assert bo("case", "list", "--json").json["cases"] == []
        assert here(bo, command, bundle, "--large")[0] == 0
    assert [one["id"] for one in bo("case", "list", "--json").json["cases"]] != []


def test_whose_card_is_lacking_is_said(segl: Segl, case: str, tmp_path: Path) -> None:
    stranger = Segl(tmp_path / "stranger")
    stranger("init", "--lang", "en", "--answers", "-", "--kdf", "floor", stdin=ANSWERS.replace("Åse Ærlig", "Cai"))
    bundle = tmp_path / "a.segl.age"
    segl("seal", case, "--for", "colleague", "--to", stranger("keys", "show", "--json").json["recipient"], "-o", bundle)
    refused = stranger("import", bundle, "--json", code=5).json
    assert refused["error"]["code"] == "cards-lacking"
    assert "Åse Ærlig" in refused["error"]["happened"]
    assert stranger("case", "list", "--json").json["cases"] == []
    mark = segl("keys", "show", "--json").json["fingerprint"]
    carried = stranger("import", bundle, "--cards").out
    stranger("keys", "trust", "-", "--compared", mark, stdin=carried)
    assert stranger("import", bundle, "--json").json["fresh"] is True


def test_sharing_is_an_entry(segl: Segl, bo: Segl, case: str) -> None:
    who = bo("keys", "list", "--json").json["authors"][0]["author"]
    options = ("--until", "2099-01-31", "--json")
    shared = segl("case", "share", case, who[:8], *options, fds={"--reason-fd": "Vikar."}).json
    assert faults("segl case share", shared) == []
    assert segl("case", "shares", case, "--json").json == shared
    ended = segl("case", "unshare", case, who[:8], "--json", fds={"--reason-fd": "Slut."}).json
    assert faults("segl case unshare", ended, shared) == []
    assert ended["shares"] == []
    assert "nobody" in segl("case", "shares", case).out
    kinds = [line["kind"] for line in json.loads(segl("case", "history", case, "--json").out)["history"]]
    assert kinds[-2:] == ["case.shared", "case.shared"]


def test_colleagues_exchange_by_a_folder(segl: Segl, bo: Segl, case: str, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    assert segl("exchange", stick, code=2).err
    stick.mkdir()
    who = next(one for one in segl("keys", "list", "--json").json["authors"] if one["name"] == "Bo")["author"]
    segl("case", "share", case, who[:8], fds={"--reason-fd": "Vikar."})
    before = segl("exchange", "status", "--json").json
    assert faults("segl exchange status", before) == []
    assert [(one["name"], one["case"], one["unread"]) for one in before["waits"]] == [("Bo", case, 0)]
    put = segl("exchange", stick, "--json").json
    assert faults("segl exchange", put) == []
    assert (put["put"], put["people"], put["waits"][0]["unsent"]) == (1, 1, 0)
    came = bo("exchange", stick, "--json").json
    assert faults("segl exchange", came) == []
    assert [(one["case"], one["fresh"], one["from"]) for one in came["came"]] == [(case, True, ["Åse Ærlig"])]
    assert bo("case", "show", case, "--json").json["case"]["reference"] == case
    assert "Nothing" in segl("exchange", stick).out
    assert segl("exchange", "status", "--json").json["waits"] == []


def test_without_a_folder_it_is_between_the_vaults_of_this_home(segl: Segl, case: str) -> None:
    done = segl("exchange", "--json").json
    assert (done["put"], done["came"]) == (0, [])
    assert (segl.home / "exchange").stat().st_mode & 0o777 == 0o700


def test_a_whole_load_is_handed_over(segl: Segl, bo: Segl, case: str, tmp_path: Path) -> None:
    who = next(one for one in segl("keys", "list", "--json").json["authors"] if one["name"] == "Bo")["author"]
    done = segl("case", "hand-over", who[:8], "--json", fds={"--reason-fd": "Barsel."}).json
    assert faults("segl case hand-over", done) == []
    assert (done["cases"], done["keep"]) == ([case], False)
    shown = segl("case", "list", "--json").json
    assert faults("segl case list", shown) == []
    [line] = shown["cases"]
    assert (line["handed_over"]["to"], line["next_step"], line["next_due"]) == ("Bo", "", None)
    assert "handed over to Bo" in segl("case", "list").out
    again = segl("case", "hand-over", who[:8], case, fds={"--reason-fd": "Barsel."}, code=5)
    assert "not yours to hand over" in again.err
    rest = segl("case", "hand-over", who[:8], fds={"--reason-fd": "Barsel."})
    assert rest.out == "No case here is yours to hand over.\n", "nothing is said of cases that there are none of"
    segl("exchange", tmp_path)
    assert [one["case"] for one in bo("exchange", tmp_path, "--json").json["came"]] == [case]


def test_a_case_that_is_named_twice_is_handed_over_once(segl: Segl, bo: Segl, case: str) -> None:
    who = next(one for one in segl("keys", "list", "--json").json["authors"] if one["name"] == "Bo")["author"]
    reference = segl("case", "show", case, "--json").json["case"]["reference"]
    names = (case, segl("case", "list", "--json").json["cases"][0]["id"])
    assert reference in names
    done = segl("case", "hand-over", who[:8], *names, "--json", fds={"--reason-fd": "Barsel."}).json
    assert done["cases"] == [reference]


def test_who_seals_to_a_post_quantum_key_is_told_which_age_opens_it(segl: Segl, case: str, tmp_path: Path) -> None:
    bundle = tmp_path / "b.segl.age"
    order = ("seal", case, "--for", "police", "--lang", "en")
    key = ("--to", generate_hybrid().recipient.encode())
    assert f"takes age {HYBRID_SINCE} or newer" in segl(*order, *key, "--preview").out
    previewed = segl(*order, *key, "--preview", "--json").json
    assert (faults("segl seal --preview", previewed), previewed["age_since"]) == ([], HYBRID_SINCE)
    assert f"takes age {HYBRID_SINCE} or newer" in segl(*order, *key, "-o", bundle).out
    sealed = segl(*order, *key, "-o", tmp_path / "c.segl.age", "--json").json
    assert (faults("segl seal", sealed), sealed["age_since"]) == ([], HYBRID_SINCE)
    # The control: a key that every age knows.
    usual = ("--to", generate_x25519().recipient.encode())
    assert "or newer" not in segl(*order, *usual, "--preview").out
    assert segl(*order, *usual, "-o", tmp_path / "d.segl.age", "--json").json["age_since"] is None


def test_a_bundle_is_sealed_to_somebody_by_their_card_on_each_of_their_workstations(
    segl: Segl, bo: Segl, case: str, tmp_path: Path
) -> None:
    stick, further = tmp_path / "stick", Segl(tmp_path / "further")
    stick.mkdir()
    (stick / "bo.txt").write_text(bo("keys", "card").out)
    shown = bo("keys", "show", "--json").json
    mark = shown["fingerprint"]
    made = further("workstation", "join", stick / "bo.txt", "--compared", mark, "--kdf", "floor", "--json").json
    bo("workstation", "add", "-", "--compared", made["digits"], stdin=further("keys", "card").out)
    segl("keys", "trust", "-", "--compared", mark, stdin=bo("keys", "card").out)
    [who] = [one["author"] for one in segl("keys", "list", "--json").json["authors"] if one["name"] == "Bo"]
    preview = segl("seal", case, "--for", "colleague", "--to", who[:8], "--preview", "--json").json
    assert faults("segl seal --preview", preview) == []
    [reader] = preview["readers"]
    assert (reader["author"], len(reader["opens"]), reader["left_out"], reader["given_up"]) == (who, 2, [], 0)
    for name, whom in (("id", who[:8]), ("mark", mark)):
        bundle = tmp_path / f"{name}.segl.age"
        sealed = segl("seal", case, "--for", "colleague", "--to", whom, "-o", bundle, "--json").json
        assert faults("segl seal", sealed) == []
        assert (len(sealed["recipients"]), sealed["readers"]) == (2, [reader])
        assert bo("open", bundle, "--json").json["case"]["reference"] == case
        # It does not know who signed yet; but it opens it.
        assert further("open", bundle, "--json", code=4).json["case"]["reference"] == case
    film = tmp_path / "film.mp4"
    film.write_bytes(b"of whatever")
    segl("evidence", "request", case, "--facts", "-", stdin='by = "V"\non = 2026-11-20\nreference = "1"\n')
    passing = segl("evidence", "pass-on", case, film, "--to", who[:8], "-o", tmp_path / "film.segl.age", "--json").json
    assert faults("segl evidence pass-on", passing) == []
    assert (len(passing["recipients"]), passing["readers"]) == (2, [reader])
    assert [one["name"] for one in further("open", passing["path"], "--json", code=4).json["material"]] == [
        "data/material/film.mp4"
    ]
    # The control: to one key of theirs it is opened at one, and said so beforehand.
    to_one = segl("evidence", "pass-on", case, film, "--to", shown["recipient"], "-o", tmp_path / "one.segl.age")
    assert "1 further workstation" in to_one.err
    alone = tmp_path / "alone.segl.age"
    order = ("seal", case, "--for", "colleague", "--to", shown["recipient"])
    assert "1 further workstation" in segl(*order, "--preview", "--lang", "en").out
    assert "1 further workstation" in segl(*order, "-o", alone, "--lang", "en").err
    bo("open", alone)
    assert further("open", alone, "--json", code=3).json["error"]["code"] == "age-no-match"
    assert segl("seal", case, "--for", "colleague", "--to", "00000000", "-o", alone, "--json", code=2).json["error"][
        "code"
    ] == ("author-unknown")
