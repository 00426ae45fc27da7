"""What remains of a cleared file is found by its name and named; nothing of it is opened."""

from __future__ import annotations

import builtins
import os
from pathlib import Path
from typing import Any

import pytest

from store.evidence.clearing_hold import HOLD
from store.evidence.clearing_marks import MARK
from store.evidence.leftovers import LeftoverKind, file_uri, leftovers, look_also, not_promised, thumbnail_name
from store.places import Place, PlaceKind


def test_the_example_of_the_thumbnail_standard() -> None:
    assert thumbnail_name(b"/home/jens/photos/me.png") == "c6ee772d9e49320e97ec29a7eb5b1697.png"
    assert file_uri("/a/Ær lig.jpg".encode()) == "file:///a/%C3%86r%20lig.jpg"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "hjem"


def found(path: Path, home: Path) -> list[tuple[LeftoverKind, str]]:
    return [(one.kind, one.where) for one in leftovers(os.fsencode(path), environ={}, home=home)]


def test_each_place_is_seen_and_named(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mappe" / "b.jpg"
    path.parent.mkdir()
    assert found(path, home) == []
    name = thumbnail_name(os.fsencode(path))
    places = [
        home / ".cache/thumbnails/large" / name,
        home / ".cache/thumbnails/fail/x" / name,
        home / ".local/share/Trash/files/b.2.jpg",
        tmp_path / f".Trash-{os.getuid()}" / "files" / "b.jpg",
        home / ".local/share/recently-used.xbel",
    ]
    for place in places:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f'<bookmark href="{file_uri(os.fsencode(path))}" />')
    (home / ".local/share/Trash/files/bb.jpg").write_text("en anden fil")
    opened: list[object] = []
    real = builtins.open

    def noted(*given: Any, **more: Any) -> Any:
        opened.append(given)
        return real(*given, **more)

    monkeypatch.setattr(builtins, "open", noted)
    seen = found(path, home)
    assert {where for _kind, where in seen} == {str(place) for place in places}
    assert not [one for one in opened if "thumbnails" in str(one) or "Trash" in str(one)]


def test_hidden_names_beside_it_are_named(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "stik" / "b.jpg"
    path.parent.mkdir()
    noted = path.with_name("._b.jpg")
    noted.write_bytes(b"where it came from")
    path.with_name("._another.jpg").write_bytes(b"of another file")
    trashed = tmp_path / "stik" / f".Trash-{os.getuid()}" / "files" / "._b.jpg"
    trashed.parent.mkdir(parents=True)
    trashed.write_bytes(b"where it came from")
    cut_off, done = path.with_name(f"{HOLD}00"), path.with_name(f"{HOLD}11")
    for folder in (cut_off, done):
        folder.mkdir()
        (folder / f"{MARK}1").touch()
    (cut_off / "0").write_bytes(b"content")
    (done / "0").touch()
    assert set(found(path, home)) == {
        (LeftoverKind.MAC, str(noted)),
        (LeftoverKind.MAC, str(trashed)),
        (LeftoverKind.CLEARING, str(cut_off)),
    }


def test_the_bins_and_lists_of_other_systems_and_desktops_are_looked_into(tmp_path: Path, home: Path) -> None:
    """A stick goes from a Mac to Windows and on: each leaves a bin at its root, under whichever user it was."""
    stick = tmp_path / "stik"
    path = stick / "mappe" / "b.jpg"
    places = {
        LeftoverKind.TRASH: [
            stick / ".Trashes" / "501" / "b.jpg",
            stick / "$RECYCLE.BIN" / "S-1-5-21-1" / "b.jpg",
            stick / ".Trash-4711" / "files" / "b.jpg",
            stick / ".Trash" / "4711" / "files" / "b.jpg",
            home / ".Trash" / "b.jpg",
        ],
        LeftoverKind.FOLDER: [path.with_name("Thumbs.db"), path.with_name("ehthumbs.db")],
        LeftoverKind.THUMBNAIL: [path.parent / "@eaDir" / "b.jpg" / "THUMB_M.jpg"],
        LeftoverKind.RECENT: [
            home / ".local/share/RecentDocuments/b.jpg.desktop",
            home / ".local/share/RecentDocuments/b.jpg[2].desktop",
        ],
    }
    for place in [one for those in places.values() for one in those]:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"x")
    for other in (home / ".local/share/RecentDocuments/bb.jpg.desktop", stick / ".Trashes" / "501" / "c.jpg"):
        other.write_bytes(b"x")
    places[LeftoverKind.THUMBNAIL] = [path.parent / "@eaDir" / "b.jpg"]
    assert set(found(path, home)) == {(kind, str(one)) for kind, those in places.items() for one in those}


def test_another_files_entry_in_the_recent_list_is_not_this_one(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "b.jp"
    listed = home / ".local/share/recently-used.xbel"
    listed.parent.mkdir(parents=True)
    listed.write_text(f'<bookmark href="{file_uri(os.fsencode(path))}g" />')
    assert found(path, home) == []


@pytest.mark.parametrize("kind", list(PlaceKind))
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_what_cannot_be_promised_is_said_for_every_place(kind: PlaceKind, system: str) -> None:
    place = Place(kind=kind, name="OneDrive")
    assert not_promised(place)
    also = look_also(place, system)
    assert also
    assert any("OneDrive" in one for one in also) == (kind is PlaceKind.CLOUD)
