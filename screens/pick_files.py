"""Choose files or a folder by the keyboard: names only, nothing is opened and no picture is shown."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Literal

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from guidance.language import N_, _, ngettext, sort_key
from guidance.system_words import system_words
from screens.base import SeglModal
from screens.typed_path import find_typed
from screens.widgets.lines import LineList, fit
from screens.widgets.plain import Plain
from screens.widgets.text_line import PathLine, pasted_lines
from screens.words import size
from store.evidence.errors import shown_path

Wanted = Literal["files", "files-and-folders", "file", "folder"]

MOST: Final = 20_000
"""Entries of one folder that are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One name in a folder; `size` is None for folders."""

    path: Path
    name: str
    folder: bool
    size: int | None = None


class PickFilesScreen(SeglModal[tuple[Path, ...]]):
    """A folder's list to walk through, with a field for whoever would rather type or paste a path.

    Args:
        wanted: several files, several files and whole folders, one file, or a folder.
        start: the folder to begin in.
        endings: only files whose names end like this; all if empty.
    """

    CSS_PATH = "pick_files.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", N_("Open")),
        Binding("space", "mark", N_("Mark")),
        Binding("ctrl+s", "take", N_("Use")),
        Binding("backspace", "up", N_("Folder above")),
        Binding("ctrl+a", "mark_all", N_("Mark all"), show=False),
        Binding("escape", "cancel", N_("Back")),
    ]
    AUTO_FOCUS = "#entries"

    def __init__(self, wanted: Wanted, title: str, *, start: Path | None = None, endings: tuple[str, ...] = ()) -> None:
        super().__init__(classes="pick-files")
        self.wanted = wanted
        self._title = title
        self._endings = endings
        self.folder = start or Path.home()
        self.marked: dict[Path, Entry] = {}
        self._fault = ""

    def heading(self) -> str:
        """What is chosen."""
        return self._title

    def body(self) -> ComposeResult:
        """The path, what is marked, the list."""
        yield PathLine(
            placeholder=_("type or paste a path"),
            several=self._several,
            id="path",
            compact=True,
            select_on_focus=False,
        )
        yield Plain("", id="marked", classes="quiet")
        yield LineList(self._row, empty=self._nothing, id="entries")

    def on_mount(self) -> None:
        """List the first folder."""
        self._go(self.folder)

    async def refresh_language(self) -> None:
        """Draw anew, in the same folder."""
        await super().refresh_language()
        self._go(self.folder)

    def _go(self, folder: Path, rest_on: str = "") -> None:
        self.run_work(self._list(folder, rest_on), group="list-folder")

    async def _list(self, folder: Path, rest_on: str) -> None:
        entries, fault = await asyncio.to_thread(list_folder, folder, self.wanted != "folder", self._endings)
        self._fault = fault
        self.folder = folder
        above = [] if folder.parent == folder else [Entry(path=folder.parent, name="..", folder=True)]
        rows = [*above, *entries]
        at = next((i for i, entry in enumerate(rows) if entry.path.name == rest_on), 1 if len(rows) > 1 else 0)
        self.query_one("#entries", LineList).show(rows, at)
        self._tell()

    def _tell(self) -> None:
        words = [shown_path(self.folder)]
        if self.marked:
            count = len(self.marked)
            marked = ngettext("{count} marked: Ctrl+S uses it", "{count} marked: Ctrl+S uses them", count)
            words.insert(0, marked.format(count=count))
        if self._fault:
            words.insert(0, self._fault)
        self.query_one("#marked", Plain).update(" · ".join(words))
        self.refresh_bindings()

    def _row(self, entry: Entry, width: int) -> Content:
        mark = "[x] " if entry.path in self.marked else "[ ] " if self._may_mark(entry) else "    "
        if entry.folder:
            name = Content.styled(f"{entry.name}/" if entry.name != ".." else "../", "bold $primary")
            return Content.assemble(mark, fit(name, max(width - 16, 4)))
        return Content.assemble(
            mark, fit(entry.name, max(width - 16, 4)), " ", Content.styled(size(entry.size).rjust(10), "$text-muted")
        )

    def _nothing(self) -> str:
        return self._fault or _("The folder is empty.")

    @property
    def _several(self) -> bool:
        """Whether several can be chosen."""
        return self.wanted in ("files", "files-and-folders")

    def _may_mark(self, entry: Entry) -> bool:
        if entry.folder:
            return self.wanted == "files-and-folders" and entry.name != ".."
        return self._several

    @property
    def _current(self) -> Entry | None:
        found: object = self.query_one("#entries", LineList).current
        return found if isinstance(found, Entry) else None

    @on(LineList.Chosen)
    def action_enter(self) -> None:
        """Go into a folder; take a file."""
        entry = self._current
        if entry is None:
            return
        if entry.folder:
            self._go(entry.path, self.folder.name if entry.name == ".." else "")
        elif self._may_mark(entry):
            if not self.marked:
                self.marked[entry.path] = entry
            self.action_take()
        elif self.wanted == "file":
            self.dismiss((entry.path,))

    def action_mark(self) -> None:
        """Mark a file, or take the mark off."""
        entry = self._current
        if entry is None or not self._may_mark(entry):
            return
        if entry.path in self.marked:
            del self.marked[entry.path]
        else:
            self.marked[entry.path] = entry
        lines = self.query_one("#entries", LineList)
        lines.refresh()
        lines.move(1)
        self._tell()

    def action_mark_all(self) -> None:
        """Mark every file of this folder."""
        if self._several:
            lines: LineList[Entry] = self.query_one("#entries", LineList)
            self.marked |= {entry.path: entry for entry in lines.rows if entry and not entry.folder}
            lines.refresh()
            self._tell()

    def action_up(self) -> None:
        """Go to the folder above."""
        if self.folder.parent != self.folder:
            self._go(self.folder.parent, self.folder.name)

    def action_take(self) -> None:
        """Use the path that is typed; where there is none what is marked, or the folder that is shown."""
        if typed := self.query_one("#path", Input).value.strip():
            self.run_work(self._take_typed(typed, use=True), group="typed-path")
        elif self.wanted == "folder":
            self.dismiss((self.folder,))
        elif self.marked:
            self.dismiss(tuple(self.marked))
        elif (entry := self._current) is not None and not entry.folder:
            self.dismiss((entry.path,))

    @on(Input.Submitted, "#path")
    def _typed(self, event: Input.Submitted) -> None:
        self.run_work(self._take_typed(event.value), group="typed-path")

    def on_key(self, event: events.Key) -> None:
        """A path that is begun while the list has the focus goes to the field; so do its next letters on their way."""
        field = self.query_one("#path", Input)
        if event.character and event.is_printable and (event.character in "/~" or field.value):
            event.stop()
            event.prevent_default()
            self._type(field.value + event.character)

    def on_paste(self, event: events.Paste) -> None:
        """A path that is pasted goes to the field; of several, one a line, those that are there are marked."""
        event.stop()
        lines = pasted_lines(event.text)
        if len(lines) > 1:
            self.query_one("#path", PathLine).take_lines(lines)
        elif lines:
            self._type(lines[0].strip())

    @on(PathLine.Pasted)
    def _several_pasted(self, event: PathLine.Pasted) -> None:
        self.run_work(self._mark_pasted(event.lines), group="typed-path")

    async def _mark_pasted(self, lines: Sequence[str]) -> None:
        missed = 0
        for line in lines:
            path, kind = await asyncio.to_thread(find_typed, self.folder, line)
            entry = Entry(path=path, name=shown_path(path.name), folder=kind == "folder")
            if kind in ("file", "folder") and self._may_mark(entry):
                self.marked[path] = entry
            else:
                missed += 1
        self._fault = ""
        if missed:
            words = ngettext(
                "{count} line is no path that can be used", "{count} lines are no paths that can be used", missed
            )
            self._fault = words.format(count=missed)
        self.query_one("#entries", LineList).focus()
        self.query_one("#entries", LineList).refresh()
        self._tell()

    def _type(self, text: str) -> None:
        field = self.query_one("#path", Input)
        self.set_focus(field)
        field.value = text
        field.cursor_position = len(text)

    async def _take_typed(self, text: str, *, use: bool = False) -> None:
        """Go into the folder or take the file; with `use` a folder is taken too, where one is asked for."""
        path, kind = await asyncio.to_thread(find_typed, self.folder, text)
        if use and kind == "folder" and self.wanted in ("folder", "files-and-folders"):
            self.dismiss((*self.marked, path))
        elif kind == "folder":
            self.query_one("#path", Input).value = ""
            self.query_one("#entries").focus()
            self._go(path)
        elif kind == "file" and self.wanted != "folder":
            self.dismiss((*self.marked, path))
        else:
            self._fault = _("This is not there.") if kind == "nothing" else _("This can't be used here.")
            self._tell()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Marking is for several files."""
        if action == "mark":
            return self._several
        return True


def list_folder(folder: Path, files: bool, endings: Iterable[str] = ()) -> tuple[list[Entry], str]:
    """The entries of a folder, folders first, in Danish order; and what went wrong, in words.

    Hidden names are left out. A name that is not UTF-8 keeps its bytes in `path`.
    """
    wanted = tuple(endings)
    found: list[Entry] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or len(found) >= MOST:
                    continue
                try:
                    is_folder = entry.is_dir()
                    if not is_folder and (not files or not entry.is_file()):
                        continue
                    if not is_folder and wanted and not entry.name.endswith(wanted):
                        continue
                    length = None if is_folder else entry.stat().st_size
                except OSError:
                    continue
                name = shown_path(entry.name)
                found.append(Entry(path=folder / entry.name, name=name, folder=is_folder, size=length))
    except OSError as error:
        return [], _("The folder can't be read: {reason}").format(reason=system_words(error))
    found.sort(key=lambda entry: (not entry.folder, sort_key(entry.name)))
    return found, ""
