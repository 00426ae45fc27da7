"""An office's own playbooks: files in `playbooks/` in Segl's home, read as strictly as what ships.

A file with the id of a shipped playbook takes its place; one with another id joins the kinds of case it names. A file
that is bad is named and left out, and everything else still works. What the gates read can be neither meant differently
nor worded differently, and a copy of a shipped playbook can't leave it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from guidance.faults import PlaybookError
from guidance.gates import FACTS
from guidance.loader import INDEX, for_kind, shipped, shipped_one
from guidance.merge import merge_facts
from guidance.model import CASE_KINDS, Playbook
from guidance.reader import read_file
from guidance.reading import load_playbook
from guidance.system_words import system_words

FOLDER_NAME: Final = "playbooks"
MAX_FILES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What is in an office's folder: the playbooks that can be used, by id, and what is wrong with the others."""

    playbooks: tuple[Playbook, ...] = ()
    faults: tuple[PlaybookError, ...] = ()


def read_folder(folder: Path) -> Own:
    """Read an office's playbooks; nothing where there is no such folder."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except (FileNotFoundError, NotADirectoryError):
        return Own()
    except OSError as error:
        return Own(faults=(PlaybookError(folder.name, "", "unreadable", system_words(error)),))
    faults: list[PlaybookError] = []
    if len(paths) > MAX_FILES:
        faults.append(PlaybookError(folder.name, "", "too-many", len(paths), MAX_FILES))
    found: dict[str, Playbook] = {}
    names: dict[str, str] = {}
    for path in paths[:MAX_FILES]:
        try:
            playbook = check_own(read_file(path), path.name)
            if playbook.id in found:
                raise PlaybookError(path.name, "id", "same-id", playbook.id, names[playbook.id])
            _goes_with(playbook, (*found.values(),), path.name)
        except PlaybookError as fault:
            faults.append(fault)
        else:
            found[playbook.id] = playbook
            names[playbook.id] = path.name
    return Own(playbooks=tuple(found[id] for id in sorted(found)), faults=tuple(faults))


def of_home(home: Path) -> Own:
    """The playbooks of the office whose home this is."""
    return read_folder(home / FOLDER_NAME)


@lru_cache(maxsize=128)
def check_own(raw: bytes, name: str) -> Playbook:
    """Read a playbook of an office and hold it against the gates and against what ships.

    Raises:
        PlaybookError: it can't be used; says where and why.
    """
    playbook = load_playbook(raw, name)
    for fault in _weakens(playbook, name):
        raise fault
    _goes_with(playbook, (), name)
    return playbook


def _weakens(playbook: Playbook, name: str) -> Iterator[PlaybookError]:
    """Where it words a gate's fact differently, or leaves one out that the shipped playbook of its id has."""
    specs = {fact.id: fact for book in shipped() for fact in book.facts if fact.id in FACTS}
    for index, fact in enumerate(playbook.facts):
        ours = specs.get(fact.id)
        if ours is not None and (fact.label, fact.choices) != (ours.label, ours.choices):
            yield PlaybookError(name, f"facts[{index}]", "gate-words", fact.id, FACTS[fact.id].gate)
    if playbook.id in INDEX:
        asked = {fact for step in playbook.steps for fact in step.sets}
        for step in shipped_one(playbook.id).steps:
            for id in step.sets:
                if id in FACTS and id not in asked:
                    yield PlaybookError(name, "facts", "gate-lost", id, FACTS[id].gate)


def _goes_with(playbook: Playbook, others: tuple[Playbook, ...], name: str) -> None:
    """Raises PlaybookError where it means something else by a fact than those it would be worked together with."""
    for kind in CASE_KINDS:
        for images in (False, True):
            values = {"images.shared": images, **{join.fact: True for join in playbook.joins}}
            beside = for_kind(kind, values, (*others, playbook))
            if playbook in beside:
                try:
                    merge_facts(sorted(beside, key=lambda one: one is playbook))
                except PlaybookError as fault:
                    raise PlaybookError(name, fault.place, fault.problem, fault.found, fault.wanted) from None
