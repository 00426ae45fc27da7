"""What came of a restore or of a drill, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from guidance.language import _, ngettext
from store.findings import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came of a restore or of a drill.

    Attributes:
        vault: id of the new vault; empty where it was a drill.
        from_vault: id of the one that was backed up.
        label: its counsellor.
        made_at: when the backup was made.
        source: the folder that was used.
        cases: how many.
        entries: how many, of all spaces.
        lacking: entries that build on something which is not in the backup, and were left out.
        erased: entries that are erased, by what the backup itself says.
        torn: names of files that did not count.
        report: of the last look, the doctor's, at what was restored; damage in it only where the backup had it.
        from_copy: whether it was a copy of the closed vault.
    """

    vault: str
    from_vault: str
    label: str
    made_at: datetime
    source: Path
    cases: int
    entries: int
    lacking: int
    erased: int
    torn: tuple[str, ...]
    report: Report
    from_copy: bool

    @property
    def well(self) -> bool:
        """Whether all of it is there, and was looked at to the end, and verifies."""
        return not self.lacking and self.report.well

    @property
    def wrong(self) -> bool:
        """Whether something is missing or damaged, by what was looked at."""
        return bool(self.lacking) or any(finding.damage for finding in self.report.findings)

    def words(self) -> tuple[str, ...]:
        """In sentences, in the current language."""
        said = [
            ngettext(
                "From the backup of {day}: {cases} case, {entries} entries.",
                "From the backup of {day}: {cases} cases, {entries} entries.",
                self.cases,
            ).format(day=self.made_at.date().isoformat(), cases=self.cases, entries=self.entries)
        ]
        if self.lacking:
            said.append(
                ngettext(
                    "{count} entry was left out: what it builds on is not in the backup.",
                    "{count} entries were left out: what they build on is not in the backup.",
                    self.lacking,
                ).format(count=self.lacking)
            )
        if self.torn:
            said.append(
                _("Cut short, changed or not readable, did not count: {names}").format(names=", ".join(self.torn))
            )
        if not self.report.whole:
            said += self._stopped()
        said += [finding.words() for finding in self.report.findings if finding.damage]
        if self.wrong:
            said.append(_("Not all of it verifies."))
        elif self.well:
            said.append(_("All of it verifies."))
        else:
            said.append(_("Whether all of it verifies is not known: try it once more, to the end."))
        return tuple(said)

    def _stopped(self) -> tuple[str, ...]:
        each = _("each entry by itself, when it was read")
        return (_("Stopped during the last look."), *self.report.stopped_words(each))

    def after(self) -> tuple[str, ...]:
        """What somebody should know who goes on with the restored vault."""
        return (
            _("It is a new vault with a key of its own, and the passphrase that you gave."),
            _(
                "What was erased after {day} is here again. It goes when a later backup or what a colleague passes on "
                "is taken in; otherwise erase it once more."
            ).format(day=self.made_at.date().isoformat()),
            _("What was written after {day} is lost, unless a colleague has it: exchange with them.").format(
                day=self.made_at.date().isoformat()
            ),
            _("If the old machine is in other hands, revoke its key: 'segl keys revoke'."),
        )
