"""What is said of erasing: what would go, what a person says to it, what went, and what is known of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.cases.access import Access
from store.erasing import Emptied


class What(StrEnum):
    """What is erased."""

    ENTRY = "entry"
    PERSON = "person"
    CASE = "case"
    PARTICIPANT = "participant"
    PAIR = "pair"
    CONCERN = "concern"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """An entry that goes.

    Attributes:
        words: as the history has it.
    """

    entry: str
    case: str
    reference: str
    at: datetime
    author: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Something that stays although it was looked for.

    Attributes:
        why: in words.
        entry: which it is; empty where it is no entry, or nothing of it may be shown.
        kept: it could go, and is to be kept.
    """

    reference: str
    words: str
    why: str
    entry: str = ""
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasurePlan:
    """What would go, shown before anything does.

    Attributes:
        confirm: what has to be typed: the reference of the case, or the name that was looked for.
        stands_again: what stands again when the rest is gone, because it had been replaced by it.
        left: what stays, and why.
        went_out: what of the cases left this vault, as far as the journal knows.
        number_due: whether the office asks for a number in its journal system that is not there.
        number: the number that is there.
        followed: whether others take this in, as far as this vault knows.
        lacking: how many bytes the disk lacks to write the file anew at once.
        beside: the spaces that are no case from which something goes.
        things: what of the mentorship programme goes whole, by id.
    """

    what: What
    confirm: str
    cases: tuple[str, ...]
    doomed: tuple[Doomed, ...]
    stands_again: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()
    went_out: tuple[Access, ...] = ()
    number_due: bool = False
    number: str = ""
    followed: bool = True
    lacking: int = 0
    beside: tuple[str, ...] = ()
    things: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureOrder:
    """What a person says to a plan.

    Attributes:
        confirmation: typed anew.
        ground: why.
        number: that of the case in the journal system, where one is due.
        no_number: why there is none, where one is due.
    """

    confirmation: str
    ground: str
    number: str = ""
    no_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What went.

    Attributes:
        emptied: how far the file is emptied of it.
    """

    what: What
    references: tuple[str, ...]
    entries: int
    emptied: Emptied

    @property
    def finished(self) -> bool:
        """Whether the file is written anew without it."""
        return self.emptied is Emptied.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedCase:
    """A case that is erased, as far as anything is known of it still."""

    case: str
    reference: str
    at: datetime
    by: str
    ground: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedCount:
    """How many cases of a kind and year were erased; None where there are so few that it would tell of somebody."""

    kind: str
    year: int
    cases: int | None
