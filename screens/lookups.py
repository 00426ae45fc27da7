"""What was searched for in the list of cases, and looked at in the mentorship programme; the same as a plain file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guidance.language import _
from screens.log_file import LogFileScreen
from screens.widgets.windowed import PAGE, Windowed

if TYPE_CHECKING:
    from store.access_file import AccessFile
    from store.cases.lookups import Lookup, LookupLog


class LookupsScreen(LogFileScreen):
    """Look-ups that belong to no single case; only those in sight are fetched."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Windowed[Lookup] = Windowed(0, self._wanted)
        self._looked = False

    def heading(self) -> str:
        """The name of the screen."""
        return _("Looked up beside the cases")

    def file_name(self) -> str:
        """What the file is called where nobody says otherwise."""
        return _("looked-up") + ".html"

    def about_file(self) -> str:
        """It is in plain, and on record here."""
        return _(
            "The file is not encrypted, and that it was written stands here. To the person concerned it goes without "
            "names and without the words of a search."
        )

    def nothing(self) -> str:
        """What stands in an empty list."""
        return _("Nothing was searched for or looked at.") if self._looked else _("Looking ...")

    def words_of(self, line: Any) -> str:
        """What was searched for, or about whom it is and why."""
        from store.cases.lookups import lookup_words

        return lookup_words(line)

    async def look(self) -> None:
        """Begin anew with the newest page."""
        from store.casework import Casework

        found = await self.do(Casework.lookup_page, 0, PAGE)
        self._rows = Windowed(found.total, self._wanted)
        self._rows.put(0, found.lines)
        self._looked = True
        self.lines.show(self._rows, 0)

    def _wanted(self, page: int) -> None:
        self.run_work(self._fetch(self._rows, page), group=f"page-{page}")

    async def _fetch(self, rows: Windowed[Lookup], page: int) -> None:
        from store.casework import Casework

        try:
            found = await self.do(Casework.lookup_page, page * PAGE, PAGE)
        except BaseException:
            rows.missed(page)
            raise
        if found.total != len(rows):
            # Somebody looked meanwhile: every place has moved.
            await self.look()
            return
        rows.put(page, found.lines)
        if self.lines.rows is rows:
            self.lines.arrived(page * PAGE, page * PAGE + PAGE)

    async def whole(self, *, for_person: bool) -> LookupLog:
        """All of the log, for a file."""
        from store.casework import Casework

        return await self.do(Casework.lookup_log, for_person=for_person)

    async def record(self, made: AccessFile) -> None:
        """A file was written: that stands among the look-ups."""
        from store.casework import Casework

        await self.do(Casework.record_lookup_export, made.path, sort=made.sort, digest=made.digest)

    async def refresh_language(self) -> None:
        """Draw anew."""
        await super().refresh_language()
        self.lines.show(self._rows, 0)
