"""The commands of the mentorship programme: `segl mentor ...`."""

from __future__ import annotations

import argparse
import re
from functools import partial
from typing import Final

from guidance.language import _
from tui.cli.parser import Add, Command, Parser, descriptor, with_reason
from tui.cli.registry_mentor_keeping import keeping_commands, with_look_at
from tui.cli.values import of_concern, of_outcome, of_participant, of_vetting

_ID: Final = re.compile(r"[0-9a-fA-F]{1,64}", re.ASCII)
GROUNDS: Final = ("review", "dispute")


def thing_id(value: str) -> str:
    """An id of the programme, or the beginning of one; never a name."""
    if not _ID.fullmatch(value):
        raise argparse.ArgumentTypeError
    return value.lower()


def mentor_groups() -> dict[str, str]:
    """What the words before a command are about."""
    return {
        "mentor": _("The mentorship programme."),
        "mentor session": _("Sessions."),
        "mentor recording": _("Recordings: what identifies them and where they lie, never the recordings."),
        "mentor concern": _("Concerns, for those who may read them."),
        "mentor policy": _("The policy: versions, and who read which."),
    }


def mentor_commands() -> tuple[Command, ...]:
    """In the order of the help."""

    def one(words: str, does: str, run: str, add: Add = lambda _parser: None) -> Command:
        return Command(path=("mentor", *words.split()), does=does, run=run, add=add)

    person = partial(_with_id, "person", "ID")
    pair = partial(_with_id, "pair", "PAIR")
    concern = partial(_with_id, "concern", "CONCERN")
    people, sessions, concerns = "mentor", "mentor_sessions", "mentor_concerns"
    return (
        one("list", _("The programme: people, mentorings, and what falls due."), f"{people}:listed"),
        one(
            "add",
            _("Register a mentor or a mentee."),
            f"{people}:add",
            _both(of_participant, _keys("name, parts, contact, about, author")),
        ),
        one(
            "change",
            _("Record somebody anew; what is not said stays as it is."),
            f"{people}:change",
            _both(person, of_participant, _keys("name, parts, contact, about, author")),
        ),
        one("show", _("Show somebody, with the vetting and what it lacks."), f"{people}:show", person),
        one(
            "vetting",
            _("Record verification, references, interview or criminal record check."),
            f"{people}:vetting",
            _both(person, of_vetting, _keys("education, work_history, references, interview, criminal_record")),
        ),
        one(
            "accept",
            _("Accept a mentor whose vetting is whole, with a reason."),
            f"{people}:accept",
            _both(person, with_reason),
        ),
        one(
            "check-in",
            _("Record a check-in with a mentor or a mentee."),
            f"{people}:check_in",
            _both(person, _keys("on, goes_well, guidelines, text")),
        ),
        one("suspend", _("Suspend somebody at once, with a reason."), f"{people}:suspend", _both(person, with_reason)),
        one("resume", _("Lift a suspension, with a reason."), f"{people}:resume", _both(person, with_reason)),
        one(
            "end",
            _("End somebody's part at once, and their mentorings, with a reason."),
            f"{people}:end",
            _both(person, with_look_at, with_reason),
        ),
        one(
            "pair",
            _("Bring a mentor and a mentee together."),
            f"{sessions}:pair",
            _both(partial(_with_id, "mentor", "MENTOR"), partial(_with_id, "mentee", "MENTEE"), _keys("on, goals")),
        ),
        one("part", _("End a mentoring, early or in time, with a reason."), f"{sessions}:part", _both(pair, _part)),
        one(
            "session add",
            _("Write down a session; one on a platform that is not approved is flagged."),
            f"{sessions}:add",
            _both(pair, _keys("at, platform, content")),
        ),
        one("session list", _("List the sessions, without what was shared."), f"{sessions}:listed"),
        one(
            "session show",
            _("Show a session, with what was shared as far as it is kept."),
            f"{sessions}:show",
            _session,
        ),
        one(
            "consent",
            _("Record that somebody consents to a recording, or no longer."),
            f"{sessions}:consent",
            _both(_session, person, _consent),
        ),
        one(
            "recording add",
            _("Register a recording; both must have consented."),
            f"{sessions}:add_recording",
            _both(_session, _keys("digest, place, holder")),
        ),
        one(
            "recording access",
            _("Record that a recording is looked at, with a reason."),
            f"{sessions}:access",
            _both(_recording, _access),
        ),
        one(
            "recording removed",
            _("Record that a recording is gone."),
            f"{sessions}:removed",
            _both(_recording, _keys("on, how")),
        ),
        one(
            "concern add",
            _("Take in a concern from a printed form, a talk or a message."),
            f"{concerns}:add",
            _both(
                of_concern,
                _keys("kind, what, came_how, received_at, about, about_name, reported_by, blocked, readers"),
            ),
        ),
        one("concern list", _("List the concerns that you may read."), f"{concerns}:listed"),
        one("concern show", _("Show a concern that you may read."), f"{concerns}:show", concern),
        one("concern note", _("Record what was done; the text comes on standard input."), f"{concerns}:note", concern),
        one(
            "concern readers",
            _("Say who else may read a concern, with a reason."),
            f"{concerns}:readers",
            _both(concern, _keys("readers, reason")),
        ),
        one(
            "concern not-about",
            _("Say that the person is not a colleague who was linked to them by mistake, with a reason."),
            f"{concerns}:not_about",
            _both(concern, _keys("colleague, reason")),
        ),
        one(
            "concern close",
            _("Close a concern."),
            f"{concerns}:close",
            _both(concern, with_look_at, of_outcome, _keys("outcome, text")),
        ),
        one("form", _("Print the form on which a concern is handed in."), f"{concerns}:form", _form),
        one(
            "policy add",
            _("Put a further version of the policy in force."),
            f"{people}:add_policy",
            _keys("title, review_on, text, digest"),
        ),
        one("policy list", _("The versions of the policy and who read which."), f"{people}:policies"),
        one(
            "policy read",
            _("Record that somebody read a version."),
            f"{people}:read_policy",
            _both(_policy, person, _keys("on")),
        ),
        one(
            "platforms",
            _("The approved platforms; with facts, put others in their place."),
            f"{people}:platforms",
            _keys("platforms"),
        ),
        one(
            "settings",
            _("How the programme is run; with facts, run it otherwise."),
            f"{people}:settings",
            _keys("criminal_record, check_in_every, concern_within, reason"),
        ),
        one(
            "export",
            _("What may leave: no concern, and nothing that was shared unless it is chosen with a reason."),
            f"{sessions}:export",
            _export,
        ),
        *keeping_commands(),
    )


def _both(*parts: Add) -> Add:
    def add(parser: Parser) -> None:
        for part in parts:
            part(parser)

    return add


def _keys(keys: str) -> Add:
    def add(parser: Parser) -> None:
        either = parser.add_mutually_exclusive_group()
        either.add_argument("--facts", metavar="FILE", help=_("TOML: {keys}; '-' is standard input").format(keys=keys))
        either.add_argument("--facts-fd", metavar="N", type=descriptor, help=_("the same from this descriptor"))
        parser.set_defaults(keys=tuple(keys.split(", ")))

    return add


def _with_id(name: str, shown: str, parser: Parser) -> None:
    words = {
        "person": _("the person's id, or the beginning of it"),
        "mentor": _("the mentor's id, or the beginning of it"),
        "mentee": _("the mentee's id, or the beginning of it"),
        "pair": _("the mentoring's id, or the beginning of it"),
        "concern": _("the concern's id, or the beginning of it"),
        "session": _("the session's id, or the beginning of it"),
        "recording": _("the recording's id, or the beginning of it"),
    }
    parser.add_argument(name, metavar=shown, type=thing_id, help=words[name])


_session = partial(_with_id, "session", "SESSION")
_recording = partial(_with_id, "recording", "RECORDING")


def _part(parser: Parser) -> None:
    parser.add_argument("--in-time", action="store_true", help=_("it ended as planned, and not early"))
    with_look_at(parser)
    with_reason(parser)


def _consent(parser: Parser) -> None:
    either = parser.add_mutually_exclusive_group(required=True)
    either.add_argument("--given", action="store_true", help=_("somebody consents"))
    either.add_argument("--withdrawn", action="store_true", help=_("somebody withdraws the consent"))
    _keys("on, how")(parser)


def _access(parser: Parser) -> None:
    parser.add_argument(
        "--for", dest="ground", choices=GROUNDS, required=True, help=_("a review or a dispute; nothing else counts")
    )
    with_reason(parser)


def _policy(parser: Parser) -> None:
    parser.add_argument("policy", metavar="VERSION", type=thing_id, help=_("the version's number"))


def _form(parser: Parser) -> None:
    parser.add_argument("--html", action="store_true", help=_("as a page for printing"))


def _export(parser: Parser) -> None:
    parser.add_argument(
        "--with-content",
        metavar="SESSION",
        type=thing_id,
        action="append",
        default=[],
        help=_("let what was shared in this session go along; asks for the reason; may be repeated"),
    )
    parser.add_argument("-o", "--output", metavar="FILE", help=_("the new file; else it is shown"))
    parser.add_argument(
        "--format", choices=("html", "json"), default="html", help=_("a page to print, or JSON (else html)")
    )
    with_reason(parser)
