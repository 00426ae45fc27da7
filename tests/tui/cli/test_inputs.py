"""Text, reasons, passphrases and documents from standard input, descriptors and files, good and bad."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.cli.support import ANSWERS, DECISION, DELETED, INTAKE, PASSPHRASE, Segl


def text_of(segl: Segl, case: str) -> list[str]:
    """The notes of a case as they stand."""
    return [note["versions"][-1]["text"] for note in segl("case", "show", case, "--json").json["notes"]]


def test_a_note_is_kept_as_it_was_written(segl: Segl, case: str) -> None:
    segl("note", "add", case, stdin="Hun græd.\r\n  Så lo hun. 🙂\n\n")
    assert text_of(segl, case)[-1] == "Hun græd.\n  Så lo hun. 🙂"


@pytest.mark.parametrize(
    ("stdin", "word"),
    [("", "empty"), (" \n\n", "empty"), (b"\xff\xfe", "UTF-8"), (b"a" * 1_100_000, "bytes")],
)
def test_a_note_that_is_none_is_refused(segl: Segl, case: str, stdin: bytes | str, word: str) -> None:
    done = segl("note", "add", case, stdin=stdin, code=2)
    assert word in done.err
    assert len(text_of(segl, case)) == 1


def test_a_person_is_added(segl: Segl, case: str) -> None:
    person = 'name = "Far"\nroles = ["parental-authority"]\nauthority_over = ["S."]'
    segl("person", "add", case, "--person", "-", stdin=person)
    people = segl("case", "show", case, "--json").json["people"]
    assert people[-1]["authority_over"] == [people[0]["id"]]


@pytest.mark.parametrize(
    ("passphrase", "word"),
    [("to\nlinjer\n", "several lines"), ("\n", "empty"), ("", "empty"), (b"\xff\n", "UTF-8"), (b"a" * 5000, "bytes")],
)
def test_a_passphrase_that_is_not_one_line_is_refused_aloud(segl: Segl, passphrase: str | bytes, word: str) -> None:
    done = segl("case", "list", "--lang", "en", unlock=False, fds={"--vault-passphrase-fd": passphrase}, code=2)
    assert word in done.err
    assert "linjer" not in done.err


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_line_end_is_no_part_of_the_passphrase(segl: Segl, end: str) -> None:
    segl("case", "list", unlock=False, fds={"--vault-passphrase-fd": PASSPHRASE + end})


def test_a_wrong_passphrase(segl: Segl) -> None:
    done = segl("case", "list", "--json", unlock=False, fds={"--vault-passphrase-fd": "forkert"}, code=3)
    assert done.json["error"]["code"] == "wrong-passphrase"


def test_composed_and_decomposed_letters_are_the_same_passphrase(tmp_path: Path) -> None:
    composed, decomposed = "blå gæs går på græs", "bla\u030a gæs ga\u030ar pa\u030a græs"
    segl = Segl(tmp_path / "home", passphrase=composed)
    segl.init()
    segl("case", "list", unlock=False, fds={"--vault-passphrase-fd": decomposed})


def test_without_a_terminal_nothing_is_waited_for(segl: Segl, case: str) -> None:
    assert "--vault-passphrase-fd" in segl("case", "list", unlock=False, code=3).err
    refused = segl("case", "new", "--no-input", "--json", unlock=False, code=2).json["error"]
    assert refused["asked"][0] == "title"
    assert segl("init", "--json", unlock=False, code=2).json["error"]["asked"] == [
        "office", "author", "language", "contacts",
    ]  # fmt: skip
    asked = segl("guide", "do", case, "uncover", "--json", code=2).json["error"]["asked"]
    assert any(line.startswith('"incident.what": ') for line in asked)
    assert "--reason-fd" in segl("level", case, "2", code=2).err


def test_one_descriptor_is_not_read_for_two_things(segl: Segl, case: str) -> None:
    done = segl("note", "add", case, "--vault-passphrase-fd", "0", stdin=PASSPHRASE + "\n", unlock=False, code=2)
    assert "Descriptor 0" in done.err


def test_a_descriptor_that_is_not_open_is_named(segl: Segl, case: str) -> None:
    assert "--reason-fd" in segl("level", case, "2", "--reason-fd", "987", code=2).err
    segl("case", "list", "--vault-passphrase-fd", "987", unlock=False, code=2)


@pytest.mark.parametrize("path", ["/nowhere/intake.toml", "/", "/dev/zero"])
def test_a_document_that_cannot_be_read_is_named(segl: Segl, path: str) -> None:
    assert path in segl("case", "new", "--intake", path, unlock=False, code=2).err


def test_a_wrong_intake_opens_no_case(segl: Segl) -> None:
    done = segl("case", "new", "--json", "--intake", "-", stdin=INTAKE + '\n[more]\nx = "hemmelig"', code=2)
    assert done.json["error"]["place"] == "more"
    assert "hemmelig" not in done.out + done.err
    assert len(segl("case", "list", "--json").json["cases"]) == 1


def test_an_intake_without_a_stand_in_is_refused_by_a_rule(segl: Segl) -> None:
    assert (
        segl("case", "new", "--json", "--intake", "-", stdin='title = "a"', code=5).json["error"]["rule"] == "stand-in"
    )


def test_deleting_waits_for_the_police_and_free_text_does_not_lift_it(segl: Segl, case: str) -> None:
    segl("level", case, "3", fds={"--reason-fd": "Panik."})
    delete = ("guide", "do", case, "delete-from-platform")
    assert "police-first" in segl(*delete, "--facts", "-", stdin=DELETED, code=5).err
    segl(*delete, fds={"--facts-fd": DELETED, "--reason-fd": "Politiet sagde ja i telefonen."}, code=5)
    segl("note", "add", case, stdin="Politiet siger, at alt må slettes.")
    segl("guide", "go-past", case, "delete-from-platform", fds={"--reason-fd": "Det haster."}, code=5)
    segl(*delete, "--facts", "-", stdin=DELETED, code=5)
    segl("guide", "do", case, "police-decision", "--facts", "-", stdin=DECISION)
    done = segl(*delete, "--json", "--facts", "-", stdin=DELETED).json
    assert done["step"]["state"] == "done"


def test_a_second_vault_has_to_be_named(segl: Segl, tmp_path: Path) -> None:
    second = segl("init", "--json", "--answers", "-", "--kdf", "floor", stdin=ANSWERS).json["vault"]
    assert second in segl("case", "list", "--lang", "en", code=2).err
    assert segl("case", "list", "--json", "--vault", second).json == {"cases": []}
    segl("--vault", "ffffffffffffffff", "case", "list", code=2)


def test_home_before_the_environment(segl: Segl, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    assert segl("where", "--json", "--home", elsewhere, unlock=False).json["home"] == str(elsewhere)
    assert segl("case", "list", "--json", "--home", elsewhere, unlock=False, code=2).json["error"]["code"] == "no-vault"


def test_a_changed_passphrase_opens_and_the_old_one_does_not(segl: Segl) -> None:
    segl("passphrase", "change", "--kdf", "floor", fds={"--new-passphrase-fd": "syv grå geder under en bro\n"})
    segl("case", "list", code=3)
    segl.passphrase = "syv grå geder under en bro"
    segl("case", "list")


def test_a_weak_passphrase_makes_no_vault(tmp_path: Path) -> None:
    segl = Segl(tmp_path / "home", passphrase="1234")
    done = segl("init", "--json", "--answers", "-", "--kdf", "floor", stdin=ANSWERS, code=5)
    assert done.json["error"]["rule"]
    assert segl("where", "--json", unlock=False).json["vaults"] == []


def test_the_language_of_the_office_is_spoken_and_another_can_be_asked_for(segl: Segl, case: str) -> None:
    assert "level" in segl("case", "list").out
    assert "niveau" in segl("case", "list", "--lang", "da").out


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Only your passphrase opens it: if it is forgotten", "but they can delete it, or put another program")),
        ("da", ("Kun din adgangskode åbner den", "men de kan slette den eller lægge et andet program")),
    ],
)
def test_making_a_vault_says_who_can_open_it_and_what_one_shared_account_means(
    tmp_path: Path, language: str, words: tuple[str, str]
) -> None:
    done = Segl(tmp_path / "home")("init", "--lang", language, "--answers", "-", "--kdf", "floor", stdin=ANSWERS)
    assert [one for one in words if one not in done.out] == []
