"""What the screens share that open a vault by words: a new passphrase, asked twice, and how strong it is."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from guidance.errors import SeglError
from guidance.language import _
from screens.base import SeglScreen
from screens.set_up_words import strength_words
from screens.widgets.passphrase import PassphraseInput
from screens.widgets.plain import Plain
from screens.words import said_by
from store import passphrase


class NewPassphraseScreen(SeglScreen[None]):
    """`#new` and `#again`, with what is wrong in `#said`."""

    CSS_PATH = "vault.tcss"

    def known(self) -> tuple[str, str]:
        """What anybody near would try first: the person's name, the office."""
        return "", ""

    def new_fields(self, label: str) -> ComposeResult:
        """The two fields, under a label."""
        yield Plain(label, classes="label")
        yield PassphraseInput(id="new")
        yield Plain("", id="strength")
        yield Plain(_("The same once more"), classes="label")
        yield PassphraseInput(id="again")

    @property
    def holds_secret(self) -> bool:
        """While something is typed."""
        return any(field.value for field in self.query(PassphraseInput))

    def action_show(self) -> None:
        """Show what is typed, or hide it."""
        for field in self.query(PassphraseInput):
            field.password = not field.password

    @on(PassphraseInput.SeveralLines)
    def _several_lines(self) -> None:
        self.say(_("That was several lines. Nothing of the paste was taken."))
        self.app.bell()

    @on(Input.Changed, "#new")
    def _typed_new(self, event: Input.Changed) -> None:
        line = self.query_one("#strength", Plain)
        line.update(strength_words(event.value, self.known()))
        if event.value:
            # On a low terminal it would be below the last row.
            line.scroll_visible(animate=False)

    def fit_new(self) -> str | None:
        """The new passphrase; None where it is weak or the two differ: that is said, and focus goes to the field."""
        new, again = self.query_one("#new", PassphraseInput), self.query_one("#again", PassphraseInput)
        strength = passphrase.estimate(new.value, known=self.known())
        if strength.level is passphrase.Level.WEAK:
            self.say(passphrase.PassphraseWeak(strength).diagnostics().happened)
            new.focus()
            return None
        if new.value != again.value:
            self.say(_("The two are not the same. Type the second one again."))
            again.focus()
            return None
        return new.value

    def empty_secrets(self) -> None:
        """Nothing that was typed stays."""
        for field in self.query(PassphraseInput):
            field.value = ""

    def say(self, words: str) -> None:
        """Words under the fields."""
        self.query_one("#said", Plain).update(words)

    def say_error(self, error: SeglError) -> None:
        """What happened, and what to do."""
        said = said_by(error)
        self.say("\n".join(filter(None, (said.happened, said.todo))))
