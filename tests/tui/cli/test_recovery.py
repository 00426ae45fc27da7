"""Recovery and a new key on the command line: words by a descriptor, each outcome said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.cli.support import ANSWERS, INTAKE, Segl
from tests.tui.cli.test_json import faults

NEW = "seks gule spande ved havnen"


@pytest.fixture
def segl(tmp_path: Path) -> Segl:
    segl = Segl(tmp_path / "home")
    segl("init", "--answers", "-", "--kdf", "floor", stdin=ANSWERS)
    return segl


def test_a_forgotten_passphrase_from_the_first_word_to_the_next_unlocking(segl: Segl, tmp_path: Path) -> None:
    shown = segl("vault", "show", "--json").json
    assert faults("segl vault show", shown) == []
    assert (shown["recovery"]["office_key"], shown["recovery"]["drilled"]) == ("", False)
    assert "Nobody else" in segl("vault", "show", "--lang", "en").out

    sheet = tmp_path / "paper.html"
    made = segl("recovery", "make", "--sheet", sheet, "--json").json
    assert faults("segl recovery make", made) == []
    words = made["words"]
    page = sheet.read_text(encoding="utf-8")
    assert [word for word in words if f"<li>{word}</li>" not in page] == []
    assert sheet.stat().st_mode & 0o077 == 0
    done = segl("vault", "show", "--lang", "en")
    assert "not drilled" in done.err
    assert "NOT DRILLED" in done.out

    given = {"--words-fd": " ".join(words[:-1])}
    assert "only 23 words" in segl("recovery", "drill", "--lang", "en", fds=given, code=3).err
    drilled = segl("recovery", "drill", "--json", fds={"--words-fd": " ".join(words) + "\n"}).json
    assert faults("segl recovery drill", drilled) == []
    assert drilled["recovery"]["drilled"] is True
    assert "drilled" not in segl("vault", "show", "--lang", "en").err

    asked = {"--words-fd": made["digits"], "--new-passphrase-fd": NEW}
    recovered = segl("recover", "--kdf", "floor", "--json", fds=asked, unlock=False).json
    assert faults("segl recover", recovered) == []
    assert recovered["changed"] == "passphrase"
    segl("vault", "show", code=3)
    segl.passphrase = NEW
    assert "opened with the recovery words" in segl("vault", "show", "--lang", "en").err
    seen = segl("recovery", "seen", "--json")
    assert faults("segl recovery seen", seen.json) == []
    assert "recovery words" not in segl("vault", "show", "--lang", "en").err
    assert "Opened by the recovery words on" in segl("vault", "show", "--lang", "en").out


def test_wrong_words_say_which_kind_and_change_nothing(segl: Segl) -> None:
    words = segl("recovery", "make", "--json").json["words"]
    other = ["zoo" if word != "zoo" else "abandon" for word in words[:1]] + words[1:]
    for wrong, said in (
        ([*words[:4], "kvinde", *words[5:]], "word number 5"),
        (words[:20], "only 20 words"),
        ([words[1], words[0], *words[2:]] if words[0] != words[1] else other, "do not fit together"),
    ):
        given = {"--words-fd": " ".join(wrong), "--new-passphrase-fd": NEW}
        done = segl("recover", "--lang", "en", "--kdf", "floor", fds=given, unlock=False, code=3)
        if said == "do not fit together" and "another office key" in done.err:
            continue  # one order in 256 has a checksum that fits; then the key tells
        assert said in done.err
        assert "kvinde" not in done.err
    segl("vault", "show")


def test_without_a_recovery_it_is_said_plainly(segl: Segl, tmp_path: Path) -> None:
    other = Segl(tmp_path / "other")
    other("init", "--answers", "-", "--kdf", "floor", stdin=ANSWERS)
    made = other("recovery", "make", "--json").json
    asked = {"--words-fd": " ".join(made["words"]), "--new-passphrase-fd": NEW}
    assert "only its passphrase" in segl("recover", "--lang", "en", fds=asked, unlock=False, code=5).err
    # Once the office's key is taken in here, the same words open this vault too.
    key = other("recovery", "key", "--json").json
    assert faults("segl recovery key", key) == []
    taken = segl("recovery", "make", "--office-key", "-", "--json", stdin=key["office_key"] + "\n").json
    assert taken["words"] == []
    assert taken["recovery"]["office_key"] == key["fingerprint"] == made["recovery"]["office_key"]
    segl("recovery", "make", "--office-key", "-", stdin="age1nothing\n", code=2)
    segl("recover", "--kdf", "floor", fds=asked, unlock=False)


def test_a_new_key_is_told_from_a_new_passphrase(segl: Segl) -> None:
    database = next((segl.home / "vaults").glob("*/vault.db"))
    before = database.read_bytes()[:16]
    renewed = segl("vault", "renew", "--because", "leaver", "--json").json
    assert faults("segl vault renew", renewed) == []
    assert renewed["changed"] == "data-key"
    assert database.read_bytes()[:16] != before
    assert segl("doctor", "--json").json["well"] is True
    changed = segl("passphrase", "change", "--kdf", "floor", "--json", fds={"--new-passphrase-fd": NEW}).json
    assert changed["changed"] == "passphrase"
    segl.passphrase = NEW
    assert segl("vault", "show", "--json").json["key_renewed_at"] == renewed["key_renewed_at"]
    segl("vault", "renew", "--because", "gossip", code=2)


def test_monday_a_fresh_vault_at_once_and_its_cases_taken_in_after_recovery(segl: Segl) -> None:
    words = " ".join(segl("recovery", "make", "--json").json["words"])
    old = segl("vault", "show", "--json").json["vault"]
    fresh = Segl(segl.home, passphrase="tolv blanke nøgler under trappen")
    made = fresh("init", "--answers", "-", "--kdf", "floor", "--json", stdin=ANSWERS).json
    case = fresh("case", "new", "--intake", "-", "--vault", made["vault"], "--json", stdin=INTAKE).json["case"][
        "reference"
    ]
    fresh("note", "add", case, "--vault", made["vault"], stdin="Skrevet om mandagen.")
    fresh("plan", "answer", "first-talk-who", "--vault", made["vault"], stdin="Tillidsmanden")

    asked = {"--words-fd": words, "--new-passphrase-fd": NEW}
    segl("recover", "--kdf", "floor", "--vault", old, fds=asked, unlock=False)
    segl.passphrase = NEW
    given = {"--other-passphrase-fd": fresh.passphrase}
    looked = segl("vault", "merge", made["vault"], "--vault", old, "--preview", "--json", fds=given).json
    assert faults("segl vault merge", looked) == []
    assert (looked["preview"], looked["cases"], looked["plan_answers"]) == (True, [case], 1)
    assert segl("case", "list", "--vault", old, "--json").json["cases"] == []
    shown = segl("vault", "merge", made["vault"], "--vault", old, "--preview", fds=given).out
    assert "This would be taken in:" in shown and "- 1 answer to the plan" in shown
    merged = segl("vault", "merge", made["vault"], "--vault", old, "--json", fds=given).json
    assert faults("segl vault merge", merged) == []
    assert (merged["cases"], merged["left"]) == ([case], [])
    # It is one's own: nobody is asked what it is opened for.
    assert "Skrevet om mandagen." in segl("case", "history", case, "--vault", old).out
    assert segl("doctor", "--vault", old, "--json").json["well"]
    segl("vault", "merge", old, "--vault", old, fds=given, code=2)
