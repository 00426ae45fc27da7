"""How it stands with the backups of a vault, in sentences."""

from __future__ import annotations

from guidance.language import _, ngettext
from store.cases.backing_up import BackupState


def lines_of(state: BackupState) -> tuple[str, ...]:
    """In the current language."""
    if state.last_at is None:
        said = [_("No backup was ever made: if this machine is lost, so is everything in the vault.")]
    else:
        said = [
            _("Last backup: {day}, in {place}.").format(day=state.last_at.date().isoformat(), place=state.place),
            ngettext(
                "{count} change since then is in no backup.",
                "{count} changes since then are in no backup.",
                state.behind,
            ).format(count=state.behind)
            if state.behind
            else _("Nothing was changed since."),
        ]
    if state.due:
        said.append(_("It is time for a backup."))
    if state.removed:
        day = state.removed[0][1].date()
        count = sum(at.date() == day for _name, at, _place in state.removed)
        said.append(
            ngettext(
                "{count} old chain was removed on {day}, in {place}.",
                "{count} old chains were removed on {day}, the last in {place}.",
                count,
            ).format(count=count, day=day.isoformat(), place=state.removed[0][2])
        )
    said.append(
        ngettext(
            "Today reminds after {count} day without one.", "Today reminds after {count} days without one.", state.days
        ).format(count=state.days)
        if state.days
        else _("Today does not remind of it.")
    )
    return tuple(said)
