"""What came of taking another vault of the same person in, or would: counts and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from guidance.language import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeBrought:
    """What came of the office of the other vault.

    Attributes:
        answers: of the preparedness plan.
        directory: entries of the directory of help.
        contacts: the office's own.
        rules: of filing and of keeping.
        offered: drafts for a person's decision: what that vault says otherwise than this one.
        versions: published versions of the plan.
        kept: how many of them are not in force here, for something else is.
        barred: how many did not come: only an administrator publishes one.
        stands: what is otherwise there and can be no draft, in words: what this vault says stands.
        proposals: whether drafts were made because only an administrator may write such things.
    """

    answers: int = 0
    directory: int = 0
    contacts: int = 0
    rules: int = 0
    offered: int = 0
    versions: int = 0
    kept: int = 0
    barred: int = 0
    stands: tuple[str, ...] = ()
    proposals: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterBrought:
    """What came of the mentorship register of the other vault.

    Attributes:
        entries: how many.
        people: participants among them.
        offered: drafts for a person's decision.
        kept: versions of the policy that are not in force here, for another one is.
        stands: as of `OfficeBrought`.
        twice: names of participants who are registered in both; they stand beside one another.
    """

    entries: int = 0
    people: int = 0
    offered: int = 0
    kept: int = 0
    stands: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came of it.

    Attributes:
        vault: the other one's id.
        cases: references of the cases of which something was new.
        entries: how many entries of cases were.
        drafts: how many drafts.
        left: references, or ids, of cases that could not be taken in: cards of others are lacking, or entries.
        office: what came of its office.
        shared: entries of an office, or of a register, that both vaults have: one is a copy of the other.
        register: what came of its mentorship register.
        concerns: how many concerns that may be read here had something new.
        lookups: entries on what was searched for.
    """

    vault: str
    cases: tuple[str, ...] = ()
    entries: int = 0
    drafts: int = 0
    left: tuple[str, ...] = ()
    office: OfficeBrought = OfficeBrought()
    shared: int = 0
    register: RegisterBrought = RegisterBrought()
    concerns: int = 0
    lookups: int = 0

    @property
    def offered(self) -> int:
        """Drafts for a person's decision."""
        return self.office.offered + self.register.offered

    @property
    def stands(self) -> tuple[str, ...]:
        """What is otherwise there and can be no draft, in words."""
        return (*self.office.stands, *self.register.stands)

    @property
    def brings(self) -> bool:
        """Whether there is anything to take in, or to decide on."""
        return bool(next(self._came(), None) or self.offered)

    def preview(self) -> tuple[str, ...]:
        """In sentences, before anything is taken in."""
        came = tuple(self._came())
        said = [_("This would be taken in:"), *came] if came else [_("Nothing of it is new here.")]
        return (*said, *self._beside(), _("The other vault stays as it is."))

    def words(self) -> tuple[str, ...]:
        """In sentences, afterwards."""
        came = tuple(self._came())
        said = [_("This was new here and is taken in:"), *came] if came else [_("Nothing of it was new here.")]
        return (*said, *self._beside(), _("The other vault is as it was. Go on in this one."))

    def _came(self) -> Iterator[str]:
        entries, register, office = self.entries, self.register, self.office
        for count, words in (
            (
                entries,
                ngettext("{count} entry of {cases}", "{count} entries of {cases}", entries).replace(
                    "{cases}", _cases(len(self.cases))
                ),
            ),
            (
                register.entries,
                ngettext(
                    "{count} entry of the mentorship programme ({people})",
                    "{count} entries of the mentorship programme ({people})",
                    register.entries,
                ).replace("{people}", _people(register.people)),
            ),
            (self.concerns, ngettext("{count} concern", "{count} concerns", self.concerns)),
            (office.answers, ngettext("{count} answer to the plan", "{count} answers to the plan", office.answers)),
            (
                office.versions,
                ngettext(
                    "{count} published version of the plan", "{count} published versions of the plan", office.versions
                ),
            ),
            (
                office.directory,
                ngettext("{count} entry of the directory", "{count} entries of the directory", office.directory),
            ),
            (office.contacts, ngettext("{count} contact", "{count} contacts", office.contacts)),
            (office.rules, ngettext("{count} rule of the office", "{count} rules of the office", office.rules)),
            (
                self.shared,
                ngettext(
                    "{count} entry of the office and its programme",
                    "{count} entries of the office and its programme",
                    self.shared,
                ),
            ),
            (self.lookups, ngettext("{count} search", "{count} searches", self.lookups)),
            (self.drafts, ngettext("{count} draft", "{count} drafts", self.drafts)),
        ):
            if count:
                yield f"- {words}".format(count=count)

    def _beside(self) -> Iterator[str]:
        if self.offered:
            yield ngettext(
                "{count} thing is said otherwise there: what is here stands, and the other is among your drafts, "
                "for you to decide.",
                "{count} things are said otherwise there: what is here stands, and the others are among your drafts, "
                "for you to decide.",
                self.offered,
            ).format(count=self.offered)
        if kept := self.office.kept + self.register.kept:
            yield ngettext(
                "{count} version of the plan or the policy that was published there is kept, and is not in force here.",
                "{count} versions of the plan or the policy that were published there are kept, and are not in force "
                "here.",
                kept,
            ).format(count=kept)
        if self.office.barred:
            yield ngettext(
                "{count} version of the plan that was published there does not come: only an administrator publishes "
                "one.",
                "{count} versions of the plan that were published there do not come: only an administrator publishes "
                "one.",
                self.office.barred,
            ).format(count=self.office.barred)
        if self.office.proposals:
            yield _("Only an administrator changes plan, directory and contacts: what the other one says is a draft.")
        if self.stands:
            yield _("As this vault has it, also where the other has it otherwise: {what}").format(
                what=", ".join(self.stands)
            )
        if self.register.twice:
            yield _("Registered in both, and beside one another now: {names}").format(
                names=", ".join(self.register.twice)
            )
        if self.left:
            yield _("Not taken in, cards or entries are lacking: {cases}").format(cases=", ".join(self.left))


def _cases(count: int) -> str:
    return ngettext("{count} case", "{count} cases", count).format(count=count)


def _people(count: int) -> str:
    return ngettext("{count} new participant", "{count} new participants", count).format(count=count)
