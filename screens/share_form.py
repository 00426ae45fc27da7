"""Share a case with somebody whose card counts: with whom, why, until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input

from guidance.dates import parse_day
from guidance.language import N_, _
from screens import whom
from screens.widgets.choices import Choices
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.widgets.text_line import TextLine
from screens.words import day, one_line, today
from screens.work import FormScreen, put_fields, take_fields
from store.authors import Author
from store.cases.sharing import Share

_FIELDS = ("whom", "until", "why")


class ShareFormScreen(FormScreen[Share]):
    """One case, one more person who may read it. Gives the share, or None."""

    CSS_PATH = "share_form.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", N_("Share")),
        Binding("f6", "trust", N_("Let a card count")),
    ]
    AUTO_FOCUS = "#whom"

    def __init__(self, case_id: str, case_name: str) -> None:
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self._people: tuple[Author, ...] = ()

    def heading(self) -> str:
        """Which case it is."""
        return _("Share {case}").format(case=one_line(self.case_name))

    def body(self) -> ComposeResult:
        """With whom, why, until when."""
        yield Plain(_("With whom?"), classes="label")
        yield Choices(whom.options(self._people), id="whom")
        yield Plain(whom.nobody_words(), id="nobody")
        yield Plain(_("For what purpose? It stays in the case."), classes="label")
        yield PlainArea(id="why")
        yield Plain(_("The last day (may be left out; +4w, 28-11)"), classes="label")
        yield TextLine(id="until", compact=True, select_on_focus=False)
        yield Plain("", id="day", classes="quiet")
        yield Plain(
            _(
                "They can read the whole case and write in it. It goes to them by the exchange folder: between the "
                "vaults of this workstation by itself, to others by a stick or a share."
            ),
            classes="quiet",
        )
        with Horizontal(classes="buttons"):
            yield Button(_("Share"), id="save", variant="primary")

    def on_mount(self) -> None:
        """Fetch whom it can be shared with, and offer what was begun before."""
        self.run_work(self._begin(), group="begin")

    async def _begin(self) -> None:
        await self._fetch()
        await self.offer_draft()

    async def _fetch(self) -> None:
        from store.casework import Casework

        self._people = whom.may_get(await self.do(Casework.authors))
        with self.holding_keys():
            typed = self.typed()
            await self.recompose()
            self.put_typed(typed)
            self._settle()
            self.set_focus(self.query_one("#whom" if self._people else "#why"))

    def _settle(self) -> None:
        self.query_one("#nobody").display = not self._people
        self.query_one("#whom").display = bool(self._people)

    async def refresh_language(self) -> None:
        """Draw anew, with what was typed."""
        await super().refresh_language()
        self._settle()

    @property
    def draft_key(self) -> str:
        """One draft a case."""
        return f"share/{self.case_id}"

    def typed(self) -> dict[str, str]:
        """What stands in the fields."""
        return take_fields(self, *_FIELDS)

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back."""
        put_fields(self, typed)

    @on(Input.Changed, "#until")
    def _say_day(self) -> None:
        until = parse_day(self.query_one("#until", Input).value, today())
        self.query_one("#day", Plain).update(day(until) if until else "")

    @on(Input.Submitted, "#until")
    def _to_button(self) -> None:
        self.focus_next()

    def action_trust(self) -> None:
        """Let the card of somebody count, from a file."""
        self.run_work(self._trust(), group="trust")

    async def _trust(self) -> None:
        from screens.trust_card import card_from_file

        if await card_from_file(self) is not None:
            await self._fetch()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Share it."""
        self.run_work(self._save(), group="share")

    async def _save(self) -> None:
        from store.casework import Casework

        fields = self.typed()
        until_typed = fields.get("until", "").strip()
        until = parse_day(until_typed, today()) if until_typed else None
        if not fields.get("whom"):
            self.say_fault(_("Choose whom to share it with."), "#whom" if self._people else "#why")
        elif not fields.get("why", "").strip():
            self.say_fault(_("Write for what purpose. It stays in the case."), "#why")
        elif until_typed and (until is None or until < today()):
            self.say_fault(_("Write a day that lies ahead, for example +4w or 28-11."), "#until")
        else:
            self.say_fault("")
            shares = await self.do(Casework.share_case, self.case_id, fields["whom"], fields["why"].strip(), until)
            await self.drop_draft()
            share = next((one for one in shares if one.author == fields["whom"]), None)
            if share is not None:
                self.said(_("Shared with {name}.").format(name=one_line(share.name, 60)))
            self.dismiss(share)
