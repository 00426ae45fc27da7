"""What was shared in sessions of the mentorship programme, in a bundle of a case: out, unless chosen with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Final

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _
from store.bundle.visible import one_line, visible
from store.model import Purpose

SESSIONS: Final = "data/sessions.txt"
MAX_SESSIONS: Final = 2 * 1024 * 1024
"""Bytes that a reader takes into memory."""
_FOR: Final = frozenset({Purpose.POLICE, Purpose.COLLEAGUE, Purpose.AUTHORITY, Purpose.FULL})


class SessionsNotHere(SeglError):
    """What was shared in sessions does not go into such a bundle."""

    code: ClassVar[str] = "sessions-not-here"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def diagnostics(self) -> Diagnostics:
        """Say so in words."""
        return Diagnostics(
            happened=_(
                "What was shared in sessions goes into a bundle for the police, a colleague, an authority or the own "
                "archive, and into none from which words are withheld, nor into one for statistics."
            ),
            safe=_("Nothing was written."),
            todo=_("Leave the sessions out, or seal for somebody else."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSession:
    """One session, and what was shared in it."""

    id: str
    at: datetime
    platform: str
    mentor: str
    mentee: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSessions:
    """What a person chose.

    Attributes:
        reason: why it has to go along; it is for the journal of the programme, and not in the bundle.
    """

    sessions: tuple[SharedSession, ...]
    reason: str

    @property
    def texts(self) -> Iterable[str]:
        """All that was shared, for a look at numbers in it."""
        return (text for session in self.sessions for text in session.texts)


def check_sessions(purpose: Purpose, shared: SharedSessions | None, *, withheld: bool) -> None:
    """Raises SessionsNotHere where there are sessions, and none may be."""
    if shared is not None and (withheld or purpose not in _FOR):
        raise SessionsNotHere


def sessions_file(shared: SharedSessions) -> bytes:
    """The file: UTF-8, in the current language, the oldest session first."""
    parts = [_("What was shared in sessions of the mentorship programme; chosen for this bundle.")]
    for one in sorted(shared.sessions, key=lambda session: (session.at, session.id)):
        head = f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M}Z  {one_line(one.mentor)} - {one_line(one.mentee)}"
        parts += ["", head, _("Platform: {platform}").format(platform=one_line(one.platform))]
        for text in one.texts:
            parts += ["", visible(text)]
    return ("\n".join(parts) + "\n").encode("utf-8", "replace")
