"""What the doctor noticed, in words and codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _, ngettext
from store.bundle.visible import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something the doctor noticed.

    Attributes:
        code: kebab-case, e.g. `signature`, `rolled-back`.
        where: what it is about: an entry's or a space's id, a file's or a table's name; nothing a person wrote.
        damage: whether the vault is not well because of it; otherwise it is a remark.
        case: reference of the case it is in; empty elsewhere, and where the tables do not tell.
    """

    code: str
    where: str
    damage: bool = True
    case: str = ""

    def words(self) -> str:
        """In a sentence, in the current language."""
        words = _words(self.code).format(where=self.where)
        if not self.case:
            return words
        # The reference is what whoever opened the case wrote.
        return _("Case {reference}: {words}").format(reference=one_line(self.case), words=words)

    @property
    def made_anew(self) -> bool:
        """Whether it is gone once the tables are made anew from the journal."""
        return self.damage and self.code in _TABLES

    @property
    def settled_by_word(self) -> bool:
        """Whether it is said no more once a person says that they know."""
        return self.code in PUT_BACK

    def todo(self) -> str:
        """What to do about it now, in sentences; empty for a remark."""
        if not self.damage:
            return ""
        return next((words for codes, words in _remedies() if self.code in codes), _remedies()[2][1])


PARTS: Final = ("structure", "office", "entries", "checkpoints", "keys", "playbooks", "tables")
"""What is looked at, in this order."""


def part_words(part: str) -> str:
    """One of `PARTS` in words, in the current language."""
    return {
        "structure": _("the structure of the database"),
        "office": _("the tables of the office"),
        "entries": _("entries and signatures"),
        "checkpoints": _("order and checkpoints"),
        "keys": _("keys"),
        "playbooks": _("playbooks"),
        "tables": _("the tables of the cases"),
    }[part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the doctor looked at and noticed.

    Attributes:
        whole: False where it was cancelled before the end.
        looked: the parts that were looked at to their end, of `PARTS`.
    """

    spaces: int
    entries: int
    commits: int
    findings: tuple[Finding, ...]
    whole: bool = True
    looked: tuple[str, ...] = PARTS

    @property
    def left(self) -> tuple[str, ...]:
        """The parts that were not looked at, or not to their end."""
        return tuple(part for part in PARTS if part not in self.looked)

    @property
    def well(self) -> bool:
        """Whether everything was looked at and nothing is damaged."""
        return self.whole and not any(finding.damage for finding in self.findings)

    def stopped_words(self, *before: str) -> Iterator[str]:
        """What was looked at and what was not, where it was cancelled.

        Args:
            before: what was looked at besides, in words.
        """
        if looked := (*before, *map(part_words, self.looked)):
            yield _("Looked at: {parts}.").format(parts=", ".join(looked))
        left = ", ".join(map(part_words, self.left))
        yield _("NOT looked at, or not to the end: {parts}.").format(parts=left)

    def todo(self) -> tuple[str, ...]:
        """What to do now, one sentence for each sort of damage that was found; nothing where there is none."""
        said = {finding.todo() for finding in self.findings if finding.damage}
        return tuple(words for _codes, words in _remedies() if words in said)

    def require_well(self) -> None:
        """Raises VaultUnwell where it is not well."""
        if not self.well:
            raise VaultUnwell(self)


class VaultUnwell(SeglError):
    """The doctor found damage."""

    code: ClassVar[str] = "vault-unwell"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, report: Report) -> None:
        super().__init__(tuple(finding.code for finding in report.findings))
        self.report = report

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        count = sum(finding.damage for finding in self.report.findings)
        return Diagnostics(
            happened=ngettext(
                "The vault is not what was signed: {count} finding.",
                "The vault is not what was signed: {count} findings.",
                count,
            ).format(count=count),
            safe=_("Segl has changed nothing."),
            todo=_("Keep a copy of the vault as it is, and compare with a backup, a bundle or a receipt."),
        )


PUT_BACK: Final = frozenset(
    ("rolled-back", "outside-differs", "receipt-later", "receipt-differs", "own-came-back", "heard-later")
)
"""What shows that an old copy of the vault was put back; a person can say that they know."""
KNOWN: Final = "put-back-known"
"""A remark in the place of one of these that a person knows of."""
_PAST: Final = frozenset(
    {
        *("outside-foreign", "outside-unreadable", "entries-missing", "root-differs", "order-differs"),
        *("checkpoint-missing", "checkpoint-invalid"),
    }
)
_TABLES: Final = frozenset(("projection-differs",))
"""Only these come of the journal alone, and only these are made anew by `store.doctor.repair_projections`."""
_ENTRIES: Final = frozenset(
    {
        *("header-malformed", "id-differs", "signature", "commitment", "payload-without-salt", "payload-missing"),
        *("erased-came-back", "tombstone-without-entry", "other-space", "previous-missing", "previous-differs"),
        *("seen-missing", "structure-damaged", "playbook-differs", "playbook-missing", "space-kind"),
        *("table-differs", "columns-differ", "space-unlisted", "projection-impossible"),
    }
)
_KEYS: Final = frozenset(("device-unknown", "key-differs"))


def _remedies() -> tuple[tuple[frozenset[str], str], ...]:
    return (
        (
            PUT_BACK,
            _(
                "An old copy was put back, or the key of this vault is used elsewhere too. Write nothing more here "
                "yet: keep a copy of the vault's folder, and take in what others have ('segl exchange', 'segl "
                "import'). "
                "Where the newest backup, restored beside it ('segl restore --beside'), has more, go on in that one. "
                "When nothing more comes, say that you know ('segl doctor --settle', or F8 after verifying) and go on "
                "here: what nobody has is lost. If nobody put a copy back, somebody has your key: set up a new "
                "workstation ('segl workstation') and give this one up there."
            ),
        ),
        (
            _PAST,
            _(
                "An old copy was put back, or the end was lost. Write nothing more here: keep a copy of the vault's "
                "folder, restore the newest backup beside it ('segl restore --beside') and see which has more; what "
                "colleagues have comes by 'segl exchange'."
            ),
        ),
        (
            _ENTRIES,
            _(
                "Entries were changed or damaged from outside. Keep a copy of the vault's folder as it is, restore the "
                "newest backup beside it ('segl restore --beside') and go on in that one; what came after it comes "
                "from colleagues, by 'segl exchange'."
            ),
        ),
        (_TABLES, _("The tables are made from the journal: 'segl doctor --repair' makes them anew.")),
        (
            _KEYS,
            _(
                "Somebody wrote here with a key that nobody has let count. If it is not a colleague whose card is "
                "lacking ('segl keys list'), make a new key of the data: 'segl vault renew'."
            ),
        ),
    )


def _words(code: str) -> str:
    return dict(_sentences()).get(code, _("This does not verify: {where}"))


def _sentences() -> Iterator[tuple[str, str]]:
    yield "header-malformed", _("The header of entry {where} is damaged.")
    yield "id-differs", _("Entry {where} does not have the id of what is in it.")
    yield "signature", _("The signature of entry {where} does not hold.")
    yield "commitment", _("The content of entry {where} is not what was signed.")
    yield "payload-without-salt", _("Entry {where} has only one of content and salt.")
    yield "payload-missing", _("The content of entry {where} is gone, and no entry says that it was erased.")
    yield "payload-withheld", _("Entry {where} came without its content, which was withheld or erased elsewhere.")
    yield (
        "not-administrator",
        _("Entry {where} of the office was written by somebody who was no administrator, and says nothing."),
    )
    yield "revoked", _("Entry {where} was signed by a key that was revoked, and says nothing any more.")
    yield (
        "not-shared",
        _("Entry {where} was written by somebody with whom the case was never shared, and says nothing until it is."),
    )
    yield "erased-came-back", _("Entry {where} was erased, and its content is there again.")
    yield "tombstone-without-entry", _("Entry {where} counts as erased, and no entry says so.")
    yield "other-space", _("Entry {where} belongs to another case.")
    yield "device-unknown", _("Entry {where} was signed by a key that no card lists.")
    yield "previous-missing", _("An entry before {where} is missing.")
    yield "previous-differs", _("Entry {where} does not follow the one before it in its feed.")
    yield "seen-missing", _("Entry {where} builds on an entry that is not there.")
    yield "columns-differ", _("The table says something else of entry {where} than its header.")
    yield "space-unlisted", _("Entry {where} is in no listed case.")
    yield "order-differs", _("Entry {where} is not where it arrived.")
    yield "checkpoint-missing", _("A checkpoint is missing ({where}).")
    yield "checkpoint-invalid", _("Checkpoint {where} is damaged or was not signed here.")
    yield "root-differs", _("At checkpoint {where} the journal was another one than now.")
    yield "entries-missing", _("Entries are missing at the end ({where}).")
    yield "table-differs", _("The table {where} does not agree with the journal.")
    yield "projection-differs", _("The table {where} does not agree with the journal. It can be made anew.")
    yield "projection-impossible", _("The tables of case {where} cannot be made from its entries.")
    yield "outside-unreadable", _("The file {where} beside the vault is no checkpoint.")
    yield "outside-foreign", _("The checkpoint {where} beside the vault belongs to another vault.")
    now = _("Write nothing more here: keep a copy of the vault's folder, and run 'segl doctor', which says what to do.")
    yield (
        "own-came-back",
        _(
            "Entries by this vault's own key came back from others ({where}): an old copy of the vault was put back, "
            "or its key is used elsewhere."
        )
        + f" {now}",
    )
    yield (
        "heard-later",
        _(
            "Somebody has read envelope number {where} of this vault, which it has not written: an old copy of the "
            "vault was put back, or its key is used elsewhere."
        )
        + f" {now}",
    )
    yield KNOWN, _("That an old copy was put back, as {where} beside the vault shows, is known here.")
    yield (
        "rolled-back",
        _("The vault is older than the checkpoint {where} beside it: an old copy was put back.") + f" {now}",
    )
    yield "outside-differs", _("The vault has another past than the checkpoint {where} beside it.") + f" {now}"
    todo = _(
        "Write nothing more here: keep a copy of the vault's folder, ask whoever gave the receipt for the case, and "
        "take it in with 'segl import'. What then: 'segl doctor' says it."
    )
    yield (
        "receipt-later",
        _("The vault is older than the receipt {where}: an old copy was put back, or the end of the journal was lost.")
        + f" {todo}",
    )
    yield (
        "receipt-differs",
        _("The vault has another past than when the bundle of receipt {where} was sealed.") + f" {todo}",
    )
    yield "receipt-unreadable", _("The file {where} beside the vault is no receipt.")
    yield "receipt-foreign", _("The receipt {where} beside the vault belongs to another vault.")
    yield "structure-damaged", _("The database does not hold together: an index does not agree with its table.")
    yield "key-differs", _("A key does not belong to its public half: {where}.")
    yield "playbook-differs", _("A kept playbook is not the one of its digest: {where}.")
    yield "playbook-missing", _("Case {where} is pinned to a playbook that is not kept.")
    yield (
        "rewriting-due",
        _(
            "Something was erased and overwritten where it stood; the vault is written anew when it is unlocked and "
            "the disk has room for it."
        ),
    )
    yield "fork", _("Two entries claim the same place in a feed: {where}. Both are kept.")
    yield "older-than-parent", _("By the clock, entry {where} is older than what it builds on.")
