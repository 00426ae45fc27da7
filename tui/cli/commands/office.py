"""`segl office members`, `role`, `overview`, `leaver` and `succeed`."""

from __future__ import annotations

import argparse
from datetime import date

from guidance.language import _
from store.authors import Author
from store.cases.members import Membership
from store.keys import fingerprint
from store.leaving_words import leaving_lines
from store.role_words import role_words, succession_lines
from store.roles import Role
from store.spoken import digits
from store.status import LastWord, StatusLine
from store.status_words import overview_lines
from tui.cli.answer import Answer, Json
from tui.cli.commands.keys import author_document
from tui.cli.plain import one_line
from tui.cli.records import day, moment
from tui.cli.session import Session


def members(session: Session, _options: argparse.Namespace) -> Answer:
    """Who is a member, and what."""
    casework = session.casework()
    known, membership = casework.members(), casework.membership()
    document: dict[str, Json] = {
        "certified": membership.certified,
        "administrators": list(membership.administrators),
        "may_succeed": membership.may_succeed,
        "successions": [{"name": one.name, "at": moment(one.at)} for one in membership.successions],
        "members": [author_document(one) for one in known],
    }
    lines = [line for one in known for line in _lines(one)]
    return Answer(
        document=document, lines=tuple(lines + succession_lines(membership.successions) + not_certified(membership))
    )


def _lines(one: Author) -> list[str]:
    words = [role_words(one.role)]
    if one.leads and one.role is not Role.LEADER:
        words.append(_("sees the overview"))
    if one.revoked:
        words.append(_("KEYS REVOKED"))
    return [
        f"{one.id[:8]}  {one_line(one.name)}  ({', '.join(words)})",
        f"          {digits(fingerprint(one.devices[0]))}",
    ]


def not_certified(membership: Membership) -> list[str]:
    """What there is to do where one is no member yet."""
    if membership.certified:
        return []
    return [
        _("You are no member of the office yet: {names} has to compare your card and certify you.").format(
            names=one_line(", ".join(membership.administrators)) or _("an administrator")
        )
    ]


def overview(session: Session, _options: argparse.Namespace) -> Answer:
    """How the cases of the office stand."""
    found = session.casework().overview()
    document: dict[str, Json] = {
        "today": day(found.day),
        "open": len(found.open),
        "closed": found.closed,
        "overdue": found.overdue,
        "without_stand_in": found.without_stand_in,
        "levels": [{"level": level, "open": count} for level, count in sorted(found.levels.items(), key=_level)],
        "heard": [_word_document(word, found.day) for word in found.heard],
        "without_cases": [_word_document(word, found.day) for word in found.without_cases],
        "untold": list(found.untold),
        "silent": list(found.silent),
        "cases": [_case_document(line) for line in found.open],
    }
    return Answer(document=document, lines=tuple(overview_lines(found)))


def _level(pair: tuple[int | None, int]) -> int:
    return pair[0] or 0


def _word_document(word: LastWord, today: date) -> Json:
    return {"name": word.name, "as_of": day(word.on), "outdated": word.outdated(today)}


def _case_document(line: StatusLine) -> Json:
    status = line.status
    return {
        "case": status.reference,
        "id": status.case,
        "kind": status.kind,
        "level": status.level,
        "opened_on": day(status.opened),
        "changed_on": day(status.changed),
        "as_of": day(line.as_of),
        "due_on": day(line.due_on),
        "overdue": line.overdue,
        "stand_in": status.stand_in.value,
        "no_stand_in_reason": status.no_stand_in_reason,
        "names": list(line.names),
    }


def leaver(session: Session, options: argparse.Namespace) -> Answer:
    """Somebody leaves; the same again goes on where it stopped."""
    left = session.casework().leaver(options.member, session.sources.reason(options.reason_fd), to=options.to or "")
    document: dict[str, Json] = {
        "author": author_document(left.author),
        "left_at": moment(left.at),
        "handed": list(left.handed),
        "alone": list(left.alone),
        "renewed": left.renewed,
    }
    return Answer(document=document, lines=tuple(leaving_lines(left)))


def succeed(session: Session, options: argparse.Namespace) -> Answer:
    """Become an administrator by the words on paper."""
    casework = session.casework()
    words = session.sources.secret(options.words_fd, "--words-fd", _("The 24 words, in one line:"))
    author = casework.succeed(words, none_left=options.none_left)
    lines = (
        _("{name} is {role} from now on.").format(name=one_line(author.name), role=role_words(author.role)),
        _("The others know of it when their vaults have exchanged with yours."),
    )
    return Answer(document={"author": author_document(author)}, lines=lines)


def role(session: Session, options: argparse.Namespace) -> Answer:
    """Give a member another role."""
    author = session.casework().give_role(options.member, Role(options.role), leads=options.leads)
    lines = (
        _("{name} is {role} from now on.").format(name=one_line(author.name), role=role_words(author.role)),
        _("The others know of it when their vaults have exchanged with yours."),
    )
    return Answer(document={"author": author_document(author)}, lines=lines)
