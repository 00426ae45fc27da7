"""Whose signature counts: from the keys of this vault, over certificates and trusted cards, to everybody else.

A card says which devices are somebody's. It counts when a device that counts already signed it as its author's own,
when an administrator of the office certified it, or, in cases only, when this vault or an administrator trusts it after
having compared it. Nothing that a stranger's entry says of itself makes it known. Who is an administrator is
`store.roles`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache

from store import cards, succession
from store.cards import Card
from store.entry import Header, SpaceKind
from store.roles import Role, Term, Terms, covers, is_open, role_of, terms_of
from store.standing import Standing
from store.workstations import Said, Workstation, workstations_by


class Belongs(StrEnum):
    """Where somebody belongs, as this vault sees it."""

    OWN = "own"
    COLLEAGUE = "colleague"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Somebody who writes in the journal, as a card that counts says.

    Attributes:
        id: 32 hex digits.
        devices: signing keys, hex; the first is the one whose fingerprint is compared.
        recipient: `age1...`, of their newest workstation to which is sealed; where there is none, the last there was.
        workstations: all that they have or had, as far as is known.
        belongs: whose: this vault's, a colleague certified in this office, or somebody of elsewhere (cases only).
        role: in this office; None where no administrator of it certified them.
        leads: whether they see what a leader sees.
        card: the carried card, where that is what is known; empty where an entry of the office's space is.
        recipients: every recipient that a card of theirs that counts has named, but those that somebody else's named
            before: nothing on a card proves that its author reads by a key.
        revoked: whether none of the devices counts any longer.
    """

    id: str
    name: str
    office: str
    devices: tuple[str, ...]
    recipient: str
    belongs: Belongs = Belongs.OWN
    role: Role | None = None
    leads: bool = False
    card: str = ""
    recipients: frozenset[str] = frozenset()
    revoked: bool = False
    workstations: tuple[Workstation, ...] = ()

    @property
    def reading(self) -> tuple[Workstation, ...]:
        """The workstations to which is sealed what is for them."""
        return tuple(one for one in self.workstations if one.reads)

    def workstation_of(self, device: str) -> Workstation | None:
        """Whose key a device is; where they have one workstation only, all of their keys are there."""
        for one in self.workstations:
            if device == one.device or device in one.earlier:
                return one
        reading = self.reading
        return reading[0] if len(reading) == 1 and device in self.devices else None

    @property
    def administrator(self) -> bool:
        """Whether they are one, of this office."""
        return self.role is Role.ADMINISTRATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Who counts in this vault, and up to where.

    Attributes:
        own: devices of this vault.
        revoked: device -> space -> heads; what they build on counts, nothing else of that device does.
        terms: author -> when they were an administrator.
    """

    authors: tuple[Author, ...]
    own: frozenset[str]
    revoked: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    terms: Terms = field(default_factory=dict)

    def devices(self, kind: SpaceKind | str) -> frozenset[str]:
        """The devices whose entries count in spaces of this kind."""
        here = kind == SpaceKind.CASE
        return self.own.union(
            *(one.devices for one in self.authors if here or one.belongs is not Belongs.ELSEWHERE),
        )

    def names(self) -> dict[str, str]:
        """Device -> name."""
        return {device: author.name for author in self.authors for device in author.devices}

    def readers(self) -> dict[str, str]:
        """Recipient -> name of who reads by it, or did."""
        return {recipient: author.name for author in self.authors for recipient in author.recipients}

    def author_of(self, device: str) -> Author | None:
        """Whose device it is."""
        return next((author for author in self.authors if device in author.devices), None)

    def not_by_administrator(self, written: Mapping[str, str], headers: Mapping[str, Header]) -> frozenset[str]:
        """Of entries that only an administrator may write, those that somebody else wrote.

        Args:
            written: entry -> device, of the entries of the office's space that are meant.
            headers: of all of that space, each after what it builds on.
        """
        place = {entry: number for number, entry in enumerate(headers, start=1)}

        @cache
        def built_on(entry: str) -> frozenset[str]:
            return frozenset(_built_on(headers, (entry,)))

        authors = {device: author.id for author in self.authors for device in author.devices}
        return frozenset(
            entry
            for entry, device in written.items()
            if not covers(self.terms.get(authors.get(device, ""), ()), entry, place.get(entry, 0), built_on)
        )

    def silent(self, space: str, headers: Mapping[str, Header]) -> frozenset[str]:
        """The entries of a space that count no longer, given all of its headers by entry."""
        written = {id: header.device for id, header in headers.items() if header.device in self.revoked}
        counting = {
            device: _built_on(headers, self.revoked[device].get(space, frozenset())) for device in {*written.values()}
        }
        return frozenset(id for id, device in written.items() if id not in counting[device])


def _built_on(headers: Mapping[str, Header], heads: Collection[str]) -> set[str]:
    found = {head for head in heads if head in headers}
    waiting = list(found)
    while waiting:
        for parent in headers[waiting.pop()].parents:
            if parent in headers and parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def known_authors(rows: Iterable[Standing], own: Iterable[str]) -> tuple[Author, ...]:
    """The authors whose cards count.

    Args:
        rows: what stands in the office space.
        own: the devices of this vault.
    """
    return trust_of(rows, own).authors


def trust_of(
    rows: Iterable[Standing],
    own: Iterable[str],
    *,
    office: str = "",
    headers_of: Callable[[], Mapping[str, Header]] = dict,
) -> Trust:
    """Work out who counts.

    Args:
        rows: what stands in the office space.
        own: the devices of this vault.
        office: the id of the office space.
        headers_of: gives the headers of the office space; asked only where somebody's keys are revoked, or somebody is
            an administrator no longer. What a revocation silences there gives nobody anything.
    """
    rows, here = tuple(rows), frozenset(own)
    headers = cache(headers_of)
    found = _Working(rows, _mine(rows, here), office, headers).trust()
    if found.revoked and (silent := found.silent(office, headers())):
        if any(row.entry in silent and row.subject.startswith(_REVOCATION) for row in rows):
            rows = _without_later_revocations(rows, here, office, headers)
            silent = _Working(rows, _mine(rows, here), office, headers).trust().silent(office, headers())
        rows = tuple(row for row in rows if row.entry not in silent)
        found = _Working(rows, _mine(rows, here), office, headers).trust()
    return replace(found, own=here)


_REVOCATION = "revocation/"


def _without_later_revocations(
    rows: Sequence[Standing], here: frozenset[str], office: str, headers: Callable[[], Mapping[str, Header]]
) -> tuple[Standing, ...]:
    """Of revocations that silence each other the first by the order of the space counts; before it, one of here."""
    revocations = [row for row in rows if row.subject.startswith(_REVOCATION)]
    kept = [row for row in rows if not row.subject.startswith(_REVOCATION)]
    for row in sorted(revocations, key=lambda one: (one.device not in here, one.place, one.entry)):
        found = _Working(kept, _mine(kept, here), office, headers).trust()
        if not found.revoked or row.entry not in found.silent(office, headers()):
            kept.append(row)
    return tuple(kept)


def _mine(rows: Iterable[Standing], own: frozenset[str]) -> frozenset[str]:
    """The devices of this vault, and those of one's other workstations: a card that one of them signed lists them."""
    left = [row for row in rows if row.subject.startswith("card/") and row.device in row.value["devices"]]
    found = set(own)
    while row := next((row for row in left if row.device in found), None):
        left.remove(row)
        found.update(row.value["devices"])
    return frozenset(found)


_ROUNDS = 12
"""How often it is looked at again who certified whom; each brings the next link of a chain."""


class _Working:
    """Works outwards: each card that counts may make another one count, so what is left is looked at again."""

    def __init__(
        self, rows: Sequence[Standing], own: frozenset[str], office: str, headers: Callable[[], Mapping[str, Header]]
    ) -> None:
        self._own = own
        self._office = office
        self._cards = [row for row in rows if row.subject.startswith("card/")]
        self._trusted = [(row, card) for row in rows if row.subject.startswith("trusted/") and (card := _carried(row))]
        self._certificates = sorted(
            (row for row in rows if row.subject.startswith("certificate/")), key=lambda row: (row.place, row.entry)
        )
        self._recoveries = [
            row
            for row in rows
            if row.subject.startswith("vault/")
            and row.value.get("what") == "recovery-made"
            and isinstance(row.value.get("succession"), str)
        ]
        self._successions = _first_of_each(row for row in rows if row.subject.startswith("succession/"))
        self._revocations = [row for row in rows if row.subject.startswith("revocation/")]
        self._named = [row for row in rows if row.subject.startswith("heads-named/")]
        # In a vault that joined, somebody else opened the office: there its own key makes nobody a colleague.
        joined = {card.author for row, card in self._trusted if row.device in own and self._is_root(row, card)}
        opened = any(row.subject == "office" and row.device in own for row in rows)
        self._roots = joined or {
            row.value["author"]
            for row in self._cards
            # A further workstation knows only by what comes whether its counsellor opened the office.
            if row.device in own and (opened or row.device == row.value["devices"][0])
        }
        self._of_themselves = _authors_by_own_word(self._cards, self._trusted)
        self._authors: dict[str, Author] = {}
        self._said: dict[str, list[Said]] = {}
        self._by_device: dict[str, str] = {}
        self._by_recipient: dict[str, str] = {}
        self._terms: Terms = {root: (Term(0),) for root in self._roots}

        @cache
        def built_on(entry: str) -> frozenset[str]:
            return frozenset(_built_on(headers(), (entry,)))

        self._built_on = built_on

    def _is_root(self, row: Standing, card: Card) -> bool:
        """Whether a card was compared when a vault joined this office by it."""
        return row.value.get("role") == Role.ADMINISTRATOR and bool(self._office) and card.office_id == self._office

    def _roots_own(self, row: Standing, card: Card) -> bool:
        """Whether whoever is the root here joined by this card: its holder was an administrator before them."""
        return self._is_root(row, card) and self._by_device.get(row.device) in self._roots

    def trust(self) -> Trust:
        for _round in range(_ROUNDS):
            before = (self._authors, self._terms)
            self._derive()
            if before == (self._authors, self._terms):
                break
        revoked = dict(self._revoked())
        return Trust(
            authors=tuple(self._known(author, revoked) for author in self._authors.values()),
            own=self._own,
            revoked=revoked,
            terms=self._terms,
        )

    def _known(self, author: Author, revoked: Collection[str]) -> Author:
        role: Role | None = None
        leads = False
        if author.belongs is not Belongs.ELSEWHERE and self._is_member(author.id):
            role, leads = role_of(author.id, self._certificates, self._terms, self._acts)
        found = workstations_by(self._said[author.id], elsewhere=author.belongs is Belongs.ELSEWHERE, revoked=revoked)
        reading = [one.recipient for one in found if one.reads]
        return replace(
            author,
            role=role,
            leads=leads,
            revoked=all(device in revoked for device in author.devices),
            workstations=found,
            recipient=reading[-1] if reading else author.recipient,
        )

    def _is_member(self, author: str) -> bool:
        return is_open(self._terms.get(author, ())) or any(
            row.value["author"] == author and self._acts(row) for row in self._certificates
        )

    def _derive(self) -> None:
        """Who counts by what is known of administrators, then who is one by who counts."""
        self._authors, self._by_device, self._by_recipient, self._said = {}, {}, {}, {}
        cards_left, trusted_left = list(self._cards), list(self._trusted)
        while self._step(cards_left, trusted_left):
            pass
        roots = self._roots | {card.author for row, card in self._trusted if self._roots_own(row, card)}
        succeeded = [row for row in self._successions if self._succeeds(row)]
        self._terms = terms_of(
            sorted((*self._certificates, *succeeded), key=lambda row: (row.place, row.entry)),
            roots,
            lambda key: self._by_device.get(key, ""),
            self._built_on,
            always={row.entry for row in succeeded},
        )

    def _succeeds(self, row: Standing) -> bool:
        """Whether the words of a recovery that an administrator made name whoever wrote it."""
        said = row.value
        keys = {one.value["succession"] for one in self._recoveries if one.place < row.place and self._acts(one)}
        return (
            said["key"] in keys
            and self._by_device.get(row.device) == said["author"]
            and succession.holds(said["key"], said["signature"], self._office, said["author"], said["nonce"])
        )

    def _step(self, cards_left: list[Standing], trusted_left: list[tuple[Standing, Card]]) -> bool:
        for row in cards_left:
            if self._counts(row):
                cards_left.remove(row)
                self._take_entry(row)
                return True
        for row, card in trusted_left:
            if row.device in self._own or self._acts(row) or self._roots_own(row, card):
                trusted_left.remove((row, card))
                self._take_carried(row, card)
                return True
        return False

    def _acts(self, row: Standing) -> bool:
        """Whether an administrator wrote it, as far as is known."""
        theirs = self._terms.get(self._by_device.get(row.device, ""), ())
        return bool(theirs) and covers(theirs, row.entry, row.place, self._built_on)

    def _counts(self, card: Standing) -> bool:
        if card.device not in card.value["devices"]:
            return False
        before = self._authors.get(card.value["author"])
        if before is not None and before.belongs is Belongs.ELSEWHERE:
            before = None
        by_oneself = card.device in before.devices if before else card.device in self._own
        if before is not None and before.belongs is Belongs.OWN:
            # The card of the workstation before may have come without the one by which it lists this one.
            by_oneself |= card.device in self._own
        return by_oneself or self._certified(card)

    def _certified(self, card: Standing) -> bool:
        return any(one.value["card"] == card.entry and self._acts(one) for one in self._certificates)

    def _take_entry(self, card: Standing) -> None:
        said = card.value
        devices = self._theirs(said["author"], said["devices"], card.device)
        before = self._authors.get(said["author"])
        own = bool(self._own & set(devices)) and card.device in self._own
        self._put(
            Author(
                id=said["author"],
                name=said["name"],
                office=said["office"],
                devices=(*devices, *(one for one in (before.devices if before else ()) if one not in devices)),
                recipient=said["recipient"],
                belongs=Belongs.OWN if own or (before and before.belongs is Belongs.OWN) else Belongs.COLLEAGUE,
                card=before.card if before else "",
            ),
            Said(
                place=card.place,
                entry=card.entry,
                signer=card.device,
                devices=devices,
                recipients={devices[-1]: said["recipient"]},
            ),
        )

    def _take_carried(self, row: Standing, card: Card) -> None:
        before = self._authors.get(card.author)
        if card.signer != card.devices[0] and not (before and card.signer in before.devices):
            return
        devices = self._theirs(card.author, card.devices, card.signer)
        recipients = {device: recipient for device, recipient in card.recipients.items() if device in devices}
        if not recipients:
            return
        same_office = bool(self._office) and card.office_id == self._office
        member = same_office and (self._certified(row) or self._is_root(row, card))
        # A colleague's certificate for oneself makes nobody else of one.
        belongs = before.belongs if before and before.belongs is not Belongs.ELSEWHERE else Belongs.ELSEWHERE
        if belongs is Belongs.ELSEWHERE and member:
            belongs = Belongs.COLLEAGUE
        earlier = before.devices if before else ()
        self._put(
            Author(
                id=card.author,
                name=card.name,
                office=card.office,
                devices=(*devices, *(device for device in earlier if device not in devices)),
                recipient=next(recipients[device] for device in reversed(devices) if device in recipients),
                belongs=belongs,
                card=card.text,
            ),
            Said(
                place=row.place,
                entry=row.entry,
                signer=row.device,
                devices=devices,
                recipients=recipients,
                carried_at=card.made_at,
                says_whose=card.says_whose,
            ),
        )

    def _theirs(self, author: str, listed: Sequence[str], signer: str) -> tuple[str, ...]:
        """Of the keys that a card lists, those that are not somebody else's: to list a key proves nothing of it.

        A key is whose it says itself, on a card that it signed; one that has said nothing is of the first who lists it.
        """
        return tuple(
            device
            for device in listed
            if device == signer
            or {device, signer} <= self._own
            or author in self._of_themselves.get(device, (self._by_device.get(device, author),))
        )

    def _put(self, author: Author, said: Said) -> None:
        before = self._authors.get(author.id)
        named = {author.recipient, *said.recipients.values()}
        theirs = {one for one in named if self._by_recipient.setdefault(one, author.id) == author.id}
        author = replace(author, recipients=(before.recipients if before else frozenset()) | theirs)
        self._said.setdefault(author.id, []).append(said)
        self._authors[author.id] = author
        self._by_device.update(dict.fromkeys(author.devices, author.id))

    def _revoked(self) -> Iterator[tuple[str, Mapping[str, frozenset[str]]]]:
        heads: dict[str, dict[str, frozenset[str]]] = {}
        for row in self._revocations:
            author = self._authors.get(row.value["author"])
            if author is None or not self._may_revoke(row, author):
                continue
            named: dict[str, set[str]] = {}
            for one in row.value["heads"]:
                named.setdefault(one["space"], set()).add(one["entry"])
            for device in row.value["devices"]:
                if device not in author.devices:
                    continue
                # Two that did not know each other: what both let stand counts is the careful reading, so the first,
                # by the order of the space, is kept and a later one can only add spaces that it did not name.
                kept = heads.setdefault(device, {})
                for space, entries in named.items():
                    kept.setdefault(space, frozenset(entries))
        for device, named_by_others in heads.items():
            yield device, {**self._named_by_members(device), **named_by_others}

    def _named_by_members(self, device: str) -> dict[str, frozenset[str]]:
        """What members had of spaces that no revocation names when they learnt of it: all of it counts.

        Whoever revokes knows only what they have themselves; without this a case that they can't read would be empty
        for those who can.
        """
        found: dict[str, frozenset[str]] = {}
        for row in self._named:
            author = self._authors.get(self._by_device.get(row.device, ""))
            known = author is not None and (author.belongs is Belongs.OWN or self._is_member(author.id))
            if not known or device not in row.value["devices"] or row.device == device:
                continue
            for one in row.value["heads"]:
                found[one["space"]] = found.get(one["space"], frozenset()) | {one["entry"]}
        return found

    def _may_revoke(self, row: Standing, author: Author) -> bool:
        return row.device in self._own or row.device in author.devices or self._acts(row)


def _authors_by_own_word(
    entries: Iterable[Standing], carried: Iterable[tuple[Standing, Card]]
) -> Mapping[str, frozenset[str]]:
    """Key -> the authors whose it says that it is, by cards that it signed itself."""
    found: dict[str, frozenset[str]] = {}
    said = [(row.device, row.value["author"]) for row in entries if row.device in row.value["devices"]]
    for device, author in (*said, *((card.signer, card.author) for _row, card in carried)):
        found[device] = found.get(device, frozenset()) | {author}
    return found


def _first_of_each(rows: Iterable[Standing]) -> list[Standing]:
    """What the paper signed counts once: who is an administrator no longer does not come back by it."""
    found: dict[str, Standing] = {}
    for row in sorted(rows, key=lambda row: (row.place, row.entry)):
        found.setdefault(f"{row.value['author']} {row.value['nonce']}", row)
    return list(found.values())


def _carried(row: Standing) -> Card | None:
    try:
        return cards.read(row.value["card"])
    except (cards.CardInvalid, AttributeError):
        return None
