"""Keep the catalogues whole: `python -m guidance.catalogue check|missing|set|compile [ROOM]`.

A developer's tool, beside the language it keeps; nothing at run time imports it.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from guidance.language import LANGUAGES, ROOMS, catalogue_path

ROOT: Final = Path(__file__).parent.parent
_KEYWORDS: Final = {"_": None, "N_": None, "ngettext": (1, 2)}
_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")

Message = str | tuple[str, ...]


def used_messages(room: str) -> dict[Message, list[str]]:
    """Every message a room's code uses, with the files it stands in."""
    found: dict[Message, list[str]] = {}
    rows = extract_from_dir(ROOT / room, method_map=[("**.py", "python")], keywords=_KEYWORDS)
    for file, _line, message, _comments, _context in rows:
        if message:
            found.setdefault(message, []).append(f"{room}/{file}")
    return found


def read_catalogue(room: str) -> Catalog:
    """The Danish catalogue of a room; an empty one where there is none yet."""
    path = catalogue_path("da", room)
    if not path.exists():
        return Catalog(locale="da", project="Segl", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="da")


def faults(room: str) -> Iterator[str]:
    """What is wrong with a room's catalogue: missing, doubtful, unused, or with other placeholders than the English."""
    used = used_messages(room)
    catalogue = read_catalogue(room)
    for message in used:
        entry = catalogue.get(message if isinstance(message, str) else message[0])
        words = (entry.string if entry else "") or ""
        texts = (words,) if isinstance(words, str) else tuple(words)
        if not texts or not all(texts):
            yield f"{room}: no Danish for {message!r} ({used[message][0]})"
            continue
        assert entry is not None
        if entry.fuzzy:
            yield f"{room}: doubtful Danish for {message!r}"
        wanted = set(_PLACEHOLDER.findall(message if isinstance(message, str) else message[-1]))
        for text in texts:
            has = set(_PLACEHOLDER.findall(text))
            if has - wanted or (text is texts[-1] and wanted - has):
                yield f"{room}: other placeholders in the Danish of {message!r}"
    for entry in catalogue:
        if entry.id and (tuple(entry.id) if not isinstance(entry.id, str) else entry.id) not in used:
            yield f"{room}: nothing uses {entry.id!r}"


def disagreements() -> Iterator[str]:
    """English words for which two rooms have other Danish: only one of them is ever shown (`guidance.language`)."""
    said: dict[str, tuple[str, object]] = {}
    for room in ROOMS:
        for entry in read_catalogue(room):
            if entry.id:
                first, words = said.setdefault(str(entry.id), (room, entry.string))
                if words != entry.string:
                    yield f"{room}: other Danish for {entry.id!r} than in {first}"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    path.with_suffix(".lock").unlink(missing_ok=True)


def set_messages(room: str, pairs: dict[str, str | list[str]]) -> None:
    """Put Danish words for English ones; for a counted message the value is [one, many] and the key 'one|many'."""
    path = catalogue_path("da", room)
    with _locked(path):
        catalogue = read_catalogue(room)
        used = used_messages(room)
        for message, words in pairs.items():
            catalogue.delete(message.split("|", 1)[0] if isinstance(words, list) else message)
            if isinstance(words, list):
                catalogue.add(tuple(message.split("|", 1)), tuple(words))
            else:
                catalogue.add(message, words)
        for entry in list(catalogue):
            key = tuple(entry.id) if not isinstance(entry.id, str) else entry.id
            if entry.id and key not in used and entry.id not in pairs:
                catalogue.delete(entry.id if isinstance(entry.id, str) else entry.id[0])
        temporary = path.with_suffix(".new")
        with temporary.open("wb") as file:
            write_po(file, catalogue, sort_output=True, omit_header=False, no_location=True, width=110)
        temporary.replace(path)


def main(argv: list[str] | None = None) -> int:
    """Run the tool; exit code 1 where a catalogue is not whole."""
    parser = argparse.ArgumentParser(prog="python -m guidance.catalogue", description=__doc__)
    parser.add_argument("command", choices=["check", "missing", "set", "compile"])
    parser.add_argument("room", nargs="*", choices=[*ROOMS, []])
    options = parser.parse_args(argv)
    rooms = options.room or list(ROOMS)
    if options.command == "set":
        set_messages(rooms[0], json.load(sys.stdin))
    elif options.command == "compile":
        for language in LANGUAGES:
            for room in rooms:
                path = catalogue_path(language, room)
                if path.exists():
                    with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
                        write_mo(target, read_po(source))
    elif options.command == "missing":
        lacking = {}
        for room in rooms:
            catalogue = read_catalogue(room)
            for message in used_messages(room):
                entry = catalogue.get(message if isinstance(message, str) else message[0])
                if not entry or not entry.string:
                    lacking[message if isinstance(message, str) else "|".join(message)] = ""
        json.dump(lacking, sys.stdout, ensure_ascii=False, indent=1)
    else:
        found = [*(fault for room in rooms for fault in faults(room)), *disagreements()]
        sys.stderr.writelines(f"{fault}\n" for fault in found)
        return 1 if found else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
