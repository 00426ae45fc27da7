"""What the screens of a case share: the vault's client, and typing that survives a lock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Final, ParamSpec, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, TextArea

from guidance.errors import SeglError
from guidance.language import N_, _
from screens.base import SeglScreen
from screens.widgets.choices import Choices
from screens.widgets.fact_form import Question
from screens.widgets.frame import KeyLine, TitleBar
from screens.widgets.plain import Plain
from screens.words import said_by

if TYPE_CHECKING:
    from store.cases.openings import PurposeNeeded
    from store.casework import Casework
    from store.client import VaultClient
    from store.cpr import CprNoticed

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")

DRAFT_EVERY: Final = 0.5
"""Seconds between two savings of a draft while somebody types."""
LABEL_LINES: Final = 2
"""Lines above a field that are shown with it when it gets the focus."""


class CaseWork(SeglScreen[T]):
    """A screen that works on the vault: the one given, or the one that the app has open."""

    DEFAULT_CSS = """
    CaseWork > #fault { display: none; height: auto; max-height: 2; padding: 0 2; background: $surface; }
    CaseWork > #fault.-said { display: block; }
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-wide"), (110, "-broad")]  # noqa: RUF012 - the base class has it so

    def __init__(self, client: VaultClient | None = None) -> None:
        super().__init__()
        self._client = client

    @property
    def client(self) -> VaultClient:
        """The open vault; there is one whenever such a screen is shown."""
        client: VaultClient = self._client or self.app.client  # type: ignore[attr-defined]
        return client

    def compose(self) -> ComposeResult:
        """The frame, with a line above the keys that says what is wrong, in sight wherever one has scrolled to."""
        yield TitleBar(self.heading())
        yield from self.above()
        with VerticalScroll(id="body", can_focus=False):
            yield from self.body()
        yield Plain("", id="fault", classes="fault")
        yield KeyLine()

    def above(self) -> ComposeResult:
        """What stays in sight above the body."""
        yield from ()

    def say_fault(self, words: str, field: str = "") -> None:
        """Say what is wrong, or that nothing is any more, and go to the field it is about."""
        fault = self.query_one("#fault", Plain)
        fault.update(words)
        fault.set_class(bool(words), "-said")
        if field:
            self.query_one(field).focus()

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False) -> None:
        """Focus without Textual's own scrolling, which would put a field in sight and leave its label out."""
        super().set_focus(widget, scroll_visible=False, from_app_focus=from_app_focus)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Keep the label of a field in sight with it."""
        self.call_after_refresh(self._show_label, event.widget)

    def _show_label(self, field: Widget) -> None:
        for body in self.query("#body"):
            if not field.has_focus or body not in field.ancestors or not body.is_scrollable:
                return
            groups = [group for group in field.ancestors if isinstance(group, Question)]
            top = min([field.region.y - LABEL_LINES, *(group.region.y for group in groups)])
            window = body.content_region
            if field.region.height >= window.height:
                return
            shift = 0
            bottom = field.region.bottom + 1
            if bottom > window.bottom:
                shift = bottom - window.bottom
            if top - shift < window.y:
                shift = top - window.y
            if shift:
                wanted = max(int(body.scroll_offset.y) + shift, 0)
                body.scroll_to(y=wanted, animate=False, force=True, immediate=True)

    async def do(self, method: Callable[Concatenate[Casework, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Let the vault's own thread do something; the screen stays alive meanwhile.

        Where a civil registration number seems to stand in what would be written, a person is asked (CM-2b), and where
        a case is opened that is not their own, what for; only inside `run_work`.
        """
        from store.cases.openings import PurposeNeeded
        from store.cpr import CprNoticed

        def allowed(casework: Casework) -> R:
            with casework.allowing_cpr():
                return method(casework, *args, **kwargs)

        try:
            try:
                return await self.client.do(method, *args, **kwargs)
            except PurposeNeeded as needed:
                if not await self.purpose_is_given(needed):
                    raise
                return await self.client.do(method, *args, **kwargs)
        except CprNoticed as noticed:
            if not await self.cpr_must_be_there(noticed):
                raise
        return await self.client.do(allowed)

    async def through(self, work: Coroutine[Any, Any, R], *, stop: Callable[[], object] | None = None) -> R:
        """Carry through what holds files open or has begun to be written down, even where the screen is left meanwhile.

        Args:
            work: begun at once.
            stop: called where the screen is left: what can be stopped stops, and is waited for.
        """
        working = asyncio.ensure_future(work)
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            if stop is not None:
                stop()
            # What comes of it is told nobody any more; what it has to undo, it undoes itself.
            with suppress(SeglError, asyncio.CancelledError):
                await working
            raise

    def from_aside(self, method: Callable[..., R], *first: object) -> Callable[..., R]:
        """What long work in a thread of its own (`client.aside`) calls to have the vault do something, and waits for.

        It raises VaultClosed where the vault was locked meanwhile, and what the method raises.
        """
        loop = asyncio.get_running_loop()

        def call(*rest: object) -> R:
            return asyncio.run_coroutine_threadsafe(self.client.do(method, *first, *rest), loop).result()

        return call

    async def cpr_must_be_there(self, noticed: CprNoticed) -> bool:
        """Ask whether the civil registration numbers must be where they stand."""
        return await self.confirmed(
            _("There seems to be a civil registration number (CPR). Does it have to be there?"),
            detail="\n".join(f"{field.words()}: {field.shown}" for field in noticed.fields),
            yes=_("Yes, it has to"),
        )

    async def purpose_is_given(self, needed: PurposeNeeded) -> bool:
        """Ask what a case that is not one's own is opened for, and keep it."""
        from store.casework import Casework

        async def state(purpose: str) -> bool:
            await self.do(Casework.state_purpose, needed.case, purpose)
            return True

        title = _("Case {reference} is not your own").format(reference=needed.reference)
        question = _("What do you open it for? It is written into the case, and the person concerned may be told.")
        return bool(await self.with_reason(title, question, state))

    def show_error(self, error: SeglError) -> None:
        """Show a failure; where a person has just said no to a number, or gives no purpose, nothing more is to say."""
        from store.cases.openings import PurposeNeeded
        from store.cpr import CprNoticed

        if isinstance(error, PurposeNeeded):
            self.without_purpose()
        elif not isinstance(error, CprNoticed):
            super().show_error(error)

    def without_purpose(self) -> None:
        """A case is not opened, for nobody said what for."""
        self.said(_("The case was not opened: no purpose was given."))

    async def with_reason(self, title: str, question: str, act: Callable[[str], Awaitable[R]]) -> R | None:
        """Ask for a reason and do something with it; None where there is none. Only inside `run_work`.

        Where a civil registration number stands in the reason and need not, the reason can be changed.
        """
        from screens.reason import ReasonScreen
        from store.cpr import CprNoticed

        reason: str | None = ""
        while reason := await self.app.push_screen_wait(ReasonScreen(title, question, reason or "")):
            try:
                return await act(reason)
            except CprNoticed:
                continue
        return None

    @on(Choices.Submitted)
    def _choice_stands(self) -> None:
        self.go_on_after_choice()

    def go_on_after_choice(self) -> None:
        """Enter on an answer goes to the next field."""
        self.focus_next()

    def said(self, words: str) -> None:
        """Tell what was done, for a moment, in a corner."""
        self.app.clear_notifications()
        self.notify(words, markup=False, timeout=3)


class FormScreen(CaseWork[T]):
    """A screen that somebody types into. What is typed is kept as a draft all the time, and offered again.

    A subclass gives `draft_key`, `typed()` and `put_typed()`; nothing secret may be among them.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", N_("Save")),
        Binding("escape", "go_back", N_("Back")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._kept = ""
        self._complained = False
        self._finished = False
        self._drawing = False

    @property
    def draft_key(self) -> str:
        """Under which name the draft is kept; empty where there is none."""
        return ""

    def typed(self) -> dict[str, str]:
        """What stands in the fields now; nothing where the fields are as they were."""
        return {}

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft into the fields."""

    async def offer_draft(self) -> bool:
        """Put back what was typed before, where there is a draft; then keep what is typed from now on."""
        from store.casework import Casework

        found = False
        if self.draft_key:
            text = (await self.do(Casework.drafts)).get(self.draft_key, "")
            typed = read_draft(text)
            if typed:
                self.put_typed(typed)
                self._kept = text
                self.said(_("Your draft from before is here again."))
                found = True
            self.set_interval(DRAFT_EVERY, self._keep)
        return found

    async def recompose(self) -> None:
        """Draw anew; meanwhile the fields say nothing."""
        self._drawing = True
        try:
            await super().recompose()
        finally:
            self._drawing = False

    def _keep(self) -> None:
        if self.is_attached and not self._drawing and not self._finished and self._written() != self._kept:
            self.run_work(self._keep_and_complain_once(), group="keep-draft")

    async def _keep_and_complain_once(self) -> None:
        """What can't be kept is tried again all the time, and complained of when it begins."""
        complained, self._complained = self._complained, True
        try:
            await self.keep_draft()
        except SeglError:
            if not complained:
                raise
        else:
            self._complained = False

    def _written(self) -> str:
        typed = self.typed()
        return json.dumps(typed, ensure_ascii=False) if any(text.strip() for text in typed.values()) else ""

    async def keep_draft(self) -> None:
        """Save what is typed, now."""
        from store.casework import Casework

        if not self.draft_key or self._finished or self._drawing:
            return
        text = self._written()
        if text == self._kept:
            return
        if text:
            await self.do(Casework.save_draft, self.draft_key, text)
        else:
            await self.do(Casework.drop_draft, self.draft_key)
        self._kept = text

    async def drop_draft(self) -> None:
        """What was typed is saved for good, or thrown away: the draft goes."""
        from store.casework import Casework

        self._finished = True
        if self.draft_key:
            await self.do(Casework.drop_draft, self.draft_key)

    def action_go_back(self) -> None:
        """Leave; what was typed stays as a draft."""
        self.run_work(self.leave(), group="leave")

    async def leave(self) -> None:
        """Keep the draft, say so, and go."""
        try:
            await self.keep_draft()
        except SeglError as error:
            question = _("What you have typed can't be kept as a draft. Leave and lose it?")
            if not await self.confirmed(question, detail=said_by(error).happened, yes=_("Leave and lose it")):
                return
        else:
            if self._kept:
                self.said(_("Kept as a draft."))
        self.dismiss(None)

    def action_save(self) -> None:
        """Save for good."""

    async def refresh_language(self) -> None:
        """Draw anew in the current language, with what was typed."""
        typed = self.typed()
        await super().refresh_language()
        if typed:
            self.put_typed(typed)


def read_draft(text: str) -> dict[str, str]:
    """The fields of a draft; none where it can't be read."""
    try:
        found: Any = json.loads(text) if text else {}
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): value for name, value in found.items() if isinstance(value, str)}


def take_fields(screen: SeglScreen[Any], *ids: str) -> dict[str, str]:
    """The text of the fields with these ids; several choices are joined by spaces."""
    found = {}
    for id in ids:
        for field in screen.query(f"#{id}"):
            if isinstance(field, Input):
                found[id] = field.value
            elif isinstance(field, TextArea):
                found[id] = field.text
            elif isinstance(field, Choices):
                found[id] = " ".join(field.chosen)
    return {id: text for id, text in found.items() if text}


def put_fields(screen: SeglScreen[Any], typed: Mapping[str, str]) -> None:
    """Put text into the fields with these ids."""
    for id, text in typed.items():
        for field in screen.query(f"#{id}"):
            if isinstance(field, Input):
                field.value = text
            elif isinstance(field, TextArea):
                field.load_text(text)
            elif isinstance(field, Choices):
                field.put(chosen=text.split())
