"""Where Segl keeps what it keeps: one private folder, and the vaults in it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store import slots
from store.files import make_private_folder

_VAULT_ID: Final = re.compile(r"[0-9a-f]{16}")


class NoVault(SeglError):
    """There is no vault in this home yet."""

    code: ClassVar[str] = "no-vault"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.root = root

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("There is no vault in {path}.").format(path=self.root),
            todo=_("Make one with 'segl init', or name another home with --home."),
        )


class VaultUnknown(SeglError):
    """No vault has this id."""

    code: ClassVar[str] = "vault-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, wanted: str, ids: tuple[str, ...]) -> None:
        super().__init__(wanted, ids)
        self.wanted = wanted
        self.ids = ids

    def diagnostics(self) -> Diagnostics:
        """Say so in words, with the ids there are."""
        return Diagnostics(
            happened=_("There is no vault {id} here.").format(id=ascii(self.wanted)),
            safe=_("Nothing was changed."),
            todo=_("Name one of these: {ids}").format(ids=", ".join(self.ids)),
        )


class SeveralVaults(SeglError):
    """There are several vaults and none, or more than one, was named."""

    code: ClassVar[str] = "several-vaults"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, ids: tuple[str, ...]) -> None:
        super().__init__(ids)
        self.ids = ids

    def diagnostics(self) -> Diagnostics:
        """Say so in words, with the ids there are."""
        return Diagnostics(
            happened=_("There are several vaults here."),
            safe=_("Nothing was changed."),
            todo=_("Name one of these: {ids}").format(ids=", ".join(self.ids)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultRef:
    """A vault that lies in the home, not opened.

    Attributes:
        id: 16 hex digits.
        label: the counsellor's display name; empty where the slots file cannot be read. Unlock screens list no names
            until asked.
        path: its folder.
    """

    id: str
    label: str
    path: Path


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that holds the vaults; nothing is made before `prepare()`."""

    root: Path

    @property
    def folder(self) -> Path:
        """The folder of the vaults."""
        return self.root / "vaults"

    def prepare(self, *, override_reason: str | None = None) -> None:
        """Make the home, private to its owner."""
        os.umask(0o077)
        make_private_folder(self.root)
        make_private_folder(self.folder)

    def vaults(self) -> tuple[VaultRef, ...]:
        """The vaults there are, by id; also those that are damaged."""
        if not self.folder.is_dir():
            return ()
        found = sorted(path for path in self.folder.iterdir() if _VAULT_ID.fullmatch(path.name) and path.is_dir())
        return tuple(VaultRef(id=path.name, label=slots.read_label(path), path=path) for path in found)

    def vault(self, wanted: str | None = None) -> VaultRef:
        """The vault of an id or the beginning of one; without one, the only vault there is.

        Raises:
            NoVault: there is none at all.
            VaultUnknown: none has this id.
            SeveralVaults: none was named and there are several, or the beginning fits several.
        """
        there = self.vaults()
        if not there:
            raise NoVault(self.root)
        fitting = tuple(ref for ref in there if ref.id.startswith(wanted or ""))
        if not fitting:
            raise VaultUnknown(wanted or "", tuple(ref.id for ref in there))
        if len(fitting) > 1:
            raise SeveralVaults(tuple(ref.id for ref in fitting))
        return fitting[0]


def resolve(explicit: Path | None = None) -> Home:
    """The home: as given, else `SEGL_HOME`, else where the system keeps a person's data."""
    if explicit is None and (named := os.environ.get("SEGL_HOME")):
        explicit = Path(named)
    if explicit is None:
        from platformdirs import user_data_path

        explicit = user_data_path("segl", appauthor=False)
    return Home(explicit.expanduser().absolute())
