"""What was seen after a clearing, as a sentence: the same on the screen, on the command line and in the report."""

from __future__ import annotations

from guidance.language import _
from store.evidence.leftovers import LeftoverKind, look_also, not_promised
from store.looks import Look
from store.places import Place, PlaceKind


def look_line(copy: str, look: Look) -> str:
    """What was found, what could not be, and what was said of the place's limits.

    Args:
        copy: which copy it was, in words.
        look: as recorded.
    """
    place = _place(look.place)
    seen = [_found(kind, count) for kind, count in look.found] or [_("nothing by its name")]
    seen.append(_("exactly the same file: {count}").format(count=look.same))
    if look.unread:
        seen.append(_("of the same size and not readable: {count}").format(count=look.unread))
    if not look.whole:
        seen.append(_("the search was not through"))
    words = _(
        "Looked at after {copy} was cleared off {place}: {seen}. Not promised: {limits} "
        "To be looked at by a person: {also}"
    )
    return words.format(
        copy=copy,
        place=_place_words(place.kind),
        seen="; ".join(seen),
        limits=not_promised(place),
        also="; ".join(look_also(place, look.system)),
    )


def look_label() -> str:
    """What was done, in a word or two."""
    return _("looked at after clearing")


def _place(kind: str) -> Place:
    """The place without its name, which may be somebody's."""
    known = PlaceKind(kind) if kind in set(PlaceKind) else PlaceKind.UNKNOWN
    return Place(kind=known, name=_("the cloud") if known is PlaceKind.CLOUD else "")


def _found(kind: str, count: int) -> str:
    words = {
        LeftoverKind.THUMBNAIL: _("small pictures of it: {count}"),
        LeftoverKind.TRASH: _("files of the same name in a bin: {count}"),
        LeftoverKind.RECENT: _("its name among recent files: {count}"),
        LeftoverKind.MAC: _("what a Mac noted of it: {count}"),
        LeftoverKind.FOLDER: _("small pictures of its folder: {count}"),
        LeftoverKind.CLEARING: _("folders of a clearing that was cut off: {count}"),
    }
    known = LeftoverKind(kind) if kind in set(LeftoverKind) else None
    return (words[known] if known else _("of a kind that this Segl does not know: {count}")).format(count=count)


def _place_words(kind: PlaceKind) -> str:
    return {
        PlaceKind.LOCAL: _("a disk of the machine"),
        PlaceKind.RESETS: _("a place that is emptied at start-up"),
        PlaceKind.NETWORK: _("a network drive"),
        PlaceKind.PHONE: _("a phone or a camera"),
        PlaceKind.CLOUD: _("a cloud folder"),
        PlaceKind.REMOVABLE: _("a stick or a removable disk"),
        PlaceKind.UNKNOWN: _("a place of which the kind is not known"),
    }[kind]
