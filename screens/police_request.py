"""At which recorded request of the police something is done: one of those there are, or one that is recorded now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Button

from guidance.dates import parse_day
from guidance.language import _, day_in_digits
from screens.file_place import FilePlaceScreen
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.widgets.text_line import TextLine
from screens.words import one_line
from screens.work import FormScreen, put_fields, take_fields
from store.cases.checking import EvidenceRequest, RequestDraft

T = TypeVar("T")
_ASKED: Final = ("by", "on", "reference", "about")
REQUEST_FIELDS: Final = ("request", *_ASKED)
"""Ids of the fields, for `take_fields`."""
_NEW: Final = "new"


class AtRequestScreen(FormScreen[T], FilePlaceScreen[T]):
    """A screen that works at a request. It composes `request_fields`, and calls `offer_requests` and `show_request`.

    What is typed of a request that is not recorded yet is kept as a draft, with whom the material goes to.
    """

    case_id: str
    _requests: tuple[EvidenceRequest, ...] = ()

    @property
    def draft_key(self) -> str:
        """One draft a case."""
        return f"request/{self.case_id}"

    def typed(self) -> dict[str, str]:
        """What was typed of a request, and the key it goes to."""
        return {id: text for id, text in take_fields(self, *_ASKED, "recipients").items() if text.strip()}

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back; a request that was begun is the one that is meant."""
        put_fields(self, {id: text for id, text in typed.items() if id in (*_ASKED, "recipients")})
        if self._requests and any(field in typed for field in _ASKED):
            self.query_one("#request", Choices).put(chosen=[_NEW])
        self.request_changed()

    def request_fields(self) -> ComposeResult:
        """The requests to choose from, and the fields of a new one."""
        yield Plain(_("At which request of the police?"), classes="label recorded")
        yield Choices([], id="request", classes="recorded")
        for field, label in (
            ("by", _("Who asked (name and unit of the police)")),
            ("on", _("When they asked")),
            ("reference", _("The police's case number")),
            ("about", _("What they asked for")),
        ):
            yield Plain(label, classes="label asked")
            example = _("a date: today, -3d, 21-11-2026") if field == "on" else ""
            yield TextLine(id=field, placeholder=example, compact=True, select_on_focus=False, classes="asked")
        yield Button(_("Record the request"), id="record", classes="asked")

    def request_changed(self) -> None:
        """Another request is meant: what is shown has to follow."""

    @property
    def request(self) -> EvidenceRequest | None:
        """The request that is chosen; None where it is one that is yet to be recorded."""
        chosen = self.query_one("#request", Choices).value
        return next((one for one in self._requests if one.id == chosen), None)

    def offer_requests(self, requests: Sequence[EvidenceRequest] | None = None) -> bool:
        """Show the requests that are recorded, or the same anew; the newest is chosen.

        Returns:
            Whether there are any.
        """
        if requests is not None:
            self._requests = tuple(requests)
        self.query_one("#request", Choices).put(self._options(), chosen=[one.id for one in self._requests[:1]])
        self.request_changed()
        return bool(self._requests)

    def show_request(self, *, reading: bool) -> None:
        """Show the fields of a new request only where one is meant, and let nothing be changed while it is worked."""
        for widget in self.query(".recorded"):
            widget.display = bool(self._requests)
            widget.disabled = reading
        for widget in self.query(".asked"):
            widget.display = self.request is None and not reading

    def _options(self) -> list[Option]:
        said = [Option(id=one.id, label=_request_words(one)) for one in self._requests]
        return [*said, Option(id=_NEW, label=_("Another one, which is not recorded yet"))] if said else []

    @on(Choices.Changed, "#request")
    def _other_request(self) -> None:
        self.say_fault("")
        self.request_changed()

    @on(Button.Pressed, "#record")
    def _record_pressed(self) -> None:
        self.run_work(self.record_request(), group="pass")

    async def record_request(self) -> EvidenceRequest | None:
        """Record what the police asked for; None, and said why, where something is missing."""
        from store.casework import Casework

        draft = self.request_draft()
        if draft is None:
            return None
        recorded = await self.do(Casework.record_request, self.case_id, draft)
        for field in _ASKED:
            self.query_one(f"#{field}", TextLine).value = ""
        self.say_fault("")
        self.offer_requests((recorded, *self._requests))
        await self.keep_draft()
        self.said(_("The request is recorded."))
        self.query_one("#choose").focus()
        return recorded

    def request_draft(self) -> RequestDraft | None:
        """What is typed of a new request; None, and said why, where something is missing."""
        fields = take_fields(self, *_ASKED)
        today = date.today()  # noqa: DTZ011 - the day on the wall
        day: date | None = parse_day(fields.get("on", ""), today)
        for field, there in (
            ("by", fields.get("by", "").strip()),
            ("on", day),
            ("reference", fields.get("reference", "").strip()),
        ):
            if not there:
                words = {
                    "by": _("Write who of the police asked."),
                    "on": _("Write the day they asked, such as 21.11 or 'today'."),
                    "reference": _("Write the police's case number."),
                }
                self.say_fault(words[field], f"#{field}")
                return None
        assert day is not None
        if day > today:
            self.say_fault(_("The day of the request lies ahead. Write the day on which the police asked."), "#on")
            return None
        return RequestDraft(by=fields["by"], on=day, reference=fields["reference"], about=fields.get("about", ""))


def _request_words(asked: EvidenceRequest) -> str:
    words = _("{by}, {day}, reference {reference}. {about}").format(
        by=one_line(asked.by, 80),
        day=day_in_digits(asked.on),
        reference=one_line(asked.reference, 60),
        about=one_line(asked.about, 80),
    )
    return words.strip()
