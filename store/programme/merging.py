"""Bringing along the mentorship register of another vault of the same person, into the one there is.

A vault has one register, so what the other one says is written here anew, with when it was written there. Concerns are
spaces of their own and come as they are; who may read them is said anew, for the same person has another id there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from guidance.language import _
from store.cases.drafts_beside import BesideDesk
from store.cases.merged import RegisterBrought
from store.entry import SpaceKind, write_time
from store.journal import Read
from store.kinds import WRITTEN_AT, written_at
from store.programme.concerns import ConcernsOfProgramme
from store.programme.model import Policy
from store.programme.reading import Register
from store.programme.whose import Whose
from store.standing import standing

_ONE_OF_EACH: Final = {
    "programme.settings": "settings",
    "programme.platforms": "platforms",
    "programme.retention": "retention-rule",
}
_POLICY: Final = ("policy.published", "policy.read")
_STAYS: Final = ("programme.opened", "entry.erased")


class RegisterMerging(ConcernsOfProgramme, BesideDesk):
    """Casework on the programme of another vault of the same person."""

    def _bring_register(
        self, entries: Sequence[Read], fresh: Collection[str], own_id: Mapping[str, str]
    ) -> RegisterBrought:
        """Within a change: write here what was written there, in its order.

        Args:
            entries: all of the other register, verified, in their order.
            fresh: those of them that were not brought along before.
            own_id: the author's id there -> here.
        """
        new = [one for one in entries if one.id in fresh and one.payload is not None]
        if not new:
            return RegisterBrought()
        register = self._register()
        whose = Whose(entries)
        settled = {kind: self._says(subject) for kind, subject in _ONE_OF_EACH.items()}
        policy = _PolicyMerging(entries, new, register.policies())
        stands: dict[str, None] = {}
        bring: list[tuple[str, dict[str, Any]]] = []
        for one in new:
            kind, said = one.header.kind, one.payload or {}
            if kind in _STAYS:
                stands.update(dict.fromkeys(_erased_there(said, register)))
            elif kind in _ONE_OF_EACH and settled[kind] is not None:
                if settled[kind] != _plain(said):
                    stands[_one_of_each(kind)] = None
            elif kind in _POLICY:
                if kind == "policy.published" or not whose.things_of(kind, said) & register.gone.keys():
                    bring += [
                        (one.header.kind, {**_as_here(one, own_id), **changed}) for one, changed in policy.of(one)
                    ]
            elif not whose.things_of(kind, said) & register.gone.keys():
                bring.append((kind, _as_here(one, own_id)))
        if bring:
            space = self._register_space()
            if not space:
                space = self._new_id()
                self._append(SpaceKind.PROGRAMME, space, "programme.opened", {"name": self._office_name()})
            for kind, payload in bring:
                self._append(SpaceKind.PROGRAMME, space, kind, payload)
        for person, author in _links_in_tombstones(new):
            for concern, kind, told in self._concerns_told(person, own_id.get(author, author)):
                self._append(SpaceKind.PROGRAMME, concern, kind, told)
        here = {one.name.strip().casefold() for one in register.participants.values()}
        names = [str(payload["name"]) for kind, payload in bring if kind == "participant.added"]
        return RegisterBrought(
            entries=len(bring),
            people=len(names),
            offered=self._offer_policy(policy.offered),
            kept=policy.kept,
            stands=tuple(stands),
            twice=tuple(name for name in names if name.strip().casefold() in here),
        )

    def _says(self, subject: str) -> object:
        rows = standing(self._connection, self._register_space(), subject)
        return _plain(rows[-1].value) if rows else None

    def _offer_policy(self, versions: Sequence[Mapping[str, Any]]) -> int:
        if not versions:
            return 0
        newest = max(versions, key=lambda said: int(said["version"]))
        typed = {"title": newest["title"], "on": newest["review-on"]}
        typed |= {"text": newest["text"]} if newest["text"] else {"digest": newest["digest"]}
        return int(self._offer("programme/policy", typed))

    def _read_by_oneself(self, concern: str, own_id: Mapping[str, str]) -> None:
        """Within a change: whoever could read a concern there by another id can do so here."""
        if not own_id:
            return
        rows = standing(self._connection, concern, "readers")
        named = [{own_id.get(one, one) for one in row.value} for row in rows]
        if named and not any(set(own_id) & set(row.value) for row in rows) and len(rows) == 1:
            return
        if named and standing(self._connection, concern, "concern"):
            said = {
                # Where two have named readers at once, whoever is named by both.
                "readers": sorted(set.intersection(*named)),
                "reason": _("Brought along from another vault of the same person"),
            }
            self._append(SpaceKind.PROGRAMME, concern, "concern.readers", said)


class _PolicyMerging:
    """What becomes of the versions of the policy there, where there is one in force here, and of who read them.

    A version of the same text is the one here, and whoever read it there has read that. Any other is kept beside those
    that were in force here, and the newest is offered as the next one.
    """

    def __init__(self, entries: Sequence[Read], new: Collection[Read], here: Sequence[Policy]) -> None:
        self._published = {
            one.payload["policy"]: one
            for one in entries
            if one.header.kind == "policy.published" and one.payload is not None
        }
        self._fresh = {one.id for one in new}
        self._any = bool(here)
        self._number = max((one.version for one in here), default=0)
        # The newest in force comes first among those here.
        by_digest = {one.digest: one.id for one in reversed(here)}
        self._as = {one.id: one.id for one in here}
        for id, one in self._published.items():
            said = one.payload or {}
            if id not in self._as and said["digest"] in by_digest:
                self._as[id] = by_digest[said["digest"]]
        self.offered: list[Mapping[str, Any]] = []
        self.kept = 0

    def of(self, one: Read) -> Iterator[tuple[Read, dict[str, Any]]]:
        """The entries to be written for one, each with what is changed in it."""
        said = one.payload or {}
        id = said["policy"]
        if id not in self._as:
            self._as[id] = id
            if (published := self._published.get(id)) is not None:
                yield published, self._placed(published)
        if one.header.kind == "policy.read":
            yield one, {"policy": self._as[id]}

    def _placed(self, published: Read) -> dict[str, Any]:
        if not self._any:
            return {}
        if published.id in self._fresh:
            self.offered.append(published.payload or {})
        self._number += 1
        self.kept += 1
        return {"version": self._number, "in-force": False}


def _links_in_tombstones(entries: Iterable[Read]) -> Iterator[tuple[str, str]]:
    """Participant and colleague, of what was erased there while a concern about them was there."""
    for one in entries:
        if one.header.kind == "entry.erased" and one.payload is not None:
            yield from one.payload.get("authors", {}).items()
            for person, authors in one.payload.get("linked", {}).items():
                yield from ((person, author) for author in authors)


def _as_here(one: Read, own_id: Mapping[str, str]) -> dict[str, Any]:
    said = {WRITTEN_AT: write_time(written_at(one)), **(one.payload or {})}
    if one.header.kind in ("participant.added", "participant.changed"):
        said["author"] = own_id.get(said["author"], said["author"])
    return said


def _plain(said: Any) -> object:
    """Without why and when."""
    if not isinstance(said, Mapping):
        return said
    plain = {field: value for field, value in said.items() if field not in ("reason", WRITTEN_AT)}
    return plain.get("platforms", plain)


def _one_of_each(kind: str) -> str:
    return {
        "programme.settings": _("how the programme is run"),
        "programme.platforms": _("the approved platforms"),
        "programme.retention": _("how long the programme is kept"),
    }[kind]


def _erased_there(said: Mapping[str, Any], register: Register) -> Iterable[str]:
    """Names of those who are erased there and not here."""
    return [register.participants[thing].name for thing in said.get("things", ()) if thing in register.participants]
