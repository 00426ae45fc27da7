"""`segl where`: in a file of its own, so that asking loads next to nothing."""

from __future__ import annotations

import argparse

from guidance.language import _
from tui.cli.answer import Answer, Json
from tui.cli.session import Session


def where(session: Session, _options: argparse.Namespace) -> Answer:
    """Say where the vaults are and whether the place is fit; nothing is unlocked."""
    home = session.home()
    place = home.place()
    document: dict[str, Json] = {
        "home": str(home.root),
        "exists": home.root.is_dir(),
        "place": {"kind": place.kind.value, "name": place.name, "fit": not place.unfit, "words": place.words()},
        "vaults": [{"id": one.id, "path": str(one.path)} for one in home.vaults()],
        "crashes": str(home.root / "crashes"),
    }
    lines = [
        _("home: {path}").format(path=home.root),
        _("on: {place}").format(place=place.words()),
        _("A vault does not belong there.") if place.unfit else _("A vault may lie there."),
    ]
    lines += [_("vault: {id}, in {path}").format(id=one.id, path=one.path) for one in home.vaults()]
    lines.append(_("reports of faults: {path}").format(path=home.root / "crashes"))
    return Answer(document=document, lines=tuple(lines))
