"""What Windows and macOS say of their disks, and what is made of it; the systems themselves are played."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest

from store.places import PlaceKind, System, Unjudged, cloud_roots, told
from store.places_macos import MacOS, Mounted
from store.places_windows import Windows

LOCAL, REMOVABLE = 0x1000, 0x200


@dataclass
class Drives:
    """Letters -> (type, label, bus)."""

    known: dict[str, tuple[int, str, int]] = field(
        default_factory=lambda: {
            "C:\\": (3, "Windows", 17),
            "D:\\": (3, "Data", 11),
            "E:\\": (2, "KINGSTON", 7),
            "F:\\": (3, "Elements", 7),
            "G:\\": (3, "Google Drive", 0),
            "H:\\": (4, "hjemmedrev", 0),
            "I:\\": (5, "", 0),
            "J:\\": (3, "KAMERA", 12),
            "R:\\": (6, "RAM", 0),
        }
    )

    def drive_type(self, root: str) -> int:
        return self.known.get(root, (1, "", 0))[0]

    def label(self, root: str) -> str:
        return self.known.get(root, (1, "", 0))[1]

    def bus(self, root: str) -> int:
        return self.known.get(root, (1, "", 0))[2]


class Volumes:
    """What `statfs` says, by the longest beginning."""

    known = (
        ("/", "apfs", LOCAL),
        ("/System/Volumes/Data", "apfs", LOCAL),
        ("/Volumes/KINGSTON", "msdos", LOCAL | REMOVABLE),
        ("/Volumes/Elements", "hfs", LOCAL),
        ("/Volumes/sager", "smbfs", 0),
        ("/Volumes/nas", "nfs", 0),
        ("/Volumes/ukendt", "nyt-netsystem", 0),
        ("/Volumes/telefon", "macfuse", LOCAL),
        ("/private/ram", "tmpfs", LOCAL),
    )

    def of(self, path: str) -> Mounted | None:
        if "findes-ikke" in path:
            return None
        kind, point, flags = max(
            ((kind, point, flags) for point, kind, flags in self.known if PurePosixPath(path).is_relative_to(point)),
            key=lambda one: len(one[1]),
        )
        return Mounted(kind=kind, point=point, flags=flags)


class Silent:
    def of(self, path: str) -> Mounted | None:
        return None


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        (r"C:\Users\ane\Documents\sag", PlaceKind.LOCAL, "C:"),
        (r"D:\sager", PlaceKind.LOCAL, "D:"),
        (r"\\?\D:\sager", PlaceKind.LOCAL, "D:"),
        (r"E:\billeder\a.jpg", PlaceKind.REMOVABLE, "E:"),
        (r"F:\a.jpg", PlaceKind.REMOVABLE, "F:"),
        (r"I:\a.jpg", PlaceKind.REMOVABLE, "I:"),
        (r"J:\DCIM\a.jpg", PlaceKind.REMOVABLE, "J:"),
        (r"H:\sag", PlaceKind.NETWORK, "H:"),
        (r"\\server\deling\sag", PlaceKind.NETWORK, "\\\\server\\deling"),
        (r"R:\sag", PlaceKind.RESETS, "R:"),
        (r"X:\sag", PlaceKind.UNKNOWN, "X:"),
        ("sag", PlaceKind.UNKNOWN, "win32"),
        (r"G:\a.jpg", PlaceKind.CLOUD, "Google Drive"),
        (r"G:\Mit drev\a.jpg", PlaceKind.CLOUD, "Google Drive"),
        (r"C:\Users\ane\OneDrive\a.jpg", PlaceKind.CLOUD, "OneDrive"),
        (r"C:\Users\ane\OneDrive - Skovby Kommune\Skrivebord\a.jpg", PlaceKind.CLOUD, "OneDrive"),
        (r"C:\Users\ane\Dropbox (Privat)\a.jpg", PlaceKind.CLOUD, "Dropbox"),
        (r"C:\Users\ane\iCloudDrive\a.jpg", PlaceKind.CLOUD, "iCloud"),
        (r"C:\Users\ane\Google Drive\a.jpg", PlaceKind.CLOUD, "Google Drive"),
    ],
)
def test_windows(path: str, kind: PlaceKind, name: str) -> None:
    found = told([PureWindowsPath(path)], Windows(disks=Drives()))
    assert (found.kind, found.name) == (kind, name)


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("/Users/ane/Documents/sag", PlaceKind.LOCAL, "apfs"),
        ("/Users/ane/findes-ikke/a.jpg", PlaceKind.LOCAL, "apfs"),
        ("/Volumes/KINGSTON/a.jpg", PlaceKind.REMOVABLE, "/Volumes/KINGSTON"),
        ("/Volumes/Elements/a.jpg", PlaceKind.REMOVABLE, "/Volumes/Elements"),
        ("/Volumes/sager/a.jpg", PlaceKind.NETWORK, "smbfs"),
        ("/Volumes/nas/a.jpg", PlaceKind.NETWORK, "nfs"),
        ("/Volumes/ukendt/a.jpg", PlaceKind.NETWORK, "nyt-netsystem"),
        ("/Volumes/telefon/a.jpg", PlaceKind.NETWORK, "macfuse"),
        ("/private/ram/a.jpg", PlaceKind.RESETS, "tmpfs"),
        ("/Users/ane/Library/Mobile Documents/com~apple~CloudDocs/a.jpg", PlaceKind.CLOUD, "iCloud"),
        ("/Users/ane/Library/CloudStorage/OneDrive-SkovbyKommune/a.jpg", PlaceKind.CLOUD, "OneDrive"),
        ("/Users/ane/Library/CloudStorage/GoogleDrive-ane@example.org/Mit drev/a.jpg", PlaceKind.CLOUD, "Google Drive"),
        ("/Users/ane/Library/CloudStorage/Dropbox/a.jpg", PlaceKind.CLOUD, "Dropbox"),
        ("/Users/ane/Library/CloudStorage/EnNySky/a.jpg", PlaceKind.CLOUD, "CloudStorage"),
        ("/Volumes/GoogleDrive/Mit drev/a.jpg", PlaceKind.CLOUD, "Google Drive"),
        ("/Users/ane/Google Drive/a.jpg", PlaceKind.CLOUD, "Google Drive"),
    ],
)
def test_macos(path: str, kind: PlaceKind, name: str) -> None:
    found = told([PurePosixPath(path)], MacOS(mounts=Volumes()))
    assert (found.kind, found.name) == (kind, name)


def test_each_cloud_below_cloudstorage_is_a_place_of_its_own() -> None:
    below = PurePosixPath("/Users/ane/Library/CloudStorage")
    system = MacOS(mounts=Volumes())
    for cloud in ("OneDrive-SkovbyKommune", "OneDrive-Personal", "EnNySky", "EnAndenSky"):
        found = {told([below / cloud / name], system) for name in ("a.jpg", "sag/b.jpg")}
        assert [one.root for one in found] == [str(below / cloud)]


@pytest.mark.parametrize(
    ("system", "path"),
    [(MacOS(mounts=Silent()), PurePosixPath("/Users/ane/a.jpg")), (Unjudged(), PurePosixPath("/a.jpg"))],
)
def test_what_a_system_does_not_say_is_never_local(system: System, path: PurePath) -> None:
    assert told([path], system).kind is PlaceKind.UNKNOWN


def test_a_cloud_folder_of_any_name_is_known_by_what_the_cloud_says(tmp_path: Path) -> None:
    one, two = tmp_path / "Arbejde", tmp_path / "Privat"
    (tmp_path / ".dropbox").mkdir()
    (tmp_path / ".dropbox" / "info.json").write_text(json.dumps({"personal": {"path": str(two)}}))
    roots = cloud_roots({"OneDriveCommercial": str(one)}, tmp_path)
    assert told([one / "a.jpg"], Unjudged(), roots=roots).name == "OneDrive"
    assert told([two / "a.jpg"], Unjudged(), roots=roots).name == "Dropbox"
    assert told([tmp_path / "a.jpg"], Unjudged(), roots=roots).kind is PlaceKind.UNKNOWN, "control"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"personal": 1}', '{"personal": {}}', "\ufeff{}"])
def test_a_dropbox_file_that_can_not_be_read_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / ".dropbox").mkdir()
    (tmp_path / ".dropbox" / "info.json").write_text(text)
    assert cloud_roots({}, tmp_path) == ()
