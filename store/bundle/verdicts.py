"""What is to be said of a bundle that was opened: is it intact, is it complete, who signed it. Three answers, apart.

A bundle can be intact and signed by nobody one knows; it can be signed by a colleague and lack half the journal. None
of the three stands in for another, and 'signed by' rests on keys known from outside only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from guidance.language import _, ngettext
from store import spoken


class Damage(StrEnum):
    """Why a bundle is not intact."""

    NOT_SEALED = "not-sealed"
    TEXT_FORM = "text-form"
    SEALED_FILE = "sealed-file"
    TOO_LARGE = "too-large"
    NEEDS_LARGE = "needs-large"
    NOT_A_BUNDLE = "not-a-bundle"
    FILE_CHANGED = "file-changed"
    FILE_MISSING = "file-missing"
    FILE_EXTRA = "file-extra"
    FILE_REFUSED = "file-refused"
    ENTRY = "entry"


_SAID_BY_THE_WORDS: Final = frozenset(
    {Damage.NOT_SEALED, Damage.TEXT_FORM, Damage.FILE_CHANGED, Damage.FILE_MISSING, Damage.FILE_EXTRA}
)


class Signer(StrEnum):
    """What is known of who signed."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    REVOKED = "revoked"
    WRONG = "wrong"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intact:
    """Whether everything is as it was when it was sealed.

    Attributes:
        damage: the first thing that is not; None where all is.
        file: the file in the bundle that it is about; may be empty.
        detail: what exactly, technical English; nothing of the content.
    """

    damage: Damage | None = None
    file: str = ""
    detail: str = ""

    @property
    def holds(self) -> bool:
        """The short answer."""
        return self.damage is None

    @property
    def needs_large(self) -> bool:
        """Whether it was not looked at because nobody said that it is meant to be so large."""
        return self.damage is Damage.NEEDS_LARGE

    def words(self) -> str:
        """The answer in a sentence, in the current language."""
        if self.damage is None:
            return _("Intact: yes. Every file is as the list in the bundle says.")
        if self.needs_large:
            return _(
                "Intact: can't be said. It is larger than what is opened unasked. Nothing of it was used. "
                "If the sender says that it is meant to be so large, open it as a large one (segl open --large)."
            )
        why = {
            Damage.NOT_SEALED: _("this is not a sealed file; perhaps another file was meant"),
            Damage.TEXT_FORM: _("it is in text form, as no case is ever sealed: ask the sender for the file itself"),
            Damage.SEALED_FILE: _("the sealed file was damaged or changed on its way"),
            Damage.TOO_LARGE: _("it is larger than any bundle that Segl makes"),
            Damage.NOT_A_BUNDLE: _("what is inside is not built like a bundle"),
            Damage.FILE_CHANGED: _("the file {file} was changed"),
            Damage.FILE_MISSING: _("the file {file} is missing"),
            Damage.FILE_EXTRA: _("there is a file in it that was not there when it was signed: {file}"),
            Damage.FILE_REFUSED: _("the file {file} is not what it has to be"),
            Damage.ENTRY: _("an entry of the journal is not what was signed"),
        }[self.damage]
        return _("Intact: NO, {why}. Nothing of it was used.").format(why=why.format(file=self.file))

    def technical(self) -> str:
        """What exactly, for whoever helps, and said to be in English; empty where the answer has all of it."""
        if not self.detail or self.damage in _SAID_BY_THE_WORDS:
            return ""
        detail = ": ".join(part for part in (self.file, self.detail) if part)
        return _("For whoever helps you, in technical English: {detail}").format(detail=detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """Whether all that belongs to the case is there.

    Attributes:
        known: False where it could not be looked at, because the bundle is not intact.
        entries: how many entries of the journal are there.
        withheld: how many of them came without their content: erased, or withheld on purpose.
        on_purpose: how many of these the sender says were withheld from this bundle on purpose.
        missing: how many others build on, or should be there by the numbers, and are not.
        forks: how many times one key wrote two different entries of one number.
        numbers_only: a bundle for statistics, which has no journal on purpose.
    """

    known: bool = False
    entries: int = 0
    withheld: int = 0
    on_purpose: int = 0
    missing: int = 0
    forks: int = 0
    numbers_only: bool = False

    @property
    def holds(self) -> bool:
        """The short answer."""
        return self.known and not (self.withheld or self.missing or self.forks)

    def words(self) -> str:
        """The answer in a sentence, in the current language."""
        if not self.known:
            return _("Complete: can't be said.")
        if self.numbers_only:
            return _("Complete: it holds numbers only, on purpose.")
        if self.holds:
            return ngettext(
                "Complete: yes. The one entry of the journal is in it.",
                "Complete: yes. All {count} entries of the journal are in it.",
                self.entries,
            ).format(count=self.entries)
        parts = [
            words.format(count=count)
            for count, words in (
                (self.on_purpose, _("{count} withheld by the sender on purpose, for others' sake")),
                (self.withheld - self.on_purpose, _("{count} without their content")),
                (self.missing, _("{count} missing")),
                (self.forks, _("{count} written twice with one number by one key")),
            )
            if count
        ]
        return _("Complete: NO. Entries of the journal: {entries} in it, {parts}.").format(
            entries=self.entries, parts=", ".join(parts)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A key that wrote entries of the journal.

    Attributes:
        fingerprint: `SHA256:...`.
        name: as it is known from outside; empty where the key is not.
        entries: how many it wrote.
    """

    fingerprint: str
    name: str
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedBy:
    """Who signed the bundle.

    Attributes:
        signer: what is known.
        fingerprint: of the key that signed; empty where the signature does not hold.
        name: as it is known from outside; empty where the key is not, or came without one.
        claimed: the fingerprint that the bundle names as its signer's.
        authors: who wrote the entries of the journal.
    """

    signer: Signer = Signer.NOT_CHECKED
    fingerprint: str = ""
    name: str = ""
    claimed: str = ""
    authors: tuple[Author, ...] = ()

    @property
    def written_by_others_only(self) -> bool:
        """Whether the key that signed wrote no entry of the journal: somebody else's case, or one signed anew."""
        return bool(self.authors) and all(author.fingerprint != self.fingerprint for author in self.authors)

    @property
    def spoken(self) -> str:
        """The fingerprint as it is read aloud, in groups of digits; empty where nobody signed."""
        return spoken.digits(self.fingerprint) if self.fingerprint else ""

    def words(self) -> str:
        """The answer in a sentence or a few, in the current language."""
        if self.signer is Signer.NOT_CHECKED:
            return _("Signed by: can't be said.")
        if self.signer is Signer.WRONG:
            return _("Signed by: NOBODY. The signature does not belong to this content.")
        if self.signer is Signer.KNOWN and not self.name:
            found = _("Signed by: a key you know ({fingerprint}).").format(fingerprint=self.fingerprint)
        elif self.signer is Signer.KNOWN:
            found = _("Signed by: {name}, a key you know ({fingerprint}).").format(
                name=self.name, fingerprint=self.fingerprint
            )
        elif self.signer is Signer.REVOKED and not self.name:
            found = _(
                "Signed by: a REVOKED key ({fingerprint}). It no longer counts: somebody else may have it."
                " Ring the sender on a number that you know from elsewhere before you rely on this."
            ).format(fingerprint=self.fingerprint)
        elif self.signer is Signer.REVOKED:
            found = _(
                "Signed by: a REVOKED key of {name} ({fingerprint}). It no longer counts: somebody else may have it."
                " Ring the sender on a number that you know from elsewhere before you rely on this."
            ).format(name=self.name, fingerprint=self.fingerprint)
        else:
            found = _(
                "Signed by: an UNKNOWN key, {fingerprint}. Ring the sender on a number that you know from elsewhere and"
                " compare it; read aloud it is {digits}."
            ).format(fingerprint=self.fingerprint, digits=self.spoken)
        if self.claimed and self.claimed != self.fingerprint:
            found = f"{found} " + _("The bundle itself names another key as its signer: {fingerprint}.").format(
                fingerprint=self.claimed
            )
        if self.written_by_others_only:
            names = ", ".join(author.name or author.fingerprint for author in self.authors)
            found = f"{found} " + _("The journal in it was written with other keys: {names}.").format(names=names)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """The three answers."""

    intact: Intact
    complete: Complete
    signed_by: SignedBy

    @property
    def usable(self) -> bool:
        """Whether anything of it may be shown: it is intact and its signature, whoever's, belongs to it."""
        return self.intact.holds and self.signed_by.signer in (Signer.KNOWN, Signer.UNKNOWN, Signer.REVOKED)

    def words(self) -> tuple[str, str, str]:
        """A sentence for each, in the current language."""
        return self.intact.words(), self.complete.words(), self.signed_by.words()

    def told(self) -> tuple[str, ...]:
        """The sentences, and behind them what whoever helps has to know, where there is anything."""
        technical = self.intact.technical()
        return (*self.words(), technical) if technical else self.words()
