"""What was shared in mentoring sessions stays out of a bundle, unless it is chosen with a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from guidance.mentoring import DisclosureRefused
from store.bundle.open import open_bundle
from store.bundle.seal import SealOrder, numbers_in, preview_files, seal
from store.bundle.shared_sessions import SESSIONS, SessionsNotHere
from store.casework import Casework
from store.model import Purpose
from tests.store.desk import a_case, set_up_desk
from tests.store.programme.office import a_session

SECRET = "Eva græd over sin far.\x1b[2J"


def test_it_stays_out_until_it_is_chosen_with_a_reason(tmp_path: Path) -> None:
    desk: Casework
    with set_up_desk(tmp_path) as desk:
        case, session = a_case(desk), a_session(desk, content=SECRET)
        export = desk.export_case(case.id)
        order = SealOrder(
            purpose=Purpose.COLLEAGUE, out=tmp_path / "sag.segl.age", recipients=(desk.key_card().recipient,)
        )
        plain = preview_files(export, order)
        assert SESSIONS not in plain
        assert not any(b"Eva gr" in data for data in plain.values())
        with pytest.raises(DisclosureRefused):
            desk.choose_sessions((session.id,), " ")
        order = replace(order, sessions=desk.choose_sessions((session.id[:8],), "Kollegaen tager over."))
        looked_at = preview_files(export, order)
        assert "Eva græd" in looked_at[SESSIONS].decode("utf-8")
        assert b"\x1b" not in looked_at[SESSIONS]
        assert b"tager over" not in looked_at[SESSIONS]
        assert order.sessions is not None
        desk.disclose_sessions(order.sessions)
        seal(export, order, desk.sign)
        opened = open_bundle(order.out, desk.identities(), trusted=desk.known_signers())
        assert "Eva græd" in opened.require_usable().sessions
        # The bundle has exactly what was looked at.
        assert opened.sessions == looked_at[SESSIONS].decode("utf-8")
        [left] = desk.programme().exports
        assert left.reason == "Kollegaen tager over."


@pytest.mark.parametrize("purpose", [Purpose.STATISTICS, Purpose.PERSON_CONCERNED])
def test_it_goes_to_nobody_to_whom_it_may_not(tmp_path: Path, purpose: Purpose) -> None:
    from store.bundle.withholding import Withholding

    with set_up_desk(tmp_path) as desk:
        case = a_case(desk)
        with desk.allowing_cpr():
            session = a_session(desk, content="Tal 010180-1234.")
        export = desk.export_case(case.id)
        order = SealOrder(
            purpose=purpose,
            out=tmp_path / "sag.segl.age",
            recipients=(desk.key_card().recipient,),
            sessions=desk.choose_sessions((session.id,), "Fordi"),
            choice=Withholding() if purpose is Purpose.PERSON_CONCERNED else None,
        )
        with pytest.raises(SessionsNotHere):
            preview_files(export, order)
        # A civil registration number that was shared is asked about as any other.
        order = replace(order, purpose=Purpose.POLICE, choice=None)
        assert numbers_in(export, order)
        assert not numbers_in(export, replace(order, sessions=None))
