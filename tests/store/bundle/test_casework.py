"""A case from a real journal: sealed by the counsellor's own key, opened with the counsellor's own identity."""

from __future__ import annotations

import hashlib
from pathlib import Path

from store.bundle.open import open_bundle
from store.bundle.seal import SealOrder, preview, seal
from store.bundle.verdicts import Signer
from store.model import EvidenceDraft, Purpose
from tests.store.bundle.invented import POLICE, POLICE_RECIPIENT
from tests.store.circle import circle
from tests.store.desk import a_case, set_up_desk


def test_a_real_case_goes_out_and_comes_back(tmp_path: Path) -> None:
    desk = set_up_desk(tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    try:
        case = a_case(desk)
        note = desk.add_note(case.id, "Talt med Liv.\nHun vil have ro.")
        desk.correct_note(case.id, note.id, "Talt med Liv og hendes mor.", "moren var med")
        digest = hashlib.sha256(b"picture").hexdigest()
        desk.register_evidence(case.id, EvidenceDraft(digest=f"sha256:{digest}", size=7, name="billede.jpg"))
        for purpose in (Purpose.FULL, Purpose.POLICE, Purpose.COLLEAGUE, Purpose.STATISTICS):
            export = desk.export_case(case.id)
            order = SealOrder(
                purpose=purpose,
                out=out / f"sag-{purpose}.segl.age",
                recipients=(POLICE_RECIPIENT, desk.key_card().recipient),
            )
            shown = preview(export, order)
            sealed = seal(export, order, desk.sign)
            desk.record_seal(case.id, sealed)
            for keys in ([POLICE], desk.identities()):
                opened = open_bundle(Path(sealed.path), keys, trusted=desk.known_signers())
                assert opened.verdicts.usable
                assert opened.verdicts.complete.holds
                assert opened.verdicts.signed_by.signer is Signer.KNOWN
                assert opened.verdicts.signed_by.name
                assert opened.made_for_you is True
            assert shown
            if purpose is Purpose.STATISTICS:
                assert opened.statistics is not None
                assert opened.statistics["notes"] == len(export.record.notes)
                continue
            assert opened.case is not None
            assert opened.case.notes == export.record.notes
            assert opened.case.evidence == export.record.evidence
            assert opened.case.people == export.record.people
            assert opened.case.history == export.history
            assert opened.verdicts.complete.entries == len(export.entries)
        # Each sealing is an entry of its own, which the next bundle carries.
        assert len(desk.export_case(case.id).entries) == len(export.entries) + 1
    finally:
        desk.close()


def test_a_bundle_by_a_key_that_the_vault_revoked(tmp_path: Path) -> None:
    mette, bo = circle(tmp_path, "Mette", "Bo")
    out = tmp_path / "out"
    out.mkdir()
    try:
        case = a_case(bo)
        order = SealOrder(purpose=Purpose.FULL, out=out / "sag.segl.age", recipients=(POLICE_RECIPIENT,), language="da")
        path = Path(seal(bo.export_case(case.id), order, bo.sign).path)

        def signer() -> Signer:
            opened = open_bundle(path, [POLICE], trusted=mette.known_signers(), revoked=mette.revoked_signers())
            return opened.verdicts.signed_by.signer

        assert signer() is Signer.KNOWN
        mette.revoke(bo.office().author_id, "Nøglen er stjålet.")
        assert signer() is Signer.REVOKED
    finally:
        mette.close()
        bo.close()
