"""Who opened a case, and why; and the same as a plain file, with or without names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType

from guidance.language import N_, _
from screens.log_file import LogFileScreen
from screens.words import one_line

if TYPE_CHECKING:
    from store.access_file import AccessFile
    from store.cases.access import AccessLog


class AccessScreen(LogFileScreen):
    """The access log of one case."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f6", "lookups", N_("Beside the cases"))]

    def __init__(self, case_id: str, case_name: str) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self._log: AccessLog | None = None

    def heading(self) -> str:
        """Which case it is."""
        return _("Who opened it: {case}").format(case=one_line(self.case_name))

    def file_name(self) -> str:
        """What the file is called where nobody says otherwise."""
        return _("who-opened-it") + ".html"

    def about_file(self) -> str:
        """It is in plain, and on record in the case."""
        return _("The file is not encrypted. To the person concerned it goes without names, and the case says so.")

    def words_of(self, line: Any) -> str:
        """Why, or for whom."""
        from store.cases.access import purpose_said

        return purpose_said(line)

    async def look(self) -> None:
        """Fetch the log and show it, the newest line first."""
        from store.casework import Casework

        self._log = await self.do(Casework.access_log, self.case_id)
        self.lines.show(self._log.lines[::-1], 0)

    async def whole(self, *, for_person: bool) -> AccessLog:
        """All of the log, for a file."""
        from store.casework import Casework

        return await self.do(Casework.access_log, self.case_id, for_person=for_person)

    async def record(self, made: AccessFile) -> None:
        """The case says that a file was written."""
        from store.casework import Casework

        await self.do(
            Casework.record_print, self.case_id, made.path, what="access-log", sort=made.sort, digest=made.digest
        )

    async def refresh_language(self) -> None:
        """Draw anew."""
        await super().refresh_language()
        if self._log is not None:
            self.lines.show(self._log.lines[::-1], 0)

    def action_lookups(self) -> None:
        """What was looked up beside the cases."""
        from screens.lookups import LookupsScreen

        self.app.push_screen(LookupsScreen())
