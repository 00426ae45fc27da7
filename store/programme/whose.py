"""Whose the entries of a programme's register are: a person's, a mentoring's, a session's; told from what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from store.journal import Read

_OF_PERSON = ("participant.", "vetting.", "check-in.")


class Whose:
    """The entries of a register, by what they are about.

    Attributes:
        pairs: mentoring -> (mentor, mentee).
        recordings: recording -> session.
        sessions: session -> mentoring.
    """

    def __init__(self, entries: Iterable[Read]) -> None:
        """Read them.

        Args:
            entries: in the order of the space; those without content say nothing.
        """
        self.entries = {one.id: one for one in entries if one.payload is not None}
        self.pairs: dict[str, tuple[str, str]] = {}
        self.sessions: dict[str, str] = {}
        self.recordings: dict[str, str] = {}
        for one in self.entries.values():
            said = one.payload or {}
            match one.header.kind:
                case "mentoring.begun":
                    self.pairs[said["mentoring"]] = (said["mentor"], said["mentee"])
                case "session.added":
                    self.sessions[said["session"]] = said["mentoring"]
                case "recording.registered":
                    self.recordings[said["recording"]] = said["session"]
        self._of: dict[str, set[str]] = defaultdict(set)
        for id, one in self.entries.items():
            for thing in self.things_of(one.header.kind, one.payload or {}):
                self._of[thing].add(id)

    def things_of(self, kind: str, said: Mapping[str, Any]) -> frozenset[str]:
        """The participants and mentorings with which an entry goes."""
        if kind.startswith(_OF_PERSON) or kind == "policy.read":
            return frozenset({said["participant"]})
        if kind in ("programme.look-at", "programme.held"):
            return self._with_pair(said["about"])
        pair = said.get("mentoring", "")
        if kind.startswith("recording."):
            session = said.get("session") or self.recordings.get(said["recording"], "")
            pair = self.sessions.get(session, "")
        elif kind.startswith(("session.", "consent.")) and kind not in ("session.added", "session.disclosed"):
            pair = self.sessions.get(said["session"], "")
        elif kind == "session.disclosed":
            pairs = {self.sessions.get(one, "") for one in said["sessions"]}
            # What went out of several mentorings goes with none of them.
            pair = pairs.pop() if len(pairs) == 1 else ""
        return self._with_pair(pair) if pair else frozenset()

    def _with_pair(self, thing: str) -> frozenset[str]:
        return frozenset({thing, *self.pairs.get(thing, ())})

    def of(self, thing: str) -> frozenset[str]:
        """The entries that go with a participant or a mentoring."""
        return frozenset(self._of.get(thing, ()))

    def pairs_of(self, person: str) -> tuple[str, ...]:
        """The mentorings of somebody."""
        return tuple(pair for pair, people in self.pairs.items() if person in people)

    def below(self, things: Iterable[str]) -> frozenset[str]:
        """These participants and mentorings, and the mentorings, sessions and recordings that go with them."""
        wanted = set(things)
        pairs = {pair for pair, people in self.pairs.items() if pair in wanted or wanted & set(people)}
        sessions = {session for session, pair in self.sessions.items() if pair in pairs}
        recordings = {recording for recording, session in self.recordings.items() if session in sessions}
        return frozenset(wanted | pairs | sessions | recordings)
