"""Wellbeing talks as a JSON document and as lines."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence

from guidance.language import _
from guidance.wellbeing import Sign, WellbeingTalk, chart, legend, no_diagnosis, signs_in_words
from tui.cli.answer import Json
from tui.cli.plain import lines_of
from tui.cli.records import local, moment


def wellbeing_document(reference: str, signs: Sequence[Sign], talks: Sequence[WellbeingTalk]) -> dict[str, Json]:
    """The talks of a case, oldest first, and the signs that are looked for."""
    return {
        "case": reference,
        "caution": no_diagnosis(),
        "signs": [{"id": sign.id, "label": sign.label.local(), "unclear": sign.unclear} for sign in signs],
        "talks": [{"at": moment(talk.at), "signs": list(talk.signs), "note": talk.note} for talk in talks],
    }


def wellbeing_lines(signs: Sequence[Sign], talks: Sequence[WellbeingTalk]) -> Iterator[str]:
    """The sentence first, then the drawing, then each talk in words, the newest first."""
    yield no_diagnosis()
    if not talks:
        yield _("No wellbeing talk has been recorded yet.")
        return
    yield ""
    yield from chart(signs, talks, width=shutil.get_terminal_size((78, 24)).columns)
    yield legend(signs)
    for talk in reversed(talks):
        yield ""
        yield f"{local(talk.at)}  {signs_in_words(signs, talk)}"
        yield from (f"  {line}" for line in lines_of(talk.note) if line)
