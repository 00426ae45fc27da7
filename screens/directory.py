"""The directory of help: whom to ring, 112 first, and how far each number can be relied on."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from guidance.directory import Entry
from guidance.language import N_, _
from screens.widgets.lines import LineList, fit
from screens.widgets.list_detail import ListDetail
from screens.widgets.plain import Plain
from screens.words import one_line, visible
from screens.work import CaseWork


def ways(entry: Entry) -> str:
    """How to reach it, on one line."""
    return "  ".join(one_line(way) for way in (entry.phone, entry.site, entry.mail) if way)


def draw_entry(entry: Entry, width: int) -> Content:
    """Name and number; a mark where nobody has checked it."""
    mark = "✓ " if entry.checked else "· "
    name = max(width // 2 - 2, 10)
    return Content.assemble(
        (mark, "$success" if entry.checked else "$warning"),
        fit(one_line(entry.name.local()), name),
        " ",
        fit(Content.styled(ways(entry) or entry.mark(), "" if entry.reachable else "$text-muted"), width - name - 3),
    )


def entry_detail(entry: Entry) -> Content:
    """All of it, with the mark."""
    lines = [Content.styled(visible(entry.name.local()), "bold")]
    if about := entry.about.local():
        lines.append(Content(visible(about)))
    lines += [Content(one_line(way)) for way in (entry.phone, entry.site, entry.mail) if way]
    lines.append(Content.styled(entry.mark(), "$success" if entry.checked else "$warning"))
    if entry.emergency:
        lines.append(Content.styled(_("Shown with the emergency help."), "$text-muted"))
    return Content("\n").join(lines)


class DirectoryScreen(CaseWork[None]):
    """The office's directory. With an entry the cursor starts there."""

    CSS_PATH = "directory.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "change", N_("Change")),
        Binding("t", "checked", N_("Checked today")),
        Binding("o", "add", N_("Add one")),
        Binding("delete", "remove", N_("Take away")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "LineList"

    def __init__(self, entry: str = "") -> None:
        super().__init__()
        self._wanted = entry
        self._entries: tuple[Entry, ...] = ()

    def heading(self) -> str:
        """The name of the screen."""
        return _("Directory of help")

    def body(self) -> ComposeResult:
        """What the marks mean, the entries, the one under the cursor whole."""
        yield Plain(_("✓ checked by the office   · not checked: as printed, or as put in"), classes="quiet", id="marks")
        yield ListDetail(draw_entry, entry_detail, id="entries")

    def on_screen_resume(self) -> None:
        """Fetch them whenever they are looked at."""
        self.run_work(self._load())

    async def _load(self) -> None:
        from store.casework import Casework

        self._entries = await self.do(Casework.directory)
        wanted, self._wanted = self._wanted, ""
        at = next((index for index, entry in enumerate(self._entries) if entry.id == wanted), None)
        self._pane.show(self._entries, at)
        self._pane.focus_list()
        self.refresh_bindings()

    async def refresh_language(self) -> None:
        """Draw anew in the current language."""
        await super().refresh_language()
        await self._load()

    @property
    def _pane(self) -> ListDetail[Entry]:
        found: ListDetail[Entry] = self.query_one("#entries", ListDetail)
        return found

    @on(LineList.Highlighted)
    def _moved(self) -> None:
        self.refresh_bindings()

    @on(LineList.Chosen)
    def action_change(self) -> None:
        """Change the one under the cursor; 112 stays as it is."""
        entry = self._pane.current
        if entry is None:
            return
        if entry is self._entries[0]:
            self.said(_("112 stays first in the directory, and as it is."))
            return
        self._edit(entry)

    def action_add(self) -> None:
        """Add one of the office's own."""
        self._edit(None)

    def _edit(self, entry: Entry | None) -> None:
        from screens.directory_entry import DirectoryEntryScreen

        self.app.push_screen(DirectoryEntryScreen(entry), self._saved)

    def _saved(self, entry: Entry | None) -> None:
        self._wanted = entry.id if entry else ""

    def action_checked(self) -> None:
        """Write that somebody rang or looked today, after asking."""
        self.run_work(self._checked(), group="checked")

    async def _checked(self) -> None:
        from store.casework import Casework

        entry = self._pane.current
        if entry is None:
            return
        question = _("Has somebody rung or looked today, and is it right?")
        detail = f"{one_line(entry.name.local())}\n{ways(entry)}"
        if await self.confirmed(question, detail=detail, yes=_("Yes, it is right")):
            await self.do(Casework.check_directory_entry, entry.id)
            await self._load()

    def action_remove(self) -> None:
        """Show it no longer, with a reason."""
        self.run_work(self._remove(), group="remove")

    async def _remove(self) -> None:
        from store.casework import Casework

        entry = self._pane.current
        if entry is None or entry is self._entries[0]:
            return

        async def take_away(reason: str) -> None:
            await self.do(Casework.remove_directory_entry, entry.id, reason)
            self.said(_("Taken away: {name}").format(name=one_line(entry.name.local(), 60)))

        question = _("Why is it taken away? The reason stays in the office's journal: {name}")
        await self.with_reason(_("Take away"), question.format(name=one_line(entry.name.local())), take_away)
        await self._load()

    def action_go_back(self) -> None:
        """Leave."""
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done is offered: 112 is neither changed nor taken away."""
        entry = self._pane.current if self._entries else None
        if action in ("change", "remove"):
            return entry is not None and entry is not self._entries[0]
        if action == "checked":
            return entry is not None and entry.reachable
        return True
