"""A proof for every requirement of the workplace plan, of meeting safely and of the owner; see `proofs.py`."""

from __future__ import annotations

import importlib
import socket
import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from unittest import mock

from guidance.duration import Duration
from guidance.engine import Guide
from guidance.errors import SeglError
from guidance.model import FactValue, State
from tests.guidance.cases import OPENED, TODAY
from tests.guidance.proofs import World, _is, allowed
from tests.store.bundle.hostile import TRUSTED
from tests.store.bundle.invented import BIRGIT, POLICE, POLICE_RECIPIENT, export
from tests.store.desk import a_case, set_up_desk
from tests.store.vaults import OTHER, PASSPHRASE, copied_vault

FIVE: Final = ["first-aid", "documentation", "stop-harassment", "reporting", "debriefing"]
SIGNS: Final = ("money", "details", "platform", "abroad", "no-call", "dodges", "serious", "private-place", "substances")
PLANTED: Final = b"plantet-hemmelighed"


def _now(name: str) -> Any:
    """A function or class as it is now: one that is taken out says nothing."""
    module, _dot, function = name.rpartition(".")
    return getattr(importlib.import_module(module), function)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def _plan(world: World, id: str, count: int) -> bool:
    asked = [question for book in world.playbooks for question in book.plan if id in question.covers]
    return len(asked) == count and all(one.question.da and one.question.en for one in asked)


# ---- the workplace


def _at_work(world: World, **values: FactValue) -> Guide:
    return world.guide("workplace", **values)


def _bp_0(world: World) -> bool:
    asked = _now("guidance.plan.questions")(world.playbooks)
    phases = [one.question.phase for one in asked if one.playbook == "workplace-plan"]
    return list(dict.fromkeys(phases)) == FIVE and len(phases) == 18


def _bp_1b(world: World) -> bool:
    talk = _at_work(world).step("first-talk")
    told: dict[str, FactValue] = {
        "first-talk.on": TODAY,
        "first-talk.by": "x",
        "course.agreed": "x",
        "course.with-employee": False,
    }
    named = {id.replace("-", "__").replace(".", "_"): value for id, value in told.items()}
    alone = _at_work(world, **named).step("first-talk")
    together = _at_work(world, **{**named, "course_with__employee": True}).step("first-talk")
    return (
        _is(talk, strength="must", kind="do", says="time|assess|agree|write it down with the employee")
        and "course.agreed" in {spec.id for spec in talk.facts}
        and alone.state is not State.DONE
        and together.state is State.DONE
    )


def _bp_4b(world: World) -> bool:
    opened = OPENED.date()
    case = _at_work(world)
    duty = case.step("report-authority")
    absent = _at_work(world, absence_is=True, absence_first__day=TODAY - timedelta(days=10)).step("report-authority")
    own = b"""schema = 1
[[rules]]
id = "report-after-absence"
event = "absence.first-day"
within = "P5D"
source = "Vores aftale"
checked = 2026-11-21
reason = "Vi anmelder altid inden for fem dage"
title = { da = "x", en = "x" }
trigger = { da = "x", en = "x" }
threshold = { da = "x", en = "x" }
"""
    with _folder() as home:
        (home / "law.toml").write_bytes(own)
        law, fault = _now("guidance.law.law_of")(home)
    return (
        _is(case.step("register-harassment"), strength="must")
        and _is(duty, strength="must", due=opened + timedelta(days=14), says="employer")
        and duty.blocks_closing
        and any("13 days left" in one.en and "Check locally" in one.en for one in duty.warnings)
        and absent.due_on == TODAY + timedelta(days=4)
        and "4 days left" in " ".join(warning.en for warning in absent.warnings)
        and fault is None
        and law.in_force("report-after-absence", TODAY).within == Duration(days=5)
        and law.in_force("report-without-absence", TODAY).within == Duration(days=14)
    )


def _bp_4c(world: World) -> bool:
    wants = world.guide("workplace").specs["employee.wants"]
    quiet = _at_work(world, employee_wants="quiet").step("acknowledge")
    return (
        {"acknowledgement", "police"} <= {choice.id for choice in wants.choices}
        and _is(_at_work(world).step("ask-wants"), kind="ask", says="acknowledge")
        and quiet.state is State.NOT_APPLICABLE
        and _is(_at_work(world, employee_wants="acknowledgement stopped").step("acknowledge"))
    )


def _bp_6(world: World) -> bool:
    guide = _at_work(world)
    book = next(book for book in guide.playbooks if book.id == "workplace-plan")
    said = {word.removeprefix("plan:") for view in guide.steps for word in view.step.says if word.startswith("plan:")}
    in_step = all(
        any(f"plan:{question.id}" in view.step.says and view.phase.id == question.phase for view in guide.steps)
        for question in book.plan
    )
    return [phase.id for phase in guide.phases] == FIVE and said >= {question.id for question in book.plan} and in_step


# ---- warning signs and meetings


def _mentoring(world: World, **values: FactValue) -> Guide:
    return world.guide("mentoring", **values)


def _sign(world: World, *signs: str) -> bool:
    guide = _mentoring(world)
    decided = [_mentoring(world, **{f"sign_{sign.replace('-', '__')}": "unsure"}) for sign in signs]
    return all(
        _is(guide.step(f"sign-{sign}"), kind="ask") and len(guide.step(f"sign-{sign}").facts) == 1 for sign in signs
    ) and all(one.step("signs-next").actionable for one in decided)


def _ends(world: World, sign: str) -> bool:
    fact = f"sign_{sign.replace('-', '__')}"
    before, no, yes = (
        _mentoring(world, **more) for more in ({}, {fact: "no"}, {fact: "yes", "sign_private__place": "yes"})
    )
    only = _mentoring(world, **{fact: "yes"}).step("end-mentoring")
    return (
        before.step("end-mentoring").state is State.NOT_APPLICABLE
        and no.step("end-mentoring").state is State.NOT_APPLICABLE
        and _is(only, strength="must")
        and only.blocks_closing
        and yes.step("end-mentoring").due_on == TODAY
        and _is(before.step(f"sign-{sign}"), strength="must", kind="ask")
    )


def _cm_1(world: World) -> bool:
    asked = _mentoring(world, sign_money="yes").step("report-money")
    return (
        _is(_mentoring(world).step("sign-money"), strength="must", kind="ask", says="emergency|bank")
        and _is(asked, strength="must", due=TODAY)
        and "directory:programme" in asked.step.says
        and _mentoring(world, sign_money="no").step("report-money").state is State.NOT_APPLICABLE
    )


def _cm_2(world: World) -> bool:
    view = _mentoring(world).step("sign-details")
    kinds = {choice.id for choice in _mentoring(world).specs["sign.details"].choices}
    return (
        _is(view, kind="ask")
        and {"cpr", "home-address", "work-address", "routine", "children"} <= kinds
        and _mentoring(world, sign_details="cpr").step("signs-next").actionable
        and _mentoring(world, sign_details="none").step("signs-next").state is State.NOT_APPLICABLE
    )


def _cm_2b(_world: World) -> bool:
    find = _now("guidance.cpr.find_numbers")
    return len(find("Hun skrev 010203-4567 i chatten", TODAY)) == 1 and find("Faktura 990203-4567", TODAY) == ()


def _cm_6(world: World) -> bool:
    secret = _now("store.secret.Secret")
    require = _now("store.passphrase.require_strong")
    given = _mentoring(world, account_asked="given").step("secure-account")
    return (
        _weak(lambda: require(secret.from_text("kodeord1")))
        and allowed(lambda: require(secret.from_text("fire stille heste i regnvejr")))
        and "ever asks for a user name or a password" in _mentoring(world).step("account-safety").step.why.en
        and _is(given, strength="must", due=TODAY)
        and "phishing" in {choice.id for choice in _mentoring(world).specs["offence.kinds"].choices}
    )


def _weak(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except SeglError as error:
        return error.exit_code == 5
    return False


def _meeting(world: World, step: str, facts: set[str], says: str, *, strength: str = "should") -> bool:
    view = _mentoring(world, meeting_planned=True).step(step)
    return (
        _is(view, strength=strength, says=says)
        and facts <= {spec.id for spec in view.facts}
        and _mentoring(world, meeting_planned=False).step(step).state is State.NOT_APPLICABLE
    )


def _cm_8(world: World) -> bool:
    place: dict[str, FactValue] = {"meeting_planned": True, "meeting_where": "x"}
    home = _mentoring(world, **place, meeting_place__kind="private").step("meeting-place")
    busy = _mentoring(world, **place, meeting_place__kind="public").step("meeting-place")
    return (
        _ends(world, "private-place")
        and home.state is not State.DONE
        and home.blocks_closing
        and busy.state is State.DONE
    )


def _cm_13(world: World) -> bool:
    left = _mentoring(world, meeting_planned=True, meeting_went="ended-early").step("meeting-after")
    return (
        _meeting(world, "meeting-leaving", {"meeting.leaving"}, "reason enough|call for help")
        and left.state is State.DONE
        and "without blame" in left.step.how.en
    )


def _cm_14(world: World) -> bool:
    named = {
        "livslinien",
        "angstforeningen",
        "bedre-psykiatri",
        "lev-uden-vold",
        "cfdp",
        "sikker-chat",
        "sikker-digital",
    }
    others = {"emergency-112", "police-114", "politi-anmeld", "virk-easy", "sletdet", "programme"}
    here = {entry.id: entry for entry in world.entries if "CM-14" in entry.covers}
    return here.keys() >= named | others and all(
        "2020" in here[id].mark() and here[id].phone and here[id].site for id in named
    )


def _cm_15(world: World) -> bool:
    view = _mentoring(world).step("not-your-fault")
    order = [one.id for one in _mentoring(world).next_steps]
    return (
        _is(view, strength="must", says="not your fault|help to be had")
        and view.step.how.en.startswith("Begin with: it is not your fault")
        and all(order.index(view.id) < order.index(f"sign-{sign}") for sign in SIGNS)
    )


def _cm_16(world: World) -> bool:
    guide = _mentoring(world)
    danger = _mentoring(world, danger_now=True)
    shown = _now("guidance.directory.emergency")(world.entries)
    return (
        guide.next_steps[0].id == "ask-danger"
        and _is(guide.next_steps[0], strength="must", says="112|call for help")
        and danger.next_steps[0].id == "ring-112"
        and shown[0].phone == "112"
    )


# ---- the owner's own


def _ow_1(_world: World) -> bool:
    with _folder() as folder:
        file = folder / "bevis.png"
        file.write_bytes(PLANTED)
        hashed = _now("store.evidence.hashing.hash_file")(file)
        draft = _now("store.evidence.register.draft_of")(hashed)
        vault = folder / "vault.db"
        connection = _now("store.database.connect")(vault, _now("store.secret.Secret")(b"k" * 32), create=True)
        connection.execute("CREATE TABLE planted (text)")
        connection.execute("INSERT INTO planted VALUES (?)", (f"{PLANTED.decode()} {draft.digest}",))
        kept = connection.execute("SELECT text FROM planted").fetchone()[0]
        connection.close()
        on_disk = b"".join(path.read_bytes() for path in folder.iterdir() if path != file)
    return (
        PLANTED.decode() in kept
        and draft.digest.startswith("sha256:")
        and PLANTED not in repr(draft).encode()
        and len(on_disk) > 4096
        and PLANTED not in on_disk
        and not on_disk.startswith(b"SQLite format 3")
    )


def _ow_2(world: World) -> bool:
    lay = _now("guidance.engine.evaluate")
    cases = importlib.import_module("tests.guidance.cases")
    ways = {}
    for level in (1, 2, 3, 4):
        guide = lay(world.books(), cases.facts({"level": level}), TODAY)
        ways[level] = tuple(view.id for view in guide.next_steps)
        if not all(view.step.title.en and view.step.how.da for view in guide.next_steps):
            return False
    return len(set(ways.values())) == 4 and all(len(way) > 5 for way in ways.values())


def _ow_3(_world: World) -> bool:
    """A command and a case with sockets taken away; the sessions of tests/e2e watch the real thing with strace."""

    def none(*_args: object, **_more: object) -> object:
        raise AssertionError("a socket")

    session = importlib.import_module("tui.cli.session")
    with _folder() as home, mock.patch.object(socket, "socket", none):
        options = Namespace(home=str(home))
        answer = _now("tui.cli.commands.place.where")(session.Session(options, None, None), options)
        desk = set_up_desk(home)
        opened = desk.guide(a_case(desk).id)
        desk.close()
    return answer.document["vaults"] == [] and len(opened.next_steps) > 5


def _ow_4(_world: World) -> bool:
    vault = _now("store.vault.Vault")
    with _folder() as folder:
        ref = copied_vault(folder / "home")
        mine = vault.unlock(ref, PASSPHRASE)
        mine.close()
        try:
            vault.unlock(ref, OTHER).close()
        except SeglError as error:
            return error.exit_code == 3 and all(path.stat().st_mode & 0o077 == 0 for path in ref.path.iterdir())
    return False


def _ow_5(_world: World) -> bool:
    order = _now("store.bundle.seal.SealOrder")
    with _folder() as folder:
        made = _now("store.bundle.seal.seal")(
            export(),
            order(
                purpose=_now("store.model.Purpose").POLICE,
                out=folder / "K7M4Q.segl.age",
                recipients=(POLICE_RECIPIENT,),
                language="en",
            ),
            BIRGIT.sign,
        )
        opened = _now("store.bundle.open.open_bundle")(Path(made.path), [POLICE], trusted=TRUSTED)
    return opened.verdicts.usable is True and opened.case is not None


PROOFS: Final[Mapping[str, Callable[[World], bool]]] = {
    "BP-0": _bp_0,
    "BP-1": lambda world: _plan(world, "BP-1", 5),
    "BP-1b": _bp_1b,
    "BP-2": lambda world: _plan(world, "BP-2", 3),
    "BP-3": lambda world: _plan(world, "BP-3", 4),
    "BP-4": lambda world: _plan(world, "BP-4", 3),
    "BP-4b": _bp_4b,
    "BP-4c": _bp_4c,
    "BP-5": lambda world: _plan(world, "BP-5", 3),
    "BP-6": _bp_6,
    "CM-1": _cm_1,
    "CM-2": _cm_2,
    "CM-2b": _cm_2b,
    "CM-3": lambda world: _sign(world, "platform"),
    "CM-4": lambda world: _sign(world, "abroad", "no-call", "dodges", "serious"),
    "CM-6": _cm_6,
    "CM-7": lambda world: (
        _is(_mentoring(world).step("ask-meeting"), kind="ask")
        and _meeting(world, "meeting-know", {"meeting.call", "meeting.known"}, "time|questions|call|research")
    ),
    "CM-8": _cm_8,
    "CM-9": lambda world: _meeting(
        world, "meeting-told", {"meeting.told", "meeting.when", "meeting.phone"}, "friend|phone comes along"
    ),
    "CM-10": lambda world: _meeting(
        world, "meeting-transport", {"meeting.transport", "meeting.fall-back"}, "own way home|fall-back"
    ),
    "CM-11": lambda world: _ends(world, "substances"),
    "CM-12": lambda world: _meeting(
        world, "meeting-belongings", {"meeting.belongings"}, "out of sight|where a drink comes from"
    ),
    "CM-13": _cm_13,
    "CM-14": _cm_14,
    "CM-15": _cm_15,
    "CM-16": _cm_16,
    "OW-1": _ow_1,
    "OW-2": _ow_2,
    "OW-3": _ow_3,
    "OW-4": _ow_4,
    "OW-5": _ow_5,
}
