"""Whom the person wants told (HM-2c), wherever somebody is about to be; and what the leadership decides (AC-1c)."""

from __future__ import annotations

from typing import Final

from guidance.guide import Guide
from guidance.known import Known
from guidance.language import _
from guidance.model import State, Text

TOLD: Final = "told.whom"
OWN_WORDS: Final = "told.note"
_CONFLICT: Final = "parents-conflict"
_DECISION: Final = "parents.decision"


def wish(known: Known) -> Text:
    """The person's own wish, in a sentence or two; or that nobody has asked yet."""
    spec = known.specs.get(TOLD)
    value = known.value(TOLD)
    if spec is None or not isinstance(value, str):
        return Text.of(lambda: _("Somebody is told here. Nobody has recorded yet whom the person wants told."))
    chosen = [choice.label for id in value.split(" ") if (choice := spec.choice(id))]
    words = known.value(OWN_WORDS)

    def say() -> str:
        said = _("Somebody is told here. The person wants told: {whom}.").format(
            whom=", ".join(label.local() for label in chosen)
        )
        if isinstance(words, str) and words.strip():
            said += " " + _("In their own words: {words}").format(words=" ".join(words.split()))
        return said

    return Text.of(say)


def before_telling(guide: Guide, whom: str = "") -> tuple[Text, ...]:
    """What to know before something of a case leaves: the wish, whether it is against it, and the parents' conflict.

    Args:
        guide: of the case.
        whom: the answer of `told.whom` that fits who gets it, e.g. `police`; empty where none does.
    """
    known = Known(guide.facts, guide.specs)
    found = [wish(known)]
    value = known.value(TOLD)
    spec = known.specs.get(TOLD)
    choice = spec.choice(whom) if spec and whom else None
    if choice is not None and isinstance(value, str) and whom not in value.split(" "):
        label = choice.label
        found.append(
            Text.of(
                lambda: _("The person has not wished these told: {whom}. Talk with them first.").format(
                    whom=label.local()
                )
            )
        )
    found += conflict(guide)
    return tuple(found)


def conflict(guide: Guide) -> tuple[Text, ...]:
    """A minor who does not want the parents told: that the leadership decides, or what it has decided."""
    view = guide.find(_CONFLICT)
    if view is None or view.state is State.NOT_APPLICABLE:
        return ()
    value = guide.facts.values.get(_DECISION)
    spec = guide.specs.get(_DECISION)
    choice = spec.choice(value) if spec and isinstance(value, str) else None
    if view.state is not State.DONE or choice is None:
        return (
            Text.of(
                lambda: _(
                    "A minor who does not want the parents told, and parents who are to be involved: "
                    "the leadership decides, and has not decided yet."
                )
            ),
        )
    label = choice.label
    return (
        Text.of(lambda: _("The leadership has decided about the parents: {decision}.").format(decision=label.local())),
    )
