"""An office of several on the command line: joining by a card, certifying, roles."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.cli.support import ANSWERS, INTAKE, Segl
from tests.tui.cli.test_json import faults

OWN = 'author = "Bo"\nlanguage = "en"\n'


@pytest.fixture
def bo(segl: Segl, tmp_path: Path) -> Segl:
    """A colleague who joined the office on another machine, and whose card the administrator certified."""
    card, answers = tmp_path / "office.card", tmp_path / "own.toml"
    card.write_text(segl("keys", "card").out, "utf-8")
    answers.write_text(OWN, "utf-8")
    mark = segl("keys", "show", "--json").json["digits"]
    other = Segl(tmp_path / "other")
    done = other(
        "init", "--join", card, "--compared", mark, "--answers", answers, "--kdf", "floor", "--lang", "en", "--json"
    ).json
    assert faults("segl init", done) == []
    assert (done["joined"], done["office"], done["author"]) == (True, "Prøveskolen på Ærø", "Bo")
    certified = segl(
        "keys",
        "trust",
        "-",
        "--colleague",
        "counsellor",
        "--compared",
        done["digits"],
        "--json",
        stdin=other("keys", "card").out,
    ).json
    assert faults("segl keys trust", certified) == []
    return other


def test_joining_takes_the_card_that_was_compared(segl: Segl, tmp_path: Path) -> None:
    other = Segl(tmp_path / "other")
    card = segl("keys", "card").out
    wrong = "SHA256:" + "A" * 43
    refused = other("init", "--join", "-", "--compared", wrong, "--kdf", "floor", "--json", stdin=card, code=5).json
    assert refused["error"]["code"] == "fingerprint-differs"
    assert not list(other.home.rglob("vault.db"))
    other("init", "--join", "-", "--kdf", "floor", stdin=card, code=2)


def test_a_member_is_certified_and_given_a_role(segl: Segl, bo: Segl, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    before = bo("office", "members", "--json").json
    assert faults("segl office members", before) == []
    assert (before["certified"], before["administrators"]) == (False, ["Åse Ærlig"])
    assert "no member of the office yet" in bo("office", "members").out
    assert bo("plan", "answer", "first-talk-who", "--json", stdin="x", code=5).json["error"]["code"] == (
        "not-administrator"
    )
    who = bo("keys", "show", "--json").json["fingerprint"]
    for one in (bo, segl, bo):
        one("exchange", folder)
    assert bo("office", "members", "--json").json["certified"]
    given = segl("office", "role", who, "leader", "--json").json
    assert faults("segl office role", given) == []
    assert (given["author"]["role"], given["author"]["leads"]) == ("leader", True)
    assert segl("office", "overview", "--json", code=5).json["error"]["code"] == "not-leader"
    case = segl("case", "new", "--intake", "-", "--json", stdin=INTAKE).json["case"]["reference"]
    for one in (segl, bo):
        one("exchange", folder)
    overview = bo("office", "overview", "--json").json
    assert faults("segl office overview", overview) == []
    [line] = [one for one in overview["cases"] if one["case"] == case]
    assert (line["names"], line["stand_in"]) == (["Bo", "Åse Ærlig"], "reads")
    assert case in bo("office", "overview").out
    own = segl("keys", "show", "--json").json["fingerprint"]
    assert segl("office", "role", own, "counsellor", "--json", code=5).json["error"]["code"] == "last-administrator"
    assert bo("office", "role", own, "counsellor", "--json", code=5).json["error"]["code"] == "not-administrator"


def test_somebody_leaves(segl: Segl, bo: Segl) -> None:
    who = bo("keys", "show", "--json").json["fingerprint"]
    left = segl("office", "leaver", who, "--json", fds={"--reason-fd": "Holdt op."}).json
    assert faults("segl office leaver", left) == []
    assert (left["author"]["revoked"], left["renewed"]) == (True, False)
    assert "vault renew" in segl("office", "leaver", who, fds={"--reason-fd": "Holdt op."}).out


def test_answers_of_joining_have_no_office(segl: Segl, tmp_path: Path) -> None:
    card, mark = tmp_path / "office.card", segl("keys", "show", "--json").json["fingerprint"]
    card.write_text(segl("keys", "card").out, "utf-8")
    other = Segl(tmp_path / "other")
    other("init", "--join", card, "--compared", mark, "--answers", "-", "--kdf", "floor", stdin=ANSWERS, code=2)
