"""Where Segl keeps what it keeps: one private folder, and the vaults in it."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Literal

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store import slots
from store.errors import disk_errors
from store.files import FOLDER_MODE, make_private_folder, read_at_most, tighten, write_whole
from store.places import Place, PlaceKind, classify

__all__ = [
    "Home",
    "HomeRefused",
    "NoVault",
    "Place",
    "PlaceKind",
    "SeveralVaults",
    "VaultRef",
    "VaultUnknown",
    "classify",
    "resolve",
]

CARD_FILE: Final = "office.card"
"""Where an administrator leaves the office's card for who joins on this workstation."""
_ACCEPTED: Final = "place.json"
_PLAIN_KEYS: Final = "plain-keys"
_MAX_REASON: Final = 400
_MAX_DOCUMENT: Final = 4096
_VAULT_ID: Final = re.compile(r"[0-9a-f]{16}")


class HomeRefused(SeglError):
    """The home lies where no vault may.

    Attributes:
        path: the home.
        why: the place, or `symlink`, or `another-user`.
    """

    code: ClassVar[str] = "home-refused"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, path: Path, why: Place | Literal["symlink", "another-user"]) -> None:
        super().__init__(path, why)
        self.path = path
        self.why = why

    @property
    def overridable(self) -> bool:
        """Whether a reason of the office would do."""
        return isinstance(self.why, Place)

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        if isinstance(self.why, Place):
            return Diagnostics(
                happened=_("Segl keeps no vault in {path}: it lies on {place}.").format(
                    path=self.path, place=self.why.words()
                ),
                safe=_("Nothing was changed."),
                todo=_("Choose a folder on this machine's own disk, or let the office give its reason for this place."),
            )
        happened = {
            "symlink": _("Segl keeps no vault in {path}: it is a link to another place."),
            "another-user": _("Segl keeps no vault in {path}: the folder belongs to another user."),
        }
        return Diagnostics(
            happened=happened[self.why].format(path=self.path),
            safe=_("Nothing was changed."),
            todo=_("Choose a folder of your own."),
        )


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

    @property
    def exchange(self) -> Path:
        """Where the vaults of this home put envelopes for one another."""
        return self.root / "exchange"

    def prepare_exchange(self) -> Path:
        """That folder, made where there is none.

        Raises:
            DiskFull, DiskFailed: it can't be made.
        """
        make_private_folder(self.exchange)
        return self.exchange

    @property
    def plain_keys(self) -> bool:
        """Whether somebody asked for the plain way of talking to the terminal, where AltGr fails by the other."""
        return (self.root / _PLAIN_KEYS).is_file()

    def keep_plain_keys(self, wanted: bool) -> None:
        """Ask for it, or no longer. It is about the machine and not about a person: it lies beside the vaults, empty.

        Raises:
            DiskFull, DiskFailed: it can't be kept.
        """
        if wanted:
            make_private_folder(self.root)
            write_whole(self.root / _PLAIN_KEYS, b"")
        else:
            with disk_errors(self.root):
                (self.root / _PLAIN_KEYS).unlink(missing_ok=True)

    def place(self) -> Place:
        """What kind of disk it lies on, whether it is there yet or not."""
        return classify(self.root)

    def check(self) -> None:
        """Refuse a home where no vault may be, unless the office gave a reason when it was made.

        What others may do with a home that is there is taken away.

        Raises:
            HomeRefused: a symlink, another user's, or on a disk that is not this machine's.
        """
        self._check_owner()
        place = self.place()
        if place.unfit and self._accepted_kind() != place.kind.value:
            raise HomeRefused(self.root, place)
        if self.folder.is_dir():
            # Who may write in these folders may put another's vault in place of this one.
            for path in (self.root, self.folder):
                tighten(path, FOLDER_MODE)

    def prepare(self, *, override_reason: str | None = None) -> None:
        """Make the home where there is none, private to its owner, and everything this process makes from now on.

        Args:
            override_reason: why the office wants its vaults on a network drive, a stick, ... all the same. Kept in
                `place.json` beside the vaults, unencrypted, and holds for that kind of place only.

        Raises:
            HomeRefused: a symlink or another user's (for which no reason helps), or an unfit place without a reason.
            DiskFull: no room.
            DiskFailed: the system refuses.
        """
        os.umask(0o077)
        self._check_owner()
        place = self.place()
        reason = " ".join((override_reason or "").split())
        if not (place.unfit and reason):
            self.check()
        make_private_folder(self.root)
        make_private_folder(self.folder)
        if place.unfit and reason:
            document = {"kind": place.kind.value, "name": place.name, "reason": reason[:_MAX_REASON]}
            write_whole(self.root / _ACCEPTED, json.dumps(document, ensure_ascii=False).encode() + b"\n")

    def vaults(self) -> tuple[VaultRef, ...]:
        """The vaults there are, by id; also those that are damaged.

        Raises:
            HomeRefused: the home is a symlink or another user's.
            DiskFailed: it cannot be read.
        """
        self._check_owner()
        with disk_errors(self.folder):
            if not self.folder.is_dir():
                return ()
            names = sorted(path for path in self.folder.iterdir() if _VAULT_ID.fullmatch(path.name))
            folders = [path for path in names if path.is_dir() and not path.is_symlink()]
        return tuple(VaultRef(id=path.name, label=slots.read_label(path), path=path) for path in folders)

    def vault(self, wanted: str | None = None) -> VaultRef:
        """The vault of an id or the beginning of one; without one, the only vault there is.

        Raises:
            HomeRefused: the home lies where no vault may.
            NoVault: there is none at all.
            VaultUnknown: none has this id.
            SeveralVaults: none was named and there are several, or the beginning fits several.
        """
        self.check()
        there = self.vaults()
        if not there:
            raise NoVault(self.root)
        fitting = tuple(ref for ref in there if ref.id.startswith(wanted or ""))
        if not fitting:
            raise VaultUnknown(wanted or "", tuple(ref.id for ref in there))
        if len(fitting) > 1:
            raise SeveralVaults(tuple(ref.id for ref in fitting))
        return fitting[0]

    def _check_owner(self) -> None:
        for path in (self.root, self.folder):
            try:
                found = path.lstat()
            except OSError:
                return
            if stat.S_ISLNK(found.st_mode):
                raise HomeRefused(path, "symlink")
            if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
                raise HomeRefused(path, "another-user")

    def _accepted_kind(self) -> str | None:
        try:
            document = json.loads(read_at_most(self.root / _ACCEPTED, _MAX_DOCUMENT))
            return str(document["kind"]) if str(document["reason"]).strip() else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None


def resolve(explicit: Path | None = None) -> Home:
    """The home: as given, else `SEGL_HOME`, else where the system keeps a person's data."""
    if explicit is None and (named := os.environ.get("SEGL_HOME")):
        explicit = Path(named)
    if explicit is None:
        from platformdirs import user_data_path

        explicit = user_data_path("segl", appauthor=False)
    return Home(explicit.expanduser().absolute())
