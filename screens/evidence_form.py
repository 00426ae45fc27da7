"""What is known of a piece of evidence, besides its checksum; what is still missing is pointed out while one writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, TextArea

from guidance.language import N_, _, ngettext
from screens.case_words import evidence_title
from screens.evidence_pieces import PIECES, pieces_of_draft, plain_draft, write_pieces
from screens.evidence_together import Batch, many_seen_words, register_together, seen_words
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.widgets.text_line import TextLine
from screens.widgets.typed_digest import NotHeard, TypedDigest
from screens.words import evidence_kind, holder, missing_facts_words, one_line, size
from screens.work import FormScreen, put_fields, take_fields
from store.evidence.queue_draft import PART, queue_key
from store.evidence.register import missing_facts
from store.model import DigestSource, EvidenceDraft, EvidenceKind, Holder

if TYPE_CHECKING:
    from store.evidence.seen import Seen

_TEXTS: Final = ("platform", "url", "claimed_at", "found_at", "shows", "holder_name", "held_where", "came_how")
_LISTS: Final = ("accounts", "seen_by")
_FIELDS: Final = ("digest", "again", "size", "kind", "holder", *_TEXTS, *_LISTS)
_SHARED: Final = (
    "platform",
    "accounts",
    "url",
    "claimed_at",
    "found_at",
    "holder",
    "holder_name",
    "held_where",
    "came_how",
    "seen_by",
)
"""What several pieces that came together mostly have in common."""
_TOLD: Final = 3
"""Places that are told where a piece was registered before."""
MANY: Final = 25
"""More pieces than these are registered together: nobody writes down the facts of each."""


class EvidenceFormScreen(FormScreen[bool]):
    """The facts of one piece after the other; gives True once all are registered."""

    CSS_PATH = "evidence_form.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", N_("Save")),
        Binding("ctrl+r", "save_together", N_("Save all")),
        Binding("ctrl+g", "read_out", N_("Read out")),
        Binding("ctrl+t", "leave_out", N_("Leave it out")),
    ]
    AUTO_FOCUS = "#digest, #platform"

    def __init__(
        self,
        case_id: str,
        pieces: Sequence[EvidenceDraft],
        *,
        number: int = 0,
        evidence_id: str = "",
        parts: Mapping[str, tuple[EvidenceDraft, ...]] | None = None,
    ) -> None:
        """Make the screen.

        Args:
            case_id: the case.
            pieces: what is to be registered, or the piece that is registered.
            number: of a piece that is registered.
            evidence_id: of a piece that is registered.
            parts: pieces of a queue that was read, by the keys of the drafts that hold them.
        """
        super().__init__()
        self.case_id = case_id
        self.pieces: list[EvidenceDraft] = [plain_draft(piece) for piece in pieces]
        self._queued = bool(parts)
        for part in (parts or {}).values():
            self.pieces += part
        self._parts = dict(parts or {})
        self._stop = False
        self._registering = False
        self._seen: tuple[Seen, ...] = ()
        self.number = number
        self.evidence_id = evidence_id
        self.at = 0
        self._first: dict[str, str] = {}
        self.set_class(self.together, "-together")

    def heading(self) -> str:
        """Which piece it is."""
        if self.evidence_id:
            return _("Evidence E{number}").format(number=self.number)
        if self.together:
            count = len(self.pieces)
            return ngettext("{count} pieces of evidence", "{count} pieces of evidence", count).format(count=count)
        return _("Evidence {place} of {count}").format(place=self.at + 1, count=max(len(self.pieces), 1))

    @property
    def together(self) -> bool:
        """Whether there are too many to be written down one by one."""
        return len(self.pieces) > MANY

    @property
    def _piece(self) -> EvidenceDraft:
        return self.pieces[self.at] if self.at < len(self.pieces) else EvidenceDraft(digest="")

    def above(self) -> ComposeResult:
        """What is missing stays in sight."""
        yield Plain("", id="missing")
        yield Plain("", id="before")

    def body(self) -> ComposeResult:
        """A field for each fact."""
        piece = self._piece
        yield Plain(self._about(), id="about", classes="quiet")
        if self._dictated:
            yield TypedDigest(piece.digest.removeprefix("sha256:"))
        yield Plain(_("Platform"), classes="label")
        yield TextLine(
            piece.platform,
            id="platform",
            placeholder=_("Snapchat, Instagram, SMS ..."),
            compact=True,
            select_on_focus=False,
        )
        yield Plain(_("User names (several: a comma between)"), classes="label")
        yield TextLine(", ".join(piece.accounts), between=", ", id="accounts", compact=True, select_on_focus=False)
        yield Plain(_("Posted or sent, as claimed"), classes="label")
        yield TextLine(
            piece.claimed_at,
            id="claimed_at",
            placeholder=_("date, time, time zone if you know it"),
            compact=True,
            select_on_focus=False,
        )
        yield Plain(_("Who has the original?"), classes="label")
        holders = [Option(id=one.value, label=holder(one)) for one in Holder]
        yield Choices(holders, chosen=(piece.holder.value,), id="holder")
        yield Plain(_("Name of who has it, and where it is"), classes="label")
        yield TextLine(piece.holder_name, id="holder_name", placeholder=_("name"), compact=True, select_on_focus=False)
        yield TextLine(
            piece.held_where,
            id="held_where",
            placeholder=_("place, for example: own telephone"),
            compact=True,
            select_on_focus=False,
        )
        yield Plain(_("What is it?"), classes="label")
        kinds = [Option(id=one.value, label=evidence_kind(one)) for one in EvidenceKind]
        yield Choices(kinds, chosen=(piece.kind.value,), id="kind")
        yield Plain(_("What does it show? In words, as it was told to you"), classes="label")
        yield PlainArea(piece.shows, id="shows")
        yield Plain(_("Address (URL)"), classes="label")
        yield TextLine(piece.url, id="url", compact=True, select_on_focus=False)
        yield Plain(_("When was it found?"), classes="label")
        yield TextLine(
            piece.found_at,
            id="found_at",
            placeholder=_("date, time, time zone if you know it"),
            compact=True,
            select_on_focus=False,
        )
        yield Plain(_("Who found it or sent it to you, and how?"), classes="label")
        yield TextLine(piece.came_how, id="came_how", compact=True, select_on_focus=False)
        yield Plain(_("Who has seen it? (several: a comma between)"), classes="label")
        yield TextLine(", ".join(piece.seen_by), between=", ", id="seen_by", compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            count = len(self.pieces)
            words = _("Save all {count} alike").format(count=count) if self.together else _("Save")
            yield Button(words, id="save", variant="primary")

    @property
    def _dictated(self) -> bool:
        return self._piece.source is DigestSource.TYPED and not self.evidence_id

    def _about(self) -> Content:
        piece = self._piece
        if self.together:
            return Content(_("What you write goes to all of them. Each keeps its name, its size and what it is."))
        if not piece.digest:
            return Content("")
        name = evidence_title(piece)
        return Content(f"{name} · {size(piece.size)} · {piece.digest[:23]}...")

    def on_mount(self) -> None:
        """Offer what was begun before."""
        self._first = self._fields()
        self._point_out()
        self.run_work(self._offer())

    async def _offer(self) -> None:
        """Take over what a queue has read: once it is in the draft of this form, the queue is done with."""
        from store.casework import Casework

        await self.offer_draft()
        if self._queued and not self.together:
            await self.keep_draft()
            await self.do(Casework.drop_drafts, queue_key(self.case_id))
            self._parts.clear()
            self._queued = False
        await self._look_up()

    async def _look_up(self, digest: str = "") -> None:
        """Say where exactly the same was registered before; of many pieces, how many were."""
        from store.casework import Casework

        self._seen = ()
        words = ""
        if self.together:
            words = await many_seen_words(self, [piece.digest for piece in self.pieces[self.at :]])
        elif (digest or self._piece.digest) and not self.evidence_id:
            self._seen = await self.do(Casework.seen_before, (digest or self._piece.digest,), most=_TOLD)
            words = seen_words(self._seen)
            if words and not self._dictated:
                words = _("{seen} · Ctrl+T leaves it out").format(seen=words)
        if not self.is_attached:
            return
        line = self.query_one("#before", Plain)
        line.update(Content.styled(words, "bold $warning"))
        line.display = bool(words)
        self.refresh_bindings()

    @property
    def draft_key(self) -> str:
        """One draft for new pieces of a case, one for each that is changed."""
        return f"evidence/{self.case_id}/{self.evidence_id}" if self.evidence_id else f"evidence/{self.case_id}"

    def _fields(self) -> dict[str, str]:
        return take_fields(self, *_FIELDS)

    def typed(self) -> dict[str, str]:
        """The fields, and the pieces that are not registered yet: what was read need not be read again."""
        fields = self._fields()
        if self.evidence_id:
            return fields if fields != self._first else {}
        if self.together:
            # The pieces stay in the drafts of the queue: they are too many to be written anew at every word.
            return fields if fields != self._first else {}
        waiting = self.pieces[self.at :]
        if not waiting or (waiting[0].source is DigestSource.TYPED and fields == self._first):
            return {}
        return {**fields, PIECES: write_pieces(waiting)}

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back."""
        waiting = pieces_of_draft(typed)
        if waiting and not self.evidence_id:
            known = {(piece.digest, piece.raw_name) for piece in waiting}
            others = (piece for piece in self.pieces[self.at :] if (piece.digest, piece.raw_name) not in known)
            self.pieces = [*waiting, *others]
            self.at = 0
            self.query_one("TitleBar").heading = self.heading()  # type: ignore[attr-defined]
            self.query_one("#about", Plain).update(self._about())
        put_fields(self, {id: text for id, text in typed.items() if id != PIECES})
        self._point_out()

    def draft(self) -> EvidenceDraft:
        """What the fields say, over what the file said."""
        fields = self._fields()
        changes: dict[str, Any] = {name: fields.get(name, "").strip() for name in _TEXTS}
        for name in _LISTS:
            parts = (part.strip() for part in re.split(r"[,;\n]", fields.get(name, "")))
            changes[name] = tuple(part for part in parts if part)
        changes["kind"] = EvidenceKind(fields.get("kind", EvidenceKind.OTHER.value))
        changes["holder"] = Holder(fields.get("holder", Holder.UNKNOWN.value))
        return replace(self._piece, **changes)

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Choices.Changed)
    def _point_out(self) -> None:
        self.say_fault("")
        lacking = missing_facts(self.draft())
        line = self.query_one("#missing", Plain)
        if lacking:
            line.update(Content.styled(missing_facts_words(lacking), "bold $warning"))
        else:
            line.update(Content.styled("✓ " + _("What is asked of a piece of evidence is there."), "$success"))

    @on(TypedDigest.Heard)
    def _heard(self, event: TypedDigest.Heard) -> None:
        self.run_work(self._look_up(event.digest), group="look-up")

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Register this piece and go on to the next."""
        if not self._registering:
            self.run_work(self._save(), group="save-evidence")

    def action_save_together(self) -> None:
        """Register all that is left with what is written here."""
        if not self._registering:
            self.run_work(self._save_together(), group="save-evidence")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Several are saved alike, and what is registered is read out."""
        if action == "save_together":
            return not self.evidence_id and not self.together and len(self.pieces) - self.at > 1
        if action == "read_out":
            return bool(self.evidence_id)
        if action == "leave_out":
            return bool(self._seen) and not self._dictated and not self._registering
        return True

    def action_leave_out(self) -> None:
        """Do not register this piece again, and go on to the next."""
        self.run_work(self._leave_out(), group="save-evidence")

    async def _leave_out(self) -> None:
        """The piece stays registered once; that a copy of it lies on a device is kept all the same."""
        from store.casework import Casework

        device = self._piece.device
        before = next((one for one in self._seen if one.case_id == self.case_id), None)
        if device and before is not None:
            await self.do(Casework.note_copy, self.case_id, before.evidence_id, device, self._piece.lies_at)
        await self._go_on(shared={})

    def action_read_out(self) -> None:
        """Show the checksum in groups with check characters."""
        from screens.read_out import ReadOutScreen

        self.app.push_screen(ReadOutScreen(self._piece, self.number))

    def action_go_back(self) -> None:
        """Stop registering; else leave."""
        if self._registering:
            self._stop = True
        else:
            super().action_go_back()

    async def _save_together(self) -> None:
        from store.casework import Casework

        draft = self.draft()
        shared = {name: getattr(draft, name) for name in (*_SHARED, "shows")}
        count = len(self.pieces) - self.at
        self._registering, self._stop = True, False
        done = 0
        try:
            async with aclosing(register_together(self, self.case_id, self._batches(shared))) as registered:
                async for pieces, keys in registered:
                    self._parts = {key: part for key, part in self._parts.items() if key not in keys}
                    done += len(pieces)
                    self.at += len(pieces)
                    self.query_one("#missing", Plain).update(
                        _("Registered: {done} of {count}. Escape stops.").format(done=done, count=count)
                    )
                    if self._stop:
                        break
        finally:
            self._registering = False
        self.said(ngettext("{count} registered.", "{count} registered.", done).format(count=done))
        if done < count:
            self._stop = False
            await self.leave()
            return
        await self.drop_draft()
        await self.do(Casework.drop_drafts, queue_key(self.case_id))
        self.dismiss(True)

    def _batches(self, shared: Mapping[str, Any]) -> Iterator[Batch]:
        """What is left, some hundred at a time, with what they have in common; each with the drafts it is done with."""
        if self._parts:
            for key, part in list(self._parts.items()):
                yield [replace(one, **shared) for one in part], (key,)
            return
        left = self.pieces[self.at :]
        for at in range(0, len(left), PART):
            yield [replace(piece, **shared) for piece in left[at : at + PART]], ()

    async def _save(self) -> None:
        from store.casework import Casework

        if self.together:
            await self._save_together()
            return
        draft = self.draft()
        if self._dictated:
            try:
                digest, bytes_in_all = self.query_one(TypedDigest).take()
            except NotHeard as fault:
                self.say_fault(fault.words, fault.field)
                return
            draft = replace(draft, digest=digest, size=bytes_in_all)
        if self.evidence_id:
            await self.do(Casework.amend_evidence, self.case_id, self.evidence_id, draft)
            await self.drop_draft()
            self.said(_("Saved: E{number}").format(number=self.number))
            self.dismiss(True)
            return
        saved = await self.do(Casework.register_evidence, self.case_id, draft)
        self.said(_("Registered as E{number}: {name}").format(number=saved.number, name=one_line(saved.name, 40)))
        await self._go_on(shared={name: getattr(draft, name) for name in _SHARED})

    async def _go_on(self, *, shared: dict[str, Any]) -> None:
        """The next piece, with what it has in common with this one; or away where there is none."""
        self.at += 1
        if self.at >= len(self.pieces):
            await self.drop_draft()
            self.dismiss(True)
            return
        self.pieces[self.at] = replace(self.pieces[self.at], **shared)
        await self.recompose()
        self._first = self._fields()
        self._point_out()
        self.query_one("#body").scroll_home(animate=False)
        self.query_one("#platform").focus()
        await self.keep_draft()
        await self._look_up()
