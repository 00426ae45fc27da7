"""With whom a case is shared, and receipts of what they have: entries of the case, so that they travel with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store import checkpoint, keys, receipts
from store.authors import Author, Belongs
from store.bundle.carried import Carried
from store.bundle.open import OpenedBundle
from store.cases.desk import reason_in_words
from store.cases.importing import ImportDesk, NothingToImport
from store.entrusted import NONE, Chain
from store.entry import SpaceKind
from store.may_write import ENTRUSTED, HAS
from store.receipts import Receipt
from store.standing import standing
from store.union import AuthorsUnknown


class ReceiptForeign(SeglError):
    """A receipt for another vault, or for a case that is not here."""

    code: ClassVar[str] = "receipt-foreign"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The receipt is for another vault, or for a case that is not here."),
            safe=_("Nothing was changed."),
            todo=_("Take it in where the bundle was sealed."),
        )


class VaultPutBack(SeglError):
    """A receipt shows that this vault is older than it was, or has another past.

    Attributes:
        then: the counter that the receipt anchors.
        now: that of the vault.
    """

    code: ClassVar[str] = "vault-put-back"
    exit_code: ClassVar[ExitCode] = ExitCode.INTEGRITY

    def __init__(self, then: int, now: int) -> None:
        super().__init__(then, now)
        self.then = then
        self.now = now

    def diagnostics(self) -> Diagnostics:
        """Say what to do."""
        return Diagnostics(
            happened=_(
                "This vault is not what it was when the bundle was sealed (checkpoint {then} then, {now} now): an "
                "older copy was put back, or the end of the journal was lost."
            ).format(then=self.then, now=self.now),
            safe=_("The receipt is kept beside the vault. Your journal is as it was."),
            todo=_(
                "Write nothing more here. Keep a copy of the vault's folder, ask whoever gave the receipt for the case "
                "('segl seal --for colleague') and take it in: 'segl import'. Then run 'segl doctor'."
            ),
        )


class CaseNotHad(SeglError):
    """A case is to be handed over that is somebody else's, or was handed over before."""

    code: ClassVar[str] = "case-not-had"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_(
                "You can read case {reference}, but it is not yours to hand over: somebody else has it, or it was "
                "handed over before."
            ).format(reference=self.reference),
            safe=_("Nothing was written."),
            todo=_("Share it instead, or ask whoever has the case to hand it over."),
        )


class NotImported(SeglError):
    """A receipt is asked for a bundle whose entries are not all here."""

    code: ClassVar[str] = "not-imported"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_(
                "The case of this bundle is not here, or not all of it: there is nothing to give a receipt for."
            ),
            safe=_("Nothing was written."),
            todo=_("Take it in first: 'segl import FILE'."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Somebody who may read a case.

    Attributes:
        author: id.
        recipient: `age1...`, to which bundles and envelopes for them are sealed.
        until: the last day; None where none was named.
    """

    author: str
    name: str
    recipient: str
    purpose: str
    until: date | None
    shared_at: datetime

    def holds(self, day: date) -> bool:
        """Whether it is still shared on a day."""
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptTaken:
    """A receipt that was taken in, and what it anchors.

    Attributes:
        name: of who gave it, by a card that counts.
        reference: of the case.
        behind: how many entries of the case are here that they did not have then.
        counter: of the newest checkpoint of this vault.
    """

    receipt: Receipt
    name: str
    office: str
    reference: str
    behind: int
    counter: int


class SharingDesk(ImportDesk):
    """Casework on who has a case."""

    def share_case(self, case: str, who: str, purpose: str, until: date | None = None) -> tuple[Share, ...]:
        """Write that somebody may read a case from now on; it sends nothing by itself.

        Args:
            case: reference or id.
            who: the beginning of an author's id, or a fingerprint (`authors`).
            purpose: why, in words.
            until: the last day.

        Raises:
            AuthorUnknown: no card of theirs counts, or it is oneself.
            ReasonNeeded: the purpose is blank.
        """
        author = self._other(who)
        words = reason_in_words(purpose)
        self._write_share(case, author, author.recipient, words, until)
        return self.shares(case)

    def end_share(self, case: str, who: str, reason: str) -> tuple[Share, ...]:
        """Write that somebody gets nothing more of a case. What they have they keep: this reaches nobody else's disk.

        Raises:
            AuthorUnknown: no card of theirs counts, or it is oneself.
            ReasonNeeded: the reason is blank.
        """
        author, words = self._other(who), reason_in_words(reason)
        space = self._resolve(case)
        with self._writing():
            self._take_back(space, author, words)
        return self.shares(case)

    def hand_over(self, cases: Sequence[str], who: str, reason: str, *, keep: bool = False) -> tuple[str, ...]:
        """Hand cases over: somebody else has them from now on, and oneself gets nothing more of them but by `keep`.

        It sends nothing by itself; the exchange folder does, or a bundle. What is here stays here. It is one change.

        Args:
            cases: references or ids; every case that is one's own (`cases_had`) where empty: a counsellor's whole load.
            who: the beginning of an author's id, or a fingerprint (`authors`).
            reason: why, in words; it stands in each case.
            keep: go on reading them oneself.

        Returns:
            The references, in the order given.

        Raises:
            AuthorUnknown: no card of theirs counts, or it is oneself.
            ReasonNeeded: the reason is blank.
            CaseNotHad: somebody else has one of them; what one does not have one can't give.
            CaseUnknown, CaseAmbiguous: nothing was written.
        """
        author = self._other(who)
        words = reason_in_words(reason)
        own = self._trust().author_of(self._journal.device)
        assert own is not None
        spaces = list(dict.fromkeys(self._resolve(case) for case in cases))
        for space in spaces:
            if not self._may_hand_over(space, own.id):
                raise CaseNotHad(self._reference(space))
        spaces = spaces or list(self.cases_had())
        with self._writing():
            for space in spaces:
                self._append(SpaceKind.CASE, space, ENTRUSTED, {"author": author.id, "access": HAS})
                self._append(SpaceKind.CASE, space, "case.shared", share_payload(author, author.recipient, words, None))
                if not keep:
                    self._append(SpaceKind.CASE, space, ENTRUSTED, {"author": own.id, "access": NONE})
                    self._append(SpaceKind.CASE, space, "case.shared", share_payload(own, "", words, None))
        return tuple(self._reference(space) for space in spaces)

    def cases_had(self) -> tuple[str, ...]:
        """The cases that one has, closed ones too, oldest first; none that one only reads, or handed over before.

        One that is nobody's any more, since who had it left, goes with those who read it.
        """
        own = self._trust().author_of(self._journal.device)
        rows = self._connection.execute("SELECT space FROM case_file ORDER BY opened_at, space").fetchall()
        return tuple(space for (space,) in rows if own is not None and self._may_hand_over(space, own.id))

    def _has_case(self, space: str, author: str) -> bool:
        """Whether it is proved that somebody has a case (`store.entrusted`)."""
        return Chain(self._connection, self._trust(), space, self._silent(space)).has(author)

    def _may_hand_over(self, space: str, author: str) -> bool:
        """Whether a case is one's own, or nobody's any more and still open to one."""
        chain = Chain(self._connection, self._trust(), space, self._silent(space))
        return chain.has(author) or (chain.orphaned() and not self._given_up(space))

    def _take_back(self, space: str, author: Author, words: str) -> None:
        """Somebody gets nothing more of a case, and has it no longer where they did."""
        if self._has_case(space, author.id):
            self._append(SpaceKind.CASE, space, ENTRUSTED, {"author": author.id, "access": NONE})
        self._append(SpaceKind.CASE, space, "case.shared", share_payload(author, "", words, None))

    def shares(self, case: str) -> tuple[Share, ...]:
        """With whom a case is shared today. Where heads disagree on somebody, they are not among them."""
        return self._shares(self._resolve(case))

    def _shares(self, space: str) -> tuple[Share, ...]:
        said: dict[str, list[Share]] = {}
        for row in standing(self._connection, space, "shared/"):
            said.setdefault(row.value["author"], []).append(_share(row.value, row.at))
        return tuple(
            shares[-1] for shares in said.values() if all(one.recipient and one.holds(self._today()) for one in shares)
        )

    def opened_by(self, case: str) -> Author | None:
        """Who opened a case; None where no card of theirs counts any more."""
        opened = standing(self._connection, self._resolve(case), "case")
        return self._trust().author_of(opened[0].device) if opened else None

    def _colleague_named(self, name: str) -> Author | None:
        """The one colleague of that name; None where there is none, or somebody else is known by it too."""
        found = [one for one in self._trust().authors if same_name(name, one.name)]
        return found[0] if len(found) == 1 and found[0].belongs is Belongs.COLLEAGUE and not found[0].revoked else None

    def _share_with_stand_in(self, space: str, name: str) -> None:
        """A stand-in whose card counts in the office can read the case from its first day; an entry says so."""
        author = self._colleague_named(name)
        if author is not None:
            self._append(
                SpaceKind.CASE, space, "case.shared", share_payload(author, author.recipient, _("Stand-in"), None)
            )

    def _other(self, who: str) -> Author:
        author = self._author(who)
        if author.belongs is Belongs.OWN or author.revoked:
            from store.cases.trust_errors import AuthorUnknown

            raise AuthorUnknown
        return author

    def _write_share(self, case: str, author: Author, recipient: str, purpose: str, until: date | None) -> None:
        self._write(
            self._resolve(case),
            "case.shared",
            share_payload(author, recipient, purpose, until),
        )

    def give_receipt(self, opened: OpenedBundle) -> str:
        """A signed receipt for a bundle whose case was taken in; it goes to the sender, and tells nothing of the case.

        Args:
            opened: by `open_bundle(..., carry=True)`.

        Raises:
            BundleRefused, NothingToImport, NotImported: there is nothing to give one for.
        """
        opened.require_usable()
        carried: Carried | None = opened.carried
        if carried is None or not carried.entries:
            raise NothingToImport
        space = carried.entries[0].header.space
        here = {id for (id,) in self._connection.execute("SELECT id FROM entry WHERE space = ?", (space,)).fetchall()}
        if any(entry.id not in here for entry in carried.entries):
            raise NotImported
        return receipts.write(
            self.sign,
            space=space,
            manifest=carried.manifest_digest,
            heads=self.held(space),
            checkpoint_text=carried.checkpoint,
            at=self._clock(),
        )

    def take_receipt(self, text: str) -> Receipt:
        """Take a receipt in: an entry of the case, and a copy beside the vault that outlives a database put back.

        Raises:
            ReceiptInvalid: it is none.
            ReceiptForeign: it is for another vault, or for no case of this one.
            AuthorsUnknown: no card of whoever gave it counts.
            VaultPutBack: the vault is older than the receipt, or has another past; the receipt is kept beside it.
        """
        receipt = receipts.read(text)
        anchored = receipt.checkpoint
        if anchored.vault != self._vault.id or anchored.device not in keys.own_devices(self._connection):
            raise ReceiptForeign
        newest = checkpoint.latest(self._connection)
        if newest is None or not checkpoint.fits(self._connection, anchored):
            receipts.keep_beside(self._vault.path, receipt)
            raise VaultPutBack(anchored.counter, newest.counter if newest else 0)
        if not self.held(receipt.space):
            raise ReceiptForeign
        trust = self._trust()
        author = trust.author_of(receipt.signer)
        if author is None or receipt.signer in trust.revoked:
            raise AuthorsUnknown({receipt.signer: 1})
        receipts.keep_beside(self._vault.path, receipt)
        known = {row.value["receipt"] for row in standing(self._connection, receipt.space, "receipt/")}
        if receipt.text not in known:
            self._record_receipt(receipt, author)
        return receipt

    def receipt_taken(self, text: str) -> ReceiptTaken:
        """Take a receipt in, as `take_receipt`, and say what it anchors."""
        receipt = self.take_receipt(text)
        author = self._trust().author_of(receipt.signer)
        newest = checkpoint.latest(self._connection)
        assert author is not None
        assert newest is not None
        later = self.entries_beyond(receipt.space, receipt.heads)
        return ReceiptTaken(
            receipt=receipt,
            name=author.name,
            office=author.office,
            reference=self._reference(receipt.space),
            # That the receipt came is an entry too, and the only one that they could not have had.
            behind=sum(b"\nkind receipt.given\n" not in entry.header for entry in later),
            counter=newest.counter,
        )

    def _record_receipt(self, receipt: Receipt, author: Author) -> None:
        with self._writing():
            self._append(
                SpaceKind.CASE,
                receipt.space,
                "receipt.given",
                {
                    "receipt": receipt.text,
                    "author": author.id,
                    "name": author.name,
                    "checkpoint": receipt.checkpoint.counter,
                    "heads": list(receipt.heads),
                    "manifest-digest": receipt.manifest,
                },
            )


def same_name(name: str, *others: str) -> bool:
    """Whether one of the others is the same name, however it is spaced and whatever its capitals."""
    return " ".join(name.casefold().split()) in {" ".join(other.casefold().split()) for other in others}


def share_payload(author: Author, recipient: str, purpose: str, until: date | None) -> dict[str, str]:
    """What `case.shared` says."""
    return {
        "author": author.id,
        "name": author.name,
        "recipient": recipient,
        "purpose": purpose,
        "until": until.isoformat() if until else "",
    }


def _share(said: Mapping[str, str], at: datetime) -> Share:
    try:
        until = date.fromisoformat(said["until"]) if said["until"] else None
    except ValueError:
        until = date.min
    return Share(
        author=said["author"],
        name=str(said.get("name", "")),
        recipient=said["recipient"],
        purpose=said["purpose"],
        until=until,
        shared_at=at,
    )
