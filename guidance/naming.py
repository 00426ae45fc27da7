"""Which answers of a case name people: what the playbooks say of their facts, for what is withheld from a bundle."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from guidance.loader import shipped
from guidance.merge import most_names
from guidance.model import FactSpec, FactType, Names


def names_in(fact: str, specs: Mapping[str, FactSpec]) -> Names:
    """Whether the answer of a fact names people.

    A case keeps the playbook it began under, and an office may have its own: what ships counts too, so that neither an
    older file nor an office's can say that nobody is named where somebody is. Where nothing is said, names are looked
    for.

    Args:
        fact: its id.
        specs: the facts of the case's playbooks.
    """
    spec = specs.get(fact)
    if spec is not None and spec.type is not FactType.TEXT:
        return Names.NONE
    return most_names(spec.names if spec else None, _shipped().get(fact)) or Names.AMONG


@cache
def _shipped() -> Mapping[str, Names | None]:
    found: dict[str, Names | None] = {}
    for playbook in shipped():
        for fact in playbook.facts:
            found[fact.id] = most_names(found.get(fact.id), fact.names)
    return found
