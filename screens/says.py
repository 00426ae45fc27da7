"""What is shown beside a step: whom to turn to, and the questions an office settles beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.content import Content

from guidance import directory
from guidance.language import _
from guidance.model import Playbook
from screens.words import one_line
from store.model import Contact


def said_with(
    says: Iterable[str], playbooks: Iterable[Playbook] = (), contacts: Iterable[Contact] = ()
) -> Iterator[Content]:
    """A line for each entry of the directory and each question of the plan that a step names.

    An office's own contact stands in the place of the entry with the same id.
    """
    questions = {question.id: question for playbook in playbooks for question in playbook.plan}
    own = {contact.id: contact for contact in contacts}
    for said in says:
        kind, _colon, id = said.partition(":")
        if kind == "directory":
            if contact := own.get(id):
                ways = " · ".join(one_line(way) for way in (contact.phone, contact.mail) if way)
                yield Content.assemble((f"{one_line(contact.name)}  ", "bold"), ways)
            elif entry := directory.find(id):
                ways = " · ".join(way for way in (entry.phone, entry.site, entry.mail) if way)
                mark = f"  ({entry.mark()})"
                yield Content.assemble((f"{entry.name.local()}  ", "bold"), ways, (mark, "$text-muted"))
        elif kind == "plan" and (question := questions.get(id)):
            yield Content.assemble((_("Settle beforehand:") + " ", "$text-muted"), question.question.local())
