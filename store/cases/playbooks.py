"""The playbooks of a case: what it is pinned to, what there is that is newer, and moving it, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from guidance.engine import Guide
from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.faults import PlaybookError
from guidance.language import _
from guidance.law import law_of
from guidance.loader import INDEX, shipped_one
from guidance.merge import merge_facts
from guidance.model import Playbook
from guidance.refusals import Refused
from store.cases.desk import reason_in_words
from store.cases.steps import StepDesk


class PlaybookUnknown(SeglError):
    """No playbook has this id, neither among those that ship nor among the office's own."""

    code: ClassVar[str] = "playbook-unknown"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.id = id

    def diagnostics(self) -> Diagnostics:
        """Name the id."""
        return Diagnostics(
            happened=_("There is no playbook called {id}.").format(id=ascii(self.id)[:80]),
            safe=_("Nothing was changed."),
            todo=_("'segl playbook list' shows those there are."),
        )


class PlaybookInUse(Refused):
    """The case is worked by these very bytes already."""

    code: ClassVar[str] = "playbook-in-use"
    rule = "playbook-in-use"

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.id = id

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_("The case is worked by this version of {id} already.").format(id=ascii(self.id)[:80]),
            safe=_("Nothing was changed."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookMove:
    """A playbook that a case could be moved to; `before` is what it is worked by now."""

    before: Playbook
    after: Playbook


class PlaybookDesk(StepDesk):
    """Casework on the playbooks of a case. Segl never moves a case by itself (HM-0b)."""

    def playbook_moves(self, case: str) -> tuple[PlaybookMove, ...]:
        """Where what ships, or what the office has of its own, is another version than the case is pinned to."""
        space = self._to_read(case)
        self._verified(space)
        pinned = self._pinned(space, self._guiding(space))
        moves = []
        for before in pinned:
            after = self._available(before.id)
            if after is not None and after.digest != before.digest:
                moves.append(PlaybookMove(before=before, after=after))
        return tuple(moves)

    def playbooks_to_take_in(self, case: str) -> tuple[Playbook, ...]:
        """The playbooks that the case does not have, what ships first; an office's own stands for one that ships."""
        space = self._to_read(case)
        self._verified(space)
        has = {book.id for book in self._pinned(space, self._guiding(space))}
        ids = dict.fromkeys([*INDEX, *(book.id for book in self._own().playbooks)])
        return tuple(book for id in ids if id not in has and (book := self._available(id)) is not None)

    def move_playbook(self, case: str, id: str, reason: str) -> Guide:
        """Work a case by the newest version of a playbook from now on, or take one in that it did not have.

        What was recorded stays; the bytes of the version before are kept, and the history says when and why.

        Raises:
            PlaybookUnknown: there is none with this id.
            PlaybookInUse: the case has this version.
            PlaybookError: it means something else by a fact than the other playbooks of the case.
            ReasonNeeded: the reason is blank.
        """
        space = self._case_to_decide(case)
        self._verified(space)
        book = self._available(id)
        if book is None:
            raise PlaybookUnknown(id)
        pinned = self._pinned(space, self._guiding(space))
        if any(one.digest == book.digest for one in pinned):
            raise PlaybookInUse(id)
        merge_facts([*(one for one in pinned if one.id != id), book])
        words = reason_in_words(reason)
        with self._writing():
            self._pin(space, book, words)
        return self._guide(space)

    def own_faults(self) -> tuple[PlaybookError, ...]:
        """What is wrong with the office's own files of guidance, its law included: none of these files is used."""
        home = self._home
        law_fault = law_of(home)[1] if home else None
        return (*self._own().faults, *((law_fault,) if law_fault else ()))

    def _available(self, id: str) -> Playbook | None:
        own = next((book for book in self._own().playbooks if book.id == id), None)
        return own or (shipped_one(id) if id in INDEX else None)
