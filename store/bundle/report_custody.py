"""The custody chain in the report: a table a piece, oldest event first; what was corrected and verified is in it."""

from __future__ import annotations

from typing import Any

from guidance.custody import Device, Event, Move, follow
from guidance.custody_times import going_back
from guidance.language import _, current_language
from store.bundle.custody_words import (
    aside_line,
    back_line,
    check_line,
    copy_label,
    copy_lines,
    differs_line,
    disputed_line,
    event_label,
    fault_line,
    move_line,
    pass_line,
)
from store.bundle.dates import moment_words
from store.bundle.html import Markup, element, join, table
from store.bundle.look_words import look_label, look_line
from store.cases.chains import set_aside
from store.entry import read_time
from store.looks import Look
from store.model import CopyDevice, CustodyDecision

Document = dict[str, Any]


def custody_table(piece: Document) -> Markup:
    """The chain of one piece of `case.json`; nothing where nothing is recorded."""
    events, checks, passes = (piece.get(name, []) for name in ("custody", "checks", "passes"))
    said = _devices(piece)
    looks = piece.get("looks", [])
    if not (events or checks or passes or looks):
        return said
    decided = {one.entry: one for one in _decisions(piece)}
    aside = set_aside(tuple(decided.values()))
    chain = follow(((event["entry"], _move(event)) for event in events), aside)
    links = chain.links
    back = going_back(((link.entry, link.move) for link in links), aside)
    rows: list[tuple[str, tuple[str, ...]]] = []
    for event, link in zip(events, links, strict=True):
        words = " ".join(filter(None, (move_line(link.move), differs_line(link.move, piece["digest"]))))
        if (earlier := back.get(link.entry)) is not None:
            words = f"{words} {back_line(link.move, earlier)}"
        if link.replaced_by:
            words = _("Corrected later: {words}").format(words=words)
        if link.fault:
            words = f"{words} {fault_line(link.fault, disputed=link.disputed)}"
        if link.aside:
            words = f"{words} {aside_line(decided[aside[link.entry]])}"
        at = moment_words(read_time(event["at"]), current_language())
        rows.append((event["at"], (at, event["author"], event_label(event["event"]), words)))
    beside = [(check, event_label(Event.VERIFIED), check_line(check["found"])) for check in checks]
    beside += [(one, _("passed on"), pass_line(one["asked_by"], one["their_reference"], one["name"])) for one in passes]
    beside += [(one, look_label(), look_line(copy_label(one["copy"]), _look(one))) for one in looks]
    for one, label, words in beside:
        at = moment_words(read_time(one["at"]), current_language())
        place = next((number for number, row in enumerate(rows) if row[0] > one["at"]), len(rows))
        rows.insert(place, (one["at"], (at, one["author"], label, words)))
    headings = (_("Registered"), _("By"), _("Event"), _("What was said of it"))
    caption = _("Custody of E{number}").format(number=piece["number"])
    cleared = [link for link in links if link.move.event is Event.CLEARED and not (link.replaced_by or link.aside)]
    disputed = [copy for copy, state in sorted(chain.copies.items()) if state.disputed]
    if disputed:
        said = join([said, element("p", element("span", disputed_line(disputed), class_="lack"))])
    found = [said, table(caption, headings, [row for _at, row in rows], whens=(0,))]
    if cleared:
        words = _("'Cleared' says that name and file were gone; no more can be promised of a disk, a card or a backup.")
        found.append(element("p", words, class_="where"))
    return join(found)


def _devices(piece: Document) -> Markup:
    """Whose device each copy lies on."""
    devices = [
        CopyDevice(
            entry=one["entry"],
            at=read_time(one["at"]),
            author=one["author"],
            copy=one["copy"],
            device=Device(one["device"]),
            withdrawn=one.get("withdrawn", False),
            reason=one.get("reason", ""),
        )
        for one in piece.get("devices", [])
    ]
    if not devices:
        return Markup()
    moves = ((event["entry"], _move(event)) for event in piece.get("custody", []))
    copies = follow(moves, set_aside(_decisions(piece))).copies
    cleared = {copy for copy, state in copies.items() if state.cleared and not state.disputed}
    shown = {one.copy for one in devices if one.withdrawn and one.copy in copies and copies[one.copy].begun}
    told = copy_lines(devices, cleared, shown)
    lines = [element("span", line, class_="lack") if bad else line for line, bad in told]
    said = element("p", _("Whose device each copy lies on"), class_="where")
    return join([said, element("ul", *(element("li", line) for line in lines))])


def _decisions(piece: Document) -> tuple[CustodyDecision, ...]:
    """What was decided of its custody."""
    return tuple(
        CustodyDecision(
            entry=one["entry"],
            at=read_time(one["at"]),
            author=one["author"],
            copy=one["copy"],
            holds=tuple(one["holds"]),
            set_aside=tuple(one["aside"]),
            reason=one["reason"],
        )
        for one in piece.get("decisions", [])
    )


def _look(one: Document) -> Look:
    return Look(
        place=one["place"],
        system=one["system"],
        found=tuple((seen["kind"], seen["count"]) for seen in one["found"]),
        same=one["same"],
        unread=one["unread"],
        whole=one["whole"],
    )


def _move(event: Document) -> Move:
    texts = ("by", "to", "where", "receipt", "digest", "on", "how", "corrects", "reason")
    return Move(
        event=Event(event["event"]),
        copy=event["copy"],
        device=Device(event["device"]),
        by_segl=event["by_segl"],
        **{name: event[name] for name in texts},
    )
