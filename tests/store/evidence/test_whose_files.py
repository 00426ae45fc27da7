"""Whose device files lie on: each by its own place."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from guidance.custody import Device
from store.evidence.errors import HashingCancelled
from store.evidence.hashing import hash_file
from store.evidence.queue_draft import pieces_of_parts, said_whose, write_chosen, write_part
from store.evidence.whose_files import unfit_places, whose, whose_by_folder
from store.places import PlaceKind

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
    assert [str(one) for one in unfit_places([home])] == ["cloud"]
    assert [str(one) for one in unfit_places([home / "c"])] == ["cloud"], "a link is where it leads"
    assert [str(one) for one in unfit_places([home / "skole" / "OneDrive"])] == ["cloud"]
    assert unfit_places([home / "a"]) == (), "the control: what lies beside says nothing"


def test_each_folder_is_looked_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store import places

    asked: list[Path] = []
    real = places.classify

    def classify(path: Path) -> places.Place:
        asked.append(path)
        return real(path)

    monkeypatch.setattr(places, "classify", classify)
    for number in range(50):
        (home / "skole" / "OneDrive" / "sag" / f"b{number}").touch()
    unfit_places([home])
    assert sorted(asked) == [home, home / "skole" / "OneDrive" / "sag"]


def test_looking_is_stopped(home: Path) -> None:
    with pytest.raises(HashingCancelled):
        unfit_places([home], cancelled=lambda: True)


def test_an_answer_is_kept_with_the_files_whose_place_was_asked_about(home: Path) -> None:
    paths = {name: os.fsencode(home / where) for name, where in NAMES.items()}
    files = [(path, name == "link") for name, path in paths.items()]
    by_folder = whose_by_folder(files, {PlaceKind.CLOUD: Device.OWN, PlaceKind.REMOVABLE: Device.VICTIM})
    assert {name: whose(path, by_folder) for name, path in paths.items()} == {
        "a": Device.NONE,
        "cloud": Device.OWN,
        "link": Device.OWN,
    }
    assert whose_by_folder(files, {PlaceKind.REMOVABLE: Device.VICTIM}) == {}


def test_what_was_said_survives_a_crash_though_the_stick_is_gone(home: Path) -> None:
    read = [hash_file(home / where) for where in NAMES.values()]
    parts = {"k": write_part(read)}
    files = [(one.path, bool(one.target)) for one in read]
    kept = write_chosen([os.fsencode(home)], read=True, by_folder=whose_by_folder(files, {PlaceKind.CLOUD: Device.OWN}))
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
