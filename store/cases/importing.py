"""Taking the case of a bundle in: verdicts first, then whose cards are lacking, then the union of its entries."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _, ngettext
from guidance.loader import by_digest
from store import erasing, keys
from store.bundle.carried import Carried
from store.bundle.open import OpenedBundle
from store.bundle.verdicts import Signer
from store.bundle.visible import one_line
from store.cards import Card
from store.cases.conflicts import ConflictDesk
from store.cases.union import UnionDesk
from store.entry import SpaceKind
from store.journal import Read
from store.may_write import shared_with_oneself
from store.model import Purpose
from store.standing import standing
from store.union import Taken, check_contents

_PINNED: Final = "playbook.pinned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """A key of which no card counts here.

    Attributes:
        device: hex.
        fingerprint: `SHA256:...`.
        entries: how many it wrote of what came.
        card: what the bundle carries of it, by its holder's own word; None where it carries none.
    """

    device: str
    fingerprint: str
    entries: int
    card: Card | None


class CardsLacking(SeglError):
    """A case by people whose cards do not count here; nothing was taken in.

    Attributes:
        lacking: the keys, and the cards that came along.
    """

    code: ClassVar[str] = "cards-lacking"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, lacking: tuple[Lacking, ...]) -> None:
        super().__init__(len(lacking))
        self.lacking = lacking

    def diagnostics(self) -> Diagnostics:
        """Name each key, and who says to have it."""
        return Diagnostics(
            happened=_("It was written or signed by people whose card does not count here: {people}.").format(
                people="; ".join(_who(one) for one in self.lacking)
            ),
            safe=_("Nothing of it was taken in; your journal is as it was."),
            todo=_(
                "Ring each on a number that you know from elsewhere, compare the digits, and let the card count: "
                "'segl import FILE --cards' writes the cards that came along, 'segl keys trust' takes them."
            ),
        )


class NothingToImport(SeglError):
    """A bundle without what another vault needs to go on with the case."""

    code: ClassVar[str] = "nothing-to-import"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("This bundle was made to be read: it does not have what is needed to go on with the case."),
            safe=_("Nothing was changed."),
            todo=_("Ask for one that was sealed for a colleague: 'segl seal CASE --for colleague'."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import brought.

    Attributes:
        case: the space.
        reference: of the case.
        fresh: whether the case was not here before.
        taken: what of it was new.
        conflicts: on how many things the case has different statements now.
        incomplete: how many entries of the case have no content here.
        not_shared: how many entries are by people with whom the case was never shared, and say nothing.
        put_back: how many entries by the key that signs here it did not have: by one of before that is no wonder.
        shared: whether it is shared with oneself, so that what is written here counts elsewhere too.
    """

    case: str
    reference: str
    fresh: bool
    taken: Taken
    conflicts: int
    incomplete: int
    not_shared: int = 0
    put_back: int = 0
    shared: bool = True

    def words(self) -> tuple[str, ...]:
        """In sentences, in the current language."""
        taken = self.taken
        said = [
            _("Case {reference}: nothing was new.").format(reference=self.reference)
            if not taken.changed
            else ngettext(
                "Case {reference}: {count} entry was new and was taken in.",
                "Case {reference}: {count} entries were new and were taken in.",
                len(taken.new),
            ).format(reference=self.reference, count=len(taken.new))
        ]
        for count, words in (
            (len(taken.filled), _("Content that had been withheld came now: {count}.")),
            (
                self.incomplete,
                ngettext(
                    "Intact, but not whole: {count} entry is here without its content.",
                    "Intact, but not whole: {count} entries are here without their content.",
                    self.incomplete,
                ),
            ),
            (
                self.not_shared,
                _(
                    "Entries by people with whom the case was never shared, which are kept and do not count until it "
                    "is: {count}."
                ),
            ),
            (len(taken.erased), _("Erased here too, as an entry says: {count}.")),
            (len(taken.forks), _("One key wrote two entries of one number, both are kept: {count}.")),
            (
                self.put_back,
                ngettext(
                    "{count} entry by your own key came back that this vault did not have: it was put back to an "
                    "older copy, or your key is used elsewhere. Find out which; run 'segl doctor'.",
                    "{count} entries by your own key came back that this vault did not have: it was put back to an "
                    "older copy, or your key is used elsewhere. Find out which; run 'segl doctor'.",
                    len(taken.own),
                ),
            ),
            (self.conflicts, _("Things on which different statements stand, for you to decide: {count}.")),
        ):
            if count:
                said.append(words.format(count=count))
        if not self.shared:
            said.append(
                _(
                    "The case is not shared with you: what you write in it counts elsewhere only when whoever has it "
                    "shares it with you."
                )
            )
        return tuple(said)


class ImportDesk(UnionDesk, ConflictDesk):
    """Casework on bundles that somebody sent."""

    def import_bundle(self, opened: OpenedBundle) -> Imported:
        """Take the case of an opened bundle in; a second time changes nothing.

        Args:
            opened: by `open_bundle(..., carry=True)`.

        Raises:
            BundleRefused: it is not intact, or its signature is wrong.
            NothingToImport: it holds no case, or not what is needed to go on with it.
            CardsLacking: who signed it or wrote in it is not known here, or their keys are revoked.
            EntriesRefused, EntriesMissing: an entry does not hold, or others build on one that is not there.
        """
        opened.require_usable()
        carried = opened.carried
        if carried is None or not carried.entries:
            raise NothingToImport
        self._require_cards(opened, carried)
        check_contents(carried.entries)
        space = carried.entries[0].header.space
        fresh = not self.held(space)
        with self._writing():
            taken = self._take_in_now(SpaceKind.CASE, space, carried.entries, _playbooks(carried))
            self._require_playbooks(space)
        erasing.finish(self._connection)
        return Imported(
            case=space,
            reference=self._reference(space),
            fresh=fresh,
            taken=taken,
            conflicts=self._disagreements(space),
            incomplete=self._without_content(space),
            not_shared=sum(remark == "not-shared" for remark in self._silent(space).values()),
            put_back=self._by_this_key(taken.own),
            shared=self._made_for_oneself(opened) or shared_with_oneself(self._connection, self._trust(), space),
        )

    def _made_for_oneself(self, opened: OpenedBundle) -> bool:
        """Whether the sender's journal says of this bundle, once it was sealed, that it is for somebody here."""
        return opened.purpose in (Purpose.COLLEAGUE, Purpose.FULL) and any(
            one.recipient.encode() in opened.recipients for one in keys.identities(self._connection)
        )

    def _require_cards(self, opened: OpenedBundle, carried: Carried) -> None:
        devices = self._trust().devices(SpaceKind.CASE)
        wrote = Counter(entry.header.device for entry in carried.entries if entry.header.device not in devices)
        by_word = {device: card for card in carried.cards for device in card.devices}
        lacking = [
            Lacking(device=device, fingerprint=keys.fingerprint(device), entries=count, card=by_word.get(device))
            for device, count in wrote.items()
        ]
        signer = opened.verdicts.signed_by
        if signer.signer is not Signer.KNOWN and signer.fingerprint not in {one.fingerprint for one in lacking}:
            found = [device for device in by_word if keys.fingerprint(device) == signer.fingerprint]
            card = by_word[found[0]] if found else None
            device = found[0] if found else ""
            lacking.append(Lacking(device=device, fingerprint=signer.fingerprint, entries=0, card=card))
        if lacking:
            raise CardsLacking(tuple(lacking))

    def _require_playbooks(self, space: str) -> None:
        kept = {digest for (digest,) in self._connection.execute("SELECT digest FROM playbook").fetchall()}
        if any(row.value["digest"] not in kept for row in standing(self._connection, space, "playbook/")):
            raise NothingToImport

    def _without_content(self, space: str) -> int:
        [(count,)] = self._connection.execute(
            "SELECT count(*) FROM withheld JOIN entry ON entry.id = withheld.entry WHERE entry.space = ?", (space,)
        ).fetchall()
        return int(count)


def _playbooks(carried: Carried) -> dict[str, bytes]:
    """The playbooks that came and that an entry pins, each of which this Segl can read.

    Raises:
        PlaybookError: one can't be read.
    """
    pinned = {digest for entry in carried.entries if (digest := _pins(entry))}
    found = {}
    for raw in carried.playbooks:
        digest = f"sha256:{hashlib.sha256(raw).hexdigest()}"
        if digest in pinned:
            by_digest(digest, raw)
            found[digest] = raw
    return found


def _pins(entry: Read) -> str:
    return str(entry.payload["digest"]) if entry.header.kind == _PINNED and entry.payload is not None else ""


def _who(lacking: Lacking) -> str:
    if lacking.card is None:
        return lacking.fingerprint
    return _("{name}, {office}, by their own word ({fingerprint})").format(
        name=one_line(lacking.card.name), office=one_line(lacking.card.office), fingerprint=lacking.fingerprint
    )
