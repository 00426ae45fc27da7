"""What is known of a piece of evidence, besides its checksum; what is still missing is pointed out while one writes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, TextArea

from guidance.language import N_, _
from screens.case_words import evidence_title
from screens.widgets.choices import Choices, Option
from screens.widgets.plain import Plain
from screens.widgets.text_area import PlainArea
from screens.words import evidence_kind, holder, missing_fact, one_line, size
from screens.work import FormScreen, put_fields, take_fields
from store.evidence.register import missing_facts
from store.model import DigestSource, EvidenceDraft, EvidenceKind, Holder

_TEXTS: Final = ("platform", "url", "claimed_at", "found_at", "shows", "holder_name", "held_where", "came_how")
_LISTS: Final = ("accounts", "seen_by")
_FIELDS: Final = ("digest", "kind", "holder", *_TEXTS, *_LISTS)
_PIECES: Final = "pieces"
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
_SHA256: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.ASCII)


class EvidenceFormScreen(FormScreen[bool]):
    """The facts of one piece after the other; gives True once all are registered."""

    CSS_PATH = "evidence_form.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", N_("Save"))]
    AUTO_FOCUS = "#digest, #platform"

    def __init__(
        self, case_id: str, pieces: Sequence[EvidenceDraft], *, number: int = 0, evidence_id: str = ""
    ) -> None:
        super().__init__()
        self.case_id = case_id
        self.pieces: list[EvidenceDraft] = [plain_draft(piece) for piece in pieces]
        self.number = number
        self.evidence_id = evidence_id
        self.at = 0
        self._first: dict[str, str] = {}

    def heading(self) -> str:
        """Which piece it is."""
        if self.evidence_id:
            return _("Evidence E{number}").format(number=self.number)
        return _("Evidence {place} of {count}").format(place=self.at + 1, count=max(len(self.pieces), 1))

    @property
    def _piece(self) -> EvidenceDraft:
        return self.pieces[self.at] if self.at < len(self.pieces) else EvidenceDraft(digest="")

    def above(self) -> ComposeResult:
        """What is missing stays in sight."""
        yield Plain("", id="missing")

    def body(self) -> ComposeResult:
        """A field for each fact."""
        piece = self._piece
        yield Plain(self._about(), id="about", classes="quiet")
        if piece.source is DigestSource.TYPED and not self.evidence_id:
            yield Plain(_("Checksum (SHA-256, 64 signs)"), classes="label")
            yield Input(piece.digest.removeprefix("sha256:"), id="digest", compact=True, select_on_focus=False)
        yield Plain(_("Platform"), classes="label")
        yield Input(
            piece.platform,
            id="platform",
            placeholder=_("Snapchat, Instagram, SMS ..."),
            compact=True,
            select_on_focus=False,
        )
        yield Plain(_("User names (several: a comma between)"), classes="label")
        yield Input(", ".join(piece.accounts), id="accounts", compact=True, select_on_focus=False)
        yield Plain(_("Posted or sent, as claimed"), classes="label")
        yield Input(
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
        yield Input(piece.holder_name, id="holder_name", placeholder=_("name"), compact=True, select_on_focus=False)
        yield Input(
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
        yield Input(piece.url, id="url", compact=True, select_on_focus=False)
        yield Plain(_("When was it found?"), classes="label")
        yield Input(piece.found_at, id="found_at", compact=True, select_on_focus=False)
        yield Plain(_("How did it come to you?"), classes="label")
        yield Input(piece.came_how, id="came_how", compact=True, select_on_focus=False)
        yield Plain(_("Who has seen it? (several: a comma between)"), classes="label")
        yield Input(", ".join(piece.seen_by), id="seen_by", compact=True, select_on_focus=False)
        with Horizontal(classes="buttons"):
            yield Button(_("Save"), id="save", variant="primary")

    def _about(self) -> Content:
        piece = self._piece
        if not piece.digest:
            return Content("")
        name = evidence_title(piece)
        return Content(f"{name} · {size(piece.size)} · {piece.digest[:23]}...")

    def on_mount(self) -> None:
        """Offer what was begun before."""
        self._first = self._fields()
        self._point_out()
        self.run_work(self.offer_draft())

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
        waiting = self.pieces[self.at :]
        if not waiting or (waiting[0].source is DigestSource.TYPED and fields == self._first):
            return {}
        return {**fields, _PIECES: json.dumps([_as_json(piece) for piece in waiting])}

    def put_typed(self, typed: Mapping[str, str]) -> None:
        """Put a draft back."""
        waiting = pieces_of_draft(typed)
        if waiting and not self.evidence_id:
            known = {piece.digest for piece in waiting}
            self.pieces = [*waiting, *(piece for piece in self.pieces[self.at :] if piece.digest not in known)]
            self.at = 0
            self.query_one("TitleBar").heading = self.heading()  # type: ignore[attr-defined]
            self.query_one("#about", Plain).update(self._about())
        put_fields(self, {id: text for id, text in typed.items() if id != _PIECES})
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
        lacking = missing_facts(self.draft())
        line = self.query_one("#missing", Plain)
        if lacking:
            words = _("! Missing: {facts}").format(facts=", ".join(missing_fact(name) for name in lacking))
            line.update(Content.styled(words, "bold $warning"))
        else:
            line.update(Content.styled("✓ " + _("What is asked of a piece of evidence is there."), "$success"))

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Register this piece and go on to the next."""
        self.run_work(self._save(), group="save-evidence")

    async def _save(self) -> None:
        from store.casework import Casework

        draft = self.draft()
        if self.query("#digest"):
            typed = re.sub(r"\s", "", self.query_one("#digest", Input).value).casefold()
            match = _SHA256.fullmatch(typed)
            if match is None:
                self.say_fault(_("This is not a SHA-256 checksum: it has 64 signs, 0-9 and a-f."), "#digest")
                return
            draft = replace(draft, digest=f"sha256:{match[1]}")
        if self.evidence_id:
            await self.do(Casework.amend_evidence, self.case_id, self.evidence_id, draft)
            await self.drop_draft()
            self.said(_("Saved: E{number}").format(number=self.number))
            self.dismiss(True)
            return
        saved = await self.do(Casework.register_evidence, self.case_id, draft)
        self.said(_("Registered as E{number}: {name}").format(number=saved.number, name=one_line(saved.name, 40)))
        self.at += 1
        if self.at >= len(self.pieces):
            await self.drop_draft()
            self.dismiss(True)
            return
        shared = {name: getattr(draft, name) for name in _SHARED}
        self.pieces[self.at] = replace(self.pieces[self.at], **shared)
        await self.recompose()
        self._first = self._fields()
        self._point_out()
        self.query_one("#body").scroll_home(animate=False)
        self.query_one("#platform").focus()
        await self.keep_draft()


def plain_draft(piece: EvidenceDraft) -> EvidenceDraft:
    """Only what a draft holds, of a piece that may be registered already."""
    names = EvidenceDraft.__dataclass_fields__
    return EvidenceDraft(**{name: getattr(piece, name) for name in names})


def _as_json(piece: EvidenceDraft) -> dict[str, Any]:
    return asdict(piece)


def pieces_of_draft(typed: Mapping[str, str]) -> list[EvidenceDraft]:
    """The pieces that a draft says were read and not registered; none where it can't be read."""
    try:
        rows: Any = json.loads(typed.get(_PIECES, "[]"))
        return [_from_json(row) for row in rows]
    except (ValueError, TypeError, KeyError):
        return []


def _from_json(row: dict[str, Any]) -> EvidenceDraft:
    return EvidenceDraft(
        **{
            **row,
            "source": DigestSource(row["source"]),
            "kind": EvidenceKind(row["kind"]),
            "holder": Holder(row["holder"]),
            "accounts": tuple(row["accounts"]),
            "seen_by": tuple(row["seen_by"]),
        }
    )
