"""Fields for a checksum that somebody types or hears read out, and what is right or wrong with it, group by group."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from guidance.language import _
from screens.widgets.plain import Plain
from screens.widgets.text_line import TextLine
from store.evidence.dictated_size import SizeMisheard, hear_size, heard_size
from store.evidence.dictation import agreed, algorithm_name, differing, hear


class NotHeard(Exception):
    """What is typed can't be used.

    Attributes:
        words: why, for people.
        field: where to go.
    """

    def __init__(self, words: str, field: str) -> None:
        super().__init__(field)
        self.words = words
        self.field = field


class TypedDigest(Vertical):
    """A checksum, the same once more, and the size."""

    DEFAULT_CSS = "TypedDigest { height: auto; }"

    class Heard(Message):
        """There is another usable checksum, or none any more.

        Attributes:
            digest: `sha256:<hex>` or `blake3:<hex>`; empty.
        """

        def __init__(self, digest: str) -> None:
            super().__init__()
            self.digest = digest

    def __init__(self, typed: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._first = typed
        self._digest = ""

    def compose(self) -> ComposeResult:
        """The three fields, and what is heard of them."""
        yield Plain(_("Checksum (SHA-256): 64 signs, or 16 groups with check characters"), classes="label")
        yield TextLine(self._first, id="digest", compact=True, select_on_focus=False)
        yield Plain(_("The same once more (not where there are check characters)"), classes="label")
        yield TextLine(id="again", compact=True, select_on_focus=False)
        yield Plain("", id="heard")
        yield Plain(_("Size in bytes, if it is known"), classes="label")
        yield TextLine(id="size", compact=True, select_on_focus=False)
        yield Plain("", id="heard-size")

    def on_mount(self) -> None:
        """Say what is still to come."""
        self._say()

    @on(Input.Changed)
    def _say(self) -> None:
        first, second = self._typed
        words, digest = heard_words(first, second)
        if digest != self._digest:
            self._digest = digest
            self.post_message(self.Heard(digest))
        self.query_one("#heard", Plain).update(Content.styled(words, "$success" if digest else "$warning"))
        line = self.query_one("#heard-size", Plain)
        try:
            size = self._bytes_heard()
        except SizeMisheard as fault:
            line.update(Content.styled("! " + fault.words, "$warning"))
        else:
            line.update("" if size is None else heard_size(size))
        line.display = bool(self.query_one("#size", Input).value.strip())

    @property
    def _typed(self) -> tuple[str, str]:
        return self.query_one("#digest", Input).value, self.query_one("#again", Input).value

    def take(self) -> tuple[str, int | None]:
        """The checksum, `sha256:<hex>` or `blake3:<hex>`, and the size in bytes where one is given.

        Raises:
            NotHeard: they can't be right.
        """
        first, second = self._typed
        words, digest = heard_words(first, second)
        if not digest:
            raise NotHeard(words, "#again" if hear(first).hex else "#digest")
        try:
            return digest, self._bytes_heard()
        except SizeMisheard as fault:
            raise NotHeard(fault.words, "#size") from None

    def _bytes_heard(self) -> int | None:
        return hear_size(self.query_one("#size", Input).value, read_out=hear(self._typed[0]).checked)


def heard_words(first: str, second: str) -> tuple[str, str]:
    """What to say of a checksum that is typed, the second time to compare; and the digest, empty while it is none."""
    heard = hear(first)
    if heard.wrong:
        groups = ", ".join(str(number) for number in heard.wrong)
        return _("! These groups can't be right: {groups}.").format(groups=groups), ""
    if not heard.hex:
        return _("This is not a SHA-256 checksum yet: {count} of 64 signs.").format(count=heard.signs), ""
    if heard.checked:
        return "✓ " + _named(_("All 16 check characters are right: {algorithm}."), heard.digest), heard.digest
    again = hear(second)
    if not again.signs:
        return _("Type it once more, from the start, so that a slip shows."), ""
    if not again.hex:
        return _("The second time: {count} of 64 signs.").format(count=again.signs), ""
    if wrong := differing(heard.hex, again.hex):
        groups = ", ".join(str(number) for number in wrong)
        return _("! The two differ in these groups of four: {groups}.").format(groups=groups), ""
    if not (digest := agreed(heard, again)):
        return "! " + _("One is said to be SHA-256 and the other BLAKE3."), ""
    return "✓ " + _named(_("Both are the same: {algorithm}."), digest), digest


def _named(words: str, digest: str) -> str:
    return words.format(algorithm=algorithm_name(digest))
