"""The playbooks that come with Segl, and which of them a case is worked by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from guidance.model import FactValue, Join, Playbook
from guidance.reading import load_playbook

__all__ = ["FOLDER", "INDEX", "by_digest", "for_kind", "load_playbook", "newer", "shipped", "shipped_one"]

FOLDER: Final = Path(__file__).parent / "playbooks"
_WITH_IMAGES: Final = (Join(kinds=("workplace", "mentoring"), fact="images.shared"),)
INDEX: Final[Mapping[str, tuple[tuple[str, ...], tuple[Join, ...]]]] = {
    "action-card": (("school",), _WITH_IMAGES),
    "handling-model": (("school",), _WITH_IMAGES),
    "meeting-safety": (("mentoring",), ()),
    "mentorship-policy": (("mentoring",), ()),
    "workplace-plan": (("workplace",), ()),
}
"""What ships, with the `kinds` and `joins` of each file: reading one takes milliseconds, so only those that a case is
worked by are read. A test holds it against the files."""


@cache
def shipped_one(id: str) -> Playbook:
    """One playbook that comes with Segl.

    Raises:
        KeyError: there is none with this id.
    """
    if id not in INDEX:
        raise KeyError(id)
    return load_playbook(_raw(id), f"{id}.toml")


@cache
def _raw(id: str) -> bytes:
    return (FOLDER / f"{id}.toml").read_bytes()


def shipped() -> tuple[Playbook, ...]:
    """All playbooks that come with Segl, by id."""
    return tuple(shipped_one(id) for id in INDEX)


def for_kind(
    kind: str, values: Mapping[str, FactValue] = MappingProxyType({}), own: Iterable[Playbook] = ()
) -> tuple[Playbook, ...]:
    """The playbooks that a case is worked by, by id.

    Args:
        kind: one of `guidance.model.CASE_KINDS`.
        values: the facts of the case; some of them bring a playbook in.
        own: the office's own playbooks; one with the id of a shipped one takes its place.
    """
    theirs = {playbook.id: playbook for playbook in own}
    found = [playbook for playbook in theirs.values() if playbook.is_for(kind, values)]
    for id, (kinds, joins) in INDEX.items():
        called = kind in kinds or any(kind in join.kinds and values.get(join.fact) is True for join in joins)
        if id not in theirs and called:
            found.append(shipped_one(id))
    return tuple(sorted(found, key=lambda playbook: playbook.id))


def by_digest(digest: str, raw: bytes) -> Playbook:
    """The playbook of bytes that a case is pinned to; one that ships is not read again.

    Raises:
        PlaybookError: this Segl can't read it.
    """
    for id in INDEX:
        if _raw(id) == raw:
            return shipped_one(id)
    return load_playbook(raw, digest)


def newer(pinned: Playbook) -> Playbook | None:
    """The shipped playbook that a case could be moved to: same id, other bytes, a higher version; None where none is.

    Segl never moves a case by itself: the handling model expects to be adjusted, and a case keeps what it began under.
    """
    one = shipped_one(pinned.id) if pinned.id in INDEX else None
    return one if one is not None and one.version > pinned.version else None
