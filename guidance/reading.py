"""Reading playbooks: strict, and saying where: `action-card.toml: steps[3].needs[0]: unknown fact 'police.decison'`.

The form of the file is described in `docs/playbooks.md`. A case keeps the bytes of the playbooks it is worked under;
`load_playbook` makes the same playbook of them again, whatever has been shipped since.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Final

from guidance.consistency import check
from guidance.merge import LEVEL_SPEC
from guidance.model import (
    CASE_KINDS,
    DONE_PREFIX,
    LEVEL_FACT,
    SCHEMA,
    Applies,
    Choice,
    Condition,
    Due,
    FactSpec,
    FactType,
    FactValue,
    Join,
    Kind,
    Level,
    Names,
    Need,
    Phase,
    PlanQuestion,
    Playbook,
    Source,
    Step,
    Strength,
    Test,
    Text,
)
from guidance.reader import ID, Table, read_toml

LEVELS: Final = range(1, 6)
_TESTS: Final = ("known", "is", "not", "unless")
_Specs = dict[str, FactSpec]


def load_playbook(raw: bytes, name: str) -> Playbook:
    """Read a playbook.

    Args:
        raw: the bytes of the file.
        name: what to call it in a complaint.

    Raises:
        PlaybookError: it is not a playbook that can be worked with; says where and why.
    """
    table = read_toml(raw, name)
    schema = table.number("schema")
    if schema != SCHEMA:
        table.refuse("schema", "wrong-schema", schema, SCHEMA)
    id = table.id()
    source = table.table("source")
    assert source is not None
    read_source = Source(document=source.line("document"), credit=source.words("credit"))
    source.finish()
    phases = tuple(_phase(part) for part in table.tables("phases"))
    facts = _facts(table)
    specs: _Specs = {LEVEL_FACT: LEVEL_SPEC, **{fact.id: fact for fact in facts}}
    playbook = Playbook(
        id=id,
        version=table.number("version"),
        schema=schema,
        source=read_source,
        reviewed=table.day("reviewed"),
        title=table.words("title"),
        kinds=_kinds(table),
        joins=tuple(_join(part) for part in table.tables("joins")),
        phases=phases,
        facts=facts,
        steps=tuple(_step(part, id, specs) for part in table.tables("steps")),
        levels=tuple(_level(part) for part in table.tables("levels")),
        plan=tuple(_plan(part) for part in table.tables("plan")),
        raw=raw,
        digest=f"sha256:{hashlib.sha256(raw).hexdigest()}",
    )
    table.finish()
    check(playbook, name)
    return playbook


def _join(table: Table) -> Join:
    join = Join(kinds=_kinds(table), fact=table.id("fact"))
    table.finish()
    return join


def _phase(table: Table) -> Phase:
    phase = Phase(id=table.id(), order=table.number("order"), title=table.words("title"))
    table.finish()
    return phase


def _plan(table: Table) -> PlanQuestion:
    question = PlanQuestion(
        id=table.id(),
        question=table.words("question"),
        help=table.text("help", needed=False) or Text(da="", en=""),
        phase=table.id("phase") if table.has("phase") else "",
        covers=table.strings("covers"),
    )
    table.finish()
    return question


def _level(table: Table) -> Level:
    number = table.number("number")
    if number not in LEVELS:
        table.refuse("number", "unknown-level", number)
    level = Level(
        number=number,
        title=table.words("title"),
        reaction=_texts(table, "reaction"),
        image=_texts(table, "image"),
        described=table.flag("described"),
        covers=table.strings("covers"),
    )
    if level.described != bool(level.reaction) or level.described != bool(level.image):
        table.refuse("described", "not-described")
    table.finish()
    return level


def _texts(table: Table, key: str) -> tuple[Text, ...]:
    found = []
    for part in table.tables(key):
        found.append(Text(da=part.line("da"), en=part.line("en")))
        part.finish()
    return tuple(found)


def _kinds(table: Table) -> tuple[str, ...]:
    kinds = table.strings("kinds")
    for index, kind in enumerate(kinds):
        if kind not in CASE_KINDS:
            table.refuse(f"kinds[{index}]", "not-allowed", kind, ", ".join(CASE_KINDS))
    return kinds


def _facts(table: Table) -> tuple[FactSpec, ...]:
    parts = list(table.tables("facts"))
    found: list[FactSpec] = []
    for part in parts:
        fact = _fact(part)
        if fact.id == LEVEL_FACT or fact.id.startswith(DONE_PREFIX) or fact.id in (one.id for one in found):
            part.refuse("id", "duplicate", fact.id)
        found.append(fact)
    specs: _Specs = {LEVEL_FACT: LEVEL_SPEC, **{fact.id: fact for fact in found}}
    whole = []
    for part, fact in zip(parts, found, strict=True):
        whole.append(replace(fact, when=_conditions(part, "when", specs)))
        part.finish()
    return tuple(whole)


def _fact(table: Table) -> FactSpec:
    id = table.id()
    fact_type = FactType(table.one_of("type", [one.value for one in FactType]))
    choices: list[Choice] = []
    for part in table.tables("choices"):
        choice = Choice(id=part.id(), label=part.words("label"), alone=part.flag("alone"))
        part.finish()
        if choice.id in (one.id for one in choices):
            part.refuse("id", "duplicate", choice.id)
        choices.append(choice)
    if (len(choices) > 1) != (fact_type in (FactType.CHOICE, FactType.CHOICES)):
        table.refuse("choices", "no-choices")
    names = Names(table.one_of("names", [one.value for one in Names])) if table.has("names") else None
    if names is not None and fact_type is not FactType.TEXT:
        table.refuse("names", "names-no-text")
    return FactSpec(
        id=id,
        type=fact_type,
        label=table.words("label"),
        help=table.text("help", needed=False) or Text(da="", en=""),
        choices=tuple(choices),
        optional=table.flag("optional"),
        intake=table.flag("intake"),
        future=table.flag("future"),
        covers=table.strings("covers"),
        names=names,
    )


def _step(table: Table, playbook: str, specs: _Specs) -> Step:
    step = Step(
        id=table.id(),
        title=table.words("title"),
        why=table.words("why"),
        how=table.words("how"),
        heading=table.line("heading"),
        kind=Kind(table.one_of("kind", [kind.value for kind in Kind])),
        strength=_strength(table, "strength"),
        strength_at=_strength_at(table),
        playbook=playbook,
        phase=table.id("phase"),
        applies=_applies(table, specs),
        needs=tuple(_need(table, index, item, specs) for index, item in enumerate(table.items("needs"))),
        sets=table.strings("sets"),
        done_if=_conditions(table, "done_if", specs),
        due=_due(table.table("due", needed=False)),
        due_at=_due_at(table),
        due_law=table.strings("due_law"),
        recurs=table.duration("recurs", recurs=True) if table.has("recurs") else None,
        after=table.strings("after"),
        informs=table.flag("informs"),
        may_pass=table.flag("may_pass"),
        says=_says(table),
        covers=table.strings("covers"),
    )
    table.finish()
    return step


def _strength(table: Table, key: str) -> Strength:
    return Strength(table.one_of(key, [strength.value for strength in Strength]))


def _at_levels(table: Table, key: str) -> tuple[Table, tuple[str, ...]] | None:
    part = table.table(key, needed=False)
    if part is None:
        return None
    keys = tuple(str(level) for level in LEVELS if part.has(str(level)))
    return part, keys


def _strength_at(table: Table) -> tuple[tuple[int, Strength], ...]:
    found = _at_levels(table, "strength_at")
    if found is None:
        return ()
    part, keys = found
    read = tuple((int(key), _strength(part, key)) for key in keys)
    part.finish()
    return read


def _due(part: Table | None) -> Due | None:
    if part is None:
        return None
    due = Due(within=part.duration("within"), event=part.line("from"))
    part.finish()
    return due


def _due_at(table: Table) -> tuple[tuple[int, Due], ...]:
    found = _at_levels(table, "due_at")
    if found is None:
        return ()
    part, keys = found
    read = tuple((int(key), due) for key in keys if (due := _due(part.table(key))))
    part.finish()
    return read


def _applies(table: Table, specs: _Specs) -> Applies:
    part = table.table("applies", needed=False)
    if part is None:
        return Applies()
    levels = tuple(part.items("levels"))
    for index, level in enumerate(levels):
        if level not in LEVELS or isinstance(level, bool):
            part.refuse(f"levels[{index}]", "unknown-level", level)
    applies = Applies(
        levels=levels,
        kinds=_kinds(part),
        facts=_conditions(part, "facts", specs),
        any=_conditions(part, "any", specs),
    )
    part.finish()
    return applies


def _need(table: Table, index: int, item: object, specs: _Specs) -> Need:
    key = f"needs[{index}]"
    if not isinstance(item, dict):
        return Need(condition=_condition(table, key, item, specs))
    part = Table(item, table.name, table.at(key))
    need = Need(
        condition=_tested(part, specs),
        when=_conditions(part, "when", specs),
        because=part.text("because", needed=False),
    )
    part.finish()
    return need


def _conditions(table: Table, key: str, specs: _Specs) -> tuple[Condition, ...]:
    items = table.items(key)
    return tuple(_condition(table, f"{key}[{index}]", item, specs) for index, item in enumerate(items))


def _condition(table: Table, key: str, item: object, specs: _Specs) -> Condition:
    if isinstance(item, str):
        if item not in specs:
            table.refuse(key, "unknown-fact", item)
        return Condition(fact=item, test=Test.KNOWN)
    if not isinstance(item, dict):
        table.refuse(key, "wrong-type", type(item).__name__, "a fact or a table")
    part = Table(item, table.name, table.at(key))
    condition = _tested(part, specs)
    part.finish()
    return condition


def _tested(part: Table, specs: _Specs) -> Condition:
    fact = part.line("fact")
    if fact not in specs:
        part.refuse("", "unknown-fact", fact)
    tests = [test for test in _TESTS if part.has(test)]
    if len(tests) > 1:
        part.refuse("", "two-tests", wanted=", ".join(_TESTS))
    if not tests:
        return Condition(fact=fact, test=Test.KNOWN)
    if tests[0] == "known":
        return Condition(fact=fact, test=Test.KNOWN if part.flag("known") else Test.UNKNOWN)
    values = tuple(part.items(tests[0]))
    if not values:
        part.refuse(tests[0], "blank")
    for index, value in enumerate(values):
        if not _can_be(specs[fact], value):
            part.refuse(f"{tests[0]}[{index}]", "bad-answer", value, fact)
    return Condition(fact=fact, test=Test(tests[0]), values=values)


def _can_be(spec: FactSpec, value: FactValue) -> bool:
    if spec.type is FactType.YES_NO:
        return isinstance(value, bool)
    if spec.type is FactType.LEVEL:
        return isinstance(value, int) and not isinstance(value, bool) and value in LEVELS
    return isinstance(value, str) and spec.choice(value) is not None


def _says(table: Table) -> tuple[str, ...]:
    says = table.strings("says")
    for index, word in enumerate(says):
        room, _, id = word.partition(":")
        if room not in ("directory", "plan") or not ID.fullmatch(id):
            table.refuse(f"says[{index}]", "bad-id", word)
    return says
