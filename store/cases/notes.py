"""Notes and drafts. A note is corrected by a further version with a reason; a draft is in no journal."""

from __future__ import annotations

from collections.abc import Sequence

from store.cases.desk import Desk, reason_in_words
from store.cases.errors import ItemUnknown, TextMissing
from store.entry import write_time
from store.model import Note, NoteVersion
from store.standing import standing


class NoteDesk(Desk):
    """Casework on notes."""

    def add_note(self, case: str, text: str) -> Note:
        """Write a note.

        Raises:
            TextMissing: it is blank.
            CaseClosed: the case is closed.
        """
        space = self._open_case(case)
        if not text.strip():
            raise TextMissing("note")
        entry = self._write(space, "note.added", {"text": text})
        return self._note(space, entry.id)

    def correct_note(self, case: str, note_id: str, text: str, reason: str) -> Note:
        """Put another version in force; the one before stays and is shown.

        Raises:
            ItemUnknown: no such note.
            TextMissing: the text is blank.
            ReasonNeeded: the reason is blank.
        """
        space = self._open_case(case)
        note = pick(note_id, [note.id for note in self._notes(space)], "note")
        if not text.strip():
            raise TextMissing("note")
        self._write(space, "note.corrected", {"note": note, "text": text, "reason": reason_in_words(reason)})
        return self._note(space, note)

    def _note(self, space: str, note: str) -> Note:
        return self._notes(space, note)[0]

    def _notes(self, space: str, note: str = "") -> tuple[Note, ...]:
        authors = self._authors()
        versions: dict[str, list[NoteVersion]] = {}
        for row in standing(self._connection, space, f"note/{note}/" if note else "note/"):
            versions.setdefault(row.subject.split("/")[1], []).append(
                NoteVersion(
                    entry=row.entry,
                    text=row.value["text"],
                    at=row.at,
                    author=authors.get(row.device, ""),
                    reason=row.value.get("reason", ""),
                )
            )
        return tuple(Note(id=id, versions=tuple(found)) for id, found in versions.items())

    def save_draft(self, key: str, text: str) -> None:
        """Keep what is being written, so that a lock loses nothing; an empty text drops it."""
        if not text:
            self.drop_draft(key)
            return
        with self._connection.transaction():
            self._connection.execute(
                "INSERT INTO draft (key, text, saved_at) VALUES (?, ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET text = excluded.text, saved_at = excluded.saved_at",
                (key, text, write_time(self._clock())),
            )

    def drafts(self) -> dict[str, str]:
        """What was being written, by key.

        The parts of a queue of files are left out (`drafts_below`); so is where a copy lay whose clearing was cut off
        (`store.cases.custody`), and what was about to leave the house (`store.cases.leaving`): nobody wrote it, and to
        throw it away would lose the way to settle it.
        """
        rows = self._connection.execute(
            "SELECT key, text FROM draft WHERE key NOT LIKE 'evidence/%/queue/%' AND key NOT LIKE 'clearing/%' "
            "AND key NOT LIKE 'leaving/%'"
        )
        return {str(key): str(text) for key, text in rows}

    def drafts_below(self, key: str) -> dict[str, str]:
        """The drafts whose keys begin with this one and a slash, in the order of their keys."""
        rows = self._connection.execute(
            "SELECT key, text FROM draft WHERE substr(key, 1, ?) = ? ORDER BY key", (len(key) + 1, f"{key}/")
        )
        return {str(found): str(text) for found, text in rows}

    def drop_draft(self, key: str) -> None:
        """Forget a draft."""
        with self._connection.transaction():
            self._connection.execute("DELETE FROM draft WHERE key = ?", (key,))

    def replace_drafts(self, key: str, text: str, below: Sequence[tuple[str, str]]) -> None:
        """Put a draft and those below it in the place of what was there under these keys, all or nothing."""
        at = write_time(self._clock())
        with self._connection.transaction():
            self._connection.execute(
                "DELETE FROM draft WHERE key = ? OR substr(key, 1, ?) = ?", (key, len(key) + 1, f"{key}/")
            )
            self._connection.executemany(
                "INSERT INTO draft (key, text, saved_at) VALUES (?, ?, ?)",
                [(one, its_text, at) for one, its_text in ((key, text), *below)],
            )

    def drop_drafts(self, key: str) -> None:
        """Forget a draft and those below it."""
        with self._connection.transaction():
            self._connection.execute(
                "DELETE FROM draft WHERE key = ? OR substr(key, 1, ?) = ?", (key, len(key) + 1, f"{key}/")
            )


def pick(wanted: str, ids: list[str], sort: str) -> str:
    """The id that this is, or is the beginning of.

    Raises:
        ItemUnknown: none or several.
    """
    found = [id for id in ids if id == wanted] or [id for id in ids if len(wanted) >= 4 and id.startswith(wanted)]
    if len(found) != 1:
        raise ItemUnknown(sort)
    return found[0]
