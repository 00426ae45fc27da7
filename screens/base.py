"""What every screen has in common: the frame, the keys, the language, work off the UI's loop, and failures in words."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar, Final, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.worker import Worker

from guidance.errors import SeglError
from guidance.language import N_, _
from screens.widgets.frame import KeyLine, TitleBar

T = TypeVar("T")

COMMON_BINDINGS: Final[tuple[Binding, ...]] = (
    Binding("f1", "app.show_help", N_("Help"), id="help"),
    Binding("f2", "app.emergency", N_("Emergency help"), id="emergency"),
    Binding("f9", "app.lock", N_("Lock"), id="lock"),
    Binding("ctrl+l", "app.lock", N_("Lock"), show=False, id="lock-too"),
    Binding("f10", "app.hide", N_("Hide the screen"), show=False, id="hide"),
    Binding("shift+f9", "app.keep_open", N_("Keep open for 30 minutes"), show=False, id="keep-open"),
    Binding("f11", "app.next_theme", N_("Other colours"), show=False, id="colours"),
    Binding("f12", "app.switch_language", N_("På dansk"), show=False, id="language"),
    Binding("ctrl+q", "app.leave", N_("Quit"), show=False, id="quit"),
)
"""On every screen, modal ones too. The app binds the same keys with priority, so that no field can take them."""


FOCUS_BINDINGS: Final[tuple[Binding, ...]] = (
    Binding("tab", "app.move_focus(1)", show=False),
    Binding("shift+tab", "app.move_focus(-1)", show=False),
)
"""The app binds these with priority too: a field that has much to do would pass Tab on only after the letters that were
typed behind it had come to the same field."""


_EDITING: Final = frozenset({"delete", "backspace"})
"""Keys that a field with the focus needs for itself: what the screen does with them is not on offer there."""


class SeglScreen(Screen[T]):
    """A screen of Segl: a title bar, a body that scrolls, and a line of keys.

    A subclass gives `heading()` and `body()`; it starts anything that waits with `run_work()`. Keys are bound with
    `N_()` descriptions, which are looked up when they are shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*COMMON_BINDINGS]
    AUTO_FOCUS = "#body *"
    NEUTRAL: ClassVar[bool] = False
    """True where nothing of a case can stand: such a screen may be seen over a cover."""
    KEYS_WAIT: ClassVar[bool] = False
    """True where what is typed before the page is there waits for its first field instead of being lost."""
    _held: list[events.Key | events.Paste] | None = None
    _waiting_for_focus = False

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        if self.KEYS_WAIT:
            self._held, self._waiting_for_focus = [], True

    def on_mount(self) -> None:
        """Watch the page move under the focus."""
        self.screen_layout_refresh_signal.subscribe(self, self._page_moved)

    def _page_moved(self, _screen: Screen[Any]) -> None:
        """The page was laid out anew: now, and once more when what it set off has been drawn."""
        self.keep_cursor()
        self.call_after_refresh(self.keep_cursor)

    def keep_cursor(self) -> None:
        """Keep the terminal's cursor where the focus is: braille displays and screen readers follow it.

        A widget puts it there when it gets the focus, which is before the page has been laid out or has scrolled.
        """
        focused = self.focused
        place = getattr(focused, "cursor_screen_offset", None)
        if focused is not None and place is not None and place != self.app.cursor_position:
            self.app.cursor_position = place
            focused.refresh()

    def heading(self) -> str:
        """The words of the title bar, in the current language."""
        return ""

    def body(self) -> ComposeResult:
        """The widgets between the title bar and the keys."""
        yield from ()

    def compose(self) -> ComposeResult:
        yield TitleBar(self.heading())
        with VerticalScroll(id="body", can_focus=False):
            yield from self.body()
        yield KeyLine()

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that work now, described in the current language.

        The app's keys have priority, and a list or a field takes Enter in silence; where the screen describes the same
        key, its words are what is shown.
        """
        found = {}
        for key, active in super().active_bindings.items():
            if key in _EDITING and active.node is not self:
                continue
            for own in self._bindings.key_to_bindings.get(key, ()):
                # A key that does one thing or another, by what is chosen: the first that can be done now.
                if own.action != active.binding.action and active.binding.show:
                    continue
                state = self.app._check_action_state(own.action, self)
                if state is not False:
                    active = ActiveBinding(self, own, bool(state), own.tooltip)
                    break
            binding = active.binding
            found[key] = active._replace(binding=replace(binding, description=_(binding.description)))
        return found

    async def refresh_language(self) -> None:
        """Draw everything again in the current language; what was typed and where the focus is stay."""
        from screens.widgets.kept import give_values, take_values

        kept = take_values(self)
        focused = self.focused.id if self.focused else None
        with self.holding_keys():
            await self.recompose()
            give_values(self, kept)
            if focused:
                for widget in self.query(f"#{focused}"):
                    # As if the window had come back: a field selects nothing, and the next letter does not replace all.
                    self.set_focus(widget, scroll_visible=False, from_app_focus=True)
        self.refresh_bindings()

    @contextmanager
    def holding_keys(self) -> Iterator[None]:
        """Keep the keys that arrive while a page is drawn anew, and give them to the field that has the focus after it
        (by `set_focus`, as `Widget.focus` is put off).

        Without it, somebody who types on while a page turns loses letters. Enter it in the handler itself, not in
        work that is started from there.
        """
        if self._held is not None:
            yield
            return
        self._held = []
        self.set_focus(None)
        try:
            yield
        finally:
            self._give_held()

    def _give_held(self) -> None:
        held, self._held = self._held or (), None
        for event in held:
            if isinstance(event, events.Key) and event.key in {"tab", "shift+tab"}:
                self.move_focus(1 if event.key == "tab" else -1)
            else:
                (self.focused or self)._forward_event(event)

    def set_focus(self, widget: Widget | None, *given: Any, **more: Any) -> None:
        """Give the focus to a widget; the first of the page gets what was typed before it was there, too."""
        super().set_focus(widget, *given, **more)
        if self._waiting_for_focus and self.focused is not None:
            self._waiting_for_focus = False
            self._give_held()

    def move_focus(self, by: int) -> None:
        """Go to the next field or the one before, at once: the next letter goes there."""
        if self._held is not None:
            self._held.append(events.Key("tab" if by > 0 else "shift+tab", None))
        elif by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def _forward_event(self, event: events.Event) -> None:
        """Textual hands a key to the screen where no field has the focus."""
        if self._held is not None and isinstance(event, events.Key | events.Paste):
            self._held.append(event)
        else:
            super()._forward_event(event)

    @property
    def holds_secret(self) -> bool:
        """Whether a passphrase stands here, so that there is something to lock though no vault is open."""
        return False

    async def keep_draft(self) -> None:
        """Save what is being typed; called for every screen before a lock and before an end."""

    def run_work(self, work: Coroutine[Any, Any, object], *, group: str = "") -> Worker[None] | None:
        """Run something that waits for the vault; a foreseen failure is shown, anything else is a crash.

        The same work (by name, or by `group`) is not started twice at a time: a second press of Enter while a note is
        being saved does not save it again.

        Args:
            work: a coroutine; after each `await` it may touch the widgets of this screen.
            group: what counts as the same work; the coroutine's name if empty.

        Returns:
            The worker, or None where the same work was under way.
        """
        name = group or getattr(work, "__qualname__", "work")
        if any(worker.group == name and worker.node is self and not worker.is_finished for worker in self.app.workers):
            work.close()
            return None
        return self.run_worker(self._shown(work), group=name, exit_on_error=True)

    async def _shown(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except SeglError as error:
            self.show_error(error)
        except OSError as error:
            from store.errors import disk_gone

            # A stick that is pulled out can fail wherever a path is looked at; any other refusal is a crash.
            if (gone := disk_gone(error)) is None:
                raise
            self.show_error(gone)
        except NoMatches:
            if self in self.app.screen_stack:
                raise
            # The page was left while it was still fetching: nobody looks at what was to be filled in.

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Leave; under a cover or the neutral page only when the screen is shown again (else the cover would go)."""
        put_off = getattr(self.app, "put_off", None)
        if put_off is not None and put_off(self, lambda: self.dismiss(result)):
            return AwaitComplete()
        return super().dismiss(result)

    def show_error(self, error: SeglError) -> None:
        """Show what happened, what is safe and what to do now, over this screen.

        While Segl locks or ends, nothing is shown: what was under way has met a vault that is closed.
        """
        if getattr(self.app, "ending", False):
            return
        from screens.failure import FailureScreen

        self.app.push_screen(FailureScreen(error.diagnostics(), error.code))

    async def confirmed(self, question: str, *, detail: str = "", yes: str = "", no: str = "") -> bool:
        """Ask a person and wait for the answer; only inside `run_work`."""
        from screens.confirm import Confirm

        return await self.app.push_screen_wait(Confirm(question, detail=detail, yes=yes, no=no))


class SeglModal(SeglScreen[T], ModalScreen[T]):
    """A box over another screen; Escape leaves it with `cancelled`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", N_("Back"))]
    AUTO_FOCUS = "#box *"

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.add_class("modal")

    def compose(self) -> ComposeResult:
        yield TitleBar("")
        with VerticalScroll(id="box", can_focus=False) as box:
            box.border_title = Content(self.heading()) if self.heading() else None
            yield from self.body()
        yield KeyLine()

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
