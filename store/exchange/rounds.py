"""What goes from one part of a round to the next: envelopes that were checked, what came of them, what is to be put."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from guidance.language import _, ngettext
from store import keys
from store.bundle.visible import one_line
from store.cards import Card
from store.entry import SpaceKind
from store.exchange.envelope import Envelope
from store.exchange.head import Vector
from store.journal import Read
from store.model import StoredEntry
from store.union import EntriesRefused, verify_entries
from store.workstation_words import since_words, workstation_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An envelope whose entries were verified, each by itself.

    Attributes:
        entries: those that were not here; None where one of them does not hold, and nothing of the envelope is used.
    """

    envelope: Envelope
    entries: tuple[Read, ...] | None


def check(
    envelopes: Sequence[Envelope], here: Collection[str], *, cancelled: Callable[[], bool] | None = None
) -> tuple[Checked, ...]:
    """Verify what is not here yet; pure, and the longest part of taking in.

    Args:
        envelopes: as `looking.look` gave them.
        here: entries that the vault has whole.
        cancelled: asked now and then; what was verified so far is given.
    """
    found = []
    verified: dict[tuple[str, bytes, bytes | None], Read] = {}
    for envelope in envelopes:
        fresh = [entry for entry in envelope.entries if entry.id not in here]
        try:
            for entry in verify_entries(one for one in fresh if _mark(one) not in verified):
                verified[_mark(entry.stored)] = entry
            found.append(Checked(envelope=envelope, entries=tuple(verified[_mark(one)] for one in fresh)))
        except EntriesRefused:
            found.append(Checked(envelope=envelope, entries=None))
        if cancelled is not None and cancelled():
            break
    return tuple(found)


def _mark(entry: StoredEntry) -> tuple[str, bytes, bytes | None]:
    # The id is the digest of the header; what else came with it may differ from copy to copy.
    return entry.id, entry.signature, entry.payload


@dataclass(frozen=True, slots=True, kw_only=True)
class CameIn:
    """What is new of one space.

    Attributes:
        reference: of a case; empty for anything else.
        senders: names of whose envelopes it came in.
        own: how many entries by this vault's own keys it did not have: it was put back to an older copy.
        conflicts: on how many things the case has different statements now.
    """

    kind: SpaceKind
    space: str
    reference: str
    fresh: bool
    entries: int
    senders: tuple[str, ...] = ()
    own: int = 0
    conflicts: int = 0

    def and_then(self, later: CameIn) -> CameIn:
        """Together with what came of the same space afterwards."""
        return replace(
            self,
            entries=self.entries + later.entries,
            senders=(*self.senders, *(one for one in later.senders if one not in self.senders)),
            own=self.own + later.own,
            conflicts=later.conflicts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWanted:
    """Somebody who sent something and whose card does not count here.

    Attributes:
        fingerprint: of the key.
        card: their own, as it came along; None where it did not.
    """

    fingerprint: str
    card: Card | None


def cards_wanted(strangers: Mapping[str, Card | None]) -> tuple[CardWanted, ...]:
    """Of senders who do not count: device -> card, as `looking.look` gave them."""
    return tuple(CardWanted(fingerprint=keys.fingerprint(one), card=card) for one, card in strangers.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What taking in brought.

    Attributes:
        spaces: of which something is new.
        cards_wanted: whose cards are lacking.
        more_cards: how many senders whose card does not count there are besides.
        waiting: entries that wait for others, or for a card; they are tried again while their files are there.
        refused: envelopes that do not hold, or that hold what their sender may not send.
        revoked: envelopes by keys that count no more; nothing of them is taken, and there is no card to compare.
    """

    spaces: tuple[CameIn, ...] = ()
    cards_wanted: tuple[CardWanted, ...] = ()
    more_cards: int = 0
    waiting: int = 0
    refused: int = 0
    revoked: int = 0

    def and_then(self, later: Came) -> Came:
        """Together with what other envelopes brought afterwards."""
        spaces = {one.space: one for one in self.spaces}
        for one in later.spaces:
            spaces[one.space] = spaces[one.space].and_then(one) if one.space in spaces else one
        wanted = {one.fingerprint: one for one in self.cards_wanted}
        for lacking in later.cards_wanted:
            if lacking.card is not None or lacking.fingerprint not in wanted:
                wanted[lacking.fingerprint] = lacking
        return Came(
            spaces=tuple(spaces.values()),
            cards_wanted=tuple(wanted.values()),
            more_cards=self.more_cards + later.more_cards,
            waiting=self.waiting + later.waiting,
            refused=self.refused + later.refused,
            revoked=self.revoked + later.revoked,
        )

    def only_new(self) -> Came:
        """What is in the vault now, without what was left: that is looked at once more."""
        return Came(spaces=self.spaces)

    @property
    def changed(self) -> bool:
        """Whether the vault has something that it did not have."""
        return bool(self.spaces)

    def words(self) -> tuple[str, ...]:
        """In sentences, in the current language."""
        return tuple(self._sentences())

    def _sentences(self) -> list[str]:
        said = []
        for one in self.spaces:
            said.append(_came_words(one))
            if one.conflicts:
                said.append(
                    ngettext(
                        "Different statements stand on {count} matter, for you to decide: segl case conflicts {case}",
                        "Different statements stand on {count} matters, for you to decide: segl case conflicts {case}",
                        one.conflicts,
                    ).format(count=one.conflicts, case=one.reference)
                )
            if one.own:
                said.append(
                    ngettext(
                        "{count} entry by your own key came back that this vault did not have: it was put back to an "
                        "older copy, or your key is used elsewhere. Find out which; run 'segl doctor'.",
                        "{count} entries by your own key came back that this vault did not have: it was put back to an "
                        "older copy, or your key is used elsewhere. Find out which; run 'segl doctor'.",
                        one.own,
                    ).format(count=one.own)
                )
        said += [
            _("Something waits for the card of {name} ({fingerprint}): compare it and let it count.").format(
                name=one_line(one.card.name) if one.card else _("somebody unknown"), fingerprint=one.fingerprint
            )
            for one in self.cards_wanted
        ]
        if self.more_cards:
            said.append(
                ngettext(
                    "{count} more sender is somebody whose card does not count here.",
                    "{count} more senders are people whose cards do not count here.",
                    self.more_cards,
                ).format(count=self.more_cards)
            )
        if self.waiting:
            said.append(
                ngettext(
                    "{count} entry waits for others that have not come yet.",
                    "{count} entries wait for others that have not come yet.",
                    self.waiting,
                ).format(count=self.waiting)
            )
        if self.revoked:
            said.append(
                ngettext(
                    "{count} envelope is from a key that was revoked, or a workstation that was given up, and is not "
                    "taken in.",
                    "{count} envelopes are from a key that was revoked, or a workstation that was given up, and are "
                    "not taken in.",
                    self.revoked,
                ).format(count=self.revoked)
            )
        if self.refused:
            said.append(
                ngettext(
                    "{count} envelope does not hold and was left alone.",
                    "{count} envelopes do not hold and were left alone.",
                    self.refused,
                ).format(count=self.refused)
            )
        return said


def _came_words(one: CameIn) -> str:
    names = ", ".join(map(one_line, one.senders))
    if one.kind is SpaceKind.CASE:
        return ngettext(
            "Case {reference}: {count} new entry, from {names}.",
            "Case {reference}: {count} new entries, from {names}.",
            one.entries,
        ).format(reference=one.reference, count=one.entries, names=names)
    if one.kind is SpaceKind.STATUS:
        return _("How the cases stand: news from {names}.").format(names=names)
    words = (
        ngettext(
            "The office: {count} new entry, from {names}.",
            "The office: {count} new entries, from {names}.",
            one.entries,
        )
        if one.kind is SpaceKind.OFFICE
        else ngettext(
            "The mentorship programme: {count} new entry, from {names}.",
            "The mentorship programme: {count} new entries, from {names}.",
            one.entries,
        )
    )
    return words.format(count=one.entries, names=names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """An envelope that is ready to be sealed and put.

    Attributes:
        device: of the workstation that it is for.
        text: the plain text, signed; it rests nowhere.
        replaces: names of earlier envelopes that hold nothing that this one does not.
    """

    author: str
    device: str
    recipient: str
    number: int
    text: bytes
    base: Vector
    heads: Vector
    have: Vector
    entries: int
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What a workstation of somebody has not got yet, as far as was said there.

    Attributes:
        device: of the workstation.
        name: whose it is.
        own: whether it is another one of one's own.
        number: which of their workstations; 0 where it is the only one besides this.
        since: when anything was last heard from it; None for never.
        case: its reference; empty for the office's and the programme's own entries.
        unsent: entries that lie in no envelope.
        unread: entries that lie in one, and that they have not said they have.
        status: whether it is how the cases stand, for who leads the office.
    """

    author: str
    device: str
    name: str
    own: bool
    number: int
    since: datetime | None
    case: str
    space: str
    unsent: int
    unread: int
    status: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoCard:
    """Somebody who is to have a case and can't: nothing is sealed to a key that nobody compared.

    Attributes:
        case: its reference.
        name: as the case has it.
        stand_in: whether it is the stand-in of the case, named in words only.
        author: whose card counts and has that name, for a stand-in with whom it is not shared yet; else empty.
    """

    case: str
    name: str
    stand_in: bool
    author: str = ""


def waits_words(one: Waits) -> str:
    """One line, in the current language."""
    what = _("case {reference}").format(reference=one.case) if one.case else _("the office's own entries")
    if one.status:
        what = _("how the cases stand")
    name = workstation_name(one.name, one.number, own=one.own)
    if one.unsent:
        words = ngettext(
            "{name}, {what}: {count} entry is not passed on yet.",
            "{name}, {what}: {count} entries are not passed on yet.",
            one.unsent,
        )
        return words.format(name=name, what=what, count=one.unsent)
    if one.since is None:
        words = ngettext(
            "{name}, {what}: {count} entry lies ready and is not fetched yet.",
            "{name}, {what}: {count} entries lie ready and are not fetched yet.",
            one.unread,
        )
        return words.format(name=name, what=what, count=one.unread)
    words = ngettext(
        "{name} has not fetched since {when}: {what}, {count} entry lies ready.",
        "{name} has not fetched since {when}: {what}, {count} entries lie ready.",
        one.unread,
    )
    return words.format(name=name, when=since_words(one.since), what=what, count=one.unread)


def no_card_words(one: NoCard) -> str:
    """One line, in the current language: why somebody does not get a case, and what to do."""
    name = one_line(one.name)
    if one.author:
        return _("Case {reference}: {name} is its stand-in and can't read it yet. Share it with them.").format(
            reference=one.case, name=name
        )
    if one.stand_in:
        return _("Case {reference}: {name} is its stand-in; no colleague's card of that name counts here.").format(
            reference=one.case, name=name
        )
    return _("Case {reference} is shared with {name}, whose card you do not have: nothing is written for them.").format(
        reference=one.case, name=name
    )
