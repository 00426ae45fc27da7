"""The custody chain and clearing on the command line, and what a bundle tells of them."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from store.casework import Casework
from store.errors import DiskFull
from store.evidence.clearing import Prepared
from tests.tui.cli.support import Segl

YES = 'device = "own"\nheld_by = "police"\nholder_name = "Bo"\nheld_where = "stationen"'


@pytest.fixture
def copy(segl: Segl, case: str, tmp_path: Path) -> Path:
    """A registered copy."""
    file = tmp_path / "kopi" / "a.jpg"
    file.parent.mkdir()
    file.write_bytes(b"en kopi")
    segl("evidence", "add", case, file)
    return file


def test_a_copy_is_cleared_and_the_chain_says_so(segl: Segl, case: str, copy: Path) -> None:
    done = segl("evidence", "clear", case, "E1", copy, "--facts", "-", "--json", stdin=YES).json
    assert (done["cleared"], done["copy"]) == (True, 1)
    assert done["not_promised"]
    assert done["look_also"]
    assert list(copy.parent.iterdir()) == []
    chain = segl("evidence", "custody", case, "E1", "--json").json["custody"]
    assert [one["event"] for one in chain] == ["clearing", "cleared"]
    assert "Bo" in chain[0]["how"]
    again = segl("evidence", "clear", case, "E1", copy, "--facts", "-", "--json", stdin=YES, code=1).json
    assert again["error"]["code"] == "not-cleared"


def test_what_is_still_there_is_told_also_where_it_can_not_be_recorded(
    in_this_process: pytest.MonkeyPatch, segl: Segl, case: str, copy: Path
) -> None:
    same = copy.with_name("under et andet navn")
    same.write_bytes(copy.read_bytes())

    def full(*_given: object) -> None:
        raise DiskFull(Path("vault.db"))

    with in_this_process.context() as broken:
        broken.setattr(Casework, "record_look", full)
        done = segl("evidence", "clear", case, "E1", copy, "--facts", "-", "--json", stdin=YES, code=1).json
        assert (done["cleared"], done["look_recorded"]) == (True, False)
        assert done["identical"]["paths"] == [str(same)]
        said = segl("evidence", "clear", case, "E1", same, "--facts", "-", "--lang", "en", stdin=YES, code=1)
    assert "What is still there could not be recorded: There is no room left" in said.err
    assert "Name and file are gone" in said.out
    chain = segl("evidence", "custody", case, "E1", "--json").json["custody"]
    assert [one["event"] for one in chain].count("cleared") == 2


def test_the_same_file_beside_a_cleared_one_is_named_and_stays(segl: Segl, case: str, copy: Path) -> None:
    same, other = copy.with_name("under et andet navn"), copy.with_name("lige så lang")
    same.write_bytes(copy.read_bytes())
    other.write_bytes(b"x" * copy.stat().st_size)
    done = segl("evidence", "clear", case, "E1", copy, "--facts", "-", "--json", stdin=YES).json
    assert done["identical"] == {"paths": [str(same)], "unread": 0, "whole": True}
    (look,) = segl("evidence", "custody", case, "E1", "--json").json["looks"]
    assert (look["copy"], look["same"], look["unread"], look["whole"]) == (1, 1, 0, True)
    assert look["place"] == done["place"]
    for language, words in (("en", "exactly the same file: 1"), ("da", "nøjagtig den samme fil: 1")):
        shown = segl("evidence", "custody", case, "E1", "--lang", language).out
        assert words in shown
        assert same.name not in shown, "it is recorded by its kind and not by its name"
    said = segl("evidence", "clear", case, "E1", same, "--facts", "-", "--lang", "en", stdin=YES).out
    assert "The same file is not in the folder it lay in." in said
    assert "It looked nowhere else." in said
    assert list(copy.parent.iterdir()) == [other]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (YES.replace("own", "victim"), 5),
        (YES.replace("own", "other"), 5),
        (YES.replace("police", "in-doubt"), 5),
        (YES.replace("police", "nobody"), 5),
        (YES.replace('"Bo"', '""'), 5),
        (YES.replace("own", "mine"), 2),
    ],
)
def test_what_may_not_be_cleared_stays(segl: Segl, case: str, copy: Path, answers: str, code: int) -> None:
    done = segl("evidence", "clear", case, "E1", copy, "--facts", "-", "--json", stdin=answers, code=code).json
    if code == 5:
        assert done["error"]["rule"] == "secured-before-cleared"
    assert copy.read_bytes() == b"en kopi"
    assert segl("evidence", "custody", case, "E1", "--json").json["custody"] == []


def test_another_file_a_link_and_a_second_name_stay(segl: Segl, case: str, copy: Path) -> None:
    other, link, second = copy.with_name("b"), copy.with_name("l"), copy.with_name("c")
    other.write_bytes(b"en andet")
    link.symlink_to(copy)
    for path in (other, link, copy.parent, copy.with_name("gone")):
        segl("evidence", "clear", case, "E1", path, "--facts", "-", stdin=YES, code=1)
    os.link(copy, second)
    segl("evidence", "clear", case, "E1", copy, "--facts", "-", stdin=YES, code=1)
    assert second.read_bytes() == copy.read_bytes() == b"en kopi"
    segl("evidence", "clear", case, "E1", copy, second, "--facts", "-", stdin=YES)
    assert sorted(one.name for one in copy.parent.iterdir()) == ["b", "l"]


def test_an_impossible_event_is_refused_with_words(segl: Segl, case: str, copy: Path) -> None:
    said = 'event = "returned"\nby = "Ane"\nto = "Bo"'
    done = segl("evidence", "custody", "add", case, "E1", "--facts", "-", "--json", stdin=said, code=5).json
    assert done["error"]["rule"] == "custody"
    assert done["error"]["happened"]
    copy.exists()


def test_a_checksum_that_is_not_the_registered_one_is_said(segl: Segl, case: str, copy: Path) -> None:
    event = 'event = "verified-again"\nby = "Bo"\ndigest = "{}"\n'
    right = hashlib.sha256(copy.read_bytes()).hexdigest()
    segl("evidence", "custody", "add", case, "E1", "--facts", "-", stdin='event = "found"\nby = "Bo"\n')
    said = segl("evidence", "custody", "add", case, "E1", "--facts", "-", "--lang", "en", stdin=event.format(right)).out
    assert "NOT the registered one" not in said
    wrong = event.format("a" * 64)
    said = segl("evidence", "custody", "add", case, "E1", "--facts", "-", "--lang", "en", stdin=wrong).out
    assert "! The checksum is NOT the registered one" in said


def test_a_time_that_goes_back_is_said(segl: Segl, case: str, copy: Path) -> None:
    def added(event: str, on: str) -> str:
        said = f'event = "{event}"\nby = "Bo"\nto = "Ib"\non = "{on}"\n'
        return segl("evidence", "custody", "add", case, "E1", "--facts", "-", "--lang", "en", stdin=said).out

    assert "can't both be right" not in added("found", "2026-11-30")
    assert "! The times can't both be right: 'handed on' (2020-01-01) is said" in added("handed-to", "2020-01-01")
    assert copy.exists()


def test_a_correction_is_shown_beside_what_it_corrects(segl: Segl, case: str, copy: Path) -> None:
    first = 'event = "found"\nby = "Ane"'
    entry = segl("evidence", "custody", "add", case, "E1", "--facts", "-", "--json", stdin=first).json["custody"][0]
    mended = f'event = "found"\nby = "Ib"\ncorrects = "{entry["entry"]}"\nreason = "forkert"'
    done = segl("evidence", "custody", "add", case, "E1", "--facts", "-", "--json", stdin=mended).json["custody"]
    assert [one["by"] for one in done] == ["Ane", "Ib"]
    assert done[0]["replaced_by"] == done[1]["entry"]
    shown = segl("evidence", "custody", case, "E1", "--lang", "da").out
    assert "rettet senere" in shown
    assert copy.exists()


def test_two_devices_are_two_copies_whichever_is_answered_first(segl: Segl, case: str, copy: Path) -> None:
    theirs = YES.replace("own", "victim")
    segl("evidence", "clear", case, "E1", copy, "--facts", "-", stdin=theirs, code=5)
    for number in ("copy = 1", ""):
        # By its number it is the phone's; without one it is another copy, the laptop's.
        said = f"{YES}\n{number}\nanother_file = true"
        code = 5 if number else 0
        done = segl("evidence", "clear", case, "E1", copy, "--facts", "-", "--json", stdin=said, code=code).json
        assert copy.exists() is bool(number)
    assert done["copy"] == 2
    told = segl("evidence", "custody", case, "E1", "--json").json
    assert [(one["copy"], one["device"], one["cleared"]) for one in told["devices"]] == [
        (1, "victim", False),
        (2, "own", True),
    ]
    assert "kopi 1: den krænkedes egen enhed" in segl("evidence", "custody", case, "E1", "--lang", "da").out


def test_the_phone_answered_last_leaves_the_laptop_open(segl: Segl, case: str, copy: Path) -> None:
    nobody = YES.replace("police", "nobody")
    segl("evidence", "clear", case, "E1", copy, "--facts", "-", stdin=nobody, code=5)
    segl("evidence", "clear", case, "E1", copy, "--facts", "-", stdin=YES.replace("own", "victim"), code=5)
    assert segl("case", "show", case, "--json").json["facts"]["device.whose"] == "own"
    segl("evidence", "clear", case, "E1", copy, "--facts", "-", stdin=f"{YES}\ncopy = 2", code=5)
    assert copy.exists()
    done = segl("evidence", "clear", case, "E1", copy, "--facts", "-", "--json", stdin=YES, code=5).json
    assert "does not know whether it is this file" in done["error"]["happened"]
    assert copy.exists()
    said = f"{YES}\nanother_file = true"
    done = segl("evidence", "clear", case, "E1", copy, "--facts", "-", "--json", stdin=said).json
    assert (done["cleared"], done["copy"]) == (True, 1)


def test_what_was_registered_on_the_victims_device_is_not_cleared_there_as_ones_own(
    segl: Segl, case: str, tmp_path: Path
) -> None:
    phone, laptop = tmp_path / "telefon" / "a.jpg", tmp_path / "laptop" / "a.jpg"
    for file in (phone, laptop):
        file.parent.mkdir()
        file.write_bytes(b"en kopi")
    segl("evidence", "add", case, phone, "--device", "victim")
    (tmp_path / "genvej").symlink_to(phone.parent)
    said = f"{YES}\nanother_file = true"
    for path in (phone, phone.parent / ".." / "telefon" / "a.jpg", tmp_path / "genvej" / "a.jpg"):
        done = segl("evidence", "clear", case, "E1", path, "--facts", "-", "--json", stdin=said, code=5).json
        assert done["error"]["rule"] == "secured-before-cleared"
        assert "This very file" in done["error"]["happened"]
    assert phone.read_bytes() == b"en kopi"
    # The control: the other file is told apart by itself, and cleared.
    assert segl("evidence", "clear", case, "E1", laptop, "--facts", "-", "--json", stdin=YES).json["cleared"]
    assert phone.exists()
    assert not laptop.exists()


def test_an_answer_is_put_right_with_a_reason_and_not_after_the_clearing(segl: Segl, case: str, copy: Path) -> None:
    whose = ("evidence", "device", case, "E1", "--device")
    first = segl(*whose, "victim", "--json").json["devices"]
    assert [(one["copy"], one["device"]) for one in first] == [(1, "victim")]
    segl(*whose, "own", code=2)
    segl(*whose, "own", "--copy", "x", code=2)
    done = segl(*whose, "own", "--json", fds={"--reason-fd": "tastede forkert"}).json["devices"]
    assert [(one["copy"], one["device"], one["disputed"]) for one in done] == [(1, "own", False)]
    assert "tastede forkert" in segl("case", "history", case).out
    segl("evidence", "clear", case, "E1", copy, "--facts", "-", stdin=YES)
    late = segl(*whose, "victim", "--json", fds={"--reason-fd": "alligevel"}, code=5).json
    assert late["error"]["rule"] == "custody"
    assert "leder" in late["error"]["happened"] or "leader" in late["error"]["happened"]


def test_a_file_that_is_registered_already_has_a_copy_on_the_second_device(
    segl: Segl, case: str, copy: Path, tmp_path: Path
) -> None:
    cloud = tmp_path / "OneDrive - Skolen"
    cloud.mkdir()
    (cloud / "a.jpg").write_bytes(copy.read_bytes())
    done = segl("evidence", "add", case, cloud / "a.jpg", "--device", "own", "--json").json
    assert (done["registered"], [one["number"] for one in done["already"]]) == ([], [1])
    assert segl("evidence", "custody", case, "E1", "--json").json["devices"][0]["device"] == "own"
    segl("guide", "do", case, "own-device", "--facts", "-", stdin='"device.has-material" = false', code=5)


def test_a_copy_that_was_said_by_mistake_is_withdrawn_and_told_everywhere(
    segl: Segl, case: str, copy: Path, tmp_path: Path
) -> None:
    withdraw = ("evidence", "withdraw-copy", case, "E1", "--copy", "1")
    why = {"--reason-fd": "Det var bevis to"}
    assert segl(*withdraw, "--json", fds=why, code=5).json["error"]["rule"] == "custody"
    segl("evidence", "device", case, "E1", "--device", "office")
    assert segl("case", "show", case, "--json").json["facts"]["device.whose"] == "office"
    segl(*withdraw, "--no-input", code=2)
    [told] = segl(*withdraw, "--json", fds=why).json["devices"]
    assert (told["copy"], told["device"], told["withdrawn"], told["cleared"]) == (1, "", True, False)
    assert [(one["device"], one["withdrawn"], one["reason"]) for one in told["said"]] == [
        ("office", True, "Det var bevis to")
    ]
    assert "device.whose" not in segl("case", "show", case, "--json").json["facts"]
    shown = segl("evidence", "custody", case, "E1", "--lang", "en").out
    assert "copy 1: there is no such copy, Det var bevis to (withdrawn by" in shown
    assert "before: the office's device" in shown
    assert "Det var bevis to" in segl("case", "history", case, "--lang", "en").out
    office = YES.replace("own", "office") + "\ncopy = 1"
    done = segl("evidence", "clear", case, "E1", copy, "--facts", "-", "--json", stdin=office, code=5).json
    assert done["error"]["rule"] == "secured-before-cleared"
    assert "no such copy" in done["error"]["happened"]
    assert copy.exists()
    sealed = tmp_path / "a.segl.age"
    key = segl("keys", "show", "--json").json["recipient"]
    segl("seal", case, "--for", "police", "--to", key, "-o", sealed)
    verdicts = segl("open", sealed, "--json").json["verdicts"]
    assert all(verdicts[one]["holds"] for one in ("intact", "complete")), verdicts
    whose = ("evidence", "device", case, "E1", "--device", "office", "--json")
    [again] = segl(*whose, fds={"--reason-fd": "den var der"}).json["devices"]
    assert (again["device"], again["withdrawn"]) == ("office", False)


def test_the_step_that_is_left_is_named_with_the_last_copy_and_not_done(segl: Segl, case: str, copy: Path) -> None:
    other = copy.with_name("b.jpg")
    other.write_bytes(copy.read_bytes())
    segl("evidence", "device", case, "E1", "--device", "office", "--copy", "2")
    clear = ("evidence", "clear", case, "E1")
    first = segl(*clear, copy, "--facts", "-", "--json", stdin=YES).json
    assert first["step_left"] == "", "a copy stays"
    office = YES.replace("own", "office")
    said = segl(*clear, other, "--facts", "-", "--lang", "en", stdin=office).out
    assert f"segl guide do {case} clear-own-device" in said
    states = {one["id"]: one["state"] for one in segl("guide", case, "--all", "--json").json["steps"]}
    assert states["clear-own-device"] != "done"
    mine = ("evidence", "device", case, "E1", "--device", "own", "--copy", "3", "--json")
    assert segl(*mine).json["step_left"] == ""
    withdraw = ("evidence", "withdraw-copy", case, "E1", "--copy", "3", "--json")
    assert segl(*withdraw, fds={"--reason-fd": "fejl"}).json["step_left"] == "clear-own-device"
    assert "step_left" not in segl("evidence", "custody", case, "E1", "--json").json


def test_the_command_that_settles_a_clearing_that_was_cut_off_is_named(
    segl: Segl, case: str, copy: Path, monkeypatch: pytest.MonkeyPatch, in_this_process: None
) -> None:
    def away(_ready: Prepared, _hold: int) -> None:
        raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))

    assert segl("today", "--json").json["clearings_cut_off"] == []
    with monkeypatch.context() as patch:
        patch.setattr(Prepared, "_take_off", away)
        done = segl("evidence", "clear", case, "E1", copy, "--facts", "-", "--json", stdin=YES, code=1).json
    assert done["error"]["code"] == "clearing-cut-off"
    command = f"segl evidence clear {case} E1 --settle"
    assert command in done["error"]["todo"]
    assert segl("today", "--json").json["clearings_cut_off"] == [{"case": case, "evidence": 1, "copy": 1}]
    for words in (("today",), ("evidence", "custody", case, "E1")):
        assert f"  {command}\n" in segl(*words, "--lang", "en").out
    again = segl("evidence", "clear", case, "E1", copy.with_name("b"), "--facts", "-", "--json", stdin=YES, code=1)
    assert not copy.exists(), "the control: it lies in the folder of the clearing"
    assert again.json["error"]["code"] == "not-cleared"
    said = segl(*command.split()[1:], "--json").json["custody"]
    assert [one["event"] for one in said] == ["clearing", "not-cleared"]
    assert copy.read_bytes() == b"en kopi"
    assert segl("today", "--json").json["clearings_cut_off"] == []
    assert command not in segl("today", "--lang", "en").out


def test_a_clearing_after_which_somebody_moved_the_file_is_not_known(
    segl: Segl, case: str, copy: Path, monkeypatch: pytest.MonkeyPatch, in_this_process: None
) -> None:
    def away(_ready: Prepared, _hold: int) -> None:
        raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))

    with monkeypatch.context() as patch:
        patch.setattr(Prepared, "_move_in", away)
        segl("evidence", "clear", case, "E1", copy, "--facts", "-", "--json", stdin=YES, code=1)
    moved = copy.rename(copy.with_name("gemt"))
    done = segl("evidence", "clear", case, "E1", "--settle", "--json", code=5).json
    assert done["error"]["code"] == "clearing-not-known"
    assert str(copy) in done["error"]["happened"]
    seen = 'event = "not-cleared"\nby = "Ane"\ncopy = 1\ndevice = "own"\nhow = "den hedder gemt nu"'
    segl("evidence", "custody", "add", case, "E1", "--facts", "-", stdin=seen)
    chain = segl("evidence", "custody", case, "E1", "--json").json["custody"]
    assert [one["event"] for one in chain] == ["clearing", "not-cleared"]
    segl("today")
    assert list(copy.parent.iterdir()) == [moved]
