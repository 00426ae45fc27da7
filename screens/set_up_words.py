"""What setting up shows of the answers: the lines of the page that is checked, and how strong a passphrase is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.content import Content

from guidance.language import N_, _, current_language
from screens.set_up_pages import PAGES, Page
from screens.widgets.lines import fit
from screens.words import one_line
from store import passphrase, spoken
from store.cards import Card

_SHORT = {
    "office": N_("Office"),
    "card": N_("Card"),
    "author": N_("Your name"),
    "prevention-unit": N_("Prevention unit"),
    "police-resource-person": N_("Police resource person"),
    "communications": N_("Press"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the page that is checked: which page it belongs to, and what stands there."""

    page: int
    label: str
    words: str


def answer_lines(answers: Mapping[str, str], pages: Sequence[Page] = PAGES) -> list[Answer]:
    """A line for each page that was answered; never the passphrase."""
    lines = [Answer(0, _("Language"), "Dansk" if current_language() == "da" else "English")]
    for number, page in enumerate(pages):
        if page.fields:
            words = [answers.get(field.id, "") for field in page.fields]
            label = _SHORT.get(page.id, page.title)
            lines.append(Answer(number, _(label), ", ".join(filter(None, words)) or _("can be added later")))
        elif page.id == "compare":
            lines.append(Answer(number, _("Office"), answers.get("office", "")))
        elif page.id == "passphrase":
            lines.append(Answer(number, _("Passphrase"), "••••••••"))
    return lines


def draw_answer(answer: Answer, width: int) -> Content:
    """A line of the page that is checked, `width` cells wide."""
    label = min(26, width // 2)
    return Content.assemble(fit(Content.styled(answer.label, "$text-muted"), label), fit(answer.words, width - label))


_STYLES = {"weak": "$error", "fair": "$warning", "good": "$success", "strong": "$success"}


def strength_words(typed: str, known: tuple[str, str]) -> Content:
    """How strong a passphrase is, as a bar and a word; `known` is what anybody near would try first."""
    if not typed:
        return Content("")
    level = passphrase.estimate(typed, known=known).level
    full = list(passphrase.Level).index(level) + 1
    return Content.assemble(("■" * full + "□" * (4 - full), _STYLES[level]), " ", level.words())


def card_content(card: Card) -> Content:
    """A card before it is compared: what it says of itself, and its digits in two lines of four groups."""
    groups = spoken.digits(card.fingerprint).split()
    return Content("\n").join(
        [
            Content(
                _("Card of {name}, {office}, by their own word").format(
                    name=one_line(card.name), office=one_line(card.office)
                )
            ),
            Content.styled("  " + " ".join(groups[:4]), "bold"),
            Content.styled("  " + " ".join(groups[4:]), "bold"),
        ]
    )
