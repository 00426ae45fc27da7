"""Opening what lies in a folder of backups by what a person has, and putting what opens in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from store import wrapping
from store.age.hybrid import HybridIdentity
from store.backup import chain as place
from store.backup.contents import Held
from store.backup.errors import BackupsApart
from store.backup.key import PURPOSE
from store.backup.order import last_first, last_head
from store.recovery import NoRecovery, RecoveryOfOther
from store.secret import Secret
from store.slots import SlotTable

Opener = Callable[[SlotTable], Secret | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A chain or a copy, and the key of it."""

    path: Path
    table: SlotTable
    data_key: Secret
    identity: HybridIdentity


def opened_last_first(of_vault: Path, vault: str, opener: Opener) -> tuple[Opened, ...]:
    """The chains and copies that open, the last first.

    A data key that was given up for a new one has the older slots beside its chains, so what is under the new one is
    later; under one key, the files say the order (`store.backup.order`). A chain beside which no slots lie that open,
    as where a backup was killed before it put them, opens by the key that those beside another give. A copy says
    nothing of itself unopened: it goes before the chains that were written before the time of its name.

    Args:
        of_vault: where the backups of one vault are.
        vault: its id.
        opener: gives the data key of a slots table; None where it is another passphrase's.

    Raises:
        NoRecovery, RecoveryOfOther: the opener said so of newer slots than all that open.
    """
    keys = _Keys(vault, opener)
    chains = [one for path in place.chains(of_vault) if (one := keys.of(path)) is not None]
    copies = [one for path in place.copies(of_vault) if (one := keys.of(path)) is not None]
    chains += _opened_by_others(of_vault, chains, copies)
    newest = max((one.table.generation for one in (*chains, *copies)), default=0)
    if keys.refused is not None and keys.refused[0] > newest:
        raise keys.refused[1]
    under: dict[bytes, list[Opened]] = {}
    for one in chains:
        under.setdefault(one.data_key.reveal(), []).append(one)
    ordered: list[Opened] = []
    nothing: list[Opened] = []
    for group in sorted(under.values(), key=lambda group: -max(one.table.generation for one in group)):
        silent = {one.path: one for one in group}
        for path, head in last_first(tuple(silent), group[0].identity):
            while copies and _copied_at(copies[0].path) > head.made_at:
                ordered.append(copies.pop(0))
            ordered.append(silent.pop(path))
        nothing += silent.values()
    return (*ordered, *copies, *nothing)


def _opened_by_others(of_vault: Path, chains: list[Opened], copies: list[Opened]) -> list[Opened]:
    """Chains that do not open by what lies with them, and do by a key that something else gave."""
    given = {one.data_key.reveal(): one for one in (*chains, *copies)}
    there = {one.path for one in chains}
    return [
        replace(one, path=path)
        for path in place.chains(of_vault)
        if path not in there
        for one in given.values()
        if last_head(path, one.identity) is not None
    ]


def require_one_vault(chosen: Opened, held: Held, opened: Iterable[Opened]) -> None:
    """Refuse a backup that is of another vault than those under other data keys that open too.

    Whoever reads a stick knows the office's public key, and can seal a data key of their own to it. They can't know the
    private key with which the vault once began; every later state of that vault holds it. What lies under the same
    data key was made by who has that.

    Raises:
        BackupsApart: they do not belong together.
    """
    for one in opened:
        if one.path.name.startswith(place.COPY) or one.data_key == chosen.data_key:
            continue
        head = last_head(one.path, one.identity)
        if head is not None and head.held.devices[:1] != held.devices[:1]:
            raise BackupsApart((chosen.path, one.path))


class _Keys:
    """What the slots give that lie with the chains; the same slots are tried once: it takes its time."""

    def __init__(self, vault: str, opener: Opener) -> None:
        self._vault = vault
        self._opener = opener
        self._tried: dict[SlotTable, Secret | None] = {}
        self.refused: tuple[int, NoRecovery | RecoveryOfOther] | None = None

    def of(self, path: Path) -> Opened | None:
        for table in place.tables(path, self._vault):
            data_key = self._try(table)
            if data_key is not None and wrapping.verifies(table, data_key):
                identity = HybridIdentity(wrapping.derived(data_key, PURPOSE).reveal())
                return Opened(path=path, table=table, data_key=data_key, identity=identity)
        return None

    def _try(self, table: SlotTable) -> Secret | None:
        if table not in self._tried:
            self._tried[table] = None
            try:
                self._tried[table] = self._opener(table)
            except (NoRecovery, RecoveryOfOther) as refused:
                if self.refused is None or table.generation > self.refused[0]:
                    self.refused = (table.generation, refused)
        return self._tried[table]


def _copied_at(path: Path) -> datetime:
    return datetime.strptime(path.name.removeprefix(place.COPY)[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
