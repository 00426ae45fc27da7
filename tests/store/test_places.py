"""What kind of disk a path lies on, with the system's own words given in files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from guidance.language import speaking
from store import places
from store.evidence.whose_files import files_by_place
from store.places import Linux, Place, PlaceKind, Unjudged, classify, cloud_roots

MOUNTS = """\
22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw
23 22 0:20 / /dev/shm rw - tmpfs tmpfs rw
24 22 0:21 / /home/a/share rw - cifs //server/share rw
25 22 0:22 / /home/a/nfs rw - nfs4 server:/x rw
26 22 0:23 / /home/a/ssh rw - fuse.sshfs a@b: rw
27 22 0:24 / /run/user/1000/gvfs rw - fuse.gvfsd-fuse gvfsd-fuse rw
28 22 8:17 / /run/media/a/KINGSTON\\040USB rw - vfat /dev/sdb1 rw
29 22 8:33 / /srv/stick rw - ext4 /dev/sdc1 rw
30 22 179:1 / /srv/card rw - vfat /dev/mmcblk0p1 rw
31 22 253:0 / /srv/crypt rw - ext4 /dev/mapper/x rw
32 22 8:3 / /home rw shared:2 - ext4 /dev/sda3 rw
33 22 0:25 / /live rw - overlay overlay rw,lowerdir=/a
34 22 0:26 / /home/a/phone rw - fuse.jmtpfs jmtpfs rw
35 22 0:27 / /home/a/remote rw - fuse.rclone drive: rw
36 22 0:24 / /run/user/1000/kio-fuse-abc rw - fuse.kio-fuse kio-fuse rw
37 32 0:28 / /home/a/over rw - nfs server:/y rw
38 32 8:4 / /home/a/over rw - ext4 /dev/sda4 rw
39 22 8:49 / /mnt/usb-ssd rw - ext4 /dev/sdd1 rw
40 22 0:29 / /home/a/linje\\012skift rw - 9p host rw
a line that is none
"""


@pytest.fixture
def linux(tmp_path: Path) -> Linux:
    (tmp_path / "mountinfo").write_text(MOUNTS)
    block = tmp_path / "dev-block"
    block.mkdir()

    def disk(device: str, number: str, *parts: str, removable: str = "0", kind: str = "") -> Path:
        whole = tmp_path.joinpath("devices", *parts, "block", device)
        whole.mkdir(parents=True)
        (whole / "removable").write_text(removable + "\n")
        if kind:
            (whole / "device").mkdir()
            (whole / "device" / "type").write_text(kind + "\n")
        for place in number.split():
            partition = whole / f"{device}-{place.replace(':', '-')}"
            partition.mkdir()
            (partition / "partition").write_text("1")
            (block / place).symlink_to(partition)
        return whole

    disk("sda", "8:2 8:3 8:4", "pci0000:00", "ata1")
    disk("sdb", "8:17", "pci0000:00", "usb1", "1-1", removable="1")
    disk("sdc", "8:33", "pci0000:00", "ata2", removable="1")
    disk("sdd", "8:49", "pci0000:00", "usb2", "2-1")
    disk("mmcblk0", "179:1", "pci0000:00", "mmc0", kind="SD")
    crypt = tmp_path / "devices" / "virtual" / "block" / "dm-0"
    (crypt / "slaves").mkdir(parents=True)
    (crypt / "slaves" / "sdc1").symlink_to((block / "8:33").resolve())
    (block / "253:0").symlink_to(crypt)
    return Linux(mountinfo=tmp_path / "mountinfo", block=block)


PLACES: dict[str, tuple[PlaceKind, str] | tuple[PlaceKind, str, str]] = {
    "/srv/x": (PlaceKind.LOCAL, "ext4"),
    "/home/a/sager": (PlaceKind.LOCAL, "ext4"),
    "/home/a/over/x": (PlaceKind.LOCAL, "ext4"),
    "/dev/shm/segl": (PlaceKind.RESETS, "tmpfs"),
    "/live/home": (PlaceKind.RESETS, "overlay"),
    "/home/a/share/x": (PlaceKind.NETWORK, "cifs"),
    "/home/a/nfs": (PlaceKind.NETWORK, "nfs4"),
    "/home/a/ssh/x/y": (PlaceKind.NETWORK, "fuse.sshfs"),
    "/home/a/sshx": (PlaceKind.LOCAL, "ext4"),
    "/home/a/linje\nskift/x": (PlaceKind.NETWORK, "9p"),
    "/run/user/1000/gvfs/mtp:host=Samsung/DCIM/a.jpg": (PlaceKind.PHONE, "mtp", "/run/user/1000/gvfs/mtp:host=Samsung"),
    "/run/user/1000/gvfs/gphoto2:host=x/a.jpg": (PlaceKind.PHONE, "gphoto2", "/run/user/1000/gvfs/gphoto2:host=x"),
    "/run/user/1000/gvfs/afc:host=x/a.jpg": (PlaceKind.PHONE, "afc", "/run/user/1000/gvfs/afc:host=x"),
    "/run/user/1000/gvfs/smb-share:server=x/a.jpg": (PlaceKind.NETWORK, "smb-share"),
    "/run/user/1000/gvfs/google-drive:host=x/a.jpg": (
        PlaceKind.CLOUD,
        "Google Drive",
        "/run/user/1000/gvfs/google-drive:host=x",
    ),
    "/run/user/1000/gvfs": (PlaceKind.NETWORK, "gvfs"),
    "/run/user/1000/kio-fuse-abc/mtp/Pixel/a.jpg": (PlaceKind.PHONE, "mtp", "/run/user/1000/kio-fuse-abc/mtp/Pixel"),
    "/home/a/phone/DCIM/a.jpg": (PlaceKind.PHONE, "fuse.jmtpfs", "/home/a/phone"),
    "/home/a/remote/x": (PlaceKind.CLOUD, "rclone", "/home/a/remote"),
    "/run/media/a/KINGSTON USB/x": (PlaceKind.REMOVABLE, "/run/media/a/KINGSTON USB"),
    "/srv/stick/x": (PlaceKind.REMOVABLE, "/srv/stick"),
    "/srv/card/x": (PlaceKind.REMOVABLE, "/srv/card"),
    "/srv/crypt/x": (PlaceKind.REMOVABLE, "/srv/crypt"),
    "/mnt/usb-ssd/x": (PlaceKind.REMOVABLE, "/mnt/usb-ssd"),
    "/media/empty/x": (PlaceKind.LOCAL, "ext4"),
}


@pytest.mark.parametrize("path", PLACES)
def test_a_place_on_linux(linux: Linux, path: str) -> None:
    kind, name, *begins = PLACES[path]
    assert linux.place(Path(path)) == Place(kind=kind, name=name, root="".join(begins))


def test_many_paths_are_told_by_one_look_at_the_disks(linux: Linux, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: one by one, the system is asked for each."""
    asked: list[Path] = []
    read, removable = Path.read_bytes, places._is_removable

    def read_bytes(path: Path) -> bytes:
        asked.append(path)
        return read(path)

    def is_removable(disk: Path) -> bool:
        asked.append(disk)
        return removable(disk)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    monkeypatch.setattr(places, "_is_removable", is_removable)
    now = linux.now()
    for _round in range(3):
        for path, (kind, name, *begins) in PLACES.items():
            assert now.place(Path(path)) == Place(kind=kind, name=name, root="".join(begins))
    assert asked.count(linux.mountinfo) == 1
    assert len(asked) < len(PLACES)
    asked.clear()
    for path in PLACES:
        linux.place(Path(path))
    assert asked.count(linux.mountinfo) >= len(PLACES)


def test_a_folder_of_many_is_told_by_one_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "a").touch()
    asked: list[object] = []
    real = Linux._mounts

    def mounts(self: Linux) -> Any:
        asked.append(self)
        return real(self)

    monkeypatch.setattr(Linux, "_mounts", mounts)
    files_by_place([tmp_path])
    at_once = len(asked)
    for number in range(20):
        classify(tmp_path / str(number))
    assert (at_once < 5) == (sys.platform == "linux")
    assert len(asked) >= 20 + at_once


def test_the_disk_the_system_runs_from_is_no_stick(linux: Linux, tmp_path: Path) -> None:
    (tmp_path / "mountinfo").write_text(
        "1 0 8:49 / / rw - ext4 /dev/sdd1 rw\n2 1 8:17 / /home rw - ext4 /dev/sdb1 rw\n"
    )
    assert linux.place(Path("/var/x")).kind is PlaceKind.LOCAL
    assert linux.place(Path("/home/x")).kind is PlaceKind.REMOVABLE


def test_without_mountinfo_it_is_unknown(tmp_path: Path) -> None:
    assert Linux(mountinfo=tmp_path / "none").place(tmp_path).kind is PlaceKind.UNKNOWN
    assert Unjudged().place(tmp_path).kind is PlaceKind.UNKNOWN


CLOUDS = {
    "OneDrive": "OneDrive",
    "OneDrive - Nordby Kommune": "OneDrive",
    "Dropbox": "Dropbox",
    "Dropbox (Personal)": "Dropbox",
    "iCloudDrive": "iCloud",
    "iCloud Drive": "iCloud",
    "com~apple~CloudDocs": "iCloud",
    "iCloud Photos": "iCloud",
    "iCloudPhotos": "iCloud",
    "iCloud-fotos": "iCloud",
    "Google Drive": "Google Drive",
    "My Drive (ida@example.org)": "Google Drive",
    "Mit drev (ida@example.org)": "Google Drive",
    "GoogleDrive-a@b.example": "Google Drive",
    "Nextcloud": "Nextcloud",
    "MEGAsync": "MEGA",
}


@pytest.mark.parametrize("folder", CLOUDS)
def test_cloud_folders_are_told_by_name_on_every_system(tmp_path: Path, folder: str) -> None:
    found = classify(tmp_path / folder / "sub" / "vault", system=Unjudged())
    assert (found.kind, found.name) == (PlaceKind.CLOUD, CLOUDS[folder])


@pytest.mark.parametrize("folder", CLOUDS)
def test_two_folders_of_one_cloud_are_two_places_and_what_lies_in_one_is_one(tmp_path: Path, folder: str) -> None:
    one, other = (tmp_path / whose / folder for whose in ("ane", "bo"))
    found = classify(one / "sub" / "a.jpg", system=Unjudged())
    assert found == classify(one / "andet" / "b.jpg", system=Unjudged())
    assert found.root == str(one)
    assert found != classify(other / "sub" / "a.jpg", system=Unjudged())


@pytest.mark.parametrize("folder", ["Dropboxes", "OneDriver", "my icloud notes", "boks", "google", "my drives"])
def test_other_names_are_no_cloud(tmp_path: Path, folder: str) -> None:
    assert classify(tmp_path / folder, system=Unjudged()).kind is PlaceKind.UNKNOWN


def test_desktop_and_documents_that_a_mac_keeps_in_icloud(tmp_path: Path) -> None:
    inside = tmp_path / "Library" / "Mobile Documents" / "com~apple~CloudDocs" / "Desktop"
    inside.mkdir(parents=True)
    roots = cloud_roots({}, tmp_path)
    on_desktop = classify(tmp_path / "Desktop" / "film.mp4", system=Unjudged(), roots=roots)
    assert (on_desktop.kind, on_desktop.name) == (PlaceKind.CLOUD, "iCloud")
    for elsewhere in ("Documents", "Downloads"):
        assert classify(tmp_path / elsewhere / "a", system=Unjudged(), roots=roots).kind is PlaceKind.UNKNOWN


def test_a_symlink_into_a_cloud_is_seen_through(tmp_path: Path) -> None:
    (tmp_path / "OneDrive").mkdir()
    (tmp_path / "innocent").symlink_to("OneDrive")
    assert classify(tmp_path / "innocent" / "x").kind is PlaceKind.CLOUD
    assert classify(os.fsencode(tmp_path / "innocent" / "x")).kind is PlaceKind.CLOUD
    assert classify(os.fsencode(tmp_path) + b"/\xff").kind is not PlaceKind.CLOUD


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux")
def test_the_running_system_knows_its_memory_disk() -> None:
    if not Path("/dev/shm").is_mount():
        pytest.skip("no /dev/shm")
    assert classify("/dev/shm/segl").kind is PlaceKind.RESETS


def test_every_kind_has_words_in_both_languages() -> None:
    for kind in PlaceKind:
        place = Place(kind=kind, name="xyz")
        with speaking("da"):
            danish, danish_evidence = place.words(), place.evidence_words()
        assert danish != place.words()
        assert "xyz" in danish
        assert bool(place.evidence_words()) == place.unfit
        assert (danish_evidence != place.evidence_words()) == place.unfit
        assert str(place) == kind.value
    assert Place(kind=PlaceKind.PHONE, name="mtp").unfit
    assert not Place(kind=PlaceKind.RESETS, name="tmpfs").unfit
