"""The order of a sealing: for whom, to which key or passphrase, and where to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input

from guidance.guide import Guide
from guidance.language import _, current_language
from screens.file_place import FilePlaceScreen
from screens.widgets.choices import Choices, Option
from screens.widgets.passphrase import PassphraseInput
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.words import purpose, said_by
from screens.work import take_fields
from store import passphrase
from store.age.keys import parse_recipients
from store.bundle.seal import SealOrder
from store.model import KeyCard, Purpose, Sealed
from store.secret import Secret

FIELDS = ("purpose", "withhold", "lock", "recipients", "own", "name", "folder")


class SealOrderForm(FilePlaceScreen[Sealed]):
    """The first page of `SealScreen`, and what is made of it.

    Attributes:
        fields: what stood on the page when it was left.
        made: the passphrase that was made here; empty where none was.
        card: the counsellor's own, once it is known.
        own_keys: by which the counsellor reads, one for each workstation of theirs, once they are known.
        guide: of the case, once it is known.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.made = ""
        self.card: KeyCard | None = None
        self.own_keys: tuple[str, ...] = ()
        self.guide: Guide | None = None

    def order_page(self) -> ComposeResult:
        """For whom, how it is locked, and where to."""
        fields = self.fields
        yield Plain("", id="wish", classes="banner")
        yield Plain(_("For whom? It decides what goes in."), classes="label")
        options = [
            Option(id=one.value, label=purpose(one))
            for one in (
                Purpose.POLICE,
                Purpose.COLLEAGUE,
                Purpose.AUTHORITY,
                Purpose.PERSON_CONCERNED,
                Purpose.FULL,
                Purpose.STATISTICS,
            )
        ]
        yield Choices(options, chosen=(fields.get("purpose", Purpose.POLICE.value),), id="purpose")
        some = Option(id="withhold", label=_("and mark first what is withheld"))
        yield Choices([some], several=True, chosen=fields.get("withhold", "").split(), id="withhold")
        yield Plain("", id="chosen-sessions", classes="banner")
        yield Plain(_("How is it locked?"), classes="label")
        locks = (
            Option(id="recipients", label=_("To the recipient's key (age1...)")),
            Option(id="passphrase", label=_("With a passphrase, told by telephone")),
        )
        yield Choices(locks, chosen=(fields.get("lock", "recipients"),), id="lock")
        yield Plain(_("Recipients' keys, one a line (F5: of somebody I know)"), classes="label recipients")
        yield PlainArea(fields.get("recipients", ""), id="recipients", classes="recipients")
        own = Option(id="own", label=_("and to my own key, so that I can open it too"))
        yield Choices([own], several=True, chosen=fields.get("own", "").split(), id="own", classes="recipients")
        yield Plain(_("Passphrase (F6 makes one)"), classes="label passphrase")
        yield Plain(self.made, id="made", classes="passphrase")
        yield PassphraseInput(id="phrase")
        yield Plain(_("The same once more"), classes="label passphrase")
        yield PassphraseInput(id="again")
        yield Plain(
            _("With a passphrase they can read the case. To let them write in it, share it with them too."),
            classes="passphrase quiet",
        )
        yield from self.place_fields(fields.get("name", ""), fields.get("folder", ""))
        with Horizontal(classes="buttons"):
            yield Button(_("See what goes in"), id="go-on", variant="primary")
            yield Button(_("Choose folder ..."), id="pick")

    @on(Choices.Changed, "#purpose")
    def say_wish(self) -> None:
        """Whom the person wants told, before anything of the case leaves (HM-2c)."""
        from guidance.wish import before_telling
        from store.bundle.labels import told_of

        chosen = next(iter(self.query("#purpose").results(Choices)), None)
        whom = (chosen.value if chosen else None) or self.fields.get("purpose", Purpose.POLICE.value)
        for some in self.query("#withhold"):
            some.display = whom == Purpose.AUTHORITY.value
        for banner in self.query("#wish").results(Plain):
            banner.display = self.guide is not None and whom != Purpose.STATISTICS.value
            if self.guide is not None:
                lines = (f"▲ {text.local()}" for text in before_telling(self.guide, told_of(whom)))
                banner.update("\n".join(lines))

    @on(Choices.Changed, "#lock")
    def follow_lock(self) -> None:
        """Show the fields of the lock that is chosen."""
        for lock in self.query("#lock"):
            assert isinstance(lock, Choices)
            phrase_wanted = lock.value == "passphrase"
            for widget in self.query(".recipients"):
                widget.display = not phrase_wanted
            for widget in self.query(".passphrase, #phrase, #again"):
                widget.display = phrase_wanted
            self.query_one("#made").display = phrase_wanted and bool(self.made)
        self.refresh_bindings()

    @on(PassphraseInput.SeveralLines)
    def _several(self) -> None:
        self.say_fault(_("That was several lines. A passphrase is one line: nothing of the paste was taken."))

    def action_make_phrase(self) -> None:
        """Make a passphrase, show it once, and fill it in."""
        self.made = passphrase.offer(current_language()).text
        for field in self.query("#phrase, #again"):
            assert isinstance(field, Input)
            field.value = self.made
        made = self.query_one("#made", Plain)
        made.update(Content.styled(self.made, "bold $accent"))
        made.display = True
        self.say_fault("")

    def action_pick_person(self) -> None:
        """Put the key of somebody whose card counts here among the recipients'."""
        self.run_work(self._pick_person(), group="pick-person")

    async def _pick_person(self) -> None:
        from screens import whom
        from screens.pick_person import PickPersonScreen
        from store.casework import Casework

        people = whom.may_get(await self.do(Casework.authors))
        person = await self.app.push_screen_wait(PickPersonScreen(people))
        if person is None:
            return
        field = self.query_one("#recipients", PlainArea)
        kept = [line for line in field.text.splitlines() if line.strip()]
        # To each of their workstations: whichever they sit at opens it.
        more = [one.recipient for one in person.reading if one.recipient not in kept]
        if more:
            field.load_text("\n".join([*kept, *more]))
        field.focus()

    def take_order(self) -> SealOrder | None:
        """What is ordered; None, and said why, where it can't be done."""
        fields = take_fields(self, *FIELDS)
        out = self.place(".segl.age")
        if out is None:
            return None
        order = SealOrder(
            purpose=Purpose(fields.get("purpose", Purpose.POLICE.value)), out=out, language=current_language()
        )
        if fields.get("lock") == "passphrase":
            first, again = self.query_one("#phrase", Input).value, self.query_one("#again", Input).value
            if passphrase.estimate(first).level is passphrase.Level.WEAK:
                return self._fault(_("This passphrase is too easy to guess. F6 makes a good one."), "#phrase")
            if first != again:
                return self._fault(_("The two passphrases are not the same."), "#again")
            if first != self.made:
                self.made = ""
            return replace(order, passphrase=Secret.from_text(first))
        return self._with_recipients(order, fields)

    def _with_recipients(self, order: SealOrder, fields: dict[str, str]) -> SealOrder | None:
        from store.age.errors import RecipientInvalid

        self.made = ""
        try:
            typed = fields.get("recipients", "").replace(",", "\n")
            recipients = [one.encode() for one in parse_recipients(typed)] if typed.strip() else []
        except RecipientInvalid as error:
            detail = said_by(error).happened
            return self._fault(detail, "#recipients")
        if fields.get("own"):
            recipients += self.own_keys
        if not recipients:
            return self._fault(_("Paste the recipient's key: it begins with age1."), "#recipients")
        return replace(order, recipients=tuple(dict.fromkeys(recipients)))

    def _fault(self, words: str, field: str) -> SealOrder | None:
        """Say what is wrong and go there; there is no order then."""
        self.say_fault(words, field)
        return None

    def phrase_fields(self) -> Iterable[PassphraseInput]:
        """The two fields of the passphrase."""
        return self.query(PassphraseInput)
