"""A case goes to a colleague as a bundle, is worked on in both places, and comes back: the same on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.bundle.errors import BundleRefused
from store.bundle.open import OpenedBundle, open_bundle
from store.bundle.seal import SealOrder, seal
from store.cases.importing import CardsLacking, NothingToImport
from store.casework import Casework
from store.doctor import check
from store.model import Purpose
from tests.store.circle import circle, member, shares, trusts
from tests.store.desk import a_case
from tests.store.test_union import bare, tables


@pytest.fixture()
def two(tmp_path: Path) -> Iterator[tuple[Casework, Casework]]:
    mette, bo = circle(tmp_path, "Mette", "Bo")
    yield mette, bo
    for desk in (mette, bo):
        assert check(desk._vault).well, check(desk._vault).findings
        desk.close()


_count = iter(range(10_000))


def send(giver: Casework, taker: Casework, case: str, folder: Path, purpose: Purpose = Purpose.COLLEAGUE) -> Path:
    out = folder / f"{next(_count)}.segl.age"
    order = SealOrder(purpose=purpose, out=out, recipients=(taker.key_card().recipient,), language="en")
    sealed = seal(giver.export_case(case, "en"), order, giver.sign)
    giver.record_seal(case, sealed)
    return out


def opened_by(taker: Casework, path: Path) -> OpenedBundle:
    return open_bundle(
        path, taker.identities(), trusted=taker.known_signers(), revoked=taker.revoked_signers(), carry=True
    )


def test_a_case_comes_in_and_goes_on(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    mette.add_note(case.id, "Talt med moren.")
    bundle = send(mette, bo, case.reference, tmp_path)
    imported = bo.import_bundle(opened_by(bo, bundle))
    assert (imported.reference, imported.fresh, imported.conflicts, imported.incomplete) == (case.reference, True, 0, 0)
    assert bo.case(case.reference).notes == mette.case(case.reference).notes
    assert bo.guide(case.id).next_steps
    again = bo.import_bundle(opened_by(bo, bundle))
    assert not again.taken.changed
    assert "nothing was new" in " ".join(again.words()) or "intet" in " ".join(again.words()).lower()


def test_two_who_exchange_bundles_in_any_order_end_equal(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    bo.import_bundle(opened_by(bo, send(mette, bo, case.id, tmp_path)))
    mette.set_level(case.id, 2, "Reaktionen er rolig")
    earlier = send(mette, bo, case.id, tmp_path)
    mette.add_note(case.id, "Mere.")
    bo.set_level(case.id, 4, "Hun er i panik")
    later = send(mette, bo, case.id, tmp_path)
    back = send(bo, mette, case.id, tmp_path)
    imported = bo.import_bundle(opened_by(bo, later))
    assert imported.conflicts == 2
    assert not bo.import_bundle(opened_by(bo, earlier)).taken.changed
    mette.import_bundle(opened_by(mette, back))
    # Each has recorded its own last sealing, which no bundle could carry yet.
    bo.import_bundle(opened_by(bo, send(mette, bo, case.id, tmp_path)))
    mette.import_bundle(opened_by(mette, send(bo, mette, case.id, tmp_path)))
    assert {conflict.subject for conflict in mette.conflicts(case.id)} == {"fact/level", "fact/level.reason"}
    assert [one.subject for one in bo.conflicts(case.id)] == [one.subject for one in mette.conflicts(case.id)]


def test_whose_card_is_lacking_is_said_and_nothing_is_taken_in(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    ida = member(tmp_path / "ida", 3, "Ida", office="Nabokontoret")
    trusts(ida, mette)
    bundle = send(mette, ida, case.id, tmp_path)
    opened = opened_by(ida, bundle)
    ida.import_bundle(opened)
    ida.add_note(case.id, "Fra Ida.")
    trusts(mette, ida)
    mette.import_bundle(opened_by(mette, send(ida, mette, case.id, tmp_path)))
    # Bo knows Mette, but not Ida, who wrote a note.
    passed = opened_by(bo, send(mette, bo, case.id, tmp_path))
    with pytest.raises(CardsLacking) as refused:
        bo.import_bundle(passed)
    [lacking] = refused.value.lacking
    assert lacking.card is not None
    assert (lacking.card.name, lacking.fingerprint) == ("Ida", ida.key_card().fingerprint)
    assert bo.held(case.id) == ()
    bo.trust_card(lacking.card.text, compared=ida.key_card().fingerprint)
    assert bo.import_bundle(passed).fresh
    ida.close()


def test_a_revoked_sender_is_not_taken_in(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    bundle = send(mette, bo, case.id, tmp_path)
    bo.revoke(mette.office().author_id, "Stjålet.")
    with pytest.raises(CardsLacking):
        bo.import_bundle(opened_by(bo, bundle))
    assert bo.held(case.id) == ()


def test_what_was_made_to_be_read_is_not_gone_on_from(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    for purpose in (Purpose.POLICE, Purpose.STATISTICS):
        with pytest.raises(NothingToImport):
            bo.import_bundle(opened_by(bo, send(mette, bo, case.id, tmp_path, purpose)))
    with pytest.raises(NothingToImport):
        bo.import_bundle(replace(opened_by(bo, send(mette, bo, case.id, tmp_path)), carried=None))
    assert bo.held(case.id) == ()


def test_a_damaged_bundle_is_not_taken_in(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    bundle = send(mette, bo, case.id, tmp_path)
    raw = bytearray(bundle.read_bytes())
    raw[-100] ^= 1
    bundle.write_bytes(raw)
    with pytest.raises(BundleRefused):
        bo.import_bundle(opened_by(bo, bundle))


def test_content_that_is_lacking_is_said_plainly(two: tuple[Casework, Casework], tmp_path: Path) -> None:
    mette, bo = two
    case = a_case(mette)
    opened = opened_by(bo, send(mette, bo, case.id, tmp_path))
    assert opened.carried is not None
    from store.union import verify_entries

    entries = verify_entries(bare(tuple(entry.stored for entry in opened.carried.entries)))
    imported = bo.import_bundle(replace(opened, carried=replace(opened.carried, entries=entries)))
    assert imported.incomplete == 1
    assert bo.import_bundle(opened).incomplete == 0
    assert tables(bo, case.id)


def test_a_decision_goes_round_and_two_that_crossed_are_a_disagreement_again(
    two: tuple[Casework, Casework], tmp_path: Path
) -> None:
    from tests.store.test_union import give

    mette, bo = two
    case = a_case(mette)
    shares(mette, case.id, bo)
    give(mette, bo, case.id)
    mette.set_level(case.id, 2, "Reaktionen")
    bo.set_level(case.id, 4, "Panik")
    give(bo, mette, case.id)
    give(mette, bo, case.id)
    level = next(one for one in mette.conflicts(case.id) if one.subject == "fact/level")
    assert sorted(said.words for said in level.statements) == ["2", "4"]
    assert {said.author for said in level.statements} == {"Mette", "Bo"}
    by_value = {said.words: said.entry for said in level.statements}
    assert mette.guide(case.id).facts.values.get("level") is None
    mette.decide(case.id, "fact/level", by_value["4"], "Vi har talt sammen.")
    assert mette.case(case.id).summary.level == 4
    bo.decide(case.id, "fact/level", by_value["2"][:12], "Jeg er uenig.")
    assert bo.case(case.id).summary.level == 2
    give(bo, mette, case.id)
    give(mette, bo, case.id)
    assert tables(bo, case.id) == tables(mette, case.id)
    [again] = [one for one in bo.conflicts(case.id) if one.subject == "fact/level"]
    assert sorted(said.words for said in again.statements) == ["2", "4"]
    # Who knows both states it again, and that is that.
    bo.set_level(case.id, 3, "Et kompromis")
    assert bo.conflicts(case.id) == ()
    give(bo, mette, case.id)
    assert mette.case(case.id).summary.level == 3


def test_only_what_stands_can_be_chosen(two: tuple[Casework, Casework]) -> None:
    from store.cases.conflicts import NoConflict
    from store.cases.errors import ReasonNeeded
    from tests.store.test_union import give

    mette, bo = two
    case = a_case(mette)
    shares(mette, case.id, bo)
    give(mette, bo, case.id)
    mette.set_level(case.id, 2, "a")
    bo.set_level(case.id, 4, "b")
    give(bo, mette, case.id)
    [level, _reason] = mette.conflicts(case.id)
    with pytest.raises(NoConflict):
        mette.decide(case.id, "fact/level", "", "x")
    with pytest.raises(NoConflict):
        mette.decide(case.id, "fact/victim.age", level.statements[0].entry, "x")
    with pytest.raises(NoConflict):
        mette.decide(case.id, "fact/level", mette.held(case.id)[0][::-1], "x")
    with pytest.raises(ReasonNeeded):
        mette.decide(case.id, "fact/level", level.statements[0].entry, " ")
    assert len(mette.conflicts(case.id)) == 2
    give(mette, bo, case.id)
