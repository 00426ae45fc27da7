"""Hand a case over, or a counsellor's whole load: to whom, why, and whether one goes on getting what is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button

from guidance.language import N_, _, ngettext
from screens import whom
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.words import one_line
from screens.work import FormScreen, put_fields, take_fields
from store.authors import Author

_FIELDS = ("whom", "why", "keep")


class HandOverScreen(FormScreen[tuple[str, ...]]):
    """Gives the references of what was handed over, or None."""

    CSS_PATH = "hand_over.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", N_("Hand over")),
        Binding("f6", "trust", N_("Let a card count")),
    ]
    AUTO_FOCUS = "#whom"

    def __init__(self, case_id: str = "", case_name: str = "") -> None:
        """Hand one case over; every case that is one's own where none is named."""
        super().__init__()
        self.case_id = case_id
        self.case_name = case_name
        self._people: tuple[Author, ...] = ()
        self._count = 0

    def heading(self) -> str:
        """What is handed over."""
        if self.case_id:
            return _("Hand over {case}").format(case=one_line(self.case_name))
        return _("Hand over all cases")

    def body(self) -> ComposeResult:
        """To whom, why, and whether one keeps reading."""
        if not self.case_id:
            yield Plain(
                ngettext(
                    "Every case that is yours: {count}, closed ones too.",
                    "Every case that is yours: {count}, closed ones too.",
                    self._count,
                ).format(count=self._count),
                id="count",
                classes="strong",
            )
        yield Plain(_("To whom?"), classes="label")
        yield Choices(whom.options(self._people), id="whom")
        yield Plain(whom.nobody_words(), id="nobody")
        yield Plain(_("Why? It stays in each case."), classes="label")
        yield PlainArea(id="why")
        yield Choices(
            [Option(id="keep", label=_("and I go on getting what is written in it"))], several=True, id="keep"
        )
        yield Plain(
            _(
                "They have the case from now on, once the exchange folder has brought it there. What is here stays "
                "here, until it is erased."
            ),
            classes="quiet",
        )
        with Horizontal(classes="buttons"):
            yield Button(_("Hand over"), id="save", variant="primary")

    def on_mount(self) -> None:
        """Fetch to whom it can go, and offer what was begun before."""
        self.run_work(self._begin(), group="begin")

    async def _begin(self) -> None:
        await self._fetch()
        await self.offer_draft()

    async def _fetch(self) -> None:
        from store.casework import Casework

        self._people = whom.may_get(await self.do(Casework.authors))
        self._count = len(await self.do(Casework.cases_had))
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
        """One draft a case, and one for the whole load."""
        return f"hand-over/{self.case_id}" if self.case_id else "hand-over"

    def typed(self) -> dict[str, str]:
        """What stands in the fields."""
        return take_fields(self, *_FIELDS)

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back."""
        put_fields(self, typed)

    def action_trust(self) -> None:
        """Let the card of somebody count, from a file."""
        self.run_work(self._trust(), group="trust")

    async def _trust(self) -> None:
        from screens.trust_card import card_from_file

        if await card_from_file(self) is not None:
            await self._fetch()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Hand it over, once more asked."""
        self.run_work(self._save(), group="hand-over")

    async def _save(self) -> None:
        from store.casework import Casework

        fields = self.typed()
        if not self.case_id and not self._count:
            self.say_fault(_("No case here is yours to hand over."), "#whom" if self._people else "#why")
            return
        if not fields.get("whom"):
            self.say_fault(_("Choose to whom."), "#whom" if self._people else "#why")
            return
        if not fields.get("why", "").strip():
            self.say_fault(_("Write why. It stays in each case."), "#why")
            return
        self.say_fault("")
        name = next(one_line(one.name, 60) for one in self._people if one.id == fields["whom"])
        if not await self.confirmed(
            _("Hand over to {name}?").format(name=name),
            detail=_("It is written in each case, and can be taken back only by an entry of whoever has it."),
            yes=_("Yes, hand over"),
        ):
            return
        cases = (self.case_id,) if self.case_id else ()
        done = await self.do(
            Casework.hand_over, cases, fields["whom"], fields["why"].strip(), keep=bool(fields.get("keep"))
        )
        await self.drop_draft()
        self.said(
            ngettext("Handed over: {count} case.", "Handed over: {count} cases.", len(done)).format(count=len(done))
        )
        self.dismiss(done)
