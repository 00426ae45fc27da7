"""Whose device files lie on: each by its own place."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from guidance.custody import Device
from store.evidence.errors import HashingCancelled
from store.evidence.hashing import hash_file
from store.evidence.queue_draft import pieces_of_parts, said_whose, write_chosen, write_part
from store.evidence.whose_files import FilesAt, asked_about, files_by_place, whose, whose_by_folder
from store.places import Place, PlaceKind, classify

STICK = Place(kind=PlaceKind.REMOVABLE, name="/media/stik")
NAMES = {"a": "a", "cloud": "skole/OneDrive/sag/b", "link": "c"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with one file of its own, one far below in a cloud, and a link that leads there."""
    for name in ("a", "skole/OneDrive/sag/b"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "c").symlink_to(tmp_path / "skole" / "OneDrive" / "sag" / "b")
    return tmp_path


def test_a_cloud_below_what_was_chosen_is_seen(home: Path) -> None:
    assert [str(one.place) for one in files_by_place([home])] == ["cloud"]
    assert [str(one.place) for one in files_by_place([home / "c"])] == ["cloud"], "a link is where it leads"
    assert [str(one.place) for one in files_by_place([home / "skole" / "OneDrive"])] == ["cloud"]
    assert files_by_place([home / "a"]) == (), "the control: what lies beside says nothing"


def told(found: tuple[FilesAt, ...]) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {Path(one.place.root).parent.name: (one.count, one.names) for one in found}


def test_each_of_two_places_of_a_kind_is_told_apart_with_the_files_that_lie_there(home: Path) -> None:
    bos = home / "bo" / "OneDrive"
    bos.mkdir(parents=True)
    for number in range(5):
        (bos / f"{number}.jpg").touch()
    found = files_by_place([home])
    assert told(found) == {"skole": (1, ("b",)), "bo": (5, ("0.jpg", "1.jpg", "2.jpg"))}
    assert len({one.question() for one in asked_about(found)}) == 2, "each question says which is meant"
    assert all(one.place.root in one.question() for one in found)
    anes, theirs = (classify(home / whose / "OneDrive") for whose in ("skole", "bo"))
    files = [(os.fsencode(bos / "0.jpg"), False), (os.fsencode(home / NAMES["cloud"]), False)]
    by_folder = whose_by_folder(files, {anes: Device.OWN, theirs: Device.VICTIM}.get)
    assert [whose(path, by_folder) for path, _link in files] == [Device.VICTIM, Device.OWN]
    only = whose_by_folder(files, {anes: Device.OWN}.get)
    assert [whose(path, only) for path, _link in files] == [Device.NONE, Device.OWN]


def test_one_place_is_asked_about_once_and_one_without_a_file_not_at_all(home: Path) -> None:
    cloud = home / "skole" / "OneDrive"
    (cloud / "andet").mkdir()
    (cloud / "andet" / "c.jpg").touch()
    assert len(asked_about(files_by_place([home / NAMES["cloud"], cloud / "andet", home / "c"]))) == 1
    empty = home / "tom" / "Dropbox"
    empty.mkdir(parents=True)
    assert [one.count for one in files_by_place([empty])] == [0]
    assert asked_about(files_by_place([empty])) == ()


def test_each_folder_is_looked_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store import places

    asked: list[Path] = []
    real = places.classify

    def classify(path: bytes, **given: Any) -> places.Place:
        asked.append(Path(os.fsdecode(path)))
        return real(path, **given)

    monkeypatch.setattr(places, "classify", classify)
    for number in range(50):
        (home / "skole" / "OneDrive" / "sag" / f"b{number}").touch()
    files_by_place([home])
    assert sorted(asked) == [home, home / "skole" / "OneDrive" / "sag"]


def test_looking_is_stopped(home: Path) -> None:
    with pytest.raises(HashingCancelled):
        files_by_place([home], cancelled=lambda: True)


def test_an_answer_is_kept_with_the_files_whose_place_was_asked_about(home: Path) -> None:
    paths = {name: os.fsencode(home / where) for name, where in NAMES.items()}
    files = [(path, name == "link") for name, path in paths.items()]
    cloud = classify(home / "skole" / "OneDrive")
    by_folder = whose_by_folder(files, {cloud: Device.OWN, STICK: Device.VICTIM}.get)
    assert {name: whose(path, by_folder) for name, path in paths.items()} == {
        "a": Device.NONE,
        "cloud": Device.OWN,
        "link": Device.OWN,
    }
    assert whose_by_folder(files, {STICK: Device.VICTIM}.get) == {}


def test_what_was_said_survives_a_crash_though_the_stick_is_gone(home: Path) -> None:
    read = [hash_file(home / where) for where in NAMES.values()]
    parts = {"k": write_part(read)}
    files = [(one.path, bool(one.target)) for one in read]
    kept = write_chosen([os.fsencode(home)], read=True, by_folder=whose_by_folder(files, lambda _place: Device.OWN))
    (home / "skole").rename(home / "andet")
    found = pieces_of_parts(parts, said_whose(kept, parts))["k"]
    assert [one.device for one in found] == [Device.NONE, Device.OWN, Device.OWN]
    assert all(bool(one.lies_at) is bool(one.device) for one in found)


def test_one_answer_of_an_earlier_version_goes_to_what_lies_on_a_device(home: Path) -> None:
    read = [hash_file(home / where) for where in NAMES.values()]
    parts = {"k": write_part(read)}
    before = json.dumps({"files": "", "chosen": [], "read": True, "device": "victim"})
    found = pieces_of_parts(parts, said_whose(before, parts))["k"]
    assert [one.device for one in found] == [Device.NONE, Device.VICTIM, Device.VICTIM]
    assert said_whose("", parts) == {}
