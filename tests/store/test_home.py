"""The home: whose, where, and which vaults are in it."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest

from guidance.errors import ExitCode, SeglError
from guidance.language import speaking
from store import home as home_module
from store.home import Home, HomeRefused, NoVault, Place, PlaceKind, SeveralVaults, VaultUnknown, resolve
from tests.store.vaults import copied_vault

STICK = Place(kind=PlaceKind.REMOVABLE, name="/media/stick")
SHARE = Place(kind=PlaceKind.NETWORK, name="nfs4")


def lie(monkeypatch: pytest.MonkeyPatch, place: Place) -> None:
    monkeypatch.setattr(home_module, "classify", lambda _path: place)


def test_where_the_home_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SEGL_HOME", str(tmp_path / "named"))
    assert resolve(tmp_path / "given").root == tmp_path / "given"
    assert resolve().root == tmp_path / "named"
    monkeypatch.delenv("SEGL_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert resolve().root == tmp_path / "data" / "segl"
    monkeypatch.chdir(tmp_path)
    assert resolve(Path("here")).root == tmp_path / "here"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert resolve(Path("~/x")).root == tmp_path / "x"


def test_asking_makes_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert home.vaults() == ()
    with pytest.raises(NoVault) as caught:
        home.vault()
    assert caught.value.exit_code is ExitCode.USAGE
    home.place()
    home.check()
    assert not home.root.exists()


def test_prepared_it_is_private(tmp_path: Path) -> None:
    root = tmp_path / "home"
    root.mkdir()
    root.chmod(0o777)
    Home(root).prepare()
    Home(root).prepare()
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert stat.S_IMODE((root / "vaults").stat().st_mode) == 0o700
    made = root / "made-later"
    made.touch()
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


@pytest.mark.parametrize("below", ["", "vaults"])
def test_a_home_that_is_a_link_is_refused(tmp_path: Path, below: str) -> None:
    real = tmp_path / "real"
    real.mkdir()
    link = tmp_path / "home"
    if below:
        link.mkdir()
    (link / below if below else link).symlink_to(real)
    for use in (Home(link).prepare, Home(link).vaults, Home(link).vault):
        with pytest.raises(HomeRefused) as caught:
            use()
        assert caught.value.why == "symlink"
        assert not caught.value.overridable
    with pytest.raises(HomeRefused):
        Home(link).prepare(override_reason="because")
    assert list(real.iterdir()) == []


def test_a_parent_that_is_a_link_is_fine(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    Home(tmp_path / "link" / "home").prepare()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root to give a folder away")
def test_another_users_home_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    os.chown(home.root, 65534, 65534)
    for use in (home.prepare, home.vaults, home.vault):
        with pytest.raises(HomeRefused) as caught:
            use()
        assert caught.value.why == "another-user"
    os.chown(home.root, os.geteuid(), -1)
    home.prepare()


@pytest.mark.parametrize("kind", [PlaceKind.NETWORK, PlaceKind.PHONE, PlaceKind.CLOUD, PlaceKind.REMOVABLE])
def test_an_unfit_place_is_refused_without_a_reason(
    tmp_path: Path, kind: PlaceKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    lie(monkeypatch, Place(kind=kind, name="x"))
    home = Home(tmp_path / "home")
    for reason in (None, "", "  \n"):
        with pytest.raises(HomeRefused) as caught:
            home.prepare(override_reason=reason)
    assert caught.value.exit_code is ExitCode.REFUSED
    assert caught.value.overridable
    assert not home.root.exists()


@pytest.mark.parametrize("kind", [PlaceKind.LOCAL, PlaceKind.RESETS, PlaceKind.UNKNOWN])
def test_other_places_are_taken(tmp_path: Path, kind: PlaceKind, monkeypatch: pytest.MonkeyPatch) -> None:
    lie(monkeypatch, Place(kind=kind, name="x"))
    Home(tmp_path / "home").prepare(override_reason="not needed")
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["vaults"]


def test_a_reason_is_kept_and_holds_for_that_kind_of_place_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    lie(monkeypatch, STICK)
    home.prepare(override_reason="The office's own\nstick, in the safe")
    document = json.loads((home.root / "place.json").read_bytes())
    assert document["reason"] == "The office's own stick, in the safe"
    home.prepare()
    with pytest.raises(NoVault):
        home.vault()
    lie(monkeypatch, SHARE)
    for use in (home.prepare, home.vault):
        with pytest.raises(HomeRefused):
            use()
    home.prepare(override_reason="Thin clients")
    home.check()


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"kind":"removable"}', b'{"kind":"removable","reason":" "}'])
def test_a_damaged_reason_is_none(tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    lie(monkeypatch, STICK)
    (home.root / "place.json").write_bytes(content)
    with pytest.raises(HomeRefused):
        home.check()
    (home.root / "place.json").write_bytes(b'{"kind":"removable","reason":"x"}')
    home.check()


def test_vaults_are_found_by_id_or_its_beginning(tmp_path: Path) -> None:
    root = tmp_path / "home"
    ref = copied_vault(root)
    home = Home(root)
    assert home.vault() == ref
    assert home.vault(ref.id) == home.vault(ref.id[:4]) == ref
    with pytest.raises(VaultUnknown) as caught:
        home.vault("zzzz")
    assert ref.id in caught.value.diagnostics().todo
    second = home.folder / ("f" + ref.id[1:] if ref.id[0] != "f" else "0" + ref.id[1:])
    shutil.copytree(ref.path, second)
    (home.folder / ".making-x").mkdir()
    (home.folder / "notes.txt").touch()
    (home.folder / ("e" * 16)).symlink_to(ref.path)
    assert {one.id for one in home.vaults()} == {ref.id, second.name}
    assert home.vault(ref.id[0]) == ref
    for wanted in (None, ""):
        with pytest.raises(SeveralVaults) as several:
            home.vault(wanted)
        assert several.value.exit_code is ExitCode.USAGE
        assert ref.id in several.value.diagnostics().todo
        assert second.name in several.value.diagnostics().todo
    with pytest.raises(VaultUnknown):
        home.vault("../" + ref.id)


def test_every_failure_speaks_both_languages(tmp_path: Path) -> None:
    failures: list[SeglError] = [
        HomeRefused(tmp_path, STICK),
        HomeRefused(tmp_path, "symlink"),
        HomeRefused(tmp_path, "another-user"),
        NoVault(tmp_path),
        VaultUnknown("x", ("a", "b")),
        SeveralVaults(("a", "b")),
    ]
    for failure in failures:
        with speaking("da"):
            danish = failure.diagnostics()
        english = failure.diagnostics()
        assert danish.happened != english.happened
        assert danish.todo != english.todo
