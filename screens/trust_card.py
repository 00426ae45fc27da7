"""Let somebody's card count: what it says, and the digits that are compared with them on the telephone."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button

from guidance.language import N_, _
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.words import one_line
from screens.work import CaseWork
from store.authors import Author
from store.cards import read_all_of_file
from store.cases.trust import CardSeen


class TrustCardScreen(CaseWork[Author]):
    """One card. Gives who is known by it from now on, or None."""

    CSS_PATH = "trust_card.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "trust", N_("The same: let it count")),
        Binding("escape", "go_back", N_("Back")),
    ]
    AUTO_FOCUS = "#back"

    def __init__(self, seen: CardSeen) -> None:
        super().__init__()
        self.seen = seen

    def heading(self) -> str:
        """Whose card it says it is."""
        return _("Card of {name}").format(name=one_line(self.seen.card.name, 60))

    def body(self) -> ComposeResult:
        """What it says, the digits, and what to do with them."""
        seen, card = self.seen, self.seen.card
        yield Plain(
            _("{name}, {office}: by their own word, which anybody could write.").format(
                name=one_line(card.name, 100), office=one_line(card.office, 100)
            )
        )
        if seen.known is not None:
            yield Plain(_("This key is known here already."), classes="quiet", id="known")
        if seen.same_name:
            yield Plain(
                _("▲ You know somebody of that name already, by another key. Somebody may be using their name."),
                classes="banner",
                id="same-name",
            )
            another = Option(id="another", label=_("I have asked: they are two people of one name"))
            yield Choices([another], several=True, id="another")
        yield Plain(_("Ring them on a number that you know from elsewhere, and let them read you these digits:"))
        yield Plain(digits_in_two(seen.digits), id="digits")
        yield Plain(_("They see theirs with F5 on their Exchange screen, or with 'segl keys show'."), classes="quiet")
        yield Plain(
            _("Once it counts, a case can be shared with them, and what they write in it is taken in."),
            classes="quiet",
        )
        with Horizontal(classes="buttons"):
            yield Button(_("Not compared: back"), id="back")
            yield Button(_("They read the same: let it count"), id="trust", variant="primary")

    @on(Button.Pressed, "#trust")
    def action_trust(self) -> None:
        """Let it count."""
        self.run_work(self._trust(), group="trust")

    async def _trust(self) -> None:
        from store.casework import Casework

        another = any(choices.chosen for choices in self.query("#another").results(Choices))
        if self.seen.same_name and not another:
            self.say_fault(_("Say first that they are two people, or go back."), "#another")
            return
        card = self.seen.card
        author = await self.do(Casework.trust_card, card.text, compared=card.fingerprint, another_person=another)
        self.said(_("Known from now on: {name}").format(name=one_line(author.name, 60)))
        self.dismiss(author)

    @on(Button.Pressed, "#back")
    def action_go_back(self) -> None:
        """Leave; it does not count."""
        self.dismiss(None)


def digits_in_two(digits: str) -> str:
    """Digits that are read aloud, on two lines of four groups."""
    groups = digits.split()
    half = len(groups) // 2
    return "\n".join("   ".join(part) for part in (groups[:half], groups[half:]))


async def compare(screen: CaseWork[Any], text: str) -> Author | None:
    """Show a card to be compared, and give who is known by it; only inside `run_work`.

    Raises:
        CardInvalid: it is none.
    """
    from store.casework import Casework

    seen = await screen.do(Casework.look_at_card, text)
    return await screen.app.push_screen_wait(TrustCardScreen(seen))


async def card_from_file(screen: CaseWork[Any]) -> Author | None:
    """Choose a file with cards and compare them, one after the other; the last who counts. Only inside `run_work`.

    Raises:
        CardInvalid: there is none in it.
    """
    from screens.pick_files import PickFilesScreen

    chosen = await screen.app.push_screen_wait(PickFilesScreen("file", _("Choose the file with the card")))
    if not chosen:
        return None
    found: Author | None = None
    for card in await screen.client.look_aside(read_all_of_file, chosen[0]):
        found = await compare(screen, card.text) or found
    return found
