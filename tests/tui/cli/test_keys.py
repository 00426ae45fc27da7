"""`segl keys`: a card is carried, compared, and then counts."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.tools import need
from tests.tui.cli.support import ANSWERS, Segl
from tests.tui.cli.test_json import faults


@pytest.fixture
def bo(tmp_path: Path) -> Segl:
    other = Segl(tmp_path / "other")
    answers = ANSWERS.replace("Åse Ærlig", "Bo").replace("Prøveskolen på Ærø", "Naboen")
    other("init", "--lang", "en", "--answers", "-", "--kdf", "floor", stdin=answers)
    return other


def test_a_card_is_carried_compared_and_counts(segl: Segl, bo: Segl, tmp_path: Path) -> None:
    card = bo("keys", "card").out
    assert card.startswith("segl-card v1\n")
    assert "name Bo\n" in card
    shown = bo("keys", "show", "--json").json
    assert shown["digits"] in bo("keys", "show").out
    # Nobody is there to compare it: nothing happens.
    asked = segl("keys", "trust", "-", "--json", stdin=card, code=2).json
    assert asked["error"]["asked"]
    own = segl("keys", "show", "--json").json["fingerprint"]
    refused = segl("keys", "trust", "-", "--compared", own, stdin=card, code=5)
    assert "not that of this card" in refused.err
    slip = shown["digits"][:-1] + str((int(shown["digits"][-1]) + 1) % 10)
    assert "group 8" in segl("keys", "trust", "-", "--compared", slip, stdin=card, code=5).err
    assert len(segl("keys", "list", "--json").json["authors"]) == 1
    file = tmp_path / "bo.txt"
    file.write_text(card, encoding="utf-8", newline="\r\n")
    done = segl("keys", "trust", file, "--compared", shown["digits"], "--json").json
    assert faults("segl keys trust", done) == []
    assert done["authors"][0]["belongs"] == "elsewhere"
    listed = segl("keys", "list", "--json").json
    assert faults("segl keys list", listed) == []
    assert [one["name"] for one in listed["authors"]] == ["Åse Ærlig", "Bo"]
    assert faults("segl keys card", bo("keys", "card", "--json").json) == []
    # A bundle by Bo is signed by somebody one knows, and no longer so when the key is revoked.
    revoked = segl("keys", "revoke", done["authors"][0]["author"][:8], "--json", fds={"--reason-fd": "Stjålet."}).json
    assert faults("segl keys revoke", revoked) == []
    assert "KEYS REVOKED" in segl("keys", "list").out


def test_a_further_workstation_gets_everything_by_the_exchange_folder(segl: Segl, tmp_path: Path) -> None:
    cases = [one["reference"] for one in segl("case", "list", "--json").json["cases"]]
    assert cases
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "mig.txt").write_text(segl("keys", "card").out, encoding="utf-8")
    mark = segl("keys", "show", "--json").json["fingerprint"]
    new = Segl(tmp_path / "new")
    # Nobody is there to compare it, or it is another one: no vault is made.
    assert new("workstation", "join", stick / "mig.txt", "--json", code=2).json["error"]["asked"]
    new("workstation", "join", stick / "mig.txt", "--compared", "SHA256:" + "A" * 43, code=5)
    made = new(
        "workstation", "join", stick / "mig.txt", "--compared", mark, "--kdf", "floor", "--json", "--lang", "en"
    ).json
    assert faults("segl workstation join", made) == []
    assert made["author"] == "Åse Ærlig"
    card = new("keys", "card").out
    for command in (("exchange", stick), ("exchange", "status"), ("today",)):
        said = new(*command, "--lang", "en").out
        assert "This workstation is not approved yet" in said
        assert made["digits"] in said
        assert new(*command, "--json").json["not_approved"] == made["digits"]
    segl("workstation", "add", "-", "--compared", mark, stdin=card, code=5)
    added = segl("workstation", "add", "-", "--compared", made["digits"], "--json", stdin=card).json
    assert faults("segl workstation add", added) == []
    assert added["fingerprint"] == made["fingerprint"]
    segl("exchange", stick)
    new("exchange", stick)
    assert [one["reference"] for one in new("case", "list", "--json").json["cases"]] == cases
    assert len(new("keys", "list", "--json").json["authors"]) == 1
    for command in (("exchange", "status"), ("today",)):
        assert new(*command, "--json").json["not_approved"] is None
        assert "not approved" not in new(*command, "--lang", "en").out
        assert segl(*command, "--json").json["not_approved"] is None


def test_a_third_workstation_gets_everything_and_one_is_given_up(segl: Segl, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    mark = segl("keys", "show", "--json").json["fingerprint"]
    others = [Segl(tmp_path / "second"), Segl(tmp_path / "third")]
    for new in others:
        (stick / "mig.txt").write_text(segl("keys", "card").out, encoding="utf-8")
        made = new("workstation", "join", stick / "mig.txt", "--compared", mark, "--kdf", "floor", "--json").json
        card = new("keys", "card").out
        segl("workstation", "add", "-", "--compared", made["digits"], stdin=card)
    segl("exchange", stick)
    cases = [one["reference"] for one in segl("case", "list", "--json").json["cases"]]
    for before, new in enumerate(others, start=1):
        told = new("exchange", stick, "--json").json
        assert faults("segl exchange", told) == []
        assert [one["reference"] for one in new("case", "list", "--json").json["cases"]] == cases
        # Once everything is there, it is asked whether one has moved; once.
        assert len(told["moved_from"]) == before
        assert new("exchange", stick, "--json").json["moved_from"] == []
    listed = segl("workstation", "list", "--json").json
    assert faults("segl workstation list", listed) == []
    assert [(one["number"], one["here"]) for one in listed["workstations"]] == [(1, True), (2, False), (3, False)]
    waits = segl("exchange", "status", "--json").json
    assert faults("segl exchange status", waits) == []
    assert {one["workstation"] for one in waits["waits"]} <= {2, 3}
    assert "second workstation" in segl("exchange", "status", "--lang", "en").out or not waits["waits"]
    third = listed["workstations"][2]
    segl("workstation", "revoke", listed["workstations"][0]["device"][:8], fds={"--reason-fd": "Nej."}, code=5)
    segl("workstation", "revoke", "00000000", fds={"--reason-fd": "Nej."}, code=2)
    done = segl("workstation", "revoke", third["device"][:8], "--json", fds={"--reason-fd": "Stjålet."}).json
    assert faults("segl workstation revoke", done) == []
    assert [one["given_up"] for one in done["workstations"]] == [False, False, True]
    shown = segl("workstation", "list", "--lang", "en").out
    assert "third, given up" in shown
    assert "first, this one" in shown
    segl("exchange", stick)
    others[0]("exchange", stick)
    assert [one["given_up"] for one in others[0]("workstation", "list", "--json").json["workstations"]] == [
        False,
        False,
        True,
    ]


def test_a_changed_card_is_refused(segl: Segl, bo: Segl) -> None:
    card = bo("keys", "card").out.replace("name Bo", "name Bodil")
    mark = bo("keys", "show", "--json").json["fingerprint"]
    assert "changed on its way" in segl("keys", "trust", "-", "--compared", mark, stdin=card, code=4).err


def test_a_colleague_of_elsewhere_is_not_certified(segl: Segl, bo: Segl) -> None:
    card = bo("keys", "card").out
    mark = bo("keys", "show", "--json").json["fingerprint"]
    options = ("--compared", mark, "--colleague", "counsellor")
    assert "another office" in segl("keys", "trust", "-", *options, stdin=card, code=5).err


def test_a_readers_kit_is_written_once(segl: Segl, tmp_path: Path) -> None:
    out = tmp_path / "kit"
    made = segl("reader-kit", out, "--json").json
    assert faults("segl reader-kit", made) == []
    shown = segl("keys", "show", "--json").json
    assert made["digits"] == shown["digits"]
    assert shown["digits"] in (out / "senders-key.txt").read_text(encoding="utf-8")
    assert made["files"] == sorted(path.name for path in out.iterdir())
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    segl("reader-kit", out, code=2)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert "is not there" in segl("reader-kit", tmp_path / "none" / "kit", code=2).err


def test_a_readers_kit_checks_what_is_sealed_here(segl: Segl, case: str, tmp_path: Path) -> None:
    """The kit of a real vault, and a real case: Python's standard library and ssh-keygen say yes to all three."""
    need("age", "tar", "ssh-keygen")
    from store.age.x25519 import generate_x25519

    key = generate_x25519()
    (tmp_path / "key.txt").write_bytes(key.encode().reveal())
    segl("reader-kit", tmp_path / "kit")
    segl("seal", case, "--to", key.recipient.encode(), "--for", "police", "-o", tmp_path / "a.segl.age")
    run = partial(subprocess.run, cwd=tmp_path, capture_output=True)
    assert run(["age", "-d", "-i", "key.txt", "-o", "a.tar", "a.segl.age"]).returncode == 0
    assert run(["tar", "xf", "a.tar"]).returncode == 0
    done = run([sys.executable, "-I", "-S", "kit/check_bundle.py", "a"])
    assert done.returncode == 0, done
    report = tmp_path / "a" / "data" / "report.html"
    report.write_bytes(report.read_bytes() + b" ")
    assert run([sys.executable, "-I", "-S", "kit/check_bundle.py", "a"]).returncode == 4
