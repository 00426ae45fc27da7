"""Where the keys of Today lead that ask for no case: the list of all cases, the programme, the office, the vault."""

from __future__ import annotations

from screens.work import CaseWork


class TodayWays(CaseWork[None]):
    """The ways from Today; what is to be done today is `screens.today`."""

    def action_cases(self) -> None:
        """The list of all cases."""
        from screens.case_list import CaseListScreen

        self.app.push_screen(CaseListScreen())

    def action_find(self) -> None:
        """Find a case in the list."""
        self.run_work(self._find(), group="find")

    async def _find(self) -> None:
        from screens.case_list import CaseListScreen

        cases = CaseListScreen()
        await self.app.push_screen(cases)
        cases.action_find()

    def action_new_case(self) -> None:
        """Open a new case, and go on in it."""
        from screens.new_case import NewCaseScreen

        self.app.push_screen(NewCaseScreen(), self._opened)

    def _opened(self, case_id: str | None) -> None:
        if case_id:
            from screens.case import CaseScreen

            self.app.push_screen(CaseScreen(case_id))

    def action_drafts(self) -> None:
        """Go on with something that was begun."""
        self.run_work(self._show_drafts(), group="drafts")

    async def _show_drafts(self) -> None:
        from screens.drafts import DraftsScreen
        from store.casework import Casework

        self.app.push_screen(DraftsScreen(await self.do(Casework.cases)))

    def action_programme(self) -> None:
        """The mentorship programme."""
        from screens.programme import ProgrammeScreen

        self.app.push_screen(ProgrammeScreen())

    def action_open_bundle(self) -> None:
        """Open a sealed bundle."""
        from screens.open import OpenScreen

        self.app.push_screen(OpenScreen())

    def action_plan(self) -> None:
        """The office's preparedness plan."""
        from screens.plan import PlanScreen

        self.app.push_screen(PlanScreen())

    def action_members(self) -> None:
        """The members of the office."""
        from screens.members import MembersScreen

        self.app.push_screen(MembersScreen())

    def action_exchange(self) -> None:
        """What is not passed on yet, and passing it on."""
        from screens.exchange import ExchangeScreen

        self.app.push_screen(ExchangeScreen())

    def action_vault(self) -> None:
        """Who can open the vault, its recovery, a new key."""
        from screens.vault import VaultScreen

        self.app.push_screen(VaultScreen(self.client))

    def action_retention(self) -> None:
        """The closed cases: when to look at each, and erasing."""
        from screens.retention import RetentionScreen

        self.app.push_screen(RetentionScreen())

    def action_backup(self) -> None:
        """How it stands with the backups, and making one."""
        from screens.backup import BackupScreen

        self.app.push_screen(BackupScreen())

    def action_directory(self) -> None:
        """The directory of help."""
        from screens.directory import DirectoryScreen

        self.app.push_screen(DirectoryScreen())
