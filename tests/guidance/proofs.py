"""A proof for every requirement of the handling model and the action card: what is so because something answers it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from guidance import checks, gates, level, loader, wish
from guidance.directory import Entry
from guidance.engine import Guide, SetAside, StepView, evaluate
from guidance.errors import SeglError
from guidance.known import Known
from guidance.model import FactValue, Kind, Level, Playbook, State, Strength
from tests.guidance.cases import DECISION, DELETED, NOW, TODAY, facts


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the answers are made of."""

    playbooks: tuple[Playbook, ...]
    gates: tuple[gates.Gate, ...]
    entries: tuple[Entry, ...]
    code: Mapping[str, tuple[str, ...]]

    def books(self, kind: str = "school", values: Mapping[str, FactValue] = MappingProxyType({})) -> list[Playbook]:
        """Those that a case of this kind is worked by."""
        return [book for book in self.playbooks if book.is_for(kind, values)]

    def guide(self, kind: str = "school", **values: FactValue) -> Guide:
        """The guide of a case with these facts (`_` for a dot, `__` for a hyphen)."""
        named = {name.replace("__", "-").replace("_", "."): value for name, value in values.items()}
        return evaluate(self.books(kind, named), facts(named, kind=kind), TODAY)

    def see(self, step: str, kind: str = "school", **values: FactValue) -> StepView:
        """A step of such a case."""
        return self.guide(kind, **values).step(step)


def refused(rule: str, ask: Callable[[], object]) -> bool:
    """Whether a question is refused by this rule."""
    try:
        ask()
    except SeglError as error:
        return getattr(error, "rule", "") == rule
    return False


def allowed(ask: Callable[[], object]) -> bool:
    """Whether a question is not refused."""
    ask()
    return True


# ---- proofs


def _level(world: World, number: int, *words: str) -> bool:
    one = next(level for level in level_list(world) if level.number == number)
    said = " ".join(text.en for text in (*one.reaction, *one.image)).lower()
    return one.described and all(word in said for word in words)


def level_list(world: World) -> list[Level]:
    return [one for book in world.playbooks for one in book.levels]


def _is(view: StepView, *, strength: str = "", kind: str = "", due: object = ..., says: str = "") -> bool:
    """Whether a step is open for the person, as binding, and says what it has to."""
    words = f"{view.step.title.en} {view.step.why.en} {view.step.how.en}"
    return (
        view.actionable
        and (not strength or view.strength is Strength(strength))
        and (not kind or view.step.kind is Kind(kind))
        and (due is ... or view.due_on == due)
        and all(word in words.lower() for word in says.split("|"))
    )


def _hm_0(world: World) -> bool:
    return (
        level.suggest(None, level.Shows.SEXUAL).level is None
        and level.suggest(level.Reaction.CALM, level.Shows.NUDE).level == 1
        and refused("level-described", lambda: level.check_level(5, world.playbooks))
        and allowed(lambda: level.check_level(4, world.playbooks))
        and _is(world.see("decide-level"), strength="must", kind="decide")
        and any(not one.described for one in level_list(world))
    )


def _hm_0b(world: World) -> bool:
    book = world.playbooks[0]
    pinned = loader.load_playbook(book.raw, "pinned")
    older = replace(pinned, version=0)
    return pinned.digest == book.digest and loader.newer(older) == book and loader.newer(pinned) is None


def _hm_2c(world: World) -> bool:
    return (
        _is(world.see("tell-whom", level=2), strength="must", kind="ask")
        and "told.whom" in world.guide().specs
        and "parents, friends" in wish.wish(_known(world, {"told.whom": "parents friends"})).en
        and any("parents" in one.en for one in world.see("involve-leadership", told_whom="parents").warnings)
    )


def _known(world: World, values: dict[str, FactValue]) -> Known:
    return Known(facts(values), world.guide().specs)


def _hm_3d(world: World) -> bool:
    case = world.guide(level=3)
    decided = evaluate(world.books(), facts({"level": 3, **DECISION}), TODAY)
    return (
        refused("police-first", lambda: checks.check_do(case, "delete-from-platform", DELETED))
        and allowed(lambda: checks.check_do(decided, "delete-from-platform", DELETED))
        and case.step("contact-platform").actionable
    )


def _hm_4b(world: World) -> bool:
    case = world.guide(level=4)
    order = [view.id for view in case.next_steps]
    aside = replace(
        facts({"level": 4}), set_aside={view.id: SetAside(reason="aftalt", at=NOW) for view in case.blockers}
    )
    return (
        _is(case.step("police-report"), strength="must", due=TODAY)
        and _is(case.step("contact-platform"), strength="must", due=TODAY)
        and order.index("police-contact") < order.index("contact-platform")
        and refused("open-musts", lambda: checks.check_close(case))
        and allowed(lambda: checks.check_close(evaluate(world.books(), aside, TODAY)))
    )


def _recurs(world: World, step: str, days: int, values: dict[str, FactValue]) -> bool:
    done = replace(facts(values), done_at={step: (NOW - timedelta(days=days),)})
    now = evaluate(world.books(), done, TODAY).step(step)
    before = evaluate(world.books(), done, TODAY - timedelta(days=1)).step(step)
    return now.state is State.DUE and before.state is State.DONE


def _ac_2b(world: World) -> bool:
    register = importlib.import_module("store.evidence.register")
    model = importlib.import_module("store.model")
    bare = model.EvidenceDraft(digest="sha256:" + "0" * 64)
    whole = replace(bare, platform="Snapchat", accounts=("x",), claimed_at="i går", holder=model.Holder.PUPIL)
    asked = {"accounts", "claimed_at"}
    return asked <= set(register.missing_facts(bare)) and not asked & set(register.missing_facts(whole))


def _ac_2c(world: World) -> bool:
    home = importlib.import_module("store.home")
    return bool(home.classify(Path.home() / "OneDrive" / "billede.jpg").kind.value == "cloud")


def _ac_2d(world: World) -> bool:
    cleared: dict[str, FactValue] = {"device.cleared.on": TODAY, "device.cleared.checked": True}
    mine: dict[str, FactValue] = {"device.has-material": True, "device.whose": "own", "level": 4}

    def clear(holder: str) -> Callable[[], object]:
        case = evaluate(world.books(), facts({**mine, "original.held-by": holder}), TODAY)
        return lambda: checks.check_do(case, "clear-own-device", cleared)

    doubt = evaluate(world.books(), facts({**mine, "original.held-by": "in-doubt"}), TODAY)
    return (
        _is(world.see("own-device"), strength="must", kind="ask")
        and refused("secured-before-cleared", clear("nobody"))
        and refused("secured-before-cleared", clear("in-doubt"))
        and allowed(clear("pupil"))
        and _is(doubt.step("police-advice"), strength="must", due=TODAY)
    )


def _ac_3b(world: World) -> bool:
    made: dict[str, FactValue] = {"handling.internal": True, "report.status": "made"}
    case = evaluate(world.books(), facts(made), TODAY)
    free = evaluate(world.books(), facts({**made, "police.internal": "agreed"}), TODAY)
    return (
        _is(case.step("police-take-over"), kind="wait")
        and case.step("internal-cooperation").state is State.HELD
        and "police have taken over" in case.step("internal-cooperation").held_by[0].explanation.en
        and free.step("internal-cooperation").actionable
    )


def _ac_4a(world: World) -> bool:
    case = world.guide(handling_police="yes")
    made: dict[str, FactValue] = {"report.status": "made", "report.on": TODAY}
    return (
        _is(case.step("police-report"), says="support|recommend")
        and refused("facts", lambda: checks.check_do(case, "police-report", made))
        and allowed(lambda: checks.check_do(case, "police-report", {**made, "report.by": "parents"}))
    )


def _ac_4b(world: World) -> bool:
    ways = " ".join(f"{one.phone} {one.site} {one.about.en}" for one in world.entries if "AC-4b" in one.covers)
    return all(word in ways for word in ("114", "politi.dk/anmeld", "station", "sexual offences"))


def _ac_5d(world: World) -> bool:
    quiet, asked = world.guide(), world.guide(press_contacted__on=TODAY)
    return (
        quiet.step("communications").state is State.NOT_APPLICABLE
        and _is(asked.step("communications"), strength="must", due=TODAY)
        and "directory:communications" in asked.step("communications").step.says
        and any(one.id == "communications" for one in world.entries)
    )


def _ac_7(world: World) -> bool:
    unit = next(one for one in world.entries if one.id == "prevention-unit")
    return unit.own and bool(unit.phone and unit.mail) and "example" in unit.about.en


def _ac_1c(world: World) -> bool:
    minor = world.guide(victim_age="minor", told_whom="nobody")
    return (
        _is(world.see("involve-leadership"), strength="must")
        and "directory:prevention-unit" in world.see("ask-prevention").step.says
        and _is(minor.step("parents-conflict"), strength="must", kind="decide")
        and minor.step("involve-parents").state is State.HELD
        and _is(world.see("involve-parents", victim_age="minor", told_whom="parents"), says="several")
    )


def _ac_1b(world: World) -> bool:
    asked = {spec.id for spec in world.see("assess-handling").facts}
    topics = ("handling.internal", "handling.police", "handling.notification")
    return all({topic, f"{topic}-reason"} <= asked for topic in topics) and _is(
        world.see("notify-authorities", handling_notification=True), strength="must"
    )


PROOFS: dict[str, Callable[[World], bool]] = {
    "HM-0": _hm_0,
    "HM-0b": _hm_0b,
    "HM-1a": lambda world: _level(world, 1, "without any particular need", "underwear", "limited"),
    "HM-1b": lambda world: _is(world.see("short-help", level=1), says="short|one talk or a few|care|local"),
    "HM-2a": lambda world: _level(world, 2, "need of help", "naked parts", "not at once a breach"),
    "HM-2b": lambda world: _is(world.see("calm", level=2), strength="must", due=TODAY, says="calm|local"),
    "HM-2c": _hm_2c,
    "HM-2d": lambda world: (
        _is(world.see("bounded-help", level=2), says="short|advisory|platform|police")
        and _is(world.see("contact-platform", level=2), strength="may")
        and _is(world.see("police-contact", level=2), strength="may", says="assessment")
    ),
    "HM-2e": lambda world: _is(world.see("mediation", level=2), strength="may", kind="decide"),
    "HM-3a": lambda world: _level(world, 3, "out of control", "panic", "nude image", "recognised"),
    "HM-3b": lambda world: _is(world.see("calm-panic", level=3), strength="must", due=TODAY, says="calm|care"),
    "HM-3c": lambda world: (
        _is(world.see("contact-sharers", level=3), strength="must", says="as far as possible")
        and _is(world.see("contact-platform", level=3), strength="must")
    ),
    "HM-3d": _hm_3d,
    "HM-3e": lambda world: _is(world.see("police-contact", level=3), strength="must", says="always assessed"),
    "HM-3f": lambda world: _recurs(world, "keep-contact", 14, {"level": 3, "done.keep-contact": True}),
    "HM-3g": lambda world: (
        _is(world.see("mediation", level=3), strength="must") and world.see("mediation", level=3).blocks_closing
    ),
    "HM-4a": lambda world: _level(world, 4, "violently", "much support", "pornographic", "revenge", "threats"),
    "HM-4b": _hm_4b,
    "HM-4c": lambda world: (
        _is(world.see("long-help", level=4), strength="must", says="longer")
        and _is(world.see("refer-help", level=4), kind="refer")
        # The action card has a step of that name too, and the model asks for it by itself.
        and "handling-model" in {book for book, _step in world.see("refer-help", level=4).sources}
        and {"psychologist", "lawyer"} <= {one.id for one in world.guide().specs["help.referrals"].choices}
    ),
    "HM-4d": lambda world: _is(world.see("mediation", level=4), strength="may", kind="decide"),
    "HM-5a": lambda world: (
        len(world.guide().specs["signs.seen"].choices) == 8
        and "unclear" in world.guide().specs["signs.seen"].choices[-1].label.en
        and _recurs(world, "wellbeing-talk", 7, {"level": 3, "signs.seen": "shame absence"})
    ),
    "HM-5b": lambda world: (
        [one.id for book in world.playbooks for one in book.plan if book.id == "handling-model"]
        == ["anchoring", "counsellors-role", "breach-of-law", "organising-help", "heads-responsibility"]
    ),
    "AC-1a": lambda world: (
        _is(world.see("uncover"), strength="must", kind="ask")
        and {"incident.what", "incident.who", "incident.where"} <= {spec.id for spec in world.see("uncover").facts}
    ),
    "AC-1b": _ac_1b,
    "AC-1c": _ac_1c,
    "AC-2a": lambda world: _is(world.see("secure-evidence"), says="screenshots|record the screen|messages|friends"),
    "AC-2b": _ac_2b,
    "AC-2c": _ac_2c,
    "AC-2d": _ac_2d,
    "AC-2e": lambda world: _is(world.see("write-note"), kind="record", says="who, what, where"),
    "AC-3a": lambda world: (
        _is(world.see("internal-cooperation", handling_internal=True), says="parents|ssp|local police")
        and _is(world.see("further-measures", handling_internal=True), says="class|preventive|year group")
        and world.see("shared-material", handling_internal=True).state is State.HELD
        and world.see("shared-material", handling_internal=True, evidence_secured__on=TODAY).actionable
    ),
    "AC-3b": _ac_3b,
    "AC-3c": lambda world: (
        world.see("delete-from-platform", level=2, offender_known="unknown").state is State.HELD
        and _is(
            world.see("delete-from-platform", level=2, offender_known="unknown", evidence_secured__on=TODAY),
            says="sletdet",
        )
    ),
    "AC-4a": _ac_4a,
    "AC-4b": _ac_4b,
    "AC-4c": lambda world: _is(world.see("insurance"), says="psychologist|own insurance"),
    "AC-5a": lambda world: (
        _is(world.see("refer-help"), kind="refer", says="offender") and "help.offender" in world.guide().specs
    ),
    "AC-5b": lambda world: _is(world.see("joint-effort"), kind="refer", says="prevention unit|other authorities"),
    "AC-5c": lambda world: (
        _is(world.see("surroundings"), says="classmates|staff|other parents|with the person")
        and world.see("surroundings").step.informs
        and _is(world.see("same-school", offender_same__school=True))
    ),
    "AC-5d": _ac_5d,
    "AC-6a": lambda world: _is(world.see("evaluate"), says="what worked|otherwise|short note"),
    "AC-6b": lambda world: (
        {"followup.rumours", "followup.group", "followup.help"} <= world.guide().specs.keys()
        and _recurs(
            world,
            "follow-up",
            31,
            {"followup.rumours": False, "followup.group": False, "followup.help": "yes"},
        )
    ),
    "AC-7": _ac_7,
}
